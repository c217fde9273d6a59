"""The audit: all decisions of a kind, filtered, sorted and paged, each with its reasons.

All decisions of a kind are read, to filter and count them, and few are returned: reading gives
what filters need, and the rest is read for the returned ones alone. Only names and shows can be
judged (:mod:`kgraph.resolve.judgement_table`), so other decisions have no commands.
"""

from __future__ import annotations

import heapq
import shlex
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from kgraph.base import dataframes
from kgraph.base.counts import rank_counts
from kgraph.base.dataframes import Cell
from kgraph.base.errors import InputError
from kgraph.base.model import REJECTED, InputProblem, Reason
from kgraph.base.text import pluralize, shorten
from kgraph.graph.accounting import Accounting
from kgraph.graph.records import MentionEdge, Quote, ShowEdge
from kgraph.ingest.problems import count_lists_set_aside
from kgraph.operations.request import Offset, Request, Words
from kgraph.rdf.episode import row_id
from kgraph.resolve.judgement import FINAL_RULES
from kgraph.resolve.name_counts import find_judged_name
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph
from kgraph.views.shows import explain_undecided_show
from kgraph.views.values import Fraction

MAX_AUDIT_ROWS = 1_000_000  #: of an answer: a table of all decisions

AuditName = Literal["mentions", "shows", "quotes", "themes", "rows"]
_TypeOrRule = Annotated[str, Meta(max_length=80, description="of the decisions; empty for all")]
_Confidence = Annotated[float, Meta(ge=0, le=1, description="bound of the confidence")]


class AuditRequest(Request, frozen=True):
    """Parameters of the audit."""

    what: Annotated[
        AuditName,
        Meta(description="kind of decisions; rows counts all rows by their outcome"),
    ]
    text: Words = ""
    type: _TypeOrRule = ""
    rule: _TypeOrRule = ""
    least: _Confidence = 0.0
    most: _Confidence = 1.0
    order: Annotated[
        Literal["graph", "least", "most"],
        Meta(description="as in the graph, or the least or most sure first"),
    ] = "graph"
    offset: Offset = 0
    limit: Annotated[int, Meta(ge=1, le=MAX_AUDIT_ROWS, description="how many rows at most")] = 50


class AuditedDecision(msgspec.Struct, frozen=True):
    """One decision.

    Attributes:
        name: on what it was decided: a name as written, a file, a quote, a topic string, a list.
        label: for what it was taken, ``id`` its relative IRI; "" for nothing.
        type: of that; ``noise`` if it was rejected.
        rule, confidence, reasons: that decided.
        place: where it is, in words; ``place_id`` is the relative IRI of that.
        context: the words around the name; of a theme, the broader one.
        rows: number of rows that it is about.
        commands: the one that confirms it and the one that corrects it; of an episode without a
            show, those that decide it.
    """

    name: str
    label: str
    id: str
    type: str
    rule: str
    confidence: Fraction
    reasons: tuple[Reason, ...] = ()
    place: str = ""
    place_id: str = ""
    context: str = ""
    rows: int = 1
    commands: tuple[str, ...] = ()


class Audit(msgspec.Struct, dataframes.TableMixin, frozen=True):
    """Decisions that match a request.

    Attributes:
        total: number of them; ``decisions`` has some.
        types: their numbers by type as if none was asked for, most first; ``rules`` likewise.
        note: what is not in the numbers; "" for nothing.
    """

    total: int
    decisions: list[AuditedDecision]
    types: list[tuple[str, int]] = []
    rules: list[tuple[str, int]] = []
    note: str = ""

    def __len__(self) -> int:
        return len(self.decisions)

    def __iter__(self) -> Iterator[dict[str, Cell]]:
        columns, rows = self.tabulate()
        return (dict(zip(columns, row, strict=True)) for row in rows)

    def _table(self) -> dataframes.TableData:
        return self.tabulate()

    def tabulate(self) -> tuple[tuple[str, ...], list[list[str | int | float]]]:
        """Return the names of columns, and a row of texts and numbers for each decision."""
        columns = AuditedDecision.__struct_fields__
        rows = [
            [
                value if isinstance(value, str | int | float) else "; ".join(map(str, value))
                for value in (getattr(decision, column) for column in columns)
            ]
            for decision in self.decisions
        ]
        return columns, rows


class _AuditCandidate(msgspec.Struct, frozen=True):
    """A decision with what filters read, and what completes it."""

    decision: AuditedDecision
    complete: Callable[[AuditedDecision], AuditedDecision] = lambda decision: decision


