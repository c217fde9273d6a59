"""Cost of a build after one change, as a whole command, beside that of a full build.

    python benchmarks/updating.py FOLDER [--runs 3] [--copies 1 4 16] [--changes nothing summary]

Copies the folder, builds it, and then changes one thing before each further build: nothing; the
summary of a file; its title; the first name of its rows; its first quote; a file has another name,
is gone, or is new; a judgement rejects a name that few episodes have; the project's own lexicon has
an entry more, of a name that few episodes have, and an alias more. After each the change is taken
back and built, which is not measured. Prints the least seconds of the runs by the clock and of CPU,
both as shares of the first full build, and the episodes that were redone; on a busy machine only
the CPU and its shares count.

With ``--copies``, all is done for corpora of so many copies of the folder
(``replicate_corpus.py``), and the CPU of each change beside that of the first corpus: how
much more does a change cost, because the corpus is larger? ``--changes`` chooses some of them.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec
from measuring import KGRAPH, Cost, run
from replicate_corpus import grow

from kgraph.store import Store

OWN_LEXICON = "type: company\nentries:\n  Quorvex Dynamics: {}\n"
FIRST_QUOTE = r"^(quotes:\n(?:[- ] .*\n)*?[- ] text: [\"']?)"
MAX_JUDGED_EPISODES = 5  #: that mention the name of the judgement


class Project:
    """A copy of a folder with a store.

    Args:
        folder: of episodes; it stays as it is.
        home: folder for the copy.
        copies: how many times it has each episode.
    """

    def __init__(self, folder: Path, home: Path, copies: int) -> None:
        self.episodes, self.store = home / "episodes", home / ".kgraph"
        self.judgements, self.lexicon = home / "judgements.yaml", home / "lexicon" / "own.yaml"
        self.settings = home / "kgraph.toml"
        self.settings.write_text('sources = ["episodes"]\njudgements = "judgements.yaml"\n')
        self.judgements.touch()
        self.lexicon.parent.mkdir()
        self.lexicon.write_text(OWN_LEXICON)
        if copies == 1:
            shutil.copytree(folder, self.episodes)
        else:
            grow(folder, self.episodes, copies)
        self.files = sorted(self.episodes.rglob("*.md"))
        self.file = self.files[len(self.files) // 2]

    def build(self, *options: str) -> Cost:
        return run([*KGRAPH, "build", "--project", self.settings, "--json", *options])

    def choose_name(self, type_: str = "") -> str:
        """Return the label of an entity, perhaps of a type, that few episodes mention."""
        entities = Store(self.store).shared.entities.values()
        few = [e for e in entities if 1 < e.episodes <= MAX_JUDGED_EPISODES]
        few = [entity for entity in few if entity.type == type_] if type_ else few
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
def _teach(project: Project, text: str) -> Iterator[None]:
    project.lexicon.write_text(text, "utf-8")
    yield
    project.lexicon.write_text(OWN_LEXICON, "utf-8")


@contextmanager
def _judge(project: Project) -> Iterator[None]:
    line = {"verb": "reject", "names": [project.choose_name()]}
    project.judgements.write_bytes(b"- " + msgspec.json.encode(line) + b"\n")
    yield
    project.judgements.write_text("")


@contextmanager
def _change_nothing() -> Iterator[None]:
    yield


def _list_edits(project: Project) -> dict[str, Callable[[], AbstractContextManager[None]]]:
    """Return the changes by name, each a context in which it is made."""
    file = project.file
    return {
        "nothing": _change_nothing,
        "summary": lambda: _replace_text(file, "^summary: ", "summary: Also "),
        "title": lambda: _replace_text(file, "^title: ", "title: Also "),
        "name": lambda: _replace_text(file, "^(- |  )name: ", r"\1name: Quorvex "),
        "quote": lambda: _replace_text(file, FIRST_QUOTE, r"\1Decentralised widgets outlast us, "),
        "renamed": lambda: _rename(file),
        "gone": lambda: _remove(file),
        "added": lambda: _add(file),
        "judgement": lambda: _judge(project),
        "entry": lambda: _teach(
            project, f"{OWN_LEXICON}  {json.dumps(project.choose_name('company'))}: {{}}\n"
        ),
        "alias": lambda: _teach(project, OWN_LEXICON.replace("{}", "{aliases: [Quorvex]}")),
    }


def measure_change(
    project: Project, edit: Callable[[], AbstractContextManager[None]], runs: int
) -> tuple[Cost, set[str]]:
    """Return the least costs of a build after a change, and how many episodes were redone."""
    costs, redone = [], set()
    for _ in range(runs):
        with edit():
            costs.append(project.build())
            report = msgspec.json.decode(costs[-1].output)
            redone.add("all" if report["redone"] is None else str(len(report["redone"])))
        project.build()
    wall, cpu = min(cost.wall for cost in costs), min(cost.cpu for cost in costs)
    return costs[0]._replace(wall=wall, cpu=cpu), redone


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--copies", type=int, nargs="+", default=[1], help="sizes of the corpus")
    parser.add_argument("--changes", nargs="+", default=[], help="some of them; default: all")
    arguments = parser.parse_args()
    full: Cost | None = None
    first: dict[str, Cost] = {}
    for copies in arguments.copies:
        with tempfile.TemporaryDirectory(prefix="kgraph-updating-") as home:
            project = Project(arguments.folder, Path(home), copies)
            cost = project.build()  # the caches of the program are filled by the first
            full = full or project.build("--full")
            cost = cost if first else full
            size = f"{len(project.files):,} files"
            print(f"{size}: full build: {cost.wall:.1f} s, {cost.cpu:.1f} s of CPU", flush=True)
            for name, edit in _list_edits(project).items():
                if arguments.changes and name not in arguments.changes:
                    continue
                cost, redone = measure_change(project, edit, arguments.runs)
                more = cost.cpu / first.setdefault(name, cost).cpu
                print(
                    f"{size}: {name}: {cost.wall:.2f} s (1/{full.wall / cost.wall:.0f}), "
                    f"{cost.cpu:.2f} s of CPU (1/{full.cpu / cost.cpu:.0f}; {more:.2f} times "
                    f"that of the first corpus), redone {', '.join(sorted(redone))}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
