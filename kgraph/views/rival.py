"""How near rows of one entity came to be another: its best candidacy, and what kept it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from kgraph.base.counts import rank_counts
from kgraph.base.text import name_key
from kgraph.graph import Entity, EpisodeGraph, MentionEdge, RowDecision
from kgraph.resolve.mentions.candidates_in_context import find_row_candidates
from kgraph.resolve.mentions.classifier import MENTION_CLASSES, class_probability
from kgraph.resolve.mentions.row import EntityCandidate
from kgraph.resolve.mentions.weigh import (
    WeighedRow,
    drop_different,
    find_namesakes,
    keep_whole_names,
)
from kgraph.views.explanation import Witness, make_witness
from kgraph.views.name_rows import find_named_rows, list_names
from kgraph.views.open_graph import OpenGraph
from kgraph.views.replay import Replay, ReplayedRow
from kgraph.views.values import EpisodeLine, Fraction, round_value

MAX_REPLAYED_EPISODES = 100  #: of one entity; a hundred take about a second

#: What kept a candidate back, from the earliest to the last step of a decision.
Obstacle = Literal[
    "judgement", "date", "full-name", "whole-name", "type", "clear", "score", "rejected"
]

OBSTACLES: dict[Obstacle, str] = {
    "judgement": "a judgement decides what the name means",
    "date": "it did not exist yet on the day of the episode",
    "full-name": "a person listed less than the full name, which is not in the episode",
    "whole-name": "a person typed the name, so what only resembles or contains it was left out",
    "type": "the likeliest type of the row rules it out",
    "clear": "exactly one entry of the lexicon has the name as written, so no other was compared",
    "score": "another candidate scored higher",
    "rejected": "the row was taken for no name at all",
}


class Candidacy(msgspec.Struct, frozen=True):
    """A row that could have been something else.

    Attributes:
        episode: of the row; ``row`` is the row as it was decided.
        obstacle: what kept the candidate back; ``words`` says it.
        source: the kind of evidence that proposed it.
        probability: of the candidate among all of the row; 0 where it was not compared.
        chosen: label of the candidate that was chosen, ``chosen_probability`` its probability;
            "" and 0 where the row was rejected.
        type_probability: of the candidate's type in this row.
    """

    episode: EpisodeLine
    row: Witness
    obstacle: Obstacle
    words: str
    source: str
    probability: Fraction
    chosen: str
    chosen_probability: Fraction
    type_probability: Fraction


class CandidacySummary(msgspec.Struct, frozen=True):
    """How often rows could have been something else.

    Attributes:
        rows: that were decided again, of ``episodes`` episodes; ``left_out`` episodes were not.
        candidate: rows of which it was a candidate.
        obstacles: their numbers by what kept it back, most first.
    """

    rows: int
    episodes: int
    left_out: int
    candidate: int
    obstacles: list[tuple[Obstacle, int]]


class _Try(msgspec.Struct, frozen=True):
    """A row in which something was a candidate."""

    episode: EpisodeGraph
    row: RowDecision
    candidate: EntityCandidate
    weighing: WeighedRow
    obstacle: Obstacle
    share: float

    @property
    def type_probability(self) -> float:
        """Probability of the candidate's type; of the row's type if it has none of its own."""
        type_ = self.candidate.trained_type or self.weighing.type
        return class_probability(type_, self.weighing.probabilities)

    @property
    def rank(self) -> tuple[float, float, int]:
        """Sorting key: how near the candidate came."""
        order = tuple(OBSTACLES)
        return self.share, self.type_probability, order.index(self.obstacle)


def summarize_candidacies(
    graph: OpenGraph, replay: Replay, entity: Entity, rival: Entity
) -> tuple[CandidacySummary, Candidacy | None]:
    """Decide the rows of an entity again, count those of which its rival was a candidate, and \
