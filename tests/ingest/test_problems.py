from pathlib import Path

import pytest

from kgraph.base.model import InputProblem
from kgraph.base.problem_codes import PROBLEM_CODES, REMARK_CODES
from kgraph.ingest import limits, problems
from kgraph.ingest.problems import ProblemCollector, preview_value
from kgraph.ingest.yaml_positions import YamlLocator


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is", "as it is"),
        ("two\nlines  here", "two lines here"),
        ("x" * 200, "x" * 79 + "…"),
        ("bell\x07 \x1b[31mred \u202e", "bell\\x07 \\x1b[31mred \\u202e"),
        (None, "null"),
        (False, "false"),
        (1.5, "1.5"),
        ([1] * 2000, "a list of 2,000"),
        ({}, "{}"),
        ({"a": 1, "b": 2}, "a mapping of a, b"),
    ],
)
def test_a_value_is_shown_on_one_safe_line(value, text):
    assert preview_value(value) == text


def test_a_number_too_long_to_print_is_shown():
    assert preview_value(10**5000) == "a number of many digits"


def test_a_problem_has_the_line_of_its_field():
    report = ProblemCollector("ep.md")
    report.locator = YamlLocator("title: x\nduration: -5\n", 2)
    report.add("out-of-range", "expected more, got", "set aside", field="/duration", value=-5)
    assert report.problems() == (
        InputProblem(
            "ep.md", 3, 1, "/duration", "out-of-range", "-5", "expected more, got", "set aside"
        ),
    )


def test_problems_stand_in_the_order_of_the_file():
    report = ProblemCollector("ep.md")
    for line in (3, 1, 2):
        report.add("converted", "x", "y", position=(line, 1))
    assert [problem.line for problem in report.problems()] == [1, 2, 3]


def test_further_problems_are_told_as_a_number(monkeypatch):
    monkeypatch.setattr(limits, "MAX_PROBLEMS", 2)
    report = ProblemCollector("ep.md")
    for _ in range(5):
        report.add("converted", "x", "y")
    assert str(report.problems()[-1]) == "ep.md: further problems: 3 (not listed) [more]"


def test_every_code_that_is_used_is_explained():
    text = "".join(path.read_text("utf-8") for path in Path(problems.__file__).parent.glob("*.py"))
    for code in PROBLEM_CODES:
        assert f'"{code}"' in text, f"{code} is never told"


def test_remarks_are_codes_of_problems():
    assert PROBLEM_CODES.keys() > REMARK_CODES


def test_spellings_of_a_name_of_a_field_are_one_line_and_lines_are_limited():
    renamed = [
        *(
            InputProblem(f"{n}.md", 3, 1, "/Pub-Date", "field-renamed", "date", "", "")
            for n in range(3)
        ),
        *(
            InputProblem(f"{n}.md", 3, 1, "/pub_date", "field-renamed", "date", "", "")
            for n in range(2)
        ),
        InputProblem("a.md", 2, 1, "/Url", "field-renamed", "original_url", "", ""),
        InputProblem("b.md", 2, 1, "/channel", "field-renamed", "source", "", ""),
        InputProblem("b.md", 4, 1, "/date", "date-invalid", "x", "", ""),
    ]
    lines = [
        "Pub-Date is read as date in 5 files",
        "Url is read as original_url in 1 file",
        "channel is read as source in 1 file",
    ]
    assert list(problems.describe_renamed_fields(renamed)) == lines
    assert list(problems.describe_renamed_fields(renamed, 3)) == lines
    assert list(problems.describe_renamed_fields(renamed, 2, " (see X)")) == [
        *lines[:2],
        "and 1 more, read under other names (see X)",
    ]


def test_problems_of_one_position_are_in_the_order_of_indices():
    report = ProblemCollector("ep.md")
    for field in ("/hosts/10", "/hosts/2", "/hosts", "/hosts/2/name", "/ages/x", "/hosts/a"):
        report.add("row-shape", "odd", "row left out", field=field, position=(3, 1))
    assert [problem.field for problem in report.problems()] == [
        "/ages/x",
        "/hosts",
        "/hosts/2",
        "/hosts/2/name",
        "/hosts/10",
        "/hosts/a",
    ]
