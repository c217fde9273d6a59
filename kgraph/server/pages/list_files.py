"""Whole lists of entities, episodes, topics, tags and shows as CSV (RFC 4180)."""

from __future__ import annotations

import io
from collections.abc import Sequence

from starlette.responses import Response

from kgraph.export.tables import TableRow, write_csv
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.server.negotiation import add_charset
from kgraph.views.lists import (
    EntityLine,
    EntityList,
    EpisodeList,
    ShowLine,
    ShowList,
    TermLine,
    TermList,
)
from kgraph.views.values import EpisodeLine

HEADINGS: dict[type, tuple[str, ...]] = {
    EntityList: (
        *("name", "type", "kind", "episodes", "advertised", "unlikely"),
        *("shows", "confidence", "id"),
    ),
    EpisodeList: ("title", "show", "day", "published", "confidence", "id"),
    TermList: ("name", "type", "episodes", "rows", "id"),
    ShowList: ("show", "episodes", "from", "to", "published", "id"),
}
"""List -> columns of its file."""


def send_list(
    name: str, lists: Sequence[EntityList | EpisodeList | TermList | ShowList]
) -> Response:
    """Return the rows of all pages of a list as a file."""
    out, headings = io.BytesIO(), HEADINGS[type(lists[0])]
    write_csv(out, headings, [_make_row(line) for page in lists for line in page.rows])
    media_type = add_charset(ANSWER_FORMATS["csv"].media_type)
    attachment = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(out.getvalue(), 200, attachment, media_type)


def _make_row(line: EntityLine | EpisodeLine | TermLine | ShowLine) -> TableRow:
    if isinstance(line, EntityLine):
        counts = (line.episodes, line.advertised, line.unlikely, line.shows, line.confidence)
        return (line.thing.label, line.thing.type, line.kind, *counts, line.thing.id)
    if isinstance(line, TermLine):
        return (line.thing.label, line.thing.type, line.episodes, line.rows, line.thing.id)
    dated = str(line.dated).lower()
    if isinstance(line, EpisodeLine):
        show = line.show.label if line.show else ""
        return (line.title, show, line.date, dated, line.confidence, line.id)
    return (line.thing.label, line.episodes, line.first, line.last, dated, line.thing.id)
