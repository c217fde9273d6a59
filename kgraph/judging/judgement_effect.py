"""Values that tell the effect of a judgement: on rows, shows, entities, ids in other registers."""

from __future__ import annotations

from typing import Literal

import msgspec

from kgraph.base.model import format_confidence
from kgraph.base.text import pluralize
from kgraph.resolve.judgement import Judgement
from kgraph.views.values import EntityRef

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
        counted_rows, uncounted_rows: rows that become likely enough to count, or too unlikely.
        notes: on names that no row and no show has, on judgements that no build has applied yet,
            and on a next build that redoes all episodes.
        advice: the last of the notes: what the judgements leave undecided or behind, and which
            lines decide if nothing changes.
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
    advice: tuple[str, ...] = ()
    counted_rows: int = 0
    uncounted_rows: int = 0

    @property
    def counting(self) -> str:
        """Which rows become likely enough to count, or too unlikely; "" for none."""
        numbers = {"likely enough": self.counted_rows, "too unlikely": self.uncounted_rows}
        return " and ".join(
            f"{rows:,} of them {'becomes' if rows == 1 else 'become'} {how} to count"
            for how, rows in numbers.items()
            if rows
        )

    @property
    def is_empty(self) -> bool:
        """Whether no row, no id and no episode's show changes."""
        return not self.rows and not self.ids and not self.show_total

    def __str__(self) -> str:
        return "\n".join(describe_effect(self))


def describe_effect(effect: JudgementEffect) -> list[str]:
    """Describe an effect in lines: a sentence on rows and shows, then each entity, id and show."""
    what = "; ".join(map(str, effect.judgements))
    head = f"without {what}" if effect.is_removal else what
    if effect.is_empty:
        return [f"{head}: nothing changes", *effect.notes]
    lines = [f"{head}: {_describe_total(effect)}"]
    lines += map(describe_entity_change, effect.entities)
    lines += [f"{change.entity.id}: {change.how} {change.id}" for change in effect.ids]
    lines += map(describe_show_change, effect.shows)
    if left := effect.show_total - len(effect.shows):
        lines.append(f"and the show of {pluralize(left, 'more episode')}")
    return [*lines, *effect.notes]


def _describe_total(effect: JudgementEffect) -> str:
    sentences: list[str] = []
    if effect.rows:
        rows = f"{pluralize(effect.rows, 'row')} in {pluralize(effect.episodes, 'episode')}"
        verb = "changes" if effect.rows == 1 else "change"
        named = f"then {'names' if effect.moved_rows == 1 else 'name'} something else, or nothing"
        if not effect.moved_rows:
            change = " only in confidence or spelling"
        elif effect.moved_rows == effect.rows:
            change = f" and {named}"
        else:
            change = f"; {effect.moved_rows:,} of them {named}"
        sentences += filter(None, (f"{rows} {verb}{change}", effect.counting))
    if effect.show_total:
        shows = f"the show of {pluralize(effect.show_total, 'episode')} changes"
        some = f", of {effect.moved_shows:,}" if effect.moved_shows < effect.show_total else ""
        change = f"{some} to another one, or none"
        alone = " only in confidence or reasons"
        sentences.append(f"{shows}{change if effect.moved_shows else alone}")
    return "; ".join(sentences) or "no row changes"


def describe_extent(effect: JudgementEffect) -> str:
    """Return how many rows and shows change, as words after "it changes"; "" for none.

    Also which entities become one, by a new name or type: who gives it need not know that another
    thing has it.
    """
    changes = []
    if effect.rows:
        how = "" if effect.moved_rows else " only in confidence or spelling"
        episodes = pluralize(effect.episodes, "episode")
        counting = f" ({effect.counting})" if effect.counting else ""
        changes.append(f"{pluralize(effect.rows, 'row')} in {episodes}{how}{counting}")
    if effect.show_total:
        changes.append(f"the show of {pluralize(effect.show_total, 'episode')}")
    mergers = [
        f"{change.before.id} becomes one with {change.after.id}"
        for change in effect.entities
        if change.how == "merged" and change.before and change.after
    ]
    is_meant = any(judgement.verb == "same" for judgement in effect.judgements)
    result = f", so that {' and '.join(mergers)}" if mergers and not is_meant else ""
    return f"{' and '.join(changes)}{result}"


def describe_entity_change(change: EntityChange) -> str:
    """Describe the change of an entity in one line.

    >>> acme = EntityState("company/acme", "company", "Acme", 3, 1)
    >>> describe_entity_change(EntityChange("lost", acme, None))
    'lost: company/acme (Acme), 3 rows in 1 episode'
    """
    states = [_describe_state(state) for state in (change.before, change.after) if state]
    return f"{change.how}: {' -> '.join(states)}"


def describe_show_change(change: EpisodeShowChange) -> str:
    """Describe the change of an episode's show in one line.

    >>> gears, none = ShowOutcome("show/gears", "Gears", 0.82), ShowOutcome("", "", 0.0)
    >>> episode = EntityRef("episode/x", "A talk", "episode")
    >>> describe_show_change(EpisodeShowChange(episode, "", gears, none, ()))
    'A talk: show/gears (Gears) 0.82 -> show unknown'
    """
    before, after = map(describe_show_outcome, (change.before, change.after))
    return f"{change.episode.label}: {before} -> {after}"


def describe_show_outcome(outcome: ShowOutcome) -> str:
    """Describe an episode's show with its confidence."""
    if not outcome.id:
        return "show unknown"
    return f"{outcome.id} ({outcome.label}) {format_confidence(outcome.confidence)}"


def list_entity_cells(change: EntityChange) -> tuple[str, str, str, str, str]:
    """Return the kind of a change, the ids before and after, and the rows of both.

    Where only the spelling changes, the ids are with it. To the rows of a show its own episodes
    are added.

    >>> before, after = (EntityState("company/acme", "company", x, 3, 1) for x in ("Acme", "ACME"))
    >>> list_entity_cells(EntityChange("renamed", before, after))[:3]
    ('renamed', 'company/acme (Acme)', 'company/acme (ACME)')
    """
    before, after = change.before, change.after
    old, new = (state.id if state else "" for state in (before, after))
    if before and after and old == new and before.label != after.label:
        old, new = f"{old} ({before.label})", f"{new} ({after.label})"
    return (
        change.how,
        old,
        new,
        _count_rows(before),
        _count_rows(after),
    )


def _count_rows(state: EntityState | None) -> str:
    if state is None:
        return "0"
    own = f", {pluralize(state.own_episodes, 'own episode')}" if state.own_episodes else ""
    return f"{state.rows}{own}"


def _describe_state(state: EntityState) -> str:
    rows, episodes = pluralize(state.rows, "row"), pluralize(state.episodes, "episode")
    sizes = [f"{rows} in {episodes}"] if state.rows or not state.own_episodes else []
    if state.own_episodes:
        sizes.append(f"{pluralize(state.own_episodes, 'episode')} of its own")
    return f"{state.id} ({state.label}), {', '.join(sizes)}"
