"""Decision which show an episode belongs to.

Takes the :class:`~kgraph.resolve.shows.evidence.ShowEvidence` of every episode; gives a
:class:`ShowDecision` for each. Hosts introduce their own show, guests and adverts name others,
speech recognition distorts names, and a feed may have several shows. So no source decides alone:
each adds log-odds, and episodes of the same feed, channel or host add theirs.

Invariants:
    * the table does not depend on the order of the episodes;
    * an episode does not vote for itself through its feed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from math import exp, log
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from kgraph.base.counts import find_commonest
from kgraph.base.model import Reason
from kgraph.base.text import name_key
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.shows.judged_shows import (
    NO_SHOW_JUDGEMENTS,
    JudgedDifference,
    JudgedLabel,
    ShowJudgements,
    select_show_judgements,
)
from kgraph.resolve.shows.known_shows import (
    ShowRegistry,
    clean_show_name,
    load_show_registry,
)
from kgraph.resolve.shows.match_names import (
    CLAIM_KINDS,
    UNKNOWN_SHOW_FACTOR,
    UNKNOWN_SHOW_IN_KNOWN_FEED_FACTOR,
    ShowNames,
    score_claims,
    spelling_key,
)

#: Probability below which a show is undecided, rather than wrong. Of 170 labelled episodes 0.75
#: names 159 shows, 158 of them right; 0.65 two more, both right; 0.6 a third, which is wrong.
#: So one welcome to a known show suffices.
MIN_SHOW_CONFIDENCE = 0.65
MIN_OWN_EPISODES = 3  #: that claim a name of several words before any mention of it is the show's

_KNOWN_SCOPE_LOG_ODDS = 5.0  #: of a feed or channel that a file assigns to a show
#: Limits of the log-odds that other episodes of the same scope add, by kind.
_MAX_SCOPE_LOG_ODDS = {"feed": 4.0, "channel": 3.0, "part": 3.0, "presenter": 2.5, "place": 1.5}
_SINGLE_SHOW_SCOPES = ("feed", "channel")  #: kinds of scopes that are one show's as a rule
#: Scopes that several shows share: they tell of an episode's show only what its file leaves open.
_SHARED_SCOPES = frozenset(_MAX_SCOPE_LOG_ODDS) - {*_SINGLE_SHOW_SCOPES}
_AGREEMENT_FACTOR = 1.5  #: of the episodes of these, compared to other scopes
_UNKNOWN_LOG_ODDS = 1.5  #: of none of the named shows being right, before any evidence


class ShowTable(msgspec.Struct, frozen=True, array_like=True):
    """The corpus's names of shows."""

    labels: dict[str, str]  #: key of a name in no file -> its most frequent spelling
    shows_by_scope: dict[str, dict[str, int]]  #: scope -> show -> episodes that claim the show
    corpus_shows: dict[str, str] = {}  #: shows in no file, by key with and without "The"
    own_registry: ShowRegistry | None = None  #: the known shows, where the user has added some
    judgements: ShowJudgements = NO_SHOW_JUDGEMENTS
    #: Show -> names that it has in the files, where judgements give it another one.
    former_names: dict[str, tuple[str, ...]] = {}

    @property
    def names(self) -> ShowNames:
        """All names of shows."""
        registry = self.own_registry or load_show_registry()
        return ShowNames(self.labels, registry, self.judgements, self.former_names)


class ShowDecision(msgspec.Struct, frozen=True, array_like=True):
    """The show of an episode."""

    label: str  #: usual name; "" when undecided
    key: str  #: "" when undecided
    confidence: float  #: probability that it is right; when undecided, of the best candidate
    evidence: tuple[Reason, ...] = ()  #: judgements, then the strongest first
    judgement_keys: tuple[str, ...] = ()  #: keys and ids that applied judgements name


def judge_show_table(
    evidence: Iterable[ShowEvidence],
    judgements: JudgementTable,
    own_registry: ShowRegistry | None = None,
    last: ShowTable | None = None,
) -> ShowTable:
    """Build the table of a corpus with the judgements that reach the shows of its episodes.

    Args:
        evidence: of all episodes; read several times.
        judgements: as read, without types and labels of the lexicon.
        own_registry: as of :func:`build_show_table`.
        last: of the same evidence; it is taken over if it has the same judgements and known shows.
    """
    registry = own_registry or load_show_registry()
    selected = select_show_judgements(judgements, evidence, registry)
    if last and (last.own_registry, last.judgements) == (own_registry, selected):
        return last
    return build_show_table(evidence, own_registry, selected)


