"""Match names, as a table has them, to things: entities of the graph, entries of the lexicon.

The matcher sees a name and nothing around it. Each candidate has a score, in [0, 100], and words
for what it rests on (:mod:`kgraph.graph.name_evidence`). A candidate *matches* if it is clearly
the one: its score is at least :data:`MATCH_SCORE` and leads by :data:`MATCH_LEAD`.

Function words and offices ("And I", "General Manager") name nothing, unless something is called
exactly so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import ClassVar

import msgspec

from kgraph.base.identity import Identities, load_shipped_identities
from kgraph.base.lexicon import LexiconEntry
from kgraph.base.markup import strip_markup
from kgraph.base.text import fold_letters, name_key
from kgraph.graph.lookup import Lookup
from kgraph.graph.name_evidence import (
    INNER_STEP_FACTOR,
    OUTER_STEP_FACTOR,
    Meaning,
    NamedThing,
    NameEvidence,
    describe_entry,
    make_named_thing,
    make_weak_evidence,
    weigh_meanings,
)
from kgraph.graph.records import Entity, SharedData
from kgraph.resolve.knowledge import Knowledge, load_shipped_knowledge
from kgraph.resolve.mentions import phonetics, variants
from kgraph.resolve.mentions.name_profile import build_profile, find_similar_sounds

MATCH_SCORE = 80.0  #: least score of a match, in [0, 100]
MATCH_LEAD = 10.0  #: by which a match leads over the next candidate
DEFAULT_CANDIDATES = 5

#: Characters of the longest name that is matched; names of companies have at most half as many.
MAX_NAME_CHARS = variants.MAX_SURFACE_CHARS

#: Score from which things that are only alike are not looked for.
CERTAIN_SCORE = 60.0

MAX_LONGER_NAMES = 5  #: things whose longer names have the given one in them

_OUTER_STEPS = frozenset({"bracket", "lead", "title", "pronoun", "legal", "number"})


class MatchCandidate(msgspec.Struct, frozen=True):
    """A thing that a name may mean.

    Attributes:
        thing: the thing.
        score: how likely it is meant, from 0 to 100.
        match: whether it is clearly the one.
        evidence: kind of the evidence, a key of ``EVIDENCE_KINDS``.
        why: the evidence, for readers.
        share: of the name's meanings that are this thing, in [0, 1].
    """

    thing: NamedThing
    score: float
    match: bool
    evidence: str
    why: str
    share: float


class NameMatches(msgspec.Struct, frozen=True):
    """A name and what it may mean, best first."""

    name: str
    candidates: tuple[MatchCandidate, ...] = ()

    @property
    def best(self) -> MatchCandidate | None:
        """The candidate that is clearly meant, if there is one."""
        first = next(iter(self.candidates), None)
        return first if first is not None and first.match else None


def mark_match(name: str, candidates: Iterable[MatchCandidate], limit: int) -> NameMatches:
    """Rank candidates, and mark the first as a match if it is clearly the one.

    Args:
        name: that they may mean.
        candidates: in any order; of one thing the best counts.
        limit: candidates at most.
    """
    best: dict[str, MatchCandidate] = {}
    for candidate in sorted(candidates, key=lambda c: (-c.score, -c.thing.episodes, c.thing.id)):
        best.setdefault(candidate.thing.id, candidate)
    scores = [*(candidate.score for candidate in best.values()), 0.0, 0.0]
    is_clear = scores[0] >= MATCH_SCORE and scores[0] - scores[1] >= MATCH_LEAD
    marked = (
        msgspec.structs.replace(candidate, match=is_clear and number == 0)
        for number, candidate in enumerate(islice(best.values(), limit))
    )
    return NameMatches(name, tuple(marked))


class Matcher:
    """Index of the names of a graph and of the lexicon."""

    _latest: ClassVar[tuple[SharedData, Matcher] | None] = None

    def __init__(self, lookup: Lookup, knowledge: Knowledge, identities: Identities) -> None:
        self._lookup = lookup
        self._knowledge = knowledge
        self._identities = identities
        entries = knowledge.lexicon.entries
        self._entries = {entry.entity_id: entry for entry in entries}
        unlisted = [e for e in lookup.entities if e.id not in self._entries]
        self._unlisted_by_word = _index_by_word(unlisted)
        self._unlisted = unlisted
        self._unlisted_keys = [name_key(entity.label) for entity in unlisted]
        # Its items are the places in the keys, which are the numbers.
        self._unlisted_by_sound = phonetics.index_by_sound(
            (key, number) for number, key in enumerate(self._unlisted_keys)
        )

    @classmethod
    def cached_for(cls, shared: SharedData) -> Matcher:
        """Return the matcher of a graph; that of the latest graph is kept.

        Raises:
            DataError: a file of the lexicon or of ids is not valid.
        """
        latest = cls._latest  # read once: another thread may ask of another graph
        if latest is None or latest[0] is not shared:
            lookup, identities = Lookup.cached_for(shared), load_shipped_identities()
            latest = cls._latest = shared, cls(lookup, load_shipped_knowledge(), identities)
        return latest[1]

    def get_thing(self, id_: str) -> NamedThing | None:
        """Return the thing of an id or IRI, also of an id before a judgement; None if unknown."""
        entities = self._lookup.find_by_id(id_)
        if entities:
            return self._describe(entities[0])
        entry = self._entries.get(id_)
        return describe_entry(entry, self._identities) if entry else None

    def list_unmentioned(self, prefix: str, limit: int) -> list[NamedThing]:
        """Return the entries of the lexicon that the graph does not have and whose name begins
        with a text, by name.
        """
        key, things = fold_letters(prefix), list[NamedThing]()
        for number in range(bisect_left(self._sorted_entries, (key, "")), len(self._entries)):
            own_key, id_ = self._sorted_entries[number]
            if not key or not own_key.startswith(key) or len(things) == limit:
                break
            thing = self._describe_entry(self._entries[id_])
            if not thing.in_graph:
                things.append(thing)
        return things

    @cached_property
    def _sorted_entries(self) -> list[tuple[str, str]]:
        return sorted((name_key(entry.name), id_) for id_, entry in self._entries.items())

    def match(
        self, name: str, types: Collection[str] = (), limit: int = DEFAULT_CANDIDATES
    ) -> NameMatches:
        """Find what a name may mean.

        Args:
            name: a name, or an id, IRI or ticker symbol.
            types: of the things; empty for all.
            limit: candidates at most.
        """
        text = strip_markup(name[: 4 * MAX_NAME_CHARS])
        if not fold_letters(text) or len(text) > MAX_NAME_CHARS:
            return NameMatches(name)
        evidence = self._find_by_id(text, types)
        is_empty = variants.has_only_function_words(text) or variants.is_job_title(text)
        if not evidence:
            evidence = list(self._find_by_name(text, types, exactly=is_empty))
        if not is_empty and max((e.score for e in evidence), default=0.0) < CERTAIN_SCORE:
            evidence += self._find_alike(text, types)
        candidates = [
            MatchCandidate(
                item.thing, round(item.score, 1), False, item.kind, item.why, round(item.share, 3)
            )
            for item in evidence
        ]
        return mark_match(name, candidates, limit)

    # -- evidence ------------------------------------------------------------------

    def _find_by_id(self, text: str, types: Collection[str]) -> list[NameEvidence]:
        thing = self.get_thing(text)
        things = [thing] if thing else []
        if not things and _looks_like_id(text):
            entries = (self._entries.get(e.entity_id) for e in self._identities.find(text))
            things = [self._describe_entry(entry) for entry in entries if entry]
        meanings = [Meaning(x, "id", x.episodes) for x in things if not types or x.type in types]
        return weigh_meanings(meanings, text, 1.0, is_read_as=False)

    def _find_by_name(
        self, text: str, types: Collection[str], *, exactly: bool
    ) -> Iterator[NameEvidence]:
        for variant in _list_variants(text):
            meanings = list(self._find_meanings(variant.text, types))
            if exactly:
                meanings = [m for m in meanings if text in (m.thing.name, *m.thing.aliases)]
            factor = INNER_STEP_FACTOR
            if _OUTER_STEPS.issuperset(variant.steps):
                factor = OUTER_STEP_FACTOR if variant.steps else 1.0
            evidence = weigh_meanings(
                meanings, variant.text, factor, is_read_as=bool(variant.steps)
            )
            yield from evidence
            # The name with fewer words is another name: "The Walt Disney Company" is no person.
            if exactly or any(item.score >= CERTAIN_SCORE for item in evidence):
                return

    def _find_meanings(self, text: str, types: Collection[str]) -> Iterator[Meaning]:
        """Find what is called exactly so, without case, spaces and accents."""
        key, meanings = name_key(text), dict[str, Meaning]()
        for kind, entities in self._lookup.find_by_key(key).items():
            for entity in entities:
                thing = self._describe(entity)
                meaning = meanings.setdefault(thing.id, Meaning(thing, kind))
                meaning.add_kind(kind)
                meaning.rows = entity.count_meanings()[key]
        for match in self._knowledge.lexicon.find_matches(text):
            entry = self._knowledge.lexicon.get_entry(match)
            thing = self._describe_entry(entry)
            meaning = meanings.setdefault(thing.id, Meaning(thing, match.name_kind))
            meaning.add_kind(match.name_kind)
            meaning.is_common_word = entry.is_common_word and not types
        return (m for m in meanings.values() if not types or m.thing.type in types)

    def _find_alike(self, text: str, types: Collection[str]) -> Iterator[NameEvidence]:
        """Find what only sounds like the name, or has a part of it."""
        profile = build_profile(text, self._knowledge)
        things: list[tuple[NamedThing, str, str, float]] = [
            (self._describe_entry(match.entry), "sound", profile.core, match.similarity)
            for match in profile.sound_matches
        ]
        for number, similarity in find_similar_sounds(
            profile.key,
            self._unlisted_keys,
            range(len(self._unlisted_keys)),
            self._unlisted_by_sound,
        ):
            thing = self._describe(self._unlisted[number])
            things.append((thing, "sound", profile.core, similarity))
        for part in profile.part_matches:
            words = profile.core.split()
            own = words[-part.word_count :] if part.side == "end" else words[: part.word_count]
            things.append((self._describe_entry(part.entry), "part", " ".join(own), 1.0))
        things += ((x, "longer", profile.core, 1.0) for x in self._find_longer(profile.core))
        for thing, kind, compared, similarity in things:
            if not types or thing.type in types:
                yield make_weak_evidence(thing, kind, compared, similarity)

    def _find_longer(self, core: str) -> list[NamedThing]:
        """Find things whose name begins with the words, or persons of that surname."""
        words = tuple(core.lower().split())
        if not words or len(name_key(core)) < 2:
            return []
        entries = self._knowledge.lexicon.entries
        listed = self._knowledge.entries_by_word.get(words[0], ())
        unlisted = self._unlisted_by_word.get(words[0], ())
        things = [
            *(self._describe_entry(entries[n]) for n, name in listed if _has_words(name, words)),
            *(self._describe(e) for e, name in unlisted if _has_words(name, words)),
        ]
        ranked = sorted({x.id: x for x in things}.values(), key=lambda x: (-x.episodes, x.id))
        return ranked[:MAX_LONGER_NAMES]

    # -- things --------------------------------------------------------------------

    def _describe(self, entity: Entity) -> NamedThing:
        return make_named_thing(entity, in_lexicon=entity.id in self._entries)

    def _describe_entry(self, entry: LexiconEntry) -> NamedThing:
        """Return the entity of an entry where the graph has it, also under another id."""
        entities = self._lookup.find_by_id(entry.entity_id)
        if entities:
            return make_named_thing(entities[0], in_lexicon=True)
        return describe_entry(entry, self._identities)


def _list_variants(text: str) -> list[variants.Variant]:
    """Return the name, then without forms of incorporation, then with fewer words."""
    whole, *shorter = variants.generate_variants(text) or (variants.Variant(text),)
    unincorporated = variants.Variant(variants.strip_legal_forms(text), ("legal",))
    return [whole, *([unincorporated] if unincorporated.text != whole.text else []), *shorter]


def _looks_like_id(text: str) -> bool:
    return " " not in text and any(not char.isalpha() for char in text)


def _index_by_word(
    entities: list[Entity],
) -> dict[str, list[tuple[Entity, tuple[str, ...]]]]:
    """Index longer labels by their first word, those of persons by the last one as well."""
    index: dict[str, list[tuple[Entity, tuple[str, ...]]]] = {}
    for entity in entities:
        words = tuple(entity.label.lower().split())
        if len(words) > 1:
            ends = {words[0], words[-1]} if entity.type == "person" else {words[0]}
            for word in sorted(ends):
                index.setdefault(word, []).append((entity, words))
    return index


def _has_words(name: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return len(name) > len(words) and words in (name[: len(words)], name[-1:])
