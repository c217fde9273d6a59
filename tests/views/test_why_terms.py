"""Why an episode is about a theme: the answer is the graph's, by row, word and topic string."""

import pytest

from kgraph.api import KnowledgeGraph
from kgraph.base.errors import UnknownNameError
from kgraph.graph.network import list_episode_themes
from kgraph.resolve.quotes import theme_words
from kgraph.resolve.quotes.themes import load_themes
from kgraph.views.open_graph import OpenGraph
from kgraph.views.why import WhyRequest, view_evidence
from kgraph.views.why_terms import explain_terms

FILES = {
    "the growth.md": """\
title: A talk
date: 2025-09-01
source: Ours
companies: [Stripe]
topics: [Growth]
quotes:
- {text: "We doubled the team and it was good for everybody in the room.", topic: team/growth}
- {text: "A stablecoin is the money of the internet for a child of our time.", topic: growth}
- Nothing of note was said by anybody at all in here.
""",
    "thing.md": """\
title: A walk
date: 2025-09-02
companies: [Stablecoin]
quotes: [Nothing of note was said by anybody at all in there.]
""",
    "near.md": """\
title: A look
date: 2025-09-04
quotes:
- {text: Nothing of note was said by anybody at all in this room., topic: growth}
- {text: We doubled the team and it was good for everybody in the house., topic: team}
""",
    "advert.md": """\
title: An offer
date: 2025-09-03
quotes:
- This episode is brought to you by Acme. Buy a stablecoin at acme.com with promo code TALK.
""",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    home = tmp_path_factory.mktemp("terms")
    for name, text in FILES.items():
        (home / name).write_text(f"---\n{text}---\n")
    return KnowledgeGraph.build([home], home / "store", judgements=None)


def list_reasons(edge):
    return [
        (row.pointer, row.surface, row.rule, [str(reason) for reason in row.reasons])
        for row in edge.rows
    ]


@pytest.mark.parametrize(
    "name", ["Growth", "theme/growth", "https://w3id.org/kgraph/id/theme/growth"]
)
def test_a_topic_string_and_the_word_that_bears_it_out_are_told(graph, name):
    edge = graph.why("the growth.md", name)[0]
    assert (edge.label, edge.type, edge.target) == ("Growth", "theme", "theme/growth")
    assert (edge.confidence, edge.rule, edge.reasons) == (None, "about", ())
    assert list_reasons(edge) == [
        (
            "/quotes/0",
            "team/growth",
            "topic-string",
            [
                "topic string: “team/growth” names Growth by “growth”",
                "words: “doubled”: of the words that bear out a topic string for Growth",
            ],
        )
    ]
    assert edge.rows[0].context.startswith("We doubled the team")
    assert edge.rows[0].confidence is None


def test_a_word_that_means_a_theme_needs_no_topic_string(graph):
    [edge] = graph.why("the growth.md", "Stablecoins")
    words = "words: “stablecoin”: of the words that mean Stablecoins by themselves"
    assert list_reasons(edge) == [("/quotes/1", "stablecoin", "word", [words])]


def test_a_broader_theme_is_told_by_the_narrower_one(graph):
    [edge] = graph.why("the growth.md", "Strategy")
    words = "Strategy is broader than Growth (theme/growth), which the episode is about"
    assert [reason.words for reason in edge.reasons] == [words]
    assert edge.rows == graph.why("the growth.md", "theme/growth")[0].rows


def test_a_mention_of_the_same_thing_is_told_with_its_confidence(graph):
    mention, theme = graph.why("thing.md", "Stablecoin")
    assert (mention.target, theme.target) == ("other/stablecoin", "theme/stablecoins")
    [row] = theme.rows
    assert (row.pointer, row.rule, row.confidence) == ("/companies/0", "thing", mention.confidence)
    assert "Stablecoin (other/stablecoin) is the same thing as Stablecoins" in row.reasons[0].words


def test_a_topic_of_the_same_name_is_another_edge(graph):
    theme, topic = graph.why("the growth.md", "Growth")
    assert (theme.target, topic.target) == ("theme/growth", "topic/growth")
    assert list_reasons(topic) == [("/topics/0", "Growth", "listed", [])]
    assert [edge.target for edge in graph.why("the growth.md", "topic/Growth")] == ["topic/growth"]


def test_of_another_theme_it_is_said_what_the_episode_is_about(graph):
    with pytest.raises(UnknownNameError) as caught:
        graph.why("thing.md", "growth")
    assert str(caught.value).startswith(
        "'A walk' is not about the theme Growth (theme/growth): it is about Stablecoins "
        "(`kgraph why-not theme/growth thing.md`); it mentions Stablecoin"
    )
    with pytest.raises(UnknownNameError, match="it is about no theme"):
        graph.why("advert.md", "Stablecoins")  # an advert's theme is no theme of the episode


def test_why_not_tells_which_quotes_come_near_a_theme(graph):
    facts = graph.why_not("Growth", "near.md")
    assert (facts.thing.id, facts.is_so, facts.note) == ("theme/growth", False, "")
    assert facts.answer == ("A topic string names Growth, and no word of its quote bears that out.")
    near = [
        (r.kind, [(row.pointer, row.surface, row.rule) for row in r.rows]) for r in facts.reasons
    ]
    assert near == [
        ("unsupported", [("/quotes/0", "growth", "unsupported")]),
        ("unnamed", [("/quotes/1", "doubled", "unnamed")]),
        ("absent", []),
    ]
    facts = graph.why_not("theme/stablecoins", "advert.md")
    assert [reason.kind for reason in facts.reasons] == ["advertised", "absent"]
    assert "or a mention of Stablecoin (other/stablecoin)" in facts.reasons[1].words
    facts = graph.why_not("theme/crypto", "near.md")
    assert [reason.kind for reason in facts.reasons] == ["absent"]
    assert facts.reasons[0].words.endswith("; or to be about a narrower theme.")


def test_why_not_of_a_theme_that_the_episode_is_about_says_so(graph):
    facts = graph.why_not("theme/growth", "the growth.md")
    [reason] = facts.reasons
    assert (facts.is_so, facts.answer) == (True, "The episode is about Growth.")
    assert reason.words == "`kgraph why 'the growth.md' theme/growth` tells by which rows."
    assert reason.rows == graph.why("the growth.md", "theme/growth")[0].rows


def test_the_view_gives_the_same_edges(graph):
    facts = view_evidence(OpenGraph(graph.store), WhyRequest("the growth.md", "Growth", steps=True))
    assert facts.edges == graph.why("the growth.md", "Growth")
    assert (facts.show, facts.note) == (None, "")


def test_every_theme_of_the_graph_is_explained_and_no_other(sample):
    themes, concepts = sample.shared.themes, load_themes().concepts
    rows = 0
    for episode in sample.graph:
        own = {f"theme/{key}" for key in list_episode_themes(episode)}
        broader = {f"theme/{concepts[id_.partition('/')[2]].broader}" for id_ in own}
        explained = {
            edge.target: edge
            for id_ in themes
            for edge in explain_terms(episode, id_, sample.shared)
        }
        assert explained.keys() == (own | broader) & themes.keys()
        for edge in explained.values():
            assert edge.rows
            rows += len(edge.rows)
            words = [reason.words for row in edge.rows for reason in row.reasons]
            assert not any("build again" in text for text in words)
    assert rows > 100


def test_words_that_are_no_longer_in_the_lists_are_not_made_up(graph, monkeypatch):
    monkeypatch.setattr(theme_words, "_load_word_lists", dict)
    theme_words.load_theme_words.cache_clear()
    try:
        [edge] = graph.why("the growth.md", "theme/growth")
    finally:
        monkeypatch.undo()
        theme_words.load_theme_words.cache_clear()
    words = "none of the quote is in the lists for Growth of this version: build again"
    assert [reason.words for row in edge.rows for reason in row.reasons][1:] == [words]
