"""Match keys of front matter that no table has with the fields that they mean.

A field that is missing is read under another name of it, which is one of ``meant`` in
``ontology/fields.yaml``, if the value can be one of the field. Otherwise there is advice to rename
the key, as there is for one with a slip of a letter or two.

Invariant: no key is read as, or advised to become, a field that could not hold its value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import TypeGuard

from kgraph.base.text import fold_letters
from kgraph.base.vocabulary import load_field_table
from kgraph.base.web_address import safe_web_url
from kgraph.ingest.field_types import FIELD_TYPES, Converted, is_blank
from kgraph.ingest.name_words import says_no_name
from kgraph.ingest.problems import preview_value

#: Unknown keys of one mapping that are compared with the known ones (200 µs each).
MAX_COMPARED_KEYS = 100
_MIN_RATIO = 0.8  #: least difflib ratio of a mistyped key and its field
_MAX_KEY_CHARS = 40  #: longest key that is compared; every field's name is shorter

_NO_ADVICE = "a build does not use it"
_NO_PERSON = (
    "no name of a person is read in it, as in `guests: [Ann Lee]` or `guests: [{name: Ann Lee}]`, "
    "and a build does not use it"
)

#: Types of fields that a number states; it would be odd as a text.
_TYPES_OF_NUMBERS = frozenset({"moment", "minutes", "seconds", "count", "unit", "score"})
#: Types whose values may be written in more ways than are read, and are then told how to be.
_TYPES_WITH_DIGITS = frozenset({"moment", "minutes", "seconds"})


def find_keys(entry: Mapping[object, object], fields: Collection[str]) -> dict[str, str]:
    """Return the fields that a row states, each with its key, which may be in another case.

    Of several keys of a field, the one in the field's own case counts, else the first.

    >>> find_keys({"Name": "OpenAI", "NAME": "Acme", "mood": 7}, ["name", "category"])
    {'name': 'Name'}
    """
    keys = {name: name for name in fields if name in entry}
    for key in entry:
        if isinstance(key, str) and (name := key.lower()) in fields:
            keys.setdefault(name, key)
    return keys


def find_aliases(unknown: Mapping[str, object], present: Collection[str]) -> dict[str, str]:
    """Return the missing fields that unknown keys state under another name, with these keys.

    Of several names of a field, the first in ``meant`` counts, wherever it stands in the file. A
    field that another fills, as ``duration_seconds`` fills ``duration``, is not missing.

    Args:
        unknown: value by key.
        present: fields that are there already, with a value.

    >>> find_aliases({"url": "https://example.org/7", "published": "01/02/2025"}, ["title"])
    {'original_url': 'url'}
    """
    table = load_field_table()
    meant = table.meant
    filled = {*present, *(table.episode[name].fills for name in present if name in table.episode)}
    ranks = {key: rank for key in unknown if (rank := _rank_names().get(normalize_key(key)))}
    aliases: dict[str, str] = {}
    for key in sorted(ranks, key=ranks.__getitem__):
        field, value = meant[normalize_key(key)], unknown[key]
        if " " in field or field in filled or field in aliases or is_blank(value):
            continue
        if _can_be_read_as(field, value):
            aliases[field] = key
    return aliases


@cache
def _rank_names() -> dict[str, int]:
    return {name: rank for rank, name in enumerate(load_field_table().meant, 1)}


def _can_be_read_as(field: str, value: object) -> bool:
    """Return whether a field of an episode can hold a value as it is."""
    table = load_field_table()
    if spec := table.rows.get(field):
        entries = value if isinstance(value, list) else [value]
        return any(
            isinstance(e, str) or (isinstance(e, dict) and find_keys(e, [spec.scalar]))
            for e in entries
        )
    type_ = table.episode[field].type
    if type_ == "address":  # a path may be that of a file, or of a page of the notes
        return isinstance(value, str) and bool(safe_web_url(value))
    return can_hold(field, value) and can_read(type_, value)


def can_read(type_: str, value: object) -> bool:
    """Return whether a value of a type of :data:`kgraph.ingest.field_types.FIELD_TYPES` is read."""
    return _convert(type_, value).value is not None


def _convert(type_: str, value: object) -> Converted:
    return FIELD_TYPES[type_].convert(value, lambda _: str(value))


def advise_fields(
    unknown: dict[str, object], present: Mapping[str, str], unread: Collection[str] = ()
) -> Iterator[str]:
    """Yield advice for each unknown key of an episode, in order, as the end of a message.

    A field is advised once.

    Args:
        unknown: value by key.
        present: fields that are there already, with their keys as the file spells them.
        unread: those of them that are no rows and have no value that can be read.

    >>> list(advise_fields({"published": "2025-02-30", "durration": 7, "mood": 7}, {}))
    ['it would be date if it could be read: there is no such day (correct it): 2025-02-30', \
'rename it to duration if that is what it holds', 'a build does not use it']
    """
    table = load_field_table()
    fields = [name for name in (*table.episode, *table.rows) if name not in present]
    for number, (key, value) in enumerate(unknown.items()):
        advice = table.meant.get(normalize_key(key), "")
        if is_blank(value):
            yield _NO_ADVICE
        elif (name := key.lower()) in present and name != key:
            yield f"{present[name]} is there as well, and counts"
        elif " " in advice:
            yield advice
        elif normalize_key(key) in table.people:
            yield _NO_PERSON
        elif advice in unread and (message := _explain_unread(advice, value)):
            yield message
        elif advice and advice in present and can_hold(advice, value):
            yield f"{present[advice]} is there as well, and counts"
        else:
            meant = advice if advice in fields else find_similar_key(key, fields, number)
            if meant and can_hold(meant, value):
                fields.remove(meant)
                unread_advice = _explain_unread(meant, value) if meant == advice else ""
                yield unread_advice or describe_rename(meant)
            else:
                yield _NO_ADVICE


def is_unfilled(key: str, value: object) -> bool:
    """Return whether another name of a field, or a field of people, has no value.

    Templates of notes leave many of them so. People may be "none", too.

    >>> is_unfilled("Published", None), is_unfilled("guests", []), is_unfilled("mood", "")
    (True, True, False)
    >>> is_unfilled("guest", "none"), is_unfilled("guests", ["none"])
    (True, True)
    >>> is_unfilled("guests", ["none", "Ann Lee"]), is_unfilled("Published", "none")
    (False, False)
    """
    table, plain_key = load_field_table(), normalize_key(key)
    is_known = plain_key in table.people or table.meant.get(plain_key) in (
        *table.episode,
        *table.rows,
    )
    if plain_key in table.people:
        members = value.values() if has_roles_as_keys(value) else [value]
        return all(map(_names_nobody, members))
    return is_known and (is_blank(value) or value == [])


def has_roles_as_keys(value: object) -> TypeGuard[Mapping[str, object]]:
    """Check whether a value is a mapping whose keys are all fields of people.

    >>> has_roles_as_keys({"Host": "Ann Lee", "guests": ["Carl Poe"]}), has_roles_as_keys({})
    (True, False)
    >>> has_roles_as_keys({"host": "Ann Lee", "city": "Paris"})
    False
    """
    people = load_field_table().people
    keys = list(value) if isinstance(value, Mapping) else []
    return keys != [] and all(isinstance(key, str) and normalize_key(key) in people for key in keys)


def _names_nobody(value: object) -> bool:
    entries = value if isinstance(value, list) else [value]
    return all(is_blank(e) or (isinstance(e, str) and says_no_name(e)) for e in entries)


def _explain_unread(field: str, value: object) -> str:
    """Return what keeps another name of a field from being read as it, with the value; "" for
    nothing.

    >>> _explain_unread("source", ["A", "B"])
    'it would be source if it could be read: expected a text, got a list of 2'
    """
    spec = load_field_table().episode.get(field)
    converted = _convert(spec.type, value) if spec else None
    if converted is None or converted.value is not None:
        return ""
    message = converted.problems[0].message
    return f"it would be {field} if it could be read: {message} {preview_value(value)}"


def describe_rename(field: str) -> str:
    """Return the advice to use a field; "" for none."""
    return field and f"rename it to {field} if that is what it holds"


def find_similar_key(key: str, fields: Collection[str], number: int) -> str:
    """Return the field that a mistyped key means; "" if none is that similar.

    Args:
        number: how many unknown keys of the mapping came before.

    >>> find_similar_key("catgory", ["name", "category"], 0)
    'category'
    """
    plain = normalize_key(key)
    by_plain = {normalize_key(name): name for name in fields}
    if plain in by_plain:
        return by_plain[plain]
    if number >= MAX_COMPARED_KEYS or len(key) > _MAX_KEY_CHARS:
        return ""
    close = get_close_matches(plain, by_plain, 1, _MIN_RATIO)
    return by_plain[close[0]] if close else ""


def can_hold(field: str, value: object) -> bool:
    """Return whether a field of an episode could hold a value as it is, or as it may be rewritten.

    >>> can_hold("date", "May 1st, 2025"), can_hold("date", True), can_hold("transcript_url", "Ann")
    (True, False, False)
    >>> can_hold("source", "https://example.org/feed"), can_hold("companies", "OpenAI")
    (False, True)
    """
    table = load_field_table()
    if field in table.rows:
        return isinstance(value, (str, list, dict))
    type_ = table.episode[field].type
    if isinstance(value, str):
        if type_ in _TYPES_WITH_DIGITS:
            return any(map(str.isdecimal, value))
        if type_ != "address" and safe_web_url(value):
            return False
    elif isinstance(value, (bool, int, float)) and type_ not in _TYPES_OF_NUMBERS:
        return type_ == "flag" and isinstance(value, bool)
    return can_read(type_, value)


@lru_cache(1024)  # the known fields are compared with every unknown key
def normalize_key(key: str) -> str:
    """Return a key's letters and digits, without case and accents, as ``meant`` has it.

    >>> normalize_key("Durée"), normalize_key("pub_date")
    ('duree', 'pubdate')
    """
    return fold_letters(key[:_MAX_KEY_CHARS])
