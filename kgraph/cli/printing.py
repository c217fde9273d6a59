"""Prints results on a terminal; control characters of the input are replaced.

Needs rich, which a command imports when it prints.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rich import filesize
from rich.console import Console
from rich.text import Text

from kgraph.base.model import MENTION_FLOOR
from kgraph.base.special_files import find_special_file
from kgraph.base.text import make_printable, pluralize
from kgraph.cli import streams
from kgraph.operations.terminal import (
    COLUMN_GAP,
    cut_cell,
    fit_columns,
    layout_rows,
    sanitize,
    wrap_prose,
)

if TYPE_CHECKING:
    from rich.markdown import Markdown

    from kgraph.analysis import NamedQuery
    from kgraph.views.overview import Stats

Value = TypeVar("Value")

MAX_LISTED_ITEMS = 15  #: shows, and spellings of a name, that are printed
MAX_BAR_WIDTH = 40  #: characters of a bar of a histogram

#: A paragraph of Markdown, of one line, that has a command.
COMMAND_LINE = re.compile(r"^(\w.*`kgraph .*)$", re.MULTILINE)

#: Width of output into a pipe: wide enough that nothing is cut for the next program.
PIPE_COLUMNS = 200


class OutputConsole(Console):
    """Standard output; a closed pipe ends the command, with a status that the command chooses."""

    def on_broken_pipe(self) -> None:
        """Raise the error that rich has caught, instead of exiting with rich's status."""
        raise  # noqa: PLE0704


class ErrorConsole(Console):
    """Standard error; a closed pipe is ignored."""

    def on_broken_pipe(self) -> None:
        """Discard further messages; rich would close standard output and exit."""
        streams.drop_stream(sys.stderr)


def output_console() -> Console:
    """Return the console of results."""
    width = None if sys.stdout.isatty() else PIPE_COLUMNS
    return OutputConsole(width=width, highlight=False, soft_wrap=True)


def error_console() -> Console:
    """Return the console of messages and progress, which prints nothing with ``--quiet``."""
    return ErrorConsole(stderr=True, highlight=False, quiet=streams.is_quiet())


def render_markdown(markdown: str) -> Text:
    """Render hostile Markdown for a terminal."""
    text = markdown.replace("<", "&lt;")  # HTML is shown as text
    console = Console(width=output_console().width, highlight=False, color_system=None)
    with console.capture() as capture:
        console.print(_make_markdown(text, hyperlinks=False))
    return Text("\n".join(map(str.rstrip, capture.get().splitlines())) + "\n")


def print_markdown(markdown: str) -> None:
    """Print Markdown whose texts are escaped; a line with a command is not broken, to be copied.

    Where the terminal cannot open links, their addresses are text.
    """
    console = output_console()
    hyperlinks = console.color_system is not None
    for number, block in enumerate(COMMAND_LINE.split(markdown)):
        if number:
            console.print()
        console.print(_make_markdown(block, hyperlinks=hyperlinks), soft_wrap=number % 2 == 1)


def _make_markdown(text: str, *, hyperlinks: bool) -> Markdown:
    """Return a renderable without control characters.

    Args:
        hyperlinks: whether the terminal opens links; else their addresses are text.
    """
    from rich.markdown import Markdown

    printable = make_printable(text, keep="\n")
    return Markdown(printable, hyperlinks=hyperlinks)


def print_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    title: str = "",
    limit: int | None = None,
    omit: Sequence[str] = (),
    *,
    total: int = 0,
) -> list[str]:
    """Print rows as a table or as records; print nothing if there are none.

    Cells that are Text keep their style. On a terminal, names and titles are cut, so that one does
    not fill it. The number of rows beyond the limit is printed below.
    Returns the columns of ``omit`` that do not fit the terminal and were left out.

    Args:
        total: number of rows that there are, if the command's --limit left some out.
    """
    if not rows:
        return []
    console = output_console()
    cells = [list(map(sanitize, row)) for row in rows[:limit]]
    if console.file.isatty():
        cells = [list(map(cut_cell, columns, row)) for row in cells]
    left_out = fit_columns(columns, cells, omit, console.width)
    kept = [n for n, name in enumerate(columns) if name not in left_out]
    names, shown = [columns[n] for n in kept], [[row[n] for n in kept] for row in cells]
    console.print(layout_rows(names, shown, sanitize(title).plain, console.width))
    if total > len(rows):
        console.print(f"and {total - len(cells):,} more: raise --limit")
    elif left := len(rows) - len(cells):
        console.print(f"and {left:,} more: --json has all")
    console.print()
    return left_out


def report_narrow(left_out: Sequence[str], advice: str) -> None:
    """Report the columns that do not fit the terminal, if there are any."""
    if left_out:
        names = ", ".join(left_out)
        streams.print_remark(f"too narrow for {names}: widen the terminal, or use {advice}")


