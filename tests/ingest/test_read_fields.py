import pytest

from kgraph.ingest import read_bytes
from kgraph.resolve.shows.evidence import find_stated_show


def told(reading):
    return [str(problem) for problem in reading.problems]


def test_a_summary_may_come_in_parts(read_front):
    reading = read_front("summary:\n- overview: All\n  key_takeaways: [a, b]\n  themes:\n  - c")
    assert {k: reading.episode.values.get(k) for k in ("summary", "key_takeaways", "themes")} == {
        "summary": "All",
        "key_takeaways": ["a", "b"],
        "themes": ["c"],
    }
    assert told(reading) == []


@pytest.mark.parametrize("empty", ["", "''", "[]", "{}", "[{}]"])
def test_an_empty_summary_states_nothing(read_front, empty):
    reading = read_front(f"summary: {empty}")
    assert ("summary" in reading.episode.values, reading.problems) == (False, ())


def test_a_summary_may_be_text(read_front):
    assert read_front("summary: All").episode.values["summary"] == "All"


def test_what_is_odd_about_a_summary_is_told(read_front):
    reading = read_front(
        "themes: [x]\nsummary:\n- overview: [All]\n  themes: [c]\n  mood: fine\n- overview: More"
    )
    assert (reading.episode.values.get("summary"), reading.episode.values["themes"]) == (
        None,
        ["x"],
    )
    assert reading.episode.extra == {"summary/mood": '"fine"'}
    assert told(reading) == [
        "ep.md:5:1: /summary: expected one summary, got a list of 2 (first one kept) [type-wrong]",
        "ep.md:6:3: /summary/0/overview: expected a text, got a list of 1 (field set aside)"
        " [type-wrong]",
        "ep.md:7:3: /summary/0/themes: also in the summary: a list of 1"
        " (this one set aside) [key-twice]",
        "ep.md:8:3: /summary/0/mood: unknown part of the summary: mood (kept as JSON)"
        " [field-unknown]",
    ]


def test_a_number_as_a_title_is_read_as_it_is_spelled(read_front):
    reading = read_front("layout: x", head="title: 007\ndate: 2025-08-11\n")
    assert reading.episode.title == "007"
    assert told(reading) == ["ep.md:2:1: /title: expected a text, got 7 (read as 007) [converted]"]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("a/2025-04-14 Lage.md", "2025-04-14"),
        ("2025-04-14.md", "2025-04-14"),
        ("2025-04-31 Lage.md", ""),
        ("2025-04-31-lage.md", ""),
        ("2025-04-145.md", ""),
        ("2025-04-14/Lage.md", ""),
        ("Lage 2025-04-14.md", ""),
    ],
)
def test_a_missing_date_is_shown_in_the_name_of_the_file(name, day):
    reading = read_bytes(name, b"---\ntitle: Lage\n---\n")
    advice = f", but the file's name begins with {day}: write date: {day} if that is it"
    assert reading.episode.date == ""
    assert [problem.message for problem in reading.problems] == ["no date" + (day and advice)]


@pytest.mark.parametrize("field", ["", "date:\n", "date: ''\n"])
def test_a_post_without_a_date_has_that_of_its_file_s_name(field):
    reading = read_bytes("a/2025-04-14-lage.md", f"---\ntitle: Lage\n{field}---\n".encode())
    assert (reading.episode.date, reading.episode.date_is_fallback) == ("2025-04-14", False)
    assert [problem.message for problem in reading.problems] == ["no date"]
    assert [problem.action for problem in reading.problems] == [
        "read as 2025-04-14, with which the file's name begins"
    ]


@pytest.mark.parametrize("field", ["date: 2025-01-02", "published: 2025-01-02"])
def test_the_date_of_the_front_matter_comes_before_that_of_the_name(field):
    reading = read_bytes("2025-04-14-lage.md", f"---\ntitle: Lage\n{field}\n---\n".encode())
    assert reading.episode.date == "2025-01-02"


def test_a_wrong_date_is_not_replaced_by_that_of_the_name():
    reading = read_bytes("2025-04-14-lage.md", b"---\ntitle: Lage\ndate: soon\n---\n")
    assert reading.episode.date == ""


def test_a_required_field_that_is_missing_is_told(read_front):
    reading = read_front("title: ''", head="")
    assert (reading.episode.title, reading.episode.date) == ("ep", "")
    assert told(reading) == [
        "ep.md:2:1: /date: no date (left empty) [field-missing]",
        "ep.md:2:1: /title: no title (left empty) [field-missing]",
    ]


def test_a_required_field_that_is_wrong_is_told_once(read_front):
    reading = read_front("layout: x", head="title: x\ndate: 0000-01-01\n")
    assert [problem.code for problem in reading.problems] == ["date-invalid"]


def test_what_was_lost_is_told_once(read_front):
    reading = read_front('mood: "fine\ntags: [a', head='title: "x\ndate: 2025-08-11\n')
    assert [(p.field, p.code) for p in reading.problems] == [
        ("/title", "yaml-broken"),
        ("/mood", "yaml-broken"),
        ("/tags", "yaml-broken"),
    ]
    assert (reading.episode.title, reading.episode.extra) == ("ep", {})


@pytest.mark.parametrize(
    ("date", "fallback"),
    [
        ("2025-10-03 21:48:45 +0000", True),
        ("2025-10-03 23:48:45 +0200", True),
        ("2025-10-03 21:40:00 +0000", False),
        ("2025-10-03 00:00:00 ", False),
        ("2025-10-02 00:00:00 ", False),
        ("soon", False),
    ],
)
def test_a_date_is_a_fallback_when_it_is_the_instant_of_processing(read_front, date, fallback):
    reading = read_front(
        f"date: {date}\nprocessing_date: 2025-10-03 21:48:45 +0000", head="title: x\n"
    )
    assert reading.episode.date_is_fallback is fallback


CLIPPING = "source: https://www.example.org/talks/7\npublished: 2025-09-01"


def test_a_page_as_source_is_the_address(read_front):
    reading = read_front(f"title: Talk\n{CLIPPING}\nchannel: The Widget Hour", head="")
    values = reading.episode.values
    assert values["original_url"] == "https://www.example.org/talks/7"
    assert values["source"] == "The Widget Hour"
    told = [(p.line, p.field, p.value) for p in reading.problems]
    assert told == [
        (3, "/source", "original_url"),
        (4, "/published", "date"),
        (5, "/channel", "source"),
    ]


@pytest.mark.parametrize("key", ["original_url", "url"])
def test_a_page_as_source_stays_beside_another_address(read_front, key):
    reading = read_front(f"title: Talk\n{CLIPPING}\n{key}: https://example.org/8")
    values = reading.episode.values
    assert values["original_url"] == "https://example.org/8"
    assert values["source"] == "https://www.example.org/talks/7"
    assert find_stated_show(reading.episode) == ""


def test_a_site_as_source_is_a_show(read_front):
    reading = read_front("title: Talk\nsource: https://example.org\ndate: 2025-09-01")
    assert reading.episode.values["source"] == "https://example.org"
    assert "original_url" not in reading.episode.values
