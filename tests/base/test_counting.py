"""A number of episodes is the same wherever it is told, and is that of the list behind it.

What an episode names in its adverts alone counts as advertised, and nowhere as spoken of: in
the records, in RDF, in ``kgraph show``, in pages and the API, in networks, in search.
"""

import re
from collections import Counter
from types import SimpleNamespace

import msgspec
import pytest
from server.server_fixture import Server
from support import episode_text
from typer.testing import CliRunner

from kgraph.analysis import run_analysis
from kgraph.api import KnowledgeGraph
from kgraph.base.errors import InputError
from kgraph.cli.app import app
from kgraph.graph import Selection
from kgraph.pipeline import build
from kgraph.query import run_query
from kgraph.search import Index, search
from kgraph.server.mcp.service import AgentLimits, AgentService
from kgraph.server.mcp.tools import Tools
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph
from kgraph.views.registry import VIEW_OPERATIONS
from kgraph.views.thing import look_up

TALKS = {  # file: (companies that are spoken of, sponsors)
    "a": (("NVIDIA", "OpenAI", "Coinbase"), ("Kraken",)),
    "b": (("OpenAI", "Coinbase"), ("NVIDIA",)),
    "c": (("NVIDIA", "OpenAI"), ()),
    "d": (("Google",), ("Kraken", "NVIDIA")),
    "e": (("NVIDIA", "OpenAI", "Coinbase"), ()),
}


@pytest.fixture(scope="module")
def sponsored(tmp_path_factory):
    """A store of :data:`TALKS`: Kraken is in adverts alone, NVIDIA in both."""
    home = tmp_path_factory.mktemp("sponsored")
    for n, (name, (companies, sponsors)) in enumerate(TALKS.items()):
        url = f"https://www.youtube.com/watch?v={name * 11}"
        text = episode_text(f"Talk {name}", url, (*companies, *sponsors), (f"{name} is said.",))
        for sponsor in sponsors:
            text = text.replace(f"Company {sponsor} builds things", "Sponsor of the podcast.")
        (home / f"{name}.md").write_text(text.replace("2025-09-01", f"2025-09-0{n + 1}"))
    build([home], home / "store", workers=1)
    return Store(home / "store")


@pytest.fixture(params=["sample", "sponsored"], scope="module")
def told(request):
    """A store, with all that tells numbers of episodes at hand."""
    store = request.getfixturevalue(request.param)
    return SimpleNamespace(store=store, shelf=OpenGraph(store), entities=store.shared.entities)


def fact(shelf, question, **given):
    return VIEW_OPERATIONS[question].run(
        shelf, msgspec.convert(given, VIEW_OPERATIONS[question].parameters)
    )


def numbers(told):
    """Id of each entity -> (episodes that speak of it, episodes that only advertise it)."""
    return {id_: (entity.episodes, entity.advertised) for id_, entity in told.entities.items()}


def test_the_made_corpus_has_what_only_adverts_name(sponsored):
    found = sponsored.shared.entities
    assert (found["company/kraken"].episodes, found["company/kraken"].advertised) == (0, 2)
    assert (found["company/nvidia"].episodes, found["company/nvidia"].advertised) == (3, 2)


def test_lists_are_as_long_as_their_numbers(told):
    for id_, stated in numbers(told).items():
        listed = [
            fact(told.shelf, "episodes", **{how: id_}).total for how in ("mentions", "advertises")
        ]
        facts = fact(told.shelf, "entity", name=id_)
        assert (facts.episodes, facts.advertised) == tuple(listed) == stated, id_
        page = look_up(OpenGraph(told.store), id_, 10_000)
        assert (len(page.episodes), len(page.advertised)) == stated, id_


def test_lists_of_things_tell_the_same(told):
    stated = numbers(told)
    for type_ in {entity.type for entity in told.entities.values()}:
        for row in fact(told.shelf, "entities", type=type_, limit=500).rows:
            assert (row.episodes, row.advertised) == stated[row.thing.id]


