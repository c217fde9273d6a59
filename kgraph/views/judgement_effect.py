"""Values that tell the effect of a judgement: on rows, entities and ids in other registers."""

from __future__ import annotations

from typing import Literal

import msgspec

from kgraph.base.text import pluralize
from kgraph.resolve.judgement import Judgement
from kgraph.views.values import EntityRef

#: Kinds of change of an entity: a row names it for the first time; no row names it any more; all
#: its rows go to a new entity of another name, or of another type, or to one that is there already;
#: it has more or fewer rows.
EntityChangeKind = Literal["gained", "lost", "renamed", "retyped", "merged", "recounted"]


class RowOutcome(msgspec.Struct, frozen=True):
    """The decision on a row.

    Attributes:
        id: of the entity that it names; "" if it was rejected.
        type: of the entity; "noise" if the row was rejected.
        label: the entity's usual name; "" if the row was rejected.
        confidence: probability that the decision is right; of several rows the mean.
    """

    id: str
    type: str
    label: str
    confidence: float


class OutcomeChange(msgspec.Struct, frozen=True):
    """Rows that a judgement moves from one outcome to another, or makes certain."""

    before: RowOutcome
    after: RowOutcome
    rows: int
    episodes: int


class EntityState(msgspec.Struct, frozen=True):
    """An entity with all its rows, and the episodes that they are in."""

    id: str
    type: str
    label: str
    rows: int
    episodes: int


class EntityChange(msgspec.Struct, frozen=True):
    """An entity that a judgement changes.

    Attributes:
        how: kind of the change.
        before: None if it is gained.
        after: None if it is lost; if it is merged, the entity that it goes into.
    """

    how: EntityChangeKind
    before: EntityState | None
    after: EntityState | None


class RowExample(msgspec.Struct, frozen=True):
    """A row that a judgement changes.

    Attributes:
        surface: the name as written.
        before, after: its decision.
        episode: with the row.
        date: of the episode, ISO 8601; "" if unknown.
        file: of the episode.
        pointer: into the front matter of the file (RFC 6901).
        context: the words around the name.
    """

    surface: str
    before: RowOutcome
    after: RowOutcome
    episode: EntityRef
    date: str
    file: str
    pointer: str
    context: str


class IdChange(msgspec.Struct, frozen=True):
    """An id in another register (``kind:id``) that an entity gains or loses."""

    how: Literal["gained", "lost"]
    id: str
    entity: EntityRef


class JudgementEffect(msgspec.Struct, frozen=True):
    """The effect of judgements.

    Attributes:
        judgements: those that are previewed.
        is_removal: whether they are removed, not added.
        rows: number of rows whose decision changes, be it only in confidence.
        episodes: number of episodes with such rows.
        moved_rows: number of rows that name another entity, or none, or one for the first time.
        outcomes: from what to what rows go, most rows first.
        outcome_total: number of such pairs, of which at most 100 are listed.
        entities: the entities that change, those with most rows first.
        entity_total: number of such entities, of which at most 100 are listed.
        ids: changes of ids in other registers, at most 100.
        examples: rows that change, at most 6, of each pair of outcomes at least one if possible.
        notes: on names that no row has, on judgements that no build has applied yet, and on a next
            build that redoes all episodes.
    """

    judgements: tuple[Judgement, ...]
    is_removal: bool
    rows: int
    episodes: int
    moved_rows: int
    outcomes: tuple[OutcomeChange, ...] = ()
    outcome_total: int = 0
    entities: tuple[EntityChange, ...] = ()
    entity_total: int = 0
    ids: tuple[IdChange, ...] = ()
    examples: tuple[RowExample, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no row and no id changes."""
        return not self.rows and not self.ids

    def __str__(self) -> str:
        return "\n".join(describe_effect(self))


def describe_effect(effect: JudgementEffect) -> list[str]:
    """Describe an effect in lines: a sentence on the rows, then a line for each entity and id."""
    what = "; ".join(map(str, effect.judgements))
    head = f"without {what}" if effect.is_removal else what
    if effect.is_empty:
        return [f"{head}: nothing changes", *effect.notes]
    lines = [f"{head}: {_describe_rows(effect)}"]
    lines += map(describe_entity_change, effect.entities)
    lines += [f"{change.entity.id}: {change.how} {change.id}" for change in effect.ids]
    return [*lines, *effect.notes]


def _describe_rows(effect: JudgementEffect) -> str:
    if not effect.rows:
        return "no row changes"
    rows = f"{pluralize(effect.rows, 'row')} in {pluralize(effect.episodes, 'episode')}"
    verb = "changes" if effect.rows == 1 else "change"
    return f"{rows} {verb}; {effect.moved_rows:,} of them then name something else, or nothing"


def describe_entity_change(change: EntityChange) -> str:
    """Describe the change of an entity in one line.

    >>> acme = EntityState("company/acme", "company", "Acme", 3, 1)
    >>> describe_entity_change(EntityChange("lost", acme, None))
    'lost: company/acme (Acme), 3 rows in 1 episode'
    """
    states = [_describe_state(state) for state in (change.before, change.after) if state]
    return f"{change.how}: {' -> '.join(states)}"


def list_entity_cells(change: EntityChange) -> tuple[str, str, str, int, int]:
    """Return the kind of a change, the ids before and after, and the rows of both."""
    before, after = change.before, change.after
    return (
        change.how,
        before.id if before else "",
        after.id if after else "",
        before.rows if before else 0,
        after.rows if after else 0,
    )


def _describe_state(state: EntityState) -> str:
    rows, episodes = pluralize(state.rows, "row"), pluralize(state.episodes, "episode")
    return f"{state.id} ({state.label}), {rows} in {episodes}"
