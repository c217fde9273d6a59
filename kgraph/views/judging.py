"""Checks of a judgement before it is written: who made it, and which of its names are unknown."""

from __future__ import annotations

import getpass
from collections.abc import Collection
from datetime import date

from msgspec.structs import replace

from kgraph.base.errors import InputError, UnknownNameError
from kgraph.base.text import name_key
from kgraph.graph.lookup import Lookup
from kgraph.resolve.judgement import Judgement, parse_entity_id, required_names
from kgraph.store import Store
from kgraph.views.review import core_name

PENDING_NOTE = "the judgement waits for it"


def sign_judgement(judgement: Judgement, by: str = "") -> Judgement:
    """Add today's date and who made a judgement; by default the user.

    Raises:
        InputError: the system knows no name of the user.
    """
    return replace(judgement, by=by or get_user_name(), date=date.today().isoformat())


def get_user_name() -> str:
    """Return the system's name of the user.

    Raises:
        InputError: there is none.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:  # which of these depends on the system
        raise InputError("--by: the system has no name for you: give one with --by") from error


def describe_unknown_names(store: Store, judgement: Judgement) -> list[str]:
    """Return a sentence on each name of a judgement that no row of the graph has.

    Rows are read only if no entity has a name: it may be one that was rejected.
    """
    lookup = Lookup.cached_for(store.shared)
    unknown = []
    for name in required_names(judgement):
        parsed = parse_entity_id(name)
        if not ("/".join(parsed) in store.shared.entities if parsed else lookup.find_all(name)):
            unknown.append(name)
    # Of ids, a rejected row only has those that `accept` brings back.
    keys = {
        name: parsed[1] if parsed else name_key(name)
        for name in unknown
        if not (parsed := parse_entity_id(name)) or judgement.verb == "accept"
    }
    rejected = _find_rejected_keys(store, frozenset(keys.values())) if keys else set()
    return [
        _describe_unknown_name(name, lookup)
        for name in unknown
        if name not in keys or keys[name] not in rejected
    ]


def _find_rejected_keys(store: Store, keys: Collection[str]) -> set[str]:
    """Return those of the keys that rejected rows have, as surface or as the name in it."""
    rejected: set[str] = set()
    for episode in store.graph:
        for mention in episode.mentions:
            if not mention.is_accepted:
                for row in mention.rows:
                    surfaces = row.surface, core_name(row.surface)
                    rejected.update(key for key in map(name_key, surfaces) if key in keys)
        if len(rejected) == len(keys):
            break
    return rejected


def _describe_unknown_name(name: str, lookup: Lookup) -> str:
    if parsed := parse_entity_id(name):
        id_ = "/".join(parsed)
        similar = [entity.id for entity in lookup.find_all(id_) or lookup.find_all(parsed[1])]
        hint = f": did you mean {' or '.join(similar)}?" if similar else ""
        return f"nothing in the graph has the id {id_}{hint}; {PENDING_NOTE}"
    try:
        return f"{name} is {lookup.find(name).id} by now; {PENDING_NOTE}"
    except UnknownNameError as error:
        return f"{error}; {PENDING_NOTE}"
