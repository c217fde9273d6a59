"""The two parsers, held against each other."""

import json
import subprocess
import sys
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.ingest import limits, read_bytes, yaml_exact, yaml_fast
from kgraph.ingest.problems import FrontMatterError
from kgraph.ingest.yaml_fast import parse_fast, parse_yaml

SCALARS = """
012 0o14 0o8 0x1F +0x1F 0X1F +12 -0 1_000 1_ _1 0_1e3 0b1 12:30:45 1e3 1. .5 1.5e+3 .inf -.INF
+.inf inf nan ~ Null nULL TRUE tRUE yes on 2025-01-01 = 1e 1e400 0.10 00 99999999999999999999999999
"12" '12' - -- -b + . :b b: #b b#c @b `b %b ?b * & ! !! {} [] [1,2,] {b,c} {?b} [?b] [|b] [,>b]
[b]c "b"c 'x''y' &x *x !foo
""".split()
SNIPPETS = [
    *(f"a: {scalar}" for scalar in SCALARS),
    *(f"- a: {scalar}\n  b: 1" for scalar in SCALARS),
    *(f"{scalar}: a" for scalar in SCALARS),
    "",
    "~",
    "# c",
    "a",
    "- 1",
    "--- a",
    "--- {a: 1}",
    "a: 1\n--- b",
    "a: 1\n...",
    "a: 1\n...\nb: 2",
    "...\na: 1",
    "%YAML 1.1\n--- {a: 1}",
    "a: 1\na: 2",
    "a: {b: 1, b: 2}",
    "<<: {a: 1}\nb: 2",
    "a: &x 1\nb: *x",
    "a: !!str 12",
    'a: !!int "12"',
    "a: !!set {x}",
    "a: !!binary aGk=",
    "a: ! 12",
    r'a: "\ud83d\ude00"',
    r'a: "\ud83d"',
    r'a: "\x41\e\N\_\0"',
    r'a: "\q"',
    "a:\tb",
    "\ta: b",
    "a: b\tc",
    "a: b\n\t\nc: d",
    "a: b: c",
    'a: "b',
    "a: b #c",
    "a: b\n  # c\n  d",
    "a: |\n  x",
    "a: |\nb: 1",
    "a: >\n  x\n  y\n\n   z",
    "a: |+\n  x\n\nb: 1",
    "a: >-\n\n  x",
    "a: |2\n   x",
    "a: x\n  y\n\n  z",
    'a: "x\n  y\n\n  z"',
    'a: "x \\\n  y"',
    'a: "\n x"',
    "? a\n: b",
    "? [a, b]\n: c",
    "[a, b]: c",
    ": b",
    "a: [b: c]",
    "a: {b: }",
    "a: [\nb\n]",
    'a: {"b":1}',
    "a:\n- b\n c",
    "- a: b\n-\n- c",
    "a: - b",
    *(f"a: b{char}c" for char in "\xa0\x85\u2028\u2029\ufeff\x0b\x7f\x80\uffff\ufdd0\U0001f600"),
    *(f'a: "b{char}c"' for char in "\x85\u2028\x1f"),
]


def exactly(text):
    try:
        return yaml_exact.parse_exact(text).value
    except FrontMatterError as fault:
        return fault.code


def fast_or_skip(text):
    if yaml_fast._loads is None:
        pytest.skip("the fast parser is optional, and not at hand")
    return parse_fast(text)


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_the_fast_parser_agrees_or_gives_way(snippet):
    value = fast_or_skip(snippet + "\n")
    if value is not None:
        assert repr(value) == repr(exactly(snippet + "\n"))


@pytest.mark.parametrize(
    "text",
    [
        "title: On: x\n",
        "a: &x 1\nb: *x\n",
        "a:\n  " + "- " * 50_000 + "b\n",
        "- a\n",
        "a: 1\na: 2\n",
    ],
)
def test_it_is_not_asked_where_it_could_differ(text):
    assert fast_or_skip(text) is None


PARTS = [*"ab1_.-+?!&*|>%@#'\"[]{},:~ \n\té\u2028\x0b", "- ", ": ", "\n- ", "\n  ", "\n  - "]
PARTS += ["key: ", "0x", "1e3", "null", "...", "---", "<<", "A & B"]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join))
def test_it_agrees_on_whatever_it_is_asked(text):
    for front in (f"a: {text}\n", f"list:\n- key: {text}\n", f"{text}\n"):
        value = fast_or_skip(front)
        if value is not None:
            assert repr(value) == repr(exactly(front))


