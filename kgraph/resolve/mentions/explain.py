"""Explain a decision in words, for ``kgraph why``: its source, its name, its heaviest features.

A weight is in log-odds for the likeliest type against the next likely one; what speaks for the
latter is negative. The likeliest type is the decided one unless the lexicon's entry prevails. The
weight of the candidate's source is its score among its rivals, 0 where it has none.

Invariants:
    * a feature and a type have the same words in every row;
    * every feature of a row (``mentions.features``) has words of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import permutations

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES, TRAINED_TYPE_NAMES, TRAINED_TYPES
from kgraph.base.model import REJECTED, Reason
from kgraph.base.vocabulary import data_path, load_yaml
from kgraph.resolve.mentions.classifier import MENTION_CLASSES, WeightedFeature
from kgraph.resolve.mentions.name_profile import NameProfile
from kgraph.resolve.mentions.ranking import RankedCandidate
from kgraph.resolve.mentions.row import MentionRow

MAX_EXPLAINED_FEATURES = 3  #: features of a breakdown, the heaviest
MIN_EXPLAINED_LOG_ODDS = 0.15  #: a lighter feature is left out

#: Words for each class.
TYPE_PHRASES = {
    **{type_: ENTITY_TYPES[type_].phrase for type_ in TRAINED_TYPE_NAMES},
    REJECTED: "no name",
}

_SEPARATOR = re.compile("[:=]")


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for readers: ``data/model/phrases.yaml``, whose comments describe them."""

    sources: dict[str, str]
    features: dict[str, str]
    steps: dict[str, str]
    authors: dict[str, str]


@cache
def load_phrases() -> Phrases:
    """Load the shipped phrases."""
    return load_yaml(data_path("data", "model", "phrases.yaml"), Phrases)


def explain_decision(
    row: MentionRow,
    weighed: Sequence[WeightedFeature],
    probabilities: Sequence[float],
    top: RankedCandidate | None,
) -> tuple[Reason, ...]:
    """Break a decision down: its candidate, its name, and the features that weigh most.

    Args:
        weighed: the features of the row with their weights.
        top: the chosen candidate; None where the row is rejected.
    """
    first, second = top_two_classes(probabilities)
    type_, rival = MENTION_CLASSES[first], MENTION_CLASSES[second]
    scores = row.form.name_scores
    reasons = [] if top is None else [explain_candidate(row.profile, top)]
    name_weight = round(scores[first] - scores[second], 2) + 0.0  # -0.0 becomes 0.0
    reasons.append(explain_name(type_, rival, name_weight))
    totals: dict[str, float] = {}  # two candidates may have one feature
    for name, weights in weighed:
        weight = weights[first] - weights[second]
        if abs(weight) >= MIN_EXPLAINED_LOG_ODDS:
            totals[name] = totals.get(name, 0.0) + weight
    heaviest = sorted(totals.items(), key=lambda item: -abs(item[1]))[:MAX_EXPLAINED_FEATURES]
    for name, weight in heaviest:
        reasons.append(explain_feature(name, round(weight, 2), type_, rival))
    return tuple(reasons)


def top_two_classes(probabilities: Sequence[float]) -> tuple[int, int]:
    """Return the positions of the two greatest probabilities; of equal ones the first leads.

    >>> top_two_classes([0.2, 0.5, 0.2, 0.1])
    (1, 0)
    """
    ranked = sorted(range(len(probabilities)), key=probabilities.__getitem__, reverse=True)
    return ranked[0], ranked[1]


def explain_candidate(profile: NameProfile, top: RankedCandidate) -> Reason:
    """Explain where the chosen candidate of a row's name comes from, as :func:`explain_source`."""
    is_known = top.candidate.source == "known"
    return explain_source(profile.known_name if is_known else profile.core, top)


def explain_source(core: str, top: RankedCandidate) -> Reason:
    """Explain where the chosen candidate of a name comes from, with its score among its rivals."""
    source, label = top.candidate.source, top.candidate.written_label
    words = load_phrases().sources["exact" if source == "known" and core == label else source]
    # A lone candidate is not ranked: its score compares with nothing.
    score = 0.0 if top.score == top.candidate.weight else round(top.score, 2)
    return Reason(source, words.format(core=core, label=label), score)


@lru_cache(maxsize=1 << 14)
def explain_name(type_: str, rival: str, weight: float) -> Reason:
    """Explain what the name by itself adds for a type against its rival, in log-odds."""
    return Reason("name", f"by itself, {compare_types(type_, rival, weight)}", weight)


def compare_types(type_: str, rival: str, weight: float) -> str:
    """Tell for which of two types a weight speaks, and that it makes the likeliest less likely.

    Args:
        type_: the likeliest, for which a positive weight is.

    >>> compare_types("company", "product", 0.4), compare_types("company", "product", -0.4)
    ('for a company rather than a product', 'for a product, so less likely a company')
    """
    kind, rival_kind = TYPE_PHRASES[type_], TYPE_PHRASES[rival]
    if weight == 0:
        return f"as much for {kind} as for {rival_kind}"
    if weight < 0:
        return f"for {rival_kind}, so less likely {kind}"
    return f"for {kind} rather than {rival_kind}"


def find_likeliest_type(name_reason: Reason) -> str:
    """Return the likeliest type of a decision by its reason as of :func:`explain_name`.

    "" if the reason is of another version of the program.

    >>> find_likeliest_type(explain_name("company", "person", -0.2))
    'company'
    """
    pairs = permutations(MENTION_CLASSES, 2)
    weight = name_reason.weight
    return next((pair[0] for pair in pairs if explain_name(*pair, weight) == name_reason), "")


def explain_prevailing_entry(decided: str, reasons: Sequence[Reason]) -> Reason | None:
    """Explain that the lexicon's type went before the likeliest one; None if it did not.

    Args:
        decided: the type of an accepted decision, with its reasons.
    """
    by_part = {reason.part: reason for reason in reasons}
    if "name" not in by_part or "judgement" in by_part:
        return None
    likeliest = find_likeliest_type(by_part["name"])
    if likeliest in ("", TRAINED_TYPES.get(decided, decided)):
        return None
    phrases = {"type": ENTITY_TYPES[decided].phrase, "kind": TYPE_PHRASES[likeliest]}
    return Reason("lexicon", load_phrases().steps["prevails"].format(**phrases))


@lru_cache(maxsize=1 << 14)
def explain_feature(name: str, weight: float, type_: str, rival: str) -> Reason:
    """Explain what a feature adds for a type against its rival, in log-odds."""
    is_for_type = weight > 0
    supported = f"for {TYPE_PHRASES[type_]}" if is_for_type else compare_types(type_, rival, weight)
    words = f"{describe_feature(name)}: {supported}"
    return Reason(_SEPARATOR.split(name, 1)[0], words, weight)


@lru_cache(maxsize=1 << 13)
def describe_feature(name: str) -> str:
    """Describe a feature in words.

    >>> describe_feature("right:'s"), describe_feature("cue:near:company")
    ("“'s” just after it", 'beside it, a cue of the lexicon for a company')
    """
    ends = [len(name), *(mark.end() for mark in _SEPARATOR.finditer(name))]
    for end in sorted(ends, reverse=True):
        if words := load_phrases().features.get(name[:end]):
            value = name[end:]
            return words.format(rest=value, kind=TYPE_PHRASES.get(value, value))
    return name.replace(":", " ")
