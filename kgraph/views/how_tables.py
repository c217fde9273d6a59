"""Answers of ``how`` and ``why-not`` as tables, for programs: a row for each fact."""

from __future__ import annotations

from collections.abc import Iterator

from kgraph.query.table import RowTable, TableCell
from kgraph.views.explanation import Witness
from kgraph.views.how import HowFacts
from kgraph.views.name_rows import RowGroup, RowGroups
from kgraph.views.rival import Candidacy
from kgraph.views.why_not_facts import WhyNotFacts, WhyNotReason

Cells = tuple[TableCell, ...]

#: Columns of :func:`tabulate_how`.
HOW_COLUMNS = (
    *("part", "name", "rule", "thing", "rows", "episodes", "low", "mean", "high"),
    *("words", "example"),
)

#: Columns of :func:`tabulate_why_not`.
WHY_NOT_COLUMNS = (
    *("part", "words", "evidence", "name", "rule", "thing", "confidence", "rows", "episodes"),
    *("file", "place", "context"),
)


def tabulate_how(facts: HowFacts) -> RowTable:
    """Return how an entity came together as rows.

    ``part`` is label, type, id, judgement, stated (a name by which files state a show), or the list
    of a group of rows: joined, below, rejected, elsewhere. ``example`` is the id of the episode of
    the group's surest row, or of the first that states the name.
    """
    return RowTable(HOW_COLUMNS, _iterate_how(facts))


def _iterate_how(facts: HowFacts) -> Iterator[Cells]:
    thing = facts.thing
    for part, name, origin in (
        ("label", thing.label, facts.label),
        ("type", thing.type, facts.type),
    ):
        yield _how_row(part, name, origin.words, rule=origin.source, thing=thing.id)
    for id_ in facts.ids:
        yield _how_row("id", id_.id, id_.words, thing=thing.id)
    for judgement in facts.judgements:
        details = (judgement.why, judgement.by, judgement.date, f"line {judgement.line}")
        words = "; ".join(filter(None, details))
        yield _how_row(
            *("judgement", judgement.words, words),
            thing=thing.id,
            rows=judgement.rows,
            episodes=judgement.series or "",
        )
    for stated in facts.stated.names:
        yield _how_row(
            *("stated", stated.name, stated.words),
            rule=stated.rule,
            thing=thing.id,
            episodes=stated.episodes,
            example=stated.example.id,
        )
    for part, groups in list_groups(facts):
        for group in groups.groups:
            yield (
                *(part, group.surface, group.rule, group.thing.id if group.thing else ""),
                *(group.rows, group.episodes, group.low, group.mean, group.high),
                *(group.words, group.example.id),
            )


def _how_row(
    part: str,
    name: str,
    words: str,
    *,
    rule: str = "",
    thing: str = "",
    rows: TableCell = "",
    episodes: TableCell = "",
    example: TableCell = "",
) -> Cells:
    return (part, name, rule, thing, rows, episodes, "", "", "", words, example)


def list_groups(facts: HowFacts) -> tuple[tuple[str, RowGroups], ...]:
    """Return the lists of rows of an entity by name."""
    return (
        ("joined", facts.joined),
        ("below", facts.below),
        ("rejected", facts.rejected),
        ("elsewhere", facts.elsewhere),
    )


def tabulate_why_not(facts: WhyNotFacts) -> RowTable:
    """Return why not as rows: one for each reason, then one for each piece of its evidence.

    ``part`` is ``answer``, or the kind of a reason; ``evidence`` is "" in the row of the reason
    itself, and row, rows, stated, candidate or text in those of its evidence. The candidate is the
    one that came nearest, with its probability as ``confidence``.
    """
    return RowTable(WHY_NOT_COLUMNS, _iterate_why_not(facts))


def _iterate_why_not(facts: WhyNotFacts) -> Iterator[Cells]:
    blank = ("",) * (len(WHY_NOT_COLUMNS) - 2)
    yield ("answer", facts.answer, *blank)
    for reason in facts.reasons:
        yield (reason.kind, reason.words, *blank)
        yield from _iterate_evidence(reason)


def _iterate_evidence(reason: WhyNotReason) -> Iterator[Cells]:
    for row in reason.rows:
        yield _witness_cells(reason.kind, row)
    for group in reason.groups:
        yield _group_cells(reason.kind, group)
    for name in reason.stated:
        counts = ("", "", name.episodes, name.file, "source", "")
        yield (reason.kind, name.words, "stated", name.name, name.rule, "", *counts)
    if reason.candidacy:
        yield _candidacy_cells(reason.kind, reason.candidacy)
    for hit in reason.hits:
        context = f"{hit.before}{hit.name}{hit.after}"
        yield (reason.kind, "", "text", hit.name, *("",) * 5, hit.file, hit.place, context)


def _witness_cells(kind: str, row: Witness) -> Cells:
    confidence = "" if row.confidence is None else round(row.confidence, 4)
    place = (row.file, row.pointer, row.context)
    return (kind, "", "row", row.surface, row.rule, "", confidence, "", "", *place)


def _group_cells(kind: str, group: RowGroup) -> Cells:
    thing = group.thing.id if group.thing else ""
    counts = (group.mean, group.rows, group.episodes)
    return (
        *(kind, group.words, "rows", group.surface, group.rule, thing),
        *(*counts, "", "", group.example.id),
    )


def _candidacy_cells(kind: str, candidacy: Candidacy) -> Cells:
    row = candidacy.row
    return (
        *(kind, candidacy.words, "candidate", row.surface, row.rule, candidacy.chosen),
        *(candidacy.probability, "", "", row.file, row.pointer, row.context),
    )
