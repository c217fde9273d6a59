"""The graph at a glance: counts, newest episodes, and entities that are mentioned more often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import msgspec

from kgraph.base.counts import rank_counts
from kgraph.base.model import STATED_DECIMALS, EntityType
from kgraph.graph import Entity, Graph
from kgraph.graph.lookup import popularity_key
from kgraph.graph.rises import MIN_CHANGE_EPISODES, find_rises
from kgraph.graph.tally import count_entities
from kgraph.views.lists import (
    MonthText,
    ShowLine,
    ShowsRequest,
    ThemeLine,
    ThemesRequest,
    list_shows,
    list_themes,
)
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import (
    Count,
    CountsUnlikely,
    EntityRef,
    EpisodeLine,
    Fraction,
    NoParameters,
    ViewLimit,
    round_value,
)

HISTOGRAM_BINS = 10  #: of the confidence histogram: tenths, as calibration is measured in
MAX_CONNECTED = 15  #: entities in most episodes that are listed with the counts

MAX_HIGHLIGHTS = 8  #: episodes, companies, themes and shows of the front page


class Riser(msgspec.Struct, frozen=True):
    """An entity that is mentioned more than before.

    Attributes:
        thing: the entity.
        before, after: episodes of the earlier and of the later month that mention it.
        share_before, share_after: the same as shares of all episodes of the month, which also
            differ because the months hold other shows.
        standard_before, standard_after: shares of the two months in the shows that both hold.
        rise: difference of these two.
        low, high: limits of its 95 % interval.
    """

    thing: EntityRef
    before: int
    after: int
    share_before: Fraction
    share_after: Fraction
    standard_before: Fraction
    standard_after: Fraction
    rise: Fraction
    low: Fraction
    high: Fraction


class RiserList(msgspec.Struct, frozen=True):
    """Entities that rose between two months, the fastest first; months are "" if there are none.

    Attributes:
        before, after: the months.
        episodes_before, episodes_after: number of their episodes of known date.
        rows: entities, by rise.
        same_shows: number of shows that both months hold, in which they are compared.
        compared: number of entities; at most one of forty rises by chance.
    """

    before: str
    after: str
    episodes_before: int
    episodes_after: int
    rows: list[Riser]
    same_shows: int = 0
    compared: int = 0


class RisersRequest(msgspec.Struct, frozen=True):
    """Parameters of a list of entities that rose.

    Attributes:
        before, after: two months; by default the last two that are whole and of several shows.
        type: of the entities.
        unlikely: whether mentions that are more likely wrong than right count.
    """

    before: MonthText = ""
    after: MonthText = ""
    type: EntityType = "company"
    least: Annotated[int, msgspec.Meta(ge=1, description="episodes of either month")] = (
        MIN_CHANGE_EPISODES
    )
    limit: ViewLimit = MAX_HIGHLIGHTS
    unlikely: CountsUnlikely = False


def find_risers(graph: OpenGraph, request: RisersRequest) -> RiserList:
    """Find what a larger share of episodes mentions than in an earlier month, in the same shows.

    Raises:
        InputError: the months are the same, or only one is given and there is none to compare with.
    """
    comparable = graph.calendar.list_comparable_months()
    months = "", comparable[0] if comparable else ""
    if request.before or request.after or len(comparable) > 1:
        months = graph.calendar.choose_months(request.before, request.after)
    before, after = months
    total_before, total_after = (graph.episode_counts_by_month.get(m, 0) for m in months)
    shows_before, shows_after = (graph.calendar.get_shows(month) for month in months)
    rises, compared = find_rises(
        graph.shared.entities,
        graph.summaries,
        graph.calendar,
        before,
        after,
        type_=request.type,
        min_episodes=request.least,
    )
    rows = [
        Riser(
            graph.make_ref(rise.id),
            rise.before,
            rise.after,
            share_before=round_value(rise.before / total_before),
            share_after=round_value(rise.after / total_after),
            standard_before=round_value(rise.change.before),
            standard_after=round_value(rise.change.after),
            rise=round_value(rise.change.difference),
            low=round_value(rise.change.interval.low),
            high=round_value(rise.change.interval.high),
        )
        for rise in rises[: request.limit]
    ]
    same_shows = len(shows_before & shows_after)
    return RiserList(before, after, total_before, total_after, rows, same_shows, compared)


class FrontFacts(msgspec.Struct, frozen=True):
    """The graph at a glance.

    Attributes:
        episodes: their number.
        statements: number of triples.
        shows: number of shows with episodes.
        themes: their number.
        types: number of entities of each type.
        first, last: days of the earliest and the latest episode; "" if unknown.
        newest: episodes.
        companies: those that most episodes mention.
        uppermost: themes without a broader one.
        longest: shows with most episodes.
        risers: companies that rose.
        frequent: themes in most episodes, without those in so many that they tell little.
        unlikely: number of further entities of each type, which only unlikely mentions name.
    """

    episodes: int
    statements: int
    shows: int
    themes: int
    types: dict[str, int]
    first: str
    last: str
    newest: list[EpisodeLine]
    companies: list[Count]
    uppermost: list[ThemeLine]
    longest: list[ShowLine]
    risers: RiserList
    frequent: list[ThemeLine] = []
    unlikely: dict[str, int] = {}


def view_overview(graph: OpenGraph, request: NoParameters) -> FrontFacts:
    """Describe the graph at a glance: numbers, newest episodes, companies that rose, companies \
