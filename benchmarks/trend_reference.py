"""Trends computed from the statements of a store, without the program's own code for them.

Takes by SPARQL which episode mentions what, with its date of publication and its show. Gives of a
month the share standardised indirectly for its shows, where episodes of unknown shows are one
stratum, with the interval of Wilson; of two months, or windows of months, the Mantel-Haenszel
difference in the known shows of both, with the interval of Klingenberg (``kgraph/graph/shares.py``
names the sources).
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Z = 1.959963984540054  #: quantile of a 95 % interval
MIN_CHANGE_EPISODES = 5  #: of one of both months, from which the program says that a name rose
MIN_MONTH_SHOWS = 3  #: from which the program draws and compares a month

EPISODES = """
SELECT ?episode ?date ?show WHERE {
  ?episode a schema:PodcastEpisode ; kg:dateSource kg:PublicationDate ; schema:datePublished ?date .
  OPTIONAL { ?episode schema:partOfSeries ?show }
}"""
MENTIONS = """
SELECT ?episode ?entity WHERE {
  ?episode a schema:PodcastEpisode ; schema:mentions ?entity
}"""
LABELS = "SELECT ?entity ?label WHERE { ?entity a kg:Company ; schema:name ?label }"

UNKNOWN = "unknown"  #: the stratum of the episodes of unknown shows

Hits = Mapping[str, Counter[str]]
"""Month -> show -> number of episodes."""


class Share(NamedTuple):
    """A share with its interval, all in [0, 1]."""

    share: float
    low: float
    high: float


class Change(NamedTuple):
    """Shares of two months, in [0, 1], the interval of their difference, and the shows of both."""

    before: float
    after: float
    low: float
    high: float
    shows: int

    @property
    def direction(self) -> str:
        """Whether the interval, rounded to a tenth of a percentage point, is on one side of 0."""
        if round(self.low, 3) > 0:
            return "rose"
        return "fell" if round(self.high, 3) < 0 else ""


class Reference:
    """Trends, computed from the statements of a store."""

    def __init__(self, graph: Any) -> None:
        self.cells: dict[str, tuple[str, str]] = {}
        self.months: dict[str, str] = {}
        for row in _ask(graph, EPISODES):
            self.months[row["episode"]] = row["date"][:7]
            self.cells[row["episode"]] = (row["date"][:7], row.get("show", UNKNOWN))
        self.all = self._count(self.cells)
        episodes: dict[str, set[str]] = defaultdict(set)
        for row in _ask(graph, MENTIONS):
            episodes[row["entity"]].add(row["episode"])
        self.labels = {row["entity"]: row["label"] for row in _ask(graph, LABELS)}
        self.hits = {entity: self._count(mentioning) for entity, mentioning in episodes.items()}
        self.episodes = episodes
        #: Companies, those that the most episodes mention first.
        self.by_size = sorted(
            episodes.keys() & self.labels.keys(),
            key=lambda entity: (-len(episodes[entity]), entity),
        )

    def _count(self, episodes: Iterable[str]) -> Hits:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for episode in episodes:
            if episode in self.cells:
                month, show = self.cells[episode]
                counts[month][show] += 1
        return counts

    def list_months(self) -> list[str]:
        """List the months with enough shows to be drawn and compared, in order; all if few have."""
        large = [
            month
            for month, shows in self.all.items()
            if len(shows.keys() - {UNKNOWN}) >= MIN_MONTH_SHOWS
        ]
        return sorted(large if len(large) > 1 else self.all)

    def list_table_months(self, entities: Iterable[str]) -> list[str]:
        """List those of these months since an episode first mentions one of some entities."""
        mentioning = (episode for entity in entities for episode in self.episodes[entity])
        first = min(self.months[episode] for episode in mentioning if episode in self.months)
        return [month for month in self.list_months() if month >= first]

    def standardize(self, entity: str) -> dict[str, Share]:
        """Return the standardised share of an entity in each month that has one."""
        months = Counter(show for shows in self.all.values() for show in shows)
        total, own = Counter[str](), Counter[str]()
        for month, shows in self.all.items():
            for show, episodes in shows.items():
                if months[show] > 1:
                    total[show] += episodes
                    own[show] += self.hits[entity].get(month, Counter())[show]
        whole = own.total() / total.total()
        shares = {}
        for month, shows in self.all.items():
            episodes = sum(n for show, n in shows.items() if show in total)
            expected = sum(n * own[show] / total[show] for show, n in shows.items() if total[show])
            if not expected:
                continue
            observed = sum(
                n for show, n in self.hits[entity].get(month, {}).items() if show in total
            )
            factor = whole / expected
            low, high = _interval_of_wilson(observed, episodes)
            shares[month] = Share(
                *(min(1.0, factor * n) for n in (observed, low * episodes, high * episodes))
            )
        return shares

    def compare(self, entity: str, before: str, after: str) -> Change | None:
        """Compare the share of an entity in two months, in the shows of both."""
        return self.compare_windows(entity, [before], [after])

    def compare_windows(
        self, entity: str, before: Collection[str], after: Collection[str]
    ) -> Change | None:
        """Compare the share of an entity in two windows of months, in the shows of both."""
        x, n, y, m = (
            sum((counts.get(month, Counter()) for month in months), Counter[str]())
            for months in (before, after)
            for counts in (self.hits[entity], self.all)
        )
        strata = [
            (x[show], n[show], y[show], m[show]) for show in n if show in m and show != UNKNOWN
        ]
        if not strata:
            return None
        weights = [n * m / (n + m) for _, n, _, m in strata]
        weight = sum(weights)
        first = sum(w * x / n for w, (x, n, _, _) in zip(weights, strata, strict=True)) / weight
        second = sum(w * y / m for w, (_, _, y, m) in zip(weights, strata, strict=True)) / weight
        p = sum(
            (m * m * x - n * n * y + n * m * (n - m) / 2) / (n + m) ** 2 for x, n, y, m in strata
        )
        q = sum((y * (n - x) + x * (m - y)) / (2 * (n + m)) for x, n, y, m in strata)
        middle, half = second - first, 0.0
        if q:
            middle += Z * Z * p / (2 * weight**2)
            half = math.sqrt(max(0.0, middle**2 - (second - first) ** 2 + Z * Z * q / weight**2))
        else:
            half = _interval_of_wilson(
                0, min(sum(s[1] for s in strata), sum(s[3] for s in strata))
            )[1]
        return Change(first, second, max(-1.0, middle - half), min(1.0, middle + half), len(strata))

    def list_risers(self, before: str, after: str) -> dict[str, Change]:
        """Return the entities that rose between two months, by label."""
        risers = {}
        for entity in self.by_size:
            months = [self.months.get(episode) for episode in self.episodes[entity]]
            size = max(months.count(before), months.count(after))
            change = self.compare(entity, before, after)
            if size >= MIN_CHANGE_EPISODES and change and change.direction == "rose":
                risers[self.labels[entity]] = change
        return risers


def _ask(graph: Any, query: str) -> Iterator[dict[str, str]]:
    for row in json.loads(graph.query(query).data)["results"]["bindings"]:
        yield {name: cell["value"] for name, cell in row.items()}


def _interval_of_wilson(hits: int, total: int) -> tuple[float, float]:
    share = hits / total
    middle = share + Z * Z / (2 * total)
    half = Z * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    scale = 1 + Z * Z / total
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def previous_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year}-{number - 1:02}" if number > 1 else f"{year - 1}-12"
