"""Cost of a build after one change, as a whole command, beside that of a full build.

    python benchmarks/updating.py FOLDER [--runs 3]

Copies the folder, builds it, and then changes one thing before each further build: nothing; the
summary of a file; the title of a file; a file has another name, is gone, or is new; a judgement
rejects a name that few episodes have; the project's own lexicon has a name more. After each the
change is taken back and built, which is not measured. Prints the least seconds of the runs by the
clock and of CPU, the share of a full build's CPU, and the episodes that were redone; on a busy
machine only the CPU and the shares count.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from measuring import KGRAPH, Cost, run

from kgraph.store import Store

MAX_JUDGED_EPISODES = 5  #: that mention the name of the judgement


class Project:
    """A copy of a folder with a store.

    Args:
        folder: of episodes; it stays as it is.
        home: folder for the copy.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self.episodes, self.store = home / "episodes", home / ".kgraph"
        self.judgements, self.lexicon = home / "judgements.yaml", home / "lexicon" / "own.yaml"
        self.settings = home / "kgraph.toml"
        self.settings.write_text('sources = ["episodes"]\njudgements = "judgements.yaml"\n')
        self.judgements.touch()
        self.lexicon.parent.mkdir()
        shutil.copytree(folder, self.episodes)
        self._files = sorted(self.episodes.rglob("*.md"))
        self.file = self._files[len(self._files) // 2]

    def build(self, *options: str) -> Cost:
        return run([*KGRAPH, "build", "--project", self.settings, "--json", *options])

    def choose_name(self) -> str:
        """Return the label of an entity that few episodes mention."""
        entities = Store(self.store).shared.entities.values()
        few = [e for e in entities if 1 < e.episodes <= MAX_JUDGED_EPISODES]
        return max(few, key=lambda e: (e.episodes, e.id)).label


@contextmanager
def _replace_text(path: Path, pattern: str, replacement: str) -> Iterator[None]:
    text = path.read_text("utf-8")
    path.write_text(re.sub(pattern, replacement, text, count=1, flags=re.M), "utf-8")
    yield
    path.write_text(text, "utf-8")


@contextmanager
def _remove(path: Path) -> Iterator[None]:
    data = path.read_bytes()
    path.unlink()
    yield
    path.write_bytes(data)


@contextmanager
def _rename(path: Path) -> Iterator[None]:
    other = path.with_name(f"another-{path.name}")
    path.rename(other)
    yield
    other.rename(path)


@contextmanager
def _add(path: Path) -> Iterator[None]:
    other = path.with_name(f"another-{path.name}")
    text = re.sub("^(title): .*", r"\1: Another", path.read_text("utf-8"), count=1, flags=re.M)
    other.write_text(re.sub("^original_url: .*", "", text, count=1, flags=re.M), "utf-8")
    yield
    other.unlink()


@contextmanager
def _teach(file: Path) -> Iterator[None]:
    file.write_text("type: company\nentries:\n  Quorvex Dynamics: {}\n")
    yield
    file.unlink()


@contextmanager
def _judge(project: Project) -> Iterator[None]:
    line = {"verb": "reject", "names": [project.choose_name()]}
    project.judgements.write_bytes(b"- " + msgspec.json.encode(line) + b"\n")
    yield
    project.judgements.write_text("")


@contextmanager
def _change_nothing() -> Iterator[None]:
    yield


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kgraph-updating-") as home:
        project = Project(arguments.folder, Path(home))
        project.build()
        full = project.build("--full")
        print(f"full build: {full.wall:.1f} s, {full.cpu:.1f} s of CPU")
        edits: dict[str, Callable[[], object]] = {
            "nothing": _change_nothing,
            "summary": lambda: _replace_text(project.file, "^summary: ", "summary: Also "),
            "title": lambda: _replace_text(project.file, "^title: ", "title: Also "),
            "file renamed": lambda: _rename(project.file),
            "file gone": lambda: _remove(project.file),
            "file added": lambda: _add(project.file),
            "judgement": lambda: _judge(project),
            "lexicon": lambda: _teach(project.lexicon),
        }
        for name, edit in edits.items():
            costs, redone = [], Counter[str]()
            for _ in range(arguments.runs):
                with edit():  # type: ignore[attr-defined]
                    costs.append(project.build())
                    report = msgspec.json.decode(costs[-1].output)
                    redone["all" if report["redone"] is None else str(len(report["redone"]))] += 1
                project.build()
            wall, cpu = min(c.wall for c in costs), min(c.cpu for c in costs)
            share = full.cpu / cpu
            print(f"{name}: {wall:.2f} s, {cpu:.2f} s of CPU (1/{share:.0f}), redone {[*redone]}")


if __name__ == "__main__":
    main()
