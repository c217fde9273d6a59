"""When two quotes are one text, and what one look at a quote's text finds.

Takes quote texts; gives words, keys, shingles, and a :class:`QuoteFingerprints` of each file.
A quote's identity is its letters and digits: case, punctuation, spacing and typographic
forms do not count, since two extractors write one sentence in two ways. A shingle is a
run of five words from a long word on: long words are rare, so a quote has few, and two
texts that share one share a sentence.

Invariants:
    * the same letters and digits give the same key, whatever stands between them;
    * keys and shingles do not depend on the process, the file or the corpus;
    * each text is looked at once; all that is decided later rests on the summary.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from zlib import crc32

import msgspec

from kgraph.base.model import Episode
from kgraph.resolve.quotes.advert_rules import load_cue_words, wording_weight
from kgraph.resolve.quotes.relevance import RELEVANCE_WORDS, score_raw_relevance

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`]")
_FOLDED_CHARS = "".join(
    c.lower() if c.isalnum() and c.isascii() else " " for c in map(chr, range(256))
)
_FOLD_TABLE = _FOLDED_CHARS.encode()
"""ASCII -> lower case, all else parts words; an apostrophe vanishes."""
_ANCHOR_MIN_LETTERS = 9
"""Letters of a word that starts a shingle: one word in twelve of spoken English."""
_SHINGLE_WORDS = 5
"""Words of a shingle: five in a row are seldom said twice by chance."""
_KEY_BYTES = 8
"""Bytes of a key."""


class QuoteFingerprints(msgspec.Struct, frozen=True, array_like=True):
    """What one look at the quotes of a file finds; each field runs in the rows' order.

    Attributes:
        file: the file's name.
        indices: places of the rows in ``quotes`` as written.
        keys: 8 bytes a quote.
        sizes: how many shingles each quote has, one byte each.
        runs: the shingles, 4 bytes each, native order.
        wording: log-odds that its wording makes it an advert, in tenths, one byte each.
        relevance: raw relevance (:mod:`kgraph.resolve.quotes.relevance`), one byte each.
        counts: how many words each quote has, 255 for more, one byte each.
    """

    file: str
    indices: tuple[int, ...]
    keys: bytes
    shingle_counts: bytes
    packed_shingles: bytes
    wording: bytes
    relevance: bytes
    word_counts: bytes

    def hex_keys(self) -> list[str]:
        """The keys as 16 hexadecimal digits each."""
        digits = self.keys.hex()
        return [digits[i : i + 2 * _KEY_BYTES] for i in range(0, len(digits), 2 * _KEY_BYTES)]

    def unpack_shingles(self) -> list[tuple[int, ...]]:
        """The shingles of each quote."""
        runs, start, found = array("I", self.packed_shingles), 0, []
        for size in self.shingle_counts:
            found.append(tuple(runs[start : start + size]))
            start += size
        return found


def tokenize_quote(text: str) -> list[str]:
    """The words of a text, folded: what two writings of one sentence share.

    >>> tokenize_quote("“We DON’T know,” she said…")
    ['we', 'dont', 'know', 'she', 'said']
    """
    if text.isascii():
        return text.encode().translate(_FOLD_TABLE, b"'`").decode().split()
    folded = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", text)).casefold()
    return _WORD.findall(folded)


def quote_key(text: str) -> str:
    """16 hexadecimal digits that identify the text's letters and digits.

    >>> quote_key("So, it works.") == quote_key("so it works") != quote_key("It works")
    True
    """
    return _hash_words(tokenize_quote(text), text).hex()


def _hash_words(words: Sequence[str], text: str) -> bytes:
    """The key of a text whose words are at hand; one without words is kept as it is."""
    content = "".join(words) or text
    return sha256(content.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]


def hash_shingles(words: Sequence[str]) -> list[int]:
    """The text's runs of words as 32-bit numbers, in order; none for fewer than five words.

    >>> hash_shingles("the decentralised exchange of everything".split()) == hash_shingles(
    ...     "so the decentralised exchange of everything".split())
    True
    """
    last = len(words) - _SHINGLE_WORDS
    if last < 0:
        return []
    starts = [i for i, word in enumerate(words) if len(word) >= _ANCHOR_MIN_LETTERS]
    if not starts:
        starts = list(range(0, last + 1, _SHINGLE_WORDS))
    elif starts[-1] > last:
        starts = [*(i for i in starts if i < last), last]
    return [crc32(" ".join(words[i : i + _SHINGLE_WORDS]).encode()) for i in starts[:255]]


@cache
def _scored_words() -> frozenset[str]:
    """The words by which wording and relevance are judged: found in one go."""
    return load_cue_words() | RELEVANCE_WORDS


def fingerprint_quotes(episode: Episode) -> QuoteFingerprints:
    """The summary of a file's quotes."""
    rows = episode.rows.get("quotes", ())
    watched = _scored_words()
    keys, sizes, runs = bytearray(), bytearray(), array("I")
    wording, relevance, counts = bytearray(), bytearray(), bytearray()
    for row in rows:
        text = row.text("text")
        words = tokenize_quote(text)
        marks = watched.intersection(words)
        numbers = hash_shingles(words)
        keys += _hash_words(words, text)
        sizes.append(len(numbers))
        runs.extend(numbers)
        wording.append(min(255, round(10 * wording_weight(marks, text, row))))
        relevance.append(score_raw_relevance(words, marks, text, row))
        counts.append(min(255, len(words)))
    indices = tuple(row.index for row in rows)
    binary = (keys, sizes, runs.tobytes(), wording, relevance, counts)
    return QuoteFingerprints(episode.file, indices, *map(bytes, binary))
