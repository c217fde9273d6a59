"""Running servers of tiny corpora."""

import pytest
from server.hostile import hostile_episodes
from server.server_fixture import Server, build_store
from support import build_once, episode_text


@pytest.fixture(scope="session")
def served_store(tmp_path_factory):
    """A store of two episodes, one of them with text that tries to be markup."""

    def build(home):
        evil = '"<script>alert(1)</script> & \\" talk"'
        (home / "a.md").write_text(episode_text(evil, companies=("NVIDIA", "OpenAI")))
        other = "https://www.youtube.com/watch?v=bbbbbbbbbbb"
        (home / "b.md").write_text(episode_text("Second talk", other, ("NVIDIA", "Coinbase")))
        build_store(home, home / "store")

    return build_once(tmp_path_factory, "served", build) / "store"


@pytest.fixture(scope="session")
def server(served_store):
    """A server with limits that a test can reach."""
    options = ("--timeout", 3.0, "--workers", 2, "--max-answer", 1)
    running = Server(served_store, *options)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def sample_server(sample):
    """A server of the sample corpus."""
    running = Server(sample.path)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def hostile_server(tmp_path_factory):
    """A server of a graph in which every text is hostile."""

    def build(home):
        hostile_episodes(home)
        build_store(home, home / "store")

    running = Server(build_once(tmp_path_factory, "hostile", build) / "store")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def many(tmp_path_factory):
    """A server of an episode with more quotes than a page holds."""

    def build(home):
        quotes = [f"Chips of batch {n} went to the {n}th buyer in line." for n in range(25)]
        names = ("NVIDIA", "And I", "Bitcoin")
        (home / "a.md").write_text(episode_text("On batches", companies=names, quotes=quotes))
        build_store(home, home / "store")

    running = Server(build_once(tmp_path_factory, "many", build) / "store")
    yield running
    running.stop()
