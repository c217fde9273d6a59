"""A mention below the floor is kept and counted apart, and one option counts it, everywhere."""

import csv
import io
import math
import re
from collections import Counter

import msgspec
import pytest
from server.server_fixture import Server
from support import ROOT, episode_text
from typer.testing import CliRunner

from kgraph.api import KnowledgeGraph
from kgraph.atlas.gather import gather_atlas_data
from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.errors import InputError
from kgraph.base.model import MENTION_FLOOR, STATED_DECIMALS, reaches_floor
from kgraph.base.vocabulary import data_path
from kgraph.cli.app import app
from kgraph.graph import Selection, assemble
from kgraph.graph.tally import count_entities, count_unlikely
from kgraph.pipeline import build
from kgraph.query import load_saved_queries, run_query
from kgraph.search import Filters, Index, search
from kgraph.search.suggest import suggest_things
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph
from kgraph.views.registry import VIEW_OPERATIONS
from kgraph.views.thing import look_up

TALKS = {  # file: its companies, and those of which it is unlikely
    "a": (("NVIDIA", "OpenAI", "Coinbase"), ("Kraken",)),
    "b": (("NVIDIA", "OpenAI", "Kraken"), ("Kraken",)),
    "c": (("NVIDIA", "OpenAI", "Coinbase", "Kraken"), ()),
    "d": (("NVIDIA", "Coinbase", "Solana Labs"), ("Solana Labs",)),
}
KRAKEN, LABS = "company/kraken", "company/solanalabs"


@pytest.fixture(scope="module")
def doubted(tmp_path_factory):
    """A store in which Kraken is likely in one episode, unlikely in two, Solana Labs unlikely."""
    home = tmp_path_factory.mktemp("doubted")
    for n, (name, (companies, doubts)) in enumerate(TALKS.items()):
        url = f"https://www.youtube.com/watch?v={name * 11}"
        named = dict.fromkeys((*companies, *doubts))
        quotes = (f"{' and '.join(named)} speak of {name}.",)
        text = episode_text(f"Talk {name}", url, named, quotes)
        (home / f"{name}.md").write_text(text.replace("2025-09-01", f"2025-09-0{n + 1}"))
    decide = assemble.decide_mentions

    def decide_with_doubts(file, knowledge):
        _, doubts = TALKS[file.file[0]]
        rows = file.rows["companies"]
        return [
            [
                msgspec.structs.replace(one, confidence=0.3 if row.text("name") in doubts else 0.9)
                for one in decisions
            ]
            for row, decisions in zip(rows, decide(file, knowledge), strict=True)
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assemble, "decide_mentions", decide_with_doubts)
        build([home], home / "store", workers=1)
    return Store(home / "store")


def fact(store, question, **given):
    view = VIEW_OPERATIONS[question]
    return view.run(OpenGraph(store), msgspec.convert(given, view.parameters))


def run(store, *words):
    return CliRunner().invoke(app, [*words, "--store", str(store.path)]).output


def select(store, text):
    return {row["x"].removeprefix(store.meta.base) for row in run_query(store, text).rows()}


def test_counts_stand_apart(doubted):
    kraken, labs = doubted.shared.entities[KRAKEN], doubted.shared.entities[LABS]
    assert (kraken.episodes, kraken.unlikely, kraken.confidence) == (1, 2, 0.9)
    assert (labs.episodes, labs.unlikely, labs.shows) == (0, 1, 0)
    stated = doubted.shared.stated_entities()
    assert KRAKEN in stated and LABS not in stated
    report = msgspec.json.decode(doubted.report)
    assert report["entities"]["company"] == 4
    assert (report["unlikely"], report["unlikely_mentions"]) == ({"company": 1}, 3)


def test_the_option_counts_them_among_the_others(doubted):
    counted = doubted.with_unlikely
    assert [counted.shared.entities[id_].episodes for id_ in (KRAKEN, LABS)] == [3, 1]
    assert counted.shared.summaries["youtube-aaaaaaaaaaa"].mentions[KRAKEN] == 0.3
    part = doubted.graph.select(Selection(since="2025-09-01", unlikely=True))
    assert (
        part.shared.entities == counted.shared.entities == count_unlikely(doubted.shared).entities
    )
    assert [e.mentioned for e in part] == [e.mentioned for e in counted.graph]
    assert Store(*counted.location).shared == counted.shared
    assert doubted.shared.entities[KRAKEN].episodes == 1


