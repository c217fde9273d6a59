"""Compare names by sound and by letters, to recognise misheard ones.

The sound code is a skeleton of consonant classes after Soundex (Russell 1918) and Metaphone
(Philips 1990). It is coarser than the latter because it only has to find candidates. The
Levenshtein ratio (1966) of the keys decides among them.

Short names have too few consonants for that: "Sweet" and "Sui" share one. Their pronunciations are
compared, which keep the vowels in three classes, by an edit distance with a cost for each sound.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from typing import TypeVar

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

Item = TypeVar("Item")

MIN_CODE_SOUNDS = 3  #: shorter codes are shared by chance and find nothing
MIN_NAME_SIMILARITY = 0.62  #: below it, two names are alike by chance

SAME_SOUND_BONUS = 0.4  #: added to the similarity of names with one sound code
NEAR_SOUND_BONUS = 0.28  #: added where the codes are one sound apart
LETTERS_WEIGHT = 0.6  #: weight of the letters in a similarity


def _compile_rules(*rules: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), sound) for pattern, sound in rules)


_SOUNDS = _compile_rules(
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

#: The last four of :data:`_SOUNDS` merge or drop sounds that tell short names apart.
_PRONOUNCED = _SOUNDS[:12] + _compile_rules(
    (r"(?<=[^aeiouy])e$", ""),
    (r"h", ""),
    (r"a[iey]|e[aeiwy]?(?=.)|[iy]", "I"),
    (r"a[uw]|o[aouw]?|[uw]", "U"),
    (r"[ae]", "A"),
    (r"(.)\1+", r"\1"),
)
_VOWELS = frozenset("AIU")
_WITHOUT_VOWELS = str.maketrans("", "", "AIU")
VOWEL_CHANGE_COST = 0.25  #: transcripts confuse vowels most: "Devon" for "Devin"
VOWEL_LOSS_COST = 0.4
FINAL_LOSS_COST = 0.5  #: of a consonant at the end, which speakers swallow: "Sweet" for "Sui"


@lru_cache(maxsize=1 << 15)
def sound_code(key: str) -> str:
    """Return the consonant skeleton of a name's key; the key itself if that is too short.

    >>> sound_code("stebbings") == sound_code("stabbings")
    True
    >>> sound_code("xapobank") == sound_code("zoppobank")
    True
    """
    code = key
    for pattern, sound in _SOUNDS:
        code = pattern.sub(sound, code)
    return code if len(code) >= MIN_CODE_SOUNDS else key


@lru_cache(maxsize=1 << 15)
def pronounce(key: str) -> str:
    """Return the sounds of a key: consonant classes, and vowels as A, I or U.

    >>> list(map(pronounce, ("claude", "cloud", "sweet", "sui")))
    ['klUt', 'klUt', 'sUIt', 'sUI']
    """
    for pattern, sound in _PRONOUNCED:
        key = pattern.sub(sound, key)
    return key


def pronunciation_similarity(key: str, candidate: str, least: float = 0.0) -> float:
    """Return how alike the sounds of two keys are, in [0, 1]; 0 where consonants show it is less.

    >>> round(pronunciation_similarity("sweet", "sui"), 3)
    0.875
    >>> pronunciation_similarity("sui", "intel", least=0.7)
    0.0
    """
    first, second = pronounce(key), pronounce(candidate)
    longest = max(len(first), len(second), 1)
    edits = Levenshtein.distance(
        first.translate(_WITHOUT_VOWELS), second.translate(_WITHOUT_VOWELS)
    )
    if 1 - (edits - 1 + FINAL_LOSS_COST) / longest < least:  # each costs 1, but that at the end
        return 0.0
    previous = [0.0]
    for sound in second:
        previous.append(previous[-1] + _loss_cost(sound, is_final=False))
    for row, own in enumerate(first, 1):
        current = [previous[0] + _loss_cost(own, is_final=False)]
        for column, other in enumerate(second, 1):
            at_end = row == len(first) and column == len(second)
            change = VOWEL_CHANGE_COST if {own, other} <= _VOWELS else 1.0
            current.append(
                min(
                    previous[column - 1] + (change if own != other else 0.0),
                    previous[column] + _loss_cost(own, is_final=at_end),
                    current[-1] + _loss_cost(other, is_final=at_end),
                )
            )
        previous = current
    return 1 - previous[-1] / longest


def _loss_cost(sound: str, *, is_final: bool) -> float:
    if sound in _VOWELS:
        return VOWEL_LOSS_COST
    return FINAL_LOSS_COST if is_final else 1.0


@lru_cache(maxsize=1 << 15)
def lookup_codes(key: str) -> tuple[str, ...]:
    """List the codes under which a key is indexed, its own first; none for a short key.

    A longer code is followed by itself with each sound left out. Two codes that share one of
    these are at most a substitution apart.

    >>> lookup_codes("sent"), lookup_codes("senter"), lookup_codes("ai")
    (('snt',), ('sntr', 'ntr', 'str', 'snr', 'snt'), ())
    """
    code = sound_code(key)
    if len(code) <= MIN_CODE_SOUNDS:
        return (code,) if len(code) == MIN_CODE_SOUNDS else ()
    shorter = [code[:position] + code[position + 1 :] for position in range(len(code))]
    return tuple(dict.fromkeys((code, *shorter)))


def index_by_sound(items: Iterable[tuple[str, Item]]) -> dict[str, list[Item]]:
    """Index items by the :func:`lookup_codes` of their keys."""
    index: dict[str, list[Item]] = {}
    for key, item in items:
        for code in lookup_codes(key):
            index.setdefault(code, []).append(item)
    return index


class SoundIndex(msgspec.Struct, frozen=True, array_like=True):
    """The positions of names by the :func:`lookup_codes` of their keys, packed into bytes.

    The index of the lexicon's 54,000 names has 265,000 codes. It takes 5 MB in each process of a
    build, and a dictionary 52. Codes are kept as hashes of 64 bits: the probability that any two
    of so many are equal is 2e-9.
    """

    hashes: bytes = b""  #: of the codes, sorted, 8 bytes each in native order
    ends: bytes = b""  #: number of positions up to the end of each code's, 4 bytes each
    positions: bytes = b""  #: those of one code after those of another, 4 bytes each

    @classmethod
    def build(cls, keys: Iterable[str]) -> SoundIndex:
        """Index keys; their positions are their order."""
        by_code = index_by_sound((key, position) for position, key in enumerate(keys))
        ordered = sorted((_hash_code(code), positions) for code, positions in by_code.items())
        return cls(
            array("Q", [number for number, _ in ordered]).tobytes(),
            array("I", accumulate(len(positions) for _, positions in ordered)).tobytes(),
            array("I", [position for _, own in ordered for position in own]).tobytes(),
        )

    def get(self, code: str, default: Sequence[int] = ()) -> Sequence[int]:
        """Return the positions of the names with a code, in order, or else the default.

        >>> list(SoundIndex.build(["solana", "cosmos", "salana"]).get("sln"))
        [0, 2]
        """
        hashes, number = memoryview(self.hashes).cast("Q"), _hash_code(code)
        position = bisect_left(hashes, number)
        if position == len(hashes) or hashes[position] != number:
            return default
        ends = memoryview(self.ends).cast("I")
        return memoryview(self.positions).cast("I")[
            ends[position - 1] if position else 0 : ends[position]
        ]

    def update(self, old: Sequence[str], new: Sequence[str]) -> SoundIndex:
        """Return the index of other keys: the same as :meth:`build` makes of them.

        It takes a twentieth of the time, if few keys differ.

        Args:
            old: keys that this is the index of, sorted.
            new: the other keys, sorted.

        >>> old, new = ["cosmos", "solana"], ["bitcoin", "solana"]
        >>> SoundIndex.build(old).update(old, new) == SoundIndex.build(new)
        True
        """
        moved = _align_keys(old, new)
        in_both = set(moved)
        removed = [key for key, position in zip(old, moved, strict=True) if position < 0]
        by_code = index_by_sound((key, p) for p, key in enumerate(new) if p not in in_both)
        changed = {
            code: [moved[p] for p in self.get(code) if moved[p] >= 0] + by_code.get(code, [])
            for code in (*by_code, *index_by_sound((key, 0) for key in removed))
        }
        return self._replace({_hash_code(c): sorted(p) for c, p in changed.items()}, moved)

    def _replace(self, changed: Mapping[int, Sequence[int]], moved: Sequence[int]) -> SoundIndex:
        """Give some codes other positions, and move those of all others.

        Args:
            changed: by the hash of the code; a code without positions is left out.
            moved: new position for each old one.
        """
        hashes, ends = memoryview(self.hashes).cast("Q"), memoryview(self.ends).cast("I")
        positions = memoryview(self.positions).cast("I")
        new_hashes, new_ends, new_positions = array("Q"), array("I"), array("I")
        start = 0
        for number in (*sorted(changed), None):  # the codes before each of them, then it
            stop = len(hashes) if number is None else bisect_left(hashes, number, start)
            if start < stop:
                first = ends[start - 1] if start else 0
                shift = len(new_positions) - first
                new_hashes.extend(hashes[start:stop])
                new_ends.extend([end + shift for end in ends[start:stop]])
                new_positions.extend([moved[p] for p in positions[first : ends[stop - 1]]])
            if number is not None:
                if own := changed[number]:
                    new_hashes.append(number)
                    new_positions.extend(own)
                    new_ends.append(len(new_positions))
                start = stop + (stop < len(hashes) and hashes[stop] == number)
        return SoundIndex(new_hashes.tobytes(), new_ends.tobytes(), new_positions.tobytes())


def _align_keys(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """Return the position of each sorted key among others; -1 if it is gone."""
    positions, position = [], 0
    for key in old:
        position = bisect_left(new, key, position)
        is_there = position < len(new) and new[position] == key
        positions.append(position if is_there else -1)
        position += is_there
    return positions


def _hash_code(code: str) -> int:
    digest = blake2b(code.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def name_similarity(key: str, candidate: str, same_sound: bool) -> float:
    """Return how alike two keys are in letters and sound, in [0, 1].

    >>> round(name_similarity("salana", "solana", True), 2)
    0.9
    """
    bonus = SAME_SOUND_BONUS if same_sound else NEAR_SOUND_BONUS
    return LETTERS_WEIGHT * Levenshtein.normalized_similarity(key, candidate) + bonus


def word_similarity(word: str, candidate: str) -> float:
    """Return the :func:`name_similarity` of two words, whose sound codes are compared."""
    return name_similarity(word, candidate, sound_code(word) == sound_code(candidate))


def find_similar_keys(key: str, keys: Sequence[str], *, same_sound: bool) -> list[tuple[str, int]]:
    """List (key, position) of the keys whose letters can reach MIN_NAME_SIMILARITY.

    >>> find_similar_keys("solana", ["salana", "cosmos"], same_sound=True)
    [('salana', 0)]
    """
    bonus = SAME_SOUND_BONUS if same_sound else NEAR_SOUND_BONUS
    cutoff = (MIN_NAME_SIMILARITY - bonus) / LETTERS_WEIGHT
    scorer = Levenshtein.normalized_similarity
    similar = process.extract(key, keys, scorer=scorer, score_cutoff=cutoff, limit=None)
    return [(match, position) for match, _, position in similar]


def count_unshared_letters(key: str, candidate: str) -> int:
    """Count the letters and digits that only one of two keys has.

    >>> count_unshared_letters("acme", "acne")
    2
    """
    return (_letter_bits(key) ^ _letter_bits(candidate)).bit_count()


# A set of letters as bits: compared for every name of one sound, millions of times a build.
@lru_cache(maxsize=1 << 15)
def _letter_bits(key: str) -> int:
    bits = 0
    for letter in key:
        bits |= 1 << (ord(letter) & 63)
    return bits
