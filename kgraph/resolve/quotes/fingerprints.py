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
from itertools import accumulate
from zlib import crc32

import msgspec

from kgraph.base.model import EpisodeFile
from kgraph.resolve.quotes.advert_rules import load_cue_words, wording_weight
from kgraph.resolve.quotes.relevance import RELEVANCE_WORDS, score_raw_relevance
from kgraph.resolve.quotes.sponsors import find_named_sponsors

KEY_BYTES = 8  #: bytes of a quote's key

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`]")
#: For bytes of ASCII text: letters to lower case, digits unchanged, all others to a space.
ASCII_FOLD_TABLE = "".join(
    c.lower() if c.isalnum() and c.isascii() else " " for c in map(chr, range(256))
).encode()
_ANCHOR_MIN_LETTERS = 9  #: of a word that starts a shingle: one in twelve of spoken English
_SHINGLE_WORDS = 5  #: five words in a row are seldom said twice by chance
# A run tells a repeated text more surely than a shingle does: "you have to be able to" has no long
# word, and "solana is going to be one of the" has few letters.
_RUN_WORDS = 8
_RUN_START_LETTERS = 6  #: of a word that starts a run: one in four of spoken English
_MIN_RUN_CHARS = 41  #: of a run with its spaces: 34 letters


class QuoteFingerprints(msgspec.Struct, frozen=True, array_like=True):
    """The quotes of a file; each field after ``file`` has an item for each quote, in order."""

    file: str
    keys: bytes  #: :data:`KEY_BYTES` each
    shingle_counts: bytes  #: one byte each
    packed_shingles: bytes  #: 4 bytes a shingle, native order
    wording: bytes  #: log-odds that its wording makes it an advert, in tenths, one byte each
    relevance: bytes  #: raw (:mod:`kgraph.resolve.quotes.relevance`), one byte each
    word_counts: bytes  #: one byte each, 255 for more
    run_counts: bytes = b""  #: one byte each
    packed_runs: bytes = b""  #: as the shingles
    #: (index of a quote, name key) of the sponsors of the file that its quotes name
    sponsors: tuple[tuple[int, str], ...] = ()

    def hex_keys(self) -> list[str]:
        """Return the keys as hexadecimal digits."""
        digits = self.keys.hex()
        return [digits[i : i + 2 * KEY_BYTES] for i in range(0, len(digits), 2 * KEY_BYTES)]

    def unpack_shingles(self) -> list[tuple[int, ...]]:
        """Return the shingles of each quote."""
        return _unpack(self.packed_shingles, self.shingle_counts)

    def unpack_runs(self) -> list[tuple[int, ...]]:
        """Return the runs (:func:`hash_runs`) of each quote."""
        return _unpack(self.packed_runs, self.run_counts)


def _unpack(packed: bytes, counts: bytes) -> list[tuple[int, ...]]:
    numbers, start, hashes = array("I", packed), 0, []
    for count in counts:
        hashes.append(tuple(numbers[start : start + count]))
        start += count
    return hashes


def tokenize_quote(text: str) -> list[str]:
    """Split a text into words without differences of case, punctuation and apostrophes.

    >>> tokenize_quote("“We DON’T know,” she said…")
    ['we', 'dont', 'know', 'she', 'said']
    """
    if text.isascii():
        return text.encode().translate(ASCII_FOLD_TABLE, b"'`").decode().split()
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


def hash_runs(words: Sequence[str]) -> list[int]:
    """Hash the runs of a text to 32 bits each: eight words, of which the first is not short.

    >>> advert = "and so our partner offers everybody who listens a discount on widgets"
    >>> len(hash_runs(advert.split())), hash_runs("solana is going to be one of the".split())
    (2, [])
    """
    starts = [
        start
        for start, word in enumerate(words[: 1 - _RUN_WORDS])
        if len(word) >= _RUN_START_LETTERS
    ]
    if not starts:
        return []
    text = " ".join(words)
    ends = list(accumulate(map(len, words), initial=0))  # of the words, without spaces
    runs = ((ends[i] + i, ends[i + _RUN_WORDS] + i + _RUN_WORDS - 1) for i in starts)
    return [
        crc32(text[start:end].encode()) for start, end in runs if end - start >= _MIN_RUN_CHARS
    ][:255]


def fingerprint_quotes(episode: EpisodeFile) -> QuoteFingerprints:
    """Fingerprint the quotes of a file."""
    # Wording and relevance look for few words: one intersection finds them for both.
    scored_words = load_cue_words() | RELEVANCE_WORDS
    keys, shingle_counts, shingles = bytearray(), bytearray(), array("I")
    wording, relevance, word_counts = bytearray(), bytearray(), bytearray()
    run_counts, runs = bytearray(), array("I")
    quotes = episode.rows.get("quotes", ())
    for row in quotes:
        text = row.text("text")
        words = tokenize_quote(text)
        cues = scored_words.intersection(words)
        hashes = hash_shingles(words)
        keys += _hash_words(words, text)
        shingle_counts.append(len(hashes))
        shingles.extend(hashes)
        hashes = hash_runs(words)
        run_counts.append(len(hashes))
        runs.extend(hashes)
        wording.append(min(255, round(10 * wording_weight(cues, text, row))))
        relevance.append(score_raw_relevance(words, cues, text, row))
        word_counts.append(min(255, len(words)))
    texts = [row.text("text") for row in quotes]
    return QuoteFingerprints(
        episode.file,
        bytes(keys),
        bytes(shingle_counts),
        shingles.tobytes(),
        bytes(wording),
        bytes(relevance),
        bytes(word_counts),
        bytes(run_counts),
        runs.tobytes(),
        find_named_sponsors(episode, texts),
    )
