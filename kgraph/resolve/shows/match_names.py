"""Which shows the names in an episode's evidence mean.

Takes evidence, the known shows and the corpus's spellings; gives the show of each claim,
with the log-odds that the claim adds. Speech recognition writes one name in many ways, so
a name that nobody knows is compared with what its episode or feed is called otherwise.

Invariant: a name that a file of shows knows is never bent to another show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from math import log

from kgraph.base.text import name_key
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.shows.known_shows import (
    ShowRegistry,
    load_show_registry,
    show_key,
    strip_vowels,
)

CLAIM_LOG_ODDS = {
    "source": 3.0,
    "summary": 2.6,
    "title": 2.4,
    "spoken": 2.2,
    "itself": 2.0,
    "host": 1.8,
    "slug": 1.8,
    "named": 0.7,
}
"""Log-odds that a claim of a kind adds for the show that it names."""
KNOWN_ONLY_KINDS = ("named", "host", "slug")
"""Kinds of claims that only count for a show that a file knows."""
UNKNOWN_SHOW_FACTOR = 0.8
"""What a claim counts for a name that no file of shows knows: it may be misheard."""
UNKNOWN_SHOW_IN_KNOWN_FEED_FACTOR = 0.3
"""The same where the feed or channel is a known show's: a series or an advert within it."""
_MIN_SIMILARITY = 0.72
"""Least likeness (difflib ratio) of a name as heard and what it is taken for."""
_GENERIC_WORDS = re.compile(
    r"\b(?:the|an?|ai|crypto|bitcoin|tech|technology|finance|daily|weekly|news|interview|live"
    r"|podcast|show|episode|series|channel|network|youtube|spotify|apple|patreon)\b",
    re.IGNORECASE,
)


def score_claims(
    evidence: ShowEvidence, spellings: Mapping[str, str], expected: Iterable[str], strange: float
) -> Iterator[tuple[str, str, str, float]]:
    """(kind, name, show, log-odds) of the episode's own claims, one a kind and show."""
    labels = _resolve_claims(evidence, spellings, expected)
    best: dict[tuple[str, str], tuple[str, float]] = {}
    for kind, name, count in evidence.claims:
        label, known = labels.get((kind, name), ("", False))
        trust = 1.0 if known or kind == "source" else strange
        weight = trust * CLAIM_LOG_ODDS[kind] * min(1.5, 1 + 0.25 * log(count))
        if label and weight > best.get((kind, label), ("", 0.0))[1]:
            best[kind, label] = (name, weight)
    for (kind, label), (name, weight) in sorted(best.items()):
        yield kind, name, label, weight


def _resolve_claims(
    evidence: ShowEvidence, spellings: Mapping[str, str], expected: Iterable[str]
) -> dict[tuple[str, str], tuple[str, bool]]:
    """For each claim the show that it names, and whether that show is known.

    A name that nobody knows is taken for what the episode, or its feed, calls the show
    otherwise, when the two are alike: speech recognition writes one name in many ways.
    """
    book = load_show_registry()
    labels: dict[tuple[str, str], tuple[str, bool]] = {}
    strange: list[tuple[str, str]] = []
    for kind, name, _ in sorted(evidence.claims, key=lambda c: (-CLAIM_LOG_ODDS[c[0]], c[1])):
        label = (
            book.hosts.get(name_key(name), "") if kind == "host" else _find_known_show(name, book)
        )
        if label:
            labels[kind, name] = (label, True)
        elif kind == "source" or (kind not in KNOWN_ONLY_KINDS and _is_specific(name)):
            strange.append((kind, name))
    seen = dict.fromkeys((*sorted(expected), *(label for label, _ in labels.values())), True)
    for kind, name in strange:
        heard = "" if kind == "source" else _find_similar_show(name, seen)
        label = heard or spellings.get(show_key(name), name)
        labels[kind, name] = (label, seen.setdefault(label, kind == "source"))
    return labels


def _find_known_show(name: str, book: ShowRegistry) -> str:
    """The known show of this name, or of the longest run of words that it starts with."""
    if name_key(name) not in book.distinctive_names and not _is_specific(name):
        return ""
    if label := book.find_label(name):
        return label
    words = name.split()
    for end in range(len(words) - 1, 1, -1):
        if label := book.find_label(" ".join(words[:end])):
            return label
    return book.find_by_consonants(name)


def _find_similar_show(name: str, labels: Iterable[str]) -> str:
    """The one of some shows that ``name`` is a spelling or a part of; "" when none is."""
    told = show_key(name)
    best, likeness = "", _MIN_SIMILARITY
    for label in labels:
        other = show_key(label)
        alike = 1.0 if told in other or other in told else _key_similarity(told, other)
        if alike >= likeness and min(len(told), len(other)) >= 5:
            best, likeness = label, alike
    return best


@lru_cache(maxsize=1 << 14)
def _key_similarity(a: str, b: str) -> float:
    """How alike two keys are, in [0, 1], by letters or by consonants, which are heard better."""
    if a[:1] != b[:1]:
        return 0.0
    bare_a, bare_b = strip_vowels(a), strip_vowels(b)
    pairs = [(a, b), (bare_a, bare_b)] if min(len(bare_a), len(bare_b)) >= 4 else [(a, b)]
    return max(SequenceMatcher(None, x, y, autojunk=False).ratio() for x, y in pairs)


def _is_specific(name: str) -> bool:
    """Long enough for a show's name, and not made of what any show is called."""
    told = _GENERIC_WORDS.sub("", name)
    return sum(map(str.isalpha, told)) >= 5


def strip_article(name: str) -> str:
    """The name without a leading article in lower case."""
    return name.removeprefix("the ").strip("*\"“”'‘’ ")
