"""A process that builds the graph again when the judgements have changed.

It stays between two builds, so that the program and its tables are loaded; the server keeps
answering from the last whole graph. It ends with the server.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock

import msgspec

from kgraph.base.errors import KgraphError
from kgraph.base.processes import exit_when_ready
from kgraph.resolve.judgement import Judgement, drop_lines

#: To wait for a build of another program, such as the first one of a watch beside the server, which
#: may redo everything: two minutes for a thousand episodes on one core.
JUDGE_BUSY_TIMEOUT_S = 3600.0

UNEXPECTED_MESSAGE = "unexpected error: see the server's log"


class BuildOutcome(msgspec.Struct, frozen=True):
    """The outcome of a build.

    Attributes:
        error: why there is no new graph; "" if there is.
        seconds: that it took.
        applied_by: the build that had applied the judgements already, in words, as when another
            program builds with them; "" if there was none.
        changes: of the graph: (thing, kind of change, number), as in
            :meth:`kgraph.graph.diff.Changes.counts`; None if they are not known, as there were
            several builds.
        unapplied: judgements that did not apply, without their lines; each with a sentence.
        loss: that the file of judgements is gone, and with it those of the build before; "" if not.
        read: the judgements that the build read, without their lines.
    """

    error: str = ""
    seconds: float = 0.0
    applied_by: str = ""
    changes: tuple[tuple[str, str, int], ...] | None = ()
    unapplied: tuple[tuple[Judgement, str], ...] = ()
    loss: str = ""
    read: frozenset[Judgement] = frozenset()

    def has_read(self, judgements: Iterable[Judgement]) -> bool:
        """Whether the build has read all these judgements, whatever their lines."""
        return drop_lines(judgements) <= self.read


class BuildProcess:
    """The process as the server sees it; it starts with the first build, or when it is warmed up.

    Args:
        store: folder of the graph.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._lock = Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None
        self._is_stopped = False

    def start(self) -> None:
        """Start the process unless it runs; it loads what a build needs."""
        with self._lock:
            self._start()

    def build(self, judgements: Path, build_before: str) -> BuildOutcome:
        """Build the graph again with the judgements of a file, and wait for that.

        Args:
            build_before: as of :func:`build_again`.
        """
        with self._lock:
            try:
                connection = self._start()
                connection.send((judgements, build_before))
                outcome: BuildOutcome = connection.recv()
            except (EOFError, OSError):
                self._drop()
                return BuildOutcome(error="the process that builds has ended: try again")
        return outcome

    def stop(self) -> None:
        """Stop the process, also in the middle of a build: readers keep the last whole graph."""
        self._is_stopped = True
        if (process := self._process) is not None:  # a build that ends drops it meanwhile
            process.terminate()
            process.join()

    def _start(self) -> Connection:
        if self._connection is None or self._process is None or not self._process.is_alive():
            self._drop()
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            # Not a daemon: a build of everything starts processes of its own.
            process = context.Process(target=run_builds, args=(theirs, self._store))
            with _block_interrupts():
                process.start()
            theirs.close()
            self._process = process
            if self._is_stopped:  # `stop` may not have seen it
                process.terminate()
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._process = None


@contextmanager
def _block_interrupts() -> Iterator[None]:
    """Block Ctrl-C for processes that start in the block, until they ignore it (not on Windows)."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker  # missing on Windows

    resource_tracker.ensure_running()  # its start would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run_builds(connection: Connection, store: Path) -> None:
    """Build whenever the other end asks, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server handles Ctrl-C, and ends this
    parent = multiprocessing.parent_process()
    assert parent is not None
    exit_when_ready(parent.sentinel)
    with suppress(KgraphError, OSError):  # the first build says why
        _load_program()
    with suppress(EOFError, OSError):
        while True:
            connection.send(build_again(store, *connection.recv()))


def build_again(store: Path, judgements: Path, build_before: str) -> BuildOutcome:
    """Build a store from the files that its last build read, with the judgements of a file.

    Args:
        build_before: name of the build that readers saw before the judgements changed.
    """
    from kgraph.judging.correct import choose_judgement_file, match_unapplied, rebuild_graph
    from kgraph.pipeline.kept import read_decision_tables
    from kgraph.project.rebuild import load_origin_project
    from kgraph.store import Store
    from kgraph.store.layout import describe_build

    start, applied_by = time.monotonic(), ""
    try:
        choice = choose_judgement_file(store, judgements, load_origin_project(store))
        loss = "" if judgements.exists() else next(iter(choice.notes), "")
        if choice.is_missing:
            advice = f"{judgements} is gone: judge a name, and it is written again"
            return BuildOutcome(loss or advice)
        report, changes = rebuild_graph(
            store, judgements=judgements, busy_timeout_s=JUDGE_BUSY_TIMEOUT_S
        )
        counts: Counter[tuple[str, str]] | None = changes.counts()
        if report.is_unchanged and (current := Store(store)).build.name != build_before:
            applied_by, previous = describe_build(current.build), current.previous
            is_next = previous is not None and previous.build.name == build_before
            counts = current.changes.counts() if is_next else None
        read = read_decision_tables(Store(store).build).judgements
        # The report is older than what is read if another program has built meanwhile.
        applied = match_unapplied(read, report.unapplied)
    except (KgraphError, OSError) as error:
        return BuildOutcome(str(error))
    except Exception:
        traceback.print_exc(file=sys.stderr)
        return BuildOutcome(UNEXPECTED_MESSAGE)
    return BuildOutcome(
        seconds=time.monotonic() - start,
        applied_by=applied_by,
        changes=None if counts is None else tuple((*key, n) for key, n in sorted(counts.items())),
        unapplied=tuple((j, str(fault)) for j, fault in applied.unapplied.items()),
        loss=loss,
        read=applied.read,
    )


def _load_program() -> None:
    """Import what a build needs, and load the shipped data."""
    from kgraph.base.identity import load_shipped_identities
    from kgraph.judging import correct  # noqa: F401
    from kgraph.pipeline import write_build  # noqa: F401
    from kgraph.pipeline.update import load_resolver_data
    from kgraph.resolve.knowledge import load_shipped_knowledge

    load_shipped_knowledge()
    load_shipped_identities()
    load_resolver_data()
