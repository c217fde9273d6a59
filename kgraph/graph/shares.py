"""Shares of episodes by month that a change of shows does not move.

The share of a month's episodes that mention something also changes when the month holds other
shows. So shares are compared within shows, by the two standard methods for rates in strata:

* Two months are compared in the shows that both hold, by the Mantel-Haenszel difference of
  proportions (Mantel and Haenszel 1959, "Statistical aspects of the analysis of data from
  retrospective studies of disease"). Its interval is that of Klingenberg (2014, "A new and improved
  confidence interval for the Mantel-Haenszel risk difference", Statistics in Medicine 33), which
  inverts the test with the variance of Sato (1989, Biometrics 45). It is right for many small
  strata: most shows have one to four episodes a month. Stratified Newcombe intervals (Yan and Su
  2010) need several episodes of each show, and Wald intervals vanish at a share of 0.
* A month in a row of months is standardised indirectly (Breslow and Day 1987, "Statistical methods
  in cancer research II", chapter 2): the share of all months times the ratio of observed to
  expected episodes, those that would mention the thing if each show did so as often as in all
  months. A direct standardisation is undefined for a month without one of the shows. The interval
  is that of Wilson (1927, Journal of the American Statistical Association 22) for the observed
  share, times the same factor.

Invariants:
    * only episodes whose date of publication is known count, and mentions outside adverts;
    * episodes of unknown shows are one stratum of a standardised share, so that the share is of the
      episodes that stand beside it;
    * they are in no comparison of two months, since their months may hold different shows: that
      one rose is a claim, and needs shows that are known to be the same;
    * where no show of any episode is known, all episodes are of one show.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import sqrt
from statistics import NormalDist
from typing import Literal, NamedTuple

import msgspec

from kgraph.base.errors import InputError
from kgraph.graph.records import EpisodeSummary

CONFIDENCE_LEVEL = 0.95  #: of all intervals
STATED_SHARE_DECIMALS = 3  #: of a share: hundredths with one decimal

MIN_COMPARED_SHOWS = 3  #: shows of a month, from which it is compared unless a caller names it

#: Episodes of a month, from which it has a share. Of fewer, a count says more: the share would be
#: 0, 50 or 100 %, with an interval over most of the scale.
MIN_SHARE_EPISODES = 3

#: Days that may lack at the end of the newest month for it to be whole: most shows are weekly.
MAX_MISSING_DAYS = 6

UNKNOWN_SHOW = ""  #: the stratum of the episodes of unknown shows
SINGLE_SHOW = "-"  #: the show of all episodes where none is known

EpisodeCounts = Mapping[str, Mapping[str, int]]
"""Month -> show or :data:`UNKNOWN_SHOW` -> number of episodes."""


class Interval(NamedTuple):
    """A confidence interval."""

    low: float
    high: float


class StandardShare(msgspec.Struct, frozen=True):
    """A month's share of episodes, standardised for its shows.

    Attributes:
        share: in [0, 1].
        interval: of the share, in [0, 1].
        episodes: number of the month's episodes that count: all but those of shows that have no
            episode in another month.
    """

    share: float
    interval: Interval
    episodes: int


class ShareChange(msgspec.Struct, frozen=True):
    """A difference of shares between two months, in the shows that both hold.

    Attributes:
        before, after: shares in these shows, in [0, 1].
        interval: of the difference, in [-1, 1].
        shows: number of these shows.
    """

    before: float
    after: float
    interval: Interval
    shows: int

    @property
    def difference(self) -> float:
        """The later share minus the earlier one."""
        return self.after - self.before

    @property
    def direction(self) -> Literal["rose", "fell", ""]:
        """``rose`` or ``fell`` if the interval as it is stated says so; "" if it holds 0."""
        if round(self.interval.low, STATED_SHARE_DECIMALS) > 0:
            return "rose"
        return "fell" if round(self.interval.high, STATED_SHARE_DECIMALS) < 0 else ""


class MonthShare(msgspec.Struct, frozen=True):
    """The share of a month's episodes that mention something.

    Attributes:
        shows: number of known shows of the month.
        unknown: number of its episodes whose show is unknown.
        standard: standardised for the shows; None where there is nothing to compare with, or for
            fewer than :data:`MIN_SHARE_EPISODES` episodes.
        change: since the calendar month before; None if no show is in both, as where that month has
            no episode.
    """

    shows: int
    unknown: int
    standard: StandardShare | None
    change: ShareChange | None


class ShowCalendar:
    """The month and the show, or :data:`UNKNOWN_SHOW`, of each episode that counts."""

    def __init__(self, summaries: Mapping[str, EpisodeSummary]) -> None:
        has_shows = any(summary.show for summary in summaries.values())
        unknown = UNKNOWN_SHOW if has_shows else SINGLE_SHOW
        #: Slug -> (month, show).
        self.cells = {
            slug: (summary.month, summary.show or unknown)
            for slug, summary in summaries.items()
            if summary.month
        }
        self.all = self.count(self.cells)
        days = (summary.date[:10] for summary in summaries.values() if summary.is_dated)
        self.last_day = max(days, default="")

    def get_shows(self, month: str) -> frozenset[str]:
        """Return the known shows of a month."""
        return frozenset(self.all.get(month, ())) - {UNKNOWN_SHOW}

    def list_comparable_months(self) -> list[str]:
        """List the whole months with episodes of at least :data:`MIN_COMPARED_SHOWS`, in order.

        All months with episodes of a known show, if fewer than two are so.
        """
        months = [month for month in sorted(self.all) if self.get_shows(month)]
        large = [month for month in months if len(self.get_shows(month)) >= MIN_COMPARED_SHOWS]
        if large and not _is_whole_month(large[-1], self.last_day):
            large.pop()
        return large if len(large) > 1 else months

    def choose_months(self, before: str = "", after: str = "") -> tuple[str, str]:
        """Return two months to compare, as given ("" for none) or else the last comparable ones.

        A month that is not given is the nearest comparable one on its side of the other. Two given
        months may be in either order.

        Raises:
            InputError: they are one month, or there is no month to compare with.
        """
        if before and before == after:
            raise InputError(f"after={after}: give two different months", parameter="after")
        months = self.list_comparable_months()
        if not after:
            after = max((month for month in months if month > before), default="")
        if not before:
            before = max((month for month in months if month < after), default="")
        if not before or not after:
            raise InputError(_describe_no_months(before or after, months))
        return before, after

    def count(self, slugs: Iterable[str]) -> EpisodeCounts:
        """Count those of some episodes that count, by month and show."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for slug in slugs:
            if slug in self.cells:
                month, show = self.cells[slug]
                counts[month][show] += 1
        return counts

    def count_by_show(self, slugs: Iterable[str]) -> Counter[str]:
        """Count those of some episodes that count, by show."""
        return Counter(self.cells[slug][1] for slug in slugs if slug in self.cells)

    def compare(self, subset: EpisodeCounts, before: str, after: str) -> ShareChange | None:
        """Compare the share of some episodes in two months; None if no show is in both."""
        return compare_shares(
            *(counts.get(month, {}) for month in (before, after) for counts in (subset, self.all))
        )

    def describe_months(self, subset: EpisodeCounts) -> dict[str, MonthShare]:
        """Describe the share of some episodes in each month, in order."""
        standard = self.standardize(subset)
        return {
            month: MonthShare(
                len(self.get_shows(month)),
                shows.get(UNKNOWN_SHOW, 0),
                standard.get(month),
                self.compare(subset, previous_month(month), month),
            )
            for month, shows in sorted(self.all.items())
        }

    def standardize(self, subset: EpisodeCounts) -> dict[str, StandardShare]:
        """Return the standardised share of some episodes, by month.

        A month is left out if none of its shows has episodes in another month, if none of them
        ever has one of these episodes, or if fewer than :data:`MIN_SHARE_EPISODES` of its episodes
        count.
        """
        months = Counter(show for shows in self.all.values() for show in shows)
        shows = frozenset(show for show, number in months.items() if number > 1)
        totals, hits = (_sum_by_show(counts, shows) for counts in (self.all, subset))
        shares = {}
        for month, counts in self.all.items():
            own = {show: episodes for show, episodes in counts.items() if show in shows}
            expected = sum(n * hits[show] / totals[show] for show, n in own.items())
            episodes = sum(own.values())
            if not expected or episodes < MIN_SHARE_EPISODES:
                continue
            observed = sum(n for show, n in subset.get(month, {}).items() if show in shows)
            scale = hits.total() / totals.total() * episodes / expected
            share, low, high = (
                min(1.0, scale * value)
                for value in (observed / episodes, *wilson_interval(observed, episodes))
            )
            shares[month] = StandardShare(share, Interval(low, high), episodes)
        return shares


