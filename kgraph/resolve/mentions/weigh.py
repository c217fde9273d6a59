"""Weigh the types and the candidates of a row, before it is decided.

The classifier gives the probability of each type from the features of the row; then candidates that
the likeliest type rules out are dropped, and the others ranked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, inf, log
from operator import add
from typing import NamedTuple

import msgspec

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.lexicon import LexiconEntry
from kgraph.base.model import REJECTED
from kgraph.base.text import name_key
from kgraph.resolve.mentions import ranking
from kgraph.resolve.mentions.candidates_by_name import UNAMBIGUOUS_STEPS
from kgraph.resolve.mentions.candidates_in_context import find_row_candidates
from kgraph.resolve.mentions.classifier import (
    MENTION_CLASSES,
    WeightedFeature,
    class_probability,
    most_likely_class,
    softmax,
    sum_weights,
)
from kgraph.resolve.mentions.features import cue_log_odds, row_features
from kgraph.resolve.mentions.name_profile import NameMatch
from kgraph.resolve.mentions.ranking import RankedCandidate
from kgraph.resolve.mentions.row import EntityCandidate, MentionRow

#: Probability of the type of a part's entry, as a share of the likeliest type's; of 0.03 to 1
#: the best.
MIN_PART_PROBABILITY_RATIO = 0.5

# A name that a person listed. The classifier learnt from the rows of two extractors, of which one
# in twelve names nothing; a person lists companies, and now and then an institution, a coin, a
# product or a person. So the posterior is moved from one prior to the other (Saerens, Latinne and
# Decaestecker 2002, "Adjusting the outputs of a classifier to new a priori probabilities"): each
# type gains the logarithm of its share in a person's list over its share among the labelled rows.

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

#: Share of each type in a person's list of people. Not measured either: now and then it has a firm
#: or a show in place of who spoke for it.
PEOPLE_PRIOR = {
    "company": 0.02, "institution": 0.005, "crypto": 0.001, "product": 0.004, "person": 0.95,
    "place": 0.001, "show": 0.01, "other": 0.005, "noise": 0.004,
}  # fmt: skip

#: Share of each type among first names there: what else bears the name weighs nothing.
FIRST_NAME_PRIOR = {
    **dict.fromkeys(TRAINING_PRIOR, 1e-9), "person": 0.996, "noise": 0.004,
}  # fmt: skip


def _shift_prior(prior: Mapping[str, float]) -> tuple[float, ...]:
    return tuple(log(prior[type_] / TRAINING_PRIOR[type_]) for type_ in MENTION_CLASSES)


#: Log-odds that each of MENTION_CLASSES gains from being listed.
PRIOR_SHIFT = _shift_prior(LISTED_PRIOR)


class ListedPrior(NamedTuple):
    """The weight of being listed by a person.

    Attributes:
        shift: log-odds that each of MENTION_CLASSES gains.
        words: the evidence, for a reader.
    """

    shift: Sequence[float]
    words: str


COMPANY_LIST = ListedPrior(PRIOR_SHIFT, "a person listed it among the companies")

PEOPLE_LIST = ListedPrior(_shift_prior(PEOPLE_PRIOR), "a person listed it among the people")

FIRST_NAME_LIST = ListedPrior(
    _shift_prior(FIRST_NAME_PRIOR), "a person listed it among the people, as a first name"
)

#: Of what looks like a person's full name: people who have no other list put persons in this one,
#: where they are as frequent as among the labelled rows. Of 289 labelled persons and 397 companies
#: whose names the lexicon hides, 271 and 392 get their type so; with ``COMPANY_LIST`` 232 and all.
PERSON_NAME_LIST = COMPANY_LIST._replace(
    shift=tuple(
        0.0 if type_ == "person" else shift
        for type_, shift in zip(MENTION_CLASSES, PRIOR_SHIFT, strict=True)
    )
)

#: Of a typed name whose entries in the lexicon have one type: log-odds that decide for it. Of 1,377
#: labelled names the share with the right type stays 95 %, and the Brier score of confidences falls
#: from 0.055 to 0.038.
KNOWN_TYPE_LISTS = {
    type_: ListedPrior(
        tuple(8.0 * (type_ == each) for each in MENTION_CLASSES),
        "a person listed it, and the lexicon knows one type of it",
    )
    for type_ in MENTION_CLASSES
}


class WeighedRow(msgspec.Struct, frozen=True, gc=False):
    """A row that no rule decides: its candidates and types, weighed.

    Attributes:
        candidates: those that may be meant; ``suitable`` are those that the likeliest type leaves.
        features: of the row, by name; ``weighed`` are those that have weights.
        probabilities: of MENTION_CLASSES; ``by_features`` are those before cues were weighed
            against each other.
        ranked: the suitable candidates with their probability among all, the best first; none
            where the row is rejected.
    """

    row: MentionRow
    candidates: Sequence[EntityCandidate]
    features: Sequence[str]
    weighed: Sequence[WeightedFeature]
    by_features: Sequence[float]
    probabilities: Sequence[float]
    suitable: Sequence[EntityCandidate]
    ranked: Sequence[tuple[RankedCandidate, float]]

    @property
    def type(self) -> str:
        """The likeliest class."""
        return most_likely_class(self.probabilities)

    @property
    def is_listed(self) -> bool:
        """Whether a person listed the name."""
        return self.row.mention.extractor == "hand"

    @property
    def listed_prior(self) -> ListedPrior:
        """The weight of being listed."""
        return find_listed_prior(self.row)


def weigh_row(row: MentionRow) -> WeighedRow:
    """Weigh the types and the candidates of a row that no rule decides."""
    is_listed = row.mention.extractor == "hand"
    candidates = [
        candidate
        for candidate in drop_different(row, find_row_candidates(row))
        if candidate.entry is None or candidate.entry.existed_on(row.context.day)
    ]
    if is_listed:
        candidates = keep_whole_names(candidates, row) or candidates
    features, model = row_features(row, candidates), row.knowledge.model
    weighed = model.select_class_weights(features)
    scores = list(map(add, sum_weights(weighed), row.form.name_scores))
    if is_listed:
        scores = list(map(add, scores, find_listed_prior(row).shift))
    by_features = softmax(scores)
    probabilities = reweigh_by_cues(row, by_features)
    suitable: Sequence[EntityCandidate] = ()
    ranked: Sequence[tuple[RankedCandidate, float]] = ()
    if most_likely_class(probabilities) != REJECTED:
        suitable = filter_by_type(probabilities, drop_other_types(candidates, row))
        ranked = ranking.rank_candidates(row, suitable, probabilities, model)
    return WeighedRow(
        row, candidates, features, weighed, by_features, probabilities, suitable, ranked
    )


def find_listed_prior(row: MentionRow) -> ListedPrior:
    """Return the weight of a name's being listed by a person."""
    if row.is_listed_first_name:
        return FIRST_NAME_LIST
    profile, vocabulary = row.profile, row.knowledge.vocabulary
    types = {match.entry.trained_type for match in profile.matches}
    is_word = any(match.entry.is_common_word for match in profile.matches)
    is_among_people = row.is_among_people
    # A category says more than the list, and an alias may be somebody's given name.
    if len(types) == 1 and not is_word and (is_among_people or not row.mention.category):
        is_alias = any(match.name_kind != "name" for match in profile.matches)
        if not ((is_alias or is_among_people) and vocabulary.is_word_or_first_name(profile.core)):
            return KNOWN_TYPE_LISTS[types.pop()]
    if is_among_people:
        return PEOPLE_LIST
    is_person = not profile.matches and vocabulary.is_person_name(profile.surface)
    return PERSON_NAME_LIST if is_person else COMPANY_LIST


