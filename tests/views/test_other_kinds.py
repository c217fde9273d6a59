"""Names of topics and tags, and rejected names, where other kinds of things are asked for."""

import pytest

from kgraph.api import KnowledgeGraph
from kgraph.base.errors import UnknownNameError
from kgraph.query import load_saved_queries
from kgraph.query.remarks import describe_substitutions
from kgraph.views.entity import NameRequest
from kgraph.views.open_graph import OpenGraph
from kgraph.views.theme_and_show import view_theme

SHOWN = "`kgraph show tag/widgets` describes it"


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    home = tmp_path_factory.mktemp("kinds")
    for number in (1, 2):
        head = f"title: Talk {number}\ndate: 2025-09-0{number}\ncompanies: [NVIDIA, And I]"
        terms = "topics: [gadgetry]\ntags: [widgets]" if number == 1 else ""
        (home / f"t{number}.md").write_text(f"---\n{head}\n{terms}\n---\n")
    (home / "t3.md").write_bytes(b"a\0b")
    return KnowledgeGraph.build([home], home / "store", judgements=None)


@pytest.mark.parametrize(
    ("ask", "wanted"),
    [
        (lambda graph, name: graph.query("compare", x=f"nvidia;{name}"), "entity or theme"),
        (lambda graph, name: graph.query("group-names", of=name), "theme or show"),
        (lambda graph, name: graph.query("evidence", entity=name), "entity"),
        (lambda graph, name: graph.query("themes-beside", **{"with": name}), "theme"),
        (lambda graph, name: graph.view("view.html", focus=name), "entity"),
        (lambda graph, name: graph.pair("nvidia", name), "entity"),
        (lambda graph, name: graph.how(name), "entity"),
        (lambda graph, name: graph.why_not("nvidia", name), "entity"),
    ],
)
def test_a_tag_is_told_from_what_is_asked_for(graph, ask, wanted):
    for name in ("widgets", "tag/widgets", "https://w3id.org/kgraph/id/tag/widgets"):
        with pytest.raises(UnknownNameError) as caught:
            ask(graph, name)
        assert f"{name!r} is a tag (tag/widgets), and no {wanted}: " in str(caught.value)
        assert SHOWN in str(caught.value)


@pytest.mark.parametrize(("name", "term"), [("Widgets", "tag"), ("topic/gadgetry", "topic")])
def test_a_term_of_the_episode_is_explained_by_the_row_that_lists_it(graph, name, term):
    id_ = {"tag": "tag/widgets", "topic": "topic/gadgetry"}[term]
    [edge] = graph.why("t1.md", name).trees
    [row] = edge.because
    assert (edge.thing.id, edge.confidence, edge.rule) == (id_, 1.0, "listed")
    source = row.source
    assert (source.file, source.pointer) == ("t1.md", f"/{term}s/0")
    assert source.text == id_.partition("/")[2]
    assert graph.why_not(name, "t1.md").trees[0].kind == "listed"
    with pytest.raises(UnknownNameError, match=f"nothing called '{name}' in 'Talk 2'"):
        graph.why("t2.md", name)


def test_a_tag_with_the_name_of_an_entity_does_not_hide_what_was_lost(tmp_path):
    (tmp_path / "a.md").write_text("---\ntitle: A\ndate: 2025-09-01\ncompanies: [OpenAI]\n---\n")
    head = "title: B\ndate: 2025-09-02\ntags: [OpenAI]\ncompanies: 7"
    (tmp_path / "b.md").write_text(f"---\n{head}\n---\n")
    graph = KnowledgeGraph.build([tmp_path], tmp_path / "store", judgements=None)
    explanation = graph.why("b.md", "OpenAI")
    assert explanation.things[0].id == "tag/openai"
    assert "/companies: expected a list" in explanation.note


def test_a_rejected_name_leads_to_the_explanation_of_a_row(graph):
    for ask in (graph.how, graph.show, lambda name: graph.why_not("nvidia", name)):
        with pytest.raises(UnknownNameError) as caught:
            ask("And I")
        words = "2 rows with the name rejected, by "
        assert words in str(caught.value)
        assert "`kgraph audit mentions` lists them" in str(caught.value)
    assert graph.why("t1.md", "And I").trees[0].kind == "rejected"


def test_a_file_that_was_left_out_is_told_with_the_reason(graph):
    told = "t3.md: not text: it holds NUL bytes (file left out) [file-binary]: mend the file"
    for ask in (graph.show, lambda name: graph.why(name, "NVIDIA")):
        with pytest.raises(UnknownNameError) as caught:
            ask("notes/t3.md")
        assert str(caught.value) == f"{told} and build again"
    with pytest.raises(UnknownNameError) as caught:
        graph.show("t4.md")
    assert str(caught.value) == "t4.md: no such episode: give its file name, title or id"


def test_topics_and_tags_have_the_months_of_their_page(tmp_path):
    for number, (month, terms) in enumerate(
        [
            ("07", "topics: [chips, NVIDIA]\ntags: [NVIDIA]"),
            ("08", "companies: [NVIDIA]"),
            ("09", "topics: [chips]\ntags: [C++]"),
            ("09", "tags: [C, chips]"),
        ]
    ):
        head = f"title: Talk {number}\ndate: 2025-{month}-01\nsource: Show {number % 2}\n{terms}"
        (tmp_path / f"{number}.md").write_text(f"---\n{head}\n---\n")
    graph = KnowledgeGraph.build([tmp_path], tmp_path / "store", judgements=None)
    facts = OpenGraph(graph.store)
    for name, id_ in (
        ("chips", "topic/chips"),
        ("topic/NVIDIA", "topic/nvidia"),
        ("tag/nvidia", "tag/nvidia"),
        ("c++", "tag/cplusplus"),
    ):
        months = [
            (month.month, month.episodes, month.all)
            for month in view_theme(facts, NameRequest(id_)).timeline
        ]
        first = next(n for n, (_, episodes, _) in enumerate(months) if episodes)
        rows = graph.query("by-month", entity=name)
        assert [(row["month"], row["episodes"], row["all"]) for row in rows] == months[first:]
    assert graph.query("by-month", entity="NVIDIA").rows()[0]["month"] == "2025-08"
    parameters = load_saved_queries()["by-month"].parameters
    for name, remarks in (
        ("chips", ["entity=chips: taken for chips (topic/chips); also of that name: tag/chips"]),
        ("tag/chips", []),
    ):
        arguments = {"entity": name}
        assert describe_substitutions(graph.store.shared, parameters, arguments) == remarks
