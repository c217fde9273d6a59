"""The talk of ``kgraph review``: a case is shown, an answer is taken, what it means is written.

Takes cases and callables, so that it runs without a terminal; gives nothing but what it
writes. Each judgement is written before the next case is shown: whatever ends the talk,
what was judged is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from kgraph.base.errors import KgraphError
from kgraph.base.text import pluralize, shorten
from kgraph.resolve.judgement import Judgement
from kgraph.views.review import Case, NameOutcome, ReviewExample
from kgraph.views.review_answers import REPLY_USAGE, ReplyJudgements

MAX_SURFACES = 6
"""Ways of writing shown of a case: the commonest."""

MAX_CONTEXT_CHARS = 240
"""Characters shown of the words around a name."""


class DialogueIO(NamedTuple):
    """Who the talk is with.

    Attributes:
        ask: shows text and gives the answer, a line; raises EOFError when there is no more.
        say: shows text.
        refuse: is told what is wrong with an answer; raises it, or has it asked again.
    """

    ask: Callable[[str], str]
    say: Callable[[str], None]
    refuse: Callable[[KgraphError], None]


def run_dialogue(
    cases: Sequence[Case],
    talk: DialogueIO,
    read: Callable[[Case, str], ReplyJudgements],
    write: Callable[[Judgement], None],
) -> bool:
    """Go through cases; False when the talk was ended before the last.

    Args:
        cases: what to ask about.
        talk: with whom.
        read: what an answer means.
        write: keeps a judgement.
    """
    for number, case in enumerate(cases, 1):
        found = _ask_case(case, f"{number}/{len(cases)}", talk, read, write)
        if found is None:
            return False
        for judged in found:
            talk.say(f"{judged.verb} {', '.join(judged.names)} {judged.type or ''}".rstrip())
    return True


def _ask_case(
    case: Case,
    place: str,
    talk: DialogueIO,
    read: Callable[[Case, str], ReplyJudgements],
    write: Callable[[Judgement], None],
) -> ReplyJudgements:
    """The answer to a case, once it is one and is written."""
    shown = "\n".join(format_case(case, place))
    while True:
        try:
            found = read(case, talk.ask(shown))
            for judged in found or ():
                write(judged)
            return found
        except EOFError:
            return None
        except KgraphError as error:
            talk.refuse(error)
        shown = ""


def format_case(case: Case, place: str) -> Iterator[str]:
    """A case in lines: what it was taken for, how it is written, why, and where it stands."""
    yield f"{place}  {case.name}: {_format_outcome(case.main)}"
    yield (
        f"  {pluralize(case.rows, 'row')} in {pluralize(case.episodes, 'episode')}; "
        f"about {case.wrong:.1f} are wrong, "
        f"a judgement gains at most {case.pays:.1f}"
    )
    for other in case.outcomes[1 : 1 + MAX_SURFACES]:
        yield f"  also: {_format_outcome(other)}"
    written = ", ".join(f"{surface} {count}" for surface, count in case.surfaces[:MAX_SURFACES])
    yield f"  written: {written}"
    for reason in case.sightings[0].reasons:
        yield f"  {reason}"
    yield from map(_format_example, case.sightings)
    yield REPLY_USAGE


def _format_outcome(outcome: NameOutcome) -> str:
    kind = "rejected" if outcome.type == "noise" else f"{outcome.type} {outcome.label}"
    return f"{kind}, {outcome.confidence:.2f} sure, {pluralize(outcome.rows, 'row')}"


def _format_example(seen: ReviewExample) -> str:
    around = f": … {shorten(seen.context, MAX_CONTEXT_CHARS)} …" if seen.context else ""
    day = f", {seen.date}" if seen.date else ""
    return f"  {seen.confidence:.2f} {seen.surface} in {seen.title} ({seen.file}{day}){around}"
