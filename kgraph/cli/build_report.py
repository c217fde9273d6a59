"""Prints what a build did: its files, rows and problems, on standard error.

After an earlier build, problems that it had as well are only counted.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kgraph.base.errors import StoreError, StoreWarning
from kgraph.base.text import pluralize
from kgraph.cli import streams

if TYPE_CHECKING:
    from rich.table import Table

    from kgraph.base.model import InputProblem
    from kgraph.pipeline import Report

#: Problems printed of each code; `kgraph check`, --verbose and --json give all.
MAX_PROBLEMS_PER_CODE = 2

#: Judgements printed that could not be applied; --json has all.
MAX_UNAPPLIED = 15


def read_earlier_problems(store: Path) -> set[InputProblem] | None:
    """Return the problems of a store's last build without their lines; None if it has no build."""
    import msgspec

    from kgraph.pipeline import Report
    from kgraph.store import Store

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", StoreWarning)  # the build itself warns
            report = msgspec.json.decode(Store(store).report, type=Report)
    except (StoreError, msgspec.MsgspecError):  # of another version
        return None
    return set(map(_drop_position, report.problems))


def _drop_position(problem: InputProblem) -> InputProblem:
    """Return a problem that stays the same when lines are added before it."""
    return replace(problem, line=0, column=0)


def print_build_report(
    report: Report, changes: Sequence[str] = (), earlier: set[InputProblem] | None = None
) -> None:
    """Print the results of a build on standard error; nothing with ``--quiet``.

    Args:
        changes: what the build changed in the graph, in sentences.
        earlier: problems of the build before, as of :func:`read_earlier_problems`; these are
            counted, unless ``--verbose`` is set.
    """
    from kgraph.cli.printing import error_console, print_remark

    for line in changes:
        print_remark(line)
    entities = sum(report.entities.values())
    print_remark(
        f"{pluralize(report.files, 'file')}, {report.read:,} read, "
        f"{pluralize(report.recordings, 'episode')}, {pluralize(entities, 'entity', 'entities')}, "
        f"{pluralize(report.triples, 'triple')}"
    )
    _print_unlikely(report)
    _print_former(report)
    if report.judgements:
        print_remark(f"applied {pluralize(report.judgements, 'judgement')}")
    for note in report.notes:
        print_remark(note)
    _print_unapplied(report.unapplied)
    for files in report.joined:
        print_remark(f"same recording: {' = '.join(files)}")
    error_console().print(_accounting_table(report))
    if earlier is None or streams.is_verbose():
        _print_problems(report)
    else:
        _print_problems_since(report, earlier)
    if streams.is_verbose():
        for stage, seconds in report.seconds.items():
            print_remark(f"{stage}: {seconds:.1f} s")


def _print_unapplied(unapplied: Sequence[InputProblem]) -> None:
    from kgraph.cli.printing import print_remark

    if unapplied:
        print_remark(f"{pluralize(len(unapplied), 'judgement')} could not be applied in full:")
    for problem in unapplied[:MAX_UNAPPLIED]:
        print_remark(f"  {problem}")
    if (left := len(unapplied) - MAX_UNAPPLIED) > 0:
        print_remark(f"  and {left:,} more: --json has all")


def describe_outcome(report: Report, store: Path | str) -> str:
    """Tell what was written, how much of it was done again, and in what time."""
    seconds = f"{sum(report.seconds.values()):.1f} s"
    if report.is_unchanged:
        return f"nothing changed: {store} is as it was ({seconds})"
    if report.redone is None:
        return f"wrote {store} in {seconds}"
    episodes = f"{len(report.redone):,} of {pluralize(report.recordings, 'episode')}"
    return f"wrote {store} in {seconds}: redid {episodes}"


def explain_redone(report: Report) -> None:
    """Print why each episode was redone, or why all were, with what differs."""
    from kgraph.cli.printing import print_remark, sanitize

    listed, verb = report.redone, "redid"
    if listed is None:
        print_remark(f"redid everything: {report.why_full or 'there is no earlier build'}")
        listed, verb = report.differing, "differs:"
    for name, reasons in listed.items():
        print_remark(sanitize(f"{verb} {name}: {'; '.join(reasons)}").plain)


def _print_unlikely(report: Report) -> None:
    """Print how much stands below the floor, if anything does."""
    from kgraph.base.model import MENTION_FLOOR
    from kgraph.cli.printing import print_remark

    if report.unlikely_mentions:
        further = pluralize(sum(report.unlikely.values()), "further entity", "further entities")
        print_remark(
            f"kept, but not counted: {pluralize(report.unlikely_mentions, 'mention')} of "
            f"confidence below {MENTION_FLOOR:g}, and {further} without any other; "
            "--unlikely counts them"
        )


def _print_former(report: Report) -> None:
    from kgraph.cli.printing import print_remark

    if former := report.forwarded + report.withdrawn:
        print_remark(
            f"{pluralize(former, 'IRI')} of earlier builds: {report.forwarded:,} forwarded, "
            f"{report.withdrawn:,} without a successor"
        )


def _accounting_table(report: Report) -> Table:
    """Tabulate the outcomes of rows, list by list; one rule of rejection a line."""
    from rich.table import Table

    lists = report.count_lists_set_aside()
    table = Table(
        title="rows in = accepted + merged + rejected + unreadable",
        title_justify="left",
        caption=f"not in these: {pluralize(lists, 'list')} that could not be read" if lists else "",
        caption_justify="left",
        box=None,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("list")
    for column in ("rows", "accepted", "merged", "rejected", "unreadable"):
        table.add_column(column, justify="right")
    table.add_column("rejected by", no_wrap=True)
    for name, outcome in report.rows.lists.items():
        rejected = sum(outcome.rejected.values())
        numbers = (outcome.rows, outcome.accepted, outcome.merged, rejected, outcome.unreadable)
        rules = "\n".join(f"{rule} {n:,}" for rule, n in sorted(outcome.rejected.items()))
        table.add_row(name, *(f"{number:,}" for number in numbers), rules)
    return table


def _print_problems_since(report: Report, earlier: set[InputProblem]) -> None:
    """Print the problems that an earlier build did not have, and how many it had as well."""
    from kgraph.cli.printing import print_remark

    new = [problem for problem in report.problems if _drop_position(problem) not in earlier]
    _print_problems(replace(report, problems=new), "new problem")
    if again := len(report.problems) - len(new):
        problems = pluralize(again, "problem")
        print_remark(f"{problems} as in the last build (`kgraph check PATH...` prints them all)")
    if solved := len(earlier.difference(map(_drop_position, report.problems))):
        print_remark(f"{pluralize(solved, 'problem')} of the last build solved")


def _print_problems(report: Report, noun: str = "problem") -> None:
    """Print the number of problems of each code, and the first few of each."""
    from kgraph.cli.printing import print_remark

    if not report.problems:
        return
    limit = None if streams.is_verbose() else MAX_PROBLEMS_PER_CODE
    more = "" if streams.is_verbose() else " (`kgraph check PATH...` prints them all)"
    print_remark(f"{pluralize(len(report.problems), noun)}{more}:")
    for code, count in report.problems_by_code().items():
        print_remark(f"{count:6,} {code}")
        for problem in [problem for problem in report.problems if problem.code == code][:limit]:
            print_remark(f"         {problem}")
