"""Sentences on names and ids of a judgement that the graph does not have, or not as a label, and
the entities that answers name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from kgraph.base.errors import StoreError, UnknownNameError
from kgraph.base.external_id import is_single_valued, parse_external_id
from kgraph.base.lexicon import Lexicon, LexiconMeaning
from kgraph.base.text import local_id, name_key
from kgraph.graph import Entity, SharedData
from kgraph.graph.absence import describe_other_kind, find_other_kind, format_names_command
from kgraph.graph.judged_ids import describe_fault, find_judged_entities
from kgraph.graph.judged_names import describe_names_apart, is_like_id, suggest_ids
from kgraph.graph.lookup import Lookup
from kgraph.pipeline.kept import read_decision_tables
from kgraph.resolve.id_contradictions import name_part
from kgraph.resolve.judged_entries import list_called
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
    store: Store,
    judgement: Judgement,
    show_keys: Collection[str] = (),
    judged: Collection[Judgement] = (),
) -> list[str]:
    """Return a sentence on each name of a judgement that no row and no show of the graph has.

    Others are on names of entities of another label (:func:`describe_names_apart`).

    Rows are read only if no entity has a name: it may be one that was rejected. Of a judgement of
    ids in other registers, the sentences say what it changes beyond adding or removing them.

    Args:
        show_keys: judged keys that the shows of episodes have, if only as a name of another one.
        judged: as of that.
    """
    lookup = Lookup.cached_for(store.shared)
    if judgement.external_ids:
        return _describe_judged_ids(judgement, lookup, store.shared)

    def has_thing(name: str) -> bool:
        if (key := judgement_key(name)) in show_keys:
            return True
        return (
            key in store.shared.entities if parse_entity_id(name) else bool(lookup.find_all(name))
        )

    unknown = [name for name in required_names(judgement) if not has_thing(name)]
    if judgement.verb == "different" and 0 < len(unknown) < len(judgement.names):
        meanings = load_meanings(store)  # what a row may be taken for needs no rows of its own
        unknown = [name for name in unknown if judgement_key(name) not in meanings]
    # Of ids, a rejected row only has those that `accept` brings back.
    keys = {
        name: judgement_key(name).rpartition("/")[2]
        for name in unknown
        if judgement.verb == "accept" or parse_entity_id(name) is None
    }
    rejected = _find_rejected_keys(store, frozenset(keys.values())) if keys else set()
    notes = [
        _describe_unknown_name(name, lookup, store.shared)
        for name in unknown
        if name not in keys or keys[name] not in rejected
    ]
    if judgement.verb == "same" and not has_thing(judgement.names[0]):
        notes += _describe_new_name(store, judgement.names)
    return notes + describe_names_apart([judgement], lookup, judged)


def describe_entry_choices(lexicon: Lexicon, judgements: Iterable[Judgement]) -> Iterator[str]:
    """Yield which entries judged types leave to choose from, as several are called so."""
    for judgement in judgements:
        if judgement.verb not in ("type", "accept") or judgement.type is None:
            continue
        for name in judgement.names:
            key = name_part(judgement_key(name))
            called = list_called(lexicon, key)
            ids = {each.entity_id: each.name for each in called if each.type == judgement.type}
            if len(ids) > 1:
                others = [id_ for id_ in ids if name_part(id_) != key]
                commands = [f"`{format_names_command('judge same', id_, name)}`" for id_ in others]
                yield (
                    f"the lexicon has several of type {judgement.type} called {name} "
                    f"({', '.join(ids.values())}), and {judgement} chooses none: to choose, "
                    f"{' or '.join(commands)}"
                )


def _describe_new_name(store: Store, names: Sequence[str]) -> Iterator[str]:
    """Yield that ``same`` gives things a name that the lexicon does not have: a slip, perhaps."""
    name, *others = names
    meanings = load_meanings(store)
    if name_key(name) not in meanings and local_id(name) not in meanings:
        joined = " and ".join(others)
        yield f"nothing is called {name} so far: {joined} will be, as the first name remains"


def _describe_judged_ids(judgement: Judgement, lookup: Lookup, shared: SharedData) -> list[str]:
    name = judgement.names[0]
    if fault := describe_fault(lookup, judgement):
        is_unknown = not find_judged_entities(lookup, name)
        waiting = _describe_waiting(shared, name) if is_unknown else ""
        return [waiting or _add_clause(fault, PENDING_NOTE)]
    [entity] = find_judged_entities(lookup, name)
    notes = []
    for text in judgement.external_ids:
        external = parse_external_id(text)
        if judgement.verb == "not-sameas":
            if external.pair not in entity.ids:
                notes.append(f"{entity.id} has no {external}")
            continue
        notes += [
            f"{external} is an id of {other.id} now, and goes from there"
            for other in lookup.find_by_external_id(text)
            if other is not entity and external.pair in other.ids
        ]
        notes += [
            f"{external} replaces {kind}:{id_} of {entity.id}"
            for kind, id_ in entity.ids
            if kind == external.kind and is_single_valued(kind) and id_ != external.id
        ]
    return notes


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
    if is_like_id(name, lookup):
        id_ = local_id(name)
        if present := " or ".join(entity.id for entity in lookup.find_by_id(id_)):
            return f"{id_} is {present} by now: judge that"
        similar = suggest_ids(id_, lookup)
        hint = f": did you mean {' or '.join(similar)}?" if similar else ""
        return _add_clause(f"nothing in the graph has the id {id_}{hint}", PENDING_NOTE)
    try:
        return f"{name} is {lookup.find(name).id} by now; {PENDING_NOTE}"
    except UnknownNameError as error:
        return _describe_waiting(shared, name) or _add_clause(str(error), PENDING_NOTE)


def _describe_waiting(shared: SharedData, name: str) -> str:
    words = describe_unjudged_kind(shared, name)
    return _add_clause(words, "the judgement waits for an entity of that name") if words else ""


def _add_clause(sentence: str, clause: str) -> str:
    """Add a clause to a sentence, or a sentence to a question."""
    if sentence.endswith("?"):
        return f"{sentence} {clause[0].upper()}{clause[1:]}"
    return f"{sentence}; {clause}"
