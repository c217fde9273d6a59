"""Where names stand in texts, as whole words.

Takes names and texts as they are written; an ordinary word is a name only where not any word has
a capital.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = re.compile(r"(?=.*[^\W\d_])[^\Wa-z_].")
"""What a name looks like that can be told from other words: two characters, a letter among them,
the first no small one."""

_BEFORE = (".", "?", "!", ":", ";", "…", "—", "–", "-")
"""What stands before a sentence."""

_OPENING = " \"“”'‘([«"
"""What may stand between that and its first word."""

_LOOK_BACK = 8
"""Characters that are looked at for that."""


def places(name: str, text: str) -> Iterator[int]:
    """Where a name stands in a text, not within a word.

    >>> list(places("Acme", "Acmes of Acme, Acme's"))
    [9, 15]
    """
    start = text.find(name) if name else -1
    while start >= 0:
        end = start + len(name)
        if not (text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum()):
            yield start
        start = text.find(name, end)


def plain(text: str) -> str:
    """A text with one kind of apostrophe and of space.

    >>> plain("Levi’s\\n Jeans")
    "Levi's Jeans"
    """
    return " ".join(text.replace("’", "'").split())


def is_telling(name: str) -> bool:
    """Can a name be told from other words by how it is written?

    >>> is_telling("Acme"), is_telling("acme"), is_telling("7")
    (True, False, False)
    """
    return _NAME.match(name) is not None


def is_named(name: str, text: str, *, is_word: bool = False) -> bool:
    """Does a name stand in a text, an ordinary word not where any word has a capital?

    >>> is_named("Circle", "Circle it.", is_word=True), is_named("Circle", "A Circle", is_word=True)
    (False, True)
    """
    return any(not is_word or not _begins(text, start) for start in places(name, text))


def _begins(text: str, start: int) -> bool:
    before = text[max(0, start - _LOOK_BACK) : start].rstrip(_OPENING)
    return not before or before.endswith(_BEFORE)
