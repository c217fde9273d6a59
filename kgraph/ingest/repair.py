"""Text that came through the wrong encoding, and halves of characters.

Takes one text, gives it repaired and says what was wrong. ftfy finds and undoes mojibake
(UTF-8 that was decoded as something else); of its repairs only that one is used: quotes,
ligatures, width and control characters are the author's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from kgraph.base.text import replace_surrogates

# What the first byte of a UTF-8 sequence reads as in Latin-1 or Windows-1252: every
# mojibake of punctuation, European letters, Cyrillic and emoji has one of these.
_MOJIBAKE_LETTERS = "âÃÂðÐ"

# ftfy's guess that control characters of Latin-1 were meant as Windows-1252.
_REJECTED_STEP = ("decode", "windows-1252")


def may_be_mojibake(text: str) -> bool:
    """Whether any part of a text may be in need of repair: a quick and generous test.

    >>> may_be_mojibake("plain"), may_be_mojibake("itâ€™s")
    (False, True)
    """
    return any(mark in text for mark in _MOJIBAKE_LETTERS)


def fix_mojibake(text: str) -> str:
    """The text with its mojibake undone.

    >>> fix_mojibake("itâ€™s"), fix_mojibake("São Paulo"), fix_mojibake("“as it is”")
    ('it’s', 'São Paulo', '“as it is”')
    """
    if not may_be_mojibake(text):
        return text
    ftfy, config = _load_ftfy()
    found = ftfy.fix_encoding_and_explain(text, config)
    if any(step == _REJECTED_STEP for step in found.explanation):
        return text
    return str(found.text)


@cache
def _load_ftfy() -> tuple[Any, Any]:
    """ftfy, imported only when a text asks for it."""
    import ftfy

    return ftfy, ftfy.TextFixerConfig(fix_c1_controls=False)


def replace_lone_surrogates(text: str) -> str:
    """The text without lone surrogates, which no UTF-8 can carry."""
    return text if text.isascii() else replace_surrogates(text)
