"""The pages how, why and why not: what they show, and that hostile texts stay texts."""

import asyncio
import re
from html import unescape
from urllib.parse import urlencode

import msgspec
import pytest
from msgspec.structs import replace
from server.protocol_helpers import Page

from kgraph.base.errors import QueryTimeoutError
from kgraph.server.pages import explanations
from kgraph.views.how import HowFacts
from kgraph.views.values import EpisodeLine
from kgraph.views.why import WhyFacts, WhyRequest
from kgraph.views.why_not_facts import WhyNotFacts

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def get(server, path, **params):
    return server.get(f"{path}?{urlencode(params)}" if params else path, accept=BROWSER)


def test_how_has_rows_sources_and_links(sample_server):
    answer = get(sample_server, "/how", name="NVIDIA", limit=2)
    page = Page(answer)
    assert answer.status_code == 200
    for words in (
        "How Nvidia came together",
        "the lexicon has an entry of this name",
        "cik:0001045810",
        "Rules that joined rows",
        "2 of ",
    ):
        assert words in answer.text
    assert "/company/nvidia" in page.links
    assert "/how?name=company%2Fnvidia&limit=500" in page.links
    assert any(link.startswith("/why?episode=episode%2F") for link in page.links)
    whole = get(sample_server, "/how", name="NVIDIA", limit=500)
    assert not re.search(r"\d of \d+ groups of rows", whole.text)


def test_the_names_by_which_files_state_a_show_are_told(sample_server):
    answer = get(sample_server, "/how", name="Model Behaviour")
    for words in ("Stated as the show", "Files of 2 episodes state it", "the show is called so"):
        assert words in answer.text
    [name] = sample_server.client.get("/api/how?name=Model+Behaviour").json()["stated"]["names"]
    assert (name["name"], name["episodes"]) == ("Model Behaviour", 2)
    assert f'<a href="/{name["example"]["id"]}"' in answer.text
    one = get(sample_server, "/why-not", name="Model Behaviour", other="show/modelbehaviour")
    assert "“Model Behaviour”: stated by files of 2 episodes, as " in one.text


def test_the_command_for_a_table_is_whole(sample_server):
    how = sample_server.get("/how?name=nvidia", accept="text/html").text
    assert "<code>kgraph how --format tsv company/nvidia</code>" in how
    pair = sample_server.get("/why-not?name=Model+Behaviour&other=openai", accept="text/html").text
    assert "<code>kgraph why-not --format tsv 'Model Behaviour' openai</code>" in unescape(pair)


def test_entity_and_episode_lead_to_their_explanations(sample_server):
    links = Page(get(sample_server, "/company/nvidia")).links
    assert {"/how?name=company%2Fnvidia", "/why-not?name=company%2Fnvidia"} <= set(links)
    [episode] = sample_server.client.get("/api/episodes?limit=1").json()["rows"]
    links = Page(get(sample_server, f"/{episode['id']}")).links
    assert f"/why-not?{urlencode({'other': episode['id']})}" in links


def test_a_theme_and_its_episode_lead_to_why_it_is_about_it(sample_server):
    theme = "theme/stablecoins"
    [line] = sample_server.client.get(f"/api/episodes?limit=1&theme={theme}").json()["rows"]
    params = {"episode": line["id"], "name": theme}
    why = f"/why?{urlencode(params)}"
    for path in (f"/{theme}", f"/{line['id']}", f"/episodes?theme={theme}"):
        assert why in Page(get(sample_server, path)).links
    facts = sample_server.client.get("/api/why", params=params).json()
    [edge] = facts["edges"]
    assert (edge["target"], edge["confidence"], facts["show"]) == (theme, None, None)
    page = get(sample_server, "/why", **params)
    assert f'It is about <a href="/{theme}"' in page.text
    assert "no confidence" in page.text
    assert all(row["pointer"] in page.text for row in edge["rows"])
    assert "/how?name=theme" not in page.text
    episode = next(
        line
        for line in sample_server.client.get("/api/episodes?limit=50").json()["rows"]
        if sample_server.client.get(f"/api/episode?name={line['id']}").json()["topics"]
    )
    [topic, *_] = sample_server.client.get(f"/api/episode?name={episode['id']}").json()["topics"]
    params = {"episode": episode["id"], "name": topic["id"]}
    assert f"/why?{urlencode(params)}" in Page(get(sample_server, f"/{episode['id']}")).links
    assert "Its file lists" in get(sample_server, "/why", **params).text


