"""Decisions for a reader: found by what they decided, a part at a time, each with its reasons.

Takes a graph and what is sought (:class:`Seek`), gives :class:`Decisions`: one part of the
decisions that fit, and how many there are by type and by rule. :mod:`kgraph.views.audit_tables` gives
all of them as tables, for programs. A decision knows the commands that would judge it; only
names can be judged (:mod:`kgraph.resolve.judgements`), so those of shows, quotes and themes
have none.
"""

from __future__ import annotations

import heapq
import shlex
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import NamedTuple

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.model import NOISE, Reason
from kgraph.base.text import counted, shorten
from kgraph.graph import EpisodeGraph, Graph, MentionEdge, Quote, RowDecision
from kgraph.rdf.episode import row_id
from kgraph.resolve.name_counts import core
from kgraph.views.review import CLOSED

ORDERS = ("graph", "least", "most")
"""As they stand in the graph, the least sure first, the surest first."""


class Seek(msgspec.Struct, frozen=True):
    """Which decisions are wanted; the default takes all.

    Attributes:
        text: a part of the name, of what it became, or of the place, in any case.
        type: what it was taken for; "noise" for what was rejected.
        rule: what decided.
        at_least, at_most: bounds of the confidence, in [0, 1].
        order: one of :data:`ORDERS`.
    """

    text: str = ""
    type: str = ""
    rule: str = ""
    at_least: float = 0.0
    at_most: float = 1.0
    order: str = "graph"


class Decided(msgspec.Struct, frozen=True):
    """One decision.

    Attributes:
        name: what was decided on: a name as written, a file, a quote's text, a topic string.
        label: what it was taken for; "" for nothing.
        id: relative IRI of that.
        type: its type; "noise" when it was rejected.
        rule: what decided.
        confidence: probability that the decision is right.
        reasons: why.
        place: where it stands, in words, and ``place_id``, as a relative IRI.
        context: the words around it.
        commands: what would judge it: who would say that it is right, and that it is wrong.
    """

    name: str
    label: str
    id: str
    type: str
    rule: str
    confidence: float
    reasons: tuple[Reason, ...] = ()
    place: str = ""
    place_id: str = ""
    context: str = ""
    commands: tuple[str, ...] = ()


class Decisions(msgspec.Struct, frozen=True):
    """A part of the decisions that fit.

    Attributes:
        total: how many fit.
        decided: the part, in order.
        types: how many fit by type, were no type sought; most first.
        rules: how many fit by rule, were no rule sought; most first.
    """

    total: int
    decided: tuple[Decided, ...]
    types: tuple[tuple[str, int], ...] = ()
    rules: tuple[tuple[str, int], ...] = ()


class _Brief(NamedTuple):
    """What a decision is found by, and what makes the whole of it.

    Attributes:
        place: title, file and id of the episode, by which it is found too.
    """

    name: str
    label: str
    place: str
    type: str
    rule: str
    confidence: float
    make: Callable[[], Decided]

    def holds(self, text: str) -> bool:
        return any(text in words.casefold() for words in (self.name, self.label, self.place))


def decisions(graph: Graph, what: str, seek: Seek, offset: int = 0, limit: int = 50) -> Decisions:
    """The decisions that fit, one part of them.

    Args:
        graph: where.
        what: a name in :data:`SOUGHT`.
        seek: which.
        offset: how many to pass over.
        limit: how many to give at the most.

    Raises:
        InputError: there is no such audit or order, nothing of that type or rule in the graph,
            or the lower bound is above the upper one.
    """
    if what not in SOUGHT:
        raise InputError(f"{what}: no such decisions; choose one of {', '.join(SOUGHT)}")
    if seek.order not in ORDERS:
        raise InputError(f"{seek.order}: no such order; choose one of {', '.join(ORDERS)}")
    if seek.at_least > seek.at_most:
        raise InputError(
            f"at least {seek.at_least:.0%} is above at most {seek.at_most:.0%}: "
            "no decision is as sure as both"
        )
    count = _Count(seek)
    fitting = filter(count.takes, SOUGHT[what](graph))
    part = list(islice(_ordered(fitting, seek.order, offset + limit), offset, offset + limit))
    for _ in fitting:  # those behind the part are counted, too
        pass
    if not count.total:
        _refuse_unmet(graph, what, seek)
    made = tuple(brief.make() for brief in part)
    return Decisions(count.total, made, _most(count.types), _most(count.rules))


def _ordered(found: Iterator[_Brief], order: str, most: int) -> Iterator[_Brief]:
    """The first so many in an order; of equals, the first in the graph."""
    if order == "least":
        return iter(heapq.nsmallest(most, found, key=lambda brief: brief.confidence))
    if order == "most":
        return iter(heapq.nlargest(most, found, key=lambda brief: brief.confidence))
    return found


class _Count:
    """Counts what fits while it is walked."""

    def __init__(self, seek: Seek) -> None:
        self._seek = seek
        self._text = seek.text.casefold()
        self.total = 0
        self.types: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()

    def takes(self, brief: _Brief) -> bool:
        """Whether it fits; of what fits but for its type or rule, these are counted."""
        seek = self._seek
        if not seek.at_least <= brief.confidence <= seek.at_most or not brief.holds(self._text):
            return False
        of_type, of_rule = seek.type in ("", brief.type), seek.rule in ("", brief.rule)
        self.types[brief.type] += of_rule
        self.rules[brief.rule] += of_type
        self.total += of_type and of_rule
        return of_type and of_rule


