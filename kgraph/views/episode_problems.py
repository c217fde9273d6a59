"""The problems that a build reported of an episode's files, or of one that is no episode."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kgraph.base.errors import UnknownNameError
from kgraph.base.model import InputProblem
from kgraph.base.text import pluralize
from kgraph.graph import EpisodeGraph
from kgraph.graph.episode_lookup import find_episodes, match_path
from kgraph.ingest.problems import FIELD_SET_ASIDE, FILE_LEFT_OUT, LEFT_EMPTY
from kgraph.store import Store

MAX_LISTED = 3  #: problems in one sentence

#: Fields whose names :mod:`kgraph.views.why` explains; "" is of lines that belong to no field.
_FIELDS_OF_NAMES = frozenset({"companies", "source", ""})


class _ReportProblems(msgspec.Struct, frozen=True):
    problems: list[InputProblem]


def find_read_episodes(store: Store, name: str) -> list[str]:
    """Return the slugs of the episodes of an id, slug, file name or title, at least one.

    Raises:
        UnknownNameError: there is none; of a file that was left out, with the reason.
    """
    try:
        return find_episodes(store.shared.summaries, name, store.shared.former)
    except UnknownNameError as error:
        for problem in _read_problems(store):
            if match_path(problem.file, name) and problem.action == FILE_LEFT_OUT:
                raise UnknownNameError(f"{problem}: mend the file and build again") from error
        raise


def list_episode_problems(store: Store, episode: EpisodeGraph) -> list[InputProblem]:
    """Return the problems of an episode's files, as the build of a store reported them."""
    files = {file.file for file in episode.files}
    return [problem for problem in _read_problems(store) if problem.file in files]


def _read_problems(store: Store) -> list[InputProblem]:
    return msgspec.json.decode(store.report, type=_ReportProblems).problems


def describe_lost_names(store: Store, episode: EpisodeGraph) -> str:
    """Tell what of an episode may have had names and could not be read; "" for nothing."""
    lost = [problem for problem in list_episode_problems(store, episode) if loses_names(problem)]
    return f"what could not be read may have it: {advise_mending(lost)}" if lost else ""


def advise_mending(problems: Sequence[InputProblem]) -> str:
    """List the first problems, and say what to do."""
    more = len(problems) - MAX_LISTED
    listed = [*map(str, problems[:MAX_LISTED])]
    listed += [f"and {pluralize(more, 'more problem')}"] if more > 0 else []
    return f"{'; '.join(listed)}: mend the file and build again"


def loses_text(problem: InputProblem) -> bool:
    """Return whether a problem tells that something of a file was not read."""
    action = problem.action
    return action in (FIELD_SET_ASIDE, LEFT_EMPTY) or action.endswith("left out")


def loses_names(problem: InputProblem) -> bool:
    """Return whether names of companies or of the show may have been lost by a problem."""
    # A problem names the key as the file has it, such as Companies.
    field = problem.field.removeprefix("/").partition("/")[0].lower()
    return loses_text(problem) and field in _FIELDS_OF_NAMES and problem.code != "row-empty"
