"""Read the lists of people of front matter, such as ``guests`` and ``speakers``.

Each person becomes a row behind those of ``companies``, since all names that a file lists are
resolved alike; its category is the role, which ``people`` in ``ontology/fields.yaml`` has for the
key. What stands beside a name is no part of it, such as "CEO of Acme" in "Ann Lee, CEO of Acme":
the whole text becomes the context of the row. Keys of a mapping may be names as well
(:mod:`kgraph.ingest.people_mappings`).

Invariant: what cannot be a person's name, such as an id of another file, is reported and no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from kgraph.base import known_names
from kgraph.base.markup import strip_markup
from kgraph.base.model import Row
from kgraph.base.text import shorten
from kgraph.base.vocabulary import RowSpec, load_field_table
from kgraph.ingest.field_advice import (
    find_keys,
    has_roles_as_keys,
    is_unfilled,
    normalize_key,
)
from kgraph.ingest.field_types import find_bare_link, is_blank
from kgraph.ingest.json_pointer import pointer_token
from kgraph.ingest.name_readings import Reading
from kgraph.ingest.name_words import (
    drop_brackets,
    ends_with_post,
    is_address,
    is_missing_name,
    is_post,
    is_post_at_firm,
    list_word_classes,
)
from kgraph.ingest.people_mappings import has_names_as_keys, read_member
from kgraph.ingest.people_names import (
    PeopleNames,
    UnclearWord,
    split_entry,
    split_people,
)
from kgraph.ingest.person_name import find_name_behind_post, find_person_name, is_likely_person
from kgraph.ingest.problems import ROW_LEFT_OUT, ProblemCollector
from kgraph.ingest.rows import ParsedRows, read_rows, stringify_key
from kgraph.ingest.surname_first import is_surname_apart

_ID = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")

_MAY_BE_FIRM = (
    "may be a person or a firm (for a person, write it as an entry of a list; for a firm, in "
    "brackets):"
)
_MAY_BE_TWO = (
    "may be two persons, or one whose surname is first (write the given name first, and each "
    "person as an entry of a list):"
)
#: Message and action of a problem.
_UNCLEAR_READINGS = {
    Reading.UNCLEAR_PERSON: (_MAY_BE_FIRM, "read as a name of its own"),
    Reading.UNCLEAR_BESIDE: (_MAY_BE_FIRM, "kept beside the name before it"),
    Reading.FIRST_NAME: (
        "may have the surname of the next person (write each in full, as an entry of a list):",
        "read as a first name alone",
    ),
    Reading.HOMONYM: (
        "may be a person, and the lexicon knows something else of this name (write the full name):",
        "read as a name of its own",
    ),
    Reading.SEVERAL: (
        "may name several persons (write each as an entry of a list), or a firm (put it under "
        "companies):",
        "read as one name",
    ),
    Reading.SURNAME_FIRST: (_MAY_BE_TWO, "read as one name"),
    Reading.TWO_WORDS: (_MAY_BE_TWO, "read as a name each"),
}


def list_people_keys(unknown: Mapping[str, object], *, may_have_roles: bool = True) -> list[str]:
    """Return the keys whose values name people, perhaps in mappings of roles.

    >>> list_people_keys({"Guests": ["Ann Lee"], "host": "", "hosts": ["ann-lee"], "mood": "fine"})
    ['Guests']
    """
    people = load_field_table().people
    return [
        key
        for key, value in unknown.items()
        if normalize_key(key) in people
        and any(
            _is_named(each, may_have_roles=may_have_roles)
            for each in (value, *(value if isinstance(value, list) else ()))
        )
        and not _is_of_other_things(key, value)
    ]


def _is_of_other_things(key: str, value: object) -> bool:
    """Check whether a key such as "invite" has no value that is likely a person's name."""
    if normalize_key(key) not in load_field_table().ambiguous_people or not key.isascii():
        return False
    entries = value if isinstance(value, list) else [value]
    texts = (each for each in entries if isinstance(each, str))
    names = (name for text in texts for name in map(str, split_entry(strip_markup(text)).entries))
    is_text = all(isinstance(each, str) for each in entries)
    return is_text and not any(is_likely_person(find_person_name(name)) for name in names)


def _is_named(entry: object, *, may_have_roles: bool) -> bool:
    """Check whether an entry has a name, and no id of another file alone."""
    name = find_bare_link(entry) or entry
    if isinstance(entry, dict):
        name = entry.get(find_keys(entry, ["name"]).get("name"))
    if isinstance(entry, dict) and may_have_roles and has_roles_as_keys(entry):
        return bool(list_people_keys(entry, may_have_roles=False))
    if not isinstance(name, str):
        return has_names_as_keys(entry)
    return not is_blank(name) and not _explain_no_name(name.strip())


def _explain_no_name(name: str) -> str:
    """Return what is instead of the name of a person; "" for nothing.

    >>> [_explain_no_name(name) for name in ("ann-lee", "Special Guest", "ann@acme.com", "Ann")]
    ['an id or a word in lower case', 'a role or a placeholder', 'an address or a handle', '']
    """
    if _ID.fullmatch(drop_brackets(name)):
        return "an id or a word in lower case"
    if is_address(name):
        return "an address or a handle"
    return "a role or a placeholder" if is_missing_name(name) else ""


