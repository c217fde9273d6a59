"""Find the things that the values of an answer name, so that the values can link to them.

Answers contain labels, titles and whole quotes exactly as the graph has them, so a value is
looked up as it is. A name that several things share links to none of them.
"""

from __future__ import annotations

from functools import cached_property

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.graph import SharedData
from kgraph.resolve.quotes.fingerprints import quote_key

LINK_KINDS: tuple[str, ...] = ("entity", *TYPE_NAMES, "episode", "theme", "quote")
"""Kinds of things that a column names: any entity, one type of entity, episode, theme, quote."""


class LinkResolver:
    """Looks up the id of the thing that a value of an answer names."""

    def __init__(self, shared: SharedData) -> None:
        self._shared = shared

    def find_id(self, kind: str, value: str) -> str:
        """Return the relative IRI of the thing with this name; "" if there is none, or several.

        The kind is one of :data:`LINK_KINDS`.
        """
        if kind == "quote":
            return f"quote/{quote_key(value)}" if value else ""
        return self._ids_by_name.get((kind, value), "")

    @cached_property
    def _ids_by_name(self) -> dict[tuple[str, str], str]:
        shared = self._shared
        entities = shared.entities.values()
        names = [
            *(("episode", e.title, f"episode/{slug}") for slug, e in shared.summaries.items()),
            *(("theme", term.label, id_) for id_, term in shared.themes.items()),
            *((e.type, e.label, e.id) for e in entities),
            *(("entity", e.label, e.id) for e in entities),
        ]
        ids: dict[tuple[str, str], str] = {}
        for kind, name, id_ in names:
            ids[kind, name] = "" if (kind, name) in ids else id_
        return ids
