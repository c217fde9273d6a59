"""Find the full names of a text of people that are neither read nor told.

Texts separate persons in more ways than are known. Whatever stands between them, a full name with a
common first name is reported, if nothing says that its bearer is not one of those listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kgraph.base import known_names
from kgraph.ingest.name_words import find_word_before, is_link
from kgraph.ingest.person_name import find_full_names

#: Told texts that are looked for; only hostile input has more.
MAX_TOLD = 500
_MAX_NAME_WORDS = 5
_WORD = re.compile(r"[\w'’-]+")


def list_untold_names(text: str, covered: Iterable[str]) -> list[str]:
    """Return the full names of a text that are in no other text.

    Args:
        text: of people.
        covered: the names that are read of it, and texts that are reported.

    >>> list_untold_names("Ann Lee interviews Carl Poe", ["Ann Lee"])
    ['Carl Poe']
    >>> list_untold_names("Ann Lee, aide to Carl Poe, of Goldman Sachs", ["Ann Lee"])
    []
    >>> list_untold_names("Ann Lee, Jr.", ["Ann Lee Jr."])
    []
    """
    longest_first = sorted(filter(None, covered), key=len, reverse=True)[:MAX_TOLD]
    pattern = "|".join(map(re.escape, longest_first)) or "(?!)"
    uncovered = re.sub(rf"(?:{pattern})(?!\w)", "|", text)
    phrases = {phrase for each in longest_first for phrase in _list_phrases(each)}
    names = [
        name for start, name in find_full_names(uncovered) if _is_listed(uncovered, name, start)
    ]
    return [
        name
        for name in dict.fromkeys(names)
        if " ".join(_WORD.findall(name)) not in phrases and not known_names.is_not_person(name)
    ]


def _list_phrases(text: str) -> Iterator[str]:
    words = _WORD.findall(text)
    for size in range(2, _MAX_NAME_WORDS + 1):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])


def _is_listed(text: str, name: str, start: int) -> bool:
    return not is_link(find_word_before(text, start)) and not name.endswith(("'s", "’s"))