def test_why_not_begins_with_a_form_and_keeps_what_was_asked(sample_server):
    empty = get(sample_server, "/why-not")
    assert (empty.status_code, "As data" in empty.text) == (200, False)
    half = get(sample_server, "/why-not", name='a"b<i>')
    assert "fill in “Another name, or an episode” as well" in half.text
    assert 'value="a&#34;b&lt;i&gt;"' in half.text
    asked = get(sample_server, "/why-not", name="NVIDIA", other="Microsoft")
    assert "Nvidia (company/nvidia) and Microsoft (company/microsoft) are two things." in asked.text
    assert "kgraph judge same company/nvidia company/microsoft" in asked.text


@pytest.mark.parametrize(
    ("path", "params", "missing"),
    [
        ("/why", {"episode": "TLL 131: Payday on Chain"}, "A name that it mentions, or a theme"),
        ("/why", {"name": "nvidia", "episode": " "}, "An episode"),
        ("/pair", {"one": "NVIDIA"}, "Other"),
        ("/pair", {"other": "NVIDIA"}, "One"),
    ],
)
def test_a_page_asks_for_the_second_of_two_names(sample_server, path, params, missing):
    answer = get(sample_server, path, **params)
    assert answer.status_code == 200
    assert f"One field is empty: fill in “{missing}” as well." in answer.text
    name, value = next(iter(params.items()))
    assert f'name="{name}" value="{value}"' in answer.text
    assert "One field is empty" not in get(sample_server, path).text


def test_why_not_tells_of_a_theme(sample_server):
    params = {"name": "theme/stablecoins", "other": "TLL 118: Stablecoins Grow Up"}
    page = get(sample_server, "/why-not", **params)
    assert "The episode is about Stablecoins." in page.text
    assert "how it came together" not in page.text
    [reason] = sample_server.client.get("/api/why-not", params=params).json()["reasons"]
    assert reason["rows"][0]["confidence"] is None


def test_why_not_tells_of_an_episode(sample_server):
    answer = get(
        sample_server, "/why-not", name="product/arcbrowser", other="TLL 131: Payday on Chain"
    )
    assert "The episode has the name Arc (browser), which was taken for something else." in (
        answer.text
    )
    assert "/crypto/arcblockchain" not in answer.text.partition("<main")[0]


@pytest.mark.parametrize(
    ("path", "params", "status", "words"),
    [
        ("/how", {"name": "Nvidya"}, 404, "did you mean Nvidia"),
        ("/why", {"episode": "none", "name": "x"}, 404, "none: no such episode"),
        ("/how", {"name": "NVIDIA", "limit": "0"}, 400, "limit=0: expected a number &gt;= 1"),
        ("/why-not", {"name": "Nvidya", "other": "OpenAI"}, 404, "did you mean Nvidia"),
        ("/why-not", {"name": "x" * 301, "other": "OpenAI"}, 400, "longer than 300 characters"),
        ("/why-not", {"nam": "x"}, 400, "nam: no such parameter"),
    ],
)
def test_wrong_questions_are_refused_in_words(sample_server, path, params, status, words):
    answer = get(sample_server, path, **params)
    assert answer.status_code == status
    assert words in answer.text


