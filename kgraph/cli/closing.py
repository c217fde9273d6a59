"""The closing report of ``kgraph build``, on standard error."""

from __future__ import annotations

from rich.table import Table

from kgraph.base.text import counted
from kgraph.cli import verbosity
from kgraph.cli.console import error_console
from kgraph.cli.printing import remark
from kgraph.pipeline import Report

SHOWN_PROBLEMS = 2
"""Problems of each code that are printed; `kgraph check`, --verbose and --json give all."""

SHOWN_UNAPPLIED = 15
"""Judgements that are named where they could not be applied; --json has all."""


def print_report(report: Report) -> None:
    """Print what a build found; nothing with ``--quiet``."""
    if verbosity.is_quiet():
        return
    entities = sum(report.entities.values())
    remark(
        f"{counted(report.files, 'file')}, {report.read:,} read, "
        f"{counted(report.recordings, 'episode')}, {counted(entities, 'entity', 'entities')}, "
        f"{counted(report.triples, 'triple')}"
    )
    if report.judgements:
        remark(f"applied {counted(report.judgements, 'judgement')}")
    _print_judgements(report)
    for files in report.joined:
        remark(f"same recording: {' = '.join(files)}")
    error_console().print(_accounting(report))
    _print_problems(report)
    if verbosity.is_verbose():
        for stage, seconds in report.seconds.items():
            remark(f"{stage}: {seconds:.1f} s")


def _print_judgements(report: Report) -> None:
    """Print which file of judgements was read, where that may surprise, and what of it could not
    be applied."""
    for note in report.notes:
        remark(note)
    if report.unapplied:
        remark(f"{counted(len(report.unapplied), 'judgement')} could not be applied in full:")
    for problem in report.unapplied[:SHOWN_UNAPPLIED]:
        remark(f"  {problem}")
    if (left := len(report.unapplied) - SHOWN_UNAPPLIED) > 0:
        remark(f"  and {left:,} more: --json has all")


def _accounting(report: Report) -> Table:
    """What became of every row, list by list; one rule of rejection a line."""
    table = Table(
        title="rows in = accepted + merged + rejected + unreadable",
        title_justify="left",
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


def _print_problems(report: Report) -> None:
    """Print how many there are of each code, and the first few: no code crowds out another."""
    if not report.problems:
        return
    shown = None if verbosity.is_verbose() else SHOWN_PROBLEMS
    more = "" if verbosity.is_verbose() else " (`kgraph check PATH...` prints them all)"
    remark(f"{counted(len(report.problems), 'problem')}{more}:")
    for code, count in report.problems_by_code().items():
        remark(f"{count:6,} {code}")
        for problem in [problem for problem in report.problems if problem.code == code][:shown]:
            remark(f"         {problem}")
