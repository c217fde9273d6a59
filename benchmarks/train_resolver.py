"""Train the resolver's weights: labelled rows -> data/model/resolver.json.

    python benchmarks/train_resolver.py EPISODES MENTIONS.jsonl [OUT.json]

EPISODES is a folder of episode files, MENTIONS.jsonl holds a labelled row a line: file,
index, name, canonical, type, also, sure. Three regressions are fitted, all convex and
from zero, so the same input gives the same weights:

1. the classifier (multinomial, over types) on the labelled rows and, with little weight,
   on rows whose name the lexicon knows beyond doubt, shown without that knowledge
   ("distant supervision", Mintz et al. 2009): they teach what contexts, categories and
   parts of names say of a type;
2. the ranker (binary) on the candidates of the labelled rows;
3. the confidence (binary, Platt 1999) on whole decisions.

2 and 3 see chances from classifiers that had not seen the row's episode (cross-fitting).
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from regressions import fit_binary, fit_choice, fit_types, matrix, vocabulary

from kgraph import lexicon, names
from kgraph.lexicon import Entry
from kgraph.model import Episode, Mention
from kgraph.reading import find, read
from kgraph.resolve import (
    candidates,
    features,
    mentions,
    profile,
    ranking,
    setting,
    standing,
    statistics,
)
from kgraph.resolve.candidate import Candidate, Form, Row
from kgraph.resolve.classifier import TYPES, Classifier, Ranker
from kgraph.resolve.judgements import Rulings
from kgraph.resolve.knowledge import Knowledge, Model, build
from kgraph.resolve.place import Place
from kgraph.resolve.profile import Known

DISTANT_WEIGHT = 0.03
"""Weight of a distantly labelled row against a labelled one: best of 0, 0.03, 0.1, 0.3."""

RULE_WEIGHT = 0.3
"""Weight of a row that a rule rejects: the rules were right on all labelled rows but a few."""

UNSURE_WEIGHT = 0.4
"""Weight of a row that the labeller was not sure of."""

DISTANT_EACH = 3
"""Distantly labelled rows of one name: more teach the name, not the kind."""

INNER_FOLDS = 4
"""Folds of the cross-fitting."""

REHEARSED = 1_500
"""Heard spellings of the lexicon that the ranker rehearses."""

UNHEARD = 3
"""Unknown names rehearsed for each: about as in the corpus."""

REHEARSAL_WEIGHT = 0.1
"""Weight of a rehearsed choice against a labelled row."""

SURE_TYPE = 0.8
"""Chance of the right type in a rehearsed choice: the classifier's usual one."""

EMPTY = setting.of(Episode("", "", {}, {}, {}))
"""An episode that says nothing."""

DIGITS = 2
"""Decimals of a weight that are kept: a hundredth of log-odds moves no decision."""

LIGHTEST = 0.05
"""Features whose every weight is lighter are left out."""

SAFE_STEPS = {"lead", "title", "bracket", "possessive"}
"""Steps of cleaning after which a distant label still holds."""


class Example(msgspec.Struct):
    """A labelled row: where it stands, its label, and what the resolver sees of it."""

    file: str
    index: int
    label: dict[str, Any]
    row: Row
    found: list[Candidate]
    said: list[str]

    @property
    def place(self) -> tuple[str, int]:
        return self.file, self.index

    @property
    def types(self) -> list[str]:
        return [self.label["type"], *self.label["also"]]

    @property
    def weight(self) -> float:
        return 1.0 if self.label["sure"] else UNSURE_WEIGHT


class Choice(msgspec.Struct):
    """Candidates of one row: the features of each, and whether it is right."""

    options: list[tuple[list[str], bool]]
    weight: float

    @property
    def is_telling(self) -> bool:
        """Is there a right one, and a wrong one?"""
        return any(fits for _, fits in self.options) and not all(fits for _, fits in self.options)


class Distant(msgspec.Struct):
    """A row that a rule labels, or the lexicon: then as it would look if the lexicon did
    not know it."""

    file: str
    said: list[str]
    type: str
    weight: float


Chances = dict[tuple[str, int], list[float]]


def corpus(folder: Path) -> list[Episode]:
    """The episodes of a folder."""
    found = (read(source).episode for source in find([folder]).files)
    return [episode for episode in found if episode is not None]


def knowledge_of(episodes: Iterable[Episode]) -> Knowledge:
    """Knowledge of the lexicon and these episodes, without weights."""
    said = statistics.merge_all(map(statistics.observe, episodes))
    return build(lexicon.load(), said, Rulings(), Model())


