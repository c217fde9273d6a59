"""Interpret what people write by mistake: misspelt keys, and a text in place of a list."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache

from kgraph.base.vocabulary import load_field_table

#: Unknown keys of one mapping that are compared with the known ones (200 µs each).
MAX_COMPARED_KEYS = 100
_MIN_RATIO = 0.8  #: least difflib ratio of a mistyped key and its field
_MAX_KEY_CHARS = 40  #: longest key that is compared; every field's name is shorter

MAX_NAME_WORDS = 6  #: words of a name in a list separated by commas; a longer part is a sentence


def suggest_field(
    key: str, fields: Collection[str], number: int, *, is_top_level: bool = False
) -> str:
    """Return advice about an unknown key, as the end of a message.

    The advice names the field that the key most likely means: one of ``meant`` in
    ``ontology/fields.yaml``, or one with a slip of a letter or two. Nothing is read under
    another name.

    Args:
        key: the key as written.
        fields: fields that could be meant: those that are not there already.
        number: how many unknown keys of the mapping came before.
        is_top_level: the key is a field of the episode and not of a row.

    >>> suggest_field("published", ["title", "date"], 0, is_top_level=True)
    'rename it to date if that is what it holds'
    >>> suggest_field("catgory", ["name", "category"], 0)
    'rename it to category if that is what it holds'
    """
    plain = _normalize_key(key)
    by_plain = {_normalize_key(name): name for name in fields}
    meant = by_plain.get(plain, "")
    if is_top_level and not meant:
        meant = load_field_table().meant.get(plain, "")
        meant = meant if meant in fields or " " in meant else ""
    if not meant and number < MAX_COMPARED_KEYS and len(key) <= _MAX_KEY_CHARS:
        close = get_close_matches(plain, by_plain, 1, _MIN_RATIO)
        meant = by_plain[close[0]] if close else ""
    if " " in meant:
        return meant
    if meant:
        return f"rename it to {meant} if that is what it holds"
    if is_top_level:
        return "docs/reference.md lists what is read"
    return f"read are {', '.join(fields)}"


@lru_cache(1024)  # the known fields are compared with every unknown key
def _normalize_key(key: str) -> str:
    return "".join(filter(str.isalnum, key[:_MAX_KEY_CHARS].lower()))


_HARD_SEPARATOR = re.compile(r"[;\n]")
_COMMA = re.compile(r",(?![0-9])")  # not that of 10,000
_LEGAL_FORM = re.compile(
    r"(?:Inc|INC|Incorporated|LLC|L\.L\.C|Ltd|LTD|Limited|Corp|CORP|Corporation|Co|PLC|plc|LLP|LP"
    r"|GmbH|AG|SA|S\.A|N\.V|NV|B\.V|BV|S\.p\.A|Oy|AB|AS|KG|Jr|Sr)\.?"
)
_AND = re.compile(r"(?:and|&)\s+(?=\S)", re.IGNORECASE)
_BULLET = re.compile(r"(?:[-*•]\s+)?")


def split_names(text: str) -> list[str]:
    """Split a text such as ``OpenAI, Nvidia`` into names; a text that is no list stays one.

    Semicolons and line breaks always separate names. Commas do where no part is as long as a
    sentence; a comma before a legal form, as in "Acme, Inc.", belongs to the name.

    >>> split_names("OpenAI, Acme, Inc., and Nvidia")
    ['OpenAI', 'Acme, Inc.', 'Nvidia']
    >>> split_names("Well, this is one sentence and not a list of anything")
    ['Well, this is one sentence and not a list of anything']
    """
    if _HARD_SEPARATOR.search(text):
        return _strip_bullets(_HARD_SEPARATOR.split(text))
    names: list[str] = []
    for name in _strip_bullets(_COMMA.split(text)):
        if names and _LEGAL_FORM.fullmatch(name):
            names[-1] += f", {name}"
        else:
            names.append(name)
    if not names or any(len(name.split()) > MAX_NAME_WORDS for name in names):
        return [text.strip()]
    if len(names) > 2 and (conjunction := _AND.match(names[-1])):
        names[-1] = names[-1][conjunction.end() :]
    return names


def _strip_bullets(names: list[str]) -> list[str]:
    stripped = (_BULLET.sub("", name.strip(), count=1) for name in names)
    return [name for name in stripped if name]
