"""Shows the progress of long steps on standard error.

On a terminal this is a bar or a spinner, which is removed at the end. In a pipe, a file or a
terminal that cannot move its cursor (``TERM=dumb``) it is a few plain lines, and nothing for short
runs. ``--quiet`` disables it.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kgraph.base.progress import Progress, describe_progress, ignore_progress
from kgraph.cli import streams

if TYPE_CHECKING:
    from rich.progress import Progress as ProgressBar
    from rich.status import Status

LINE_INTERVAL_S = 10.0  #: between two lines of progress in a pipe
NOTICE_DELAY_S = 1.0  #: after which a step is announced


@contextmanager
def show_progress(plain: bool = False) -> Iterator[Progress]:
    """Show the progress of a step with stages, from the first report after a second on.

    What shows it has a thread, and no process can be forked beside one: so a build that changes few
    episodes forks its workers before.

    Args:
        plain: whether to write lines also where a bar could be shown.
    """
    if streams.is_quiet():
        yield ignore_progress
        return
    reporter: BarReporter | LineReporter | None = None
    start = time.monotonic()

    def report(stage: str, done: int, total: int) -> None:
        nonlocal reporter
        if reporter is None:
            if time.monotonic() - start < NOTICE_DELAY_S:
                return
            reporter = LineReporter() if plain or not can_animate() else BarReporter()
        reporter(stage, done, total)

    try:
        yield report
    finally:
        if reporter is not None:
            reporter.end()


def can_animate() -> bool:
    """Return whether standard error is a terminal that can overwrite its output."""
    from kgraph.cli.printing import error_console

    errors = error_console()
    return errors.is_terminal and not errors.is_dumb_terminal


def _make_bar() -> ProgressBar:
    """Return a progress bar with counts, rate and remaining time."""
    from rich.progress import (
        MofNCompleteColumn,
        ProgressColumn,
        Task,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as ProgressBar
    from rich.text import Text

    from kgraph.cli.printing import error_console

    class CountColumn(MofNCompleteColumn):
        """Items done and total; empty for a stage without items."""

        def render(self, task: Task) -> Text:
            return super().render(task) if task.total else Text("")

    class RateColumn(ProgressColumn):
        """Items a second; empty until two samples are known."""

        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:,.0f}/s", justify="right")

    return ProgressBar(
        *ProgressBar.get_default_columns()[:2],
        CountColumn(),
        RateColumn(),
        TimeRemainingColumn(),
        console=error_console(),
        transient=True,
    )


class BarReporter:
    """A bar for each stage; that of one without items is removed when the next one begins."""

    def __init__(self) -> None:
        self._bar = _make_bar()
        self._tasks: dict[str, Any] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._bar.start()
            for task in self._bar.tasks:
                self._bar.update(task.id, visible=bool(task.total))
            self._tasks[stage] = self._bar.add_task(stage, total=total or None)
        self._bar.update(self._tasks[stage], completed=done)

    def end(self) -> None:
        """Remove the bars."""
        self._bar.stop()


class LineReporter:
    """A plain line every :data:`LINE_INTERVAL_S`: `reading: 412 of 1,014 files`."""

    def __init__(self) -> None:
        self._state = ("", 0, 0)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Store the progress for the next line."""
        self._state = (stage, done, total)
        if not self._thread.ident:  # not earlier: a build forks its workers before its first stage
            self._thread.start()

    def end(self) -> None:
        """Stop writing lines."""
        self._is_over.set()
        if self._thread.ident:
            self._thread.join()

    def _run(self) -> None:
        while not self._is_over.wait(LINE_INTERVAL_S):
            streams.print_remark(describe_progress(*self._state))


@contextmanager
def announce(activity: str, output: str = "") -> Iterator[None]:
    """Announce a step without stages, such as "drawing the atlas", once it takes over a second.

    If the step's output is the screen, nothing is announced.
    """
    on_screen = output == "-" and sys.stdout.isatty()
    if streams.is_quiet() or on_screen:
        yield
        return
    notice = _Notice(activity)
    timer = threading.Timer(NOTICE_DELAY_S, notice.show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        notice.end()


class _Notice:
    """A spinner on a terminal, otherwise a line; a timer shows it, the main thread ends it."""

    def __init__(self, activity: str) -> None:
        self._activity = activity
        self._lock = threading.Lock()
        self._is_over = False
        self._spinner: Status | None = None

    def show(self) -> None:
        with self._lock:
            if self._is_over:
                return
            if can_animate():
                from kgraph.cli.printing import error_console

                self._spinner = error_console().status(f"{self._activity} ...")
                self._spinner.start()
            else:
                streams.print_remark(f"{self._activity} ...")

    def end(self) -> None:
        with self._lock:
            self._is_over = True
            if self._spinner:
                self._spinner.stop()
