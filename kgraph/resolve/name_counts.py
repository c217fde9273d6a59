"""What the whole corpus says of each name.

Takes episodes, gives :class:`NameStatistics`, which merge in any order. They grow with
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
from kgraph.resolve.quotes.advert_rules import describes_sponsor
from kgraph.resolve.rows import detect_extractor

_CATEGORY = re.compile(r"[a-z0-9]+")

SURROUNDING_STEPS = frozenset({"bracket", "lead", "pronoun", "title"})
"""Steps of cleaning that need no knowledge of names."""


class NameCounts(msgspec.Struct, array_like=True):
    """Counts of one name: rows, episodes, rows of the language model or a person, its
    spellings, the words of its categories, and rows that call it a sponsor of the show."""

    rows: int = 0
    episodes: int = 0
    llm_rows: int = 0
    spellings: dict[str, int] = {}
    categories: dict[str, int] = {}
    sponsor_rows: int = 0


class NameStatistics(msgspec.Struct, array_like=True):
    """Counts of names by core key, over a number of episodes."""

    episodes: int = 0
    names: dict[str, NameCounts] = {}

    def merge(self, other: NameStatistics) -> NameStatistics:
        """The counts of both; neither is changed."""
        return merge_statistics((self, other))


@lru_cache(maxsize=1 << 15)
def strip_surroundings(surface: str) -> str:
    """The part of a surface that is the name, as far as that shows without a lexicon.

    >>> strip_surroundings("So CEO Ann Example"), strip_surroundings("Acme (ACM)"), strip_surroundings("The Graph")
    ('Ann Example', 'Acme', 'Graph')
    """
    surface = names.strip_markup(surface)
    found = ""
    for variant in variants.generate_outer_variants(surface):
        if SURROUNDING_STEPS.issuperset(variant.steps) and (
            not found or _is_closer(variant, found)
        ):
            found = variant.text
    return found or variants.clean_surface(surface)


def _is_closer(variant: variants.Variant, found: str) -> bool:
    """Is the variant nearer to the name? What stood behind a title must be a full name:
    "CEO Ann Example", but not "General Intelligence"."""
    if "title" in variant.steps and " " not in variant.text:
        return False
    return variant.text in found


def split_category(category: str) -> list[str]:
    """The words of a category string, lower-case.

    >>> split_category("Layer_1 Blockchain/Asset")
    ['layer', '1', 'blockchain', 'asset']
    """
    return _CATEGORY.findall(category[:200].lower())


def count_names(episode: Episode) -> NameStatistics:
    """What one episode says."""
    found: dict[str, NameCounts] = {}
    for row in episode.rows.get("companies", ()):
        _count_row(found, row)
    return NameStatistics(1, found)


def merge_statistics(parts: Iterable[NameStatistics]) -> NameStatistics:
    """The counts of all parts; as folding with ``merge``, in one table."""
    whole = NameStatistics(0, {})
    for part in parts:
        whole.episodes += part.episodes
        for key, name in part.names.items():
            known = whole.names.get(key)
            whole.names[key] = _add_counts(known, name) if known else name
    return whole


def _count_row(found: dict[str, NameCounts], row: Row) -> None:
    text, is_stated = strip_surroundings(row.text("name")), detect_extractor(row) != "regex"
    name = found.setdefault(names.name_key(text), NameCounts(0, 1, 0, {}, {}))
    name.rows += 1
    name.llm_rows += is_stated
    name.spellings[text] = name.spellings.get(text, 0) + 1
    if is_stated:
        name.sponsor_rows += describes_sponsor(row.text("context"))
        for word in split_category(row.text("category")):
            name.categories[word] = name.categories.get(word, 0) + 1


def _add_counts(one: NameCounts, other: NameCounts) -> NameCounts:
    return NameCounts(
        one.rows + other.rows,
        one.episodes + other.episodes,
        one.llm_rows + other.llm_rows,
        _add_counters(one.spellings, other.spellings),
        _add_counters(one.categories, other.categories),
        one.sponsor_rows + other.sponsor_rows,
    )


def _add_counters(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    total = dict(one)
    for word, count in other.items():
        total[word] = total.get(word, 0) + count
    return total
