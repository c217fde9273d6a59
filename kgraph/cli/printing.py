"""How results look on a terminal; input text is printed without its control characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console
from rich.text import Text

from kgraph.base.text import counted
from kgraph.cli.console import error_console as _errors
from kgraph.cli.console import output_console as _console
from kgraph.cli.layout import layout_rows

if TYPE_CHECKING:
    from kgraph.analysis import Question
    from kgraph.views.stats import Stats

SOME = 15
"""Shows, and ways in which a name was written: those that are shown of them."""


def plain(value: object) -> Text:
    """Hostile text as it may stand on a terminal: no markup, no control characters.

    What is Text already is taken to be plain.
    """
    if isinstance(value, Text):
        return value
    return Text("".join(c if c.isprintable() else " " for c in str(value)))


def prose(markdown: str) -> Text:
    """Hostile Markdown as it looks on a terminal, a paragraph and a blank line after another."""
    from rich.markdown import Markdown

    kept = "".join(c if c.isprintable() or c == "\n" else " " for c in markdown)
    kept = kept.replace("<", "&lt;")  # a tag is text
    console = Console(width=_console().width, highlight=False, color_system=None)
    with console.capture() as shown:
        console.print(Markdown(kept, hyperlinks=False))
    return Text("\n".join(map(str.rstrip, shown.get().splitlines())) + "\n")


def json(value: Any, output: str = "-") -> None:
    """Write any record as JSON.

    Raises:
        ExportError: the output cannot be written.
    """
    from kgraph.export.export import opened

    with opened(output) as out:
        out.write(msgspec.json.format(msgspec.json.encode(keyed(value))) + b"\n")


def keyed(value: Any) -> Any:
    """A record as objects with the names of its fields: what is a list on disk, too.

    >>> from kgraph.base.model import Reason
    >>> keyed([Reason("rule", "known", 1.5)])
    [{'part': 'rule', 'words': 'known', 'weight': 1.5}]
    """
    if isinstance(value, msgspec.Struct):
        return {name: keyed(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {key: keyed(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [keyed(one) for one in value]
    return value


def rows(
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
        shown = [list(map(plain, row)) for row in rows[:most]]
        console = _console()
        console.print(layout_rows(columns, shown, plain(title).plain, console.width))
        if left := len(rows) - len(rows[:most]):
            _console().print(plain(f"and {left:,} more: --json has all"))
        _console().print()


def remark(words: str) -> None:
    """Words beside a result, for the person who asked; ``--quiet`` leaves them out."""
    _errors().print(plain(words), soft_wrap=True)


def report_written(path: str | Path, *counts: str) -> None:
    """Say which file was written and how large it is: `wrote graph.ttl: 812 triples, 3.1 MB`.

    Nothing is said of standard output.

    Args:
        path: the file, or ``-``.
        counts: what it holds, such as "812 triples".
    """
    if str(path) != "-":
        file = Path(path)
        facts = (*counts, file_size(file.stat().st_size)) if file.is_file() else counts
        remark(f"wrote {path}{': ' if facts else ''}{', '.join(facts)}")


def file_size(size: int) -> str:
    """A number of bytes for people, in the decimal units of disks.

    >>> file_size(1), file_size(812), file_size(12_345), file_size(7_600_000), file_size(10**10)
    ('1 byte', '812 bytes', '12.3 kB', '7.6 MB', '10.0 GB')
    """
    if size < 1_000:
        return counted(size, "byte")
    unit = "kB" if size < 1e6 else "MB" if size < 1e9 else "GB"
    return f"{size / {'kB': 1e3, 'MB': 1e6, 'GB': 1e9}[unit]:,.1f} {unit}"


def lines(found: Iterable[str | Text]) -> None:
    """Sentences, each on a line."""
    for line in found:
        _console().print(plain(line))


def queries(found: Sequence[Question]) -> None:
    """The questions with a name by what they are about: name, parameters, summary."""
    from kgraph.query.saved import SECTIONS

    for section, heading in SECTIONS.items():
        _console().print(plain(heading))
        for question in found:
            if question.section == section:
                given = ", ".join(parameter.name for parameter in question.parameters)
                name = f"{question.name} ({given})" if given else question.name
                _console().print(plain(f"  {name}: {question.summary}"))
        _console().print()
    remark("`kgraph queries NAME` shows one with its parameters, --sparql its SPARQL")


def question(found: Question) -> None:
    """One question with a name: summary, what it answers, parameters, an example."""
    _console().print(plain(f"{found.name}: {found.summary}"))
    for words in found.answers:
        _console().print(plain(f"    answers: {words}"))
    for parameter in found.parameters:
        default = "" if parameter.default is None else f" (default {parameter.default})"
        _console().print(
            plain(f"    --param {parameter.name}={parameter.type}: {parameter.words}{default}")
        )
    if found.most:
        _console().print(plain(f"    --limit {found.most}: how many rows at most"))
    if found.example:
        _console().print(plain(f"    {found.example}"))


def stats(found: Stats) -> None:
    """Counts, histogram, the most connected, coverage."""
    known = found.episodes - found.dates.get("unknown", 0)
    _console().print(
        f"{counted(found.episodes, 'episode')} from {counted(found.files, 'file')}, "
        f"{found.first} to {found.last}; {found.with_show:,} with one of "
        f"{counted(len(found.shows), 'show')}, {known:,} with a date "
        f"({found.dates.get('processed', 0):,} only of processing); "
        f"{counted(found.quotes, 'quote')}, {found.adverts:,} of them adverts\n"
    )
    rows(("type", "count"), list(found.entities.items()), "Entities")
    rows(("predicate", "count"), list(found.edges.items()), "Edges")
    rows(("rule", "mentions"), list(found.rejected.items()), "Rejected")
    most = max(found.histogram) or 1
    bars = [
        (f"{n / 10:.1f}", count, "█" * round(40 * count / most))
        for n, count in enumerate(found.histogram)
    ]
    rows(("from", "count", ""), bars, "Confidence of accepted mentions")
    top = [(ranked.label, ranked.type, ranked.episodes) for ranked in found.connected]
    rows(("name", "type", "episodes"), top, "In most episodes")
    rows(("show", "episodes"), list(found.shows.items()), "Shows", SOME)