def compare_shares(
    hits_before: Mapping[str, int],
    all_before: Mapping[str, int],
    hits_after: Mapping[str, int],
    all_after: Mapping[str, int],
) -> ShareChange | None:
    """Compare the shares of two months in the shows that both hold; None if there is none.

    Each argument is a number of episodes by show: those that count as hits, and all. Those of
    :data:`UNKNOWN_SHOW` do not count.

    >>> change = compare_shares({"A": 1}, {"A": 8, "B": 2}, {"A": 7, "C": 9}, {"A": 8, "C": 9})
    >>> change.before, change.after, change.shows, change.direction
    (0.125, 0.875, 1, 'rose')
    """
    shows = sorted(all_before.keys() & all_after.keys() - {UNKNOWN_SHOW})
    before = after = weights = p_sum = q_sum = 0.0
    for show in shows:
        n1, n2 = all_after[show], all_before[show]
        x1, x2 = hits_after.get(show, 0), hits_before.get(show, 0)
        n = n1 + n2
        weights += n1 * n2 / n
        after += x1 * n2 / n
        before += x2 * n1 / n
        p_sum += (n1 * n1 * x2 - n2 * n2 * x1 + n1 * n2 * (n2 - n1) / 2) / (n * n)
        q_sum += (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)
    if not shows:
        return None
    difference = (after - before) / weights
    z = _quantile()
    middle = difference + z * z * p_sum / weights**2 / 2
    half = sqrt(max(0.0, middle**2 - difference**2 + z * z * q_sum / weights**2))
    if not q_sum:
        # Each show mentions it in all or in none of its episodes, which leaves no variance. Each
        # share may still be off by Wilson's limit for no hit.
        episodes = min(sum(all_[show] for show in shows) for all_ in (all_before, all_after))
        middle, half = difference, wilson_interval(0, episodes).high
    return ShareChange(
        before / weights,
        after / weights,
        Interval(max(-1.0, middle - half), min(1.0, middle + half)),
        len(shows),
    )


