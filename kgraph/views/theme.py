"""One theme: its place in the scheme, its strings, what goes with it, what is said of it."""

from __future__ import annotations

import msgspec

from kgraph.search.top import episodes_of_theme
from kgraph.views.associated import COMPANIES, beside_of
from kgraph.views.entity import ROWS, Named, Spelling, spellings, timeline
from kgraph.views.open_graph import Shelf
from kgraph.views.top_quotes import filed
from kgraph.views.values import Beside, EpisodeLine, Month, Saying, Thing

LEAST = 3
"""Episodes of a theme that must mention a company for it to be listed beside the theme."""


class ThemeFacts(msgspec.Struct, frozen=True):
    """What is known of a theme.

    Attributes:
        thing: what it is.
        broader: from the nearest to the uppermost.
        narrower: what is filed under it.
        spellings: topic strings that were taken for it, the most frequent first.
        written: how many different ones there are.
        rows: how many topic strings of quotes were, in all.
        episodes: how many have a quote that is filed under it or under a narrower one.
        undated: of how many of them no date of publication is known.
        timeline: months of the corpus.
        beside: companies, by association.
        quotes: the best that are filed under it.
        latest: its newest episodes.
    """

    thing: Thing
    broader: list[Thing]
    narrower: list[Thing]
    spellings: list[Spelling]
    written: int
    rows: int
    episodes: int
    undated: int
    timeline: list[Month]
    beside: list[Beside]
    quotes: list[Saying]
    latest: list[EpisodeLine]


def theme(shelf: Shelf, asked: Named) -> ThemeFacts:
    """What is known of a theme: broader and narrower ones, its strings, timeline, companies \
beside it, best quotes, newest episodes.

    Raises:
        UnknownNameError: there is no such theme; near names are suggested.
    """
    id_ = shelf.theme(asked.name)
    term = shelf.shared.themes[id_]
    slugs = episodes_of_theme(shelf.index, id_)
    return ThemeFacts(
        shelf.thing(id_),
        _broader(shelf, id_),
        [shelf.thing(n) for n, other in shelf.shared.themes.items() if other.broader == id_],
        spellings(term.spellings),
        len(term.spellings),
        sum(term.spellings.values()),
        len(slugs),
        shelf.undated(slugs),
        timeline(shelf, slugs),
        beside_of(shelf, dict.fromkeys(slugs, 1.0), COMPANIES, LEAST)[:ROWS],
        filed(shelf, id_, ROWS),
        [shelf.line(slug) for slug in shelf.newest(slugs)[:ROWS]],
    )


def _broader(shelf: Shelf, id_: str) -> list[Thing]:
    found: list[Thing] = []
    above = shelf.shared.themes[id_].broader
    while above in shelf.shared.themes:
        found.append(shelf.thing(above))
        above = shelf.shared.themes[above].broader
    return found
