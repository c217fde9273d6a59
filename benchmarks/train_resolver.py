"""Train the resolver's weights: labelled rows -> data/model/resolver.json.

    pip install -e '.[train]'
    python benchmarks/train_resolver.py EPISODES MENTIONS.jsonl [OUT.json]

EPISODES is a folder of episode files, MENTIONS.jsonl holds a labelled row a line: file,
index, name, canonical, type, also, sure. Three regressions are fitted, all convex and
from zero, so the same input gives the same weights:

1. the classifier (multinomial, over types) on the labelled rows, on those of ``labels.tsv``
   (``resolver_rows`` tells what they are) and, with little weight, on rows whose name the
   lexicon knows beyond doubt, shown without that knowledge ("distant supervision", Mintz et
   al. 2009), and on the lexicon's names alone: they teach what contexts, categories and parts
   of names say of a type;
2. the ranker (conditional) on the candidates of the labelled rows, and on choices that the
   lexicon itself teaches;
3. the confidence (binary, Platt 1999) on whole decisions.

2 and 3 see chances from classifiers that had not seen the row's episode (cross-fitting). All rows
are seen with a lexicon that knows their episode as it knows one that nobody had read
(``resolver_rows.UNREAD_LEXICON``); else weights and confidence would trust it too far.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import scipy.sparse as sp
from resolver_rows import (
    Choice,
    Distant,
    Example,
    all_labels,
    choices_of,
    corpus,
    fold,
    knowledge_by_fold,
    plain,
    rehearsed,
    rows_of,
)
from scipy.optimize import minimize

from kgraph.resolve.mentions import decide, ranking, weigh
from kgraph.resolve.mentions.classifier import (
    MENTION_CLASSES,
    ResolverModel,
    most_likely_class,
    softmax,
    sum_weights,
)
from kgraph.resolve.mentions.row import EntityCandidate

INNER_FOLDS = 4
"""Folds of the cross-fitting."""

DIGITS = 2
"""Decimals of a weight that are kept: a hundredth of log-odds moves no decision."""

LIGHTEST = 0.05
"""Features whose every weight is lighter are left out."""

RIDGE = 0.5
"""Strength of the quadratic penalty: of 0.2 to 1 about the best; 2 did worse."""

RANK_RIDGE = 0.6
"""The same for the ranker: best of 0.3, 0.6, 1 and 2."""

Chances = dict[tuple[str, int], list[float]]
"""Place of a row -> the chance of each type."""


# -- three regressions, penalised and fitted from zero by L-BFGS ------------------------


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


# -- the weights -----------------------------------------------------------------------


def train_classifier(
    examples: Sequence[Example], distant: Sequence[Distant]
) -> dict[str, tuple[float, ...]]:
    """The classifier's weights."""
    samples = [example.feature_names for example in examples] + [
        row.feature_names for row in distant
    ]
    accepted = [example.types for example in examples] + [[row.type] for row in distant]
    marks = np.array([[float(t in types) for t in MENTION_CLASSES] for types in accepted])
    weight = [example.weight for example in examples] + [row.weight for row in distant]
    columns = vocabulary(samples, 2)
    weights = fit_types(matrix(samples, columns), marks, np.array(weight))
    return {name: tuple(map(float, weights[index])) for name, index in columns.items()}


def chances_of(examples: Iterable[Example], weights: dict[str, tuple[float, ...]]) -> Chances:
    """The chance of each type of each row."""
    model = ResolverModel(weights)
    chances = {}
    for example in examples:
        scores = sum_weights(model.select_class_weights(example.feature_names))
        chances[example.place] = list(weigh.reweigh_by_cues(example.row, softmax(scores)))
    return chances


def cross_fitted(
    examples: Sequence[Example], distant: Sequence[Distant], folds: int = INNER_FOLDS
) -> Chances:
    """Chances of each row, by classifiers that have not seen its episode."""
    probabilities: Chances = {}
    for number in range(folds):
        training_examples = [example for example in examples if fold(example.file, folds) != number]
        distant_rows = [row for row in distant if fold(row.file, folds) != number]
        held = [example for example in examples if fold(example.file, folds) == number]
        probabilities |= chances_of(held, train_classifier(training_examples, distant_rows))
    return probabilities


