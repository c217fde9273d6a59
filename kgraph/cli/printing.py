"""How results look on a terminal; input text is printed without its control characters."""

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

MAX_LISTED_ITEMS = 15
"""Shows, and ways in which a name was written: those that are shown of them."""


def sanitize(value: object) -> Text:
    """Hostile text as it may stand on a terminal: no markup, no control characters.

    What is Text already is taken to be plain.
    """
    if isinstance(value, Text):
        return value
    return Text("".join(c if c.isprintable() else " " for c in str(value)))


def render_markdown(markdown: str) -> Text:
    """Hostile Markdown as it looks on a terminal, a paragraph and a blank line after another."""
    from rich.markdown import Markdown

    kept = "".join(c if c.isprintable() or c == "\n" else " " for c in markdown)
    kept = kept.replace("<", "&lt;")  # a tag is text
    console = Console(width=_console().width, highlight=False, color_system=None)
    with console.capture() as shown:
        console.print(Markdown(kept, hyperlinks=False))
    return Text("\n".join(map(str.rstrip, shown.get().splitlines())) + "\n")


def print_json(value: Any, output: str = "-") -> None:
    """Write any record as JSON.

    Raises:
        ExportError: the output cannot be written.
    """
    from kgraph.base.files import open_output_file

    with open_output_file(output) as out:
        out.write(msgspec.json.format(msgspec.json.encode(to_named_fields(value))) + b"\n")


def to_named_fields(value: Any) -> Any:
    """A record as objects with the names of its fields: what is a list on disk, too.

    >>> from kgraph.base.model import Reason
    >>> to_named_fields([Reason("rule", "known", 1.5)])
    [{'part': 'rule', 'words': 'known', 'weight': 1.5}]
    """
    if isinstance(value, msgspec.Struct):
        return {name: to_named_fields(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {key: to_named_fields(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_named_fields(one) for one in value]
    return value


def print_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    title: str = "",
    most: int | None = None,
) -> None:
    """A table or records (:mod:`layout`), unless there are none; cells that are Text keep their
    look.

    Args:
        columns: their names.
        rows: as many cells each.
        title: above it.
        most: rows that are shown; of the others the number is told.
    """
    if rows:
        shown = [list(map(sanitize, row)) for row in rows[:most]]
        console = _console()
        console.print(layout_rows(columns, shown, sanitize(title).plain, console.width))
        if left := len(rows) - len(rows[:most]):
            _console().print(sanitize(f"and {left:,} more: --json has all"))
        _console().print()


def print_remark(words: str) -> None:
    """Words beside a result, for the person who asked; ``--quiet`` leaves them out."""
    _errors().print(sanitize(words), soft_wrap=True)


def report_output_file(path: str | Path, *counts: str) -> None:
    """Say which file was written and how large it is: `wrote graph.ttl: 812 triples, 3.1 MB`.

    Nothing is said of standard output.

    Args:
        path: the file, or ``-``.
        counts: what it holds, such as "812 triples".
    """
    if str(path) != "-":
        file = Path(path)
        facts = (*counts, format_file_size(file.stat().st_size)) if file.is_file() else counts
        print_remark(f"wrote {path}{': ' if facts else ''}{', '.join(facts)}")


def format_file_size(size: int) -> str:
    """A number of bytes for people, in the decimal units of disks.

    >>> format_file_size(1), format_file_size(812), format_file_size(12_345), format_file_size(7_600_000), format_file_size(10**10)
    ('1 byte', '812 bytes', '12.3 kB', '7.6 MB', '10.0 GB')
    """
    if size < 1_000:
        return pluralize(size, "byte")
    unit = "kB" if size < 1e6 else "MB" if size < 1e9 else "GB"
    return f"{size / {'kB': 1e3, 'MB': 1e6, 'GB': 1e9}[unit]:,.1f} {unit}"


def print_lines(found: Iterable[str | Text]) -> None:
    """Sentences, each on a line."""
    for line in found:
        _console().print(sanitize(line))


def print_questions(found: Sequence[NamedQuery]) -> None:
    """The questions with a name by what they are about: name, parameters, summary."""
    from kgraph.query.named import QUESTION_SECTIONS

    for section, heading in QUESTION_SECTIONS.items():
        _console().print(sanitize(heading))
        for question in found:
            if question.section == section:
                given = ", ".join(parameter.name for parameter in question.parameters)
                name = f"{question.name} ({given})" if given else question.name
                _console().print(sanitize(f"  {name}: {question.summary}"))
        _console().print()
    print_remark("`kgraph queries NAME` shows one with its parameters, --sparql its SPARQL")


def print_question(found: NamedQuery) -> None:
    """One question with a name: summary, what it answers, parameters, an example."""
    _console().print(sanitize(f"{found.name}: {found.summary}"))
    for words in found.answers:
        _console().print(sanitize(f"    answers: {words}"))
    for parameter in found.parameters:
        default = "" if parameter.default is None else f" (default {parameter.default})"
        _console().print(
            sanitize(f"    --param {parameter.name}={parameter.type}: {parameter.words}{default}")
        )
    if found.most:
        _console().print(sanitize(f"    --limit {found.most}: how many rows at most"))
    if found.example:
        _console().print(sanitize(f"    {found.example}"))


def print_stats(found: Stats) -> None:
    """Counts, histogram, the most connected, coverage."""
    known = found.episodes - found.dates.get("unknown", 0)
    _console().print(
        f"{pluralize(found.episodes, 'episode')} from {pluralize(found.files, 'file')}, "
        f"{found.first} to {found.last}; {found.with_show:,} with one of "
        f"{pluralize(len(found.shows), 'show')}, {known:,} with a date "
        f"({found.dates.get('processed', 0):,} only of processing); "
        f"{pluralize(found.quotes, 'quote')}, {found.adverts:,} of them adverts\n"
    )
    print_rows(("type", "count"), list(found.entities.items()), "Entities")
    print_rows(("predicate", "count"), list(found.edges.items()), "Edges")
    print_rows(("rule", "mentions"), list(found.rejected.items()), "Rejected")
    most = max(found.histogram) or 1
    bars = [
        (f"{n / 10:.1f}", count, "█" * round(40 * count / most))
        for n, count in enumerate(found.histogram)
    ]
    print_rows(("from", "count", ""), bars, "Confidence of accepted mentions")
    top = [(ranked.label, ranked.type, ranked.episodes) for ranked in found.connected]
    print_rows(("name", "type", "episodes"), top, "In most episodes")
    print_rows(("show", "episodes"), list(found.shows.items()), "Shows", MAX_LISTED_ITEMS)
