"""Sentences on what a briefing covers: its episodes and shows, and those that are in no figure."""

from __future__ import annotations

from collections.abc import Iterator

from kgraph.base.text import pluralize
from kgraph.graph.shares import MIN_COMPARED_SHOWS
from kgraph.graph.windows import WindowEpisodes
from kgraph.views.open_graph import OpenGraph


def describe_coverage(
    graph: OpenGraph, episodes: WindowEpisodes, *, is_default: bool
) -> Iterator[str]:
    """Yield what limits a briefing, as sentences.

    Args:
        is_default: the window was not given.
    """
    total, last_day = len(graph.summaries), graph.calendar.last_day
    inside, before = episodes.inside, episodes.before
    shows, shows_before = find_shows(episodes)
    same_shows = len(shows & shows_before)
    yield (
        f"{pluralize(len(inside), 'episode')} of {pluralize(len(shows), 'show')} "
        f"{'was' if len(inside) == 1 else 'were'} published in these days, and "
        f"{pluralize(len(before), 'episode')} of "
        f"{pluralize(len(shows_before), 'show')} in the window before ({episodes.previous}); "
        f"{pluralize(same_shows, 'show')} {'is' if same_shows == 1 else 'are'} in both."
    )
    if inside and last_day < episodes.window.until:
        yield f"The newest episode is of {last_day}, before the end of these days."
    dated = (summary.date[:10] for summary in graph.summaries.values() if summary.is_dated)
    later = sum(day > episodes.window.until for day in dated)
    if is_default and later:
        yield (
            f"{pluralize(later, 'episode')} later than these days, up to {last_day}, "
            f"{'is' if later == 1 else 'are'} in no figure: if no days are given (since, until), a "
            "briefing is on the last whole month with episodes of at least "
            f"{MIN_COMPARED_SHOWS} shows, or if there are no two such months, of a known show."
        )
    if unknown := sum(not summary.show for summary in inside.values()):
        yield (
            f"The show of {unknown} of the {len(inside)} is unknown: they are in counts of all "
            "episodes, and in no comparison within shows."
        )
    if undated := len(episodes.undated):
        yield (
            f"Without a known date of publication: {undated:,} of all {total:,} episodes. They may "
            "be of any time, and are in no figure of this briefing, unless it says so."
        )
    yield "Mentions in adverts, and those more likely wrong than right, do not count."


def find_shows(episodes: WindowEpisodes) -> tuple[set[str], set[str]]:
    """Return the ids of the known shows of a window, and of the window before."""
    inside, before = ({s.show for s in p.values()} for p in (episodes.inside, episodes.before))
    return inside - {""}, before - {""}
