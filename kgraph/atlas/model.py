"""What an atlas draws, as tables of numbers and texts.

Values only: :mod:`kgraph.atlas.gather` fills them from a graph, :mod:`kgraph.atlas.layout`
says where the nodes stand, :mod:`kgraph.atlas.encode` writes all of it.

Invariants:
    * a node is its number. Numbers stand in ranges: ``core`` (what several episodes share,
      the most important first), ``episodes`` (by date), ``leaves`` (what one episode alone
      mentions, by episode) and ``quotes`` (by the episode that holds their text, adverts
      last, the most relevant first);
    * edges stand by kind, source and target, and none stands twice.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from kgraph.base.entity_types import TYPE_NAMES

NODE_TYPES: tuple[str, ...] = (*TYPE_NAMES, "theme", "topic", "tag", "episode", "quote")
"""Types of nodes."""

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
"""Kinds of edges: entity and entity by the episodes that they share; episode and entity;
episode and topic or theme; episode and tag; episode and show; what the lexicon states of two
entities; episode and quote; quote and entity; quote and theme."""

UNKNOWN_DAY = -(2**31)
"""A day that is not known."""

NO_COMMUNITY = 65535
"""In place of the number of a community."""

Array = Any
"""A numpy array: its values are told where it is declared."""


STATED_CONFIDENCES = ("", "low", "medium", "high")
"""What a row may say of its own confidence."""

LLM_ROW_OFFSET = 4
"""Added to the number of what it says when the language model wrote the row."""

HAND_ROW_OFFSET = 8
"""Added to the number of what it says when a person wrote the row."""


class Ranges(msgspec.Struct, frozen=True):
    """How many nodes of each range there are, in their order."""

    core: int
    episodes: int
    leaves: int
    quotes: int

    @property
    def total(self) -> int:
        return self.core + self.episodes + self.leaves + self.quotes

    @property
    def placed(self) -> int:
        """Nodes that have coordinates of their own: the others stand round their episode."""
        return self.core + self.episodes


class AtlasNode(msgspec.Struct, frozen=True):
    """A node of the core, an episode or a leaf.

    Attributes:
        id: relative IRI.
        type: one of :data:`NODE_TYPES`.
        label: what to write beside it.
        count: episodes that have it; of an episode, what it mentions.
        weight: importance in [0, 1].
        confidence: probability in [0, 1] that it is what it says.
        spellings: how often it was written in each way, the most frequent first.
        detail: finer class of an entity, such as ``exchange``; "" when not known.
        first, last: days since 1970-01-01 of the first and last dated episode that has
            it; :data:`UNKNOWN_DAY` when there is none.
    """

    id: str
    type: str
    label: str
    count: int
    weight: float
    confidence: float = 1.0
    spellings: tuple[tuple[str, int], ...] = ()
    detail: str = ""
    first: int = UNKNOWN_DAY
    last: int = UNKNOWN_DAY

    @property
    def is_dated(self) -> bool:
        return self.first != UNKNOWN_DAY


class Edges(msgspec.Struct, frozen=True):
    """Edges of one kind, by source and target.

    Attributes:
        source, target: numbers of nodes.
        strength: in [0, 1].
    """

    source: Array
    target: Array
    strength: Array

    def __len__(self) -> int:
        return len(self.source)


class AtlasEpisodeCard(msgspec.Struct, frozen=True):
    """What a panel says of an episode; texts are "" when there is nothing to say.

    Attributes:
        file: name of its first file.
        url: http or https, or "".
        summary: its beginning.
        date: ISO 8601; of an episode whose day of publication is not known, that of processing.
    """

    file: str
    url: str
    summary: str
    date: str


class EvidenceRows(msgspec.Struct, frozen=True):
    """The rows behind the edges of kind ``mentions``, edge after edge.

    Attributes:
        behind: of each edge, how many rows.
        surface: of each row, place of its surface among the spellings of the entity.
        rule: number in ``rules``.
        stated: number in :data:`STATED_CONFIDENCES`, :data:`LLM_ROW_OFFSET` more from the language model,
            :data:`HAND_ROW_OFFSET` more from a person.
        confidence: in [0, 1].
        context: the words around it, or a description.
        rules: names of what decides.
    """

    rows_per_mention: list[int]
    surface: list[int]
    rule: list[int]
    stated: list[int]
    confidence: list[float]
    context: list[str]
    rules: list[str]


class Quotes(msgspec.Struct, frozen=True):
    """The quotes, by number less that of the first.

    Attributes:
        parent: number of the episode that holds the text.
        key: 16 hexadecimal digits.
        text: what it says.
        relevance: in [0, 1], in the episode that holds the text.
        advert: it is probably an advert.
        count: episodes that hold it.
    """

    parent: list[int]
    key: list[str]
    text: list[str]
    relevance: list[float]
    advert: list[bool]
    count: list[int]


class AtlasData(msgspec.Struct, frozen=True):
    """All that an atlas says, but where things stand.

    Attributes:
        things: nodes but quotes, by number.
        ranges: how many of each.
        parent: of each leaf the number of its episode.
        show: of each episode the number of its show, -1 when unknown.
        cards: what a panel says of each episode.
        edges: by kind, in the order of :data:`EDGE_KINDS`.
        rows: what stands behind the mentions.
        association: of each edge of kind ``associated`` how much it tells, in nats.
    """

    nodes: list[AtlasNode]
    ranges: Ranges
    leaf_parents: list[int]
    episode_shows: list[int]
    episode_cards: list[AtlasEpisodeCard]
    edges: dict[str, Edges]
    rows: EvidenceRows
    quotes: Quotes
    association: Array

    def counts(self, quotes: bool) -> tuple[int, int]:
        """How many nodes and edges there are, with or without quotes and theirs."""
        whole = self if quotes else without_quotes(self)
        return whole.ranges.total, sum(map(len, whole.edges.values()))


def without_quotes(gathered: AtlasData) -> AtlasData:
    """The same without quotes, and without edges from and to them."""
    none = Edges(*[np.zeros(0, dtype=kind) for kind in (np.int64, np.int64, float)])
    return msgspec.structs.replace(
        gathered,
        ranges=msgspec.structs.replace(gathered.ranges, quotes=0),
        edges=gathered.edges | dict.fromkeys(("quoted", "names", "theme"), none),
        quotes=Quotes([], [], [], [], [], []),
    )


class Community(msgspec.Struct, frozen=True):
    """A camp on the map.

    Attributes:
        name: its strongest members.
        members: how many nodes of the core it has.
        region: number of the larger camp that it is a part of.
        x, y, r: middle and radius of the place where most of them stand.
    """

    name: str
    members: int
    region: int
    x: float
    y: float
    r: float


class MapLayout(msgspec.Struct, frozen=True):
    """Where things stand.

    Attributes:
        x, y: of each node of the core and each episode; the core fits in [-1, 1]².
        community: of each of them, or :data:`NO_COMMUNITY`.
        communities: by number.
        regions: the larger camps that communities are parts of, by number.
        spacing: distance of neighbours among the leaves and quotes round an episode.
        scale: by what the forces' coordinates were multiplied.
    """

    x: Array
    y: Array
    community: Array
    communities: list[Community]
    regions: list[Community]
    spacing: float
    scale: float
