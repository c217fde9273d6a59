"""The pages compare and pair: what they show, their files, errors in words, hostile names."""

import re
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from server.hostile import EVIL
from server.protocol_helpers import Page

from kgraph.server.html.templates import _ENVIRONMENT
from kgraph.views.values import Association, AssociationGroup, EntityRef

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
SVG = "{http://www.w3.org/2000/svg}"


def get(server, path, *params, **more):
    query = urlencode([*params, *more.items()])
    return server.get(f"{path}?{query}" if query else path, accept=BROWSER)


def test_compare_begins_with_a_form_of_six_names(sample_server):
    answer = get(sample_server, "/compare")
    assert answer.status_code == 200
    assert answer.text.count('name="x"') == 6


def test_compared_things_have_a_chart_a_table_and_files(sample_server):
    answer = get(sample_server, "/compare", ("x", "nvidia"), ("x", "OpenAI"), ("x", ""))
    page = Page(answer)
    assert answer.status_code == 200
    assert "<h1>Nvidia and OpenAI compared</h1>" in answer.text
    assert answer.text.count("<polyline") >= 2
    assert "/pair?one=company%2Fnvidia&other=company%2Fopenai" in page.links
    assert "/episodes?mentions=company%2Fopenai&month=2025-09" in page.links
    months = sample_server.client.get("/api/compare?x=nvidia&x=openai").json()["things"]
    september = {row["month"]: row for row in months[1]["timeline"]}["2025-09"]
    assert f">{september['episodes']}</a>" in answer.text
    csv = next(link for link in page.links if "format=csv" in link)
    rows = sample_server.get(csv).text.splitlines()
    assert rows[0].startswith("month,name,episodes,all,shows,unknownShow,standardShare,low,high")
    assert any(row.startswith(f"2025-09,OpenAI,{september['episodes']},") for row in rows)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/compare?x=NVIDIA&x=OpenAI", "nvidia-and-openai-compared"),
        ("/pair?one=NVIDIA&other=OpenAI", "nvidia-and-openai"),
        ("/compare?x=Circle", "circle-over-time"),
        ("/show/modelbehaviour?", "episodes-of-model-behaviour"),
        (
            "/questions/by-month?entity=NVIDIA",
            "nvidia-how-many-episodes-mention-something-or-have-a-theme-t",
        ),
        (
            "/questions/surfaces?entity=NVIDIA",
            "nvidia-every-way-in-which-something-was-written-and-how-ofte",
        ),
    ],
)
def test_a_chart_is_a_file_with_title_and_source(sample_server, path, name):
    answer = sample_server.get(f"{path}&format=svg", accept=BROWSER)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.svg"'
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    root = ElementTree.fromstring(answer.text)
    texts = [element.text or "" for element in root.iter(f"{SVG}text")]
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text.startswith(texts[0].removesuffix("…"))
    assert texts[-1].startswith("Source: kgraph, 38 episodes from 2025-")
    assert texts[-1].rpartition(" ")[2].startswith(path.partition("?")[0])
    assert root.findall(f".//{SVG}polyline") or root.findall(f".//{SVG}polygon")
    assert not [*root.iter(f"{SVG}a")]


def test_a_pair_shows_both_and_leads_to_recordings_and_to_third_parties(sample_server):
    answer = get(sample_server, "/pair", one="NVIDIA", other="openai")
    page = Page(answer)
    facts = sample_server.client.get("/api/pair?one=NVIDIA&other=OpenAI").json()
    assert f"{facts['both']['episodes']} episodes of" in answer.text
    assert {row["quote"]["recording"] for row in facts["quotes"]} - {""} <= set(page.links)
    assert {row["recording"] for row in facts["episodes"]} - {""} <= set(page.links)
    assert "/episodes?mentions=company%2Fnvidia&beside=company%2Fopenai" in page.links
    third = facts["shared"][0]["thing"]["id"].replace("/", "%2F")
    assert f"/pair?one=company%2Fnvidia&other={third}" in page.links
    for word in ("Quotes that name both", "Episodes that speak most of both", "Beside both"):
        assert word in answer.text


