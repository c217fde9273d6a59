"""What is said of a judgement before it is written: by whom, and which of its names are unknown.

Takes a judgement and a store, gives the judgement signed, and remarks in words.
"""

from __future__ import annotations

import getpass
from collections.abc import Collection
from datetime import date

from msgspec.structs import replace

from kgraph.base import text
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.graph.lookup import Lookup
from kgraph.resolve.judgement import Judgement, parse_entity_id
from kgraph.resolve.name_counts import strip_surroundings
from kgraph.resolve.unapplied import required_names
from kgraph.store import Store

PENDING_NOTE = "the judgement waits for it"


def sign_judgement(judgement: Judgement, by: str = "") -> Judgement:
    """The judgement with who made it, and today's date.

    Args:
        judgement: what was decided.
        by: who judges; "" for the user's name.

    Raises:
        InputError: the system knows no name of the user.
    """
    return replace(judgement, by=by or get_user_name(), date=date.today().isoformat())


def get_user_name() -> str:
    """The name that the system has for its user.

    Raises:
        InputError: it has none.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:  # as each system says it
        raise InputError("--by: the system has no name for you: name yourself with --by") from error


def describe_unknown_names(store: Store, judgement: Judgement) -> list[str]:
    """Sentences on the names of a judgement that no row of the graph has.

    A rejected name is one that rows have; so only where no entity goes by a name are the rows
    looked through.
    """
    lookup = Lookup.cached_for(store.shared)
    absent = [name for name in required_names(judgement) if not _is_in_graph(name, lookup, store)]
    wanted = {_name_key(name) for name in absent if _accepts_rejected_row(name, judgement)}
    rejected = _find_rejected_keys(store, wanted) if wanted else frozenset()
    return [
        _describe_unknown_name(name, lookup)
        for name in absent
        if not (_accepts_rejected_row(name, judgement) and _name_key(name) in rejected)
    ]


def _is_in_graph(name: str, lookup: Lookup, store: Store) -> bool:
    if parsed := parse_entity_id(name):
        return "/".join(parsed) in store.shared.entities
    return bool(lookup.find_all(name))


def _accepts_rejected_row(name: str, judgement: Judgement) -> bool:
    """Whether a rejected row would do: of an id, ``accept`` alone brings one back."""
    return not parse_entity_id(name) or judgement.verb == "accept"


def _name_key(name: str) -> str:
    parsed = parse_entity_id(name)
    return parsed[1] if parsed else text.name_key(name)


def _find_rejected_keys(store: Store, wanted: Collection[str]) -> frozenset[str]:
    """Those of some keys that rejected rows have, by surface or by the name in it."""
    found: set[str] = set()
    for episode in store.graph:
        for mention in episode.mentions:
            if not mention.is_accepted:
                for row in mention.rows:
                    found.update(_surface_keys(row.surface) & set(wanted))
        if len(found) == len(wanted):
            break
    return frozenset(found)


def _surface_keys(surface: str) -> set[str]:
    return {text.name_key(surface), text.name_key(strip_surroundings(surface) or surface)}


def _describe_unknown_name(name: str, lookup: Lookup) -> str:
    """What is said of a name or id that the graph does not have."""
    if parsed := parse_entity_id(name):
        others = [
            entity.id for entity in lookup.find_all("/".join(parsed)) or lookup.find_all(parsed[1])
        ]
        hint = f": did you mean {' or '.join(others)}?" if others else ""
        return f"nothing in the graph has the id {'/'.join(parsed)}{hint}; {PENDING_NOTE}"
    try:
        return f"{name} is {lookup.find(name).id} by now; {PENDING_NOTE}"
    except UnknownNameError as error:
        return f"{error}; {PENDING_NOTE}"
