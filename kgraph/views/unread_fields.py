"""Find what no build uses of an episode: what could not be read, and fields unknown to kgraph.

The problems are those that the build reported, with the advice that ``kgraph check`` gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from kgraph.base.model import InputProblem
from kgraph.graph import EpisodeGraph
from kgraph.ingest.json_pointer import pointer_token
from kgraph.ingest.problems import FIELD_SET_ASIDE, LEFT_EMPTY
from kgraph.store import Store
from kgraph.views.episode_problems import (
    advise_mending,
    list_episode_problems,
    loses_names,
    loses_text,
)
from kgraph.views.text_hits import find_in_fields
from kgraph.views.why_not_facts import WhyNotKind, WhyNotReason

#: Kind of a reason -> how it begins, those that decide first.
_LOST: dict[WhyNotKind, str] = {
    "lost": "The name is in what could not be read",
    "set-aside": "A field that may have the name could not be read",
    "unreadable": "Entries that may have the name could not be read",
}


def describe_unread_fields(
    store: Store, episode: EpisodeGraph, names: Iterable[str]
) -> Iterator[WhyNotReason]:
    """Yield what could not be read and may have one of some names, and unknown fields that do."""
    problems, given = list_episode_problems(store, episode), list(names)
    lost: dict[WhyNotKind, list[InputProblem]] = {kind: [] for kind in _LOST}
    for problem in problems:
        if kind := _classify_loss(problem, given):
            lost[kind].append(problem)
    for kind, its_problems in lost.items():
        if its_problems:
            yield WhyNotReason(kind, f"{_LOST[kind]}: {advise_mending(its_problems)}.")
    by_field = {(problem.file, problem.field): str(problem) for problem in problems}
    for file in episode.files:
        for key, value in file.extra.items():
            pointer = pointer_token(key)
            if hits := find_in_fields(file.file, {pointer: json.loads(value)}, given):
                advice = by_field.get((file.file, pointer), f"{file.file}: {pointer}")
                words = f"A field that kgraph does not use has the name: {advice}."
                yield WhyNotReason("unused", words, hits=hits)


def _classify_loss(problem: InputProblem, names: Iterable[str]) -> WhyNotKind | None:
    """Return the kind of reason that a problem is; None if it has not lost any of the names."""
    fields = {problem.field: problem.value}
    if loses_text(problem) and find_in_fields(problem.file, fields, names):
        return "lost"
    is_broken = problem.action == FIELD_SET_ASIDE and problem.code.endswith("-broken")
    if not is_broken and not loses_names(problem):
        return None
    return "set-aside" if problem.action in (FIELD_SET_ASIDE, LEFT_EMPTY) else "unreadable"
