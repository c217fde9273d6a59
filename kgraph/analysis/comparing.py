"""Several things over time, and two things together: shares by month, episodes of both, and what
stands beside both.

Shares are those of :mod:`kgraph.graph.shares`, standardised for the shows of each month; ties are
those of :mod:`kgraph.graph.cooccurrence`. How much an episode speaks of a thing is the number of
its quotes that name the thing, without adverts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import dropwhile

import msgspec

from kgraph.analysis.tie_quotes import extract_tie_sentence, iterate_naming_quotes, rank_quotes
from kgraph.base.errors import InputError, blame_parameter
from kgraph.base.text import format_day
from kgraph.graph.cooccurrence import AssociatedEntity, expected_counts, rank_ties
from kgraph.graph.lookup import find_entity_or_theme
from kgraph.graph.shares import MonthShare, ShowCalendar
from kgraph.query.parameters import NAME_SEPARATOR, QueryArguments, text_arg
from kgraph.query.share_columns import to_hundredths
from kgraph.query.table import Finding, Findings, TableCell
from kgraph.search import Index
from kgraph.search.index import EpisodeQuote, find_theme_episodes
from kgraph.store import Store

MAX_COMPARED = 6  #: things in one chart: more lines cannot be told apart

COMPARED_COLUMNS = (
    *("month", "name", "episodes", "all", "shows", "unknownShow"),
    *("standardShare", "low", "high", "standardEpisodes", "change", "direction"),
)
PAIR_COLUMNS = ("title", "show", "day", "confidence", "both", "ofOne", "ofOther", "sentence")
BESIDE_BOTH_COLUMNS = (
    *("name", "type", "association"),
    *("episodesWithOne", "associationWithOne", "episodesWithOther", "associationWithOther"),
)


class PairEpisode(msgspec.Struct, frozen=True):
    """An episode that mentions two things.

    Attributes:
        slug: of the episode.
        confidence: probability that it mentions both.
        of_one, of_other: number of its quotes that name the one, and the other.
        of_both: number of its quotes that name both.
        quote: the most relevant of these; None if there is none.
    """

    slug: str
    confidence: float
    of_one: int
    of_other: int
    of_both: int
    quote: EpisodeQuote | None


class SharedTie(msgspec.Struct, frozen=True):
    """An entity that has a tie with each of two things."""

    with_one: AssociatedEntity
    with_other: AssociatedEntity

    @property
    def association(self) -> float:
        """The weaker of both associations, by which shared ties are ranked."""
        return min(self.with_one.association, self.with_other.association)


# -- names -----------------------------------------------------------------------


def find_compared(store: Store, names: Sequence[str]) -> list[str]:
    """Return the ids of the entities and themes to compare, in their order.

    Raises:
        UnknownNameError: a name is unknown; similar names are suggested.
        AmbiguousNameError: it is a ticker of entities of several types.
        InputError: there are none, too many, the same thing twice, or one without episodes.
    """
    given = [name.strip() for name in names if name.strip()]
    if not given:
        raise InputError(f"nothing to compare: name one to {MAX_COMPARED} things", parameter="x")
    if len(given) > MAX_COMPARED:
        raise InputError(
            f"{len(given)} names: one chart compares at most {MAX_COMPARED} things: leave some out",
            parameter="x",
        )
    ids: dict[str, str] = {}
    for name in given:
        with blame_parameter("x", name):
            id_ = find_entity_or_theme(store.shared, name)
            if id_ in ids:
                raise _make_same_error(store, id_, ids[id_], name)
            require_episodes(store, id_)
        ids[id_] = name
    return list(ids)


def _make_same_error(store: Store, id_: str, name: str, other: str) -> InputError:
    what = f"{name} twice" if name == other else f"{name} and {other} are the same thing"
    return InputError(f"{what}: {label_thing(store, id_)} ({id_}): name two things")


def require_pair(store: Store, first: str, second: str) -> None:
    """Check that two entities are two, and that episodes mention each.

    Raises:
        InputError: they are the same, or no episode mentions one.
    """
    if first == second:
        label = label_thing(store, first)
        raise InputError(f"both names mean {label} ({first}): name two things", parameter="other")
    for id_ in (first, second):
        require_episodes(store, id_)


def require_episodes(store: Store, id_: str) -> None:
    """Raise InputError if no episode mentions an entity, or is of a theme."""
    if list_episodes_of(store, id_):
        return
    entity = store.shared.entities.get(id_)
    adverts = f"; {entity.advertised} only advertise it" if entity and entity.advertised else ""
    unlikely = f"; {entity.unlikely} unlikely" if entity and entity.unlikely else ""
    raise InputError(
        f"{label_thing(store, id_)}: no episode mentions it{adverts}{unlikely}: "
        "name something that episodes speak of"
    )


def label_thing(store: Store, id_: str) -> str:
    """Return the label of an entity or theme."""
    shared = store.shared
    return shared.themes[id_].label if id_ in shared.themes else shared.entities[id_].label


def list_episodes_of(store: Store, id_: str) -> list[str]:
    """Return the slugs of the episodes that mention an entity, or that are of a theme."""
    if id_ in store.shared.themes:
        return find_theme_episodes(Index(store), id_)
    return [slug for slug, s in store.shared.summaries.items() if id_ in s.mentions]


# -- shares by month ---------------------------------------------------------------


def compare_by_month(store: Store, arguments: QueryArguments) -> Findings:
    """List the shares of several things by month, and of all of them together if asked for.

    Months are in order from the first with an episode of any, and things as they were named.

    Raises:
        InputError: as :func:`find_compared` does.
    """
    ids = find_compared(store, text_arg(arguments, "x").split(NAME_SEPARATOR))
    members: list[tuple[str, tuple[str, ...], list[str]]] = [
        (label_thing(store, id_), (id_,), list_episodes_of(store, id_)) for id_ in ids
    ]
    if arguments["together"] and len(ids) > 1:
        common = set.intersection(*(set(slugs) for *_, slugs in members))
        members.append(("together", tuple(ids), sorted(common)))
    calendar, summaries = ShowCalendar(store.shared.summaries), store.shared.summaries
    totals = _count_months(store, summaries)
    columns = [
        (label, finds, _count_months(store, slugs), calendar.describe_months(calendar.count(slugs)))
        for label, finds, slugs in members
    ]
    months = dropwhile(lambda month: not any(c[month] for *_, c, _ in columns), sorted(totals))
    rows = [
        Finding(
            (month, label, counts[month], totals[month], *_list_share_cells(shares[month])),
            finds,
            float(counts[month]),
        )
        for month in months
        for label, finds, counts, shares in columns
    ]
    return Findings(COMPARED_COLUMNS, rows)


def _count_months(store: Store, slugs: Iterable[str]) -> Counter[str]:
    months = (store.shared.summaries[slug].month for slug in slugs)
    return Counter(month for month in months if month)


def _list_share_cells(month: MonthShare) -> list[TableCell]:
    """Return shows, episodes of unknown ones, standardised share with its interval and episodes,
    change and direction; "" if unknown."""
    share: list[TableCell] = ["", "", "", ""]
    if standard := month.standard:
        share = [*map(to_hundredths, (standard.share, *standard.interval)), standard.episodes]
    change: TableCell = to_hundredths(month.change.difference) if month.change else ""
    return [
        month.shows,
        month.unknown,
        *share,
        change,
        month.change.direction if month.change else "",
    ]


# -- two things ----------------------------------------------------------------------


def rank_pair_episodes(store: Store, first: str, second: str) -> list[PairEpisode]:
    """Return the episodes that mention two entities, those that speak most of both first.

    They are ranked by the smaller of the numbers of quotes that name the one and the other, then by
    quotes that name both, all these quotes, and day.
    """
    summaries, ends = store.shared.summaries, (first, second)
    slugs = [slug for slug, s in summaries.items() if first in s.mentions and second in s.mentions]
    counts = {slug: Counter[frozenset[str]]() for slug in slugs}
    subsets = [frozenset(names) for names in ({first}, {second}, {first, second})]
    for episode in store.read_quotes(slugs):
        for quote in episode.quotes:
            if not quote.is_advert:
                named = {id_ for id_, _ in quote.entities}
                counts[episode.slug].update(ids for ids in subsets if ids <= named)
    best: dict[str, EpisodeQuote] = {}
    for naming in rank_quotes(iterate_naming_quotes(store, slugs, ends)):
        best.setdefault(naming.slug, naming)
    episodes = [
        PairEpisode(
            slug,
            summaries[slug].mentions[first] * summaries[slug].mentions[second],
            counts[slug][subsets[0]],
            counts[slug][subsets[1]],
            counts[slug][subsets[2]],
            best.get(slug),
        )
        for slug in sorted(slugs, key=lambda slug: (summaries[slug].date, slug), reverse=True)
    ]
    return sorted(
        episodes, key=lambda e: (-min(e.of_one, e.of_other), -e.of_both, -(e.of_one + e.of_other))
    )


def list_pair_episodes(store: Store, arguments: QueryArguments) -> Findings:
    """List the episodes that mention two things, those that speak most of both first.

    The score is the smaller of the numbers of quotes that name the one and the other.

    Raises:
        InputError: the two are the same, or no episode mentions one.
    """
    first, second = (text_arg(arguments, name) for name in ("one", "other"))
    require_pair(store, first, second)
    shared, rows = store.shared, []
    entities = [shared.entities[id_] for id_ in (first, second)]
    for episode in rank_pair_episodes(store, first, second):
        summary, quote = shared.summaries[episode.slug], episode.quote
        cells = (
            summary.title,
            shared.entities[summary.show].label if summary.show else "",
            format_day(summary.date[:10], summary.is_dated),
            episode.confidence,
            *(episode.of_both, episode.of_one, episode.of_other),
            extract_tie_sentence(quote.text, entities) if quote else "",
        )
        finds = (f"episode/{episode.slug}", first, second)
        rows.append(Finding(cells, finds, float(min(episode.of_one, episode.of_other))))
    return Findings(PAIR_COLUMNS, rows)


def rank_shared_ties(store: Store, first: str, second: str) -> list[SharedTie]:
    """Return what has a tie with each of two entities, by the weaker of both associations."""
    summaries, entities = store.shared.summaries, store.shared.entities
    expected = expected_counts(summaries.values())
    ties_of = []
    for id_ in (first, second):
        own = {slug: s.mentions[id_] for slug, s in summaries.items() if id_ in s.mentions}
        ties = rank_ties(summaries, entities, own, expected, excluded=id_)
        ties_of.append({tie.id: tie for tie in ties})
    common = ties_of[0].keys() & ties_of[1].keys() - {first, second}
    shared = [SharedTie(ties_of[0][id_], ties_of[1][id_]) for id_ in common]
    return sorted(shared, key=lambda tie: (-tie.association, tie.with_one.id))


def list_shared_ties(store: Store, arguments: QueryArguments) -> Findings:
    """List what stands beside two things; the score is the weaker of both associations.

    Raises:
        InputError: the two are the same, or no episode mentions one.
    """
    first, second = (text_arg(arguments, name) for name in ("one", "other"))
    require_pair(store, first, second)
    rows = []
    for tie in rank_shared_ties(store, first, second):
        entity = store.shared.entities[tie.with_one.id]
        figures = (
            *(tie.with_one.episodes, tie.with_one.association),
            *(tie.with_other.episodes, tie.with_other.association),
        )
        cells = (entity.label, entity.type, tie.association, *figures)
        rows.append(Finding(cells, (tie.with_one.id, first, second), tie.association))
    return Findings(BESIDE_BOTH_COLUMNS, rows)
