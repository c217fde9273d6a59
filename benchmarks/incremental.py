"""Incremental builds: is the graph after any edit the one that a full build makes?

    python benchmarks/incremental.py [--steps 1000] [--seed 0] [--files 8] [--keep]

Writes a folder of small episodes that share names, shows, feeds, quotes and adverts, and edits it
at random: files are added, changed, renamed, swapped, touched, broken, repaired and removed,
judgements written and taken back, and now and then the base of the IRIs changes. After each step
an incremental build is compared with a full one of the same folder into another store: records,
statements, report and shared data must be equal, and so must what searches find, in order and with
scores.

Prints the number of steps, of episodes redone and of full builds among the incremental ones; ends
with status 1 at the first difference, with the seed and the step that give it again.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kgraph.base.errors import DataError, InputError
from kgraph.base.vocabulary import BASE_IRI
from kgraph.pipeline import Report, build, update
from kgraph.search import Index, search
from kgraph.store import Store

NAMES = (
    *("NVIDIA", "Nvidia", "OpenAI", "Google", "Google Pay", "Google Cloud", "Gemini", "Circle"),
    *("Sui", "Sweet", "Solana", "Solana Labs", "Polymarket", "Kalshi", "And I", "Monday", "Apple"),
    *("Ann Example", "Example", "Widget Works", "Widgets", "Perplexity", "Notion", "London"),
    *(
        "Visa and Mastercard",
        "CEO Sam Altman",
        "Altman",
        "Enveedia",
        "Open Eye",
        "The Daily Widget",
    ),
)
CATEGORIES = ("AI", "chip maker", "Layer 1 blockchain", "exchange", "person", "podcast", "tech")
SHOWS = ("Unknown Source", "The Daily Widget", "Bankless", "The Daily Widgets", "Acme Talks")
FEEDS = ("feeds.example.org/widget", "traffic.example.com/acme", "cdn.example.net/talks")
SENTENCES = (
    "Stablecoins are dollars that settle in seconds, and nobody has to open a bank for them.",
    "This episode is brought to you by Widget Works, the widgets that everybody recommends today.",
    "This episode is brought to you by Widget Works, the widgets that everybody recommends.",
    "Go to widgetworks dot com slash daily, and get twenty percent off your first subscription.",
    "NVIDIA sells the shovels, and everybody who digs for artificial intelligence buys them.",
    "And then Polymarket understood that prediction markets are a newspaper with a price on it.",
    "Welcome to The Daily Widget, the show about the people who build remarkable machines.",
    "I think Google wins because distribution beats invention in nearly every decade so far.",
    "The semiconductor supply chain is concentrated in a handful of extraordinary factories.",
)
TOPICS = ("Stablecoins", "AI chips", "prediction markets", "Regulation", "advertising")
JUDGEMENTS = (
    "- {verb: reject, names: [Monday]}",
    "- {verb: same, names: [NVIDIA, Enveedia]}",
    "- {verb: rename, names: [Widgets, Widget Works]}",
    "- {verb: type, names: [Sweet], type: crypto}",
    "- {verb: different, names: [Example, Ann Example]}",
    "- {verb: accept, names: [And I]}",
    "- {verb: reject, names: [product/perplexity]}",
    "- {verb: accept, names: [place/london], why: it is the city}",
)
QUESTIONS = ("google", "widget works", "stablecoins bank", "nvidia", "prediction", "ann example")

OTHER_BASE = "https://example.org/notes/"


class Folder:
    """A folder of episodes that is edited at random.

    Args:
        path: made by the caller.
        random_: source of every choice.
    """

    def __init__(self, path: Path, random_: random.Random) -> None:
        self.path = path
        self.judgements = path.parent / "judgements.yaml"
        self.base = BASE_IRI
        self._random = random_
        self._lines: list[str] = []
        self._number = 0

    def files(self) -> list[Path]:
        return sorted(self.path.glob("*.md"))

    def edit(self, wanted_files: int) -> str:
        """Make one edit, and return what it is."""
        edits: list[tuple[int, Callable[[], str]]] = [
            (3, self._change),
            (2, self._judge),
            (1, self._touch),
            (1, self._break),
            (1, self._change_base),
        ]
        if len(self.files()) > 1:
            edits += [(1, self._swap), (1, self._rename)]
        too_many = len(self.files()) >= wanted_files
        edits += [(3, self._remove if too_many else self.add)]
        weights = [weight for weight, _ in edits]
        return self._random.choices([edit for _, edit in edits], weights)[0]()

    def add(self) -> str:
        self._number += 1
        path = self.path / f"{self._random.randrange(100):02}-{self._number}.md"
        path.write_text(self._episode(), "utf-8")
        return f"add {path.name}"

    def _pick(self) -> Path:
        return self._random.choice(self.files())

    def _change(self) -> str:
        path = self._pick()
        lines, new = path.read_text("utf-8").splitlines(), self._episode().splitlines()
        if len(lines) == len(new) and self._random.random() < 0.7:  # one field, else all
            number = self._random.randrange(1, len(lines) - 1)
            new = [*lines[:number], new[number], *lines[number + 1 :]]
        path.write_text("\n".join(new) + "\n", "utf-8")
        return f"change {path.name}"

    def _touch(self) -> str:
        path = self._pick()
        path.write_bytes(path.read_bytes())
        return f"touch {path.name}"

    def _break(self) -> str:
        path = self._pick()
        path.write_text(self._random.choice(("", "no front matter", "---\ntitle: [\n---\n")))
        return f"break {path.name}"

    def _rename(self) -> str:
        path = self._pick()
        self._number += 1
        new = path.with_name(f"{self._random.randrange(100):02}-{self._number}.md")
        path.rename(new)
        return f"rename {path.name} {new.name}"

    def _swap(self) -> str:
        first, second = self._random.sample(self.files(), 2)
        content = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(content)
        return f"swap {first.name} {second.name}"

    def _remove(self) -> str:
        path = self._pick()
        path.unlink()
        return f"remove {path.name}"

    def _judge(self) -> str:
        line = self._random.choice(JUDGEMENTS)
        is_there = line in self._lines
        self._lines = [one for one in self._lines if one != line] + ([] if is_there else [line])
        self.judgements.write_text("\n".join(self._lines) + "\n", "utf-8")
        return f"{'take back' if is_there else 'judge'} {line}"

    def _change_base(self) -> str:
        if self._random.random() < 0.8:  # every change of the base costs a full build
            return self._touch()
        self.base = OTHER_BASE if self.base == BASE_IRI else BASE_IRI
        return f"base {self.base}"

    def _episode(self) -> str:
        """Return the text of an episode."""
        choose, sample = self._random.choice, self._random.sample
        companies: list[dict[str, object]] = []
        for name in sample(NAMES, self._random.randrange(1, 7)):
            if self._random.random() < 0.5:
                context = choose(("sponsor of the podcast", f"Company {name} builds things"))
                category = choose(CATEGORIES)
                row: dict[str, object] = {
                    "category": category,
                    "context": context,
                    "source": "llm_enhanced",
                }
            else:
                context = f"{choose(SENTENCES)} and {name} {choose(SENTENCES)}"
                row = {"context": context, "position": self._random.randrange(9000)}
            companies.append({"name": name, "confidence": "high", **row})
        quotes = [
            {"text": text, "topic": choose(TOPICS), "relevance_score": 7, "source": "llm_enhanced"}
            for text in sample(SENTENCES, self._random.randrange(1, 5))
        ]
        # JSON is YAML.
        return (
            "---\n"
            f"title: {json.dumps(' '.join(sample(NAMES, 3)))}\n"
            f"date: 2025-0{choose('6789')}-1{choose('0123')} 10:00:00 +0000\n"
            f"source: {json.dumps(choose(SHOWS))}\n"
            f"original_url: https://{choose(FEEDS)}/{self._random.randrange(30)}.mp3\n"
            f"summary: {json.dumps(f'In this episode of {choose(SHOWS)}: {choose(SENTENCES)}')}\n"
            f"tags: {json.dumps(sample(TOPICS, 2))}\n"
            f"companies: {json.dumps(companies)}\n"
            f"quotes: {json.dumps(quotes)}\n"
            "---\n"
        )


def describe_store(path: Path) -> dict[str, object]:
    """Return all that must not depend on how a store was built."""
    store = Store(path)
    index = Index(store)
    return {
        "episodes": list(store.graph),
        "shared": store.shared,
        "statements": {str(quad) for quad in store.database},
        "report": store.report,
        "size": store.meta,
        "search": [
            [(hit.id, hit.score) for hit in search(index, words).hits] for words in QUESTIONS
        ],
    }


def build_both(folder: Folder, work: Path) -> tuple[Report | None, str]:
    """Build into both stores; return the incremental report, and what differs or why none is."""
    judgements = folder.judgements if folder.judgements.exists() else None
    changed, anew, last = (work / name for name in ("changed", "anew", "last"))
    for copy in (anew, last):
        shutil.rmtree(copy, ignore_errors=True)
    previous: Path | None = None  # the earlier graph whose ids are forwarded
    if changed.exists():
        shutil.copytree(changed, last)
        previous = last if Store(last).meta.base == folder.base else None
    run = partial(build, [folder.path], base=folder.base, judgements=judgements, workers=1)
    outcomes = []
    report = None
    for make in (partial(run, changed), partial(run, anew, full=True, previous=previous)):
        try:
            result = make()
            report = report or result
            outcomes.append("")
        except (InputError, DataError) as error:
            outcomes.append(str(error))
    if outcomes[0] != outcomes[1]:
        return report, f"outcome: {outcomes}"
    if outcomes[0]:
        return None, ""
    facts, wanted = describe_store(changed), describe_store(anew)
    return report, ", ".join(part for part in wanted if facts[part] != wanted[part])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=int, default=8, help="about so many files")
    parser.add_argument("--keep", action="store_true", help="keep the folder of a difference")
    arguments = parser.parse_args()
    update.MAX_UPDATED_SHARE = 1.0  # so small a folder would always be loaded anew
    work = Path(tempfile.mkdtemp(prefix="kgraph-incremental-"))
    (work / "episodes").mkdir()
    folder = Folder(work / "episodes", random.Random(arguments.seed))
    for _ in range(arguments.files // 2):
        folder.add()
    counts: Counter[str] = Counter()
    step, difference = 0, ""
    for step in range(1, arguments.steps + 1):
        edit = folder.edit(arguments.files)
        report, difference = build_both(folder, work)
        counts[edit.partition(" ")[0]] += 1
        if report is None:
            counts["errors"] += 1
        else:
            counts["full builds"] += report.redone is None
            counts["redone"] += len(report.redone or ())
            counts["episodes"] += report.recordings
        if difference:
            print(f"seed {arguments.seed}, step {step}, {edit}: differs: {difference}")
            break
    print(f"{step} steps: " + ", ".join(f"{what} {n}" for what, n in sorted(counts.items())))
    if not (difference and arguments.keep):
        shutil.rmtree(work)
    else:
        print(work)
    return bool(difference)


if __name__ == "__main__":
    sys.exit(main())
