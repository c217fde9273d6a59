"""The library's front door: each method is the twin of a command."""

import csv
import inspect
import io
import re
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest
from support import ROOT, episode_text

import kgraph
from kgraph import KnowledgeGraph
from kgraph.base.errors import (
    DataError,
    InputError,
    QueryError,
    QueryTimeoutError,
    QueryTooLargeError,
    StoreMissingError,
    StoreReplacedError,
)
from kgraph.graph import Selection
from kgraph.query import run_query
from kgraph.query.timeout import ProcessLimits, timeout_error
from kgraph.server.mcp import AgentLimits
from kgraph.server.settings import Settings
from kgraph.server.workers.pool import QueryLimits, limits_for


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


def test_a_graph_that_newer_builds_replaced_is_opened_again(graph, folder):
    older = graph.store.build
    aside = KnowledgeGraph.open(graph.store.path)
    assert aside.stats().episodes == len(aside.search("talk", kind="episode")) == 2  # it was read
    for _ in range(2):
        KnowledgeGraph.build(folder, graph.store.path, workers=1, full=True)
    message = f"{older}: the build is gone: newer ones replaced it, or it was removed: ask again"
    for call in (
        lambda: list(graph.graph),
        lambda: list(aside.graph),
        graph.stats,
        graph.diff,
        lambda: graph.search("chips"),
        lambda: graph.query("co-mentioned", company="NVIDIA"),
        lambda: graph.query("SELECT * {} LIMIT 1", timeout=60),
        lambda: graph.why("NVIDIA", "a.md"),
        lambda: graph.export("turtle", io.BytesIO()),
    ):
        with pytest.raises(StoreReplacedError) as replaced:
            call()
        assert str(replaced.value) == message
    graph.reload()
    assert (graph.stats().episodes, graph.store.build.name, graph.report) == (2, "0003", None)


@pytest.mark.parametrize("kind", [str, Path, lambda path: [path], lambda path: iter([str(path)])])
def test_a_path_is_named_alone_or_in_a_list(folder, tmp_path, kind):
    assert KnowledgeGraph.check(kind(folder), workers=1) == []
    built = KnowledgeGraph.build(kind(folder), tmp_path / "new", workers=1)
    (folder / "a.md").unlink()
    assert built.rebuild().recordings == 1


def test_the_counts_list_no_show_that_no_episode_mentions(tmp_path):
    (tmp_path / "talk.md").write_text(episode_text(more="source: The Widget Hour"))
    counted = KnowledgeGraph.build([tmp_path], tmp_path / "new", workers=1).stats()
    assert counted.shows == {"The Widget Hour": 1}
    assert [(ranked.label, ranked.episodes) for ranked in counted.connected] == [("Nvidia", 1)]


def test_solutions_become_plain_values(graph):
    rows = graph.query("co-mentioned", company="Coinbase").rows()
    base = graph.store.meta.base
    other = {"undated": 0, "other": base + "company/nvidia"}
    assert rows == [{"name": "Nvidia", "episodes": 1, **other}]


def test_analyses_and_changes_are_one_call_each(graph):
    [row] = graph.analyse("path", one="OpenAI", other="Nvidia").rows
    assert row.finds == ("company/openai", "company/nvidia", "episode/youtube-abcdefghijk")
    assert graph.diff().changes == []


def test_two_things_are_told_together_and_several_compared(graph):
    pair = graph.pair("Nvidia", "Coinbase", limit=1)
    assert (pair.one.episodes, pair.other.episodes, pair.both.episodes) == (2, 1, 1)
    assert [row.episode.title for row in pair.episodes] == ["Second talk"]
    compared = graph.compare("OpenAI", "nvidia").things
    assert [(each.thing.id, each.episodes) for each in compared] == [
        ("company/openai", 1),
        ("company/nvidia", 2),
    ]
    assert graph.compare("nvidia").things[0] == pair.one
    for wrong, words in (((), "name one to 6"), (("OpenAI", "openai"), "are the same thing")):
        with pytest.raises(InputError, match=words):
            graph.compare(*wrong)
    message = (
        r"^\['OpenAI', 'Nvidia'\]: not a name: give each name as an argument of its own; "
        r"of a list, write \*names$"
    )
    for method in (
        graph.compare,
        partial(graph.judge, "same"),
        partial(graph.preview_judgement, "same"),
    ):
        with pytest.raises(InputError, match=message):
            method(["OpenAI", "Nvidia"])