that are mentioned most."""
    summaries = graph.summaries
    days = [day for summary in summaries.values() if (day := summary.date[:10])] or [""]
    companies = [e for e in graph.shared.entities.values() if e.type == "company" and e.episodes]
    companies.sort(key=popularity_key)
    dated = [slug for slug, summary in summaries.items() if summary.is_dated]
    themes = list_themes(graph, ThemesRequest()).rows
    return FrontFacts(
        episodes=len(summaries),
        statements=graph.store.meta.triples,
        shows=len(graph.episodes_by_show),
        themes=len(graph.shared.themes),
        types=graph.count_types(),
        first=min(days),
        last=max(days),
        newest=graph.list_newest(dated or summaries, MAX_HIGHLIGHTS),
        companies=[
            Count(graph.make_ref(e.id), e.episodes) for e in companies[: 2 * MAX_HIGHLIGHTS]
        ],
        uppermost=[row for row in themes if row.broader is None],
        longest=list_shows(graph, ShowsRequest(limit=MAX_HIGHLIGHTS)).rows,
        risers=find_risers(graph, RisersRequest()),
        frequent=[row for row in themes if row.episodes and not row.common][: 2 * MAX_HIGHLIGHTS],
        unlikely=graph.count_unlikely_types(),
    )


# -- counts --------------------------------------------------------------------


class Ranked(msgspec.Struct, frozen=True):
    """An entity and the number of episodes that mention it."""

    label: str
    type: str
    episodes: int


class Stats(msgspec.Struct, frozen=True):
    """Counts of a graph.

    Attributes:
        episodes: number of episodes; ``files`` is the number of their files.
        entities: by type; ``advertised`` are those of them that only adverts name, ``unlikely`` are
            further ones, which only unlikely mentions name.
        unlikely_mentions: accepted mentions that are more likely wrong than right; ``edges`` does
            not count them.
        edges: accepted ones, by predicate.
        rejected: mentions that were rejected, by rule: a name counts once in an episode.
        rejected_rows: the rows of these mentions, by rule, as a build's report counts them.
        histogram: accepted mentions by confidence, from [0, 0.1) to [0.9, 1].
        connected: the entities in most episodes, those in most first.
        shows: episodes by show; ``with_show`` is the number of episodes with one. Shows that are
            only mentioned or advertised are among the ``entities`` alone.
        first, last: the earliest and latest day; "" if no date is known.
        dates: episodes by origin of their date: published, processed, unknown.
        identified: share of the mentions of each type, in [0, 1], whose entity has an id elsewhere.
        quotes: distinct texts; ``adverts`` are the probable adverts among them.
    """

    episodes: int = 0
    files: int = 0
    entities: dict[str, int] = {}
    edges: dict[str, int] = {}
    rejected: dict[str, int] = {}
    histogram: list[int] = msgspec.field(default_factory=lambda: [0] * HISTOGRAM_BINS)
    connected: list[Ranked] = []
    with_show: int = 0
    shows: dict[str, int] = {}
    first: str = ""
    last: str = ""
    dates: dict[str, int] = {}
    quotes: int = 0
    adverts: int = 0
    unlikely: dict[str, int] = {}
    unlikely_mentions: int = 0
    advertised: dict[str, int] = {}
    identified: dict[str, float] = {}
    rejected_rows: dict[str, int] = {}


def count_graph(graph: Graph) -> Stats:
    """Count a graph, and list its most connected entities."""
    totals: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    rejected_rows: Counter[str] = Counter()
    bins: Counter[int] = Counter()
    shows: Counter[str] = Counter()
    dates: Counter[str] = Counter()
    days: set[str] = set()
    for episode in graph:
        totals.update(episodes=1, files=len(episode.files), quotes=len(episode.quotes))
        totals["adverts"] += sum(quote.is_advert for quote in episode.quotes)
        for mention in episode.mentions:
            if mention.is_accepted:
                stated = round(mention.confidence, STATED_DECIMALS)
                bins[min(int(stated * HISTOGRAM_BINS), HISTOGRAM_BINS - 1)] += 1
            else:
                rejected[mention.rule] += 1
                rejected_rows.update(row.rule for row in mention.rows)
        if episode.show:
            shows[episode.show.label] += 1
        if day := episode.date[:10]:
            days.add(day)
            dates["processed" if episode.main_file.date_is_fallback else "published"] += 1
        else:
            dates["unknown"] += 1
    names, entities = count_entities(graph.shared), graph.shared.stated_entities().values()
    return Stats(
        episodes=totals["episodes"],
        files=totals["files"],
        entities=names.stated,
        edges=dict(rank_counts(Counter(edge.predicate for edge in graph.edges()))),
        rejected=dict(rank_counts(rejected)),
        rejected_rows=dict(rank_counts(rejected_rows)),
        histogram=[bins[number] for number in range(HISTOGRAM_BINS)],
        connected=[
            Ranked(e.label, e.type, e.episodes)
            for e in sorted(entities, key=popularity_key)[:MAX_CONNECTED]
            if e.episodes
        ],
        with_show=shows.total(),
        shows=dict(rank_counts(shows)),
        first=min(days, default=""),
        last=max(days, default=""),
        dates=dict(rank_counts(dates)),
        quotes=totals["quotes"],
        adverts=totals["adverts"],
        unlikely=names.unlikely,
        unlikely_mentions=sum(len(s.unlikely) for s in graph.shared.summaries.values()),
        advertised=names.advertised,
        identified=_share_identified(entities),
    )


def _share_identified(entities: Iterable[Entity]) -> dict[str, float]:
    mentions, identified = Counter[str](), Counter[str]()
    for entity in entities:
        mentions[entity.type] += entity.episodes
        identified[entity.type] += entity.episodes if entity.ids else 0
    return {type_: round(identified[type_] / n, 3) for type_, n in sorted(mentions.items()) if n}


def view_stats(graph: OpenGraph, request: NoParameters) -> Stats:
    """Count the graph: edges, rejected names, confidence, shows, dates."""
    return count_graph(graph.store.graph)
