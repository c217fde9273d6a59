"""The judgements that a build could not apply, since no row has their names.

Takes judgements and the keys that judgements spoke of in a build, gives problems with their lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kgraph.base.model import InputProblem
from kgraph.resolve.judgement import Judgement, judgement_key, parse_entity_id

PARTLY_APPLIED = "applied to its other names"
"""What was done with a judgement of several names, some of which no row has."""


def required_names(judgement: Judgement) -> tuple[str, ...]:
    """Those of its names that some row must have: not the one that others go over into."""
    needed = {"same": judgement.names[1:], "rename": judgement.names[:1]}
    return needed.get(judgement.verb, judgement.names)


def report_unapplied(
    judgements: Iterable[Judgement], heard: Collection[str], place: str
) -> list[InputProblem]:
    """What a build says of the judgements that it could not apply, or not to all of their names.

    Args:
        judgements: those of its file, in order.
        heard: the keys that judgements spoke of in a build (:attr:`kgraph.base.model.Decision.judged`).
        place: the file.
    """
    found = []
    for judged in judgements:
        if missing := _find_missing_names(judged, heard):
            done = PARTLY_APPLIED if len(missing) < len(required_names(judged)) else "not applied"
            words = f"{judged}: {_describe_missing(missing)}"
            found.append(
                InputProblem(place, judged.line, 0, "", "judgement-unapplied", "", words, done)
            )
    return found


def _find_missing_names(judgement: Judgement, heard: Collection[str]) -> list[str]:
    """Return the names of a judgement that no row has, of those that it needs.

    What is told apart from a name may be known from elsewhere: one name with rows is enough.
    """
    missing = [name for name in required_names(judgement) if judgement_key(name) not in heard]
    is_enough = judgement.verb == "different" and len(missing) < len(judgement.names)
    return [] if is_enough else missing


def _describe_missing(missing: list[str]) -> str:
    names_ = [name for name in missing if not parse_entity_id(name)]
    ids = [name for name in missing if parse_entity_id(name)]
    said = [f"no row is called {' or '.join(map(repr, names_))}"] if names_ else []
    return " and ".join([*said, *([f"nothing was taken for {' or '.join(ids)}"] if ids else [])])
