"""Match the names in an episode's evidence with shows.

Takes evidence, the known shows and the corpus's spellings; gives the show of each claim, with the
log-odds that the claim adds. Speech recognition writes one name in many ways, so an unknown name is
compared with the names that the episode's other claims and its feed give.

Invariants:
    * a name in a file of shows is never taken for another show, unless a person said so;
    * a name is never taken for a show from which a person said that it differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from math import log
from typing import NamedTuple

from kgraph.base.text import name_key
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.shows.judged_shows import (
    NO_SHOW_JUDGEMENTS,
    JudgedDifference,
    JudgedLabel,
    ShowJudgements,
)
from kgraph.resolve.shows.known_shows import (
    ShowRegistry,
    list_show_keys,
    show_key,
    strip_vowels,
)


class ClaimKind(NamedTuple):
    """A source of names of shows."""

    log_odds: float  #: that a claim adds for the show that it names
    sentence: str  #: the reason, with the name in place of {}
    is_for_known_only: bool = False  #: it counts only for a show in a file


CLAIM_KINDS = {
    "source": ClaimKind(3.0, "the file states the show {}"),
    "summary": ClaimKind(2.6, "the summary calls it an episode of {}"),
    "title": ClaimKind(2.4, "the title names {}"),
    "spoken": ClaimKind(2.2, "a host says {}"),
    "itself": ClaimKind(2.0, "a row calls {} the podcast itself"),
    "host": ClaimKind(1.8, "{} presents it", is_for_known_only=True),
    "slug": ClaimKind(1.8, "the feed is called {}", is_for_known_only=True),
    "named": ClaimKind(0.7, "{} is named", is_for_known_only=True),
}
UNKNOWN_SHOW_FACTOR = 0.8  #: of a claim with a name in no file: it may be misheard
#: The same in the feed or channel of a known show, where it is a series or an advert.
UNKNOWN_SHOW_IN_KNOWN_FEED_FACTOR = 0.3
_MIN_SIMILARITY = 0.72  #: difflib ratio of a misheard name and the show that it is taken for
_MIN_SIMILAR_CHARS = 5
_MIN_SPECIFIC_LETTERS = 5
#: What stands after a whole name in a longer one: "All-In: Season 2", "All-In with Ann Lee".
_NAME_END = re.compile(r"[:,]? +[(|/–—-]|: +|,? +(?:with|(?:hosted )?by) +(?=[A-Z])")
_GENERIC_WORDS = re.compile(
    r"\b(?:the|an?|ai|crypto|bitcoin|tech|technology|finance|daily|weekly|news|interview|live"
    r"|podcast|show|episode|series|channel|network|youtube|spotify|apple|patreon)\b",
    re.IGNORECASE,
)


class ScoredClaim(NamedTuple):
    """The log-odds that a claim adds for a show."""

    kind: str  #: a key of :data:`CLAIM_KINDS`
    name: str  #: as written
    show: JudgedLabel
    log_odds: float
    difference: JudgedDifference | None = None  #: from a show that the name matches


class _MatchedClaim(NamedTuple):
    label: str
    is_known: bool
    difference: JudgedDifference | None = None


class ShowNames(NamedTuple):
    """Names of shows.

    Attributes:
        spellings: most frequent spelling of each unknown name in the corpus, by
            :func:`spelling_key`.
        registry: the known shows.
        judgements: those that reach the shows of episodes.
        former: names of each show in the files, where judgements give it another one.
    """

    spellings: Mapping[str, str]
    registry: ShowRegistry
    judgements: ShowJudgements = NO_SHOW_JUDGEMENTS
    former: Mapping[str, tuple[str, ...]] = {}


def score_claims(
    evidence: ShowEvidence, names: ShowNames, expected: Iterable[str], unknown_factor: float
) -> Iterator[ScoredClaim]:
    """Yield what an episode's claims add, the best of each kind and show.

    Args:
        expected: shows of other evidence.
        unknown_factor: weight of a claim to an unknown show.
    """
    matches = _match_claims(evidence, names, expected)
    judgements = names.judgements
    best: dict[tuple[str, str], ScoredClaim] = {}
    for kind, name, count in evidence.claims:
        if (match := matches.get((kind, name))) is None:
            continue
        show = judgements.apply(judgements.list_own_keys(kind, name), match.label)
        is_trusted = match.is_known or kind == "source" or show.label != match.label
        trust = 1.0 if is_trusted else unknown_factor
        weight = trust * CLAIM_KINDS[kind].log_odds * min(1.5, 1 + 0.25 * log(count))
        rival = best.get((kind, show.label))
        if weight > (rival.log_odds if rival else 0.0):
            best[kind, show.label] = ScoredClaim(kind, name, show, weight, match.difference)
    yield from (claim for _, claim in sorted(best.items()))


def match_stated_name(name: str, names: ShowNames) -> tuple[JudgedLabel, bool]:
    """Return the show that a stated name means by itself, as judged, and whether it is known."""
    registry, judgements = names.registry, names.judgements
    known_label, _ = _match_known_show(name, registry, judgements)
    label = known_label or names.spellings.get(spelling_key(name, registry, judgements), name)
    own_keys = judgements.list_own_keys("source", name)
    return judgements.apply(own_keys, label), bool(known_label)


def spelling_key(name: str, registry: ShowRegistry, judgements: ShowJudgements) -> str:
    """Return the key by which the spellings of a name are counted.

    A name that differs from another one is counted alone: it may differ in a word of any show.
    """
    if judgements.different:
        differing = [key for key in list_show_keys(name) if key in judgements.different]
        if differing:
            return differing[0]
    return list_show_keys(name)[-1] if registry.is_other_format(name) else show_key(name)


def _match_claims(
    evidence: ShowEvidence, names: ShowNames, expected: Iterable[str]
) -> dict[tuple[str, str], _MatchedClaim]:
    """Map each claim to the show that it names, and whether that show is known."""
    registry, judgements = names.registry, names.judgements
    matches: dict[tuple[str, str], _MatchedClaim] = {}
    unknown: list[tuple[str, str, JudgedDifference | None]] = []
    claims = sorted(evidence.claims, key=lambda claim: (-CLAIM_KINDS[claim[0]].log_odds, claim[1]))
    for kind, name, _ in claims:
        if kind == "host":
            label, difference = registry.hosts.get(name_key(name), ""), None
        else:
            label, difference = _match_known_show(name, registry, judgements)
        if label:
            matches[kind, name] = _MatchedClaim(label, True, difference)
        elif kind == "source" or (not CLAIM_KINDS[kind].is_for_known_only and _is_specific(name)):
            unknown.append((kind, name, difference))
    former = (name for label in sorted(expected) for name in names.former.get(label, ()))
    labels = (match.label for match in matches.values())
    is_known = dict.fromkeys((*sorted(expected), *former, *labels), True)
    for kind, name, difference in unknown:
        similar, further = "", None
        if kind != "source":
            similar, further = _match_similar_show(name, is_known, judgements)
        label = similar or names.spellings.get(spelling_key(name, registry, judgements), name)
        is_trusted = is_known.setdefault(label, kind == "source")
        matches[kind, name] = _MatchedClaim(label, is_trusted, difference or further)
    return matches


def _match_known_show(
    name: str, registry: ShowRegistry, judgements: ShowJudgements
) -> tuple[str, JudgedDifference | None]:
    """Return the first known show that a name may mean, or "".

    Return also the judgement by which it does not mean an earlier one, or None.
    """
    difference = None
    for label in filter(None, _find_known_shows(name, registry)):
        if not (judgement := judgements.find_difference(name, label)):
            return label, difference
        difference = judgement
    return "", difference


def _match_similar_show(
    name: str, labels: Iterable[str], judgements: ShowJudgements
) -> tuple[str, JudgedDifference | None]:
    """Return the most similar show that a name may mean, as :func:`_match_known_show` does."""
    difference = None
    while (label := _find_similar_show(name, labels)) and (
        judgement := judgements.find_difference(name, label)
    ):
        difference, labels = judgement, [other for other in labels if other != label]
    return label, difference


def _find_known_shows(name: str, registry: ShowRegistry) -> Iterator[str]:
    """Yield the known shows of a name: by all of it, by its beginnings, by its consonants."""
    if name_key(name) not in registry.distinctive_names and not _is_specific(name):
        return
    yield registry.find_label(name)
    words = name.split()
    for end in range(len(words) - 1, 1, -1):
        beginning = " ".join(words[:end])
        if _is_specific(beginning) or not registry.find_by_whole_name(beginning):
            yield registry.find_label(beginning)
    for match in _NAME_END.finditer(name):
        beginning = name[: match.start()]
        if name_key(beginning) in registry.distinctive_names:
            yield registry.find_label(beginning)
    yield registry.find_by_consonants(name)


def _find_similar_show(name: str, labels: Iterable[str]) -> str:
    """Return the show of which a name is a spelling or a part, of equals the last, or ""."""
    key = show_key(name)
    best, best_similarity = "", _MIN_SIMILARITY
    for label in labels:
        label_key = show_key(label)
        is_part = key in label_key or label_key in key
        similarity = 1.0 if is_part else _key_similarity(key, label_key)
        if similarity >= best_similarity and min(len(key), len(label_key)) >= _MIN_SIMILAR_CHARS:
            best, best_similarity = label, similarity
    return best


@lru_cache(maxsize=1 << 14)
def _key_similarity(a: str, b: str) -> float:
    """Compare two keys by letters and by consonants, which are recognised better; in [0, 1]."""
    if a[:1] != b[:1]:
        return 0.0
    bare_a, bare_b = strip_vowels(a), strip_vowels(b)
    pairs = [(a, b), (bare_a, bare_b)] if min(len(bare_a), len(bare_b)) >= 4 else [(a, b)]
    return max(SequenceMatcher(None, x, y, autojunk=False).ratio() for x, y in pairs)


def _is_specific(name: str) -> bool:
    return sum(map(str.isalpha, _GENERIC_WORDS.sub("", name))) >= _MIN_SPECIFIC_LETTERS
