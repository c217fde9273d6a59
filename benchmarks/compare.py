"""kgraph and the plain script side by side: building, opening, asking.

    python benchmarks/compare.py FOLDER [--runs N] [--json]

Both build in turn, each in a fresh process, from the files to a graph that can be queried
plus a Turtle file: ``plain_script.py`` to an rdflib graph in memory, ``kgraph build`` to a
store on disk. Then a fresh process opens what each left (the Turtle file; the store) and
asks twelve questions (``usual_queries.py``). Wall time, CPU time and the peak memory of the
whole tree of processes are measured as ``measuring.py`` says; of several runs the median is
printed. The graphs differ in what resolution decides, so both counts of statements are
printed; a ratio is plain over kgraph, for the run as it stands.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from measuring import KGRAPH, Cost, megabytes, run, table

FOLDER = Path(__file__).parent
STAGES = (
    ("read the files", ("parse",), ("read",)),
    (
        "resolve, write Turtle, make it queryable",
        ("graph.add", "serialize"),
        ("conclude", "resolve, write and load", "publish"),
    ),
)
"""What is done, and the stages of each that do it."""


class Runs(NamedTuple):
    """Costs of the builds of one side, and the report of the last one."""

    costs: list[Cost]
    reports: list[dict[str, Any]]

    def median(self, figure: Callable[[Cost], float]) -> float:
        """The median of a figure over the runs."""
        return statistics.median(map(figure, self.costs))

    def stage(self, names: Sequence[str]) -> float:
        """The median seconds of some stages together."""
        seconds: list[dict[str, float]] = [report["seconds"] for report in self.reports]
        return statistics.median(sum(one.get(name, 0.0) for name in names) for one in seconds)

    @property
    def triples(self) -> int:
        """Statements in the graph."""
        return int(self.reports[-1]["triples"])


class Line(NamedTuple):
    """One line of the comparison."""

    label: str
    plain: float
    kgraph: float
    unit: str
    note: str = ""

    @property
    def ratio(self) -> float:
        """Plain over kgraph."""
        return self.plain / self.kgraph if self.kgraph else 0.0


def build_both(folder: Path, runs: int, home: Path) -> tuple[Runs, Runs]:
    """Build in turn: plain, kgraph, plain, kgraph, ..."""
    plain, ours = Runs([], []), Runs([], [])
    commands: tuple[tuple[Runs, list[str | Path]], ...] = (
        (
            plain,
            [sys.executable, FOLDER / "plain_script.py", folder, "--turtle", home / "plain.ttl"],
        ),
        (
            ours,
            [
                *(*KGRAPH, "build", folder, "--store", home / "store"),
                *("--turtle", home / "kgraph.ttl", "--json"),
            ],
        ),
    )
    for _ in range(runs):
        for side, command in commands:
            cost = run(command)
            side.costs.append(cost)
            side.reports.append(json.loads(cost.output))
    return plain, ours


def of_builds(plain: Runs, ours: Runs) -> list[Line]:
    """The builds, whole and by stage."""

    def both(label: str, unit: str, figure: Callable[[Runs], float]) -> Line:
        return Line(label, figure(plain), figure(ours), unit)

    return [
        both("statements", "", lambda side: side.triples),
        both("build, wall time", "s", lambda side: side.median(lambda cost: cost.wall)),
        both("build, CPU time", "s", lambda side: side.median(lambda cost: cost.cpu)),
        both(
            "statements a second",
            "/s",
            lambda side: side.triples / side.median(lambda cost: cost.wall),
        ),
        both("build, peak memory", "B", lambda side: side.median(lambda cost: cost.peak)),
        *(Line(f"  {what}", plain.stage(a), ours.stage(b), "s") for what, a, b in STAGES),
    ]


def ask_both(home: Path, runs: int) -> list[Line]:
    """Opening and asking, each in a fresh process."""
    script = FOLDER / "usual_queries.py"
    costs = [
        run([sys.executable, script, name, home / file_name, "--runs", str(runs)])
        for name, file_name in (("plain", "plain.ttl"), ("kgraph", "store"))
    ]
    plain, ours = (json.loads(cost.output) for cost in costs)
    lines = [
        Line("load, or open", plain["load"], ours["load"], "s"),
        Line("to the first answer", plain["first answer"], ours["first answer"], "s"),
        Line("asking, peak memory", costs[0].peak, costs[1].peak, "B"),
    ]
    for name, a in plain["questions"].items():
        b = ours["questions"][name]
        lines.append(Line(f"  {name}", a["seconds"], b["seconds"], "s", _kinds(a, b)))
    return lines


def _kinds(a: dict[str, Any], b: dict[str, Any]) -> str:
    """Whether both answers are of one kind, and neither is empty."""
    alike = a["kind"] == b["kind"] and a["size"] and b["size"]
    sizes = f"{a['size']} / {b['size']} {b['kind']}"
    return sizes if alike else f"NOT ALIKE: {a['kind']} {sizes}"


def shown(line: Line) -> tuple[str, ...]:
    """A line as cells of a table."""
    figures = (_figure(line.plain, line.unit), _figure(line.kgraph, line.unit))
    return (line.label, *figures, f"{line.ratio:.2f}", line.note)


def _figure(value: float, unit: str) -> str:
    if unit == "B":
        return megabytes(value)
    if unit == "s":
        return f"{value:.1f} s" if value >= 10 else f"{value * 1000:,.1f} ms"
    return f"{value:,.0f}{unit}"


def main() -> None:
    """Read the command line, and compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kgraph-compare-") as home:
        builds = build_both(arguments.folder, arguments.runs, Path(home))
        lines = [*of_builds(*builds), *ask_both(Path(home), arguments.runs)]
    if arguments.json:
        json.dump([{**line._asdict(), "ratio": line.ratio} for line in lines], sys.stdout)
    else:
        print(table(("", "plain", "kgraph", "ratio", "answers"), map(shown, lines)))
    sys.exit(any(line.note.startswith("NOT") for line in lines))


if __name__ == "__main__":
    main()
