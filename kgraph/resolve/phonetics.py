"""How alike two names sound and look: what speech recognition makes of a name.

Takes and gives text and numbers. The sound code is a skeleton of consonant classes in
the manner of Soundex (Russell 1918) and Metaphone (Philips 1990), coarser than the
latter, since it need only find candidates; likeness is the Levenshtein ratio (1966) on
keys, which decides among them.
"""

from __future__ import annotations

import re
from functools import lru_cache

SHORTEST_CODE = 3
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
def code(key: str) -> str:
    """The consonant skeleton of a name's key; of a name with too few consonants the key.

    >>> code("stebbings") == code("stabbings"), code("xapobank") == code("zoppobank")
    (True, True)
    """
    text = key
    for pattern, sound in _SOUNDS:
        text = pattern.sub(sound, text)
    return text if len(text) >= SHORTEST_CODE else key


@lru_cache(maxsize=1 << 15)
def neighbours(sounds: str) -> frozenset[str]:
    """The code, and where it is long enough the code with one sound left out: two codes
    that share one of these are at most a substitution apart.

    >>> sorted(neighbours("snt")), sorted(neighbours("sntr"))
    (['snt'], ['ntr', 'snr', 'snt', 'sntr', 'str'])
    """
    if len(sounds) <= SHORTEST_CODE:
        return frozenset((sounds,))
    shorter = (sounds[:place] + sounds[place + 1 :] for place in range(len(sounds)))
    return frozenset((sounds, *shorter))


@lru_cache(maxsize=1 << 15)
def likeness(one: str, other: str) -> float:
    """How alike two keys are: 1 less the edits over the longer length, in [0, 1].

    >>> likeness("acme", "acme"), likeness("acme", "akme"), likeness("", "a")
    (1.0, 0.75, 0.0)
    """
    longest = max(len(one), len(other))
    return 1.0 - edits(one, other) / longest if longest else 1.0


def edits(one: str, other: str) -> int:
    """Levenshtein distance: insertions, deletions and substitutions.

    Bit-parallel, a column of the table in one integer (Hyyrö 2003, after Myers 1999).

    >>> edits("kitten", "sitting"), edits("", "abc")
    (3, 3)
    """
    if not one:
        return len(other)
    places: dict[str, int] = {}
    for place, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << place
    full = (1 << len(one)) - 1
    last = 1 << (len(one) - 1)
    up, down, distance = full, 0, len(one)
    for letter in other:
        match = places.get(letter, 0)
        kept = (((match & up) + up) ^ up) | match | down
        right = down | (~(kept | up) & full)
        left = up & kept
        distance += bool(right & last) - bool(left & last)
        right = right << 1 | 1
        up = (left << 1 | ~(kept | right)) & full
        down = right & kept & full
    return distance


def letters(key: str) -> int:
    """The set of a key's letters and digits as bits, to tell at once that two differ.

    >>> (letters("acme") ^ letters("acne")).bit_count()
    2
    """
    found = 0
    for letter in key:
        found |= 1 << (ord(letter) & 63)
    return found
