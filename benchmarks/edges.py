"""How sure edges are, held against labels: mentions, and names in quotes.

    python benchmarks/edges.py EPISODES MENTIONS.jsonl

EPISODES is a folder of episode files, MENTIONS.jsonl holds labelled rows. All rows of the
labelled episodes are decided by models that have not seen their episode (five-fold), and
gathered into edges as a build does. Labels are of single rows, so what an edge is rests on
three steps:

* a row is right when its type and its label are (of a row that names several things, when
  the label is one of theirs);
* a name means one thing in an episode, so a label holds for all rows there of that name.
  Printed: how many pairs of labelled rows that share name and episode agree;
* an edge is right when one of its names is right, and wrong when all are wrong. Where a
  labelled name is wrong and another has no label it is undetermined: each figure is given
  with such edges counted as wrong, left out, and counted as right.

Printed: mean confidence, share of right edges, Brier score,
expected calibration error (ten bins), log-likelihood; then a table of reliability, floors
(``MENTION_FLOOR``) with what each keeps and leaves out, and the same of names in quotes.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import msgspec
import resolution
import resolver_rows
from measuring import table

from kgraph.base import text
from kgraph.base.model import REJECTED, Decision, EpisodeFile
from kgraph.graph import MentionEdge, RowDecision
from kgraph.graph.assemble import QuoteNameMatcher, split_name_words
from kgraph.resolve.mentions import decide
from kgraph.resolve.name_counts import strip_surroundings

BINS = 10
LEAST = 1e-6
"""Confidences are kept this far from 0 and 1 before their logarithm is taken."""

Labels = dict[tuple[str, int], dict[str, object]]


class Fact(NamedTuple):
    """One row of an edge: its name's key, extractor, confidence, and whether it is right
    (None where no label says)."""

    name: str
    surface: str
    extractor: str
    confidence: float
    right: bool | None


class Edge(NamedTuple):
    """That an episode names an entity."""

    file: str
    type: str
    key: str
    label: str
    facts: tuple[Fact, ...]

    @property
    def right(self) -> bool | None:
        """Is it right? None where that is undetermined; see the top of this file."""
        verdicts = dict.fromkeys((fact.name for fact in self.facts), None)
        for fact in self.facts:
            if fact.right is not None:
                verdicts[fact.name] = verdicts[fact.name] or fact.right
        if any(verdicts.values()):
            return True
        return None if None in verdicts.values() else False

    @property
    def is_labelled(self) -> bool:
        return any(fact.right is not None for fact in self.facts)


# -- ways of combining ---------------------------------------------------------


def surest(facts: Sequence[Fact]) -> float:
    """As the build does."""
    return max(fact.confidence for fact in facts)


# -- edges of labelled episodes ------------------------------------------------


def edges_of(
    episode: EpisodeFile, decided: Sequence[Sequence[Decision]], labels: Labels
) -> list[Edge]:
    """The accepted edges of an episode, as ``graph.assemble`` gathers them."""
    file = Path(episode.file).name
    facts_by_edge: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    edge_by_key: dict[tuple[str, str], tuple[float, str]] = {}
    for row, decisions in zip(episode.rows.get("companies", ()), decided, strict=True):
        surface = row.text("name")
        for decision in decisions:
            if decision.type != REJECTED:
                right = _right(decision, labels.get((file, row.index)))
                fact = Fact(
                    text.name_key(strip_surroundings(surface)),
                    surface,
                    row.text("source"),
                    decision.confidence,
                    right,
                )
                facts_by_edge[decision.type, decision.key].append(fact)
                best = edge_by_key.get((decision.type, decision.key), (-1.0, ""))
                edge_by_key[decision.type, decision.key] = max(
                    best, (decision.confidence, decision.label)
                )
    return [
        Edge(file, *key, edge_by_key[key][1], tuple(facts)) for key, facts in facts_by_edge.items()
    ]


def _right(decision: Decision, label: dict[str, object] | None) -> bool | None:
    if label is None or not label["sure"]:
        return None
    names = [*str(label["canonical"]).split(" | "), *_list(label.get("accept", []))]
    usual = {resolver_rows.plain(str(name)) for name in names}
    types = [label["type"], *_list(label["also"])]
    return decision.type in types and resolver_rows.plain(decision.label) in usual


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def senses(labels: Labels) -> tuple[int, int]:
    """Pairs of labelled rows that share name and episode: how many agree, of how many."""
    groups: dict[tuple[str, str], list[tuple[object, str]]] = defaultdict(list)
    for (file, _), label in labels.items():
        if label["sure"]:
            sense = label["type"], resolver_rows.plain(str(label["canonical"]))
            groups[file, text.name_key(strip_surroundings(str(label["name"])))].append(sense)
    pairs = [one == other for group in groups.values() for one, other in combinations(group, 2)]
    return sum(pairs), len(pairs)


# -- figures -------------------------------------------------------------------

Pair = tuple[float, bool]
"""A confidence, and whether what it is of is right."""


def figures(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """How many, mean confidence, share that is right, Brier, ECE, log-likelihood of one."""
    n = len(pairs)
    brier = sum((sure - right) ** 2 for sure, right in pairs) / n
    likely = sum(math.log(max(LEAST, sure if right else 1 - sure)) for sure, right in pairs) / n
    ece = sum(abs(sum(sure - right for sure, right in one)) for one in _binned(pairs)) / n
    means = sum(sure for sure, _ in pairs) / n, sum(right for _, right in pairs) / n
    return str(n), *(f"{value:.3f}" for value in (*means, brier, ece, likely))


def _binned(pairs: Iterable[Pair]) -> list[list[Pair]]:
    bins: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        bins[min(int(pair[0] * BINS), BINS - 1)].append(pair)
    return [bins[number] for number in sorted(bins)]


COUNTED = {"counted as wrong": False, "left out": None, "counted as right": True}
HEAD = ("undetermined", "edges", "said", "right", "Brier", "ECE", "log-likelihood")


def compared(edges: Sequence[Edge]) -> str:
    """Confidences of edges against labels, with undetermined edges counted in three ways."""
    rows = []
    for words_, value in COUNTED.items():
        pairs = [
            (surest(edge.facts), right)
            for edge in edges
            if (right := value if edge.right is None else edge.right) is not None
        ]
        rows.append((words_, *figures(pairs)))
    return table(HEAD, rows)


def reliability(pairs: Iterable[Pair]) -> str:
    """Confidence against share of right ones, bin by bin."""
    rows = [figures(one)[:3] for one in _binned(pairs)]
    return table(("of", "said", "right"), rows)


FLOORS = (0.0, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)


def floors(pairs: Sequence[Pair]) -> str:
    """What each floor keeps and leaves out, and how much of what only it leaves out is right."""
    all_right = sum(right for _, right in pairs)
    rows, below = [], 0.0
    for floor in FLOORS:
        kept = [right for sure, right in pairs if sure >= floor]
        between = [right for sure, right in pairs if below <= sure < floor]
        precision, recall = sum(kept) / len(kept), sum(kept) / all_right
        numbers = (precision, recall, 2 * precision * recall / (precision + recall))
        share = f"{sum(between)} of {len(between)}"
        rows.append((f"{floor:g}", str(len(kept)), *(f"{x:.3f}" for x in numbers), share))
        below = floor
    head = ("floor", "kept", "right", "of all right ones", "F1", "right since the floor above")
    return table(head, rows)


# -- names in quotes -----------------------------------------------------------


def links(episode: EpisodeFile, edges: Sequence[Edge]) -> Iterator[Pair]:
    """The names in an episode's quotes whose rows are labelled, as sure as a build says."""
    known_edges = {
        (f"{edge.type}/{edge.key}", fact.name): fact.right
        for edge in edges
        for fact in edge.facts
        if fact.right is not None
    }
    matcher = QuoteNameMatcher(map(_mention, edges))
    for row in episode.rows.get("quotes", ()):
        for name, (id_, sure) in matcher.iter_matches(split_name_words(row.text("text"))):
            right = known_edges.get((id_, text.name_key(strip_surroundings(" ".join(name)))))
            if right is not None:
                yield sure, right