def test_an_unlikely_mention_is_a_node_and_no_statement(doubted):
    status = "SELECT ?x { ?m kg:entity ?x ; kg:status kg:Unlikely ; kg:confidence 0.3 }"
    assert select(doubted, status) == {KRAKEN, LABS}
    plain = "SELECT ?x {{ ?e a {} ; schema:mentions ?x }}"
    stated = {"company/coinbase", "company/nvidia", "company/openai", KRAKEN}
    assert select(doubted, plain.format("schema:PodcastEpisode")) == stated
    assert select(doubted, plain.format("schema:Quotation")) == stated
    assert select(doubted, "SELECT ?x { ?n a kg:Naming ; kg:entity ?x }") == {*stated, LABS}
    counts = f"SELECT ?n ?u {{ <{KRAKEN}> kg:episodeCount ?n ; kg:unlikelyCount ?u }}"
    assert run_query(doubted, counts).rows() == [{"n": 1, "u": 2}]


def test_the_shapes_have_the_same_floor():
    shapes = data_path("ontology", "shapes.ttl").read_text()
    numbers = re.findall(r"kg:(?:Accepted|Unlikely) .*sh:m(?:in|ax)\w+clusive ([\d.]+)", shapes)
    assert [float(number) for number in numbers] == [MENTION_FLOOR] * 2


def test_saved_queries_have_the_same_floor():
    texts = {name: query.source.text for name, query in load_saved_queries().items()}
    floors = {name: re.findall(r"\?sure >= ([\d.]+)", text) for name, text in texts.items()}
    assert [name for name, numbers in floors.items() if numbers] == [
        "best-by-week", "best-quotes", "listen-to", "quotes-naming", "talk-by-month",
    ]  # fmt: skip
    assert {float(number) for numbers in floors.values() for number in numbers} == {MENTION_FLOOR}


def test_unlikely_mentions_count_once_however_often_they_are_asked_for(doubted):
    asked = Selection(unlikely=True)
    once = doubted.graph.select(asked)
    assert once.select(asked).shared == once.shared
    assert doubted.with_unlikely.graph.select(asked).shared == once.shared


def test_lists_and_numbers_of_views(doubted):
    rows = fact(doubted, "entities")
    assert (rows.total, rows.types["company"], rows.unlikely) == (4, 4, 1)
    assert {row.thing.id: row.unlikely for row in rows.rows}[KRAKEN] == 2
    more = fact(doubted, "entities", unlikely=True)
    assert (more.total, more.types["company"], more.unlikely) == (5, 5, 0)
    assert fact(doubted, "front").unlikely == {"company": 1}
    stats = fact(doubted, "stats")
    assert (stats.entities["company"], stats.unlikely, stats.unlikely_mentions) == (
        4,
        {"company": 1},
        3,
    )
    for unlikely, episodes in ((False, 1), (True, 3)):
        facts = fact(doubted, "entity", name="Kraken", unlikely=unlikely)
        listed = fact(doubted, "episodes", mentions="Kraken", unlikely=unlikely)
        assert facts.episodes == len(facts.latest) == listed.total == episodes
        assert (facts.unlikely, listed.unlikely) == (2, 0 if unlikely else 2)
        page = look_up(OpenGraph(doubted.with_unlikely if unlikely else doubted), "Kraken")
        assert len(page.episodes) == episodes
    facts = fact(doubted, "episode", name="Talk a")
    assert (KRAKEN in {row.thing.id for row in facts.mentions}, facts.unlikely) == (False, 1)
    assert KRAKEN not in {thing.id for quote in facts.quotes for thing in quote.names}
    facts = fact(doubted, "episode", name="Talk a", unlikely=True)
    assert [row.thing.id for row in facts.mentions if row.unlikely] == [KRAKEN]


def test_co_mentions_and_analyses(doubted):
    graph = KnowledgeGraph(doubted)
    near = [
        {row.cells[0]: row.cells[2] for row in graph.analyse("associated", **given).rows}
        for given in ({"entity": "Kraken"}, {"entity": "Kraken", "unlikely": True})
    ]
    assert near == [{}, {"OpenAI": 3}]
    rows = [len(graph.query("evidence", entity="Kraken", **k)) for k in ({}, {"unlikely": True})]
    assert rows == [1, 3]
    [row] = graph.query("surfaces", entity="Kraken")
    assert (row["rows"], row["episodes"]) == (3, 1)
    assert "Solana Labs" in {row["name"] for row in graph.query("thin-evidence")}
    with pytest.raises(InputError, match="unlikely=perhaps: write true or false"):
        graph.query("evidence", entity="Kraken", unlikely="perhaps")
    words = ("analyse", "associated", "--param", "entity=Kraken")
    assert "OpenAI" not in run(doubted, *words)
    assert "OpenAI" in run(doubted, *words, "--unlikely")


