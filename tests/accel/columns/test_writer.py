"""Columns appear whole or not at all."""

import os
import time

import numpy as np
import pyoxigraph
import pytest

from kgraph.accel.columns import writer
from kgraph.accel.columns.graph import KINDS, STATEMENTS
from kgraph.accel.columns.writer import ensure_columns, write_columns


@pytest.fixture
def database(tmp_path):
    made = pyoxigraph.Store(str(tmp_path / "database"))
    made.bulk_load(b"<a:a> <a:p> <a:b> .", pyoxigraph.RdfFormat.TURTLE)
    made.flush()
    return str(tmp_path / "database")


def test_what_fails_leaves_nothing(database, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", fail)
    with pytest.raises(OSError, match="No space"):
        write_columns(database, tmp_path / "columns", tmp_path / "draft")
    assert [path.name for path in tmp_path.iterdir()] == ["database"]


def test_those_that_are_there_stay(database, tmp_path):
    write_columns(database, tmp_path / "columns", tmp_path / "draft")
    before = sorted((tmp_path / "columns").iterdir())
    with pytest.raises(OSError, match="columns"):
        write_columns(database, tmp_path / "columns", tmp_path / "draft")
    assert sorted((tmp_path / "columns").iterdir()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["columns", "database"]


def test_no_database_is_no_columns(tmp_path):
    with pytest.raises(OSError):
        write_columns(str(tmp_path / "none"), tmp_path / "columns", tmp_path / "draft")


def held(database, home):
    ensure_columns(database, home / "columns", home / "columns-1a2b")


def test_whole_ones_are_held_as_they_are(database, tmp_path):
    held(database, tmp_path)
    before = (tmp_path / "columns").stat().st_ino
    held(database, tmp_path)
    assert (tmp_path / "columns").stat().st_ino == before


def test_damaged_ones_are_made_anew(database, tmp_path):
    held(database, tmp_path)
    whole = (tmp_path / "columns" / KINDS).read_bytes()
    (tmp_path / "columns" / KINDS).write_bytes(b"")
    held(database, tmp_path)
    assert (tmp_path / "columns" / KINDS).read_bytes() == whole


def test_a_flipped_bit_is_enough(database, tmp_path):
    held(database, tmp_path)
    file = tmp_path / "columns" / STATEMENTS
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    held(database, tmp_path)
    assert file.read_bytes() == whole


def test_who_comes_second_finds_the_others(database, tmp_path, monkeypatch):
    def meanwhile(*paths):
        write_columns(*paths)
        raise OSError(39, "Directory not empty")

    monkeypatch.setattr(writer, "write_columns", meanwhile)
    held(database, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["columns", "database"]


def test_a_draft_that_nobody_works_on_is_removed(database, tmp_path):
    for name, age in (("columns-old", writer.STALE_S + 10), ("columns-new", 0)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    held(database, tmp_path)
    assert sorted(path.name for path in tmp_path.glob("columns*")) == ["columns", "columns-new"]


def test_a_folder_that_cannot_be_written_is_known_at_once(database, tmp_path, monkeypatch):
    monkeypatch.setattr(pyoxigraph.Store, "read_only", lambda _: pytest.fail("read for nothing"))
    with pytest.raises(OSError):
        write_columns(database, tmp_path / "columns", tmp_path / "none" / "draft")
