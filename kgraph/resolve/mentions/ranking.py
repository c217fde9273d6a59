"""Choose the best candidate of a row, and calibrate the confidence of the whole decision.

Both are logistic regressions over few named features; their weights are data
(``data/model/resolver.json``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES, TRAINED_TYPE_NAMES
from kgraph.base.model import REJECTED
from kgraph.base.text import name_key
from kgraph.resolve.mentions.classifier import (
    ResolverModel,
    class_probability,
    most_likely_class,
    sigmoid,
    softmax,
)
from kgraph.resolve.mentions.features import cue_log_odds
from kgraph.resolve.mentions.row import EntityCandidate, MentionRow

#: Types that shade into each other: a wrong one of a group leaves the name right.
TYPE_GROUPS = {
    **{type_: ENTITY_TYPES[type_].group for type_ in TRAINED_TYPE_NAMES},
    REJECTED: REJECTED,
}

PROBABILITY_STEPS = 5  #: steps into which the probability of a type is divided
MIN_PROBABILITY = 1e-3  #: least distance from 0 and 1 before taking log-odds


class RankedCandidate(msgspec.Struct, frozen=True, gc=False):
    """A candidate with its score, in log-odds against the others."""

    candidate: EntityCandidate
    score: float


def rank_candidates(
    row: MentionRow,
    candidates: Sequence[EntityCandidate],
    probabilities: Sequence[float],
    model: ResolverModel,
) -> list[tuple[RankedCandidate, float]]:
    """Return the candidates with their probabilities among all, in [0, 1], the best first.

    The scores of candidates of one label add up. A candidate that is clear stands alone.
    """
    first = candidates[0]
    # An unambiguous entry of the likeliest type, which no words around it make longer.
    is_clear = (
        row.form.is_unambiguous
        and first.entry is not None
        and len(candidates) <= len(row.form.candidates)
        and class_probability(first.entry.trained_type, probabilities) == max(probabilities)
    )
    if is_clear or all(candidate.label == first.label for candidate in candidates):
        return [(RankedCandidate(first, first.weight), 1.0)]
    weights, sources = model.candidate, join_sources(candidates)
    has_homographs = sum(candidate.is_lexicon_match for candidate in candidates) > 1
    by_label: dict[str, RankedCandidate] = {}
    for candidate in candidates:
        score = candidate.weight
        if has_homographs and candidate.entry is not None and candidate.is_lexicon_match:
            score += cue_log_odds(row, candidate.entry)
        for name in fit_features(row, candidate, probabilities, sources):
            score += weights.get(name, 0.0)
        key = name_key(candidate.label)
        if earlier := by_label.get(key):
            by_label[key] = RankedCandidate(earlier.candidate, score + earlier.score)
        else:
            by_label[key] = RankedCandidate(candidate, score)
    ranked = sorted(by_label.values(), key=lambda item: -item.score)
    return list(zip(ranked, softmax([item.score for item in ranked]), strict=True))


def join_sources(candidates: Sequence[EntityCandidate]) -> str:
    """Join the sources of candidates, sorted, with ``+``."""
    return "+".join(sorted({candidate.source for candidate in candidates}))


def fit_features(
    row: MentionRow, candidate: EntityCandidate, probabilities: Sequence[float], sources: str
) -> tuple[str, ...]:
    """List the features of a candidate beside its own; ``sources`` are of all in the row."""
    source, entry, first = candidate.source, candidate.entry, candidate.features[0]
    likeliest = most_likely_class(probabilities)
    is_about = row.context.mentions_phrase(candidate.label.lower())
    features = _source_fit_features(source, sources, is_about)
    if source == "itself":
        features += (
            f"itself:stated:{row.mention.stated}",
            f"{first}:{row.mention.extractor}",
            f"itself:open:{row.window.is_open_left}:{row.window.is_open_right}",
        )
    if entry is None:
        return (*features, f"{source}:{likeliest}")
    step = int(class_probability(entry.trained_type, probabilities) * PROBABILITY_STEPS)
    features += _entry_fit_features(
        source, entry.trained_type, entry.is_common_word, likeliest, step
    )
    if source == "known":
        features += (f"{first}:{_type_agreement(entry.trained_type, likeliest)}",)
    return features


# Both have some hundreds of distinct values, and are called half a million times in a build.
@lru_cache(maxsize=1 << 12)
def _source_fit_features(source: str, sources: str, is_about: bool) -> tuple[str, ...]:
    return f"{source}:among:{sources}", f"{source}:about:{is_about}"


@lru_cache(maxsize=1 << 12)
def _entry_fit_features(
    source: str, type_: str, is_word: bool, likeliest: str, step: int
) -> tuple[str, ...]:
    agreement = _type_agreement(type_, likeliest)
    return (
        f"{source}:{agreement}:{'word' if is_word else 'name'}",
        f"{source}:{type_}:{likeliest}",
        *(f"{source}:chance>{passed}" for passed in range(step + 1)),
    )


def _type_agreement(type_: str, likeliest: str) -> str:
    if type_ == likeliest:
        return "same"
    return "kin" if TYPE_GROUPS[type_] == TYPE_GROUPS[likeliest] else "not"


def decision_features(
    type_: str,
    probabilities: Sequence[float],
    row: MentionRow,
    top: RankedCandidate | None,
    share: float,
) -> dict[str, float]:
    """List the features of a whole decision with their values.

    Values are log-odds, 1 for marks, and binary logarithms of episodes: a name of many episodes
    is well known, and seldom misheard.

    Args:
        top: the chosen candidate; None where the row is rejected.
        share: its probability among the candidates.
    """
    odds = bounded_log_odds(class_probability(type_, probabilities))
    if top is None:
        return {"noise": 1.0, "noise:odds": odds}
    spread = float(row.knowledge.frequencies.get(row.profile.key, 1) - 1)
    sure = {"sure": 1.0, "sure:spread": spread} if row.form.is_unambiguous else {}
    source, is_entry = top.candidate.source, top.candidate.entry is not None
    return {
        "named:odds": odds,
        "named:share": bounded_log_odds(share),
        "named:spread": spread,
        **sure,
        **_decision_marks(type_, source, is_entry, row.mention.extractor),
    }


@lru_cache(maxsize=1 << 10)
def _decision_marks(type_: str, source: str, is_entry: bool, extractor: str) -> dict[str, float]:
    return {
        "named": 1.0,
        f"source:{source}": 1.0,
        f"source:{source}:{extractor}": 1.0,
        f"type:{type_}": 1.0,
        f"entry:{is_entry}:{extractor}": 1.0,
    }


def bounded_log_odds(probability: float) -> float:
    """Return the log-odds of a probability, at least :data:`MIN_PROBABILITY` from 0 and 1."""
    bounded = min(max(probability, MIN_PROBABILITY), 1 - MIN_PROBABILITY)
    return math.log(bounded / (1 - bounded))


def decision_confidence(features: dict[str, float], model: ResolverModel) -> float:
    """Return the probability that type and label of a decision are both right."""
    weights = model.decision
    return sigmoid(math.fsum([weights.get(name, 0.0) * value for name, value in features.items()]))
