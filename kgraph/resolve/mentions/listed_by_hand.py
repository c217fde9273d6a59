"""What it says of a name that a person listed it under ``companies:``.

Takes the chances of each type as the classifier gives them, gives them with another prior.
The classifier learnt from the rows of two extractors, of which one in twelve names nothing; a
person lists companies, and now and then an institution, a coin, a product or a person. The
posterior is moved from one prior to the other (Saerens, Latinne and Decaestecker 2002,
"Adjusting the outputs of a classifier to new a priori probabilities"): each type gains the
logarithm of its share in a person's list over its share among the labelled rows.

A person types a name as it is: it is not cut out of a transcript and not misheard, so of
the candidates only those that go by the whole name are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import msgspec

from kgraph.base.model import REJECTED, Reason
from kgraph.base.text import name_key
from kgraph.resolve.mentions.classifier import MENTION_CLASSES
from kgraph.resolve.mentions.row import EntityCandidate

LISTED_RULE = "listed-by-hand"
"""The rule of a decision that takes a listed name as it stands."""

MAX_LISTED_CONFIDENCE = 0.98
"""Greatest confidence of such a decision: people mistype, and list what they do not mean."""

TRAINING_PRIOR = {
    "company": 0.20, "institution": 0.05, "crypto": 0.10, "product": 0.16, "person": 0.19,
    "place": 0.03, "show": 0.04, "other": 0.15, "noise": 0.08,
}  # fmt: skip
"""Share of each type among the 13,797 labelled rows that the classifier learnt from."""

LISTED_PRIOR = {
    "company": 0.87, "institution": 0.04, "crypto": 0.03, "product": 0.03, "person": 0.01,
    "place": 0.005, "show": 0.005, "other": 0.008, "noise": 0.002,
}  # fmt: skip
"""Share of each type in a person's list of companies. Not measured: no labelled row is one.
What counts is that nearly all are companies, and that next to none names nothing."""

PRIOR_SHIFT = tuple(log(LISTED_PRIOR[type_] / TRAINING_PRIOR[type_]) for type_ in MENTION_CLASSES)
"""Log-odds that each of :data:`MENTION_CLASSES` gains from being listed."""

_WHOLE_NAME_SOURCES = frozenset({"known", "ticker", "itself"})


def shift_prior(scores: Sequence[float]) -> list[float]:
    """Return the scores of the types with the prior of a person's list."""
    return [score + gain for score, gain in zip(scores, PRIOR_SHIFT, strict=True)]


def keep_whole_names(candidates: Sequence[EntityCandidate], surface: str) -> list[EntityCandidate]:
    """Return the candidates that go by the whole name as it was typed.

    The name as it stands keeps what is cut from a transcript's: "My" of "My Startup".
    """
    return [_as_typed(one, surface) for one in candidates if one.source in _WHOLE_NAME_SOURCES]


def _as_typed(one: EntityCandidate, surface: str) -> EntityCandidate:
    if one.source != "itself" or one.entry is not None or name_key(one.label) == name_key(surface):
        return one
    return msgspec.structs.replace(one, label=surface)


def listed_reason(type_: str, other: str) -> Reason:
    """Return what being listed says for a type against another one.

    >>> str(listed_reason("company", "noise"))
    'hand: a person listed it among the companies (+5.16)'
    """
    weight = PRIOR_SHIFT[MENTION_CLASSES.index(type_)] - PRIOR_SHIFT[MENTION_CLASSES.index(other)]
    words = "a person listed it" + (" among the companies" if type_ != REJECTED else "")
    return Reason("hand", words, round(weight, 2))
