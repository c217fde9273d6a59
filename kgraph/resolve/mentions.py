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

from functools import lru_cache
from operator import add

from kgraph import names
from kgraph.model import NOISE, Decision, Episode, Mention, Reason
from kgraph.resolve import (
    candidates,
    features,
    joined,
    profile,
    ranking,
    reasons,
    setting,
    standing,
    surfaces,
)
from kgraph.resolve.candidate import Candidate, Form, Row
from kgraph.resolve.classifier import likeliest, softmax, total
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.place import place_of
from kgraph.resolve.ranking import Ranked
from kgraph.resolve.rows import mention_of
from kgraph.resolve.setting import Setting

__all__ = ["decide", "mention_of"]


SURE_TALK = 0.995
"""Confidence that function words are no name: none of the labelled ones was one."""


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
        seen = profile.make(surface, self.knowledge)
        return Form(
            profile=seen,
            candidates=standing.of(seen, self.knowledge),
            scores=self.knowledge.classifier.scores(seen.features),
            words=surfaces.single_words(surface),
            is_talk=surfaces.is_empty_talk(surface),
            is_sure=standing.is_sure(seen),
            joined=joined.decisions(seen, self.knowledge.lexicon),
        )


@lru_cache(maxsize=2)
def forms_of(knowledge: Knowledge) -> Forms:
    """The forms kept for a knowledge, in this process."""
    return Forms(knowledge)


def decide(episode: Episode, knowledge: Knowledge) -> tuple[tuple[Decision, ...], ...]:
    """The decisions of each row of ``companies:``, in order; several where a row names
    several things."""
    around = setting.of(episode)
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
    keys = (names.key(row.mention.surface), row.profile.key) if len(decisions) == 1 else ()
    return tuple(rulings.apply(keys, decision) for decision in decisions)


def _decide_one(row: Row) -> Decision:
    if row.form.is_talk and not row.profile.known and row.mention.extractor == "regex":
        return _talk(row.mention.surface)
    found = _allowed(row, candidates.of(row))
    said = features.of_row(row, found)
    weighed = row.knowledge.classifier.weighed(said)
    chances = softmax(list(map(add, total(weighed), row.form.scores)))
    type_ = likeliest(chances)
    ranker = row.knowledge.ranker
    if type_ == NOISE:
        sure = ranking.confidence(ranking.decision_says(type_, chances, row, None, 0.0), ranker)
        rule = reasons.rule_of_rejection(said)
        return _rejected(row, sure, rule, reasons.of(row, weighed, chances, None))
    top, share = ranking.best(row, of_type(type_, found), chances, ranker)
    sure = ranking.confidence(ranking.decision_says(type_, chances, row, top, share), ranker)
    why = reasons.of(row, weighed, chances, top)
    return _accepted(settled(type_, row, top), top, sure, why)


def of_type(type_: str, found: list[Candidate]) -> list[Candidate]:
    """The candidates without entries that go by the name but are of another type, where one
    of this type does: the model called Gemini is not the exchange."""
    known = [one for one in found if one.source == "known" and one.entry is not None]
    if len(known) < 2 or not any(_is(one, type_) for one in known):
        return found
    return [one for one in found if one.source != "known" or _is(one, type_)]


def settled(type_: str, row: Row, top: Ranked) -> str:
    """The type of a decision, once it is known what the row names.

    A name that was cut out of a transcript says less of its type than the lexicon does of the
    thing: of 20 labelled rows where they differ the lexicon is right in 15, the name in 4. The
    language model's category says more: there its type stands, and one thing may have two. So
    it does where the entry is only a part of the name: "Bitcoin Rewards Card" is no coin.
    """
    candidate = top.candidate
    if candidate.entry is None or candidate.source == "inner" or row.mention.extractor == "llm":
        return type_
    return candidate.entry.type


def _is(one: Candidate, type_: str) -> bool:
    return one.entry is not None and one.entry.type == type_


@lru_cache(maxsize=1 << 12)
def _talk(surface: str) -> Decision:
    why = (Reason("function-words", "there are only function words in it"),)
    return Decision(NOISE, names.key(surface), surface, SURE_TALK, "function-words", why)


def _allowed(row: Row, found: list[Candidate]) -> list[Candidate]:
    """The candidates without those that a person told apart from the name."""
    apart = row.knowledge.rulings.apart
    if not apart:
        return found
    key = row.profile.key
    return [one for one in found if (key, names.key(one.label)) not in apart]


def _rejected(row: Row, sure: float, rule: str, why: tuple[Reason, ...]) -> Decision:
    surface = row.mention.surface
    return Decision(NOISE, names.key(surface), surface, sure, rule, why)


def _accepted(type_: str, top: Ranked, sure: float, why: tuple[Reason, ...]) -> Decision:
    label = top.candidate.label
    return Decision(type_, names.key(label), label, sure, top.candidate.source, why)