@pytest.mark.parametrize(
    ("method", "arguments", "options", "message"),
    [
        ("how", ["OpenAI", "x"], {}, "limit=x: expected a whole number"),
        ("how", ["OpenAI", 2.5], {}, "limit=2.5: expected a whole number"),
        ("how", [None], {}, "name None: write a text"),
        ("pair", ["Nvidia", "OpenAI"], {"limit": 51}, "limit 51: write a whole number from 1 to 5"),
        ("pair", [None, "OpenAI"], {}, "one None: write a text"),
        ("why_not", [None, "OpenAI"], {}, "name None: write a text"),
        ("why", [None, "OpenAI"], {}, "episode None: write a text"),
        ("why", ["", ""], {}, "episode=: it is empty: title, file name or id of an episode"),
        ("show", ["OpenAI", -1], {}, "limit -1: write a whole number from 1 on"),
        ("show", [5], {}, "name 5: write a text"),
        ("search", ["chips"], {"limit": "3"}, "limit '3': write a whole number from 1 on"),
        ("match", ["OpenAI"], {"min_score": 500}, "min_score 500: write a number from 0 to 100"),
        ("match", ["OpenAI"], {"limit": 0}, "limit 0: write a whole number from 1 on"),
        ("search", ["OpenAI"], {"limit": 0}, "limit 0: write a whole number from 1 on"),
        ("search", ["OpenAI"], {"per_episode": -1}, "per_episode -1: write a whole number from 0"),
        ("search", ["OpenAI"], {"show": 5}, "show 5: write a text"),
        ("search", [None], {}, "text None: write a text"),
        ("query", [None], {}, "question None: write a text"),
        ("query", ["co-mentioned"], {"limit": 0}, "limit 0: write a whole number from 1 to 1,000,"),
        ("query", ["co-mentioned"], {"timeout": -1}, "timeout -1: write a number from 0 on"),
        ("query", ["co-mentioned"], {"memory": 2.5}, "memory 2.5: write a whole number from 0 on"),
        ("analyse", ["bridges"], {"timeout": "5"}, "timeout '5': write a number from 0 on"),
        ("undo_judgement", [-1], {}, "line -1: write a whole number from 0 on"),
        ("undo_judgement", ["x"], {}, "line 'x': write a whole number from 0 on"),
        ("check", [5], {}, "paths 5: write a path, or a list of paths"),
        ("check", [["a.md", 5]], {}, "paths 5: write a path, or a list of paths"),
        ("check", ["a.md"], {"workers": -3}, "workers -3: write a whole number from 0 on"),
        ("build", [5], {}, "paths 5: write a path, or a list of paths"),
        ("build", ["a.md"], {"workers": -3}, "workers -3: write a whole number from 0 on"),
        ("build_statements", ["a.md", "to"], {"workers": 0.5}, "workers 0.5: write a whole"),
        ("export_statements", ["to"], {"workers": "2"}, "workers '2': write a whole number from 0"),
        ("analyse", [""], {}, "'': no such question: `kgraph queries` lists them"),
        ("review", [], {"limit": -1}, "limit -1: write a whole number from 1 on"),
        ("review", [], {"limit": 0}, "limit 0: write a whole number from 1 on"),
        ("review", [], {"types": "compan"}, "types compan: no such type; choose one of company, "),
        ("review", [], {"types": 5}, "types 5: write a name, or a list of names"),
    ],
)
def test_what_an_argument_takes_is_told(graph, method, arguments, options, message):
    with pytest.raises(InputError) as caught:
        getattr(graph, method)(*arguments, **options)
    assert str(caught.value).startswith(message)


def test_a_query_that_is_empty_is_told_on_one_line(graph):
    for query in ("", " \n"):
        with pytest.raises(QueryError) as caught:
            graph.query(query)
        assert str(caught.value) == (
            "the query is empty: a query starts with SELECT, ASK, CONSTRUCT or DESCRIBE"
        )


