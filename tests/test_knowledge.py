"""The library's front door: each method is the twin of a command."""

import faulthandler
import io
import sys
from datetime import date, datetime

import pytest

from kgraph import KnowledgeGraph
from kgraph.errors import InputError, QueryTimeoutError, QueryTooLargeError, StoreMissingError
from kgraph.graph import Selection
from kgraph.mcp import AgentLimits
from kgraph.query import ask
from kgraph.web.lanes import Limits, at_once


@pytest.fixture
def graph(store):
    return KnowledgeGraph.open(store.path)


def test_opening_what_is_not_there_says_what_to_do(tmp_path):
    with pytest.raises(StoreMissingError, match="run `kgraph build"):
        KnowledgeGraph.open(tmp_path)


def test_building_gives_the_graph_and_its_report(folder, tmp_path):
    built = KnowledgeGraph.build([folder], tmp_path / "new", workers=1)
    assert built.report.recordings == 2
    assert built.stats().episodes == 2


def test_solutions_become_plain_values(graph):
    rows = graph.query("co-mentioned", company="Coinbase").rows()
    base = graph.store.meta.base
    other = {"undated": 0, "other": base + "company/nvidia"}
    assert rows == [{"name": "Nvidia", "episodes": 1, **other}]


def test_analyses_and_changes_are_one_call_each(graph):
    [row] = graph.analyse("path", one="OpenAI", other="Nvidia").rows
    assert row.finds == ("company/openai", "company/nvidia", "episode/youtube-abcdefghijk")
    assert graph.diff().changes == []


def test_values_are_given_as_what_they_are(graph):
    day = date(2025, 10, 2)
    of_day = graph.query("co-mentioned", company="Coinbase", since=day).rows()
    assert of_day == graph.query("co-mentioned", company="Coinbase", since="2025-10-02").rows()
    hits = graph.search("nvidia", since=day, until=day)
    assert list(hits) == list(graph.search("nvidia", since="2025-10-02", until="2025-10-02"))
    at = datetime(2025, 10, 2, 12)  # of a time, its day
    assert graph.query("co-mentioned", company="Coinbase", since=at).rows() == of_day
    assert list(graph.search("nvidia", since=at, until=at)) == list(hits)
    assert list(graph.search("nvidia", since=None)) == list(graph.search("nvidia"))
    assert list(graph.search("nvidia", kind=["entity"])) == [*graph.search("nvidia", kind="entity")]
    of_type = list(graph.search("nvidia", types=["company"]))
    assert list(graph.search("nvidia", types="company")) == of_type != []


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"min_relevance": 7}, "min_relevance 7: write a number from 0 to 1"),
        ({"since": date(2025, 9, 2), "until": "2025-09-01"}, "is after until 2025-09-01"),
        ({"kind": "quote", "types": "company"}, "only kinds entity and show have a type"),
        ({"kind": ["quote", "robot"]}, "kind robot: no such kind"),
    ],
)
def test_filters_that_nothing_can_fit_are_refused(graph, filters, words):
    with pytest.raises(InputError, match=words):
        graph.search("nvidia", **filters)


def test_a_boolean_is_what_it_says(graph):
    assert graph.query("ASK { ?s a kg:Company }")
    assert not graph.query("ASK { <nothing> ?p ?o }")
    assert ask(graph.store, "ASK { ?s a kg:Company }", format="xml")
    assert not ask(graph.store, "ASK { <nothing> ?p ?o }", format="xml")
    assert graph.query("SELECT ?p { <nothing> ?p ?o }")


def test_rows_of_what_has_none_are_refused(graph):
    with pytest.raises(InputError, match="rows come from solutions in json, not boolean"):
        graph.query("ASK { ?s ?p ?o }").rows()


def test_rdflib_gets_every_statement(graph):
    assert len(graph.to_rdflib()) == graph.store.meta.triples


def test_rdflib_gets_a_profile_that_there_is(graph):
    with pytest.raises(InputError, match="half: no such profile; choose one of full, edges"):
        graph.to_rdflib(profile="half")


def test_rdflib_gets_a_part_that_is_selected(graph):
    part = graph.to_rdflib(Selection(since="2025-10-01"), profile="edges")
    asked = part.query("SELECT ?name WHERE { ?e a schema:PodcastEpisode ; schema:name ?name }")
    assert [str(row.name) for row in asked] == ["Second talk"]


def test_the_network_has_typed_nodes_and_weighted_edges(graph):
    network = graph.to_networkx()
    assert network.nodes["company/nvidia"]["type"] == "company"
    edge = network.edges["episode/youtube-abcdefghijk", "company/nvidia", "schema:mentions"]
    assert 0 < edge["weight"] == edge["confidence"] <= 1
    assert edge["cost"] >= 0


def test_what_is_judged_is_not_in_the_queue(graph, tmp_path):
    file = tmp_path / "judgements.yaml"
    before = {case.name for case in graph.review_queue(judgements=file, types={"company"})}
    file.write_text("- {verb: accept, names: [open ai]}\n")
    after = {case.name for case in graph.review_queue(judgements=file, types={"company"})}
    assert before - after == {"OpenAI"}


def test_searching_gives_hits(graph):
    [hit] = graph.search("chips", kind="quote", since="2025-09-01")
    assert (hit.text, hit.episodes) == ("Chips are the new oil of the data centre economy.", 2)
    assert hit.episode.title == "First talk"
    with pytest.raises(InputError, match="kind qoute: no such kind"):
        graph.search("chips", kind="qoute")


def test_the_other_twins_answer(graph):
    out = io.BytesIO()
    graph.export("csv", out)
    assert out.getvalue().startswith(b"source,predicate,target")
    assert graph.show("Nvidia").entity.id == "company/nvidia"
    assert graph.why("a.md", "OpenAI")[0].label == "OpenAI"


def test_servers_take_the_limits_of_their_commands(graph, monkeypatch):
    served = []
    monkeypatch.setattr("kgraph.web.server.serve", lambda *given: served.append(given))
    monkeypatch.setattr("kgraph.mcp.serve", lambda *given: served.append(given))
    graph.serve(port=1, limits=Limits(seconds=1.0), hosts=["a.example"], origin="")
    graph.serve()
    graph.mcp(":1", limits=AgentLimits(seconds=1.0), hosts=["a.example"])
    (settings, *place), (usual, *_), agents = served
    assert (settings.limits.seconds, settings.hosts, settings.origin) == (
        1.0,
        ("127.0.0.1", "a.example"),
        "",
    )
    assert (place, usual.limits, usual.origin) == (["127.0.0.1", 1], at_once(), "*")
    assert agents == (graph.store.path, AgentLimits(seconds=1.0), ":1", ["a.example"])


def test_an_analysis_that_takes_too_long_is_stopped(graph):
    with pytest.raises(QueryTimeoutError, match="passed its limit of 0.001 s"):
        graph.analyse("clusters", timeout=0.001)
    found = graph.analyse("path", timeout=60, one="OpenAI", other="Nvidia")
    assert found == graph.analyse("path", one="OpenAI", other="Nvidia")


@pytest.fixture
def quiet():
    """A process that the system stops leaves no trace of where it was."""
    faulthandler.disable()
    yield
    faulthandler.enable(sys.__stderr__)


@pytest.mark.usefixtures("quiet")
def test_a_question_is_limited_in_memory(store):
    graph = KnowledgeGraph.open(store.path)
    with pytest.raises(QueryTooLargeError, match="needed more memory than its limit of 32 MB"):
        graph.query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c", memory=32 << 20)
    assert graph.query("ASK { ?s ?p ?o }", memory=1 << 30)
