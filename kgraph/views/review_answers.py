"""What a person answers to a case of the review, in words, as judgements.

Takes a line such as ``same Acme Labs -- renamed in 2024`` and the case that it answers;
gives the judgements that it means.

Invariants:
    * an answer judges the name of its case and no other, so that answers to a printed queue
      stay in step with it;
    * ``same`` leads to a thing that the graph has, ``rename`` to any name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, get_args

from kgraph.base import text as names
from kgraph.base.errors import InputError
from kgraph.base.model import NOISE, EntityType
from kgraph.graph.lookup import Lookup
from kgraph.resolve.judgements import Judgement, judgement
from kgraph.views.review import Case

WHY = " -- "
"""What stands between an answer and its reason."""

TYPES: tuple[str, ...] = get_args(EntityType)

Reply = tuple[Judgement, ...] | None
"""The judgements that an answer means, none of a case that is skipped; None to stop."""


class Said(NamedTuple):
    """An answer taken apart: what follows its word, and the reason."""

    case: Case
    rest: str
    why: str
    lookup: Lookup


def reply(case: Case, line: str, lookup: Lookup) -> Reply:
    """What an answer means.

    Args:
        case: what is answered.
        line: one of :data:`ANSWERS` by its word or its letter, with what it takes, and
            perhaps a reason behind `` -- ``; an empty line skips.
        lookup: the things of the graph.

    Raises:
        InputError: it is no answer, or what it takes is missing or wrong.
    """
    text, _, why = f" {line.strip()} ".partition(WHY)
    word, _, rest = text.strip().partition(" ")
    for answer in ANSWERS:
        if word.lower() in (answer.word, answer.letter):
            return answer.meaning(Said(case, rest.strip(), why.strip(), lookup))
    if not word and not why:
        return ()
    raise InputError(f"{word or line.strip()}: no such answer: write {USAGE}")


def _accept(said: Said) -> Reply:
    kinds = {outcome.type for outcome in said.case.outcomes}
    if not said.rest and NOISE in kinds:
        raise InputError(
            f"accept: {said.case.name} was rejected, so say what it is, such as accept company"
        )
    # Rows of several kinds stay what each was taken for.
    type_ = _type_of(said) if said.rest else said.case.main.type if len(kinds) == 1 else ""
    return (judgement("accept", [said.case.name], type=type_, why=said.why),)


def _reject(said: Said) -> Reply:
    _alone("reject", said)
    return (judgement("reject", [said.case.name], why=said.why),)


def _type(said: Said) -> Reply:
    return (judgement("type", [said.case.name], type=_type_of(said), why=said.why),)


def _same(said: Said) -> Reply:
    _needed("same", said)
    other, name = said.lookup.one(said.rest), said.case.name
    if names.key(other.label) == names.key(name):
        raise InputError(f"same {said.rest}: that is {name} itself: accept it, or give its type")
    merged = judgement("same", [other.label, name], why=said.why)
    if all(outcome.type == other.type for outcome in said.case.outcomes):
        return (merged,)
    # Of another type it would stay a thing of its own beside the one that it is.
    return merged, judgement("type", [name], type=other.type, why=said.why)


def _rename(said: Said) -> Reply:
    _needed("rename", said)
    name, outcomes = said.case.name, said.case.outcomes
    types = [outcome.type for outcome in outcomes if outcome.type != NOISE]
    if not types:
        raise InputError(f"rename: {name} was rejected: accept it with a type, or write same NAME")
    renamed = judgement("rename", [name, said.rest], why=said.why)
    if len(types) == len(outcomes):
        return (renamed,)
    # The rows that were rejected have no type of their own.
    return renamed, judgement("type", [name], type=types[0], why=said.why)


def _skip(said: Said) -> Reply:
    _alone("skip", said)
    return ()


def _quit(said: Said) -> Reply:
    _alone("quit", said)
    return None


def _type_of(said: Said) -> str:
    if said.rest not in TYPES:
        raise InputError(f"{said.rest or 'type'}: no such type: choose one of {', '.join(TYPES)}")
    return said.rest


def _needed(word: str, said: Said) -> None:
    if not said.rest:
        raise InputError(f"{word}: a name is missing: write {word} NAME")


def _alone(word: str, said: Said) -> None:
    if said.rest:
        raise InputError(f"{word} {said.rest}: nothing follows {word} but{WHY}and a reason")


class Way(NamedTuple):
    """A way to answer: its word, the letter that stands for it, what follows it, and what it
    means."""

    word: str
    letter: str
    takes: str
    meaning: Callable[[Said], Reply]


ANSWERS = (
    Way("accept", "a", " [TYPE]", _accept),
    Way("reject", "r", "", _reject),
    Way("type", "t", " TYPE", _type),
    Way("same", "s", " NAME", _same),
    Way("rename", "n", " NAME", _rename),
    Way("skip", "k", "", _skip),
    Way("quit", "q", "", _quit),
)
"""Every answer, in the order in which they are offered."""

USAGE = (
    ", ".join(f"{answer.word}{answer.takes} ({answer.letter})" for answer in ANSWERS)
    + f"; a reason may follow behind{WHY.rstrip()}"
)
"""The answers in one line."""
