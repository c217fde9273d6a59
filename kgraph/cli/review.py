"""``review``: the decisions where a look pays most, one after the other."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.base.errors import InputError, KgraphError
from kgraph.base.text import pluralize
from kgraph.cli import options

if TYPE_CHECKING:
    from kgraph.cli.review_dialogue import DialogueIO
    from kgraph.query import Lookup
    from kgraph.query.table import RowTable
    from kgraph.resolve.judgement import Judgement
    from kgraph.views.review import Case


DEFAULT_LIMIT = 25
"""Names that are gone through at once."""


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(review)


def review(
    format: Annotated[
        str, typer.Option("--format", help="Print the queue (table, tsv, csv, json), ask nothing.")
    ] = "",
    as_json: options.AsJson = False,
    output: options.Output = "-",
    limit: options.Limit = DEFAULT_LIMIT,
    type: Annotated[
        list[str],
        typer.Option("--type", help="Only what was taken for this type, or noise; repeatable."),
    ] = [],
    by: options.JudgedBy = "",
    judgements: options.Judgements = options.DEFAULT_JUDGEMENTS,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Go through the names where a judgement puts most rows right, and judge them.

    Answers are accept [TYPE], reject, type TYPE, same NAME, rename NAME, skip and quit, or
    their letters; a reason may follow behind " -- ". They may come from standard input, one a
    line. What is judged is written at once, and does not come again.

    Example: kgraph review --type company --limit 10
    """
    from kgraph.base.model import REJECTED
    from kgraph.cli import tables
    from kgraph.query import Lookup
    from kgraph.store import Store
    from kgraph.store.origin import choose_judgements
    from kgraph.views.review import build_review_queue, load_settled_keys

    format = _choose_queue_format(format, output)
    graph = Store(store).graph
    file = choose_judgements(store, judgements, write=True).output
    types = options.parse_types(type, extra_types=(REJECTED,))
    cases = build_review_queue(
        graph, settled_keys=load_settled_keys(file), types=types, limit=limit + 1
    )
    if format:
        _print_queue(cases[:limit], format, output)
        if len(cases) > limit:
            tables.report_limit(limit, "name", is_user_limit=limit != DEFAULT_LIMIT)
    else:
        _run_dialogue(cases[:limit], Lookup(graph.shared.entities), file, by)


def _choose_queue_format(format: str, output: str) -> str:
    """The format in which the queue is printed; "" to ask about it.

    Raises:
        InputError: the format is not known, or there is an output and nothing to write there.
    """
    from kgraph.cli import tables

    if not format and output == "-":
        return ""
    wanted = options.resolve_format(format, output, tables.TABLE_FORMATS)
    if not format and wanted == "table":
        raise InputError(
            f"--output {output}: a talk is not written: add --format, or a suffix such as .tsv"
        )
    return wanted


def _print_queue(cases: list[Case], format: str, output: str) -> None:
    from kgraph.cli import printing, tables
    from kgraph.views.review import tabulate_cases

    if format == "json":
        printing.print_json(cases, output)
        tables.report_rows(len(cases), format, output)
        return
    found = tabulate_cases(cases)
    if options.wants_table(format, output):
        found = _drop_wide_columns(found)
    tables.write_table(found, format, output)


def _drop_wide_columns(found: RowTable) -> RowTable:
    """The columns that fit a line: the talk, and every other format, tell the rest."""
    last = found.columns.index("also") + 1
    return found._replace(columns=found.columns[:last], rows=[row[:last] for row in found.rows])


def _run_dialogue(cases: list[Case], lookup: Lookup, file: Path, by: str) -> None:
    """Ask on the terminal, or take answers from standard input; tell what was written."""
    from kgraph.cli.printing import print_remark
    from kgraph.cli.review_dialogue import run_dialogue
    from kgraph.resolve.judgements_file import append_judgement
    from kgraph.views.judging import get_user_name, sign_judgement
    from kgraph.views.review_answers import parse_reply

    judge = by or get_user_name()
    lines = AnswerReader()
    written = 0

    def write(judged: Judgement) -> None:
        nonlocal written
        append_judgement(file, sign_judgement(judged, judge))
        written += 1

    try:
        whole = run_dialogue(
            cases,
            lines.make_dialogue_io(),
            lambda case, line: parse_reply(case, line, lookup),
            write,
        )
        if whole:
            lines.refuse_leftover()
    finally:
        told = "build again to apply them" if written else "nothing was judged"
        print_remark(f"{file}: {pluralize(written, 'judgement')} written: {told}")


class AnswerReader:
    """Answers on standard input: asked for again on a terminal, else right or an error."""

    def __init__(self) -> None:
        self.number = 0
        self.is_terminal = sys.stdin.isatty()

    def make_dialogue_io(self) -> DialogueIO:
        """The talk with whoever writes the lines."""
        from kgraph.cli.review_dialogue import DialogueIO

        return DialogueIO(self.ask, self.say, self.refuse)

    def ask(self, words: str) -> str:
        """The next line; on a terminal after the words.

        Raises:
            EOFError: there is none.
            InputError: it is no UTF-8.
        """
        if self.is_terminal:
            self.say(f"\n{words}" if words else "")
            sys.stderr.write("> ")
            sys.stderr.flush()
        line = sys.stdin.buffer.readline()
        if not line:
            raise EOFError
        self.number += 1
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"{line!r}: not UTF-8: write it in UTF-8") from error

    def say(self, words: str) -> None:
        """Show words, which may quote hostile text, on standard error."""
        from kgraph.cli import printing

        for line in words.splitlines():
            typer.echo(printing.sanitize(line).plain, err=True)

    def refuse(self, error: KgraphError) -> None:
        """Say what is wrong with the last line, or end with it where nobody can try again."""
        if not self.is_terminal:
            raise type(error)(f"standard input:{self.number}: {error}") from error
        self.say(str(error))

    def refuse_leftover(self) -> None:
        """Nothing may be left to read when all cases are answered.

        Raises:
            InputError: there is a line that answers nothing.
        """
        if self.is_terminal:
            return
        while True:
            try:
                line = self.ask("")
            except EOFError:
                return
            if line.strip():
                raise InputError(
                    f"standard input:{self.number}: {line.strip()}: no case is left to answer: "
                    "raise --limit, or leave it out"
                )
