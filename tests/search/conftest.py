"""A small corpus to search, made for it."""

import pytest
from support import OF_A, OF_B, episode_text

from kgraph.build import build
from kgraph.search import Index
from kgraph.store import Store


@pytest.fixture(scope="session")
def folder_to_search(tmp_path_factory):
    home = tmp_path_factory.mktemp("searched")
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
    (home / "a.md").write_text(a, "utf-8")
    (home / "b.md").write_text(b, "utf-8")
    return home


@pytest.fixture(scope="session")
def searched(folder_to_search, tmp_path_factory):
    """A store of that corpus."""
    path = tmp_path_factory.mktemp("searched-store") / "store"
    build([folder_to_search], path, workers=1)
    return Store(path)


@pytest.fixture(scope="session")
def index(searched):
    return Index(searched)
