"""From the words of an answer to the things that they name, so that a page can lead there.

Takes what recordings share, and of a value the kind of thing that it names; gives relative
IRIs. Answers hold usual names, titles and whole quotes as the graph has them, so a value is
looked up as it is, and what several things are called leads to none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.graph import SharedData
from kgraph.resolve.quotes.fingerprints import quote_key

_ENTITY_TYPES: tuple[str, ...] = TYPE_NAMES

LINK_KINDS = ("entity", *_ENTITY_TYPES, "episode", "theme", "quote")
"""What a value may name: a thing of any type, one of a type, a title, a theme, a quote."""


class LinkResolver:
    """Finds what values name.

    Args:
        shared: what the recordings share.
    """

    def __init__(self, shared: SharedData) -> None:
        self._shared = shared

    def find_id(self, kind: str, value: str) -> str:
        """Relative IRI of what a value names; "" where that is nothing, or not one thing.

        Args:
            kind: one of :data:`LINK_KINDS`.
            value: as an answer holds it.
        """
        if kind == "quote":
            return f"quote/{quote_key(value)}" if value else ""
        return self._ids_by_name.get((kind, value), "")

    @cached_property
    def _ids_by_name(self) -> dict[tuple[str, str], str]:
        shared = self._shared
        found: dict[tuple[str, str], str] = {}
        _add_unique(
            found, (("episode", o.title, f"episode/{s}") for s, o in shared.summaries.items())
        )
        _add_unique(found, (("theme", term.label, id_) for id_, term in shared.themes.items()))
        _add_unique(found, ((e.type, e.label, e.id) for e in shared.entities.values()))
        _add_unique(found, (("entity", e.label, e.id) for e in shared.entities.values()))
        return found


def _add_unique(found: dict[tuple[str, str], str], names: Iterable[tuple[str, str, str]]) -> None:
    for kind, name, id_ in names:
        found[kind, name] = "" if (kind, name) in found else id_
