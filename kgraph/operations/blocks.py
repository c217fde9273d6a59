"""Documents of blocks: what an answer says, without saying how a medium writes it.

A presenter returns a :class:`Document`. Its texts are plain and may be hostile; renderers escape
them.
An inline text is a span or a tuple of spans. :class:`Ask` is a link to the answer to another
request: a command in a terminal, a page in a browser, a call in the text for agents.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from kgraph.operations.request import Request


class Link(msgspec.Struct, frozen=True):
    """A link to something of the graph by its id, such as ``company/nvidia``, or to an address.

    Only addresses that begin with ``http://`` or ``https://`` become links.
    """

    words: str
    to: str


class Ask(msgspec.Struct, frozen=True):
    """A link to the answer to another request."""

    words: str
    request: Request


class Code(msgspec.Struct, frozen=True):
    """A text to be copied or read exactly: a command, a rule, the name of a file."""

    text: str


class Strong(msgspec.Struct, frozen=True):
    """An emphasised text."""

    text: str


class Match(msgspec.Struct, frozen=True):
    """A text that matches a search."""

    text: str


class Share(msgspec.Struct, frozen=True):
    """A probability, share or relevance in [0, 1]."""

    value: float


class TypeName(msgspec.Struct, frozen=True):
    """The type of an entity, such as ``company``; in a page it has the mark of the type."""

    name: str


Span: TypeAlias = str | int | float | Link | Ask | Code | Strong | Match | Share | TypeName
Inline: TypeAlias = Span | tuple[Span, ...]


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph; ``quiet`` if it only explains."""

    text: Inline
    quiet: bool = False


class Notice(msgspec.Struct, frozen=True):
    """A notice: something that is missing, and the next move."""

    text: Inline


class Facts(msgspec.Struct, frozen=True):
    """Values with their labels; those without a value are left out."""

    rows: tuple[tuple[str, Inline], ...]


class Items(msgspec.Struct, frozen=True):
    """A list; ``short`` items stand beside one another."""

    items: tuple[Inline, ...]
    short: bool = False


class Column(msgspec.Struct, frozen=True):
    """A column of a table."""

    name: str  #: its heading
    help: str = ""  #: what its values are, if the heading does not tell
    kind: Literal["text", "number"] = "text"  #: numbers are aligned at the right
    rank: int = 0  #: where space is short, the highest ranks are left out; 0 for never


class Table(msgspec.Struct, frozen=True):
    """A table; ``rest`` asks for the rows that are not here."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Inline, ...], ...]
    total: int = 0  #: number of rows that there are; 0 if all are here
    rest: Ask | None = None


class Quote(msgspec.Struct, frozen=True):
    """A quote: its text, where it stands, and an address of its recording, "" if unknown."""

    text: Inline
    source: Inline
    recording: str = ""
    anchor: str = ""


class Quotes(msgspec.Struct, frozen=True):
    """Quotes, the best first."""

    quotes: tuple[Quote, ...]


class Point(msgspec.Struct, frozen=True):
    """A value of a chart, with the limits of its 95 % interval and what shows it."""

    label: str  #: of the bar, or the month
    value: float | None  #: in the unit of the chart; None if it is unknown
    low: float | None = None
    high: float | None = None
    sign: str = ""  #: ``▲`` or ``▼`` if it rose or fell
    words: str = ""  #: all that it shows
    evidence: Ask | Link | None = None


class Series(msgspec.Struct, frozen=True):
    """Values of one thing."""

    name: str
    points: tuple[Point, ...]


class Chart(msgspec.Struct, frozen=True):
    """A chart: a line over months for each series, bars, or the steps by which log-odds add up."""

    title: str
    kind: Literal["months", "bars", "steps"]
    series: tuple[Series, ...]
    measure: str  #: what the values are, as a sentence without its full stop
    unit: Literal["share", "count", "number", "log-odds"] = "number"
    note: str = ""  #: what else a reader has to know, in sentences
    name: str = ""  #: under which it can be saved as a file; "" if it cannot


class PictureNode(msgspec.Struct, frozen=True):
    """A thing in a picture, its place in pixels, and its radius."""

    id: str
    label: str
    type: str
    x: float
    y: float
    radius: float


class PictureEdge(msgspec.Struct, frozen=True):
    """A line between two nodes, by their numbers; dashed if it may be chance."""

    source: int
    target: int
    width: float
    dashed: bool = False


class Picture(msgspec.Struct, frozen=True):
    """A drawn network; what it shows stands in a table, too."""

    title: str
    width: int
    height: int
    nodes: tuple[PictureNode, ...]
    edges: tuple[PictureEdge, ...]


class Correction(msgspec.Struct, frozen=True):
    """The way to correct a name: its id or name, and how it is called."""

    name: str
    label: str


class Section(msgspec.Struct, frozen=True):
    """Blocks under a heading; ``folded`` if they are shown on demand."""

    title: Inline
    blocks: tuple[Block, ...]
    folded: bool = False
    anchor: str = ""


Block: TypeAlias = (
    Paragraph | Notice | Facts | Items | Table | Quotes | Chart | Picture | Correction | Section
)


class Document(msgspec.Struct, frozen=True):
    """An answer.

    Attributes:
        title: heading.
        blocks: in their order.
        lead: what the thing is, in a line below the heading.
        remarks: what to know about how it was asked: what a name was taken for, what is left out.
            A terminal writes them to standard error.
        id: of the thing that it describes; "" if it describes none.
    """

    title: str
    blocks: tuple[Block, ...]
    lead: Inline = ""
    remarks: tuple[str, ...] = ()
    id: str = ""


def join_inline(parts: tuple[Inline, ...] | list[Inline], separator: str = ", ") -> Inline:
    """Return inline texts as one, with a separator between them; empty ones are left out."""
    spans: list[Span] = []
    for part in parts:
        if part in ("", ()):
            continue
        if spans:
            spans.append(separator)
        spans += part if isinstance(part, tuple) else (part,)
    return tuple(spans)


def list_spans(text: Inline) -> tuple[Span, ...]:
    """Return the spans of an inline text."""
    return text if isinstance(text, tuple) else (text,)
