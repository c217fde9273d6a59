"""How an entity came together: the rows that joined, by which rule, and what was taken away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from kgraph.base.errors import blame_parameter
from kgraph.base.external_id import ExternalId
from kgraph.base.lexicon import EntryLookup, LexiconEntry
from kgraph.base.text import name_key, pluralize
from kgraph.graph import Entity
from kgraph.pipeline.id_sources import IdSources
from kgraph.resolve.judgement import Judgement, judgement_key
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.renamed_ids import list_renamed_ids
from kgraph.views.name_rows import (
    NamedRow,
    RowGroups,
    RuleUse,
    count_rules,
    find_entity,
    find_named_rows,
    group_rows,
    list_names,
)
from kgraph.views.open_graph import OpenGraph
from kgraph.views.replay import BuildKnowledge, load_build_knowledge
from kgraph.views.stated_names import StatedNames, cut_stated_names, read_show_episodes
from kgraph.views.values import EntityRef, NameText, ViewLimit

#: Where a label or a type comes from.
OriginSource = Literal["judgement", "lexicon", "corpus", "shows", "classifier", "rows"]


class HowRequest(msgspec.Struct, frozen=True):
    """Parameters of the history of an entity.

    Attributes:
        name: in any spelling, or an id.
        limit: groups of rows in each list.
    """

    name: NameText
    limit: ViewLimit = 20


class Origin(msgspec.Struct, frozen=True):
    """Where a label or a type comes from, and in words."""

    source: OriginSource
    words: str


class IdOrigin(msgspec.Struct, frozen=True):
    """An id in another register.

    Attributes:
        id: as ``kind:id``; ``iri`` is its usual IRI, "" for none.
        words: where it comes from.
    """

    id: str
    iri: str
    words: str


class AppliedJudgement(msgspec.Struct, frozen=True):
    """A judgement on an entity.

    Attributes:
        line: of the file of judgements, from 1.
        words: verb, names and type.
        by: who made it, ``date`` when, ``why`` for which reason; "" for unknown.
        rows: of the entity that it changed; 0 where it is not about rows.
        series: number of its own episodes that it decided, if it is a show.
    """

    line: int
    words: str
    by: str
    date: str
    why: str
    rows: int
    series: int = 0


class HowFacts(msgspec.Struct, frozen=True):
    """How an entity came together.

    Attributes:
        thing: the entity; ``kind`` is its finer class, "" if unknown.
        episodes: that mention it, ``advertised`` those that only advertise it, ``unlikely`` those
            whose mention is more likely wrong than right.
        series: episodes that belong to it, if it is a show.
        label: where its label comes from; ``type`` where its type does.
        ids: in other registers.
        judgements: on it, as the build read them.
        stated: the names by which files state it, if it is a show.
        rules: that joined rows, most rows first.
        joined: the rows that are counted.
        below: the rows of unlikely mentions, which are not counted.
        rejected: rows that have its name and were taken for nothing.
        elsewhere: rows that have its name and were taken for something else.
        names: by which the last two were looked for.
        note: on what could not be told; "" for nothing.
    """

    thing: EntityRef
    kind: str
    episodes: int
    advertised: int
    unlikely: int
    series: int
    label: Origin
    type: Origin
    ids: list[IdOrigin]
    judgements: list[AppliedJudgement]
    rules: list[RuleUse]
    joined: RowGroups
    below: RowGroups
    rejected: RowGroups
    elsewhere: RowGroups
    names: list[str]
    stated: StatedNames = StatedNames()
    note: str = ""


def explain_entity(graph: OpenGraph, request: HowRequest) -> HowFacts:
    """Tell how an entity came together: which names joined by which rule, how surely, where \
