"""A multinomial logistic regression, applied.

Takes the names of the features that hold, gives the probability of each type and what
each feature said. The weights are data (``data/model/resolver.json``), made by
``benchmarks/train_resolver.py`` from labelled rows; nothing is learnt here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import msgspec

TYPES = (
    "company", "institution", "crypto", "product", "person", "place", "show", "other", "noise",
)  # fmt: skip
"""The classes, in the order of every vector of weights and probabilities."""


NOTHING = (0.0,) * len(TYPES)
"""The scores of no features."""


class Classifier(msgspec.Struct, frozen=True, array_like=True):
    """Weights by feature, one for each of :data:`TYPES`, in log-odds."""

    weights: dict[str, tuple[float, ...]] = {}

    def scores(self, features: Iterable[str]) -> tuple[float, ...]:
        """The sum of the weights of features, by type; unknown features say nothing."""
        weights = self.weights
        known = [weights[feature] for feature in features if feature in weights]
        return tuple(map(sum, zip(*known, strict=True))) if known else NOTHING

    def probabilities(
        self, features: Iterable[str], more: tuple[float, ...] = NOTHING
    ) -> list[float]:
        """The probability of each of :data:`TYPES`, given features and further scores.

        >>> Classifier({"x": (0.0,) * 8 + (9.0,)}).probabilities(["x", "y"])[-1] > 0.99
        True
        """
        return softmax(
            [one + other for one, other in zip(self.scores(features), more, strict=True)]
        )

    def parts(self, features: Iterable[str], one: int, other: int) -> list[tuple[str, float]]:
        """What each known feature adds to the log-odds of one type (by its place in
        :data:`TYPES`) against another."""
        weights = self.weights
        known = ((name, weights[name]) for name in features if name in weights)
        return [(name, values[one] - values[other]) for name, values in known]


class Ranker(msgspec.Struct, frozen=True, array_like=True):
    """Weights, in log-odds: of a candidate's features that it is the one, and of a
    decision's that all of it is right."""

    candidate: dict[str, float] = {}
    decision: dict[str, float] = {}


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
