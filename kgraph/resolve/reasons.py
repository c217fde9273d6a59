"""Why a row was decided as it was, in words for ``kgraph why``.

Takes what the row's decision rested on, gives a few :class:`~kgraph.model.Reason`
values: the candidate's source, and the heaviest features with their log-odds.
"""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.model import Reason
from kgraph.resolve.candidate import Row
from kgraph.resolve.classifier import TYPES
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
    row: Row, said: Sequence[str], chances: Sequence[float], top: Ranked | None
) -> tuple[Reason, ...]:
    """The breakdown of a decision: its candidate, then what spoke for its type against
    the next likely one."""
    order = sorted(range(len(TYPES)), key=lambda number: -chances[number])
    first, second = TYPES[order[0]], TYPES[order[1]]
    parts = row.knowledge.classifier.parts(said, order[0], order[1])
    heavy = sorted(parts, key=_weight, reverse=True)[:MOST]
    found = [
        _feature(name, weight, first, second) for name, weight in heavy if abs(weight) >= LIGHTEST
    ]
    scores = row.form.scores
    name = round(scores[order[0]] - scores[order[1]], 2)
    found.insert(
        0, Reason("name", f"the name itself speaks for {first if name > 0 else second}", name)
    )
    if top is not None:
        text = SOURCES[top.candidate.source]
        words = text.format(core=row.profile.core, label=top.candidate.label)
        found.insert(0, Reason(top.candidate.source, words, round(top.score, 2)))
    return tuple(found)


def _weight(part: tuple[str, float]) -> float:
    return abs(part[1])


def _feature(name: str, weight: float, first: str, second: str) -> Reason:
    part, _, _ = name.partition(":")
    side = first if weight > 0 else second
    return Reason(part, f"{name.replace(':', ' ')} speaks for {side}", round(weight, 2))


def rule_of_rejection(said: Sequence[str]) -> str:
    """The short name of what makes a rejected row no name."""
    rules = (name.removeprefix("rule:") for name in said if name.startswith("rule:"))
    return next(rules, "not-a-name")
