"""Damaged files: does each build end in bounds, and does its report tell of enough files?

    python benchmarks/mutants.py [FOLDER] [-n 2000] [--seed 0]

Makes N mutants of the ``.md`` files of a folder, each with one or two kinds of damage
(``damage.py``), and builds them by the command line, some hundred at a time. A batch is wrong when
the build fails, takes more than a second of CPU a file, passes a gigabyte, or counts fewer files
than there are without problems in as many. Ends with status 1 then, and keeps the batch.

It does not look at single entries. ``tests/ingest/test_yaml_fast.py`` holds over random front
matter that the fast parser reads what the exact one reads; that damage costs no other entry is
held by written cases (``tests/ingest/test_damage.py``), not over random damage.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from random import Random

from damage import KINDS, damage
from measuring import KGRAPH, ROOT, Failed, run

BATCH = 200  # files
MAX_CPU_S = 1.0  # of a file, on average
MAX_PEAK_BYTES = 1 << 30


def write_batch(texts: list[str], numbers: range, seed: int, folder: Path) -> None:
    """Write the mutants of some numbers; the same seed gives the same bytes."""
    folder.mkdir()
    for number in numbers:
        rng = Random(f"{seed}/{number}")
        data = damage(rng, rng.choice(texts), KINDS[number % len(KINDS)])
        (folder / f"{number:06}-{KINDS[number % len(KINDS)].__name__}.md").write_bytes(data)


def check_batch(folder: Path) -> str:
    """Build a batch; return what is wrong, or ""."""
    store = folder.with_suffix(".store")
    files = sum(1 for _ in folder.iterdir())
    try:
        cost = run([*KGRAPH, "build", folder, "--store", store, "--json"])
    except Failed as failure:
        return str(failure)
    finally:
        shutil.rmtree(store, ignore_errors=True)
    report = json.loads(cost.output)
    if cost.cpu > MAX_CPU_S * files:
        return f"took {cost.cpu:.0f} s of CPU"
    if cost.peak > MAX_PEAK_BYTES:
        return f"took {cost.peak / 1e6:.0f} MB"
    told = {Path(problem["file"]).name for problem in report["problems"]}
    silent = files - report["files"]
    return f"says nothing of {silent} files" if silent > len(told) else ""


def main() -> int:
    """Read the command line, and build batch after batch."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "data" / "episodes")
    parser.add_argument("-n", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    texts = [path.read_text("utf-8") for path in sorted(arguments.folder.glob("*.md"))]
    home, wrong = Path(tempfile.mkdtemp(prefix="kgraph-mutants-")), 0
    for start in range(0, arguments.n, BATCH):
        numbers = range(start, min(start + BATCH, arguments.n))
        folder = home / f"{start:06}"
        write_batch(texts, numbers, arguments.seed, folder)
        if fault := check_batch(folder):
            wrong += 1
            print(f"{folder}: {fault}")
        else:
            shutil.rmtree(folder)
    print(f"{arguments.n:,} mutants of {len(texts)} files, seed {arguments.seed}: {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
