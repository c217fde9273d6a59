"""The page of a briefing: without scripts, with a form, files, links and errors in words."""

from urllib.parse import urlencode

from server.protocol_helpers import Page

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def get(server, **parameters):
    return server.get(f"/briefing?{urlencode(parameters)}", accept=BROWSER)


def test_the_page_has_all_sections_and_leads_to_evidence(sample_server):
    answer = get(sample_server, since="2025-06", until="2025-10")
    page = Page(answer)
    facts = sample_server.client.get("/api/briefing?since=2025-06&until=2025-10").json()
    assert answer.status_code == 200
    assert {section["key"] for section in facts["sections"]} <= set(page.ids)
    for section in facts["sections"]:
        for row in section["rows"]:
            assert {f"/{ref['id']}" for ref in row["subjects"]} <= set(page.links)
    assert any(link.startswith("/episode/") for link in page.links)
    assert any(link.startswith("https://") for link in page.links)
    table = next(link for link in page.links if link.startswith("/questions/shifts?"))
    assert sample_server.get(table, accept=BROWSER).status_code == 200


def test_the_default_window_is_in_the_form(sample_server):
    answer = get(sample_server)
    assert 'value="2025-10-01"' in answer.text
    assert 'value="2025-10-31"' in answer.text


def test_a_briefing_is_a_file(sample_server):
    answer = get(sample_server, since="2025-06", until="2025-06", format="markdown")
    assert answer.headers["content-type"].startswith("text/markdown")
    assert answer.text.startswith("# Briefing, 2025-06-01 to 2025-06-30\n")
    assert "briefing-2025-06-01-2025-06-30.md" in answer.headers["content-disposition"]


def test_a_client_that_accepts_no_page_is_told_where_the_data_is(sample_server):
    for accept in ("text/markdown", "application/json"):
        refused = sample_server.get("/briefing", accept=accept)
        assert (refused.status_code, "/api/briefing has the same data" in refused.text) == (
            406,
            True,
        )
        assert "format=markdown is a file" in refused.text
    sent = sample_server.get("/briefing?since=2025-06&format=markdown", accept="text/markdown")
    assert sent.headers["content-type"].startswith("text/markdown")


def test_a_wrong_day_is_an_error_in_words(sample_server):
    for parameters, words in (
        ({"since": "foo"}, "since foo: not a date"),
        ({"since": "2025-09", "until": "2025-06"}, "is after until=2025-06-30"),
        ({"format": "pdf"}, "format pdf: choose one of markdown, html, json"),
    ):
        answer = get(sample_server, **parameters)
        assert (answer.status_code, words in answer.text) == (400, True), answer.text


def test_only_sections_with_rows_say_how_to_repeat_them(sample_server):
    days = {"since": "2025-05", "until": "2025-05"}
    sections = sample_server.client.get("/api/briefing", params=days).json()["sections"]
    filled = sum(bool(section["rows"]) for section in sections)
    assert 0 < filled < len(sections)
    assert get(sample_server, **days).text.count("Repeat it: <code>") == filled
    assert get(sample_server, **days, format="markdown").text.count("Repeat it: `") == filled
