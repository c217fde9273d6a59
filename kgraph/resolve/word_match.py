"""Where names stand in texts, as whole words.

Takes names and texts as they are written; an ordinary word is a name only where not any word has
a capital.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_DISTINCTIVE_NAME = re.compile(r"(?=.*[^\W\d_])[^\Wa-z_].")
"""What a name looks like that can be told from other words: two characters, a letter among them,
the first no small one."""

_SENTENCE_ENDS = (".", "?", "!", ":", ";", "…", "—", "–", "-")
"""What stands before a sentence."""

_OPENING_QUOTES = " \"“”'‘([«"
"""What may stand between that and its first word."""

_LOOKBACK_CHARS = 8
"""Characters that are looked at for that."""


def find_whole_word(name: str, text: str) -> Iterator[int]:
    """Where a name stands in a text, not within a word.

    >>> list(find_whole_word("Acme", "Acmes of Acme, Acme's"))
    [9, 15]
    """
    start = text.find(name) if name else -1
    while start >= 0:
        end = start + len(name)
        if not (text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum()):
            yield start
        start = text.find(name, end)


def normalize_spacing(text: str) -> str:
    """A text with one kind of apostrophe and of space.

    >>> normalize_spacing("Levi’s\\n Jeans")
    "Levi's Jeans"
    """
    return " ".join(text.replace("’", "'").split())


def is_distinctive(name: str) -> bool:
    """Can a name be told from other words by how it is written?

    >>> is_distinctive("Acme"), is_distinctive("acme"), is_distinctive("7")
    (True, False, False)
    """
    return _DISTINCTIVE_NAME.match(name) is not None


def is_name_in_text(name: str, text: str, *, is_word: bool = False) -> bool:
    """Does a name stand in a text, an ordinary word not where any word has a capital?

    >>> is_name_in_text("Circle", "Circle it.", is_word=True), is_name_in_text("Circle", "A Circle", is_word=True)
    (False, True)
    """
    return any(
        not is_word or not _starts_sentence(text, start) for start in find_whole_word(name, text)
    )


def _starts_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - _LOOKBACK_CHARS) : start].rstrip(_OPENING_QUOTES)
    return not before or before.endswith(_SENTENCE_ENDS)
