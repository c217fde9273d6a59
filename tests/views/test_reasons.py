"""Why, how and why not: one tree of claims, whose rows, weights and judgements are the graph's."""

import math
import re
import shlex

import pytest
from support import episode_text

from kgraph.api import KnowledgeGraph
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.graph.network import list_episode_themes
from kgraph.operations.html import render_html
from kgraph.operations.markdown import write_markdown
from kgraph.operations.table import OPERATIONS
from kgraph.pipeline import build
from kgraph.resolve.judgements_file import remove_judgements
from kgraph.resolve.quotes.themes import load_themes
from kgraph.store import Store
from kgraph.views.name_rows import find_named_rows, has_name
from kgraph.views.open_graph import OpenGraph
from kgraph.views.reasons import CLAIMS, JudgementCitations, iterate_claims
from kgraph.views.why import find_edges
from kgraph.views.why_terms import explain_terms

HOSTILE = "<img src=x onerror=alert(1)>"

JUDGED = """\
- {verb: different, names: [Zorblax, Zorblax Labs], by: ann, date: "2025-10-01", why: two firms}
- {verb: reject, names: [Acme Rubble]}
- {verb: same, names: [OpenAI, Opaque Labs]}
- {verb: sameas, names: [OpenAI, wikidata:Q24283660]}
"""

