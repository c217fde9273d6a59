"""Trained weights, and a multinomial logistic regression that applies them.

``benchmarks/train_resolver.py`` trains the weights from labelled rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec

from kgraph.base.entity_types import TRAINED_TYPE_NAMES
from kgraph.base.model import REJECTED

#: The classes, in the order of every vector of weights and probabilities.
MENTION_CLASSES = (*TRAINED_TYPE_NAMES, REJECTED)

ZERO_SCORES = (0.0,) * len(MENTION_CLASSES)

#: A feature and its weights, one for each of MENTION_CLASSES.
WeightedFeature: TypeAlias = tuple[str, tuple[float, ...]]


class ResolverModel(msgspec.Struct, frozen=True):
    """Trained weights by feature, in log-odds: ``data/model/resolver.json``."""

    classifier: dict[str, tuple[float, ...]] = {}  #: of each of MENTION_CLASSES
    candidate: dict[str, float] = {}  #: that a candidate is the entity meant
    decision: dict[str, float] = {}  #: that type and label of a decision are right

    def select_class_weights(self, features: Iterable[str]) -> list[WeightedFeature]:
        """Pair features with their weights; unknown features are dropped."""
        get = self.classifier.get
        return [(name, weights) for name in features if (weights := get(name)) is not None]


def sum_weights(weighed: Sequence[WeightedFeature]) -> tuple[float, ...]:
    """Add up the weights of features, by class.

    >>> sum_weights([("x", (1.0, 2.0)), ("y", (0.5, 0.5))])
    (1.5, 2.5)
    """
    return tuple(map(sum, zip(*[weights for _, weights in weighed], strict=True))) or ZERO_SCORES


def most_likely_class(probabilities: Sequence[float]) -> str:
    """Return the class of the greatest probability; of equal ones the first."""
    return MENTION_CLASSES[probabilities.index(max(probabilities))]


def class_probability(type_: str, probabilities: Sequence[float]) -> float:
    """Return the probability of one class."""
    return probabilities[MENTION_CLASSES.index(type_)]


def softmax(scores: Sequence[float]) -> list[float]:
    """Return probabilities in proportion to e to the power of each score."""
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def sigmoid(score: float) -> float:
    """Return the probability of log-odds of any size.

    >>> sigmoid(0.0), sigmoid(-1e9)
    (0.5, 0.0)
    """
    if score < -700:
        return 0.0
    return 1.0 / (1.0 + math.exp(-score))
