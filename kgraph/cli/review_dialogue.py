"""The dialogue of ``kgraph review``: shows a case, reads an answer, writes the judgement.

Takes cases and callables, so that it runs without a terminal. Each judgement is written before the
next case is shown, so none is lost however the dialogue ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from kgraph.base.errors import KgraphError
from kgraph.base.text import pluralize, shorten
from kgraph.resolve.judgement import Judgement
from kgraph.views.review import Case, NameOutcome
from kgraph.views.review_answers import REPLY_USAGE, ReplyJudgements

MAX_SURFACES = 6  #: spellings shown of a case, most frequent first
MAX_CONTEXT_CHARS = 240  #: of the text around a name


class DialogueIO(NamedTuple):
    """Input and output of a dialogue."""

    #: Shows text and returns the answer, a line; raises EOFError at the end of the input.
    ask: Callable[[str], str]
    say: Callable[[str], None]  #: shows text
    refuse: Callable[[KgraphError], None]  #: shows the error of an answer, or raises it


def run_dialogue(
    cases: Sequence[Case],
    dialogue: DialogueIO,
    read: Callable[[Case, str], ReplyJudgements],
    write: Callable[[Judgement], None],
) -> bool:
    """Ask about each case; return False if the user quits before the last.

    Args:
        cases: the cases.
        dialogue: input and output.
        read: parses an answer.
        write: stores a judgement.
    """
    for number, case in enumerate(cases, 1):
        judgements = _ask_case(case, f"{number}/{len(cases)}", dialogue, read, write)
        if judgements is None:
            return False
        for j in judgements:
            dialogue.say(f"{j.verb} {', '.join(j.names)} {j.type or ''}".rstrip())
    return True


def _ask_case(
    case: Case,
    position: str,
    dialogue: DialogueIO,
    read: Callable[[Case, str], ReplyJudgements],
    write: Callable[[Judgement], None],
) -> ReplyJudgements:
    """Ask until the answer is valid, and write it; None if the user quits."""
    text = "\n".join(format_case(case, position))
    while True:
        try:
            judgements = read(case, dialogue.ask(text))
            for judgement in judgements or ():
                write(judgement)
            return judgements
        except EOFError:
            return None
        except KgraphError as error:
            dialogue.refuse(error)
        text = ""


def format_case(case: Case, position: str) -> Iterator[str]:
    """Format a case as lines: decision, spellings, reasons, examples."""
    yield f"{position}  {case.name}: {_format_outcome(case.main)}"
    yield (
        f"  {pluralize(case.rows, 'row')} in {pluralize(case.episodes, 'episode')}; "
        f"about {case.wrong:.1f} are wrong, "
        f"a judgement gains at most {case.pays:.1f}"
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
        yield f"  {row.confidence:.2f} {row.surface} in {row.title} ({row.file}{day}){context}"
    yield REPLY_USAGE


def _format_outcome(outcome: NameOutcome) -> str:
    kind = "rejected" if outcome.type == "noise" else f"{outcome.type} {outcome.label}"
    return f"{kind}, {outcome.confidence:.2f} sure, {pluralize(outcome.rows, 'row')}"
