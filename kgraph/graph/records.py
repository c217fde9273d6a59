"""The records that a graph is made of.

Invariants:
    * an ``id`` is a relative IRI; two records of one id are one thing;
    * an :class:`EpisodeGraph` holds all that one recording says, so recordings can be
      made, written and read one at a time, in any process;
    * a quote's text stands in one recording only, the first in canonical order; the
      others hold occurrences of it;
    * counts in :class:`SharedData` are sums over recordings: merging is associative.
"""

from __future__ import annotations

import msgspec

from kgraph.base.model import REJECTED, Episode, Reason, Row
from kgraph.base.text import name_key
from kgraph.resolve.quotes.advert_rules import ADVERT_THRESHOLD


class RowDecision(msgspec.Struct, frozen=True, array_like=True):
    """One row behind a mention, and why it counts.

    Attributes:
        file: which of the recording's files holds the row, from 0.
        index: the row's place in ``companies`` as written, from 0.
        surface: the name as written.
        confidence: probability that the row's decision is right.
        rule: what decided.
        reasons: the breakdown.
    """

    file: int
    index: int
    surface: str
    confidence: float
    rule: str
    reasons: tuple[Reason, ...] = ()


class MentionEdge(msgspec.Struct, frozen=True, array_like=True):
    """That an episode mentions an entity, or names what was rejected.

    Attributes:
        type: an entity type, or "noise" when rejected.
        key: key of the entity within its type, or of the rejected surface.
        label: the entity's usual name, or the rejected surface.
        confidence: probability that the edge holds; of a rejected mention, that it
            is rightly rejected.
        rule: what decided the row that counts most.
        rows: the rows behind it, in order of file and index.
        advert: probability that it stands in adverts or boilerplate alone; 0 where that is
            not likely.
        advert_reasons: why.
    """

    type: str
    key: str
    label: str
    confidence: float
    rule: str
    rows: tuple[RowDecision, ...]
    advert: float = 0.0
    advert_reasons: tuple[Reason, ...] = ()

    @property
    def is_advert(self) -> bool:
        return self.advert >= ADVERT_THRESHOLD

    @property
    def is_accepted(self) -> bool:
        return self.type != REJECTED

    @property
    def target(self) -> str:
        """Id of the entity, or of the rejected candidate."""
        return f"{self.type if self.is_accepted else 'candidate'}/{self.key}"


class Quote(msgspec.Struct, frozen=True, array_like=True):
    """A distinct text.

    Attributes:
        key: 16 hexadecimal digits made from the normalised text.
        text: as first written.
        advert: probability that it is an advert or boilerplate.
        reasons: why.
        entities: (id, confidence) of the entities that it names.
    """

    key: str
    text: str
    advert: float = 0.0
    reasons: tuple[Reason, ...] = ()
    entities: tuple[tuple[str, float], ...] = ()

    @property
    def id(self) -> str:
        return f"quote/{self.key}"

    @property
    def is_advert(self) -> bool:
        return self.advert >= ADVERT_THRESHOLD


class Occurrence(msgspec.Struct, frozen=True, array_like=True):
    """That a quote stands in an episode.

    Attributes:
        quote: key of the quote.
        relevance: in [0, 1], comparable between the extractors.
        rows: (file, index) of the rows that hold it.
        themes: keys of the themes that its topic strings name.
        advert: the quote is probably an advert.
    """

    quote: str
    relevance: float
    rows: tuple[tuple[int, int], ...]
    themes: tuple[str, ...] = ()
    is_advert: bool = False


class ShowEdge(msgspec.Struct, frozen=True, array_like=True):
    """The show that an episode belongs to, with the probability of that and why."""

    key: str
    label: str
    confidence: float
    reasons: tuple[Reason, ...] = ()

    @property
    def target(self) -> str:
        return f"show/{self.key}"


