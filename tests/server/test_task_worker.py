"""Errors travel from a task worker to the server."""

import json

import pytest

from kgraph.base import errors
from kgraph.server.workers.task_worker import decode_error, encode_error

ERRORS = [
    errors.InputError("no"),
    errors.InputError("no", parameter="since"),
    errors.UnknownNameError("no", ["Acme", "Akme"], parameter="company"),
    errors.AmbiguousNameError("several", ["company/x", "crypto/x"], parameter="company"),
    errors.QueryError("line 1: no"),
    errors.QueryBusyError("later", 3),
    errors.RequestError(405, "no", ("GET", "HEAD")),
    errors.StoreMissingError("none"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_is_decoded_as_it_was(error):
    again = decode_error(json.loads(json.dumps(encode_error(error))))
    assert type(again) is type(error)
    assert str(again) == str(error)
    plain = {name: tuple(v) if isinstance(v, list) else v for name, v in vars(again).items()}
    assert plain == vars(error)


def test_an_unexpected_error_keeps_its_name_and_message():
    again = decode_error(json.loads(json.dumps(encode_error(ZeroDivisionError("by zero")))))
    assert (type(again), str(again)) == (RuntimeError, "ZeroDivisionError: by zero")


def test_a_memory_error_becomes_query_too_large():
    assert isinstance(decode_error(encode_error(MemoryError())), errors.QueryTooLargeError)
