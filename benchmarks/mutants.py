"""Damaged files: is each read in bounds, and the same with yaml-rs and without it?

    python benchmarks/mutants.py [FOLDER] [-n 10000] [--seed 0]

Makes N mutants of the ``.md`` files of a folder, each with one or two kinds of damage
(damage.py), and reads each twice: with yaml-rs and with the exact parser alone. Counts
crashes, readings of over five seconds of CPU, differences between the two, and list entries
that are neither kept nor told: those that PyYAML sees in a file that it can read, against
rows and problems. Prints a table by kind and exits with 1 when anything but memory is not 0,
or when the peak of the process passes a gigabyte.
"""

from __future__ import annotations

import argparse
import faulthandler
import re
import resource
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml
from damage import KINDS, damage

sys.path.insert(0, str(Path(__file__).parent.parent))

from kgraph.model import Problem, Reading
from kgraph.ontology import fields
from kgraph.reading import parsing, read_bytes
from kgraph.reading.decoding import decode
from kgraph.reading.fence import Handler
from kgraph.reading.problems import Report

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT.parent / "shared" / "corpus" / "_episodes", ROOT / "data" / "episodes")
MAX_CPU_S = 5.0
MAX_PEAK_MB = 1024
FINDINGS = ("crashes", "slow", "differences", "lost")

_ENTRY = re.compile(r"/([^/]+)/\d+")
_OUT = ("left out", "set aside")


class Tally(NamedTuple):
    """What was found: counts by kind of damage, and by finding."""

    mutants: Counter[str]
    found: Counter[tuple[str, str]]
    slowest: Counter[str]
    entries: Counter[str]