def test_one_type_is_a_filter_of_the_review_as_several_are(graph, tmp_path):
    (tmp_path / "none.yaml").touch()
    for types in ("company", "noise"):
        one, several = (
            graph.review(judgements=tmp_path / "none.yaml", types=chosen, all=True)
            for chosen in (types, [types])
        )
        assert one.cases == several.cases
        assert {case.main.type for case in one} <= {types}


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
    assert run_query(graph.store, "ASK { ?s a kg:Company }", format="xml")
    assert not run_query(graph.store, "ASK { <nothing> ?p ?o }", format="xml")
    assert graph.query("SELECT ?p { <nothing> ?p ?o }")


def test_rows_of_what_has_none_are_refused(graph):
    with pytest.raises(InputError, match="rows come from solutions in json, not boolean"):
        graph.query("ASK { ?s ?p ?o }").rows()


def test_rdflib_gets_every_statement(graph):
    assert len(graph.to_rdflib()) == graph.store.meta.triples


def test_rdflib_gets_a_profile_that_there_is(graph):
    with pytest.raises(InputError, match="half: no such profile; choose one of kb, full, edges"):
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
    file.touch()
    before = {case.name for case in graph.review(judgements=file, types={"company"}, all=True)}
    file.write_text("- {verb: accept, names: [open ai]}\n")
    after = {case.name for case in graph.review(judgements=file, types={"company"}, all=True)}
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
    assert graph.why("a.md", "OpenAI").things[0].label == "OpenAI"


def test_servers_take_the_limits_of_their_commands(graph, monkeypatch):
    served = []
    monkeypatch.setattr("kgraph.server.serve.serve", lambda *given: served.append(given))
    monkeypatch.setattr("kgraph.server.mcp.serve_agents", lambda *given: served.append(given))
    graph.serve(
        port=1, limits=QueryLimits(timeout_s=1.0), hosts=["a.example"], origin="", proxies="::1"
    )
    graph.serve()
    graph.mcp(":1", limits=AgentLimits(seconds=1.0), hosts=["a.example"])
    (settings, *place), (usual, *_), agents = served
    assert settings == Settings(
        graph.store.path, QueryLimits(timeout_s=1.0), ("127.0.0.1", "a.example"), "", proxies="::1"
    )
    assert place == ["127.0.0.1", 1]
    assert usual == Settings(graph.store.path, limits_for(), ("127.0.0.1",))
    assert agents == (graph.store.path, AgentLimits(seconds=1.0), ":1", ["a.example"])


def test_an_analysis_that_takes_too_long_is_stopped(graph, monkeypatch):
    limits = []

    def stop(store, given, *work):
        limits.append(given)
        raise timeout_error(given.timeout_s)

    with monkeypatch.context() as patch:
        patch.setattr("kgraph.analysis.questions.run_on_store", stop)
        with pytest.raises(QueryTimeoutError, match="passed its limit of 0.001 s"):
            graph.analyse("clusters", timeout=0.001, memory=5 << 20)
    assert limits == [ProcessLimits(0.001, 5 << 20)]
    found = graph.analyse("path", timeout=60, one="OpenAI", other="Nvidia")
    assert found == graph.analyse("path", one="OpenAI", other="Nvidia")


@pytest.mark.usefixtures("quiet")
def test_a_question_is_limited_in_memory(store):
    graph = KnowledgeGraph.open(store.path)
    with pytest.raises(QueryTooLargeError, match="needed more memory than its limit of 32 MB"):
        graph.query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c", memory=32 << 20)
    assert graph.query("ASK { ?s ?p ?o }", memory=1 << 30)


def test_an_answer_is_its_rows(graph):
    answer = graph.query("co-mentioned", company="Coinbase")
    assert [row["name"] for row in answer] == ["Nvidia"]
    assert (len(answer), list(answer)) == (1, answer.rows())
    none = graph.query("SELECT ?p { <nothing> ?p ?o }")
    assert (len(none), list(none), bool(none)) == (0, [], True)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("ASK { ?s ?p ?o }", "not boolean in json: use bool(answer)"),
        ("DESCRIBE <company/nvidia>", "not graph in turtle: use answer.data"),
    ],
)
def test_what_has_no_rows_says_where_its_answer_is(graph, question, said):
    answer = graph.query(question)
    for of in (iter, len, list):
        with pytest.raises(InputError, match=re.escape(said)):
            of(answer)
    assert answer


