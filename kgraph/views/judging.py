"""Judgements that people make: answers to a case of the review, a signature, unknown names.

An answer is a line such as ``same Acme Labs -- renamed in 2024``.

Invariants:
    * an answer judges the name of its case only, so that answers to a printed queue stay in step
      with it;
    * ``same`` and ``different`` take the name of an entity of the graph, ``rename`` any name.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Collection
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.base.external_id import is_single_valued, parse_external_id
from kgraph.base.model import REJECTED
from kgraph.base.text import name_key
from kgraph.graph import SharedData
from kgraph.graph.absence import describe_other_kind, find_other_kind
from kgraph.graph.judged_ids import describe_fault, find_judged_entities
from kgraph.graph.lookup import Lookup
from kgraph.resolve.judgement import (
    Judgement,
    judgement_key,
    make_judgement,
    parse_entity_id,
    required_names,
)
from kgraph.store import Store
from kgraph.views.review import core_name
from kgraph.views.review_queue import Case

PENDING_NOTE = "the judgement waits for it"
REASON_SEPARATOR = " -- "  #: between an answer and its reason

#: Judgements of an answer, none if the case is skipped; None to stop.
ReplyJudgements = tuple[Judgement, ...] | None


def sign_judgement(judgement: Judgement, by: str = "") -> Judgement:
    """Add today's date and who made a judgement; by default the user.

    Raises:
        InputError: the system knows no name of the user.
    """
    return replace(judgement, by=by or get_user_name(), date=date.today().isoformat())


def get_user_name() -> str:
    """Return the system's name of the user.

    Raises:
        InputError: there is none.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:  # which of these depends on the system
        raise InputError("--by: the system has no name for you: give one with --by") from error


def describe_unknown_names(
    store: Store, judgement: Judgement, show_keys: Collection[str] = ()
) -> list[str]:
    """Return a sentence on each name of a judgement that no row and no show of the graph has.

    Rows are read only if no entity has a name: it may be one that was rejected. Of a judgement of
    ids in other registers, the sentences say what it changes beyond adding or removing them.

    Args:
        show_keys: judged keys that the shows of episodes have, if only as a name of another one.
    """
    lookup = Lookup.cached_for(store.shared)
    if judgement.external_ids:
        return _describe_judged_ids(judgement, lookup)
    unknown = []
    for name in required_names(judgement):
        if judgement_key(name) in show_keys:
            continue
        parsed = parse_entity_id(name)
        if not ("/".join(parsed) in store.shared.entities if parsed else lookup.find_all(name)):
            unknown.append(name)
    # Of ids, a rejected row only has those that `accept` brings back.
    keys = {
        name: parsed[1] if parsed else name_key(name)
        for name in unknown
        if not (parsed := parse_entity_id(name)) or judgement.verb == "accept"
    }
    rejected = _find_rejected_keys(store, frozenset(keys.values())) if keys else set()
    return [
        _describe_unknown_name(name, lookup, store.shared)
        for name in unknown
        if name not in keys or keys[name] not in rejected
    ]


def _describe_judged_ids(judgement: Judgement, lookup: Lookup) -> list[str]:
    if fault := describe_fault(lookup, judgement):
        return [f"{fault}; {PENDING_NOTE}"]
    [entity] = find_judged_entities(lookup, judgement.names[0])
    notes = []
    for text in judgement.external_ids:
        external = parse_external_id(text)
        if judgement.verb == "not-sameas":
            if external.pair not in entity.ids:
                notes.append(f"{entity.id} has no {external}")
            continue
        notes += [
            f"{external} is an id of {other.id} now: the next build takes it away there"
            for other in lookup.find_by_external_id(text)
            if other is not entity and external.pair in other.ids
        ]
        notes += [
            f"{external} replaces {kind}:{id_} of {entity.id}"
            for kind, id_ in entity.ids
            if kind == external.kind and is_single_valued(kind) and id_ != external.id
        ]
    return notes


