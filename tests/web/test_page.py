"""Plain pages: everything escaped, nothing followed but http(s) and our own paths."""

import pytest

from kgraph.web.linked import Statement, page
from kgraph.web.page import Link, anchor

EVIL = "\"><script>alert('x')</script>&"


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/x",
        "JAVASCRIPT:x",
        " http://x",
        "",
    ],
)
def test_no_other_scheme_leads_out(target):
    assert anchor(Link("words", target)) == "words"


def test_a_target_cannot_leave_its_attribute():
    assert anchor(Link(EVIL, "https://x/" + EVIL)).count('"') == 4
    assert "<script" not in anchor(Link(EVIL, "/" + EVIL))


def test_a_page_of_hostile_statements_holds_no_markup_of_theirs():
    statements = [
        Statement("out", "https://schema.org/name", EVIL, False, ""),
        Statement("out", "http://example.org/" + EVIL, "http://example.org/" + EVIL, True, EVIL),
        Statement("in", EVIL, "https://example.org/id/" + EVIL, True, EVIL),
    ]
    made = page("https://example.org/id/", "company/" + EVIL, statements)
    assert "<script" not in made
    assert "alert('x')" not in made
