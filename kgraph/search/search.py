"""Ranked search of an index (:func:`search`).

The score of a hit is BM25 (Robertson and Zaragoza 2009; FTS5's, with :data:`FIELD_WEIGHTS`) times
:func:`kgraph.search.documents.compute_rank_factor` of the thing, and times
:data:`EXACT_NAME_FACTOR` where the text is the thing's whole name. The thing that this name denotes
most often is the first hit. Where fewer than :data:`MIN_COMPLETE_HITS` things have all of the
words, hits have at least half of them, and the score is also multiplied by their share. Hits of
equal scores are in the order of their ids.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from itertools import product

import msgspec

from kgraph.base import dataframes
from kgraph.base.errors import InputError
from kgraph.base.text import format_day, name_key, pluralize, replace_surrogates
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
from kgraph.search.repeats import RepeatFilter
from kgraph.search.suggest import correct_query
from kgraph.search.syntax import SearchQuery, parse_search

FIELD_WEIGHTS = (8.0, 4.0, 1.0)  #: of name, other names and text
EXACT_NAME_FACTOR = 3.0  #: score factor of a thing whose name is the whole text
DEFAULT_HITS = 20
MIN_COMPLETE_HITS = 10  #: half of a page; fewer things with all words are joined by partial fits

#: Kinds whose hits have an episode; the others are in many.
KINDS_WITH_EPISODE: tuple[HitKind, ...] = ("quote", "episode", "insight")


#: Columns of a data frame: of the hit, and of its episode.
HIT_COLUMNS = ("kind", "id", "type", "name", "text", "score", "weight", "episodes")
EPISODE_COLUMNS = ("slug", "title", "date", "show", "original_url", "dated")


class Source(msgspec.Struct, frozen=True):
    """The episode of a hit; unknown texts are "".

    Attributes:
        slug: last segment of its id.
        title: of its file.
        date: day, ISO 8601.
        show: label of its show.
        original_url: of the recording.
        dated: the date is that of publication, not only of processing.
    """

    slug: str
    title: str
    date: str
    show: str
    original_url: str
    dated: bool


class Hit(msgspec.Struct, frozen=True):
    """A search result.

    Attributes:
        kind: one of :data:`kgraph.search.documents.HIT_KINDS`.
        id: relative IRI.
        iri: the whole IRI.
        type: of an entity or a show, its type; else "".
        name: label or title; "" of a quote or an insight.
        text: words of a quote or an insight, summary of an episode.
        segments: an excerpt in pieces, with the matches.
        score: above 0, comparable within one search only.
        weight: relevance of a quote; best confidence of an entity, 0 if only adverts name it;
            else 1.
        episodes: number of episodes that pass the filters and contain it, adverts aside.
        episode: the one with the highest weight, of a quote, an insight or an episode; of equals
            the one with the first slug.
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
    """The result of a search.

    Attributes:
        hits: best first.
        instead: a corrected text that was searched for because nothing matched; else "".
        suggestion: a corrected text that may have been meant, as few things match; else "".
        partial: the words without stop words, if nothing or little has all of them; each hit has
            at least half. Else empty.
        complete: number of things that have all of the words, if ``partial`` has words.
        left_out: number of hits before the last one that repeat a quote, or are more than the
            limit of an episode.
    """

    hits: tuple[Hit, ...]
    instead: str = ""
    suggestion: str = ""
    partial: tuple[str, ...] = ()
    complete: int = 0
    left_out: int = 0

    def describe(self, text: str = "") -> list[str]:
        """Return notes for the user: no hits, a changed text, or a likely misspelling."""
        nothing = f"nothing matches {text!r}" if text else "nothing matches the search"
        remarks = []
        if self.instead:
            remarks.append(f"{nothing}: these are hits for {self.instead!r}")
        elif not self.hits:
            remarks.append(
                f"{nothing}: try fewer words, OR between them, prefix*, or fewer filters"
            )
        if self.partial:
            remarks.append(self.explain_partial())
        if self.left_out:
            remarks.append(self.explain_left_out())
        if self.suggestion:
            remarks.append(f"did you mean {self.suggestion!r}?")
        return remarks

    def explain_left_out(self) -> str:
        """Return a sentence on hits that were left out; "" for none."""
        if not self.left_out:
            return ""
        return (
            f"left out {pluralize(self.left_out, 'hit')} that repeat a quote, or are beyond the "
            "limit of an episode"
        )

    def explain_partial(self) -> str:
        """Return a sentence on the words that hits have, if few or none have all; else ""."""
        if not self.partial:
            return ""
        min_words = (len(self.partial) + 1) // 2
        words = f"at least {min_words} of {', '.join(self.partial)}"
        if not self.complete:
            return f"nothing has all of the words: each hit has {words}"
        return f"only {self.complete} with all of the words: the other hits have {words}"