def train_ranker(
    examples: Sequence[Example], chances: Chances, more: Sequence[Choice] = ()
) -> dict[str, float]:
    """The weights of candidates: a conditional regression (McFadden 1974) over the
    candidates of each row that has the right one among them."""
    choices = [Choice(choices_of(one, chances[one.place]), one.weight) for one in examples]
    telling = [one for one in (*choices, *more) if one.is_telling]
    samples = [says for one in telling for says, _ in one.options]
    right = [fits for one in telling for _, fits in one.options]
    weight = [one.weight for one in telling]
    starts = np.cumsum([0, *(len(one.options) for one in telling[:-1])])
    columns = vocabulary(samples, 3)
    weights = fit_choice(matrix(samples, columns), np.array(right), starts, np.array(weight))
    return {name: float(weights[index]) for name, index in columns.items()}


def weighed(candidates: Sequence[EntityCandidate], model: ResolverModel) -> list[EntityCandidate]:
    """The candidates with their weights."""
    weights = model.candidate
    sums = [
        math.fsum(weights.get(name, 0.0) for name in candidate.features) for candidate in candidates
    ]
    return [
        msgspec.structs.replace(one, weight=weight)
        for one, weight in zip(candidates, sums, strict=True)
    ]


def decide_row(
    example: Example, chances: Sequence[float], model: ResolverModel
) -> tuple[str, str, dict[str, float]]:
    """Return type, label and features of a row's decision, as ``resolve.mentions`` makes it."""
    row, type_ = example.row, most_likely_class(chances)
    if type_ == "noise":
        return type_, "", ranking.decision_features(type_, chances, row, None, 0.0)
    candidates = weigh.filter_by_type(chances, weighed(example.candidates, model))
    top, share = ranking.rank_candidates(row, candidates, chances, model)[0]
    features = ranking.decision_features(type_, chances, row, top, share)
    return decide.final_type(chances, row, top), top.candidate.label, features


def train_decision(
    examples: Sequence[Example],
    chances: Chances,
    more: Sequence[Choice] = (),
    folds: int = INNER_FOLDS,
) -> dict[str, float]:
    """The weights of confidence, on rankers that have not seen the row's episode."""
    samples: list[dict[str, float]] = []
    right: list[float] = []
    for number in range(folds):
        training_examples = [example for example in examples if fold(example.file, folds) != number]
        model = ResolverModel(candidate=train_ranker(training_examples, chances, more))
        for example in examples:
            if example.measures and fold(example.file, folds) == number:
                type_, label, features = decide_row(example, chances[example.place], model)
                fits = type_ == "noise" or plain(label) in example.names
                samples.append(features)
                right.append(float(fits and type_ in example.types))
    columns = sorted({name for says in samples for name in says})
    table = np.array([[says.get(name, 0.0) for name in columns] for says in samples])
    weights = fit_binary(table, np.array(right), np.ones(len(right)), ridge=0.5)
    return dict(zip(columns, map(float, weights), strict=True))


def train(
    examples: Sequence[Example], distant: Sequence[Distant], more: Sequence[Choice]
) -> ResolverModel:
    """All weights, of labelled rows, distantly labelled rows and rehearsed choices."""
    chances = cross_fitted(examples, distant)
    return ResolverModel(
        train_classifier(examples, distant),
        train_ranker(examples, chances, more),
        train_decision(examples, chances, more),
    )


def rounded(model: ResolverModel) -> ResolverModel:
    """The model as it is kept: light features left out, weights rounded."""
    weights_kept = {
        name: tuple(round(value, DIGITS) for value in values)
        for name, values in sorted(model.classifier.items())
        if max(map(abs, values)) >= LIGHTEST
    }
    return ResolverModel(weights_kept, _rounded(model.candidate), _rounded(model.decision))


def _rounded(weights: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in sorted(weights.items()) if abs(value) >= 0.005}


def as_text(model: ResolverModel) -> str:
    """JSON, a feature a line, so that a change of the model can be read as a diff."""
    chunks = []
    for field, weights in msgspec.to_builtins(model).items():
        lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in weights.items()]
        chunks.append(f'"{field}": {{\n' + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(chunks) + "\n}\n"


def main(folder: str, labels: str, out: str = "data/model/resolver.json") -> None:
    episodes = corpus(Path(folder))
    knowledges = knowledge_by_fold(episodes)
    examples, distant = rows_of(episodes, all_labels(Path(labels), episodes), knowledges)
    model = rounded(train(examples, distant, rehearsed(knowledges[0])))
    Path(out).write_text(as_text(model), "utf-8")
    print(
        f"{len(examples)} labelled, {len(distant)} distant rows; {len(model.classifier)} features"
    )


if __name__ == "__main__":
    if len(sys.argv) not in {3, 4}:
        sys.exit(__doc__)
    main(*sys.argv[1:])