def _mention(edge: Edge) -> MentionEdge:
    rows = tuple(
        RowDecision(0, n, fact.surface, fact.confidence, "") for n, fact in enumerate(edge.facts)
    )
    return MentionEdge(edge.type, edge.key, edge.label, surest(edge.facts), "", rows)


def main(folder: str, file: str) -> None:
    episodes = resolver_rows.corpus(Path(folder))
    knowledge = resolver_rows.knowledge_of(episodes)
    labels: Labels = resolver_rows.labels_of(Path(file))
    taught = resolver_rows.all_labels(Path(file), episodes)
    examples, distant = resolver_rows.rows_of(
        episodes, taught, resolver_rows.knowledge_by_fold(episodes)
    )
    labelled = {place[0] for place in labels}
    edges_by_episode: list[tuple[EpisodeFile, list[Edge]]] = []
    for number, model in resolution.models(examples, distant, resolver_rows.rehearsed(knowledge)):
        fold_knowledge = msgspec.structs.replace(knowledge, model=model)
        for episode in episodes:
            name = Path(episode.file).name
            if name in labelled and resolver_rows.fold(name, resolution.FOLDS) == number:
                decided = decide.decide_mentions(episode, fold_knowledge)
                edges_by_episode.append((episode, edges_of(episode, decided, labels)))
    report(edges_by_episode, labels)


def report(edges_by_episode: Sequence[tuple[EpisodeFile, list[Edge]]], labels: Labels) -> None:
    edges = [edge for _, some in edges_by_episode for edge in some if edge.is_labelled]
    several = [edge for edge in edges if len(edge.facts) > 1]
    open_ = sum(edge.right is None for edge in edges)
    agree, pairs = senses(labels)
    print(f"{len(edges)} labelled edges, {len(several)} of several rows, {open_} undetermined")
    print(f"labelled rows of one name and episode: {agree} of {pairs} pairs agree\n")
    print("edges of several rows\n" + compared(several) + "\n")
    print("all edges\n" + compared(edges) + "\n")
    predictions = [(surest(edge.facts), edge.right) for edge in edges if edge.right is not None]
    print("reliability of all edges, by the surest row\n" + reliability(predictions) + "\n")
    print("floors\n" + floors(predictions) + "\n")
    named = [pair for episode, some in edges_by_episode for pair in links(episode, some)]
    print(table(("names in quotes", *HEAD[2:]), [figures(named)]) + "\n")
    print(reliability(named) + "\n")
    print(floors(named))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
