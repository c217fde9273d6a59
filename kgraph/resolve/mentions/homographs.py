"""Which of the types that a name may have the words around it speak for.

Takes a row whose name several entries of different types go by, and the chance of each type;
gives the chances with the entries' cues weighed against each other. The classifier knows that
cues count, not that one entry's weigh against another's: labels hold few homographs.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf

from kgraph.base.lexicon import Entry
from kgraph.resolve.mentions.classifier import TYPES
from kgraph.resolve.mentions.features import words_near
from kgraph.resolve.mentions.row import Row

NEAR, ABOUT = 1.0, 0.5
"""Log-odds of a cue beside the name, and of one in the episode's title or summary: no labelled
row is decided otherwise at a half or twice of either."""

MOST = 3
"""Cues of each sort that count: long lists of cues would win by their length."""


def told_apart(row: Row, chances: Sequence[float]) -> Sequence[float]:
    """The chances of the types, those of entries with fewer cues than another's lessened."""
    entries = [known.entry for known in row.profile.known]
    if len({entry.type for entry in entries}) < 2:
        return chances
    near, speaks = words_near(row.mention), dict[str, float]()
    for entry in entries:
        speaks[entry.type] = max(speaks.get(entry.type, -inf), _cues(entry, row, near))
    most = max(speaks.values())
    found = [
        chance * exp(speaks.get(type_, most) - most)
        for type_, chance in zip(TYPES, chances, strict=True)
    ]
    whole = sum(found)
    return [chance / whole for chance in found]


def _cues(entry: Entry, row: Row, near: str) -> float:
    beside = sum(f" {cue} " in near for cue in entry.cues)
    against = sum(f" {phrase} " in near for phrase in entry.unless)
    about = sum(map(row.setting.speaks_of, entry.cues))
    return NEAR * (min(beside, MOST) - against) + ABOUT * min(about, MOST)
