"""Checking: every problem, then every violation, and nothing written."""

import json
import os
from pathlib import Path

import msgspec
import pytest
from cli.runner import run
from support import episode_text

from kgraph.base.errors import DataError, InputError
from kgraph.pipeline import check as room
from kgraph.pipeline import passes
from kgraph.pipeline.check import check
from kgraph.rdf.shacl import Violation, find_violations, parse_shapes

PREFIXES = """
@prefix kg: <https://w3id.org/kgraph/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <http://example.org/> .
"""
LOW = ":Low a sh:NodeShape ; sh:targetClass kg:Tag ; sh:property [ sh:path kg:rowCount ; "


def shapes(text):
    return parse_shapes((PREFIXES + text).encode(), Path("s.ttl"))


def refused(text):
    with pytest.raises(DataError) as error:
        shapes(text)
    return str(error.value)


def test_a_clean_folder_has_no_findings(folder):
    assert check([folder], workers=1) == []


def test_problems_come_first_by_file_and_line(folder):
    (folder / "c.md").write_text("nothing")
    (folder / "d.md").write_text(
        episode_text("Third talk", url="https://youtu.be/ddddddddddd", more="colour: red")
    )
    assert [(f.file, f.code) for f in check([folder], workers=1)] == [
        ("c.md", "front-matter-missing"),
        ("d.md", "field-unknown"),
    ]


def test_files_are_named_by_paths_to_open_on_request(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    (folder / "c.md").write_text("nothing")
    (folder / "d.md").write_text(episode_text("Third talk", more="colour: red"))
    path = os.path.relpath(folder)
    named = [finding.file for finding in check([folder], workers=1, with_paths=True)]
    assert named == [os.path.join(path, "c.md"), os.path.join(path, "d.md")]
    unread = check([folder / "c.md"], workers=1, with_paths=True)
    assert [finding.file for finding in unread] == named[:1]


def test_a_violation_is_a_finding(folder, monkeypatch):
    strict = shapes(LOW + "sh:maxInclusive 1 ] .")
    monkeypatch.setattr(room, "load_shapes", lambda: strict)
    [found] = check([folder], workers=1)
    assert str(found) == (
        'tag/ai: kg:rowCount "2"^^<http://www.w3.org/2001/XMLSchema#integer> '
        "is not at most 1 [sh:maxInclusive of Low]"
    )
    assert msgspec.json.decode(msgspec.json.encode(found), type=Violation) == found


def test_invalid_turtle_is_a_finding(folder, monkeypatch):
    monkeypatch.setattr("kgraph.rdf.episode.iri_ref", lambda id_: f"<{id_} >")
    found = check([folder], workers=1)
    assert {(f.node, f.component) for f in found} == {("graph", "syntax")}


def test_the_number_of_workers_changes_no_finding(folder, monkeypatch):
    monkeypatch.setattr(passes, "SHARD_FILES", 1)
    (folder / "c.md").write_text("nothing")
    assert check([folder], workers=2) == check([folder], workers=1)


def test_no_readable_episode_is_a_finding_and_no_path_an_error(tmp_path):
    (tmp_path / "a.md").write_text("nothing")
    assert [f.code for f in check([tmp_path], workers=1)] == ["front-matter-missing"]
    with pytest.raises(InputError):
        check([tmp_path / "nowhere"], workers=1)


def test_progress_is_reported_to_the_end(folder):
    told = []
    check([folder], workers=1, progress=lambda *step: told.append(step))
    assert told == [("reading", 2, 2), ("comparing names", 0, 0), ("checking", 2, 2)]


def test_the_command_is_silent_or_has_a_line_for_each_finding(folder):
    def checked():
        done = run("-q", "check", folder, cwd=folder)
        return done.returncode, done.stdout.splitlines(), done.stderr

    assert checked() == (0, [], "")
    (folder / "c.md").write_text("nothing")
    status, lines, words = checked()
    assert (status, len(lines), words) == (1, 1, "")
    assert lines[0].startswith("c.md")
    assert sorted(os.listdir(folder)) == ["a.md", "b.md", "c.md"]


def test_fields_under_other_names_are_noted_and_listed_as_json(tmp_path):
    for name in "ab":
        text = f"---\ntitle: {name}\npublished: 2025-01-02\n---\n"
        (tmp_path / f"{name}.md").write_text(text)
    done = run("check", tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "note: published is read as date in 2 files\n"
    done = run("check", tmp_path, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    items = json.loads(done.stdout)
    assert [(item["code"], item["is_remark"]) for item in items] == [("field-renamed", True)] * 2
    assert [finding.is_remark for finding in check([tmp_path], workers=1)] == [True, True]


def test_values_read_in_another_form_are_noted_and_no_problems(tmp_path):
    for name in "ab":
        text = f"---\ntitle: {name}\ndate: 2025-01-02\ncompanies: OpenAI, Nvidia\n---\n"
        (tmp_path / f"{name}.md").write_text(text)
    done = run("check", tmp_path, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "note: a.md:4:1: /companies: expected a list, got OpenAI, Nvidia (read as 2 rows) "
        "[converted], and 1 more like it\n"
    )
    assert run("build", "--strict", tmp_path, cwd=tmp_path).returncode == 0
    (tmp_path / "c.md").write_text("---\ntitle: c\ndate: 2025-01-02\nduration: 3147\n---\n")
    done = run("check", tmp_path, cwd=tmp_path)
    assert (done.returncode, "[out-of-range]" in done.stdout) == (1, True)


# -- shapes that kgraph cannot check are refused -------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LOW + "sh:class kg:Tag ] .", "kgraph checks no sh:class"),
        (":Low sh:targetNode kg:Tag .", "kgraph checks no sh:targetNode"),
        (LOW.replace("kg:rowCount", "( kg:a kg:b )") + "] .", "kgraph checks paths of one"),
        (LOW + "sh:minCount 'few' ] .", "'few' is not a value of sh:minCount"),
        (LOW + "sh:nodeKind sh:Name ] .", "'Name' is not a value of sh:nodeKind"),
        (LOW + "sh:pattern '(' ] .", "'(' is not a value of sh:pattern"),
        (LOW + "sh:property [ sh:path kg:a ] ] .", "kgraph checks a subject's own statements"),
        (LOW + "sh:or ( [ sh:path kg:a ; sh:minCount 1 ] ) ] .", "kgraph checks a subject's own"),
    ],
)
def test_an_unsupported_shape_is_refused(text, why):
    message = refused(text)
    assert message.startswith("s.ttl: ")
    assert why in message


def test_shapes_that_are_not_turtle_are_refused():
    assert refused(":Low a").startswith("s.ttl: ")


def test_a_property_is_checked_once_however_often_it_is_written():
    one = shapes(LOW + "sh:maxCount 1 ] .")
    twice = PREFIXES + ":a a kg:Tag ; kg:rowCount 1, 1 . :a kg:rowCount 1 ."
    assert list(find_violations(twice.encode(), one)) == []


def test_statements_of_one_subject_need_not_be_adjacent():
    one = shapes(LOW + "sh:maxCount 1 ] .")
    apart = PREFIXES + ":a a kg:Tag ; kg:rowCount 1 . :b a kg:Tag . :a kg:rowCount 2 ."
    [found] = find_violations(apart.encode(), one)
    assert str(found) == (
        "http://example.org/a: kg:rowCount has more values than 1 [sh:maxCount of Low]"
    )
