"""Prints the effect of a judgement: rows, entities, shows and ids that change, and notes."""

from __future__ import annotations

from kgraph.base.model import format_confidence
from kgraph.cli import streams
from kgraph.cli.printing import print_lines, print_rows
from kgraph.judging.judgement_effect import (
    JudgementEffect,
    RowOutcome,
    describe_effect,
    describe_show_outcome,
    list_entity_cells,
)

MAX_LISTED = 15  #: outcomes, entities and ids that are printed; --json has more


def print_effect(effect: JudgementEffect) -> None:
    """Print an effect as tables; notes go to standard error."""
    print_lines(describe_effect(effect)[:1])
    outcomes = [
        (_format_outcome(o.before), _format_outcome(o.after), o.rows, o.episodes)
        for o in effect.outcomes
    ]
    print_rows(("before", "after", "rows", "episodes"), outcomes, "Rows", MAX_LISTED)
    columns = ("change", "before", "after", "rows before", "rows after")
    print_rows(columns, list(map(list_entity_cells, effect.entities)), "Entities", MAX_LISTED)
    shows = [
        (c.date, c.episode.label, *map(describe_show_outcome, (c.before, c.after)))
        for c in effect.shows
    ]
    show_columns = ("date", "episode", "show before", "show after")
    print_rows(show_columns, shows, "Shows of episodes", MAX_LISTED)
    ids = [(change.how, change.id, change.entity.id) for change in effect.ids]
    print_rows(("change", "id", "entity"), ids, "Ids in other registers", MAX_LISTED)
    examples = [
        (e.surface, _format_outcome(e.before), _format_outcome(e.after), e.episode.label)
        for e in effect.examples
    ]
    print_rows(("name", "before", "after", "episode"), examples, "Examples")
    for note in effect.notes:
        streams.print_remark(f"note: {note}")


def _format_outcome(outcome: RowOutcome) -> str:
    return f"{outcome.id or 'rejected'} {format_confidence(outcome.confidence)}"
