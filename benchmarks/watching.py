"""Watch a folder that is edited for a while: is every settled state served, and memory flat?

    python benchmarks/watching.py [--minutes 30] [--seed 0] [--files 12]

``kgraph watch`` runs in a process of its own on a folder of small episodes that is edited at random
(``edited_folder.py``): single edits and bursts of them, saves that are half written for a moment,
a checkout that adds or removes many files at once, files that are broken and repaired, and a folder
that is moved away and comes back. After each of these the script waits until the store serves what
a full build of the same files gives: episodes, what they share, and answers, without the ids of
earlier graphs, which depend on the states that were built in between. While no build is possible
the last graph must be served on.

Prints the number of settled states, how long they took to be served, and the memory of the watching
process (resident, in MB) after its first state, in the middle and at the end. It ends with status 1
if a state is not served within :data:`LIMIT_S`, if the watch ends, or if its memory grew by more
than :data:`MAX_GROWTH`.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
from edited_folder import EditedFolder
from measuring import KGRAPH, environment, resident

from kgraph.base.errors import DataError, InputError, StoreError
from kgraph.pipeline import build
from kgraph.query import run_query
from kgraph.search import Index, search
from kgraph.store import Store

INTERVAL_S = 0.2  #: between two looks of the watch at the files
LIMIT_S = 120.0  #: in which a settled state must be served, however busy the machine is
POLL_S = 0.1  #: between two looks of this script at the store
CHECKOUT_FILES = 40  #: that are added or removed at once
MAX_GROWTH = 0.15  #: share by which memory may grow from the middle to the end

SEARCHES = ("google", "widget works", "stablecoins bank", "nvidia")
QUERIES = ("strongest-pairs", "ranked-by-month", "recurring-quotes", "rejected")


def read_answers(path: Path) -> dict[str, object]:
    """Return what a store serves, without ids of earlier graphs."""
    store = Store(path)
    index, shared = Index(store), store.shared
    entities = [msgspec.structs.replace(e, replaces=()) for e in shared.entities.values()]
    return {
        "digest": shared.digest,
        "episodes": list(store.graph),
        "entities": entities,
        "terms": (shared.topics, shared.tags, shared.themes),
        "answers": [run_query(store, name).data for name in QUERIES],
        "searches": [[(h.id, h.score) for h in search(index, words).hits] for words in SEARCHES],
    }


class Editor:
    """Edits of a watched folder that are made together, each until the files have settled."""

    def __init__(self, folder: EditedFolder, files: int, random_: random.Random) -> None:
        self._folder = folder
        self._files = files
        self._random = random_
        self._checkout: list[Path] = []

    def edit(self) -> str:
        """Make some edits, and return what they are."""
        kinds: list[tuple[int, Callable[[], str]]] = [
            (8, self._edit_one),
            (3, self._edit_many),
            (2, self._save_slowly),
            (1, self._check_out),
            (1, self._move_away),
        ]
        weights = [weight for weight, _ in kinds]
        return self._random.choices([kind for _, kind in kinds], weights)[0]()

    def _edit_one(self) -> str:
        return self._folder.edit_files(self._files).partition(" ")[0]

    def _edit_many(self) -> str:
        for _ in range(self._random.randrange(2, 12)):
            self._folder.edit_files(self._files)
            time.sleep(self._random.choice((0, 0, INTERVAL_S)))
        return "burst"

    def _save_slowly(self) -> str:
        path = self._random.choice(self._folder.files())
        text = self._folder.write_episode()
        path.write_text(text[: len(text) // 2], "utf-8")
        time.sleep(self._random.uniform(0, 3 * INTERVAL_S))
        path.write_text(text, "utf-8")
        return "slow save"

    def _check_out(self) -> str:
        if self._checkout:
            for path in self._checkout:
                path.unlink(missing_ok=True)
            self._checkout = []
            return "checkout away"
        before = set(self._folder.files())
        for _ in range(CHECKOUT_FILES):
            self._folder.add()
        self._checkout = sorted(set(self._folder.files()) - before)
        return "checkout"

    def _move_away(self) -> str:
        folder = self._folder.folders[0]
        away = folder.with_name("away")
        folder.rename(away)
        time.sleep(self._random.uniform(0, 6 * INTERVAL_S))
        away.rename(folder)
        return "folder away"


class Watch:
    """A ``kgraph watch`` of a folder, and full builds to compare its store with.

    Args:
        home: folder of the stores and the log.
    """

    def __init__(self, folder: EditedFolder, home: Path) -> None:
        self._folder = folder
        self._store, self._full = home / "store", home / "full"
        self._log = home / "log"
        folder.judgements.touch()
        options = ["--store", self._store, "--judgements", folder.judgements, "--workers", "1"]
        options += ["--interval", str(INTERVAL_S), "--no-project"]
        command = [*KGRAPH, "watch", *folder.folders, *options]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                list(map(str, command)), stdout=log, stderr=log, env=environment()
            )
        self._wanted: dict[str, object] | None = None

    def await_state(self) -> float:
        """Wait until the store serves what the files give; return the seconds.

        Raises:
            SystemExit: it does not in time, or the watch ended.
        """
        try:
            judged = self._folder.judgements
            build(
                self._folder.folders,
                self._full,
                judgements=judged,
                full=True,
                previous=None,
                workers=1,
            )
            self._wanted = read_answers(self._full)
        except (InputError, DataError):  # the last graph is served on
            pass
        start = time.monotonic()
        while (served := self._read_served()) != self._wanted:
            if self.process.poll() is not None:
                raise SystemExit(f"the watch ended:\n{self._log.read_text()[-2000:]}")
            if time.monotonic() > start + LIMIT_S:
                wanted = self._wanted or {}
                parts = [n for n, answer in (served or {}).items() if answer != wanted.get(n)]
                raise SystemExit(f"not served: {parts}\n{self._log.read_text()[-2000:]}")
            time.sleep(POLL_S)
        return time.monotonic() - start

    def _read_served(self) -> dict[str, object] | None:
        try:
            return read_answers(self._store)
        except StoreError:  # the first build is not there yet, or a build was removed meanwhile
            return None

    def measure_memory(self) -> float:
        """Return the resident memory of the watching process, in MB."""
        return resident(self.process.pid) / 1e6

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)  # a shell in the background ignores SIGINT
        self.process.wait(LIMIT_S)


def run(minutes: float, seed: int, files: int, home: Path) -> bool:
    """Edit and compare for some minutes; return whether memory stayed flat."""
    choices = random.Random(seed)
    folder = EditedFolder(home, choices)
    for _ in range(files):
        folder.add()
    editor, watch = Editor(folder, files, choices), Watch(folder, home)
    counts: Counter[str] = Counter()
    seconds, memory = [watch.await_state()], [watch.measure_memory()]
    end = time.monotonic() + 60 * minutes
    try:
        while time.monotonic() < end:
            edit = editor.edit()
            counts[edit] += 1
            try:
                seconds.append(watch.await_state())
            except SystemExit as error:
                raise SystemExit(
                    f"seed {seed}, after {counts.total()} edits, {edit}: {error}"
                ) from None
            memory.append(watch.measure_memory())
    finally:
        watch.stop()
    first, middle, last = memory[0], memory[len(memory) // 2], memory[-1]
    kinds = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    print(f"{len(seconds)} settled states served ({kinds})")
    print(f"seconds until served: median {statistics.median(seconds):.1f}, most {max(seconds):.1f}")
    print(f"memory in MB: {first:.0f} at first, {middle:.0f} in the middle, {last:.0f} at the end")
    return last <= (1 + MAX_GROWTH) * middle


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=int, default=12, help="about so many files")
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="kgraph-watching-"))
    try:
        is_flat = run(arguments.minutes, arguments.seed, arguments.files, home)
    finally:
        shutil.rmtree(home)
    if not is_flat:
        print(f"memory grew by more than {MAX_GROWTH:.0%} from the middle to the end")
    return not is_flat


if __name__ == "__main__":
    sys.exit(main())