def _find_rejected_keys(store: Store, keys: Collection[str]) -> set[str]:
    """Return those of the keys that rejected rows have, as surface or as the name in it."""
    rejected: set[str] = set()
    for episode in store.read_mentions(store.shared.summaries):
        for mention in episode.mentions:
            if not mention.is_accepted:
                for row in mention.rows:
                    surfaces = row.surface, core_name(row.surface)
                    rejected.update(key for key in map(name_key, surfaces) if key in keys)
        if len(rejected) == len(keys):
            break
    return rejected


def _describe_unknown_name(name: str, lookup: Lookup, shared: SharedData) -> str:
    if parsed := parse_entity_id(name):
        id_ = "/".join(parsed)
        similar = [entity.id for entity in lookup.find_all(id_) or lookup.find_all(parsed[1])]
        hint = f": did you mean {' or '.join(similar)}?" if similar else ""
        return f"nothing in the graph has the id {id_}{hint}; {PENDING_NOTE}"
    try:
        return f"{name} is {lookup.find(name).id} by now; {PENDING_NOTE}"
    except UnknownNameError as error:
        if id_ := find_other_kind(shared, name):
            advice = "only entities can be judged, such as a name in it"
            pending = "the judgement waits for an entity of that name"
            return f"{describe_other_kind(name, id_)}: {advice}; {pending}"
        return f"{error}; {PENDING_NOTE}"


# -- answers -------------------------------------------------------------------


class ParsedReply(NamedTuple):
    """The argument and the reason of an answer, and what it refers to."""

    case: Case
    argument: str
    reason: str
    lookup: Lookup


def parse_reply(case: Case, line: str, lookup: Lookup) -> ReplyJudgements:
    """Parse an answer to a case.

    Args:
        line: a word or letter of :data:`REPLY_COMMANDS` with its argument, and perhaps a reason
            after ``--``; an empty line skips.

    Raises:
        InputError: there is no such answer, or its argument is missing or wrong.
    """
    text, _, reason = f" {line.strip()} ".partition(REASON_SEPARATOR)
    word, _, argument = (piece.strip() for piece in text.strip().partition(" "))
    if not word and not reason:
        return ()
    return parse_reply_parts(
        word or line.strip(), ParsedReply(case, argument, reason.strip(), lookup)
    )


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
    entity, name = reply.lookup.find(reply.argument), reply.case.name
    if name_key(entity.label) == name_key(name):
        raise InputError(
            f"same {reply.argument}: that is {name} itself: accept it, or give its type"
        )
    same = make_judgement("same", [entity.label, name], why=reply.reason)
    if all(outcome.type == entity.type for outcome in reply.case.outcomes):
        return (same,)
    # With another type it would remain an entity of its own.
    return same, make_judgement("type", [name], type=entity.type, why=reply.reason)


def _parse_different(reply: ParsedReply) -> ReplyJudgements:
    entity = reply.lookup.find(reply.argument)
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
    """An answer: its word and letter, the usage of its argument ("" for none), and its parser."""

    word: str
    letter: str
    argument_usage: str
    parse: Callable[[ParsedReply], ReplyJudgements]


#: Answers in the order in which they are offered.
REPLY_COMMANDS = (
    ReplyCommand("accept", "a", " [TYPE]", _parse_accept),
    ReplyCommand(
        "reject",
        "r",
        "",
        lambda reply: (make_judgement("reject", [reply.case.name], why=reply.reason),),
    ),
    ReplyCommand("type", "t", " TYPE", _parse_type),
    ReplyCommand("same", "s", " NAME", _parse_same),
    ReplyCommand("different", "d", " NAME", _parse_different),
    ReplyCommand("rename", "n", " NAME", _parse_rename),
    ReplyCommand("skip", "k", "", lambda reply: ()),
    ReplyCommand("quit", "q", "", lambda reply: None),
)

#: The answers on one line.
REPLY_USAGE = (
    ", ".join(f"{c.word}{c.argument_usage} ({c.letter})" for c in REPLY_COMMANDS)
    + f"; a reason may follow after{REASON_SEPARATOR.rstrip()}"
)
