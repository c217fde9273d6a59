"""Three penalised regressions over named features, fitted from zero by L-BFGS.

Takes sparse matrices, gives weights. All are convex, so the same input gives the same
weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize

from kgraph.resolve.mentions.classifier import MENTION_CLASSES

RIDGE = 0.5
"""Strength of the quadratic penalty: of 0.2 to 1 about the best; 2 did worse."""

RANK_RIDGE = 0.6
"""The same for the ranker: best of 0.3, 0.6, 1 and 2."""


def vocabulary(samples: Iterable[Iterable[str]], fewest: int) -> dict[str, int]:
    """Features that stand in at least ``fewest`` rows, numbered."""
    counts = Counter(name for row in samples for name in set(row))
    return {name: n for n, name in enumerate(sorted(n for n, c in counts.items() if c >= fewest))}


def matrix(samples: Sequence[Iterable[str]], columns: dict[str, int]) -> sp.csr_matrix:
    """One row for each list of features, with how often each stands in it."""
    indices: list[int] = []
    counts: list[int] = []
    ends = [0]
    for row in samples:
        held = Counter(columns[name] for name in row if name in columns)
        indices += held.keys()
        counts += held.values()
        ends.append(len(indices))
    return sp.csr_matrix((np.array(counts, float), indices, ends), (len(samples), len(columns)))


def fit_types(x: sp.csr_matrix, accepted: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weights of the multinomial regression; ``accepted`` holds 1 for each accepted type."""
    across = x.T.tocsr()
    shape = (x.shape[1], len(MENTION_CLASSES))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(shape)
        z = x @ weights
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        right = (p * accepted).sum(1) + 1e-12
        pull = p * accepted / right[:, None]
        gradient = across @ ((p - pull) * weight[:, None]) + RIDGE * weights
        return -(weight * np.log(right)).sum() + RIDGE / 2 * (weights**2).sum(), gradient.ravel()

    start = np.zeros(shape[0] * shape[1])
    return least(loss, start, 150).reshape(shape)


def fit_binary(x: Any, right: np.ndarray, weight: np.ndarray, ridge: float = RIDGE) -> np.ndarray:
    """Weights of a binary regression."""
    across = x.T

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        p = 1 / (1 + np.exp(-(x @ flat)))
        log_likelihoods = right * np.log(p + 1e-12) + (1 - right) * np.log(1 - p + 1e-12)
        return (
            -(weight * log_likelihoods).sum() + ridge / 2 * (flat**2).sum(),
            across @ (weight * (p - right)) + ridge * flat,
        )

    start = np.zeros(x.shape[1])
    return least(loss, start, 300)


def fit_choice(
    x: sp.csr_matrix, right: np.ndarray, starts: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Weights of the conditional regression; a row's candidates stand from each start on."""
    across = x.T.tocsr()
    sizes = np.diff([*starts, len(right)])
    row = np.repeat(np.arange(len(starts)), sizes)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        score = x @ flat
        raised = np.exp(score - np.maximum.reduceat(score, starts)[row])
        share = raised / np.add.reduceat(raised, starts)[row]
        good = np.add.reduceat(share * right, starts) + 1e-12
        gradient = across @ ((share - share * right / good[row]) * weight[row])
        total = -(weight * np.log(good)).sum() + RANK_RIDGE / 2 * (flat**2).sum()
        return total, gradient + RANK_RIDGE * flat

    start = np.zeros(x.shape[1])
    return least(loss, start, 300)


def least(loss: Any, start: np.ndarray, rounds: int) -> np.ndarray:
    """Where a loss, given with its gradient, is least."""
    result = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": rounds})
    return np.asarray(result.x)
