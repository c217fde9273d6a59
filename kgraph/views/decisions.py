"""Decisions, filtered, sorted and paged, each with its reasons.

A decision lists the commands that judge it. Only names can be judged
(:mod:`kgraph.resolve.judgements`), so decisions on shows, quotes and themes have none.
:mod:`kgraph.views.audit_tables` returns all decisions as tables, for programs.
"""

from __future__ import annotations

import heapq
import shlex
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from kgraph.base.errors import InputError
from kgraph.base.model import REJECTED, Reason
from kgraph.base.text import pluralize, shorten
from kgraph.graph import EpisodeGraph, Graph, RowDecision
from kgraph.rdf.episode import row_id
from kgraph.views.review import FINAL_RULES, core_name
from kgraph.views.values import rank_counts

#: Orders of decisions: as in the graph, least confident first, most confident first.
DECISION_ORDERS = ("graph", "least", "most")


class DecisionFilter(msgspec.Struct, frozen=True):
    """Which decisions to return, and in which order; the default is all."""

    text: str = ""  #: part of the name, of the label, or of the location; case is ignored
    type: str = ""  #: "noise" for what was rejected
    rule: str = ""
    min_confidence: float = 0.0
    max_confidence: float = 1.0
    order: str = "graph"  #: one of :data:`DECISION_ORDERS`


class DecisionRow(msgspec.Struct, frozen=True):
    """One decision."""

    name: str  #: what was decided on: a name as written, a file, a quote's text, a topic string
    label: str  #: what it was taken for; "" for nothing
    id: str  #: relative IRI of what it was taken for; "" for nothing
    type: str  #: type of what it was taken for; "noise" if it was rejected
    rule: str
    confidence: float  #: probability that the decision is right
    reasons: tuple[Reason, ...] = ()
    place: str = ""  #: its location, in words
    place_id: str = ""  #: relative IRI of the location
    context: str = ""  #: the words around the name; of a theme, the broader theme
    commands: tuple[str, ...] = ()  #: the command that confirms it, and the one that corrects it


class Decisions(msgspec.Struct, frozen=True):
    """A page of decisions."""

    total: int  #: number of decisions that match
    decided: tuple[DecisionRow, ...]
    #: matching decisions by type, if the filter had none; most first
    types: tuple[tuple[str, int], ...] = ()
    #: matching decisions by rule, if the filter had none; most first
    rules: tuple[tuple[str, int], ...] = ()


class _Candidate(NamedTuple):
    """A decision that may match a filter.

    It lacks what is slow to compute; :func:`_complete` adds that to those that are returned.
    """

    decision: DecisionRow
    texts: tuple[str, ...]  #: what the filter's text is searched in
    row: tuple[EpisodeGraph, RowDecision] | None = None  #: of a decision on a name


def find_decisions(
    graph: Graph, kind: str, criteria: DecisionFilter, offset: int = 0, limit: int = 50
) -> Decisions:
    """Find decisions of one of :data:`DECISION_KINDS`, and count them by type and by rule.

    Raises:
        InputError: there is no such kind or order, no decision of the type or rule, or the
            bounds of the confidence exclude each other.
    """
    if kind not in DECISION_KINDS:
        raise InputError(f"{kind}: no such decisions; choose one of {', '.join(DECISION_KINDS)}")
    if criteria.order not in DECISION_ORDERS:
        raise InputError(
            f"{criteria.order}: no such order; choose one of {', '.join(DECISION_ORDERS)}"
        )
    least, most = criteria.min_confidence, criteria.max_confidence
    if least > most:
        raise InputError(
            f"at least {least:.0%} is above at most {most:.0%}: no decision can match both"
        )
    types: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    matches = _iterate_matches(DECISION_KINDS[kind](graph), criteria, types, rules)
    # In each order all matches are read, since reading counts them; only the first are kept.
    # Decisions of equal confidence stay in the order of the graph.
    end = offset + limit
    if criteria.order == "least":
        first = heapq.nsmallest(end, matches, key=lambda match: match.decision.confidence)
    elif criteria.order == "most":
        first = heapq.nlargest(end, matches, key=lambda match: match.decision.confidence)
    else:
        first = list(islice(matches, end))
        for _ in matches:
            pass
    total = types[criteria.type] if criteria.type else types.total()
    if not total:
        _check_values_exist(graph, kind, criteria)
    return Decisions(
        total, tuple(map(_complete, first[offset:])), _list_counts(types), _list_counts(rules)
    )


def _iterate_matches(
    candidates: Iterator[_Candidate],
    criteria: DecisionFilter,
    types: Counter[str],
    rules: Counter[str],
) -> Iterator[_Candidate]:
    """Yield what matches, and count it.

    The counts by type ignore the filter's type, so that they show what another choice would give;
    those by rule ignore its rule.
    """
    text = criteria.text.casefold()
    for candidate in candidates:
        decision = candidate.decision
        if not criteria.min_confidence <= decision.confidence <= criteria.max_confidence:
            continue
        if not any(text in value.casefold() for value in candidate.texts):
            continue
        has_type = criteria.type in ("", decision.type)
        has_rule = criteria.rule in ("", decision.rule)
        types[decision.type] += has_rule
        rules[decision.rule] += has_type
        if has_type and has_rule:
            yield candidate


