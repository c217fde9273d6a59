"""What becomes of the rows under ``companies:``.

Takes an episode and :class:`~kgraph.resolve.knowledge.Knowledge`, gives the decisions of
each row, in four steps: the row's candidates (what it may name); the chance of each
type, by a classifier over everything the row, its episode and the corpus say; the best
candidate; the confidence that type and label are both right. A person's judgement goes
before all of that.

Invariants:
    * one tuple of decisions for each row, in order, never empty;
    * pure and total: hostile rows are rejected, nothing is raised;
    * an accepted decision's key is the key of its label.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from operator import add
from typing import get_args

import msgspec

from kgraph.base import text
from kgraph.base.model import NOISE, Decision, EntityType, Episode, Mention, Reason
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.mentions import (
    candidates_by_name,
    candidates_in_context,
    context,
    explain,
    features,
    joined,
    listed_by_hand,
    name_profile,
    ranking,
    variants,
)
from kgraph.resolve.mentions.classifier import TYPES, Weighed, likeliest, softmax, total
from kgraph.resolve.mentions.context import Setting
from kgraph.resolve.mentions.homographs import told_apart
from kgraph.resolve.mentions.place import place_of
from kgraph.resolve.mentions.ranking import Ranked
from kgraph.resolve.mentions.row import Candidate, Form, Row
from kgraph.resolve.rows import mention_of

__all__ = ["decide", "mention_of"]


SURE_TALK = 0.995
"""Confidence that function words are no name: none of the labelled ones was one."""


DENIED = re.compile(r"not (?:\w+ly )?(?:mentioned|named|referenced|discussed)\b", re.IGNORECASE)
"""How a language model's description begins that says that the name is not in the episode."""

SURE_DENIED = 0.9
"""Confidence that such a row names nothing: not measured, no labelled row is one."""

SURE_SHOW = 0.95
"""Confidence that the name of a show of the corpus means that show: not measured, since the lexicon
knows nearly all shows of the labelled rows."""


