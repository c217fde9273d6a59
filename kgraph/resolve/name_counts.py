"""Corpus-wide counts of names.

Invariants:
    * statistics merge in any order and grouping, so shards may be counted anywhere; they grow
      with distinct names, not with rows;
    * a name is counted under the key of its core: the surface without brackets, leading function
      words, titles and possessives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from kgraph.base.counts import add_counts
from kgraph.base.markup import strip_markup
from kgraph.base.model import EpisodeFile
from kgraph.base.text import name_key
from kgraph.resolve.mentions import variants
from kgraph.resolve.quotes.advert_rules import calls_sponsor

MAX_CATEGORY_CHARS = 200

#: Cleaning steps that need no knowledge of names.
SURROUNDING_STEPS = frozenset({"bracket", "lead", "pronoun", "title"})

_CLOSING_BRACKETS = (")", "）", "]")
_CATEGORY_WORD = re.compile(r"[a-z0-9]+")


class NameCounts(msgspec.Struct, array_like=True):
    """Counts of one name."""

    rows: int = 0
    episodes: int = 0
    llm_rows: int = 0  #: of the language model or a person
    spellings: dict[str, int] = {}
    categories: dict[str, int] = {}  #: rows by word of their categories
    sponsor_rows: int = 0  #: that call it a sponsor of the show
    sponsor_passages: int = 0  #: of those, rows of the transcript pass


class NameStatistics(msgspec.Struct, array_like=True):
    """Counts of names by core key, over a number of episodes."""

    episodes: int = 0
    names: dict[str, NameCounts] = {}


@lru_cache(maxsize=1 << 15)
def strip_surroundings(surface: str) -> str:
    """Return the core of a surface, as far as it shows without a lexicon.

    >>> list(map(strip_surroundings, ("So CEO Ann Example", "Acme (ACM)", "The Graph")))
    ['Ann Example', 'Acme', 'Graph']
    >>> strip_surroundings("Acme (US) Holdings")
    'Acme Holdings'
    """
    surface = strip_markup(surface)
    core, has_bracket = "", False
    for variant in variants.generate_outer_variants(surface):
        # Behind a title only a full name counts: "CEO Ann Example", not "General Intelligence".
        is_name = "title" not in variant.steps or " " in variant.text
        # What is around a bracket, which comes first, is no part of the surface as written.
        is_around = "bracket" in variant.steps and not has_bracket
        has_bracket |= is_around
        is_closer = not core or (is_name and (variant.text in core or is_around))
        if is_closer and SURROUNDING_STEPS.issuperset(variant.steps):
            core = variant.text
    return core or variants.clean_surface(surface)


def core_name(surface: str) -> str:
    """Return a surface without the words around the name; unchanged if nothing would remain."""
    return strip_surroundings(surface) or surface


def find_judged_name(surface: str, label: str = "") -> str:
    """Return the name by which judgements are about a row, with a bracket that its label has, too.

    >>> find_judged_name("So Acme (ACM)", "Acme"), find_judged_name("So Acme (ACM)", "Acme (ACM)")
    ('Acme', 'Acme (ACM)')
    """
    name = core_name(surface)
    if surface.endswith(_CLOSING_BRACKETS) and label.endswith(_CLOSING_BRACKETS):
        has_label = name_key(surface).endswith(name_key(label))
        if has_label and name_key(core_name(label)) == name_key(name):  # not "Big-Acme (ACM)"
            return label
    return name


def list_surface_keys(surface: str, label: str = "") -> tuple[str, str]:
    """Return the keys by which judgements are about a row: of its surface, and of the name in that.

    >>> list_surface_keys("So Acme")
    ('soacme', 'acme')
    """
    return name_key(surface), name_key(find_judged_name(surface, label))


def split_category(category: str) -> list[str]:
    """Split a category into lower-case words.

    >>> split_category("Layer_1 Blockchain/Asset")
    ['layer', '1', 'blockchain', 'asset']
    """
    return _CATEGORY_WORD.findall(category[:MAX_CATEGORY_CHARS].lower())


def count_names(episode: EpisodeFile) -> NameStatistics:
    """Count the names of one episode."""
    names: dict[str, NameCounts] = {}
    for row in episode.rows.get("companies", ()):
        core, is_stated = strip_surroundings(row.text("name")), row.extractor != "regex"
        counts = names.setdefault(name_key(core), NameCounts(0, 1, 0, {}, {}))
        counts.rows += 1
        counts.llm_rows += is_stated
        spelling = variants.restore_final_mark(core, row.text("name"), is_stated=is_stated)
        add_counts(counts.spellings, {spelling: 1})
        is_sponsor = calls_sponsor(row)
        counts.sponsor_rows += is_sponsor
        counts.sponsor_passages += is_sponsor and not is_stated
        if is_stated:
            for word in split_category(row.text("category")):
                add_counts(counts.categories, {word: 1})
    return NameStatistics(1, names)


def merge_statistics(shards: Iterable[NameStatistics]) -> NameStatistics:
    """Add up statistics; the shards stay unchanged."""
    total = NameStatistics(0, {})
    owned: set[str] = set()  # keys whose counts are copies
    for statistics in shards:
        total.episodes += statistics.episodes
        for key, counts in statistics.names.items():
            if key not in total.names:
                total.names[key] = counts
                continue
            merged = total.names[key]
            if key not in owned:
                spellings, categories = dict(merged.spellings), dict(merged.categories)
                merged = msgspec.structs.replace(merged, spellings=spellings, categories=categories)
                total.names[key] = merged
                owned.add(key)
            merged.rows += counts.rows
            merged.episodes += counts.episodes
            merged.llm_rows += counts.llm_rows
            merged.sponsor_rows += counts.sponsor_rows
            merged.sponsor_passages += counts.sponsor_passages
            add_counts(merged.spellings, counts.spellings)
            add_counts(merged.categories, counts.categories)
    return total
