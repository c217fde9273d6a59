"""The blocks of an atlas: what ``assets/data.js`` and ``facts.js`` read.

Takes what was gathered and where it stands, gives named blocks (:mod:`kgraph.atlas.codec`):

| block | holds |
|---|---|
| graph | all that the first picture needs |
| edges | edges that it does without: what is drawn only near |
| names | labels and spellings |
| facts | evidence of mentions, cards of episodes, ids |
| quotes-0 … | texts of quotes, in chunks of :data:`CHUNK` characters |
| contexts-0 … | the words around each mention, likewise |

Invariant: what the rest tells is not written, and the page works it out: coordinates, dates
and camps of leaves and quotes (those of their episode); the mention of a leaf and the standing
of a quote in its own episode; how sure a quote names a thing (as sure as its episode mentions
it); what stands behind an association (the episodes that mention both).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from kgraph.atlas.codec import Column, block, delta, share, text, u8, u16, uint
from kgraph.atlas.model import KINDS, TYPES, Array, Gathered, Places, without_quotes
from kgraph.atlas.regions import regions_of
from kgraph.atlas.transposed import by_target, naming, sets_of, standing_elsewhere
from kgraph.base.text import key
from kgraph.draw.legend import LOOKS, colours

CHUNK = 500_000
"""Characters of text in a block: some 5 ms to inflate, for one quote that is looked at."""

VERSION = 2
"""Of this format: raised when a reader of the last one would misread it."""

GRID = 8191
"""Steps of a coordinate over :data:`SPAN`: a tenth of what parts two quotes."""

SPAN = 1.0
"""Coordinates are kept in [-SPAN, SPAN]."""

RELEVANCE = 250
"""Steps of a relevance over [0, 1]."""

FIRST = ("associated", "states")
"""Kinds of edges that may be seen from afar."""

PLAIN = ("about", "keyword", "partOf")
"""Kinds of the others that are written as they are."""


def blocks_of(
    gathered: Gathered, places: Places, title: str, base: str, texts: bool
) -> dict[str, bytes]:
    """The blocks that hold no texts of quotes, by name, that of the first picture first.

    Args:
        gathered: what to say.
        places: where it stands.
        title: of the page.
        base: base of the instances' IRIs.
        texts: the file will hold :func:`texts_of` as well. Without its text a quote is
            nothing to look at: quotes are left out, and so are names of files.
    """
    gathered = gathered if texts else without_quotes(gathered)
    return {
        "graph": block(
            [*_nodes(gathered, places), *_regions(gathered, places), *_plain(gathered, FIRST)],
            _meta(gathered, places, title, base, texts),
        ),
        "edges": block([*_plain(gathered, PLAIN), *_turned(gathered)]),
        "names": block(_names(gathered)),
        "facts": block(_facts(gathered, texts), _words(gathered)),
    }


def texts_of(gathered: Gathered) -> dict[str, bytes]:
    """The blocks of texts, by name."""
    quotes, contexts = gathered.quotes, gathered.rows.context
    found = {}
    for number, (start, end) in enumerate(_spans(quotes.text)):
        keys = np.frombuffer(bytes.fromhex("".join(quotes.key[start:end])), "u1")
        columns = [*text("text", quotes.text[start:end]), u8("key", keys)]
        found[f"quotes-{number}"] = block(columns)
    for number, (start, end) in enumerate(_spans(contexts)):
        found[f"contexts-{number}"] = block(text("text", contexts[start:end]))
    return found


def _spans(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Numbers of the first text of each chunk, and of that after its last."""
    start = size = 0
    for number, one in enumerate(texts, 1):
        size += len(one)
        if size >= CHUNK or number == len(texts):
            yield start, number
            start, size = number, 0


def _meta(gathered: Gathered, places: Places, title: str, base: str, texts: bool) -> dict[str, Any]:
    sizes = gathered.ranges
    starts = np.cumsum([0, sizes.core, sizes.episodes, sizes.leaves, sizes.quotes]).tolist()
    names = ("core", "episodes", "leaves", "quotes")
    days = [thing.first for thing in gathered.things[sizes.core : sizes.placed] if thing.dated]
    long = {"quotes": gathered.quotes.text, "contexts": gathered.rows.context} if texts else {}
    return {
        "version": VERSION,
        "title": title,
        "base": base,
        "types": TYPES,
        "looks": colours(),
        "plurals": {type_: LOOKS[type_].plural for type_ in TYPES},
        "edgeKinds": KINDS,
        "ranges": {name: starts[n : n + 2] for n, name in enumerate(names)},
        "edges": [len(gathered.edges[kind]) for kind in KINDS],
        "dates": [min(days), max(days)] if days else [],
        "communities": places.communities,
        "regions": places.regions,
        "span": SPAN,
        "spacing": places.spacing,
        "scale": places.scale,
        "chunks": {name: [start for start, _ in _spans(found)] for name, found in long.items()},
    }