class EpisodeGraph(msgspec.Struct, frozen=True, array_like=True):
    """All that one recording says.

    Attributes:
        slug: the last segment of the episode's id.
        files: what its files say, in order of their names; the first gives title and date.
        show: the show it belongs to, when that is known.
        mentions: accepted first, each kind by id.
        quotes: the quotes whose text stands here.
        occurrences: by quote.
    """

    slug: str
    files: tuple[Episode, ...]
    show: ShowEdge | None = None
    mentions: tuple[MentionEdge, ...] = ()
    quotes: tuple[Quote, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()

    @property
    def id(self) -> str:
        return f"episode/{self.slug}"

    @property
    def main_file(self) -> Episode:
        """The file that gives title and date."""
        return self.files[0]

    @property
    def date(self) -> str:
        """ISO 8601 date or date-time; "" when unknown."""
        return self.main_file.date

    @property
    def is_dated(self) -> bool:
        """Whether the date is that of publication, not only of processing."""
        return bool(self.date) and not self.main_file.date_is_fallback

    @property
    def mentioned(self) -> tuple[MentionEdge, ...]:
        """What it mentions outside its adverts: what every count of episodes counts."""
        return tuple(one for one in self.mentions if one.is_accepted and not one.is_advert)

    @property
    def advertised(self) -> tuple[MentionEdge, ...]:
        """What its adverts alone name."""
        return tuple(one for one in self.mentions if one.is_accepted and one.is_advert)

    def find_row(self, list_: str, file: int, index: int) -> Row:
        """A row by its place.

        Raises:
            KeyError: there is no such readable row.
        """
        for row in self.files[file].rows.get(list_, ()):
            if row.index == index:
                return row
        raise KeyError((list_, file, index))


class EpisodeQuotes(msgspec.Struct, frozen=True, array_like=True):
    """An :class:`EpisodeGraph` of which only the quotes are read; the rest stays as it is."""

    slug: str
    files: msgspec.Raw
    show: msgspec.Raw
    mentions: msgspec.Raw
    quotes: tuple[Quote, ...]
    occurrences: tuple[Occurrence, ...]


class Entity(msgspec.Struct, array_like=True):
    """A thing that episodes mention, as the whole corpus knows it (a running sum).

    Attributes:
        type: an entity type.
        key: canonical key within the type.
        label: the usual name.
        surfaces: how often it was written in each way.
        episodes: how many recordings speak of it outside their adverts.
        confidence: the highest confidence of its mentions, in adverts or not, and of a show
            also that an episode is its own.
        kind: a finer class from the lexicon, such as ``exchange``; "" when not known.
        relations: (property, id of the target) that the lexicon states.
        replaces: earlier ids of it, by judgement.
        shows: how many different shows speak of it outside adverts; episodes without one
            count for none.
        advertised: how many recordings name it in adverts alone; none of them is one of
            ``episodes``.
    """

    type: str
    key: str
    label: str
    surfaces: dict[str, int]
    episodes: int = 0
    confidence: float = 0.0
    kind: str = ""
    relations: tuple[tuple[str, str], ...] = ()
    replaces: tuple[str, ...] = ()
    shows: int = 0
    advertised: int = 0

    @property
    def id(self) -> str:
        return f"{self.type}/{self.key}"

    def count_meanings(self) -> dict[str, int]:
        """How often it is meant by each name: as often as it was written so, and once more by
        each episode that speaks of it when the name is its label. So "JPMorgan" is the bank,
        though something rarer has it for a label. Names by their keys."""
        meant = {name_key(self.label): self.episodes}
        for surface, times in self.surfaces.items():
            name = name_key(surface)
            meant[name] = meant.get(name, 0) + times
        return meant


class TaxonomyTerm(msgspec.Struct, array_like=True):
    """A topic, tag or theme: its label, every spelling with its count, what is broader."""

    label: str
    spellings: dict[str, int]
    broader: str = ""


class EpisodeSummary(msgspec.Struct, frozen=True, array_like=True):
    """A recording in a line: enough to find it, to date it, and to count with.

    Attributes:
        files: names of its files.
        title: as its page gives it.
        date: ISO 8601 date or date-time; "" when unknown.
        dated: the date is that of publication, not only of processing.
        show: id of the show it belongs to; "" when unknown.
        mentions: ids of the entities that it mentions, with the confidence of each, but for
            those of ``adverts``.
        adverts: the same of what only its adverts name.
    """

    files: tuple[str, ...]
    title: str
    date: str = ""
    is_dated: bool = False
    show: str = ""
    mentions: dict[str, float] = {}
    adverts: dict[str, float] = {}

    @property
    def month(self) -> str:
        """Year and month of publication, such as ``2025-09``; "" when not known."""
        return self.date[:7] if self.is_dated else ""

    def get_confidence(self, id_: str) -> float:
        """That it names an entity, in adverts or not.

        Raises:
            KeyError: it names no such entity.
        """
        return self.mentions[id_] if id_ in self.mentions else self.adverts[id_]


class SharedData(msgspec.Struct, array_like=True):
    """What several recordings have in common, by id.

    Attributes:
        entities: by id; shows that episodes belong to are entities of type ``show``.
        topics: by id, ``topic/…``.
        tags: by id, ``tag/…``.
        themes: by id, ``theme/…``.
        digest: SHA-256 over the digests of all files: which input made this graph.
        outlines: every recording in a line, by slug.
    """

    entities: dict[str, Entity] = {}
    topics: dict[str, TaxonomyTerm] = {}
    tags: dict[str, TaxonomyTerm] = {}
    themes: dict[str, TaxonomyTerm] = {}
    digest: str = ""
    summaries: dict[str, EpisodeSummary] = {}


class Node(msgspec.Struct, frozen=True):
    """A thing of the graph, as network formats want it.

    Attributes:
        id: relative IRI.
        type: such as ``episode``, ``company``, ``quote``.
        label: what to write beside it.
        attributes: typed values: text, whole number, number, or flag.
    """

    id: str
    type: str
    label: str
    attributes: dict[str, str | int | float | bool] = {}


class Edge(msgspec.Struct, frozen=True):
    """An accepted edge, as network formats want it.

    Attributes:
        source: id of a node.
        predicate: prefixed name, such as ``schema:mentions``.
        target: id of a node.
        confidence: probability in [0, 1] that it holds.
        weight: strength in [0, 1]: the confidence of a mention, the prominence of a
            topic, the relevance of a quote, 1 of what is asserted.
        count: how many rows stand behind it.
    """

    source: str
    predicate: str
    target: str
    confidence: float
    weight: float
    count: int = 1
