"""Where errors become messages and an exit status."""

from __future__ import annotations

import signal
import sys
import warnings
from collections.abc import Callable
from threading import Timer, main_thread
from types import FrameType
from typing import TextIO

from kgraph.base.errors import (
    NO_SPACE,
    InputError,
    KgraphError,
    QueryError,
    StoreWarning,
    suggest_fix,
)
from kgraph.cli import streams

#: Exit status if the reader of the output closes it (`kgraph export turtle | head`): 128 plus the
#: number of SIGPIPE, which a shell reports for `cat`, `grep` and `git`.
OUTPUT_CLOSED = 141
#: Seconds after which a signal is sent again: by then the finalizer that it came in has ended.
REPEATED_SIGNAL_S = 0.05


def run_with_exit_status(command: Callable[[], object]) -> None:
    """Run a command; a known error ends in a message and never in a traceback."""
    streams.open_streams()
    signal.signal(signal.SIGTERM, _exit_on_signal)
    if sys.platform != "win32":  # where a signal ends the process at once
        sys.unraisablehook = _repeat_signal
    warnings.showwarning = _show_warning
    try:
        command()
    except (InputError, QueryError) as error:
        exit_with_error(error, 2)
    except KgraphError as error:
        exit_with_error(error, 1)
    except BrokenPipeError:
        drop_output()
        sys.exit(OUTPUT_CLOSED)
    except OSError as error:
        drop_output()
        path, fix = f"{error.filename}: " if error.filename else "", suggest_fix(error)
        if error.errno in NO_SPACE and not path:  # mostly standard output, which has no folder
            fix = "free disk space, or write the output elsewhere"
        exit_with_error(KgraphError(f"{path}{error.strerror or error}: {fix}"), 1)


def _exit_on_signal(number: int, frame: FrameType | None) -> None:
    """End like an error, so that partial output is removed; ignore further signals."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + number)


def _repeat_signal(unraisable: sys.UnraisableHookArgs) -> None:
    """Send a signal again whose exception was lost, as in the finalizer of an object."""
    signals = {SystemExit: signal.SIGTERM, KeyboardInterrupt: signal.SIGINT}
    if (number := signals.get(unraisable.exc_type)) is None:
        sys.__unraisablehook__(unraisable)
        return
    if number is signal.SIGTERM:
        signal.signal(number, _exit_on_signal)
    timer = Timer(REPEATED_SIGNAL_S, signal.pthread_kill, [main_thread().ident, number])
    timer.daemon = True
    timer.start()


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Write our own warnings on one line, like errors."""
    if issubclass(category, StoreWarning):
        streams.write_message(f"kgraph: {message}")
    else:
        text = warnings.formatwarning(message, category, filename, lineno, line)
        (file or sys.stderr).write(text)


def exit_with_error(error: KgraphError, status: int) -> None:
    """Print an error, which may quote hostile text, and exit."""
    for line in f"kgraph: {error}".splitlines():
        streams.write_message(line)
    sys.exit(status)


def drop_output() -> None:
    """Discard buffered output, so that flushing it at exit does not fail again."""
    streams.drop_stream(sys.stdout)