def edges_of(graph, **selection):
    out = io.BytesIO()
    graph.export("csv", out, **selection)
    rows = csv.DictReader(io.StringIO(out.getvalue().decode()))
    return {(row["predicate"], row["source"], row["target"]) for row in rows}


def test_exports(doubted):
    graph = KnowledgeGraph(doubted)
    plain, more = edges_of(graph), edges_of(graph, unlikely=True)
    doubts = {("kg:mayMention", f"episode/youtube-{n * 11}", KRAKEN) for n in "ab"}
    assert more - plain == doubts | {("kg:mayMention", "episode/youtube-ddddddddddd", LABS)}
    assert plain - more == set()
    assert edges_of(graph, min_confidence=0.2) == {
        edge for edge in more if "mention" not in edge[0].lower()
    } | {edge for edge in more if "mention" in edge[0].lower()}
    nodes = [set(graph.to_networkx(unlikely=unlikely)) for unlikely in (False, True)]
    assert nodes[1] - nodes[0] == {LABS}
    small = [graph.to_rdflib(profile="edges", unlikely=u).serialize(format="nt") for u in (0, 1)]
    assert "mayMention" not in small[0] and "solanalabs" not in small[0]
    assert small[1].count("ns#mayMention") == 6  # of three episodes and of their quotes
    assert "solanalabs> <https://schema.org/name>" in small[1]
    assert small[0].count("/mentions>") == small[1].count("/mentions>")


def test_pictures(doubted, tmp_path):
    graph = KnowledgeGraph(doubted)
    with pytest.raises(InputError, match="Solana Labs: no episode mentions it .*; 1 unlikely: "):
        graph.view(tmp_path / "a.html", focus="Solana Labs")
    graph.view(tmp_path / "b.html", focus="Solana Labs", unlikely=True)
    atlas = [
        {node.id for node in gather_atlas_data(doubted.graph.select(Selection(unlikely=u))).nodes}
        for u in (False, True)
    ]
    assert atlas[1] - atlas[0] == {LABS}
    around = fact(doubted, "neighbourhood", name="Kraken")
    assert {node.thing.id: node.episodes for node in around.nodes}[KRAKEN] == 1


def test_search(doubted):
    index = Index(doubted)

    def found(text, **filters):
        hits = search(index, text, Filters(kinds=frozenset({"entity"}), **filters)).hits
        return {hit.id: hit.episodes for hit in hits}

    assert found("Solana Labs") == {}
    assert found("Solana Labs", unlikely=True) == {LABS: 1}
    assert (found("Kraken"), found("Kraken", unlikely=True)) == ({KRAKEN: 1}, {KRAKEN: 3})
    episodes = [
        len(search(index, "Talk", Filters(company="Kraken", unlikely=unlikely)).hits)
        for unlikely in (False, True)
    ]
    assert episodes == [1, 3]
    assert suggest_things(index, "solana la") == ()
    assert [hit.id for hit in KnowledgeGraph(doubted).search("Solana Labs", unlikely=True)][:1] == [
        LABS
    ]


def test_every_headline_counts_names_alike(sample):
    names = count_entities(sample.shared)
    assert names.advertised and names.unlikely
    report = msgspec.json.decode(sample.report)
    stats = KnowledgeGraph(sample).stats()
    assert report["entities"] == stats.entities == fact(sample, "front").types == names.stated
    assert report["unlikely"] == stats.unlikely == fact(sample, "front").unlikely == names.unlikely
    assert stats.advertised == names.advertised
    network = Counter(type_ for _, type_ in KnowledgeGraph(sample).to_networkx().nodes("type"))
    atlas = gather_atlas_data(sample.graph)
    drawn = Counter(node.type for node in atlas.nodes)
    assert (atlas.names, atlas.advertised) == (
        sum(names.stated.values()) - atlas.advertised,
        sum(names.advertised.values()),
    )
    guide = (ROOT / "docs" / "how-to.md").read_text("utf-8").partition("## Count names")[2]
    query = re.search(r"kgraph query '(.*)'", guide)[1].replace("FILTER(?e", "FILTER(EXISTS_ ?e")
    exists = re.search(r"add `\|\| (EXISTS {.*?})`", guide)[1]
    for type_, number in names.stated.items():
        listed = fact(sample, "entities", type=type_)
        assert (listed.total, listed.unlikely) == (number, names.unlikely.get(type_, 0))
        assert drawn[type_] == number - names.advertised.get(type_, 0)
        assert network[type_] == number
        text = query.replace("kg:Company", ENTITY_TYPES[type_].class_)
        text = text.replace("EXISTS_", f"{exists} ||" if type_ == "show" else "")
        assert run_query(sample, text).rows() == [{"names": number}]


