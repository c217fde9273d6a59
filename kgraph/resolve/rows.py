"""A row of ``companies:`` as a mention.

Takes a :class:`~kgraph.model.Row`, gives a :class:`~kgraph.model.Mention`. The two
extractors write different rows: the language model says ``source: llm_enhanced``, the
regular-expression pass gives a ``position``.
"""

from __future__ import annotations

from kgraph.model import Mention, Row

LEVELS = ("high", "medium", "low")
"""What a stated confidence may be; anything else counts as not stated."""


def mention_of(row: Row) -> Mention:
    """The mention that a row makes.

    >>> mention_of(Row("companies", 0, {"name": "Acme", "source": "llm_enhanced"})).extractor
    'llm'
    """
    stated = row.text("confidence").strip().lower()
    position = row.values.get("position")
    return Mention(
        row.text("name"),
        row.text("context"),
        row.text("category"),
        "llm" if is_llm(row) else "regex",
        stated if stated in LEVELS else "",
        position if isinstance(position, int) else -1,
    )


def is_llm(row: Row) -> bool:
    """Did the language model write the row?"""
    return row.values.get("source") == "llm_enhanced"
