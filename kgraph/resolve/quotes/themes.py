"""The themes of quotes, and the kinds of things that companies' categories name.

Takes topic and category strings; gives keys of concepts of the two schemes
(``data/themes.yaml`` and ``data/categories.yaml``, written by hand from what the
extractors write most). Every string keeps its own spelling: what is returned is where it
belongs.
"""

from __future__ import annotations

from functools import lru_cache

from kgraph.base.model import Row
from kgraph.resolve.quotes.schemes import Scheme, concepts_of, load


def theme_scheme() -> Scheme:
    """The scheme of quotes' themes."""
    return load("themes")


def category_scheme() -> Scheme:
    """The scheme of companies' categories."""
    return load("categories")


@lru_cache(maxsize=1 << 16)
def themes_of(topic: str) -> tuple[str, ...]:
    """Keys of the themes that a topic string names, at least one.

    >>> themes_of("Business/Strategy"), themes_of("AI_limitations")
    (('business', 'strategy'), ('limitations-of-ai',))
    """
    return concepts_of(topic, theme_scheme())


def topic_strings(row: Row) -> list[str]:
    """A quote's topic strings, of either extractor, in order."""
    topics = row.values.get("topics")
    strings = [row.text("topic"), *(topics if isinstance(topics, list) else ())]
    return [text for text in strings if text]


def themes_of_quote(row: Row) -> tuple[str, ...]:
    """Keys of the themes of a quote's topic strings, each once, in order."""
    return tuple(dict.fromkeys(key for text in topic_strings(row) for key in themes_of(text)))


@lru_cache(maxsize=1 << 16)
def categories_of(category: str) -> tuple[str, ...]:
    """Keys of the categories that a category string names, at least one."""
    return concepts_of(category, category_scheme())


@lru_cache(maxsize=1 << 16)
def type_hint(category: str) -> str:
    """The entity type that a category string hints at; "" when its parts disagree or say none.

    >>> type_hint("Layer 1 blockchain project"), type_hint("tech"), type_hint("unknown")
    ('crypto', 'company', '')
    """
    concepts = category_scheme().concepts
    hints = {concepts[key].type for key in categories_of(category)} - {""}
    return hints.pop() if len(hints) == 1 else ""
