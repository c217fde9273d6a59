"""Names of the shipped lexicon, by what they name, for those who read files.

The keys of the names are compiled (:mod:`kgraph.base.cache`), since reading the lexicon takes
seconds. A user's own entries do not count, so that a file is read alike in every project.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import msgspec

from kgraph.base import lexicon, text
from kgraph.base.cache import load_compiled
from kgraph.base.lexicon import LexiconEntry, list_name_keys, read_lexicon_folder
from kgraph.base.text import name_key
from kgraph.base.vocabulary import data_path

_FIRM_TYPES = ("company", "institution")


class _KnownNames(msgspec.Struct, frozen=True, array_like=True):
    """Keys of names and their aliases."""

    firms: frozenset[str]
    not_persons: frozenset[str]  #: that no person has


def is_firm(name: str) -> bool:
    """Return whether the lexicon has a firm or an institution of a name.

    Raises:
        DataError: the lexicon is not valid.

    >>> is_firm("Ernst and Young"), is_firm("Google"), is_firm("Ann Lee")
    (True, True, False)
    """
    return name_key(name) in _load_known_names().firms


def is_not_person(name: str) -> bool:
    """Return whether the lexicon has a name, and not as that of a person.

    Raises:
        DataError: the lexicon is not valid.

    >>> [is_not_person(name) for name in ("Google", "Wales", "Ann Lee", "Plato")]
    [True, True, False, False]
    """
    return name_key(name) in _load_known_names().not_persons


@cache
def _load_known_names() -> _KnownNames:
    files = sorted(data_path("data", "lexicon").glob("*.yaml"))
    files += map(Path, (__file__, lexicon.__file__, text.__file__))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return load_compiled("known-names", digest.hexdigest()[:16], _KnownNames, _list_known_names)


def _list_known_names() -> _KnownNames:
    entries = read_lexicon_folder()
    firms = [entry for entry in entries if entry.type in _FIRM_TYPES]
    not_persons = [entry for entry in entries if entry.type != "person"]
    people = [entry for entry in entries if entry.type == "person"]
    return _KnownNames(_list_keys(firms), _list_keys(not_persons) - _list_keys(people))


def _list_keys(entries: list[LexiconEntry]) -> frozenset[str]:
    return frozenset(
        key for entry in entries for kind, key in list_name_keys(entry) if kind != "heard"
    )
