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
from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache

from kgraph.base.lexicon import Lexicon, LexiconEntry
from kgraph.base.model import REJECTED, Decision, EpisodeFile, ParsedMention, Reason
from kgraph.base.text import name_key
from kgraph.base.vocabulary import compile_with_conjunctions
from kgraph.resolve.entry_changes import ENTRY_TABLES
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.lookups import TablePath, log_tables_of, number_key
from kgraph.resolve.mentions import explain, ranking, variants
from kgraph.resolve.mentions.candidates_by_name import find_surface_candidates, is_unambiguous
from kgraph.resolve.mentions.candidates_in_context import is_absent_namesake
from kgraph.resolve.mentions.classifier import (
    class_probability,
    most_likely_class,
    sum_weights,
)
from kgraph.resolve.mentions.context import EpisodeContext, build_context, locate_mention
from kgraph.resolve.mentions.name_profile import NameProfile, build_profile
from kgraph.resolve.mentions.ranking import RankedCandidate
from kgraph.resolve.mentions.row import MentionRow, SurfaceForm, digest_form
from kgraph.resolve.mentions.weigh import WeighedRow, weigh_row
from kgraph.resolve.name_counts import list_surface_keys

#: Forms of surfaces that a thread keeps, 6 kB each. Large collections have millions of surfaces,
#: most of them in one episode: a thousand real ones have 52,613 rows with 19,872 surfaces.
MAX_FORMS = 1 << 14

#: Confidence that function words are no name: none of the labelled ones is one.
FUNCTION_WORDS_CONFIDENCE = 0.995

#: Not measured, since no labelled row is one.
PLACEHOLDER_CONFIDENCE = 0.98

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

#: Probability of an entry's type, as a share of the likeliest type's, from which it prevails. Of
#: 56 labelled rows above it one of the two is alone right in 23: the entry's in 17.
MIN_ENTRY_PROBABILITY_RATIO = 0.35

LISTED_RULE = "listed-by-hand"  #: rule of a decision that takes a listed name as written

#: Greatest confidence in a listed name: people mistype, and list what they do not mean.
MAX_LISTED_CONFIDENCE = 0.98

#: Greatest confidence that a given name means a well-known person, where others share it and the
#: episode lacks the surname: of 19 such rows 6 are right.
MAX_NAMESAKE_CONFIDENCE = 0.32

_JOINTS = r"\s+<and>\s+|\s*[/&,+]\s*"


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
    return row.joined_decisions or (_decide_single(row),)


def judge_decisions(
    surface: str, decisions: tuple[Decision, ...], judgements: JudgementTable
) -> tuple[Decision, ...]:
    """Apply judgements to the decisions on a row of this surface.

    A row that names several things is judged by their names alone.
    """
    keys: tuple[str, ...] = ()
    if len(decisions) == 1:
        [decision] = decisions
        keys = list_surface_keys(surface, decision.label if decision.is_accepted else "")
    return tuple(judgements.apply(keys, decision) for decision in decisions)


def build_row(mention: ParsedMention, context: EpisodeContext, knowledge: Knowledge) -> MentionRow:
    """Collect everything known of a mention before it is decided."""
    form = surface_forms(knowledge)(mention.surface)
    return MentionRow(mention, form, locate_mention(mention), context, knowledge)


class FileRows:
    """The rows of ``companies:`` of one file, as they are decided."""

    def __init__(self, file: EpisodeFile, knowledge: Knowledge) -> None:
        self._context = build_context(file)
        self._knowledge = knowledge
        rows = file.rows.get("companies", ())
        self._positions = {row.index: position for position, row in enumerate(rows)}

    def build(self, index: int) -> MentionRow:
        """Build a row by its index in the list as written; KeyError if it is not readable."""
        mention = self._context.mentions[self._positions[index]]
        return build_row(mention, self._context, self._knowledge)


#: Tables on which the form of a surface depends. What is looked up in them for a surface is kept
#: once for it, not for each episode that has it.
_FORM_TABLES: tuple[TablePath, ...] = (("names",), ("frequencies",), *ENTRY_TABLES)


@lru_cache(maxsize=8)  # in a build, one for each thread
def surface_forms(knowledge: Knowledge) -> Callable[[str], SurfaceForm]:
    """Return a function that gives the form of a surface, and keeps the last :data:`MAX_FORMS`."""
    return lru_cache(MAX_FORMS)(FormBuilder(knowledge).build)


