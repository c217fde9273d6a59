"""Report the judgements that a build could not apply, because no row has their names."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kgraph.base.model import InputProblem
from kgraph.resolve.judgement import Judgement, judgement_key, parse_entity_id

#: Action of a judgement that applied to some of its names.
PARTLY_APPLIED = "applied to its other names"


def required_names(judgement: Judgement) -> tuple[str, ...]:
    """Return the names of a judgement that need rows, without the one that remains."""
    needed = {"same": judgement.names[1:], "rename": judgement.names[:1]}
    return needed.get(judgement.verb, judgement.names)


def report_unapplied(
    judgements: Iterable[Judgement], applied_keys: Collection[str], file: str
) -> list[InputProblem]:
    """List the judgements that a build did not apply, or not to all of their names.

    Args:
        judgements: of the file, in order.
        applied_keys: keys that judgements applied to
            (:attr:`kgraph.base.model.Decision.judgement_keys`).
    """
    problems = []
    for judgement in judgements:
        names = required_names(judgement)
        missing = [name for name in names if judgement_key(name) not in applied_keys]
        # What a name differs from may be known from elsewhere: one name with rows is enough.
        is_enough = judgement.verb == "different" and len(missing) < len(names)
        if missing and not is_enough:
            action = PARTLY_APPLIED if len(missing) < len(names) else "not applied"
            surfaces = [repr(name) for name in missing if not parse_entity_id(name)]
            ids = [name for name in missing if parse_entity_id(name)]
            faults = [f"no row is called {' or '.join(surfaces)}"] if surfaces else []
            faults += [f"no row was resolved to {' or '.join(ids)}"] if ids else []
            words = f"{judgement}: {' and '.join(faults)}"
            code = "judgement-unapplied"
            problems.append(InputProblem(file, judgement.line, 0, "", code, "", words, action))
    return problems
