"""``review``: the decisions where a look pays most, one after the other."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.base.errors import InputError, KgraphError
from kgraph.base.text import counted
from kgraph.cli import options

if TYPE_CHECKING:
    from kgraph.cli.review_dialogue import Talk
    from kgraph.query import Lookup
    from kgraph.query.table import Table
    from kgraph.resolve.judgements import Judgement
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
    by: options.By = "",
    judgements: options.Judgements = options.DEFAULT_JUDGEMENTS,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Go through the names where a judgement puts most rows right, and judge them.

    Answers are accept [TYPE], reject, type TYPE, same NAME, rename NAME, skip and quit, or
    their letters; a reason may follow behind " -- ". They may come from standard input, one a
    line. What is judged is written at once, and does not come again.

    Example: kgraph review --type company --limit 10
    """
    from kgraph.base.model import NOISE
    from kgraph.cli import tables
    from kgraph.query import Lookup
    from kgraph.store import Store
    from kgraph.store.origin import choose_judgements
    from kgraph.views.review import queue, settled

    format = _format(format, output)
    graph = Store(store).graph
    file = choose_judgements(store, judgements, write=True).output
    types = options.types(type, more=(NOISE,))
    cases = queue(graph, settled=settled(file), types=types, limit=limit + 1)
    if format:
        _print(cases[:limit], format, output)
        if len(cases) > limit:
            tables.report_limit(limit, "name", given=limit != DEFAULT_LIMIT)
    else:
        _talk(cases[:limit], Lookup(graph.shared.entities), file, by)


def _format(format: str, output: str) -> str:
    """The format in which the queue is printed; "" to ask about it.

    Raises:
        InputError: the format is not known, or there is an output and nothing to write there.
    """
    from kgraph.cli import tables

    if not format and output == "-":
        return ""
    wanted = options.format_for(format, output, tables.TABLES)
    if not format and wanted == "table":
        raise InputError(
            f"--output {output}: a talk is not written: add --format, or a suffix such as .tsv"
        )
    return wanted


def _print(cases: list[Case], format: str, output: str) -> None:
    from kgraph.cli import printing, tables
    from kgraph.views.review import table

    if format == "json":
        printing.json(cases, output)
        tables.report_rows(len(cases), format, output)
        return
    found = table(cases)
    if options.on_screen(format, output):
        found = _brief(found)
    tables.write_table(found, format, output)


def _brief(found: Table) -> Table:
    """The columns that fit a line: the talk, and every other format, tell the rest."""
    last = found.columns.index("also") + 1
    return found._replace(columns=found.columns[:last], rows=[row[:last] for row in found.rows])


def _talk(cases: list[Case], lookup: Lookup, file: Path, by: str) -> None:
    """Ask on the terminal, or take answers from standard input; tell what was written."""
    from kgraph.cli.printing import remark
    from kgraph.cli.review_dialogue import hold
    from kgraph.resolve.judgements_file import append
    from kgraph.views.judging import sign, user_name
    from kgraph.views.review_answers import reply

    judge = by or user_name()
    lines = Lines()
    written = 0

    def write(judged: Judgement) -> None:
        nonlocal written
        append(file, sign(judged, judge))
        written += 1

    try:
        whole = hold(cases, lines.talk(), lambda case, line: reply(case, line, lookup), write)
        if whole:
            lines.refuse_rest()
    finally:
        told = "build again to apply them" if written else "nothing was judged"
        remark(f"{file}: {counted(written, 'judgement')} written: {told}")


class Lines:
    """Answers on standard input: asked for again on a terminal, else right or an error."""

    def __init__(self) -> None:
        self.number = 0
        self.is_terminal = sys.stdin.isatty()

    def talk(self) -> Talk:
        """The talk with whoever writes the lines."""
        from kgraph.cli.review_dialogue import Talk

        return Talk(self.ask, self.say, self.refuse)

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
            typer.echo(printing.plain(line).plain, err=True)

    def refuse(self, error: KgraphError) -> None:
        """Say what is wrong with the last line, or end with it where nobody can try again."""
        if not self.is_terminal:
            raise type(error)(f"standard input:{self.number}: {error}") from error
        self.say(str(error))

    def refuse_rest(self) -> None:
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
