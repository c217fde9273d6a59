"""Names that a person lists: how often do they get their type, and how sure is it?

    python benchmarks/listed_names.py MENTIONS.jsonl [--hide] [--errors]

Takes hand-labelled mentions (their format: ``benchmarks/resolution.py``). Each distinct name that
the labeller was sure of becomes an entry of a list under ``companies``, as people write it: the
name alone. Prints, for each type, how many names get it or another accepted one, and the Brier
score of the confidence. With ``--hide`` names are decided as if the lexicon had none of them.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kgraph.base.model import Decision, EpisodeFile, Row
from kgraph.resolve.knowledge import load_shipped_knowledge
from kgraph.resolve.mentions import decide
from kgraph.resolve.mentions.name_profile import build_profile


class Label(NamedTuple):
    """The type of a name, and all types that a careful reader would accept."""

    type: str
    accepted: frozenset[str]


def read_labels(path: Path) -> dict[str, Label]:
    """Read the labels of names, the first of each."""
    labels: dict[str, Label] = {}
    for line in path.read_text("utf-8").splitlines():
        item = json.loads(line)
        if item["sure"] and item["canonical"]:
            accepted = frozenset((item["type"], *item.get("also", ())))
            labels.setdefault(item["canonical"], Label(item["type"], accepted))
    return labels


def decide_list(names: list[str]) -> list[Decision]:
    """Decide names that one person listed."""
    rows = tuple(Row("companies", number, {"name": name}) for number, name in enumerate(names))
    file = EpisodeFile("list.md", "", {"title": "A list"}, {"companies": rows}, {})
    return [first for first, *_ in decide.decide_mentions(file, load_shipped_knowledge())]


def main() -> None:
    parser = argparse.ArgumentParser(description="Do names that a person lists get their type?")
    parser.add_argument("mentions", type=Path)
    parser.add_argument("--hide", action="store_true", help="as if the lexicon had no name")
    parser.add_argument("--errors", action="store_true", help="print names of another type")
    args = parser.parse_args()
    if args.hide:
        vars(decide)["build_profile"] = partial(build_profile, ignore_lexicon=True)
    labels = read_labels(args.mentions)
    total, right = Counter[str](), Counter[str]()
    squares: dict[str, float] = {}
    for (name, label), decision in zip(labels.items(), decide_list(list(labels)), strict=True):
        is_right = decision.type in label.accepted
        for type_ in (label.type, "all"):
            total[type_] += 1
            right[type_] += is_right
            squares[type_] = squares.get(type_, 0.0) + (decision.confidence - is_right) ** 2
        if args.errors and not is_right:
            print(f"{name}: {label.type}, got {decision.type} {decision.confidence:.2f}")
    for type_, count in sorted(total.items()):
        score = squares[type_] / count
        print(f"{type_:12} {right[type_]:5} of {count:5}   Brier score {score:.4f}")


if __name__ == "__main__":
    main()
