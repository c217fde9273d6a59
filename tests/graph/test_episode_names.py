"""An episode goes by the same names wherever it can be named; a wrong one meets near ones."""

import msgspec
import pytest

from kgraph.analysis import fetch_answer_table
from kgraph.base.errors import UnknownNameError
from kgraph.graph import EpisodeSummary, Selection
from kgraph.graph.finding import find_episode
from kgraph.views.open_graph import OpenGraph
from kgraph.views.registry import VIEW_OPERATIONS
from kgraph.views.thing import look_up
from kgraph.views.why import explain_by_name

OUTLINES = {
    "one": EpisodeSummary(("2025/talk-one.md", "copy.md"), "Rings the Bell"),
    "two": EpisodeSummary(("b.md",), "one"),  # its title is the other's slug
    "three": EpisodeSummary(("no-suffix",), "Rings the bell!"),
}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("one", "one"),
        ("episode/one", "one"),
        ("2025/talk-one.md", "one"),
        ("talk-one.md", "one"),
        ("talk-one", "one"),
        ("copy", "one"),
        ("RINGS, the bell", "one"),
        ("no-suffix", "three"),
        ("b.md", "two"),
    ],
)
def test_an_episode_goes_by_slug_id_file_or_title(name, slug):
    assert find_episode(OUTLINES, name) == slug


@pytest.mark.parametrize("name", ["", "Rang the Bell", "talk"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(UnknownNameError, match="no such episode: (did you mean|give its)"):
        find_episode(OUTLINES, name)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("the bell", ("Rings the Bell", "Rings the bell!")),
        ("Rang the Bell", ("Rings the Bell", "Rings the bell!")),
        ("ell", ()),
    ],
)
def test_titles_that_hold_a_name_or_are_spelt_like_it_are_suggested(name, near):
    with pytest.raises(UnknownNameError) as raised:
        find_episode(OUTLINES, name)
    assert raised.value.suggestions == near


def test_of_titles_that_hold_a_name_the_shortest_are_suggested():
    titles = [f"{'Much about ' * n}the bell" for n in range(9, 0, -1)]
    outlines = {str(n): EpisodeSummary((), title) for n, title in enumerate(titles)}
    with pytest.raises(UnknownNameError) as raised:
        find_episode(outlines, "The Bell")
    assert raised.value.suggestions == tuple(titles[:3:-1])


def asked(store, question, **given):
    fact = VIEW_OPERATIONS[question]
    return fact.run(OpenGraph(store), msgspec.convert(given, fact.parameters)).episode.id


def titled(store, title):
    [slug] = [slug for slug, o in store.shared.summaries.items() if o.title == title]
    return f"episode/{slug}"


def answered(store, name):
    rows = fetch_answer_table(store, "which-one", {"episode": name, "name": "OpenAI"}).rows
    # Of the two episodes, one speaks of OpenAI.
    return titled(store, "First talk") if [row[0] for row in rows] == ["OpenAI"] else ""


WAYS = {
    "show": lambda store, name: f"episode/{look_up(OpenGraph(store), name).episode.slug}",
    "why": lambda store, name: titled(store, explain_by_name(store, name, "OpenAI")[0].episode),
    "export": lambda store, name: "".join(
        one.id for one in store.graph.select(Selection(episodes=frozenset({name})))
    ),
    "page": lambda store, name: asked(store, "episode", name=name),
    "page of reasons": lambda store, name: asked(store, "why", episode=name, name="OpenAI"),
    "question": answered,
}
"""Where an episode can be named -> the id of the one that was meant."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "name",
    ["episode/youtube-abcdefghijk", "youtube-abcdefghijk", "a.md", "a", "First talk", "FIRST-TALK"],
)
def test_each_way_takes_each_name(store, way, name):
    assert WAYS[way](store, name) == "episode/youtube-abcdefghijk"


@pytest.mark.parametrize("way", WAYS)
def test_each_way_names_what_is_near(store, way):
    with pytest.raises(UnknownNameError, match="did you mean.*First talk"):
        WAYS[way](store, "Frist talk")