def find_decisions(graph: OpenGraph, request: AuditRequest) -> Audit:
    """List every decision of a kind with its confidence and reasons, or account for all rows.

    Raises:
        InputError: no decision has the type or rule, or the bounds exclude each other.
    """
    if request.least > request.most:
        raise InputError(
            f"at least {request.least} is above at most {request.most}: no decision has both",
            parameter="least",
        )
    types: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    matches = _iterate_matches(AUDITS[request.what](graph.store), request, types, rules)
    # In each order all matches are read, since reading counts them; only the first are kept.
    # Decisions of equal confidence stay in the order of the graph.
    end = request.offset + request.limit
    if request.order == "graph":
        first = list(islice(matches, end))
        for _ in matches:
            pass
    else:
        select = heapq.nsmallest if request.order == "least" else heapq.nlargest
        first = select(end, matches, key=lambda match: match.decision.confidence)
    total = types[request.type] if request.type else types.total()
    if not total:
        _check_values_exist(graph.store, request)
    decisions = [match.complete(match.decision) for match in first[request.offset :]]
    note = describe_unread_lists(graph.store.report) if request.what == "rows" else ""
    return Audit(total, decisions, _list_counts(types), _list_counts(rules), note)


def _iterate_matches(
    candidates: Iterator[_AuditCandidate],
    request: AuditRequest,
    types: Counter[str],
    rules: Counter[str],
) -> Iterator[_AuditCandidate]:
    """Yield what matches, and count it: by type whatever the type, by rule whatever the rule."""
    text = request.text.casefold()
    for candidate in candidates:
        decision = candidate.decision
        texts = (decision.name, decision.label, decision.place)
        if not request.least <= decision.confidence <= request.most:
            continue
        if text and not any(text in value.casefold() for value in texts):
            continue
        has_type = request.type in ("", decision.type)
        has_rule = request.rule in ("", decision.rule)
        types[decision.type] += has_rule
        rules[decision.rule] += has_type
        if has_type and has_rule:
            yield candidate


def _check_values_exist(store: Store, request: AuditRequest) -> None:
    """Refuse a type or a rule that no decision has, whatever the other filters."""
    for name in ("type", "rule"):
        if value := getattr(request, name):
            every = AUDITS[request.what](store)
            values = {getattr(each.decision, name) for each in every} - {""}
            if value not in values:
                listed = ", ".join(sorted(values))
                hint = f"choose one of {listed}" if listed else "leave it out"
                words = f"{name}={shorten(value)}: no decision here has it: {hint}"
                raise InputError(words, parameter=name)


def _list_counts(counts: Counter[str]) -> list[tuple[str, int]]:
    return [(value, n) for value, n in rank_counts(counts) if value and n]


def suggest_judge_commands(surface: str, label: str, type_: str, rule: str) -> tuple[str, ...]:
    """Return the command that confirms the decision on a name, and the one that corrects it.

    There are none if one of :data:`kgraph.resolve.judgement.FINAL_RULES` decided.

    >>> suggest_judge_commands("So Acme", "Acme", "company", "known")
    ('kgraph judge accept Acme', 'kgraph judge reject Acme')
    """
    if rule in FINAL_RULES:
        return ()
    name = find_judged_name(surface, label if type_ != REJECTED else "")
    quoted = f"-- {shlex.quote(name)}" if name.startswith("-") else shlex.quote(name)
    if type_ == REJECTED:
        return (f"kgraph judge reject {quoted}", f"kgraph judge accept --type company {quoted}")
    return (f"kgraph judge accept {quoted}", f"kgraph judge reject {quoted}")


def suggest_show_commands(show: ShowEdge | None) -> tuple[str, ...]:
    """Return the commands that confirm and that reject an episode's show; none if it is unknown.

    >>> suggest_show_commands(ShowEdge("acme", "Acme", 0.9))
    ('kgraph judge accept show/acme', 'kgraph judge reject show/acme')
    """
    if show is None:
        return ()
    id_ = shlex.quote(show.target)
    return (f"kgraph judge accept {id_}", f"kgraph judge reject {id_}")


# -- kinds: their records, decoded with few of their fields -----------------------------


class _FileValues(msgspec.Struct):
    title: object = ""


class _FileHead(msgspec.Struct, array_like=True):
    file: str
    sha256: msgspec.Raw
    values: _FileValues


class _EpisodeHead(msgspec.Struct, array_like=True):
    slug: str
    files: tuple[_FileHead, ...]

    @property
    def title(self) -> str:
        """The title of the first file that has one, or else the name of the first file."""
        titles = (file.values.title for file in self.files)
        return next((t for t in titles if t and isinstance(t, str)), self.files[0].file)


class _ShowRecord(_EpisodeHead, array_like=True):
    show: ShowEdge | None


class _MentionRecord(_EpisodeHead, array_like=True):
    show: msgspec.Raw
    mentions: tuple[MentionEdge, ...]


