"""Decide which entities the rows of ``companies:`` name.

In four steps: the candidates of a row; the probability of each type, by a classifier over
features of the row, its episode and the corpus; the best candidate; the confidence that type and
label are both right. A person's judgement overrules all of that.

Invariants:
    * one tuple of decisions for each row, in order, never empty;
    * pure and total: hostile rows are rejected, nothing is raised;
    * an accepted decision's key is the key of its label.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from math import exp, inf, log
from operator import add

import msgspec

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.lexicon import Lexicon, LexiconEntry
from kgraph.base.model import REJECTED, Decision, EpisodeFile, ParsedMention, Reason
from kgraph.base.text import name_key, strip_markup
from kgraph.resolve.judgements import JudgementTable
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.lookups import LoggedMapping, unlogged
from kgraph.resolve.mentions import explain, ranking, variants
from kgraph.resolve.mentions.candidates_by_name import find_surface_candidates, is_unambiguous
from kgraph.resolve.mentions.candidates_in_context import find_row_candidates
from kgraph.resolve.mentions.classifier import (
    MENTION_CLASSES,
    class_probability,
    most_likely_class,
    softmax,
    sum_weights,
)
from kgraph.resolve.mentions.context import EpisodeContext, build_context, locate_mention
from kgraph.resolve.mentions.features import cue_log_odds, row_features
from kgraph.resolve.mentions.name_profile import NameProfile, build_profile
from kgraph.resolve.mentions.ranking import RankedCandidate
from kgraph.resolve.mentions.row import EntityCandidate, MentionRow, SurfaceForm
from kgraph.resolve.name_counts import strip_surroundings

#: Confidence that function words are no name: none of the labelled ones is one.
FUNCTION_WORDS_CONFIDENCE = 0.995

#: Opens a language model's description which says that the episode does not name the thing.
#: One that opens with "implied" may say so later.
DENIAL_PATTERN = re.compile(
    r"(?:implied\b.*)?(?:not|n't) (?:\w+ly )?(?:mentioned|named|referenced|discussed)\b",
    re.IGNORECASE | re.DOTALL,
)
DENIAL_CONFIDENCE = 0.9  #: not measured, since no labelled row has such a description

#: Not measured, since the lexicon has nearly all shows of the labelled rows.
OWN_SHOW_CONFIDENCE = 0.95

#: Not measured, since too few labelled rows join names.
JOINED_CONFIDENCE = 0.85

#: Probability of the type of a part's entry, as a share of the likeliest type's; of 0.03 to 1
#: the best.
MIN_PART_PROBABILITY_RATIO = 0.5

#: Probability of an entry's type, as a share of the likeliest type's, from which it prevails. Of
#: 56 labelled rows above it one of the two is alone right in 23: the entry's in 17.
MIN_ENTRY_PROBABILITY_RATIO = 0.35

# A name that a person listed. The classifier learnt from the rows of two extractors, of which one
# in twelve names nothing; a person lists companies, and now and then an institution, a coin, a
# product or a person. So the posterior is moved from one prior to the other (Saerens, Latinne and
# Decaestecker 2002, "Adjusting the outputs of a classifier to new a priori probabilities"): each
# type gains the logarithm of its share in a person's list over its share among the labelled rows.

LISTED_RULE = "listed-by-hand"  #: rule of a decision that takes a listed name as written

#: Greatest confidence in a listed name: people mistype, and list what they do not mean.
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

_JOINTS = re.compile(r"\s+and\s+|\s*[/&,+]\s*", re.IGNORECASE)


def decide_mentions(episode: EpisodeFile, knowledge: Knowledge) -> tuple[tuple[Decision, ...], ...]:
    """Decide each row of ``companies:``, in order; several decisions where it names several."""
    context = build_context(episode)
    decided = []
    for mention in context.mentions:
        decisions = decide_row(build_row(mention, context, knowledge))
        decided.append(judge_decisions(mention.surface, decisions, knowledge.judgements))
    return tuple(decided)


def decide_row(row: MentionRow) -> tuple[Decision, ...]:
    """Decide a row as if no judgement were about it, but for what its name differs from."""
    return row.form.joined_decisions or (_decide_single(row),)


def judge_decisions(
    surface: str, decisions: tuple[Decision, ...], judgements: JudgementTable
) -> tuple[Decision, ...]:
    """Apply judgements to the decisions on a row of this surface.

    A row that names several things is judged by their names alone.
    """
    keys: tuple[str, ...] = ()
    if len(decisions) == 1:
        keys = (name_key(surface), name_key(strip_surroundings(surface)))
    return tuple(judgements.apply(keys, decision) for decision in decisions)


def build_row(mention: ParsedMention, context: EpisodeContext, knowledge: Knowledge) -> MentionRow:
    """Collect everything known of a mention before it is decided."""
    form = surface_forms(knowledge).get(mention.surface)
    return MentionRow(mention, form, locate_mention(mention), context, knowledge)


class SurfaceForms:
    """The forms of the surfaces that this process resolves, each built once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._forms: dict[str, SurfaceForm] = {}

    def get(self, surface: str) -> SurfaceForm:
        """Return the form of a surface."""
        form = self._forms.get(surface)
        if form is None:
            form = self._forms[surface] = build_form(surface, self._knowledge)
        return form


