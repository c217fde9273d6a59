"""How good the resolver is, by five-fold cross-validation over episodes.

    pip install -e '.[train]'
    python benchmarks/resolution.py EPISODES MENTIONS.jsonl
        [--lexicon whole|unread|names-out]

Trains on four fifths of the labelled episodes and decides the fifth, five times over, so
that no row is decided by weights that have seen its episode; the rows of ``labels.tsv``
(``resolver_rows``) teach as the others do, and are not measured. The lexicon, too, had been written
by people who read the episodes: ``unread``, the default, makes it know each fold as it knows
episodes that nobody had read; ``names-out`` takes from it whatever only the fold attests, a lower
bound; ``whole`` takes nothing.

Prints noise, company and type figures, B-cubed, labels, whole decisions with 95 % intervals (a
bootstrap over episodes, Efron 1979) and calibration, as the scorer of the labels defines them, for
all rows, for rows as they come, for distinct names, and for names of one episode and of ten or
more.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import resolver_rows
import train_resolver as training

from kgraph.base import text
from kgraph.resolve.mentions import decide, ranking, weigh
from kgraph.resolve.mentions.classifier import (
    ResolverModel,
    softmax,
    sum_weights,
)

FOLDS = resolver_rows.FOLDS
BINS = 10
RESAMPLES = 1000
LEXICONS = {
    "whole": resolver_rows.WHOLE_LEXICON,
    "unread": resolver_rows.UNREAD_LEXICON,
    "names-out": resolver_rows.NAMES_OUT,
}


class Verdict(msgspec.Struct, frozen=True):
    """Decision about a labelled row."""

    type: str
    label: str
    confidence: float


Verdicts = dict[tuple[str, int], Verdict]


def decided(example: resolver_rows.Example, model: ResolverModel) -> Verdict:
    """The verdict of a model on a row, as ``resolve.mentions`` decides it."""
    if ruled := next(iter(example.row.joined_decisions), None) or decide.decide_by_rule(
        example.row
    ):
        return Verdict(ruled.type, "" if ruled.type == "noise" else ruled.label, ruled.confidence)
    scores = sum_weights(model.select_class_weights(example.feature_names))
    chances = weigh.reweigh_by_cues(example.row, softmax(scores))
    type_, label, features = training.decide_row(example, chances, model)
    return Verdict(type_, label, ranking.decision_confidence(features, model))


def models(
    examples: Sequence[resolver_rows.Example],
    distant: Sequence[resolver_rows.Distant],
    more: Sequence[resolver_rows.Choice],
) -> Iterator[tuple[int, ResolverModel]]:
    """Each fold, and a model that has seen no episode of it."""
    for number in range(FOLDS):
        training_examples = [
            one for one in examples if resolver_rows.fold(one.file, FOLDS) != number
        ]
        distant_examples = [one for one in distant if resolver_rows.fold(one.file, FOLDS) != number]
        yield number, training.rounded(training.train(training_examples, distant_examples, more))


def cross_validated(
    examples: Sequence[resolver_rows.Example],
    distant: Sequence[resolver_rows.Distant],
    more: Sequence[resolver_rows.Choice],
) -> Verdicts:
    """The verdict on each row that measures, by a model that has not seen its episode."""
    verdicts: Verdicts = {}
    for number, model in models(examples, distant, more):
        for example in filter(lambda one: one.measures, examples):
            if resolver_rows.fold(example.file, FOLDS) == number:
                verdicts[example.place] = decided(example, model)
    return verdicts


def scores(examples: Iterable[resolver_rows.Example], verdicts: Verdicts) -> dict[str, float]:
    """The figures of the scorer, over rows that measure; ``low`` and ``high`` bound ``whole``."""
    sure = [(example, verdicts[example.place]) for example in examples if example.measures]
    real = [pair for pair in sure if pair[0].types[0] != "noise" and not _is_joined(pair[0])]
    low, high = _interval(sure)
    return {
        "rows": len(sure),
        "noise": _f1(sure, "noise"),
        "company": _f1(sure, "company"),
        "type": _share(verdict.type in one.types for one, verdict in sure),
        "b-cubed": _b_cubed(real),
        "label": _share(_is_named(one, verdict) for one, verdict in real),
        "whole": _share(_is_right(one, verdict) for one, verdict in sure),
        "low": low,
        "high": high,
        "ece": _ece(sure),
    }


def strata(
    examples: Sequence[resolver_rows.Example],
) -> Iterator[tuple[str, list[resolver_rows.Example]]]:
    """Groups of the rows that measure, by name."""

    def spread(example: resolver_rows.Example) -> int:
        usage = example.row.knowledge.names.get(example.row.profile.key)
        return usage.episodes if usage else 1

    rows = [one for one in examples if one.measures]
    yield "all", rows
    for name, stratum in (("as they come", "uniform"), ("distinct names", "surface")):
        yield name, [one for one in rows if one.label.get("stratum") == stratum]
    yield "in one episode", [one for one in rows if spread(one) == 1]
    yield "in ten or more", [one for one in rows if spread(one) >= 10]


def _interval(pairs: Sequence[tuple[resolver_rows.Example, Verdict]]) -> tuple[float, float]:
    """95 % interval of the share of whole decisions, from resampled episodes."""
    by_episode: dict[str, list[bool]] = defaultdict(list)
    for example, verdict in pairs:
        by_episode[example.file].append(_is_right(example, verdict))
    hits = np.array([sum(outcomes) for outcomes in by_episode.values()])
    rows = np.array([len(outcomes) for outcomes in by_episode.values()])
    drawn = np.random.default_rng(0).integers(0, len(rows), (RESAMPLES, len(rows)))
    low, high = np.quantile(hits[drawn].sum(1) / rows[drawn].sum(1), (0.025, 0.975))
    return float(low), float(high)


def _is_right(example: resolver_rows.Example, verdict: Verdict) -> bool:
    is_type = verdict.type in example.types
    return is_type and (verdict.type == "noise" or _is_named(example, verdict))


def _is_joined(example: resolver_rows.Example) -> bool:
    return " | " in example.label["canonical"]


def _is_named(example: resolver_rows.Example, verdict: Verdict) -> bool:
    return verdict.type != "noise" and resolver_rows.plain(verdict.label) in example.names


def _share(hits: Iterable[bool]) -> float:
    outcomes = list(hits)
    return sum(outcomes) / len(outcomes)


def _f1(pairs: Sequence[tuple[resolver_rows.Example, Verdict]], kind: str) -> float:
    hits = sum(verdict.type == kind and kind in one.types for one, verdict in pairs)
    predicted = sum(verdict.type == kind for _, verdict in pairs)
    missed = sum(one.types[0] == kind and verdict.type not in one.types for one, verdict in pairs)
    return 2 * hits / (predicted + hits + missed)


def _b_cubed(pairs: Sequence[tuple[resolver_rows.Example, Verdict]]) -> float:
    cluster_pairs = [
        (_entity(number, verdict), resolver_rows.plain(one.label["canonical"]))
        for number, (one, verdict) in enumerate(pairs)
    ]
    both, by_said = Counter(cluster_pairs), Counter(predicted for predicted, _ in cluster_pairs)
    by_true = Counter(true for _, true in cluster_pairs)
    precision = sum(both[said, true] / by_said[said] for said, true in cluster_pairs) / len(
        cluster_pairs
    )
    recall = sum(both[said, true] / by_true[true] for said, true in cluster_pairs) / len(
        cluster_pairs
    )
    return 2 * precision * recall / (precision + recall)


def _entity(number: int, verdict: Verdict) -> str:
    if verdict.type == "noise":
        return f"rejected {number}"
    return f"{verdict.type}/{text.name_key(verdict.label)}"


def _ece(pairs: Sequence[tuple[resolver_rows.Example, Verdict]]) -> float:
    bins: dict[int, float] = defaultdict(float)
    for example, verdict in pairs:
        error = verdict.confidence - _is_right(example, verdict)
        bins[min(int(verdict.confidence * BINS), BINS - 1)] += error
    return sum(map(abs, bins.values())) / len(pairs)


def line(name: str, figures: dict[str, float]) -> str:
    rows, *shares = figures.values()
    return f"{name:18}{rows:8}" + "".join(f"{share:9.3f}" for share in shares)


def main(folder: str, labels: str, shares: tuple[float, float]) -> None:
    episodes = resolver_rows.corpus(Path(folder))
    knowledges = resolver_rows.knowledge_by_fold(episodes, shares)
    examples, distant = resolver_rows.rows_of(
        episodes, resolver_rows.all_labels(Path(labels), episodes), knowledges
    )
    more = resolver_rows.rehearsed(knowledges[0])
    verdicts = cross_validated(examples, distant, more)
    header, *names = scores(examples, verdicts)
    print(f"{'':18}{header:>8}" + "".join(f"{name:>9}" for name in names))
    for name, rows in strata(examples):
        print(line(name, scores(rows, verdicts)), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("episodes")
    parser.add_argument("mentions")
    parser.add_argument("--lexicon", choices=LEXICONS, default="unread")
    options = parser.parse_args()
    main(options.episodes, options.mentions, LEXICONS[options.lexicon])