KEYS = [
    "name",
    "text",
    "title",
    "topics",
    "x",
    "~",
    "1.50",
    "true",
    "012",
    "'a b'",
    "? x\n",
    "&k k",
]
WORDS = st.sampled_from(
    [
        *SCALARS,
        "a b",
        "a: b",
        "'it''s'",
        '"a\\u2028"',
        '"\\ud83d"',
        "*a",
        "&a x",
        "|\n    b",
        ">-\n\n    c",
    ]
)
FLOWS = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
        | st.lists(st.tuples(st.sampled_from(KEYS), inner), max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        )
    ),
    max_leaves=6,
)
PAIRS = st.lists(st.tuples(st.sampled_from(KEYS), FLOWS), min_size=1, max_size=4)
FIELDS = st.tuples(
    st.sampled_from(["companies", "quotes", "tags", "mood"]), st.lists(PAIRS, max_size=3)
).map(lambda field: f"{field[0]}:\n" + "".join(map(as_entry, field[1]))) | st.tuples(
    st.sampled_from(["duration", "layout", "themes", "mood"]), FLOWS
).map(lambda field: f"{field[0]}: {field[1]}\n")


def as_entry(pairs):
    return "- " + "  ".join(f"{key}: {value}\n" for key, value in pairs)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(FIELDS, max_size=5).map("".join), st.integers(0, 400), st.sampled_from(["", *PARTS])
)
def test_a_file_is_read_alike_with_the_fast_parser_and_without(front, place, damage):
    if yaml_fast._loads is None:
        pytest.skip("the fast parser is optional, and not at hand")
    front = front[:place] + damage + front[place:]
    data = f"---\ntitle: A talk\n{front}---\n".encode("utf-8", "surrogatepass")
    reading = read_bytes("ep.md", data)
    with patch.object(yaml_fast, "_loads", None):
        assert repr(read_bytes("ep.md", data)) == repr(reading)


@pytest.mark.parametrize(
    "front",
    [
        pytest.param("a: {1.50: b}\n", id="a key that is a number"),
        pytest.param("a: [{{b: c}: d}]\n", id="a key that is a mapping"),
        pytest.param("a: " + "[" * 64 + "b" + "]" * 64 + "\n", id="levels"),
        pytest.param("a: [" + "b, " * (limits.MAX_ENTRIES + 1) + "]\n", id="entries"),
        pytest.param("".join(f"a{n}:\n" for n in range(30_000)), id="values"),
        pytest.param("a: " + "1" * (limits.MAX_DIGITS + 1) + "\n", id="digits"),
        pytest.param("a: 1_0." + "7" * 200 + "\n", id="an underscore and digits"),
    ],
)
def test_what_passes_a_limit_of_the_exact_parser_is_left_to_it(monkeypatch, front):
    monkeypatch.setattr(yaml_fast, "_MAX_FAST_NODES", 30_000)
    assert fast_or_skip(front) is None


def test_values_at_the_limits_are_taken_from_the_fast_parser():
    for front in (
        "a: [" + "b, " * limits.MAX_ENTRIES + "]",
        "a:\n" + "- b\n" * limits.MAX_ENTRIES,
        "a: ['b: c', \"d\", e f]\nb: {}\nc: []",
        "a: " + "1" * 1_000,
    ):
        assert fast_or_skip(front + "\n") == exactly(front + "\n")


def test_levels_are_counted_as_the_exact_parser_counts_them():
    for brackets, is_within in ((limits.MAX_DEPTH, True), (limits.MAX_DEPTH + 1, False)):
        nest = "[" * brackets + "]" * brackets
        assert (exactly(f"a: {nest}\n") != "limit") == is_within
        assert yaml_fast.is_within_limits({"a": json.loads(nest)}) == is_within


def test_both_agree_on_every_real_file(corpus):
    for path in corpus[:: max(1, len(corpus) // 60)]:
        text = path.read_text("utf-8")
        front = text[4 : text.index("\n---\n", 3) + 1]
        value = fast_or_skip(front)
        assert value is None or value == exactly(front), path.name


def test_without_the_fast_parser_all_works(monkeypatch):
    monkeypatch.setattr(yaml_fast, "_loads", None)
    assert parse_fast("a: 1\n") is None
    assert parse_yaml("a: 1\n").value == {"a": 1}


class PanicException(BaseException):
    """As a panic in Rust arrives."""


@pytest.mark.parametrize("error", [PanicException("odd"), ValueError("odd"), RecursionError()])
def test_when_the_fast_parser_fails_the_exact_one_decides(monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(yaml_fast, "_loads", fail)
    assert parse_yaml("a: 1\n").value == {"a": 1}


READ_IN_THREADS = """
import sys
from threading import Thread

from kgraph.ingest.yaml_fast import parse_yaml

for _ in range(20):
    values = []
    text = "title: A\\nlist:\\n" + "- item\\n" * 300
    thread = Thread(target=lambda: values.append(parse_yaml(text).value["title"]))
    thread.start()
    thread.join()
    assert values == ["A"], values
assert "yaml_rs" not in sys.modules
"""


def test_threads_that_end_leave_a_parser_that_works():
    command = [sys.executable, "-c", READ_IN_THREADS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_interrupt_goes_through(monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(yaml_fast, "_loads", interrupt)
    with pytest.raises(KeyboardInterrupt):
        parse_yaml("a: 1\n")
