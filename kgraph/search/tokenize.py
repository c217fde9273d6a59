"""The tokenizer of the index and of searches: words without case and accents.

Folding is Unicode's: compatibility decomposition without combining marks (UAX #15), then full
case folding. Scripts without spaces between words (Han, kana, Hangul, Thai, Lao, Khmer, Burmese)
are cut into single characters; a search is then for a phrase of characters, which matches any
part of a sentence.

Invariants:
    * SQLite's ``ascii`` tokenizer cuts the result of :func:`fold_text` into the words of
      :func:`tokenize`. It treats every character outside ASCII as a letter, and folding keeps
      only letters and digits there;
    * ``$``, apostrophes and hyphens separate words: ``$2.5`` is the words 2 and 5.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from kgraph.base.patterns import compile_when_used

_WORD = compile_when_used(r"[^\W_]+")
#: Unicode blocks of the scripts without spaces (The Unicode Standard, 15).
_UNSPACED = compile_when_used(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)


class WordSpan(NamedTuple):
    """A folded word, and its span ``text[start:end]``."""

    folded: str
    start: int
    end: int


class _FoldTable(dict[int, str]):
    """A cache of folded characters, by code point."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code)).casefold()
        # Case folding can leave what decomposes again (U+1E9E, U+0345).
        decomposed = unicodedata.normalize("NFKD", decomposed)
        bare = "".join(c for c in decomposed if not unicodedata.combining(c))
        spaced = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", bare))
        folded = "".join(f" {c} " if _UNSPACED.match(c) else c for c in spaced)
        self[code] = folded
        return folded


_FOLD_TABLE = _FoldTable()


def fold_text(text: str) -> str:
    """Return the text as the index stores it.

    >>> fold_text("Nestlé’s 比特幣"), fold_text("Plain: as it is")
    ('nestle s  比  特  幣 ', 'Plain: as it is')
    """
    return text if text.isascii() else text.translate(_FOLD_TABLE)


def fold_case(text: str) -> str:
    """Return the text without case and accents, in which each word of :func:`tokenize` is.

    >>> fold_case("Nestlé’s A+")
    'nestle s a '
    """
    return text.translate(_FOLD_TABLE)


def tokenize(text: str) -> tuple[str, ...]:
    """Return the words of a text.

    >>> tokenize("Nestlé's US$2.5 round-trip")
    ('nestle', 's', 'us', '2', '5', 'round', 'trip')
    """
    return tuple(_WORD.findall(fold_case(text)))


def tokenize_with_offsets(text: str) -> list[WordSpan]:
    """Return the words of a text with their spans.

    >>> tokenize_with_offsets("Zürich")
    [WordSpan(folded='zurich', start=0, end=6)]
    """
    folded = fold_case(text)
    origin: Sequence[int] = range(len(text))
    if not text.isascii() and any(len(_FOLD_TABLE[ord(c)]) != 1 for c in set(text)):
        origin = [n for n, c in enumerate(text) for _ in _FOLD_TABLE[ord(c)]]
    return [
        WordSpan(match[0], origin[match.start()], origin[match.end() - 1] + 1)
        for match in _WORD.finditer(folded)
    ]
