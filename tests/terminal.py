"""A pseudo-terminal: runs a command as a person would see it, and records what they see.

Takes an argument list, gives its exit status and everything that reached the screen. What the
person types waits for what they read, so that nothing depends on time.
"""

import json
import os
import re
import select
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from dataclasses import dataclass

PATIENCE_S = 60
"""Seconds in which a command must write something or end: only a hang takes so long."""

INTERRUPT = "\x03"
"""Ctrl-C."""

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\|\r")
"""What moves the cursor, sets a look or begins or ends a link, and is no text."""


@dataclass(frozen=True)
class Recording:
    """What a command left on the terminal.

    Attributes:
        status: its exit status; negative for the signal that killed it.
        raw: everything that it wrote.
    """

    status: int
    raw: str

    @property
    def text(self):
        """What it wrote, without control sequences."""
        return CONTROL.sub("", self.raw)


def run_in_terminal(arguments, *, talk=(), term="xterm-256color", columns=80, cwd=None, **more):
    """Run a command in a terminal to its end.

    Args:
        arguments: program and arguments.
        talk: pairs of what to wait for on the screen, and what to type then.
        term: name of the kind of terminal.
        columns: its width.
        cwd: where to run it.
        more: further environment variables; those of colours are only set here.
    """
    unset = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"TERM": term, **more}
    with _terminal(columns) as (screen, name):
        # The shell leads a session of its own: the terminal that it opens becomes the one whose
        # Ctrl-C interrupts the command.
        process = subprocess.Popen(
            ["sh", "-c", f'exec "$@" <{name} >{name} 2>&1', "sh", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            cwd=cwd,
            env=environment,
            start_new_session=True,
        )
        try:
            raw = _record(screen, process, talk)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
    return Recording(process.returncode, raw)


@contextmanager
def _terminal(columns):
    screen, line = os.openpty()
    try:
        termios.tcsetwinsize(line, (24, columns))
        yield screen, os.ttyname(line)
    finally:
        os.close(screen)
        os.close(line)


def _record(screen, process, talk):
    """Read until the command has ended; type when it is time."""
    parts = []
    steps = list(talk)
    seen = ""
    last = time.monotonic()
    while True:
        is_over = process.poll() is not None
        ready, _, _ = select.select([screen], [], [], 0 if is_over else 0.05)
        if ready:
            last = time.monotonic()
            data = os.read(screen, 1 << 16).decode("utf-8", "replace")
            parts.append(data)
            seen += data
        elif is_over:
            assert not steps, f"never shown: {steps[0][0]!r}:\n{''.join(parts)}"
            return "".join(parts)
        else:
            assert time.monotonic() - last < PATIENCE_S, f"hangs:\n{''.join(parts)}"
        if steps and steps[0][0] in seen:
            seen = seen.partition(steps[0][0])[2]
            text = steps.pop(0)[1]
            if text == INTERRUPT:
                # Python's input() loses a signal between its prompt and its reading, which is
                # sooner than a person can type.
                time.sleep(0.3)
            os.write(screen, text.encode())


MARK = "\x1e"
"""Ends what one command of :func:`run_all_in_terminal` wrote."""

DRIVER = f"""
import json, sys, traceback
from kgraph.cli import main
for arguments in json.loads(sys.argv.pop()):
    sys.argv[1:] = arguments
    status = 0
    try:
        main()
    except SystemExit as end:
        status = end.code or 0
    except BaseException:
        traceback.print_exc()
        status = 1
    print("{MARK}%d{MARK}" % status, end="", flush=True)
"""
"""Runs command lines one after the other: one start of Python for all of them."""


def run_all_in_terminal(lines, **options):
    """Run several command lines of kgraph in one terminal and one process.

    Args:
        lines: their arguments.
        options: as :func:`run_in_terminal` takes them.

    Returns:
        A recording of each.
    """
    whole = run_in_terminal([sys.executable, "-c", DRIVER, json.dumps(lines)], **options)
    parts = whole.raw.split(MARK)
    assert len(parts) == 2 * len(lines) + 1, whole.raw
    return [
        Recording(int(status), raw) for raw, status in zip(parts[:-1:2], parts[1::2], strict=True)
    ]
