"""Preview judgements: decide the episodes that they touch again, and compare before and after.

Takes an open store and judgements, gives a
:class:`~kgraph.judging.judgement_effect.JudgementEffect`; nothing is written, and nothing is built.

Rows and shows are exact: every row and every episode's show whose decision the next build changes,
with the decision that it will have (:mod:`kgraph.pipeline.rejudge`), and so are the entities that
gain or lose them. Only a build tells what follows from them: co-mentions and other counts, which
mentions are adverts, what quotes name, and relations between names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest

from kgraph.base.counts import find_commonest
from kgraph.base.model import Decision
from kgraph.base.processes import without_gc
from kgraph.base.text import pluralize
from kgraph.graph import SharedData
from kgraph.graph.records import ShowEdge
from kgraph.judging.id_changes import list_id_changes
from kgraph.judging.judged_changes import (
    DecisionChange,
    decision_target,
    list_decision_changes,
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
from kgraph.judging.unknown_names import describe_unknown_names
from kgraph.pipeline.rejudge import BuiltDecisions
from kgraph.pipeline.stale import ShowChange
from kgraph.pipeline.update import describe_excess
from kgraph.project.rebuild import load_origin_project
from kgraph.resolve.judgement import Judgement, drop_lines
from kgraph.resolve.own_entries import NO_OWN_ENTRIES
from kgraph.store import Store
from kgraph.views.values import EntityRef

MAX_EXAMPLES = 6  #: rows shown of a judgement
MAX_CHANGES = 100  #: entities, outcomes, ids and episodes listed of a judgement


def preview_further_judgements(
    store: Store, judgements: Sequence[Judgement], earlier: Sequence[Judgement], file: str
) -> JudgementEffect:
    """Return the effect of further judgements, as
    :func:`~kgraph.judging.correct.write_judgements` writes them.

    Args:
        store: an open store.
        judgements: the new ones, which need not be signed.
        earlier: all judgements that are there already, in order; those that no build has applied
            yet count as if one had.
        file: name of their file, for messages.

    Raises:
        DataError: one contradicts an earlier one; the message names both.
        StoreOutdatedError: another version of kgraph, or of the user's own entries, built the
            graph: only a build can tell.
    """
    present = {judgement.meaning: judgement for judgement in reversed(earlier)}
    resolved = resolve_names(store, judgements, earlier, file)
    added = [present.get(judgement.meaning, judgement) for judgement in resolved]
    return preview_judgements(store, earlier, (*earlier, *added), file)


def preview_judgement(
    store: Store, judgement: Judgement, earlier: Sequence[Judgement], file: str = "judgements"
) -> JudgementEffect:
    """Return the effect of one further judgement, as :func:`preview_further_judgements` does."""
    return preview_further_judgements(store, (judgement,), earlier, file)


@without_gc()  # a third faster
def preview_judgements(
    store: Store, earlier: Sequence[Judgement], later: Sequence[Judgement], file: str = "judgements"
) -> JudgementEffect:
    """Return the effect of having other judgements: some more, or some less.

    Args:
        earlier, later: all judgements before and after the change.

    Raises:
        DataError, StoreOutdatedError: as of :func:`preview_further_judgements`.
    """
    built = open_built_decisions(store)
    tables = [built.resolve(judgements, file) for judgements in (earlier, later)]
    stale = [built.find_stale_episodes(each) for each in tables]
    episodes = dict(built.decide(tables, sorted({*stale[0], *stale[1]})))
    show_changes = built.find_show_changes(tables[0]), built.find_show_changes(tables[1])
    changes = list_decision_changes(episodes)
    places = {change.place for change in changes}
    outcomes = _list_outcomes(changes)
    entities = list_entity_changes(store.shared, episodes, changes, show_changes)
    shows = _list_show_changes(store.shared, *show_changes)
    added = tuple((Counter(later) - Counter(earlier)).elements())
    notes = [
        *_describe_pending(built, earlier),
        *_describe_full_build(store, {*stale[1], *show_changes[1]}),
        *describe_unknown_names(store, added, tables[1].shows.judgements.reasons),
    ]
    return JudgementEffect(
        added or tuple((Counter(earlier) - Counter(later)).elements()),
        is_removal=len(later) < len(earlier),
        rows=len(places),
        episodes=len({place.slug for place in places}),
        moved_rows=len({change.place for change in changes if _is_moved(change)}),
        outcomes=tuple(outcomes[:MAX_CHANGES]),
        outcome_total=len(outcomes),
        entities=tuple(entities[:MAX_CHANGES]),
        entity_total=len(entities),
        ids=tuple(list_id_changes(built, *(each.judgements for each in tables)))[:MAX_CHANGES],
        examples=_find_examples(store, changes),
        shows=tuple(shows[:MAX_CHANGES]),
        show_total=len(shows),
        moved_shows=sum(change.before.id != change.after.id for change in shows),
        notes=tuple(notes),
    )


def open_built_decisions(store: Store) -> BuiltDecisions:
    """Open the decisions of a store's build, with the own entries of the project that made it.

    Raises:
        StoreOutdatedError: another version of kgraph, or of the user's own entries, built it.
        DataError: the project file is wrong.
    """
    project = load_origin_project(store.path)
    return BuiltDecisions(store, project.load_inputs().own if project else NO_OWN_ENTRIES)


def _describe_pending(built: BuiltDecisions, earlier: Iterable[Judgement]) -> Iterator[str]:
    read = drop_lines(built.judgements)
    if pending := sum(judgement.without_line() not in read for judgement in earlier):
        yield (
            f"{pluralize(pending, 'earlier judgement')} not built yet: "
            "the preview is of the graph with them"
        )


def _describe_full_build(store: Store, redone: set[str]) -> Iterator[str]:
    total = len(store.slugs)
    excess = describe_excess(len(redone), total, "episode", "depend on what is judged")
    if excess and len(redone) < total:
        yield (
            f"the next build redoes all {pluralize(total, 'episode')}, since {excess}; "
            "rows and shows change only as this preview says"
        )


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


def _is_moved(change: DecisionChange) -> bool:
    return decision_target(change.before) != decision_target(change.after)


def _group_by_outcomes(changes: Iterable[DecisionChange]) -> list[list[DecisionChange]]:
    """Return the decisions that change, in a list for each pair of outcomes."""
    groups: dict[tuple[str, str], list[DecisionChange]] = defaultdict(list)
    for change in changes:
        groups[decision_target(change.before), decision_target(change.after)].append(change)
    return list(groups.values())


def _list_outcomes(changes: Iterable[DecisionChange]) -> list[OutcomeChange]:
    outcomes = [
        OutcomeChange(
            _average([change.before for change in group]),
            _average([change.after for change in group]),
            len(group),
            len({change.place.slug for change in group}),
        )
        for group in _group_by_outcomes(changes)
    ]
    return sorted(outcomes, key=lambda change: (-change.rows, change.before.id, change.after.id))


def _average(decisions: Sequence[Decision]) -> RowOutcome:
    confidence = sum(decision.confidence for decision in decisions) / len(decisions)
    labels = Counter(decision.label for decision in decisions)
    label = find_commonest(labels) if decisions[0].is_accepted else ""
    return RowOutcome(decision_target(decisions[0]), decisions[0].type, label, round(confidence, 4))


def _find_examples(store: Store, changes: Iterable[DecisionChange]) -> tuple[RowExample, ...]:
    """Return a few rows that change: of each pair of outcomes one after the other."""
    columns = [  # one row an episode
        list({change.place.slug: change for change in reversed(group)}.values())[::-1]
        for group in _group_by_outcomes(changes)
    ]
    columns.sort(key=len, reverse=True)
    ranked = chain.from_iterable(zip_longest(*columns))
    chosen = list(islice(filter(None, ranked), MAX_EXAMPLES))
    slugs = sorted({change.place.slug for change in chosen})
    episodes = {episode.slug: episode for episode in store.read_episodes(slugs)}
    examples = []
    for place, surface, before, after in chosen:
        episode = episodes[place.slug]
        row = episode.find_row("companies", place.file, place.row)
        examples.append(
            RowExample(
                *(surface, _average([before]), _average([after])),
                EntityRef(episode.id, episode.main_file.title, "episode"),
                *(episode.date[:10], episode.files[place.file].file),
                *(row.pointer, row.text("context")),
            )
        )
    return tuple(examples)
