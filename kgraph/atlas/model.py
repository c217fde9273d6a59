"""The data of an atlas as tables of numbers and texts.

:mod:`kgraph.atlas.gather` fills them from a graph, :mod:`kgraph.atlas.layout` computes positions,
and :mod:`kgraph.atlas.encode` writes them.

Invariants:
    * a node is identified by its number. Numbers form ranges: ``core`` (nodes of several
      episodes, most important first), ``episodes`` (by date), ``leaves`` (entities of a single
      episode, by episode) and ``quotes`` (by the episode that contains their text; adverts
      last, most relevant first);
    * edges are sorted by kind, source and target, without duplicates.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from kgraph.base.entity_types import TYPE_NAMES

NODE_TYPES: tuple[str, ...] = (*TYPE_NAMES, "theme", "topic", "tag", "episode", "quote")

#: Kinds of edges: entity and entity that share episodes; episode and entity; episode and topic or
#: theme; episode and tag; episode and show; entity and entity by the lexicon; episode and quote;
#: quote and entity; quote and theme.
EDGE_KINDS = (
    "associated",
    "mentions",
    "about",
    "keyword",
    "partOf",
    "states",
    "quoted",
    "names",
    "theme",
)

UNKNOWN_DAY = -(2**31)
NO_COMMUNITY = 65535  #: in place of the number of a community

Array = Any  #: a numpy array; its values are described where it is declared

STATED_CONFIDENCES = ("", "low", "medium", "high")  #: of a row
LLM_ROW_OFFSET = 4  #: added to the number of the confidence if a language model wrote the row
HAND_ROW_OFFSET = 8  #: added to the number of the confidence if a person wrote the row


class Ranges(msgspec.Struct, frozen=True):
    """Sizes of the ranges, in their order."""

    core: int
    episodes: int
    leaves: int
    quotes: int

    @property
    def total(self) -> int:
        return self.core + self.episodes + self.leaves + self.quotes

    @property
    def placed(self) -> int:
        """Number of nodes with coordinates of their own; the others surround their episode."""
        return self.core + self.episodes


class AtlasNode(msgspec.Struct, frozen=True):
    """A node of the core, an episode or a leaf."""

    id: str  #: relative IRI
    type: str  #: one of NODE_TYPES
    label: str
    count: int  #: its episodes; of an episode, the entities that it mentions
    weight: float  #: importance in [0, 1]
    confidence: float = 1.0  #: probability in [0, 1]
    spellings: tuple[tuple[str, int], ...] = ()  #: with counts, most frequent first
    detail: str = ""  #: finer class of an entity, such as exchange; "" if unknown
    #: Days since 1970-01-01 of its first and last dated episode.
    first: int = UNKNOWN_DAY
    last: int = UNKNOWN_DAY
    is_common: bool = False  #: a theme of so many episodes that it tells little of one

    @property
    def is_dated(self) -> bool:
        return self.first != UNKNOWN_DAY


class Edges(msgspec.Struct, frozen=True):
    """Edges of one kind, sorted by source and target."""

    source: Array  #: numbers of nodes
    target: Array  #: numbers of nodes
    strength: Array  #: in [0, 1]

    def __len__(self) -> int:
        return len(self.source)


class AtlasEpisodeCard(msgspec.Struct, frozen=True):
    """The texts about an episode in a panel; "" if unknown."""

    file: str  #: name of its first file
    url: str  #: http or https
    summary: str  #: shortened
    date: str  #: ISO 8601; the day of processing if that of publication is unknown


class EvidenceRows(msgspec.Struct, frozen=True):
    """The rows behind the edges of kind ``mentions``, edge after edge."""

    rows_per_mention: list[int]  #: of each edge
    surface: list[int]  #: position among the spellings of the entity
    rule: list[int]  #: number in rules
    stated: list[int]  #: number in STATED_CONFIDENCES, plus the offset of the extractor
    confidence: list[float]  #: in [0, 1]
    context: list[str]  #: the words around it, or a description
    rules: list[str]  #: names


class Quotes(msgspec.Struct, frozen=True):
    """Columns of the quotes."""

    parent: list[int]  #: number of the episode that contains the text
    key: list[str]  #: 16 hexadecimal digits
    text: list[str]
    relevance: list[float]  #: in [0, 1], in the parent episode
    advert: list[bool]  #: probably an advert
    count: list[int]  #: episodes that contain it


class AtlasData(msgspec.Struct, frozen=True):
    """All data of an atlas except positions."""

    nodes: list[AtlasNode]  #: all but quotes, by number
    ranges: Ranges
    leaf_parents: list[int]  #: number of the episode of each leaf
    episode_shows: list[int]  #: number of the show of each episode; -1 if unknown
    episode_cards: list[AtlasEpisodeCard]
    edges: dict[str, Edges]  #: by kind, in the order of EDGE_KINDS
    rows: EvidenceRows  #: evidence of the mentions
    quotes: Quotes
    advertised: int = 0  #: number of further entities, which only adverts name

    @property
    def names(self) -> int:
        """Number of entities among the nodes."""
        return sum(node.type in TYPE_NAMES for node in self.nodes)

    def counts(self, quotes: bool) -> tuple[int, int]:
        """Count nodes and edges, with or without quotes and their edges."""
        data = self if quotes else without_quotes(self)
        return data.ranges.total, sum(map(len, data.edges.values()))


def without_quotes(gathered: AtlasData) -> AtlasData:
    """Remove quotes and their edges."""
    none = Edges(*[np.zeros(0, dtype=kind) for kind in (np.int64, np.int64, float)])
    return msgspec.structs.replace(
        gathered,
        ranges=msgspec.structs.replace(gathered.ranges, quotes=0),
        edges=gathered.edges | dict.fromkeys(("quoted", "names", "theme"), none),
        quotes=Quotes([], [], [], [], [], []),
    )


class Community(msgspec.Struct, frozen=True):
    """A community on the map."""

    name: str  #: what it is about (:mod:`kgraph.atlas.community_names`)
    members: int  #: nodes of the core
    region: int  #: number of its region
    x: float  #: centre
    y: float
    r: float  #: radius of the area of most members
    leaders: tuple[int, ...] = ()  #: numbers of its most important members
    themes: tuple[int, ...] = ()  #: numbers of the themes that set its quotes apart


class MapLayout(msgspec.Struct, frozen=True):
    """Positions and communities of the core and the episodes."""

    x: Array  #: the core fits in [-1, 1]
    y: Array
    community: Array  #: number of the community, or NO_COMMUNITY
    communities: list[Community]
    regions: list[Community]  #: groups of communities
    spacing: float  #: distance of neighbours among the leaves and quotes around an episode
