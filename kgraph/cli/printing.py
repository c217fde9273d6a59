"""Prints results on a terminal; control characters of the input are replaced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console
from rich.text import Text

from kgraph.base.text import pluralize
from kgraph.cli.console import error_console as _errors
from kgraph.cli.console import output_console as _console
from kgraph.cli.layout import layout_rows

if TYPE_CHECKING:
    from kgraph.analysis import NamedQuery
    from kgraph.views.stats import Stats

MAX_LISTED_ITEMS = 15  #: shows, and spellings of a name, that are printed


def sanitize(value: object) -> Text:
    """Make hostile text safe for a terminal: no markup, no control characters.

    A value that is Text already is returned unchanged.
    """
    if isinstance(value, Text):
        return value
    return Text("".join(c if c.isprintable() else " " for c in str(value)))


def render_markdown(markdown: str) -> Text:
    """Render hostile Markdown for a terminal."""
    from rich.markdown import Markdown

    text = "".join(c if c.isprintable() or c == "\n" else " " for c in markdown)
    text = text.replace("<", "&lt;")  # HTML is shown as text
    console = Console(width=_console().width, highlight=False, color_system=None)
    with console.capture() as capture:
        console.print(Markdown(text, hyperlinks=False))
    return Text("\n".join(map(str.rstrip, capture.get().splitlines())) + "\n")


def print_json(value: Any, output: str = "-") -> None:
    """Write any record as JSON.

    Raises:
        ExportError: the output cannot be written.
    """
    from kgraph.base.files import open_output_file

    with open_output_file(output) as out:
        out.write(msgspec.json.format(msgspec.json.encode(to_named_fields(value))) + b"\n")


def to_named_fields(value: Any) -> Any:
    """Convert structs to objects with named fields, also those that are encoded as arrays.

    >>> from kgraph.base.model import Reason
    >>> to_named_fields([Reason("rule", "known", 1.5)])
    [{'part': 'rule', 'words': 'known', 'weight': 1.5}]
    """
    if isinstance(value, msgspec.Struct):
        return {name: to_named_fields(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {key: to_named_fields(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_named_fields(item) for item in value]
    return value


def print_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    title: str = "",
    limit: int | None = None,
) -> None:
    """Print rows as a table or as records; print nothing if there are none.

    Args:
        columns: names of the columns.
        rows: one cell a column each; cells that are Text keep their style.
        title: printed above.
        limit: rows to print; the number of further rows is printed below.
    """
    if rows:
        cells = [list(map(sanitize, row)) for row in rows[:limit]]
        console = _console()
        console.print(layout_rows(columns, cells, sanitize(title).plain, console.width))
        if left := len(rows) - len(rows[:limit]):
            _console().print(sanitize(f"and {left:,} more: --json has all"))
        _console().print()


def print_remark(message: str) -> None:
    """Print a message on standard error, unless ``--quiet`` is set."""
    _errors().print(sanitize(message), soft_wrap=True)


def report_output_file(path: str | Path, *counts: str) -> None:
    """Print which file was written, such as `wrote graph.ttl: 812 triples, 3.1 MB`.

    Args:
        path: the file, or ``-``, for which nothing is printed.
        counts: its contents, such as "812 triples".
    """
    if str(path) != "-":
        file = Path(path)
        facts = (*counts, format_file_size(file.stat().st_size)) if file.is_file() else counts
        print_remark(f"wrote {path}{': ' if facts else ''}{', '.join(facts)}")


def format_file_size(size: int) -> str:
    """Format a number of bytes in decimal units.

    >>> [format_file_size(size) for size in (1, 812, 12_345, 7_600_000, 10**10)]
    ['1 byte', '812 bytes', '12.3 kB', '7.6 MB', '10.0 GB']
    """
    if size < 1_000:
        return pluralize(size, "byte")
    unit = "kB" if size < 1e6 else "MB" if size < 1e9 else "GB"
    return f"{size / {'kB': 1e3, 'MB': 1e6, 'GB': 1e9}[unit]:,.1f} {unit}"


def print_lines(lines: Iterable[str | Text]) -> None:
    for line in lines:
        _console().print(sanitize(line))


def print_questions(questions: Sequence[NamedQuery]) -> None:
    """Print the named questions by section: name, parameters, summary."""
    from kgraph.query.saved import QUESTION_SECTIONS

    for section, heading in QUESTION_SECTIONS.items():
        _console().print(sanitize(heading))
        for question in questions:
            if question.section == section:
                parameters = ", ".join(parameter.name for parameter in question.parameters)
                name = f"{question.name} ({parameters})" if parameters else question.name
                _console().print(sanitize(f"  {name}: {question.summary}"))
        _console().print()
    print_remark("`kgraph queries NAME` shows one with its parameters, --sparql its SPARQL")


def print_question(question: NamedQuery) -> None:
    """Print one named question: summary, answers, parameters, example."""
    _console().print(sanitize(f"{question.name}: {question.summary}"))
    for answer in question.answers:
        _console().print(sanitize(f"    answers: {answer}"))
    for parameter in question.parameters:
        default = "" if parameter.default is None else f" (default {parameter.default})"
        _console().print(
            sanitize(f"    --param {parameter.name}={parameter.type}: {parameter.words}{default}")
        )
    if question.most:
        _console().print(sanitize(f"    --limit {question.most}: how many rows at most"))
    if question.example:
        _console().print(sanitize(f"    {question.example}"))


def print_stats(stats: Stats) -> None:
    """Print counts, a histogram of confidence, and the most connected entities."""
    dated = stats.episodes - stats.dates.get("unknown", 0)
    _console().print(
        f"{pluralize(stats.episodes, 'episode')} from {pluralize(stats.files, 'file')}, "
        f"{stats.first} to {stats.last}; {stats.with_show:,} with one of "
        f"{pluralize(len(stats.shows), 'show')}, {dated:,} with a date "
        f"({stats.dates.get('processed', 0):,} only of processing); "
        f"{pluralize(stats.quotes, 'quote')}, {stats.adverts:,} of them adverts\n"
    )
    print_rows(("type", "count"), list(stats.entities.items()), "Entities")
    print_rows(("predicate", "count"), list(stats.edges.items()), "Edges")
    print_rows(("rule", "mentions"), list(stats.rejected.items()), "Rejected")
    most = max(stats.histogram) or 1
    bars = [
        (f"{n / 10:.1f}", count, "█" * round(40 * count / most))
        for n, count in enumerate(stats.histogram)
    ]
    print_rows(("from", "count", ""), bars, "Confidence of accepted mentions")
    top = [(ranked.label, ranked.type, ranked.episodes) for ranked in stats.connected]
    print_rows(("name", "type", "episodes"), top, "In most episodes")
    print_rows(("show", "episodes"), list(stats.shows.items()), "Shows", MAX_LISTED_ITEMS)
