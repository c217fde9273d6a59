"""How alike two names sound and look: what speech recognition makes of a name.

Takes and gives text and numbers. The sound code is a skeleton of consonant classes in
the manner of Soundex (Russell 1918) and Metaphone (Philips 1990), coarser than the
latter, since it need only find candidates; likeness is the Levenshtein ratio (1966) on
keys, which decides among them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

MIN_CODE_SOUNDS = 3
"""Sounds that a code must have to find anything: shorter ones are shared by chance."""

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^x|^ps", "s"),
        (r"^kn|^gn", "n"),
        (r"^wr", "r"),
        (r"tion|sion", "Xn"),
        (r"ph|v", "f"),
        (r"sch|tch|ch|sh|dge?|j|ge", "X"),
        (r"ck|c(?=[eiy])|z", "s"),
        (r"gh(?=t|$)", ""),
        (r"x", "ks"),
        (r"c|q|g", "k"),
        (r"d|th", "t"),
        (r"b|pp", "p"),
        (r"m", "n"),
        (r"(?<=.)[aeiouyhw0]+", ""),
        (r"^[aeiouyhw]", "a"),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=1 << 15)
def sound_code(key: str) -> str:
    """The consonant skeleton of a name's key; of a name with too few consonants the key.

    >>> sound_code("stebbings") == sound_code("stabbings"), sound_code("xapobank") == sound_code("zoppobank")
    (True, True)
    """
    text = key
    for pattern, sound in _SOUNDS:
        text = pattern.sub(sound, text)
    return text if len(text) >= MIN_CODE_SOUNDS else key


def near_codes(sounds: str) -> tuple[str, ...]:
    """The code, and where it is long enough the code with one sound left out: two codes
    that share one of these are at most a substitution apart.

    >>> near_codes("snt"), near_codes("sntr")
    (('snt',), ('sntr', 'ntr', 'str', 'snr', 'snt'))
    """
    if len(sounds) <= MIN_CODE_SOUNDS:
        return (sounds,)
    shorter = [sounds[:place] + sounds[place + 1 :] for place in range(len(sounds))]
    return tuple(dict.fromkeys((sounds, *shorter)))


@lru_cache(maxsize=1 << 15)
def lookup_codes(key: str) -> tuple[str, ...]:
    """The codes under which a name is found, its own first; none for a name that is too
    short to be told by its sound.

    >>> lookup_codes("sent"), lookup_codes("ai")
    (('snt',), ())
    """
    sounds = sound_code(key)
    return near_codes(sounds) if len(sounds) >= MIN_CODE_SOUNDS else ()


def letter_similarity(one: str, other: str) -> float:
    """How alike two keys are: 1 less the edits over the longer length, in [0, 1].

    An edit inserts, deletes or substitutes a letter.

    >>> letter_similarity("acme", "acme"), letter_similarity("acme", "akme"), letter_similarity("", "a")
    (1.0, 0.75, 0.0)
    """
    longest = max(len(one), len(other))
    return 1.0 - Levenshtein.distance(one, other) / longest if longest else 1.0


def find_similar_keys(key: str, others: Sequence[str], least: float) -> list[tuple[str, int]]:
    """(key, place among the others) of those whose likeness is ``least`` or more.

    >>> find_similar_keys("solana", ["salana", "cosmos"], 0.5)
    [('salana', 0)]
    """
    found = process.extract(
        key, others, scorer=Levenshtein.normalized_similarity, score_cutoff=least, limit=None
    )
    return [(other, place) for other, _, place in found]


def count_unshared_letters(one: str, other: str) -> int:
    """How many letters and digits stand in one of two keys only.

    >>> count_unshared_letters("acme", "acne")
    2
    """
    return (_letter_bits(one) ^ _letter_bits(other)).bit_count()


@lru_cache(maxsize=1 << 15)
def _letter_bits(key: str) -> int:
    """The set of a key's letters and digits, as bits."""
    found = 0
    for letter in key:
        found |= 1 << (ord(letter) & 63)
    return found
