"""The names that a person should judge first: those where one judgement corrects most rows.

Each row adds the probability that its decision is wrong; the sum over a name's rows is the expected
number of wrong ones. A judgement of a name applies to all its rows. So the expected gain subtracts
the rows that correctly name something other than most rows of the name. Where a name is probably
another, misheard (:mod:`kgraph.views.misheard`), all of its rows are wrong with the evidence for
that as their probability, if that is more.

The queue ends where a card is not worth its time (:data:`MIN_GAIN_ROWS`, :data:`SURE_CONFIDENCE`);
what is left follows only where all names are wanted.

Invariants:
    * rows are grouped as judgements do: by the key of the name without the words around it
      ("So Acme" and "Acme" are one case);
    * no case is settled, and none has rows that a judgement decided or that name several
      entities at once, since no judgement of the name changes these;
    * ``different`` settles a name but for doubts about a further entity: one that its rows are
      taken for, or that it is probably misheard for;
    * the queue is sorted by expected gain, equal ones by key; what is not worth a card is last.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import msgspec

from kgraph.base.arguments import check_count
from kgraph.base.counts import find_commonest, rank_counts
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError
from kgraph.base.model import REJECTED
from kgraph.base.processes import without_gc
from kgraph.base.text import name_key, shorten
from kgraph.graph import EpisodeGraph, Graph, MentionEdge, RowDecision
from kgraph.judging.review_queue import (
    Case,
    NameOutcome,
    ReviewExample,
    ReviewQueue,
    UnworthyNames,
)
from kgraph.resolve.judgement import FINAL_RULES, Judgement, judgement_key, parse_entity_id
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.judgements_file import load_judgements
from kgraph.resolve.name_counts import core_name, find_judged_name
from kgraph.store import Store
from kgraph.views.misheard import Misheard, MisheardFinder

MAX_EXAMPLES = 3  #: episodes of a case: enough to see whether a name is one entity

#: Expected gain from which a name is worth a card. A name that one row has is then at most 90 %
#: sure. Of 682 labelled names on this side of both limits, 32 % are decided wrong, in 0.77 episodes
#: a card; of 1,158 on the other side 3 %, in 0.20 episodes.
MIN_GAIN_ROWS = 0.1

#: Confidence from which a name is not worth a card, however often it occurs: the doubts of its rows
#: are then each of one row, and a judgement is on all. Of 919 labelled names that are as sure 1.1 %
#: are decided wrong, of 470 that are from 0.9 to 0.98 sure 14.8 %.
SURE_CONFIDENCE = 0.98

_OUTCOME_TYPES = (*TYPE_NAMES, REJECTED)  # of names


@without_gc()
def build_review_queue(
    graph: Graph,
    *,
    settled_keys: Collection[str] = (),
    different_pairs: Container[tuple[str, str]] = (),
    denied_ends: Mapping[str, Collection[str]] = MappingProxyType({}),
    types: Collection[str] = (),
    misheard: bool = False,
    limit: int | None = None,
    all: bool = False,
) -> ReviewQueue:
    """Return the names that a person should judge first.

    Args:
        settled_keys: keys of the names that need no judgement.
        different_pairs: pairs of names that are not the same
            (:class:`~kgraph.resolve.judgement_table.JudgementTable` has both).
        denied_ends: keys and ids of what a name does not mean, by the key of the name, for the
            names that were judged so (:func:`list_denied_ends`).
        types: of most rows of the names, if any; "noise" for what was rejected.
        misheard: only names that are probably another name.
        limit: cases at most, from 1 on; None for all.
        all: also, at the end, the names that are not worth a card.

    Raises:
        InputError: a type is unknown, or the limit is out of range.
    """
    if limit is not None:
        check_count("limit", limit)
    for name in sorted(set(types).difference(_OUTCOME_TYPES)):
        listed = ", ".join(_OUTCOME_TYPES)
        raise InputError(
            f"types {shorten(name)}: no such type; choose one of {listed}", parameter="types"
        )
    groups: dict[str, _NameRows] = defaultdict(_NameRows)
    finder = MisheardFinder(graph.shared)
    for episode, mention, row in _iterate_rows(graph):
        name = _name_row(mention, row)
        if mention.is_accepted:
            finder.add(episode, mention, row, name)
        if _is_open(mention, row, settled_keys):
            groups[name_key(name)].add(episode.slug, mention, row)
    for key, guess in finder.find(groups, different_pairs).items():
        groups[key].misheard = guess
    candidates = {
        key: group
        for key, group in groups.items()
        if group.expected_gain > 0
        and not (key in denied_ends and group.is_settled(key, denied_ends[key]))
        and (not types or group.main_outcome[0] in types)
        and (group.misheard or not misheard)
    }
    ranked = sorted((not g.is_worth_card, -g.expected_gain, key) for key, g in candidates.items())
    keys = [key for is_unworthy, _, key in ranked if all or not is_unworthy]
    left = [candidates[key] for is_unworthy, _, key in ranked if is_unworthy and not all]
    examples = _find_examples(graph, settled_keys, frozenset(keys[:limit]))
    return ReviewQueue(
        tuple(groups[key].make_case(examples[key]) for key in keys[:limit]),
        limit is not None and len(keys) > limit,
        UnworthyNames(
            len(left),
            sum(group.rows_by_outcome.total() for group in left),
            math.fsum(group.expected_wrong for group in left),
            math.fsum(group.expected_gain for group in left),
        ),
    )


def load_review_queue(
    graph: Graph,
    file: str | Path,
    *,
    types: Collection[str] = (),
    misheard: bool = False,
    limit: int | None = None,
    all: bool = False,
) -> ReviewQueue:
    """Return the review queue without the names that a file of judgements settles.

    Args:
        file: of judgements; it may be absent.
        types, misheard, limit, all: as of :func:`build_review_queue`.

    Raises:
        InputError: as of :func:`build_review_queue`.
        DataError: the file is no list of judgements, or two contradict each other.
    """
    judgements = load_judgements(Path(file))
    table = build_judgement_table(judgements, str(file))
    return build_review_queue(
        graph,
        settled_keys=table.decided_keys,
        different_pairs=table.different_pairs,
        denied_ends=list_denied_ends(judgements),
        types=types,
        misheard=misheard,
        limit=limit,
        all=all,
    )


def list_denied_ends(judgements: Iterable[Judgement]) -> dict[str, set[str]]:
    """Return what each name of judgements ``different`` does not mean, by the name's key.

    An id among their names stands for an entity, and not for rows that were looked at.
    """
    ends: dict[str, set[str]] = {}
    for judgement in judgements:
        if judgement.verb == "different":
            for name in judgement.names:
                key = judgement_key(name)
                if not parse_entity_id(name):
                    ends.setdefault(key, set()).update(judgement.keys - {key})
    return ends


def find_case(store: Store, name: str) -> Case | None:
    """Return all rows of a name as a case, judged ones included; None if no row has it.

    Args:
        store: an open store.
        name: a name, or the id of an entity, which stands for the rows decided as that.
    """
    id_, key = "/".join(parse_entity_id(name) or ()), name_key(name)
    make_key = cache(lambda surface, label: name_key(find_judged_name(surface, label)))
    rows = _NameRows()
    least: dict[str, tuple[EpisodeGraph, RowDecision]] = {}
    episodes = store.read_episodes(store.shared.list_episodes_of({id_})) if id_ else store.graph
    for episode, mention, row in _iterate_rows(episodes):
        label = mention.label if mention.is_accepted else ""
        if mention.target != id_ if id_ else make_key(row.surface, label) != key:
            continue
        rows.add(episode.slug, mention, row)
        first = least.get(episode.slug)
        if first is None or row.confidence < first[1].confidence:
            least[episode.slug] = episode, row
    if not least:
        return None
    ranked = sorted(least.values(), key=lambda pair: (pair[1].confidence, pair[0].slug))
    examples = tuple(_make_example(*pair) for pair in ranked[:MAX_EXAMPLES])
    return msgspec.structs.replace(rows.make_case(examples), name=id_ or name)


def _iterate_rows(
    graph: Iterable[EpisodeGraph],
) -> Iterator[tuple[EpisodeGraph, MentionEdge, RowDecision]]:
    for episode in graph:
        for mention in episode.mentions:
            for row in mention.rows:
                yield episode, mention, row


def _name_row(mention: MentionEdge, row: RowDecision) -> str:
    return find_judged_name(row.surface, mention.label if mention.is_accepted else "")


def _is_open(mention: MentionEdge, row: RowDecision, settled_keys: Collection[str]) -> bool:
    return row.rule not in FINAL_RULES and name_key(_name_row(mention, row)) not in settled_keys


class _NameRows:
    """Sums over the rows of one name."""

    def __init__(self) -> None:
        self.doubts = 0.0
        self.names: Counter[str] = Counter()
        self.surfaces: Counter[str] = Counter()
        self.episodes: set[str] = set()
        self.rows_by_outcome: Counter[tuple[str, str]] = Counter()
        self.right_by_outcome: dict[tuple[str, str], float] = defaultdict(float)
        self.misheard: Misheard | None = None

    def add(self, episode: str, mention: MentionEdge, row: RowDecision) -> None:
        outcome = (mention.type, mention.label)
        self.doubts += 1 - row.confidence
        self.names[_name_row(mention, row)] += 1
        self.surfaces[row.surface] += 1
        self.episodes.add(episode)
        self.rows_by_outcome[outcome] += 1
        self.right_by_outcome[outcome] += row.confidence

    @property
    def main_outcome(self) -> tuple[str, str]:
        return find_commonest(self.rows_by_outcome)

    @property
    def expected_if_misheard(self) -> float:
        """Expected number of wrong rows, by the evidence that the name is another."""
        return self.misheard.evidence * self.rows_by_outcome.total() if self.misheard else 0.0

    @property
    def expected_wrong(self) -> float:
        return max(self.doubts, self.expected_if_misheard)

    @property
    def expected_gain(self) -> float:
        right = self.right_by_outcome
        gain = self.doubts - sum(right.values()) + right[self.main_outcome]
        return max(gain, self.expected_if_misheard)

    @property
    def is_worth_card(self) -> bool:
        rows = self.rows_by_outcome.total()
        is_sure = self.expected_wrong <= (1 - SURE_CONFIDENCE) * rows
        return self.expected_gain >= MIN_GAIN_ROWS and not is_sure

    def is_settled(self, key: str, denied: Collection[str]) -> bool:
        """Return whether no row is taken for another entity than those that the name was denied.

        The next build changes rows of these. A row that names nothing, or what is called like the
        name, is of no further entity.
        """
        if self.misheard:
            return False
        for type_, label in self.rows_by_outcome:
            ends = {name_key(label), f"{type_}/{name_key(label)}"}
            names = {name_key(label), name_key(core_name(label))}
            if type_ != REJECTED and key not in names and ends.isdisjoint(denied):
                return False
        return True

    def make_case(self, examples: tuple[ReviewExample, ...]) -> Case:
        return Case(
            find_commonest(self.names),
            self.expected_gain,
            self.expected_wrong,
            self.rows_by_outcome.total(),
            len(self.episodes),
            tuple(
                NameOutcome(*outcome, rows, self.right_by_outcome[outcome] / rows)
                for outcome, rows in rank_counts(self.rows_by_outcome)
            ),
            tuple(rank_counts(self.surfaces)),
            examples,
            self.misheard,
        )


def _find_examples(
    graph: Graph, settled_keys: Collection[str], keys: Collection[str]
) -> dict[str, tuple[ReviewExample, ...]]:
    """Return the least confident row of each of the least confident episodes, by key."""
    least: dict[tuple[str, str], ReviewExample] = {}
    for episode, mention, row in _iterate_rows(graph):
        key = name_key(_name_row(mention, row))
        pair = key, episode.slug
        is_case = key in keys and _is_open(mention, row, settled_keys)
        if is_case and (pair not in least or row.confidence < least[pair].confidence):
            least[pair] = _make_example(episode, row)
    examples: dict[str, list[ReviewExample]] = defaultdict(list)
    for pair in sorted(least, key=lambda pair: (least[pair].confidence, pair)):
        examples[pair[0]].append(least[pair])
    return {key: tuple(rows[:MAX_EXAMPLES]) for key, rows in examples.items()}


def _make_example(episode: EpisodeGraph, row: RowDecision) -> ReviewExample:
    source = episode.find_row("companies", row.file, row.index)
    return ReviewExample(
        episode.files[row.file].file,
        source.pointer,
        episode.main_file.title,
        episode.date[:10],
        row.surface,
        source.text("context"),
        row.confidence,
        row.reasons,
        episode.id,
    )