def build_show_table(
    evidence: Iterable[ShowEvidence],
    own_registry: ShowRegistry | None = None,
    judgements: ShowJudgements = NO_SHOW_JUDGEMENTS,
) -> ShowTable:
    """Build the table of a corpus from the evidence of all its episodes.

    Args:
        evidence: read twice.
        own_registry: the known shows, where the user has added some to the shipped ones.
        judgements: those that reach the episodes' shows.
    """
    known = own_registry or load_show_registry()
    labels = _count_spellings(evidence, known, judgements)
    former = _list_former_names(labels, known, judgements)
    table = ShowTable(labels, {}, {}, own_registry, judgements, former)
    scopes: dict[str, Counter[str]] = defaultdict(Counter)
    claimed: Counter[str] = Counter()
    for episode in evidence:
        if label := _find_claimed_show(episode, table):
            claimed[label] += 1
            for scope in episode.scopes:
                scopes[scope][label] += 1
    new_labels = {*judgements.labels.values()}.difference(known.labels)
    corpus_shows = _list_corpus_shows({*labels.values(), *new_labels}, claimed)
    if judgements.reasons:
        corpus_shows |= _list_shows_in_files(evidence, table)
    shows_by_scope = {scope: dict(sorted(n.items())) for scope, n in sorted(scopes.items())}
    return replace(table, shows_by_scope=shows_by_scope, corpus_shows=corpus_shows)


def _list_shows_in_files(evidence: Iterable[ShowEvidence], table: ShowTable) -> dict[str, str]:
    """Return the corpus's shows by the names in the files, as rows are decided and then judged."""
    differences = replace(table.judgements, labels={}, rejected=frozenset(), accepted=frozenset())
    unjudged = replace(table, judgements=differences)
    claimed = Counter(_find_claimed_show(episode, unjudged) for episode in evidence)
    return _list_corpus_shows({*table.labels.values()}, claimed)


