"""A multinomial logistic regression, applied.

Takes the names of the features that hold, gives the probability of each type and what
each feature said. The weights are data (``data/model/resolver.json``), made by
``benchmarks/train_resolver.py`` from labelled rows; nothing is learnt here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec

from kgraph.base.entity_types import TRAINED_TYPE_NAMES
from kgraph.base.model import REJECTED

MENTION_CLASSES = (*TRAINED_TYPE_NAMES, REJECTED)
"""The classes, in the order of every vector of weights and probabilities."""


ZERO_SCORES = (0.0,) * len(MENTION_CLASSES)
"""The scores of no features."""


WeightedFeature: TypeAlias = tuple[str, tuple[float, ...]]
"""A feature and its weights, one for each of :data:`MENTION_CLASSES`."""


class Classifier(msgspec.Struct, frozen=True, array_like=True):
    """Weights by feature, one for each of :data:`MENTION_CLASSES`, in log-odds."""

    weights: dict[str, tuple[float, ...]] = {}

    def select_weights(self, features: Iterable[str]) -> list[WeightedFeature]:
        """The features that have weights, with them; unknown features say nothing."""
        get = self.weights.get
        return [(name, weights) for name in features if (weights := get(name)) is not None]

    def score_features(self, features: Iterable[str]) -> tuple[float, ...]:
        """The sum of the weights of features, by type."""
        return sum_weights(self.select_weights(features))

    def probabilities(self, features: Iterable[str]) -> list[float]:
        """The probability of each of :data:`MENTION_CLASSES`, given features.

        >>> Classifier({"x": (0.0,) * 8 + (9.0,)}).probabilities(["x", "y"])[-1] > 0.99
        True
        """
        return softmax(self.score_features(features))


class Ranker(msgspec.Struct, frozen=True, array_like=True):
    """Weights, in log-odds: of a candidate's features that it is the one, and of a
    decision's that all of it is right."""

    candidate_weights: dict[str, float] = {}
    decision_weights: dict[str, float] = {}


def sum_weights(weighed: Sequence[WeightedFeature]) -> tuple[float, ...]:
    """The sum of the weights, by type.

    >>> sum_weights([("x", (1.0, 2.0)), ("y", (0.5, 0.5))])
    (1.5, 2.5)
    """
    return tuple(map(sum, zip(*[weights for _, weights in weighed], strict=True))) or ZERO_SCORES


def most_likely_class(chances: Sequence[float]) -> str:
    """The type with the greatest chance; of equal ones the first of :data:`MENTION_CLASSES`."""
    return MENTION_CLASSES[chances.index(max(chances))]


def softmax(scores: Sequence[float]) -> list[float]:
    """Probabilities in proportion to e to the power of each score."""
    top = max(scores)
    raised = [math.exp(score - top) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]


def sigmoid(score: float) -> float:
    """The probability with these log-odds, safe for any size.

    >>> sigmoid(0.0), sigmoid(-1e9)
    (0.5, 0.0)
    """
    if score < -700:
        return 0.0
    return 1.0 / (1.0 + math.exp(-score))
