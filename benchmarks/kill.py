"""Builds that are killed: does the last whole graph still answer?

    python benchmarks/kill.py FOLDER [--times 30] [--seed 0] [--json]

A store holds the graph of the folder. Builds of the folder less its last file are started
into it and killed (SIGKILL, the parent process only) at seeded random moments, from their
start to about their end. After each, the answer must be that of one of the two
graphs, byte for byte: the old one, unless the new one was whole; and the worker processes
must be gone. At the end a build must succeed, and nothing be left of the killed ones.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from measuring import KGRAPH, ROOT, environment, resident, run, tree

sys.path.insert(0, str(ROOT))

from kgraph.query import ask
from kgraph.store import Store

QUESTION = """
SELECT ?type (COUNT(*) AS ?things) (SUM(STRLEN(STR(?thing))) AS ?letters) WHERE { ?thing a ?type }
GROUP BY ?type ORDER BY ?type
"""
GRACE = 10.0
"""Seconds that the workers of a killed build have to notice and leave."""


def answer(store: Path) -> bytes:
    """What readers of the store are told."""
    return ask(Store(store), QUESTION).data


def build(folder: Path, store: Path) -> tuple[bytes, float]:
    """A build that nobody kills: its answer, and how long it took in seconds."""
    cost = run([*KGRAPH, "build", folder, "--store", store])
    return answer(store), cost.wall


def kill(folder: Path, store: Path, after: float) -> bool:
    """Start a build and kill it after so many seconds; whether it was still running."""
    process = subprocess.Popen(
        [*KGRAPH, "build", str(folder), "--store", str(store)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        family = list(tree(process.pid))
        process.send_signal(signal.SIGKILL)
        process.wait()
        _wait_for_end(family)
        return True
    return False


def _wait_for_end(family: list[int]) -> None:
    end = time.monotonic() + GRACE
    while any(map(resident, family)):
        if time.monotonic() > end:
            raise SystemExit(f"workers outlive their parent by {GRACE} s: {family}")
        time.sleep(0.02)


def try_all(folder: Path, times: int, seed: int, home: Path) -> Counter[str]:
    """Kill builds so many times; what happened, counted.

    The tally's keys: ``kept`` (killed, the old graph answers), ``replaced`` (killed when the
    new graph was whole already, which answers), ``finished`` (the build ended first).

    Raises:
        SystemExit: a graph did not answer, or another one did.
    """
    store, less = home / "store", home / "less"
    shutil.copytree(folder, less)
    max(less.rglob("*.md")).unlink()
    new, _ = build(less, store)
    old, seconds = build(folder, store)
    if old == new:
        raise SystemExit("both graphs answer alike: choose a folder of several files")
    moments = random.Random(seed)
    tally: Counter[str] = Counter()
    for _ in range(times):
        killed = kill(less, store, moments.uniform(0, seconds))
        found = answer(store)
        if found not in ((old, new) if killed else (new,)):
            raise SystemExit(f"after {dict(tally)}: neither graph answers: {found!r}")
        tally[("kept" if found == old else "replaced") if killed else "finished"] += 1
        if found == new:
            _, seconds = build(folder, store)
    kill(less, store, seconds / 2)
    if build(less, store)[0] != new:
        raise SystemExit("the build after the last kill answers otherwise")
    left = sorted(path.name for path in (store / "builds").iterdir())
    if len(left) > 2:
        raise SystemExit(f"killed builds left folders: {left}")
    return tally


def main() -> None:
    """Read the command line, and kill."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kgraph-kill-") as home:
        tally = try_all(arguments.folder, arguments.times, arguments.seed, Path(home))
    if arguments.json:
        json.dump(tally, sys.stdout)
    else:
        print(", ".join(f"{count} {what}" for what, count in sorted(tally.items())))
        print("every graph that should answer did, and the next build succeeded")


if __name__ == "__main__":
    main()