# It grows with the distinct surfaces that this process resolves.
@lru_cache(maxsize=8)  # one for each thread
def surface_forms(knowledge: Knowledge) -> SurfaceForms:
    """Return the forms of surfaces, given what is known."""
    return SurfaceForms(knowledge)


def build_form(surface: str, knowledge: Knowledge) -> SurfaceForm:
    """Compute what is computed once for each surface."""
    surface = strip_markup(surface)
    # What is looked up for a surface is kept once for it, not for each episode that has it.
    names = LoggedMapping(unlogged(knowledge.names))
    frequencies = LoggedMapping(unlogged(knowledge.frequencies))
    logged = msgspec.structs.replace(knowledge, names=names, frequencies=frequencies)
    profile = build_profile(surface, logged)
    words = (variant.text.lower() for variant in variants.generate_variants(surface))
    return SurfaceForm(
        profile=profile,
        candidates=find_surface_candidates(profile, logged),
        name_scores=sum_weights(knowledge.model.select_class_weights(profile.features)),
        single_words=tuple(word for word in words if " " not in word),
        is_function_words=variants.has_only_function_words(surface),
        is_unambiguous=is_unambiguous(profile),
        joined_decisions=_decide_joined(profile, knowledge.lexicon),
        names=frozenset(names.looked_up | frequencies.looked_up),
    )


def _decide_joined(profile: NameProfile, lexicon: Lexicon) -> tuple[Decision, ...]:
    """Decide each part of a surface that joins names: "Visa and Mastercard", "ETH/BTC".

    Every part must be a name that the lexicon knows well, and the whole must not.
    """
    if profile.matches or " " not in profile.surface.replace("/", " "):
        return ()
    core = profile.core
    names = _JOINTS.split(core)
    is_split = len(names) > 1
    if not is_split:  # two crypto-assets, side by side
        names = core.split()
        if len(names) != 2:
            return ()
    entries: dict[str, LexiconEntry] = {}
    for name in names:
        matches = map(lexicon.get_entry, lexicon.find_matches(name))
        entry = next((entry for entry in matches if not entry.is_common_word), None)
        if entry is None or not (is_split or entry.trained_type == "crypto"):
            return ()
        entries[entry.name] = entry
    if len(entries) < 2:
        return ()
    why = (Reason("joined", f"{core} names several things"),)
    return tuple(
        Decision(entry.type, name_key(name), name, JOINED_CONFIDENCE, "joined", why)
        for name, entry in entries.items()
    )


def decide_by_rule(row: MentionRow) -> Decision | None:
    """Decide a row by one of the rules that go before all weighing; None if none applies."""
    mention, is_known = row.mention, bool(row.profile.matches)
    if row.form.is_function_words and not is_known and mention.extractor == "regex":
        why = Reason("function-words", "there are only function words in it")
        return _reject(row, FUNCTION_WORDS_CONFIDENCE, "function-words", (why,))
    if mention.extractor == "llm" and DENIAL_PATTERN.match(mention.context):
        why = Reason("not-mentioned", "its description says that the episode does not name it")
        return _reject(row, DENIAL_CONFIDENCE, "not-mentioned", (why,))
    if (show := row.knowledge.shows.get(row.profile.key)) and not is_known:
        why = Reason("own-show", "several episodes call their own show so")
        return Decision("show", name_key(show), show, OWN_SHOW_CONFIDENCE, "own-show", (why,))
    return None


def _decide_single(row: MentionRow) -> Decision:
    if (decision := decide_by_rule(row)) is not None:
        return decision
    is_listed = row.mention.extractor == "hand"
    candidates = [
        candidate
        for candidate in _drop_different(row, find_row_candidates(row))
        if candidate.entry is None or candidate.entry.existed_on(row.context.day)
    ]
    if is_listed:
        whole_names = keep_whole_names(candidates, row.profile.surface)
        candidates = whole_names or candidates
    features, model = row_features(row, candidates), row.knowledge.model
    weighed = model.select_class_weights(features)
    scores = list(map(add, sum_weights(weighed), row.form.name_scores))
    if is_listed:
        scores = list(map(add, scores, PRIOR_SHIFT))
    probabilities = reweigh_by_cues(row, softmax(scores))
    type_ = most_likely_class(probabilities)
    if type_ == REJECTED:
        marks = ranking.decision_features(type_, probabilities, row, None, 0.0)
        why = explain.explain_decision(row, weighed, probabilities, None)
        rules = (name.removeprefix("rule:") for name in features if name.startswith("rule:"))
        rule = next(rules, "not-a-name")
        return _reject(row, ranking.decision_confidence(marks, model), rule, why)
    suitable = filter_by_type(probabilities, candidates)
    top, share = ranking.choose_best(row, suitable, probabilities, model)
    label, rule = top.candidate.label, top.candidate.source
    why = explain.explain_decision(row, weighed, probabilities, top)
    if is_listed:
        # No labelled row is one: the probabilities of type and candidate have to do.
        confidence = min(max(probabilities) * share, MAX_LISTED_CONFIDENCE)
        rule = LISTED_RULE if rule == "itself" else rule
        rival = MENTION_CLASSES[explain.top_two_classes(probabilities)[1]]
        why = (*why, listed_reason(type_, rival))
    else:
        marks = ranking.decision_features(type_, probabilities, row, top, share)
        confidence = ranking.decision_confidence(marks, model)
    return Decision(
        final_type(probabilities, row, top), name_key(label), label, confidence, rule, why
    )