def test_no_two_landmarks_of_a_pair_have_one_name(sample_server):
    text = get(sample_server, "/pair", one="NVIDIA", other="openai").text
    names = re.findall(r'<(?:section|div)[^>]* aria-label(?:ledby)?="([^"]+)"', text)
    assert {"Beside both, as a table", "shared", "episodes"} <= set(names)
    assert len(set(names)) == len(names)


def test_a_pair_below_chance_is_not_said_to_be_more(sample_server):
    answer = get(sample_server, "/pair", one="company/nvidia", other="person/felixtarrant")
    words = "1 episode mentions both, 0.3 times as many as chance would bring together."
    assert words in Page(answer).text  # and not "of 0 shows": that of the episode is unknown


def test_every_joint_count_of_a_page_leads_to_the_pair(sample_server):
    page = Page(sample_server.get("/company/nvidia", accept=BROWSER))
    pairs = [link for link in page.links if link.startswith("/pair?one=company%2Fnvidia&other=")]
    beside = sample_server.client.get("/api/entity?name=nvidia").json()["beside"]
    assert len(pairs) == sum(len(group["rows"] + group["uncertain"]) for group in beside) > 5
    assert sample_server.get(pairs[0], accept=BROWSER).status_code == 200


@pytest.mark.parametrize(
    ("path", "params", "status", "words"),
    [
        ("/compare", [("x", "Nvidya")], 404, "did you mean Nvidia"),
        ("/compare", [("x", "NVIDIA"), ("x", "nvidia")], 400, "are the same thing: Nvidia"),
        ("/compare", [("x", f"n{n}") for n in range(7)], 400, "at most 6 things"),
        ("/compare", [("x", "Fernweh Coffee")], 400, "no episode mentions it"),
        ("/compare", [("x", "NVIDIA"), ("format", "gif")], 400, "write format=svg"),
        ("/compare", [("y", "NVIDIA")], 400, "y: no such parameter; there is: x"),
        ("/compare", [("x", "a" * 301)], 400, "longer than 300 characters"),
        ("/pair", [("one", "NVIDIA"), ("other", "nvidia")], 400, "both names mean Nvidia"),
        ("/pair", [("one", "NVIDIA"), ("other", "Opnai")], 404, "OpenAI"),
        ("/pair", [("one", "NVIDIA"), ("one", "OpenAI")], 400, "given more than once"),
    ],
)
def test_wrong_names_are_refused_in_words(sample_server, path, params, status, words):
    answer = get(sample_server, path, *params)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    if "given more than once" not in words:  # which is not an error of a form
        assert '<form class="card form' in answer.text


def test_a_wrong_name_keeps_what_was_asked(sample_server):
    answer = get(sample_server, "/compare", ("x", "NVIDIA"), ("x", "Opnai"))
    assert [*re.findall(r'name="x" value="([^"]*)"', answer.text)][:3] == ["NVIDIA", "Opnai", ""]


@pytest.mark.parametrize("path", ["/compare?x=NVIDIA", "/pair?one=NVIDIA&other=OpenAI"])
def test_a_client_that_has_the_page_is_told_so(sample_server, path):
    tag = sample_server.get(path, accept=BROWSER).headers["etag"]
    again = sample_server.client.get(path, headers={"If-None-Match": tag, "Accept": BROWSER})
    assert (again.status_code, again.headers["etag"]) == (304, tag)


def test_the_api_takes_a_name_more_than_once_only_where_it_may(sample_server):
    things = sample_server.client.get("/api/compare?x=NVIDIA&x=OpenAI&x=Circle").json()["things"]
    assert [each["thing"]["label"] for each in things] == ["Nvidia", "OpenAI", "Circle"]
    refused = sample_server.client.get("/api/compare?x=NVIDIA&unlikely=true&unlikely=true")
    assert "unlikely: given more than once" in refused.json()["detail"]
    described = sample_server.client.get("/api/openapi.json").json()["paths"]["/api/compare"]
    [x] = [p for p in described["get"]["parameters"] if p["name"] == "x"]
    assert x["schema"]["type"] == "array"


