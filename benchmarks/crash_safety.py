"""Builds that are stopped at any moment: does one whole graph answer, and is nothing left behind?

    python benchmarks/crash_safety.py FOLDER [--times 100] [--ways kill term int] [--seed 0]
        [--json]

A store holds the graph of two files of the folder. Builds of the whole folder are started into it
and stopped at seeded random moments, from their start to about their end, so many times each way:
by SIGKILL and SIGTERM of the parent process, and as Ctrl-C does it, by SIGINT of all its
processes. After each, the answer must be that of one of the two graphs, byte for byte: the old
one, unless the new one was whole; it must have as many statements as it says; and the worker
processes must be gone. Then a build of the two files must succeed, and leave two builds and
nothing else in the store, and no temporary file.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from measuring import KGRAPH, environment, resident, run, tree

from kgraph.pipeline import build
from kgraph.query import run_query
from kgraph.store import Store

QUESTION = """
SELECT ?type (COUNT(*) AS ?things) (SUM(STRLEN(STR(?thing))) AS ?letters) WHERE { ?thing a ?type }
GROUP BY ?type ORDER BY ?type
"""
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"

GRACE_S = 30.0
"""Seconds that a build which was told to end, or the workers of a killed one, may take."""

SIGNALS = {"kill": signal.SIGKILL, "term": signal.SIGTERM, "int": signal.SIGINT}
"""Way of stopping a build -> signal."""

CLEAN = {"kill": (), "term": (128 + signal.SIGTERM,), "int": (128 + signal.SIGINT,)}
"""Way -> exit status of a build that removed what it had half written."""


def answer(store: Path) -> bytes:
    """Read the store as a reader does.

    Raises:
        SystemExit: the graph has not as many statements as it says.
    """
    opened = Store(store)
    rows = run_query(opened, COUNT).rows()
    if rows != [{"n": opened.meta.triples}]:
        raise SystemExit(f"{opened.build}: {rows} of {opened.meta.triples} statements")
    return run_query(opened, QUESTION).data


def stop(folder: Path, store: Path, signal_name: str, after: float) -> int | None:
    """Start a build and stop it after so many seconds; its status, None where it ended before."""
    process = subprocess.Popen(
        [*KGRAPH, "build", str(folder), "--store", str(store)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        family = list(tree(process.pid))
        send = os.killpg if signal_name == "int" else os.kill
        send(process.pid, SIGNALS[signal_name])
        status = process.wait(GRACE_S)
        _wait_for_end(family)
        return status
    return None


def _wait_for_end(family: list[int]) -> None:
    end = time.monotonic() + GRACE_S
    while any(map(resident, family)):
        if time.monotonic() > end:
            raise SystemExit(f"workers outlive their parent by {GRACE_S} s: {family}")
        time.sleep(0.02)


def left(store: Path) -> list[str]:
    """List leftovers of builds: everything but the lock, `current`, `.gitignore` and two builds."""
    expected = ("lock", "current", ".gitignore", "builds")
    leftovers = [path for path in store.iterdir() if path.name not in expected]
    builds = sorted((store / "builds").iterdir(), reverse=True)
    leftovers += [path for path in builds if not (path / "checksums").is_file()] or builds[2:]
    leftovers += [build / "work" for build in builds if (build / "work").exists()]
    leftovers += Path(tempfile.gettempdir()).iterdir()
    return sorted(map(str, leftovers))


def try_way(folder: Path, signal_name: str, times: int, seed: int, home: Path) -> Counter[str]:
    """Stop builds in one way so many times; what happened, counted.

    The tally's keys: ``kept`` (stopped, the old graph answers), ``replaced`` (stopped when the
    new graph was whole already, which answers), ``finished`` (the build ended first); and of
    those, ``unclean``: it was told to end, did so as it should, and left a draft.

    Raises:
        SystemExit: a graph did not answer, another one did, or something was left.
    """
    store, two = home / "store", home / "two"
    if not two.exists():
        two.mkdir()
        for file in sorted(folder.rglob("*.md"))[:2]:
            shutil.copy(file, two)
    # Each graph leads on the IRIs of the one before: so each is taken after the other.
    for source in (two, folder, two):  # what is made ready once, is ready now
        run([*KGRAPH, "build", source, "--store", store])
    old = answer(store)
    seconds = run([*KGRAPH, "build", folder, "--store", store]).wall
    new = answer(store)
    if old == new:
        raise SystemExit("both graphs answer alike: choose a folder of several files")
    build([two], store, workers=1)
    moments = random.Random(f"{seed} {signal_name}")
    tally: Counter[str] = Counter()
    for _ in range(times):
        moment = moments.uniform(0, seconds)
        status = stop(folder, store, signal_name, moment)
        outcome = answer(store)
        if outcome not in ((old, new) if status is not None else (new,)):
            raise SystemExit(
                f"{signal_name} after {moment:.3f} s: neither graph answers: {outcome!r}"
            )
        tally["finished" if status is None else "kept" if outcome == old else "replaced"] += 1
        if status in CLEAN[signal_name] and left(store):
            tally["unclean"] += 1
        build([two], store, workers=1)
        if answer(store) != old or left(store):
            raise SystemExit(
                f"{signal_name} after {moment:.3f} s: the next build left {left(store)}"
            )
    return tally


def main() -> None:
    """Read the command line, and stop builds."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--ways", nargs="+", choices=SIGNALS, default=list(SIGNALS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    tallies: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory(prefix="kgraph-kill-") as home:
        (Path(home) / "temporary").mkdir()
        os.environ["TMPDIR"] = tempfile.tempdir = str(Path(home) / "temporary")
        for signal_name in arguments.ways:
            tallies[signal_name] = try_way(
                arguments.folder, signal_name, arguments.times, arguments.seed, Path(home)
            )
    if arguments.json:
        json.dump(tallies, sys.stdout)
        return
    for signal_name, tally in tallies.items():
        counts = ", ".join(f"{count} {what}" for what, count in sorted(tally.items()))
        print(f"{SIGNALS[signal_name].name}, seed {arguments.seed}: {counts}")
    print("every time a whole graph answered, and the next build left nothing behind")


if __name__ == "__main__":
    main()