def report_output_file(path: str | Path, *counts: str) -> None:
    """Print what was written, such as `wrote graph.ttl: 812 triples, 3.1 MB`, but for -.

    Of a folder the files and their sizes are counted. What an open descriptor had is not known.
    """
    if str(path) != "-":
        file, facts = Path(path), counts
        files = [f for f in file.rglob("*") if f.is_file()] if file.is_dir() else []
        if files or (file.is_file() and not find_special_file(file)):
            size = filesize.decimal(sum(each.stat().st_size for each in files or [file]))
            facts = (*counts, *([pluralize(len(files), "file")] if files else []), size)
        streams.print_remark(f"wrote {path}{': ' if facts else ''}{', '.join(facts)}")


def print_prose(text: str, *, err: bool = False) -> None:
    """Print a text of several lines, as :func:`print_lines` does."""
    print_lines(text.splitlines() or [""], err=err)


def print_lines(lines: Iterable[str | Text], *, err: bool = False) -> None:
    """Print lines, which may quote hostile text; on a terminal they are broken between words.

    Those that are Text are not broken.
    """
    console = error_console() if err else output_console()
    for line in lines:
        is_wrapped = isinstance(line, str) and console.file.isatty()
        for part in wrap_prose(str(line), console.width) if is_wrapped else [line]:
            console.print(sanitize(part), soft_wrap=True)


def print_questions(questions: Sequence[NamedQuery]) -> None:
    """Print the named questions by section: name, parameters, summary."""
    from kgraph.query.named import QUESTION_SECTIONS

    for section, heading in QUESTION_SECTIONS.items():
        lines = [heading]
        for question in questions:
            if question.section == section:
                parameters = ", ".join(parameter.name for parameter in question.parameters)
                name = f"{question.name} ({parameters})" if parameters else question.name
                lines.append(f"  {name}: {question.summary}")
        print_lines([*lines, ""])
    streams.print_remark("`kgraph queries NAME` shows one with its parameters, --sparql its SPARQL")


def print_question(question: NamedQuery) -> None:
    """Print one named question: summary, answers, parameters, example."""
    lines = [f"{question.name}: {question.summary}"]
    lines += [f"    answers: {answer}" for answer in question.answers]
    for parameter in question.parameters:
        default = "" if parameter.default is None else f" (default {parameter.default})"
        lines.append(f"    --param {parameter.name}={parameter.type}: {parameter.words}{default}")
    if question.most:
        lines.append(f"    --limit {question.most}: how many rows at most")
    if question.example:
        lines.append(f"    {question.example}")
    print_lines(lines)


def print_stats(stats: Stats) -> None:
    """Print counts, a histogram of confidence, and the most connected entities."""
    dated = stats.episodes - stats.dates.get("unknown", 0)
    days = f", {stats.first} to {stats.last}" if stats.first else ""
    print_prose(
        f"{pluralize(stats.episodes, 'episode')} from {pluralize(stats.files, 'file')}{days}; "
        f"{stats.with_show:,} with one of "
        f"{pluralize(len(stats.shows), 'show')}, {dated:,} with a date "
        f"({stats.dates.get('processed', 0):,} only of processing); "
        f"{pluralize(stats.quotes, 'quote')}, {stats.adverts:,} of them adverts\n\n"
    )
    names = [
        (type_, n, stats.advertised.get(type_, 0), f"{stats.identified.get(type_, 0):.0%}")
        for type_, n in stats.entities.items()
    ]
    print_rows(("type", "count", "only in adverts", "mentions with ids"), names, "Entities")
    if (only_named := stats.entities.get("show", 0) - len(stats.shows)) > 0:
        own = f"{len(stats.shows):,} of the shows have episodes here"
        print_prose(f"{own}, only mentioned or advertised: {only_named:,}\n\n")
    if stats.unlikely:
        further = list(stats.unlikely.items())
        print_rows(("type", "count"), further, "Further entities, unlikely: not counted above")
    print_rows(("predicate", "count"), list(stats.edges.items()), "Edges")
    if stats.unlikely_mentions:
        mentions = pluralize(stats.unlikely_mentions, "mention")
        print_prose(f"{mentions} with less confidence than {MENTION_FLOOR:g}: --unlikely\n\n")
    rejected = [(rule, stats.rejected.get(rule, 0), n) for rule, n in stats.rejected_rows.items()]
    title = "Rejected; a mention is a name in an episode, in one row or several"
    print_rows(("rule", "mentions", "rows"), rejected, title)
    most = max(stats.histogram) or 1
    left = len("from") + max(len("count"), len(str(most))) + 2 * COLUMN_GAP
    widest = min(MAX_BAR_WIDTH, max(1, output_console().width - left))
    bars = [
        (f"{n / 10:.1f}", count, "█" * round(widest * count / most))
        for n, count in enumerate(stats.histogram)
    ]
    print_rows(("from", "count", ""), bars, "Confidence of accepted mentions")
    top = [(ranked.label, ranked.type, ranked.episodes) for ranked in stats.connected]
    print_rows(("name", "type", "episodes"), top, "Mentioned in most episodes")
    shows = list(stats.shows.items())
    print_rows(("show", "episodes"), shows, "Shows, by episodes of their own", MAX_LISTED_ITEMS)