class Hits(list[Hit], dataframes.TableMixin):
    """The hits of a search, best first.

    ``instead``, ``suggestion``, ``partial``, ``complete`` and ``left_out`` are those of
    :class:`Found`.
    """

    def __init__(self, found: Found) -> None:
        super().__init__(found.hits)
        self.instead = found.instead
        self.suggestion = found.suggestion
        self.partial = found.partial
        self.complete = found.complete
        self.left_out = found.left_out
        self._found = found

    def _table(self) -> dataframes.TableData:
        rows = (
            [getattr(hit, name) for name in HIT_COLUMNS]
            + [getattr(hit.episode, name, None) for name in EPISODE_COLUMNS]
            for hit in self
        )
        return (*HIT_COLUMNS, *EPISODE_COLUMNS), (
            [None if value == "" else value for value in row] for row in rows
        )

    def _repr_html_(self) -> str:
        """Return a table of the hits with marked matches, for a notebook."""
        rows = []
        for hit in self:
            text = "".join(
                f"<mark>{escape(piece.text)}</mark>" if piece.match else escape(piece.text)
                for piece in hit.segments
            )
            source = pluralize(hit.episodes, "episode")
            if episode := hit.episode:
                title = dataframes.render_link(episode.title, episode.original_url)
                source = f"{escape(format_day(episode.date, episode.dated))} {title}"
            rows.append([escape(hit.kind), text, dataframes.render_cell(hit.weight), source])
        table = dataframes.render_table(("kind", "found", "weight", "in"), rows)
        return "".join(f"<p>{escape(words)}</p>" for words in self.remarks()) + table

    def remarks(self) -> list[str]:
        """Return notes for the user: no hits, a changed text, or a likely misspelling."""
        return self._found.describe()


def search(
    index: Index,
    text: str,
    filters: Filters | None = None,
    *,
    limit: int = DEFAULT_HITS,
    per_episode: int = 0,
    offset: int = 0,
) -> Found:
    """Search an index.

    Args:
        text: words, ``"phrases"``, ``prefix*``, ``OR``, ``NOT`` (:mod:`kgraph.search.syntax`).
        per_episode: hits of one episode, near-equal quotes once; 0 for no limit.
        offset: hits to skip.

    Returns:
        The best hits, those of a corrected text (``instead``) if nothing matches a misspelt name,
        or also those with at least half of the words (``partial``) if few or none have all.
    """
    if limit < 1 or per_episode < 0 or offset < 0:
        raise InputError("limit is 1 or more, per_episode and offset 0 or more")
    text = replace_surrogates(text)
    searcher = _Searcher(index, filters or Filters(), limit, per_episode, offset)
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
        found = searcher.find_hits(words, attempt)
        return msgspec.structs.replace(
            found,
            instead=corrected if words != text else "",
            suggestion=corrected if words == text else "",
            partial=attempt.group_texts if attempt.min_groups else (),
            complete=complete if attempt.min_groups else 0,
        )
    return Found(())


class _Searcher:
    """A search whose text may be replaced."""

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
        clause = build_match_clause(query)
        rows = self._index.rows(
            f"SELECT 1 FROM {clause.sql} WHERE word MATCH ?{self._thing_clause.sql} LIMIT ?",
            (*clause.values, query.to_fts(), *self._thing_clause.values, limit),
        )
        return len(rows)

    def find_hits(self, text: str, query: SearchQuery) -> Found:
        """Return a page of hits."""
        limit = -1 if self._per_episode else self._offset + self._limit
        clause = build_match_clause(query)
        score = f"{_SCORE_SQL} * held / {len(query.groups)}.0" if query.min_groups else _SCORE_SQL
        key = name_key(text)
        rows = self._index.rows(
            f"SELECT t.number, t.kind, t.page, t.id, {score} AS score FROM {clause.sql} "
            f"WHERE word MATCH ?{self._thing_clause.sql} "
            f"ORDER BY t.number IS ({_NAMED_SQL}) DESC, score DESC, t.id LIMIT ?",
            (
                *(*FIELD_WEIGHTS, key, EXACT_NAME_FACTOR, *clause.values),
                *(query.to_fts(), *self._thing_clause.values, key, limit),
            ),
        )
        hits: list[Hit] = []
        counts: Counter[str] = Counter()
        repeats = RepeatFilter()
        left_out = 0
        for row in rows:
            hit = self._make_hit(query, row)
            if hit.episode and self._per_episode:
                counts[hit.episode.slug] += 1
                is_repeat = bool(hit.text) and not hit.name and not repeats.add(hit.text)
                if is_repeat or counts[hit.episode.slug] > self._per_episode:
                    counts[hit.episode.slug] -= is_repeat
                    left_out += 1
                    continue
            hits.append(hit)
            if len(hits) == self._offset + self._limit:
                break
        return Found(tuple(hits[self._offset :]), left_out=left_out)

    def _make_hit(self, query: SearchQuery, row: SqlRow) -> Hit:
        number, kind, page, id_, score = row
        document = self._index.entry(int(page), str(id_))
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
    if not rows:  # a broader theme without quotes of its own, or a name in adverts only
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
