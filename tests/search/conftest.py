"""A small corpus to search, made for it."""

import pytest
from support import OF_A, OF_B, build_once, episode_text

from kgraph.pipeline import build
from kgraph.search import Index
from kgraph.store import Store


@pytest.fixture(scope="session")
def searched_home(tmp_path_factory):
    """A folder with the corpus, and beside it a store of that."""
    return build_once(tmp_path_factory, "searched", _build)


@pytest.fixture(scope="session")
def folder_to_search(searched_home):
    return searched_home / "episodes"


@pytest.fixture(scope="session")
def searched(searched_home):
    """A store of that corpus."""
    return Store(searched_home / "store")


@pytest.fixture(scope="session")
def index(searched):
    return Index(searched)


def _build(home):
    folder = home / "episodes"
    folder.mkdir()
    more = "insights:\n- text: Banks will want the stablecoin float back.\nsummary: Of floats."
    a = episode_text("On yield", companies=("NVIDIA", "Circle"), quotes=OF_A, more=more)
    b = episode_text(
        "On banks & <b>bold</b> claims",
        url="https://www.youtube.com/watch?v=bbbbbbbbbbb",
        companies=("NVIDIA", "Coinbase"),
        quotes=OF_B,
        date="2025-10-02",
        more="source: Lantern Talks",
    )
    (folder / "a.md").write_text(a, "utf-8")
    (folder / "b.md").write_text(b, "utf-8")
    build([folder], home / "store", workers=1)
