"""One-line factories for the tests of reading."""

import os
from pathlib import Path

import pytest

from kgraph.ingest import read_bytes

HEAD = "title: A talk\ndate: 2025-08-11\n"


@pytest.fixture
def read_front():
    """Reads a front matter; a title and a date stand on its first two lines (2 and 3)."""

    def read(front, *, head=HEAD, body=""):
        return read_bytes("ep.md", f"---\n{head}{front}\n---\n{body}".encode())

    return read


@pytest.fixture(scope="session")
def corpus():
    """The files of the real corpus, where it is at hand."""
    shared = Path(os.environ.get("KGRAPH_SHARED", Path(__file__).parents[3] / "shared"))
    folder = shared / "corpus" / "_episodes"
    if not folder.is_dir():
        pytest.skip("the real corpus is not at hand (KGRAPH_SHARED)")
    return sorted(folder.iterdir())
