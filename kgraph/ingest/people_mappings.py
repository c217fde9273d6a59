"""Read mappings whose keys name people, such as ``Ann Lee: CEO of Acme``.

The value of a key stands beside the name.

Invariant: a member that cannot be read becomes a mapping without a name, which is reported when the
rows are read.
"""

from __future__ import annotations

from collections.abc import Mapping

from kgraph.base.markup import strip_markup
from kgraph.ingest.field_advice import find_keys
from kgraph.ingest.field_types import is_blank
from kgraph.ingest.name_readings import Reading
from kgraph.ingest.people_names import PeopleNames, UnclearWord, split_entry
from kgraph.ingest.person_name import is_likely_person, parse_person_text
from kgraph.ingest.surname_first import turn_surname
from kgraph.ingest.untold_names import list_untold_names


def has_names_as_keys(value: object) -> bool:
    """Check whether a value is a mapping whose keys name people, and that has no ``name``.

    >>> has_names_as_keys({"Ann Lee": "CEO"}), has_names_as_keys({"name": "Ann Lee"})
    (True, False)
    >>> has_names_as_keys({"Full Name": "Ann Lee"}), has_names_as_keys({"Guest": "Ann Lee"})
    (False, False)
    """
    if not isinstance(value, Mapping) or find_keys(value, ["name"]):
        return False
    # Of a mapping of attributes one may look like a name: {Full Name: Ann Lee, Alma Mater: Zorb}.
    return bool(_list_names(next(iter(value), None)).entries)


def read_member(key: object, value: object) -> PeopleNames:
    """Return an entry for each person that a key names; one without a name if it cannot be read.

    >>> read_member("Ann Lee", "CEO").entries, read_member("Carl Poe", {"role": "judge"}).entries
    ([{'name': 'Ann Lee (CEO)'}], [{'role': 'judge', 'name': 'Carl Poe'}])
    >>> read_member("Ann Lee", 2019).entries, read_member("twitter", "@ann").entries
    ([{'name': 'Ann Lee', 'value': 2019}], [{'twitter': '@ann'}])
    """
    names, unclear = _list_names(key)
    if not names or (isinstance(value, Mapping) and find_keys(value, ["name"])):
        return PeopleNames([{key: value}], [])
    if isinstance(value, Mapping):
        return PeopleNames([{**value, "name": name} for name in names], unclear)
    texts = list(map(_read_beside, value if isinstance(value, list) else [value]))
    if None in texts:
        return PeopleNames([{"name": name, "value": value} for name in names], unclear)
    beside = ", ".join(filter(None, texts))
    if not beside:
        return PeopleNames([{"name": name} for name in names], unclear)
    full_names = list_untold_names(beside, [])
    unclear = unclear + [UnclearWord(name, Reading.UNCLEAR_BESIDE) for name in full_names]
    return PeopleNames([{"name": f"{name} ({beside})"} for name in names], unclear)


def _read_beside(value: object) -> str | None:
    """Return the text of a value beside a name, in one line; None if it is no text."""
    if is_blank(value):
        return ""
    return " ".join(value.split()) if isinstance(value, str) else None


def _list_names(key: object) -> PeopleNames:
    people = split_entry(strip_markup(key)) if isinstance(key, str) else PeopleNames([], [])
    is_named = all(map(_names_one_person, map(str, people.entries)))
    return people if is_named else PeopleNames([], [])


def _names_one_person(text: str) -> bool:
    person = parse_person_text(turn_surname(text) or text)
    return person.is_bare_name and is_likely_person(person.name)
