"""The command ``review``: asks about the names where one judgement corrects most rows.

A dialogue shows a case, reads an answer and writes its judgements, all or none, before the next
case is shown, so none is lost however the dialogue ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.base.errors import InputError, KgraphError
from kgraph.base.model import format_confidence
from kgraph.base.text import pluralize, shorten
from kgraph.cli import json_output, options, streams

if TYPE_CHECKING:
    from kgraph.cli.corrections import Corrector
    from kgraph.judging.replies import ReplyJudgements
    from kgraph.judging.review_queue import Case, NameOutcome, ReviewQueue
    from kgraph.resolve.judgement import Judgement
    from kgraph.views.misheard import Misheard

DEFAULT_LIMIT = 25  #: names in one review
MAX_SURFACES = 6  #: spellings shown of a case, most frequent first
MAX_CONTEXT_CHARS = 240  #: of the text around a name

#: Columns of a queue on the screen; the dialogue and the other formats have all.
COLUMNS = (
    *("name", "pays", "wrong", "rows", "episodes", "type", "label", "confidence", "also"),
    "misheard",
)
MISHEARD_COLUMNS = ("name", "pays", "episodes", "type", "misheard", "evidence", "suggestion")

#: Lines of a case that are printed where answers do not come from a terminal: name, doubt.
PIPED_LINES = 2


def add_commands(app: typer.Typer) -> None:
    app.command()(review)


def review(
    context: typer.Context,
    format: Annotated[
        str, typer.Option("--format", help="Print the queue (table, tsv, csv, json) instead.")
    ] = "",
    as_json: options.AsJson = False,
    output: options.Output = "-",
    limit: options.Limit = DEFAULT_LIMIT,
    type: Annotated[
        list[str],
        typer.Option("--type", help="Only names decided as this type, or noise; may be repeated."),
    ] = [],
    misheard: Annotated[
        bool,
        typer.Option("--misheard", help="Only names that are probably another name, misheard."),
    ] = False,
    all: Annotated[
        bool,
        typer.Option("--all", help="Also the names that are so sure that a look is not worth it."),
    ] = False,
    by: options.JudgedBy = "",
    build: options.BuildAtOnce = False,
    judgements: options.Judgements = options.DEFAULT_JUDGEMENTS,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Review the names where a judgement corrects most rows, and judge them.

    Answers are accept [TYPE], reject, type TYPE, same NAME, different NAME, rename NAME, skip
    and quit, or their letters; a reason may follow after " -- ". u removes the judgements of
    the last answer, ? lists the answers. They may come from standard input, one a line. A
    judgement is written at once, and its name is not asked about again; --build applies them
    at the end. A name that is probably another one, misheard, is shown beside that.

    Example: kgraph review --type company --limit 10
    """
    from kgraph.base.model import REJECTED
    from kgraph.cli.corrections import Corrector
    from kgraph.judging.replies import parse_reply
    from kgraph.judging.review import load_review_queue
    from kgraph.judging.unknown_names import load_meanings
    from kgraph.store import Store

    if format or output != "-":
        chosen = options.resolve_format(format, output)
        if not format and chosen == "table":
            raise InputError(
                f"--output {output}: a dialogue has no output: add --format, "
                "or a suffix such as .tsv"
            )
        format = chosen
    opened = Store(store)
    graph = opened.graph
    corrector = Corrector(store, judgements, context.obj)
    if format:  # a dialogue creates its file
        corrector.check_file()
    types = options.parse_types(type, extra_types=(REJECTED,))
    queue = load_review_queue(
        graph, corrector.file, types=types, misheard=misheard, limit=limit, all=all
    )
    if format:
        _print_queue(queue, format, output, MISHEARD_COLUMNS if misheard else COLUMNS)
        _report_end(queue, limit)
    else:
        meanings = partial(load_meanings, opened)
        parse = partial(parse_reply, shared=graph.shared, list_meanings=meanings)
        _run_dialogue(queue, limit, parse, corrector, by, build=build)


def _print_queue(queue: ReviewQueue, format: str, output: str, shown: tuple[str, ...]) -> None:
    """Print cases; a table on the screen has only the columns that fit a line."""
    from kgraph.cli import tables
    from kgraph.judging.review_queue import tabulate_cases

    if format == "json":
        json_output.print_json(queue.cases, output)
        tables.report_rows(len(queue), format, output)
        return
    table = tabulate_cases(queue)
    if options.wants_table(format, output):
        places = [table.columns.index(name) for name in shown]
        table = table._replace(
            columns=shown, rows=[tuple(row[place] for place in places) for row in table.rows]
        )
    tables.write_table(table, format, output)


