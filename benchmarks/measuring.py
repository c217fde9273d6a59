"""A command in a process of its own, measured from outside.

Takes a command line, gives :class:`Cost`: wall time; CPU time of the process and of every
child it waited for (``wait4``); and the peak memory of the whole tree of processes, read from
``/proc`` every 50 ms: their resident sets, less what they share, which counts once. What they share
is the difference to their proportional set sizes (proc_pid_smaps(5)); these take 15 ms a gigabyte
to read, and are read once a second. Linux only.
"""

from __future__ import annotations

import itertools
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeVar

INTERVAL = 0.05
"""Seconds between two looks at the tree's memory."""

LOOKS_PER_SHARED_LOOK = 20  #: looks of which one also finds how much the processes share

PAGE = os.sysconf("SC_PAGE_SIZE")
KGRAPH = (sys.executable, "-m", "kgraph")
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # a benchmark that imports this module measures this checkout

Result = TypeVar("Result")


class Cost(NamedTuple):
    """Cost of a command.

    Attributes:
        wall: seconds from start to end.
        cpu: seconds of CPU, user and system, of the whole tree.
        peak: bytes of memory of the whole tree at its largest.
        output: what it wrote to standard output.
    """

    wall: float
    cpu: float
    peak: int
    output: str


class Failed(SystemExit):
    """A command that ended with an error; ends the benchmark with its words."""


def run(command: Sequence[str | Path]) -> Cost:
    """Run the command to its end.

    Raises:
        Failed: it ended with another status than 0.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)), stdout=out, stderr=errors, env=environment()
        )
        watch = MemoryWatch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = max(watch.stop(), usage.ru_maxrss * 1024)
        if process.returncode:
            last = _text(errors).strip().splitlines()[-1:]
            raise Failed(f"{' '.join(map(str, command))}: {' '.join(last)}")
        return Cost(wall, usage.ru_utime + usage.ru_stime, peak, _text(out))


def environment() -> dict[str, str]:
    """Ours, with this checkout in front of whatever else is importable."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


@contextmanager
def serve(store: Path) -> Iterator[tuple[str, int]]:
    """Run a server until it holds its graph in columns; yield its address and process id."""
    command = [*KGRAPH, "serve", "--port", "0", "--store", str(store)]
    with tempfile.TemporaryFile("w+") as log:  # a log that nobody reads must not fill a pipe
        process = subprocess.Popen(command, stderr=log, env=environment())
        try:
            address, log_text = None, ""
            while address is None or " column index ready" not in log_text:
                time.sleep(0.05)
                log.seek(0)
                log_text = log.read()
                address = re.search(r"http://\S+/", log_text)
            yield address[0], process.pid
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def agent_server(store: Path) -> Any:
    """Return how a client of the Model Context Protocol starts ``kgraph mcp``."""
    from mcp import StdioServerParameters

    arguments = [*KGRAPH[1:], "mcp", "--store", str(store)]
    return StdioServerParameters(command=KGRAPH[0], args=arguments, env=environment())


def time_runs(work: Callable[[], Result], runs: int) -> tuple[float, Result]:
    """Return the median seconds of some runs, and the result of the last."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


class MemoryWatch:
    """Measures the memory of a tree of processes until :meth:`stop` is called."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        shared = 0
        for look in itertools.count():
            if self._done.wait(INTERVAL):
                return
            processes = list(tree(self._pid))
            size = sum(map(resident, processes))
            if look % LOOKS_PER_SHARED_LOOK == 0:
                shared = max(0, size - sum(map(proportional, processes)))
            self._peak = max(self._peak, size - shared)

    def stop(self) -> int:
        """The largest sum seen, in bytes."""
        self._done.set()
        self._thread.join()
        return self._peak


def tree(pid: int) -> Iterable[int]:
    """The process and all that descend from it, as far as they still live."""
    yield pid
    for task in _listed(Path(f"/proc/{pid}/task")):
        for child in _read(task / "children").split():
            yield from tree(int(child))


def resident(pid: int) -> int:
    """Bytes of the process's resident set; 0 when it has ended."""
    sizes = _read(Path(f"/proc/{pid}/statm")).split()
    return int(sizes[1]) * PAGE if sizes else 0


def proportional(pid: int) -> int:
    """Bytes of the process's proportional set size; 0 when it has ended."""
    size = re.search(r"^Pss: +(\d+) kB$", _read(Path(f"/proc/{pid}/smaps_rollup")), re.MULTILINE)
    return int(size[1]) * 1024 if size else 0


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # it has ended
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended
        return ""


def folder_size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) and value < 1000 else str(value)


def megabytes(size: float) -> str:
    """A size in words."""
    return f"{size / 1e6:,.0f} MB"
