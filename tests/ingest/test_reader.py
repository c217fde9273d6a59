"""Whole files, healthy and hostile."""

import hashlib
import os
import subprocess
import sys
import textwrap

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.base.model import FileResult, Row
from kgraph.ingest import SourceFile, limits, load_bytes, read_bytes, read_file

EPISODE = """\
---
companies:
- category: tech
  confidence: High
  context: We build it with
    Acme.
  name: Acme
  source: llm_enhanced
date: 2025-08-11 14:00:00 +0000
duration: 32
has_transcript: true
layout: episode
llm_enhanced: true
original_url: https://example.org/1.mp3
processing_date: 2025-08-12 01:02:03 +0000
quotes:
- length: 12
  relevance_score: 4
  text: 'On: and on'
  topics: []
source: Unknown Source
summary: A short one.
tags:
- ai
title: A talk
topics:
- keywords: [ml]
  mentions: 1
  prominence: 0.3
  topic: ai
---

<!-- made by hand -->
"""


def test_a_healthy_file_is_read_without_a_word():
    reading = read_bytes("ep.md", EPISODE.encode())
    episode = reading.episode
    assert reading.problems == ()
    assert episode.values == {
        "title": "A talk",
        "date": "2025-08-11T14:00:00Z",
        "duration": 32,
        "source": "Unknown Source",
        "original_url": "https://example.org/1.mp3",
        "processing_date": "2025-08-12T01:02:03Z",
        "layout": "episode",
        "llm_enhanced": True,
        "has_transcript": True,
        "summary": "A short one.",
    }
    assert episode.rows["companies"] == (
        Row(
            "companies",
            0,
            {
                "category": "tech",
                "confidence": "high",
                "context": "We build it with Acme.",
                "name": "Acme",
                "source": "llm_enhanced",
            },
        ),
    )
    assert episode.row_counts == {"companies": 1, "quotes": 1, "topics": 1, "tags": 1}
    assert (episode.file, episode.comments, episode.body) == ("ep.md", ("made by hand",), "")
    assert episode.sha256 == hashlib.sha256(EPISODE.encode()).hexdigest()
    assert (episode.date_is_fallback, episode.extra) == (False, {})


def test_a_large_front_matter_is_read_part_by_part_and_says_the_same(monkeypatch):
    whole = read_bytes("ep.md", EPISODE.encode())
    monkeypatch.setattr(limits, "MAX_PARSE_CHARS", 40)
    assert read_bytes("ep.md", EPISODE.encode()) == whole


