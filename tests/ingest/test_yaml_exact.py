import math

import pytest

from kgraph.ingest import limits
from kgraph.ingest.problems import FrontMatterError
from kgraph.ingest.yaml_exact import KeyProblem, parse_exact, resolve_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("a: &x [1, two]\nb: *x\n", {"a": [1, "two"], "b": [1, "two"]}),
        ("a: !!str 12\nb: ! 12\nc: !odd 12\nd: '12'\n", {"a": "12", "b": "12", "c": 12, "d": "12"}),
        ("1.50: a\ntrue: b\n? c\n: d\n", {"1.50": "a", "true": "b", "c": "d"}),
        ("a: &x {b: 1}\nd:\n  <<: *x\n  b: 3\n", {"a": {"b": 1}, "d": {"b": 3}}),
        ("<<: [{a: 1}, {a: 2, b: 3}]\n'<<': 4\n", {"a": 1, "b": 3, "<<": 4}),
        ('"\\ud800": 1\n', {"\ufffd": 1}),
    ],
)  # fmt: skip
def test_values(text, value):
    assert parse_exact(text).value == value


def test_scalars_can_stay_as_they_are_spelled():
    assert parse_exact("a: 007\nb: [~, True]\n", is_core_schema=False).value == {
        "a": "007",
        "b": ["~", "True"],
    }


def test_keys_written_twice_are_told_and_the_last_one_holds():
    document = parse_exact("a: 1\nb:\n- c: 2\n  c: 3\na: 4\n")
    assert document.value == {"a": 4, "b": [{"c": 3}]}
    assert document.key_problems == (
        KeyProblem(("b", 0, "c"), 3, 2, "key-twice"),
        KeyProblem(("a",), 4, 0, "key-twice"),
    )


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        (
            "a: b: c\n",
            "mapping values are not allowed in this context (put a text with a colon in quotes)",
            (0, 4),
        ),
        ("a: 1\n--- b\n", "a second document starts here", (1, 0)),
        ("a: *b\n", "no anchor before this alias: *b", (0, 3)),
        ("a: &a [*a]\n", "alias in the value that it stands for: *a", (0, 7)),
        ("a: &a {b: [&b 1, *b, *a]}\n", "alias in the value that it stands for: *a", (0, 21)),
        ("a: &a {*a : 1}\n", "alias in the value that it stands for: *a", (0, 7)),
        (
            'a: 1\nb: "c\n',
            "found unexpected end of stream (a quotation mark is not closed)",
            (1, 3),
        ),
        (
            "a:\n\tb: c\n",
            "found character that cannot start any token "
            "(put the text in quotes, or indent by blanks)",
            (1, 0),
        ),
    ],
)
def test_faults_name_their_place(text, message, place):
    with pytest.raises(FrontMatterError) as fault:
        parse_exact(text)
    assert (str(fault.value), (fault.value.line, fault.value.column)) == (message, place)
    assert fault.value.code == "yaml-broken"


BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BOMB, id="alias bomb"),
        pytest.param("a: " + "[" * 100_000, id="flow lists"),
        pytest.param("a: " + "{b: " * 100_000, id="flow mappings"),
        pytest.param("a:\n  " + "- " * 100_000 + "b", id="lists on one line"),
        pytest.param("? " * 100_000 + "b", id="keys on one line"),
        pytest.param("".join(" " * n + "a:\n" for n in range(2_000)), id="indentation"),
    ],
)
def test_what_passes_a_limit_is_refused(text):
    with pytest.raises(FrontMatterError) as fault:
        parse_exact(text)
    assert fault.value.code == "limit"


@pytest.mark.parametrize(
    ("limit", "enough"), [("MAX_NODES", 98), ("MAX_EVENTS", 103), ("MAX_DEPTH", 1)]
)
def test_limits_are_exact(monkeypatch, limit, enough):
    text = "[" + "a, " * 97 + "]"  # with the list 98 values, with the ends 103 events, 1 level
    monkeypatch.setattr(limits, limit, enough)
    assert len(parse_exact(text).value) == 97
    monkeypatch.setattr(limits, limit, enough - 1)
    with pytest.raises(FrontMatterError):
        parse_exact(text)


def test_entries_over_the_limit_are_counted_but_not_built():
    entries = parse_exact(f"a: [{'[b], ' * (limits.MAX_ENTRIES + 2)}]").value["a"]
    assert entries[limits.MAX_ENTRIES - 1 :] == [["b"], None, None]


def test_what_merges_nothing_is_a_field_that_is_kept():
    assert parse_exact("a: 1\n<<: 5\n").value == {"a": 1, "<<": 5}
    assert parse_exact("a: 1\n<<: [{b: 2}, x]\n").value == {"a": 1, "<<": [{"b": 2}, "x"]}
    assert parse_exact("a: 1\n<<: [{b: 2}, {b: 3, c: 4}]\n").value == {"a": 1, "b": 2, "c": 4}


def test_the_anchor_of_a_key_is_known_behind_it():
    assert parse_exact("&k key: v\nb: *k\n&n 1.50: w\nc: *n\n").value == {
        "key": "v",
        "b": "key",
        "1.50": "w",
        "c": 1.5,
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("NULL", None), ("nUll", "nUll"),
        ("true", True), ("FALSE", False), ("tRue", "tRue"),
        ("yes", "yes"), ("No", "No"), ("on", "on"), ("y", "y"),
        ("12", 12), ("-0", 0), ("+7", 7), ("012", 12), ("0o14", 12), ("0x1F", 31),
        ("0o8", "0o8"), ("0b1", "0b1"), ("1_000", "1_000"), ("12:30:45", "12:30:45"),
        ("1.", 1.0), (".5", 0.5), ("-1.5e+3", -1500.0), ("1e", "1e"), ("1e400", math.inf),
        (".inf", math.inf), ("-.INF", -math.inf), ("inf", "inf"),
        ("2025-01-01", "2025-01-01"), ("+", "+"), (".", "."), ("1.2.3", "1.2.3"), ("١٢", "١٢"),
    ],
)  # fmt: skip
def test_the_core_schema_of_yaml_1_2_decides(text, value):
    assert (resolve_scalar(text), type(resolve_scalar(text))) == (value, type(value))


def test_not_a_number_is_a_number():
    assert math.isnan(resolve_scalar(".nan"))


def test_a_number_that_is_too_long_to_print_is_still_a_number():
    assert resolve_scalar("9" * 5000) > 10**3000
