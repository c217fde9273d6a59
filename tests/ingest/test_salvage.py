import pytest

from kgraph.ingest import read_bytes
from kgraph.ingest.problems import UNPARSED, ProblemCollector
from kgraph.ingest.salvage import salvage_fields
from kgraph.ingest.yaml_positions import YamlLocator


def recovered(text):
    report = ProblemCollector("ep.md")
    found = salvage_fields(YamlLocator(text, 2), report)
    return found, [str(problem) for problem in report.problems()]


def test_a_broken_field_costs_itself():
    found, told = recovered('title: "A talk\nlayout: x\ntags: [a\nduration: 5\n')
    assert found == {"title": UNPARSED, "layout": "x", "tags": UNPARSED, "duration": 5}
    assert told == [
        "ep.md:2:8: /title: found unexpected end of stream"
        ' (a quotation mark is not closed): title: "A talk (field set aside)'
        " [yaml-broken]",
        "ep.md:4:7: /tags: did not find expected ',' or ']'"
        " (close the bracket, or put the text in quotes): tags: [a (field set aside)"
        " [yaml-broken]",
    ]


def test_an_unquoted_text_with_a_colon_is_read_as_it_was_meant():
    found, told = recovered("title: Part one: the\n  beginning\nlayout: x\n")
    assert found == {"title": "Part one: the beginning", "layout": "x"}
    assert told == [
        "ep.md:2:1: /title: unquoted text with a colon: Part one: the beginning (read as text)"
        " [yaml-colon]"
    ]


def test_a_broken_entry_keeps_its_healthy_fields_and_the_indices_of_the_others():
    found, told = recovered(
        "companies:\n- name: Acme\n- name: Bolt\n  context: 'open\n  position: 3\n- name: Corp\n"
    )
    assert found == {
        "companies": [{"name": "Acme"}, {"name": "Bolt", "position": 3}, {"name": "Corp"}]
    }
    assert told == [
        "ep.md:5:12: /companies/1/context: found unexpected end of stream"
        " (a quotation mark is not closed): context: 'open"
        " (field set aside) [yaml-broken]"
    ]


def test_an_entry_that_cannot_be_taken_apart_is_lost_but_counted(read_front):
    reading = read_front('tags:\n- a\n- "b\n- c')
    rows = reading.episode.rows["tags"]
    assert [(row.index, row.values) for row in rows] == [(0, {"tag": "a"}), (2, {"tag": "c"})]
    assert reading.episode.row_counts == {"tags": 3}
    assert [(p.line, p.column, p.field, p.action) for p in reading.problems] == [
        (6, 3, "/tags/1", "entry left out")
    ]


@pytest.mark.parametrize(
    ("stray", "line"),
    [("\tname: Bolt", 4), ("words", 4), ("}", 4), ("  - deeper: x\n y", 5)],
)
def test_lines_that_belong_to_nothing_are_left_out(stray, line):
    found, told = recovered(f"companies:\n- name: Acme\n{stray}\n- name: Corp\nlayout: x\n")
    assert (found["layout"], found["companies"][-1]) == ("x", {"name": "Corp"})
    assert told[-1].startswith(f"ep.md:{line}:")
    assert "[yaml-broken]" in told[-1]


def test_a_key_written_twice_in_a_broken_text_is_told():
    found, told = recovered('a: 1\na: 2\nb: "\n')
    assert found == {"a": 2, "b": UNPARSED}
    assert told[0] == "ep.md:3:1: /a: key written twice (last one kept) [key-twice]"


def test_a_key_written_twice_in_a_part_is_told_with_its_line():
    found, told = recovered('a: "\nrows:\n- b: 1\n  b: 2\n')
    assert found == {"a": UNPARSED, "rows": [{"b": 2}]}
    assert told[1] == "ep.md:5:3: /rows/0/b: key written twice (last one kept) [key-twice]"


SAMPLE = """\
---
companies:
- category: tech
  name: Acme
  position: 12
- name: Bolt
  context: "Bolt is: a
    builder"
date: 2025-08-11 14:00:00 +0000
tags:
- ai
- 'no'
title: 'A: talk'
---
"""


@pytest.mark.parametrize(
    "text", [SAMPLE, SAMPLE.replace("\n", "\r\n"), SAMPLE[:-4] + "é☃😀\n---\n"]
)
def test_a_file_cut_off_anywhere_loses_only_its_tail(text):
    data = text.encode()
    whole = read_bytes("ep.md", data).episode
    for end in range(len(data)):
        reading = read_bytes("ep.md", data[:end])
        lines = data[:end].decode("utf-8", "ignore").count("\n")
        rows = reading.episode.rows if reading.episode else {}
        for row, line in ((0, 5), (1, 8)):  # the lines after which a row must be there
            if lines > line:
                assert rows["companies"][row] == whole.rows["companies"][row], end
        if lines > 11:
            assert rows["tags"] == whole.rows["tags"], end
            assert reading.episode.date == whole.date
        assert reading.problems or reading.episode.values == whole.values


def test_a_tab_that_indents_is_told_as_a_tab(read_front):
    reading = read_front("companies:\n\t- name: OpenAI\n\t- name: Nvidia")
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:5:1: /companies: a tab indents this line, and YAML takes spaces only:"
        " - name: OpenAI (2 lines left out) [yaml-broken]"
    ]
