"""Hits as a table: for data frames and notebooks.

Takes hits of :mod:`kgraph.search.search`, gives a list of them that is also a table.
"""

from __future__ import annotations

from html import escape

from kgraph.base import dataframes
from kgraph.base.text import format_day, pluralize
from kgraph.search.search import Found, Hit

HIT_COLUMNS = ("kind", "id", "type", "name", "text", "score", "weight", "episodes")
EPISODE_COLUMNS = ("slug", "title", "date", "show", "original_url", "dated")
"""Columns of a data frame: of the hit, and of the episode that it stands in."""


class Hits(list[Hit], dataframes.TableMixin):
    """Hits, best first.

    Args:
        found: what a search gave.

    Attributes:
        instead: what was searched for in place of a text that nothing fits; else "".
        suggestion: what may have been meant by a text that little fits; else "".
        partial: where nothing has all of the words, those of which each hit has at least half.
    """

    def __init__(self, found: Found) -> None:
        super().__init__(found.hits)
        self.instead = found.instead
        self.suggestion = found.suggestion
        self.partial = found.partial
        self._explanation = found.explain_partial()

    def _table(self) -> dataframes.TableData:
        """A row a hit; what is not known is missing."""
        return (*HIT_COLUMNS, *EPISODE_COLUMNS), map(_hit_cells, self)

    def _repr_html_(self) -> str:
        """What a notebook shows: what was found, with its matches marked, and where."""
        table = dataframes.render_table(
            ("kind", "found", "weight", "in"), [_html_row(hit) for hit in self]
        )
        return "".join(f"<p>{escape(words)}</p>" for words in self.remarks()) + table

    def remarks(self) -> list[str]:
        """What a searcher should know beside the hits, in sentences."""
        said = []
        if self.instead:
            said.append(f"nothing fits what was asked: these are hits for {self.instead!r}")
        if self._explanation:
            said.append(self._explanation)
        if self.suggestion:
            said.append(f"did you mean {self.suggestion!r}?")
        return said


def _hit_cells(hit: Hit) -> list[dataframes.Cell]:
    values = [getattr(hit, name) for name in HIT_COLUMNS]
    values += [getattr(hit.episode, name, None) for name in EPISODE_COLUMNS]
    return [None if value == "" else value for value in values]


def _html_row(hit: Hit) -> list[str]:
    """A hit as cells of HTML."""
    told = "".join(
        f"<mark>{escape(piece.text)}</mark>" if piece.match else escape(piece.text)
        for piece in hit.segments
    )
    return [escape(hit.kind), told, dataframes.render_cell(hit.weight), _format_source(hit)]


def _format_source(hit: Hit) -> str:
    if hit.episode is None:
        return pluralize(hit.episodes, "episode")
    title = dataframes.render_link(hit.episode.title, hit.episode.original_url)
    return f"{escape(format_day(hit.episode.date, hit.episode.dated))} {title}"
