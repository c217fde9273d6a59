"""One judgement: what a person decided about a name, or about an entity by its id.

Plain values are checked here, and a build reports here what it could not apply.

Invariants:
    * a name counts by its key: a judgement is about every row of that name;
    * an id (``product/gemini``, or its IRI) is a type and a key: a judgement is about the rows
      that were resolved to that entity;
    * both are also about the shows that episodes belong to
      (:mod:`kgraph.resolve.shows.judged_shows`);
    * ``sameas`` and ``not-sameas`` are about an entity, by its name or id, and not about rows; the
      ids in other registers after it are written as ``kind:id``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Literal, get_args

import msgspec

from kgraph.base import text
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError
from kgraph.base.external_id import ExternalId, is_single_valued, parse_external_id
from kgraph.base.invisible import remove_invisible
from kgraph.base.model import EntityType
from kgraph.resolve.judgement_advice import describe_missing_type, describe_repeated_name

Verb = Literal["same", "different", "type", "rename", "reject", "accept", "sameas", "not-sameas"]

VERBS: tuple[Verb, ...] = get_args(Verb)

#: Verbs of a name and its ids in other registers (:mod:`kgraph.base.external_id`).
ID_VERBS: tuple[Verb, ...] = ("sameas", "not-sameas")
TYPE_LIST = ", ".join(TYPE_NAMES)  #: the types, for messages

MIN_NAMES_BY_VERB = {"same": 2, "different": 2, "rename": 2} | dict.fromkeys(
    ID_VERBS, 2
)  #: other verbs need one name

#: Names of a judgement that its words list, which each decision by it repeats. People write a dozen
#: at most; the words of 20,000 names for each of them would be four gigabytes.
MAX_LISTED_NAMES = 100

FINAL_RULES = frozenset({"judgement", "joined"})  #: of rows that no judgement of the name changes

_DIGEST_KEY = re.compile(r"x-[0-9a-f]{8}")  # of a name without letters and digits
_DATE = re.compile(r"(?:\d{4}-\d{2}-\d{2})?")
_NON_ENTITY_ID = re.compile(r"(episode|quote|theme|topic|tag|mention)/\S+")


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One decision of a person."""

    verb: Verb
    names: tuple[str, ...]
    type: EntityType | None = None
    by: str = ""
    why: str = ""
    date: str = ""  #: ISO 8601
    line: int = 0  #: of its file, from 1; 0 where it is not in a file

    def __str__(self) -> str:
        """Return verb, names and type.

        >>> str(Judgement("type", ("Acme", "Acme Labs"), "product"))
        'type Acme, Acme Labs as product'
        """
        words = f"{self.verb} {join_names(self.names, ', ')}"
        return f"{words} as {self.type}" if self.type else words

    def without_line(self) -> Judgement:
        """Return the judgement as it is in no file, to compare those of two files."""
        return msgspec.structs.replace(self, line=0)

    @property
    def words(self) -> str:
        """Return the judgement with its reason, as decisions that it changed state it.

        >>> Judgement("same", ("Acme", "Akme"), why="misheard").words
        'same Acme, Akme: misheard'
        """
        return f"{self}: {self.why}" if self.why else str(self)

    @property
    def meaning(self) -> tuple[str, ...]:
        """Return what two judgements have in common that decide the same.

        >>> Judgement("reject", ("Open AI",), why="a test").meaning == Judgement(
        ...     "reject", ("OpenAI",)
        ... ).meaning
        True
        """
        names = self.names if self.verb in ("same", "rename") else map(judgement_key, self.names)
        return (self.verb, self.type or "", *names)

    @property
    def keys(self) -> frozenset[str]:
        """Return the keys of its names, and its ids."""
        return frozenset(map(judgement_key, self.entity_names))

    @property
    def label(self) -> str:
        """Return the name or id that ``same`` and ``rename`` give to others; "" of other verbs.

        Like names of files, it has no characters that nothing shows.
        """
        return remove_invisible(self.given_name)

    @property
    def given_name(self) -> str:
        """Return the label as it is written."""
        return {"same": self.names[0], "rename": self.names[-1]}.get(self.verb, "")

    @property
    def relabelled_names(self) -> tuple[str, ...]:
        """Return the names and ids that get the label."""
        return {"same": self.names[1:], "rename": self.names[:-1]}.get(self.verb, ())

    @property
    def types_by_key(self) -> dict[str, EntityType]:
        """Return the type that it gives to each key of a name, and to each id.

        >>> Judgement("same", ("product/gemini", "Gemini Pro")).types_by_key
        {'geminipro': 'product'}
        """
        names, type_, first = self.names, self.type, parse_entity_id(self.names[0])
        if first and self.verb == "rename":
            names = names[:1]
        elif first and self.verb == "same" and type_ is None:
            names, type_ = names[1:], first[0]
        return dict.fromkeys(map(judgement_key, names), type_) if type_ else {}

    def rank_reasons(self) -> dict[str, int]:
        """Rank it as the reason for decisions on each of its keys: by what it decides of the key.

        Of a name that remains, each other judgement that decides something goes first.
        """
        keys = map(judgement_key, self.entity_names)
        ranks = dict.fromkeys(keys, 2 if self.verb in ("reject", "accept") else 0)
        ranks |= dict.fromkeys(self.types_by_key, 1 if self.label else 3)
        return ranks | dict.fromkeys(map(judgement_key, self.relabelled_names), 4)

    @property
    def external_ids(self) -> tuple[str, ...]:
        """Return the ids in other registers of ``sameas`` and ``not-sameas``, as ``kind:id``."""
        return self.names[1:] if self.verb in ID_VERBS else ()

    @property
    def entity_names(self) -> tuple[str, ...]:
        """Return the names without ids in other registers."""
        return self.names[:1] if self.verb in ID_VERBS else self.names


