import math

import pytest

from kgraph.base.vocabulary import load_field_table
from kgraph.ingest import limits
from kgraph.ingest.problems import UNPARSED, ProblemCollector
from kgraph.ingest.rows import encode_unknown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "é"]}, '{"a":[true,null,"é"],"b":1}'),
        ([math.inf, math.nan], '["inf","nan"]'),
        (2**70, '"1180591620717411303424"'),
        ({1: "a", None: "b", ("x",): "c"}, '{"(\'x\',)":"c","1":"a","None":"b"}'),
        ("a\ud800", '"a\ufffd"'),
        ([UNPARSED, 1], "[null,1]"),
    ],
)
def test_any_value_becomes_json(value, text):
    assert encode_unknown(value, ProblemCollector("ep.md"), "/a") == text


def test_a_number_too_long_to_print_becomes_words():
    assert encode_unknown(10**5000, ProblemCollector("ep.md"), "/a") == '"a number of many digits"'


def test_unknown_fields_are_kept_and_told(read_front):
    reading = read_front("mood:\n  good: 7")
    assert reading.episode.extra == {"mood": '{"good":7}'}
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:4:1: /mood: unknown field: docs/reference.md lists what is read (kept as JSON)"
        " [field-unknown]"
    ]


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        ("runtime", "rename it to duration if that is what it holds"),
        ("publishDate", "docs/reference.md lists what is read"),  # there is a date
        ("url", "rename it to original_url if that is what it holds"),
        ("Summary", "rename it to summary if that is what it holds"),
        ("Title", "docs/reference.md lists what is read"),
        ("compnies", "rename it to companies if that is what it holds"),
        ("guests", "people are not read from the front matter"),
        ("x" * 100, "docs/reference.md lists what is read"),
    ],
)
def test_an_unknown_field_is_told_with_what_it_most_likely_means(read_front, key, advice):
    reading = read_front(f"{key}: 7")
    assert reading.episode.extra == {key: "7"}
    assert [problem.message for problem in reading.problems] == [f"unknown field: {advice}"]


def test_what_a_key_may_mean_is_a_field_or_a_sentence():
    table = load_field_table()
    names = {*table.episode, *table.rows}
    assert {meant for meant in table.meant.values() if " " not in meant} <= names
    assert [key for key in table.meant if key != "".join(filter(str.isalnum, key.lower()))] == []


@pytest.mark.parametrize("front", ["&a [{}]", "[{}]"])  # with an anchor the exact parser reads
def test_a_list_over_the_limit_is_cut_and_told(read_front, monkeypatch, front):
    monkeypatch.setattr(limits, "MAX_ENTRIES", 3)
    reading = read_front(f"mood:\n  days: {front.format('1, 2, 3, 4, 5')}")
    assert reading.episode.extra == {"mood": '{"days":[1,2,3]}'}
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:4:1: /mood: unknown field: docs/reference.md lists what is read (kept as JSON)"
        " [field-unknown]",
        "ep.md:5:3: /mood/days: only 3 entries are read of a list of 5 (2 left out) [limit]",
    ]


def test_a_list_over_the_limit_in_a_row_is_cut_and_told(read_front, monkeypatch):
    monkeypatch.setattr(limits, "MAX_ENTRIES", 2)
    reading = read_front("companies:\n- name: Acme\n  days: [[1, 2, 3], 4]")
    assert reading.episode.rows["companies"][0].values == {
        "name": "Acme",
        "+": '{"days":[[1,2],4]}',
    }
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:6:3: /companies/0/days: unknown field in 1 row (read are name, category, confidence,"
        " context, position, source): days (kept as JSON) [field-unknown]",
        "ep.md:6:3: /companies/0/days/0: only 2 entries are read of a list of 3 (1 left out)"
        " [limit]",
    ]