def main() -> int:
    arguments = _arguments()
    faulthandler.enable()
    folder = arguments.folder or next((f for f in FOLDERS if f.is_dir()), FOLDERS[-1])
    texts = [path.read_text("utf-8", "replace") for path in sorted(folder.glob("*.md"))]
    if not texts or not parsing.has_fast():
        print("no .md file in the folder" if not texts else "yaml-rs is not installed")
        return 2
    print(f"{arguments.n:,} mutants of {len(texts):,} files, seed {arguments.seed}", flush=True)
    tally = Tally(Counter(), Counter(), Counter(), Counter())
    for number in range(arguments.n):
        _try(Random(f"{arguments.seed}/{number}"), texts, number, tally)
    return _print(tally)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("-n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _try(rng: Random, texts: list[str], number: int, tally: Tally) -> None:
    kind = KINDS[number % len(KINDS)]
    name = kind.__name__
    data = damage(rng, rng.choice(texts), kind)
    tally.mutants[name] += 1
    fast, seconds = _read(data, name, number, tally)
    with parsing.exact_only():
        exact, more = _read(data, name, number, tally)
    if fast is None or exact is None:
        return
    tally.slowest[name] = max(tally.slowest[name], seconds, more)
    if repr(fast) != repr(exact):
        _find("differences", name, number, tally, _first_difference(fast, exact))
    lost = _lost_entries(data, fast, name, tally)
    if lost:
        _find("lost", name, number, tally, lost)


def _read(data: bytes, name: str, number: int, tally: Tally) -> tuple[Reading | None, int]:
    """What is read, and the milliseconds of CPU that it took."""
    start = time.process_time()
    try:
        reading = read_bytes("mutant.md", data)
    except Exception:
        _find("crashes", name, number, tally, traceback.format_exc().strip().splitlines()[-1])
        return None, 0
    seconds = time.process_time() - start
    if seconds > MAX_CPU_S:
        _find("slow", name, number, tally, f"{seconds:.1f} s")
    return reading, round(seconds * 1000)


def _find(finding: str, name: str, number: int, tally: Tally, detail: str) -> None:
    tally.found[name, finding] += 1
    print(f"  mutant {number} ({name}): {finding}: {detail}", flush=True)


def _first_difference(one: Reading, other: Reading) -> str:
    for name in ("problems", "episode"):
        left, right = repr(getattr(one, name)), repr(getattr(other, name))
        if left != right:
            at = next(
                (n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b),
                min(len(left), len(right)),
            )
            start = max(at - 60, 0)
            return f"{name}: {left[start : at + 60]!r} | {right[start : at + 60]!r}"
    return ""


# -- accounting ----------------------------------------------------------------


def _lost_entries(data: bytes, reading: Reading, name: str, tally: Tally) -> str:
    """The lists of which entries are neither kept nor told; "" when there is none."""
    found = _yaml(data)
    if reading.episode is None:
        return "" if reading.problems else "all of the file"
    if any(problem.code == "more" for problem in reading.problems):
        return ""
    # PyYAML drops byte order marks in names; here they stay, and the field is kept as JSON.
    renamed = {field.strip("\ufeff") for field in reading.episode.extra}
    lost = []
    for field, kept in _kept(reading).items():
        entries = found.get(field) if isinstance(found, dict) else None
        if isinstance(entries, list) and field not in renamed:
            tally.entries[name] += len(entries)
            stated = sum(1 for entry in entries if entry is not None and _is_stated(entry))
            expected = len(entries) if field in fields().rows else stated
            missing = expected - kept - _told(field, reading.problems)
            if missing > 0:
                lost.append(f"{field}: {missing} of {len(entries)}")
    return ", ".join(lost)


def _is_stated(entry: object) -> bool:
    return not isinstance(entry, str) or bool(entry.strip())


def _kept(reading: Reading) -> dict[str, int]:
    """Field of a list -> the number of its entries that were kept."""
    episode = reading.episode
    assert episode is not None
    kept = {name: len(episode.rows.get(name, ())) for name in fields().rows}
    for name, field in fields().episode.items():
        if field.type == "texts":
            value = episode.values.get(name)
            kept[name] = len(value) if isinstance(value, list) else 0
    return kept


def _told(field: str, problems: tuple[Problem, ...]) -> int:
    """Entries of a list that problems say are not kept."""
    told = 0
    for problem in problems:
        entry = _ENTRY.fullmatch(problem.field)
        if problem.field == f"/{field}":
            if problem.code == "row-empty":
                told += int(problem.value)
            elif problem.action.endswith(_OUT) or "left out" in problem.action:
                return sys.maxsize  # the list or the rest of it, however many
        elif problem.field == "" and problem.code in ("yaml-broken", "limit", "key-shape"):
            return sys.maxsize
        elif entry and entry[1] == field and problem.action.endswith(_OUT):
            told += 1
    return told


def _yaml(data: bytes) -> Any:
    """What PyYAML makes of the front matter; None where it refuses it."""
    report = Report("mutant.md")
    text = decode(data, report)
    try:
        front = Handler(report).split(text or "")[0]
        return yaml.load(front, Loader=yaml.CSafeLoader)
    except (ValueError, yaml.YAMLError, RecursionError, OverflowError, TypeError, KeyError):
        return None


def _print(tally: Tally) -> int:
    print("\n| damage | mutants | " + " | ".join(FINDINGS) + " | slowest | entries compared |")
    print("|---|" + "---|" * (len(FINDINGS) + 3))
    for name in (*sorted(tally.mutants), ""):
        counts = [
            sum(count for (n, f), count in tally.found.items() if f == finding and name in (n, ""))
            for finding in FINDINGS
        ]
        mutants = tally.mutants[name] if name else tally.mutants.total()
        slowest = tally.slowest[name] if name else max(tally.slowest.values(), default=0)
        entries = tally.entries[name] if name else tally.entries.total()
        cells = [f"{n:,}" for n in (mutants, *counts)]
        print(f"| {name or 'all'} | {' | '.join(cells)} | {slowest:,} ms | {entries:,} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\npeak memory: {peak:,} MB")
    return int(bool(tally.found) or peak > MAX_PEAK_MB)


if __name__ == "__main__":
    sys.exit(main())
