"""Values that tell the effect of judgements on rows, shows, entities and ids in other registers.

Terminal, library and pages tell it in the sentences of this module.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kgraph.base.model import format_confidence
from kgraph.base.text import pluralize
from kgraph.resolve.judgement import Judgement
from kgraph.views.values import EntityRef

MAX_LISTED = 15  #: lines on entities, ids and shows each; JSON has more

#: Kinds of change of an entity: a row names it for the first time; no row names it any more; most
#: of its rows go to a new entity of another name, or of another type; all go to one that is there
#: already; it has more or fewer rows.
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


class ShowOutcome(msgspec.Struct, frozen=True):
    """The decision on the show of an episode.

    Attributes:
        id: of the show; "" if it is undecided, as ``label``.
        confidence: probability that it is right; 0 if it is undecided.
    """

    id: str
    label: str
    confidence: float


class EpisodeShowChange(msgspec.Struct, frozen=True):
    """An episode whose show a judgement changes, or makes surer.

    Attributes:
        episode: of the show.
        date: of the episode, ISO 8601; "" if unknown.
        before, after: its show.
        reasons: the judgements that it has afterwards, in words.
    """

    episode: EntityRef
    date: str
    before: ShowOutcome
    after: ShowOutcome
    reasons: tuple[str, ...]


class EntityState(msgspec.Struct, frozen=True):
    """An entity with all its rows, and the episodes that they are in.

    Attributes:
        own_episodes: of a show, the number of episodes that belong to it.
    """

    id: str
    type: str
    label: str
    rows: int
    episodes: int
    own_episodes: int = 0


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
        shows: the episodes whose show changes, or its confidence or reasons, those that move to
            another one first, then the newest.
        show_total: number of such episodes, of which at most 100 are listed.
        moved_shows: number of them that then belong to another show, or to none.
        notes: on names that no row and no show has, on judgements that no build has applied yet,
            and on a next build that redoes all episodes.
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
    shows: tuple[EpisodeShowChange, ...] = ()
    show_total: int = 0
    moved_shows: int = 0
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no row, no id and no episode's show changes."""
        return not self.rows and not self.ids and not self.show_total

    @property
    def extent(self) -> str:
        """How many rows, ids and shows change, in words."""
        if self.is_empty:
            return "nothing changes"
        sentences = []
        if self.rows:
            rows = f"{pluralize(self.rows, 'row')} in {pluralize(self.episodes, 'episode')}"
            verb = "changes" if self.rows == 1 else "change"
            sentences.append(f"{rows} {_describe_moves(verb, self.moved_rows)}")
        if self.show_total:
            shows = f"the show of {pluralize(self.show_total, 'episode')}"
            sentences.append(f"{shows} {_describe_moves('changes', self.moved_shows)}")
        return "; ".join(sentences) or "no row changes"

    @property
    def lines(self) -> list[str]:
        """A line on each entity and id that changes, at most 15 of each kind."""
        entities = list(map(describe_entity_change, self.entities))
        ids = [f"{change.entity.id}: {change.how} {change.id}" for change in self.ids]
        return [
            *_shorten_list(entities, self.entity_total, "entity", "entities"),
            *_shorten_list(ids, len(ids), "id"),
        ]

    def __str__(self) -> str:
        return "\n".join((*describe_effect(self), *self.notes))


def describe_effect(effect: JudgementEffect) -> list[str]:
    """Describe an effect in lines, without its notes: how much changes, then each entity, id and
    show, and examples of rows."""
    what = "; ".join(map(str, effect.judgements))
    shows = [
        f"{change.episode.label}: show {_describe_show(change.before)} -> "
        f"{_describe_show(change.after)}"
        for change in effect.shows
    ]
    return [
        f"{'without ' if effect.is_removal else ''}{what}: {effect.extent}",
        *effect.lines,
        *_shorten_list(shows, effect.show_total, "episode"),
        *(
            f"{row.surface} in {row.episode.label}: {_describe_row(row.before)} -> "
            f"{_describe_row(row.after)}"
            for row in effect.examples
        ),
    ]


def _describe_moves(verb: str, moved: int) -> str:
    if not moved:
        return f"{verb} only in confidence, spelling or reasons"
    return f"{verb}, {moved:,} of them to something else or nothing"


def _shorten_list(lines: list[str], total: int, *nouns: str) -> list[str]:
    left = total - MAX_LISTED
    more = [f"and {pluralize(left, *(f'more {noun}' for noun in nouns))}"] if left > 0 else []
    return [*lines[:MAX_LISTED], *more]


def _describe_show(outcome: ShowOutcome) -> str:
    return _describe_row(outcome) if outcome.id else "unknown"


def _describe_row(outcome: RowOutcome | ShowOutcome) -> str:
    return f"{outcome.id or 'rejected'} {format_confidence(outcome.confidence)}"


def describe_entity_change(change: EntityChange) -> str:
    """Describe the change of an entity in one line.

    >>> acme = EntityState("company/acme", "company", "Acme", 3, 1)
    >>> describe_entity_change(EntityChange("lost", acme, None))
    'lost: company/acme (Acme), 3 rows in 1 episode'
    """
    states = [_describe_state(state) for state in (change.before, change.after) if state]
    return f"{change.how}: {' -> '.join(states)}"


def _describe_state(state: EntityState) -> str:
    rows, episodes = pluralize(state.rows, "row"), pluralize(state.episodes, "episode")
    sizes = [f"{rows} in {episodes}"] if state.rows or not state.own_episodes else []
    if state.own_episodes:
        sizes.append(f"{pluralize(state.own_episodes, 'episode')} of its own")
    return f"{state.id} ({state.label}), {', '.join(sizes)}"
