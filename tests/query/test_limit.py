"""A time limit ends what it stops."""

import os
import time

import pytest

from kgraph.errors import InputError, QueryError, QueryTimeoutError
from kgraph.query.limit import within


def refuse(words):
    raise InputError(words)


def test_what_is_in_time_is_given():
    assert within(60, sum, [1, 2]) == 3


def test_what_takes_longer_is_stopped():
    with pytest.raises(QueryTimeoutError, match=r"passed its limit of 0.1 s: narrow it, or raise"):
        within(0.1, time.sleep, 60)


def test_an_error_and_a_death_are_told():
    with pytest.raises(InputError, match="no such thing"):
        within(60, refuse, "no such thing")
    with pytest.raises(QueryError, match="process was killed"):
        within(60, os._exit, 9)
