"""Each kind of damage once, read with the fast parser and without it: one answer, all told."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from unittest.mock import patch

import pytest

from kgraph.ingest import limits, read_bytes, yaml_fast


class Case(NamedTuple):
    """A front matter below a title and a date, and all that is read of it.

    ``rows`` are the values of the rows by list; ``told`` are the problems without the file.
    """

    front: str
    values: Mapping = MappingProxyType({})
    rows: Mapping = MappingProxyType({})
    extra: Mapping = MappingProxyType({})
    told: tuple = ()


CASES = {
    "a complex key": Case(
        "? [x, y]\n: c\nlayout: post",
        {"layout": "post"},
        told=("4:3: expected a text as a key (left out with its value) [key-shape]",),
    ),
    "nested complex keys": Case(
        "? " * 60 + "x\nlayout: post",
        {"layout": "post"},
        told=("4:3: expected a text as a key (left out with its value) [key-shape]",),
    ),
    "a template in braces": Case(
        "source: {{ site.name }}\nlayout: post",
        {"layout": "post"},
        told=(
            "4:1: /source: a placeholder of a template (leave the file out with exclude, or "
            "fill it in): {{ site.name }} (field set aside) [placeholder]",
        ),
    ),
    "a complex key in a broken front matter": Case(
        'companies:\n- name: Acme\n  {a: b}: c\n- name: Bolt\nlayout: "post',
        rows={"companies": [{"name": "Acme"}, {"name": "Bolt"}]},
        told=(
            "6:3: /companies/0: expected a text as a key (left out with its value) [key-shape]",
            "8:9: /layout: found unexpected end of stream"
            ' (a quotation mark is not closed): layout: "post (field set aside)'
            " [yaml-broken]",
        ),
    ),
    "an alias": Case(
        "companies: &x\n- name: Acme\nmood: *x",
        rows={"companies": [{"name": "Acme"}]},
        extra={"mood": '[{"name":"Acme"}]'},
        told=("6:1: /mood: unknown field: a build does not use it (kept as JSON) [field-unknown]",),
    ),
    "aliases as keys": Case(
        "source: &x layout\nduration: &y 7\n*x : post\n*y : 1",
        {"source": "layout", "duration": 7, "layout": "post"},
        told=("7:1: expected a text as a key (left out with its value) [key-shape]",),
    ),
    "an alias to nothing": Case(
        "companies:\n- name: *x\n- name: Bolt",
        rows={"companies": [{"name": "Bolt"}]},
        told=(
            "5:1: /companies/0: expected a mapping with name (write `- name: OpenAI`), got {}"
            " (row left out) [row-incomplete]",
            "5:9: /companies/0/name: no anchor before this alias: *x:"
            " - name: *x (field set aside) [yaml-broken]",
        ),
    ),
    "merge keys": Case(
        "companies:\n- &x {name: Acme, position: 1}\n- <<: *x\n  name: Bolt",
        rows={"companies": [{"name": "Acme", "position": 1}, {"name": "Bolt", "position": 1}]},
    ),
    "tags": Case(
        "companies:\n- name: !!str 12\n- !!map {name: Bolt}\nlayout: !x post",
        {"layout": "post"},
        {"companies": [{"name": "12"}, {"name": "Bolt"}]},
    ),
    "a directive": Case(
        "%YAML 1.1\nlayout: post",
        {"layout": "post"},
        told=("4:1: /date: neither a field nor an entry: %YAML 1.1 (line left out) [yaml-broken]",),
    ),
    "a tab": Case(
        "companies:\n\t- name: Acme\nlayout: post",
        {"layout": "post"},
        {"companies": []},
        told=(
            "5:1: /companies: a tab indents this line, and YAML takes spaces only: - name: Acme"
            " (line left out) [yaml-broken]",
        ),
    ),
    "indentation": Case(
        "companies:\n- name: Acme\n   position: 1\n- name: Bolt",
        rows={"companies": [{"name": "Acme position: 1"}, {"name": "Bolt"}]},
        told=(
            "5:3: /companies/0/name: unquoted text with a colon: Acme position: 1 (read as text)"
            " [yaml-colon]",
        ),
    ),
    "an open quote": Case(
        "companies:\n- name: 'Acme\n- name: Bolt",
        rows={"companies": [{"name": "Bolt"}]},
        told=(
            "5:1: /companies/0: expected a mapping with name (write `- name: OpenAI`), got {}"
            " (row left out) [row-incomplete]",
            "5:9: /companies/0/name: found unexpected end of stream"
            " (a quotation mark is not closed): - name: 'Acme"
            " (field set aside) [yaml-broken]",
        ),
    ),
    "repeated lines": Case(
        "companies:\n- name: Acme\n  name: Acme\nlayout: post\nlayout: page",
        {"layout": "page"},
        {"companies": [{"name": "Acme"}]},
        told=(
            "6:3: /companies/0/name: key written twice (last one kept) [key-twice]",
            "8:1: /layout: key written twice (last one kept) [key-twice]",
        ),
    ),
    "a moved line": Case(
        "companies:\nlayout: post\n- name: Acme",
        {"layout": "post - name: Acme"},
        {"companies": []},
        told=(
            "5:1: /layout: unquoted text with a colon: post - name: Acme (read as text)"
            " [yaml-colon]",
        ),
    ),
    "keys spelled as values": Case(
        "mood: {~: 1, 1.50: 2, true: 3, 0x1F: 4, yes: 5}",
        extra={"mood": '{"0x1F":4,"1.50":2,"true":3,"yes":5,"~":1}'},
        told=("4:1: /mood: unknown field: a build does not use it (kept as JSON) [field-unknown]",),
    ),
    "numbers with a fraction": Case(
        "quotes:\n- text: x\n  relevance_score: 7.5\n- text: y\n  relevance_score: 7.0",
        rows={"quotes": [{"text": "x", "relevance_score": 8}, {"text": "y", "relevance_score": 7}]},
        told=(
            "6:3: /quotes/0/relevance_score: expected a whole number from 1 to 10, got 7.5"
            " (read as 8) [converted]",
            "8:3: /quotes/1/relevance_score: expected a whole number from 1 to 10, got 7.0"
            " (read as 7) [converted]",
        ),
    ),
    "a number of many digits": Case(
        "duration: " + "7" * (limits.MAX_DIGITS + 1),
        told=(
            "4:1: /duration: expected at most 10,080 minutes, got a number of many digits"
            " (field set aside) [out-of-range]",
        ),
    ),
    "control characters": Case(
        'layout: a\x01\u2028b\nsource: "\x85"',
        {"layout": "a b"},
        told=("4:1: /layout: control characters in a\\x01 b (read as a b) [control-character]",),
    ),
    "escapes": Case(
        'layout: "\\U00100041\u2028"\nsource: "\\ud83d\\ude00 \\ud83d"',
        {"layout": "\U00100041", "source": "\U0001f600 \ufffd"},
        told=(
            "4:1: /layout: expected a text on one line, got \\U00100041 (read as \\U00100041)"
            " [converted]",
            "5:1: /source: a lone surrogate is escaped in \U0001f600 \ufffd (read as U+FFFD)"
            " [surrogate]",
        ),
    ),
    "a byte order mark within": Case(
        "\ufefflayout: post",
        extra={"\ufefflayout": '"post"'},
        told=(
            "4:1: /\ufefflayout: unknown field: rename it to layout if that is what it holds"
            " (kept as JSON) [field-unknown]",
        ),
    ),
    "carriage returns": Case(
        "layout: post\r\ncompanies:\r- name: Acme\r\n",
        {"layout": "post"},
        {"companies": [{"name": "Acme"}]},
    ),
    "flow style": Case(
        "companies: [{name: Acme}, Bolt, ]\ntags: [a, [b], c",
        rows={"companies": [{"name": "Acme"}, {"name": "Bolt"}], "tags": []},
        told=(
            "5:7: /tags: did not find expected ',' or ']'"
            " (close the bracket, or put the text in quotes): tags: [a, [b], c (field set aside)"
            " [yaml-broken]",
        ),
    ),
    "block scalars": Case(
        "companies:\n- name: Acme\n  context: |2\n     a\n    b\n- name: Bolt\n  context: >x\n   y",
        rows={"companies": [{"name": "Acme", "context": " a\nb\n"}, {"name": "Bolt"}]},
        told=(
            "10:13: /companies/1/context: did not find expected comment or line break:"
            " context: >x (field set aside) [yaml-broken]",
        ),
    ),
    "comments": Case(
        "layout: post# x\nsource: a # b\n# c\ncompanies: # d\n# e\n- name: Acme",
        {"layout": "post# x", "source": "a"},
        {"companies": [{"name": "Acme"}]},
    ),
    "document marks": Case(
        "layout: post\n--- x\nsource: a\n...\nduration: 7",
        {"layout": "post", "source": "a", "duration": 7},
        told=("5:1: /layout: neither a field nor an entry: --- x (line left out) [yaml-broken]",),
    ),
    "the deepest nest": Case(
        "mood: " + "[" * (limits.MAX_DEPTH - 1) + "a" + "]" * (limits.MAX_DEPTH - 1),
        extra={"mood": "[" * (limits.MAX_DEPTH - 1) + '"a"' + "]" * (limits.MAX_DEPTH - 1)},
        told=("4:1: /mood: unknown field: a build does not use it (kept as JSON) [field-unknown]",),
    ),
    "a nest too deep": Case(
        "layout: post\nmood: " + "[" * limits.MAX_DEPTH + "a" + "]" * limits.MAX_DEPTH,
        {"layout": "post"},
        told=(
            "5:71: more than 64 nested levels (read part by part) [limit]",
            f"5:71: /mood: more than 64 nested levels: mood: {'[' * 64}a]]]]]]]]…"
            " (field set aside) [limit]",
        ),
    ),
    "values of other types": Case(
        "companies: 7\nquotes:\n- [a]\n- ~\ntopics: {topic: ai}\nduration: [7]",
        rows={"companies": [], "quotes": [], "topics": [{"topic": "ai"}]},
        told=(
            "4:1: /companies: expected a list (write `- name: OpenAI`), got 7 (field set aside)"
            " [list-shape]",
            "6:1: /quotes/0: expected a text or a mapping with text (write `- text: the words`),"
            " got a list of 1 (row left out) [row-shape]",
            "7:1: /quotes/1: expected a text or a mapping with text (write `- text: the words`),"
            " got null (row left out) [row-shape]",
            "8:1: /topics: expected a list, got a mapping of topic (read as 1 row) [converted]",
            "9:1: /duration: expected a duration (write it as 1:02:51, PT52M, 52 min or whole"
            " minutes), got a list of 1 (field set aside) [type-wrong]",
        ),
    ),
    "hashtags in a flow list": Case(
        'tags: [#ai, #chips]\ntopics: ["#a, b", [x,\n  y, #c/d-e f]\nlayout: post',
        {"layout": "post"},
        {"tags": [], "topics": []},
        told=(
            '4:8: /tags: # begins a comment (put the text in quotes: "#ai"): tags: [#ai, #chips]'
            " (field set aside) [yaml-broken]",
            '6:6: /topics: # begins a comment (put the text in quotes: "#c/d-e"): y, #c/d-e f]'
            " (field set aside) [yaml-broken]",
        ),
    ),
    "hashtags in place of values": Case(
        "tags: #ai #chips\nlayout: #été\ncompanies:\n- #acme\n- name: #Bolt\n- name: Corp # x",
        rows={"tags": [], "companies": [{"name": "Corp"}]},
        told=(
            '4:1: /tags: # begins a comment (put the text in quotes: "#ai") (left empty)'
            " [yaml-comment]",
            '5:1: /layout: # begins a comment (put the text in quotes: "#été") (left empty)'
            " [yaml-comment]",
            '7:1: /companies/0: # begins a comment (put the text in quotes: "#acme")'
            " (row left out) [row-shape]",
            '8:1: /companies/1: # begins a comment (put the text in quotes: "#Bolt")'
            " (row left out) [row-incomplete]",
        ),
    ),
    "comments that are no hashtags": Case(
        "tags: # none yet\ntopics: #1\nlayout: ~ #x\nsource: a #b\nquotes: #x\n- a\n"
        "companies: [Acme, Bolt # the second\n  ] #Corp\nthemes: ['a #b', 'c",
        {"source": "a"},
        {
            "tags": [],
            "topics": [],
            "quotes": [{"text": "a"}],
            "companies": [{"name": "Acme"}, {"name": "Bolt"}],
        },
        told=(
            "12:18: /themes: found unexpected end of stream (a quotation mark is not closed):"
            " themes: ['a #b', 'c (field set aside) [yaml-broken]",
        ),
    ),
    "comments beside the fault": Case(
        'companies: [\n  OpenAI, #main one\n  "Nvidia\n]\ntopics: ["x, #a]\n'
        "quotes: [ #all [two]\n  'y",
        rows={"companies": [], "topics": [], "quotes": []},
        told=(
            "6:3: /companies: found unexpected end of stream (a quotation mark is not closed):"
            ' "Nvidia (field set aside) [yaml-broken]',
            "7:1: /companies: neither a field nor an entry: ] (line left out) [yaml-broken]",
            "8:10: /topics: found unexpected end of stream (a quotation mark is not closed):"
            ' topics: ["x, #a] (field set aside) [yaml-broken]',
            "10:3: /quotes: found unexpected end of stream (a quotation mark is not closed):"
            " 'y (field set aside) [yaml-broken]",
        ),
    ),
    "a hashtag with a bracket below quotes and comments": Case(
        "tags: ['it''s #a]', \"\\\" #b]\", don't, # \"c\n  'x ', {y: #d}]",
        rows={"tags": []},
        told=(
            '5:13: /tags: # begins a comment (put the text in quotes: "#d"):'
            " 'x ', {y: #d}] (field set aside) [yaml-broken]",
        ),
    ),
    "comments in place of texts": Case(
        "summary: #TODO write\nlayout: #TODO, #ask\nduration: #long\nmood: #x\nthemes: #ai\n"
        "tags: #ai and more",
        rows={"tags": []},
        extra={"mood": "null"},
        told=(
            '5:1: /layout: # begins a comment (put the text in quotes: "#TODO") (left empty)'
            " [yaml-comment]",
            "7:1: /mood: unknown field: a build does not use it (kept as JSON) [field-unknown]",
            '8:1: /themes: # begins a comment (put the text in quotes: "#ai") (left empty)'
            " [yaml-comment]",
            '9:1: /tags: # begins a comment (put the text in quotes: "#ai") (left empty)'
            " [yaml-comment]",
        ),
    ),
    "renamed keys": Case(
        "organisations:\n- name: Acme\nquotes:\n- words: x",
        rows={"companies": [{"name": "Acme"}], "quotes": []},
        told=(
            "4:1: /organisations: another name of companies (read as companies) [field-renamed]",
            "7:1: /quotes/0: expected a mapping with text (write `- text: the words`), got a"
            " mapping of words (row left out) [row-incomplete]",
        ),
    ),
}


def read_twice(front):
    """What is read with the fast parser, where it is installed, and without it."""
    data = f"---\ntitle: A talk\ndate: 2025-08-11\n{front}\n---\n".encode()
    reading = read_bytes("ep.md", data)
    with patch.object(yaml_fast, "_loads", None):
        assert repr(read_bytes("ep.md", data)) == repr(reading)
    return reading


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_damage_costs_only_itself_and_is_told(case):
    reading = read_twice(case.front)
    episode = reading.episode
    head = {"title": "A talk", "date": "2025-08-11"}
    assert episode.values == {**head, **case.values}
    assert {name: [r.values for r in rows] for name, rows in episode.rows.items()} == case.rows
    assert episode.extra == case.extra
    assert [str(p).removeprefix("ep.md:") for p in reading.problems] == list(case.told)


@pytest.mark.parametrize(
    ("limit", "least", "front", "message"),
    [
        (
            "MAX_TOTAL_CHARS",
            40,
            "a: &x 0123456789\nb: [*x, *x, *x]",
            "40 characters with those of aliases",
        ),
        ("MAX_DEPTH", 3, "a: &x [[y]]\nb: [*x]", "3 nested levels"),
        ("MAX_DEPTH", 3, "a: &x [[y]]\nb: &z *x\n", "did not find expected"),
        ("MAX_NODES", 7, "a: &x [1, 2]\nb: [*x]\nc: 1", "7 values"),
        ("MAX_TAG_DIRECTIVES", 1, "%TAG !a! b\n%TAG !c! d", "1 %TAG directives"),
    ],
)
def test_what_aliases_and_directives_stand_for_is_limited(
    monkeypatch, limit, least, front, message
):
    monkeypatch.setattr(limits, limit, least)
    reading = read_twice(front)
    assert reading.episode.title == "A talk"
    assert any(message in problem.message for problem in reading.problems)


def test_the_lines_of_a_broken_front_matter_are_limited(monkeypatch):
    monkeypatch.setattr(limits, "MAX_SALVAGE_LINES", 6)
    reading = read_twice("layout: 'post\ncompanies:\n- name: Acme\n- name: Bolt\n  position: 1")
    assert [row.values for row in reading.episode.rows["companies"]] == [{"name": "Acme"}]
    assert [str(p).removeprefix("ep.md:") for p in reading.problems] == [
        "4:9: /layout: found unexpected end of stream"
        " (a quotation mark is not closed): layout: 'post (field set aside)"
        " [yaml-broken]",
        "7:1: /companies/1: expected a mapping with name (write `- name: OpenAI`), got {}"
        " (row left out) [row-incomplete]",
        "7:3: /companies/1/name: cut off by the limit of lines: - name: Bolt (field set aside)"
        " [limit]",
        "8:1: only 6 lines of a front matter are read (the rest left out) [limit]",
    ]


def test_the_work_on_a_broken_front_matter_is_limited_and_small_parts_come_first(monkeypatch):
    monkeypatch.setattr(limits, "MAX_SALVAGE_WORK", 12)
    reading = read_twice("mood: [a, a, a, a, a, a, a, a, a, a, a\nlayout: post")
    assert reading.episode.values["layout"] == "post"
    assert [str(p).removeprefix("ep.md:") for p in reading.problems] == [
        "4:1: /mood: too much to be parsed part by part: mood: [a, a, a, a, a, a, a, a, a, a, a"
        " (field set aside) [limit]"
    ]


def test_a_required_field_that_is_a_hashtag_is_one_problem():
    reading = read_bytes("ep.md", b"---\ntitle: #AI is here\ndate: #soon\n---\n")
    assert list(map(str, reading.problems)) == [
        'ep.md:2:1: /title: no title: # begins a comment (put the text in quotes: "#AI")'
        " (left empty) [field-missing]",
        "ep.md:3:1: /date: no date (left empty) [field-missing]",
    ]


@pytest.mark.parametrize("front", ["tags: #{}", "companies:\n- #{}", "tags: [#{}]"])
def test_a_long_hashtag_is_shortened_in_the_message(front):
    (problem,) = read_twice(front.format("a" * 200_000)).problems
    assert f'"#{"a" * 78}…"' in problem.message
    assert len(str(problem)) < 300
