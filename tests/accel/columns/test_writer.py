"""Columns appear complete or not at all."""

import os
import time

import numpy as np
import pyoxigraph
import pytest

from kgraph.accel.columns import writer
from kgraph.accel.columns.graph import KINDS_FILE, STATEMENTS_FILE
from kgraph.accel.columns.writer import ensure_columns, write_columns


@pytest.fixture
def database(tmp_path):
    made = pyoxigraph.Store(str(tmp_path / "database"))
    made.bulk_load(b"<a:a> <a:p> <a:b> .", pyoxigraph.RdfFormat.TURTLE)
    made.flush()
    return str(tmp_path / "database")


def test_a_failure_leaves_no_files(database, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", fail)
    with pytest.raises(OSError, match="No space"):
        write_columns(database, tmp_path / "columns", tmp_path / "draft")
    assert [path.name for path in tmp_path.iterdir()] == ["database"]


def test_existing_columns_are_not_replaced(database, tmp_path):
    write_columns(database, tmp_path / "columns", tmp_path / "draft")
    before = sorted((tmp_path / "columns").iterdir())
    with pytest.raises(OSError, match="columns"):
        write_columns(database, tmp_path / "columns", tmp_path / "draft")
    assert sorted((tmp_path / "columns").iterdir()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["columns", "database"]


def test_a_missing_database_is_an_error(tmp_path):
    with pytest.raises(OSError):
        write_columns(str(tmp_path / "none"), tmp_path / "columns", tmp_path / "draft")


def held(database, home):
    ensure_columns(database, home / "columns", home / "columns-1a2b")


def test_complete_columns_are_kept(database, tmp_path):
    held(database, tmp_path)
    before = (tmp_path / "columns").stat().st_ino
    held(database, tmp_path)
    assert (tmp_path / "columns").stat().st_ino == before


def test_damaged_columns_are_written_again(database, tmp_path):
    held(database, tmp_path)
    whole = (tmp_path / "columns" / KINDS_FILE).read_bytes()
    (tmp_path / "columns" / KINDS_FILE).write_bytes(b"")
    held(database, tmp_path)
    assert (tmp_path / "columns" / KINDS_FILE).read_bytes() == whole


def test_a_flipped_bit_is_detected(database, tmp_path):
    held(database, tmp_path)
    file = tmp_path / "columns" / STATEMENTS_FILE
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    held(database, tmp_path)
    assert file.read_bytes() == whole


def test_columns_that_another_process_wrote_meanwhile_are_kept(database, tmp_path, monkeypatch):
    def meanwhile(*paths):
        write_columns(*paths)
        raise OSError(39, "Directory not empty")

    monkeypatch.setattr(writer, "write_columns", meanwhile)
    held(database, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["columns", "database"]


def test_an_abandoned_draft_is_removed(database, tmp_path):
    for name, age in (("columns-old", writer.STALE_S + 10), ("columns-new", 0)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    held(database, tmp_path)
    assert sorted(path.name for path in tmp_path.glob("columns*")) == ["columns", "columns-new"]


def test_a_folder_that_cannot_be_written_is_an_error_before_the_database_is_read(
    database, tmp_path, monkeypatch
):
    monkeypatch.setattr(pyoxigraph.Store, "read_only", lambda _: pytest.fail("read for nothing"))
    with pytest.raises(OSError):
        write_columns(database, tmp_path / "columns", tmp_path / "none" / "draft")
