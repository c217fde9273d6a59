"""Asking the index: :func:`search`.

The score of a hit is BM25 (Robertson and Zaragoza 2009; FTS5's, with its weights of fields
:data:`FIELD_WEIGHTS`) times the thing's worth (:func:`kgraph.search.documents.compute_rank_factor`: how sure it
is, and how much it matters), and times :data:`EXACT_NAME_FACTOR` where the whole text is the thing's
name. Where nothing has all of the words, hits have at least half of them, and the score is
also times the share that a hit has. Of equal scores the one that stands first in the graph comes
first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.text import name_key, replace_surrogates
from kgraph.search.documents import HIT_KINDS, HitKind, SearchDocument
from kgraph.search.filters import (
    Filters,
    SqlClause,
    build_match_clause,
    build_posting_clause,
    build_thing_clause,
)
from kgraph.search.highlight import Segment, split_segments
from kgraph.search.index import Index, SqlRow
from kgraph.search.spelling import correct_query
from kgraph.search.syntax import SearchQuery, parse_search

FIELD_WEIGHTS = (8.0, 4.0, 1.0)
"""Of name, other names and text: a word of a title says more than one of a summary."""

EXACT_NAME_FACTOR = 3.0
"""Who writes a whole name wants what is called so before what speaks of it."""

DEFAULT_HITS = 20
"""Hits that a search gives where nobody says how many."""

KINDS_WITH_EPISODE: tuple[HitKind, ...] = ("quote", "episode", "insight")
"""Kinds whose hits show an episode; the others stand in many."""


class Source(msgspec.Struct, frozen=True):
    """The episode that a hit stands in; what is not known is "".

    Attributes:
        slug: last segment of its id.
        title: as its file has it.
        date: day, ISO 8601.
        show: label of the show that it belongs to.
        original_url: where it can be heard or seen.
        dated: the date is that of publication, not only of processing.
    """

    slug: str
    title: str
    date: str
    show: str
    original_url: str
    dated: bool


class Hit(msgspec.Struct, frozen=True):
    """Something that was found.

    Attributes:
        kind: one of :data:`kgraph.search.documents.HIT_KINDS`.
        id: relative IRI.
        iri: the whole IRI.
        type: of an entity or a show, its type; else "".
        name: label or title; "" of a quote or an insight.
        text: what it says: words of a quote or an insight, summary of an episode.
        segments: what to show, in pieces.
        score: rank; above 0, comparable within one search only.
        weight: of a quote, its relevance there; of what is mentioned, its best confidence,
            0 where only adverts name it; else 1.
        episodes: in how many episodes that pass the filters it stands, adverts aside.
        episode: the one of them that weighs most, of a quote, an insight or an episode.
    """

    kind: HitKind
    id: str
    iri: str
    type: str
    name: str
    text: str
    segments: tuple[Segment, ...]
    score: float
    weight: float
    episodes: int
    episode: Source | None


class Found(msgspec.Struct, frozen=True):
    """What a search gave.

    Attributes:
        hits: best first.
        instead: what was searched for in place of a text that nothing fits; else "".
        suggestion: what may have been meant by a text that little fits; else "".
        partial: where nothing has all of the words, those that were looked for in place of them
            (stop words are left out): each hit has at least half of these. Else empty.
    """

    hits: tuple[Hit, ...]
    instead: str = ""
    suggestion: str = ""
    partial: tuple[str, ...] = ()

    def explain_partial(self) -> str:
        """A sentence that says what the hits have where nothing has all of the words; else ""."""
        if not self.partial:
            return ""
        if len(self.partial) == 1:
            return f"nothing has all of the words: these are hits for {self.partial[0]!r}"
        least = (len(self.partial) + 1) // 2
        return (
            f"nothing has all of the words: each hit has at least {least} of "
            f"{', '.join(self.partial)}"
        )


def search(
    index: Index,
    text: str,
    filters: Filters | None = None,
    *,
    limit: int = DEFAULT_HITS,
    per_episode: int = 0,
    offset: int = 0,
) -> Found:
    """Find what the graph says about something.

    Args:
        index: where.
        text: words, ``"phrases"``, ``prefix*``, ``OR``, ``NOT`` (:mod:`kgraph.search.syntax`).
        filters: which hits are wanted.
        limit: how many at the most.
        per_episode: how many of one episode at the most; 0 for any number.
        offset: how many to pass over, of those that would be given.

    Returns:
        The best hits. Where nothing fits a text with a misspelt name, hits of the name
        that was meant, and ``instead`` says so. Where nothing has all of the words, hits that have
        at least half of them, and ``partial`` says so.

    Raises:
        InputError: the text has no word, or a filter has no such value.
        StoreError: the index is damaged.
    """
    if limit < 1 or per_episode < 0 or offset < 0:
        raise InputError("limit is 1 or more, per_episode and offset 0 or more")
    text = replace_surrogates(text)
    ask = _Searcher(index, filters or Filters(), limit, per_episode, offset)
    query = parse_search(text)
    better = correct_query(index, text, query)
    if ask.has_match(query):
        return Found(ask.find_hits(text, query), suggestion=better)
    if better and ask.has_match(meant := parse_search(better)):
        return Found(ask.find_hits(better, meant), instead=better)
    if (relaxed := query.relax()) and ask.has_match(relaxed):
        return Found(ask.find_hits(text, relaxed), suggestion=better, partial=relaxed.group_texts)
    if better and (relaxed := meant.relax()) and ask.has_match(relaxed):
        return Found(ask.find_hits(better, relaxed), instead=better, partial=relaxed.group_texts)
    return Found(())


class _Searcher:
    """What stays the same when a text is replaced by what was meant."""

    def __init__(
        self, index: Index, filters: Filters, limit: int, per_episode: int, offset: int
    ) -> None:
        self._index = index
        self._posting_clause = build_posting_clause(index, filters)
        self._thing_clause = build_thing_clause(index, filters, self._posting_clause)
        self._limit = limit
        self._per_episode = per_episode
        self._offset = offset

    def has_match(self, query: SearchQuery) -> bool:
        """Whether anything fits, on whichever page of the hits."""
        rows = build_match_clause(query)
        return bool(
            self._index.rows(
                f"SELECT 1 FROM {rows.sql} WHERE word MATCH ?{self._thing_clause.sql} LIMIT 1",
                (*rows.values, query.to_fts(), *self._thing_clause.values),
            )
        )

    def find_hits(self, text: str, query: SearchQuery) -> tuple[Hit, ...]:
        hits: list[Hit] = []
        taken: Counter[str] = Counter()
        for row in self._iterate_ranked(text, query):
            hit = self._make_hit(query, row)
            if hit.episode and self._per_episode:
                taken[hit.episode.slug] += 1
                if taken[hit.episode.slug] > self._per_episode:
                    continue
            hits.append(hit)
            if len(hits) == self._offset + self._limit:
                break
        return tuple(hits[self._offset :])

    def _iterate_ranked(self, text: str, query: SearchQuery) -> Iterator[SqlRow]:
        """Every match, best first: number, kind, page, place, score."""
        limit = -1 if self._per_episode else self._offset + self._limit
        rows = build_match_clause(query)
        score = f"{_SCORE_SQL} * held / {len(query.groups)}.0" if query.min_groups else _SCORE_SQL
        yield from self._index.rows(
            f"SELECT t.number, t.kind, t.page, t.place, {score} AS score FROM {rows.sql} "
            f"WHERE word MATCH ?{self._thing_clause.sql} ORDER BY score DESC, t.number LIMIT ?",
            (
                *FIELD_WEIGHTS,
                name_key(text),
                EXACT_NAME_FACTOR,
                *rows.values,
                query.to_fts(),
                *self._thing_clause.values,
                limit,
            ),
        )

    def _make_hit(self, query: SearchQuery, row: SqlRow) -> Hit:
        number, kind, page, place, score = row
        entry = self._index.entry(int(page), int(place))
        weight, episodes, source = _find_source(
            self._index, int(number), int(kind), self._posting_clause
        )
        return Hit(
            entry.kind,
            entry.id,
            self._index.base + entry.id,
            entry.type,
            entry.name,
            entry.text,
            _choose_segments(query, entry),
            round(float(score), 4),
            weight,
            episodes,
            source if entry.kind in KINDS_WITH_EPISODE else None,
        )


_SCORE_SQL = (
    "-bm25(word, ?, ?, ?) * t.worth * iif(t.number IN (SELECT thing FROM name WHERE key = ?), ?, 1)"
)


def _find_source(
    index: Index, number: int, kind: int, wanted: SqlClause
) -> tuple[float, int, Source | None]:
    """Weight of a thing where it weighs most, how many episodes it stands in, and that one."""
    found = index.rows(
        "SELECT s.weight, count(*) OVER (), e.slug, e.title, e.day, e.show, e.url, e.dated "
        "FROM (SELECT ? AS number, ? AS kind) AS t JOIN standing AS s ON s.thing = t.number "
        f"JOIN episode AS e ON e.number = s.episode WHERE 1{wanted.sql} "
        "ORDER BY s.weight DESC, e.number LIMIT 1",
        (number, kind, *wanted.values),
    )
    if not found:  # a broader theme that no quote names itself, or what only adverts name
        return float(HIT_KINDS[kind] == "theme"), 0, None
    weight, episodes, slug, title, day, show, url, dated = found[0]
    source = Source(str(slug), str(title), str(day), str(show), str(url), bool(dated))
    return float(weight), int(episodes), source


def _choose_segments(query: SearchQuery, entry: SearchDocument) -> tuple[Segment, ...]:
    """What a hit shows: its name where it has one, and the part of the rest that fits."""
    if not entry.name:
        return split_segments(query, entry.text)
    name = split_segments(query, entry.name)
    if any(piece.match for piece in name):
        return name
    for other in (*entry.other_names.splitlines(), entry.text):
        pieces = split_segments(query, other)
        if any(piece.match for piece in pieces):
            before, *after = (" (", ")") if entry.other_names else (": ",)
            return (*name, Segment(before), *pieces, *map(Segment, after))
    return name