def test_statements_are_as_many_as_their_numbers(told):
    base = told.store.meta.base
    for predicate, count, place in (
        ("schema:mentions", "kg:episodeCount", 0),
        ("kg:advertises", "kg:advertisedCount", 1),
    ):
        rows = run_query(
            told.store,
            f"SELECT ?thing ?stated (COUNT(?episode) AS ?listed) {{ ?thing {count} ?stated "
            f"OPTIONAL {{ ?episode a schema:PodcastEpisode ; {predicate} ?thing }} }} "
            "GROUP BY ?thing ?stated",
            format="json",
        ).rows()
        found = {row["thing"].removeprefix(base): (row["stated"], row["listed"]) for row in rows}
        assert found == {id_: (n[place],) * 2 for id_, n in numbers(told).items()}


def test_edges_of_a_network_are_as_many_as_their_numbers(told):
    network = told.store.graph.to_networkx()
    for id_, stated in numbers(told).items():
        kinds = [kind for *_, kind in network.in_edges(id_, keys=True)]
        assert (kinds.count("schema:mentions"), kinds.count("kg:advertises")) == stated, id_


@pytest.mark.parametrize(
    "selection", [Selection(since="2025-09-03"), Selection(0.9), Selection(until="2025-06-30")]
)
def test_a_part_of_a_graph_counts_itself(told, selection):
    part = told.store.graph.select(selection)
    spoken, sold = (
        Counter(mention.target for episode in part for mention in getattr(episode, which))
        for which in ("mentioned", "advertised")
    )
    for id_, entity in part.shared.entities.items():
        assert (entity.episodes, entity.advertised) == (spoken[id_], sold[id_]), id_


def test_hits_tell_the_same(told):
    index, stated = Index(told.store), told.store.shared.stated_entities()
    for id_, (episodes, _) in numbers(told).items():
        if id_.startswith("show/") or id_ not in stated:  # a show is in its own episodes as well
            continue
        hits = {hit.id: hit for hit in search(index, told.entities[id_].label, limit=100).hits}
        assert hits[id_].episodes == episodes, id_


def figures(groups):
    """Id -> episodes and association of what stands beside something."""
    rows = [row for group in groups for row in (*group.rows, *group.uncertain)]
    return {row.thing.id: (row.episodes, row.association) for row in rows}


def test_one_measure_says_what_stands_together(told, tmp_path):
    """A page, its picture, ``kgraph show``, agents, questions and the statements agree."""
    agents = Tools(AgentService(told.store.path, AgentLimits()))
    stored = run_query(
        told.store,
        "SELECT ?a ?b ?episodes ?association { ?p kg:between ?a, ?b ; kg:episodes ?episodes ; "
        "kg:association ?association FILTER(STR(?a) < STR(?b)) }",
        format="json",
    ).rows()
    base = told.store.meta.base
    pairs = {
        tuple(row[end].removeprefix(base) for end in "ab"): (row["episodes"], row["association"])
        for row in stored
    }
    listed = 0
    for id_ in [e.id for e in told.entities.values() if e.episodes > 2]:
        page = figures(fact(told.shelf, "entity", name=id_).beside)
        listed += len(page)
        assert figures(look_up(told.shelf, id_, 12).beside) == page
        answer = agents.look_up(id_, 12).structured_content
        sections = [answer.get(name, {}) for name in ("beside", "beside_may_be_chance")]
        assert {
            row["id"]: (row["episodes"], row["association"])
            for section in sections
            for rows in section.values()
            for row in rows
        } == {other: (n, round(score, 2)) for other, (n, score) in page.items()}
        rows = run_analysis(told.store, "associated", {"entity": id_}, limit=500).rows
        question = {row.finds[0]: (row.cells[2], round(row.cells[5], 4)) for row in rows}
        assert page.items() <= question.items()
        for tie in fact(told.shelf, "neighbourhood", name=id_).edges:
            other = tie.target if tie.source == id_ else tie.source
            if id_ in (tie.source, tie.target) and other in page:
                assert (tie.episodes, pytest.approx(tie.association)) == page[other]
        for other, (episodes, score) in page.items():
            if id_.startswith("company/") and other.startswith("company/"):
                assert pairs[min(id_, other), max(id_, other)] == (
                    episodes,
                    pytest.approx(score, abs=1e-3),
                )
    assert listed > (0 if told.store.meta.episodes < 10 else 100)


