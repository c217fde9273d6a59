"""The talk of ``kgraph review``: a case is shown, an answer is taken, what it means is written.

Takes cases and callables, so that it runs without a terminal; gives nothing but what it
writes. Each judgement is written before the next case is shown: whatever ends the talk,
what was judged is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from kgraph.base.errors import KgraphError
from kgraph.base.text import counted, shorten
from kgraph.resolve.judgements import Judgement
from kgraph.views.review import Case, Outcome, Sighting
from kgraph.views.review_answers import USAGE, Reply

SURFACES = 6
"""Ways of writing shown of a case: the commonest."""

CONTEXT = 240
"""Characters shown of the words around a name."""


class Talk(NamedTuple):
    """Who the talk is with.

    Attributes:
        ask: shows text and gives the answer, a line; raises EOFError when there is no more.
        say: shows text.
        refuse: is told what is wrong with an answer; raises it, or has it asked again.
    """

    ask: Callable[[str], str]
    say: Callable[[str], None]
    refuse: Callable[[KgraphError], None]


def hold(
    cases: Sequence[Case],
    talk: Talk,
    read: Callable[[Case, str], Reply],
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
        found = _answered(case, f"{number}/{len(cases)}", talk, read, write)
        if found is None:
            return False
        for judged in found:
            talk.say(f"{judged.verb} {', '.join(judged.names)} {judged.type or ''}".rstrip())
    return True


def _answered(
    case: Case,
    place: str,
    talk: Talk,
    read: Callable[[Case, str], Reply],
    write: Callable[[Judgement], None],
) -> Reply:
    """The answer to a case, once it is one and is written."""
    shown = "\n".join(card(case, place))
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


def card(case: Case, place: str) -> Iterator[str]:
    """A case in lines: what it was taken for, how it is written, why, and where it stands."""
    yield f"{place}  {case.name}: {_outcome(case.main)}"
    yield (
        f"  {counted(case.rows, 'row')} in {counted(case.episodes, 'episode')}; "
        f"about {case.wrong:.1f} are wrong, "
        f"a judgement gains at most {case.pays:.1f}"
    )
    for other in case.outcomes[1 : 1 + SURFACES]:
        yield f"  also: {_outcome(other)}"
    written = ", ".join(f"{surface} {count}" for surface, count in case.surfaces[:SURFACES])
    yield f"  written: {written}"
    for reason in case.sightings[0].reasons:
        yield f"  {reason}"
    yield from map(_sighting, case.sightings)
    yield USAGE


def _outcome(outcome: Outcome) -> str:
    kind = "rejected" if outcome.type == "noise" else f"{outcome.type} {outcome.label}"
    return f"{kind}, {outcome.confidence:.2f} sure, {counted(outcome.rows, 'row')}"


def _sighting(seen: Sighting) -> str:
    around = f": … {shorten(seen.context, CONTEXT)} …" if seen.context else ""
    day = f", {seen.date}" if seen.date else ""
    return f"  {seen.confidence:.2f} {seen.surface} in {seen.title} ({seen.file}{day}){around}"