def keep_whole_names(candidates: Sequence[EntityCandidate], surface: str) -> list[EntityCandidate]:
    """Return the candidates that have the whole name as a person typed it.

    A typed name is neither cut out of a transcript nor misheard.
    """
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


def reweigh_by_cues(row: MentionRow, probabilities: Sequence[float]) -> Sequence[float]:
    """Weigh the cues of a name's entries against each other, where their types differ.

    The classifier learnt that cues count, not that one entry's cues count against another's:
    few labelled rows are homographs.
    """
    entries = [match.entry for match in row.profile.matches]
    if len({entry.trained_type for entry in entries}) < 2:
        return probabilities
    score_by_type: dict[str, float] = {}
    for entry in entries:
        score, type_ = cue_log_odds(row, entry), entry.trained_type
        score_by_type[type_] = max(score_by_type.get(type_, -inf), score)
    top = max(score_by_type.values())
    weighed = [
        probability * exp(score_by_type.get(type_, top) - top)
        for type_, probability in zip(MENTION_CLASSES, probabilities, strict=True)
    ]
    total = sum(weighed)
    return [probability / total for probability in weighed]


def filter_by_type(
    probabilities: Sequence[float], candidates: list[EntityCandidate]
) -> list[EntityCandidate]:
    """Drop the candidates that the likeliest type rules out.

    Of entries that have the whole name only those of the likeliest type are meant, where there
    is one: the model called Gemini is not the exchange. The bare name is no entity beside such an
    entry: Schwab is Charles Schwab in every episode. An entry that has a part of the name
    needs a likely type as well: "Bitcoin Rewards Card" is no coin.
    """
    type_ = most_likely_class(probabilities)
    matches = [candidate for candidate in candidates if candidate.is_lexicon_match]
    if any(match.trained_type == type_ for match in matches):
        keys = {name_key(match.label) for match in matches}
        candidates = [
            candidate
            for candidate in candidates
            if (
                candidate.trained_type == type_
                if candidate.is_lexicon_match
                else candidate.source != "itself" or name_key(candidate.label) in keys
            )
        ]
    least = MIN_PART_PROBABILITY_RATIO * max(probabilities)
    return [
        candidate
        for candidate in candidates
        if candidate.source != "inner"
        or candidate.trained_type is None
        or class_probability(candidate.trained_type, probabilities) >= least
    ]


def final_type(probabilities: Sequence[float], row: MentionRow, top: RankedCandidate) -> str:
    """Return the type of a decision, given the probability of each type and the candidate chosen.

    A name cut out of a transcript says less of its type than the lexicon: of 20 labelled rows
    where they differ the lexicon is right in 15, the name in 4. Where the name is an ordinary word
    or has several entries, the language model's category prevails if it is clear, so one entity
    may have two types.
    """
    candidate, type_ = top.candidate, most_likely_class(probabilities)
    if candidate.entry is None:
        return type_
    entry_probability = class_probability(candidate.entry.trained_type, probabilities)
    prevails = (
        row.mention.extractor != "llm"
        or candidate.source == "inner"
        or (row.form.is_unambiguous and candidate.is_lexicon_match)
        or entry_probability >= MIN_ENTRY_PROBABILITY_RATIO * max(probabilities)
    )
    return candidate.entry.type if prevails else type_


def _drop_different(row: MentionRow, candidates: list[EntityCandidate]) -> list[EntityCandidate]:
    """Drop the candidates that a judgement says the name is not, by name or by id."""
    different = row.knowledge.judgements.different.get(row.profile.key)
    if different is None:
        return candidates
    remaining = []
    for candidate in candidates:
        label = name_key(candidate.label)
        types = (candidate.entry.type,) if candidate.entry else TYPE_NAMES
        ids = (f"{type_}/{label}" for type_ in types)
        if different.isdisjoint((label, *ids)):
            remaining.append(candidate)
    return remaining


def _reject(row: MentionRow, confidence: float, rule: str, why: tuple[Reason, ...]) -> Decision:
    surface = row.mention.surface
    return Decision(REJECTED, name_key(surface), surface, confidence, rule, why)
