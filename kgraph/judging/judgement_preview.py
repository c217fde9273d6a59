"""The effect of a judgement before it is made: which rows, shows, names and ids it changes.

Takes an open store and judgements, gives a
:class:`~kgraph.judging.judgement_effect.JudgementEffect`; nothing is written, and nothing is built.

Rows and shows are exact: every row and every episode's show whose decision the next build changes,
with the decision that it will have (:mod:`kgraph.pipeline.rejudge`), and so are the entities that
gain or lose them. Only a build
tells what follows from them: co-mentions and other counts, which mentions are adverts, what quotes
name, and relations between names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest

import msgspec

from kgraph.base.counts import find_commonest
from kgraph.base.errors import StoreError
from kgraph.base.model import Decision
from kgraph.base.processes import without_gc
from kgraph.base.text import pluralize
from kgraph.graph import SharedData
from kgraph.graph.judged_types import describe_kinds_joined, describe_types_apart
from kgraph.graph.lookup import Lookup
from kgraph.graph.records import ShowEdge
from kgraph.judging.id_changes import describe_dropped_ids, list_id_changes
from kgraph.judging.judged_changes import (
    EntityTable,
    RowChanges,
    becomes_likely,
    decision_target,
    is_moved,
    list_entity_changes,
    list_show_pairs,
)
from kgraph.judging.judgement_effect import (
    EpisodeShowChange,
    JudgementEffect,
    OutcomeChange,
    RowExample,
    RowOutcome,
    ShowOutcome,
)
from kgraph.judging.meant_names import resolve_names
from kgraph.judging.overruling import describe_overruling
from kgraph.judging.unknown_names import describe_entry_choices, describe_unknown_names
from kgraph.pipeline.rejudge import BuiltDecisions, JudgedTables, RowPlace
from kgraph.pipeline.stale import ShowChange
from kgraph.pipeline.update import describe_excess
from kgraph.project.rebuild import load_origin_project
from kgraph.resolve.judgement import Judgement, drop_lines
from kgraph.resolve.own_entries import NO_OWN_ENTRIES
from kgraph.store import Store
from kgraph.views.values import EntityRef

MAX_EXAMPLES = 6  #: rows shown of a judgement
MAX_CHANGES = 100  #: entities, outcomes, ids and episodes listed of a judgement


def preview_judgement(
    store: Store, judgement: Judgement, earlier: Sequence[Judgement], file: str = "judgements"
) -> JudgementEffect:
    """Return the effect of a further judgement, as
    :func:`~kgraph.judging.correct.write_judgements` writes it.

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
    return preview_further_judgements(store, (judgement,), earlier, file)


def preview_further_judgements(
    store: Store, judgements: Sequence[Judgement], earlier: Sequence[Judgement], file: str
) -> JudgementEffect:
    """Return the effect of several further judgements, as :func:`preview_judgement` does."""
    present = {judgement.meaning: judgement for judgement in reversed(earlier)}
    resolved = resolve_names(store, judgements, earlier, file)
    added = [present.get(judgement.meaning, judgement) for judgement in resolved]
    return preview_judgements(store, earlier, (*earlier, *added), file)


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
    before, after = built.resolve(earlier, file), built.resolve(later, file)
    stale_before, stale_after = map(built.find_stale_episodes, (before, after))
    changes_after = built.judge(after, stale_after)
    changes = RowChanges(built.judge(before, stale_before), changes_after)
    show_changes = built.find_show_changes(before), built.find_show_changes(after)
    shared = store.shared
    entities = list_entity_changes(EntityTable(shared, changes, show_changes))
    outcomes = _list_outcomes(changes)
    shows = _list_show_changes(shared, *show_changes)
    redone = {*stale_after, *show_changes[1]}
    effect = JudgementEffect(
        _find_difference(earlier, later),
        is_removal=len(later) < len(earlier),
        rows=len(changes.rows),
        episodes=len({place.slug for place in changes.rows}),
        moved_rows=sum(any(map(is_moved, *pair)) for pair in changes.rows.values()),
        outcomes=tuple(outcomes[:MAX_CHANGES]),
        outcome_total=len(outcomes),
        entities=tuple(entities[:MAX_CHANGES]),
        entity_total=len(entities),
        ids=tuple(list_id_changes(built, before.judgements, after.judgements))[:MAX_CHANGES],
        examples=_find_examples(store, changes),
        shows=tuple(shows[:MAX_CHANGES]),
        show_total=len(shows),
        moved_shows=sum(change.before.id != change.after.id for change in shows),
        counted_rows=sum(any(map(becomes_likely, *pair)) for pair in changes.rows.values()),
        uncounted_rows=sum(any(map(becomes_likely, *pair[::-1])) for pair in changes.rows.values()),
        notes=tuple(
            _list_notes(
                built,
                earlier,
                later,
                after=after,
                redone=len(redone),
                has_show_changes=bool(shows),
                file=file,
            )
        ),
    )
    if effect.is_removal:
        return effect
    advice = list(describe_entry_choices(built.knowledge.lexicon, effect.judgements))
    if effect.is_empty:
        advice += describe_overruling(
            store, effect.judgements, later, changes_after, slugs=stale_after, file=file
        )
    else:
        advice += describe_dropped_ids(built, after.judgements, entities)
    return msgspec.structs.replace(effect, notes=(*effect.notes, *advice), advice=tuple(advice))


