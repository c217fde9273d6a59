"""Prints what a build did: its files, rows and problems, on standard error.

After an earlier build, problems that it had as well are only counted.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.base.errors import StoreError
from kgraph.base.text import pluralize, shorten_path
from kgraph.cli import streams

if TYPE_CHECKING:
    from kgraph.base.model import InputProblem
    from kgraph.graph.diff import Changes
    from kgraph.pipeline import Report
    from kgraph.project import ProjectSettings
    from kgraph.store import Store

#: Paths and patterns that a command names; more would fill the terminal.
MAX_COMMAND_PATHS = 8


def read_earlier_problems(store: Path) -> set[InputProblem] | None:
    """Return the problems of a store's last build without their lines; None if it has no build."""
    import msgspec

    from kgraph.pipeline import Report
    from kgraph.pipeline.report import drop_position
    from kgraph.store import layout

    try:
        build = layout.find_current_build(store)
        layout.read_meta(build)
        report = msgspec.json.decode(layout.read_report(build), type=Report)
    except (StoreError, msgspec.MsgspecError):  # of another version
        return None
    return set(map(drop_position, report.problems))


def format_check_command(
    paths: Sequence[str], exclude: Sequence[str] = (), project: ProjectSettings | None = None
) -> str:
    """Return the command that prints all problems of what a build reads.

    Args:
        paths, exclude: that the user named; more than :data:`MAX_COMMAND_PATHS` are ``PATH...``.
        project: whose sources are read where no path is named.

    >>> format_check_command(["my notes"], ["*.draft.md"])
    "kgraph check '--exclude=*.draft.md' 'my notes'"
    """
    from kgraph.project.choice import find_project_file

    command = ["kgraph"]
    if project and find_project_file() != project.file:
        command += ["--project", shorten_path(project.file)]
    command.append("check")
    if len(paths) + len(exclude) > MAX_COMMAND_PATHS:
        return f"{shlex.join(command)} PATH..."
    command += [f"--exclude={pattern}" for pattern in exclude]
    command += ["--"] if any(path.startswith("-") and path != "-" for path in paths) else []
    return shlex.join([*command, *paths])


def print_build_report(
    report: Report,
    changes: Sequence[str] = (),
    earlier: set[InputProblem] | None = None,
    check: str = "kgraph check",
) -> None:
    """Print the results of a build on standard error; nothing with ``--quiet``.

    Args:
        changes: what the build changed in the graph, in sentences.
        earlier: problems of the build before, as of :func:`read_earlier_problems`; these are
            counted, unless ``--verbose`` is set.
        check: command that prints all problems.
    """
    from kgraph.pipeline.report import ReportHints

    hints = ReportHints(
        unlikely="--unlikely counts them",
        unapplied="--json has all",
        joined="--json has all",
        problems=f"`{check}` prints them all",
    )
    lines = report.describe(has_all_problems=streams.is_verbose(), earlier=earlier, hints=hints)
    for line in (*changes, *lines):
        streams.print_remark(line)
    if streams.is_verbose():
        for stage, seconds in report.seconds.items():
            streams.print_remark(f"{stage}: {seconds:.1f} s")


def describe_written_build(report: Report, store: Path | str) -> str:
    """Tell what was written, how much of it was done again, and in what time."""
    seconds = f"{sum(report.seconds.values()):.1f} s"
    if report.is_unchanged:
        return f"nothing changed: {store} is as it was ({seconds})"
    if report.redone is None:
        return f"wrote {store} in {seconds}"
    episodes = f"{len(report.redone):,} of {pluralize(report.recordings, 'episode')}"
    return f"wrote {store} in {seconds}: redid {episodes}"


def print_written_build(
    report: Report,
    changes: Changes,
    store: Path,
    *,
    time: str = "",
    details: Iterable[str] = (),
) -> None:
    """Print what was written, and a sentence for each kind of change in the graph.

    Args:
        time: of the build, to print before it; further lines are indented below it.
        details: lines to print below.
    """
    # The heading is left out, unless it is all there is to say.
    heading, *sentences = changes.describe()
    listed = [] if report.is_unchanged else sentences or [heading]
    streams.print_remark(f"{time} {describe_written_build(report, store)}".lstrip())
    for line in (*listed, *details):
        streams.print_remark(f"{' ' * len(time)} {line}" if time else line)


def print_applied_build(report: Report, changes: Changes, store: Path) -> None:
    """Print what a build did that had new judgements to apply, unless another build had."""
    if report.is_unchanged:
        streams.print_remark(
            f"{store}: another build has applied this already: `kgraph diff` lists what the last "
            "build changed"
        )
    else:
        print_written_build(report, changes, store)


def explain_redone(report: Report, store: Store) -> None:
    """Print what else changed than files, and why each episode was redone, or why all were.

    Args:
        store: with the build, which has the files of the episodes.
    """
    for change in report.input_changes:
        streams.print_remark(f"changed: {change}")
    for name, former in report.renamed.items():
        streams.print_remark(f"renamed: {' = '.join(former)} is {name} now")
    for name in sorted(report.gone.keys() - set(chain.from_iterable(report.renamed.values()))):
        streams.print_remark(f"gone: {name}")
    listed, verb = report.redone, "redid"
    if listed is None:
        streams.print_remark(f"redid everything: {report.why_full or 'there is no earlier build'}")
        listed, verb = report.differing, "differs:"
    for name, reasons in listed.items():
        # Without one it is the name of a file, or an episode that is gone.
        summary = store.shared.summaries.get(name)
        files = f" ({' = '.join(summary.files)})" if summary else ""
        streams.print_remark(f"{verb} {name}{files}: {'; '.join(reasons)}")