HOSTILE = [
    "<script>alert('x')</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "two\nlines\n\n and more",
    "bell\x07 escape\x1b[31m nel\x85 ls\u2028 vt\x0b",
    "\u202eright to left\u200f",
    "---\nfence: inside\n---",
    "\\ud800 \\n is no escape",
    "{{template}} ${x} %s {0}",
    "' \" ` & | > # : - ? ! * @",
    "\ufeff\U0010fffd\U000e0041 zwj\u200d👩‍👩‍👧",
    "é" * 1_000_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_kept_exactly(text):
    front = msgspec.json.encode({"title": "x", "date": "2025-08-11", "quotes": [{"text": text}]})
    reading = read_bytes("ep.md", b"---\n" + front + b"\n---\n")
    assert reading.problems == ()
    assert reading.episode.rows["quotes"][0].text("text") == text


@pytest.mark.parametrize("text", HOSTILE[:3] + HOSTILE[4:6], ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_kept_exactly_when_it_is_not_escaped(text, read_front):
    assert (
        read_front(f"summary: '{text.replace(chr(39), chr(39) * 2)}'").episode.text("summary")
        == text
    )


# -- files that cannot be read -------------------------------------------------


def told(path):
    reading = read_file(SourceFile(str(path), "ep.md"))
    assert reading.episode is None
    (problem,) = reading.problems
    return str(problem)


def test_a_folder_is_no_file(tmp_path):
    assert told(tmp_path) == "ep.md: not a regular file (file left out) [file-unreadable]"


def test_a_file_that_went_away_is_told(tmp_path):
    assert told(tmp_path / "gone.md") == (
        "ep.md: cannot be read: No such file or directory (file left out) [file-unreadable]"
    )


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "x.md").write_text("")
    monkeypatch.setattr("builtins.open", refuse)
    assert told(tmp_path / "x.md") == (
        "ep.md: cannot be read: Permission denied (file left out) [file-unreadable]"
    )


def test_a_file_over_the_limit_is_not_even_opened(tmp_path, monkeypatch):
    path = tmp_path / "large.md"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    monkeypatch.setattr("builtins.open", None)
    assert told(path) == (
        "ep.md: more than 33,554,432 bytes: 209,715,200 (file left out) [file-too-large]"
    )


@pytest.mark.parametrize("added", [1, 100])
def test_a_file_that_grows_while_it_is_read_is_read_whole_within_the_limit(
    tmp_path, monkeypatch, added
):
    path = tmp_path / "x.md"
    path.write_text(EPISODE)
    status = os.stat(path)
    path.write_text(EPISODE + "x" * added)
    monkeypatch.setattr(os, "stat", lambda _: status)
    data = load_bytes(SourceFile(str(path), "ep.md"))
    assert data == path.read_bytes()
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", len(EPISODE))
    assert told(path).endswith("[file-too-large]")


def test_bytes_over_the_limit_are_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10)
    assert [p.code for p in read_bytes("ep.md", EPISODE.encode()).problems] == ["file-too-large"]


# -- files made to do harm -----------------------------------------------------

BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
HARMFUL = {
    "alias bomb": BOMB,
    "flow nesting": "mood: " + "[" * 100_000,
    "line nesting": "mood:\n  " + "- " * 100_000 + "x",
    "block nesting": "mood:\n" + "".join(" " * n + "a:\n" for n in range(1, 501)),
    "key nesting": "mood:\n  " + "? " * 100_000 + "x",
    "a million entries": "companies:\n" + "- name: Acme\n" * 1_000_000,
    "a million tags": "tags: [" + "a, " * 1_000_000 + "]",
    "a million broken entries": "companies:\n" + '- name: "Acme\n' * 1_000_000,
    "a million fields": "".join(f"k{n}: 1\n" for n in range(1_000_000)),
    "a line of colons": ":" * 5_000_000,
    "a line of underscores": "mood: " + "_1" * 500_000 + "x",
    "comments that never close": "layout: x\n---\n" + "<!--" * 1_000_000,
}


@pytest.mark.parametrize("front", HARMFUL.values(), ids=HARMFUL)
def test_harm_is_bounded_told_and_costs_only_itself(front, read_front):
    reading = read_front(front)
    assert (reading.episode.title, reading.episode.date) == ("A talk", "2025-08-11")
    assert reading.problems or "<!--" in front
    assert len(reading.problems) <= limits.MAX_PROBLEMS + 1
    for name, entries in reading.episode.row_counts.items():
        assert entries == 1_000_000
        assert len(reading.episode.rows[name]) in (0, limits.MAX_ENTRIES)


