"""The command ``init``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.base.errors import InputError
from kgraph.base.text import make_printable, pluralize, shorten
from kgraph.cli import build_report, json_output, options, streams

if TYPE_CHECKING:
    from kgraph.project.preview import ProblemCount, SourcePreview
    from kgraph.project.proposal import ProjectProposal

#: Items of a list that are printed; --verbose and --json give all.
MAX_ITEMS = 8
MAX_EXAMPLES = 3  #: files and problems that are printed


def add_commands(app: typer.Typer) -> None:
    app.command()(init)


def init(
    folder: Annotated[str, typer.Argument(help="Folder in which your episodes are.")] = ".",
    exclude: options.Exclude = [],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write it without a question.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing, and print what would be written.")
    ] = False,
    format: options.Format = "table",
    as_json: options.AsJson = False,
) -> None:
    """Propose the project file kgraph.toml, and show what a build would read.

    It is written into the current folder; an existing one is never changed. In a terminal the
    command asks first.

    Example: kgraph init data/episodes
    """
    from kgraph.base.text import shorten_path
    from kgraph.cli.progress import show_progress
    from kgraph.project import PROJECT_FILE
    from kgraph.project.proposal import check_no_project, propose_project, write_project

    if not dry_run:
        check_no_project(PROJECT_FILE)
    with show_progress() as progress:
        proposal = propose_project(folder, exclude=exclude, progress=progress)
    asks = not (dry_run or yes or format == "json") and sys.stdin.isatty() and sys.stdout.isatty()
    if not (dry_run or asks):
        write_project(proposal)  # before a reader closes the pipe, as head does
    json_output.print_result(proposal, format, _print_proposal)
    for note in proposal.notes:
        streams.print_remark(f"note: {note}")
    file = shorten_path(Path(proposal.file))
    if dry_run or (asks and not _confirm(f"Write {file}?")):
        streams.print_remark("wrote nothing")
        return
    if asks:
        write_project(proposal)
    streams.print_remark(f"wrote {file}: now run `kgraph build`")


def _confirm(question: str) -> bool:
    """Ask a person; InputError if the input ends without an answer."""
    answers = {"": True, "y": True, "yes": True, "n": False, "no": False}
    while True:
        try:
            answer = typer.prompt(f"{question} [Y/n]", "", show_default=False, err=True)
        except typer.Abort as error:
            if not isinstance(error.__context__, EOFError):
                raise KeyboardInterrupt from error
            typer.echo(err=True)  # ends the line of the question
            advice = "answer y or n, or repeat the command with --yes, which asks nothing"
            raise InputError(
                f"{question} Nothing is written without an answer: {advice}"
            ) from error
        if (choice := answers.get(answer.strip().lower())) is not None:
            return choice
        shown = repr(make_printable(shorten(answer)))
        typer.echo(f"{shown}: answer y or Return for yes, n for no", err=True)


def _print_proposal(proposal: ProjectProposal) -> None:
    from kgraph.cli import printing
    from kgraph.operations.terminal import sanitize

    check = build_report.format_check_command(proposal.sources, proposal.exclude)
    printing.print_lines(describe_preview(proposal.preview, check))
    printing.print_lines(["", f"{Path(proposal.file).name}:"])
    lines = (f"    {line}".rstrip() for line in proposal.text.splitlines())
    printing.print_lines(map(sanitize, lines))  # whole, to be copied


def describe_preview(preview: SourcePreview, check: str) -> Iterator[str]:
    """Yield what a build would read, as lines for people.

    Args:
        check: command that prints all problems.
    """
    left = preview.files - preview.read
    yield f"{pluralize(preview.files, 'file')}, {preview.read:,} can be read"
    yield _describe_days(preview)
    shows = f", {preview.without_show:,} without" if preview.without_show else ""
    yield f"shows: {_list_counts(preview.shows) or 'none recognised'}{shows}"
    yield f"fields: {_list_counts(preview.fields)}"
    yield from _indent_examples(preview.renamed_fields, len(preview.renamed_fields), MAX_ITEMS)
    if preview.rows:
        yield f"entries of lists: {_list_counts(preview.rows)}"
    if preview.unknown_fields:
        yield f"unknown fields, kept but not used: {_list_counts(preview.unknown_fields)}"
    if preview.left_out:
        yield f"{pluralize(left, 'file')} cannot be read:" if left else "left out:"
        yield from _indent_examples(map(str, preview.left_out), len(preview.left_out))
    if preview.problems:
        count = sum(problem.count for problem in preview.problems)
        problems = pluralize(count, "problem")
        yield f"{problems} in files that can be read (`{check}` prints all), such as:"
        lines = map(_describe_problem, preview.problems)
        yield from _indent_examples(lines, len(preview.problems))


def _describe_problem(problem: ProblemCount) -> str:
    if problem.count == 1:
        return problem.example
    return f"{problem.count:,} of this kind in all files, the first: {problem.example}"


def _describe_days(preview: SourcePreview) -> str:
    without = preview.read - preview.dated - preview.processed
    parts = []
    if preview.dated:
        dated = pluralize(preview.dated, "file")
        parts.append(f"{preview.first_day} to {preview.last_day} ({dated})")
    if preview.processed:
        parts.append(f"{preview.processed:,} only of processing")
    if without:
        parts.append(f"{without:,} without")
    return f"dates: {', '.join(parts)}"


def _list_counts(counts: dict[str, int]) -> str:
    shown = list(counts.items()) if streams.is_verbose() else list(counts.items())[:MAX_ITEMS]
    text = ", ".join(f"{name} {count:,}" for name, count in shown)
    left = len(counts) - len(shown)
    return f"{text} and {left:,} more" if left else text


def _indent_examples(lines: Iterable[str], total: int, limit: int = MAX_EXAMPLES) -> Iterator[str]:
    limit = total if streams.is_verbose() else limit
    yield from (f"    {line}" for line in islice(lines, limit))
    if total > limit:
        yield f"    and {total - limit:,} more: --dry-run -v prints them"
