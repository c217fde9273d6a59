"""Damaged files: is each read in bounds, and the same with yaml-rs and without it?

    python benchmarks/mutants.py [FOLDER] [-n 10000] [--seed 0]

Makes N mutants of the ``.md`` files of a folder, each with one or two kinds of damage
(damage.py), and reads each twice: with yaml-rs and with the exact parser alone. Counts
crashes, readings of over five seconds of CPU, differences between the two, and what is
neither kept nor told: the fields and list entries that PyYAML, tomllib or json sees in a file
that it can read, against what was read and problems. Prints a table by kind and exits with 1
when one of these is not 0, or when the peak of the process passes a gigabyte.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import re
import resource
import sys
import time
import tomllib
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch

import yaml
from damage import KINDS, damage
from measuring import ROOT

from kgraph.base.model import FileResult, InputProblem
from kgraph.base.vocabulary import load_field_table
from kgraph.ingest import limits, read_bytes, yaml_fast
from kgraph.ingest.decode import decode_text
from kgraph.ingest.frontmatter import FrontMatterHandler
from kgraph.ingest.json_pointer import pointer_token
from kgraph.ingest.problems import ProblemCollector, preview_value
from kgraph.ingest.reader import SUMMARY_FIELDS
from kgraph.ingest.rows import stringify_key

FOLDERS = (ROOT.parent / "shared" / "corpus" / "_episodes", ROOT / "data" / "episodes")
MAX_CPU_S = 5.0
MAX_PEAK_MB = 1024
FINDINGS = ("crashes", "slow", "differences", "lost")

_WORD = re.compile(r"\w+")
_OUT = ("left out", "set aside")
_OF_THE_WHOLE = {("", "yaml-broken"), ("", "limit"), ("", "key-shape"), ("/<<", "yaml-broken")}
"""Pointers and codes of problems that may concern any field; merge keys (<<) bring fields."""
_STRAY = ("line left out", "lines left out")
_TEXTS = {name for name, field in load_field_table().episode.items() if field.type == "texts"}
"""Fields of an episode that are lists of texts."""


class Tally(NamedTuple):
    """Counts of findings by kind of damage."""

    mutants: Counter[str]
    problems: Counter[tuple[str, str]]
    slowest: Counter[str]
    entries: Counter[str]


def main() -> int:
    arguments = _arguments()
    faulthandler.enable()
    folder = arguments.folder or next((f for f in FOLDERS if f.is_dir()), FOLDERS[-1])
    texts = [path.read_text("utf-8", "replace") for path in sorted(folder.glob("*.md"))]
    if not texts or yaml_fast._loads is None:
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
    with patch.object(yaml_fast, "_loads", None):
        exact, more = _read(data, name, number, tally)
    if fast is None or exact is None:
        return
    tally.slowest[name] = max(tally.slowest[name], seconds, more)
    if repr(fast) != repr(exact):
        _find("differences", name, number, tally, _first_difference(fast, exact))
    lost = _lost(data, fast, name, tally)
    if lost:
        _find("lost", name, number, tally, lost)


def _read(data: bytes, name: str, number: int, tally: Tally) -> tuple[FileResult | None, int]:
    """Read a file; return the result and the CPU time in milliseconds."""
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
    tally.problems[name, finding] += 1
    print(f"  mutant {number} ({name}): {finding}: {detail}", flush=True)


def _first_difference(first: FileResult, second: FileResult) -> str:
    for name in ("problems", "episode"):
        left, right = repr(getattr(first, name)), repr(getattr(second, name))
        if left != right:
            at = next(
                (n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b),
                min(len(left), len(right)),
            )
            start = max(at - 60, 0)
            return f"{name}: {left[start : at + 60]!r} | {right[start : at + 60]!r}"
    return ""


# -- accounting ----------------------------------------------------------------


def _lost(data: bytes, reading: FileResult, name: str, tally: Tally) -> str:
    """Describe what was lost without a report; "" if nothing was."""
    if reading.episode is None:
        return "" if reading.problems else "all of the file"
    if any(problem.code == "more" for problem in reading.problems):
        return ""
    lost = []
    for field, value in _fields_in(data):
        # PyYAML drops byte order marks in names; here they stay, and the field is kept as JSON.
        if any(extra.strip("\ufeff") == field for extra in reading.episode.extra):
            continue
        stated = _count_stated(field, value)
        tally.entries[name] += stated
        missing = stated - _count_kept(field, value, reading) - _count_told(field, reading.problems)
        if missing > 0 and not _is_in_stray_lines(field, data, reading.problems):
            lost.append(f"{preview_value(field)}: {missing} of {stated}")
    return ", ".join(lost)


def _count_stated(field: str, value: object) -> int:
    """Entries of a list, in rows with those that are empty; 1 for what is no list."""
    if isinstance(value, list) and field in load_field_table().rows:
        return len(value)
    if isinstance(value, list) and field in _TEXTS:
        return sum(map(_is_stated, value))
    if isinstance(value, str) and _is_name_list(field):
        return len(_words(value))
    return int(_is_stated(value))


def _count_kept(field: str, value: object, reading: FileResult) -> int:
    """Count the kept entries; for a text that lists names, its words."""
    episode = reading.episode
    assert episode is not None
    if field in load_field_table().rows:
        rows = episode.rows.get(field, ())
        if isinstance(value, str) and _is_name_list(field):
            return (_words(value) & _words(" ".join(row.text("name") for row in rows))).total()
        return len(rows)
    field_spec = load_field_table().episode.get(field)
    if field_spec is None:
        return int(stringify_key(field) in episode.extra)
    value = episode.values.get(field_spec.fills or field)
    return len(value) if isinstance(value, list) else int(value is not None)


def _is_stated(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _is_name_list(field: str) -> bool:
    """Whether one text in the place of its list may list several names."""
    kind = load_field_table().rows.get(field)
    return kind is not None and kind.scalar == "name"


def _words(text: str) -> Counter[str]:
    """The words of a text of names, without the one that stands between the last two."""
    return Counter(word for word in _WORD.findall(text) if word.lower() != "and")


def _count_told(field: str, problems: tuple[InputProblem, ...]) -> int:
    """Entries of a field that problems say are not kept."""
    count = 0
    pointer = pointer_token(stringify_key(field))[: limits.MAX_POINTER_CHARS]
    for problem in problems:
        entry = problem.field.removeprefix(f"{pointer}/")
        if problem.field.rstrip("…") == pointer:
            if problem.code == "row-empty":
                count += int(problem.value)
            elif problem.code == "mojibake" or "left out" in problem.action or _is_out(problem):
                return sys.maxsize  # the field or the rest of it, however much
        elif (problem.field, problem.code) in _OF_THE_WHOLE:
            return sys.maxsize
        elif entry.isdigit() and entry != problem.field and _is_out(problem):
            count += 1
    return count


def _is_in_stray_lines(field: str, data: bytes, problems: tuple[InputProblem, ...]) -> bool:
    """Whether a field stands in lines that were told to be left out, below another one."""
    strays = [problem for problem in problems if problem.action.endswith(_STRAY)]
    lines = (decode_text(data, ProblemCollector("mutant.md")) or "").split("\n") if strays else []
    for problem in strays:
        stop = problem.line if problem.action.startswith("line") else None
        if any(field in line for line in lines[problem.line - 1 : stop]):
            return True
    return False


def _is_out(problem: InputProblem) -> bool:
    return problem.action.endswith(_OUT)


def _fields_in(data: bytes) -> Iterator[tuple[str, object]]:
    """The fields of a file as another parser sees them, the parts of a summary among them."""
    fields = _parse(data)
    if not isinstance(fields, dict):
        return
    summary = fields.get("summary")
    if isinstance(summary, list) and summary and isinstance(summary[0], dict):
        summary = summary[0]
    summary_fields = summary if isinstance(summary, dict) else {}
    for name, value in fields.items():
        if isinstance(name, str) and not (name == "summary" and (summary_fields or value == [])):
            yield name, value
    for name, value in summary_fields.items():
        if SUMMARY_FIELDS.get(str(name), "") not in fields:
            yield SUMMARY_FIELDS.get(str(name), f"summary/{name}"), value


def _parse(data: bytes) -> Any:
    """Parse front matter with PyYAML, tomllib or json; None if it is invalid."""
    report = ProblemCollector("mutant.md")
    text = decode_text(data, report) or ""
    try:
        front = FrontMatterHandler(report).split(text)[0]
        sign = text.lstrip()[:3]
        if sign == "+++":
            return tomllib.loads(front)
        if sign == ";;;" or front.lstrip()[:1] == "{":
            with suppress(ValueError):
                return json.loads(f"{{{front}}}" if front.lstrip()[:1] == '"' else front)
        return yaml.load(front, Loader=yaml.CSafeLoader)
    except (ValueError, yaml.YAMLError, RecursionError, OverflowError, TypeError, KeyError):
        return None


def _print(tally: Tally) -> int:
    print("\n| damage | mutants | " + " | ".join(FINDINGS) + " | slowest | entries compared |")
    print("|---|" + "---|" * (len(FINDINGS) + 3))
    for name in (*sorted(tally.mutants), ""):
        counts = [
            sum(
                count
                for (n, f), count in tally.problems.items()
                if f == finding and name in (n, "")
            )
            for finding in FINDINGS
        ]
        mutants = tally.mutants[name] if name else tally.mutants.total()
        slowest = tally.slowest[name] if name else max(tally.slowest.values(), default=0)
        entries = tally.entries[name] if name else tally.entries.total()
        cells = [f"{n:,}" for n in (mutants, *counts)]
        print(f"| {name or 'all'} | {' | '.join(cells)} | {slowest:,} ms | {entries:,} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\npeak memory: {peak:,} MB")
    return int(bool(tally.problems) or peak > MAX_PEAK_MB)


if __name__ == "__main__":
    sys.exit(main())
