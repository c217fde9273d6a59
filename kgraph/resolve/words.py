"""Find a name in a text as whole words.

A name that is also an ordinary word counts only where it is not the first word of a sentence.
:class:`kgraph.graph.assemble.QuoteNameMatcher` compares words; the two differ on apostrophes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LOOKBACK_CHARS = 8  #: characters before a name that show whether it starts a sentence

# Two characters, a letter among them, the first neither lower-case nor a mark.
_DISTINCTIVE_NAME = re.compile(r"(?=.*[^\W\d_])[^\Wa-z_].")
_SENTENCE_ENDS = (".", "?", "!", ":", ";", "…", "—", "–", "-")
_OPENING_QUOTES = " \"“”'‘([«"


def find_whole_word(name: str, text: str) -> Iterator[int]:
    """Yield the positions of a name in a text where it is not part of a word.

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
    """Return a text with one kind of apostrophe and space.

    >>> normalize_spacing("Levi’s\\n Jeans")
    "Levi's Jeans"
    """
    return " ".join(text.replace("’", "'").split())


def is_distinctive(name: str) -> bool:
    """Return whether a name differs from other words by its spelling.

    >>> is_distinctive("Acme"), is_distinctive("acme"), is_distinctive("7")
    (True, False, False)
    """
    return _DISTINCTIVE_NAME.match(name) is not None


def is_name_in_text(name: str, text: str, *, is_word: bool = False) -> bool:
    """Return whether a text has a name; one that is a word, not at the start of a sentence.

    >>> [is_name_in_text("Circle", text, is_word=True) for text in ("Circle it.", "A Circle")]
    [False, True]
    """
    for start in find_whole_word(name, text):
        before = text[max(0, start - LOOKBACK_CHARS) : start].rstrip(_OPENING_QUOTES)
        if not is_word or (before and not before.endswith(_SENTENCE_ENDS)):
            return True
    return False