OCTOBER = [
    {"since": "2025-10"},
    {"since": date(2025, 10, 1), "until": datetime(2025, 10, 31, 12)},
    {"since": "2025-10-01", "until": "2025"},
    {"episodes": "b.md"},
    {"episodes": ["Second talk"]},
    {"selection": Selection(since=date(2025, 10, 1))},
    {"selection": Selection(episodes="b.md")},
]


@pytest.mark.parametrize("part", OCTOBER, ids=str)
def test_a_part_is_chosen_alike_everywhere(graph, part):
    out = io.BytesIO()
    graph.export("csv-nodes", out, **part, quotes="all")
    names = {
        row["id"]: row["label"] for row in csv.DictReader(io.StringIO(out.getvalue().decode()))
    }
    network = graph.to_networkx(**part)
    assert dict(network.nodes(data="label")) == names
    talks = {label for node, label in names.items() if node.startswith("episode/")}
    assert talks == {"Second talk"}
    asked = graph.to_rdflib(**part, profile="edges").query(
        "SELECT ?name WHERE { ?e a schema:PodcastEpisode ; schema:name ?name }"
    )
    assert {str(row.name) for row in asked} == talks
    assert graph.atlas(**part, quotes=False) == graph.atlas(
        quotes=False, selection=Selection(since="2025-10-01")
    )
    page = io.BytesIO()
    drawn = graph.view(page, **part)
    assert (drawn.nodes, drawn.edges) == (2, 1)  # the first talk's OpenAI is in none
    drawn = graph.sketch(**part)
    assert (drawn.nodes, drawn.edges) == (2, 1)


def test_types_and_confidence_choose_too(graph):
    network = graph.to_networkx(types="product", min_confidence=0.5)
    assert "company" not in {kind for _, kind in network.nodes(data="type")}
    assert graph.to_networkx(types=["company"]).has_node("company/nvidia")
    assert not graph.to_networkx(min_confidence=1.0).has_node("company/coinbase")


