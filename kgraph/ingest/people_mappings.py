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
from kgraph.ingest.people_names import PeopleNames, Reading, UnclearWord, split_entry
from kgraph.ingest.person_name import is_likely_name, parse_person_text
from kgraph.ingest.surname_first import turn_surname


def has_names_as_keys(value: object) -> bool:
    """Check whether a value is a mapping whose keys name people, and that has no ``name``.

    >>> has_names_as_keys({"Ann Lee": "CEO"}), has_names_as_keys({"name": "Ann Lee"})
    (True, False)
    >>> has_names_as_keys({"Full Name": "Ann Lee"}), has_names_as_keys({"Guest": "Ann Lee"})
    (False, False)
    """
    return (
        isinstance(value, Mapping)
        and not find_keys(value, ["name"])
        and any(map(_list_names, value))
    )


def read_member(key: object, value: object) -> PeopleNames:
    """Return an entry for each person that a key names; one without a name if it cannot be read.

    >>> read_member("Ann Lee", "CEO").entries, read_member("Carl Poe", {"role": "judge"}).entries
    ([{'name': 'Ann Lee (CEO)'}], [{'role': 'judge', 'name': 'Carl Poe'}])
    """
    beside = list(map(_read_beside, value if isinstance(value, list) else [value]))
    people = _join_beside(key, value, beside)
    lost = [text for text in beside if people and text and _is_person_name(text)]
    unclear = [UnclearWord(text, Reading.UNCLEAR_BESIDE) for text in lost]
    return PeopleNames(people or [{key: value}], unclear)


def _read_beside(value: object) -> str | None:
    """Return the text of a value beside a name, in one line; None if it is no text."""
    if is_blank(value):
        return ""
    return " ".join(value.split()) if isinstance(value, str) else None


def _join_beside(key: object, value: object, beside: list[str | None]) -> list[object]:
    """Return an entry for each person of a member; none if it cannot be read."""
    names = _list_names(key)
    if isinstance(value, Mapping):
        is_read = not find_keys(value, ["name"])
        return [{**value, "name": name} for name in names] if is_read else []
    if None in beside:
        return []
    text = ", ".join(filter(None, beside))
    return [{"name": f"{name} ({text})" if text else name} for name in names]


def _list_names(key: object) -> list[str]:
    """Return the names of the persons that a key names; none if it has something else."""
    if not isinstance(key, str):
        return []
    names = split_entry(strip_markup(key)).entries
    return [str(name) for name in names] if all(map(_is_person_name, map(str, names))) else []


def _is_person_name(text: str) -> bool:
    person = parse_person_text(turn_surname(text) or text)
    return person.is_bare_name and is_likely_name(person.name)
