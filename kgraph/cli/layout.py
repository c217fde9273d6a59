"""Lays out rows as a table if it fits the screen, else as records with one field a line.

Single words (file names, ids, numbers) are never broken, so that they can be selected and copied.
Prose and URLs are. If single words leave no space for other columns, each row becomes a record,
like ``\\x auto`` of ``psql``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

MIN_PROSE_WIDTH = 20  #: narrower prose in a table is hard to read
COLUMN_GAP = 2  #: between two columns of a table


def layout_rows(
    columns: Sequence[str], rows: Sequence[Sequence[Text]], title: str, width: int
) -> RenderableType:
    """Return rows as a table, or as records where a table does not fit the width of the screen."""
    cells = list(zip(*rows, strict=True))
    words = [
        all(len(cell.plain.split()) < 2 and "://" not in cell.plain for cell in column)
        for column in cells
    ]
    widths = [
        max(len(name), *(cell.cell_len for cell in column))
        for name, column in zip(columns, cells, strict=True)
    ]
    needed = [
        column_width if is_word else min(column_width, MIN_PROSE_WIDTH)
        for column_width, is_word in zip(widths, words, strict=True)
    ]
    heading = [Text(title, "italic")] if title else []
    if sum(needed) + COLUMN_GAP * (len(columns) - 1) > width:
        return Group(*heading, *_make_records(columns, rows))
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name, is_word in zip(columns, words, strict=True):
        table.add_column(Text(name), overflow="fold", no_wrap=is_word)
    for row in rows:
        table.add_row(*row)
    return Group(*heading, table)


def _make_records(
    columns: Sequence[str], rows: Sequence[Sequence[Text]]
) -> Iterator[RenderableType]:
    """Yield each row as lines of name and value, with an empty line between rows."""
    width = max(map(len, columns))
    for number, row in enumerate(rows):
        if number:
            yield Text()
        table = Table.grid(padding=(0, COLUMN_GAP, 0, 0))
        table.add_column(style="bold", min_width=width, no_wrap=True)
        table.add_column(overflow="fold")
        for name, cell in zip(columns, row, strict=True):
            table.add_row(Text(name), cell)
        yield table
