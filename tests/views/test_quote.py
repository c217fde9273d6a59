"""Quotes lead to sound: recordings, minutes, citations, for views and pages."""

import csv
from xml.sax.saxutils import escape

import pytest
from browser import CHROMIUM, opened
from server.html_helpers import faults, outside, until
from server.protocol_helpers import Page
from server.server_fixture import Server, build_store
from support import episode_text
from views.conftest import run_view

from kgraph.base.errors import UnknownNameError
from kgraph.query.saved import load_saved_queries
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph

QUOTE = "They said that NVIDIA will ship the next chip in autumn, and nobody believes it."
CONTEXT = "They said that NVIDIA will ship the next chip in autumn, and"
MP3 = "https://example.org/one.mp3?a=1&b=2"
VIDEO = "https://www.youtube.com/watch?v=abcdefghijk"


def episode(title, url, quotes, minutes=60):
    rows = [
        *("- name: NVIDIA", "  confidence: high", f"  context: {CONTEXT}", "  position: 18015"),
        *("- name: Zebra Foods", "  confidence: high", "  context: the Zebra Foods of today"),
        "  position: 53000",
    ]
    text = episode_text(title, url, quotes=quotes, more=f"duration: {minutes}")
    return text.replace("companies:", "\n".join(["companies:", *rows]))


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """A store of three episodes, of which two have the quote."""
    folder = tmp_path_factory.mktemp("said")
    (folder / "one.md").write_text(
        episode("One & <b>only</b>", MP3, [QUOTE, "Nothing else is sure."])
    )
    (folder / "two.md").write_text(episode("Two", VIDEO, ["Chips are what the world runs on now."]))
    (folder / "off.md").write_text(
        episode("Off", "ftp://example.org/a.mp3", ["Boats sail under their own flags."])
    )
    build_store(folder, folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def graph(said):
    return OpenGraph(Store(said))


def by_text(lines):
    return {line.text: (line.recording, line.minute) for line in lines}


def test_a_quote_has_its_recording_and_a_minute_only_where_a_context_tells(graph):
    lines = by_text(run_view(graph, "entity", name="NVIDIA").quotes)
    assert lines[QUOTE] == (MP3 + "#t=1200", 20)
    episodes = run_view(graph, "episodes").rows
    two = next(row.id for row in episodes if row.title == "Two")
    assert by_text(run_view(graph, "episode", name=two).quotes) == {
        "Chips are what the world runs on now.": (VIDEO, None)
    }


def test_a_quote_is_described_with_every_episode_and_cited(graph):
    line = next(q for q in run_view(graph, "entity", name="NVIDIA").quotes if q.text == QUOTE)
    facts = run_view(graph, "quote", name=line.id)
    assert (facts.id, facts.text, facts.advert) == (line.id, QUOTE, False)
    assert [ref.label for ref in facts.names] == ["Nvidia"]
    assert facts.occurrences[0].quote.episode == line.episode
    assert f"“{QUOTE}” One & <b>only</b>. 2025-09-01. {MP3}#t=1200 (about minute 20)" in [
        cited.citation for cited in facts.occurrences
    ]
    for unknown in ("quote/0", "quote/" + "f" * 16, "quote/> ?x ?y", "NVIDIA"):
        with pytest.raises(UnknownNameError, match="no quote has the id"):
            run_view(graph, "quote", name=unknown)


def test_a_row_of_evidence_is_heard_where_it_stands(graph):
    episodes = run_view(graph, "episodes").rows
    two = next(row.id for row in episodes if row.title == "Two")
    [edge] = run_view(graph, "why", episode=two, name="NVIDIA").trees
    sources = [row.source for row in edge.because]
    heard = {(source.extractor, source.recording, source.minute) for source in sources if source}
    assert heard == {("regex", VIDEO + "&t=1200s", 20), ("llm", VIDEO, None)}


@pytest.fixture(scope="module")
def server(said):
    started = Server(said)
    yield started
    started.stop()


def test_pages_of_quotes_play_cite_and_load_nothing_by_themselves(server, graph):
    line = next(q for q in run_view(graph, "entity", name="NVIDIA").quotes if q.text == QUOTE)
    answer = server.get(f"/{line.id}", accept="text/html")
    page = Page(answer)
    assert (
        '<audio controls preload="none" src="https://example.org/one.mp3?a=1&amp;b=2#t=1200">'
        in (answer.text)
    )
    assert answer.headers["content-security-policy"].endswith("; media-src http: https:")
    assert "(about minute 20)" in page.text and "<b>" not in answer.text
    anchor = f"/{line.episode.id}#{line.id.replace('/', '-')}"
    assert anchor in page.links
    episode_page = server.get(anchor.partition("#")[0], accept="text/html")
    assert f'<li class="quote" id="{line.id.replace("/", "-")}">' in episode_page.text
    entity = server.get("/company/nvidia", accept="text/html")
    assert MP3 + "#t=1200" in Page(entity).links
    assert "media-src" not in entity.headers["content-security-policy"]
    assert server.get(f"/{line.id}", accept="text/turtle").text.count("schema:text") == 1
    missing = server.get("/api/quote?name=quote/00", accept="application/json")
    assert missing.status_code == 404


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_player_asks_nothing_of_another_site_before_a_press(server, graph, scheme):
    line = next(q for q in run_view(graph, "entity", name="NVIDIA").quotes if q.text == QUOTE)
    with opened(server.address + line.id, scheme=scheme) as page:
        until(page, "document.querySelector('.citation + p button') !== null")
        assert page.run("document.querySelector('audio').networkState") in (0, 1)  # empty, or idle
        assert (outside(page, server), page.console, faults(page)) == ([], [], [])
        page.go(server.address + line.episode.id + "#" + line.id.replace("/", "-"))
        assert page.run("document.querySelector('.quote:target blockquote').textContent") == QUOTE
        assert (outside(page, server), page.console, faults(page)) == ([], [], [])


@pytest.mark.parametrize(
    "asked",
    [
        "best-quotes?about=NVIDIA",
        "quotes-naming?about=NVIDIA&minRelevance=0",
        "who-said?words=the+next+chip",
        "window-quotes?since=2025-09-01&until=2025-09-30",
    ],
)
def test_an_answer_has_the_address_of_the_quotes_page_in_every_format(server, asked):
    path = f"/questions/{asked}"
    for form in ("csv", "tsv", "xml"):
        assert f"{escape(MP3) if form == 'xml' else MP3}#t=1200" in (
            server.get(f"{path}&format={form}").text
        )
    document = server.get(f"{path}&format=json").json()
    [found] = [r for r in document["results"]["bindings"] if r["text"]["value"] == QUOTE]
    assert found["recording"]["value"] == f"{MP3}#t=1200"
    assert f"{MP3}#t=1200" in Page(server.get(path, accept="text/html")).links


def test_an_answer_keeps_addresses_without_a_minute(server):
    rows = server.get("/questions/who-said?words=e&format=csv").text.splitlines()
    recordings = {row["text"]: row["recording"] for row in csv.DictReader(rows)}
    assert recordings["Nothing else is sure."] == MP3
    assert recordings["Boats sail under their own flags."] == ""


def test_every_saved_query_with_quotes_and_recordings_names_both():
    queries = load_saved_queries().values()
    heads = {q.name: q.source.text.partition("SELECT ")[2].partition("WHERE")[0] for q in queries}
    quoting = {name for name, head in heads.items() if {"?text", "?recording"} <= {*head.split()}}
    assert len(quoting) == 5
    assert quoting == {query.name for query in queries if query.source.recordings}


def test_a_query_for_another_tool_says_what_it_lacks(server):
    text = server.get("/questions/best-quotes?about=NVIDIA", accept="text/html").text
    assert "What SPARQL cannot compute is added: the minute of text in the address of" in text
