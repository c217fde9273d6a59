"""Find the entities that answers name, and the names of judgements that the graph does not have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress

from kgraph.base.errors import StoreError, UnknownNameError
from kgraph.base.lexicon import LexiconMeaning
from kgraph.base.text import local_id, name_key
from kgraph.graph import Entity, SharedData
from kgraph.graph.absence import describe_other_kind, find_other_kind
from kgraph.graph.judged_ids import describe_fault
from kgraph.graph.judged_names import suggest_ids
from kgraph.graph.lookup import Lookup
from kgraph.pipeline.kept import read_decision_tables
from kgraph.resolve.id_contradictions import name_part
from kgraph.resolve.judgement import Judgement, judgement_key, parse_entity_id, required_names
from kgraph.resolve.knowledge import load_shipped_meanings
from kgraph.resolve.name_counts import core_name
from kgraph.resolve.own_entries import NO_OWN_ENTRIES
from kgraph.store import Store

#: Returns the meanings of names and ids in a lexicon, which are loaded where they are needed.
LexiconMeanings = Callable[[], Mapping[str, LexiconMeaning]]

PENDING_NOTE = "the judgement waits for it"  #: of a sentence that says what there is not


def load_meanings(store: Store) -> Mapping[str, LexiconMeaning]:
    """Load what names and ids mean in the lexicon of a build, with its own entries."""
    own = NO_OWN_ENTRIES
    with suppress(StoreError):
        own = read_decision_tables(store.build).own
    return load_shipped_meanings(own)


def find_named_entity(shared: SharedData, name: str, list_meanings: LexiconMeanings) -> Entity:
    """Return the entity that a name in an answer means, as :meth:`Lookup.find`.

    Of the lexicon, if the graph has none.

    Args:
        list_meanings: as :func:`load_meanings`; called if the graph has no such name.

    Raises:
        UnknownNameError: there is none; it tells what of another kind has the name.
        AmbiguousNameError: as :meth:`Lookup.find`.
    """
    try:
        return Lookup.cached_for(shared).find(name)
    except UnknownNameError as error:
        meanings = list_meanings()
        if meaning := meanings.get(name_key(name)) or meanings.get(local_id(name)):
            type_, _, key = meaning.entity_id.partition("/")
            return Entity(type_, key, meaning.name, {})
        if words := describe_unjudged_kind(shared, name):
            raise UnknownNameError(words, error.suggestions) from error
        raise


def describe_unjudged_kind(shared: SharedData, name: str) -> str:
    """Tell that a name is that of an episode, theme, topic or tag; "" if it is not."""
    if id_ := find_other_kind(shared, name):
        other = describe_other_kind(name, id_)
        return f"{other}: only entities can be judged, such as a name in it"
    return ""


def describe_unknown_names(
    store: Store, judgements: Iterable[Judgement], show_keys: Collection[str] = ()
) -> list[str]:
    """Return a sentence on each name of judgements that no row and no show of the graph has.

    Rows are read only if no entity has a name: it may be one that was rejected.

    Args:
        show_keys: judged keys that the shows of episodes have, if only as a name of another one.
    """
    lookup = Lookup.cached_for(store.shared)
    notes = []
    for judgement in judgements:
        if judgement.external_ids:
            if fault := describe_fault(lookup, judgement):
                notes.append(f"{fault}; {PENDING_NOTE}")
            continue
        unknown = [name for name in required_names(judgement) if not _has_thing(lookup, name)]
        unknown = [name for name in unknown if judgement_key(name) not in show_keys]
        if unknown and judgement.verb == "different":  # what a row may be taken for needs no rows
            meanings = load_meanings(store)
            unknown = [name for name in unknown if judgement_key(name) not in meanings]
        keys = {name: name_part(judgement_key(name)) for name in unknown}
        rejected = _find_rejected_keys(store, frozenset(keys.values())) if keys else set()
        notes += [
            _describe_unknown_name(name, lookup, store.shared)
            for name in unknown
            if keys[name] not in rejected or (parse_entity_id(name) and judgement.verb != "accept")
        ]
    return notes


def _has_thing(lookup: Lookup, name: str) -> bool:
    if parse_entity_id(name):
        return any(entity.id == judgement_key(name) for entity in lookup.find_by_id(name))
    return bool(lookup.find_all(name))


def _find_rejected_keys(store: Store, keys: Collection[str]) -> set[str]:
    """Return those of the keys that rejected rows have, as surface or as the name in it."""
    rejected: set[str] = set()
    for episode in store.read_mentions(store.shared.summaries):
        for mention in episode.mentions:
            if not mention.is_accepted:
                for row in mention.rows:
                    surfaces = row.surface, core_name(row.surface)
                    rejected.update(key for key in map(name_key, surfaces) if key in keys)
        if len(rejected) == len(keys):
            break
    return rejected


def _describe_unknown_name(name: str, lookup: Lookup, shared: SharedData) -> str:
    if successors := lookup.find_by_id(local_id(name)):
        return f"{name} is {' or '.join(entity.id for entity in successors)} by now: judge that"
    if other := describe_unjudged_kind(shared, name):
        return f"{other}; {PENDING_NOTE}"
    similar = suggest_ids(name, lookup) if parse_entity_id(name) else lookup.suggest(name)
    hint = f" (did you mean {' or '.join(similar)}?)" if similar else ""
    return f"nothing in the graph is called {name}{hint}; {PENDING_NOTE}"
