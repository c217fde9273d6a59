"""Which of the types that a name may have the words around it speak for.

Takes a row whose name several entries of different types go by, and the chance of each type;
gives the chances with the entries' cues weighed against each other. The classifier knows that
cues count, not that one entry's weigh against another's: labels hold few homographs.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf

from kgraph.base.lexicon import LexiconEntry
from kgraph.resolve.mentions.classifier import MENTION_CLASSES
from kgraph.resolve.mentions.features import words_around
from kgraph.resolve.mentions.row import MentionRow

NEAR_CUE_LOG_ODDS, ABOUT_CUE_LOG_ODDS = 1.0, 0.5
"""Log-odds of a cue beside the name, and of one in the episode's title or summary: no labelled
row is decided otherwise at a half or twice of either."""

MAX_CUES = 3
"""Cues of each sort that count: long lists of cues would win by their length."""


def reweigh_by_cues(row: MentionRow, chances: Sequence[float]) -> Sequence[float]:
    """The chances of the types, those of entries with fewer cues than another's lessened."""
    entries = [known.entry for known in row.profile.matches]
    if len({entry.trained_type for entry in entries}) < 2:
        return chances
    near, speaks = words_around(row.mention), dict[str, float]()
    for entry in entries:
        speaks[entry.trained_type] = max(
            speaks.get(entry.trained_type, -inf), _cue_score(entry, row, near)
        )
    most = max(speaks.values())
    found = [
        chance * exp(speaks.get(type_, most) - most)
        for type_, chance in zip(MENTION_CLASSES, chances, strict=True)
    ]
    whole = sum(found)
    return [chance / whole for chance in found]


def _cue_score(entry: LexiconEntry, row: MentionRow, near: str) -> float:
    beside = sum(f" {cue} " in near for cue in entry.cues)
    against = sum(f" {phrase} " in near for phrase in entry.unless)
    about = sum(map(row.context.mentions_phrase, entry.cues))
    return NEAR_CUE_LOG_ODDS * (min(beside, MAX_CUES) - against) + ABOUT_CUE_LOG_ODDS * min(
        about, MAX_CUES
    )
