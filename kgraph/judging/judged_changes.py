"""Compare the decisions on rows and shows before and after judgements, and the entities they name.

Takes what :mod:`kgraph.pipeline.rejudge` decides again; entities are paired as in the comparison of
two graphs (:func:`kgraph.graph.diff.pair_things`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from kgraph.base.counts import find_commonest
from kgraph.base.model import Decision
from kgraph.graph import SharedData
from kgraph.graph.diff import pair_things
from kgraph.graph.records import ShowEdge
from kgraph.judging.judgement_effect import EntityChange, EntityChangeKind, EntityState
from kgraph.pipeline.rejudge import DecidedRow, RowPlace, is_same
from kgraph.pipeline.stale import ShowChange

#: Rows of the episodes that are decided again, by slug; of each row the decisions before and after.
EpisodeRows = Mapping[str, Sequence[DecidedRow]]

#: Slug of an episode -> its show before and after.
ShowPairs = dict[str, tuple[ShowEdge | None, ShowEdge | None]]


class DecisionChange(NamedTuple):
    """One decision on a row before and after; a row that names several things has several."""

    place: RowPlace
    surface: str
    before: Decision
    after: Decision


def decision_target(decision: Decision) -> str:
    """Return the id of the entity that a row names; "" if it was rejected."""
    return f"{decision.type}/{decision.key}" if decision.is_accepted else ""


def list_decision_changes(episodes: EpisodeRows) -> list[DecisionChange]:
    """Return the decisions that change, by episode and row."""
    return [
        DecisionChange(row.place, row.built.surface, old, new)
        for rows in episodes.values()
        for row in rows
        for old, new in _pair_decisions(*row.decided)
    ]


def _pair_decisions(
    before: Sequence[Decision], after: Sequence[Decision]
) -> Iterator[tuple[Decision, Decision]]:
    if is_same(before, after):
        return
    rest = [decision for decision in after if decision not in before]
    for old in before:
        if old not in after:
            same = (new for new in rest if (new.type, new.key) == (old.type, old.key))
            new = next(same, rest[0])
            rest.remove(new)
            yield old, new


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
    """The entities of the graph by some of the decisions on rows and shows.

    Args:
        number: of the decisions: 0 before the judgements, 1 after them.
        shows: the show of each episode whose show changes.
    """

    def __init__(
        self,
        shared: SharedData,
        episodes: EpisodeRows,
        number: int,
        changes: Mapping[str, ShowChange],
        shows: Iterable[ShowEdge | None],
    ) -> None:
        self._shared = shared
        self._rows: Counter[str] = Counter()  #: more than in the graph as built
        #: Slug of an episode -> entities that its rows name -> their surest decision.
        self._named: dict[str, dict[str, Decision]] = {}
        for slug, rows in episodes.items():
            named = self._named[slug] = {}
            for row in rows:
                self._rows.subtract(map(decision_target, row.built.decisions))
                for decision in row.decided[number]:
                    id_ = decision_target(decision)
                    self._rows[id_] += 1
                    named[id_] = max(
                        named.get(id_, decision), decision, key=attrgetter("confidence")
                    )
        self._own_episodes = shared.count_episodes_by_show()
        for slug, change in changes.items():
            self._own_episodes[shared.summaries[slug].show] -= 1
            self._own_episodes[change.show.target if change.show else ""] += 1
        self._show_labels: dict[str, Counter[str]] = defaultdict(Counter)
        for edge in filter(None, shows):
            self._show_labels[edge.target][edge.label] += 1

    def describe_entity(self, id_: str) -> EntityState | None:
        """Return an entity with its numbers; None if nothing names it."""
        entity = self._shared.entities.get(id_)
        rows = self._rows[id_] + (sum(entity.surfaces.values()) if entity else 0)
        own_episodes = self._own_episodes[id_]
        if not rows and not own_episodes:
            return None
        slugs = {*self._shared.list_episodes_of({id_})} - self._named.keys()
        slugs.update(slug for slug, named in self._named.items() if id_ in named)
        label = entity.label if entity else ""
        if slugs and (decision := self._named.get(min(slugs), {}).get(id_)):
            label = decision.label  # as in a build, that of the first episode
        elif not slugs and id_ in self._show_labels:
            label = find_commonest(self._show_labels[id_])
        return EntityState(id_, id_.partition("/")[0], label, rows, len(slugs), own_episodes)


def list_entity_changes(
    shared: SharedData,
    episodes: EpisodeRows,
    changes: Iterable[DecisionChange],
    shows: tuple[Mapping[str, ShowChange], Mapping[str, ShowChange]],
) -> list[EntityChange]:
    """Return the entities that change, those with most rows and own episodes first.

    Args:
        shared: of the graph as built.
        changes: of the decisions on rows.
        shows: changes of episodes' shows, before and after, each from the graph as built.
    """
    pairs = list_show_pairs(*shows).values()
    states = [
        _GraphState(shared, episodes, n, shows[n], (pair[n] for pair in pairs)) for n in (0, 1)
    ]
    #: Entity before -> entities that its rows and own episodes go to -> these; "" for none.
    flows: dict[str, Counter[str]] = defaultdict(Counter)
    for change in changes:
        flows[decision_target(change.before)][decision_target(change.after)] += 1
    for edges in pairs:
        old_id, new_id = (edge.target if edge else "" for edge in edges)
        flows[old_id][new_id] += 1
    ids = sorted({*flows, *(id_ for flow in flows.values() for id_ in flow)} - {""})
    before, after = (
        {id_: entity for id_ in ids if (entity := state.describe_entity(id_))} for state in states
    )
    successors = {id_: _find_successor(flows[id_], before) for id_ in before if id_ not in after}
    paired = [
        EntityChange(how, before.get(old_id), after.get(id_))
        for how, old_id, id_ in pair_things(before, after, successors)
    ]
    for id_ in before.keys() & after.keys():
        if before[id_] != after[id_]:
            is_spelling = before[id_].label != after[id_].label
            kind: EntityChangeKind = "renamed" if is_spelling else "recounted"
            paired.append(EntityChange(kind, before[id_], after[id_]))
    return sorted(paired, key=_rank_change)


def _find_successor(flow: Counter[str], before: Mapping[str, EntityState]) -> str:
    """Return the id of the entity that all of another one goes to, or most of it if that is new.

    Of a judgement that is removed some rows may have been rejected before, or something else.
    """
    target, count = flow.most_common(1)[0]
    is_most = 2 * count > flow.total() and target not in before
    return target if len(flow) == 1 or is_most else ""


def _rank_change(change: EntityChange) -> tuple[int, str]:
    states = [each for each in (change.before, change.after) if each]
    return -max(each.rows + each.own_episodes for each in states), states[0].id