def test_commands(doubted):
    shown = run(doubted, "show", "Kraken")
    assert "in 1 episode, and in 2 more with confidence below 0.5 (--unlikely lists them)" in shown
    shown = run(doubted, "show", "Kraken", "--unlikely")
    assert "mentioned in 3 episodes: 1 with confidence 0.5 or more, 2 below; " in shown
    shown = run(doubted, "show", "Solana Labs", "--unlikely")
    assert "mentioned in 1 episode: 0 with confidence 0.5 or more, 1 below; " in shown
    assert "1 mention with less confidence than 0.5: --unlikely" in run(doubted, "show", "Talk a")
    shown = run(doubted, "show", "Kraken", "--unlikely", "--limit", "2")
    assert "\nMentioned in, newest first\n" in shown
    assert "\nand 1 more: raise --limit\n" in shown
    counted = run(doubted, "stats")
    assert "Further entities, unlikely: not counted above" in counted
    assert re.search(r"company +4 +0", counted)
    assert "3 mentions with less confidence than 0.5: --unlikely" in counted
    assert "more likely wrong than right" in run(doubted, "why", "a.md", "Kraken")
    [edge] = KnowledgeGraph(doubted).why("a.md", "Kraken").trees
    assert (edge.kind, edge.thing.type) == ("unlikely", "company")


def test_pages(doubted):
    server = Server(doubted.path)
    try:
        pages = {
            path: server.get(path, accept="text/html").text
            for path in (
                "/",
                "/companies",
                "/companies?unlikely=true",
                "/entities?type=any&only_unlikely=true",
                "/company/kraken",
                "/company/kraken?unlikely=true",
                "/company/solanalabs",
                "/episodes?mentions=Kraken",
                "/episode/youtube-aaaaaaaaaaa",
                "/episode/youtube-aaaaaaaaaaa?unlikely=true",
                "/why?episode=a.md&name=Kraken",
            )
        }
        listed = server.client.get("/api/entities?unlikely=true").json()
        doubtful = server.client.get("/api/entities?type=any&only_unlikely=true").json()
        both = server.client.get("/api/entities?only_unlikely=true&unlikely=true")
    finally:
        server.stop()
    assert listed["total"] == 5
    assert [row["thing"]["id"] for row in doubtful["rows"]] == [LABS]
    assert (doubtful["total"], doubtful["types"]) == (1, {"company": 1})
    assert (both.status_code, "leave unlikely out" in both.text) == (400, True)
    assert '<a href="/entities?type=any&amp;only_unlikely=true">1</a>' in pages["/"]
    further = pages["/entities?type=any&only_unlikely=true"]
    assert "Solana Labs" in further
    assert "Kraken" not in further
    assert "<h1>Further names, unlikely</h1>" in further
    assert '<a href="/companies?unlikely=true">1 further name</a>' in pages["/companies"]
    assert "Solana Labs" not in pages["/companies"]
    assert "Solana Labs" in pages["/companies?unlikely=true"]
    assert '<a href="/companies">Leave them out</a>' in pages["/companies?unlikely=true"]
    assert ">2 further episodes</a>" in pages["/company/kraken"]
    assert "mentions=company%2Fkraken&amp;unlikely=true" in pages["/company/kraken?unlikely=true"]
    assert "No episode mentions Solana Labs." in pages["/company/solanalabs"]
    assert ">2 further episodes</a>" in pages["/episodes?mentions=Kraken"]
    assert ">1 further name</a>" in pages["/episode/youtube-aaaaaaaaaaa"]
    assert ">unlikely</span>" in pages["/episode/youtube-aaaaaaaaaaa?unlikely=true"]
    assert "The episode may mention Kraken" in pages["/why?episode=a.md&name=Kraken"]


def test_a_confidence_is_compared_with_the_floor_as_rdf_states_it() -> None:
    edge = MENTION_FLOOR - 0.5 * 10**-STATED_DECIMALS
    near = (math.nextafter(edge, 0), edge, math.nextafter(edge, 1), MENTION_FLOOR, 0.0, 1.0)
    stated = [round(confidence, STATED_DECIMALS) >= MENTION_FLOOR for confidence in near]
    assert list(map(reaches_floor, near)) == stated == [False, False, True, True, False, True]