def _nodes(gathered: Gathered, places: Places) -> list[Column]:
    ranges, things, quotes = gathered.ranges, gathered.things, gathered.quotes
    core, placed, leaves = things[: ranges.core], things[: ranges.placed], things[ranges.placed :]
    return [
        u8("type", [TYPES.index(thing.type) for thing in core]),
        u16("x", _grid(np.clip(places.x, -SPAN, SPAN))),
        u16("y", _grid(np.clip(places.y, -SPAN, SPAN))),
        u16("community", places.community),
        u8("weight", share([thing.weight for thing in placed])),
        u8("confidence", share([thing.confidence for thing in core])),
        delta("first", [thing.first for thing in placed]),
        uint("lasting", [thing.last - thing.first for thing in core]),
        uint("count", [thing.count for thing in placed]),
        delta("show", gathered.show),
        uint("leaf.held", _held(gathered.parent, gathered)),
        u8("leaf.type", [TYPES.index(thing.type) for thing in leaves]),
        uint("quote.held", _held(quotes.parent, gathered)),
        delta("quote.relevance", np.rint(np.array(quotes.relevance) * RELEVANCE)),
        u8("quote.advert", quotes.advert),
        u8("quote.count", np.minimum(quotes.count, 255)),
    ]


def _held(parents: Sequence[int], gathered: Gathered) -> Array:
    """How many nodes each episode is the parent of."""
    ranges = gathered.ranges
    own = np.array(parents, dtype=np.int64) - ranges.core
    return np.bincount(own, minlength=ranges.episodes)


def _grid(coordinates: Array) -> Array:
    return np.rint((coordinates + SPAN) * (GRID / (2 * SPAN)))


def _regions(gathered: Gathered, places: Places) -> Iterator[Column]:
    core = gathered.ranges.core
    weight = np.array([thing.weight for thing in gathered.things[:core]])
    x, y, camps = places.x[:core], places.y[:core], np.asarray(places.community[:core])
    regions = regions_of(x, y, weight, camps)
    rings = [ring for region in regions for ring in region.rings]
    points = np.concatenate([*rings, np.zeros((0, 2))])
    yield u8("land.community", [region.community for region in regions])
    yield u8("land.rings", [len(region.rings) for region in regions])
    yield uint("ring.points", [len(ring) for ring in rings])
    yield delta("ring.x", _grid(points[:, 0]))
    yield delta("ring.y", _grid(points[:, 1]))


def _plain(gathered: Gathered, kinds: Sequence[str]) -> Iterator[Column]:
    for kind in kinds:
        edges = gathered.edges[kind]
        yield delta(f"{kind}.source", edges.source)
        yield delta(f"{kind}.target", edges.target)
        yield u8(f"{kind}.strength", share(edges.strength))


def _turned(gathered: Gathered) -> Iterator[Column]:
    held, gaps = by_target(gathered)
    yield uint("mentions.held", held)
    yield uint("mentions.gap", gaps)
    yield u8("mentions.strength", share(gathered.edges["mentions"].strength))
    elsewhere = standing_elsewhere(gathered)
    yield delta("quoted.source", elsewhere.source)
    yield delta("quoted.target", elsewhere.target)
    yield u8("quoted.strength", share(elsewhere.strength))
    held, gaps = naming(gathered)
    yield uint("names.held", held)
    yield uint("names.gap", gaps)
    sizes, members, chosen = sets_of(gathered)
    yield uint("theme.size", sizes)
    yield delta("theme.member", members)
    yield uint("theme.set", chosen)


def _names(gathered: Gathered) -> list[Column]:
    """Labels of all but quotes; spellings, "" for the label itself, with counts."""
    things = gathered.things
    return [
        *text("label", [thing.label for thing in things]),
        uint("spellings", [len(thing.spellings) for thing in things]),
        *text("spelling", ["" if s == t.label else s for t in things for s, _ in t.spellings]),
        uint("spelling.count", [count for thing in things for _, count in thing.spellings]),
    ]


def _words(gathered: Gathered) -> dict[str, Any]:
    """Words that many facts share, by number."""
    return {"rules": gathered.rows.rules, "details": _details(gathered)}


def _details(gathered: Gathered) -> list[str]:
    return sorted({thing.detail for thing in gathered.things})


def _facts(gathered: Gathered, texts: bool) -> list[Column]:
    rows, cards, things = gathered.rows, gathered.cards, gathered.things
    number = {detail: n for n, detail in enumerate(_details(gathered))}
    several = np.repeat(np.array(rows.behind) > 1, rows.behind)
    return [
        *text("id", [_short_id(thing.id, thing.label) for thing in things]),
        uint("detail", [number[thing.detail] for thing in things]),
        *text("file", [card.file if texts else "" for card in cards]),
        *text("url", [card.url for card in cards]),
        *text("summary", [card.summary for card in cards]),
        *text("date", [card.date for card in cards]),
        uint("rows", rows.behind),
        uint("row.surface", rows.surface),
        u8("row.rule", rows.rule),
        u8("row.stated", rows.stated),
        # A single row is as sure as its mention.
        u8("row.confidence", share(rows.confidence)[several]),
    ]


def _short_id(id_: str, label: str) -> str:
    """The id after its type, or "" where the letters and digits of the label are it."""
    name = id_.partition("/")[2]
    return "" if label.isascii() and name == key(label) else name


def full_id(kind: str, short: str, label: str) -> str:
    """What :func:`_short_id` shortened."""
    return f"{kind}/{short or key(label)}"
