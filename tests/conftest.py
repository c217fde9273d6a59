"""What many tests stand on: a tiny corpus, the sample corpus built once, the real one."""

import faulthandler
import shutil
import signal
import sys

import pytest
from browser import close_browser
from hypothesis import HealthCheck, settings
from progress import FileLines
from query.endpoint import serve_endpoint
from support import CORPUS, SAMPLE, build_once, episode_text

from kgraph.pipeline import build
from kgraph.store import Store

# How long an example takes is the machine's affair, and that of what runs beside it.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # A shell starts a background job deaf to Ctrl-C, and so would be all that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config):
    """Where several processes run the tests, the one that started them tells of files."""
    is_of_several = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if is_of_several and config.get_verbosity() == 0:
        config.pluginmanager.register(FileLines(config.pluginmanager))


@pytest.fixture
def folder(tmp_path):
    """A folder of two episodes that share a company and a quote."""
    home = tmp_path / "episodes"
    home.mkdir()
    _write_two_episodes(home)
    return home


@pytest.fixture
def store(tmp_path, built_folder):
    """A store of that folder, as if it was built there."""
    shutil.copytree(built_folder / "store", tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture(scope="session")
def built_folder(tmp_path_factory):
    """A folder with a store of two episodes, which is only to be copied."""

    def build_two_episodes(home):
        (home / "episodes").mkdir()
        _write_two_episodes(home / "episodes")
        build([home / "episodes"], home / "store", workers=1)

    return build_once(tmp_path_factory, "two-episodes", build_two_episodes)


def _write_two_episodes(home):
    (home / "a.md").write_text(episode_text("First talk", companies=("NVIDIA", "OpenAI")))
    (home / "b.md").write_text(
        episode_text(
            "Second talk",
            url="https://www.youtube.com/watch?v=bbbbbbbbbbb",
            companies=("NVIDIA", "Coinbase"),
            date="2025-10-02 10:00:00 +0000",
        )
    )


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The sample corpus, built once; it is only to be read."""
    home = build_once(
        tmp_path_factory, "sample", lambda home: build([SAMPLE], home / "store", workers=1)
    )
    return Store(home / "store")


@pytest.fixture(scope="module")
def endpoint(sample):
    """A SPARQL endpoint on another machine, as far as the program can tell, with the sample."""
    with serve_endpoint(sample.database) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def corpus():
    """The folder of real episodes, where there is one."""
    if not CORPUS.is_dir():
        pytest.skip(f"no real episodes at {CORPUS}: set KGRAPH_SHARED")
    return CORPUS


@pytest.fixture(scope="session", autouse=True)
def _end_of_browser():
    """The browser that pages are opened in, if any were, ends with the tests."""
    yield
    close_browser()


@pytest.fixture
def quiet():
    """A process that the system stops leaves no trace of where it was."""
    faulthandler.disable()
    yield
    faulthandler.enable(sys.__stderr__)
