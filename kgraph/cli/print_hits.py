"""How the hits of a search leave: a table for people, tab-separated values, JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from kgraph.base.text import format_day, pluralize
from kgraph.cli import options

if TYPE_CHECKING:
    from rich.text import Text

    from kgraph.search import Found, Hit

HIT_TABLE_COLUMNS = (
    *("kind", "type", "score", "weight", "id", "name", "text"),
    *("episodes", "episode", "date", "show", "title", "original_url", "dated"),
)
"""Of tab-separated and comma-separated values."""


def write_hits(found: Found, text: str, format: str, output: str) -> None:
    """Write the hits; words about them go to standard error.

    Raises:
        ExportError: the output cannot be written.
    """
    from kgraph.base.files import open_output_file
    from kgraph.cli import printing, tables

    if options.wants_table(format, output):
        printing.print_rows(("kind", "weight", "found", "in"), list(map(hit_to_cells, found.hits)))
    else:
        with open_output_file(output) as out:
            HIT_FORMATS[format](out, found)
        name = pluralize(len(found.hits), "hit")
        printing.report_output_file(
            output, name + tables.describe_format(format, output, options.TABLE_SUFFIXES)
        )
    for words in describe_search(found, text):
        printing.print_remark(words)


def describe_search(found: Found, text: str) -> list[str]:
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


def hit_to_cells(hit: Hit) -> tuple[str, str, Text, str]:
    """A hit as a row for people: kind, weight, what was found, where."""
    weight = f"{hit.weight:.2f}" if hit.kind in ("quote", "entity", "show") else ""
    return hit.type or hit.kind, weight, highlight_matches(hit), _format_source(hit)


def _format_source(hit: Hit) -> str:
    if hit.episode is None:
        return pluralize(hit.episodes, "episode")
    e = hit.episode
    title = "" if hit.kind == "episode" else e.title
    return " · ".join(filter(None, (format_day(e.date, e.dated), e.show, title, e.original_url)))


def highlight_matches(hit: Hit) -> Text:
    """The pieces of a hit, its matches bold where the terminal can."""
    from rich.text import Text

    from kgraph.cli.printing import sanitize

    pieces = [(sanitize(piece.text), piece.match) for piece in hit.segments]
    return Text.assemble(*((str(text), "bold" if match else "") for text, match in pieces))


def _write_tsv(out: BinaryIO, found: Found) -> None:
    from kgraph.export.tables import write_tsv

    write_tsv(out, HIT_TABLE_COLUMNS, map(hit_to_record, found.hits))


def _write_csv(out: BinaryIO, found: Found) -> None:
    from kgraph.export.tables import write_csv

    write_csv(out, HIT_TABLE_COLUMNS, map(hit_to_record, found.hits))


def hit_to_record(hit: Hit) -> tuple[str | int | float, ...]:
    """A hit as a row for programs, in the order of :data:`HIT_TABLE_COLUMNS`."""
    e = hit.episode
    where = (e.slug, e.date, e.show, e.title, e.original_url, e.dated) if e else ("",) * 6
    said = (hit.kind, hit.type, hit.score, hit.weight, hit.id, hit.name, hit.text)
    return (*said, hit.episodes, *where)


def _write_json(out: BinaryIO, found: Found) -> None:
    out.write(msgspec.json.format(msgspec.json.encode(found)) + b"\n")


HIT_FORMATS: dict[str, Callable[[BinaryIO, Found], None]] = {
    "table": _write_tsv,  # in a file, a table is for programs
    "tsv": _write_tsv,
    "csv": _write_csv,
    "json": _write_json,
}
"""By name; ``table`` is what a terminal gets."""
