"""Hits as a list that is also a table, for data frames and notebooks."""

from __future__ import annotations

from html import escape

from kgraph.base import dataframes
from kgraph.base.text import format_day, pluralize
from kgraph.search.search import Found, Hit

#: Columns of a data frame: of the hit, and of its episode.
HIT_COLUMNS = ("kind", "id", "type", "name", "text", "score", "weight", "episodes")
EPISODE_COLUMNS = ("slug", "title", "date", "show", "original_url", "dated")


class Hits(list[Hit], dataframes.TableMixin):
    """The hits of a search, best first.

    ``instead``, ``suggestion`` and ``partial`` are those of :class:`kgraph.search.Found`.
    """

    def __init__(self, found: Found) -> None:
        super().__init__(found.hits)
        self.instead = found.instead
        self.suggestion = found.suggestion
        self.partial = found.partial
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
        table = dataframes.render_table(
            ("kind", "found", "weight", "in"), [_html_row(hit) for hit in self]
        )
        return "".join(f"<p>{escape(words)}</p>" for words in self.remarks()) + table

    def remarks(self) -> list[str]:
        """Return notes for the user: no hits, a changed text, or a likely misspelling."""
        return self._found.describe()


def _html_row(hit: Hit) -> list[str]:
    text = "".join(
        f"<mark>{escape(piece.text)}</mark>" if piece.match else escape(piece.text)
        for piece in hit.segments
    )
    source = pluralize(hit.episodes, "episode")
    if episode := hit.episode:
        title = dataframes.render_link(episode.title, episode.original_url)
        source = f"{escape(format_day(episode.date, episode.dated))} {title}"
    return [escape(hit.kind), text, dataframes.render_cell(hit.weight), source]