def test_a_picture_measures_the_same(sample, tmp_path):
    KnowledgeGraph(sample).view(tmp_path / "view.html", focus="NVIDIA")
    page = (tmp_path / "view.html").read_text("utf-8")
    data = msgspec.json.decode(re.search(r'id="data">(.*?)</script>', page)[1])
    table = figures(fact(OpenGraph(sample), "entity", name="NVIDIA").beside)
    drawn = {
        link["target"] if link["source"] == "company/nvidia" else link["source"]: (
            link["count"],
            pytest.approx(link["association"], abs=1e-3),
        )
        for link in data["links"].values()
        if "company/nvidia" in (link["source"], link["target"])
    }
    types = ("company/", "crypto/", "person/", "product/")
    assert drawn == {id_: row for id_, row in table.items() if id_.startswith(types)}


def test_a_picture_counts_the_same(sponsored, tmp_path):
    graph = KnowledgeGraph(sponsored)
    page = tmp_path / "view.html"
    graph.view(page, focus="NVIDIA", min_confidence=0.0)
    data = msgspec.json.decode(re.search(r'id="data">(.*?)</script>', page.read_text())[1])
    counts = {id_: thing["count"] for id_, thing in data["things"].items()}
    stated = sponsored.shared.entities
    assert counts == {id_: stated[id_].episodes for id_ in counts}
    assert "company/kraken" not in counts
    with pytest.raises(InputError, match="Kraken: no episode mentions it .*; 2 only advertise it"):
        graph.view(page, focus="Kraken", min_confidence=0.0)


def test_the_command_says_both(sponsored):
    told = CliRunner().invoke(app, ["show", "Kraken", "--store", str(sponsored.path)]).output
    assert "in 0 episodes, advertised in 2 more" in told
    head, _, rows = told.partition("Advertised in, newest first\n")
    assert "Episodes\n" not in head
    assert [n for n in "abcde" if f"Talk {n}" in rows] == ["a", "d"]
    told = CliRunner().invoke(app, ["show", "Talk d", "--store", str(sponsored.path)]).output
    spoken, _, sold = told.partition("Advertises\n")
    assert "Google" in spoken and "Kraken" not in spoken
    assert "Kraken" in sold and "Nvidia" in sold


def test_a_page_of_what_only_adverts_name(sponsored):
    server = Server(sponsored.path)
    try:
        page = server.client.get("/company/kraken", headers={"Accept": "text/html"}).text
        assert '<h2 id="advertised">Advertised in</h2>' in page
        assert "No episode mentions Kraken." in page
        listed = server.client.get("/episodes?advertises=kraken", headers={"Accept": "text/html"})
        assert "Episodes that only advertise Kraken" in listed.text
        facts = server.client.get("/api/entity?name=Kraken").json()
        assert (facts["episodes"], facts["advertised"]) == (0, 2)
        assert len(facts["latest"]) == 0 and len(facts["advertised_in"]) == 2
        assert facts["surest"]["id"] in {line["id"] for line in facts["advertised_in"]}
        why = f"/why?episode={facts['surest']['id']}&name=company/kraken"
        assert server.client.get(why, headers={"Accept": "text/html"}).status_code == 200
        around = server.client.get("/api/neighbourhood?name=Kraken").json()
        assert [node["thing"]["id"] for node in around["nodes"]] == ["company/kraken"]
    finally:
        server.stop()


def test_where_it_is_asked_why_an_advert_is_called_one(sponsored):
    server = Server(sponsored.path)
    try:
        episode = server.get("/episode/youtube-ddddddddddd", accept="text/html").text
        why = server.get("/why?episode=d.md&name=Kraken", accept="text/html").text
    finally:
        server.stop()
    assert episode.count("in adverts only") == 2
    assert "Only adverts of the episode name Kraken" in why
    edges = KnowledgeGraph(sponsored).why("d.md", "Kraken").trees
    [edge] = [edge for edge in edges if edge.thing.type == "company"]
    assert edge.kind == "advertises"
    assert edge.because[0].source is None
