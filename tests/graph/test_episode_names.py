"""An episode goes by the same names wherever it can be named; a wrong one meets near ones."""

import msgspec
import pytest

from kgraph.analysis import table
from kgraph.base.errors import UnknownNameError
from kgraph.graph import Outline, Selection
from kgraph.graph.finding import episode_of
from kgraph.views.open_graph import Shelf
from kgraph.views.registry import FACTS
from kgraph.views.thing import show
from kgraph.views.why import why

OUTLINES = {
    "one": Outline(("2025/talk-one.md", "copy.md"), "Rings the Bell"),
    "two": Outline(("b.md",), "one"),  # its title is the other's slug
    "three": Outline(("no-suffix",), "Rings the bell!"),
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
    assert episode_of(OUTLINES, name) == slug


@pytest.mark.parametrize("name", ["", "Rang the Bell", "talk"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(UnknownNameError, match="no such episode: (did you mean|give its)"):
        episode_of(OUTLINES, name)


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
        episode_of(OUTLINES, name)
    assert raised.value.suggestions == near


def test_of_titles_that_hold_a_name_the_shortest_are_suggested():
    titles = [f"{'Much about ' * n}the bell" for n in range(9, 0, -1)]
    outlines = {str(n): Outline((), title) for n, title in enumerate(titles)}
    with pytest.raises(UnknownNameError) as raised:
        episode_of(outlines, "The Bell")
    assert raised.value.suggestions == tuple(titles[:3:-1])


def asked(store, question, **given):
    fact = FACTS[question]
    return fact.run(Shelf(store), msgspec.convert(given, fact.asked)).episode.id


def titled(store, title):
    [slug] = [slug for slug, o in store.shared.outlines.items() if o.title == title]
    return f"episode/{slug}"


def answered(store, name):
    rows = table(store, "which-one", {"episode": name, "name": "OpenAI"}).rows
    # Of the two episodes, one speaks of OpenAI.
    return titled(store, "First talk") if [row[0] for row in rows] == ["OpenAI"] else ""


WAYS = {
    "show": lambda store, name: f"episode/{show(store, name).episode.slug}",
    "why": lambda store, name: titled(store, why(store, name, "OpenAI")[0].episode),
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
