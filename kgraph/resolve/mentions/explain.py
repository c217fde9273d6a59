"""Why a row was decided as it was, in words for ``kgraph why``.

Takes what the row's decision rested on, gives a few :class:`~kgraph.base.model.Reason`
values: the candidate's source, what the name alone says, and the heaviest features.

A weight is in log-odds that the row names a thing of the decided type and not of the next
likely one; what speaks for the next likely one has a minus. Of the candidate's source it is
the candidate's score among its rivals, 0 where it has none.

Invariants:
    * the same feature and type have the same words in every row;
    * every feature of a row (``resolve.features``) has words of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kgraph.base.entity_types import ENTITY_TYPES, TRAINED_TYPE_NAMES
from kgraph.base.model import REJECTED, Reason
from kgraph.resolve.mentions.classifier import MENTION_CLASSES, WeightedFeature
from kgraph.resolve.mentions.ranking import RankedCandidate
from kgraph.resolve.mentions.row import MentionRow

MAX_EXPLAINED_FEATURES = 3
"""Features that a breakdown shows: the heaviest; the rest is small change."""

MIN_EXPLAINED_LOG_ODDS = 0.15
"""Log-odds under which a feature is not worth a line."""

SOURCE_PHRASES = {
    "known": "the lexicon has “{core}” as a name of {label}",
    "ticker": "“{core}” is the symbol of {label} of the lexicon",
    "longer": "with the words around it, it is {label} of the lexicon",
    "grown": "with the capitalised words around it, it is {label}",
    "inner": "a part of “{core}” is {label} of the lexicon",
    "partial": "“{core}” is short for {label} of the lexicon",
    "shorter": "without its ending, it is {label}",
    "full": "the episode has {label} in full",
    "heard": "“{core}” sounds like {label} of the lexicon",
    "here": "“{core}” sounds like {label}, which the episode names",
    "itself": "the name as it stands is {label}",
}
"""What each source of candidates says, for a reader."""

EXACT_NAME_PHRASE = "the lexicon has {label}"
"""What ``known`` says where the name is the entry's own."""

TYPE_PHRASES = {
    **{type_: ENTITY_TYPES[type_].phrase for type_ in TRAINED_TYPE_NAMES},
    REJECTED: "no name",
}
"""What each type is, for a reader."""

FEATURE_PHRASES = {
    "always": "where every row starts",
    "left:": "“{rest}” just before it",
    "right:": "“{rest}” just after it",
    "before:": "“{rest}” shortly before it",
    "after:": "“{rest}” shortly after it",
    "edge:": "the mark “{rest}” just before it",
    "edge:aa": "a lower-case word just before it",
    "edge:Aa": "a capitalised word just before it",
    "edge:9": "a number just before it",
    "follow:": "“{rest}” follows it",
    "follow:aa": "a lower-case word just after it",
    "follow:Aa": "a capitalised word just after it",
    "follow:9": "a number just after it",
    "inside:False:False": "nothing is joined to it",
    "inside:True:False": "it is joined to what stands before it",
    "inside:False:True": "it is joined to what stands after it",
    "inside:True:True": "it is joined to what stands on both sides",
    "described:": "“{rest}” in its description",
    "category:": "“{rest}” in its category",
    "category=": "its category is “{rest}”",
    "stated:llm:": "the language model states confidence {rest}",
    "stated:regex:": "the transcript pass states confidence {rest}",
    "regex:phrase": "found as a capitalised phrase",
    "regex:listed": "found by a list of names",
    "written:phrase:as": "a phrase, written so in the transcript",
    "written:phrase:lower": "a phrase, in lower case in the transcript",
    "written:phrase:other": "a phrase, in other capitals in the transcript",
    "written:phrase:gone": "a phrase that its context does not hold",
    "written:listed:as": "a listed name, written so in the transcript",
    "written:listed:lower": "a listed name, in lower case in the transcript",
    "written:listed:other": "a listed name, in other capitals in the transcript",
    "written:listed:gone": "a listed name that its context does not hold",
    "rows:1:False": "the name's only row here, by the transcript pass",
    "rows:2:False": "one of the name's two rows here, by the transcript pass",
    "rows:3:False": "one of the name's several rows here, by the transcript pass",
    "rows:1:True": "the name's only row here, by the language model",
    "rows:2:True": "one of the name's two rows here, by the language model",
    "rows:3:True": "one of the name's several rows here, by the language model",
    "cue:near:": "beside it, a cue of the lexicon for {kind}",
    "cue:about:": "in title or summary, a cue of the lexicon for {kind}",
    "cue:none:": "none of the lexicon's cues for {kind}",
    "unless:": "in a phrase that the lexicon sets apart from {kind}",
    "candidate:longer:": "with the words around it, {kind} of the lexicon",
    "candidate:grown:": "with the capitalised words around it, {kind} of the lexicon",
    "candidate:ticker:": "is the symbol of {kind} of the lexicon",
    "candidate:partial:": "may be short for {kind} of the lexicon",
    "candidate:shorter:": "without its ending, {kind} of the lexicon",
    "candidate:full:": "may be {kind} of the lexicon that the episode names in full",
    "candidate:heard:": "sounds like {kind} of the lexicon",
    "candidate:here:": "sounds like {kind} that the episode names",
    "candidate:itself:": "spelled like {kind} of the lexicon",
    "grown:": "how it goes on into the capitalised words around it",
    "rule:function-words": "only function words in it",
    "rule:ordinary-word": "in lower case, as an ordinary word",
}
"""A feature's name, or its beginning -> the feature, for a reader; the longest that fits
counts."""

