"""Evidence that a person listed a name under ``companies:``.

The classifier learnt from the rows of two extractors, of which one in twelve names nothing. A
person lists companies, and now and then an institution, a coin, a product or a person. So the
posterior is moved from one prior to the other (Saerens, Latinne and Decaestecker 2002,
"Adjusting the outputs of a classifier to new a priori probabilities"): each type gains the
logarithm of its share in a person's list over its share among the labelled rows.

A typed name is neither cut out of a transcript nor misheard, so only the candidates of
the whole name remain.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import msgspec

from kgraph.base.model import REJECTED, Reason
from kgraph.base.text import name_key
from kgraph.resolve.mentions.classifier import MENTION_CLASSES
from kgraph.resolve.mentions.row import EntityCandidate

LISTED_RULE = "listed-by-hand"  #: rule of a decision that takes a listed name as written

#: Greatest confidence of such a decision: people mistype, and list what they do not mean.
MAX_LISTED_CONFIDENCE = 0.98

#: Share of each type among the 13,797 labelled rows that the classifier learnt from.
TRAINING_PRIOR = {
    "company": 0.20, "institution": 0.05, "crypto": 0.10, "product": 0.16, "person": 0.19,
    "place": 0.03, "show": 0.04, "other": 0.15, "noise": 0.08,
}  # fmt: skip

#: Share of each type in a person's list. Not measured: no labelled row is one. It matters that
#: nearly all are companies, and that next to none names nothing.
LISTED_PRIOR = {
    "company": 0.87, "institution": 0.04, "crypto": 0.03, "product": 0.03, "person": 0.01,
    "place": 0.005, "show": 0.005, "other": 0.008, "noise": 0.002,
}  # fmt: skip

#: Log-odds that each of MENTION_CLASSES gains from being listed.
PRIOR_SHIFT = tuple(log(LISTED_PRIOR[type_] / TRAINING_PRIOR[type_]) for type_ in MENTION_CLASSES)


def shift_prior(scores: Sequence[float]) -> list[float]:
    """Move the scores of the classes to the prior of a person's list."""
    return [score + gain for score, gain in zip(scores, PRIOR_SHIFT, strict=True)]


def keep_whole_names(candidates: Sequence[EntityCandidate], surface: str) -> list[EntityCandidate]:
    """Return the candidates that have the whole name as typed."""
    typed = [c for c in candidates if c.source in {"known", "ticker", "itself"}]
    for position, candidate in enumerate(typed):
        is_surface = candidate.source == "itself" and candidate.entry is None
        if is_surface and name_key(candidate.label) != name_key(surface):
            # "My Startup" stays whole, although "My" is cut from transcripts.
            typed[position] = msgspec.structs.replace(candidate, label=surface)
    return typed


def listed_reason(type_: str, rival: str) -> Reason:
    """Return the evidence for a type, against another, of being listed.

    >>> str(listed_reason("company", "noise"))
    'hand: a person listed it among the companies (+5.16)'
    """
    weight = PRIOR_SHIFT[MENTION_CLASSES.index(type_)] - PRIOR_SHIFT[MENTION_CLASSES.index(rival)]
    words = "a person listed it" + (" among the companies" if type_ != REJECTED else "")
    return Reason("hand", words, round(weight, 2))
