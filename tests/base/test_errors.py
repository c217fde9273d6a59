"""Errors that several packages raise have one sentence."""

import errno
from pathlib import Path

import pytest

from kgraph.base.errors import InputError, name_full_disk, suggest_fix, unknown_format_error
from kgraph.export.export import export
from kgraph.identify.table_file import read_table_file
from kgraph.query.answer import check_answer_format


def test_an_unknown_format_is_told_with_all_formats():
    error = unknown_format_error("docx", ("csv", "json"))
    assert type(error) is InputError
    assert str(error) == "docx: no such format; choose one of csv, json"


def test_exports_and_answers_refuse_a_format_with_one_sentence():
    with pytest.raises(InputError, match=r"^docx: no such format; choose one of turtle, "):
        export(None, "docx", "-")
    with pytest.raises(InputError, match=r"^docx: no such format; choose one of [a-z]+, "):
        check_answer_format("docx")


@pytest.mark.parametrize(
    ("error", "path"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "work"),
        (OSError(errno.ENOSPC, "No space left on device", "work/a"), "work/a"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), None),
    ],
)
def test_a_full_disk_is_named(error, path):
    with pytest.raises(OSError) as caught, name_full_disk("work"):
        raise error
    assert caught.value.filename == path


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (
            "Oxigraph needs at least 96 file descriptors, only 64 allowed",
            "allow more open files (ulimit -n)",
        ),
        ("IO error: No space left on device", "free disk space, or choose another folder"),
    ],
)
def test_errors_of_the_database_have_advice_by_their_words(words, fix):
    assert suggest_fix(OSError(words)) == fix


@pytest.mark.parametrize(
    ("error", "reason"),
    [(OSError("no such drive"), "no such drive"), (TimeoutError(), "TimeoutError")],
)
def test_an_error_without_a_number_is_told_in_its_own_words(monkeypatch, error, reason):
    def fail(path):
        raise error

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(InputError) as refused:
        read_table_file("table.csv")
    assert str(refused.value) == f"table.csv: {reason}: check the path, or choose another"