def find_judged_show_keys(store: Store, judgement: Judgement) -> Collection[str]:
    """Return the keys of a judgement that the shows of episodes have; none if it cannot be told."""
    try:
        return open_built_decisions(store).resolve([judgement], "").shows.judgements.reasons.keys()
    except StoreError:
        return ()


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
    built: BuiltDecisions,
    earlier: Sequence[Judgement],
    later: Sequence[Judgement],
    *,
    after: JudgedTables,
    redone: int,
    has_show_changes: bool,
    file: str,
) -> Iterator[str]:
    """Yield notes.

    Args:
        after: tables of ``later``.
        redone: number of episodes that the next build redoes at least.
        has_show_changes: whether the show of an episode changes.
        file: name of the file of judgements.
    """
    read = drop_lines(built.judgements)
    if pending := sum(judgement.without_line() not in read for judgement in earlier):
        yield (
            f"{pluralize(pending, 'earlier judgement')} not built yet: "
            "the preview is of the graph with them"
        )
    total = len(built.store.slugs)
    excess = describe_excess(redone, total, "episode", "depend on what is judged")
    if excess and redone < total:
        yield (
            f"the next build redoes all {pluralize(total, 'episode')}, since {excess}; "
            "rows and shows change only as this preview says"
        )
    if len(later) > len(earlier):
        added = _find_difference(earlier, later)
        lookup = Lookup.cached_for(built.store.shared)
        yield from describe_kinds_joined(added, later, lookup, file)
        yield from describe_types_apart(added, later, lookup, file)
        for judgement in added:
            judged_keys = after.shows.judgements.reasons
            yield from describe_unknown_names(built.store, judgement, judged_keys, later)
            yield from _describe_limits(built.store, judgement, has_show_changes)


# -- shows -----------------------------------------------------------------------------------------


def _list_show_changes(
    shared: SharedData, before: Mapping[str, ShowChange], after: Mapping[str, ShowChange]
) -> list[EpisodeShowChange]:
    """Return the episodes whose show changes, those that move to another first, then the newest."""
    changes = []
    for slug, pair in list_show_pairs(before, after).items():
        summary = shared.summaries[slug]
        judged_show = after[slug].judged_show if slug in after else None
        changes.append(
            EpisodeShowChange(
                EntityRef(f"episode/{slug}", summary.title, "episode"),
                summary.date[:10],
                _make_show_outcome(pair[0]),
                _make_show_outcome(pair[1]),
                tuple(reason.words for reason in judged_show.reasons) if judged_show else (),
            )
        )
    newest = sorted(changes, key=lambda change: change.date, reverse=True)
    return sorted(newest, key=lambda change: change.before.id == change.after.id)


def _make_show_outcome(edge: ShowEdge | None) -> ShowOutcome:
    if edge is None:
        return ShowOutcome("", "", 0.0)
    return ShowOutcome(edge.target, edge.label, round(edge.confidence, 4))


def _describe_limits(store: Store, judgement: Judgement, has_changes: bool) -> Iterator[str]:
    """Yield what a judgement of a show does not change.

    Args:
        has_changes: whether the show of an episode changes.
    """
    if judgement.verb not in ("type", "accept"):
        return
    own = store.shared.count_episodes_by_show()
    lookup = Lookup.cached_for(store.shared)
    for entity in chain.from_iterable(map(lookup.find_all, judgement.names)):
        if entity.type != "show" or not own[entity.id]:
            continue
        episodes = pluralize(own[entity.id], "episode")
        if judgement.verb == "type" or judgement.type not in (None, "show"):
            yield (
                f"{entity.label} stays the show of {episodes}, since a type is of rows only: "
                f"if they are not its own, judge reject {entity.id}, rename or different"
            )
        elif not has_changes:
            verb = "gets" if own[entity.id] == 1 else "get"
            yield (
                f"{episodes} of {entity.label} {verb} no surer: accept reaches those that state "
                "their show in file, title, summary or words, and that no judgement made certain"
            )


# -- rows ------------------------------------------------------------------------------------------


#: A decision that changes: the place of its row, before and after.
DecisionChange = tuple[RowPlace, Decision, Decision]


def _group_by_outcomes(changes: RowChanges) -> list[list[DecisionChange]]:
    """Return the decisions that change, in a list for each pair of outcomes."""
    groups: dict[tuple[str, str], list[DecisionChange]] = defaultdict(list)
    for place, before, after in changes.iterate_decisions():
        groups[decision_target(before), decision_target(after)].append((place, before, after))
    return list(groups.values())


def _list_outcomes(changes: RowChanges) -> list[OutcomeChange]:
    outcomes = [
        OutcomeChange(
            _average([before for _, before, _ in rows]),
            _average([after for _, _, after in rows]),
            len(rows),
            len({place.slug for place, _, _ in rows}),
        )
        for rows in _group_by_outcomes(changes)
    ]
    return sorted(outcomes, key=lambda change: (-change.rows, change.before.id, change.after.id))


def _average(decisions: Sequence[Decision]) -> RowOutcome:
    confidence = sum(decision.confidence for decision in decisions) / len(decisions)
    labels = Counter(decision.label for decision in decisions)
    label = find_commonest(labels) if decisions[0].is_accepted else ""
    return RowOutcome(decision_target(decisions[0]), decisions[0].type, label, round(confidence, 4))


def _drop_repeated_episodes(rows: Sequence[DecisionChange]) -> list[DecisionChange]:
    """Return the first of the rows of each episode."""
    first: dict[str, DecisionChange] = {}
    for change in rows:
        first.setdefault(change[0].slug, change)
    return list(first.values())


def _find_examples(store: Store, changes: RowChanges) -> tuple[RowExample, ...]:
    """Return a few rows that change: of each pair of outcomes one after the other."""
    columns = [_drop_repeated_episodes(rows) for rows in _group_by_outcomes(changes)]
    columns.sort(key=len, reverse=True)
    ranked = chain.from_iterable(zip_longest(*columns))
    chosen = list(islice(filter(None, ranked), MAX_EXAMPLES))
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