def previous_month(month: str) -> str:
    """Return the calendar month before a month.

    >>> previous_month("2025-09"), previous_month("2025-01")
    ('2025-08', '2024-12')
    """
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 2, 12)
    return f"{year:04}-{number + 1:02}"


def wilson_interval(hits: float, total: float) -> Interval:
    """Return the score interval of a proportion (Wilson 1927); [0, 1] of no episodes.

    >>> [round(limit, 3) for limit in wilson_interval(1, 10)]
    [0.018, 0.404]
    """
    if not total:
        return Interval(0.0, 1.0)
    z = _quantile()
    share, square = hits / total, z * z / total
    middle = (share + square / 2) / (1 + square)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total)) / (1 + square)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def _describe_no_months(month: str, months: list[str]) -> str:
    """Return that there is no month to compare a month ("" for none) with, and which there are."""
    message = f"no month to compare with {month}" if month else "no months to compare"
    if not months:
        return f"{message}: no episode of a known show has a date of publication: give some a date"
    if len(months) == 1:
        return f"{message}: only {months[0]} has episodes of a known show with a date"
    return f"{message}: give before={months[-2]} and after={months[-1]}"


def _is_whole_month(month: str, last_day: str) -> bool:
    """Return whether the episodes up to a last day hold a month up to its end.

    >>> [_is_whole_month("2025-06", f"2025-{day}") for day in ("06-23", "06-24", "07-01")]
    [False, True, True]
    """
    if last_day[:7] != month:
        return True
    year, number, day = map(int, last_day.split("-"))
    return day >= monthrange(year, number)[1] - MAX_MISSING_DAYS


def _quantile() -> float:
    return NormalDist().inv_cdf((1 + CONFIDENCE_LEVEL) / 2)


def _sum_by_show(counts: EpisodeCounts, shows: Iterable[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for by_show in counts.values():
        total.update({show: n for show, n in by_show.items() if show in shows})
    return total