@pytest.mark.skipif(sys.platform != "linux", reason="memory can be limited on Linux only")
def test_a_million_entries_are_read_within_a_gigabyte():
    resource = pytest.importorskip("resource")
    program = """
        from kgraph.ingest import read_bytes
        front = b"title: x\\ndate: 2025-08-11\\ncompanies:\\n" + b"- name: Acme\\n" * 1_000_000
        print(read_bytes("ep.md", b"---\\n" + front + b"---\\n").episode.row_counts)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("{'companies': 1000000}\n", "")


SPLICES = [
    b"\n",
    b"- ",
    b": ",
    b'"',
    b"'",
    b"\t",
    b"[",
    b"{",
    b"&a ",
    b"*a",
    b"!",
    b"|\n",
    b"---\n",
]
SPLICES += [b"\xff", b"\xc2\x85", b"\0", b"\r", b"#", b"null", b".nan", b"9" * 5000, b"? ", b"<<: "]
SPLICES += [b"%", b"\xef\xbb\xbf", b"\x0b", b'"\\ud800"', b"\\", b"-1", b"title: x\n", b"1e999"]
CHANGES = st.lists(
    st.tuples(
        st.integers(0, len(EPISODE)),
        st.integers(0, 20),
        st.sampled_from(SPLICES) | st.binary(max_size=3),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(CHANGES)
def test_no_change_to_a_file_makes_it_raise(changes):
    data = EPISODE.encode()
    for place, cut, splice in changes:
        data = data[:place] + splice + data[place + cut :]
    reading = read_bytes("ep.md", data)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(reading), type=FileResult) == reading
    for problem in reading.problems:
        str(problem).encode()
    if reading.episode:
        for name, rows in reading.episode.rows.items():
            assert len(rows) <= reading.episode.row_counts[name]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(data):
    assert read_bytes("ep.md", data) == read_bytes("ep.md", data)
    read_bytes("ep.md", b"---\n" + data)


def test_every_real_file_gives_an_episode(corpus):
    for path in corpus[:: max(1, len(corpus) // 100)]:
        reading = read_file(SourceFile(str(path), path.name))
        assert reading.episode is not None
        assert {p.code for p in reading.problems} <= {"row-empty", "body-residue"}, path.name


TEMPLATE = """\
title: "{{title}}"
date: {{date:YYYY-MM-DD}}
duration: <% tp.file.size %>
original_url: "{{url}}"
mood: {{mood}}
tags: [talk, {{tag}}]
companies:
  - {{company}}
  - "<% x %>"
  - category: AI
    name: "{{name}}"
  - {name: Acme, context: "{{why}}"}
themes: ["{{theme}}", risk]
source: {{show}} talk
"""


def test_a_placeholder_is_set_aside_and_told_once():
    result = read_bytes("t.md", f"---\n{TEMPLATE}---\n".encode())
    assert [(p.line, p.field, p.value, p.action) for p in result.problems] == [
        (2, "/title", "{{title}}", "field set aside"),
        (3, "/date", "{{date:YYYY-MM-DD}}", "field set aside"),
        (4, "/duration", "<% tp.file.size %>", "field set aside"),
        (5, "/original_url", "{{url}}", "field set aside"),
        (6, "/mood", "{{mood}}", "field set aside"),
        (7, "/tags/1", "{{tag}}", "row left out"),
        (9, "/companies/0", "{{company}}", "row left out"),
        (10, "/companies/1", "<% x %>", "row left out"),
        (12, "/companies/2/name", "{{name}}", "row left out"),
        (13, "/companies/3/context", "{{why}}", "field set aside"),
        (14, "/themes/0", "{{theme}}", "entry left out"),
        (15, "/source", "{{show}}", "field set aside"),
    ]
    assert {(p.message, p.code) for p in result.problems} == {
        (
            "a placeholder of a template (leave the file out with exclude, or fill it in):",
            "placeholder",
        )
    }
    episode = result.episode
    assert (episode.values, episode.extra) == ({"themes": ["risk"]}, {})
    assert [(row.list, row.values) for rows in episode.rows.values() for row in rows] == [
        ("companies", {"name": "Acme"}),
        ("tags", {"tag": "talk"}),
    ]
    assert episode.row_counts == {"companies": 4, "tags": 2}


def test_an_unquoted_placeholder_is_told_once_wherever_it_stands():
    fields = "source:\n  {{show}}\ncompanies:\n- {name: Acme, category: {{kind}}}\n- {}\n"
    result = read_bytes("t.md", f"---\ntitle: T\ndate: 2025-01-01\n{fields}---\n".encode())
    assert [(p.line, p.field, p.value, p.code) for p in result.problems] == [
        (4, "/source", "{{show}}", "placeholder"),
        (7, "/companies/0/category", "{{kind}}", "placeholder"),
        (8, "/companies/1", "{}", "row-incomplete"),
    ]


@pytest.mark.parametrize(
    "text, told",
    [
        ('+++\ntitle = "{{title}}"\n+++\n', [(2, "/title", "field set aside")]),
        ("+++\ntitle = {{title}}\n+++\n", [(2, "", "file left out")]),
        ('{\n"title": {{title}}\n}\n', [(2, "", "file left out")]),
        (
            '{"title": "{{title}}", "source": "<% x %>"}\n',
            [(1, "/title", "field set aside"), (1, "/source", "field set aside")],
        ),
    ],
)
def test_placeholders_are_told_in_toml_and_json(text, told):
    problems = [p for p in read_bytes("t.md", text.encode()).problems if p.code != "field-missing"]
    assert [(p.line, p.field, p.action) for p in problems] == told
    assert {p.code for p in problems} == {"placeholder"}


def test_placeholders_elsewhere_explain_no_problem():
    fields = "title: On {{braces}}\nsummary: a {{b}}\ndate: soon\nduration: see {{x}}\n"
    result = read_bytes("t.md", f"---\n{fields}---\n{{{{date}}}}\n".encode())
    assert [problem.value for problem in result.problems] == ["soon", "see {{x}}"]
    assert result.episode.title == "On {{braces}}"


CAPITALS = """\
---
Title: Talk of money
DATE: 2025-03-04
Companies:
  - OpenAI
  - [a]
