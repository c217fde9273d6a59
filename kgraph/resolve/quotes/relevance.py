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

_STATED_LOG_ODDS = {10: 1.1, 9: 0.6, 8: 0.0, 7: -0.6, 6: -1.1, 5: -1.6}
"""What the language model's score adds; below 5 as 4, which it gives to one in 500."""
_MIN_STATED_LOG_ODDS = -2.0
_HEURISTIC_LOG_ODDS = -1.5
"""Where the heuristic's quotes start: single sentences chosen by keywords, unread."""
_HEURISTIC_LOG_ODDS_PER_POINT = 0.25
"""What each point of the heuristic's score above 3, its lowest, adds."""


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CLAIM_WORDS = _word_set(
    "because therefore means implies risk risks never always must should instead rather "
    "whereas unless predict expect believe believes will cannot difference fundamentally "
    "problem reason advantage biggest fastest first only better worse more less than increase "
    "decrease growth percent billion million trillion"
)
_FILLER_WORDS = _word_set("um uh yeah okay gonna wanna kinda sorta stuff basically literally")
_HEDGE_WORDS = _word_set("like know mean kind sort just really actually right thing things")
_DANGLING_STARTS = _word_set(
    "and but so or because which that thats this these those it its they theyre he hes she "
    "shes well yeah yes no okay also then there theres um uh similarly essentially anyway"
)
_INTERJECTIONS = ("ight?", "ou know", "n't know", "I mean", "ike,", "ind of ", "ort of ")
"""What speech is strewn with, without the first letter, which may be a capital."""
_INTERJECTION_WORDS = _word_set("right know mean like kind sort")
"""Words without which there are no interjections."""
RELEVANCE_WORDS = _CLAIM_WORDS | _FILLER_WORDS | _HEDGE_WORDS
"""The words that count here."""
RAW_RELEVANCE_STEPS = 255
"""Raw relevance in a summary: one byte, on a scale of this many steps."""
_CAPITALS = ascii_uppercase.encode()
_DIGITS = digits.encode()
_COMPLETE_ENDINGS = (".", "!", '"', "”", "'", "’", ")", "]")
_INCOMPLETE_ENDINGS = ("?", "—", "–", "-", ",", "...", "…", '..."', "…”")
_MIN_WORDS, _MAX_WORDS = 12, 90
"""Words: fewer seldom make a thought that stands alone, more are a passage."""


def score_raw_relevance(words: Sequence[str], marks: frozenset[str], text: str, row: Row) -> int:
    """What the stated score and the text say together, on a scale of 0 to :data:`RAW_RELEVANCE_STEPS`.

    Args:
        words: the quote's words, folded.
        marks: at least those of them that are :data:`RELEVANCE_WORDS`.
        row: the quote's row, for its score and extractor.
    """
    score = (
        _score_stated(row)
        + _score_substance(len(words), marks & RELEVANCE_WORDS, text)
        + _score_completeness(words, text)
    )
    return round(RAW_RELEVANCE_STEPS / (1 + exp(-score)))


def calibrate_relevance(raw: int, advert_probability: float = 0.0) -> float:
    """The share of quotes that are worth less, in [0, 1]; an advert's is lowered.

    Args:
        raw: :func:`score_raw_relevance`.
        advert: probability that the quote is an advert.

    >>> calibrate_relevance(0), calibrate_relevance(255), calibrate_relevance(255, advert_probability=0.9)
    (0.0, 1.0, 0.1)
    """
    share = _raw_to_percentile()[raw]
    return round(share * (1 - advert_probability), 3) if advert_probability else share


@cache
def _raw_to_percentile() -> tuple[float, ...]:
    """The share of quotes below each step of the scale, straight between the quantiles."""
    ends = (_MIN_RAW, *_QUANTILES, _MAX_RAW)
    shares = []
    for step in range(RAW_RELEVANCE_STEPS + 1):
        raw = max(_MIN_RAW, min(_MAX_RAW, step))
        place = min(bisect_right(ends, raw), len(ends) - 1)
        low, high = ends[place - 1], ends[place]
        shares.append(round((place - 1 + (raw - low) / (high - low)) / (len(ends) - 1), 3))
    return tuple(shares)


def _score_stated(row: Row) -> float:
    score = row.values.get("relevance_score")
    points = score if isinstance(score, int | float) and 1 <= score <= 10 else None
    if "topics" in row.values or "length" in row.values:
        return _HEURISTIC_LOG_ODDS + _HEURISTIC_LOG_ODDS_PER_POINT * min(4.0, (points or 3) - 3)
    return 0.0 if points is None else _STATED_LOG_ODDS.get(round(points), _MIN_STATED_LOG_ODDS)


def _score_substance(count: int, marks: frozenset[str], text: str) -> float:
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
        score += 0.2 * min(3, len(marks & _CLAIM_WORDS)) - 0.25 * min(3, len(marks & _FILLER_WORDS))
        score -= len(marks & _HEDGE_WORDS) / (8 + 0.2 * count)
        if not marks.isdisjoint(_INTERJECTION_WORDS):
            score -= 0.25 * min(4, sum(map(text.count, _INTERJECTIONS)))
    return score


def _score_completeness(words: Sequence[str], text: str) -> float:
    """Whether the quote stands alone: long enough, begun and ended as a sentence."""
    count = len(words)
    length = -1.5 * (1 - count / _MIN_WORDS) if count < _MIN_WORDS else -0.3 * (count > _MAX_WORDS)
    start = _score_beginning(words[0], text) if words else 0.0
    cut = -0.35 if text[:1].islower() else 0.0
    gaps = -0.1 if "..." in text or "…" in text else 0.0
    return length + start + cut + _score_ending(text) + gaps


def _score_beginning(first: str, text: str) -> float:
    if first in _DANGLING_STARTS:
        return -0.5
    return -0.5 if first == "why" and "?" not in text else 0.0  # a title, or half a sentence


def _score_ending(text: str) -> float:
    if text.endswith(_INCOMPLETE_ENDINGS):
        return -0.5
    return 0.0 if text.endswith(_COMPLETE_ENDINGS) else -0.1


# fmt: off
_QUANTILES = (
    39, 52, 66, 80, 90, 102, 113, 122, 130, 140,
    147, 154, 162, 169, 176, 184, 191, 200, 209,
)
# fmt: on
"""Raw relevance below which lie 1, 2, ... 19 twentieths of the quotes named above."""
_MIN_RAW, _MAX_RAW = 18, 227
"""Raw relevance below and above which lies one quote in 250."""
