"""One judgement: what a person decided of a name, or of an entity by its id.

Takes words, such as a command's or a line of a file; gives a :class:`Judgement`, or says what is
wrong with it and what to do.

Invariants:
    * a name stands for its key, as everywhere: for every row that is called so;
    * an id (``product/gemini``, or its IRI) stands for its type and key: for the rows that were
      taken for that entity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import msgspec

from kgraph.base import text as names
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError
from kgraph.base.model import EntityType

Verb = Literal["same", "different", "type", "rename", "reject", "accept"]

VERBS: tuple[Verb, ...] = get_args(Verb)
ENTITY_TYPES: tuple[EntityType, ...] = TYPE_NAMES

MIN_NAMES_BY_VERB = {"same": 2, "different": 2, "rename": 2}
"""Names that a verb needs; the others need one."""

_DIGEST_KEY = re.compile(r"x-[0-9a-f]{8}")
"""The key of a name without a letter or digit (:func:`kgraph.base.text.name_key`)."""

_DATE = re.compile(r"(?:\d{4}-\d{2}-\d{2})?")

_NON_ENTITY_ID = re.compile(r"(episode|quote|theme|topic|tag|mention)/\S+")
"""Ids of things that are no entities."""


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One decision of a person; ``date`` is an ISO 8601 date, ``line`` where it stands."""

    verb: Verb
    names: tuple[str, ...]
    type: EntityType | None = None
    by: str = ""
    why: str = ""
    date: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Its verb and names, for messages."""
        return f"{self.verb} {', '.join(self.names)}"


JUDGEMENT_FIELDS = tuple(field for field in Judgement.__struct_fields__ if field != "line")
"""What a line of the file may say."""


def parse_entity_id(name: str) -> tuple[EntityType, str] | None:
    """Type and key of an entity's id or IRI; None for a name.

    >>> parse_entity_id("product/gemini"), parse_entity_id("https://w3id.org/kgraph/id/company/openai")
    (('product', 'gemini'), ('company', 'openai'))
    >>> parse_entity_id("Gemini"), parse_entity_id("AC/DC"), parse_entity_id("company/Acme Labs")
    (None, None, None)
    """
    type_, _, key = names.local_id(name.strip()).partition("/")
    if key and (names.name_key(key) == key or _DIGEST_KEY.fullmatch(key)):
        return next(((known, key) for known in ENTITY_TYPES if known == type_), None)
    return None


def judgement_key(name: str) -> str:
    """The key by which judgements know a name: that of the name, or the id as it is.

    >>> judgement_key("Open AI"), judgement_key("https://w3id.org/kgraph/id/product/gemini")
    ('openai', 'product/gemini')
    """
    parsed = parse_entity_id(name)
    return "/".join(parsed) if parsed else names.name_key(name)


def make_judgement(verb: str, names_: Sequence[str], **said: str) -> Judgement:
    """A judgement from words, such as a command's.

    Args:
        verb: one of :data:`Verb`.
        names_: what is judged: names, or ids of entities.
        said: further fields; empty ones count as not given.

    Raises:
        InputError: the verb or type is not known, or a name is missing.
    """
    raw = {field: value for field, value in said.items() if value}
    made = parse_judgement({"verb": verb, "names": list(names_), **raw})
    if isinstance(made, str):
        raise InputError(f"judge {made}")
    return made


def parse_judgement(raw: object) -> Judgement | str:
    """The judgement that plain values describe, or what is wrong with them and what to do."""
    wrong = _shape_error(raw)
    if wrong:
        return wrong
    made = msgspec.convert(raw, Judgement)
    return (
        _encoding_error(made)
        or _arity_error(made)
        or _id_error(made)
        or _meaning_error(made)
        or made
    )


def _shape_error(raw: object) -> str:
    """Which field is missing, unknown or of the wrong kind, and what to write; "" for none."""
    if not isinstance(raw, Mapping):
        return f"{raw!r}: expected a verb and names: write {{verb: reject, names: [NAME]}}"
    verb, given = raw.get("verb", ""), raw.get("names")
    if verb not in VERBS:
        return f"{verb or 'no verb'}: no such verb; choose one of {', '.join(VERBS)}"
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        return f"{verb}: names must be a list of texts: write names: [NAME], quoted where needed"
    return next(filter(None, (_field_error(verb, *item) for item in raw.items())), "")


def _field_error(verb: str, field: object, value: object) -> str:
    """What is wrong with one of its fields, and what to write; "" for nothing."""
    if field == "type" and value not in ENTITY_TYPES:
        return f"{verb}: type {value}: no such type; choose one of {format_types()}"
    if field == "date" and not (isinstance(value, str) and _DATE.fullmatch(value)):
        return f"{verb}: date {value}: not a date: write it as 2025-06-01"
    if field in ("by", "why") and not isinstance(value, str):
        return f"{verb}: {field} {value}: not a text: put it in quotes"
    if field not in JUDGEMENT_FIELDS:
        return f"{verb}: no field {field}; choose among {', '.join(JUDGEMENT_FIELDS)}"
    return ""


def _encoding_error(made: Judgement) -> str:
    """Which of its texts cannot be written in UTF-8; "" for none."""
    for text in (*made.names, made.by, made.why):
        if (readable := names.replace_surrogates(text)) != text:
            return f"{made.verb}: {readable}: not UTF-8: encode it anew"
    return ""


def _arity_error(made: Judgement) -> str:
    """What it lacks or has too much of."""
    verb, count = made.verb, len(made.names)
    if not all(name.strip() for name in made.names):
        return f"{verb}: a name is empty: write it as the episodes do"
    if count < (fewest := MIN_NAMES_BY_VERB.get(verb, 1)):
        return f"{verb}: needs {names.pluralize(fewest, 'name')}: add one"
    if verb == "rename" and count > MIN_NAMES_BY_VERB[verb]:
        return "rename: takes two names, the old one and the new: take the others away"
    if verb == "type" and made.type is None:
        return f"type: needs a type, one of {format_types()}"
    if made.type is not None and verb in ("reject", "different"):
        return f"{verb}: takes no type: leave {made.type} away, or judge type or accept"
    return ""


def _id_error(made: Judgement) -> str:
    """Why the ids among its names cannot be meant; "" where they may be."""
    for name in made.names:
        if other := _NON_ENTITY_ID.fullmatch(names.local_id(name)):
            return f"{made.verb}: {name} is no entity but a {other[1]}: only entities are judged"
    parsed = [parse_entity_id(name) for name in made.names]
    if made.verb == "rename" and parsed[-1]:
        old, new = made.names
        return f"rename: {new} is an id: write the new name, or judge same {new} {old}"
    for name, found in zip(made.names, parsed, strict=True):
        if found and found[0] == made.type and made.verb in ("type", "accept"):
            hint = ": judge accept" if made.verb == "type" else ": leave the type out"
            return f"{made.verb}: {name} is a {made.type} already{hint}"
        if found and made.verb == "accept" and made.type:
            said = f"accept: {name} says that it is a {found[0]}"
            return f"{said}: leave {made.type} out, or judge type"
    return ""


def _meaning_error(made: Judgement) -> str:
    """Why it cannot be meant; "" where it may be.

    A rename to the same name may: it is what a thing is called that was taken for another.
    """
    keys = [judgement_key(name) for name in made.names]
    fewest = {"same": 2, "different": len(keys)}.get(made.verb, 0)
    if len(set(keys)) < fewest:
        twice = next(
            name for name, key in zip(made.names, keys, strict=True) if keys.count(key) > 1
        )
        return f"{made.verb}: {twice} is named twice, as it is one name in any writing: name two"
    if made.verb == "same" and (both := _find_name_with_own_id(made.names)):
        name, id_ = both
        return f"same: {name} is what {id_} is called: name two ids, or judge type {name}"
    plain = [key.rpartition("/")[2] for key in keys]
    if made.verb == "different" and len(set(plain)) < fewest:
        return (
            f"different: {', '.join(made.names)} are different things already, by their types: "
            "judge type or reject for what is wrong with one"
        )
    label = {"same": made.names[0], "rename": made.names[-1]}.get(made.verb, "x")
    if not names.fold_letters(label):
        return f"{made.verb}: {label!r} has no letter or digit: nothing is called so"
    return ""


def _find_name_with_own_id(given: Sequence[str]) -> tuple[str, str] | None:
    """A name and an id of an entity that goes by it, if there are such two."""
    plain = {names.name_key(name): name for name in given if not parse_entity_id(name)}
    for name in given:
        parsed = parse_entity_id(name)
        if parsed and parsed[1] in plain:
            return plain[parsed[1]], name
    return None


def format_types() -> str:
    """The types that a judgement may give, for messages."""
    return ", ".join(ENTITY_TYPES)