FILES = {
    "a.md": """\
title: First talk
date: 2025-09-01
source: Ours
topics: [Growth]
companies:
- {name: OpenAI, category: tech, source: llm_enhanced, context: A company of that name.}
- Opaque Labs
- Zorblax
- Acme Rubble
- Stablecoin
quotes:
- {text: "We doubled the team and it was good for everybody in the room.", topic: team/growth}
- {text: "A stablecoin is the money of the internet for a child of our time.", topic: growth}
""",
    "b.md": """\
title: Second talk
date: 2025-09-02
summary: It speaks of Kestrel Metrics.
companies: [OpenAI, Zorblax Labs]
unknown: {deep: Harbor Metrics}
quotes:
- {text: Nothing of note was said by anybody at all in this room., topic: growth}
- {text: We doubled the team and it was good for everybody in the house., topic: team}
""",
    "c.md": """\
title: Third talk
date: 2025-09-03
companies: [NVIDIA, 'TSMC
tags: [chips
""",
    "d.md": f"""\
title: "{HOSTILE}"
date: 2025-09-04
companies: ["Firm {HOSTILE}"]
quotes:
- This episode is brought to you by Acme. Buy a stablecoin at acme.com with promo code TALK.
""",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """A graph with judgements, themes, a broken file, and names that only texts have."""
    home = tmp_path_factory.mktemp("reasons")
    (home / "episodes").mkdir()
    for name, text in FILES.items():
        (home / "episodes" / name).write_text(f"---\n{text}---\n")
    (home / "judged.yaml").write_text(JUDGED)
    build([home / "episodes"], home / "store", workers=1, judgements=home / "judged.yaml")
    return KnowledgeGraph(Store(home / "store"))


def kinds(explanation):
    return [tree.kind for tree in explanation.trees]


def claims_of(explanation, kind):
    return [claim for claim in iterate_claims(explanation.trees) if claim.kind == kind]


# -- by property, on the sample corpus --------------------------------------------------


def test_every_row_of_the_sample_explains_itself(sample_graph):
    citations, rows = JudgementCitations(sample_graph.store), 0
    for episode in sample_graph.store.graph:
        for mention in episode.mentions:
            edges = list(find_edges(sample_graph, episode, mention.label, (), citations=citations))
            claims = {
                (claim.source.file, claim.source.pointer): claim
                for claim in iterate_claims(edges)
                if claim.source and claim.kind.startswith("row")
            }
            for row in mention.rows:
                source = episode.find_row("companies", row.file, row.index)
                claim = claims[episode.files[row.file].file, source.pointer]
                assert claim.source.text == row.surface
                assert claim.source.extractor == source.extractor
                assert claim.source.context == source.text("context")
                assert (claim.rule, claim.confidence) == (row.rule, row.confidence)
                assert claim.because or not row.reasons
                assert (claim.thing is None) == (not mention.is_accepted)
                rows += 1
    assert rows > 1000


def test_the_weights_of_steps_add_up_to_the_confidence(sample_graph):
    api, added = KnowledgeGraph(sample_graph.store), 0
    for slug in list(sample_graph.summaries)[:10]:
        for id_ in list(sample_graph.summaries[slug].mentions)[:8]:
            for claim in iterate_claims(api.why(f"episode/{slug}", id_, steps=True).trees):
                if claim.adds_up:
                    total = math.fsum(step.weight or 0 for step in claim.because)
                    assert 1 / (1 + math.exp(-total)) == pytest.approx(claim.confidence, abs=1e-9)
                    added += 1
    assert added > 50


def test_every_theme_of_an_episode_is_explained_and_no_other(sample_graph):
    citations = JudgementCitations(sample_graph.store)
    themes, concepts = sample_graph.shared.themes, load_themes().concepts
    for episode in sample_graph.store.graph:
        own = {f"theme/{key}" for key in list_episode_themes(episode)}
        broader = {f"theme/{concepts[id_.partition('/')[2]].broader}" for id_ in own}
        explained = {
            edge.thing.id: edge
            for id_ in themes
            for edge in explain_terms(sample_graph, episode, id_, citations)
        }
        assert explained.keys() == (own | broader) & themes.keys()
        for edge in explained.values():
            assert edge.confidence is None
            assert any(claim.source for claim in iterate_claims([edge]))


def test_how_counts_every_row_of_an_entity_once(sample_graph):
    api = KnowledgeGraph(sample_graph.store)
    entities = sorted(sample_graph.shared.entities.values(), key=lambda e: -e.episodes)
    unlikely = [entity for entity in entities if entity.unlikely]
    for entity in (*entities[:6], *unlikely[:4]):
        trees = {tree.kind: tree for tree in api.how(entity.id, 500).trees}
        own = [trees[kind] for kind in ("joined", "below") if kind in trees]
        groups = [group for tree in own for group in tree.because]
        assert sum(tree.rows for tree in own) == sum(entity.surfaces.values())
        assert sum(group.rows for group in groups) == sum(entity.surfaces.values())
        if entity.unlikely:
            assert trees["below"].episodes == entity.unlikely


def test_rows_of_a_name_are_those_of_all_episodes_in_their_order(sample_graph):
    target, keys = "company/openai", {"nvidia", "sam"}
    named = [
        (episode.slug, row.index, row.surface)
        for episode in sample_graph.store.read_mentions(sample_graph.summaries)
        for mention in episode.mentions
        for row in mention.rows
        if mention.target == target or has_name(row.surface, keys)
    ]
    rows = find_named_rows(sample_graph, keys, target)
    assert [(each.slug, each.row.index, each.row.surface) for each in rows] == named


EXAMPLES = [
    ("why", {"episode": "2025-07-15-data-centres-in-the-desert.md", "name": "NVIDIA"}, "mentions"),
    ("why", {"episode": "2025-05-20-agents-that-actually-finish-the-job.md", "name": "Notion"},
     "mentions"),
    ("how", {"name": "NVIDIA", "limit": 1}, "entity"),
    ("how", {"name": "crypto/flow"}, "entity"),
    ("how", {"name": "Model Behaviour"}, "entity"),
    ("why-not", {"name": "product/arcbrowser", "other": "crypto/arcblockchain"}, "two"),
    ("why-not", {"name": "NVIDIA", "other": "Nvidea"}, "one"),
    ("why-not", {"name": "Polymarket", "other": "2025-06-10-tll-122-circle-rings-the-bell.md"},
     "absent"),
    ("why-not", {"name": "theme/growth", "other": "2025-06-10-tll-122-circle-rings-the-bell.md"},
     "about"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values", "kind"), EXAMPLES)
def test_an_answer_is_the_first_tree_and_every_medium_shows_it(sample_graph, name, values, kind):
    operation = OPERATIONS[name]
    request = operation.parse(values)
    explanation = operation.run(sample_graph, request)
    assert explanation == operation.run(sample_graph, request)
    assert kinds(explanation)[0] == kind
    words = explanation.trees[0].words
    assert explanation.answer.rstrip(".").lower() == words.rstrip(".").lower()
    for claim in iterate_claims(explanation.trees):
        assert claim.kind in CLAIMS or claim.weight is not None or claim.words
    document = operation.present(explanation, request)
    assert document.lead == explanation.answer
    assert explanation.trees[0].words in write_markdown(document).replace("\\", "")
    assert "<h1>" in render_html(document)


def test_what_is_cut_says_how_much(sample_graph):
    api = KnowledgeGraph(sample_graph.store)
    [whole] = claims_of(api.how("NVIDIA", 500), "joined")
    [cut] = claims_of(api.how("NVIDIA", 1), "joined")
    assert (cut.because, cut.more) == (whole.because[:1], len(whole.because) - 1)
    assert (cut.rows, whole.more) == (whole.rows, 0)


def test_the_best_rival_stands_beside_the_decision_that_was_made(sample_graph):
    pair = ("product/arcbrowser", "crypto/arcblockchain")
    explanation = KnowledgeGraph(sample_graph.store).why_not(*pair)
    for candidate in claims_of(explanation, "candidate"):
        row, rival = candidate.because
        assert (row.kind, row.source.text, rival.kind) == ("row", "Arc", "rival")
        assert rival.confidence < row.confidence
        assert rival.rule == "type"


# -- by case ----------------------------------------------------------------------------

WHY = [
    ("a.md", "OpenAI", ["mentions"], "company/openai"),
    ("a.md", "Acme Rubble", ["rejected"], None),
    ("a.md", "Ours", ["belongs"], "show/ours"),
    ("a.md", "Growth", ["about", "listed"], "theme/growth"),
    ("a.md", "Strategy", ["about"], "theme/strategy"),
    ("a.md", "Stablecoin", ["mentions", "about"], "other/stablecoin"),
]


@pytest.mark.parametrize(("episode", "name", "expected", "thing"), WHY)
def test_why(graph, episode, name, expected, thing):
    explanation = graph.why(episode, name)
    assert kinds(explanation) == expected
    first = explanation.trees[0]
    assert (first.thing.id if first.thing else None) == thing
    assert explanation.is_so == (expected != ["rejected"])


WHY_NOT = [
    ("OpenAI", "b.md", "mentions", True),
    ("Acme Rubble", "a.md", "rejected", False),
    ("Kestrel Metrics", "b.md", "text", False),
    ("Harbor Metrics", "b.md", "unused", False),
    ("NVIDIA", "c.md", "lost", False),
    ("Zorblax", "b.md", "absent", False),
    ("show/ours", "b.md", "other-show", False),
    ("Growth", "a.md", "about", True),
    ("Growth", "b.md", "no-words", False),
    ("theme/crypto", "b.md", "not-about", False),
    ("theme/stablecoins", "d.md", "advert-quotes", False),
    ("OpenAI", "open ai", "one", True),
    ("OpenAI", "Opaque Labs", "one", True),
    ("Zorblax", "Zorblax Labs", "two", False),
    ("OpenAI", "Stablecoin", "two", False),
]


@pytest.mark.parametrize(("name", "other", "kind", "is_so"), WHY_NOT)
def test_why_not(graph, name, other, kind, is_so):
    explanation = graph.why_not(name, other)
    assert (kinds(explanation)[0], explanation.is_so) == (kind, is_so)
    swapped = graph.why_not(other, name)
    assert (kinds(swapped)[0], swapped.is_so) == (kind, is_so)


def test_judgements_are_named_with_their_line_and_undone(graph, tmp_path, monkeypatch):
    monkeypatch.chdir(graph.store.path.parent)
    [parting] = claims_of(graph.why_not("Zorblax", "Zorblax Labs"), "judgement")
    assert (parting.line, parting.undo) == (1, "kgraph judge --undo 1 --judgements judged.yaml")
    assert graph.why_not("Zorblax", "Zorblax Labs").commands == (
        parting.undo,
        "kgraph judge same company/zorblax company/zorblaxlabs --judgements judged.yaml",
    )
    for explanation, line in (
        (graph.why_not("OpenAI", "Opaque Labs"), 3),
        (graph.why("a.md", "Acme Rubble"), 2),
        (graph.how("OpenAI"), 3),
    ):
        assert line in {claim.line for claim in claims_of(explanation, "judgement")}
        assert any(shlex.split(c)[2:4] == ["--undo", str(line)] for c in explanation.commands)
    monkeypatch.chdir(tmp_path)  # the file is elsewhere: clients of a server learn of no folder
    [parting] = claims_of(graph.why_not("Zorblax", "Zorblax Labs"), "judgement")
    assert parting.undo == "kgraph judge --undo 1"


def test_a_command_has_the_line_that_the_judgement_is_on_by_now(tmp_path):
    (tmp_path / "a.md").write_text(episode_text(companies=("Zorblax", "Zorblax Labs")))
    file = tmp_path / "judged.yaml"
    file.write_text(JUDGED)
    build([tmp_path / "a.md"], tmp_path / "store", workers=1, judgements=file)
    graph = KnowledgeGraph(Store(tmp_path / "store"))
    file.write_text(f"# of the team\n{JUDGED}")
    undo, _ = graph.why_not("Zorblax", "Zorblax Labs").commands
    assert shlex.split(undo)[2:4] == ["--undo", "2"]
    remove_judgements(file, [2])
    assert len(graph.why_not("Zorblax", "Zorblax Labs").commands) == 1


def test_label_type_and_ids_have_their_sources(graph):
    origins = {claim.kind: claim for claim in graph.how("OpenAI").trees[0].because}
    assert (origins["label"].rule, origins["type"].rule) == ("lexicon", "lexicon")
    ids = {claim.words: claim.rule for claim in claims_of(graph.how("OpenAI"), "id")}
    assert ids["its id wikidata:Q24283660 is from a judgement"] == "judgement"
    [stated] = claims_of(graph.how("show/ours"), "stated")
    assert (stated.source.file, stated.source.text, stated.episodes) == ("a.md", "Ours", 1)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda graph: graph.why("a.md", "OpenAy"), "did you mean OpenAI"),
        (lambda graph: graph.why("b.md", "Zorblax"), "`kgraph why-not Zorblax b.md` says why not"),
        (lambda graph: graph.why("c.md", "TSMC"), "what could not be read may have it: c.md:"),
        (lambda graph: graph.why("OpenAI", "Zorblax"), "`kgraph why-not OpenAI Zorblax` compares"),
        (lambda graph: graph.how("OpenAy"), "did you mean OpenAI"),
        (lambda graph: graph.how("Acme Rubble"), "1 row with the name rejected, by judgement"),
        (lambda graph: graph.how("growth"), "is a theme"),
        (lambda graph: graph.how("OpenAI", 0), "limit=0: expected a number >= 1"),
        (lambda graph: graph.why_not("a.md", "b.md"), "are both episodes"),
        (lambda graph: graph.why_not("Gnarf", "a.md"), "Gnarf"),
    ],
)
def test_a_wrong_question_says_what_to_do(graph, ask, words):
    with pytest.raises(InputError, match=re.escape(words)):
        ask(graph)


def test_a_file_that_was_left_out_is_told_with_the_reason(tmp_path):
    (tmp_path / "note.md").write_text("Only a text.\n")
    (tmp_path / "a.md").write_text(episode_text(companies=("Stripe",)))
    graph = KnowledgeGraph.build([tmp_path], tmp_path / "store", judgements=None)
    for ask in (lambda: graph.why("note.md", "Stripe"), lambda: graph.why_not("Stripe", "note.md")):
        with pytest.raises(UnknownNameError, match=r"^note\.md:1:1: .* \(file left out\)"):
            ask()


def test_hostile_texts_stay_texts(graph):
    opened = OpenGraph(graph.store)
    for name, values in (
        ("why", {"episode": "d.md", "name": f"Firm {HOSTILE}"}),
        ("audit", {"what": "mentions"}),
    ):
        operation = OPERATIONS[name]
        request = operation.parse(values)
        document = operation.present(operation.run(opened, request), request)
        assert "<img" not in render_html(document)
        text = write_markdown(document).replace("\\<", "")
        assert "<img" not in re.sub(r"`[^`]*`", "", text)
