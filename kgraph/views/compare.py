"""Up to six things over time, and two things together, for pages, the API, library and agents.

The figures are those of :mod:`kgraph.analysis.comparing`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import msgspec

from kgraph.analysis.comparing import (
    find_compared,
    label_thing,
    list_episodes_of,
    rank_pair_episodes,
    rank_shared_ties,
    require_pair,
)
from kgraph.analysis.tie_quotes import extract_tie_sentence, iterate_naming_quotes, rank_quotes
from kgraph.base.errors import blame_parameter
from kgraph.graph.cooccurrence import associated_with, is_tie
from kgraph.graph.lookup import look_up_entity
from kgraph.views.entity import build_timeline
from kgraph.views.highlights import limit_per_episode, mention_confidences
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import (
    CountsUnlikely,
    EntityRef,
    EpisodeLine,
    MonthCount,
    NameText,
    QuoteLine,
    round_value,
)

MAX_PAIR_ROWS = 50  #: of each list of a pair


class CompareRequest(msgspec.Struct, frozen=True):
    """Parameters of a comparison.

    Attributes:
        x: names in any spelling, or ids; once for each thing, up to six times.
        unlikely: whether mentions that are more likely wrong than right count.
    """

    x: tuple[Annotated[str, msgspec.Meta(max_length=300)], ...] = ()
    unlikely: CountsUnlikely = False


class ComparedThing(msgspec.Struct, frozen=True):
    """A thing in a comparison.

    Attributes:
        thing: the entity or theme.
        episodes: number that mention it outside adverts, or that are of the theme.
        shows: number of their shows.
        undated: those of them without a known date of publication.
        timeline: its episodes by month, for every month of the corpus.
    """

    thing: EntityRef
    episodes: int
    shows: int
    undated: int
    timeline: list[MonthCount]


class CompareFacts(msgspec.Struct, frozen=True):
    """Things to compare, in the order in which they were named."""

    things: list[ComparedThing]


def view_compare(graph: OpenGraph, request: CompareRequest) -> CompareFacts:
    """Compare the shares of up to six things over time, standardised for the shows of each \
month."""
    ids = find_compared(graph.store, request.x)
    return CompareFacts([describe_compared(graph, id_) for id_ in ids])


def describe_compared(graph: OpenGraph, id_: str) -> ComparedThing:
    """Describe one thing of a comparison."""
    return _describe_episodes(graph, graph.make_ref(id_), list_episodes_of(graph.store, id_))


def _describe_episodes(graph: OpenGraph, thing: EntityRef, slugs: Collection[str]) -> ComparedThing:
    shows = {graph.summaries[slug].show for slug in slugs} - {""}
    undated = graph.count_undated(slugs)
    timeline = build_timeline(graph, slugs)
    return ComparedThing(thing, len(slugs), len(shows), undated, timeline)


# -- two things ----------------------------------------------------------------------


class PairRequest(msgspec.Struct, frozen=True):
    """Parameters of a view of two entities.

    Attributes:
        one, other: in any spelling, or an id.
        limit: maximum number of quotes, of episodes, and of entities that stand beside both.
        unlikely: whether mentions that are more likely wrong than right count.
    """

    one: NameText
    other: NameText
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAIR_ROWS, description="rows of each list")] = (
        12
    )
    unlikely: CountsUnlikely = False


class PairQuote(msgspec.Struct, frozen=True):
    """A quote that names both things.

    Attributes:
        quote: with its episode.
        sentence: of the quote, with both names.
    """

    quote: QuoteLine
    sentence: str


class PairEpisodeLine(msgspec.Struct, frozen=True):
    """An episode that mentions both things.

    Attributes:
        episode: with the probability that it mentions both.
        of_one, of_other: number of its quotes that name the one, and the other.
        of_both: number of its quotes that name both.
        recording: address of its recording; "" if none is known.
    """

    episode: EpisodeLine
    of_one: int
    of_other: int
    of_both: int
    recording: str


class SharedNeighbour(msgspec.Struct, frozen=True):
    """An entity that stands beside both things.

    Attributes:
        thing: the entity.
        association: the weaker of both associations, by which it is ranked.
        episodes_with_one, episodes_with_other: episodes that mention it with each.
        association_with_one, association_with_other: how surely these are no chance.
    """

    thing: EntityRef
    association: float
    episodes_with_one: int
    association_with_one: float
    episodes_with_other: int
    association_with_other: float


class PairFacts(msgspec.Struct, frozen=True):
    """Two entities together.

    Attributes:
        one, other: the entities, each with its episodes by month.
        both: the episodes that mention both, by month; its ``thing`` has no id.
        weighted: expected number of these, by the confidence of the mentions.
        lift: ratio of that number to the one expected by chance.
        association: how surely that is more than chance, in (-1, 1); at most 0 may be chance.
        is_tie: whether each stands beside the other: in three episodes of two shows, more often
            than by chance.
        quotes: the most relevant that name both; ``quotes_total`` is the number of all.
        episodes: those that speak most of both; ``both.episodes`` is the number of all.
        shared: entities that stand beside both; ``shared_total`` is the number of all.
    """

    one: ComparedThing
    other: ComparedThing
    both: ComparedThing
    weighted: float
    lift: float
    association: float
    is_tie: bool
    quotes: list[PairQuote]
    quotes_total: int
    episodes: list[PairEpisodeLine]
    shared: list[SharedNeighbour]
    shared_total: int


def view_pair(graph: OpenGraph, request: PairRequest) -> PairFacts:
    """Describe two entities together: shares over time, quotes that name both, the episodes \
