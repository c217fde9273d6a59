"""How strongly things belong together, from the episodes that mention them.

Takes a :class:`kgraph.graph.Graph`, gives :class:`CoMentions`: for any two things, in how
many episodes they stand together, how sure that is, and how much more often than chance
would have it. Two measures, because one number cannot be both fair and stable:

* ``association`` is the normalised pointwise mutual information (Bouma 2009): 1 when two
  things only ever stand together, 0 when no more often than chance. It compares pairs of
  any size, and is what a reader is shown. Used to *rank*, it prefers pairs that stand
  together three times and nowhere else.
* ``strength`` is the count times the pointwise mutual information (local mutual
  information, Evert 2005): the pair's share of what the corpus knows about who goes with
  whom, in nats. It wants a pair to be both frequent and no accident, and is what ranks.
  Counts alone would put whatever is mentioned everywhere beside everything.

Invariants:
    * a pair is named by its two ids in ascending order, and never pairs a thing with itself;
    * an episode counts once, however many rows it has.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations

import msgspec

from kgraph.graph import EpisodeGraph, Graph
from kgraph.graph.statistics import association


class Pair(msgspec.Struct, frozen=True):
    """Two things that stand in the same episodes.

    Attributes:
        source: id of the one, less than the target's.
        target: id of the other.
        count: in how many episodes both are mentioned.
        association: normalised pointwise mutual information, in [-1, 1].
        strength: count times pointwise mutual information, in nats.
        confidence: probability that they stand together in at least one episode: that of
            the surest episode. The errors of several episodes are often one error (a
            name taken for another), so episodes are not multiplied up as if independent;
            this is the most that holds whatever their dependence (Fréchet's bound).
        widespread: episodes of more than one show bring them together. What one show
            alone does is often its advert or its cast.
    """

    source: str
    target: str
    count: int
    association: float
    strength: float
    confidence: float
    widespread: bool = True

    def other(self, id_: str) -> str:
        """The end that is not ``id_``."""
        return self.target if id_ == self.source else self.source


class Together(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Two things, so far.

    Attributes:
        count: in how many episodes.
        confidence: how sure at best.
        show: which show brought them together first.
        widespread: another show has done so since.
    """

    count: int
    confidence: float
    show: str
    widespread: bool = False

    def again(self, confidence: float, show: str) -> Together:
        """With one episode more."""
        return Together(
            self.count + 1,
            max(self.confidence, confidence),
            self.show,
            self.widespread or show != self.show,
        )


class CoMentions(msgspec.Struct):
    """Who stands with whom: a running sum over episodes.

    Attributes:
        total: how many episodes were looked at.
        episodes: of each thing, how many mention it.
        together: of each thing, what it stands with; each pair stands under both ends.
    """

    total: int = 0
    episodes: dict[str, int] = {}
    together: dict[str, dict[str, Together]] = {}

    def add(self, sure: Mapping[str, float], show: str = "") -> None:
        """Count one episode.

        Args:
            sure: what it mentions, with the confidence of each mention.
            show: the show that it belongs to.
        """
        self.total += 1
        for id_ in sure:
            self.episodes[id_] = self.episodes.get(id_, 0) + 1
        for one, other in combinations(sorted(sure), 2):
            row = self.together.setdefault(one, {})
            known, confidence = row.get(other), sure[one] * sure[other]
            row[other] = known.again(confidence, show) if known else Together(1, confidence, show)
            self.together.setdefault(other, {})[one] = row[other]

    def pair(self, one: str, other: str) -> Pair | None:
        """What is known of two things; None when no episode mentions both."""
        found = self.together.get(one, {}).get(other)
        return None if found is None else self._pair(one, other, found)

    def _pair(self, one: str, other: str, found: Together) -> Pair:
        singles = self.episodes[one], self.episodes[other]
        mutual = math.log(found.count * self.total / (singles[0] * singles[1]))
        source, target = sorted((one, other))
        return Pair(
            source,
            target,
            found.count,
            association(found.count, *singles, self.total),
            found.count * mutual,
            found.confidence,
            found.widespread,
        )

    def of(self, one: str) -> Iterator[Pair]:
        """Every pair that ``one`` is an end of, in no particular order."""
        for other, found in self.together.get(one, {}).items():
            yield self._pair(one, other, found)

    def pairs(self, least: int = 1) -> Iterator[Pair]:
        """Every pair that stands in ``least`` episodes, each once, in no particular order."""
        for one, row in self.together.items():
            for other, found in row.items():
                if one < other and found.count >= least:
                    yield self._pair(one, other, found)


def by_strength(pair: Pair) -> tuple[float, int, str, str]:
    """Sorting key: the strongest first; a total order, so that no tie is left to chance."""
    return -pair.strength, -pair.count, pair.source, pair.target


def co_mentions(graph: Graph, wanted: Collection[str]) -> CoMentions:
    """Who stands with whom among the wanted things.

    Args:
        graph: the episodes to look at.
        wanted: ids of the entities to count.
    """
    known = frozenset(wanted)
    found = CoMentions()
    for episode in graph:
        sure = {id_: sure for id_, sure in mentioned(episode).items() if id_ in known}
        # An episode whose show is not known may be of any: it counts as a show of its own.
        found.add(sure, episode.show.target if episode.show else episode.id)
    return found


def mentioned(episode: EpisodeGraph) -> dict[str, float]:
    """Ids of the entities that an episode mentions, with the confidence of each mention."""
    return {edge.target: edge.confidence for edge in episode.mentions if edge.accepted}
