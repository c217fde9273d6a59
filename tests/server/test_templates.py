"""Templates escape everything, and link only to http(s) and paths of this server."""

import asyncio
import re

import pytest
from markupsafe import escape

from kgraph.analysis.presentation import Cell, RenderedAnswer
from kgraph.query.parameters import Parameter
from kgraph.resolve.judgement import Judgement
from kgraph.server.endpoints.linked_data import Statement, render_statements
from kgraph.server.html.forms import make_fields
from kgraph.server.html.templates import (
    _ENVIRONMENT,
    TEMPLATE_FOLDER,
    Hyperlink,
    compile_templates,
    is_safe,
    render_template,
)
from kgraph.server.http.problems import HttpProblem

EVIL = "\"><script>alert('x')</script>&"
OURS = [
    '<script src="/assets/theme.js"></script>',
    '<script type="module" src="/assets/autocomplete.js"></script>',
    '<script type="module" src="/assets/tables.js"></script>',
]
"""The scripts of every page."""

TEXTS = {path.name: path.read_text("utf-8") for path in sorted(TEMPLATE_FOLDER.glob("*.html"))}


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/x",
        "/\\evil.example/x",
        "JAVASCRIPT:x",
        " http://x",
        "",
    ],
)
def test_no_other_scheme_leads_out(target):
    assert not is_safe(target)


def scripts(html):
    """What scripts a page runs."""
    return re.findall(r"<script[^>]*>[^<]*</script>", html)


def test_a_page_of_hostile_statements_holds_no_markup_of_theirs():
    statements = [
        Statement("out", "https://schema.org/name", EVIL, False, ""),
        Statement("out", "javascript:alert('x')", "http://example.org/" + EVIL, True, EVIL),
        Statement("in", EVIL, "https://example.org/id/" + EVIL, True, EVIL),
    ]
    made = render_statements("https://example.org/id/", "company/" + EVIL, statements)
    assert scripts(made) == OURS
    assert "alert('x')" not in made
    assert 'href="javascript' not in made


def test_a_problem_in_hostile_words_is_text():
    near = [Hyperlink(EVIL, f"/company/{EVIL}")]
    judgements = [Judgement("reject", (EVIL,), by=EVIL, why=EVIL)]
    problem = HttpProblem(410, EVIL, (EVIL,), heading=EVIL, rejection=EVIL)
    made = render_template("problem.html", problem=problem, near=near, rejections=judgements)
    assert scripts(made) == OURS
    assert "alert('x')" not in made


@pytest.mark.parametrize("name", TEXTS)
def test_no_template_marks_text_as_safe_or_runs_anything_inline(name):
    text = TEXTS[name]
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", text)
    assert not re.search(r"\s(style|on\w+)=", text)
    assert all('src="/assets/' in script for script in re.findall(r"<script[^>]*>", text))
    # What plays a recording may be of another site: it is checked, and loaded only on a press.
    text = re.sub(r'<(audio|video) controls preload="none" src="{{ address }}">', "", text)
    assert not re.search(r"(src|action)=\"(?!/)", text)


def test_all_templates_are_compiled_before_pages_need_them():
    asyncio.run(compile_templates())
    compiled = {template.name for template in _ENVIRONMENT.cache.values()}
    assert compiled >= {path.name for path in TEMPLATE_FOLDER.iterdir()}


def test_values_of_an_answer_are_as_people_write_them():
    cells = (Cell("true", is_boolean=True), Cell("0.8642", is_number=True), Cell("true"))
    answer = RenderedAnswer(("words", "relevance", "text"), (cells,), 1)
    made = _ENVIRONMENT.get_template("fields.html").module.answer(answer, "Names", [{}])
    assert re.findall(r"<td[^>]*>(.*?)</td>", made) == ["yes", "0.86", "true"]
    assert re.findall(r"<th[^>]*>(.*?)</th>", made) == ["Words", "Relevance (0 to 1)", "Text"]


def test_a_flag_is_a_choice_of_yes_and_no():
    [field] = make_fields(
        [Parameter("unlikely", "flag", "false", "count all")], {"unlikely": "true"}
    )
    made = _ENVIRONMENT.get_template("fields.html").module.field(field)
    assert re.findall(r"<option value=\"(\w+)\"( selected)?>(\w+)<", made) == [
        ("false", "", "No"),
        ("true", " selected", "Yes"),
    ]
    assert "<input" not in made


def test_a_long_link_of_an_answer_tells_its_whole_text():
    rows = ((Cell("Short", "company/a"), Cell(EVIL * 5, "company/b")),)
    answer = RenderedAnswer(("name", "other"), rows, 1)
    macro = _ENVIRONMENT.get_template("fields.html").module.answer
    made = macro(answer, "Names", [{}])
    assert re.findall(r'<a href="([^"]+)"( title="[^"]+")?>', made) == [
        ("/company/a", ""),
        ("/company/b", f' title="{escape(EVIL * 5)}"'),
    ]
