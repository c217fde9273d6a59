import math

import pytest

from kgraph.reading.extra import as_json
from kgraph.reading.problems import LOST


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "é"]}, '{"a":[true,null,"é"],"b":1}'),
        ([math.inf, math.nan], '["inf","nan"]'),
        (2**70, '"1180591620717411303424"'),
        ({1: "a", None: "b", ("x",): "c"}, '{"(\'x\',)":"c","1":"a","None":"b"}'),
        ("a\ud800", '"a\ufffd"'),
        ([LOST, 1], "[null,1]"),
    ],
)
def test_any_value_becomes_json(value, text):
    assert as_json(value) == text


def test_a_number_too_long_to_print_becomes_words():
    assert as_json(10**5000) == '"a number of many digits"'


def test_unknown_fields_are_kept_and_told(read_front):
    reading = read_front("mood:\n  good: 7")
    assert reading.episode.extra == {"mood": '{"good":7}'}
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:4:1: /mood: unknown field: docs/reference.md lists what is read (kept as JSON)"
        " [field-unknown]"
    ]