def _count_spellings(
    evidence: Iterable[ShowEvidence], known: ShowRegistry, judgements: ShowJudgements
) -> dict[str, str]:
    """Return the most frequent spelling of each name that is in no file, by key."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for episode in evidence:
        for kind, name, count in episode.claims:
            if CLAIM_KINDS[kind].is_for_known_only:
                continue
            key = spelling_key(name, known, judgements)
            is_known = key in known.names or known.find_by_whole_name(name)
            if not is_known or key in judgements.different:
                spellings[key][clean_show_name(name)] += count
    return {key: find_commonest(counts) for key, counts in spellings.items()}


def _list_former_names(
    labels: Mapping[str, str], known: ShowRegistry, judgements: ShowJudgements
) -> dict[str, tuple[str, ...]]:
    """Return the names that shows have in the files, by the name that judgements give them."""
    former: dict[str, list[str]] = defaultdict(list)
    for label in sorted({*labels.values(), *known.labels}) if judgements.labels else ():
        judged_show = judgements.apply((), label)
        if judged_show.label != label and not judged_show.is_rejected:
            former[judged_show.label].append(label)
    return {label: tuple(names) for label, names in former.items()}


def _list_corpus_shows(labels: Iterable[str], episodes: Mapping[str, int]) -> dict[str, str]:
    """Return the shows that enough episodes claim, by key with and without "The"."""
    shows = {}
    for label in sorted(labels):
        bare = label.removeprefix("The ")
        if episodes.get(label, 0) >= MIN_OWN_EPISODES and " " in bare:
            shows[name_key(label)] = shows[name_key(bare)] = label
    return shows


class _Candidate(NamedTuple):
    """A show that an episode may belong to.

    Attributes:
        reasons: of the evidence.
        judgement_words: the judgements that led to it or rejected it, in words.
        accepted: those that accept it, in words.
    """

    reasons: list[Reason]
    judgement_words: dict[str, None]
    accepted: dict[str, None]

    @property
    def score(self) -> float:
        return sum(reason.weight for reason in self.reasons)

    @property
    def is_certain(self) -> bool:
        """Whether a judgement accepts what the episode says of itself."""
        return bool(self.accepted) and self.is_stated

    @property
    def is_stated(self) -> bool:
        """Whether the episode says of itself that it is of this show."""
        kinds = (CLAIM_KINDS.get(reason.part) for reason in self.reasons)
        return any(kind and not kind.is_for_known_only for kind in kinds)


class _Candidates:
    """The shows that an episode may belong to, by name, and those that were rejected."""

    def __init__(self, judgements: ShowJudgements) -> None:
        self._judgements = judgements
        self.shows: dict[str, _Candidate] = {}
        self.rejected: dict[str, _Candidate] = {}
        self.keys: set[str] = set()  #: of all judgements that applied

    def add(
        self, show: JudgedLabel, reason: Reason, difference: JudgedDifference | None = None
    ) -> None:
        """Add evidence for a show; ``difference`` is that of the claim."""
        table = self.rejected if show.is_rejected else self.shows
        candidate = table.setdefault(show.label, _Candidate([], {}, {}))
        candidate.reasons.append(reason)
        judgements = self._judgements
        for key in show.keys:
            self.keys.add(key)
            if key in judgements.labels or key in judgements.rejected:
                candidate.judgement_words[judgements.reasons[key]] = None
            elif key in judgements.accepted:
                candidate.accepted[judgements.reasons[key]] = None
        if difference:
            self.keys.add(difference.key)
            candidate.judgement_words[difference.words] = None

    def drop_unnamed(self) -> None:
        """Drop the shows that nothing but other episodes of a shared scope speaks for."""
        self.shows = {
            label: candidate
            for label, candidate in self.shows.items()
            if any(reason.part not in _SHARED_SCOPES for reason in candidate.reasons)
        }


def decide_show(evidence: ShowEvidence, table: ShowTable) -> ShowDecision:
    """Decide the show of an episode from its evidence and the corpus's table."""
    candidates = _collect_candidates(evidence, table)
    keys = tuple(sorted(candidates.keys))
    scores = {label: candidate.score for label, candidate in candidates.shows.items()}
    total = exp(_UNKNOWN_LOG_ODDS) + sum(map(exp, scores.values()))
    ranked_labels = sorted(scores, key=lambda label: (-scores[label], label))
    best = next(iter(ranked_labels), "")
    if best and exp(scores[best]) / total < MIN_SHOW_CONFIDENCE:
        certain = (label for label in ranked_labels if candidates.shows[label].is_certain)
        best = next(certain, best)
    confidence, judgement_words, ranked = 0.0, dict[str, None](), list[Reason]()
    if best:
        candidate = candidates.shows[best]
        confidence = round(exp(scores[best]) / total, 3)
        judgement_words |= candidate.judgement_words
        ranked = sorted(candidate.reasons, key=lambda r: (-r.weight, r.words))
        if candidate.is_certain:
            confidence = 1.0
            judgement_words |= candidate.accepted
    for rejected in candidates.rejected.values():
        score = rejected.score
        would_be_decided = exp(score) / (total + exp(score)) >= MIN_SHOW_CONFIDENCE
        if would_be_decided or (best and score > scores[best]):
            judgement_words |= rejected.judgement_words
    reasons = (*(Reason("judgement", words) for words in judgement_words), *ranked)
    if confidence < MIN_SHOW_CONFIDENCE:
        return ShowDecision("", "", confidence, reasons, keys)
    return ShowDecision(best, name_key(best), confidence, reasons, keys)


def decide_show_of_files(
    evidence: Iterable[ShowEvidence], table: ShowTable
) -> tuple[int, ShowDecision]:
    """Decide the show of an episode by the first of its files that tells it.

    If none does, it is undecided by the first that a judgement left so, or else by the first.

    Args:
        evidence: of each file, at least one.

    Returns:
        The number of that file, from 0, and its decision, with the judgements of all files.
    """
    decisions = [decide_show(each, table) for each in evidence]
    numbers = range(len(decisions))
    deciding = (n for n in numbers if decisions[n].key)
    judged_numbers = (
        n for n in numbers if any(r.part == "judgement" for r in decisions[n].evidence)
    )
    number = next(chain(deciding, judged_numbers), 0)
    keys = {key for decision in decisions for key in decision.judgement_keys}
    return number, replace(decisions[number], judgement_keys=tuple(sorted(keys)))


