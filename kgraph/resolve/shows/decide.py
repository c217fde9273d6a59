"""Which show an episode belongs to.

Takes episodes in two steps; gives :class:`ShowDecision` values. What one episode says
(:func:`observe_show`: its stated source, its title, its summary, what hosts say) is
summed over the corpus (:func:`build_show_table`), and decided with what the episodes of the same
feed, channel or host say (:func:`decide_episode_show`). Hosts introduce their own show, guests
and adverts name others; speech recognition bends names; a feed may hold several shows of
a publisher, and may be named after a show that no longer exists: so no source speaks
alone, and each adds log-odds.

Invariants:
    * merging evidence does not depend on its order;
    * an episode does not vote for itself through its feed;
    * below :data:`MIN_SHOW_CONFIDENCE` nothing is said: undecided is better than wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import exp, log

import msgspec

from kgraph.base.model import Episode, Reason
from kgraph.base.text import name_key
from kgraph.resolve.shows.evidence import ShowEvidence, observe_show
from kgraph.resolve.shows.known_shows import ShowRegistry, load_show_registry, show_key
from kgraph.resolve.shows.match_names import (
    KNOWN_ONLY_KINDS,
    UNKNOWN_SHOW_FACTOR,
    UNKNOWN_SHOW_IN_KNOWN_FEED_FACTOR,
    score_claims,
    strip_article,
)

__all__ = [
    "ShowDecision",
    "ShowEvidence",
    "ShowTable",
    "build_show_table",
    "decide_episode_show",
    "decide_show",
    "observe_show",
]

MIN_SHOW_CONFIDENCE = 0.75
"""Probability below which an episode's show is left undecided."""

MIN_OWN_EPISODES = 3
"""Episodes that call themselves by a name before it is a show's wherever it stands: a name of one
word never is."""

_REASON_TEXTS = {
    "source": "the file states the show {}",
    "summary": "the summary calls it an episode of {}",
    "title": "the title names {}",
    "spoken": "a host says {}",
    "itself": "a row calls {} the podcast itself",
    "host": "{} presents it",
    "slug": "the feed is called {}",
    "named": "{} is named",
}
_KNOWN_SCOPE_LOG_ODDS = {"feed": 5.0, "channel": 5.0}
"""Log-odds of a feed or channel that is known to be one show's."""
_MAX_SCOPE_LOG_ODDS = {"feed": 4.0, "channel": 3.0, "part": 3.0, "presenter": 2.5, "place": 1.5}
"""Most log-odds that other episodes of the same feed (and so on) can add."""
_AGREEMENT_FACTOR = 1.5
"""How much more it says that a feed's episodes agree than that other scopes' do."""
_UNKNOWN_LOG_ODDS = 1.5
"""Log-odds that none of the named shows is right, before any evidence."""


class ShowTable(msgspec.Struct, frozen=True, array_like=True):
    """What the corpus says.

    Attributes:
        labels: key of a name that no file of shows knows -> its most frequent spelling.
        scopes: scope -> show -> in how many episodes that show is the episode's own best.
        own: the corpus's shows that no file knows, by key, with and without article.
    """

    labels: dict[str, str]
    shows_by_scope: dict[str, dict[str, int]]
    corpus_shows: dict[str, str] = {}


class ShowDecision(msgspec.Struct, frozen=True, array_like=True):
    """The show of an episode; ``label`` and ``key`` are "" when undecided.

    Attributes:
        label: the show's usual name.
        key: canonical key of the show.
        confidence: probability that it is right; when undecided, of the best candidate.
        evidence: the breakdown, strongest first.
    """

    label: str
    key: str
    confidence: float
    evidence: tuple[Reason, ...] = ()


def build_show_table(evidence: Iterable[ShowEvidence]) -> ShowTable:
    """The table of a corpus: the names it uses, and each scope's shows."""
    known = list(evidence)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for item in known:
        for kind, name, count in item.claims:
            if kind not in KNOWN_ONLY_KINDS:
                spellings[show_key(name)][strip_article(name)] += count
    book = load_show_registry()
    labels = {
        key_: min(counts, key=lambda n: (-counts[n], n))
        for key_, counts in spellings.items()
        if key_ not in book.names
    }
    named = [_best_claimed_show(item, ShowTable(labels, {})) for item in known]
    return ShowTable(labels, _count_scope_shows(known, named), _find_corpus_shows(labels, named))


def _find_corpus_shows(labels: Mapping[str, str], named: Iterable[str]) -> dict[str, str]:
    counts = Counter(named)
    found = {
        label
        for label in labels.values()
        if counts[label] >= MIN_OWN_EPISODES and " " in _strip_the(label)
    }
    return {
        own: label
        for label in sorted(found)
        for own in (name_key(label), name_key(_strip_the(label)))
    }


