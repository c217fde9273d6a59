"""Where the review queue ends, held against labels: how many cards would correct something.

    python benchmarks/review.py STORE MENTIONS.jsonl

STORE is a store of the labelled episodes, MENTIONS.jsonl holds labelled rows. A name is decided
wrong by the share of its labelled rows whose type or label is wrong; a card of it then corrects
that share of its episodes. The model has learnt from these labels, so the figures are at its best.

Printed for bins of confidence, of expected gain, and on both sides of the end of the queue:
names, share of the labelled ones that are decided wrong, wrong episodes a card.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import resolver_rows

from kgraph.base.text import name_key
from kgraph.graph import Graph, MentionEdge
from kgraph.judging.review import build_review_queue
from kgraph.judging.review_queue import Case
from kgraph.resolve.name_counts import find_judged_name
from kgraph.store import Store

BINS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)


class Labelled(NamedTuple):
    """A case with labelled rows."""

    case: Case
    wrong: float  #: share of these that are decided wrong

    @property
    def sure(self) -> float:
        """Probability that a row of the name is right."""
        return 1 - self.case.wrong / self.case.rows


def is_right(mention: MentionEdge, label: dict[str, object]) -> bool:
    """Check whether a mention has the type and one of the labels of a labelled row."""
    others, accepted = label["also"], label.get("accept", [])
    assert isinstance(others, list)
    assert isinstance(accepted, list)
    names = {resolver_rows.plain(n) for n in [*str(label["canonical"]).split(" | "), *accepted]}
    is_type = mention.type in (label["type"], *others)
    return is_type and (not mention.is_accepted or resolver_rows.plain(mention.label) in names)


def judge_rows(
    graph: Graph, labels: dict[tuple[str, int], dict[str, object]]
) -> Iterator[tuple[str, bool]]:
    """Yield the key of the name of each labelled row, and whether its decision is right."""
    for episode in graph:
        for mention in episode.mentions:
            for row in mention.rows:
                file = Path(episode.files[row.file].file).name
                pointer = episode.find_row("companies", row.file, row.index).pointer
                label = labels.get((file, int(pointer.rpartition("/")[2])))
                if label:
                    entity = mention.label if mention.is_accepted else ""
                    name = find_judged_name(row.surface, entity)
                    yield name_key(name), is_right(mention, label)


def describe(name: str, cases: list[Labelled]) -> str:
    """Return a line of figures."""
    if not cases:
        return f"{name}\t0"
    wrong = sum(labelled.wrong for labelled in cases) / len(cases)
    episodes = sum(labelled.wrong * labelled.case.episodes for labelled in cases) / len(cases)
    return f"{name}\t{len(cases)}\t{wrong:.1%}\t{episodes:.2f}"


def main(folder: str, file: str) -> None:
    """Print the figures."""
    graph = Store(folder).graph
    rows = [msgspec.json.decode(line, type=dict) for line in Path(file).read_bytes().splitlines()]
    labels = {(str(row["file"]), int(row["index"])): row for row in rows}
    verdicts: dict[str, list[bool]] = defaultdict(list)
    for key, is_row_right in judge_rows(graph, labels):
        verdicts[key].append(is_row_right)
    queue = build_review_queue(graph)
    everything = build_review_queue(graph, all=True)
    print(f"{len(queue)} names are worth a card, which gains ", end="")
    print(f"{sum(case.pays for case in queue) / len(queue):.2f} rows; {queue.end}")
    cases = [
        Labelled(case, verdicts[key].count(False) / len(verdicts[key]))
        for case in everything
        if (key := name_key(case.name)) in verdicts
    ]
    measures: tuple[tuple[str, Callable[[Labelled], float]], ...] = (
        ("sure", lambda labelled: labelled.sure),
        ("pays", lambda labelled: labelled.case.pays),
    )
    print("\tnames\twrong\twrong episodes a card")
    for name, measure in measures:
        for low, high in zip(BINS, (*BINS[1:], float("inf")), strict=True):
            chosen = [labelled for labelled in cases if low <= measure(labelled) < high]
            print(describe(f"{name} {low} to {high}", chosen))
    worth = {case.name for case in queue}
    for name, is_worth in (("worth a card", True), ("not worth a card", False)):
        print(describe(name, [case for case in cases if (case.case.name in worth) is is_worth]))


if __name__ == "__main__":
    main(*sys.argv[1:])