def list_stated_shows(evidence: ShowEvidence, table: ShowTable) -> list[str]:
    """Return the shows that the episode says it is of, those with the most evidence first."""
    shows = _collect_candidates(evidence, table).shows
    stated = [label for label, candidate in shows.items() if candidate.is_stated]
    return sorted(stated, key=lambda label: (-shows[label].score, label))


def _collect_candidates(evidence: ShowEvidence, table: ShowTable) -> _Candidates:
    names, judgements = table.names, table.judgements
    candidates = _Candidates(judgements)
    known_scopes = {"feed": names.registry.feeds, "channel": names.registry.channels}
    decided_kinds = set()
    for scope in evidence.scopes:
        kind, _, value = scope.partition(":")
        if label := known_scopes.get(kind, {}).get(value, ""):
            words = f"the {kind} is that of {label}"
            show = judgements.apply((), label)
            candidates.add(show, Reason(kind, words, _KNOWN_SCOPE_LOG_ODDS))
            if not show.is_rejected:
                decided_kinds.add(kind)
    for label, (kind, weight) in _score_scopes(evidence, table, decided_kinds).items():
        words = f"other episodes of the same {kind} are of {label}"
        candidates.add(judgements.apply((), label), Reason(kind, words, round(weight, 2)))
    factor = UNKNOWN_SHOW_IN_KNOWN_FEED_FACTOR if decided_kinds else UNKNOWN_SHOW_FACTOR
    states_show = False
    for claim in score_claims(evidence, names, set(candidates.shows), factor):
        words = CLAIM_KINDS[claim.kind].sentence.format(claim.name)
        reason = Reason(claim.kind, words, round(claim.log_odds, 2))
        candidates.add(claim.show, reason, claim.difference)
        states_show = states_show or (claim.kind == "source" and not claim.show.is_rejected)
    if states_show:
        candidates.drop_unnamed()
    return candidates


def _find_claimed_show(evidence: ShowEvidence, table: ShowTable) -> str:
    """Return the show with the most log-odds of the episode's claims; "" if they are few."""
    scores: dict[str, float] = defaultdict(float)
    for claim in score_claims(evidence, table.names, (), UNKNOWN_SHOW_FACTOR):
        if not claim.show.is_rejected:
            scores[claim.show.label] += claim.log_odds
    best = max(sorted(scores), key=lambda label: scores[label], default="")
    return best if best and scores[best] >= _UNKNOWN_LOG_ODDS else ""


def _score_scopes(
    evidence: ShowEvidence, table: ShowTable, excluded_kinds: Collection[str]
) -> dict[str, tuple[str, float]]:
    """Return (kind of scope, log-odds) of the strongest scope for each show."""
    own_show = _find_claimed_show(evidence, table)
    best: dict[str, tuple[str, float]] = {}
    for scope in evidence.scopes:
        kind = scope.partition(":")[0]
        if kind in excluded_kinds:
            continue
        counts = dict(table.shows_by_scope.get(scope, {}))
        if own_show in counts:
            counts[own_show] -= 1
        total, ranked = sum(counts.values()), sorted((0, 0, *counts.values()))
        for label, count in counts.items():
            # A feed or a channel is one show's as a rule, so its first show is compared with its
            # second: all others are misheard names. Several shows may share any other scope.
            if kind in _SINGLE_SHOW_SCOPES:
                rival = ranked[-2] if count == ranked[-1] else ranked[-1]
                weight = _AGREEMENT_FACTOR * log((count + 0.5) / (rival + 0.5))
            else:
                weight = log((count + 0.5) / (total - count + 0.5))
            weight = min(_MAX_SCOPE_LOG_ODDS[kind], weight)
            if weight > best.get(label, ("", 0.0))[1]:
                best[label] = (kind, weight)
    return best
