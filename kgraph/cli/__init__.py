"""The command line: each command calls one function of the library.

``-`` is standard input or output. Results go to standard output, messages and progress to
standard error. Exit status: 0 success, 1 problems or no results, 2 wrong usage.
"""

from __future__ import annotations

import atexit
import gc
import sys

from kgraph.base.processes import collect_garbage_rarely
from kgraph.cli.streams import INTERRUPTED, report_interruption

__all__ = ["main"]


def main() -> None:
    """Run the command line; Ctrl-C while its modules are loaded is no traceback either."""
    atexit.register(gc.freeze)  # the process need not look for cycles among all that it drops
    collect_garbage_rarely()
    try:
        from kgraph.cli.app import run

        gc.freeze()  # modules stay: the command need not look for cycles among them, either
        run()
    except KeyboardInterrupt:  # before or after the command, which handles its own
        report_interruption()
        sys.exit(INTERRUPTED)
