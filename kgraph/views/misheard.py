"""Names that are probably another name, misheard by the speech recognition.

A name that is misheard alike in several episodes, and that no lexicon entry has, becomes an entity
of its own: "Sweet" for Sui. It is probably another entity if three things agree: both sound alike,
are described alike, and occur with the same other names. A person decides
(:mod:`kgraph.judging.replies`).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from kgraph.base.counts import find_commonest
from kgraph.base.text import name_key
from kgraph.graph import (
    Entity,
    EpisodeGraph,
    EpisodeSummary,
    MentionEdge,
    RowDecision,
    SharedData,
)
from kgraph.graph.absence import format_names_command
from kgraph.graph.cooccurrence import associated_with, expected_counts
from kgraph.resolve.mentions.phonetics import pronunciation_similarity
from kgraph.resolve.name_counts import find_judged_name
from kgraph.views.open_graph import OpenGraph

MIN_NAME_EPISODES = 2  #: of a name and of what it may be; of one, nothing recurs

#: Rules of rows whose name the lexicon or a person knows.
KNOWN_RULES = frozenset({"known", "ticker", "judgement"})
MIN_OWN_SHARE = 0.5  #: of an unknown name's rows, which stand for an entity of that name
MAX_UNSURE_CONFIDENCE = 0.75  #: mean of the rows of any other name that is in question

#: Share of a name's rows that describe it. A language model describes what a speaker names; a run
#: of capitalised words ("Chinese AI") is no name that was misheard.
MIN_DESCRIBED_SHARE = 1 / 3

MIN_SOUND = 0.7  #: :func:`pronunciation_similarity` from which two names sound alike
MIN_COOCCURRENCE = 0.5  #: what chance gives (:attr:`Misheard.cooccurrence`)
MIN_DESCRIPTION = 0.95  #: :attr:`Misheard.description`: only the nearest twentieth counts

#: Evidence from which a name is offered. In 1,006 real episodes 17 names have as much, and 12 are
#: what they are offered as (one reader's verdict); of the 14 with 0.05 to 0.15 two are. Without the
#: lexicon's misheard forms, as for names that nobody had read, 33 have as much: of the first 20 17
#: are, and of the 16 that the lexicon knows otherwise 12.
MIN_EVIDENCE = 0.15

MIN_LETTERS = 3  #: of both names; shorter ones sound alike by chance
MAX_LENGTH_DIFFERENCE = 3  #: letters by which one of the names may be longer
MAX_BESIDE = 3  #: of the names that occur with both, listed in a case

_WORD = re.compile(r"[a-z0-9]{3,}")


class Misheard(msgspec.Struct, frozen=True):
    """Entity that a name probably means, and the evidence for it.

    Attributes:
        name: the name in question.
        id, label, type, episodes: of the entity.
        spelling: the entity's name that sounds like it.
        sound: how alike the names sound, in [0, 1].
        cooccurrence: probability that an episode with the name has more of what occurs with the
            entity than one without either, in [0, 1]; 0.5 by chance (Mann and Whitney 1947).
        description: share of all entities that are described less like the name, in [0, 1].
        evidence: in [0, 1], the product of these three, each from its least value on; half of it
            where the name's rows are of another type.
        beside: labels of what recurs beside both, the most associated first.
        said, known: descriptions of the name and of the entity, the most alike of each.
    """

    name: str
    id: str
    label: str
    type: str
    episodes: int
    spelling: str
    sound: float
    cooccurrence: float
    description: float
    evidence: float
    beside: tuple[str, ...]
    said: str
    known: str

    @property
    def command(self) -> str:
        """The command that judges both to be the same."""
        return format_names_command("judge same", self.id, self.name)


class _Usage:
    """The rows of a name, or those that name an entity by a name that is known."""

    def __init__(self) -> None:
        self.names: Counter[str] = Counter()
        self.slugs: set[str] = set()  #: of the episodes
        self.targets: Counter[str] = Counter()  #: ids of what the rows were resolved to
        self.descriptions: Counter[str] = Counter()
        self.rows = self.own = 0
        self.confidence = 0.0

    def add(self, slug: str, mention: MentionEdge, row: RowDecision, name: str, text: str) -> None:
        self.names[name] += 1
        self.slugs.add(slug)
        self.targets[mention.target] += 1
        self.rows += 1
        self.own += row.rule not in KNOWN_RULES and mention.key == name_key(name)
        self.confidence += row.confidence
        if text:
            self.descriptions[text] += 1

    @cached_property
    def words(self) -> Counter[str]:
        """Rows by word of their descriptions; to be used once all rows are added."""
        words: Counter[str] = Counter()
        for description, rows in self.descriptions.items():
            words.update(dict.fromkeys(_find_words(description), rows))
        return words

    @property
    def main_target(self) -> str:
        return find_commonest(self.targets)

    @property
    def is_in_question(self) -> bool:
        """Whether several episodes describe the name, and the lexicon is not sure of it."""
        is_unknown = self.own >= MIN_OWN_SHARE * self.rows
        is_unsure = self.confidence < MAX_UNSURE_CONFIDENCE * self.rows
        return (
            len(self.slugs) >= MIN_NAME_EPISODES
            and self.descriptions.total() >= MIN_DESCRIBED_SHARE * self.rows
            and (is_unknown or is_unsure)
        )

    def share_of_type(self, type_: str) -> float:
        """Return the share of the rows that were resolved to entities of a type."""
        rows = (n for id_, n in self.targets.items() if id_.startswith(f"{type_}/"))
        return sum(rows) / self.rows


class MisheardFinder:
    """Collects the rows of a graph, and finds what their names probably are."""

    def __init__(self, shared: SharedData) -> None:
        self._shared = shared
        self._names: dict[str, _Usage] = defaultdict(_Usage)
        self._entities: dict[str, _Usage] = defaultdict(_Usage)

    def add(self, episode: EpisodeGraph, mention: MentionEdge, row: RowDecision, name: str) -> None:
        """Add an accepted row with the name in it."""
        source = episode.find_row("companies", row.file, row.index)
        texts = source.text("category"), source.text("context")
        description = ": ".join(filter(None, texts)) if source.extractor != "regex" else ""
        self._names[name_key(name)].add(episode.slug, mention, row, name, description)
        if row.rule in KNOWN_RULES:
            self._entities[mention.target].add(episode.slug, mention, row, name, description)

    def find(
        self, keys: Iterable[str], different_pairs: Container[tuple[str, str]] = ()
    ) -> dict[str, Misheard]:
        """Return what some names probably are, by key, of those that are probably misheard.

        Args:
            keys: of the names.
            different_pairs: as of :class:`~kgraph.resolve.judgement_table.JudgementTable`: a person
                knows better.
        """
        likely = {}
        for key in sorted(self._names.keys() & set(keys)):
            guesses = [
                guess
                for guess in self._guess(self._names[key])
                if (key, guess.id) not in different_pairs
                and (key, guess.id.partition("/")[2]) not in different_pairs
            ]
            best = min(guesses, key=lambda guess: (-guess.evidence, guess.id), default=None)
            if best and best.id != self._names[key].main_target:
                likely[key] = best
        return likely

    def _guess(self, usage: _Usage) -> Iterator[Misheard]:
        """Yield what a name may be with enough evidence."""
        if not usage.is_in_question or self._shared.entities[usage.main_target].is_generic:
            return
        name = find_commonest(usage.names)
        for id_, description in self._descriptions.find_nearest(usage.words):
            entity, known = self._shared.entities[id_], self._entities[id_]
            best = _scale(description, MIN_DESCRIPTION) * (1 + usage.share_of_type(entity.type)) / 2
            if best < MIN_EVIDENCE:  # the rest takes longer: sounds, and all episodes
                continue
            least_sound = MIN_SOUND + (1 - MIN_SOUND) * MIN_EVIDENCE / best
            spelling, sound = _find_alike(name, known.names, least_sound)
            if sound < least_sound:
                continue
            evidence = best * _scale(sound, MIN_SOUND)
            cooccurrence, beside = self._cooccurrence.compare(usage, id_)
            evidence *= _scale(cooccurrence, MIN_COOCCURRENCE)
            if evidence >= MIN_EVIDENCE:
                labels = tuple(self._shared.entities[other].label for other in beside)
                yield Misheard(
                    *(name, id_, entity.label, entity.type, entity.episodes, spelling),
                    *(sound, cooccurrence, description, evidence, labels),
                    self._descriptions.choose(usage.descriptions, known.words),
                    self._descriptions.choose(known.descriptions, usage.words),
                )

    @cached_property
    def _descriptions(self) -> _DescriptionIndex:
        return _DescriptionIndex({
            id_: usage.words
            for id_, usage in sorted(self._entities.items())
            if len(usage.slugs) >= MIN_NAME_EPISODES and not self._shared.entities[id_].is_generic
        })  # fmt: skip

    @cached_property
    def _cooccurrence(self) -> _CooccurrenceIndex:
        return _CooccurrenceIndex(self._shared.summaries)


def find_misheard(
    graph: OpenGraph,
    entity: Entity,
    different_pairs: Container[tuple[str, str]] = (),
    among: Iterable[Entity] = (),
) -> Misheard | None:
    """Return what an entity is probably, misheard; None if nothing is likely.

    Args:
        among: only what one of these may be; empty for all, which reads all rows.
    """
    heard = list(among)
    names = [name for other in heard for name in (other.label, *other.surfaces)]
    is_unlike = bool(heard) and _find_alike(entity.label, names)[1] <= MIN_SOUND
    if is_unlike or entity.episodes < MIN_NAME_EPISODES:
        return None
    key, finder = name_key(entity.label), MisheardFinder(graph.shared)
    for episode in graph.store.graph:
        for mention in filter(lambda mention: mention.is_accepted, episode.mentions):
            for row in mention.rows:
                finder.add(episode, mention, row, find_judged_name(row.surface, mention.label))
    return finder.find([key], different_pairs).get(key)


class _DescriptionIndex:
    """Finds the entities whose descriptions have the words of another, by cosine similarity."""

    def __init__(self, words_by_id: Mapping[str, Counter[str]]) -> None:
        self._size = len(words_by_id)
        self._frequency = Counter(word for words in words_by_id.values() for word in words)
        self._postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for id_, words in words_by_id.items():
            for word, weight in self._weigh(words).items():
                self._postings[word].append((id_, weight))

    def _weigh(self, words: Counter[str]) -> dict[str, float]:
        """Return the tf-idf weights of the words that entities have, as a unit vector."""
        weights = {
            word: (1 + math.log(count)) * math.log(self._size / self._frequency[word])
            for word, count in sorted(words.items())
            if self._frequency[word]
        }
        norm = math.sqrt(math.fsum(weight * weight for weight in weights.values())) or 1.0
        return {word: weight / norm for word, weight in weights.items()}

    def find_nearest(self, words: Counter[str]) -> list[tuple[str, float]]:
        """Return (id, share of all entities described less alike) of the nearest twentieth."""
        similarity: dict[str, float] = defaultdict(float)
        for word, weight in self._weigh(words).items():
            for id_, other in self._postings[word]:
                similarity[id_] += weight * other
        nearest = sorted(similarity, key=lambda id_: (-similarity[id_], id_))
        ranks = ((id_, 1 - rank / self._size) for rank, id_ in enumerate(nearest, 1))
        return [(id_, share) for id_, share in ranks if share > MIN_DESCRIPTION]

    def choose(self, descriptions: Iterable[str], words: Counter[str]) -> str:
        """Return the description that has most of some words, for its length."""
        weights = self._weigh(words)

        def rate(text: str) -> tuple[float, str]:
            own = _find_words(text)
            shared = math.fsum(weights.get(word, 0.0) for word in own)
            return shared / math.sqrt(len(own) + 1), text

        return max(descriptions, key=rate, default="")


class _CooccurrenceIndex:
    """Compares episodes with those of an entity, by what else they mention and by their show."""

    def __init__(self, summaries: Mapping[str, EpisodeSummary]) -> None:
        self._summaries = {
            slug: msgspec.structs.replace(
                summary, mentions={**summary.mentions, **dict.fromkeys({summary.show} - {""}, 1.0)}
            )
            for slug, summary in summaries.items()
        }
        self._expected = expected_counts(self._summaries.values())
        self._associations: dict[str, dict[str, float]] = {}

    def compare(self, usage: _Usage, id_: str) -> tuple[float, list[str]]:
        """Return the cooccurrence of a name and an entity, and what recurs beside both."""
        associations = self._associate(id_)
        own = usage.targets.keys()
        beside: Counter[str] = Counter()
        scores, others = [], []
        for slug, summary in self._summaries.items():
            shares = {
                other: associations[other] * confidence
                for other, confidence in summary.mentions.items()
                if other in associations and other not in own
            }
            score = math.fsum(shares.values()) / math.sqrt(len(summary.mentions) + 1)
            if slug in usage.slugs:
                scores.append(score)
                beside.update(shares.keys())
            elif id_ not in summary.mentions:
                others.append(score)
        others.sort()
        below = (bisect_left(others, score) + bisect_right(others, score) for score in scores)
        cooccurrence = sum(below) / (2 * len(scores) * len(others)) if others else MIN_COOCCURRENCE
        recurring = [other for other, episodes in beside.items() if episodes > 1]
        recurring.sort(key=lambda other: (other.startswith("show/"), -associations[other], other))
        return cooccurrence, recurring[:MAX_BESIDE]

    def _associate(self, id_: str) -> dict[str, float]:
        """Return what occurs with an entity more often than by chance, with normalised pointwise
        mutual information (Bouma 2009), to which single episodes count, too."""
        if id_ not in self._associations:
            subset = {
                slug: summary.mentions[id_]
                for slug, summary in self._summaries.items()
                if id_ in summary.mentions
            }
            pairs = associated_with(self._summaries, subset, self._expected) if subset else ()
            total = len(self._summaries)
            self._associations[id_] = {
                pair.id: math.log(pair.lift) / math.log(total / pair.weighted)
                for pair in pairs
                if pair.lift > 1 and pair.id != id_
            }
        return self._associations[id_]


def _find_words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _find_alike(name: str, names: Iterable[str], least: float = 0.0) -> tuple[str, float]:
    """Return which of some names sounds most like another, and how much: 0 if none can be meant.

    Another number is another version; a longer name with the whole of it is another name.

    >>> _find_alike("Devon 2", ["Devin 2", "Devin 3"])
    ('Devin 2', 0.95)
    >>> _find_alike("Acme", ["Acme Labs"])
    ('', 0.0)
    """
    best = ("", 0.0)
    for other in sorted(names):
        key, other_key = map(name_key, _strip_shared_words(name, other))
        whole_keys = name_key(name), name_key(other)
        if (
            min(map(len, whole_keys)) < MIN_LETTERS
            or _is_part(*sorted(whole_keys, key=len))
            or abs(len(key) - len(other_key)) > MAX_LENGTH_DIFFERENCE
            or [*filter(str.isdigit, name)] != [*filter(str.isdigit, other)]
        ):
            continue
        similarity = pronunciation_similarity(key, other_key, max(least, best[1]))
        if similarity > best[1]:
            best = (other, similarity)
    return best


def _strip_shared_words(name: str, other: str) -> tuple[str, str]:
    """Return what is left of two names without the words that both begin or end with."""
    words, others = name.lower().split(), other.lower().split()
    for end in (0, -1):
        while len(words) > 1 and len(others) > 1 and words[end] == others[end]:
            del words[end], others[end]
    return " ".join(words), " ".join(others)


def _is_part(short: str, long: str) -> bool:
    return long.startswith(short) or long.endswith(short)


def _scale(value: float, least: float) -> float:
    return max(0.0, (value - least) / (1 - least))
