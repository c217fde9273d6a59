"""Relevance of quotes, comparable between the two extractors.

Takes a quote's words, text and row; gives a number in [0, 1]: 0.9 means "better than nine quotes in
ten". The language model gives nearly half of its quotes a 9 or a 10, and the heuristic counts
keywords, so a stated score is only a start, which features of the text move. Quantiles of 64,000
quotes of a thousand episodes spread the sum evenly.

Invariant: relevance depends on the quote's row alone, so it stays when other files change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from math import exp
from string import ascii_uppercase, digits

from kgraph.base.model import Row

RAW_RELEVANCE_STEPS = 255  #: raw relevance is one byte, from 0 to this

#: Log-odds of the language model's score; below 5 as 4, which it gives to one in 500.
_STATED_LOG_ODDS = {10: 1.1, 9: 0.6, 8: 0.0, 7: -0.6, 6: -1.1, 5: -1.6}
_MIN_STATED_LOG_ODDS = -2.0
_HEURISTIC_LOG_ODDS = -1.5  #: of the heuristic's quotes: sentences chosen by keywords, unread
_HEURISTIC_LOG_ODDS_PER_POINT = 0.25  #: of its score above 3, the lowest


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DIGITS, _CAPITALS = digits.encode(), ascii_uppercase.encode()
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
# Without the first letter, which may be a capital.
_INTERJECTIONS = ("ight?", "ou know", "n't know", "I mean", "ike,", "ind of ", "ort of ")
_INTERJECTION_WORDS = _word_set("right know mean like kind sort")  #: one is in each of them
RELEVANCE_WORDS = _CLAIM_WORDS | _FILLER_WORDS | _HEDGE_WORDS  #: the words that count here
_COMPLETE_ENDINGS = (".", "!", '"', "”", "'", "’", ")", "]")
_INCOMPLETE_ENDINGS = ("?", "—", "–", "-", ",", "...", "…", '..."', "…”")
_MIN_WORDS = 12  #: fewer seldom make a thought that stands alone
_MAX_WORDS = 90  #: more are a passage
#: Words in which substance is expected; in more it counts for less. Of 110 quotes that were read
#: the longer ones were no better (rank correlation of words and rating 0.01), but relevance rose
#: with length (0.19; with this 0.07) and agrees more with the rating (0.41 instead of 0.38). From
#: 20 to 40 words all is the same to 0.01.
_DENSE_WORDS = 25
#: Raw relevance below which lie 1, 2, ... 19 twentieths of the quotes named above; at both ends
#: that below or above which lies one quote in 250.
_QUANTILES = (
    *(18, 37, 50, 63, 75, 86, 96, 106, 115, 124, 132),
    *(140, 146, 153, 162, 169, 176, 184, 191, 203, 220),
)


def score_raw_relevance(words: Sequence[str], cues: frozenset[str], text: str, row: Row) -> int:
    """Score a quote's text and stated score, from 0 to :data:`RAW_RELEVANCE_STEPS`.

    Of the folded words, ``cues`` has at least those that are :data:`RELEVANCE_WORDS`.
    """
    score = (
        _score_stated(row)
        + _score_substance(len(words), cues, text)
        + _score_completeness(words, text)
    )
    return round(RAW_RELEVANCE_STEPS / (1 + exp(-score)))


def calibrate_relevance(raw: int, advert_probability: float = 0.0) -> float:
    """Return the share of quotes that have less raw relevance, lowered for adverts.

    >>> calibrate_relevance(0), calibrate_relevance(255), calibrate_relevance(255, 0.9)
    (0.0, 1.0, 0.1)
    """
    share = _raw_to_percentile()[raw]
    return round(share * (1 - advert_probability), 3) if advert_probability else share


@cache
def _raw_to_percentile() -> tuple[float, ...]:
    """Return the share of quotes below each raw relevance, linear between the quantiles."""
    last = len(_QUANTILES) - 1
    shares = []
    for step in range(RAW_RELEVANCE_STEPS + 1):
        raw = max(_QUANTILES[0], min(_QUANTILES[last], step))
        index = min(bisect_right(_QUANTILES, raw), last)
        low, high = _QUANTILES[index - 1], _QUANTILES[index]
        shares.append(round((index - 1 + (raw - low) / (high - low)) / last, 3))
    return tuple(shares)


def _score_stated(row: Row) -> float:
    score = row.values.get("relevance_score")
    points = score if isinstance(score, int | float) and 1 <= score <= 10 else None
    if "topics" in row.values or "length" in row.values:  # of the heuristic
        return _HEURISTIC_LOG_ODDS + _HEURISTIC_LOG_ODDS_PER_POINT * min(4.0, (points or 3) - 3)
    return 0.0 if points is None else _STATED_LOG_ODDS.get(round(points), _MIN_STATED_LOG_ODDS)


def _score_substance(word_count: int, cues: frozenset[str], text: str) -> float:
    """Score numbers, names and claims, against filler.

    A long quote has more of each, and is no better for it: what counts is how dense they are.
    """
    # Deleting bytes and counting the others is the fastest way to look for a class.
    encoded = text.encode("utf-8", "replace")
    gain = 0.35 if len(encoded.translate(None, _DIGITS)) < len(encoded) else 0.0
    capitals = len(encoded) - len(encoded.translate(None, _CAPITALS))
    # Sentences and "I" have capitals too.
    names = capitals - text.count(". ") - text.count("I ") - text.count("I'") - 1
    if names > 0:
        gain += 0.2 * min(2, names)
    gain += 0.2 * min(3, len(cues & _CLAIM_WORDS))
    score = gain * min(1.0, _DENSE_WORDS / word_count) if word_count else gain
    score -= 0.25 * min(3, len(cues & _FILLER_WORDS))
    score -= len(cues & _HEDGE_WORDS) / (8 + 0.2 * word_count)
    if not cues.isdisjoint(_INTERJECTION_WORDS):
        score -= 0.25 * min(4, sum(map(text.count, _INTERJECTIONS)))
    return score


def _score_completeness(words: Sequence[str], text: str) -> float:
    """Score whether the quote stands alone: long enough, begun and ended as a sentence."""
    count = len(words)
    score = -1.5 * (1 - count / _MIN_WORDS) if count < _MIN_WORDS else -0.3 * (count > _MAX_WORDS)
    # "Why" without a question mark starts a title, or half a sentence.
    if words and (words[0] in _DANGLING_STARTS or (words[0] == "why" and "?" not in text)):
        score -= 0.5
    if text[:1].islower():
        score -= 0.35
    if text.endswith(_INCOMPLETE_ENDINGS):
        score -= 0.5
    elif not text.endswith(_COMPLETE_ENDINGS):
        score -= 0.1
    return score - 0.1 if "..." in text or "…" in text else score
