"""What many tests stand on: a tiny corpus, the sample corpus built once, the real one."""

import pytest
from support import CORPUS, SAMPLE, episode_text

from kgraph.build import build
from kgraph.store import Store


@pytest.fixture
def folder(tmp_path):
    """A folder of two episodes that share a company and a quote."""
    home = tmp_path / "episodes"
    home.mkdir()
    (home / "a.md").write_text(episode_text("First talk", companies=("NVIDIA", "OpenAI")))
    (home / "b.md").write_text(
        episode_text(
            "Second talk",
            url="https://www.youtube.com/watch?v=bbbbbbbbbbb",
            companies=("NVIDIA", "Coinbase"),
            date="2025-10-02 10:00:00 +0000",
        )
    )
    return home


@pytest.fixture
def store(folder, tmp_path):
    """A store of that folder."""
    build([folder], tmp_path / "store", workers=1)
    return Store(tmp_path / "store")


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The sample corpus, built once."""
    path = tmp_path_factory.mktemp("sample") / "store"
    build([SAMPLE], path, workers=1)
    return Store(path)


@pytest.fixture(scope="session")
def corpus():
    """The folder of real episodes, where there is one."""
    if not CORPUS.is_dir():
        pytest.skip(f"no real episodes at {CORPUS}: set KGRAPH_SHARED")
    return CORPUS
