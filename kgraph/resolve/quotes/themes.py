"""The themes of quotes, and the kinds of things that companies' categories name.

Takes topic and category strings; gives keys of concepts of the two schemes
(``data/themes.yaml`` and ``data/categories.yaml``, written by hand from what the
extractors write most). Every string keeps its own spelling: what is returned is where it
belongs.
"""

from __future__ import annotations

from functools import lru_cache

from kgraph.base.model import Row
from kgraph.resolve.quotes.schemes import ConceptScheme, find_concepts, load_scheme


def load_themes() -> ConceptScheme:
    """The scheme of quotes' themes."""
    return load_scheme("themes")


def load_categories() -> ConceptScheme:
    """The scheme of companies' categories."""
    return load_scheme("categories")


@lru_cache(maxsize=1 << 16)
def find_themes(topic: str) -> tuple[str, ...]:
    """Keys of the themes that a topic string names, at least one.

    >>> find_themes("Business/Strategy"), find_themes("AI_limitations")
    (('business', 'strategy'), ('limitations-of-ai',))
    """
    return find_concepts(topic, load_themes())


def list_topics(row: Row) -> list[str]:
    """A quote's topic strings, of either extractor, in order."""
    topics = row.values.get("topics")
    strings = [row.text("topic"), *(topics if isinstance(topics, list) else ())]
    return [text for text in strings if text]


def find_quote_themes(row: Row) -> tuple[str, ...]:
    """Keys of the themes of a quote's topic strings, each once, in order."""
    return tuple(dict.fromkeys(key for text in list_topics(row) for key in find_themes(text)))


@lru_cache(maxsize=1 << 16)
def find_categories(category: str) -> tuple[str, ...]:
    """Keys of the categories that a category string names, at least one."""
    return find_concepts(category, load_categories())


@lru_cache(maxsize=1 << 16)
def type_hint(category: str) -> str:
    """The entity type that a category string hints at; "" when its parts disagree or say none.

    >>> type_hint("Layer 1 blockchain project"), type_hint("tech"), type_hint("unknown")
    ('crypto', 'company', '')
    """
    concepts = load_categories().concepts
    hints = {concepts[key].type for key in find_categories(category)} - {""}
    return hints.pop() if len(hints) == 1 else ""