def _report_end(queue: ReviewQueue, limit: int) -> None:
    """Report that the limit left names out that are worth a card, or what is not worth one."""
    from kgraph.cli import tables

    if queue.is_cut:
        tables.report_limit(limit, "name", is_user_limit=limit != DEFAULT_LIMIT)
    elif queue.end:
        streams.print_remark(f"{queue.end}: stop here, or use --all")


def _run_dialogue(
    queue: ReviewQueue,
    limit: int,
    parse: Callable[[Case, str], ReplyJudgements],
    corrector: Corrector,
    by: str,
    *,
    build: bool,
) -> None:
    """Ask on the terminal, or read answers from standard input; report what was written."""
    from kgraph.cli.printing import print_prose
    from kgraph.judging.replies import REPLY_USAGE
    from kgraph.judging.signature import get_user_name

    file, answers = corrector.file, AnswerReader()
    record = ReviewRecord(corrector, answers, by or get_user_name())
    written = record.written

    def report_written(hint: str) -> None:
        words = f"{pluralize(len(written), 'judgement')} written"
        print_prose(f"{file}: {words}: {hint if written else 'nothing was judged'}", err=True)

    when = "at the end" if build else "by the next build"
    print_prose(f"{file}: each judgement is written here at once, and applied {when}", err=True)
    count = pluralize(len(queue), "name")
    print_prose(f"{count} to judge; answer with {REPLY_USAGE}", err=True)
    try:
        if run_dialogue(queue.cases, answers, parse, record.write, record.remove):
            answers.refuse_leftover(queue)
            _report_end(queue, limit)
    except BaseException:  # whatever ends the dialogue, no build follows
        report_written(corrector.describe_next_build(len(written)))
        raise
    report_written("building" if build else corrector.describe_next_build(len(written)))
    if build and written:
        with corrector.advise_if_interrupted(f"{file}: not built", len(written)):
            corrector.build()
    elif not build:
        for note in corrector.describe_changes(written):
            streams.print_remark(note)


class ReviewRecord:
    """Writes and removes the judgements of a dialogue, and says so.

    Attributes:
        written: new judgements that stand, in order.
    """

    def __init__(self, corrector: Corrector, answers: AnswerReader, judge: str) -> None:
        self._corrector = corrector
        self._answers = answers
        self._judge = judge
        self.written: list[Judgement] = []

    def write(self, judgements: Sequence[Judgement]) -> Sequence[Judgement]:
        """Write signed judgements, all or none, and return the new ones."""
        from kgraph.judging.signature import sign_judgement

        correction = self._corrector.record(
            [sign_judgement(judgement, self._judge) for judgement in judgements]
        )
        self.written.extend(correction.written)
        for judgement in correction.written:
            self._answers.say(str(judgement))
        for judgement in correction.present:
            self._answers.say(f"{self._corrector.file}:{judgement.line}: has {judgement} already")
        return correction.written

    def remove(self, judgements: Sequence[Judgement]) -> None:
        """Remove the last judgements that were written."""
        self._corrector.withdraw(judgements)
        del self.written[-len(judgements) :]
        for judgement in judgements:
            self._answers.say(f"{self._corrector.file}:{judgement.line}: removed {judgement}")


def run_dialogue(
    cases: Sequence[Case],
    answers: AnswerReader,
    parse: Callable[[Case, str], ReplyJudgements],
    write: Callable[[Sequence[Judgement]], Sequence[Judgement]],
    remove: Callable[[Sequence[Judgement]], None],
) -> bool:
    """Ask about each case until an answer is valid; return False if the user quits.

    Args:
        parse: :func:`~kgraph.judging.replies.parse_reply` of a case and a line.
        write: stores the judgements of an answer, all or none, says so, and returns the new ones.
        remove: removes the new judgements of an answer, and says so.
    """
    from kgraph.judging.replies import HELP, REPLY_HELP, UNDO

    replies: list[tuple[int, Sequence[Judgement]]] = []  # number of the case, and its judgements
    number, is_asked = 0, False
    while number < len(cases):
        case = cases[number]
        text = "" if is_asked else "\n".join(format_case(case, f"{number + 1}/{len(cases)}"))
        is_asked = True
        try:
            line = answers.ask(text)
            if HELP.matches(line):
                answers.say(REPLY_HELP)
                continue
            if UNDO.matches(line):
                number, is_asked = _undo_last(replies, remove), False
                continue
            judgements = parse(case, line)
            if judgements is None:
                return False
            if judgements and (new := write(judgements)):
                replies.append((number, new))
        except EOFError:
            return False
        except KgraphError as error:
            answers.refuse(error)
            continue
        number, is_asked = number + 1, False
    return True