class _QuoteRecord(_EpisodeHead, array_like=True):
    show: msgspec.Raw
    mentions: msgspec.Raw
    quotes: tuple[Quote, ...]


def _read_mentions(store: Store) -> Iterator[_AuditCandidate]:
    for record in store.read_fields(_MentionRecord):
        title, slug = record.title, record.slug
        for mention in record.mentions:
            is_accepted = mention.is_accepted
            taken = (mention.label, mention.target) if is_accepted else ("", "")
            for row in mention.rows:

                def complete(
                    decision: AuditedDecision,
                    place: tuple[str, int, int] = (slug, row.file, row.index),
                ) -> AuditedDecision:
                    episode = store.episode(place[0])
                    source = episode.find_row("companies", *place[1:])
                    judged = (decision.name, decision.label, decision.type, decision.rule)
                    return replace(
                        decision,
                        place_id=row_id(episode, place[1], "companies", place[2]),
                        context=source.text("context"),
                        commands=suggest_judge_commands(*judged),
                    )

                file = record.files[row.file].file
                yield _AuditCandidate(
                    AuditedDecision(
                        *(row.surface, *taken, mention.type, row.rule, row.confidence),
                        row.reasons,
                        f"{title}, {file}#/companies/{row.index}",
                    ),
                    complete,
                )


def _read_shows(store: Store) -> Iterator[_AuditCandidate]:
    def complete(decision: AuditedDecision) -> AuditedDecision:
        if decision.id:
            return decision
        undecided = explain_undecided_show(store, store.episode(decision.place_id[8:]))
        return replace(
            decision,
            reasons=undecided.reasons,
            context=undecided.words,
            commands=undecided.commands,
        )

    for record in store.read_fields(_ShowRecord):
        show = record.show
        reasons = show.reasons if show else ()
        rule = max(reasons, key=lambda r: r.weight).part if reasons else ""
        taken = (show.label, show.target, "show") if show else ("", "", "undecided")
        for file in record.files:
            decision = AuditedDecision(
                *(file.file, *taken, rule, show.confidence if show else 0.0, reasons),
                *(record.title, f"episode/{record.slug}"),
                commands=suggest_show_commands(show),
            )
            yield _AuditCandidate(decision, complete)


def _read_quotes(store: Store) -> Iterator[_AuditCandidate]:
    for record in store.read_fields(_QuoteRecord):
        for quote in record.quotes:
            kind = "advert" if quote.is_advert else "quote"
            rule = quote.reasons[0].part if quote.reasons else ""
            sure = max(quote.advert, 1 - quote.advert)
            yield _AuditCandidate(
                AuditedDecision(
                    *(quote.text, kind, quote.id, kind, rule, sure, quote.reasons),
                    *(record.title, f"episode/{record.slug}"),
                )
            )


def _read_themes(store: Store) -> Iterator[_AuditCandidate]:
    themes = store.shared.themes
    for id_, term in themes.items():
        broader = themes[term.broader].label if term.broader in themes else ""
        for spelling, count in term.spellings.items():
            decision = AuditedDecision(spelling, term.label, id_, "theme", "", 1.0)
            yield _AuditCandidate(replace(decision, context=broader, rows=count))


class _Report(msgspec.Struct, frozen=True):
    """Fields of the report of a build that count rows."""

    rows: Accounting
    problems: list[InputProblem]


def _read_rows(store: Store) -> Iterator[_AuditCandidate]:
    """Yield the outcomes of the rows of each list; all but ``in`` add up to it."""
    lists = msgspec.json.decode(store.report, type=_Report).rows.lists
    for name, counts in sorted(lists.items()):
        outcomes = [(kind, "", getattr(counts, kind)) for kind in ("accepted", "merged")]
        outcomes += [("rejected", rule, n) for rule, n in sorted(counts.rejected.items())]
        for kind, rule, count in [
            *(("in", "", counts.rows), *outcomes, ("unreadable", "", counts.unreadable))
        ]:
            yield _AuditCandidate(AuditedDecision(name, kind, "", kind, rule, 1.0, rows=count))


def describe_unread_lists(report: bytes) -> str:
    """Tell which lists no row is counted of, as they could not be read; "" if there are none.

    Args:
        report: :attr:`kgraph.store.Store.report`.
    """
    counts = count_lists_set_aside(msgspec.json.decode(report, type=_Report).problems)
    if not counts:
        return ""
    lists = ", ".join(f"{pluralize(n, 'list')} of {name}" for name, n in counts.items())
    return f"not counted: {lists} that could not be read as a whole; `kgraph check` names the files"


AUDITS: dict[str, Callable[[Store], Iterator[_AuditCandidate]]] = {
    "mentions": _read_mentions,
    "shows": _read_shows,
    "quotes": _read_quotes,
    "themes": _read_themes,
    "rows": _read_rows,
}
