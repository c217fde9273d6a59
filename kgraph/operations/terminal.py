"""Writes documents, tables and prose to a terminal or a pipe.

Control characters of texts are replaced, and nothing in them is read as markup of rich. Words that
may be copied (names of files, ids, commands) are never broken. A table that does not fit the width
loses the columns that may go, and else becomes records of one field a line.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.style import Style
from rich.table import Table as RichTable
from rich.text import Text

from kgraph.base.text import make_printable
from kgraph.base.web_address import safe_web_url
from kgraph.operations.blocks import (
    Ask,
    Block,
    Chart,
    Code,
    Column,
    Correction,
    Document,
    Facts,
    Inline,
    Items,
    Link,
    Match,
    Notice,
    Paragraph,
    Picture,
    Quote,
    Quotes,
    Section,
    Share,
    Span,
    Strong,
    Table,
    TypeName,
    list_spans,
)
from kgraph.operations.markdown import format_point
from kgraph.operations.request import build_command
from kgraph.operations.values import format_amount, format_percent

MAX_BAR_WIDTH = 40  #: characters of the longest bar of a chart

MIN_PROSE_WIDTH = 20  #: narrower prose in a table is hard to read
COLUMN_GAP = 2  #: between two columns of a table
CONTINUATION_INDENT = 2  #: of the further lines of prose
MAX_NAME_WIDTH = 140  #: columns of a name on a terminal: of a thousand real titles 45 are longer

#: Columns of tables whose cells are to be read whole: texts, reasons, and names of files.
WHOLE_COLUMNS = frozenset({
    *("best", "context", "detail", "details", "evidence", "example", "file", "found", "judgement"),
    *("reason", "said of both", "sentence", "state", "suggestion", "takeaways", "text", "why"),
    *("words", "written"),
})  # fmt: skip

#: Where prose may be broken: after the place that a line begins with, as in ``my notes/a.md:3:1:``,
#: after words in backticks, and after a word.
_UNBROKEN = re.compile(r"^[^:`]*+:[0-9]+:(?:[0-9]+:)?\S*|\s*+(?:[^\s`]*+`[^`]*+`)++\S*|\s*\S+")
#: A line that is a command as a whole, perhaps after what it does: ``by month: kgraph query ...``.
_COMMAND_LINE = re.compile(r"\s*+(?:[^:`]{1,30}: )?kgraph [a-z]")
#: An address, an id or another word to be copied: none is cut. Titles in Japanese may be one word.
_ADDRESS_OR_ID = re.compile(r"[!-~]+|[a-z]+:?/\S+")


def sanitize(value: object) -> Text:
    """Make hostile text safe for a terminal: no markup, no control characters.

    A value that is Text already is returned unchanged.
    """
    if isinstance(value, Text):
        return value
    return Text(make_printable(str(value)))


def layout_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[Text]],
    title: str,
    width: int,
    right: Sequence[bool] = (),
) -> RenderableType:
    """Return rows as a table, or as records with one field a line where it does not fit the width.

    Single words (file names, ids, numbers) are never broken, so that they can be selected and
    copied. Prose and URLs are. Names of columns are broken between words where the table does not
    fit otherwise. If single words leave no space for other columns, each row becomes a record,
    like ``\\x auto`` of ``psql``.
    """
    columns = [sanitize(name).plain for name in columns]
    heading = [Text(line, "italic") for line in wrap_prose(title, width)] if title else []
    if _measure_columns(columns, rows) > width:
        names, columns = columns, [name.replace(" ", "\n") for name in columns]
        if _measure_columns(columns, rows) > width:
            return Group(*heading, *_make_records(names, rows))
    table = RichTable(box=None, pad_edge=False, show_edge=False)
    for number, (name, cells) in enumerate(zip(columns, zip(*rows, strict=True), strict=True)):
        justify: Literal["left", "right"] = "right" if any(right[number : number + 1]) else "left"
        table.add_column(Text(name), overflow="fold", no_wrap=_are_words(cells), justify=justify)
    for row in rows:
        table.add_row(*row)
    return Group(*heading, table)


def _measure_columns(columns: Sequence[str], rows: Sequence[Sequence[Text]]) -> int:
    """Return the least width of a table."""
    widths: list[int] = []
    for name, cells in zip(columns, zip(*rows, strict=True), strict=True):
        width = max(*map(len, name.split("\n")), *(cell.cell_len for cell in cells))
        widths.append(width if _are_words(cells) else min(width, MIN_PROSE_WIDTH))
    return sum(widths) + COLUMN_GAP * (len(columns) - 1)


def _are_words(cells: Iterable[Text]) -> bool:
    return all(len(cell.plain.split()) < 2 and "://" not in cell.plain for cell in cells)


def fit_columns(
    columns: Sequence[str], rows: Sequence[Sequence[Text]], omit: Sequence[str], width: int
) -> list[str]:
    """Return the fewest columns of ``omit`` without which a table fits a width, the first ones
    first; none if it does not fit without all of them, because records can have all."""
    for number in range(len(omit) + 1):
        kept = [n for n, name in enumerate(columns) if name not in omit[:number]]
        shown = [[row[n] for n in kept] for row in rows]
        if _measure_columns([columns[n] for n in kept], shown) <= width:
            return list(omit[:number])
    return []


def _make_records(
    columns: Sequence[str], rows: Sequence[Sequence[Text]]
) -> Iterator[RenderableType]:
    """Yield each row as lines of name and value, with an empty line between rows."""
    width = max(map(len, columns))
    for number, row in enumerate(rows):
        if number:
            yield Text()
        table = RichTable.grid(padding=(0, COLUMN_GAP, 0, 0))
        table.add_column(style="bold", min_width=width, no_wrap=True)
        table.add_column(overflow="fold")
        for name, cell in zip(columns, row, strict=True):
            table.add_row(sanitize(name), cell)
        yield table


def cut_cell(column: str, cell: Text) -> Text:
    """Cut a name or title for a terminal; the ellipsis follows a whole character."""
    if cell.cell_len <= MAX_NAME_WIDTH or column in WHOLE_COLUMNS:
        return cell
    if all(map(_ADDRESS_OR_ID.fullmatch, cell.plain.split(" | "))):  # as the names of files
        return cell
    cut = cell.copy()
    cut.truncate(MAX_NAME_WIDTH - 1, overflow="crop")
    cut.rstrip()  # half of a wide character is a blank
    return cut.append("…")


def wrap_prose(line: str, width: int) -> list[str]:
    """Break a line between words, further lines indented by two.

    What is in backticks, a path before its line, and a word that is wider than a line stay whole;
    so does a line that is a command as a whole.

    >>> wrap_prose("  two words, and more", 14)
    ['  two words,', '    and more']
    >>> wrap_prose("run `kgraph build .` now", 12)
    ['run', '  `kgraph build .`', '  now']
    """
    text = make_printable(line)
    if _COMMAND_LINE.match(text):
        return [text]
    indent = " " * (len(text) - len(text.lstrip()) + CONTINUATION_INDENT)
    lines = [""]
    for word in _UNBROKEN.findall(text):
        if lines[-1].strip() and cell_len(lines[-1] + word) > width:
            lines.append(indent + word.lstrip())
        else:
            lines[-1] += word
    return lines


# -- documents ---------------------------------------------------------------------


def print_document(console: Console, document: Document, *, folded: bool = False) -> list[str]:
    """Print a document, and return the names of the columns that did not fit.

    Args:
        folded: whether to print the sections that are folded, too.
    """
    printer = _Printer(console, folded)
    console.print(Text(make_printable(document.title), "bold"), soft_wrap=True)
    if document.lead != "":
        printer.prose(document.lead)
    for block in document.blocks:
        printer.block(block)
    return list(dict.fromkeys(printer.left_out))


class _Printer:
    """Prints blocks; ``left_out`` collects the columns that did not fit."""

    def __init__(self, console: Console, folded: bool) -> None:
        self.console = console
        self.folded = folded
        self.left_out: list[str] = []

    def line(self, text: str | Text = "") -> None:
        self.console.print(text if isinstance(text, Text) else sanitize(text), soft_wrap=True)

    def prose(self, text: Inline, style: str = "") -> None:
        """Print a text of spans, broken between words on a terminal."""
        whole = Text.assemble(*(_make_text(span, True) for span in list_spans(text)), style=style)
        if not self.console.file.isatty() or whole.cell_len <= self.console.width:
            self.line(whole)
            return
        for part in wrap_prose(whole.plain, self.console.width):
            self.line(Text(part, style))

    def block(self, block: Block) -> None:  # noqa: C901, PLR0912
        if isinstance(block, Picture) or (
            isinstance(block, Section) and block.folded and not self.folded
        ):
            return  # a table shows the same
        if not isinstance(block, Facts | Paragraph):
            self.line()
        match block:
            case Paragraph():
                self.prose(block.text, "dim" if block.quiet else "")
            case Notice():
                self.prose(block.text)
            case Facts():
                self.facts(block)
            case Items() if block.short:
                self.prose(_join(block.items))
            case Items():
                for item in block.items:
                    self.prose(("- ", *list_spans(item)))
            case Table():
                self.table(block)
            case Quotes():
                for number, quote in enumerate(block.quotes):
                    self.quote(quote, number)
            case Chart():
                self.chart(block)
            case Section():
                self.line(Text.assemble(_make_inline(block.title), style="bold"))
                for inner in block.blocks:
                    self.block(inner)
            case Correction():
                command = shlex.join(["kgraph", "judge", "reject", block.name])
                self.prose(f"To correct it: `{command}`, or another verb of `kgraph judge --help`")

    def facts(self, facts: Facts) -> None:
        grid = RichTable.grid(padding=(0, COLUMN_GAP, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for label, value in facts.rows:
            grid.add_row(sanitize(label), _make_inline(value))
        self.console.print(grid)

    def table(self, table: Table) -> None:
        if table.rows:
            names = [column.name for column in table.columns]
            cells = [[_make_inline(cell) for cell in row] for row in table.rows]
            if self.console.file.isatty():
                cells = [list(map(cut_cell, names, row)) for row in cells]
            self.rows(table.columns, cells)
        if (more := table.total - len(table.rows)) > 0:
            rest = (f"and {format_amount(more)} more",)
            self.prose((*rest, ": ", Ask("", table.rest.request)) if table.rest else rest)

    def rows(self, columns: Sequence[Column], cells: Sequence[Sequence[Text]]) -> None:
        names = [column.name for column in columns]
        ranked = sorted((c for c in columns if c.rank), key=lambda column: -column.rank)
        omitted = fit_columns(names, cells, [c.name for c in ranked], self.console.width)
        self.left_out += omitted
        kept = [n for n, name in enumerate(names) if name not in omitted]
        shown = [[row[n] for n in kept] for row in cells]
        right = [columns[n].kind == "number" for n in kept]
        width = self.console.width
        self.console.print(layout_rows([names[n] for n in kept], shown, "", width, right))

    def quote(self, quote: Quote, number: int) -> None:
        if number:
            self.line()
        self.prose(("“", *list_spans(quote.text), "”"))
        source = list_spans(quote.source)
        if address := safe_web_url(quote.recording):
            source = (*source, " · ", Link("recording", address))
        self.prose(("  ", *source), "dim")

    def chart(self, chart: Chart) -> None:
        """Print the values of a chart as a table with bars."""
        if chart.title:
            self.line(Text(make_printable(chart.title), "italic"))
        columns = [Column("month" if chart.kind == "months" else "of")]
        labels = list(dict.fromkeys(p.label for series in chart.series for p in series.points))
        cells = [[sanitize(label)] for label in labels]
        for series in chart.series:
            points = {point.label: point for point in series.points}
            highest = max((abs(p.value or 0) for p in series.points), default=0) or 1
            columns += [Column(series.name or "value", kind="number"), Column("", rank=1)]
            for label, row in zip(labels, cells, strict=True):
                point = points.get(label)
                value = point.value if point else None
                text = format_point(value, chart.unit) if point else ""
                row += [
                    sanitize(f"{text} {point.sign if point else ''}".strip()),
                    Text("█" * round(MAX_BAR_WIDTH * abs(value or 0) / highest)),
                ]
        self.rows(columns, cells)
        self.prose(f"{chart.measure}. {chart.note}".strip(), "dim")


def _make_inline(text: Inline) -> Text:
    return Text.assemble(*(_make_text(span, False) for span in list_spans(text)))


def _make_text(span: Span, with_commands: bool) -> Text:  # noqa: PLR0911
    """Return a span as text of rich; a request as the command that asks it, if wanted."""
    match span:
        case str():
            return sanitize(span)
        case int() | float():
            return Text(format_amount(span))
        case Share():
            return Text(format_percent(span.value))
        case Link():
            address = safe_web_url(span.to)
            return Text(make_printable(span.words), Style(link=address) if address else "")
        case Ask():
            command = make_printable(build_command(span.request))
            words = make_printable(span.words)
            if not words:
                return Text(command)
            return Text(f"{words} (`{command}`)" if with_commands else words)
        case Strong() | Match():
            return Text(make_printable(span.text), "bold")
        case Code() | TypeName():
            return sanitize(span.text if isinstance(span, Code) else span.name)


def _join(items: Sequence[Inline]) -> Inline:
    spans: list[Span] = []
    for number, item in enumerate(items):
        spans += [", "] * bool(number)
        spans += list_spans(item)
    return tuple(spans)
