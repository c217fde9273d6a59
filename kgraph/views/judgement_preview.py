"""The effect of a judgement before it is made: which rows, names and ids it changes.

Takes an open store and judgements, gives a
:class:`~kgraph.views.judgement_effect.JudgementEffect`; nothing is written, and nothing is built.

Rows are exact: every row whose decision the next build changes, with the decision that it will
have (:mod:`kgraph.pipeline.rejudge`), and so are the entities that gain or lose rows. Only a build
tells what follows from them: co-mentions and other counts, which mentions are adverts, what quotes
name, relations between names, and ids of other registers that go with a renamed entity.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

import msgspec

from kgraph.base.model import Decision
from kgraph.base.processes import without_gc
from kgraph.base.text import pluralize
from kgraph.graph import SharedData
from kgraph.graph.judged_ids import apply_judged_ids
from kgraph.graph.records import Entity
from kgraph.graph.tally import make_enricher
from kgraph.pipeline.rejudge import BuiltDecisions, EpisodeChanges, RowChange, RowPlace, is_same
from kgraph.pipeline.update import describe_excess
from kgraph.project.rebuild import load_origin_project
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgements import JudgementTable
from kgraph.resolve.own_entries import NO_OWN_ENTRIES
from kgraph.store import Store
from kgraph.views.judgement_effect import (
    EntityChange,
    EntityChangeKind,
    EntityState,
    IdChange,
    JudgementEffect,
    OutcomeChange,
    RowExample,
    RowOutcome,
)
from kgraph.views.judging import describe_unknown_names
from kgraph.views.values import EntityRef, rank_counts

MAX_EXAMPLES = 6  #: rows shown of a judgement
MAX_CHANGES = 100  #: entities, outcomes and ids listed of a judgement


def preview_judgement(
    store: Store, judgement: Judgement, earlier: Sequence[Judgement], file: str = "judgements"
) -> JudgementEffect:
    """Return the effect of a further judgement.

    Args:
        store: an open store.
        judgement: the new one, which need not be signed.
        earlier: all judgements that are there already, in order; those that no build has applied
            yet count as if one had.
        file: name of their file, for messages.

    Raises:
        DataError: it contradicts an earlier one; the message names both.
        StoreOutdatedError: another version of kgraph, or of the user's own entries, built the
            graph: only a build can tell.
    """
    return preview_judgements(store, earlier, (*earlier, judgement), file)


@without_gc()  # a third faster
def preview_judgements(
    store: Store, earlier: Sequence[Judgement], later: Sequence[Judgement], file: str = "judgements"
) -> JudgementEffect:
    """Return the effect of having other judgements: some more, or some less.

    Args:
        earlier, later: all judgements before and after the change.

    Raises:
        DataError, StoreOutdatedError: as of :func:`preview_judgement`.
    """
    built = open_built_decisions(store)
    table_before = built.resolve(earlier, file)
    table_after = built.resolve(later, file)
    stale_before, stale = map(built.find_stale_episodes, (table_before, table_after))
    changes = _RowChanges(built.judge(table_before, stale_before), built.judge(table_after, stale))
    shared = store.shared
    entities = list(_list_entity_changes(_EntityTable(shared, changes)))
    outcomes = _list_outcomes(changes)
    return JudgementEffect(
        _find_difference(earlier, later),
        is_removal=len(later) < len(earlier),
        rows=len(changes.rows),
        episodes=len({place.slug for place in changes.rows}),
        moved_rows=sum(any(map(_is_moved, *pair)) for pair in changes.rows.values()),
        outcomes=tuple(outcomes[:MAX_CHANGES]),
        outcome_total=len(outcomes),
        entities=tuple(entities[:MAX_CHANGES]),
        entity_total=len(entities),
        ids=tuple(_list_id_changes(built, table_before, table_after))[:MAX_CHANGES],
        examples=_find_examples(store, changes),
        notes=tuple(_list_notes(built, earlier, later, len(stale))),
    )


def open_built_decisions(store: Store) -> BuiltDecisions:
    """Open the decisions of a store's build, with the own entries of the project that made it.

    Raises:
        StoreOutdatedError: another version of kgraph, or of the user's own entries, built it.
        DataError: the project file is wrong.
    """
    project = load_origin_project(store.path)
    return BuiltDecisions(store, project.load_inputs().own if project else NO_OWN_ENTRIES)


def _find_difference(
    earlier: Sequence[Judgement], later: Sequence[Judgement]
) -> tuple[Judgement, ...]:
    """Return the judgements that only one of two lists has, in order."""
    added = list((Counter(later) - Counter(earlier)).elements())
    return tuple(added or (Counter(earlier) - Counter(later)).elements())


def _list_notes(
    built: BuiltDecisions, earlier: Sequence[Judgement], later: Sequence[Judgement], stale: int
) -> Iterator[str]:
    """Yield notes; ``stale`` is the number of episodes that the next build redoes at least."""
    applied = [judgement.without_line() for judgement in built.judgements]
    pending = [judgement for judgement in earlier if judgement.without_line() not in applied]
    if pending:
        yield (
            f"{pluralize(len(pending), 'earlier judgement')} not built yet: "
            "the preview is of the graph with them"
        )
    total = len(built.store.slugs)
    if stale < total and (excess := describe_excess(stale, total, "episode")):
        yield f"the next build redoes all {pluralize(total, 'episode')}: {excess}"
    if len(later) > len(earlier):
        for judgement in _find_difference(earlier, later):
            yield from describe_unknown_names(built.store, judgement)


# -- rows ------------------------------------------------------------------------------------------


class _RowChanges:
    """The rows that change, and how many rows each episode has of each entity before and after.

    Attributes:
        rows: by place, the decisions before and after.
        surfaces: by place.
        counts: by slug, the rows of each entity: as built, before and after.
    """

    def __init__(
        self, before: Mapping[str, EpisodeChanges], after: Mapping[str, EpisodeChanges]
    ) -> None:
        self.rows: dict[RowPlace, tuple[tuple[Decision, ...], tuple[Decision, ...]]] = {}
        self.surfaces: dict[RowPlace, str] = {}
        self.counts: dict[str, tuple[Counter[str], Counter[str], Counter[str]]] = {}
        for slug in sorted({*before, *after}):
            self._add(slug, before.get(slug), after.get(slug))

    def _add(self, slug: str, before: EpisodeChanges | None, after: EpisodeChanges | None) -> None:
        rows = next(changes.rows for changes in (before, after) if changes)
        old = before.changes if before else {}
        new = after.changes if after else {}
        self.counts[slug] = rows, _recount(rows, old.values()), _recount(rows, new.values())
        for place in sorted({*old, *new}):
            built = (old.get(place) or new[place]).built
            pair = tuple(c[place].judged if place in c else built for c in (old, new))
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
        counts.subtract(_target(decision) for decision in change.built)
        counts.update(_target(decision) for decision in change.judged)
    return counts


def _target(decision: Decision) -> str:
    return f"{decision.type}/{decision.key}" if decision.is_accepted else ""


def _is_moved(before: Decision, after: Decision) -> bool:
    return _target(before) != _target(after)


def _list_outcomes(changes: _RowChanges) -> list[OutcomeChange]:
    pairs: dict[tuple[str, str], list[tuple[RowPlace, Decision, Decision]]] = defaultdict(list)
    for place, before, after in changes.iterate_decisions():
        pairs[_target(before), _target(after)].append((place, before, after))
    outcomes = [
        OutcomeChange(
            _average([before for _, before, _ in rows]),
            _average([after for _, _, after in rows]),
            len(rows),
            len({place.slug for place, _, _ in rows}),
        )
        for rows in pairs.values()
    ]
    return sorted(outcomes, key=lambda change: (-change.rows, change.before.id, change.after.id))


def _average(decisions: Sequence[Decision]) -> RowOutcome:
    confidence = sum(decision.confidence for decision in decisions) / len(decisions)
    labels = Counter(decision.label for decision in decisions)
    label = rank_counts(labels)[0][0] if decisions[0].is_accepted else ""
    return RowOutcome(_target(decisions[0]), decisions[0].type, label, round(confidence, 4))


def _find_examples(store: Store, changes: _RowChanges) -> tuple[RowExample, ...]:
    """Return a few rows that change: of each pair of outcomes one after the other."""
    pairs: dict[tuple[str, str], list[tuple[RowPlace, Decision, Decision]]] = defaultdict(list)
    seen = set()
    for place, before, after in changes.iterate_decisions():
        pair = _target(before), _target(after)
        if (pair, place.slug) not in seen:  # one of an episode
            seen.add((pair, place.slug))
            pairs[pair].append((place, before, after))
    columns = sorted(pairs.values(), key=len, reverse=True)
    longest = len(columns[0]) if columns else 0
    ranked = [
        rows[n] for n in range(min(longest, MAX_EXAMPLES)) for rows in columns if n < len(rows)
    ]
    chosen = ranked[:MAX_EXAMPLES]
    slugs = sorted({place.slug for place, _, _ in chosen})
    episodes = {episode.slug: episode for episode in store.read_episodes(slugs)}
    examples = []
    for place, before, after in chosen:
        episode = episodes[place.slug]
        row = episode.find_row("companies", place.file, place.row)
        examples.append(
            RowExample(
                changes.surfaces[place],
                _average([before]),
                _average([after]),
                EntityRef(episode.id, episode.main_file.title, "episode"),
                episode.date[:10],
                episode.files[place.file].file,
                row.pointer,
                row.text("context"),
            )
        )
    return tuple(examples)


# -- entities --------------------------------------------------------------------------------------


class _EntityTable:
    """The states of the entities whose rows change."""

    def __init__(self, shared: SharedData, changes: _RowChanges) -> None:
        self._shared = shared
        self._changes = changes
        self._shows = {summary.show for summary in shared.summaries.values()}
        #: Entity before -> entities that its rows go to -> rows; "" for none.
        self.flows: dict[str, Counter[str]] = defaultdict(Counter)
        #: Column of the counts and entity -> its name in the rows that change -> rows.
        self._labels: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
        for _, before, after in changes.iterate_decisions():
            self.flows[_target(before)][_target(after)] += 1
            self._labels[1, _target(before)][before.label] += 1
            self._labels[2, _target(after)][after.label] += 1
        ids = {*self.flows, *chain.from_iterable(self.flows.values())} - {""}
        #: Entity -> slugs of the episodes that name it in the graph as built.
        self._slugs: dict[str, set[str]] = {id_: set() for id_ in ids}
        for slug, summary in shared.summaries.items():
            for named in (summary.mentions, summary.adverts, summary.unlikely):
                for id_ in ids & named.keys():
                    self._slugs[id_].add(slug)
        self.before = {id_: self._make_state(id_, 1) for id_ in sorted(ids)}
        self.after = {id_: self._make_state(id_, 2) for id_ in sorted(ids)}

    def _make_state(self, id_: str, column: int) -> EntityState | None:
        entity = self._shared.entities.get(id_)
        rows = sum(entity.surfaces.values()) if entity else 0
        slugs = set(self._slugs[id_])
        for slug, counts in self._changes.counts.items():
            rows += counts[column][id_] - counts[0][id_]
            (slugs.add if counts[column][id_] > 0 else slugs.discard)(slug)
        if not rows and id_ not in self._shows:
            return None
        labels = self._labels[2, id_]
        is_relabelled = column == 2 and 0 < labels.total() >= rows
        if entity is None or is_relabelled:
            label = rank_counts(labels or self._labels[1, id_])[0][0]
        else:
            label = entity.label
        return EntityState(id_, id_.partition("/")[0], label, rows, len(slugs))


def _list_entity_changes(table: _EntityTable) -> list[EntityChange]:
    changes = []
    for id_, state in table.before.items():
        after = table.after[id_]
        if state and after is None:
            targets = table.flows[id_]
            [target] = targets if len(targets) == 1 else [""]
            changes.append(_describe_loss(state, table.before.get(target), table.after.get(target)))
        elif state and after and state != after:
            how: EntityChangeKind = "renamed" if state.label != after.label else "recounted"
            changes.append(EntityChange(how, state, after))
    kinds = {change.after.id for change in changes if change.after}
    for id_, after in table.after.items():
        if after and table.before[id_] is None and id_ not in kinds:
            changes.append(EntityChange("gained", None, after))
    return sorted(changes, key=_rank_change)


def _describe_loss(
    state: EntityState, target_before: EntityState | None, target: EntityState | None
) -> EntityChange:
    """Describe what becomes of an entity without rows, given what all its rows go to."""
    if target is None:
        return EntityChange("lost", state, None)
    if target_before is not None:
        return EntityChange("merged", state, target)
    is_one_name = state.id.partition("/")[2] == target.id.partition("/")[2]
    return EntityChange("retyped" if is_one_name else "renamed", state, target)


def _rank_change(change: EntityChange) -> tuple[int, str]:
    state = change.before or change.after
    assert state is not None
    return -max(s.rows for s in (change.before, change.after) if s), state.id


# -- ids in other registers ------------------------------------------------------------------------


def _list_id_changes(
    built: BuiltDecisions, before: JudgementTable, after: JudgementTable
) -> Iterator[IdChange]:
    """Yield the ids that judgements of ids give to entities and take from them, by entity."""
    if (before.same_ids, before.wrong_ids) == (after.same_ids, after.wrong_ids):
        return
    old, new = (_judge_ids(built, table) for table in (before, after))
    for id_, entity in old.items():
        now = new[id_]
        ref = EntityRef(id_, entity.label, entity.type)
        for kind, external in entity.ids:
            if (kind, external) not in now.ids:
                yield IdChange("lost", f"{kind}:{external}", ref)
        for kind, external in now.ids:
            if (kind, external) not in entity.ids:
                yield IdChange("gained", f"{kind}:{external}", ref)


def _judge_ids(built: BuiltDecisions, table: JudgementTable) -> dict[str, Entity]:
    """Return the entities of the graph with the ids that judgements give them."""
    entities = {
        id_: msgspec.structs.replace(entity)
        for id_, entity in sorted(built.store.shared.entities.items())
    }
    if built.table.same_ids or built.table.wrong_ids:
        # Those that the graph has are judged already.
        enrich: Callable[[Entity], None] = make_enricher(built.knowledge)
        for entity in entities.values():
            replaces, entity.ids, entity.tickers = entity.replaces, (), ()
            enrich(entity)
            entity.replaces = replaces
    apply_judged_ids(entities, table)
    return entities