def labels_of(path: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """Labels by file name and index."""
    items = map(json.loads, path.read_text("utf-8").splitlines())
    return {(item["file"], item["index"]): item for item in items}


def rows_of(
    episodes: Sequence[Episode],
    labels: dict[tuple[str, int], dict[str, Any]],
    knowledge: Knowledge,
) -> tuple[list[Example], list[Distant]]:
    """The labelled rows, and the rows that the lexicon labels."""
    examples, distant = [], []
    taken: Counter[str] = Counter()
    for episode in sorted(episodes, key=lambda episode: fingerprint(episode.file)):
        around = setting.of(episode)
        file = Path(episode.file).name
        for source, mention in zip(episode.rows.get("companies", ()), around.mentions, strict=True):
            row = mentions.row_of(mention, around, knowledge)
            found = candidates.of(row)
            if label := labels.get((file, source.index)):
                said = features.of(row, found)
                examples.append(Example(file, source.index, label, row, found, said))
            elif (one := _distant(file, row, found)) and taken[one[0]] < DISTANT_EACH:
                taken[one[0]] += 1
                distant.append(one[1])
    return examples, distant


def _distant(file: str, row: Row, found: list[Candidate]) -> tuple[str, Distant] | None:
    """What the row names, and the row with that label, where it is beyond doubt."""
    said = features.of(row, found)
    if any(name.startswith("rule:") for name in said):
        return f"noise {row.mention.surface}", Distant(file, said, "noise", RULE_WEIGHT)
    known = row.profile.known
    types = {one.entry.type for one in known}
    if len(types) != 1 or any(_is_doubtful(one) for one in known):
        return None
    return known[0].entry.name, Distant(file, _unknowing(row), types.pop(), DISTANT_WEIGHT)


def _is_doubtful(known: Known) -> bool:
    by_chance = known.entry.word or known.how in {"heard", "ticker"}
    return by_chance or not SAFE_STEPS.issuperset(known.steps)


def _unknowing(row: Row) -> list[str]:
    own = [name for name in features.own(row) if not name.startswith(("cue:", "unless:"))]
    return [*row.profile.bare_features, *own]


def fingerprint(text: str) -> int:
    """A number that looks random and is always the same."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def fold(text: str, folds: int) -> int:
    """The fold that a file belongs to."""
    return fingerprint(text) % folds


# The three parts.


def train_classifier(
    examples: Sequence[Example], distant: Sequence[Distant]
) -> dict[str, tuple[float, ...]]:
    """The classifier's weights."""
    said = [example.said for example in examples] + [row.said for row in distant]
    accepted = [example.types for example in examples] + [[row.type] for row in distant]
    marks = np.array([[float(t in types) for t in TYPES] for types in accepted])
    weight = [example.weight for example in examples] + [row.weight for row in distant]
    columns = vocabulary(said, 2)
    weights = fit_types(matrix(said, columns), marks, np.array(weight))
    return {name: tuple(map(float, weights[place])) for name, place in columns.items()}


def chances_of(examples: Iterable[Example], weights: dict[str, tuple[float, ...]]) -> Chances:
    """The chance of each type of each row."""
    classifier = Classifier(weights)
    return {example.place: classifier.probabilities(example.said) for example in examples}


def cross_fitted(
    examples: Sequence[Example], distant: Sequence[Distant], folds: int = INNER_FOLDS
) -> Chances:
    """Chances of each row, by classifiers that have not seen its episode."""
    found: Chances = {}
    for number in range(folds):
        rest = [example for example in examples if fold(example.file, folds) != number]
        other = [row for row in distant if fold(row.file, folds) != number]
        held = [example for example in examples if fold(example.file, folds) == number]
        found |= chances_of(held, train_classifier(rest, other))
    return found


def plain(text: str) -> str:
    """Letters and digits only: how labels are compared."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def rehearsed(knowledge: Knowledge) -> list[Choice]:
    """Choices that the lexicon itself teaches: what an entry is heard as is the entry, and
    the name of an entry that is taken out of the lexicon is none of those it sounds like."""
    found: list[Choice] = []
    entries = sorted(knowledge.lexicon.entries, key=lambda entry: fingerprint(entry.name))
    heard = [(text, entry) for entry in entries for text in entry.heard[:2]][:REHEARSED]
    for text, entry in heard:
        found += _rehearsal(text.title() if text.islower() else text, entry, entry, knowledge)
    for entry in entries[: REHEARSED * UNHEARD]:
        found += _rehearsal(entry.bare, entry, None, knowledge)
    return found


def _rehearsal(
    text: str, own: Entry, right: Entry | None, knowledge: Knowledge
) -> Iterator[Choice]:
    made = profile.make(text, knowledge, unknown=True)
    if right is None:
        others = tuple(one for one in made.alike if one.entry is not own)
        made = msgspec.structs.replace(made, alike=others, inner=())
    if not made.alike:
        return
    chances = [(1 - SURE_TYPE) / (len(TYPES) - 1)] * len(TYPES)
    chances[TYPES.index(own.type)] = SURE_TYPE
    form = Form(made, standing.of(made, knowledge), (0.0,) * len(TYPES), False)
    row = Row(Mention(text), form, Place("", "", ""), EMPTY, knowledge)
    found = candidates.of(row)
    label = right.name if right else found[-1].label
    yield Choice(_options(row, found, chances, label), REHEARSAL_WEIGHT)


def train_ranker(
    examples: Sequence[Example], chances: Chances, more: Sequence[Choice] = ()
) -> dict[str, float]:
    """The weights of candidates: a conditional regression (McFadden 1974) over the
    candidates of each row that has the right one among them."""
    made = [Choice(choices_of(one, chances[one.place]), one.weight) for one in examples]
    kept = [one for one in (*made, *more) if one.is_telling]
    said = [says for one in kept for says, _ in one.options]
    right = [fits for one in kept for _, fits in one.options]
    weight = [one.weight for one in kept]
    starts = np.cumsum([0, *(len(one.options) for one in kept[:-1])])
    columns = vocabulary(said, 3)
    weights = fit_choice(matrix(said, columns), np.array(right), starts, np.array(weight))
    return {name: float(weights[place]) for name, place in columns.items()}


def choices_of(example: Example, chances: Sequence[float]) -> list[tuple[list[str], bool]]:
    """The features of a row's candidates, and which are right."""
    return _options(example.row, example.found, chances, example.label["canonical"])


def _options(
    row: Row, found: Sequence[Candidate], chances: Sequence[float], canonical: str
) -> list[tuple[list[str], bool]]:
    among = ranking.sources_of(found)
    by_label: dict[str, tuple[list[str], bool]] = {}
    for one in found:
        fits = plain(one.label) == plain(canonical)
        says = by_label.setdefault(names.key(one.label), ([], fits))[0]
        says += (*one.says, *ranking.fitting(row, one, chances, among))
    return list(by_label.values())


def weighed(found: Sequence[Candidate], ranker: Ranker) -> list[Candidate]:
    """The candidates with their weights."""
    weights = ranker.candidate
    sums = [math.fsum(weights.get(name, 0.0) for name in one.says) for one in found]
    return [
        msgspec.structs.replace(one, weight=weight) for one, weight in zip(found, sums, strict=True)
    ]


def judged(
    example: Example, chances: Sequence[float], ranker: Ranker
) -> tuple[dict[str, float], bool]:
    """The features of a row's whole decision, and whether it is right."""
    type_ = TYPES[int(np.argmax(chances))]
    if type_ == "noise":
        return ranking.decision_says(
            type_, chances, example.row, None, 0.0
        ), "noise" in example.types
    top, share = ranking.best(example.row, weighed(example.found, ranker), chances, ranker)
    fits = plain(top.candidate.label) == plain(example.label["canonical"])
    return ranking.decision_says(
        type_, chances, example.row, top, share
    ), type_ in example.types and fits


def train_decision(
    examples: Sequence[Example],
    chances: Chances,
    more: Sequence[Choice] = (),
    folds: int = INNER_FOLDS,
) -> dict[str, float]:
    """The weights of confidence, on rankers that have not seen the row's episode."""
    said: list[dict[str, float]] = []
    right: list[float] = []
    for number in range(folds):
        rest = [example for example in examples if fold(example.file, folds) != number]
        ranker = Ranker(train_ranker(rest, chances, more))
        for example in examples:
            if example.label["sure"] and fold(example.file, folds) == number:
                says, fits = judged(example, chances[example.place], ranker)
                said.append(says)
                right.append(float(fits))
    columns = sorted({name for says in said for name in says})
    table = np.array([[says.get(name, 0.0) for name in columns] for says in said])
    weights = fit_binary(table, np.array(right), np.ones(len(right)), ridge=0.5)
    return dict(zip(columns, map(float, weights), strict=True))


def train(examples: Sequence[Example], distant: Sequence[Distant], more: Sequence[Choice]) -> Model:
    """All weights, of labelled rows, distantly labelled rows and rehearsed choices."""
    chances = cross_fitted(examples, distant)
    return Model(
        train_classifier(examples, distant),
        train_ranker(examples, chances, more),
        train_decision(examples, chances, more),
    )


def rounded(model: Model) -> Model:
    """The model as it is kept: light features left out, weights rounded."""
    kept = {
        name: tuple(round(value, DIGITS) for value in values)
        for name, values in sorted(model.classifier.items())
        if max(map(abs, values)) >= LIGHTEST
    }
    return Model(kept, _rounded(model.candidate), _rounded(model.decision))


def _rounded(weights: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in sorted(weights.items()) if abs(value) >= 0.005}


def as_text(model: Model) -> str:
    """JSON, a feature a line, so that a change of the model can be read as a diff."""
    parts = []
    for field, weights in msgspec.to_builtins(model).items():
        lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in weights.items()]
        parts.append(f'"{field}": {{\n' + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(folder: str, labels: str, out: str = "data/model/resolver.json") -> None:
    episodes = corpus(Path(folder))
    known = knowledge_of(episodes)
    examples, distant = rows_of(episodes, labels_of(Path(labels)), known)
    model = rounded(train(examples, distant, rehearsed(known)))
    Path(out).write_text(as_text(model), "utf-8")
    print(
        f"{len(examples)} labelled, {len(distant)} distant rows; {len(model.classifier)} features"
    )


if __name__ == "__main__":
    if len(sys.argv) not in {3, 4}:
        sys.exit(__doc__)
    main(*sys.argv[1:])
