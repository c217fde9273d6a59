"""The index of a build: part of it, and the same bytes each time."""

import os
import subprocess
import sys

import pytest
from support import SAMPLE

from kgraph.base.errors import StoreError
from kgraph.pipeline import build
from kgraph.search import Index, search
from kgraph.search.writer import IndexWriter
from kgraph.store import Store, layout


def test_workers_and_hash_seeds_do_not_change_a_byte(sample, tmp_path):
    code = (
        "import sys; from kgraph.pipeline import build\n"
        "build([sys.argv[1]], sys.argv[2], workers=3)"
    )
    command = [sys.executable, "-c", code, str(SAMPLE), str(tmp_path)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    one, two = (store.build / layout.SEARCH_FILE for store in (sample, Store(tmp_path)))
    assert one.read_bytes() == two.read_bytes()


def test_a_reader_keeps_its_index_while_a_build_replaces_it(folder, tmp_path):
    build([folder], tmp_path / "s", workers=1)
    before = Index(Store(tmp_path / "s"))
    (folder / "b.md").unlink()
    build([folder], tmp_path / "s", workers=1)
    after = Index(Store(tmp_path / "s"))
    assert [len(search(index, "talk").hits) for index in (before, after)] == [2, 1]


def test_what_cannot_be_written_is_said(tmp_path):
    with pytest.raises(
        StoreError, match="unable to open database file: free some space or choose another store$"
    ):
        IndexWriter(tmp_path / "nowhere" / "search")


def test_a_build_without_its_index_says_so(store):
    (store.build / layout.SEARCH_FILE).unlink()
    with pytest.raises(StoreError, match=r"search: is gone\): build again"):
        Index(store)


@pytest.mark.parametrize("damage", [b"not a database at all" * 500, b""])
def test_a_damaged_index_is_no_traceback(store, damage):
    (store.build / layout.SEARCH_FILE).write_bytes(damage)
    with pytest.raises(StoreError, match="build again"):
        search(Index(store), "talk")
