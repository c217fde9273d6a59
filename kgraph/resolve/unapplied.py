"""Judgements that a build did not apply, with what they lack.

Those of ids in other registers are of entities (:mod:`kgraph.graph.judged_ids`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable

from kgraph.base.model import InputProblem
from kgraph.base.text import name_key
from kgraph.resolve.judgement import (
    ID_VERBS,
    Judgement,
    join_names,
    judgement_key,
    parse_entity_id,
    required_names,
)
from kgraph.resolve.name_counts import strip_surroundings

#: Action of a judgement that applied to some of its names.
PARTLY_APPLIED = "applied to its other names"


def report_unapplied(
    judgements: Iterable[Judgement],
    applied_keys: Collection[str],
    file: str,
    list_meanings: Callable[[], Container[str]] = tuple,
) -> list[InputProblem]:
    """List the judgements of rows that a build did not apply, or not to all of their names.

    Args:
        applied_keys: :attr:`~kgraph.base.model.Decision.judgement_keys` of all decisions on rows,
            and those of the shows of episodes.
        list_meanings: returns the keys of names and the ids that the lexicon has.
    """
    problems = []
    listed = tuple(judgements)
    overruling = _index_overruling(listed, applied_keys)
    for judgement in listed:
        if judgement.verb in ID_VERBS:
            continue  # of entities: kgraph.graph.judged_ids
        names = required_names(judgement)
        missing = [name for name in names if judgement_key(name) not in applied_keys]
        is_partial = len(missing) < len(names)
        if judgement.verb == "different" and missing and is_partial:
            # What the lexicon has needs no rows: the name with rows may be taken for it.
            meanings, is_partial = list_meanings(), False
            missing = [name for name in missing if judgement_key(name) not in meanings]
        if missing:
            action = PARTLY_APPLIED if is_partial else "not applied"
            surfaces = [
                repr(name) + overruling.get(name_key(name), "")
                for name in missing
                if not parse_entity_id(name)
            ]
            ids = [name for name in missing if parse_entity_id(name)]
            faults = [f"no row is called {join_names(surfaces, ' or ')}"] if surfaces else []
            faults += [f"no row was resolved to {join_names(ids, ' or ')}"] if ids else []
            words = f"{judgement}: {' and '.join(faults)}"
            code = "judgement-unapplied"
            problems.append(InputProblem(file, judgement.line, 0, "", code, "", words, action))
    return problems


def _index_overruling(
    judgements: Iterable[Judgement], applied_keys: Collection[str]
) -> dict[str, str]:
    """Describe the judgements of longer names that decide the rows which a name is cut from.

    Return the words by the key of the cut name.
    """
    overruling: dict[str, str] = {}
    for judgement in judgements:
        if judgement.verb in ("different", *ID_VERBS):
            continue
        for longer in required_names(judgement):
            if (longer_key := judgement_key(longer)) in applied_keys:
                key = name_key(strip_surroundings(longer))
                if key != longer_key and key not in overruling:
                    line = f"those that line {judgement.line} decides ({judgement})"
                    overruling[key] = f" but {line}"
    return overruling
