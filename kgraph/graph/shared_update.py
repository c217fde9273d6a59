"""Change what episodes share, where few episodes changed.

Takes the shared data of the last graph and the tallies of the episodes that changed; gives the
shared data that :func:`~kgraph.graph.tally.build_shared_data` makes of the tallies of all episodes.
What is counted in summaries is counted there again, for the things of changed episodes; rows are
taken out and put in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from kgraph.base.lexicon import EntryLookup
from kgraph.graph.records import Entity, EpisodeSummary, SharedData, TaxonomyTerm
from kgraph.graph.tally import (
    Tally,
    add_broader_themes,
    complete_entity,
    complete_term,
    make_enricher,
    make_theme_term,
)
from kgraph.resolve.renamed_ids import list_joined_ids, list_renamed_ids

if TYPE_CHECKING:
    from kgraph.resolve.knowledge import Knowledge


class ChangedEpisodes(msgspec.Struct, frozen=True):
    """The episodes of a graph, and the tallies of those that changed.

    Attributes:
        order: slugs of all of the new graph, in order, each with the confidence of its show.
        is_same_order: whether the last graph had the same slugs, in the same order.
        themes: ids of the themes in their tallies.
        read_tally: reads the tally of an episode of the new graph by its slug.
        removed: tallies of changed and gone episodes, as they were in the last graph.
        added: tallies of changed and new episodes, as they are.
        has_other_entries: whether the lexicon or the ids may say something else of any entity.
    """

    order: Mapping[str, float]
    is_same_order: bool
    themes: Collection[str]
    read_tally: Callable[[str], Tally]
    removed: Sequence[Tally]
    added: Sequence[Tally]
    has_other_entries: bool = False


def can_update_shared(last: Knowledge, new: Knowledge) -> bool:
    """Return whether the judgements of two graphs leave alone what is known of unchanged things."""
    tables = (last.judgements, new.judgements)
    has_ids = any(table.same_ids or table.wrong_ids for table in tables)
    lists = (list_renamed_ids, list_joined_ids)
    return not has_ids and all(ids(tables[0]) == ids(tables[1]) for ids in lists)


def update_shared_data(
    last: SharedData,
    changed: ChangedEpisodes,
    digest: str,
    knowledge: Knowledge,
) -> SharedData:
    """Return the shared data of a graph, given those of the last one.

    Args:
        digest: of the input.
        knowledge: for which :func:`can_update_shared`.
    """
    summaries = _update_summaries(last, changed)
    ids = _find_recounted_entities(changed)
    counted = _count_entities(ids, last, changed, summaries)
    entities = {id_: e for id_, e in last.entities.items() if id_ not in ids} | counted
    entities = {id_: entities[id_] for id_ in sorted(entities)}
    renewed = set(entities)
    if not changed.has_other_entries:
        listed = last.entities.keys() ^ entities.keys()
        renewed &= _find_related(ids, listed, last, knowledge)
    for id_ in sorted(renewed - ids):
        entities[id_] = _strip_facts(entities[id_])
        counted[id_] = entities[id_]
    enrich = make_enricher(knowledge) if counted else None
    for entity in counted.values():
        assert enrich is not None
        enrich(entity)
        complete_entity(entity, entities)
    terms = _update_terms(last, changed, entities, ids)
    return SharedData(entities, terms["topic"], terms["tag"], terms["theme"], digest, summaries)


def _update_summaries(last: SharedData, changed: ChangedEpisodes) -> dict[str, EpisodeSummary]:
    gone = {slug for tally in changed.removed for slug in tally.summaries}
    summaries = {slug: s for slug, s in last.summaries.items() if slug not in gone}
    for tally in changed.added:
        summaries.update(tally.summaries)
    return dict(sorted(summaries.items()))


def _find_recounted_entities(changed: ChangedEpisodes) -> set[str]:
    """Return the ids of the entities to which the changed episodes may count otherwise."""
    old, new = (
        {slug: tally for tally in tallies for slug in tally.summaries}
        for tallies in (changed.removed, changed.added)
    )
    ids: set[str] = set()
    for slug in old.keys() | new.keys():
        tallies = [tally for tally in (old.get(slug), new.get(slug)) if tally is not None]
        ids.update(
            id_
            for id_ in {id_ for tally in tallies for id_ in tally.entities}
            if not (changed.is_same_order and len(tallies) == 2 and _counts_alike(id_, *tallies))
        )
    return ids


def _counts_alike(id_: str, old: Tally, new: Tally) -> bool:
    """Return whether two tallies of an episode count the same of an entity."""

    def list_counts(tally: Tally) -> Iterator[object]:
        yield tally.entities.get(id_)
        for summary in tally.summaries.values():
            yield summary.show
            yield from (
                confidences.get(id_)
                for confidences in (summary.mentions, summary.adverts, summary.unlikely)
            )

    return [*list_counts(old)] == [*list_counts(new)]


def _count_entities(
    ids: Collection[str],
    last: SharedData,
    changed: ChangedEpisodes,
    summaries: Mapping[str, EpisodeSummary],
) -> dict[str, Entity]:
    """Count some entities again; those that no episode has are left out."""
    wanted, counts, shows = set(ids), dict[str, Entity](), dict[str, set[str]]()
    for slug, show_confidence in changed.order.items() if wanted else ():
        summary, tally = summaries[slug], None
        show = {summary.show: show_confidence} if summary.show else {}
        lists = (summary.mentions, summary.adverts, summary.unlikely, show)
        for number, confidences in enumerate(lists):
            for id_ in wanted & confidences.keys():
                if id_ not in counts:  # the first episode that has it names it
                    tally = tally or changed.read_tally(slug)
                    entity = tally.entities[id_]
                    counts[id_] = Entity(entity.type, entity.key, entity.label, {})
                total = counts[id_]
                total.episodes += number == 0
                total.advertised += number == 1
                total.unlikely += number == 2
                total.confidence = max(total.confidence, confidences[id_])
        for id_ in wanted & summary.mentions.keys() if summary.show else ():
            shows.setdefault(id_, set()).add(summary.show)
    for id_, entity in counts.items():
        old = last.entities.get(id_, entity)
        removed, added = (
            [tally.entities[id_] for tally in tallies if id_ in tally.entities]
            for tallies in (changed.removed, changed.added)
        )
        for field in ("surfaces", "stated_names"):
            names = [[getattr(each, field) for each in side] for side in (removed, added)]
            setattr(entity, field, _change_counts(getattr(old, field), *names))
        entity.shows = len(shows.get(id_, ()))
    return counts


def _change_counts(
    old: Mapping[str, int],
    removed: Iterable[Mapping[str, int]],
    added: Iterable[Mapping[str, int]],
) -> dict[str, int]:
    """Take counts out of a total and put others in; what is counted no more is left out."""
    total = Counter(old)
    for counts in removed:
        total.subtract(counts)
    for counts in added:
        total.update(counts)
    return {name: count for name, count in total.items() if count}


def _find_related(
    ids: Collection[str], listed: Collection[str], last: SharedData, knowledge: Knowledge
) -> set[str]:
    """Return the ids of entities whose relations or former ids may differ.

    Args:
        ids: of entities that were counted again.
        listed: ids that only one of both graphs has.
    """
    renamed = list_renamed_ids(knowledge.judgements)
    old_ids = (old for old, new in renamed.items() if new in listed)
    related = EntryLookup(knowledge.lexicon).find_related((*listed, *old_ids)) if listed else set()
    namesakes = {f"product/{id_.partition('/')[2]}" for id_ in ids if id_.startswith("company/")}
    successors = {thing.successor for thing in last.former.values()}
    return related | {renamed.get(id_, id_) for id_ in related} | namesakes | successors


def _strip_facts(entity: Entity) -> Entity:
    """Return a copy with the counts alone."""
    counts = Entity(entity.type, entity.key, entity.label, entity.surfaces)
    for field in ("episodes", "confidence", "shows", "advertised", "unlikely", "stated_names"):
        setattr(counts, field, getattr(entity, field))
    return counts


def _update_terms(
    last: SharedData,
    changed: ChangedEpisodes,
    entities: Mapping[str, Entity],
    counted_ids: Iterable[str],
) -> dict[str, dict[str, TaxonomyTerm]]:
    """Return the terms by kind: those of changed episodes, and of counted entities, are new."""
    themes = changed.themes
    terms = {id_: last.themes.get(id_) or make_theme_term(id_) for id_ in themes}
    terms |= last.topics | last.tags
    renewed = {id_ for tally in (*changed.removed, *changed.added) for id_ in tally.terms}
    for id_ in renewed:
        is_theme = id_.startswith("theme/")
        if id_ in themes or not is_theme:
            term = _count_term(id_, terms.get(id_) or TaxonomyTerm("", {}), changed)
            terms[id_] = term
            if not (is_theme or term.spellings):
                del terms[id_]
    keys = {id_.partition("/")[2] for id_ in counted_ids}
    result: dict[str, dict[str, TaxonomyTerm]] = {"topic": {}, "tag": {}, "theme": {}}
    for id_, old in sorted(add_broader_themes(terms).items()):
        kind, _, key = id_.partition("/")
        term = old
        if kind == "theme" or id_ in renewed or key in keys:
            term = msgspec.structs.replace(old)
            complete_term(id_, term, entities)
        result[kind][id_] = term
    return result


def _count_term(id_: str, old: TaxonomyTerm, changed: ChangedEpisodes) -> TaxonomyTerm:
    removed, added = (
        [tally.terms[id_] for tally in tallies if id_ in tally.terms]
        for tallies in (changed.removed, changed.added)
    )
    rows = [[term.spellings for term in terms] for terms in (removed, added)]
    return msgspec.structs.replace(
        old,
        spellings=_change_counts(old.spellings, *rows),
        episodes=old.episodes + sum(t.episodes for t in added) - sum(t.episodes for t in removed),
    )