@pytest.mark.parametrize("path", ["/compare?x=NVIDIA&x=OpenAI", "/pair?one=NVIDIA&other=OpenAI"])
def test_links_between_comparisons_keep_unlikely_mentions(sample_server, path):
    links = Page(sample_server.get(f"{path}&unlikely=true", accept=BROWSER)).links
    paths = ("/compare?", "/pair?", "/questions/beside-both?", "/questions/pair?")
    between = [each for each in links if each.startswith(paths)]
    assert between
    assert [each for each in between if "unlikely=true" not in each] == []


def test_control_characters_leave_a_chart_well_formed(sample_server):
    query = urlencode({"entity": "NVIDIA\x0b\ufffe", "format": "svg"})
    chart = sample_server.get(f"/questions/by-month?{query}", accept=BROWSER)
    title = ElementTree.fromstring(chart.content).find(f"{SVG}title").text
    assert title.startswith("NVIDIA\ufffd\ufffd: How many episodes")


def test_hostile_names_stay_text(hostile_server):
    evil = f"Acme {EVIL} Incorporated"
    rows = hostile_server.client.get("/api/entities?type=any&limit=50").json()["rows"]
    names = [row["thing"]["id"] for row in rows if row["episodes"]]
    [acme] = [id_ for id_ in names if "acme" in id_]
    ends = {"one": acme, "other": next(id_ for id_ in names if id_ != acme)}
    for path, status in (
        (f"/compare?{urlencode([('x', id_) for id_ in names])}", 200),
        (f"/pair?{urlencode(ends)}", 200),
        (f"/pair?{urlencode({'one': 'NVIDIA', 'other': evil})}", 400),  # it is only advertised
        (f"/compare?{urlencode({'x': 'Zebra ' + EVIL})}", 404),
    ):
        answer = hostile_server.get(path, accept=BROWSER)
        page = Page(answer)
        assert answer.status_code == status, path
        assert "<img src=x" not in answer.text
        assert "<script>window" not in answer.text
        assert not any(link.startswith("javascript:") for link in page.links)
    chart = hostile_server.get(f"/compare?{urlencode({'x': acme})}&format=svg", accept=BROWSER)
    title = ElementTree.fromstring(chart.text).find(f"{SVG}title").text
    assert title == f"{evil} over time"


def test_a_page_separates_what_may_be_chance_and_leads_to_all(sample_server):
    text = sample_server.get("/company/nvidia", accept=BROWSER).text
    sure, chance = text.split('id="beside-chance-company"')[0], text.split('id="beside-chance-')[1:]
    assert "may be chance</span></td>" not in sure.split('id="beside-company"')[1]
    assert chance and all("may be chance</span>" in part for part in chance)


def test_a_list_of_ties_that_is_cut_leads_to_all():
    row = Association(EntityRef("company/acme", "Acme", "company"), 3, 2.5, 2.0, 0.1)
    groups = [AssociationGroup("company", 5, [row], 3)]
    beside = _ENVIRONMENT.get_template("parts.html").module.beside
    page = beside(groups, {"company": "companies"}, lambda id_: f"/{id_}", lambda type_: "/all")
    assert '<a href="/all">All 8 companies</a>, 3 of which may be chance' in page
    assert "may be chance <" not in page  # no heading without rows


def test_the_list_of_all_ties_takes_their_number(sample_server):
    params = {"entity": "company/nvidia", "format": "csv"}
    sizes = [
        len(get(sample_server, "/questions/associated", **params, count=count).text.splitlines())
        for count in ("2", "500")
    ]
    assert sizes[0] == 3 < sizes[1]
