"""The audit pages: decisions are filtered, paged, and shown with the command that judges them."""

import re

import pytest
from cli.runner import run
from server.protocol_helpers import EVIL, Page
from server.server_fixture import Server, build_store

from kgraph.server.pages.decisions import AUDIT_PAGES, AuditForm, group_outcomes
from kgraph.views.decision_records import DECISION_KINDS

OURS = {"/assets/theme.js", "/assets/autocomplete.js", "/assets/tables.js"}


def audit(server, what="", **given):
    path = f"/audit/{what}" if what else "/audit"
    answer = server.client.get(path, params=given, headers={"accept": "text/html"})
    return answer.status_code, Page(answer)


def test_the_overview_lists_audits_and_accounts_for_every_row(server):
    status, page = audit(server)
    assert status == 200
    assert {f"/audit/{what}" for what in AUDIT_PAGES} <= set(page.links)
    assert "accepted 4" in " ".join(page.text.split())
    assert "no" not in page.cells


def test_rows_that_do_not_add_up_are_seen():
    found = group_outcomes([("tags", "in", 3), ("tags", "accepted", 1), ("tags", "merged", 1)])
    assert [(one.name, one.rows, one.outcomes, one.closes) for one in found] == [
        ("tags", 3, [("accepted", 1), ("merged", 1)], False)
    ]


@pytest.mark.parametrize("what", DECISION_KINDS)
def test_every_audit_has_a_page(server, what):
    status, page = audit(server, what)
    assert (status, AUDIT_PAGES[what].title in page.text) == (200, True)
    assert f"kgraph audit {what} --format tsv" in page.text
    assert page.scripts <= OURS


def test_a_decision_shows_what_why_where_and_how_to_judge_it(server):
    _, page = audit(server, "mentions", q="coinbase")
    text = " ".join(page.text.split())
    assert "1 decision" in text
    assert "the lexicon has Coinbase" in text
    assert "kgraph judge accept Coinbase" in text
    assert "kgraph judge reject Coinbase" in text
    assert "/company/coinbase" in page.links
    assert any(link.startswith("/row/") for link in page.links)


def test_filters_and_facets_hold_each_other(many):
    _, page = audit(many, "mentions", order="least")
    assert "/audit/mentions?order=least&type=noise" in page.links
    _, chosen = audit(many, "mentions", order="least", type="noise")
    assert {field["value"] for field in chosen.inputs if field.get("name") == "type"} == {"noise"}
    assert "/audit/mentions?type=&order=least" in chosen.links
    assert "kgraph judge accept --type company I" in chosen.text
    assert "kgraph judge accept Nvidia" not in chosen.text


def test_long_lists_come_in_parts(many):
    _, page = audit(many, "quotes")
    assert "25 decisions" in page.text
    _, past = audit(many, "quotes", offset="50")
    assert "The list has only 25." in past.text
    assert "/audit/quotes" in past.links


@pytest.mark.parametrize(
    ("what", "given", "status", "words"),
    [
        ("colours", {}, 404, "no such audit: there is mentions"),
        ("mentions", {"order": "best"}, 400, "best: no such order"),
        ("mentions", {"least": "x"}, 400, "least: write a number from 0 to 100"),
        ("mentions", {"offset": "-1"}, 400, "offset=-1: expected a number >= 0"),
        ("mentions", {"offset": "9" * 25}, 400, "offset=999"),
        ("mentions", {"colour": "red"}, 400, "colour: no such parameter"),
    ],
)
def test_what_is_wrong_is_said(server, what, given, status, words):
    found, page = audit(server, what, **given)
    assert (found, words in page.text) == (status, True), page.text


@pytest.mark.parametrize("name", ["q", "type", "rule", "order", "least"])
def test_hostile_words_are_text(server, name):
    status, page = audit(server, "mentions", **{name: EVIL})
    assert status in (200, 400)
    assert (page.scripts <= OURS, page.handlers) == (True, [])


def test_what_a_form_holds_is_what_an_address_holds():
    assert AuditForm(q=" a ", least="50", order="least", offset=9).filled_fields == {
        "q": " a ",
        "least": "50",
        "order": "least",
    }
    assert AuditForm(q="graph", order="graph").filled_fields == {"q": "graph"}
    assert AuditForm(least="50", most="").to_filter().min_confidence == 0.5


def test_an_episode_leads_to_what_of_it_was_rejected(many):
    episode = many.client.get("/episodes", headers={"accept": "text/html"})
    [path] = {link for link in Page(episode).links if link.startswith("/episode/")}
    page = Page(many.client.get(path, headers={"accept": "text/html"}))
    [leads] = [link for link in page.links if link.startswith("/audit/mentions?")]
    found = Page(many.client.get(leads, headers={"accept": "text/html"}))
    assert "kgraph judge accept --type company I" in found.text


def test_the_accounting_leads_to_what_was_rejected(sample_server):
    html = sample_server.get("/audit", accept="text/html").text
    rules = re.findall(
        r'href="(/audit/mentions\?type=noise&amp;rule=[^"]+)">rejected: [^<]+</a> '
        r'<span class="number">([\d,]+)',
        html,
    )
    assert rules
    for address, count in rules:
        listed = sample_server.get(address.replace("&amp;", "&"), accept="text/html").text
        assert f"{count} decision" in listed


def test_lists_that_could_not_be_read_stand_beside_the_accounting(tmp_path):
    text = "---\ntitle: A talk\ntags: [x]\ncompanies: [OpenAI,\n - Uber\n---\n"
    (tmp_path / "a.md").write_text(text)
    build_store(tmp_path, tmp_path / "store")
    words = "ot in these numbers: 1 list of companies that could not be read as a whole, so that"
    served = Server(tmp_path / "store")
    try:
        _, page = audit(served)
    finally:
        served.stop()
    assert f"N{words}" in page.text
    done = run("audit", "rows", "--store", tmp_path / "store")
    assert f"n{words}" in " ".join(done.stderr.split())
    assert " ".join(done.stdout.split()).startswith("list outcome rows companies in 0 ")
    assert "ot in these" not in run("audit", "themes", "--store", tmp_path / "store").stderr


def test_an_accounting_of_lists_that_were_read_says_nothing_of_others(server):
    assert "ot in these numbers" not in audit(server)[1].text