class Forms:
    """What is made once of each surface, for one knowledge.

    A form depends on its surface and the knowledge alone, so keeping it changes nothing;
    they grow with the distinct surfaces of the files that this process resolves.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.made: dict[str, Form] = {}

    def of(self, surface: str) -> Form:
        found = self.made.get(surface)
        if found is None:
            found = self.made[surface] = self._make(surface)
        return found

    def _make(self, surface: str) -> Form:
        surface = text.without_markup(surface)
        seen = name_profile.make(surface, self.knowledge)
        return Form(
            profile=seen,
            candidates=candidates_by_name.of(seen, self.knowledge),
            scores=self.knowledge.classifier.scores(seen.features),
            words=variants.single_words(surface),
            is_talk=variants.is_empty_talk(surface),
            is_sure=candidates_by_name.is_sure(seen),
            joined=joined.decisions(seen, self.knowledge.lexicon),
        )


@lru_cache(maxsize=2)
def forms_of(knowledge: Knowledge) -> Forms:
    """The forms kept for a knowledge, in this process."""
    return Forms(knowledge)


def decide(episode: Episode, knowledge: Knowledge) -> tuple[tuple[Decision, ...], ...]:
    """The decisions of each row of ``companies:``, in order; several where a row names
    several things."""
    around = context.of(episode)
    return tuple([_decide(row_of(mention, around, knowledge)) for mention in around.mentions])


def row_of(mention: Mention, around: Setting, knowledge: Knowledge) -> Row:
    """All that is known of a mention before it is decided."""
    form = forms_of(knowledge).of(mention.surface)
    return Row(mention, form, place_of(mention), around, knowledge)


def _decide(row: Row) -> tuple[Decision, ...]:
    decisions = row.form.joined or (_decide_one(row),)
    rulings = row.knowledge.rulings
    if not rulings.grounds:
        return decisions
    keys = (text.key(row.mention.surface), row.profile.key) if len(decisions) == 1 else ()
    return tuple(rulings.apply(keys, decision) for decision in decisions)


def by_rule(row: Row) -> Decision | None:
    """What a rule decides before anything is weighed."""
    if row.form.is_talk and not row.profile.known and row.mention.extractor == "regex":
        return _talk(row.mention.surface)
    if row.mention.extractor == "llm" and DENIED.match(row.mention.context):
        return _denied(row)
    if (show := row.knowledge.shows.get(row.profile.key)) and not row.profile.known:
        return _own_show(show)
    return None


def _decide_one(row: Row) -> Decision:
    if (ruled := by_rule(row)) is not None:
        return ruled
    by_hand = row.mention.extractor == "hand"
    found = _allowed(row, candidates_in_context.of(row))
    found = (listed_by_hand.typed(found, row.profile.surface) if by_hand else found) or found
    said = features.of_row(row, found)
    weighed = row.knowledge.classifier.weighed(said)
    scores = list(map(add, total(weighed), row.form.scores))
    chances = told_apart(row, softmax(listed_by_hand.shift(scores) if by_hand else scores))
    type_ = likeliest(chances)
    ranker = row.knowledge.ranker
    if type_ == NOISE:
        sure = ranking.confidence(ranking.decision_says(type_, chances, row, None, 0.0), ranker)
        rule = explain.rule_of_rejection(said)
        return _rejected(row, sure, rule, explain.of(row, weighed, chances, None))
    top, share = ranking.best(row, of_type(chances, found), chances, ranker)
    if by_hand:
        return _listed(row, weighed, chances, top, share)
    sure = ranking.confidence(ranking.decision_says(type_, chances, row, top, share), ranker)
    why = explain.of(row, weighed, chances, top)
    return _accepted(settled(type_, row, top), top, sure, why)


def _listed(
    row: Row, weighed: Sequence[Weighed], chances: Sequence[float], top: Ranked, share: float
) -> Decision:
    """The decision of a row that a person wrote: no labelled row says how sure it is, so that
    its confidence is the chance of its type and of its candidate among its rivals."""
    sure = min(max(chances) * share, listed_by_hand.MOST_SURE)
    first, second = explain.likeliest_two(chances)
    why = [
        *explain.of(row, weighed, chances, top),
        listed_by_hand.reason(TYPES[first], TYPES[second]),
    ]
    made = _accepted(settled(TYPES[first], row, top), top, sure, tuple(why))
    rule = listed_by_hand.RULE if made.rule == "itself" else made.rule
    return msgspec.structs.replace(made, rule=rule)


def of_type(chances: Sequence[float], found: list[Candidate]) -> list[Candidate]:
    """The candidates without those that the likeliest type rules out.

    Of entries that go by the whole name only those of the likeliest type are meant, where there
    is one: the model called Gemini is not the exchange. The name is no thing of its own beside
    such an entry: Schwab is Charles Schwab in every episode. An entry that goes by a part of the
    name is meant only where its type is likely as well: "Bitcoin Rewards Card" is no coin.
    """
    type_, least = likeliest(chances), LIKELY_PART * max(chances)
    known = [one for one in found if _is_known(one)]
    if any(_is(one, type_) for one in known):
        keys = {text.key(one.label) for one in known}
        found = [one for one in found if not _is_ruled_out(one, type_, keys)]
    return [one for one in found if one.source != "inner" or _chance(one, chances) >= least]


def _is_ruled_out(one: Candidate, type_: str, keys: set[str]) -> bool:
    """Is it an entry of another type, or the name as it stands, beside entries of ``keys``?"""
    if _is_known(one):
        return not _is(one, type_)
    return one.source == "itself" and text.key(one.label) not in keys


LIKELY_PART = 0.5
"""Chance of the type of a part's entry, as a share of that of the likeliest type; of 0.03 to 1
the best."""


def settled(type_: str, row: Row, top: Ranked) -> str:
    """The type of a decision, once it is known what the row names.

    A name that was cut out of a transcript says less of its type than the lexicon does of the
    thing: of 20 labelled rows where they differ the lexicon is right in 15, the name in 4. The
    language model's category says more where the name is an ordinary word or has several
    entries: there its type stands, and one thing may have two.
    """
    one = top.candidate
    if one.entry is None:
        return type_
    by_lexicon = row.mention.extractor != "llm" or one.source == "inner"
    is_plain = row.form.is_sure and _is_known(one)
    return one.entry.type if by_lexicon or is_plain else type_


def _is_known(one: Candidate) -> bool:
    return one.source == "known" and one.entry is not None


def _chance(one: Candidate, chances: Sequence[float]) -> float:
    return chances[TYPES.index(one.entry.type)] if one.entry else 1.0


def _is(one: Candidate, type_: str) -> bool:
    return one.entry is not None and one.entry.type == type_


@lru_cache(maxsize=1 << 12)
def _talk(surface: str) -> Decision:
    why = (Reason("function-words", "there are only function words in it"),)
    return Decision(NOISE, text.key(surface), surface, SURE_TALK, "function-words", why)


@lru_cache(maxsize=1 << 8)
def _own_show(label: str) -> Decision:
    why = (Reason("own-show", "several episodes call their own show so"),)
    return Decision("show", text.key(label), label, SURE_SHOW, "own-show", why)


def _denied(row: Row) -> Decision:
    why = (Reason("not-mentioned", "its description says that the episode does not name it"),)
    return _rejected(row, SURE_DENIED, "not-mentioned", why)


def _allowed(row: Row, found: list[Candidate]) -> list[Candidate]:
    """The candidates without those that a person told apart from the name."""
    apart = row.knowledge.rulings.apart
    if not apart:
        return found
    key = row.profile.key
    return [one for one in found if not _is_apart(key, one, apart)]


def _is_apart(key: str, one: Candidate, apart: Collection[tuple[str, str]]) -> bool:
    """Whether a person told a name apart from a candidate, by its name or as one of its types."""
    label = text.key(one.label)
    types = (one.entry.type,) if one.entry else get_args(EntityType)
    return any((key, known) in apart for known in (label, *(f"{type_}/{label}" for type_ in types)))


def _rejected(row: Row, sure: float, rule: str, why: tuple[Reason, ...]) -> Decision:
    surface = row.mention.surface
    return Decision(NOISE, text.key(surface), surface, sure, rule, why)


def _accepted(type_: str, top: Ranked, sure: float, why: tuple[Reason, ...]) -> Decision:
    label = top.candidate.label
    return Decision(type_, text.key(label), label, sure, top.candidate.source, why)
