"""Answers to the analyst's tasks, computed by SPARQL from the statements of a store.

Takes a graph; gives plain values, with entities as paths (``company/openai``). Texts are compared
with :func:`normalize_text`, addresses of recordings with :func:`strip_time`.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from trend_reference import Reference

ID = "https://w3id.org/kgraph/id/"

TOGETHER = """
SELECT ?other (COUNT(DISTINCT ?episode) AS ?episodes) WHERE {
  ?episode a schema:PodcastEpisode ; schema:mentions <ENTITY>, ?other .
} GROUP BY ?other"""
STRONGEST = """
SELECT ?other WHERE {
  ?tie a kg:CoMention ; kg:between <ENTITY>, ?other ; kg:association ?association .
  ?other a kg:Company . FILTER(?other != <ENTITY>)
} ORDER BY DESC(?association) LIMIT 1"""
NAMING_BOTH = """
SELECT ?text WHERE {
  ?quote a schema:Quotation ; schema:mentions <ENTITY>, <OTHER> ; schema:text ?text }"""
ON_THEME = """
SELECT ?text ?relevance ?recording WHERE {
  ?under skos:broader* <ENTITY> . ?occurrence kg:theme ?under ; kg:quote ?quote ;
    kg:relevance ?relevance ; kg:episode ?episode .
  ?quote kg:advert false ; schema:text ?text . OPTIONAL { ?episode schema:url ?recording } }"""
WITH_WORD = """
SELECT ?text ?relevance ?recording WHERE {
  ?occurrence kg:quote ?quote ; kg:relevance ?relevance ; kg:episode ?episode .
  ?quote kg:advert false ; schema:text ?text . OPTIONAL { ?episode schema:url ?recording }
  FILTER(CONTAINS(LCASE(?text), "WORD")) }"""
SHOW_SIZES = """
SELECT ?show (COUNT(?episode) AS ?episodes) WHERE {
  ?episode a schema:PodcastEpisode ; schema:partOfSeries ?show } GROUP BY ?show"""
MENTIONS_BY_SHOW = """
SELECT ?show ?episode ?entries WHERE {
  ?mention kg:entity <ENTITY> ; kg:episode ?episode ; kg:mentionCount ?entries .
  ?episode schema:mentions <ENTITY> ; schema:partOfSeries ?show }"""
LABELS = """
SELECT ?entity ?label WHERE { ?entity schema:name ?label ; kg:episodeCount ?episodes }"""


class Quote(NamedTuple):
    """A quote in one episode or several.

    Attributes:
        relevance: the greatest, in [0, 1].
        recordings: addresses.
    """

    relevance: float
    recordings: frozenset[str]


class ShowCoverage(NamedTuple):
    """How a show covers something: its episodes, those that mention it, and their entries."""

    episodes: int
    mentioning: int
    entries: int

    @property
    def rate(self) -> float:
        """Entries per episode of the show, to two places."""
        return math.floor(100 * self.entries / self.episodes + 0.5) / 100

    @property
    def share(self) -> float:
        """Share of the episodes that mention it, in [0, 1]."""
        return self.mentioning / self.episodes


class Answers:
    """Answers that a store's statements give."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.trends = Reference(graph)
        self.labels = {_path(row["entity"]): row["label"] for row in self.ask(LABELS)}
        self.ids = {(id_.partition("/")[0], label): id_ for id_, label in self.labels.items()}

    def ask(self, query: str, **iris: str) -> Iterator[dict[str, str]]:
        """Yield the rows of a query, with ids in place of ``<ENTITY>`` and other such names."""
        for name, id_ in iris.items():
            query = query.replace(f"<{name.upper()}>", f"<{ID}{id_}>")
        for row in json.loads(self.graph.query(query).data)["results"]["bindings"]:
            yield {name: cell["value"] for name, cell in row.items()}

    def count_together(self, entity: str) -> dict[str, int]:
        """Return how many episodes mention an entity and each other one."""
        rows = self.ask(TOGETHER, entity=entity)
        return {_path(row["other"]): int(row["episodes"]) for row in rows}

    def find_strongest(self, entity: str) -> str:
        """Return the company that is most strongly associated with an entity."""
        return _path(next(self.ask(STRONGEST, entity=entity))["other"])

    def list_quotes_of_both(self, entity: str, other: str) -> set[str]:
        """Return the texts of all quotes that name both."""
        rows = self.ask(NAMING_BOTH, entity=entity, other=other)
        return {normalize_text(row["text"]) for row in rows}

    def list_theme_quotes(self, theme: str) -> dict[str, Quote]:
        """Return the quotes on a theme and those below it, by their texts; without adverts."""
        return _join_quotes(self.ask(ON_THEME, entity=theme))

    def list_word_quotes(self, word: str) -> dict[str, Quote]:
        """Return the quotes that hold a word, by their texts; without adverts."""
        return _join_quotes(self.ask(WITH_WORD.replace("WORD", word)))

    def cover(self, entity: str) -> dict[str, ShowCoverage]:
        """Return how each show covers an entity, by the show's name."""
        sizes = {row["show"]: int(row["episodes"]) for row in self.ask(SHOW_SIZES)}
        mentioning: dict[str, set[str]] = defaultdict(set)
        entries = Counter[str]()
        for row in self.ask(MENTIONS_BY_SHOW, entity=entity):
            mentioning[row["show"]].add(row["episode"])
            entries[row["show"]] += int(row["entries"])
        return {
            self.labels[_path(show)]: ShowCoverage(sizes[show], len(episodes), entries[show])
            for show, episodes in mentioning.items()
        }

    def list_rises(self, company: str) -> list[str]:
        """Return the months in which a company rose since the month before, in the same shows."""
        months = self.trends.list_months()
        changes = {
            month: self.trends.compare(ID + company, before, month)
            for before, month in pairwise(months)
        }
        return [month for month, change in changes.items() if change and change.direction == "rose"]


def normalize_text(text: str) -> str:
    """Return a text with single spaces, as a browser shows it."""
    return " ".join(text.split())


def strip_time(address: str) -> str:
    """Return the address of a recording without the second at which it is to start.

    >>> strip_time("https://www.youtube.com/watch?v=a&t=60s"), strip_time("https://a.org/b.mp3#t=60")
    ('https://www.youtube.com/watch?v=a', 'https://a.org/b.mp3')
    """
    return re.sub(r"[?&#]t=\d+s?$", "", address)


def _join_quotes(rows: Iterator[dict[str, str]]) -> dict[str, Quote]:
    relevance: dict[str, float] = defaultdict(float)
    recordings: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        text = normalize_text(row["text"])
        relevance[text] = max(relevance[text], float(row["relevance"]))
        recordings[text] |= {row["recording"]} if "recording" in row else set()
    return {text: Quote(value, frozenset(recordings[text])) for text, value in relevance.items()}


def _path(iri: str) -> str:
    return iri.removeprefix(ID)