def join_names(names: Sequence[str], separator: str) -> str:
    """List names for a message; those beyond :data:`MAX_LISTED_NAMES` are counted.

    >>> join_names(["a"] * 102, ", ")[-15:]
    'a, a, a, 2 more'
    """
    rest = len(names) - MAX_LISTED_NAMES
    more = [f"{rest:,} more"] if rest > 0 else []
    return separator.join([*names[:MAX_LISTED_NAMES], *more])


#: Fields that a line of the file may have.
JUDGEMENT_FIELDS = tuple(field for field in Judgement.__struct_fields__ if field != "line")


def drop_lines(judgements: Iterable[Judgement]) -> frozenset[Judgement]:
    """Return judgements without the lines on which they begin."""
    return frozenset(judgement.without_line() for judgement in judgements)


def describe_judgement(judgement: Judgement) -> str:
    """Describe a judgement with its line, its author, its date and its reason.

    >>> describe_judgement(Judgement("reject", ("Acme",), by="ann", date="2025-10-01", line=3))
    'reject Acme (line 3 of the judgements, by ann, 2025-10-01)'
    """
    by = f"by {judgement.by}" if judgement.by else ""
    details = (f"line {judgement.line} of the judgements", by, judgement.date)
    return f"{judgement.words} ({', '.join(filter(None, details))})"


def parse_entity_id(name: str) -> tuple[EntityType, str] | None:
    """Return type and key of an entity's id or IRI; None for a name.

    >>> parse_entity_id("product/gemini"), parse_entity_id("https://w3id.org/kgraph/id/company/openai")
    (('product', 'gemini'), ('company', 'openai'))
    >>> parse_entity_id("Gemini"), parse_entity_id("AC/DC"), parse_entity_id("company/Acme Labs")
    (None, None, None)
    """
    type_, _, key = text.local_id(name.strip()).partition("/")
    is_key = key and (text.name_key(key) == key or _DIGEST_KEY.fullmatch(key))
    return (type_, key) if is_key and type_ in TYPE_NAMES else None


def judgement_key(name: str) -> str:
    """Return the key of a name, or an entity's id without its base IRI.

    >>> judgement_key("Open AI"), judgement_key("https://w3id.org/kgraph/id/product/gemini")
    ('openai', 'product/gemini')
    """
    parsed = parse_entity_id(name)
    return "/".join(parsed) if parsed else text.name_key(name)


