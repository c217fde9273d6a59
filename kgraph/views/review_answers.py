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
from typing import NamedTuple

from kgraph.base import text as names
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError
from kgraph.base.model import REJECTED
from kgraph.graph.lookup import Lookup
from kgraph.resolve.judgement import Judgement, make_judgement
from kgraph.views.review import Case

REASON_SEPARATOR = " -- "
"""What stands between an answer and its reason."""

_ENTITY_TYPES: tuple[str, ...] = TYPE_NAMES

ReplyJudgements = tuple[Judgement, ...] | None
"""The judgements that an answer means, none of a case that is skipped; None to stop."""


class ParsedReply(NamedTuple):
    """An answer taken apart: what follows its word, and the reason."""

    case: Case
    argument: str
    reason: str
    lookup: Lookup


def parse_reply(case: Case, line: str, lookup: Lookup) -> ReplyJudgements:
    """What an answer means.

    Args:
        case: what is answered.
        line: one of :data:`REPLY_COMMANDS` by its word or its letter, with what it takes, and
            perhaps a reason behind `` -- ``; an empty line skips.
        lookup: the things of the graph.

    Raises:
        InputError: it is no answer, or what it takes is missing or wrong.
    """
    text, _, why = f" {line.strip()} ".partition(REASON_SEPARATOR)
    word, _, rest = text.strip().partition(" ")
    for answer in REPLY_COMMANDS:
        if word.lower() in (answer.word, answer.letter):
            return answer.parse(ParsedReply(case, rest.strip(), why.strip(), lookup))
    if not word and not why:
        return ()
    raise InputError(f"{word or line.strip()}: no such answer: write {REPLY_USAGE}")


def _parse_accept(said: ParsedReply) -> ReplyJudgements:
    kinds = {outcome.type for outcome in said.case.outcomes}
    if not said.argument and REJECTED in kinds:
        raise InputError(
            f"accept: {said.case.name} was rejected, so say what it is, such as accept company"
        )
    # Rows of several kinds stay what each was taken for.
    type_ = _require_type(said) if said.argument else said.case.main.type if len(kinds) == 1 else ""
    return (make_judgement("accept", [said.case.name], type=type_, why=said.reason),)


def _parse_reject(said: ParsedReply) -> ReplyJudgements:
    _refuse_argument("reject", said)
    return (make_judgement("reject", [said.case.name], why=said.reason),)


def _parse_type(said: ParsedReply) -> ReplyJudgements:
    return (make_judgement("type", [said.case.name], type=_require_type(said), why=said.reason),)


def _parse_same(said: ParsedReply) -> ReplyJudgements:
    _require_argument("same", said)
    other, name = said.lookup.find(said.argument), said.case.name
    if names.name_key(other.label) == names.name_key(name):
        raise InputError(
            f"same {said.argument}: that is {name} itself: accept it, or give its type"
        )
    merged = make_judgement("same", [other.label, name], why=said.reason)
    if all(outcome.type == other.type for outcome in said.case.outcomes):
        return (merged,)
    # Of another type it would stay a thing of its own beside the one that it is.
    return merged, make_judgement("type", [name], type=other.type, why=said.reason)


def _parse_rename(said: ParsedReply) -> ReplyJudgements:
    _require_argument("rename", said)
    name, outcomes = said.case.name, said.case.outcomes
    types = [outcome.type for outcome in outcomes if outcome.type != REJECTED]
    if not types:
        raise InputError(f"rename: {name} was rejected: accept it with a type, or write same NAME")
    renamed = make_judgement("rename", [name, said.argument], why=said.reason)
    if len(types) == len(outcomes):
        return (renamed,)
    # The rows that were rejected have no type of their own.
    return renamed, make_judgement("type", [name], type=types[0], why=said.reason)


def _parse_skip(said: ParsedReply) -> ReplyJudgements:
    _refuse_argument("skip", said)
    return ()


def _parse_quit(said: ParsedReply) -> ReplyJudgements:
    _refuse_argument("quit", said)
    return None


def _require_type(said: ParsedReply) -> str:
    if said.argument not in _ENTITY_TYPES:
        raise InputError(
            f"{said.argument or 'type'}: no such type: choose one of {', '.join(_ENTITY_TYPES)}"
        )
    return said.argument


def _require_argument(word: str, said: ParsedReply) -> None:
    if not said.argument:
        raise InputError(f"{word}: a name is missing: write {word} NAME")


def _refuse_argument(word: str, said: ParsedReply) -> None:
    if said.argument:
        raise InputError(
            f"{word} {said.argument}: nothing follows {word} but{REASON_SEPARATOR}and a reason"
        )


class ReplyCommand(NamedTuple):
    """A way to answer: its word, the letter that stands for it, what follows it, and what it
    means."""

    word: str
    letter: str
    argument_usage: str
    parse: Callable[[ParsedReply], ReplyJudgements]


REPLY_COMMANDS = (
    ReplyCommand("accept", "a", " [TYPE]", _parse_accept),
    ReplyCommand("reject", "r", "", _parse_reject),
    ReplyCommand("type", "t", " TYPE", _parse_type),
    ReplyCommand("same", "s", " NAME", _parse_same),
    ReplyCommand("rename", "n", " NAME", _parse_rename),
    ReplyCommand("skip", "k", "", _parse_skip),
    ReplyCommand("quit", "q", "", _parse_quit),
)
"""Every answer, in the order in which they are offered."""

REPLY_USAGE = (
    ", ".join(
        f"{answer.word}{answer.argument_usage} ({answer.letter})" for answer in REPLY_COMMANDS
    )
    + f"; a reason may follow behind{REASON_SEPARATOR.rstrip()}"
)
"""The answers in one line."""
