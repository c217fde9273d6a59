"""Find fields of an episode that no build uses: broken ones, and those that kgraph does not know.

The problems are those that the build reported, with the advice that ``kgraph check`` gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from kgraph.graph import EpisodeGraph
from kgraph.ingest.json_pointer import pointer_token
from kgraph.ingest.problems import FIELD_SET_ASIDE
from kgraph.store import Store
from kgraph.views.episode_problems import list_problems
from kgraph.views.text_hits import find_in_fields
from kgraph.views.why_not_facts import WhyNotReason


def describe_unread_fields(
    store: Store, episode: EpisodeGraph, names: Iterable[str]
) -> Iterator[WhyNotReason]:
    """Yield the fields that could not be parsed, and unknown fields that have one of some names."""
    problems = list_problems(store, episode)
    for problem in problems:
        may_have_names = problem.field == "/companies" or problem.code.endswith("-broken")
        if problem.action == FIELD_SET_ASIDE and may_have_names:
            words = f"A field that may have the name could not be read: {problem}."
            yield WhyNotReason("set-aside", words)
    by_field = {(problem.file, problem.field): str(problem) for problem in problems}
    given = list(names)
    for file in episode.files:
        for key, value in file.extra.items():
            pointer = pointer_token(key)
            if hits := find_in_fields(file.file, {pointer: json.loads(value)}, given):
                advice = by_field.get((file.file, pointer), f"{file.file}: {pointer}")
                words = f"A field that kgraph does not use has the name: {advice}."
                yield WhyNotReason("unused", words, hits=hits)