def make_judgement(verb: str, names: Sequence[str], **fields: str) -> Judgement:
    """Make a judgement from words, such as a command's; empty fields are left out.

    Texts are put on one line, as a judgement is in its file (:func:`join_lines`).

    Raises:
        InputError: the judgement is not valid; the message says how to correct it.
    """
    texts = {field: join_lines(value) for field, value in fields.items()}
    raw = {field: value for field, value in texts.items() if value}
    return check_judgement({"verb": verb, "names": list(map(join_lines, names)), **raw})


def join_lines(value: str) -> str:
    """Return a text with one blank for each run of blanks and line breaks.

    What is no text is returned as it is, for :func:`check_judgement` to refuse.
    """
    return " ".join(value.split()) if isinstance(value, str) else value


def check_judgement(judgement: object) -> Judgement:
    """Return a judgement, or plain values of one, as a valid judgement without a line.

    Raises:
        InputError: it is not valid; the message says how to correct it.
    """
    raw = judgement
    if isinstance(judgement, Judgement):  # whose constructor takes any values
        fields = ((field, getattr(judgement, field)) for field in JUDGEMENT_FIELDS)
        raw = {field: value for field, value in fields if value is not None}
    parsed = parse_judgement(raw)
    if isinstance(parsed, str):
        raise InputError(f"judge {parsed}")
    return parsed


def parse_judgement(raw: object) -> Judgement | str:
    """Convert plain values to a judgement, or return what is wrong and how to correct it."""
    if problem := next(_shape_problems(raw), ""):
        return problem
    judgement = msgspec.convert(raw, Judgement)
    if judgement.verb in ID_VERBS:
        return _parse_external_ids(judgement)
    problems = chain(
        _word_problems(judgement), _id_problems(judgement), _meaning_problems(judgement)
    )
    return next((f"{judgement.verb}: {problem}" for problem in problems), judgement)


def _parse_external_ids(judgement: Judgement) -> Judgement | str:
    problems = chain(_word_problems(judgement), _id_problems(judgement))
    if problem := next(problems, ""):
        return f"{judgement.verb}: {problem}"
    try:
        parsed = dict.fromkeys(map(parse_external_id, judgement.external_ids))
    except InputError as error:
        return f"{judgement.verb}: {error}"
    by_kind: dict[str, ExternalId] = {}
    for external in parsed:
        other = by_kind.setdefault(external.kind, external)
        if judgement.verb == "sameas" and other != external and is_single_valued(external.kind):
            return f"sameas: {other} and {external}: a thing has one of them: leave one out"
    return msgspec.structs.replace(judgement, names=(judgement.names[0], *map(str, parsed)))


def _shape_problems(raw: object) -> Iterator[str]:
    if not isinstance(raw, Mapping):
        yield f"{raw!r}: expected a verb and names: write {{verb: reject, names: [NAME]}}"
        return
    verb, names = raw.get("verb", ""), raw.get("names")
    if not verb and (key := next((key for key in raw if key in VERBS), "")):
        yield f"{key}: no field {key}: write {{verb: {key}, names: [NAME]}}"
    if verb not in VERBS:
        yield _describe_unknown_verb(verb)
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        yield f"{verb}: names must be a list of texts: write names: [NAME], quoted where needed"
    for field, value in raw.items():
        if field == "type" and value not in TYPE_NAMES:
            yield f"{verb}: type {value}: no such type; choose one of {TYPE_LIST}"
        if field == "date" and not (isinstance(value, str) and _DATE.fullmatch(value)):
            yield f"{verb}: date {value}: not a date: write it as 2025-06-01"
        if field in ("by", "why") and not isinstance(value, str):
            yield f"{verb}: {field} {value}: not a text: put it in quotes"
        if field not in JUDGEMENT_FIELDS:
            yield f"{verb}: no field {field}; choose among {', '.join(JUDGEMENT_FIELDS)}"


