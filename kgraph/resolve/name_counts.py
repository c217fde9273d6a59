"""What the whole corpus says of each name.

Takes episodes, gives :class:`Statistics`, which merge in any order. They grow with
distinct names, not with rows.

Invariants:
    * ``merge`` is associative and commutative, and ``Statistics()`` is its unit, so
      shards of a corpus may be observed anywhere;
    * a name is counted under the key of its core: the surface without brackets,
      leading function words, titles and possessives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from kgraph.base import text as names
from kgraph.base.model import Episode, Row
from kgraph.resolve.mentions import variants
from kgraph.resolve.quotes.advert_rules import is_sponsor
from kgraph.resolve.rows import extractor_of

_CATEGORY = re.compile(r"[a-z0-9]+")

CORE_STEPS = frozenset({"bracket", "lead", "pronoun", "title"})
"""Steps of cleaning that need no knowledge of names."""


class Name(msgspec.Struct, array_like=True):
    """Counts of one name: rows, episodes, rows of the language model or a person, its
    spellings, the words of its categories, and rows that call it a sponsor of the show."""

    rows: int = 0
    episodes: int = 0
    llm: int = 0
    spellings: dict[str, int] = {}
    categories: dict[str, int] = {}
    sponsors: int = 0


class Statistics(msgspec.Struct, array_like=True):
    """Counts of names by core key, over a number of episodes."""

    episodes: int = 0
    names: dict[str, Name] = {}

    def merge(self, other: Statistics) -> Statistics:
        """The counts of both; neither is changed."""
        return merge_all((self, other))


@lru_cache(maxsize=1 << 15)
def core(surface: str) -> str:
    """The part of a surface that is the name, as far as that shows without a lexicon.

    >>> core("So CEO Ann Example"), core("Acme (ACM)"), core("The Graph")
    ('Ann Example', 'Acme', 'Graph')
    """
    surface = names.without_markup(surface)
    found = ""
    for variant in variants.outer_variants(surface):
        if CORE_STEPS.issuperset(variant.steps) and (not found or _closer(variant, found)):
            found = variant.text
    return found or variants.clean(surface)


def _closer(variant: variants.Variant, found: str) -> bool:
    """Is the variant nearer to the name? What stood behind a title must be a full name:
    "CEO Ann Example", but not "General Intelligence"."""
    if "title" in variant.steps and " " not in variant.text:
        return False
    return variant.text in found


def category_words(category: str) -> list[str]:
    """The words of a category string, lower-case.

    >>> category_words("Layer_1 Blockchain/Asset")
    ['layer', '1', 'blockchain', 'asset']
    """
    return _CATEGORY.findall(category[:200].lower())


def observe(episode: Episode) -> Statistics:
    """What one episode says."""
    found: dict[str, Name] = {}
    for row in episode.rows.get("companies", ()):
        _count(found, row)
    return Statistics(1, found)


def merge_all(parts: Iterable[Statistics]) -> Statistics:
    """The counts of all parts; as folding with ``merge``, in one table."""
    whole = Statistics(0, {})
    for part in parts:
        whole.episodes += part.episodes
        for key, name in part.names.items():
            known = whole.names.get(key)
            whole.names[key] = _joined(known, name) if known else name
    return whole


def _count(found: dict[str, Name], row: Row) -> None:
    text, is_stated = core(row.text("name")), extractor_of(row) != "regex"
    name = found.setdefault(names.key(text), Name(0, 1, 0, {}, {}))
    name.rows += 1
    name.llm += is_stated
    name.spellings[text] = name.spellings.get(text, 0) + 1
    if is_stated:
        name.sponsors += is_sponsor(row.text("context"))
        for word in category_words(row.text("category")):
            name.categories[word] = name.categories.get(word, 0) + 1


def _joined(one: Name, other: Name) -> Name:
    return Name(
        one.rows + other.rows,
        one.episodes + other.episodes,
        one.llm + other.llm,
        _sum(one.spellings, other.spellings),
        _sum(one.categories, other.categories),
        one.sponsors + other.sponsors,
    )


def _sum(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    total = dict(one)
    for word, count in other.items():
        total[word] = total.get(word, 0) + count
    return total
