"""Every type of field over what YAML may give for it."""

import math

import pytest

from kgraph.base.vocabulary import load_field_table
from kgraph.ingest import limits
from kgraph.ingest.field_types import FIELD_TYPES

HOSTILE = ["<script>alert(1)</script>\n", '"><img onerror=x>', "a\x07\x1b[31m", "\u202egnp.exe"]

SILENT = [
    *(("text", text, text) for text in HOSTILE),
    ("text", "x" * 1_000_000, "x" * 1_000_000),
    ("name", "Acme", "Acme"),
    ("name", "Ac\u200bme\u2067\ufeff", "Acme"),
    ("name", "Ac\ufe0fme\u3164", "Acme"),
    ("name", "ℹ\ufe0f Ὁ葛\U000e0100", "ℹ\ufe0f Ὁ葛\U000e0100"),
    ("label", "Fa\xadcil\u2060ity\u200d\xa0One", "Facility\xa0One"),
    ("title", "می\u200cخواهم", "می\u200cخواهم"),
    ("label", "क्\u200dष", "क्\u200dष"),
    ("tag", "👩\u200d💻 🏳\ufe0f\u200d🌈", "👩\u200d💻 🏳\ufe0f\u200d🌈"),
    (
        "label",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f\U000e0041",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ),
    ("text", "Ac\u200bme\x07\u202e", "Ac\u200bme\x07\u202e"),
    ("texts", ["a", "b"], ["a", "b"]),
    ("texts", ["a", " "], ["a"]),
    ("texts", [], []),
    ("level", "high", "high"),
    ("level", " HIGH", "high"),
    ("flag", False, False),
    ("score", 10, 10),
    ("unit", 0.3, 0.3),
    ("unit", 1, 1.0),
    ("count", 0, 0),
    ("count", limits.MAX_COUNT, limits.MAX_COUNT),
    ("minutes", 32, 32),
    ("minutes", 1440, 1440),
    ("minutes", "1:02:51", 63),
    ("minutes", "00:45:12", 45),
    ("minutes", "45:12", 45),
    ("minutes", "PT52M27S", 52),
    ("minutes", "1h 2m", 62),
    ("minutes", "52 min", 52),
    ("minutes", "3120 seconds", 52),
    ("seconds", 3147, 52),
    ("seconds", "3147", 52),
    ("seconds", "45:12", 45),
    ("label", "[[NVIDIA]]", "NVIDIA"),
    ("label", "[[NVIDIA|the chip maker]]", "NVIDIA"),
    ("label", "[[Firms/NVIDIA#History|the chip maker]]", "NVIDIA"),
    ("label", "[[NVIDIA#^a1b2]]", "NVIDIA"),
    ("label", "[[Firms/NVIDIA.md]]", "NVIDIA"),
    ("label", "[[NVIDIA\\|the chip maker]]", "NVIDIA"),  # as in a table
    ("label", "[[acme-inc|Acme, Inc.]]", "Acme, Inc."),
    ("label", "[[NVIDIA|🟩]]", "NVIDIA"),
    ("label", "[[NVIDIA|]]", "NVIDIA"),
    ("label", "[[#History]]", "History"),
    ("label", "[[C#]]", "C#"),
    (
        "label",
        "Why [[Firms/NVIDIA|the chip maker]] beats [[Firms/AMD]]",
        "Why the chip maker beats AMD",
    ),
    ("label", "![[NVIDIA]]", "NVIDIA"),
    (
        "label",
        "**[[NVIDIA|the chip maker]]** of [Santa Clara](https://e.org)",
        "the chip maker of Santa Clara",
    ),
    ("label", "[[]]", "[[]]"),
    ("label", "[[NVIDIA", "[[NVIDIA"),
    ("labels", ["[[AI|artificial intelligence]]", "gas"], ["AI", "gas"]),
    ("tag", "# c", "c"),
    ("tag", "##", "##"),
    ("tag", "# #", "# #"),
    ("label", "Сбер, ΑΒΓ, the angle θb", "Сбер, ΑΒΓ, the angle θb"),
    ("moment", 20250811, "2025-08-11"),
    ("moment", 1757289600000, "2025-09-08T00:00:00Z"),
    ("address", "https://example.org/", "https://example.org/"),
    ("moment", "2025-08-11 14:00:00 +0000", "2025-08-11T14:00:00Z"),
]
CONVERTED = [
    ("text", 12, "12", "converted"),
    ("text", True, "True", "converted"),
    ("name", " Acme\n Corp ", "Acme Corp", "converted"),
    ("name", "Acme\x07\u202e", "Acme", "control-character"),
    ("label", "Levi\x92s", "Levis", "control-character"),
    ("title", "one\x0btwo\tthree\u2028", "one two three", "converted"),
    ("texts", "a", ["a"], "converted"),
    ("texts", [7], ["7"], "converted"),
    ("texts", ["a", None], ["a"], "type-wrong"),
    ("texts", [["a"]], [], "type-wrong"),
    ("flag", "Yes", True, "converted"),
    ("flag", "off", False, "converted"),
    ("score", "8", 8, "converted"),
    ("score", 8.0, 8, "converted"),
    ("score", 7.5, 8, "converted"),
    ("score", "1e1", 10, "converted"),
    ("count", 5.0, 5, "converted"),
    ("minutes", 32.5, 33, "converted"),
    ("minutes", "32", 32, "converted"),
    ("minutes", 3147, 52, "out-of-range"),
    ("minutes", 1441, 24, "out-of-range"),
    ("address", "https://e.org/a|b", "https://e.org/a%7Cb", "address-encoded"),
    ("address", " /x", "/x", "address-encoded"),
    ("name", "\x1b[31mAnn Lee\x1b[0m", "Ann Lee", "control-character"),  # ECMA-48: colours, links
    (
        "label",
        "\x1b]8;;https://e.org\x1b\\Ann\x1b]8;;\x07 \x1b[1;3mLee\x1b[",
        "Ann Lee[",
        "control-character",
    ),
    ("title", "\x1bAnn Lee \x1b]8", "Ann Lee ]8", "control-character"),  # no sequence
    *(
        (kind, text, text, "look-alike")
        for kind in ("label", "title", "tag")
        for text in ("S\N{CYRILLIC SMALL LETTER O}lana", "the \N{GREEK CAPITAL LETTER BETA}itcoin")
    ),
    ("label", [["The Show"]], "The Show", "converted"),  # [[The Show]] without quotes
    ("label", [[["Shows/The Show|it"]]], "The Show", "converted"),  # as the entry of a list
]
REFUSED = [
    ("text", "type-wrong", [["a"], {"a": 1}]),
    ("name", "type-wrong", [["a"], {"a": 1}]),
    ("tag", "type-wrong", ["\u200b", "\x1b \u202e", "\u3164", "\u2800", "<i></i>", "\x1b[0m"]),
    (
        "label",
        "type-wrong",
        ["<b>\u200b</b>", "<b> </b>", "**\u2800**", "\x1b]8;;https://e.org\x07"],
    ),
    ("label", "type-wrong", [["a"], [["a", "b"]], [[7]], [[]], [["a"], ["b"]], {"a": 1}]),
    ("texts", "type-wrong", [{"a": 1}]),
    ("level", "level-invalid", ["none", "very high", 1.7, -1, math.nan, True, ["high"]]),
    ("flag", "type-wrong", [1, "maybe", [True]]),
    ("score", "out-of-range", [11, 10.4, 0, -1, 0.99, math.inf, math.nan, "12"]),
    ("score", "type-wrong", [True, "high", [5]]),
    ("unit", "out-of-range", [1.01, -0.1, math.nan, -math.inf]),
    ("unit", "type-wrong", ["high", False]),
    ("count", "out-of-range", [-1, 2**63, math.inf]),
    ("count", "type-wrong", ["many", "1,000", {}]),
    ("minutes", "out-of-range", [-5, 604_801, math.nan, math.inf, "169 h"]),
    ("minutes", "type-wrong", ["1:75", "1:02:60", "an hour", "P1M", True]),
    ("seconds", "out-of-range", [-1, 604_801, math.nan]),
    ("seconds", "type-wrong", ["long", True]),
    ("address", "address-invalid", ["javascript:alert(1)", "data:x", "//e.org", "a b", 7, []]),
    (
        "moment",
        "date-invalid",
        ["2025-02-30", "0000-01-01", "soon", 2025, 20251301, 10**400, 12.5, True, []],
    ),
]


def read(kind, found):
    return FIELD_TYPES[kind].convert(found, lambda at: str(found[int(at[1:])] if at else found))


@pytest.mark.parametrize(("kind", "found", "value"), SILENT)
def test_what_is_right_is_read_without_a_word(kind, found, value):
    taken = read(kind, found)
    assert (taken.value, type(taken.value), taken.problems) == (value, type(value), ())


@pytest.mark.parametrize(("kind", "found", "value", "code"), CONVERTED)
def test_what_can_only_mean_one_thing_is_read_and_told(kind, found, value, code):
    taken = read(kind, found)
    assert (taken.value, type(taken.value)) == (value, type(value))
    assert [trouble.code for trouble in taken.problems] == [code]


@pytest.mark.parametrize(
    ("kind", "code", "found"), [(kind, code, v) for kind, code, all_ in REFUSED for v in all_]
)
def test_what_is_wrong_is_set_aside_and_told(kind, code, found):
    taken = read(kind, found)
    assert taken.value is None
    assert [(trouble.code, trouble.action) for trouble in taken.problems] == [
        (code, "field set aside")
    ]


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_what_fits_is_read_unchanged_and_without_a_word(kind):
    found = [v for _, v, *_ in SILENT + CONVERTED] + [v for *_, values in REFUSED for v in values]
    for value in filter(FIELD_TYPES[kind].accepts, found):
        assert read(kind, value) == (value, ())


@pytest.mark.parametrize("kind", FIELD_TYPES)
@pytest.mark.parametrize("blank", ["", " ", None, {}, object()])
def test_nothing_blank_fits(kind, blank):
    assert not FIELD_TYPES[kind].accepts(blank)


def test_a_text_over_the_limit_is_set_aside():
    taken = read("text", "x" * (limits.MAX_TEXT_CHARS + 1))
    assert (taken.value, [trouble.code for trouble in taken.problems]) == (None, ["limit"])


def test_a_list_of_texts_is_read_up_to_the_limit():
    taken = read("texts", ["x"] * (limits.MAX_ENTRIES + 5))
    assert len(taken.value) == limits.MAX_ENTRIES
    assert [(t.code, t.action) for t in taken.problems] == [("limit", "5 left out")]


def test_every_type_of_the_field_table_is_known():
    table = load_field_table()
    used = [*table.episode.values(), *(f for r in table.rows.values() for f in r.fields.values())]
    assert {field.type for field in used} <= FIELD_TYPES.keys()