def _refuse_unmet(graph: Graph, what: str, seek: Seek) -> None:
    """Refuse a type or a rule that no decision has, fitting or not.

    Raises:
        InputError: there is none of it.
    """
    for name in ("type", "rule"):
        if value := getattr(seek, name):
            met = {getattr(brief, name) for brief in SOUGHT[what](graph)}
            if value not in met:
                others = ", ".join(sorted(met - {""}))
                hint = f"choose one of {others}" if others else "leave it out"
                raise InputError(f"{name}={shorten(value)}: no decision here has it: {hint}")


def _most(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    found = [(value, n) for value, n in counts.items() if value and n]
    return tuple(sorted(found, key=lambda item: (-item[1], item[0])))


# -- what is walked ----------------------------------------------------------------


def _mentions(graph: Graph) -> Iterator[_Brief]:
    for episode in graph:
        places = [f"{episode.main.title}\n{f.file}\n{episode.id}" for f in episode.files]
        for mention in episode.mentions:
            for row in mention.rows:
                yield _Brief(
                    row.surface,
                    mention.label,
                    places[row.file],
                    mention.type,
                    row.rule,
                    row.confidence,
                    partial(_mention, episode, mention, row),
                )


def _mention(episode: EpisodeGraph, mention: MentionEdge, row: RowDecision) -> Decided:
    return Decided(
        row.surface,
        mention.label if mention.accepted else "",
        mention.target if mention.accepted else "",
        mention.type,
        row.rule,
        row.confidence,
        row.reasons,
        f"{episode.main.title}, row {row.index}",
        row_id(episode, row.file, "companies", row.index),
        episode.row("companies", row.file, row.index).text("context"),
        commands(row.surface, mention.type, row.rule),
    )


def commands(surface: str, type_: str, rule: str) -> tuple[str, ...]:
    """The commands that judge a name: that its decision is right, and that it is wrong.

    Args:
        surface: as written.
        type_: what it was taken for.
        rule: what decided; what a judgement decided, or names several things, has none.

    >>> commands("So Acme", "company", "known")
    ('kgraph judge accept Acme', 'kgraph judge reject Acme')
    """
    if rule in CLOSED:
        return ()
    name = core(surface) or surface
    quoted = f"-- {shlex.quote(name)}" if name.startswith("-") else shlex.quote(name)
    if type_ == NOISE:
        return (f"kgraph judge reject {quoted}", f"kgraph judge accept --type company {quoted}")
    return (f"kgraph judge accept {quoted}", f"kgraph judge reject {quoted}")


def _shows(graph: Graph) -> Iterator[_Brief]:
    for episode in graph:
        show = episode.show
        rule = max(show.reasons, key=lambda r: r.weight).part if show and show.reasons else ""
        for file in episode.files:
            yield _Brief(
                file.file,
                show.label if show else "",
                file.title,
                "show" if show else "undecided",
                rule,
                show.confidence if show else 0.0,
                partial(_show, episode, file.file, rule),
            )


def _show(episode: EpisodeGraph, file: str, rule: str) -> Decided:
    show = episode.show
    found = (show.label, show.target) if show else ("", "")
    return Decided(
        file,
        *found,
        "show" if show else "undecided",
        rule,
        show.confidence if show else 0.0,
        show.reasons if show else (),
        episode.main.title,
        episode.id,
    )


def _quotes(graph: Graph) -> Iterator[_Brief]:
    for episode in graph:
        for quote in episode.quotes:
            rule = quote.reasons[0].part if quote.reasons else ""
            yield _Brief(
                quote.text,
                "",
                episode.main.title,
                "advert" if quote.is_advert else "quote",
                rule,
                max(quote.advert, 1 - quote.advert),
                partial(_quote, episode, quote, rule),
            )


def _quote(episode: EpisodeGraph, quote: Quote, rule: str) -> Decided:
    return Decided(
        quote.text,
        "advert" if quote.is_advert else "no advert",
        quote.id,
        "advert" if quote.is_advert else "quote",
        rule,
        max(quote.advert, 1 - quote.advert),
        quote.reasons,
        episode.main.title,
        episode.id,
    )


def _themes(graph: Graph) -> Iterator[_Brief]:
    for id_, term in graph.shared.themes.items():
        broader = graph.shared.themes.get(term.broader)
        above = broader.label if broader else ""
        for spelling, count in term.spellings.items():
            told = Decided(
                spelling,
                term.label,
                id_,
                "theme",
                "",
                1.0,
                (),
                counted(count, "row"),
                "",
                above,
            )
            yield _Brief(spelling, term.label, above, "theme", "", 1.0, partial(_itself, told))


def _itself(decided: Decided) -> Decided:
    return decided


SOUGHT: dict[str, Callable[[Graph], Iterator[_Brief]]] = {
    "mentions": _mentions,
    "shows": _shows,
    "quotes": _quotes,
    "themes": _themes,
}
"""By the name that ``kgraph audit`` takes; the accounting (``rows``) is a table of its own."""
