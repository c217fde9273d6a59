"""The closing report of ``kgraph build``, on standard error."""

from __future__ import annotations

from rich.table import Table

from kgraph.base.text import pluralize
from kgraph.cli import streams
from kgraph.cli.console import error_console
from kgraph.cli.printing import print_remark
from kgraph.pipeline import Report

#: Problems printed of each code; `kgraph check`, --verbose and --json give all.
MAX_PROBLEMS_PER_CODE = 2

#: Judgements printed that could not be applied; --json has all.
MAX_UNAPPLIED = 15


def print_build_report(report: Report) -> None:
    """Print the results of a build; nothing with ``--quiet``."""
    if streams.is_quiet():
        return
    entities = sum(report.entities.values())
    print_remark(
        f"{pluralize(report.files, 'file')}, {report.read:,} read, "
        f"{pluralize(report.recordings, 'episode')}, {pluralize(entities, 'entity', 'entities')}, "
        f"{pluralize(report.triples, 'triple')}"
    )
    if report.judgements:
        print_remark(f"applied {pluralize(report.judgements, 'judgement')}")
    for note in report.notes:
        print_remark(note)
    if unapplied := report.unapplied:
        print_remark(f"{pluralize(len(unapplied), 'judgement')} could not be applied in full:")
        for problem in unapplied[:MAX_UNAPPLIED]:
            print_remark(f"  {problem}")
        if (left := len(unapplied) - MAX_UNAPPLIED) > 0:
            print_remark(f"  and {left:,} more: --json has all")
    for files in report.joined:
        print_remark(f"same recording: {' = '.join(files)}")
    error_console().print(_accounting_table(report))
    _print_problems(report)
    if streams.is_verbose():
        for stage, seconds in report.seconds.items():
            print_remark(f"{stage}: {seconds:.1f} s")


def _accounting_table(report: Report) -> Table:
    """Tabulate the outcomes of rows, list by list; one rule of rejection a line."""
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
    """Print the number of problems of each code, and the first few of each."""
    if not report.problems:
        return
    limit = None if streams.is_verbose() else MAX_PROBLEMS_PER_CODE
    more = "" if streams.is_verbose() else " (`kgraph check PATH...` prints them all)"
    print_remark(f"{pluralize(len(report.problems), 'problem')}{more}:")
    for code, count in report.problems_by_code().items():
        print_remark(f"{count:6,} {code}")
        for problem in [problem for problem in report.problems if problem.code == code][:limit]:
            print_remark(f"         {problem}")
