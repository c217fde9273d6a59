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

import msgspec

from kgraph.base import text
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.model import REJECTED, Decision, Episode, Mention, Reason
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
from kgraph.resolve.mentions.classifier import (
    MENTION_CLASSES,
    WeightedFeature,
    most_likely_class,
    softmax,
    sum_weights,
)
from kgraph.resolve.mentions.context import EpisodeContext
from kgraph.resolve.mentions.homographs import reweigh_by_cues
from kgraph.resolve.mentions.place import locate_mention
from kgraph.resolve.mentions.ranking import RankedCandidate
from kgraph.resolve.mentions.row import EntityCandidate, MentionRow, SurfaceForm
from kgraph.resolve.rows import parse_mention

__all__ = ["decide_mentions", "parse_mention"]


FUNCTION_WORDS_CONFIDENCE = 0.995
"""Confidence that function words are no name: none of the labelled ones was one."""


DENIAL_PATTERN = re.compile(
    r"not (?:\w+ly )?(?:mentioned|named|referenced|discussed)\b", re.IGNORECASE
)
"""How a language model's description begins that says that the name is not in the episode."""

DENIAL_CONFIDENCE = 0.9
"""Confidence that such a row names nothing: not measured, no labelled row is one."""

OWN_SHOW_CONFIDENCE = 0.95
"""Confidence that the name of a show of the corpus means that show: not measured, since the lexicon
knows nearly all shows of the labelled rows."""


