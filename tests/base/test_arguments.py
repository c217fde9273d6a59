"""Arguments of the library are refused with parameter, value and range."""

import math

import pytest

from kgraph.base.arguments import check_count, check_number, check_texts
from kgraph.base.errors import InputError


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        (lambda value: check_count("limit", value), 0, "a whole number from 1 on"),
        (lambda value: check_count("limit", value, minimum=0), -1, "a whole number from 0 on"),
        (lambda value: check_count("limit", value, maximum=5000), 5001, "a whole number from 1 to"),
        (lambda value: check_count("limit", value), 2.5, "a whole number from 1 on"),
        (lambda value: check_count("limit", value), True, "a whole number from 1 on"),
        (lambda value: check_number("limit", value, 0, 1), 1.5, "a number from 0 to 1"),
        (lambda value: check_number("limit", value, 0, 1), math.nan, "a number from 0 to 1"),
        (lambda value: check_number("limit", value, 0, 1), "x", "a number from 0 to 1"),
        (lambda value: check_count("limit", value), "3", "a whole number from 1 on"),
        (lambda value: check_number("limit", value, 0), -1, "a number from 0 on"),
        (lambda value: check_texts(limit=value), None, "a text"),
    ],
)
def test_an_argument_is_refused_with_what_it_takes(check, value, expected):
    with pytest.raises(InputError) as caught:
        check(value)
    shown = f"'{value}'" if isinstance(value, str) else value
    assert str(caught.value).startswith(f"limit {shown}: write {expected}")
    assert caught.value.parameter == "limit"


def test_what_is_within_its_limits_is_accepted():
    numpy = pytest.importorskip("numpy")
    for value in (1, numpy.int64(5)):
        check_count("limit", value, maximum=5)
    for number in (0, 0.5, 1, numpy.float64(0.5)):
        check_number("confidence", number, 0, 1)
    check_number("timeout", math.inf, 0)
    check_texts(name="", other="x")
