"""Names of further judgements: what they mean in the graph, and contradictions by what they mean.

``write_judgements`` and the previews pass each judgement that somebody makes through
:func:`resolve_names`; the lines of a file are taken as they are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial

from kgraph.base.errors import StoreError
from kgraph.base.lexicon import EntryLookup, Lexicon
from kgraph.base.model import EntityType
from kgraph.base.text import name_key, pluralize
from kgraph.graph.judged_names import (
    check_different,
    check_label,
    check_meant_names,
    name_joined_entity,
)
from kgraph.graph.lookup import Lookup
from kgraph.pipeline.kept import read_decision_tables
from kgraph.pipeline.rejudge import list_rows
from kgraph.resolve.contradictions import append_note, describe_contradiction
from kgraph.resolve.judgement import Judgement, judgement_key
from kgraph.resolve.knowledge import find_entry_type, load_shipped_knowledge
from kgraph.resolve.name_counts import list_surface_keys
from kgraph.store import Store

#: Verbs whose names are looked up in the graph.
MEANT_VERBS = ("same", "different")


def resolve_names(
    store: Store,
    judgements: Sequence[Judgement],
    earlier: Sequence[Judgement],
    file: str,
    *,
    as_given: bool = False,
) -> tuple[Judgement, ...]:
    """Return further judgements, each ``same`` with the entity that its first name means.

    Args:
        store: an open store, which is read for ``same``, ``different`` and ``rename`` only.
        earlier: all judgements that are there already.
        file: name of their file, for messages.
        as_given: return them as they are, and only check that they contradict nothing.

    Raises:
        UnknownNameError: the name that one gives to others is a mistyped id.
        InputError: one tells two names of an entity apart by neither its label nor its id.
        DataError: one contradicts others, by its names or by what they mean in the graph.
        StoreError: the store cannot be read.
    """
    if not any(judgement.label or judgement.verb in MEANT_VERBS for judgement in judgements):
        return tuple(judgements)
    lookup = Lookup(store.shared.entities, store.shared.former)
    resolved: list[Judgement] = []
    for judgement in judgements:
        before = (*earlier, *resolved)
        named = name_joined_entity(judgement, lookup, partial(_find_type, store))
        if not as_given:
            check_label(judgement, before, lookup, partial(_has_entry, store))
            check_different(judgement, lookup)
        if judgement.verb in MEANT_VERBS:
            check_meant_names(judgement, named, before, lookup, file)
        if judgement.verb == "different":
            _check_joined_rows(store, judgement, before, file)
        resolved.append(named)
    return tuple(judgements if as_given else resolved)


def _load_lexicon(store: Store) -> Lexicon:
    return load_shipped_knowledge(read_decision_tables(store.build).own).lexicon


def _has_entry(store: Store, id_: str) -> bool:
    return EntryLookup(_load_lexicon(store)).find_entry(id_) is not None


def _find_type(store: Store, name: str) -> EntityType | None:
    """Return the type of the entry that a name means in the lexicon; None for no or unknown one."""
    with suppress(StoreError):
        return find_entry_type(_load_lexicon(store), name_key(name))
    return None


def _check_joined_rows(
    store: Store, different: Judgement, earlier: Iterable[Judgement], file: str
) -> None:
    """Check that no judgement of another name joins all rows that ``different`` is to take apart.

    Rows written Micron are Micron Technology, and with ``same Acme "Micron Technology"`` they are
    Acme, whatever Micron alone may be taken for.

    Raises:
        DataError: one does.
    """
    joining = {judgement.words: judgement for judgement in earlier if judgement.label}
    names = {judgement_key(name): name for name in different.names}
    #: Name as given, and label of the other one -> the words of what decides its rows.
    deciders: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for episode in store.read_mentions(_find_episodes(store, names) if joining else ()):
        for _, row in list_rows(episode):
            for decision in row.decisions:
                surface_keys = {*list_surface_keys(row.surface, decision.label)}
                ends = {decision.key, f"{decision.type}/{decision.key}"}
                if decision.key not in surface_keys and not ends.isdisjoint(names):
                    for key in surface_keys & names.keys():
                        words = decision.reasons[0].words if decision.reasons else ""
                        deciders[names[key], decision.label][words] += 1
    for (name, label), counts in deciders.items():
        if counts.keys() <= joining.keys():
            [(words, _)] = counts.most_common(1)
            error = describe_contradiction((joining[words], different), file)
            rows = pluralize(counts.total(), "row")
            verb = "is" if counts.total() == 1 else "are"
            raise append_note(error, f"{rows} written {name} {verb} {label} by that")


def _find_episodes(store: Store, keys: Iterable[str]) -> list[str]:
    """Return the slugs of the episodes that mention an entity of some keys of names or ids."""
    ids = {
        id_
        for id_, entity in store.shared.entities.items()
        if not {id_, entity.key}.isdisjoint(keys)
    }
    return store.shared.list_episodes_of(ids)
