"""Names in a window of days: which rose or fell since the window before, and which are new.

Windows are those of :mod:`kgraph.graph.windows`; shares are compared in the shows of both windows
(:mod:`kgraph.graph.shares`). Each row finds a name, and a few of the episodes that show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.errors import InputError
from kgraph.graph import EpisodeSummary
from kgraph.graph.rises import Rise, compare_mentions
from kgraph.graph.shares import ShowCalendar
from kgraph.graph.windows import Summaries, WindowEpisodes, choose_window, split_episodes
from kgraph.query.parameters import QueryArguments, int_arg, text_arg, types_arg
from kgraph.query.share_columns import to_hundredths
from kgraph.query.table import Finding, Findings, TableCell
from kgraph.store import Store

#: Types of names that are news: places and other concepts are in every talk.
NEWS_TYPES = tuple(type_ for type_, spec in ENTITY_TYPES.items() if spec.names_regions)

EVIDENCE_EPISODES = 3  #: episodes that a row finds

DIRECTIONS = ("rose", "fell", "unclear")

#: Confidence that one mention of a new name has at least: a wrong name is mostly a rare one.
MIN_NEW_CONFIDENCE = 0.9

SHIFT_COLUMNS = (
    *("name", "type", "direction", "from", "to", "fromShows", "toShows"),
    *("shareBefore", "shareAfter", "change", "low", "high"),
    *("standardBefore", "standardAfter", "sameShows"),
)
NEW_NAME_COLUMNS = (
    *("name", "type", "episodes", "shows", "knownShows", "first", "title", "confidence", "undated"),
)


def split_window(store: Store, arguments: QueryArguments) -> WindowEpisodes:
    """Return the episodes of a store by the parameters ``since`` and ``until``.

    Raises:
        InputError: the days are in the wrong order, or there is no window to choose.
    """
    summaries = store.shared.summaries
    window = choose_window(
        ShowCalendar(summaries), text_arg(arguments, "since"), text_arg(arguments, "until")
    )
    return split_episodes(summaries, window)


def choose_types(arguments: QueryArguments) -> tuple[str, ...]:
    """Return the type of the parameter ``type``, or all of :data:`NEWS_TYPES` if it is empty."""
    return types_arg(arguments, "type") or NEWS_TYPES


def find_mentioning(summaries: Summaries, ids: Collection[str]) -> dict[str, EpisodeSummary]:
    """Return the episodes that mention all of some entities, by slug."""
    return {slug: s for slug, s in summaries.items() if all(id_ in s.mentions for id_ in ids)}


def index_mentions(summaries: Summaries) -> Mapping[str, dict[str, EpisodeSummary]]:
    """Return the episodes by slug that mention each entity, by its id; none for an unknown one."""
    index: dict[str, dict[str, EpisodeSummary]] = defaultdict(dict)
    for slug, summary in summaries.items():
        for id_ in summary.mentions:
            index[id_][slug] = summary
    return index


def count_shows(summaries: Summaries) -> int:
    """Count the shows of some episodes; an unknown show may be any, so it counts as its own."""
    return len({summary.show or slug for slug, summary in summaries.items()})


def choose_evidence(summaries: Mapping[str, EpisodeSummary], ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of a few episodes of different shows, as far as there are.

    The surest mentions of all the ids come first, then the earliest.
    """
    wanted = tuple(ids)

    def rank(slug: str) -> tuple[float, str, str]:
        summary = summaries[slug]
        sure = min(summary.mentions[id_] for id_ in wanted)
        return -round(sure, 1), summary.date, slug

    ordered = sorted(summaries, key=rank)
    first_of_show = {summaries[slug].show or slug: slug for slug in reversed(ordered)}
    several = sorted(first_of_show.values(), key=rank)
    rest = [slug for slug in ordered if slug not in set(several)]
    return tuple(f"episode/{slug}" for slug in [*several, *rest][:EVIDENCE_EPISODES])


# -- rose or fell --------------------------------------------------------------------


