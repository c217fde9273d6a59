"""What a process of tasks says of an error is that error again at the server."""

import json

import pytest

from kgraph.base import errors
from kgraph.server.workers.task_worker import decode_error, encode_error

SAID = [
    errors.InputError("no"),
    errors.InputError("no", parameter="since"),
    errors.UnknownNameError("no", ["Acme", "Akme"], parameter="company"),
    errors.QueryError("line 1: no"),
    errors.QueryBusyError("later", 3),
    errors.RequestError(405, "no", ("GET", "HEAD")),
    errors.StoreMissingError("none"),
]


@pytest.mark.parametrize("error", SAID, ids=lambda error: type(error).__name__)
def test_an_error_comes_back_as_it_was(error):
    again = decode_error(json.loads(json.dumps(encode_error(error))))
    assert type(again) is type(error)
    assert str(again) == str(error)
    plain = {name: tuple(v) if isinstance(v, list) else v for name, v in vars(again).items()}
    assert plain == vars(error)


def test_what_nobody_expected_keeps_its_name_and_words():
    again = decode_error(json.loads(json.dumps(encode_error(ZeroDivisionError("by zero")))))
    assert (type(again), str(again)) == (RuntimeError, "ZeroDivisionError: by zero")


def test_no_memory_is_an_answer_that_is_too_large():
    assert isinstance(decode_error(encode_error(MemoryError())), errors.QueryTooLargeError)
