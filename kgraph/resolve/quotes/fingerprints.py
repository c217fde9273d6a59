"""Keys, shingles and scores of quotes, by which a corpus compares them.

Takes quote texts; gives words, keys, shingles, and :class:`QuoteFingerprints` for each file. A key
identifies letters and digits alone: two extractors differ in case, punctuation and spacing. A
shingle is a run of five words that starts with a long one: long words are rare, so a quote has few
shingles, and two texts that share one share a sentence.

Keys and hashes have 64 bits: a million episodes have 800 million hashes, so that of 32 bits one in
five would be another text's.

Invariant: keys and hashes depend on the text alone.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Collection, Sequence
from hashlib import sha256

import msgspec

from kgraph.base.model import EpisodeFile
from kgraph.resolve.quotes.advert_rules import load_cue_words, wording_weight
from kgraph.resolve.quotes.relevance import RELEVANCE_WORDS, score_raw_relevance
from kgraph.resolve.quotes.sponsors import find_named_sponsors

HASH_BYTES = 8  #: bytes of a key or a hash

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
    keys: bytes  #: packed (:func:`pack_hashes`), as all hashes here
    shingle_counts: bytes  #: one byte each
    packed_shingles: bytes
    wording: bytes  #: log-odds that its wording makes it an advert, in tenths, one byte each
    relevance: bytes  #: raw (:mod:`kgraph.resolve.quotes.relevance`), one byte each
    word_counts: bytes  #: one byte each, 255 for more
    run_counts: bytes = b""  #: one byte each
    packed_runs: bytes = b""
    #: (index of a quote, name key) of the sponsors of the file that its quotes name
    sponsors: tuple[tuple[int, str], ...] = ()

    def hex_keys(self) -> list[str]:
        """Return the keys as hexadecimal digits."""
        digits = self.keys.hex()
        return [digits[i : i + 2 * HASH_BYTES] for i in range(0, len(digits), 2 * HASH_BYTES)]

    def unpack_shingles(self) -> list[tuple[int, ...]]:
        """Return the shingles of each quote."""
        return _unpack(self.packed_shingles, self.shingle_counts)

    def unpack_runs(self) -> list[tuple[int, ...]]:
        """Return the runs (:func:`hash_runs`) of each quote."""
        return _unpack(self.packed_runs, self.run_counts)


def _unpack(packed: bytes, counts: bytes) -> list[tuple[int, ...]]:
    numbers, start, hashes = unpack_hashes(packed), 0, []
    for count in counts:
        hashes.append(numbers[start : start + count])
        start += count
    return hashes


def pack_hashes(hashes: Collection[int]) -> bytes:
    """Pack hashes, :data:`HASH_BYTES` each, big-endian: bytes are in the order of the numbers.

    >>> unpack_hashes(pack_hashes([3, 1]))
    (3, 1)
    """
    return struct.pack(f">{len(hashes)}Q", *hashes)


def unpack_hashes(packed: bytes) -> tuple[int, ...]:
    """Unpack the hashes of :func:`pack_hashes`."""
    return struct.unpack(f">{len(packed) // HASH_BYTES}Q", packed)


def hash_text(text: str) -> int:
    """Hash a text to 64 bits: the first of its SHA-256."""
    return int.from_bytes(_digest(text), "big")


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:HASH_BYTES]


def _hash_words(texts: Sequence[str]) -> tuple[int, ...]:
    digests = [sha256(text.encode()).digest()[:HASH_BYTES] for text in texts[:255]]
    return unpack_hashes(b"".join(digests))


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
    return _digest("".join(tokenize_quote(text)) or text).hex()


def hash_shingles(words: Sequence[str]) -> tuple[int, ...]:
    """Hash a text's shingles; fewer than five words have none.

    >>> hash_shingles("the decentralised exchange of everything".split()) == hash_shingles(
    ...     "so the decentralised exchange of everything".split())
    True
    """
    last = len(words) - _SHINGLE_WORDS
    if last < 0:
        return ()
    starts = [i for i, word in enumerate(words) if len(word) >= _ANCHOR_MIN_LETTERS]
    if not starts:
        starts = [*range(0, last + 1, _SHINGLE_WORDS)]
    elif starts[-1] > last:
        starts = [*(i for i in starts if i < last), last]
    return _hash_words([" ".join(words[i : i + _SHINGLE_WORDS]) for i in starts])


def hash_runs(words: Sequence[str]) -> tuple[int, ...]:
    """Hash the runs of a text: eight words, of which the first is not short.

    >>> advert = "and so our partner offers everybody who listens a discount on widgets"
    >>> len(hash_runs(advert.split())), hash_runs("solana is going to be one of the".split())
    (2, ())
    """
    runs = [
        " ".join(words[start : start + _RUN_WORDS])
        for start, word in enumerate(words[: 1 - _RUN_WORDS])
        if len(word) >= _RUN_START_LETTERS
    ]
    return _hash_words([run for run in runs if len(run) >= _MIN_RUN_CHARS])


def fingerprint_quotes(episode: EpisodeFile) -> QuoteFingerprints:
    """Fingerprint the quotes of a file."""
    # Wording and relevance look for few words: one intersection finds them for both.
    scored_words = load_cue_words() | RELEVANCE_WORDS
    keys, shingle_counts, shingles = bytearray(), bytearray(), list[int]()
    wording, relevance, word_counts = bytearray(), bytearray(), bytearray()
    run_counts, runs = bytearray(), list[int]()
    quotes = episode.rows.get("quotes", ())
    texts = [row.text("text") for row in quotes]
    for row, text in zip(quotes, texts, strict=True):
        words = tokenize_quote(text)
        cues = scored_words.intersection(words)
        hashes = hash_shingles(words)
        keys += _digest("".join(words) or text)
        shingle_counts.append(len(hashes))
        shingles.extend(hashes)
        hashes = hash_runs(words)
        run_counts.append(len(hashes))
        runs.extend(hashes)
        wording.append(min(255, round(10 * wording_weight(cues, text, row))))
        relevance.append(score_raw_relevance(words, cues, text, row))
        word_counts.append(min(255, len(words)))
    return QuoteFingerprints(
        episode.file,
        bytes(keys),
        bytes(shingle_counts),
        pack_hashes(shingles),
        bytes(wording),
        bytes(relevance),
        bytes(word_counts),
        bytes(run_counts),
        pack_hashes(runs),
        find_named_sponsors(episode, texts),
    )
