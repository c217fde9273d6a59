"""Columns appear whole or not at all."""

import numpy as np
import pyoxigraph
import pytest

from kgraph.columns.making import make


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
        make(database, tmp_path / "columns", tmp_path / "draft")
    assert [path.name for path in tmp_path.iterdir()] == ["database"]


def test_those_that_are_there_stay(database, tmp_path):
    make(database, tmp_path / "columns", tmp_path / "draft")
    before = sorted((tmp_path / "columns").iterdir())
    with pytest.raises(OSError, match="columns"):
        make(database, tmp_path / "columns", tmp_path / "draft")
    assert sorted((tmp_path / "columns").iterdir()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["columns", "database"]


def test_no_database_is_no_columns(tmp_path):
    with pytest.raises(OSError):
        make(str(tmp_path / "none"), tmp_path / "columns", tmp_path / "draft")
