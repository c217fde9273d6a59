"""Texts and tables that are safe and small enough for an agent's context.

An agent reads and keeps all that it is sent. So texts are cut, tables end at a number of
characters and say how to get the rest, and IRIs of the graph become the short ids that every tool
accepts. Characters that a person would not see are removed: they could hide instructions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from kgraph.base.vocabulary import compact_iri

AGENT_TEXT_CHARS = 400  #: of a text; of a hundred quotes two are longer

MAX_TABLE_CHARS = 12_000  #: of a table: some 4,000 tokens

VISIBLE_JOINERS = "\u200c\u200d"  #: characters without a shape that scripts and emoji need

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})

# Any number of variation selectors may follow a letter, unseen. U+FE0F is kept: it colours emoji.
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0e\U000e0100-\U000e01ef]")

JsonCell = str | int | float | bool | None


def clean_text(value: str, limit: int = AGENT_TEXT_CHARS) -> str:
    """Put a text on one line without hidden characters, cut with ``…`` if it is long.

    >>> clean_text("a\\u202eb\\n c\\U000e0041"), clean_text("abcdef", 4)
    ('ab c', 'abc…')
    """
    line = _VARIATION_SELECTORS.sub("", " ".join(value[: limit * 8].split()))
    visible = "".join(
        char
        for char in line
        if char in VISIBLE_JOINERS or unicodedata.category(char) not in _HIDDEN_CATEGORIES
    )
    return visible if len(visible) <= limit else visible[: limit - 1].rstrip() + "…"


def shorten_iri(iri: str, base: str) -> str:
    """Return an IRI as an id of the graph or as a prefixed name, as tools and SPARQL accept it.

    >>> shorten_iri("https://example.org/id/company/nvidia", "https://example.org/id/")
    'company/nvidia'
    >>> shorten_iri("https://schema.org/name", "https://example.org/id/")
    'schema:name'
    """
    return clean_text(iri.removeprefix(base) if iri.startswith(base) else compact_iri(iri))


def fit_rows(
    rows: Iterable[Sequence[JsonCell]], max_chars: int = MAX_TABLE_CHARS
) -> list[list[JsonCell]]:
    """Return as many rows as fit, at least one."""
    fitting: list[list[JsonCell]] = []
    for row in rows:
        cells = [clean_text(cell) if isinstance(cell, str) else cell for cell in row]
        max_chars -= len(msgspec.json.encode(cells))
        if max_chars < 0 and fitting:
            break
        fitting.append(cells)
    return fitting


def page_table(
    columns: Sequence[str], rows: Sequence[Sequence[JsonCell]], limit: int, offset: int = 0
) -> dict[str, Any]:
    """Return a page of a table, with a note on how to get the next one."""
    page = fit_rows(rows[offset : offset + limit])
    end = offset + len(page)
    table: dict[str, Any] = {"columns": list(columns), "rows": page, "total": len(rows)}
    if end < len(rows):
        table["next"] = f"rows {offset + 1} to {end} of {len(rows)}: ask again with offset={end}"
    return table


def encode_json(value: object) -> str:
    """Encode JSON without spaces."""
    return msgspec.json.encode(value).decode()
