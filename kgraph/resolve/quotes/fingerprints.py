"""Keys, shingles and scores of quotes, by which a corpus compares them.

Takes quote texts; gives words, keys, shingles, and :class:`QuoteFingerprints` for each file. A key
identifies letters and digits alone: two extractors differ in case, punctuation and spacing. A
shingle is a run of five words that starts with a long one: long words are rare, so a quote has few
shingles, and two texts that share one share a sentence.

Invariant: keys and shingles depend on the text alone.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Sequence
from hashlib import sha256
from zlib import crc32

import msgspec

from kgraph.base.model import EpisodeFile
from kgraph.resolve.quotes.advert_rules import load_cue_words, wording_weight
from kgraph.resolve.quotes.relevance import RELEVANCE_WORDS, score_raw_relevance

KEY_BYTES = 8  #: bytes of a quote's key

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`]")
# Bytes of ASCII text: letters to lower case, digits unchanged, all others to a space.
_FOLD_TABLE = "".join(
    c.lower() if c.isalnum() and c.isascii() else " " for c in map(chr, range(256))
).encode()
_ANCHOR_MIN_LETTERS = 9  #: of a word that starts a shingle: one in twelve of spoken English
_SHINGLE_WORDS = 5  #: five words in a row are seldom said twice by chance


class QuoteFingerprints(msgspec.Struct, frozen=True, array_like=True):
    """The quotes of a file; each field after ``file`` has an item for each quote, in order."""

    file: str
    keys: bytes  #: :data:`KEY_BYTES` each
    shingle_counts: bytes  #: one byte each
    packed_shingles: bytes  #: 4 bytes a shingle, native order
    wording: bytes  #: log-odds that its wording makes it an advert, in tenths, one byte each
    relevance: bytes  #: raw (:mod:`kgraph.resolve.quotes.relevance`), one byte each
    word_counts: bytes  #: one byte each, 255 for more

    def hex_keys(self) -> list[str]:
        """Return the keys as hexadecimal digits."""
        digits = self.keys.hex()
        return [digits[i : i + 2 * KEY_BYTES] for i in range(0, len(digits), 2 * KEY_BYTES)]

    def unpack_shingles(self) -> list[tuple[int, ...]]:
        """Return the shingles of each quote."""
        numbers, start, shingles = array("I", self.packed_shingles), 0, []
        for count in self.shingle_counts:
            shingles.append(tuple(numbers[start : start + count]))
            start += count
        return shingles


def tokenize_quote(text: str) -> list[str]:
    """Split a text into words without differences of case, punctuation and apostrophes.

    >>> tokenize_quote("“We DON’T know,” she said…")
    ['we', 'dont', 'know', 'she', 'said']
    """
    if text.isascii():
        return text.encode().translate(_FOLD_TABLE, b"'`").decode().split()
    folded = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", text)).casefold()
    return _WORD.findall(folded)


def quote_key(text: str) -> str:
    """Return 16 hexadecimal digits that identify a text's letters and digits.

    >>> quote_key("So, it works.") == quote_key("so it works") != quote_key("It works")
    True
    """
    return _hash_words(tokenize_quote(text), text).hex()


def _hash_words(words: Sequence[str], text: str) -> bytes:
    content = "".join(words) or text
    return sha256(content.encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]


def hash_shingles(words: Sequence[str]) -> list[int]:
    """Hash a text's shingles to 32 bits each; fewer than five words have none.

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


def fingerprint_quotes(episode: EpisodeFile) -> QuoteFingerprints:
    """Fingerprint the quotes of a file."""
    # Wording and relevance look for few words: one intersection finds them for both.
    scored_words = load_cue_words() | RELEVANCE_WORDS
    keys, shingle_counts, shingles = bytearray(), bytearray(), array("I")
    wording, relevance, word_counts = bytearray(), bytearray(), bytearray()
    for row in episode.rows.get("quotes", ()):
        text = row.text("text")
        words = tokenize_quote(text)
        cues = scored_words.intersection(words)
        hashes = hash_shingles(words)
        keys += _hash_words(words, text)
        shingle_counts.append(len(hashes))
        shingles.extend(hashes)
        wording.append(min(255, round(10 * wording_weight(cues, text, row))))
        relevance.append(score_raw_relevance(words, cues, text, row))
        word_counts.append(min(255, len(words)))
    columns = (keys, shingle_counts, shingles.tobytes(), wording, relevance, word_counts)
    return QuoteFingerprints(episode.file, *map(bytes, columns))
