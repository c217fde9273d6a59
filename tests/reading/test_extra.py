import math

import pytest

from kgraph.reading import limits
from kgraph.reading.extra import as_json
from kgraph.reading.problems import LOST, Report


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
    assert as_json(value, Report("ep.md"), "/a") == text


def test_a_number_too_long_to_print_becomes_words():
    assert as_json(10**5000, Report("ep.md"), "/a") == '"a number of many digits"'


def test_unknown_fields_are_kept_and_told(read_front):
    reading = read_front("mood:\n  good: 7")
    assert reading.episode.extra == {"mood": '{"good":7}'}
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:4:1: /mood: unknown field (kept as JSON) [field-unknown]"
    ]


@pytest.mark.parametrize("front", ["&a [{}]", "[{}]"])  # with an anchor the exact parser reads
def test_a_list_over_the_limit_is_cut_and_told(read_front, monkeypatch, front):
    monkeypatch.setattr(limits, "ENTRIES", 3)
    reading = read_front(f"mood:\n  days: {front.format('1, 2, 3, 4, 5')}")
    assert reading.episode.extra == {"mood": '{"days":[1,2,3]}'}
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:4:1: /mood: unknown field (kept as JSON) [field-unknown]",
        "ep.md:5:3: /mood/days: only 3 entries are read of a list of 5 (2 left out) [limit]",
    ]


def test_a_list_over_the_limit_in_a_row_is_cut_and_told(read_front, monkeypatch):
    monkeypatch.setattr(limits, "ENTRIES", 2)
    reading = read_front("companies:\n- name: Acme\n  days: [[1, 2, 3], 4]")
    assert reading.episode.rows["companies"][0].values == {
        "name": "Acme",
        "+": '{"days":[[1,2],4]}',
    }
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:6:3: /companies/0/days: unknown field in 1 row: days (kept as JSON) [field-unknown]",
        "ep.md:6:3: /companies/0/days/0: only 2 entries are read of a list of 3 (1 left out)"
        " [limit]",
    ]
