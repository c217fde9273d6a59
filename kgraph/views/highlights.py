"""Entities that are mentioned together and the best quotes, which come first on a page.

Entities are those that have a tie, ranked by their association (:mod:`kgraph.graph.cooccurrence`);
for companies these are the numbers that a build stores as ``kg:CoMention``.

Quotes are no adverts, not repeated, and few of each episode.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from kgraph.analysis.tie_quotes import (
    NamingQuote,
    extract_tie_sentence,
    find_tie_quotes,
    iterate_naming_quotes,
    rank_quotes,
)
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.graph.cooccurrence import MIN_TIE_SHOWS, rank_ties
from kgraph.search.index import EpisodeQuote, find_episode_quotes, find_theme_quotes
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import Association, AssociationGroup, QuoteLine, round_value

COMPANY_TYPES = ("company",)

#: Quotes of one episode: the best ones are often of one episode, and say the same.
MAX_QUOTES_PER_EPISODE = 2

#: Quotes that are read for each one returned, so that enough remain of other episodes.
CANDIDATES_PER_QUOTE = 12


def find_associations(graph: OpenGraph, id_: str, types: Collection[str] = ()) -> list[Association]:
    """Find what has a tie with an entity, of some types or of all."""
    return rank_associations(graph, mention_confidences(graph, id_), types, excluded=id_)


def mention_confidences(graph: OpenGraph, id_: str) -> dict[str, float]:
    """Return slug -> confidence of the episodes that mention an entity outside adverts."""
    slugs = graph.episodes_by_entity.get(id_, ())
    return {slug: graph.summaries[slug].mentions[id_] for slug in slugs}


def advert_confidences(graph: OpenGraph, id_: str) -> dict[str, float]:
    """Return slug -> confidence of the episodes that name an entity in adverts only."""
    slugs = graph.adverts_by_entity.get(id_, ())
    return {slug: graph.summaries[slug].adverts[id_] for slug in slugs}


def rank_associations(
    graph: OpenGraph,
    confidences: Mapping[str, float],
    types: Collection[str] = (),
    *,
    excluded: str = "",
    min_shows: int = MIN_TIE_SHOWS,
) -> list[Association]:
    """Rank what some episodes mention more often than others.

    Args:
        confidences: slug of each episode -> probability that it counts.
        types: of the entities; empty for all.
        excluded: id of an entity that is left out.
        min_shows: of the episodes that mention an entity.
    """
    ties = rank_ties(
        graph.summaries,
        graph.shared.entities,
        confidences,
        graph.entity_weights,
        types,
        excluded=excluded,
        min_shows=min_shows,
    )
    return [
        Association(
            graph.make_ref(pair.id),
            pair.episodes,
            round_value(pair.weighted),
            round_value(pair.lift),
            round_value(pair.association),
        )
        for pair in ties
    ]


def group_associations(rows: Iterable[Association], limit: int) -> list[AssociationGroup]:
    """Group associations by type, in the order of the types, at most so many of each.

    Args:
        rows: the strongest association first.
        limit: rows of a type.
    """
    by_type: dict[str, list[Association]] = {type_: [] for type_ in TYPE_NAMES}
    for row in rows:
        by_type[row.thing.type].append(row)
    groups = []
    for type_, members in by_type.items():
        sure = sum(row.association > 0 for row in members)
        listed, uncertain = members[: min(sure, limit)], members[sure : max(sure, limit)]
        if members:
            groups.append(AssociationGroup(type_, sure, listed, len(members) - sure, uncertain))
    return groups


def find_grouped_ties(
    graph: OpenGraph, id_: str, quotes: Iterable[NamingQuote], limit: int
) -> list[AssociationGroup]:
    """Group what has a tie with an entity by type, each with the quote that ties both.

    Args:
        quotes: all that name the entity.
        limit: entities of each type.
    """
    groups = group_associations(find_associations(graph, id_), limit)
    others = {row.thing.id for group in groups for row in (*group.rows, *group.uncertain)}
    ties = find_tie_quotes(quotes, others)
    return [
        msgspec.structs.replace(
            group,
            rows=[_add_quote(graph, id_, row, ties) for row in group.rows],
            uncertain=[_add_quote(graph, id_, row, ties) for row in group.uncertain],
        )
        for group in groups
    ]


def _add_quote(
    graph: OpenGraph, id_: str, row: Association, ties: Mapping[str, EpisodeQuote]
) -> Association:
    quote = ties.get(row.thing.id)
    if quote is None:
        return row
    entities = [graph.shared.entities[each] for each in (id_, row.thing.id)]
    return msgspec.structs.replace(
        row,
        quote=graph.make_quote_line(quote),
        sentence=extract_tie_sentence(quote.text, entities),
    )


# -- quotes --------------------------------------------------------------------


def iterate_entity_quotes(graph: OpenGraph, id_: str) -> Iterator[NamingQuote]:
    """Yield slug, quote and occurrence of every quote that names an entity, in episodes that
    mention it."""
    return iterate_naming_quotes(graph.store, graph.episodes_by_entity.get(id_, ()), (id_,))


def top_named_quotes(
    graph: OpenGraph, quotes: Iterable[NamingQuote], limit: int
) -> list[QuoteLine]:
    """Return the best of some quotes."""
    return limit_per_episode(graph, rank_quotes(quotes), limit)


def top_group_quotes(
    graph: OpenGraph, id_: str, slugs: Sequence[str], limit: int
) -> list[QuoteLine]:
    """Return the best quotes on a theme; of a show, topic or tag those of its episodes."""
    candidates = CANDIDATES_PER_QUOTE * limit
    if id_.startswith("theme/"):
        quotes = find_theme_quotes(graph.index, id_, candidates)
    else:
        quotes = find_episode_quotes(graph.index, slugs, candidates)
    return limit_per_episode(graph, quotes, limit)


def limit_per_episode(
    graph: OpenGraph, quotes: Iterable[EpisodeQuote], limit: int
) -> list[QuoteLine]:
    """Return the first of some quotes, few of each episode, and none twice."""
    per_episode: Counter[str] = Counter()
    lines: dict[str, QuoteLine] = {}
    for quote in quotes:
        if len(lines) == limit:
            break
        if quote.id not in lines and per_episode[quote.slug] < MAX_QUOTES_PER_EPISODE:
            per_episode[quote.slug] += 1
            lines[quote.id] = graph.make_quote_line(quote)
    return list(lines.values())