@pytest.mark.parametrize(
    ("part", "error", "said"),
    [
        ({"selection": {"since": "2025"}}, TypeError, "expected a kgraph.Selection, got dict"),
        (
            {"selection": Selection(), "since": "2025"},
            TypeError,
            "give a selection, or since, until, types, min_confidence, episodes and unlikely, and "
            "not both",
        ),
        ({"since": "soon"}, InputError, "since soon: not a date: write it as 2025-06-01"),
        ({"types": "compny"}, InputError, "types compny: no such type; choose one of company"),
        ({"types": 7}, InputError, "types 7: write a name, or a list of names"),
        ({"min_confidence": 7}, InputError, "min_confidence 7: write a number from 0 to 1"),
        ({"min_confidence": "x"}, InputError, "min_confidence 'x': write a number from 0 to 1"),
        ({"episodes": "no such talk"}, InputError, "no such talk: no such episode"),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["export", "view", "sketch", "to_networkx", "to_rdflib"])
def test_a_part_that_cannot_be_is_refused(graph, method, part, error, said):
    given = {"export": ["csv", io.BytesIO()], "view": [io.BytesIO()]}.get(method, [])
    with pytest.raises(error, match=re.escape(said)):
        getattr(graph, method)(*given, **part)


def test_a_selection_of_the_library_is_that_of_the_graph():
    assert kgraph.Selection is Selection
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        kgraph.Nothing  # noqa: B018


def test_judging_is_one_call(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    graph = KnowledgeGraph.build([folder], workers=1)
    said = graph.judge("reject", "company/openai", why="a test", by="ann")
    assert (str(said), said.why, said.by, said.line) == (
        "reject company/openai",
        "a test",
        "ann",
        1,
    )
    graph.judge("type", "Coinbase", type="institution", by="ann")
    assert [judged.line for judged in graph.judgements()] == [1, 2]
    assert [judged.line for judged in graph.judgements(verb="type")] == [2]
    with pytest.raises(InputError, match="praise: no such verb; choose one of "):
        graph.judgements(verb="praise")
    assert str(graph.undo_judgement()) == "type Coinbase as institution"
    with pytest.raises(InputError, match="judge praise: no such verb; choose one of same"):
        graph.judge("praise", "OpenAI")
    rebuilt = KnowledgeGraph.build([folder], graph.store.path, workers=1)
    assert rebuilt.report.judgements == 1
    assert {row["type"] for row in rebuilt.audit("mentions") if row["name"] == "OpenAI"} == {
        "noise"
    }
    assert str(rebuilt.undo_judgement(1)) == "reject company/openai"
    assert rebuilt.judgements() == []


def test_a_judgement_is_previewed_built_undone_and_restored(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    graph = KnowledgeGraph.build([folder], workers=1)
    effect = graph.preview_judgement("reject", "OpenAI")
    assert str(effect).startswith(f"reject OpenAI: {effect.rows} row")
    assert [change.before.id for change in effect.entities if change.how == "lost"] == [
        "company/openai"
    ]
    assert graph.judgements() == []
    assert graph.search("openai", kind="entity")
    judged = graph.judge("reject", "OpenAI", by="ann", build=True)
    assert (graph.report.judgements, "company/openai" in graph.graph.shared.entities) == (1, False)
    assert ("lost", "OpenAI") in {(change.how, change.label) for change in graph.diff().changes}
    assert "company/openai" not in {hit.id for hit in graph.search("openai", kind="entity")}
    assert graph.undo_judgement(judged.line, build=True) == judged
    assert "company/openai" in graph.graph.shared.entities
    assert graph.restore_judgement(judged) == judged
    assert graph.rebuild().judgements == 1
    assert "company/openai" not in graph.graph.shared.entities


def test_the_first_name_of_same_is_the_entity_that_it_means(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text(episode_text(companies=("Micron", "SK Hynix")))
    graph = KnowledgeGraph.build([tmp_path], workers=1)
    effect = graph.preview_judgement("same", "Micron", "SK Hynix")
    assert [(change.how, change.after.id) for change in effect.entities] == [
        ("recounted", "company/microntechnology"),
        ("merged", "company/microntechnology"),
    ]
    judged = graph.judge("same", "Micron", "SK Hynix", by="ann")
    assert judged.names == ("Micron Technology", "SK Hynix")
    for make in (graph.preview_judgement, graph.judge):
        with pytest.raises(DataError, match="contradicts line 1: same Micron Tech"):
            make("different", "SK Hynix", "Micron")
    assert graph.undo_judgement() == judged
    graph.judge("different", "SK Hynix", "Micron")
    for names in (("Micron", "SK Hynix"), ("Micron Technology", "SK Hynix")):
        for make in (graph.preview_judgement, graph.judge):
            with pytest.raises(DataError, match="contradicts line 1: different SK"):
                make("same", *names)
    assert [judgement.verb for judgement in graph.judgements()] == ["different"]


def test_a_review_is_a_table(graph, tmp_path):
    (tmp_path / "judgements.yaml").touch()
    options = {"judgements": tmp_path / "judgements.yaml", "limit": 3, "all": True}
    queue = graph.review(**options)
    assert (len(queue), repr(queue)) == (3, "<ReviewQueue: 3 names>")
    assert list(queue.to_pandas()["name"]) == [case.name for case in queue]
    assert queue[0].name in queue._repr_html_()


def test_a_named_file_of_judgements_is_there_to_be_read_and_is_created_to_be_written(
    graph, tmp_path
):
    file = tmp_path / "typo.yaml"
    for call in (
        partial(graph.judgements, file),
        partial(graph.review, judgements=file),
        partial(graph.preview_judgement, "reject", "OpenAI", judgements=file),
        partial(graph.undo_judgement, judgements=file),
        partial(graph.undo_judgement, 1, judgements=file, build=True),
    ):
        with pytest.raises(InputError) as refused:
            call()
        assert str(refused.value) == (
            f"{file}: no such file: name one, or write it with `kgraph judge`"
        )
    graph.judge("reject", "OpenAI", judgements=file, by="ann")
    assert [str(judgement) for judgement in graph.judgements(file)] == ["reject OpenAI"]


def test_an_audit_is_a_table(graph):
    found = graph.audit("shows")
    assert (len(found), [row["name"] for row in found]) == (2, ["a.md", "b.md"])
    assert {"label", "confidence", "reasons"} <= set(found.to_pandas().columns)
    with pytest.raises(InputError, match="what=jokes: no such value"):
        graph.audit("jokes")


def test_checking_needs_no_store(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (folder / "c.md").write_text("---\ntitle: T\ndate: soon\n---\n", "utf-8")
    told = []
    found = KnowledgeGraph.check([folder], workers=1, progress=lambda *step: told.append(step[0]))
    assert [(problem.file, problem.code) for problem in found] == [("c.md", "date-invalid")]
    assert set(told) == {"reading", "comparing names", "checking"}
    assert not (tmp_path / ".kgraph").exists()


def test_a_build_writes_its_turtle_and_tells_how_far_it_is(folder, tmp_path):
    told = []
    turtle = tmp_path / "graph.ttl"
    built = KnowledgeGraph.build(
        [folder], tmp_path / "s", workers=1, turtle=turtle, progress=lambda *step: told.append(step)
    )
    out = io.BytesIO()
    built.export("turtle", out, profile="full")
    assert turtle.read_bytes() == out.getvalue()
    assert told[-2:] == [("building", 2, 2), ("loading", 0, 0)]


def test_questions_are_listed():
    assert "co-mentioned" in {question.name for question in KnowledgeGraph.queries()}


METHODS = {
    name: method
    for name, method in inspect.getmembers(KnowledgeGraph, callable)
    if not name.startswith("_")
}


@pytest.mark.parametrize("name", METHODS)
def test_help_shows_what_a_method_takes(name):
    method = METHODS[name]
    words = inspect.getdoc(method)
    assert words
    assert ":func:" not in words
    assert ":class:" not in words
    open_ended = {
        p.name for p in inspect.signature(method).parameters.values() if p.kind == p.VAR_KEYWORD
    }
    assert open_ended == ({"parameters"} if name in ("query", "analyse") else set())
    for parameter in inspect.signature(method).parameters:
        assert re.search(rf"\b{parameter}\b", words) or parameter == "self" or name == "sketch"


def test_a_graph_takes_only_what_it_keeps():
    parameters = inspect.signature(KnowledgeGraph).parameters
    assert [*parameters] == ["store", "report", "project"]


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_in_the_reference(name):
    reference = (ROOT / "docs" / "reference.md").read_text("utf-8")
    section = reference.partition("## The library\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if f".{name}(" in line.partition(" | ")[0]]
    assert len(rows) == 1
    takes = inspect.signature(METHODS[name]).parameters
    for parameter in takes.keys() - {
        "self",
        "since",
        "until",
        "types",
        "min_confidence",
        "episodes",
    }:
        assert re.search(rf"\b{parameter}\b", rows[0]), parameter


WRONG = """
from kgraph import KnowledgeGraph, Selection

graph = KnowledgeGraph.open()
graph.view("x.html", focsu="NVIDIA")
graph.search("x", kidn="quote")
graph.export("csv", "x.csv", sinse="2025")
graph.to_networkx(min_confidence="high")
graph.atlas(quotse=False)
graph.sketch(dpeth=2)
graph.judge("frobnicate", "X")
graph.audit("jokes")
KnowledgeGraph.build(["x"], wrokers=2)
for row in graph.query("co-mentioned", company="NVIDIA", since="2025-06"):
    print(row["name"])
graph.view("x.html", focus="NVIDIA", since="2025-06", types=["company"], selection=Selection())
"""


def test_a_type_checker_finds_a_wrong_option(tmp_path):
    api = pytest.importorskip("mypy.api")
    file = tmp_path / "wrong.py"
    file.write_text(WRONG, "utf-8")
    config, cache = ROOT / "pyproject.toml", ROOT / ".mypy_cache"
    told, _, _ = api.run(["--config-file", str(config), "--cache-dir", str(cache), str(file)])
    found = {int(line.split(":")[1]) for line in told.splitlines() if ": error:" in line}
    assert found == set(range(5, 14)), told
