"""What an agent is shown: little at a time, and nothing that hides.

Takes texts and rows that nobody has looked at, gives plain values for JSON. An agent reads
all that it is given, and keeps it: so a text is cut, a table ends when its room is used up
and says how to get the rest, and an IRI of the graph is given as the short id that every
tool takes. A text stays data: characters that a person would not see, in which instructions
to a program could hide, are taken out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from kgraph.base.vocabulary import compact_iri

AGENT_TEXT_CHARS = 400
"""Characters of a text: of a hundred quotes two are longer."""

MAX_TABLE_CHARS = 12_000
"""Characters of a table: some 4,000 tokens."""

VISIBLE_JOINERS = "\u200c\u200d"
"""Characters without a shape of their own that scripts and emoji need."""

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})

_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0e\U000e0100-\U000e01ef]")
"""Variation selectors, of which any number may follow a letter, unseen. U+FE0F colours emoji."""

JsonCell = str | int | float | bool | None


def clean_text(value: str, limit: int = AGENT_TEXT_CHARS) -> str:
    """A text on one line without hidden characters, cut with ``…`` where it is long.

    >>> clean_text("a\\u202eb\\n c\\U000e0041"), clean_text("abcdef", 4)
    ('ab c', 'abc…')
    """
    line = _VARIATION_SELECTORS.sub("", " ".join(value[: limit * 8].split()))
    seen = "".join(char for char in line if char in VISIBLE_JOINERS or not _is_hidden(char))
    return seen if len(seen) <= limit else seen[: limit - 1].rstrip() + "…"


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in _HIDDEN_CATEGORIES


def shorten_iri(iri: str, base: str) -> str:
    """An IRI as tools take it and SPARQL reads it: an id of the graph, or a prefixed name.

    >>> shorten_iri("https://example.org/id/company/nvidia", "https://example.org/id/")
    'company/nvidia'
    >>> shorten_iri("https://schema.org/name", "https://example.org/id/")
    'schema:name'
    """
    return clean_text(iri.removeprefix(base) if iri.startswith(base) else compact_iri(iri))


def fit_rows(
    found: Iterable[Sequence[JsonCell]], room: int = MAX_TABLE_CHARS
) -> list[list[JsonCell]]:
    """As many rows as there is room for, at least one."""
    kept: list[list[JsonCell]] = []
    for row in found:
        cells = [clean_text(cell) if isinstance(cell, str) else cell for cell in row]
        room -= len(msgspec.json.encode(cells))
        if room < 0 and kept:
            break
        kept.append(cells)
    return kept


def page_table(
    columns: Sequence[str], found: Sequence[Sequence[JsonCell]], limit: int, offset: int = 0
) -> dict[str, Any]:
    """A part of a table, and how to get the next one.

    Args:
        columns: their names.
        found: all rows.
        limit: rows at the most.
        offset: rows to leave out at the beginning.
    """
    kept = fit_rows(found[offset : offset + limit])
    end = offset + len(kept)
    told: dict[str, Any] = {"columns": list(columns), "rows": kept, "total": len(found)}
    if end < len(found):
        told["next"] = f"rows {offset + 1} to {end} of {len(found)}: ask again with offset={end}"
    return told


def encode_json(value: object) -> str:
    """JSON without a space: what an agent's context is spent on are the values."""
    return msgspec.json.encode(value).decode()
