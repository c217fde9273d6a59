"""How the hits of a search leave: a table for people, tab-separated values, JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from kgraph.base.text import counted, said_day
from kgraph.cli import options

if TYPE_CHECKING:
    from rich.text import Text

    from kgraph.search import Found, Hit

COLUMNS = (
    *("kind", "type", "score", "weight", "id", "name", "text"),
    *("episodes", "episode", "date", "show", "title", "original_url", "dated"),
)
"""Of tab-separated and comma-separated values."""


def write(found: Found, text: str, format: str, output: str) -> None:
    """Write the hits; words about them go to standard error.

    Raises:
        ExportError: the output cannot be written.
    """
    from kgraph.cli import printing, tables
    from kgraph.export.export import opened

    if options.on_screen(format, output):
        printing.rows(("kind", "weight", "found", "in"), list(map(cells, found.hits)))
    else:
        with opened(output) as out:
            FORMATS[format](out, found)
        name = counted(len(found.hits), "hit")
        printing.report_written(output, name + tables.name_format(format, output, options.SUFFIXES))
    for words in remarks(found, text):
        printing.remark(words)


def remarks(found: Found, text: str) -> list[str]:
    """What a searcher should know beside the hits."""
    said = []
    if found.instead:
        said.append(f"nothing fits {text!r}: these are hits for {found.instead!r}")
    elif not found.hits:
        said.append(
            f"nothing fits {text!r}: try fewer words, OR between them, word* for how one "
            "begins, or fewer filters"
        )
    if found.partial:
        said.append(found.explain_partial())
    if found.suggestion:
        said.append(f"did you mean {found.suggestion!r}?")
    return said


def cells(hit: Hit) -> tuple[str, str, Text, str]:
    """A hit as a row for people: kind, weight, what was found, where."""
    weight = f"{hit.weight:.2f}" if hit.kind in ("quote", "entity", "show") else ""
    return hit.type or hit.kind, weight, marked(hit), _where(hit)


def _where(hit: Hit) -> str:
    if hit.episode is None:
        return counted(hit.episodes, "episode")
    e = hit.episode
    title = "" if hit.kind == "episode" else e.title
    return " · ".join(filter(None, (said_day(e.date, e.dated), e.show, title, e.original_url)))


def marked(hit: Hit) -> Text:
    """The pieces of a hit, its matches bold where the terminal can."""
    from rich.text import Text

    from kgraph.cli.printing import plain

    pieces = [(plain(piece.text), piece.match) for piece in hit.segments]
    return Text.assemble(*((str(text), "bold" if match else "") for text, match in pieces))


def _tsv(out: BinaryIO, found: Found) -> None:
    from kgraph.export.tables import write_tsv

    write_tsv(out, COLUMNS, map(values, found.hits))


def _csv(out: BinaryIO, found: Found) -> None:
    from kgraph.export.tables import separated

    separated(out, COLUMNS, map(values, found.hits))


def values(hit: Hit) -> tuple[str | int | float, ...]:
    """A hit as a row for programs, in the order of :data:`COLUMNS`."""
    e = hit.episode
    where = (e.slug, e.date, e.show, e.title, e.original_url, e.dated) if e else ("",) * 6
    said = (hit.kind, hit.type, hit.score, hit.weight, hit.id, hit.name, hit.text)
    return (*said, hit.episodes, *where)


def _json(out: BinaryIO, found: Found) -> None:
    out.write(msgspec.json.format(msgspec.json.encode(found)) + b"\n")


FORMATS: dict[str, Callable[[BinaryIO, Found], None]] = {
    "table": _tsv,  # in a file, a table is for programs
    "tsv": _tsv,
    "csv": _csv,
    "json": _json,
}
"""By name; ``table`` is what a terminal gets."""
