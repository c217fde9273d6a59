"""How much a quote is worth reading, comparable between the two extractors.

Takes a quote's words, text and row; gives a number in [0, 1]. The language model gives
nearly half of its quotes a 9 or a 10, the heuristic counts keywords: neither score can be
ranked by alone, nor the two together. So the stated score is only where a quote starts
from; what can be seen in the text moves it: enough words to stand alone, a number, a
name, a claim, and against it filler, a start or an end in mid-sentence, a bare question. The sum is
then spread evenly by quantiles measured on 64,000 quotes of a thousand episodes
(``benchmarks/relevance.py`` measures them again): a relevance of 0.9 means "better than
nine quotes in ten".

Invariant: a relevance depends on the quote's row alone, never on the corpus around it,
so it stays the same when other files change. An advert's is lowered by its probability.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from math import exp
from string import ascii_uppercase, digits

from kgraph.base.model import Row

_STATED = {10: 1.1, 9: 0.6, 8: 0.0, 7: -0.6, 6: -1.1, 5: -1.6}
"""What the language model's score adds; below 5 as 4, which it gives to one in 500."""
_LOWEST = -2.0
_HEURISTIC = -1.5
"""Where the heuristic's quotes start: single sentences chosen by keywords, unread."""
_HEURISTIC_STEP = 0.25
"""What each point of the heuristic's score above 3, its lowest, adds."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CLAIMS = _set(
    "because therefore means implies risk risks never always must should instead rather "
    "whereas unless predict expect believe believes will cannot difference fundamentally "
    "problem reason advantage biggest fastest first only better worse more less than increase "
    "decrease growth percent billion million trillion"
)
_FILLERS = _set("um uh yeah okay gonna wanna kinda sorta stuff basically literally")
_HEDGES = _set("like know mean kind sort just really actually right thing things")
_DANGLING = _set(
    "and but so or because which that thats this these those it its they theyre he hes she "
    "shes well yeah yes no okay also then there theres um uh similarly essentially anyway"
)
_INTERJECTIONS = ("ight?", "ou know", "n't know", "I mean", "ike,", "ind of ", "ort of ")
"""What speech is strewn with, without the first letter, which may be a capital."""
_STREWN = _set("right know mean like kind sort")
"""Words without which there are no interjections."""
MARKS = _CLAIMS | _FILLERS | _HEDGES
"""The words that count here."""
SCALE = 255
"""Raw relevance in a summary: one byte, on a scale of this many steps."""
_CAPITALS = ascii_uppercase.encode()
_DIGITS = digits.encode()
_SENTENCE_END = (".", "!", '"', "”", "'", "’", ")", "]")
_UNANSWERED = ("?", "—", "–", "-", ",", "...", "…", '..."', "…”")
_ENOUGH, _PLENTY = 12, 90
"""Words: fewer seldom make a thought that stands alone, more are a passage."""


def raw_relevance(words: Sequence[str], marks: frozenset[str], text: str, row: Row) -> int:
    """What the stated score and the text say together, on a scale of 0 to :data:`SCALE`.

    Args:
        words: the quote's words, folded.
        marks: at least those of them that are :data:`MARKS`.
        row: the quote's row, for its score and extractor.
    """
    score = _stated(row) + _substance(len(words), marks & MARKS, text) + _completeness(words, text)
    return round(SCALE / (1 + exp(-score)))


def relevance(raw: int, advert: float = 0.0) -> float:
    """The share of quotes that are worth less, in [0, 1]; an advert's is lowered.

    Args:
        raw: :func:`raw_relevance`.
        advert: probability that the quote is an advert.

    >>> relevance(0), relevance(255), relevance(255, advert=0.9)
    (0.0, 1.0, 0.1)
    """
    share = _shares()[raw]
    return round(share * (1 - advert), 3) if advert else share


@cache
def _shares() -> tuple[float, ...]:
    """The share of quotes below each step of the scale, straight between the quantiles."""
    ends = (_BOTTOM, *_QUANTILES, _TOP)
    shares = []
    for step in range(SCALE + 1):
        raw = max(_BOTTOM, min(_TOP, step))
        place = min(bisect_right(ends, raw), len(ends) - 1)
        low, high = ends[place - 1], ends[place]
        shares.append(round((place - 1 + (raw - low) / (high - low)) / (len(ends) - 1), 3))
    return tuple(shares)


def _stated(row: Row) -> float:
    score = row.values.get("relevance_score")
    points = score if isinstance(score, int | float) and 1 <= score <= 10 else None
    if "topics" in row.values or "length" in row.values:
        return _HEURISTIC + _HEURISTIC_STEP * min(4.0, (points or 3) - 3)
    return 0.0 if points is None else _STATED.get(round(points), _LOWEST)


def _substance(count: int, marks: frozenset[str], text: str) -> float:
    """Numbers, names and claims, against filler."""
    # Deleting bytes and counting what is left is the fastest way to look for a class.
    raw = text.encode("utf-8", "replace")
    score = 0.35 if len(raw.translate(None, _DIGITS)) < len(raw) else 0.0
    # Sentences and "I" have capitals too.
    capitals = len(raw) - len(raw.translate(None, _CAPITALS))
    names = capitals - text.count(". ") - text.count("I ") - text.count("I'") - 1
    if names > 0:
        score += 0.2 * min(2, names)
    if marks:
        score += 0.2 * min(3, len(marks & _CLAIMS)) - 0.25 * min(3, len(marks & _FILLERS))
        score -= len(marks & _HEDGES) / (8 + 0.2 * count)
        if not marks.isdisjoint(_STREWN):
            score -= 0.25 * min(4, sum(map(text.count, _INTERJECTIONS)))
    return score


def _completeness(words: Sequence[str], text: str) -> float:
    """Whether the quote stands alone: long enough, begun and ended as a sentence."""
    count = len(words)
    length = -1.5 * (1 - count / _ENOUGH) if count < _ENOUGH else -0.3 * (count > _PLENTY)
    start = _beginning(words[0], text) if words else 0.0
    cut = -0.35 if text[:1].islower() else 0.0
    gaps = -0.1 if "..." in text or "…" in text else 0.0
    return length + start + cut + _ending(text) + gaps


def _beginning(first: str, text: str) -> float:
    if first in _DANGLING:
        return -0.5
    return -0.5 if first == "why" and "?" not in text else 0.0  # a title, or half a sentence


def _ending(text: str) -> float:
    if text.endswith(_UNANSWERED):
        return -0.5
    return 0.0 if text.endswith(_SENTENCE_END) else -0.1


# fmt: off
_QUANTILES = (
    39, 52, 66, 80, 90, 102, 113, 122, 130, 140,
    147, 154, 162, 169, 176, 184, 191, 200, 209,
)
# fmt: on
"""Raw relevance below which lie 1, 2, ... 19 twentieths of the quotes named above."""
_BOTTOM, _TOP = 18, 227
"""Raw relevance below and above which lies one quote in 250."""