class SurfaceCache:
    """What is made once of each surface, for one knowledge.

    A form depends on its surface and the knowledge alone, so keeping it changes nothing;
    they grow with the distinct surfaces of the files that this process resolves.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.forms: dict[str, SurfaceForm] = {}

    def get(self, surface: str) -> SurfaceForm:
        found = self.forms.get(surface)
        if found is None:
            found = self.forms[surface] = self._build(surface)
        return found

    def _build(self, surface: str) -> SurfaceForm:
        surface = text.strip_markup(surface)
        seen = name_profile.build_profile(surface, self.knowledge)
        return SurfaceForm(
            profile=seen,
            candidates=candidates_by_name.find_surface_candidates(seen, self.knowledge),
            name_scores=self.knowledge.classifier.score_features(seen.features),
            single_words=variants.single_words(surface),
            is_function_words=variants.has_only_function_words(surface),
            is_unambiguous=candidates_by_name.is_unambiguous(seen),
            joined_decisions=joined.decide_joined(seen, self.knowledge.lexicon),
        )


@lru_cache(maxsize=2)
def surface_cache(knowledge: Knowledge) -> SurfaceCache:
    """The forms kept for a knowledge, in this process."""
    return SurfaceCache(knowledge)


def decide_mentions(episode: Episode, knowledge: Knowledge) -> tuple[tuple[Decision, ...], ...]:
    """The decisions of each row of ``companies:``, in order; several where a row names
    several things."""
    around = context.build_context(episode)
    return tuple(
        [_decide_row(build_row(mention, around, knowledge)) for mention in around.mentions]
    )


def build_row(mention: Mention, around: EpisodeContext, knowledge: Knowledge) -> MentionRow:
    """All that is known of a mention before it is decided."""
    form = surface_cache(knowledge).get(mention.surface)
    return MentionRow(mention, form, locate_mention(mention), around, knowledge)


def _decide_row(row: MentionRow) -> tuple[Decision, ...]:
    decisions = row.form.joined_decisions or (_decide_single(row),)
    rulings = row.knowledge.judgements
    if not rulings.reasons:
        return decisions
    keys = (text.name_key(row.mention.surface), row.profile.key) if len(decisions) == 1 else ()
    return tuple(rulings.apply(keys, decision) for decision in decisions)


def decide_by_rule(row: MentionRow) -> Decision | None:
    """What a rule decides before anything is weighed."""
    if row.form.is_function_words and not row.profile.matches and row.mention.extractor == "regex":
        return _reject_function_words(row.mention.surface)
    if row.mention.extractor == "llm" and DENIAL_PATTERN.match(row.mention.context):
        return _reject_denied(row)
    if (show := row.knowledge.shows.get(row.profile.key)) and not row.profile.matches:
        return _accept_own_show(show)
    return None


def _decide_single(row: MentionRow) -> Decision:
    if (ruled := decide_by_rule(row)) is not None:
        return ruled
    by_hand = row.mention.extractor == "hand"
    found = _drop_different(row, candidates_in_context.find_row_candidates(row))
    found = (
        listed_by_hand.keep_whole_names(found, row.profile.surface) if by_hand else found
    ) or found
    said = features.row_features(row, found)
    weighed = row.knowledge.classifier.select_weights(said)
    scores = list(map(add, sum_weights(weighed), row.form.name_scores))
    chances = reweigh_by_cues(
        row, softmax(listed_by_hand.shift_prior(scores) if by_hand else scores)
    )
    type_ = most_likely_class(chances)
    ranker = row.knowledge.ranker
    if type_ == REJECTED:
        sure = ranking.decision_confidence(
            ranking.decision_features(type_, chances, row, None, 0.0), ranker
        )
        rule = explain.find_rejection_rule(said)
        return _reject(row, sure, rule, explain.explain_decision(row, weighed, chances, None))
    top, share = ranking.choose_best(row, filter_by_type(chances, found), chances, ranker)
    if by_hand:
        return _decide_listed(row, weighed, chances, top, share)
    sure = ranking.decision_confidence(
        ranking.decision_features(type_, chances, row, top, share), ranker
    )
    why = explain.explain_decision(row, weighed, chances, top)
    return _accept(final_type(type_, row, top), top, sure, why)


def _decide_listed(
    row: MentionRow,
    weighed: Sequence[WeightedFeature],
    chances: Sequence[float],
    top: RankedCandidate,
    share: float,
) -> Decision:
    """The decision of a row that a person wrote: no labelled row says how sure it is, so that
    its confidence is the chance of its type and of its candidate among its rivals."""
    sure = min(max(chances) * share, listed_by_hand.MAX_LISTED_CONFIDENCE)
    first, second = explain.top_two_classes(chances)
    why = [
        *explain.explain_decision(row, weighed, chances, top),
        listed_by_hand.listed_reason(MENTION_CLASSES[first], MENTION_CLASSES[second]),
    ]
    made = _accept(final_type(MENTION_CLASSES[first], row, top), top, sure, tuple(why))
    rule = listed_by_hand.LISTED_RULE if made.rule == "itself" else made.rule
    return msgspec.structs.replace(made, rule=rule)


def filter_by_type(chances: Sequence[float], found: list[EntityCandidate]) -> list[EntityCandidate]:
    """The candidates without those that the likeliest type rules out.

    Of entries that go by the whole name only those of the likeliest type are meant, where there
    is one: the model called Gemini is not the exchange. The name is no thing of its own beside
    such an entry: Schwab is Charles Schwab in every episode. An entry that goes by a part of the
    name is meant only where its type is likely as well: "Bitcoin Rewards Card" is no coin.
    """
    type_, least = most_likely_class(chances), MIN_PART_PROBABILITY_RATIO * max(chances)
    known = [one for one in found if _is_lexicon_match(one)]
    if any(_has_type(one, type_) for one in known):
        keys = {text.name_key(one.label) for one in known}
        found = [one for one in found if not _is_excluded(one, type_, keys)]
    return [
        one for one in found if one.source != "inner" or _entry_probability(one, chances) >= least
    ]


def _is_excluded(one: EntityCandidate, type_: str, keys: set[str]) -> bool:
    """Is it an entry of another type, or the name as it stands, beside entries of ``keys``?"""
    if _is_lexicon_match(one):
        return not _has_type(one, type_)
    return one.source == "itself" and text.name_key(one.label) not in keys


MIN_PART_PROBABILITY_RATIO = 0.5
"""Chance of the type of a part's entry, as a share of that of the likeliest type; of 0.03 to 1
the best."""


def final_type(type_: str, row: MentionRow, top: RankedCandidate) -> str:
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
    is_plain = row.form.is_unambiguous and _is_lexicon_match(one)
    is_same = type_ == one.entry.trained_type
    return one.entry.type if by_lexicon or is_plain or is_same else type_


def _is_lexicon_match(one: EntityCandidate) -> bool:
    return one.source == "known" and one.entry is not None


def _entry_probability(one: EntityCandidate, chances: Sequence[float]) -> float:
    return chances[MENTION_CLASSES.index(one.entry.trained_type)] if one.entry else 1.0


def _has_type(one: EntityCandidate, type_: str) -> bool:
    return one.entry is not None and one.entry.trained_type == type_


@lru_cache(maxsize=1 << 12)
def _reject_function_words(surface: str) -> Decision:
    why = (Reason("function-words", "there are only function words in it"),)
    return Decision(
        REJECTED, text.name_key(surface), surface, FUNCTION_WORDS_CONFIDENCE, "function-words", why
    )


@lru_cache(maxsize=1 << 8)
def _accept_own_show(label: str) -> Decision:
    why = (Reason("own-show", "several episodes call their own show so"),)
    return Decision("show", text.name_key(label), label, OWN_SHOW_CONFIDENCE, "own-show", why)


def _reject_denied(row: MentionRow) -> Decision:
    why = (Reason("not-mentioned", "its description says that the episode does not name it"),)
    return _reject(row, DENIAL_CONFIDENCE, "not-mentioned", why)


def _drop_different(row: MentionRow, found: list[EntityCandidate]) -> list[EntityCandidate]:
    """The candidates without those that a person told apart from the name."""
    apart = row.knowledge.judgements.different_pairs
    if not apart:
        return found
    key = row.profile.key
    return [one for one in found if not _is_different(key, one, apart)]


def _is_different(key: str, one: EntityCandidate, apart: Collection[tuple[str, str]]) -> bool:
    """Whether a person told a name apart from a candidate, by its name or as one of its types."""
    label = text.name_key(one.label)
    types = (one.entry.type,) if one.entry else TYPE_NAMES
    return any((key, known) in apart for known in (label, *(f"{type_}/{label}" for type_ in types)))


def _reject(row: MentionRow, sure: float, rule: str, why: tuple[Reason, ...]) -> Decision:
    surface = row.mention.surface
    return Decision(REJECTED, text.name_key(surface), surface, sure, rule, why)


def _accept(type_: str, top: RankedCandidate, sure: float, why: tuple[Reason, ...]) -> Decision:
    label = top.candidate.label
    return Decision(type_, text.name_key(label), label, sure, top.candidate.source, why)
