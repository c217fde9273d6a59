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
from math import exp, log

import msgspec

from kgraph.base.model import Reason
from kgraph.base.text import name_key
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.shows.known_shows import ShowRegistry, load_show_registry, show_key
from kgraph.resolve.shows.match_names import (
    CLAIM_KINDS,
    UNKNOWN_SHOW_FACTOR,
    UNKNOWN_SHOW_IN_KNOWN_FEED_FACTOR,
    score_claims,
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
_AGREEMENT_FACTOR = 1.5  #: of the episodes of these, compared to other scopes
_UNKNOWN_LOG_ODDS = 1.5  #: of none of the named shows being right, before any evidence


class ShowTable(msgspec.Struct, frozen=True, array_like=True):
    """The corpus's names of shows."""

    labels: dict[str, str]  #: key of a name in no file -> its most frequent spelling
    shows_by_scope: dict[str, dict[str, int]]  #: scope -> show -> episodes that claim the show
    corpus_shows: dict[str, str] = {}  #: shows in no file, by key with and without "The"
    own_registry: ShowRegistry | None = None  #: the known shows, where the user has added some

    @property
    def registry(self) -> ShowRegistry:
        """The known shows."""
        return self.own_registry or load_show_registry()


class ShowDecision(msgspec.Struct, frozen=True, array_like=True):
    """The show of an episode."""

    label: str  #: usual name; "" when undecided
    key: str  #: "" when undecided
    confidence: float  #: probability that it is right; when undecided, of the best candidate
    evidence: tuple[Reason, ...] = ()  #: strongest first


def build_show_table(
    evidence: Iterable[ShowEvidence], own_registry: ShowRegistry | None = None
) -> ShowTable:
    """Build the table of a corpus from the evidence of all its episodes.

    Args:
        evidence: read twice.
        own_registry: the known shows, where the user has added some to the shipped ones.
    """
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for episode in evidence:
        for kind, name, count in episode.claims:
            if not CLAIM_KINDS[kind].is_for_known_only:
                spelling = name.removeprefix("the ").strip("*\"“”'‘’ ")
                spellings[show_key(name)][spelling] += count
    known = own_registry or load_show_registry()
    labels = {
        key: min(counts, key=lambda spelling: (-counts[spelling], spelling))
        for key, counts in spellings.items()
        if key not in known.names
    }
    scopes: dict[str, Counter[str]] = defaultdict(Counter)
    episode_counts: Counter[str] = Counter()
    for episode in evidence:
        if label := _find_claimed_show(episode, labels, known):
            episode_counts[label] += 1
            for scope in episode.scopes:
                scopes[scope][label] += 1
    shows_by_scope = {scope: dict(sorted(n.items())) for scope, n in sorted(scopes.items())}
    corpus_shows = {}
    for label in sorted(set(labels.values())):
        bare = label.removeprefix("The ")
        if episode_counts[label] >= MIN_OWN_EPISODES and " " in bare:
            corpus_shows[name_key(label)] = corpus_shows[name_key(bare)] = label
    return ShowTable(labels, shows_by_scope, corpus_shows, own_registry)


def decide_show(evidence: ShowEvidence, table: ShowTable) -> ShowDecision:
    """Decide the show of an episode from its evidence and the corpus's table."""
    reasons: dict[str, list[Reason]] = defaultdict(list)
    registry = table.registry
    known_scopes = {"feed": registry.feeds, "channel": registry.channels}
    decided_kinds = set()
    for scope in evidence.scopes:
        kind, _, value = scope.partition(":")
        if label := known_scopes.get(kind, {}).get(value, ""):
            words = f"the {kind} is that of {label}"
            reasons[label].append(Reason(kind, words, _KNOWN_SCOPE_LOG_ODDS))
            decided_kinds.add(kind)
    for label, (kind, weight) in _score_scopes(evidence, table, decided_kinds).items():
        words = f"other episodes of the same {kind} are of {label}"
        reasons[label].append(Reason(kind, words, round(weight, 2)))
    factor = UNKNOWN_SHOW_IN_KNOWN_FEED_FACTOR if decided_kinds else UNKNOWN_SHOW_FACTOR
    claims = score_claims(evidence, table.labels, set(reasons), factor, registry)
    for kind, name, label, weight in claims:
        words = CLAIM_KINDS[kind].sentence.format(name)
        reasons[label].append(Reason(kind, words, round(weight, 2)))
    scores = {label: sum(r.weight for r in rows) for label, rows in reasons.items()}
    if not scores:
        return ShowDecision("", "", 0.0)
    best = max(sorted(scores), key=lambda label: scores[label])
    total = exp(_UNKNOWN_LOG_ODDS) + sum(exp(score) for score in scores.values())
    confidence = round(exp(scores[best]) / total, 3)
    ranked = tuple(sorted(reasons[best], key=lambda r: (-r.weight, r.words)))
    if confidence < MIN_SHOW_CONFIDENCE:
        return ShowDecision("", "", confidence, ranked)
    return ShowDecision(best, name_key(best), confidence, ranked)


def _find_claimed_show(
    evidence: ShowEvidence, labels: Mapping[str, str], registry: ShowRegistry
) -> str:
    """Return the show with the most log-odds of the episode's claims; "" if they are few."""
    scores: dict[str, float] = defaultdict(float)
    for _, _, label, weight in score_claims(evidence, labels, (), UNKNOWN_SHOW_FACTOR, registry):
        scores[label] += weight
    best = max(sorted(scores), key=lambda label: scores[label], default="")
    return best if best and scores[best] >= _UNKNOWN_LOG_ODDS else ""


def _score_scopes(
    evidence: ShowEvidence, table: ShowTable, excluded_kinds: Collection[str]
) -> dict[str, tuple[str, float]]:
    """Return (kind of scope, log-odds) of the strongest scope for each show."""
    own_show = _find_claimed_show(evidence, table.labels, table.registry)
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
