"""Which of a row's candidates is the one, and how sure the whole decision is.

Takes the candidates of a row and the chances of each type, gives the best candidate; and
the calibrated probability that both its type and its label are right. Both are logistic
regressions over few named features; their weights are data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from kgraph.base import text
from kgraph.resolve.mentions.classifier import TYPES, Ranker, likeliest, sigmoid, softmax
from kgraph.resolve.mentions.row import Candidate, Row

KINDS = {
    "company": "maker", "product": "maker", "crypto": "maker", "institution": "maker",
    "show": "maker", "person": "person", "place": "place", "other": "other", "noise": "noise",
}  # fmt: skip
"""Types that shade into each other: a wrong one among these leaves the name right."""

STEPS = 5
"""Steps into which the chance of a candidate's type is divided."""

WIDEST = 256
"""Episodes that have a name beyond which more say no more."""

UNSURE = 1e-3
"""Chances are kept this far from 0 and 1 before their log-odds are taken."""


class Ranked(msgspec.Struct, frozen=True, gc=False):
    """A candidate with its score, in log-odds against the others."""

    candidate: Candidate
    score: float


def best(
    row: Row, candidates: Sequence[Candidate], chances: Sequence[float], ranker: Ranker
) -> tuple[Ranked, float]:
    """The best candidate, and its share of the chances of all, in [0, 1]."""
    first = candidates[0]
    if _is_plain(row, candidates, chances) or all(
        candidate.label == first.label for candidate in candidates
    ):
        return Ranked(first, first.weight), 1.0
    scored = ranked(row, candidates, chances, ranker)
    return scored[0], softmax([item.score for item in scored])[0]


def _is_plain(row: Row, candidates: Sequence[Candidate], chances: Sequence[float]) -> bool:
    """Is it a sure entry of the likeliest type, which no words around it make longer?"""
    entry = candidates[0].entry
    if not row.form.is_sure or entry is None or len(candidates) > len(row.form.candidates):
        return False
    return chances[TYPES.index(entry.type)] == max(chances)


def ranked(
    row: Row, candidates: Sequence[Candidate], chances: Sequence[float], ranker: Ranker
) -> list[Ranked]:
    """The candidates, best first; those of one label count as one, with the says of all."""
    weights = ranker.candidate
    among = sources_of(candidates)
    found: dict[str, Ranked] = {}
    for candidate in candidates:
        score = candidate.weight
        for name in fitting(row, candidate, chances, among):
            score += weights.get(name, 0.0)
        key = text.key(candidate.label)
        known = found.get(key)
        kept = known.candidate if known else candidate
        found[key] = Ranked(kept, score + known.score if known else score)
    return sorted(found.values(), key=lambda item: -item.score)


def sources_of(candidates: Sequence[Candidate]) -> str:
    """The sources that found candidates, in one word."""
    return "+".join(sorted({candidate.source for candidate in candidates}))


def fitting(
    row: Row, candidate: Candidate, chances: Sequence[float], among: str
) -> tuple[str, ...]:
    """What speaks for a candidate in this row, beside what it says itself."""
    source, entry, type_ = candidate.source, candidate.entry, likeliest(chances)
    said = _said_of_source(source, among, row.setting.speaks_of(candidate.label.lower()))
    if source == "itself":
        said += _said_of_itself(row, candidate.says[0])
    if entry is None:
        return (*said, f"{source}:{type_}")
    chance = int(chances[TYPES.index(entry.type)] * STEPS)
    said += _said_of_entry(source, entry.type, entry.word, type_, chance)
    return (*said, f"{candidate.says[0]}:{_fit(entry.type, type_)}") if source == "known" else said


def _said_of_itself(row: Row, first: str) -> tuple[str, ...]:
    return (
        f"itself:stated:{row.mention.stated}",
        f"{first}:{row.mention.extractor}",
        f"itself:open:{row.place.opens_left}:{row.place.opens_right}",
    )


# Both have some hundreds of distinct values, asked for half a million times.
@lru_cache(maxsize=1 << 12)
def _said_of_source(source: str, among: str, is_about: bool) -> tuple[str, ...]:
    return f"{source}:among:{among}", f"{source}:about:{is_about}"


@lru_cache(maxsize=1 << 12)
def _said_of_entry(
    source: str, type_: str, is_word: bool, likeliest: str, chance: int
) -> tuple[str, ...]:
    """What an entry's type says: beside the likeliest, and by its own chance, in steps."""
    fit = _fit(type_, likeliest)
    return (
        f"{source}:{fit}:{'word' if is_word else 'name'}",
        f"{source}:{type_}:{likeliest}",
        *(f"{source}:chance>{step}" for step in range(chance + 1)),
    )


def _fit(type_: str, likeliest: str) -> str:
    if type_ == likeliest:
        return "same"
    return "kin" if KINDS[type_] == KINDS[likeliest] else "not"


def decision_says(
    type_: str, chances: Sequence[float], row: Row, top: Ranked | None, share: float
) -> dict[str, float]:
    """The features of a whole decision, by name: log-odds, marks that are 1, and how often the
    corpus has the name. What many episodes speak of is well known, and seldom misheard."""
    odds = _odds(chances[TYPES.index(type_)])
    if top is None:
        return {"noise": 1.0, "noise:odds": odds}
    is_entry = top.candidate.entry is not None
    marks = _marks(type_, top.candidate.source, is_entry, row.mention.extractor)
    spread = _spread(row)
    known = {"sure": 1.0, "sure:spread": spread} if row.form.is_sure else {}
    return {
        "named:odds": odds,
        "named:share": _odds(share),
        "named:spread": spread,
        **known,
        **marks,
    }


def _spread(row: Row) -> float:
    """In how many episodes the corpus has the name: its binary logarithm, whole."""
    usage = row.knowledge.names.get(row.profile.key)
    return float(min(usage.episodes, WIDEST).bit_length() - 1) if usage else 0.0


@lru_cache(maxsize=1 << 10)
def _marks(type_: str, source: str, is_entry: bool, extractor: str) -> dict[str, float]:
    return {
        "named": 1.0,
        f"source:{source}": 1.0,
        f"source:{source}:{extractor}": 1.0,
        f"type:{type_}": 1.0,
        f"entry:{is_entry}:{extractor}": 1.0,
    }


def _odds(chance: float) -> float:
    kept = min(max(chance, UNSURE), 1 - UNSURE)
    return math.log(kept / (1 - kept))


def confidence(says: dict[str, float], ranker: Ranker) -> float:
    """The probability that the whole decision is right."""
    weights = ranker.decision
    return sigmoid(math.fsum([weights.get(name, 0.0) * value for name, value in says.items()]))
