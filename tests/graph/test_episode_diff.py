"""Changes of an episode's fields, from its records."""

import msgspec
import pytest

from kgraph.base.model import EpisodeFile, Row
from kgraph.graph import EpisodeGraph
from kgraph.graph.episode_diff import FieldChange, compare_records


def file(name="a.md", *, values=None, **more):
    lists = {
        list_: tuple(Row(list_, n, row) for n, row in enumerate(more.pop(list_)))
        for list_ in ("companies", "quotes", "tags")
        if list_ in more
    }
    return EpisodeFile(name, "0" * 64, values or {}, lists, {}, **more)


def compare(old, new):
    """Compare an episode of some files with that of others."""
    records = (msgspec.msgpack.encode(EpisodeGraph("a", tuple(files))) for files in (old, new))
    return list(compare_records(*records))


def quotes(*texts, **more):
    return [{"text": text, **more} for text in texts]


CASES = {
    "a date": (
        file(values={"date": "2025-09-01"}),
        file(values={"date": "2025-09-02"}),
        FieldChange("date", "2025-09-01", "2025-09-02"),
        "date 2025-09-01 -> 2025-09-02",
    ),
    "the same day, once of processing": (
        file(values={"date": "2025-09-01"}, date_is_fallback=True),
        file(values={"date": "2025-09-01"}),
        FieldChange("date", "2025-09-01 (day of processing)", "2025-09-01"),
        "date 2025-09-01 (day of processing) -> 2025-09-01",
    ),
    "a number that there was not": (
        file(),
        file(values={"duration": 52.5}),
        FieldChange("duration", "", "52.5"),
        "duration none -> 52.5",
    ),
    "a long text": (
        file(values={"summary": "Once."}),
        file(values={"summary": "Twice."}),
        FieldChange("summary"),
        "summary changed",
    ),
    "tags": (
        file(tags=[{"tag": "chips"}, {"tag": "fabs"}]),
        file(tags=[{"tag": name} for name in ("fabs", "g", "f", "e", "d", "c", "b")]),
        FieldChange(
            "tags",
            added=["b", "c", "d", "e", "f", "g"],
            removed=["chips"],
            rows_added=6,
            rows_removed=1,
        ),
        "tags added: b, c, d, e, f and 1 more; tags removed: chips",
    ),
    "quotes": (
        file(quotes=quotes("one", "two", "two", "three")),
        file(quotes=[*quotes("two", "four", "five"), *quotes("one", topic="AI")]),
        FieldChange("quotes", rows_added=2, rows_removed=2, rows_changed=1),
        "quotes: 2 added, 2 removed, 1 changed",
    ),
    "an unknown field": (
        file(extra={"mood": "1"}),
        file(extra={"mood": "2"}),
        FieldChange("mood", unknown="changed"),
        "unknown field mood changed",
    ),
    "an unknown field that is called like the show": (
        file(extra={"show": "1"}),
        file(),
        FieldChange("show", unknown="removed"),
        "unknown field show removed",
    ),
    "an unknown field that there was not": (
        file(),
        file(extra={"file": "1"}),
        FieldChange("file", unknown="added"),
        "unknown field file added",
    ),
    "a comment": (file(), file(comments=("x",)), FieldChange("body"), "body changed"),
    "a name": (
        file("a.md"),
        file("b.md"),
        FieldChange("file", "a.md", "b.md"),
        "file a.md -> b.md",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_changed_field_is_named_with_what_changed(case):
    old, new, change, words = CASES[case]
    assert compare([old], [new]) == [change]
    assert str(change) == words
    assert compare([new], [new]) == []


def test_rows_in_another_order_are_the_same():
    assert compare([file(quotes=quotes("a", "b"))], [file(quotes=quotes("b", "a"))]) == []


def test_the_files_of_an_episode_are_compared_together():
    tags = [{"tag": "chips"}]
    first, second = file(values={"title": "A"}, tags=tags), file("b.md", values={"title": "B"})
    assert compare([first], [first, second]) == [
        FieldChange("file", added=["b.md"]),
        FieldChange("title", "A", "A; B"),
    ]
    assert str(FieldChange("file", added=["b.md"])) == "file added: b.md"


def test_a_file_that_repeats_what_others_say_adds_nothing_but_its_name():
    said = {
        "values": {"title": "A", "date": "2025-09-01"},
        "extra": {"mood": "1"},
        "body": "Text.",
        "comments": ("x",),
        "companies": [{"name": "NVIDIA"}, {"name": "Intel"}],
        "quotes": quotes("one", "one"),
        "tags": [{"tag": "chips"}],
    }
    first, copy, less = file(**said), file("0.md", **said), file("b.md", tags=said["tags"])
    for more in (copy, less):
        files = sorted([first, more], key=lambda each: each.file)
        assert compare([first], files) == [FieldChange("file", added=[more.file])]
        assert compare(files, [first]) == [FieldChange("file", removed=[more.file])]


def test_what_a_second_file_adds_is_told_once():
    first = file(quotes=quotes("one", "two"), body="Text.")
    second = file("b.md", quotes=quotes("two", "three", "three"), body="More.")
    third = file("c.md", quotes=[*quotes("one", topic="AI"), *quotes("three")], body="More.")
    added = FieldChange("file", added=["b.md"])
    assert compare([first], [first, second]) == [
        added,
        FieldChange("quotes", rows_added=2),
        FieldChange("body"),
    ]
    assert compare([first, second], [first, second, third]) == [
        FieldChange("file", added=["c.md"]),
        FieldChange("quotes", rows_changed=1),
    ]
    twice = file("b.md", quotes=[*quotes("one"), *quotes("one", topic="AI")])
    assert compare([file(quotes=quotes("one")), third], [twice])[1:] == [
        FieldChange("quotes", rows_added=1, rows_removed=1),
        FieldChange("body"),
    ]
