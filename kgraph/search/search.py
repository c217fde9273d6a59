"""Ranked search of an index (:func:`search`).

The score of a hit is BM25 (Robertson and Zaragoza 2009; FTS5's, with :data:`FIELD_WEIGHTS`) times
:func:`kgraph.search.documents.compute_rank_factor` of the thing, and times
:data:`EXACT_NAME_FACTOR` where the text is the thing's whole name. The thing that this name denotes
most often is the first hit; of a name with signs behind a letter (C++), all come first. Where fewer
than :data:`MIN_COMPLETE_HITS` things have all of the words, hits have at least half of them, and
the score is also multiplied by their share. Hits of equal scores are in the order of their ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import product
from typing import Literal, get_args

import msgspec

from kgraph.base.arguments import check_count, check_texts
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
from kgraph.search.hits import Found, Hit, Source
from kgraph.search.index import Index, SqlRow
from kgraph.search.repeats import RepeatFilter
from kgraph.search.similar import build_similar_query, find_document
from kgraph.search.suggest import check_filter_values, correct_query
from kgraph.search.syntax import SearchQuery, parse_search

FIELD_WEIGHTS = (8.0, 4.0, 1.0)  #: of name, other names and text
EXACT_NAME_FACTOR = 3.0  #: score factor of a thing whose name is the whole text
DEFAULT_HITS = 20
MIN_COMPLETE_HITS = 10  #: half of a page; fewer things with all words are joined by partial fits

#: Kinds whose hits have an episode; the others are in many.
KINDS_WITH_EPISODE: tuple[HitKind, ...] = ("quote", "episode", "insight")


SearchMode = Literal["words", "similar"]
SEARCH_MODES: tuple[SearchMode, ...] = get_args(SearchMode)


def search(
    index: Index,
    text: str,
    filters: Filters | None = None,
    *,
    mode: SearchMode = "words",
    limit: int = DEFAULT_HITS,
    per_episode: int = 0,
    offset: int = 0,
) -> Found:
    """Search an index.

    Args:
        text: words, ``"phrases"``, ``prefix*``, ``OR``, ``NOT`` (:mod:`kgraph.search.syntax`); for
            ``similar`` the id of a quote, an insight or an episode.
        mode: ``words``, or ``similar`` for what has the telling words of a thing, of its kind
            unless the filters state another.
        per_episode: hits of one episode, near-equal quotes once; 0 for no limit.
        offset: hits to skip.

    Returns:
        The best hits, those of a corrected text (``instead``) if nothing matches a misspelt name,
        or also those with at least half of the words (``partial``) if few or none have all.

    Raises:
        InputError: the text has no word, or a number or the mode is invalid.
        UnknownNameError: there is no thing to which others may be similar, or no value of a filter.
    """
    check_texts(text=text)
    check_count("limit", limit)
    check_count("per_episode", per_episode, minimum=0)
    check_count("offset", offset, minimum=0)
    check_filter_values("mode", {mode}, SEARCH_MODES)
    text = replace_surrogates(text)
    filters = filters or Filters()
    if mode == "similar":
        document = find_document(index, text)
        filters = filter_similar(filters, document)
        similar = build_similar_query(index, document)
        if not similar:
            return Found(())
        searcher = Searcher(index, filters, limit, per_episode, offset)
        return searcher.make_page(similar, searcher.rank_words("", similar), document)
    searcher = Searcher(index, filters, limit, per_episode, offset)
    words, query, found = _choose_query(index, searcher, text)
    if not query:
        return found
    page = searcher.make_page(query, searcher.rank_words(words, query))
    return msgspec.structs.replace(found, hits=page.hits, left_out=page.left_out)


def filter_similar(filters: Filters, source: SearchDocument) -> Filters:
    """Return filters for what is like a thing: of its kind unless they state one."""
    kinds = filters.kinds if filters.kinds or filters.types else frozenset({source.kind})
    return msgspec.structs.replace(filters, kinds=kinds, without=source.id)


def _choose_query(
    index: Index, searcher: Searcher, text: str
) -> tuple[str, SearchQuery | None, Found]:
    """Return the text or its correction, what matches it, and what is to be said of it."""
    corrected = correct_query(index, text, parse_search(text))
    # The text and its correction, then both relaxed.
    for is_relaxed, words in product((False, True), filter(None, (text, corrected))):
        query = parse_search(words).drop_stop_words()
        relaxed = query.relax()
        complete = 0 if is_relaxed else searcher.count_matches(query, MIN_COMPLETE_HITS)
        if complete and (complete >= MIN_COMPLETE_HITS or not relaxed or relaxed.min_groups == 1):
            attempt = query  # a word in common is no fit beside things that have both
        elif relaxed and (complete or (is_relaxed and searcher.count_matches(relaxed, 1))):
            attempt = relaxed
        else:
            continue
        found = Found(
            (),
            instead=corrected if words != text else "",
            suggestion=corrected if words == text else "",
            partial=attempt.group_texts if attempt.min_groups else (),
            complete=complete if attempt.min_groups else 0,
        )
        return words, attempt, found
    return text, None, Found(())


class Searcher:
    """A search with filters, whose text may be replaced."""

    def __init__(
        self, index: Index, filters: Filters, limit: int, per_episode: int, offset: int
    ) -> None:
        self._index = index
        self._posting_clause = build_posting_clause(index, filters)
        self._thing_clause = build_thing_clause(index, filters, self._posting_clause)
        self._limit = limit
        self._per_episode = per_episode
        self._offset = offset

    def count_matches(self, query: SearchQuery, limit: int) -> int:
        """Return how many things match, on all pages of the hits; at most ``limit``."""
        clause = build_match_clause(self._index, query)
        rows = self._index.rows(
            f"SELECT 1 FROM {clause.sql} WHERE word MATCH ?{self._thing_clause.sql} LIMIT ?",
            (*clause.values, query.to_fts(), *self._thing_clause.values, limit),
        )
        return len(rows)

    def rank_words(self, text: str, query: SearchQuery) -> list[SqlRow]:
        """Return number, kind, id and score of what matches, best first."""
        limit = -1 if self._per_episode else self._offset + self._limit + 1
        clause = build_match_clause(self._index, query)
        score = f"{_SCORE_SQL} * held / {len(query.groups)}.0" if query.min_groups else _SCORE_SQL
        key = name_key(text)
        # Signs tell what the name denotes: all that have it are first.
        named = SqlClause(_NAMED_SQL, (key,))
        if query.has_signs:
            named = SqlClause(_SIGNED_SQL, (key,))
        return self._index.rows(
            f"SELECT t.number, t.kind, t.id, {score} AS score FROM {clause.sql} "
            f"WHERE word MATCH ?{self._thing_clause.sql} "
            f"ORDER BY t.number IN ({named.sql}) DESC, score DESC, t.id LIMIT ?",
            (
                *(*FIELD_WEIGHTS, key, EXACT_NAME_FACTOR, *clause.values),
                *(query.to_fts(), *self._thing_clause.values, *named.values, limit),
            ),
        )

    def make_page(
        self, query: SearchQuery, rows: Iterable[SqlRow], source: SearchDocument | None = None
    ) -> Found:
        """Return a page of hits, of the rows of all.

        Args:
            query: whose words are marked.
            source: a thing whose text is not repeated either.
        """
        hits: list[Hit] = []
        counts: Counter[str] = Counter()
        repeats = RepeatFilter()
        left_out = 0
        if source:
            repeats.add(source.text)
        for row in rows:
            hit = self._make_hit(query, row)
            if hit.episode and self._per_episode:
                # A text that the limit left out is not repeated by a later one.
                if counts[hit.episode.slug] == self._per_episode or (
                    hit.text and not hit.name and not repeats.add(hit.text)
                ):
                    left_out += 1
                    continue
                counts[hit.episode.slug] += 1
            hits.append(hit)
            if len(hits) == self._offset + self._limit:
                break
        return Found(tuple(hits[self._offset :]), left_out=left_out)

    def _make_hit(self, query: SearchQuery, row: SqlRow) -> Hit:
        number, kind, _, score = row
        document = self._index.read_document(int(number))
        weight, episodes, source = _find_source(
            self._index, int(number), int(kind), self._posting_clause
        )
        return Hit(
            kind=document.kind,
            id=document.id,
            iri=self._index.base + document.id,
            type=document.type,
            name=document.name,
            text=document.text,
            segments=_choose_segments(query, document),
            score=round(float(score), 4),
            weight=weight,
            episodes=episodes,
            episode=source if document.kind in KINDS_WITH_EPISODE else None,
        )


_SCORE_SQL = (
    "-bm25(word, ?, ?, ?) * t.worth * iif(t.number IN (SELECT thing FROM name WHERE key = ?), ?, 1)"
)


#: The thing that a name denotes most often.
_NAMED_SQL = (
    "SELECT n.thing FROM name AS n JOIN thing AS t ON t.number = n.thing "
    "WHERE n.key = ? AND NOT t.unlikely ORDER BY n.meant DESC, t.worth DESC, t.id LIMIT 1"
)

#: The things with a name.
_SIGNED_SQL = "SELECT thing FROM name WHERE key = ?"


def _find_source(
    index: Index, number: int, kind: int, postings: SqlClause
) -> tuple[float, int, Source | None]:
    """Return the highest weight of a thing, its number of episodes, and the episode of that
    weight."""
    rows = index.rows(
        "SELECT s.weight, count(*) OVER (), e.slug, e.title, e.day, e.show, e.url, e.dated "
        "FROM (SELECT ? AS number, ? AS kind) AS t JOIN standing AS s ON s.thing = t.number "
        f"JOIN episode AS e ON e.number = s.episode WHERE 1{postings.sql} "
        "ORDER BY s.weight DESC, e.slug LIMIT 1",
        (number, kind, *postings.values),
    )
    if not rows:  # a theme or a name in adverts only
        return float(HIT_KINDS[kind] == "theme"), 0, None
    weight, episodes, slug, title, day, show, url, dated = rows[0]
    source = Source(str(slug), str(title), str(day), str(show), str(url), bool(dated))
    return float(weight), int(episodes), source


def _choose_segments(query: SearchQuery, document: SearchDocument) -> tuple[Segment, ...]:
    """Return the name, if there is one, and the matching part of another name or the text."""
    if not document.name:
        return split_segments(query, document.text)
    name = split_segments(query, document.name)
    if any(segment.match for segment in name):
        return name
    for text in (*document.other_names.splitlines(), document.text):
        segments = split_segments(query, text)
        if any(segment.match for segment in segments):
            before, *after = (" (", ")") if document.other_names else (": ",)
            return (*name, Segment(before), *segments, *map(Segment, after))
    return name
