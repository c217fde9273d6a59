"""Entries of ``companies`` that hold several names."""

import pytest

SEVERAL = (
    "may be several names (write each as an entry of the list; if it is one, as `- name: ...`):"
)


def list_rows(reading):
    rows = reading.episode.rows["companies"]
    return [(row.index, row.text("name"), row.text("context")) for row in rows]


@pytest.mark.parametrize(
    ("front", "rows"),
    [
        ('["Foo Labs; Bar Systems", Baz]', [(0, "Foo Labs", ""), (1, "Bar Systems", "")]),
        (
            '[{name: "Foo Labs; Bar Systems", context: both}, Baz]',
            [(0, "Foo Labs", "both"), (1, "Bar Systems", "both")],
        ),
    ],
)
def test_semicolons_in_an_entry_separate_companies(read_front, front, rows):
    reading = read_front(f"companies: {front}")
    assert list_rows(reading) == [*rows, (2, "Baz", "")]
    assert reading.episode.row_counts == {"companies": 3}
    [problem] = reading.problems
    assert (problem.line, problem.field, problem.value) == (
        4,
        "/companies/0",
        "Foo Labs; Bar Systems",
    )
    assert (problem.message, problem.action) == ("expected one name, got", "read as 2 rows")


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        ("[[Visa]], [[Foo Labs]]", ["Visa", "Foo Labs"]),
        ("[[Firms/Foo]] und [[Bar|the bar]]", ["Foo", "Bar"]),
        ("[[Foo]] OG [[Bar]]", ["Foo", "Bar"]),
        ("[[Foo]] [[Bar]]", ["Foo", "Bar"]),
        ("- [[Foo]] / [[Bar]], and [[Baz]]", ["Foo", "Bar", "Baz"]),
        ("NVIDIA, Google", ["NVIDIA", "Google"]),
        ("Visa | Meta", ["Visa", "Meta"]),
    ],
)
def test_links_and_known_names_in_an_entry_are_companies_each(read_front, entry, names):
    reading = read_front(f"companies: ['{entry}']")
    assert [name for _, name, _ in list_rows(reading)] == names
    [problem] = reading.problems
    assert (problem.value, problem.action) == (entry, f"read as {len(names)} rows")


@pytest.mark.parametrize(
    "name", ["NVIDIA, Foo Labs", "Foo Labs, Bar Systems, Baz", "NVIDIA | Foo Labs"]
)
def test_commas_in_an_entry_that_may_separate_companies_are_told(read_front, name):
    reading = read_front(f'companies: ["{name}"]')
    assert list_rows(reading) == [(0, name, "")]
    [problem] = reading.problems
    assert (problem.code, problem.message, problem.value) == ("name-unclear", SEVERAL, name)
    assert (problem.line, problem.action) == (4, "read as one name")


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ('"Foo Labs, Inc."', "Foo Labs, Inc."),
        ('"Berkshire, Hathaway"', "Berkshire, Hathaway"),  # the lexicon has it
        ('"80,000 Hours"', "80,000 Hours"),
        ('"https://example.org/a;b"', "https://example.org/a;b"),
        ('"AT&amp;T"', "AT&T"),
        ('"[[Foo; Bar]]"', "Foo; Bar"),
        ('{name: "Foo, Bar"}', "Foo, Bar"),  # as the report advises
    ],
)
def test_an_entry_that_is_one_name_stays_one(read_front, entry, name):
    reading = read_front(f"companies: [{entry}]")
    assert (list_rows(reading), reading.problems) == ([(0, name, "")], ())
