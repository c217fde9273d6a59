"""Match the names in an episode's evidence with shows.

Takes evidence, the known shows and the corpus's spellings; gives the show of each claim, with the
log-odds that the claim adds. Speech recognition writes one name in many ways, so an unknown name is
compared with the names that the episode's other claims and its feed give.

Invariant: a name in a file of shows is never taken for another show.
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
from kgraph.resolve.shows.known_shows import (
    ShowRegistry,
    load_show_registry,
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
_GENERIC_WORDS = re.compile(
    r"\b(?:the|an?|ai|crypto|bitcoin|tech|technology|finance|daily|weekly|news|interview|live"
    r"|podcast|show|episode|series|channel|network|youtube|spotify|apple|patreon)\b",
    re.IGNORECASE,
)


def score_claims(
    evidence: ShowEvidence,
    spellings: Mapping[str, str],
    expected: Iterable[str],
    unknown_factor: float,
    registry: ShowRegistry | None = None,
) -> Iterator[tuple[str, str, str, float]]:
    """Yield (kind, name, show, log-odds) of an episode's claims, the best a kind and show.

    Args:
        spellings: most frequent spelling of each unknown name in the corpus, by show key.
        expected: shows of other evidence.
        unknown_factor: weight of a claim to an unknown show.
        registry: the known shows; by default the shipped ones.
    """
    labels = _resolve_claims(evidence, spellings, expected, registry or load_show_registry())
    best: dict[tuple[str, str], tuple[str, float]] = {}
    for kind, name, count in evidence.claims:
        label, is_known = labels.get((kind, name), ("", False))
        trust = 1.0 if is_known or kind == "source" else unknown_factor
        weight = trust * CLAIM_KINDS[kind].log_odds * min(1.5, 1 + 0.25 * log(count))
        if label and weight > best.get((kind, label), ("", 0.0))[1]:
            best[kind, label] = (name, weight)
    for (kind, label), (name, weight) in sorted(best.items()):
        yield kind, name, label, weight


def _resolve_claims(
    evidence: ShowEvidence,
    spellings: Mapping[str, str],
    expected: Iterable[str],
    registry: ShowRegistry,
) -> dict[tuple[str, str], tuple[str, bool]]:
    """Map each claim to the show that it names, and whether that show is known."""
    labels: dict[tuple[str, str], tuple[str, bool]] = {}
    unknown: list[tuple[str, str]] = []
    claims = sorted(evidence.claims, key=lambda claim: (-CLAIM_KINDS[claim[0]].log_odds, claim[1]))
    for kind, name, _ in claims:
        if kind == "host":
            label = registry.hosts.get(name_key(name), "")
        else:
            label = _find_known_show(name, registry)
        if label:
            labels[kind, name] = (label, True)
        elif kind == "source" or (not CLAIM_KINDS[kind].is_for_known_only and _is_specific(name)):
            unknown.append((kind, name))
    is_known = dict.fromkeys((*sorted(expected), *(label for label, _ in labels.values())), True)
    for kind, name in unknown:
        similar = "" if kind == "source" else _find_similar_show(name, is_known)
        label = similar or spellings.get(show_key(name), name)
        labels[kind, name] = (label, is_known.setdefault(label, kind == "source"))
    return labels


def _find_known_show(name: str, registry: ShowRegistry) -> str:
    """Return the known show of a name, or of the most words that it starts with, or ""."""
    if name_key(name) not in registry.distinctive_names and not _is_specific(name):
        return ""
    if label := registry.find_label(name):
        return label
    words = name.split()
    for end in range(len(words) - 1, 1, -1):
        if label := registry.find_label(" ".join(words[:end])):
            return label
    return registry.find_by_consonants(name)


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
    """Return whether a name has enough letters besides words of any show's name."""
    return sum(map(str.isalpha, _GENERIC_WORDS.sub("", name))) >= _MIN_SPECIFIC_LETTERS