that speak most of both, and what stands beside both."""
    with blame_parameter("one"):
        first = look_up_entity(graph.shared, request.one).id
    with blame_parameter("other"):
        second = look_up_entity(graph.shared, request.other).id
    ends = first, second
    require_pair(graph.store, *ends)
    ranked = rank_pair_episodes(graph.store, *ends)
    slugs = {episode.slug for episode in ranked}
    label = " and ".join(label_thing(graph.store, id_) for id_ in ends)
    quotes = rank_quotes(iterate_naming_quotes(graph.store, sorted(slugs), ends))
    lines = limit_per_episode(graph, quotes, request.limit)
    entities = [graph.shared.entities[id_] for id_ in ends]
    pair = next(
        (
            pair
            for pair in associated_with(
                graph.summaries, mention_confidences(graph, first), graph.entity_weights
            )
            if pair.id == second
        ),
        None,
    )
    figures = (pair.weighted, pair.lift, pair.association) if pair else (0.0, 0.0, -1.0)
    shared = rank_shared_ties(graph.store, *ends)
    return PairFacts(
        one=describe_compared(graph, first),
        other=describe_compared(graph, second),
        both=_describe_episodes(graph, EntityRef("", label, "pair"), slugs),
        weighted=round_value(figures[0]),
        lift=round_value(figures[1]),
        association=round_value(figures[2]),
        is_tie=bool(pair and is_tie(pair)),
        quotes=[PairQuote(line, extract_tie_sentence(line.text, entities)) for line in lines],
        quotes_total=len(quotes),
        episodes=[
            PairEpisodeLine(
                graph.make_episode_line(e.slug, ends),
                e.of_one,
                e.of_other,
                e.of_both,
                graph.find_recording(e.slug).address,
            )
            for e in ranked[: request.limit]
        ],
        shared=[
            SharedNeighbour(
                graph.make_ref(tie.with_one.id),
                round_value(tie.association),
                tie.with_one.episodes,
                round_value(tie.with_one.association),
                tie.with_other.episodes,
                round_value(tie.with_other.association),
            )
            for tie in shared[: request.limit]
        ],
        shared_total=len(shared),
    )