def _strip_the(label: str) -> str:
    return label.removeprefix("The ")


def decide_episode_show(episode: Episode, table: ShowTable) -> ShowDecision:
    """The show of an episode, given its corpus's table."""
    return decide_show(observe_show(episode), table)


def decide_show(evidence: ShowEvidence, table: ShowTable) -> ShowDecision:
    """The show that the evidence speaks for; undecided when it does not suffice."""
    reasons = _collect_reasons(evidence, table)
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


def _collect_reasons(evidence: ShowEvidence, table: ShowTable) -> dict[str, list[Reason]]:
    """For each show that anything speaks for, what speaks."""
    reasons: dict[str, list[Reason]] = defaultdict(list)
    facts = list(_find_known_scopes(evidence, load_show_registry()))
    for label, scope, weight in facts:
        reasons[label].append(Reason(scope, f"the {scope} is that of {label}", weight))
    settled = {scope for _, scope, _ in facts}
    for label, (scope, weight) in _score_scopes(evidence, table, settled).items():
        words = f"other episodes of the same {scope} are of {label}"
        reasons[label].append(Reason(scope, words, round(weight, 2)))
    strange = UNKNOWN_SHOW_IN_KNOWN_FEED_FACTOR if facts else UNKNOWN_SHOW_FACTOR
    for kind, name, label, weight in score_claims(evidence, table.labels, set(reasons), strange):
        reasons[label].append(Reason(kind, _REASON_TEXTS[kind].format(name), round(weight, 2)))
    return dict(reasons)


def _find_known_scopes(
    evidence: ShowEvidence, book: ShowRegistry
) -> Iterator[tuple[str, str, float]]:
    """(show, "feed" or "channel", log-odds) for what is known of them beforehand."""
    for scope in evidence.scopes:
        kind, _, value = scope.partition(":")
        known = {"feed": book.feeds, "channel": book.channels}.get(kind, {})
        if value in known:
            yield known[value], kind, _KNOWN_SCOPE_LOG_ODDS[kind]


def _best_claimed_show(evidence: ShowEvidence, table: ShowTable) -> str:
    """The show that the episode's own claims speak for; "" when they say too little."""
    scores: Counter[str] = Counter()
    for _, _, label, weight in score_claims(evidence, table.labels, (), UNKNOWN_SHOW_FACTOR):
        scores[label] += weight  # type: ignore[assignment]
    label = max(sorted(scores), key=lambda x: scores[x], default="")
    return label if scores[label] >= _UNKNOWN_LOG_ODDS else ""


def _count_scope_shows(
    evidence: Iterable[ShowEvidence], named: Iterable[str]
) -> dict[str, dict[str, int]]:
    scopes: dict[str, Counter[str]] = defaultdict(Counter)
    for item, label in zip(evidence, named, strict=True):
        for scope in item.scopes if label else ():
            scopes[scope][label] += 1
    return {scope: dict(sorted(counts.items())) for scope, counts in sorted(scopes.items())}


def _score_scopes(
    evidence: ShowEvidence, table: ShowTable, settled: Iterable[str]
) -> dict[str, tuple[str, float]]:
    """For each show, the scope whose other episodes speak most for it, and how much.

    Scopes of a ``settled`` kind are left out: their show is known.
    """
    own = _best_claimed_show(evidence, table)
    around: dict[str, tuple[str, float]] = {}
    for scope in evidence.scopes:
        kind = scope.partition(":")[0]
        if kind in settled:
            continue
        counts = table.shows_by_scope.get(scope, {})
        others = {label: n - (label == own) for label, n in counts.items()}
        for label, weight in _score_votes(kind, others):
            if weight > around.get(label, ("", 0.0))[1]:
                around[label] = (kind, weight)
    return around


def _score_votes(kind: str, counts: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    """(show, log-odds) from how many episodes of one scope are of each show.

    A feed or a channel is one show's as a rule, so its first is held against its second:
    the rest is misheard names. Other scopes may well be shared: there the share counts.
    """
    total = sum(counts.values())
    for label, count in counts.items():
        if kind in _KNOWN_SCOPE_LOG_ODDS:
            against = max((n for other, n in counts.items() if other != label), default=0)
            weight = _AGREEMENT_FACTOR * log((count + 0.5) / (against + 0.5))
        else:
            weight = log((count + 0.5) / (total - count + 0.5))
        if weight > 0:
            yield label, min(_MAX_SCOPE_LOG_ODDS[kind], weight)
