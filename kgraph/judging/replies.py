"""Answers to a case of the review, as text, and the judgements that they make.

An answer is a line such as ``same Acme Labs -- renamed in 2024``.

Invariants:
    * an answer judges the name of its case only, so that answers to a printed queue stay in step
      with it;
    * ``same`` and ``different`` name an entity of the graph or the lexicon, ``rename`` any name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError
from kgraph.base.model import REJECTED
from kgraph.base.text import name_key
from kgraph.graph import SharedData
from kgraph.graph.judged_names import name_entity
from kgraph.graph.lookup import Lookup
from kgraph.judging.review_queue import Case
from kgraph.judging.unknown_names import LexiconMeanings, find_named_entity
from kgraph.resolve.judgement import Judgement, make_judgement

REASON_SEPARATOR = " -- "  #: between an answer and its reason

#: Judgements of an answer, none if the case is skipped; None to stop.
ReplyJudgements = tuple[Judgement, ...] | None


class ParsedReply(NamedTuple):
    """The argument and the reason of an answer, and what it refers to."""

    case: Case
    argument: str
    reason: str
    shared: SharedData
    list_meanings: LexiconMeanings  #: of names in the lexicon


def parse_reply(
    case: Case, line: str, shared: SharedData, list_meanings: LexiconMeanings
) -> ReplyJudgements:
    """Parse an answer to a case.

    Args:
        line: a word or letter of :data:`REPLY_COMMANDS` with its argument, and perhaps a reason
            after ``--``; an empty line skips.
        shared: of the graph, whose entities an answer may name.
        list_meanings: returns the meanings of names in the lexicon, which it may name as well.

    Raises:
        InputError: there is no such answer, or its argument is missing or wrong.
    """
    text, _, reason = f" {line.strip()} ".partition(REASON_SEPARATOR)
    word, _, argument = (piece.strip() for piece in text.strip().partition(" "))
    if not word and not reason:
        return ()
    reply = ParsedReply(case, argument, reason.strip(), shared, list_meanings)
    return parse_reply_parts(word or line.strip(), reply)


def parse_reply_parts(word: str, reply: ParsedReply) -> ReplyJudgements:
    """Parse an answer whose word stands apart.

    Raises:
        InputError: as :func:`parse_reply`.
    """
    argument = reply.argument
    for command in REPLY_COMMANDS:
        if word.lower() in (command.word, command.letter):
            if not argument and command.argument_usage == " NAME":
                raise InputError(f"{command.word}: a name is missing: write {command.word} NAME")
            if argument and not command.argument_usage:
                raise InputError(
                    f"{command.word} {argument}: nothing follows {command.word} "
                    f"but{REASON_SEPARATOR}and a reason"
                )
            return command.parse(reply)
    raise InputError(f"{word}: no such answer: write {REPLY_USAGE}")


def _parse_accept(reply: ParsedReply) -> ReplyJudgements:
    case = reply.case
    types = {outcome.type for outcome in case.outcomes}
    if not reply.argument and REJECTED in types:
        raise InputError(
            f"accept: {case.name} was rejected, so say what it is, such as accept company"
        )
    # Without a type, rows of several types keep theirs.
    type_ = case.main.type if len(types) == 1 else ""
    if reply.argument:
        type_ = _parse_type_argument(reply)
    return (make_judgement("accept", [case.name], type=type_, why=reply.reason),)


def _parse_type(reply: ParsedReply) -> ReplyJudgements:
    type_ = _parse_type_argument(reply)
    return (make_judgement("type", [reply.case.name], type=type_, why=reply.reason),)


def _parse_same(reply: ParsedReply) -> ReplyJudgements:
    entity = find_named_entity(reply.shared, reply.argument, reply.list_meanings)
    name = reply.case.name
    if name_key(entity.label) == name_key(name):
        raise InputError(
            f"same {reply.argument}: that is {name} itself: accept it, or give its type"
        )
    usual_name = name_entity(entity, Lookup.cached_for(reply.shared))
    same = make_judgement("same", [usual_name, name], why=reply.reason)
    if all(outcome.type == entity.type for outcome in reply.case.outcomes):
        return (same,)
    # With another type it would remain an entity of its own.
    return same, make_judgement("type", [name], type=entity.type, why=reply.reason)


def _parse_different(reply: ParsedReply) -> ReplyJudgements:
    entity = find_named_entity(reply.shared, reply.argument, reply.list_meanings)
    return (make_judgement("different", [entity.id, reply.case.name], why=reply.reason),)


def _parse_rename(reply: ParsedReply) -> ReplyJudgements:
    name, outcomes = reply.case.name, reply.case.outcomes
    types = [outcome.type for outcome in outcomes if outcome.type != REJECTED]
    if not types:
        raise InputError(f"rename: {name} was rejected: accept it with a type, or write same NAME")
    rename = make_judgement("rename", [name, reply.argument], why=reply.reason)
    if len(types) == len(outcomes):
        return (rename,)
    # Rejected rows have no type to keep.
    return rename, make_judgement("type", [name], type=types[0], why=reply.reason)


def _parse_type_argument(reply: ParsedReply) -> str:
    if reply.argument not in TYPE_NAMES:
        raise InputError(
            f"{reply.argument or 'type'}: no such type: choose one of {', '.join(TYPE_NAMES)}"
        )
    return reply.argument


class ReplyCommand(NamedTuple):
    """An answer: its word and letter, the usage of its argument ("" for none), what it means, and
    its parser."""

    word: str
    letter: str
    argument_usage: str
    meaning: str
    parse: Callable[[ParsedReply], ReplyJudgements]


#: Answers in the order in which they are offered.
REPLY_COMMANDS = (
    ReplyCommand(
        "accept", "a", " [TYPE]", "the decision is right; TYPE is its type", _parse_accept
    ),
    ReplyCommand(
        "reject",
        "r",
        "",
        "it is not a name",
        lambda reply: (make_judgement("reject", [reply.case.name], why=reply.reason),),
    ),
    ReplyCommand("type", "t", " TYPE", "it is of this type", _parse_type),
    ReplyCommand("same", "s", " NAME", "it is the entity that is called NAME", _parse_same),
    ReplyCommand("different", "d", " NAME", "it is not that entity", _parse_different),
    ReplyCommand("rename", "n", " NAME", "its usual name is NAME", _parse_rename),
    ReplyCommand("skip", "k", "", "no judgement, as an empty line", lambda reply: ()),
    ReplyCommand("quit", "q", "", "stop; judgements made so far are kept", lambda reply: None),
)


class DialogueCommand(NamedTuple):
    """A word of a dialogue that answers no case: the word, its letter, and what it does."""

    word: str
    letter: str
    meaning: str

    def matches(self, line: str) -> bool:
        return line.strip().lower() in (self.word, self.letter)


UNDO = DialogueCommand("undo", "u", "remove the judgements of the last answer, and ask it again")
HELP = DialogueCommand("help", "?", "list the answers")

#: The answers on one line, and the other words of a dialogue.
REPLY_USAGE = (
    ", ".join(f"{c.word}{c.argument_usage} ({c.letter})" for c in REPLY_COMMANDS)
    + f", {UNDO.word} ({UNDO.letter}), {HELP.word} ({HELP.letter})"
    + f"; a reason may follow after{REASON_SEPARATOR.rstrip()}"
)

#: The words of a dialogue, with what they mean, one a line.
REPLY_HELP = "\n".join(
    f"  {letter}  {usage:<16}{meaning}"
    for letter, usage, meaning in (
        *((c.letter, f"{c.word}{c.argument_usage}", c.meaning) for c in REPLY_COMMANDS),
        *((c.letter, c.word, c.meaning) for c in (UNDO, HELP)),
    )
)