def drop_different(row: MentionRow, candidates: list[EntityCandidate]) -> list[EntityCandidate]:
    """Drop the candidates that a judgement says the name is not, by name or by id."""
    different = row.knowledge.judgements.different.get(row.profile.key)
    if different is None:
        return candidates
    remaining = []
    for candidate in candidates:
        label = name_key(candidate.label)
        types = (candidate.entry.type,) if candidate.entry else TYPE_NAMES
        ids = (f"{type_}/{label}" for type_ in types)
        if different.keys().isdisjoint((label, *ids)):
            remaining.append(candidate)
    return remaining


def keep_whole_names(
    candidates: Sequence[EntityCandidate], row: MentionRow
) -> list[EntityCandidate]:
    """Return the candidates that have the whole name as a person typed it.

    A typed name is neither cut out of a transcript nor misheard. A firm's legal form is no part of
    its name.
    """
    surface, namesakes = row.profile.surface, find_namesakes(row)
    typed = [
        candidate
        for candidate in candidates
        if candidate.source in {"known", "ticker", "legal-form", "itself"}
        and candidate.entry not in namesakes
    ]
    if any(candidate.source == "legal-form" for candidate in typed):
        return [candidate for candidate in typed if candidate.source == "legal-form"]
    for position, candidate in enumerate(typed):
        is_surface = candidate.source == "itself" and candidate.entry is None
        if is_surface and name_key(candidate.label) != name_key(surface):
            # "My Startup" stays whole, although "My" is cut from transcripts.
            typed[position] = msgspec.structs.replace(candidate, label=surface, final_mark="")
    return typed


def find_namesakes(row: MentionRow) -> list[LexiconEntry]:
    """List the well-known people who bear a part of a name among people, but are not meant.

    A name means one of them if it is the whole name, or an alias that no other of them has. A
    common first name alone is no such alias, but for one of the user's own entries, and the whole
    name only in the same letters and marks: "William" is not Will.i.am. Any of them is meant whom
    the title, the summary or another row of the episode names in full.
    """
    if not row.is_among_people:
        return []
    context, surface = row.context, row.profile.surface.lower()
    people = [match for match in row.profile.matches if match.entry.trained_type == "person"]
    in_rows = set(map(name_key, context.full_names.get(surface, ())))
    is_alias_enough = not row.is_listed_first_name and len({m.entry.name for m in people}) == 1

    def is_meant(match: NameMatch) -> bool:
        entry, full_name = match.entry, match.entry.short_name
        is_whole = match.name_kind == "name" and (
            not row.is_listed_first_name or full_name.lower() == surface
        )
        if (is_whole or entry.is_own or is_alias_enough) and UNAMBIGUOUS_STEPS.issuperset(
            match.steps
        ):
            return True
        return name_key(full_name) in in_rows or context.mentions_phrase(full_name.lower())

    return [match.entry for match in people if not is_meant(match)]


def drop_other_types(candidates: list[EntityCandidate], row: MentionRow) -> list[EntityCandidate]:
    """Drop what is known as another thing than a person, where a first name is listed."""
    if not row.is_listed_first_name:
        return candidates
    return [c for c in candidates if c.trained_type in (None, "person")] or candidates


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
