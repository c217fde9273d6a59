"""Writes documents as Markdown (CommonMark 0.31 with the tables of GitHub): reports, agents.

Every text is put on one line, without characters that a person would not see, since they could hide
instructions to an agent, and with what would be markup escaped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from kgraph.base.web_address import safe_web_url
from kgraph.operations.blocks import (
    Ask,
    Block,
    Chart,
    Code,
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
from kgraph.operations.request import build_command, format_call
from kgraph.operations.values import format_amount, format_log_odds, format_percent

Reader = Literal["person", "agent"]
"""Who reads: people are given commands to ask further, agents ids and calls of tools."""

VISIBLE_JOINERS = "\u200c\u200d"  #: characters without a shape that scripts and emoji need
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})
# Any number of variation selectors may follow a letter, unseen. U+FE0F is kept: it colours emoji.
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0e\U000e0100-\U000e01ef]")

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_LINE_START = re.compile(r"^(?:([-+=])|(\d{1,9})([.)]))")


def clean_line(text: str) -> str:
    """Put a text on one line without hidden characters.

    >>> clean_line("a\\u202eb\\n c\\U000e0041")
    'ab c'
    """
    line = _VARIATION_SELECTORS.sub("", " ".join(text.split()))
    if line.isascii() and line.isprintable():
        return line
    return "".join(
        char
        for char in line
        if char in VISIBLE_JOINERS or unicodedata.category(char) not in _HIDDEN_CATEGORIES
    )


def escape_inline(text: str) -> str:
    """Return a text as Markdown on one line in which nothing is markup.

    >>> print(escape_inline("1. [A] & *B*\\n<c> C_1"))
    1\\. \\[A\\] & \\*B\\* \\<c\\> C\\_1
    """
    line = _SPECIAL.sub(r"\\\1", clean_line(text))
    return _LINE_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", line)


def write_markdown(document: Document, reader: Reader = "person") -> str:
    """Return a document as Markdown, ending in a line feed."""
    writer = _Writer(reader)
    lines = [f"# {escape_inline(document.title)}", ""]
    if document.lead != "":
        lines += [writer.inline(document.lead), ""]
    for block in document.blocks:
        lines += [*writer.block(block, 2), ""]
    for remark in document.remarks:
        lines += [f"*{escape_inline(remark)}*", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


class _Writer:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def inline(self, text: Inline) -> str:
        return "".join(map(self.span, list_spans(text)))

    def span(self, span: Span) -> str:  # noqa: PLR0911
        match span:
            case str():
                space = " " if span[:1].isspace() else ""
                end = " " if span[-1:].isspace() and span.strip() else ""
                return space + escape_inline(span) + end
            case int() | float():
                return format_amount(span)
            case Link():
                return self.link(span)
            case Ask():
                call = format_call if self.reader == "agent" else build_command
                command = _write_code(call(span.request))
                return f"{escape_inline(span.words)} ({command})" if span.words else command
            case Code():
                return _write_code(span.text)
            case Strong() | Match():
                return f"**{escape_inline(span.text)}**" if span.text.strip() else ""
            case Share():
                return format_percent(span.value)
            case TypeName():
                return escape_inline(span.name)

    def link(self, link: Link) -> str:
        words = escape_inline(link.words)
        if address := safe_web_url(link.to):
            target = re.sub(r"[\s<>()\\]", lambda m: f"%{ord(m[0]):02X}", address)
            return f"[{words}]({target})"
        if self.reader == "agent" and not link.to.startswith("#"):
            return f"{words} ({_write_code(link.to)})"
        return words

    def block(self, block: Block, level: int) -> Iterator[str]:  # noqa: C901
        match block:
            case Paragraph() | Notice():
                yield self.inline(block.text)
            case Facts():
                for label, value in block.rows:
                    yield f"- {escape_inline(label)}: {self.inline(value)}"
            case Items() if block.short:
                yield ", ".join(map(self.inline, block.items))
            case Items():
                yield from (f"- {self.inline(item)}" for item in block.items)
            case Table():
                yield from self.table(block)
            case Quotes():
                for number, quote in enumerate(block.quotes):
                    yield from [""] * bool(number)
                    yield from self.quote(quote)
            case Chart():
                yield from self.chart(block)
            case Section():
                yield f"{'#' * level} {self.inline(block.title)}"
                for inner in block.blocks:
                    yield ""
                    yield from self.block(inner, min(level + 1, 6))
            case Picture() | Correction():
                return  # a table shows the same; names are corrected elsewhere

    def quote(self, quote: Quote) -> Iterator[str]:
        yield f"> {self.inline(quote.text)}"
        yield ">"
        source = self.inline(quote.source)
        if address := safe_web_url(quote.recording):
            source += f" · {self.link(Link('recording', address))}"
        yield f"> {source}"

    def table(self, table: Table) -> Iterator[str]:
        if table.rows:
            yield f"| {' | '.join(escape_inline(column.name) for column in table.columns)} |"
            marks = ("---:" if column.kind == "number" else "---" for column in table.columns)
            yield f"| {' | '.join(marks)} |"
        for row in table.rows:
            yield f"| {' | '.join(map(self.inline, row))} |"
        if table.total > len(table.rows):
            yield ""
            rest = f": {self.span(table.rest)}" if table.rest else ""
            yield f"{format_amount(table.total - len(table.rows))} more{rest}"

    def chart(self, chart: Chart) -> Iterator[str]:
        """Write the values of a chart as a table: each month or label a row."""
        labels = list(dict.fromkeys(p.label for series in chart.series for p in series.points))
        names = [series.name or chart.measure for series in chart.series]
        yield f"| | {' | '.join(map(escape_inline, names))} |"
        yield f"| --- |{' ---: |' * len(names)}"
        values = [{p.label: p for p in series.points} for series in chart.series]
        for label in labels:
            cells = []
            for points in values:
                point = points.get(label)
                text = "" if point is None else format_point(point.value, chart.unit)
                cells.append(f"{text} {point.sign}".strip() if point else "")
            yield f"| {escape_inline(label)} | {' | '.join(cells)} |"
        if chart.note:
            yield ""
            yield escape_inline(chart.note)


def format_point(value: float | None, unit: str) -> str:
    """Format a value of a chart in its unit; an unknown one is a dash."""
    if value is None:
        return "–"
    if unit == "share":
        return format_percent(value)
    return format_log_odds(value) if unit == "log-odds" else format_amount(value)


def _write_code(text: str) -> str:
    """Return a code span; more backticks than in the text delimit it (CommonMark, section 6.1)."""
    line = clean_line(text).replace("|", "\\|")
    ticks = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    pad = " " if "`" in line else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"
