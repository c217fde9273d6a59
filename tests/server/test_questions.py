"""The named queries over HTTP: forms, answers, data; hostile values."""

import csv
import io
import re
from html import unescape

import pytest
from server.protocol_helpers import EVIL, Page

from kgraph.analysis import load_named_queries
from kgraph.base.errors import UnknownNameError
from kgraph.query.parameters import PARAMETER_TYPES, Parameter
from kgraph.server.html.forms import drop_empty_fields, encode_fields, make_fields
from kgraph.server.html.templates import LIST_LINKS
from kgraph.server.pages.questions import format_command

SCRIPTS = {"/assets/theme.js", "/assets/autocomplete.js", "/assets/chart.js"} | {
    "/assets/tables.js"
}


def test_every_question_is_listed(server):
    page = Page(server.get("/questions", accept="text/html"))
    assert {link for link in page.links if link.startswith("/questions/")} == {
        f"/questions/{name}" for name in load_named_queries()
    }


@pytest.mark.parametrize("name", load_named_queries())
def test_every_question_has_a_form_with_its_parameters(server, name):
    answer = server.get(f"/questions/{name}", accept="text/html")
    # The two episodes know little of what defaults speak of: then the form says so.
    assert answer.status_code == 200, answer.text
    page = Page(answer)
    assert set(re.findall(r'<(?:input|select) id="f-\w+" name="(\w+)"', page.html)) == {
        p.name for p in load_named_queries()[name].parameters
    }
    assert page.scripts <= SCRIPTS


def test_an_example_that_the_graph_has_not_is_told_on_the_form_and_refused_as_data(server):
    page = Page(server.get("/questions/surfaces", accept="text/html"))
    told = "surfaces: give entity=... (what was written): JPMorgan Chase, the example, is not in"
    assert told in page.text
    for path in ("/questions/surfaces?format=csv", "/questions/surfaces"):
        data = server.get(path, accept="text/csv")
        assert (data.status_code, told in data.text) == (400, True)


def test_an_answer_is_a_table_with_links_bars_and_what_gives_the_same(server):
    page = Page(server.get("/questions/co-mentioned?company=nvidia", accept="text/html"))
    assert page.cells[:2] == ["Coinbase", "1"]
    assert {"/company/coinbase", "/company/openai"} <= set(page.links)
    assert "kgraph query co-mentioned --param company=nvidia" in page.text
    assert "PREFIX kg: <https://w3id.org/kgraph/ns#>" in page.text
    assert any(link.startswith("/editor#query=PREFIX%20kg%3A") for link in page.links)
    assert page.html.count("<polygon") == 2
    assert "/questions/co-mentioned?company=nvidia&format=svg" in page.links


