"""Names groups of entities by the kinds of their members, or else by their leading members.

Takes the members of each group, returns a name for each. The communities of an atlas and the groups
of ``kgraph view`` are named by this rule.

A kind names a group if its members of that kind are mentioned far more often than the group's
size lets expect: by the observed times the logarithm of the observed over the expected mentions, a
term of the log-likelihood ratio (Dunning 1993).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.graph.records import GENERIC_KINDS

MIN_KIND_MEMBERS = 3  #: of a kind that names a group: one famous member makes no group of banks
SECOND_KIND_SHARE = 0.4  #: of the first kind's score that a second kind needs

#: Types that name a group before others: places occur in every talk.
NAMING_TYPES = tuple(type_ for type_, spec in ENTITY_TYPES.items() if spec.names_regions)

#: Types whose kinds name a group.
KIND_TYPES = (*NAMING_TYPES, "place")

#: Words for several entities of a kind, where a plural of the kind itself would mislead.
KIND_WORDS = {
    "ai-crypto": "AI tokens",
    "app": "AI apps",
    "cloud": "cloud services",
    "crypto-infrastructure": "crypto infrastructure",
    "crypto-media": "crypto media",
    "defi": "DeFi protocols",
    "depin": "DePIN networks",
    "dex": "decentralized exchanges",
    "fintech": "fintech companies",
    "games": "game makers",
    "hardware": "hardware makers",
    "international": "international bodies",
    "internet": "internet companies",
    "layer-1": "layer-1 chains",
    "layer-2": "layer-2 chains",
    "media": "media companies",
    "media-person": "media people",
    "model": "AI models",
    "perp-dex": "perpetuals exchanges",
    "professional-services": "professional services",
    "retail": "retailers",
    "robotics": "robotics companies",
    "rwa": "real-world assets",
    "site": "websites",
    "social": "social tokens",
    "software": "software companies",
    "tokenization": "tokenization companies",
    "venture-capital": "venture capital firms",
}

_ACRONYMS = {word.lower(): word for word in ("AI", "NFT", "ETF", "US", "TV", "API", "VC", "IT")}


class NamedMember(msgspec.Struct, frozen=True):
    """Type, kind and number of episodes of a member."""

    type: str
    detail: str  #: its kind; "" if unknown
    count: int  #: its episodes


def make_names(
    groups: Sequence[Sequence[NamedMember]], leaders: Sequence[Sequence[str]]
) -> list[str]:
    """Return a name for each group, all different.

    Args:
        groups: members of each.
        leaders: labels of the most important members of each.
    """
    totals = sum((_count_kinds(own) for own in groups), Counter[str]())
    mentions = max(sum(totals.values()), 1)
    names: list[str] = []
    for own, labels in zip(groups, leaders, strict=True):
        kinds = _rank_kinds(own, totals, mentions)
        words = [kind_words(kind) for kind in kinds]
        name = " and ".join(words) if words else ", ".join(labels)
        name = name[:1].upper() + name[1:] if words else name
        if name in names and labels:
            name += f" around {labels[0]}" if words else f" ({len(own)})"
        while name in names:
            name += f" ({len(own)})"
        names.append(name)
    return names


def kind_words(kind: str) -> str:
    """Return the words for several entities of a kind.

    >>> kind_words("stablecoin-issuer"), kind_words("ai-lab"), kind_words("agency")
    ('stablecoin issuers', 'AI labs', 'agencies')
    """
    if kind in KIND_WORDS:
        return KIND_WORDS[kind]
    *first, last = (_ACRONYMS.get(word, word) for word in kind.split("-"))
    if last.endswith("y") and last[-2:-1] not in tuple("aeiou"):
        last = last[:-1] + "ies"
    else:
        last += "es" if last.endswith(("s", "x", "ch", "sh")) else "s"
    return " ".join([*first, last])


def _count_kinds(members: Iterable[NamedMember]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for member in members:
        if member.detail and member.type in KIND_TYPES and member.detail not in GENERIC_KINDS:
            counts[member.detail] += member.count
    return counts


def _rank_kinds(
    members: Sequence[NamedMember], totals: Mapping[str, int], mentions: int
) -> list[str]:
    """Return the one or two kinds that name a group; none if none is typical of it."""
    own = _count_kinds(members)
    share = sum(own.values()) / mentions
    several = Counter(member.detail for member in members)
    scores = {
        kind: count * math.log(count / (totals[kind] * share))
        for kind, count in own.items()
        if several[kind] >= MIN_KIND_MEMBERS
    }
    if share == 1:  # a single group: nothing sets it apart
        scores = {kind: float(own[kind]) for kind in scores}
    ranked = sorted((kind for kind in scores if scores[kind] > 0), key=lambda k: (-scores[k], k))
    return [kind for kind in ranked[:2] if scores[kind] >= SECOND_KIND_SHARE * scores[ranked[0]]]