def _undo_last(
    replies: list[tuple[int, Sequence[Judgement]]], remove: Callable[[Sequence[Judgement]], None]
) -> int:
    """Remove the judgements of the last answer that has some; return the number of its case.

    Raises:
        KgraphError: there is none, or it cannot be removed.
    """
    if not replies:
        raise InputError("undo: nothing was judged in this review: answer first, or skip")
    number, judgements = replies[-1]
    remove(judgements)
    replies.pop()
    return number


def format_case(case: Case, position: str) -> Iterator[str]:
    """Format a case as lines: decision, spellings, reasons, examples."""
    from kgraph.judging.replies import REPLY_USAGE

    written = f' (written "{case.written}")' if case.written else ""
    yield f"{position}  {case.name}{written}: {_format_outcome(case.main)}"
    yield (
        f"  {pluralize(case.rows, 'row')} in {pluralize(case.episodes, 'episode')}, "
        f"{case.describe_doubt()}"
    )
    for outcome in case.outcomes[1 : 1 + MAX_SURFACES]:
        yield f"  also: {_format_outcome(outcome)}"
    spellings = ", ".join(f"{surface} {count}" for surface, count in case.surfaces[:MAX_SURFACES])
    yield f"  written: {spellings}"
    for reason in case.sightings[0].reasons:
        yield f"  {reason}"
    for row in case.sightings:
        context = f": … {shorten(row.context, MAX_CONTEXT_CHARS)} …" if row.context else ""
        day = f", {row.date}" if row.date else ""
        sure = format_confidence(row.confidence)
        yield f"  {sure} {row.surface} in {row.title} ({row.file}{day}){context}"
    if case.misheard:
        yield from _format_misheard(case.misheard)
    yield REPLY_USAGE


def _format_misheard(guess: Misheard) -> Iterator[str]:
    """Format what a name probably is as lines: sound, names beside both, descriptions, answer."""
    beside = f"; beside both: {', '.join(guess.beside)}" if guess.beside else ""
    yield (
        f"  probably {guess.label}, misheard ({guess.type}, {pluralize(guess.episodes, 'episode')})"
        f": sounds like {guess.spelling}, evidence {guess.evidence:.2f}{beside}"
    )
    yield f"    {guess.name} is described as: {shorten(guess.said, MAX_CONTEXT_CHARS)}"
    yield f"    {guess.label} is described as: {shorten(guess.known, MAX_CONTEXT_CHARS)}"
    yield f"    to judge: same {guess.id}, or different {guess.id}; later: {guess.command}"


def _format_outcome(outcome: NameOutcome) -> str:
    kind = "rejected" if outcome.type == "noise" else f"{outcome.type} {outcome.label}"
    return f"{kind}, {format_confidence(outcome.confidence)} sure, {pluralize(outcome.rows, 'row')}"


class AnswerReader:
    """Reads answers from standard input; a wrong answer is asked for again on a terminal only."""

    def __init__(self) -> None:
        self.number = 0
        self.is_terminal = sys.stdin.isatty()

    def ask(self, text: str) -> str:
        """Read the next line; on a terminal print the text first, else how it begins afterwards.

        Raises:
            EOFError: there is no further line, or Ctrl-C was typed in its place.
            InputError: the line is not UTF-8.
        """
        if self.is_terminal:
            self.say(f"\n{text}" if text else "")
            sys.stderr.write("> ")
            sys.stderr.flush()
        try:
            line = sys.stdin.buffer.readline()
        except KeyboardInterrupt:
            if not self.is_terminal:
                raise
            sys.stderr.write("\n")  # after ^C, which the terminal shows
            raise EOFError from None
        if not line:
            raise EOFError
        self.number += 1
        if text and not self.is_terminal:
            streams.print_remark("\n".join(text.split("\n")[:PIPED_LINES]))
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"{line!r}: not UTF-8: write it in UTF-8") from error

    def say(self, text: str) -> None:
        """Print text, which may quote hostile text, on standard error."""
        from kgraph.cli import printing

        if text:
            printing.print_prose(text, err=True)

    def refuse(self, error: KgraphError) -> None:
        """Print what is wrong with the last line; raise it if nobody can try again."""
        if not self.is_terminal:
            raise type(error)(f"standard input:{self.number}: {error}") from error
        self.say(str(error))

    def refuse_leftover(self, queue: ReviewQueue) -> None:
        """Check that no answers are left after the last case of a queue.

        Raises:
            InputError: there is a further line.
        """
        if self.is_terminal:
            return
        advice = "raise --limit" if queue.is_cut else "use --all" if queue.end else "remove it"
        while True:
            try:
                line = self.ask("")
            except EOFError:
                return
            if line.strip():
                raise InputError(
                    f"standard input:{self.number}: {line.strip()}: no case is left to answer: "
                    f"{advice}"
                )