Duration: soon
Quotes: #chips
Tags: [ai]
tags: [chips]
TAGS: [gpu]
---
"""


def test_of_two_spellings_of_a_field_the_one_that_counts_is_told_as_the_file_has_it():
    reading = read_bytes("ep.md", b"---\nTITLE: Talk\nTitle: Chat\ndate: 2025-03-04\n---\n")
    assert reading.episode.values["title"] == "Talk"
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:3:1: /Title: unknown field: TITLE is there as well, and counts (kept as JSON) "
        "[field-unknown]"
    ]


def test_keys_are_read_without_regard_to_case():
    reading = read_bytes("ep.md", CAPITALS.encode())
    assert reading.episode.values == {"title": "Talk of money", "date": "2025-03-04"}
    assert {name: len(rows) for name, rows in reading.episode.rows.items()} == {
        "companies": 1,
        "quotes": 0,
        "tags": 1,
    }
    assert reading.episode.rows["tags"][0].values == {"tag": "chips"}
    assert reading.episode.extra == {"Tags": '["ai"]', "TAGS": '["gpu"]'}
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:6:3: /Companies/1: expected a text or a mapping with name (put a link in quotes: "
        '`- "[[OpenAI]]"`), got a list of 1 (row left out) [row-shape]',
        "ep.md:7:1: /Duration: expected a duration (write it as 1:02:51, PT52M, 52 min or whole "
        "minutes), got soon (field set aside) [type-wrong]",
        'ep.md:8:1: /Quotes: # begins a comment (put the text in quotes: "#chips") (left empty) '
        "[yaml-comment]",
        "ep.md:9:1: /Tags: unknown field: tags is there as well, and counts (kept as JSON) "
        "[field-unknown]",
        "ep.md:11:1: /TAGS: unknown field: tags is there as well, and counts (kept as JSON) "
        "[field-unknown]",
    ]


def test_of_keys_that_differ_in_case_alone_the_first_counts():
    reading = read_bytes("ep.md", b"---\nTITLE: One\nTitle: Two\ndate: 2025-03-04\n---\n")
    assert (reading.episode.title, reading.episode.extra) == ("One", {"Title": '"Two"'})
    assert [problem.field for problem in reading.problems] == ["/Title"]
