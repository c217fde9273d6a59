"""Lookup of entities by the names that people give them.

Takes shared data and a name; ignores case, spaces, punctuation, accents. An entity is found by
its label, by each of its spellings, by the name and id that it had before a judgement or in an
earlier build. If nothing else is called so, it is found by further names of the lexicon, and a show
by the name that files state. Themes, topics and tags: :mod:`kgraph.graph.term_lookup`; episodes:
:mod:`kgraph.graph.episode_lookup`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate, chain
from math import log
from typing import ClassVar

from kgraph.base.errors import AmbiguousNameError, InputError, UnknownNameError
from kgraph.base.external_id import (
    find_external_id,
    find_search_keys,
    is_bare_ticker,
    list_search_keys,
    make_ticker_key,
)
from kgraph.base.text import (
    MAX_SUGGESTIONS,
    MIN_SIMILARITY,
    fold_letters,
    key_similarity,
    local_id,
    name_key,
    shorten,
)
from kgraph.graph.absence import (
    Absence,
    explain_former_name,
    tell_other_kind,
    unknown_name_error,
)
from kgraph.graph.records import Entity, FormerThing, SharedData
from kgraph.graph.term_lookup import (
    find_theme,
    find_theme_by_id,
    find_theme_by_label,
    find_topic_or_tag,
)

#: Similarity gained from e times as many episodes: a hundred make up for a letter in ten.
POPULARITY_BONUS = 0.02
#: Of a name with the longer label that it is words of, which spelling alone may rate below any
#: mistyped name: "Zurich", "Zurich Insurance Group". One letter wrong in six is as similar.
PART_SIMILARITY = 0.75
#: How many times as often as another entity a name must mean one, to mean it clearly.
MIN_MEANING_LEAD = 10


class Lookup:
    """Index of entities by name.

    Args:
        former: what is no longer in the graph, by id; unknown names are looked up in it.
    """

    _latest: ClassVar[tuple[SharedData, Lookup] | None] = None

    def __init__(
        self, entities: Mapping[str, Entity], former: Mapping[str, FormerThing] | None = None
    ) -> None:
        self._entities = entities
        self._former = former or {}
        self._by_label: dict[str, list[Entity]] = {}
        self._by_surface: dict[str, list[Entity]] = {}
        self._by_old_id: dict[str, list[Entity]] = {}  # and by old key
        for entity in entities.values():
            self._by_label.setdefault(name_key(entity.label), []).append(entity)
            for surface in entity.surfaces:
                self._by_surface.setdefault(name_key(surface), []).append(entity)
            old_keys = {old_id.partition("/")[2] for old_id in entity.replaces}
            for old_name in (*entity.replaces, *old_keys):
                self._by_old_id.setdefault(old_name, []).append(entity)

    @property
    def entities(self) -> Collection[Entity]:
        """All entities."""
        return self._entities.values()

    @classmethod
    def cached_for(cls, shared: SharedData) -> Lookup:
        """Return the lookup of a graph; that of the latest graph is kept."""
        # Building takes ten milliseconds for a thousand recordings, and one question resolves its
        # names several times.
        latest = cls._latest  # read once: another thread may ask of another graph
        if latest is None or latest[0] is not shared:
            latest = cls._latest = shared, cls(shared.entities, shared.former)
        return latest[1]

    @cached_property
    def _by_alias(self) -> dict[str, list[Entity]]:
        index: dict[str, list[Entity]] = {}
        for entity in self._entities.values():
            former = (old_id.partition("/")[2] for old_id in entity.replaces)
            for key in {*map(name_key, entity.aliases), *former}:
                index.setdefault(key, []).append(entity)
        return index

    @cached_property
    def _by_stated_name(self) -> dict[str, Counter[str]]:
        """The episodes of each show, by the key of the name that their files state."""
        index: dict[str, Counter[str]] = {}
        for entity in self._entities.values():
            for name, episodes in entity.stated_names.items():
                index.setdefault(name_key(name), Counter())[entity.id] += episodes
        return index

    @cached_property
    def _by_external_id(self) -> dict[str, list[Entity]]:
        """The entities by the search keys of their ids elsewhere and of their tickers."""
        index: dict[str, list[Entity]] = {}
        for entity in self._entities.values():
            for key in list_search_keys(entity.ids, entity.tickers):
                index.setdefault(key, []).append(entity)
        return index

    def find_all(self, name: str) -> list[Entity]:
        """Return the entities that a name means, those that it means most often first.

        What only unlikely mentions name is behind the others. An id comes before labels and
        spellings, these before former names, and these before tickers and ids in other registers:
        ``NASDAQ:NVDA``, ``Q161906``, or its IRI. What has a text for its ticker is behind names.
        """
        if by_id := self.find_by_id(name):
            return by_id
        key = name_key(local_id(name))
        matching = [*self._by_label.get(key, []), *self._by_surface.get(key, [])]
        matching = matching or self._by_old_id.get(key, [])
        ranked = sorted(matching, key=lambda e: (-e.count_meanings().get(key, 0), e.id))
        ranked.sort(key=lambda entity: not (entity.episodes or entity.advertised))
        if not ranked or is_bare_ticker(name):
            ranked += self.find_by_external_id(name)
        return list({entity.id: entity for entity in ranked}.values())

    def find_meant(self, name: str, types: Collection[str] = ()) -> list[Entity]:
        """Return the entity that a name clearly means, or those that it may mean.

        A name clearly means an entity if it means it :data:`MIN_MEANING_LEAD` times as often as
        each other one, or if all others are named only by unlikely mentions.

        Args:
            types: of the entities; empty for all.
        """
        entities = [e for e in self.find_all(name) if not types or e.type in types]
        entities = [e for e in entities if e.episodes or e.advertised] or entities
        key = name_key(local_id(name))
        counts = [entity.count_meanings()[key] for entity in entities]
        if len(counts) > 1 and counts[0] >= MIN_MEANING_LEAD * max(counts[1], 1):
            return entities[:1]
        return entities

    def find_by_id(self, name: str) -> list[Entity]:
        """Return the entities of an id or IRI, also of one from before a judgement."""
        id_ = local_id(name)
        if id_ in self._entities:
            return [self._entities[id_]]
        old = self._by_old_id.get(id_, []) if "/" in id_ else []
        return sorted(old, key=popularity_key)

    def is_former(self, name: str) -> bool:
        """Return whether an id or IRI is of a thing that is no longer in the graph."""
        return local_id(name) in self._former

    def find_by_key(self, key: str) -> dict[str, list[Entity]]:
        """Return the entities with a key (:func:`~kgraph.base.text.name_key`): ``label`` are those
        that are called so, ``written`` those that episodes write so.
        """
        return {"label": self._by_label.get(key, []), "written": self._by_surface.get(key, [])}

    def find_by_external_id(self, text: str) -> list[Entity]:
        """Return the entities that an id in another register or a ticker denotes.

        Of those of a ticker the most mentioned comes first: GOOGL is Google and Alphabet.
        """
        index = self._by_external_id
        entities = [entity for key in find_search_keys(text) for entity in index.get(key, ())]
        external = find_external_id(text)
        if external and external.kind == "ticker":
            # No exchange lists a token, whatever its symbol.
            types = {entity.type for entity in entities}
            listed = index.get(make_ticker_key(external.id.partition(":")[2]), [])
            entities = [
                *entities,
                *(e for e in listed if (e.type in types if types else e.type != "crypto")),
            ]
        return sorted({entity.id: entity for entity in entities}.values(), key=popularity_key)

    def find_by_label(self, name: str) -> list[Entity]:
        """Return the entities with a label, most mentioned first."""
        return sorted(self._by_label.get(name_key(name), []), key=popularity_key)

    def find(self, name: str, types: Iterable[str] = ()) -> Entity:
        """Return the entity that a name means most often; if none, one with that alias, or else
        the show that files call so.

        Args:
            name: a name, or an id such as ``company/openai``.
            types: of the entity; empty for all.

        Raises:
            UnknownNameError: there is none; similar names are suggested.
            AmbiguousNameError: it is a ticker of entities of several types: a share, a token.
        """
        allowed = frozenset(types)
        for find in (self.find_all, self.find_by_alias, self.find_by_stated_name):
            if entities := [e for e in find(name) if not allowed or e.type in allowed]:
                self._check_ticker(name, entities)
                return entities[0]
        raise unknown_name_error(self.explain_absence(name), self.suggest(name, allowed))

    def explain_absence(self, name: str) -> Absence:
        """Tell that nothing has a name, or that what had it is no longer in the graph."""
        if not name.strip():
            return Absence("the name is empty", advice="give the name or id of an entity")
        unknown = Absence(f"nothing in the graph is called {shorten(name)!r}")
        return explain_former_name(self._former, name) or unknown

    def _check_ticker(self, name: str, entities: list[Entity]) -> None:
        """Refuse a ticker of entities of several types, but for the label of one."""
        if not is_bare_ticker(name) or any(entity.label == name for entity in entities):
            return
        listed = self._by_external_id.get(make_ticker_key(name), [])
        rivals = [entity for entity in entities if entity in listed]
        if len({entity.type for entity in rivals}) > 1:
            choice = ", ".join(f"{entity.label} ({entity.id})" for entity in rivals)
            raise AmbiguousNameError(
                f"{shorten(name)!r} is the ticker of {choice}: give one of the ids",
                [entity.id for entity in rivals],
            )

    def find_by_alias(self, name: str) -> list[Entity]:
        """Return the entities that people call by a name, says the lexicon, most mentioned first.

        Names from before a judgement count as well.
        """
        return sorted(self._by_alias.get(name_key(name), []), key=popularity_key)

    def find_by_stated_name(self, name: str) -> list[Entity]:
        """Return the show that files state by a name, or none if they state several by it.

        One that they state :data:`MIN_MEANING_LEAD` times as often as each other one is clear.
        """
        ranked = self._by_stated_name.get(name_key(name), Counter()).most_common(2)
        if len(ranked) > 1 and ranked[0][1] < MIN_MEANING_LEAD * ranked[1][1]:
            return []
        return [self._entities[id_] for id_, _ in ranked[:1]]

    def suggest(self, name: str, types: Collection[str] = ()) -> list[str]:
        """Return labels that are like a name or contain it as words; popular ones gain a little."""
        return [label for _, label in sorted(self._score_similar(name, types))[:MAX_SUGGESTIONS]]

    def _score_similar(self, name: str, types: Collection[str]) -> Iterator[tuple[float, str]]:
        key = name_key(name)
        for label_key, entities in self._by_label.items():
            similarity = key_similarity(key, label_key)
            if key and key in label_key and _contains_words(entities[0].label, key):
                similarity = max(similarity, PART_SIMILARITY)
            if similarity < MIN_SIMILARITY:
                continue
            best = min(entities, key=popularity_key)
            if not types or best.type in types:
                yield -similarity - POPULARITY_BONUS * log(1 + best.episodes), best.label

    @classmethod
    def suggest_from(cls, lookups: Iterable[Lookup], name: str) -> list[str]:
        """Return labels of several lookups that are like a name, as :meth:`Lookup.suggest`."""
        scored = sorted(chain(*(lookup._score_similar(name, ()) for lookup in lookups)))
        return [*dict.fromkeys(label for _, label in scored)][:MAX_SUGGESTIONS]


def _contains_words(name: str, key: str) -> bool:
    """Return whether words of a name, one after the other, have a key.

    >>> _contains_words("The Open AI Systems", "openai"), _contains_words("Opening Bell", "open")
    (True, False)
    """
    words = [fold_letters(word) for word in name.split()]
    return any(key in accumulate(words[start:]) for start in range(len(words)))


def explain_naming(shared: SharedData, name: str, id_: str) -> str:
    """Return why a name led to a thing that no row calls so: it is a former name or id, the
    lexicon has it, or files state it as a show; "" if rows call it so.

    Args:
        id_: of the thing that was found by the name.
    """
    entity = shared.entities.get(id_)
    given = local_id(name)
    former = shared.former.get(given)
    if former is None and entity is not None:
        present = {name_key(text) for text in (entity.label, *entity.surfaces, *entity.aliases)}
        old_ids = {name_key(old.partition("/")[2]): old for old in entity.replaces}
        if (key := name_key(given)) in old_ids.keys() - present:
            former = shared.former.get(old_ids[key])
    if former is None or former.successor != id_:
        lookup = Lookup.cached_for(shared)
        if entity is None or name == entity.label or lookup.find_all(name):
            return ""
        is_alias = entity in lookup.find_by_alias(name)
        is_stated = not is_alias and entity in lookup.find_by_stated_name(name)
        origin = "files state it as their show, which is" if is_stated else "in the lexicon it is"
        return f"no accepted row has the name {shorten(name)}: {origin} {entity.label} ({id_})"
    if entity is not None:
        label = entity.label
    elif id_ in shared.themes:
        label = shared.themes[id_].label
    else:
        label = shared.summaries[id_.removeprefix("episode/")].title
    return f"{shorten(name)} is now called {label} ({id_}): {former.reason}"


def list_theme_namesakes(shared: SharedData, name: str, theme: str) -> list[str]:
    """Return the ids of the entities that the name of a theme may mean, but for what it is of."""
    lookup, same_thing = Lookup.cached_for(shared), shared.themes[theme].thing
    entities = lookup.find_meant(name) or lookup.find_by_alias(name)
    return [entity.id for entity in entities if entity.id != same_thing]


def look_up_entity(shared: SharedData, name: str, types: Collection[str] = ()) -> Entity:
    """Return the entity that a name means, as :meth:`Lookup.find`.

    Raises:
        UnknownNameError: there is none; it tells what of another kind has the name.
        AmbiguousNameError: as :meth:`Lookup.find`.
    """
    with tell_other_kind(shared, name, " or ".join(types) or "entity"):
        return Lookup.cached_for(shared).find(name, types)


def find_entity_or_theme(shared: SharedData, name: str) -> str:
    """Return the id of the entity or theme that a name means.

    An entity that has the name for its label comes before the theme of that name, and the theme
    before entities that are only sometimes written so: "AI safety" is not the institute.

    Raises:
        UnknownNameError: there is neither; similar names of entities are suggested, and it tells
            what of another kind has the name.
    """
    lookup = Lookup.cached_for(shared)
    if theme := find_theme_by_id(shared, name):
        return theme
    if theme := find_theme_by_label(shared, name):
        key = name_key(name)
        named = (entity.id for entity in lookup.find_all(name) if name_key(entity.label) == key)
        return next(named, theme)
    with tell_other_kind(shared, name, "entity or theme"):
        return lookup.find(name).id


def find_thing(shared: SharedData, name: str) -> str:
    """Return the id of the entity or theme that a name means; if there is none, of a topic or tag.

    Raises:
        UnknownNameError: as :func:`find_entity_or_theme`.
    """
    try:
        return find_entity_or_theme(shared, name)
    except UnknownNameError:
        if term := find_topic_or_tag(shared, name):
            return term
        raise


def find_theme_or_show(shared: SharedData, name: str) -> str:
    """Return the id of the theme or show that a name means; of both, of the theme.

    Raises:
        UnknownNameError: there is neither; similar names of shows are suggested, and it tells what
            of another kind has the name.
        InputError: only an entity that is no show has the name.
    """
    lookup = Lookup.cached_for(shared)
    if theme := find_theme(shared, name):
        return theme
    try:
        with tell_other_kind(shared, name, "theme or show"):
            return lookup.find(name, ("show",)).id
    except UnknownNameError:
        if not (entities := lookup.find_all(name)):
            raise
    raise InputError(
        f"{shorten(name)}: {entities[0].id} is neither a theme nor a show: "
        "`kgraph query associated` tells what is mentioned together with it"
    )


def popularity_key(entity: Entity) -> tuple[bool, int, int, str]:
    """Return a sorting key: most episodes first, then most adverts, what every talk names last."""
    return entity.is_generic, -entity.episodes, -entity.advertised, entity.id