def _word_problems(judgement: Judgement) -> Iterator[str]:
    verb, names = judgement.verb, judgement.names
    for word in (*names, judgement.by, judgement.why):
        if (readable := text.replace_surrogates(word)) != word:
            yield f"{readable}: not UTF-8: encode it again"
    if not all(name.strip() for name in names):
        yield "a name is empty: write it as the episodes do"
    needed = MIN_NAMES_BY_VERB.get(verb, 1)
    if verb in ID_VERBS and len(names) < needed:
        yield f"needs a name and its id in another register: {verb} NVIDIA Q182477"
    elif len(names) < needed:
        yield f"needs {text.pluralize(needed, 'name')}: add one"
    if verb == "rename" and len(names) > needed:
        yield "takes two names, the old one and the new: remove the others"
    if verb == "type" and judgement.type is None:
        yield describe_missing_type(names)
    if judgement.type is not None and verb in ("reject", "different"):
        yield f"takes no type: remove {judgement.type}, or judge type or accept"
    if judgement.type is not None and verb in ID_VERBS:
        yield f"takes no type: write the name as an id, such as {judgement.type}/acme"


def _id_problems(judgement: Judgement) -> Iterator[str]:
    verb, names, type_ = judgement.verb, judgement.entity_names, judgement.type
    for name in names:
        if match := _NON_ENTITY_ID.fullmatch(text.local_id(name)):
            yield f"{name} is not an entity ({match[1]}): only entities can be judged"
    if verb == "rename" and parse_entity_id(names[1]):
        yield f"{names[1]} is an id: write the new name, or judge same {names[1]} {names[0]}"
    if type_ is None or verb not in ("type", "accept"):
        return
    for name in names:
        id_type = (parse_entity_id(name) or ("", ""))[0]
        if id_type == type_:
            hint = "judge accept" if verb == "type" else "leave the type out"
            yield f"{name} is a {type_} already: {hint}"
        if id_type and verb == "accept":
            yield f"{name} says that it is a {id_type}: leave {type_} out, or judge type"


def _meaning_problems(judgement: Judgement) -> Iterator[str]:
    # A rename to the same name is allowed: it renames what was resolved to another entity.
    verb, names = judgement.verb, judgement.names
    keys = [judgement_key(name) for name in names]
    needed = {"same": 2, "different": len(keys)}.get(verb, 0)
    if len(set(keys)) < needed:
        key = next(key for key in keys if keys.count(key) > 1)
        alike = [name for name, its_key in zip(names, keys, strict=True) if its_key == key]
        yield describe_repeated_name(verb, list(dict.fromkeys(alike)))
    if verb in ("same", "different"):
        by_key = {text.name_key(name): name for name in names if not parse_entity_id(name)}
        for id_ in filter(parse_entity_id, names):
            if name := by_key.get(judgement_key(id_).rpartition("/")[2]):
                yield f"{name} is what {id_} is called: give two ids, or judge type {name}"
    ids = [key for key in keys if "/" in key]
    if verb == "different" and len({id_.rpartition("/")[2] for id_ in ids}) < len(ids):
        yield (
            f"{', '.join(names)} are different entities already, by their types: "
            "judge type or reject where one is wrong"
        )
    if verb in ("same", "rename") and not text.fold_letters(judgement.label):
        yield f"{judgement.given_name!r} has no letter or digit, so it cannot be a name"


def select_judgements(judgements: Iterable[Judgement], verb: str) -> list[Judgement]:
    """Return the judgements with a verb; all for "".

    Raises:
        InputError: there is no such verb.
    """
    if verb and verb not in VERBS:
        raise InputError(_describe_unknown_verb(verb), parameter="verb")
    return [judgement for judgement in judgements if verb in ("", judgement.verb)]


def format_undo_command(line: int, file: str) -> str:
    """Return the command that removes the judgement on a line of a file.

    Args:
        file: "" for the one that the command chooses.

    >>> format_undo_command(3, "my notes/judged.yaml")
    "kgraph judge --undo 3 --judgements 'my notes/judged.yaml'"
    """
    return shlex.join(["kgraph", "judge", "--undo", str(line), *format_file_option(file)])


def format_file_option(file: str) -> list[str]:
    return ["--judgements", file] if file else []


def required_names(judgement: Judgement) -> tuple[str, ...]:
    """Return the names of a judgement that need rows, without the one that remains."""
    return judgement.relabelled_names or judgement.entity_names


def _describe_unknown_verb(verb: object) -> str:
    return f"{verb or 'no verb'}: no such verb; choose one of {', '.join(VERBS)}"
