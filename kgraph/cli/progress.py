"""What a long step shows on standard error while it works.

On a terminal a bar or a spinner that is gone at the end; in a pipe, a file or a terminal that
cannot move its cursor (``TERM=dumb``), plain lines and few of them. Short runs show nothing
there, and ``--quiet`` shows nothing anywhere.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kgraph.base.progress import describe_progress
from kgraph.cli import printing, verbosity
from kgraph.cli.console import error_console

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.status import Status

Reporter = Callable[[str, int, int], None]
"""Called with a stage's name, how many of its items are done, and how many there are."""

LINE_INTERVAL_S = 10.0
"""Between two lines of progress in a pipe."""

NOTICE_DELAY_S = 1.0
"""After which a step without stages says what it is doing: people wait that long unasked."""


@contextmanager
def show_progress() -> Iterator[Reporter]:
    """Show how far a step with stages is, from the first call on."""
    if verbosity.is_quiet():
        yield lambda stage, done, total: None
    elif can_animate():
        yield from _show_bar()
    else:
        reporter = LineReporter()
        try:
            yield reporter
        finally:
            reporter.end()


def can_animate() -> bool:
    """Whether standard error is a terminal that can write over what it shows."""
    console = error_console()
    return console.is_terminal and not console.is_dumb_terminal


def _show_bar() -> Iterator[Reporter]:
    bar = _make_bar()
    tasks: dict[str, Any] = {}

    def report(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            bar.start()
            for task in bar.tasks:
                bar.update(task.id, visible=bool(task.total))  # a stage without items has ended
            tasks[stage] = bar.add_task(stage, total=total or None)
        bar.update(tasks[stage], completed=done)

    try:
        yield report
    finally:
        bar.stop()


def _make_bar() -> Progress:
    """A bar with counts, rate and time left."""
    from rich.progress import (
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class CountColumn(MofNCompleteColumn):
        """Items done and all items; nothing for a stage without items."""

        def render(self, task: Task) -> Text:
            return super().render(task) if task.total else Text("")

    class RateColumn(ProgressColumn):
        """Items a second; nothing until there are two samples to take a rate from."""

        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:,.0f}/s", justify="right")

    return Progress(
        *Progress.get_default_columns()[:2],
        CountColumn(),
        RateColumn(),
        TimeRemainingColumn(),
        console=error_console(),
        transient=True,
    )


class LineReporter:
    """A plain line every :data:`LINE_INTERVAL_S`: `reading: 412 of 1,014 files`."""

    def __init__(self) -> None:
        self._state = ("", 0, 0)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note of how far a stage is."""
        self._state = (stage, done, total)
        if not self._thread.ident:  # only now: a build forks its workers before its first stage
            self._thread.start()

    def end(self) -> None:
        """Write no further line."""
        self._is_over.set()
        if self._thread.ident:
            self._thread.join()

    def _run(self) -> None:
        while not self._is_over.wait(LINE_INTERVAL_S):
            printing.print_remark(describe_progress(*self._state))


@contextmanager
def announce(words: str, output: str = "") -> Iterator[None]:
    """Say what a step without stages is doing, once it takes over a second.

    Args:
        words: such as "drawing the atlas".
        output: where the step writes; nothing is shown in between on a screen that it fills.
    """
    on_screen = output == "-" and sys.stdout.isatty()
    if verbosity.is_quiet() or on_screen:
        yield
        return
    notice = _Notice(words)
    timer = threading.Timer(NOTICE_DELAY_S, notice.show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        notice.end()


class _Notice:
    """A spinner on a terminal, elsewhere a line; shown by a timer, ended by the main thread."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._lock = threading.Lock()
        self._is_over = False
        self._spinner: Status | None = None

    def show(self) -> None:
        with self._lock:
            if self._is_over:
                return
            if can_animate():
                self._spinner = error_console().status(f"{self._words} ...")
                self._spinner.start()
            else:
                printing.print_remark(f"{self._words} ...")

    def end(self) -> None:
        with self._lock:
            self._is_over = True
            if self._spinner:
                self._spinner.stop()
