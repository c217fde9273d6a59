"""The words of a text, as the index and a searcher both see them.

Takes text in any script, gives words without case and accents, and where they stand. The
folding is that of Unicode: compatibility decomposition without combining marks (UAX #15),
then full case folding. Scripts that are written without spaces between words (Han, kana,
Hangul, Thai, Lao, Khmer, Burmese) are cut into single characters: what is looked for is
then a phrase of characters, which finds any part of a sentence.

Invariants:
    * :func:`fold_text` text, cut by SQLite's ``ascii`` tokenizer, gives the words of
      :func:`tokenize`: that tokenizer takes every character beyond ASCII for a letter, and
      folding leaves none that is not;
    * ``$``, apostrophes and hyphens part words: ``$2.5`` is the words 2 and 5.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Unicode blocks of the scripts that are written without spaces (The Unicode Standard, 15)."""


class WordSpan(NamedTuple):
    """A folded word, and the part of the text that it was: ``text[start:end]``."""

    folded: str
    start: int
    end: int


class _FoldTable(dict[int, str]):
    """What each character becomes; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    # Case folding can leave what decomposes again (U+1E9E, U+0345).
    decomposed = unicodedata.normalize("NFKD", decomposed)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    kept = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", bare))
    return "".join(f" {c} " if _UNSPACED.match(c) else c for c in kept)


_FOLD_TABLE = _FoldTable()


def fold_text(text: str) -> str:
    """The text as it goes into the index.

    >>> fold_text("Nestlé’s 比特幣"), fold_text("Plain: as it is")
    ('nestle s  比  特  幣 ', 'Plain: as it is')
    """
    return text if text.isascii() else text.translate(_FOLD_TABLE)


def tokenize(text: str) -> tuple[str, ...]:
    """The words of a text.

    >>> tokenize("Nestlé's US$2.5 round-trip")
    ('nestle', 's', 'us', '2', '5', 'round', 'trip')
    """
    return tuple(_WORD.findall(text.translate(_FOLD_TABLE)))


def tokenize_with_offsets(text: str) -> list[WordSpan]:
    """The words of a text, with their places.

    >>> tokenize_with_offsets("Zürich")
    [WordSpan(folded='zurich', start=0, end=6)]
    """
    folded = text.translate(_FOLD_TABLE)
    origin: Sequence[int] = range(len(text))
    if any(len(_FOLD_TABLE[ord(c)]) != 1 for c in set(text)):
        origin = [n for n, c in enumerate(text) for _ in _FOLD_TABLE[ord(c)]]
    return [
        WordSpan(found[0], origin[found.start()], origin[found.end() - 1] + 1)
        for found in _WORD.finditer(folded)
    ]