def _check_values_exist(graph: Graph, kind: str, criteria: DecisionFilter) -> None:
    """Refuse a type or a rule that no decision has, whatever the other filters."""
    for name in ("type", "rule"):
        if value := getattr(criteria, name):
            values = {getattr(c.decision, name) for c in DECISION_KINDS[kind](graph)}
            if value not in values:
                listed = ", ".join(sorted(values - {""}))
                hint = f"choose one of {listed}" if listed else "leave it out"
                raise InputError(f"{name}={shorten(value)}: no decision here has it: {hint}")


def _list_counts(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple((value, n) for value, n in rank_counts(counts) if value and n)


def _complete(candidate: _Candidate) -> DecisionRow:
    if candidate.row is None:
        return candidate.decision
    decision, (episode, row) = candidate.decision, candidate.row
    return replace(
        decision,
        place=f"{episode.main_file.title}, row {row.index}",
        place_id=row_id(episode, row.file, "companies", row.index),
        context=episode.find_row("companies", row.file, row.index).text("context"),
        commands=suggest_judge_commands(row.surface, decision.type, row.rule),
    )


def suggest_judge_commands(surface: str, type_: str, rule: str) -> tuple[str, ...]:
    """Return the command that confirms the decision on a name, and the one that corrects it.

    There are none if one of :data:`kgraph.views.review.FINAL_RULES` decided.

    >>> suggest_judge_commands("So Acme", "company", "known")
    ('kgraph judge accept Acme', 'kgraph judge reject Acme')
    """
    if rule in FINAL_RULES:
        return ()
    name = core_name(surface)
    quoted = f"-- {shlex.quote(name)}" if name.startswith("-") else shlex.quote(name)
    if type_ == REJECTED:
        return (f"kgraph judge reject {quoted}", f"kgraph judge accept --type company {quoted}")
    return (f"kgraph judge accept {quoted}", f"kgraph judge reject {quoted}")


def _iterate_mentions(graph: Graph) -> Iterator[_Candidate]:
    for episode in graph:
        title = episode.main_file.title
        locations = [f"{title}\n{file.file}\n{episode.id}" for file in episode.files]
        for mention in episode.mentions:
            for row in mention.rows:
                yield _Candidate(
                    DecisionRow(
                        row.surface,
                        mention.label if mention.is_accepted else "",
                        mention.target if mention.is_accepted else "",
                        mention.type,
                        row.rule,
                        row.confidence,
                        row.reasons,
                    ),
                    (row.surface, mention.label, locations[row.file]),
                    (episode, row),
                )


def _iterate_shows(graph: Graph) -> Iterator[_Candidate]:
    for episode in graph:
        show = episode.show
        rule = max(show.reasons, key=lambda r: r.weight).part if show and show.reasons else ""
        for file in episode.files:
            yield _Candidate(
                DecisionRow(
                    file.file,
                    show.label if show else "",
                    show.target if show else "",
                    "show" if show else "undecided",
                    rule,
                    show.confidence if show else 0.0,
                    show.reasons if show else (),
                    episode.main_file.title,
                    episode.id,
                ),
                (file.file, show.label if show else "", file.title),
            )


def _iterate_quotes(graph: Graph) -> Iterator[_Candidate]:
    for episode in graph:
        title = episode.main_file.title
        for quote in episode.quotes:
            yield _Candidate(
                DecisionRow(
                    quote.text,
                    "advert" if quote.is_advert else "no advert",
                    quote.id,
                    "advert" if quote.is_advert else "quote",
                    quote.reasons[0].part if quote.reasons else "",
                    max(quote.advert, 1 - quote.advert),
                    quote.reasons,
                    title,
                    episode.id,
                ),
                (quote.text, title),
            )


def _iterate_themes(graph: Graph) -> Iterator[_Candidate]:
    themes = graph.shared.themes
    for id_, term in themes.items():
        broader = themes[term.broader].label if term.broader in themes else ""
        for spelling, count in term.spellings.items():
            rows = pluralize(count, "row")
            yield _Candidate(
                DecisionRow(
                    spelling, term.label, id_, "theme", "", 1.0, place=rows, context=broader
                ),
                (spelling, term.label, broader),
            )


#: Name in ``kgraph audit`` -> its decisions. (``kgraph audit rows`` prints no decisions.)
DECISION_KINDS: dict[str, Callable[[Graph], Iterator[_Candidate]]] = {
    "mentions": _iterate_mentions,
    "shows": _iterate_shows,
    "quotes": _iterate_quotes,
    "themes": _iterate_themes,
}