def _explain_post(name: str) -> str:
    """Return what a firm with a post is; "" for another name.

    The firm is one of the lexicon, or one word that is no common first name.

    >>> _explain_post("Acme CEO"), _explain_post("Morgan Stanley CEO"), _explain_post("Kate CEO")
    ('a post at a firm', 'a post at a firm', '')
    """
    if is_post_at_firm(name) and any(map(is_post, name.split())):
        return "a post at a firm"
    if not ends_with_post(name):
        return ""
    before, _, _ = name.rpartition(" ")
    is_word = " " not in before and "F" not in list_word_classes([before])[0]
    return "a post at a firm" if is_word or known_names.is_firm(before) else ""


def read_people(report: ProblemCollector, key: str, value: object, start: int) -> ParsedRows:
    """Read the people of a field as rows of ``companies``.

    Args:
        report: collects the problems.
        key: of the field.
        value: a list, one name or several, or a mapping with ``name``, or with names or with
            fields of people (``{host: Ann Lee}``) as keys.
        start: index of the first row.
    """
    name = load_field_table().rows["companies"].fields["name"]
    spec = RowSpec(class_="", fields={"name": name}, scalar="name", example="Ann Lee")
    entries, pointers = _read_entries(report, key, value)
    rows, count = read_rows(report, key, spec, entries, is_clean=False, pointers=pointers)
    named = []
    for row in rows:
        person = find_person_name(text := row.text("name"))
        if _explain_post(person):
            person = find_name_behind_post(person) or person
        if got := _explain_no_name(person) or _explain_post(person):
            message = f"expected the name of a person, got {got}:"
            report.add("row-shape", message, ROW_LEFT_OUT, field=pointers[row.index], value=text)
        else:
            values = {**row.values, "category": _find_role(pointers[row.index])}
            if person != text:
                values |= {"name": person, "context": text}
            named.append(Row("companies", start + row.index, values))
    return ParsedRows(tuple(named), count)


def _find_role(pointer: str) -> str:
    """Return the role of a person: that of the last field of people in a pointer.

    >>> _find_role("/speakers/0"), _find_role("/speakers/hosts/0")
    ('speaker', 'host')
    """
    people = load_field_table().people
    tokens = reversed(pointer.split("/"))
    keys = [normalize_key(token.replace("~1", "/").replace("~0", "~")) for token in tokens]
    return next(people[key] for key in keys if key in people)


def _read_entries(
    report: ProblemCollector, key: str, value: object
) -> tuple[list[object], list[str]]:
    """Return an entry for each person of a field, and the JSON Pointer of each in the file."""
    read = list(_read_field(pointer_token(key), key, value))
    unclear_words = [(pointer, word) for pointer, people in read for word in people.unclear_words]
    _report_unclear_words(report, [*unclear_words, *_list_surnames_apart(read)])
    entries = [entry for _, people in read for entry in people.entries]
    return entries, [pointer for pointer, people in read for _ in people.entries]


def _list_surnames_apart(
    people: list[tuple[str, PeopleNames]],
) -> Iterator[tuple[str, UnclearWord]]:
    """Yield two entries of a list that may be one name whose surname is first: [Kintank, Ann]."""
    for (pointer, before), (_, behind) in pairwise(people):
        is_of_list = pointer.rpartition("/")[2].isdecimal()
        if is_of_list and len(before.entries) == len(behind.entries) == 1:
            surname, given = str(before.entries[0]), str(behind.entries[0])
            if is_surname_apart(surname, given):
                yield pointer, UnclearWord(f"{surname}, {given}", Reading.TWO_WORDS)


def _read_field(
    pointer: str, key: str, value: object, *, may_have_roles: bool = True
) -> Iterator[tuple[str, PeopleNames]]:
    """Yield the people of a field, with their pointers."""
    if isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _read_entry(f"{pointer}/{number}", entry, may_have_roles)
    elif isinstance(value, str):
        is_plural = normalize_key(key) in load_field_table().plural_people
        yield pointer, split_people(value, is_plural=is_plural)
    else:
        yield from _read_entry(pointer, value, may_have_roles)


def _read_entry(
    pointer: str, entry: object, may_have_roles: bool
) -> Iterator[tuple[str, PeopleNames]]:
    """Yield the people of an entry of a list, or of a mapping alone, with their pointers.

    Roles have no roles: through aliases these could be many.
    """
    if isinstance(entry, Mapping) and may_have_roles and has_roles_as_keys(entry):
        for key, value in entry.items():
            own = pointer + pointer_token(key)
            if not is_unfilled(key, value):
                yield from _read_field(own, key, value, may_have_roles=False)
    elif isinstance(entry, Mapping) and has_names_as_keys(entry):
        for key, value in entry.items():
            yield pointer + pointer_token(stringify_key(key)), read_member(key, value)
    else:
        yield pointer, split_entry(entry) if isinstance(entry, str) else PeopleNames([entry], [])


def _report_unclear_words(report: ProblemCollector, words: list[tuple[str, UnclearWord]]) -> None:
    """Report what may mean something else: one problem for all of an entry that is read alike.

    Args:
        words: each with the pointer of its entry.
    """
    texts: dict[tuple[str, Reading], list[str]] = {}
    for pointer, (text, reading) in words:
        texts.setdefault((pointer, reading), []).append(text)
    for (pointer, reading), alike in texts.items():
        message, action = _UNCLEAR_READINGS[reading]
        report.add("name-unclear", message, action, field=pointer, value=shorten(", ".join(alike)))
