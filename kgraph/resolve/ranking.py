"""Which of a row's candidates is the one, and how sure the whole decision is.

Takes the candidates of a row and the chances of each type, gives the best candidate; and
the calibrated probability that both its type and its label are right. Both are logistic
regressions over few named features; their weights are data.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import msgspec

from kgraph import names
from kgraph.resolve.candidate import Candidate, Row
from kgraph.resolve.classifier import TYPES, Ranker, sigmoid, softmax

KINDS = {
    "company": "maker", "product": "maker", "crypto": "maker", "institution": "maker",
    "show": "maker", "person": "person", "place": "place", "other": "other", "noise": "noise",
}  # fmt: skip
"""Types that shade into each other: a wrong one among these leaves the name right."""

STEPS = 5
"""Steps into which the chance of a candidate's type is divided."""

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
    if len({candidate.label for candidate in candidates}) == 1 or _is_plain(
        row, candidates, chances
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
        key = names.key(candidate.label)
        known = found.get(key)
        kept = known.candidate if known else candidate
        found[key] = Ranked(kept, score + known.score if known else score)
    return sorted(found.values(), key=lambda item: -item.score)


def sources_of(candidates: Sequence[Candidate]) -> str:
    """The sources that found candidates, in one word."""
    return "+".join(sorted({candidate.source for candidate in candidates}))


def fitting(row: Row, candidate: Candidate, chances: Sequence[float], among: str) -> Iterator[str]:
    """What speaks for a candidate in this row, beside what it says itself."""
    likeliest = TYPES[max(range(len(TYPES)), key=chances.__getitem__)]
    source, entry = candidate.source, candidate.entry
    yield f"{source}:among:{among}"
    yield f"{source}:about:{f' {candidate.label.lower()} ' in row.setting.about}"
    if source == "itself":
        mention, place = row.mention, row.place
        yield f"itself:stated:{mention.stated}"
        yield f"{candidate.says[0]}:{mention.extractor}"
        yield f"itself:open:{place.opens_left}:{place.opens_right}"
    if entry is None:
        yield f"{source}:{likeliest}"
        return
    fit = _fit(entry.type, likeliest)
    yield f"{source}:{fit}:{'word' if entry.word else 'name'}"
    yield f"{source}:{entry.type}:{likeliest}"
    for step in range(int(chances[TYPES.index(entry.type)] * STEPS) + 1):
        yield f"{source}:chance>{step}"
    if source == "known":
        yield f"{candidate.says[0]}:{fit}"


def _fit(type_: str, likeliest: str) -> str:
    if type_ == likeliest:
        return "same"
    return "kin" if KINDS[type_] == KINDS[likeliest] else "not"


def decision_says(
    type_: str, chances: Sequence[float], row: Row, top: Ranked | None, share: float
) -> dict[str, float]:
    """The features of a whole decision, by name: log-odds, and marks that are 1."""
    odds = _odds(chances[TYPES.index(type_)])
    if top is None:
        return {"noise": 1.0, "noise:odds": odds}
    source = top.candidate.source
    return {
        "named": 1.0,
        "named:odds": odds,
        "named:share": _odds(share),
        f"source:{source}": 1.0,
        f"source:{source}:{row.mention.extractor}": 1.0,
        f"type:{type_}": 1.0,
        f"entry:{top.candidate.entry is not None}:{row.mention.extractor}": 1.0,
    }


def _odds(chance: float) -> float:
    kept = min(max(chance, UNSURE), 1 - UNSURE)
    return math.log(kept / (1 - kept))


def confidence(says: dict[str, float], ranker: Ranker) -> float:
    """The probability that the whole decision is right."""
    weights = ranker.decision
    return sigmoid(math.fsum(weights.get(name, 0.0) * value for name, value in says.items()))
