"""Records of a graph.

Invariants:
    * an ``id`` is a relative IRI, mostly ``type/key``; two records of one id are one thing;
    * a mention is unlikely if its confidence is below the floor
      (:func:`~kgraph.base.model.reaches_floor`);
    * a ``confidence``, an ``advert`` (probability of occurring only in adverts or boilerplate), a
      ``relevance`` and a ``weight`` are in [0, 1];
    * a quote's text is in one recording only, the first in canonical order; the others have
      occurrences of it;
    * counts in :class:`SharedData` are sums over recordings: merging is associative;
    * records are stored as arrays: fields stay in order, and new ones go to the end.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import MutableMapping, Set
from functools import cached_property

import msgspec

from kgraph.base.external_id import IdKind
from kgraph.base.model import REJECTED, EpisodeFile, Reason, Row, reaches_floor
from kgraph.base.text import name_key
from kgraph.base.vocabulary import load_field_table
from kgraph.resolve.quotes.advert_rules import ADVERT_THRESHOLD

#: Share of all recordings above which a theme tells little of one. Of 1,006 real ones Technology is
#: in 0.9 and Business in 0.8; Crypto and Regulation are in half.
MAX_TELLING_SHARE = 0.6
MIN_COMPARED_EPISODES = 10  #: recordings of a graph; of fewer, any theme may be in most
#: Kinds of what every talk names: a build gives ``first-name`` to persons of whom no more is known.
#: They are found by name, and come after everything else in lists.
GENERIC_KINDS = frozenset({
    "day", "month", "quarter", "time-zone", "nationality", "role", "expression", "first-name",
})  # fmt: skip


class RowDecision(msgspec.Struct, frozen=True, array_like=True):
    """A row of a mention."""

    file: int  #: number of the recording's file, from 0
    index: int  #: of the row in ``companies`` as written, from 0
    surface: str  #: the name as written
    confidence: float  #: that the decision is right
    rule: str
    reasons: tuple[Reason, ...] = ()


class MentionEdge(msgspec.Struct, frozen=True, array_like=True):
    """An edge from an episode to an entity, or to a rejected surface."""

    type: str  #: of the entity, or "noise" when rejected
    key: str
    label: str  #: usual name of the entity, or the rejected surface
    confidence: float  #: of the edge; when rejected, that it is rightly rejected
    rule: str  #: of the strongest row
    rows: tuple[RowDecision, ...]  #: in order of file and index
    advert: float = 0.0
    advert_reasons: tuple[Reason, ...] = ()

    @property
    def is_advert(self) -> bool:
        return self.advert >= ADVERT_THRESHOLD

    @property
    def is_accepted(self) -> bool:
        return self.type != REJECTED

    @property
    def is_unlikely(self) -> bool:
        """Whether it is accepted, but more likely wrong than right."""
        return self.is_accepted and not reaches_floor(self.confidence)

    @property
    def target(self) -> str:
        """The id of the entity, or of the rejected candidate."""
        return f"{self.type if self.is_accepted else 'candidate'}/{self.key}"


class Quote(msgspec.Struct, frozen=True, array_like=True):
    """A distinct text."""

    key: str  #: 16 hexadecimal digits (:func:`kgraph.resolve.quotes.fingerprints.quote_key`)
    text: str  #: as first written
    advert: float = 0.0
    reasons: tuple[Reason, ...] = ()  #: of its being an advert
    entities: tuple[tuple[str, float], ...] = ()  #: (id, confidence) of those that it names

    @property
    def id(self) -> str:
        return f"quote/{self.key}"

    @property
    def is_advert(self) -> bool:
        return self.advert >= ADVERT_THRESHOLD


class Occurrence(msgspec.Struct, frozen=True, array_like=True):
    """A quote in an episode."""

    quote: str  #: key of the quote
    relevance: float  #: comparable between the extractors
    rows: tuple[tuple[int, int], ...]  #: (file, index) of its rows
    themes: tuple[str, ...] = ()  #: keys
    is_advert: bool = False


class ShowEdge(msgspec.Struct, frozen=True, array_like=True):
    """The show of an episode."""

    key: str
    label: str
    confidence: float
    reasons: tuple[Reason, ...] = ()
    file: int = 0  #: number of the file whose evidence decided

    @property
    def target(self) -> str:
        return f"show/{self.key}"


class JudgedShow(msgspec.Struct, frozen=True, array_like=True):
    """Judgements of the show of an episode."""

    keys: tuple[str, ...]  #: keys and ids that they name
    reasons: tuple[Reason, ...] = ()  #: those by which it is another show, surer, or undecided


class EpisodeGraph(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """One recording; mentions are sorted by their standing once."""

    slug: str  #: last segment of the episode's id
    files: tuple[EpisodeFile, ...]  #: in order of their names
    show: ShowEdge | None = None
    mentions: tuple[MentionEdge, ...] = ()  #: accepted first, each kind by id
    quotes: tuple[Quote, ...] = ()  #: whose text is here, by key
    occurrences: tuple[Occurrence, ...] = ()  #: by quote
    counts_unlikely: bool = False  #: whether unlikely mentions count, as a selection may ask
    judged_show: JudgedShow | None = None  #: None if no judgement is about its show

    @property
    def id(self) -> str:
        return f"episode/{self.slug}"

    @cached_property
    def stating_files(self) -> dict[str, int]:
        """Number of the file that states each field of the episode: the first that has it.

        A date of publication is preferred to a day of processing, which says nothing of it. What
        describes a file (``of_file`` in ``ontology/fields.yaml``) is taken from the first alone.
        """
        table = load_field_table().episode
        numbers = dict.fromkeys(self.files[0].values, 0)
        for number, file in enumerate(self.files):
            for field in file.values:
                if not table[field].of_file:
                    numbers.setdefault(field, number)
        for number, file in enumerate(self.files):
            if file.date and not file.date_is_fallback:
                return {**numbers, "date": number}
        return numbers

    @cached_property
    def main_file(self) -> EpisodeFile:
        """The first file, with the fields of the episode: those that it lacks are of others."""
        main = self.files[0]
        if not any(self.stating_files.values()):
            return main
        return msgspec.structs.replace(
            main,
            values={field: self.files[n].values[field] for field, n in self.stating_files.items()},
            date_is_fallback=self.files[self.stating_files.get("date", 0)].date_is_fallback,
        )

    @property
    def date(self) -> str:
        """The ISO 8601 date or date-time; "" when unknown."""
        return self.main_file.date

    @property
    def is_dated(self) -> bool:
        """Whether the date is that of publication, not only of processing."""
        return bool(self.date) and not self.main_file.date_is_fallback

    @cached_property
    def mentioned(self) -> tuple[MentionEdge, ...]:
        """The accepted mentions outside adverts, which counts of episodes count."""
        return tuple(
            edge
            for edge in self.mentions
            if edge.is_accepted
            and (self.counts_unlikely if edge.is_unlikely else not edge.is_advert)
        )

    @cached_property
    def advertised(self) -> tuple[MentionEdge, ...]:
        """The accepted mentions in adverts alone, without unlikely ones."""
        return tuple(
            edge
            for edge in self.mentions
            if edge.is_accepted and edge.is_advert and not edge.is_unlikely
        )

    @cached_property
    def unlikely(self) -> tuple[MentionEdge, ...]:
        """The accepted mentions that are more likely wrong than right, in adverts or not."""
        return tuple(edge for edge in self.mentions if edge.is_unlikely)

    def list_named(self, quote: Quote) -> tuple[tuple[str, float], ...]:
        """Return (id, confidence) of what a quote names, without what it is unlikely to name."""
        return tuple(
            named for named in quote.entities if self.counts_unlikely or reaches_floor(named[1])
        )

    def find_row(self, list_: str, file: int, index: int) -> Row:
        """Return the row of a list by file and index; KeyError if there is no readable one."""
        for row in self.files[file].rows.get(list_, ()):
            if row.index == index:
                return row
        raise KeyError((list_, file, index))


class Entity(msgspec.Struct, array_like=True):
    """A thing that episodes mention, with its counts in the corpus."""

    type: str
    key: str
    label: str
    surfaces: dict[str, int]  #: each way to write it -> rows
    episodes: int = 0  #: recordings that mention it outside adverts
    confidence: float = 0.0  #: highest of its mentions; of a show, also of its own episodes
    kind: str = ""  #: finer class from the lexicon, such as ``exchange``
    relations: tuple[tuple[str, str], ...] = ()  #: (property, id) from the lexicon
    replaces: tuple[str, ...] = ()  #: ids that it had before a judgement, or in earlier builds
    shows: int = 0  #: known shows whose episodes mention it outside adverts
    advertised: int = 0  #: recordings that name it in adverts alone, none of ``episodes``
    #: Recordings whose mention of it is unlikely; ``episodes`` counts them only where it was asked.
    unlikely: int = 0
    aliases: tuple[str, ...] = ()  #: other names that people call it by, from the lexicon
    tickers: tuple[str, ...] = ()  #: symbols of its shares or of the token
    ids: tuple[tuple[IdKind, str], ...] = ()  #: in other registers (:mod:`kgraph.base.identity`)
    #: Of a show: each name by which files state it -> recordings. No row need have it.
    stated_names: dict[str, int] = {}

    @property
    def id(self) -> str:
        return f"{self.type}/{self.key}"

    @property
    def entry_ids(self) -> tuple[str, ...]:
        """The ids under which the lexicon may have it: its own, and former ones of its type."""
        same = (id_ for id_ in self.replaces if id_.partition("/")[0] == self.type)
        return (self.id, *same)

    @property
    def is_generic(self) -> bool:
        return self.kind in GENERIC_KINDS

    def count_meanings(self) -> Counter[str]:
        """Count how often each name, by :func:`~kgraph.base.text.name_key`, means this entity.

        A name counts each time it was written, and its label once more for each episode. So
        "JPMorgan" is the bank, though something rarer has it for a label.
        """
        counts = Counter({name_key(self.label): self.episodes})
        for surface, rows in self.surfaces.items():
            counts[name_key(surface)] += rows
        return counts


class TaxonomyTerm(msgspec.Struct, array_like=True):
    """A topic, tag or theme."""

    label: str
    spellings: dict[str, int]  #: each way to write it -> rows
    broader: str = ""  #: id
    #: Recordings of a theme: with a quote on it or on a narrower theme, or that mention its thing.
    episodes: int = 0
    thing: str = ""  #: id of the entity that is the same thing as the theme

    def is_common(self, total: int) -> bool:
        """Return whether a theme is in so many of all recordings that it tells little of one."""
        return total >= MIN_COMPARED_EPISODES and self.episodes > MAX_TELLING_SHARE * total


class EpisodeSummary(msgspec.Struct, frozen=True, array_like=True):
    """A recording in short, to find it, date it and count with it."""

    files: tuple[str, ...]
    title: str
    date: str = ""  #: as of :class:`EpisodeGraph`
    is_dated: bool = False
    show: str = ""  #: id
    mentions: dict[str, float] = {}  #: id of an entity outside adverts -> confidence
    adverts: dict[str, float] = {}  #: id of an entity in adverts alone -> confidence
    unlikely: dict[str, float] = {}  #: id of an entity of an unlikely mention -> confidence

    @property
    def month(self) -> str:
        """The year and month of publication, such as ``2025-09``; "" when unknown."""
        return self.date[:7] if self.is_dated else ""

    def get_confidence(self, id_: str) -> float:
        """Return the confidence of a mention of any standing; KeyError if there is none."""
        if id_ in self.mentions:
            return self.mentions[id_]
        return self.adverts[id_] if id_ in self.adverts else self.unlikely[id_]


#: Reason of a former thing that has no successor because a judgement rejected its name or id.
REJECTED_BY_JUDGEMENT = "a judgement rejected it"
#: The same of one that episodes wrote under another name, which a judgement rejected.
NAME_REJECTED_BY_JUDGEMENT = "a judgement rejected a name of it"


class FormerThing(msgspec.Struct, frozen=True, array_like=True):
    """A thing whose id was in the graph of an earlier build."""

    label: str  #: its last name
    successor: str = ""  #: id of the thing that it is now; "" if none is clear
    reason: str = ""  #: of the choice of its successor, or why there is none, for people
    names: tuple[str, ...] = ()  #: its other names in episodes, if it has no successor
    last_successor: str = ""  #: id of the last one, if it has none; nothing in the graph has it


class SharedData(msgspec.Struct, array_like=True):
    """All that several recordings may share, by id."""

    entities: dict[str, Entity] = {}  #: with the shows that episodes belong to
    topics: dict[str, TaxonomyTerm] = {}
    tags: dict[str, TaxonomyTerm] = {}
    themes: dict[str, TaxonomyTerm] = {}
    digest: str = ""  #: SHA-256 over the digests of all input files
    summaries: MutableMapping[str, EpisodeSummary] = {}  #: by slug, sorted
    former: dict[str, FormerThing] = {}  #: by an id that nothing in the graph has

    @property
    def terms(self) -> ChainMap[str, TaxonomyTerm]:
        """The themes, topics and tags by id."""
        return ChainMap(self.themes, self.topics, self.tags)

    def stated_entities(self) -> dict[str, Entity]:
        """Return the entities without those that only unlikely mentions name."""
        shows = self.count_episodes_by_show()
        return {
            id_: entity
            for id_, entity in self.entities.items()
            if entity.episodes or entity.advertised or not entity.unlikely or id_ in shows
        }

    def list_episodes_of(self, ids: Set[str]) -> list[str]:
        """Return the slugs of the episodes with rows of some entities, unlikely ones included."""
        return [
            slug
            for slug, summary in self.summaries.items()
            if not all(
                named.keys().isdisjoint(ids)
                for named in (summary.mentions, summary.adverts, summary.unlikely)
            )
        ]

    def count_episodes_by_show(self) -> Counter[str]:
        """Return the number of episodes of each show, by id; "" for episodes without one."""
        return Counter(summary.show for summary in self.summaries.values())


class GraphNode(msgspec.Struct, frozen=True):
    """A node for network formats."""

    id: str
    type: str  #: such as ``episode``, ``company``, ``quote``
    label: str
    attributes: dict[str, str | int | float | bool] = {}


class Edge(msgspec.Struct, frozen=True):
    """An accepted edge for network formats."""

    source: str  #: id
    predicate: str  #: prefixed name, such as ``schema:mentions``
    target: str  #: id
    confidence: float
    weight: float  #: confidence of a mention, prominence of a topic, relevance of a quote, or 1
    count: int = 1  #: rows of evidence
