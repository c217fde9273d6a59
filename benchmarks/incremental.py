"""Incremental builds: is the graph after any edit the one that a full build makes?

    python benchmarks/incremental.py [--steps 1000] [--seed 0] [--files 8] [--kills 0.1]
        [--own 6] [--judged 4] [--lexicon 1] [--keep]

Edits folders of small episodes at random (``edited_folder.py``): files are added, changed, renamed,
swapped, touched, broken, repaired and removed, names and shows judged, judgements taken back, a
second folder becomes a source, own entries and ids change (``edited_entries.py``), and now and then
the base of the IRIs. A step has one to four edits, and some builds take several processes. After
each step an incremental build is compared with a full one of the same folder into another store:
records, statements, report, shared data and Turtle must be equal, and so must the answers of saved
queries, and what searches find, in order and with scores.

With ``--kills``, such a share of the steps is first built by a process that is killed (SIGKILL) at
a random moment, up to a while after its end. The store must then open whole, with the last graph or
the new one, and the next build is compared as ever.

``--lexicon 20`` takes a twentieth of the shipped entries, and those of the names in the episodes:
a step with other own entries then takes half of the time.

Prints the number of steps, of episodes redone and of full builds among the incremental ones; ends
with status 1 at the first difference, with the seed and the step that give it again. Files are
written to the temporary folder: with ``TMPDIR=/dev/shm`` no step waits for a disk.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import math
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from edited_entries import OTHER_NAMES
from edited_folder import NAMES, PEOPLE, EditedFolder

from kgraph.base.errors import DataError, InputError
from kgraph.base.lexicon import LexiconEntry, list_name_keys, read_lexicon_folder
from kgraph.base.text import name_key
from kgraph.export import export
from kgraph.pipeline import Report, build, update
from kgraph.pipeline.check import check
from kgraph.query import run_query
from kgraph.resolve import knowledge
from kgraph.resolve.quotes import corpus_texts
from kgraph.search import Index, search
from kgraph.store import Store, layout
from kgraph.store.origin import ProjectInputs

SEARCHES = ("google", "widget works", "stablecoins bank", "nvidia", "prediction", "ann example")
QUERIES = (
    "strongest-pairs",
    "ranked-by-month",
    "recurring-quotes",
    "rejected",
)  #: saved queries, with their defaults

#: Share of the steps whose full build has two processes: these take seconds to start.
PARALLEL_SHARE = 0.02
FORKED_SHARE = 0.05  #: of updates that forked workers share
#: Share of the steps at which so small a folder may be updated however much changed; at others it
#: is loaded anew as a large one would be.
UPDATED_SHARE = 0.9
EDIT_WEIGHTS = (5, 2, 1, 1)  #: of steps with one, two, three and four edits
PROGRESS_STEPS = 100  #: after which a line tells how far it is
#: Of the time of the last full build: the latest moment at which one is killed.
MAX_KILL_TIME = 1.5


def describe_store(path: Path) -> dict[str, object]:
    """Return all that must not depend on how a store was built."""
    store = Store(path)
    index = Index(store)
    turtle = io.BytesIO()
    export(store.graph, "turtle", turtle, base=store.meta.base)
    return {
        "episodes": list(store.graph),
        "shared": store.shared,
        "statements": {str(quad) for quad in store.database},
        "turtle": hashlib.sha256(turtle.getvalue()).hexdigest(),
        "report": store.report,
        "size": store.meta,
        "answers": [run_query(store, name).data for name in QUERIES],
        "search": [
            [(hit.id, hit.score) for hit in search(index, words).hits] for words in SEARCHES
        ],
    }


class KillableBuilds:
    """Builds in processes that are killed.

    A process that has loaded all data, and never opened a store, forks one for each build: so a
    build starts at once, and no thread of a database is lost by the fork.

    Args:
        folder: of episodes, which are checked to load the data.
    """

    def __init__(self, folder: EditedFolder) -> None:
        self._requests, requests = multiprocessing.Pipe()
        if os.fork() == 0:  # no Process: as a daemon it could start no workers
            self._requests.close()
            check(folder.sources, workers=1)
            with suppress(EOFError):  # this process has ended
                _serve_builds(requests)
            os._exit(0)
        requests.close()

    def run(self, arguments: dict[str, Any], seconds: float) -> None:
        """Start a build and kill it after so many seconds, unless it ended before."""
        self._requests.send(arguments)
        process = self._requests.recv()
        time.sleep(seconds)
        os.kill(process, signal.SIGKILL)  # not yet waited for, so the number is its own
        self._requests.send(None)
        self._requests.recv()


def _serve_builds(requests: Connection) -> None:
    while True:
        arguments = requests.recv()
        if (process := os.fork()) == 0:
            try:
                build(**arguments)
            except (InputError, DataError):
                os._exit(1)  # the next build tells why
            os._exit(0)
        requests.send(process)
        requests.recv()
        os.waitpid(process, 0)
        requests.send(None)


class Comparison:
    """An incremental and a full build after each step.

    Args:
        folder: that is edited.
        work: folder of the stores.
        random_: source of the choices that are no edits.
        kills: share of the steps at which a build is killed first.
    """

    def __init__(
        self, folder: EditedFolder, work: Path, random_: random.Random, kills: float
    ) -> None:
        self._folder = folder
        self._changed, self._full, self._last = (work / n for n in ("changed", "full", "last"))
        self._random = random_
        self._kills = kills
        self._killable = KillableBuilds(folder) if kills else None
        self._seconds = 0.0  #: of the last full build
        self._facts: dict[str, object] = {}  #: of the last graph
        self.counts: Counter[str] = Counter()

    def build_both(self) -> str:
        """Build into both stores; return what differs, "" for nothing."""
        choose = self._random.random
        is_updated, is_parallel = choose() < UPDATED_SHARE, choose() < PARALLEL_SHARE
        update.MAX_UPDATED_SHARE = 1.0 if is_updated else 0.2
        corpus_texts.MAX_LINKED_SHARE = math.inf if is_updated else 0.2
        is_forked = choose() < FORKED_SHARE
        update.MAX_ALONE_FORKED, update.UPDATED_SHARD_FILES = (0, 1) if is_forked else (24, 4)
        for copy in (self._full, self._last):
            shutil.rmtree(copy, ignore_errors=True)
        previous: Path | None = None  # the earlier graph whose ids are forwarded
        if (self._changed / layout.CURRENT_FILE).exists():  # a first build may be impossible
            shutil.copytree(self._changed, self._last)
            previous = self._last if Store(self._last).meta.base == self._folder.base else None
        arguments = self._choose_inputs() | {"store": self._changed, "workers": 1 + is_forked}
        killed: dict[str, object] | None = None
        if self._killable and choose() < self._kills:
            self._killable.run(arguments, choose() * MAX_KILL_TIME * self._seconds)
            self.counts["killed"] += 1
            killed = describe_store(self._changed) if previous else None
        report, outcome = _try_build(**arguments)
        anew = {"store": self._full, "workers": 1 + is_parallel, "full": True}
        start = time.perf_counter()
        _, wanted_outcome = _try_build(**arguments | anew, previous=previous)
        self._seconds = time.perf_counter() - start
        if outcome != wanted_outcome:
            return f"outcome: {outcome!r}, of a full build {wanted_outcome!r}"
        if report is None:
            self.counts["errors"] += 1
            return ""
        self.counts["full builds"] += report.redone is None
        self.counts["redone"] += len(report.redone or ())
        self.counts["episodes"] += report.recordings
        return self._compare(killed)

    def _compare(self, killed: dict[str, object] | None) -> str:
        """Compare both graphs, and that of a killed build with the last one and the new one."""
        facts, wanted = describe_store(self._changed), describe_store(self._full)
        last, self._facts = self._facts, wanted
        if killed not in (None, last, wanted):
            return "graph after a kill"
        self.counts["killed after it was published"] += killed == wanted != last
        return ", ".join(part for part in wanted if facts[part] != wanted[part])

    def _choose_inputs(self) -> dict[str, Any]:
        """Return the arguments of a build, but for those of its place and manner."""
        folder = self._folder
        judged = folder.judgements if folder.judgements.exists() else None
        own = folder.own.load()
        project = ProjectInputs(folder.home / "kgraph.toml", folder.judgements, own)
        return {
            "paths": folder.sources,
            "base": folder.base,
            "judgements": judged,
            "project": project if folder.own.files else None,
        }


def _try_build(**arguments: Any) -> tuple[Report | None, str]:
    try:
        return build(**arguments), ""
    except (InputError, DataError) as error:
        return None, str(error)


def shrink_lexicon(one_of: int, cache: Path) -> None:
    """Take a part of the shipped entries, and those that the episodes may name.

    Args:
        cache: folder for what is compiled of it.
    """
    names = (*NAMES, *PEOPLE, *OTHER_NAMES)
    words = {name_key(word) for name in names for word in (name, *name.split())}

    def is_near(entry: LexiconEntry) -> bool:
        return not words.isdisjoint(key for _, key in list_name_keys(entry))

    shipped = read_lexicon_folder()
    entries = [e for number, e in enumerate(shipped) if is_near(e) or number % one_of == 0]
    vars(knowledge)["read_lexicon_folder"] = lambda: entries
    os.environ["KGRAPH_CACHE"] = str(cache)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=int, default=8, help="about so many files")
    parser.add_argument("--kills", type=float, default=0.1, help="share of steps, from 0 to 1")
    parser.add_argument("--own", type=int, default=6, help="weight of edits of own entries")
    parser.add_argument("--judged", type=int, default=4, help="weight of judgements")
    parser.add_argument(
        "--lexicon", type=int, default=1, help="of the shipped entries take one of so many"
    )
    parser.add_argument("--keep", action="store_true", help="keep the folder of a difference")
    arguments = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="kgraph-incremental-"))
    if arguments.lexicon > 1:
        shrink_lexicon(arguments.lexicon, work / "cache")
    random_ = random.Random(arguments.seed)
    folder = EditedFolder(work, random_)
    for _ in range(arguments.files // 2):
        folder.add()
    choices = random.Random(f"{arguments.seed} builds")
    comparison = Comparison(folder, work, choices, arguments.kills)
    step, difference = 0, ""
    for step in range(1, arguments.steps + 1):
        [count] = random_.choices(range(1, len(EDIT_WEIGHTS) + 1), EDIT_WEIGHTS)
        edits = [
            folder.edit(arguments.files, arguments.own, arguments.judged) for _ in range(count)
        ]
        comparison.counts.update(edit.partition(" ")[0] for edit in edits)
        if difference := comparison.build_both():
            words = "; ".join(edits)
            print(f"seed {arguments.seed}, step {step}, {words}: differs: {difference}")
            break
        if step % PROGRESS_STEPS == 0:
            print(f"{step} steps, no difference", file=sys.stderr)
    counts = sorted(comparison.counts.items())
    print(f"{step} steps: " + ", ".join(f"{name} {count}" for name, count in counts))
    if not (difference and arguments.keep):
        shutil.rmtree(work)
    else:
        print(work)
    return bool(difference)


if __name__ == "__main__":
    sys.exit(main())