class FormBuilder:
    """Builder of the forms of surfaces: what is computed once for each.

    Threads may share one where nobody reads the lookups: those of one would be among another's.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge, self._logs = log_tables_of(knowledge, _FORM_TABLES)

    def build(self, surface: str) -> SurfaceForm:
        """Build the form of a surface."""
        knowledge = self._knowledge
        profile = build_profile(surface, knowledge)
        candidates = find_surface_candidates(profile, knowledge)
        joined = _decide_joined(profile, knowledge.lexicon)
        words = (variant.text.lower() for variant in variants.generate_variants(surface))
        return SurfaceForm(
            profile=profile,
            candidates=candidates,
            name_scores=sum_weights(knowledge.model.select_class_weights(profile.features)),
            single_words=tuple(word for word in words if " " not in word),
            is_function_words=variants.has_only_function_words(surface),
            is_placeholder=variants.is_placeholder(surface),
            is_unambiguous=is_unambiguous(profile),
            joined_decisions=joined,
            digest=digest_form(profile, candidates, joined),
            lookups=self._take_lookups(),
        )

    def _take_lookups(self) -> bytes:
        """Return the keys looked up since the last call (:attr:`SurfaceForm.lookups`)."""
        keys: set[str] = set().union(*[log.looked_up for log in self._logs])
        for log in self._logs:
            log.looked_up.clear()
        numbers = {number_key(0, key) for key in keys}
        return array("I", sorted(numbers)).tobytes()


def _decide_joined(profile: NameProfile, lexicon: Lexicon) -> tuple[Decision, ...]:
    """Decide each part of a surface that joins names: "Visa and Mastercard", "ETH/BTC".

    Every part must be a name that the lexicon knows well, and the whole must not.
    """
    if profile.matches or " " not in profile.surface.replace("/", " "):
        return ()
    core = profile.core
    names = compile_with_conjunctions(_JOINTS).split(core)
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
    if row.form.is_placeholder and not is_known:
        why = Reason("placeholder", "it stands where a name is missing")
        return _reject(row, PLACEHOLDER_CONFIDENCE, "placeholder", (why,))
    if row.form.is_function_words and not is_known:
        # A person writes a name such as Here or Within with a capital.
        is_listed_lower = mention.extractor == "hand" and mention.surface.islower()
        if mention.extractor == "regex" or is_listed_lower:
            why = Reason("function-words", "there are only function words in it")
            return _reject(row, FUNCTION_WORDS_CONFIDENCE, "function-words", (why,))
    if mention.extractor == "llm" and DENIAL_PATTERN.match(mention.context):
        why = Reason("not-mentioned", "its description says that the episode does not name it")
        return _reject(row, DENIAL_CONFIDENCE, "not-mentioned", (why,))
    show = row.knowledge.shows.get(row.profile.key)
    if show and not is_known and not (row.is_among_people and _is_like_person(row)):
        why = Reason("own-show", "several episodes call their own show so")
        return Decision("show", name_key(show), show, OWN_SHOW_CONFIDENCE, "own-show", (why,))
    return None


def _is_like_person(row: MentionRow) -> bool:
    return row.is_listed_first_name or row.knowledge.vocabulary.is_person_name(row.profile.surface)


def _decide_single(row: MentionRow) -> Decision:
    return decide_by_rule(row) or conclude_decision(weigh_row(row))


def conclude_decision(weighing: WeighedRow) -> Decision:
    """Decide a row by its likeliest type and its best candidate."""
    row, probabilities, type_ = weighing.row, weighing.probabilities, weighing.type
    model = row.knowledge.model
    if type_ == REJECTED:
        marks = ranking.decision_features(type_, probabilities, row, None, 0.0)
        why = explain.explain_decision(row, weighing.weighed, probabilities, None)
        names = (name for name in weighing.features if name.startswith("rule:"))
        rule = next(names, "not-a-name").removeprefix("rule:")
        return _reject(row, ranking.decision_confidence(marks, model), rule, why)
    top, share = weighing.ranked[0]
    label, rule = top.candidate.written_label, top.candidate.source
    why = explain.explain_decision(row, weighing.weighed, probabilities, top)
    if weighing.is_listed:
        # No labelled row is one: the probabilities of type and candidate have to do.
        confidence = min(max(probabilities) * share, MAX_LISTED_CONFIDENCE)
        rule = LISTED_RULE if rule == "itself" else rule
        prior, (first, second) = weighing.listed_prior, explain.top_two_classes(probabilities)
        weight = round(prior.shift[first] - prior.shift[second], 2)
        why = (*why, Reason("hand", prior.words, weight))
    else:
        marks = ranking.decision_features(type_, probabilities, row, top, share)
        confidence = ranking.decision_confidence(marks, model)
        if is_absent_namesake(top.candidate, row):
            confidence = min(confidence, MAX_NAMESAKE_CONFIDENCE)
    return Decision(
        final_type(probabilities, row, top), name_key(label), label, confidence, rule, why
    )


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


def _reject(row: MentionRow, confidence: float, rule: str, why: tuple[Reason, ...]) -> Decision:
    surface = row.mention.surface
    return Decision(REJECTED, name_key(surface), surface, confidence, rule, why)
