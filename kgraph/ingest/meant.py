"""Say what to do about a key that no table knows.

Takes a key and the names of the fields that could stand there; gives a sentence: the field
that the key most likely means (``meant`` in ``ontology/fields.yaml``, or a slip of at most
a letter or two), or where the fields are listed. Nothing is read under another name.
"""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache

from kgraph.base.vocabulary import load_field_table

MAX_COMPARED_KEYS = 100
"""Unknown keys of one mapping that are compared with the known ones: it takes some 200 µs each."""
_MIN_RATIO = 0.8
"""Least likeness (difflib ratio) of a mistyped key and the field that it means."""
_MAX_KEY_CHARS = 40
"""Characters of a key that is compared: no field's name is nearly as long."""


def suggest_field(
    key: str, known: Collection[str], number: int, *, is_top_level: bool = False
) -> str:
    """Return what to do about an unknown key, as the end of a message.

    Args:
        key: the key as written.
        known: the fields that could stand in its place, without those that are there.
        number: how many unknown keys of the file came before it.
        at_top: whether it is a field of the episode and not of a row.

    >>> suggest_field("published", ["title", "date"], 0, is_top_level=True)
    'rename it to date if that is what it holds'
    >>> suggest_field("catgory", ["name", "category"], 0)
    'rename it to category if that is what it holds'
    """
    plain = _normalize_key(key)
    by_plain = {_normalize_key(name): name for name in known}
    meant = by_plain.get(plain, "")
    if is_top_level and not meant:
        meant = load_field_table().meant.get(plain, "")
        meant = meant if meant in known or " " in meant else ""
    if not meant and number < MAX_COMPARED_KEYS and len(key) <= _MAX_KEY_CHARS:
        close = get_close_matches(plain, by_plain, 1, _MIN_RATIO)
        meant = by_plain[close[0]] if close else ""
    if " " in meant:
        return meant
    if meant:
        return f"rename it to {meant} if that is what it holds"
    return (
        "docs/reference.md lists what is read" if is_top_level else f"read are {', '.join(known)}"
    )


@lru_cache(1024)  # of the fields that are known, for each key that is not
def _normalize_key(key: str) -> str:
    return "".join(filter(str.isalnum, key[:_MAX_KEY_CHARS].lower()))