@pytest.mark.parametrize(
    ("form", "media_type", "start"),
    [
        ("csv", "text/csv; charset=utf-8", b"name,episodes,undated,other\r\nCoinbase,1,0,"),
        ("tsv", "text/tab-separated-values; charset=utf-8", b"?name\t?episodes"),
        ("json", "application/sparql-results+json", b'{"head":{"vars":["name"'),
        ("xml", "application/sparql-results+xml", b"<?xml"),
    ],
)
def test_an_answer_can_be_had_as_data(server, form, media_type, start):
    path = f"/questions/co-mentioned?company=NVIDIA&format={form}"
    answer = server.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.content.startswith(start)
    assert (
        answer.headers["content-disposition"]
        == f'attachment; filename="co-mentioned.{SUFFIX.get(form, form)}"'
    )
    again = server.get(path, if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


SUFFIX = {"xml": "srx"}


def test_accept_chooses_too(server):
    path = "/questions/co-mentioned?company=NVIDIA"
    assert server.get(path, accept="text/csv").content.startswith(b"name,")
    assert server.get(path, accept="application/json").json()["head"]["vars"][0] == "name"
    assert server.get(path, accept="image/png").status_code == 406


@pytest.mark.parametrize(
    "asked",
    [
        "associated?entity=NVIDIA",
        "beside-both?one=NVIDIA&other=OpenAI",
        "by-month?entity=NVIDIA",
        "by-month?entity=Stablecoins",
        "by-month?entity=tag/NVIDIA",
        "co-mentioned?company=NVIDIA",
        "companies-by-shows?minShows=1",
        "group-names?of=Stablecoins",
        "group-names?of=The+Ledger+Line",
        "risers?before=2025-05&after=2025-06&minEpisodes=1",
        "shows-covering?entity=NVIDIA",
        "talk-by-month?about=NVIDIA",
    ],
)
def test_a_figure_leads_to_as_many_episodes(sample_server, asked):
    html = sample_server.get(f"/questions/{asked}", accept="text/html").text
    name = asked.partition("?")[0]
    figures = re.findall(r'<td class="number"><a href="/(episodes|pair)\?([^"]+)">(\d+)</a>', html)
    assert figures or name == "risers"
    for path, query, figure in figures[:: max(1, len(figures) // 4)]:
        facts = sample_server.client.get(f"/api/{path}?{unescape(query)}").json()
        counted = facts["total"] if path == "episodes" else facts["both"]["episodes"]
        assert counted == int(figure), query


def test_the_first_episode_of_a_month_is_a_link(sample_server):
    page = Page(sample_server.get("/questions/by-month?entity=NVIDIA", accept="text/html"))
    assert sum(link.startswith("/episode/") for link in page.links) > 2


def test_an_answer_without_a_chart_has_no_file_of_it(server):
    for path in ("/questions/path?one=NVIDIA&other=OpenAI", "/questions/evidence?entity=NVIDIA"):
        assert server.get(f"{path}&format=svg").status_code == 400
    refused = server.get("/questions/recurring-quotes?minEpisodes=99&format=svg")
    assert (refused.status_code, "has no chart: format=csv" in refused.text) == (404, True)


def test_the_query_itself_can_be_had(server):
    answer = server.get("/questions/co-mentioned?company=NVIDIA&format=sparql")
    assert answer.headers["content-type"] == "application/sparql-query"
    rows = server.ask(answer.text, accept="text/csv").text
    assert rows == server.get("/questions/co-mentioned?company=NVIDIA&format=csv").text
    refused = server.get("/questions/path?format=sparql")
    assert (refused.status_code, "a program answers it" in refused.text) == (404, True)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/questions/colours", 404, "no such question"),
        ("/questions/co-mentioned?company=nvidai", 404, "did you mean Nvidia"),
        ("/questions/co-mentioned?since=June", 400, "since=June: not a date"),
        ("/questions/co-mentioned?colour=red", 400, "no parameter colour; it takes: company"),
        ("/questions/which-one?name=x", 400, "give this: by file name, title or id"),
        ("/questions/best-quotes?perEpisode=two", 400, "perEpisode=two: not a count"),
        ("/questions/co-mentioned?format=pdf", 400, "choose one of csv, html, json"),
    ],
)
def test_what_is_wrong_is_said_on_the_form(server, path, status, words):
    answer = server.get(path, accept="text/html")
    page = Page(answer)
    assert (answer.status_code, words in page.text) == (status, True), page.text


def test_a_wrong_field_is_marked_and_offers_what_may_be_meant(server):
    page = Page(server.get("/questions/co-mentioned?company=nvidai", accept="text/html"))
    (wrong,) = [field for field in page.inputs if field.get("aria-invalid")]
    assert (wrong["name"], wrong["value"]) == ("company", "nvidai")
    assert "?company=Nvidia" in page.links


def test_an_empty_field_has_its_default(server):
    page = Page(server.get("/questions/co-mentioned?company=NVIDIA&since=", accept="text/html"))
    assert page.cells[0] == "Coinbase"


@pytest.mark.parametrize("name", load_named_queries())
def test_hostile_values_are_text_and_never_syntax(server, name):
    for parameter in load_named_queries()[name].parameters:
        answer = server.client.get(
            f"/questions/{name}", params={parameter.name: EVIL}, headers={"accept": "text/html"}
        )
        page = Page(answer)
        assert answer.status_code in (200, 400, 404), page.text
        assert page.scripts <= SCRIPTS
        assert not page.handlers
        assert EVIL in page.values


def test_a_hostile_title_is_text_in_an_answer(server):
    found = server.get("/questions/evidence?entity=NVIDIA&format=csv").text
    title = '<script>alert(1)</script> & " talk'
    assert title in {row[0] for row in csv.reader(io.StringIO(found))}
    page = Page(server.get("/questions/evidence?entity=NVIDIA", accept="text/html"))
    assert title in page.cells
    assert page.scripts <= SCRIPTS


# -- forms -----------------------------------------------------------------------


@pytest.mark.parametrize("type_", PARAMETER_TYPES)
def test_every_type_of_parameter_has_a_field(type_):
    (field,) = make_fields([Parameter("x", type_, "1", "words")], {})
    assert field.kind in ("text", "date", "month", "number")
    assert (field.label, field.value, field.hint, field.required) == ("X", "1", "words", False)


def test_fields_hold_what_was_written_else_defaults():
    parameters = [
        Parameter("about", "subject", None, "what"),
        Parameter("since", "date", "0001-01-01", "first day"),
        Parameter("perEpisode", "integer", "2", "how many"),
    ]
    error = UnknownNameError("who?", ["Nvidia"])
    error.parameter = "about"
    found = make_fields(parameters, {"about": "x"}, error)
    assert [(f.label, f.kind, f.value, f.required) for f in found] == [
        ("About", "text", "x", True),
        ("Since", "date", "", False),
        ("Per episode", "number", "2", False),
    ]
    assert [(f.error, f.near) for f in found] == [
        ("who?", (("Nvidia", "Nvidia"),)),
        ("", ()),
        ("", ()),
    ]
    assert encode_fields(found, "about", "Nvidia") == "about=Nvidia&perEpisode=2"


def test_empty_fields_are_not_given_unless_empty_means_something():
    parameters = [Parameter("a", "text", "x", ""), Parameter("b", "text", "", "")]
    assert drop_empty_fields(parameters, {"a": " ", "b": "", "c": "1"}) == {"b": "", "c": "1"}


def test_a_command_can_be_pasted():
    assert format_command("who-said", {"words": "it's; rm"}) == (
        "kgraph query who-said --param 'words=it'\"'\"'s; rm'"
    )


def test_what_a_name_was_taken_for_stands_beside_the_answer(sample_server):
    told = "entity=Apollo: taken for Apollo Global Management (company/apolloglobalmanagement)"
    page = sample_server.get("/questions/by-month?entity=Apollo", accept="text/html").text
    assert told in page
    assert "No row for 2025-05: none of its episodes counts here." in page
    answer = sample_server.get("/api/questions/by-month?entity=Apollo").json()
    assert answer["taken"] == [told]
    assert answer["empty_months"] == "no row for 2025-05: none of its episodes counts here"
    assert (
        "taken for"
        not in sample_server.get(
            "/questions/by-month?entity=company/apolloglobalmanagement", accept="text/html"
        ).text
    )


@pytest.mark.parametrize(
    ("path", "has_links"),
    [
        ("associated?entity=NVIDIA&minEpisodes=1", True),
        ("associated?entity=NVIDIA&minEpisodes=1&unlikely=true", True),
        ("beside-both?one=NVIDIA&other=OpenAI&unlikely=true", True),
        ("by-month?entity=NVIDIA", True),
        ("co-mentioned?company=NVIDIA", True),
        ("co-mentioned?company=NVIDIA&since=2025-09-01", False),
        ("shows-covering?entity=NVIDIA&minEpisodes=1", True),
    ],
)
def test_a_figure_leads_to_as_many_episodes_as_it_says(sample_server, path, has_links):
    page = sample_server.get(f"/questions/{path}", accept="text/html").text
    links = re.findall(r'<a href="(/(?:episodes|pair)\?[^"]*)">([\d,]+)</a>', page)
    assert bool(links) == has_links
    for address, figure in links[:20]:
        facts = sample_server.client.get(f"/api{unescape(address)}").json()
        episodes = facts["both"]["episodes"] if "both" in facts else facts["total"]
        assert f"{episodes:,}" == figure, address


@pytest.mark.parametrize(
    ("path", "headings"),
    [
        (
            "by-month?entity=NVIDIA",
            ["Standard share (%)", "Low (%, 95 % interval)", "Change low (points)"],
        ),
        (
            "shifts?since=2025-09&until=2025-09&minEpisodes=1",
            ["Change (points)", "Low (points, 95 % interval)", "High (points, 95 % interval)"],
        ),
    ],
)
def test_headings_have_units_of_shares_changes_and_intervals(sample_server, path, headings):
    page = sample_server.get(f"/questions/{path}", accept="text/html").text
    columns = re.findall(r"<th scope=\"col\"[^>]*>([^<]*)</th>", page)
    assert [heading for heading in columns if heading in headings] == headings


def test_every_list_and_form_of_the_menus_answers(sample_server):
    page = Page(sample_server.get("/questions", accept="text/html"))
    menu = [link.target for link in LIST_LINKS]
    assert {f"/entities?type={type_}" for type_ in ("person", "product", "crypto", "place")} < {
        *menu
    }
    forms = ["/pair", "/compare", "/why", "/why-not", "/how"]
    assert {*menu, *forms} <= {*page.links}
    for path in (*menu, *forms):
        answer = sample_server.get(path, accept="text/html")
        assert answer.status_code == 200 and "<h1>" in answer.text
        assert path not in forms or '<form class="' in answer.text


@pytest.mark.parametrize("name", load_named_queries())
def test_a_question_without_parameters_has_an_answer_or_an_empty_form(sample_server, name):
    answer = sample_server.get(f"/questions/{name}", accept="text/html")
    assert (answer.status_code, 'role="alert"' in answer.text) == (200, False)


def test_bridges_say_between_which_clusters(sample_server):
    page = Page(sample_server.get("/questions/bridges", accept="text/html"))
    assert "/company/openai" in page.links and "/company/coinbase" in page.links


def test_what_may_be_chance_has_words_in_place_of_a_bar(sample_server):
    path = "/questions/associated?entity=NVIDIA"
    rows = csv.DictReader(io.StringIO(sample_server.get(f"{path}&format=csv").text))
    uncertain = [float(row["association"]) <= 0 for row in rows]
    assert uncertain == sorted(uncertain) and set(uncertain) == {False, True}
    page = sample_server.get(path, accept="text/html").text
    assert "more often than by chance first, then what may be chance</h1>" in page
    drawn = sample_server.get(f"{path}&format=svg").text
    assert drawn.count(">may be chance<") == sum(uncertain)
    assert ">-0." not in drawn
