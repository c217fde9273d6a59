"""Errors that several packages raise have one sentence."""

import pytest

from kgraph.base.errors import InputError, unknown_format_error
from kgraph.export.export import export
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