return the one that came nearest.

    Rows of at most :data:`MAX_REPLAYED_EPISODES` episodes are: those with a row that also has a
    name of the rival, then the first of the graph.
    """
    slugs = graph.shared.list_episodes_of({entity.id})
    if len(slugs) > MAX_REPLAYED_EPISODES:
        named = find_named_rows(graph, frozenset(map(name_key, list_names(rival))))
        likely = {row.slug for row in named if row.mention.target == entity.id}
        slugs.sort(key=lambda slug: slug not in likely)
    replayed = slugs[:MAX_REPLAYED_EPISODES]
    counts: Counter[Obstacle] = Counter()
    rows, best = 0, None
    for episode in graph.store.read_episodes(replayed):
        mentions = [m for m in episode.mentions if m.is_accepted and m.target == entity.id]
        rows += sum(len(mention.rows) for mention in mentions)
        for attempt in iterate_candidacies(replay, episode, mentions, rival):
            counts[attempt.obstacle] += 1
            if best is None or attempt.rank > best.rank:
                best = attempt
    summary = CandidacySummary(
        rows,
        len(replayed),
        len(slugs) - len(replayed),
        counts.total(),
        rank_counts(counts),
    )
    return summary, _describe(graph, best) if best else None


def find_nearest(
    graph: OpenGraph, replay: Replay, episode: EpisodeGraph, rival: Entity
) -> Candidacy | None:
    """Return the row of an episode that came nearest to be an entity that it does not name."""
    others = [m for m in episode.mentions if not (m.is_accepted and m.target == rival.id)]
    attempts = list(iterate_candidacies(replay, episode, others, rival))
    return _describe(graph, max(attempts, key=lambda item: item.rank)) if attempts else None


def iterate_candidacies(
    replay: Replay, episode: EpisodeGraph, mentions: Iterable[MentionEdge], rival: Entity
) -> Iterator[_Try]:
    """Yield the rows of mentions of which an entity was a candidate, and what kept it back."""
    files = {number: replay.replay_file(episode, number) for number in range(len(episode.files))}
    for mention in mentions:
        for row in mention.rows:
            replayed = files[row.file].find_row(mention, row)
            if replayed is None or replayed.weighing is None:
                continue
            weighing = replayed.weighing
            fitting = [c for c in find_row_candidates(weighing.row) if _is_rival(c, rival)]
            if fitting:
                candidate = max(fitting, key=lambda c: c.weight)
                obstacle, share = _find_obstacle(replayed, weighing, candidate, rival)
                yield _Try(episode, row, candidate, weighing, obstacle, share)


def _is_rival(candidate: EntityCandidate, rival: Entity) -> bool:
    """Return whether a candidate is an entity: of its label, and of its type if it has one."""
    has_type = candidate.entry is None or candidate.entry.type == rival.type
    return has_type and name_key(candidate.label) == rival.key


def _find_obstacle(
    replayed: ReplayedRow, weighing: WeighedRow, candidate: EntityCandidate, rival: Entity
) -> tuple[Obstacle, float]:
    """Return what kept a candidate back, and its probability among all candidates."""
    if early := _find_early_obstacle(replayed, weighing, candidate):
        return early, 0.0
    if not any(_is_rival(suitable, rival) for suitable in weighing.suitable):
        return "type", 0.0
    shares = {name_key(ranked.candidate.label): share for ranked, share in weighing.ranked}
    if rival.key not in shares:
        return "clear", 0.0
    is_best = name_key(weighing.ranked[0][0].candidate.label) == rival.key
    return ("type" if is_best else "score"), shares[rival.key]


def _find_early_obstacle(
    replayed: ReplayedRow, weighing: WeighedRow, candidate: EntityCandidate
) -> Obstacle | None:
    """Return what kept a candidate back before candidates were compared; None for nothing."""
    row = weighing.row
    is_judged = replayed.decisions[0].rule == "judgement"
    if is_judged or not drop_different(row, [candidate]):
        return "judgement"
    if candidate.entry and not candidate.entry.existed_on(row.context.day):
        return "date"
    if candidate.entry and candidate.entry in find_namesakes(row):
        return "full-name"
    if weighing.is_listed and not keep_whole_names([candidate], row):
        return "whole-name"
    return None if weighing.ranked else "rejected"


def _describe(graph: OpenGraph, attempt: _Try) -> Candidacy:
    chosen, share = "", 0.0
    if attempt.weighing.ranked:
        top, share = attempt.weighing.ranked[0]
        chosen = top.candidate.written_label
    words = OBSTACLES[attempt.obstacle]
    if attempt.obstacle == "type":
        words += f": {_list_types(attempt.weighing)}"
    return Candidacy(
        graph.make_episode_line(attempt.episode.slug),
        make_witness(attempt.episode, attempt.row),
        attempt.obstacle,
        words,
        attempt.candidate.source,
        round_value(attempt.share),
        chosen,
        round_value(share),
        round_value(attempt.type_probability),
    )


def _list_types(weighing: WeighedRow) -> str:
    """List the two likeliest types of a row with their probabilities."""
    ranked = sorted(
        zip(weighing.probabilities, MENTION_CLASSES, strict=True), key=lambda item: -item[0]
    )
    return " and ".join(f"{type_} with {p:.0%}".replace("%", " %") for p, type_ in ranked[:2])