_END = re.compile("[:=]")


def explain_decision(
    row: MentionRow,
    weighed: Sequence[WeightedFeature],
    chances: Sequence[float],
    top: RankedCandidate | None,
) -> tuple[Reason, ...]:
    """The breakdown of a decision: its candidate, then what spoke for its type against
    the next likely one."""
    one, other = top_two_classes(chances)
    first, second = MENTION_CLASSES[one], MENTION_CLASSES[other]
    scores = row.form.name_scores
    found = [] if top is None else [_source_reason(row.profile.core, top)]
    of_name = round(scores[one] - scores[other], 2) + 0.0  # never -0.0, which counts as 0.0
    found.append(_name_reason(first, second, of_name))
    for name, weight in _heaviest_features(weighed, one, other):
        found.append(_feature_reason(name, round(weight, 2), first if weight > 0 else second))
    return tuple(found)


def top_two_classes(chances: Sequence[float]) -> tuple[int, int]:
    """Places of the greatest and the next greatest chance; of equal ones the first goes before.

    >>> top_two_classes([0.2, 0.5, 0.2, 0.1])
    (1, 0)
    """
    first = chances.index(max(chances))
    others = list(chances)
    others[first] = -1.0
    return first, others.index(max(others))


def _heaviest_features(
    weighed: Sequence[WeightedFeature], one: int, other: int
) -> list[tuple[str, float]]:
    """The features that say most on one type against another, with their log-odds."""
    heavy = [
        (name, weight)
        for name, weights in weighed
        if abs(weight := weights[one] - weights[other]) >= MIN_EXPLAINED_LOG_ODDS
    ]
    if len(dict(heavy)) < len(heavy):
        heavy = _sum_by_name(heavy)
    return sorted(heavy, key=_magnitude, reverse=True)[:MAX_EXPLAINED_FEATURES]


def _magnitude(part: tuple[str, float]) -> float:
    return abs(part[1])


def _sum_by_name(parts: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Each feature once: two candidates may say the same.

    >>> _sum_by_name([("a", 1.0), ("b", 2.0), ("a", 0.5)])
    [('a', 1.5), ('b', 2.0)]
    """
    totals: dict[str, float] = {}
    for name, weight in parts:
        totals[name] = totals.get(name, 0.0) + weight
    return list(totals.items())


def _source_reason(core: str, top: RankedCandidate) -> Reason:
    source, label = top.candidate.source, top.candidate.label
    words = EXACT_NAME_PHRASE if source == "known" and core == label else SOURCE_PHRASES[source]
    # A lone candidate is not ranked: its score would be a number against nothing.
    score = 0.0 if top.score == top.candidate.weight else round(top.score, 2)
    return Reason(source, words.format(core=core, label=label), score)


@lru_cache(maxsize=1 << 14)
def _name_reason(first: str, second: str, weight: float) -> Reason:
    """What the name says before its row is looked at."""
    more, less = (first, second) if weight > 0 else (second, first)
    return Reason(
        "name", f"by itself, for {TYPE_PHRASES[more]} rather than {TYPE_PHRASES[less]}", weight
    )


@lru_cache(maxsize=1 << 14)
def _feature_reason(name: str, weight: float, side: str) -> Reason:
    return Reason(
        _END.split(name, 1)[0], f"{describe_feature(name)}: for {TYPE_PHRASES[side]}", weight
    )


@lru_cache(maxsize=1 << 13)
def describe_feature(name: str) -> str:
    """A feature in words.

    >>> describe_feature("right:'s"), describe_feature("cue:near:company")
    ("“'s” just after it", 'beside it, a cue of the lexicon for a company')
    """
    ends = [len(name), *(mark.end() for mark in _END.finditer(name))]
    for end in sorted(ends, reverse=True):
        if words := FEATURE_PHRASES.get(name[:end]):
            rest = name[end:]
            return words.format(rest=rest, kind=TYPE_PHRASES.get(rest, rest))
    return name.replace(":", " ")


def find_rejection_rule(said: Sequence[str]) -> str:
    """The short name of what makes a rejected row no name."""
    rules = (name.removeprefix("rule:") for name in said if name.startswith("rule:"))
    return next(rules, "not-a-name")
