"""Decisions for a reader: found by what they decided, a part at a time, each with its reasons.

Takes a graph and what is sought (:class:`DecisionFilter`), gives :class:`Decisions`: one part of the
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
from kgraph.base.model import REJECTED, Reason
from kgraph.base.text import pluralize, shorten
from kgraph.graph import EpisodeGraph, Graph, MentionEdge, Quote, RowDecision
from kgraph.rdf.episode import row_id
from kgraph.resolve.name_counts import strip_surroundings
from kgraph.views.review import FINAL_RULES

DECISION_ORDERS = ("graph", "least", "most")
"""As they stand in the graph, the least sure first, the surest first."""


class DecisionFilter(msgspec.Struct, frozen=True):
    """Which decisions are wanted; the default takes all.

    Attributes:
        text: a part of the name, of what it became, or of the place, in any case.
        type: what it was taken for; "noise" for what was rejected.
        rule: what decided.
        at_least, at_most: bounds of the confidence, in [0, 1].
        order: one of :data:`DECISION_ORDERS`.
    """

    text: str = ""
    type: str = ""
    rule: str = ""
    min_confidence: float = 0.0
    max_confidence: float = 1.0
    order: str = "graph"


class DecisionRow(msgspec.Struct, frozen=True):
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
    decided: tuple[DecisionRow, ...]
    types: tuple[tuple[str, int], ...] = ()
    rules: tuple[tuple[str, int], ...] = ()


class _DecisionKey(NamedTuple):
    """What a decision is found by, and what makes the whole of it.

    Attributes:
        place: title, file and id of the episode, by which it is found too.
    """

    name: str
    label: str
    location: str
    type: str
    rule: str
    confidence: float
    build_row: Callable[[], DecisionRow]

    def contains(self, text: str) -> bool:
        return any(text in words.casefold() for words in (self.name, self.label, self.location))


def find_decisions(
    graph: Graph, what: str, seek: DecisionFilter, offset: int = 0, limit: int = 50
) -> Decisions:
    """The decisions that fit, one part of them.

    Args:
        graph: where.
        what: a name in :data:`DECISION_KINDS`.
        seek: which.
        offset: how many to pass over.
        limit: how many to give at the most.

    Raises:
        InputError: there is no such audit or order, nothing of that type or rule in the graph,
            or the lower bound is above the upper one.
    """
    if what not in DECISION_KINDS:
        raise InputError(f"{what}: no such decisions; choose one of {', '.join(DECISION_KINDS)}")
    if seek.order not in DECISION_ORDERS:
        raise InputError(f"{seek.order}: no such order; choose one of {', '.join(DECISION_ORDERS)}")
    if seek.min_confidence > seek.max_confidence:
        raise InputError(
            f"at least {seek.min_confidence:.0%} is above at most {seek.max_confidence:.0%}: "
            "no decision is as sure as both"
        )
    count = _FilterCounter(seek)
    fitting = filter(count.accepts, DECISION_KINDS[what](graph))
    part = list(islice(_sort_keys(fitting, seek.order, offset + limit), offset, offset + limit))
    for _ in fitting:  # those behind the part are counted, too
        pass
    if not count.total:
        _check_values_exist(graph, what, seek)
    made = tuple(brief.build_row() for brief in part)
    return Decisions(count.total, made, _rank_counts(count.types), _rank_counts(count.rules))


def _sort_keys(found: Iterator[_DecisionKey], order: str, most: int) -> Iterator[_DecisionKey]:
    """The first so many in an order; of equals, the first in the graph."""
    if order == "least":
        return iter(heapq.nsmallest(most, found, key=lambda brief: brief.confidence))
    if order == "most":
        return iter(heapq.nlargest(most, found, key=lambda brief: brief.confidence))
    return found


class _FilterCounter:
    """Counts what fits while it is walked."""

    def __init__(self, seek: DecisionFilter) -> None:
        self._filter = seek
        self._text = seek.text.casefold()
        self.total = 0
        self.types: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()

    def accepts(self, brief: _DecisionKey) -> bool:
        """Whether it fits; of what fits but for its type or rule, these are counted."""
        seek = self._filter
        if not seek.min_confidence <= brief.confidence <= seek.max_confidence or not brief.contains(
            self._text
        ):
            return False
        of_type, of_rule = seek.type in ("", brief.type), seek.rule in ("", brief.rule)
        self.types[brief.type] += of_rule
        self.rules[brief.rule] += of_type
        self.total += of_type and of_rule
        return of_type and of_rule


def _check_values_exist(graph: Graph, what: str, seek: DecisionFilter) -> None:
    """Refuse a type or a rule that no decision has, fitting or not.

    Raises:
        InputError: there is none of it.
    """
    for name in ("type", "rule"):
        if value := getattr(seek, name):
            met = {getattr(brief, name) for brief in DECISION_KINDS[what](graph)}
            if value not in met:
                others = ", ".join(sorted(met - {""}))
                hint = f"choose one of {others}" if others else "leave it out"
                raise InputError(f"{name}={shorten(value)}: no decision here has it: {hint}")


def _rank_counts(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    found = [(value, n) for value, n in counts.items() if value and n]
    return tuple(sorted(found, key=lambda item: (-item[1], item[0])))


# -- what is walked ----------------------------------------------------------------


def _mention_keys(graph: Graph) -> Iterator[_DecisionKey]:
    for episode in graph:
        places = [f"{episode.main_file.title}\n{f.file}\n{episode.id}" for f in episode.files]
        for mention in episode.mentions:
            for row in mention.rows:
                yield _DecisionKey(
                    row.surface,
                    mention.label,
                    places[row.file],
                    mention.type,
                    row.rule,
                    row.confidence,
                    partial(_mention_row, episode, mention, row),
                )


def _mention_row(episode: EpisodeGraph, mention: MentionEdge, row: RowDecision) -> DecisionRow:
    return DecisionRow(
        row.surface,
        mention.label if mention.is_accepted else "",
        mention.target if mention.is_accepted else "",
        mention.type,
        row.rule,
        row.confidence,
        row.reasons,
        f"{episode.main_file.title}, row {row.index}",
        row_id(episode, row.file, "companies", row.index),
        episode.find_row("companies", row.file, row.index).text("context"),
        suggest_judge_commands(row.surface, mention.type, row.rule),
    )


def suggest_judge_commands(surface: str, type_: str, rule: str) -> tuple[str, ...]:
    """The commands that judge a name: that its decision is right, and that it is wrong.

    Args:
        surface: as written.
        type_: what it was taken for.
        rule: what decided; what a judgement decided, or names several things, has none.

    >>> suggest_judge_commands("So Acme", "company", "known")
    ('kgraph judge accept Acme', 'kgraph judge reject Acme')
    """
    if rule in FINAL_RULES:
        return ()
    name = strip_surroundings(surface) or surface
    quoted = f"-- {shlex.quote(name)}" if name.startswith("-") else shlex.quote(name)
    if type_ == REJECTED:
        return (f"kgraph judge reject {quoted}", f"kgraph judge accept --type company {quoted}")
    return (f"kgraph judge accept {quoted}", f"kgraph judge reject {quoted}")


def _show_keys(graph: Graph) -> Iterator[_DecisionKey]:
    for episode in graph:
        show = episode.show
        rule = max(show.reasons, key=lambda r: r.weight).part if show and show.reasons else ""
        for file in episode.files:
            yield _DecisionKey(
                file.file,
                show.label if show else "",
                file.title,
                "show" if show else "undecided",
                rule,
                show.confidence if show else 0.0,
                partial(_show_row, episode, file.file, rule),
            )


def _show_row(episode: EpisodeGraph, file: str, rule: str) -> DecisionRow:
    show = episode.show
    found = (show.label, show.target) if show else ("", "")
    return DecisionRow(
        file,
        *found,
        "show" if show else "undecided",
        rule,
        show.confidence if show else 0.0,
        show.reasons if show else (),
        episode.main_file.title,
        episode.id,
    )


def _quote_keys(graph: Graph) -> Iterator[_DecisionKey]:
    for episode in graph:
        for quote in episode.quotes:
            rule = quote.reasons[0].part if quote.reasons else ""
            yield _DecisionKey(
                quote.text,
                "",
                episode.main_file.title,
                "advert" if quote.is_advert else "quote",
                rule,
                max(quote.advert, 1 - quote.advert),
                partial(_quote_row, episode, quote, rule),
            )


def _quote_row(episode: EpisodeGraph, quote: Quote, rule: str) -> DecisionRow:
    return DecisionRow(
        quote.text,
        "advert" if quote.is_advert else "no advert",
        quote.id,
        "advert" if quote.is_advert else "quote",
        rule,
        max(quote.advert, 1 - quote.advert),
        quote.reasons,
        episode.main_file.title,
        episode.id,
    )


def _theme_keys(graph: Graph) -> Iterator[_DecisionKey]:
    for id_, term in graph.shared.themes.items():
        broader = graph.shared.themes.get(term.broader)
        above = broader.label if broader else ""
        for spelling, count in term.spellings.items():
            told = DecisionRow(
                spelling,
                term.label,
                id_,
                "theme",
                "",
                1.0,
                (),
                pluralize(count, "row"),
                "",
                above,
            )
            yield _DecisionKey(
                spelling, term.label, above, "theme", "", 1.0, partial(_identity, told)
            )


def _identity(decided: DecisionRow) -> DecisionRow:
    return decided


DECISION_KINDS: dict[str, Callable[[Graph], Iterator[_DecisionKey]]] = {
    "mentions": _mention_keys,
    "shows": _show_keys,
    "quotes": _quote_keys,
    "themes": _theme_keys,
}
"""By the name that ``kgraph audit`` takes; the accounting (``rows``) is a table of its own."""
