"""Why a row was decided as it was, in words for ``kgraph why``.

Takes what the row's decision rested on, gives a few :class:`~kgraph.model.Reason`
values: the candidate's source, and the heaviest features with their log-odds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kgraph.model import Reason
from kgraph.resolve.candidate import Row
from kgraph.resolve.classifier import TYPES, Weighed
from kgraph.resolve.ranking import Ranked

MOST = 3
"""Features that a breakdown shows: the heaviest; the rest is small change."""

LIGHTEST = 0.15
"""Log-odds under which a feature is not worth a line."""

SOURCES = {
    "known": "the lexicon knows {core} as {label}",
    "longer": "with the words around it the lexicon knows it as {label}",
    "grown": "with the capitalised words around it the name is {label}",
    "inner": "a part of {core} is known as {label}",
    "partial": "it is short for {label}",
    "shorter": "without the common noun behind it the name is {label}",
    "full": "the episode names {label} in full",
    "heard": "it sounds like {label}, which the lexicon knows",
    "here": "it sounds like {label}, which the episode names",
    "itself": "the name stands as written: {label}",
}
"""What each source of candidates says, for a reader."""


def of(
    row: Row, weighed: Sequence[Weighed], chances: Sequence[float], top: Ranked | None
) -> tuple[Reason, ...]:
    """The breakdown of a decision: its candidate, then what spoke for its type against
    the next likely one."""
    one, other = likeliest_two(chances)
    sides = TYPES[other], TYPES[one]
    scores = row.form.scores
    found = [] if top is None else [_of_candidate(row, top)]
    of_name = round(scores[one] - scores[other], 2) + 0.0  # never -0.0, which counts as 0.0
    found.append(_of_name(of_name, sides[of_name > 0]))
    for name, weight in _heaviest(weighed, one, other):
        found.append(_of_feature(name, round(weight, 2), sides[weight > 0]))
    return tuple(found)


def likeliest_two(chances: Sequence[float]) -> tuple[int, int]:
    """Places of the greatest and the next greatest chance; of equal ones the first goes before.

    >>> likeliest_two([0.2, 0.5, 0.2, 0.1])
    (1, 0)
    """
    first = chances.index(max(chances))
    others = list(chances)
    others[first] = -1.0
    return first, others.index(max(others))


def _heaviest(weighed: Sequence[Weighed], one: int, other: int) -> list[tuple[str, float]]:
    """The features that say most on one type against another, with their log-odds."""
    heavy = [
        (name, weight)
        for name, weights in weighed
        if abs(weight := weights[one] - weights[other]) >= LIGHTEST
    ]
    return sorted(heavy, key=_size, reverse=True)[:MOST]


def _size(part: tuple[str, float]) -> float:
    return abs(part[1])


def _of_candidate(row: Row, top: Ranked) -> Reason:
    source, label = top.candidate.source, top.candidate.label
    words = SOURCES[source].format(core=row.profile.core, label=label)
    return Reason(source, words, round(top.score, 2))


# A corpus repeats the same few thousand reasons some two hundred thousand times.
@lru_cache(maxsize=1 << 14)
def _of_name(weight: float, side: str) -> Reason:
    return Reason("name", f"the name itself speaks for {side}", weight)


@lru_cache(maxsize=1 << 14)
def _of_feature(name: str, weight: float, side: str) -> Reason:
    part, _, _ = name.partition(":")
    return Reason(part, f"{name.replace(':', ' ')} speaks for {side}", weight)


def rule_of_rejection(said: Sequence[str]) -> str:
    """The short name of what makes a rejected row no name."""
    rules = (name.removeprefix("rule:") for name in said if name.startswith("rule:"))
    return next(rules, "not-a-name")
