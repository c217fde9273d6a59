"""The results of a search: hits, and what is said about them."""

from __future__ import annotations

import msgspec

from kgraph.base import dataframes
from kgraph.base.text import escape_html, format_day, pluralize
from kgraph.search.documents import HitKind
from kgraph.search.highlight import Segment

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


#: What :mod:`kgraph.search.documents` gives the index, for who finds nothing.
SEARCHED_TEXTS = (
    "searched are quotes, insights, titles and summaries of episodes, and names of entities, "
    "shows, themes, topics and tags; not the body of files, nor their names"
)


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
            remarks.append(SEARCHED_TEXTS)
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
        hits = pluralize(self.left_out, "hit")
        return f"left out as a repeated quote or beyond the limit of an episode: {hits}"

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
                f"<mark>{escape_html(piece.text)}</mark>"
                if piece.match
                else escape_html(piece.text)
                for piece in hit.segments
            )
            source = pluralize(hit.episodes, "episode")
            if episode := hit.episode:
                title = dataframes.render_link(episode.title, episode.original_url)
                source = f"{escape_html(format_day(episode.date, episode.dated))} {title}"
            rows.append([escape_html(hit.kind), text, dataframes.render_cell(hit.weight), source])
        table = dataframes.render_table(("kind", "found", "weight", "in"), rows)
        return "".join(f"<p>{escape_html(words)}</p>" for words in self.remarks()) + table

    def remarks(self) -> list[str]:
        """Return notes for the user: no hits, a changed text, or a likely misspelling."""
        return self._found.describe()
