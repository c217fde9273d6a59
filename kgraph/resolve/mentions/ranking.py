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
from kgraph.base.entity_types import ENTITY_TYPES, TRAINED_TYPE_NAMES
from kgraph.base.model import REJECTED
from kgraph.resolve.mentions.classifier import (
    MENTION_CLASSES,
    Ranker,
    most_likely_class,
    sigmoid,
    softmax,
)
from kgraph.resolve.mentions.row import EntityCandidate, MentionRow

TYPE_GROUPS = {
    **{type_: ENTITY_TYPES[type_].group for type_ in TRAINED_TYPE_NAMES},
    REJECTED: REJECTED,
}
"""Types that shade into each other: a wrong one among these leaves the name right."""

PROBABILITY_STEPS = 5
"""Steps into which the chance of a candidate's type is divided."""

MAX_COUNTED_EPISODES = 256
"""Episodes that have a name beyond which more say no more."""

MIN_PROBABILITY = 1e-3
"""Chances are kept this far from 0 and 1 before their log-odds are taken."""


class RankedCandidate(msgspec.Struct, frozen=True, gc=False):
    """A candidate with its score, in log-odds against the others."""

    candidate: EntityCandidate
    score: float


def choose_best(
    row: MentionRow, candidates: Sequence[EntityCandidate], chances: Sequence[float], ranker: Ranker
) -> tuple[RankedCandidate, float]:
    """The best candidate, and its share of the chances of all, in [0, 1]."""
    first = candidates[0]
    if _is_clear_cut(row, candidates, chances) or all(
        candidate.label == first.label for candidate in candidates
    ):
        return RankedCandidate(first, first.weight), 1.0
    scored = rank_candidates(row, candidates, chances, ranker)
    return scored[0], softmax([item.score for item in scored])[0]


def _is_clear_cut(
    row: MentionRow, candidates: Sequence[EntityCandidate], chances: Sequence[float]
) -> bool:
    """Is it a sure entry of the likeliest type, which no words around it make longer?"""
    entry = candidates[0].entry
    if not row.form.is_unambiguous or entry is None or len(candidates) > len(row.form.candidates):
        return False
    return chances[MENTION_CLASSES.index(entry.trained_type)] == max(chances)


def rank_candidates(
    row: MentionRow, candidates: Sequence[EntityCandidate], chances: Sequence[float], ranker: Ranker
) -> list[RankedCandidate]:
    """The candidates, best first; those of one label count as one, with the says of all."""
    weights = ranker.candidate_weights
    among = join_sources(candidates)
    found: dict[str, RankedCandidate] = {}
    for candidate in candidates:
        score = candidate.weight
        for name in fit_features(row, candidate, chances, among):
            score += weights.get(name, 0.0)
        key = text.name_key(candidate.label)
        known = found.get(key)
        kept = known.candidate if known else candidate
        found[key] = RankedCandidate(kept, score + known.score if known else score)
    return sorted(found.values(), key=lambda item: -item.score)


def join_sources(candidates: Sequence[EntityCandidate]) -> str:
    """The sources that found candidates, in one word."""
    return "+".join(sorted({candidate.source for candidate in candidates}))


def fit_features(
    row: MentionRow, candidate: EntityCandidate, chances: Sequence[float], among: str
) -> tuple[str, ...]:
    """What speaks for a candidate in this row, beside what it says itself."""
    source, entry, type_ = candidate.source, candidate.entry, most_likely_class(chances)
    said = _source_fit_features(source, among, row.context.mentions_phrase(candidate.label.lower()))
    if source == "itself":
        said += _surface_fit_features(row, candidate.features[0])
    if entry is None:
        return (*said, f"{source}:{type_}")
    chance = int(chances[MENTION_CLASSES.index(entry.trained_type)] * PROBABILITY_STEPS)
    said += _entry_fit_features(source, entry.trained_type, entry.word, type_, chance)
    return (
        (*said, f"{candidate.features[0]}:{_type_agreement(entry.trained_type, type_)}")
        if source == "known"
        else said
    )


def _surface_fit_features(row: MentionRow, first: str) -> tuple[str, ...]:
    return (
        f"itself:stated:{row.mention.stated}",
        f"{first}:{row.mention.extractor}",
        f"itself:open:{row.window.is_open_left}:{row.window.is_open_right}",
    )


# Both have some hundreds of distinct values, asked for half a million times.
@lru_cache(maxsize=1 << 12)
def _source_fit_features(source: str, among: str, is_about: bool) -> tuple[str, ...]:
    return f"{source}:among:{among}", f"{source}:about:{is_about}"


@lru_cache(maxsize=1 << 12)
def _entry_fit_features(
    source: str, type_: str, is_word: bool, likeliest: str, chance: int
) -> tuple[str, ...]:
    """What an entry's type says: beside the likeliest, and by its own chance, in steps."""
    fit = _type_agreement(type_, likeliest)
    return (
        f"{source}:{fit}:{'word' if is_word else 'name'}",
        f"{source}:{type_}:{likeliest}",
        *(f"{source}:chance>{step}" for step in range(chance + 1)),
    )


def _type_agreement(type_: str, likeliest: str) -> str:
    if type_ == likeliest:
        return "same"
    return "kin" if TYPE_GROUPS[type_] == TYPE_GROUPS[likeliest] else "not"


def decision_features(
    type_: str, chances: Sequence[float], row: MentionRow, top: RankedCandidate | None, share: float
) -> dict[str, float]:
    """The features of a whole decision, by name: log-odds, marks that are 1, and how often the
    corpus has the name. What many episodes speak of is well known, and seldom misheard."""
    odds = _log_odds(chances[MENTION_CLASSES.index(type_)])
    if top is None:
        return {"noise": 1.0, "noise:odds": odds}
    is_entry = top.candidate.entry is not None
    marks = _decision_marks(type_, top.candidate.source, is_entry, row.mention.extractor)
    spread = _log_episodes(row)
    known = {"sure": 1.0, "sure:spread": spread} if row.form.is_unambiguous else {}
    return {
        "named:odds": odds,
        "named:share": _log_odds(share),
        "named:spread": spread,
        **known,
        **marks,
    }


def _log_episodes(row: MentionRow) -> float:
    """In how many episodes the corpus has the name: its binary logarithm, whole."""
    usage = row.knowledge.names.get(row.profile.key)
    return float(min(usage.episodes, MAX_COUNTED_EPISODES).bit_length() - 1) if usage else 0.0


@lru_cache(maxsize=1 << 10)
def _decision_marks(type_: str, source: str, is_entry: bool, extractor: str) -> dict[str, float]:
    return {
        "named": 1.0,
        f"source:{source}": 1.0,
        f"source:{source}:{extractor}": 1.0,
        f"type:{type_}": 1.0,
        f"entry:{is_entry}:{extractor}": 1.0,
    }


def _log_odds(chance: float) -> float:
    kept = min(max(chance, MIN_PROBABILITY), 1 - MIN_PROBABILITY)
    return math.log(kept / (1 - kept))


def decision_confidence(says: dict[str, float], ranker: Ranker) -> float:
    """The probability that the whole decision is right."""
    weights = ranker.decision_weights
    return sigmoid(math.fsum([weights.get(name, 0.0) * value for name, value in says.items()]))