def find_shifts(store: Store, arguments: QueryArguments) -> Findings:
    """List names that rose or fell since the window before, and those of which it is unclear.

    What rose comes first, then what fell, the largest change in the same shows first; then the
    rest, the largest change of the share of all episodes first. The score is the change.

    Raises:
        InputError: as of :func:`split_window`; or a direction is unknown.
    """
    direction = text_arg(arguments, "direction")
    if direction and direction not in DIRECTIONS:
        raise InputError(
            f"direction={direction}: choose {', '.join(DIRECTIONS)}, or leave it out",
            parameter="direction",
        )
    episodes = split_window(store, arguments)
    shifts = list_shifts(
        store, episodes, choose_types(arguments), int_arg(arguments, "minEpisodes")
    )
    rows = [
        make_shift_finding(store, episodes, rise)
        for rise in shifts
        if direction in ("", name_direction(rise))
    ]
    return Findings(SHIFT_COLUMNS, rows)


def list_shifts(
    store: Store, episodes: WindowEpisodes, types: Collection[str], min_episodes: int
) -> list[Rise]:
    """Return the changes of all names in enough episodes of either window, in order."""
    sizes = len(episodes.before), len(episodes.inside)

    def rank(rise: Rise) -> tuple[int, float, str]:
        number = DIRECTIONS.index(name_direction(rise))
        raw = rise.after / sizes[1] - rise.before / sizes[0]
        return number, -abs(raw if number == 2 else rise.change.difference), rise.id

    shared = store.shared
    changes = compare_mentions(
        shared.entities,
        ShowCalendar(shared.summaries),
        episodes.before,
        episodes.inside,
        types=types,
        min_episodes=min_episodes,
    )
    return sorted(changes, key=rank)


def name_direction(rise: Rise) -> str:
    """Return one of :data:`DIRECTIONS`."""
    return rise.change.direction or "unclear"


def make_shift_finding(store: Store, episodes: WindowEpisodes, rise: Rise) -> Finding:
    """Return the row of a change."""
    entity, change = store.shared.entities[rise.id], rise.change
    parts = [find_mentioning(part, (rise.id,)) for part in (episodes.before, episodes.inside)]
    shares = (
        rise.before / len(episodes.before),
        rise.after / len(episodes.inside),
        change.difference,
        *change.interval,
        change.before,
        change.after,
    )
    counts: tuple[TableCell, ...] = (rise.before, rise.after, *map(count_shows, parts))
    heading = (entity.label, entity.type, name_direction(rise))
    cells = (*heading, *counts, *map(to_hundredths, shares), change.shows)
    evidence = choose_evidence(parts[change.direction != "fell"], (rise.id,))
    return Finding(cells, (rise.id, *evidence), change.difference)


# -- new -----------------------------------------------------------------------------


def find_new_names(store: Store, arguments: QueryArguments) -> Findings:
    """List names that no earlier episode mentions; the score is their number of episodes.

    A name is new only if shows speak of it that had episodes before. ``undated`` counts further
    episodes that mention it, whose date of publication is unknown.

    Raises:
        InputError: as of :func:`split_window`.
    """
    episodes = split_window(store, arguments)
    shared, types = store.shared, choose_types(arguments)
    prefixes = tuple(f"{type_}/" for type_ in types)
    min_episodes, min_shows = (int_arg(arguments, name) for name in ("minEpisodes", "minShows"))
    earlier = {
        id_
        for s in episodes.earlier.values()
        for ids in (s.mentions, s.adverts, s.unlikely)
        for id_ in ids
    }
    ids = {id_ for s in episodes.inside.values() for id_ in s.mentions if id_.startswith(prefixes)}
    known_shows = {s.show for s in episodes.earlier.values()} - {""}
    inside, undated = index_mentions(episodes.inside), index_mentions(episodes.undated)
    rows = []
    for id_ in ids - earlier:
        entity, own = shared.entities[id_], inside[id_]
        shows = {summary.show for summary in own.values()} - {""}
        known = len(shows & known_shows)
        confidence = max(summary.mentions[id_] for summary in own.values())
        is_rare = len(own) < min_episodes or known < min_shows
        if entity.is_generic or is_rare or confidence < MIN_NEW_CONFIDENCE:
            continue
        first = min(own, key=lambda slug: (own[slug].date, slug))
        cells = (
            *(entity.label, entity.type, len(own), len(shows), known),
            *(own[first].date[:10], own[first].title, confidence),
            len(undated[id_]),
        )
        evidence = dict.fromkeys([f"episode/{first}", *choose_evidence(own, (id_,))])
        rows.append(Finding(cells, (id_, *list(evidence)[:EVIDENCE_EPISODES]), float(len(own))))
    rows.sort(key=lambda row: (-row.score, -int(row.cells[4]), row.finds))
    return Findings(NEW_NAME_COLUMNS, rows)