def test_the_api_gives_the_same_as_the_library(sample_server, sample):
    from kgraph.api import KnowledgeGraph

    graph = KnowledgeGraph(sample)
    how = sample_server.client.get("/api/how", params={"name": "OpenAI", "limit": 3})
    assert msgspec.json.decode(how.content, type=HowFacts) == graph.how("OpenAI", 3)
    params = {"name": "NVIDIA", "other": "Microsoft"}
    why_not = sample_server.client.get("/api/why-not", params=params)
    assert msgspec.json.decode(why_not.content, type=WhyNotFacts) == graph.why_not(
        "NVIDIA", "Microsoft"
    )


@pytest.fixture(scope="module")
def why(sample_server):
    """The page of an edge, and its steps in the API."""
    episode = "2025-10-02-tll-137-polymarket-comes-home.md"
    params = {"episode": episode, "name": "Polymarket"}
    facts = sample_server.client.get("/api/why", params={**params, "steps": "true"}).json()
    return get(sample_server, "/why", **params), facts


def test_the_waterfall_has_a_bar_for_each_step(why):
    answer, facts = why
    rows = [row for edge in facts["edges"] for row in edge["rows"] if row["steps"]]
    assert rows
    assert answer.text.count('<svg role="img"') == len(rows)
    assert answer.text.count('<g class="total">') == len(rows)
    bars = len(re.findall(r'<g class="(?:for|against)">', answer.text))
    assert bars == sum(len(row["steps"]) for row in rows)


def test_the_waterfall_is_named_described_and_a_table(why):
    answer, _ = why
    page = Page(answer)
    assert len(set(page.ids)) == len(page.ids)
    for label in re.findall(r'aria-labelledby="(row-\S+ row-\S+)"', answer.text):
        assert set(label.split()) <= set(page.ids)
    assert answer.text.count("<desc ") == answer.text.count("The steps as a table")
    assert page.handlers == []
    assert all(script.startswith("/assets/") for script in page.scripts)
    assert "style" not in page.tags


def test_steps_that_take_too_long_are_left_out_and_said(monkeypatch):
    facts = WhyFacts(EpisodeLine("episode/a", "A", "", False, None), [], None)

    async def run_view(request, graph, name, params, result):
        if params.steps:
            raise QueryTimeoutError("stopped after 20 s")
        return facts

    monkeypatch.setattr(explanations, "run_view", run_view)
    fetched = asyncio.run(explanations.fetch_evidence(None, None, WhyRequest("A", "B")))
    assert fetched == replace(facts, note="stopped after 20 s: reload the page in a moment")


def test_the_page_leads_to_how(why):
    answer, _ = why
    assert "/how?name=company%2Fpolymarket" in Page(answer).links


def test_hostile_texts_are_texts(hostile_server):
    [first, *_] = hostile_server.client.get("/api/episodes?limit=1").json()["rows"]
    evil = (
        'Acme <img src=x onerror="window.harmed=1"><script>window.harmed=1</script>\'& Incorporated'
    )
    found = hostile_server.client.get("/api/entity", params={"name": evil}).json()
    questions = [
        ("/how", {"name": evil}),
        ("/how", {"name": found["thing"]["id"]}),
        ("/why", {"episode": first["id"], "name": evil}),
        ("/why-not", {"name": evil, "other": first["id"]}),
        ("/why-not", {"name": evil, "other": "NVIDIA"}),
        ("/why-not", {"name": "Google", "other": first["id"]}),
        ("/why-not", {"name": "<script>", "other": "<script>"}),
    ]
    shown = ""
    for path, params in questions:
        answer = get(hostile_server, path, **params)
        page = Page(answer)
        assert page.handlers == [], path
        assert not {"img", "iframe", "object", "style"} & set(page.tags), path
        assert all(script.startswith("/assets/") for script in page.scripts), path
        assert not any(link.startswith("javascript") for link in page.links), path
        shown += answer.text
    assert re.search(r"Acme[^<>]*&lt;img", shown)
