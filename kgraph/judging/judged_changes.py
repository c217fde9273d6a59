"""Rows and shows that judgements change, and the entities that gain or lose them.

Takes the changes that :mod:`kgraph.pipeline.rejudge` finds, before and after some judgements.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from kgraph.base.counts import find_commonest
from kgraph.base.model import Decision, reaches_floor
from kgraph.graph import SharedData
from kgraph.graph.records import ShowEdge
from kgraph.judging.judgement_effect import EntityChange, EntityChangeKind, EntityState
from kgraph.pipeline.rejudge import EpisodeChanges, RowChange, RowPlace, is_same
from kgraph.pipeline.stale import ShowChange

#: Slug of an episode -> its show before and after.
ShowPairs = dict[str, tuple[ShowEdge | None, ShowEdge | None]]


class EntityRowCounts(NamedTuple):
    """The rows of each entity in an episode, by its id."""

    built: Counter[str]  #: in the graph
    before: Counter[str]  #: without the judgements
    after: Counter[str]


class RowChanges:
    """The rows that change, and how many rows each episode has of each entity before and after.

    Attributes:
        rows: by place, the decisions before and after.
        surfaces: by place.
        counts: by slug.
    """

    def __init__(
        self, before: Mapping[str, EpisodeChanges], after: Mapping[str, EpisodeChanges]
    ) -> None:
        self.rows: dict[RowPlace, tuple[tuple[Decision, ...], tuple[Decision, ...]]] = {}
        self.surfaces: dict[RowPlace, str] = {}
        self.counts: dict[str, EntityRowCounts] = {}
        for slug in sorted({*before, *after}):
            self._add(slug, before.get(slug), after.get(slug))

    def _add(self, slug: str, before: EpisodeChanges | None, after: EpisodeChanges | None) -> None:
        rows = next(changes.rows for changes in (before, after) if changes)
        old = before.changes if before else {}
        new = after.changes if after else {}
        before_rows, after_rows = (_recount(rows, each.values()) for each in (old, new))
        self.counts[slug] = EntityRowCounts(rows, before_rows, after_rows)
        for place in sorted({*old, *new}):
            built = (old.get(place) or new[place]).built
            pair = tuple(c[place].decisions_after if place in c else built for c in (old, new))
            if not is_same(*pair):
                self.rows[place] = (pair[0], pair[1])
                self.surfaces[place] = (old.get(place) or new[place]).surface

    def iterate_decisions(self) -> Iterator[tuple[RowPlace, Decision, Decision]]:
        """Yield each decision that changes, before and after; of a row that is several, each."""
        for place, (before, after) in self.rows.items():
            rest = [decision for decision in after if decision not in before]
            for old in before:
                if old in after:
                    continue
                same = (new for new in rest if (new.type, new.key) == (old.type, old.key))
                new = next(same, rest[0])
                rest.remove(new)
                yield place, old, new


def _recount(rows: Counter[str], changes: Iterable[RowChange]) -> Counter[str]:
    counts = Counter(rows)
    for change in changes:
        counts.subtract(decision_target(decision) for decision in change.built)
        counts.update(decision_target(decision) for decision in change.decisions_after)
    return counts


def decision_target(decision: Decision) -> str:
    """Return the id of the entity that a row names; "" if it was rejected."""
    return f"{decision.type}/{decision.key}" if decision.is_accepted else ""


def is_moved(before: Decision, after: Decision) -> bool:
    """Return whether a row names something else, or nothing, or something for the first time."""
    return decision_target(before) != decision_target(after)


def becomes_likely(before: Decision, after: Decision) -> bool:
    """Return whether a row of one entity is likely enough to count, and was not before."""
    rises = reaches_floor(after.confidence) and not reaches_floor(before.confidence)
    return rises and after.is_accepted and not is_moved(before, after)


def list_show_pairs(before: Mapping[str, ShowChange], after: Mapping[str, ShowChange]) -> ShowPairs:
    """Return the episodes whose show, or the reasons for it, differ before and after.

    Args:
        before, after: changes from the last build.
    """
    pairs: ShowPairs = {}
    for slug in sorted({*before, *after}):
        built = (before.get(slug) or after[slug]).old.show
        old, new = (each[slug].show if slug in each else built for each in (before, after))
        if old != new:
            pairs[slug] = old, new
    return pairs


class _GraphState:
    """The graph before the judgements, or after them, as far as these change it.

    Attributes:
        rows: of each entity in each episode with rows that change, by slug and id.
        own_episodes: their number for each show, by id.
        decisions: entity -> slug -> the surest decision on its rows there that change.
        show_labels: entity -> its name in its own episodes whose show changes -> their number.
    """

    def __init__(self, rows: dict[str, Counter[str]], own_episodes: Counter[str]) -> None:
        self.rows = rows
        self.own_episodes = own_episodes
        self.decisions: dict[str, dict[str, Decision]] = defaultdict(dict)
        self.show_labels: dict[str, Counter[str]] = defaultdict(Counter)

    def add_decision(self, slug: str, decision: Decision) -> None:
        """Note the decision on a row that changes."""
        by_slug = self.decisions[decision_target(decision)]
        surest = by_slug.setdefault(slug, decision)
        by_slug[slug] = max(surest, decision, key=attrgetter("confidence"))


class EntityTable:
    """The states of the entities whose rows, or whose own episodes, change.

    Args:
        shared: of the graph as built.
        changes: of rows.
        shows: changes of episodes' shows, before and after, each from the graph as built.
    """

    def __init__(
        self,
        shared: SharedData,
        changes: RowChanges,
        shows: tuple[Mapping[str, ShowChange], Mapping[str, ShowChange]],
    ) -> None:
        self._shared = shared
        self._changes = changes
        before_own, after_own = (_count_own_episodes(shared, each) for each in shows)
        before_rows = {slug: counts.before for slug, counts in changes.counts.items()}
        after_rows = {slug: counts.after for slug, counts in changes.counts.items()}
        self._before = _GraphState(before_rows, before_own)
        self._after = _GraphState(after_rows, after_own)
        #: Entity before -> entities that its rows and own episodes go to -> these; "" for none.
        self.flows: dict[str, Counter[str]] = defaultdict(Counter)
        for place, before, after in changes.iterate_decisions():
            self.flows[decision_target(before)][decision_target(after)] += 1
            self._before.add_decision(place.slug, before)
            self._after.add_decision(place.slug, after)
        for pair in list_show_pairs(*shows).values():
            before_id, after_id = (edge.target if edge else "" for edge in pair)
            if before_id != after_id:
                self.flows[before_id][after_id] += 1
            for state, edge in zip((self._before, self._after), pair, strict=True):
                if edge:
                    state.show_labels[edge.target][edge.label] += 1
        ids = {*self.flows, *chain.from_iterable(self.flows.values())} - {""}
        ids.update(self._before.show_labels, self._after.show_labels)
        #: Entity -> slugs of the episodes that name it in the graph as built.
        self._slugs: dict[str, set[str]] = {id_: set() for id_ in ids}
        for slug, summary in shared.summaries.items():
            for named in (summary.mentions, summary.adverts, summary.unlikely):
                for id_ in ids & named.keys():
                    self._slugs[id_].add(slug)
        self.before = {id_: self._make_state(id_, self._before) for id_ in sorted(ids)}
        self.after = {id_: self._make_state(id_, self._after) for id_ in sorted(ids)}

    def _make_state(self, id_: str, state: _GraphState) -> EntityState | None:
        entity = self._shared.entities.get(id_)
        rows = sum(entity.surfaces.values()) if entity else 0
        slugs = set(self._slugs[id_])
        for slug, counts in self._changes.counts.items():
            rows += state.rows[slug][id_] - counts.built[id_]
            (slugs.add if state.rows[slug][id_] > 0 else slugs.discard)(slug)
        own_episodes = state.own_episodes[id_]
        if not rows and not own_episodes:
            return None
        label = self._choose_label(id_, state, slugs)
        type_ = id_.partition("/")[0]
        return EntityState(id_, type_, label, rows, len(slugs), own_episodes)

    def _choose_label(self, id_: str, state: _GraphState, slugs: Set[str]) -> str:
        """Return the name that an entity has in the first episode that names it, as in a build.

        Args:
            slugs: of the episodes that name it; of a show perhaps none.
        """
        entity = self._shared.entities.get(id_)
        if not slugs and (own_labels := state.show_labels[id_]):
            return find_commonest(own_labels)
        if slugs and (decision := state.decisions[id_].get(min(slugs))):
            return decision.label
        if entity:
            return entity.label
        decisions = (
            state.decisions[id_] or self._after.decisions[id_] or self._before.decisions[id_]
        )
        return next((decisions[slug].label for slug in sorted(decisions)), "")


def _count_own_episodes(shared: SharedData, changes: Mapping[str, ShowChange]) -> Counter[str]:
    """Return the number of episodes of each show after changes, by id; "" for none."""
    counts = shared.count_episodes_by_show()
    for slug, change in changes.items():
        counts[shared.summaries[slug].show] -= 1
        counts[change.show.target if change.show else ""] += 1
    return counts


def list_entity_changes(table: EntityTable) -> list[EntityChange]:
    """Return the entities that change, those with most rows and own episodes first."""
    changes = []
    lost_to = {
        id_: _find_successor(table, id_)
        for id_, state in table.before.items()
        if state and table.after[id_] is None
    }
    numbers = Counter(lost_to.values())
    for id_, state in table.before.items():
        after = table.after[id_]
        if state and after is None:
            target = lost_to[id_]
            is_merged = bool(table.before.get(target)) or numbers[target] > 1
            change = _describe_loss(state, table.after.get(target), is_merged=is_merged)
            changes.append(change)
        elif state and after and state != after:
            how: EntityChangeKind = "renamed" if state.label != after.label else "recounted"
            changes.append(EntityChange(how, state, after))
    kinds = {change.after.id for change in changes if change.after}
    for id_, after in table.after.items():
        if after and table.before[id_] is None and id_ not in kinds:
            changes.append(EntityChange("gained", None, after))
    return sorted(changes, key=_rank_change)


def _find_successor(table: EntityTable, id_: str) -> str:
    """Return the id of the entity that all of another one goes to, or most of it if that is new.

    Of a judgement that is removed some rows may have been rejected before, or something else.
    """
    flow = table.flows[id_]
    target, count = flow.most_common(1)[0]
    is_most = 2 * count > flow.total() and not table.before.get(target)
    return target if len(flow) == 1 or is_most else ""


def _describe_loss(
    state: EntityState, target: EntityState | None, *, is_merged: bool
) -> EntityChange:
    """Describe what becomes of an entity that nothing names, given what succeeds it.

    Args:
        is_merged: whether that was there before, or succeeds another entity, too.
    """
    if target is None:
        return EntityChange("lost", state, None)
    if is_merged:
        return EntityChange("merged", state, target)
    is_one_name = state.id.partition("/")[2] == target.id.partition("/")[2]
    return EntityChange("retyped" if is_one_name else "renamed", state, target)


def _rank_change(change: EntityChange) -> tuple[int, str]:
    state = change.before or change.after
    assert state is not None
    states = (each for each in (change.before, change.after) if each)
    return -max(each.rows + each.own_episodes for each in states), state.id
