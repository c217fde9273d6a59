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
        return (*HIT_COLUMNS, *EPISODE_COLUMNS), map(_hit_cells, self)

    def _repr_html_(self) -> str:
        """Return a table of the hits with marked matches, for a notebook."""
        table = dataframes.render_table(
            ("kind", "found", "weight", "in"), [_html_row(hit) for hit in self]
        )
        return "".join(f"<p>{escape(words)}</p>" for words in self.remarks()) + table

    def remarks(self) -> list[str]:
        """Return notes for the user: no hits, a changed text, or a likely misspelling."""
        return self._found.describe()


def _hit_cells(hit: Hit) -> list[dataframes.Cell]:
    values = [getattr(hit, name) for name in HIT_COLUMNS]
    values += [getattr(hit.episode, name, None) for name in EPISODE_COLUMNS]
    return [None if value == "" else value for value in values]


def _html_row(hit: Hit) -> list[str]:
    text = "".join(
        f"<mark>{escape(piece.text)}</mark>" if piece.match else escape(piece.text)
        for piece in hit.segments
    )
    return [escape(hit.kind), text, dataframes.render_cell(hit.weight), _format_source(hit)]


def _format_source(hit: Hit) -> str:
    if hit.episode is None:
        return pluralize(hit.episodes, "episode")
    title = dataframes.render_link(hit.episode.title, hit.episode.original_url)
    return f"{escape(format_day(hit.episode.date, hit.episode.dated))} {title}"