label, type and ids come from, what judgements changed, and what was taken away."""
    with blame_parameter("name"):
        entity = find_entity(graph, request.name)
    known = load_build_knowledge(graph.store)
    knowledge = known.knowledge
    names = list_names(entity)
    series = len(graph.episodes_by_show.get(entity.id, []))
    rows = list(find_named_rows(graph, frozenset(map(name_key, names)), entity.id))
    own = [named for named in rows if named.mention.target == entity.id]
    joined = [named for named in own if not named.mention.is_unlikely]
    others = [named for named in rows if named.mention.target != entity.id]
    entry = find_entry_of(entity, knowledge)
    show_episodes = read_show_episodes(graph, known, entity)

    def group(named: Iterable[NamedRow]) -> RowGroups:
        return group_rows(graph, named, request.limit)

    return HowFacts(
        thing=graph.make_ref(entity.id),
        kind=entity.kind,
        episodes=len(graph.episodes_by_entity.get(entity.id, [])),
        advertised=entity.advertised,
        unlikely=entity.unlikely,
        series=series,
        label=_find_label_origin(entity, entry, known, series),
        type=_find_type_origin(entity, entry, known, series),
        ids=list(_list_ids(entity, known)),
        judgements=_list_judgements(entity, names, known.judgements, own, show_episodes.judged),
        rules=count_rules(joined),
        joined=group(joined),
        below=group(named for named in own if named.mention.is_unlikely),
        rejected=group(named for named in others if not named.mention.is_accepted),
        elsewhere=group(named for named in others if named.mention.is_accepted),
        names=list(names),
        stated=cut_stated_names(show_episodes.stated, request.limit),
        note=known.note,
    )


def find_entry_of(entity: Entity, knowledge: Knowledge) -> LexiconEntry | None:
    """Return the entry of the lexicon that an entity is, or was before a judgement renamed it.

    Where there is none of its type, one of another type that has its name is returned.
    """
    lexicon = knowledge.lexicon
    keys = dict.fromkeys((entity.key, name_key(entity.label.partition(" (")[0])))
    matches = (match for key in keys for match in lexicon.index.get(key, ()))
    entries = [
        entry
        for entry in map(lexicon.get_entry, matches)
        if name_key(entry.name) == entity.key and not entry.same_as
    ]
    if own := next((e for e in entries if e.type == entity.type), None):
        return own
    renamed = list_renamed_ids(knowledge.judgements).items()
    of_type = f"{entity.type}/"
    former_ids = sorted(old for old, new in renamed if new == entity.id and old.startswith(of_type))
    former = next(filter(None, map(EntryLookup(lexicon).find_entry, former_ids)), None)
    return former or next(iter(entries), None)


def _find_label_origin(
    entity: Entity, entry: LexiconEntry | None, known: BuildKnowledge, series: int
) -> Origin:
    has_name = entry is not None and name_key(entry.name) == entity.key
    if entry is not None and has_name and entry.type == entity.type:
        return Origin("lexicon", "the lexicon has an entry of this name")
    labels = {entity.id, entity.key} | {
        id_ for id_ in entity.replaces if id_.partition("/")[2] == entity.key
    }
    for judgement in known.judgements:
        if judgement.label and judgement_key(judgement.label) in labels:
            return Origin("judgement", f"a judgement calls it so: {judgement.words}")
    stating = entity.stated_names.get(entity.label, 0)
    if show_origin := _find_show_origin(entity, known, series, stating):
        return show_origin
    if entry is not None and has_name:
        return Origin("lexicon", f"the lexicon has an entry of this name, of type {entry.type}")
    return _find_spelling_origin(entity, known)


def _find_show_origin(
    entity: Entity, known: BuildKnowledge, series: int, stating: int
) -> Origin | None:
    """Return where a show comes from that no entry of the lexicon gives; None if it is no show.

    Args:
        series: number of its own episodes.
        stating: number of those whose files state it, or its label.
    """
    words = ""
    if series and entity.label in known.show_names.registry.labels:
        words = "the list of known shows has one of this name"
    elif stating:
        words = f"the files of {pluralize(stating, 'episode')} state it as their show (source)"
    elif series:
        words = f"the evidence of {pluralize(series, 'episode')} names it as their show"
    elif entity.type == "show" and entity.key in known.knowledge.shows:
        words = "several episodes call their own show so"
    return Origin("shows", words) if words else None


def _find_spelling_origin(entity: Entity, known: BuildKnowledge) -> Origin:
    usage = known.knowledge.names.get(entity.key)
    if usage and usage.spelling == entity.label:
        return Origin("corpus", "the commonest spelling in the corpus")
    for judgement in known.judgements:
        if judgement.verb in ("accept", "type") and entity.label in judgement.names:
            return Origin("judgement", f"a judgement spells it so: {judgement.words}")
    return Origin("rows", "its rows write it so")


def _find_type_origin(
    entity: Entity, entry: LexiconEntry | None, known: BuildKnowledge, series: int
) -> Origin:
    former_keys = [id_.partition("/")[2] for id_ in entity.replaces]
    words_by_key = {
        key: judgement.words
        for judgement in reversed(known.judgements)
        for key, type_ in judgement.types_by_key.items()
        if type_ == entity.type
    }
    for key in (entity.id, entity.key, *entity.replaces, *former_keys):
        if key in words_by_key:
            return Origin("judgement", f"a judgement gives it this type: {words_by_key[key]}")
    if entry is not None and entry.type == entity.type:
        kind = f", kind {entry.kind}" if entry.kind else ""
        which = "" if name_key(entry.name) == entity.key else f" {entry.name}"
        return Origin("lexicon", f"the lexicon's entry{which} has type {entry.type}{kind}")
    stating = sum(entity.stated_names.values())
    if show_origin := _find_show_origin(entity, known, series, stating):
        return show_origin
    words = (
        "the classifier decides it row by row, from the name, its category or description, and the "
        "words around it"
    )
    if entry is not None and name_key(entry.name) == entity.key:
        words += f"; the lexicon's entry of this name has type {entry.type}"
    return Origin("classifier", words)


_ID_WORDS = {
    "judgement": "a judgement",
    "own": "a table of ids of your own",
    "shipped": "the table of ids",
    "unknown": "unknown to this version of kgraph",
}  #: source of an id -> what it is


def _list_ids(entity: Entity, known: BuildKnowledge) -> Iterator[IdOrigin]:
    sources = IdSources(known.judgements, known.knowledge.own_ids)
    for kind, id_ in entity.ids:
        external, source = ExternalId(kind, id_), sources.find(entity, kind, id_)
        words = _ID_WORDS[source.kind]
        if source.packages:
            listed = ", ".join(f"{p.name} {p.version} ({p.registry})" for p in source.packages)
            words += f", from {listed}"
        yield IdOrigin(str(external), next(iter(external.iris), ""), words)


def _list_judgements(
    entity: Entity,
    names: Iterable[str],
    judgements: Iterable[Judgement],
    rows: Iterable[NamedRow],
    series: Mapping[str, int],
) -> list[AppliedJudgement]:
    """List the judgements that changed rows or episodes of an entity, or that name it.

    Args:
        series: episodes of a show that each judgement decided, by the judgement in words.
    """
    changed = Counter(
        reason.words for named in rows for reason in named.row.reasons if reason.part == "judgement"
    )
    keys = {entity.id, entity.key, *entity.replaces, *map(name_key, names)}
    return [
        AppliedJudgement(
            *(j.line, str(j), j.by, j.date, j.why),
            *(changed[j.words], series.get(j.words, 0)),
        )
        for j in judgements
        if j.words in changed
        or j.words in series
        or not keys.isdisjoint(map(judgement_key, j.entity_names))
    ]
