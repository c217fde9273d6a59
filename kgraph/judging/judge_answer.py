"""Answers about a name or an entity, as a page sends them, and the judgements that they make.

The words of the answers are those of the review (:data:`kgraph.judging.replies.REPLY_COMMANDS`),
and the verbs of ids in other registers. A name stands for its rows; an id for what was decided as
that.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec

from kgraph.base.errors import InputError, UnknownNameError
from kgraph.base.text import shorten
from kgraph.graph import SharedData
from kgraph.graph.lookup import Lookup
from kgraph.judging.replies import REPLY_COMMANDS, ParsedReply, parse_reply_parts
from kgraph.judging.review_queue import Case
from kgraph.judging.unknown_names import (
    LexiconMeanings,
    describe_unjudged_kind,
    find_named_entity,
)
from kgraph.resolve.judgement import ID_VERBS, Judgement, make_judgement, parse_entity_id


class VerbChoice(msgspec.Struct, frozen=True):
    """An answer that a page offers.

    Attributes:
        verb: as in the review; ``letter``: its key, "" for none.
        button: the answer on a button, which its argument follows.
        label: the answer as a sentence.
        argument: what has to follow: ``type``, ``name``, ``new name``, ``ids``, or "" for nothing.
        is_optional: whether the argument may be left out.
    """

    verb: str
    letter: str
    button: str
    label: str
    argument: str = ""
    is_optional: bool = False


_LETTERS = {command.word: command.letter for command in REPLY_COMMANDS}

#: Answers in the order in which they are offered.
VERB_CHOICES = tuple(
    VerbChoice(verb, _LETTERS.get(verb, ""), button, label, argument, is_optional)
    for verb, button, label, argument, is_optional in (
        ("accept", "accept", "It is right", "type", True),
        ("reject", "reject", "It names nothing that belongs here", "", False),
        ("type", "type is", "It is of another type", "type", False),
        ("same", "same thing as", "It is another name of something else", "name", False),
        ("different", "different from", "It is not what it was taken for", "name", False),
        ("rename", "new name is", "It is called something else", "new name", False),
        ("sameas", "id elsewhere is", "It has this id in another register", "ids", False),
        ("not-sameas", "id elsewhere is not", "It does not have this id", "ids", False),
    )
)

VERB_CHOICES_BY_NAME = {choice.verb: choice for choice in VERB_CHOICES}


class JudgeAnswer(msgspec.Struct, frozen=True):
    """An answer.

    Attributes:
        name: a name without the words around it, or the id of an entity.
        verb: of one of :data:`VERB_CHOICES`; "" for none yet.
        argument: a type, a name, or ids separated by spaces.
        why: the reason.
    """

    name: str
    verb: str = ""
    argument: str = ""
    why: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it says what to judge."""
        kind = VERB_CHOICES_BY_NAME.get(self.verb)
        return kind is not None and bool(self.argument or kind.is_optional or not kind.argument)


def make_judgements(
    answer: JudgeAnswer,
    case: Case | None,
    shared: SharedData,
    list_meanings: LexiconMeanings,
    own_episodes: int = 0,
) -> tuple[Judgement, ...]:
    """Return the judgements of an answer.

    Args:
        answer: with the name.
        case: rows of that name; None if no row has it.
        shared: of the graph.
        list_meanings: returns the meanings of names in the lexicon.
        own_episodes: number of episodes of the show that has the name as its id.

    Raises:
        InputError: there is no such answer, or its argument does not fit.
        UnknownNameError: nothing has the name.
    """
    name, verb, argument = answer.name, answer.verb, answer.argument.strip()
    if verb not in VERB_CHOICES_BY_NAME:
        verbs = ", ".join(VERB_CHOICES_BY_NAME)
        raise InputError(f"{shorten(verb)}: no such answer: choose one of {verbs}")
    if verb in ID_VERBS:
        return (make_judgement(verb, [name, *argument.split()], why=answer.why),)
    if own_episodes:
        return (_judge_show(name, answer, shared, list_meanings),)
    if case is None:
        unknown = f"no row is called {shorten(name)!r}: search for it"
        similar = Lookup.cached_for(shared).suggest(name)
        raise UnknownNameError(describe_unjudged_kind(shared, name) or unknown, similar)
    if parse_entity_id(name):
        return (_judge_entity(name, answer, shared, list_meanings),)
    reply = ParsedReply(case, argument, answer.why.strip(), shared, list_meanings)
    judgements = parse_reply_parts(verb, reply)
    assert judgements is not None  # only "quit" gives that
    return judgements


def _judge_show(
    id_: str, answer: JudgeAnswer, shared: SharedData, list_meanings: LexiconMeanings
) -> Judgement:
    """Judge a show; ``same`` and ``different`` also take a name that only its episodes have."""
    argument = answer.argument.strip()
    if answer.verb not in ("same", "different"):
        return _judge_entity(id_, answer, shared, list_meanings)
    lookup, other = Lookup.cached_for(shared), argument
    with suppress(UnknownNameError):
        show = lookup.find(argument, ("show",))
        # The show itself has no other name in the graph: files alone call it so.
        if show.id != id_ or show in (*lookup.find_all(argument), *lookup.find_by_alias(argument)):
            other = show.id
    return make_judgement(answer.verb, [other, id_], why=answer.why)


def _judge_entity(
    id_: str, answer: JudgeAnswer, shared: SharedData, list_meanings: LexiconMeanings
) -> Judgement:
    verb, argument = answer.verb, answer.argument.strip()
    if verb in ("same", "different"):
        entity = find_named_entity(shared, argument, list_meanings)
        return make_judgement(verb, [entity.id, id_], why=answer.why)
    if verb == "rename":
        return make_judgement(verb, [id_, argument], why=answer.why)
    return make_judgement(verb, [id_], type=argument, why=answer.why)
