"""How an entity came together: where label, type and ids come from, which rows joined by which
rule, and what was taken away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from kgraph.base.errors import blame_parameter
from kgraph.base.external_id import ExternalId
from kgraph.base.lexicon import EntryLookup, LexiconEntry
from kgraph.base.text import name_key, pluralize
from kgraph.graph import Entity
from kgraph.operations.request import EntityName, Limit, Request
from kgraph.pipeline.id_sources import IdSources
from kgraph.resolve.judgement import judgement_key
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.renamed_ids import list_renamed_ids
from kgraph.views.misheard import Misheard, find_misheard
from kgraph.views.name_rows import NamedRow, explain_rows, find_entity, find_named_rows, list_names
from kgraph.views.open_graph import OpenGraph
from kgraph.views.reasons import (
    Claim,
    Explanation,
    JudgementCitations,
    list_undo_commands,
    make_claim,
    make_explanation,
)
from kgraph.views.replay import BuildKnowledge, load_build_knowledge
from kgraph.views.shows import ShowHistory, read_show_history

ID_WORDS = {
    "judgement": "a judgement",
    "own": "a table of ids of your own",
    "shipped": "the table of ids",
    "unknown": "another version of kgraph",
}  #: source of an id -> its words


class HowRequest(Request, frozen=True):
    """Parameters of how."""

    name: EntityName
    limit: Limit = 20


def explain_entity(graph: OpenGraph, request: HowRequest) -> Explanation:
    """Tell how an entity came together: which names joined by which rule, how surely, where \
label, type and ids come from, what judgements changed, and what was taken away.

    Raises:
        UnknownNameError: the name is unknown; similar names are suggested.
        AmbiguousNameError: it is a ticker of entities of several types.
    """
    with blame_parameter("name"):
        entity = find_entity(graph, request.name)
    known, citations = load_build_knowledge(graph.store), JudgementCitations(graph.store)
    names = list_names(entity)
    rows = list(find_named_rows(graph, frozenset(map(name_key, names)), entity.id))
    own = [named for named in rows if named.mention.target == entity.id]
    others = [named for named in rows if named.mention.target != entity.id]
    history = read_show_history(graph, known, entity, citations)
    kinds = {
        "joined": [named for named in own if not named.mention.is_unlikely],
        "below": [named for named in own if named.mention.is_unlikely],
        "name-rejected": [named for named in others if not named.mention.is_accepted],
        "name-elsewhere": [named for named in others if named.mention.is_accepted],
    }
    groups = [
        explain_rows(graph, kind, its_rows, citations, request.limit)
        for kind, its_rows in kinds.items()
    ]
    apart = known.knowledge.judgements.different_pairs
    is_known = find_entry_of(entity, known.knowledge) is not None
    guess = None if is_known else find_misheard(graph, entity, apart)
    trees = [
        _explain_self(graph, entity, known, own, history, citations=citations),
        *filter(None, groups),
        *([explain_misheard(graph, entity, guess)] if guess else []),
    ]
    return make_explanation(
        trees,
        True,
        confidence=entity.confidence,
        things=(graph.make_ref(entity.id),),
        commands=(*list_undo_commands(trees), *([guess.command] if guess else [])),
        note=known.note,
    )


def _explain_self(
    graph: OpenGraph,
    entity: Entity,
    known: BuildKnowledge,
    own: list[NamedRow],
    history: ShowHistory,
    *,
    citations: JudgementCitations,
) -> Claim:
    """Return what an entity is, because of the sources of label, type and ids, and judgements."""
    entry = find_entry_of(entity, known.knowledge)
    series = len(graph.episodes_by_show.get(entity.id, []))
    label = _find_label_origin(entity, entry, known, series)
    type_ = _find_type_origin(entity, entry, known, series)
    origins = [
        make_claim("label", {"words": label[1]}, rule=label[0]),
        make_claim("type", {"type": entity.type, "words": type_[1]}, rule=type_[0]),
        *_explain_ids(entity, known),
        *_cite_judgements(entity, own, history.judged, citations),
        *history.stated,
    ]
    episodes = len(graph.episodes_by_entity.get(entity.id, []))
    kind = entity.kind or entity.type
    values = {"label": entity.label, "type": kind, "episodes": pluralize(episodes, "episode")}
    thing = graph.make_ref(entity.id)
    return make_claim("entity", values, thing=thing, episodes=episodes, because=tuple(origins))


def explain_misheard(graph: OpenGraph, entity: Entity, guess: Misheard) -> Claim:
    """Return that an entity is probably another one, misheard."""
    values = {"label": entity.label, "other": guess.label, "name": guess.spelling}
    return make_claim("misheard", values, confidence=guess.evidence, thing=graph.make_ref(guess.id))


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
    renamed = list_renamed_ids(knowledge.judgements).items()
    former_ids = sorted(old for old, new in renamed if new == entity.id)
    former = map(EntryLookup(lexicon).find_entry, former_ids)
    candidates = [*entries, *filter(None, former)]
    of_type = (entry for entry in candidates if entry.type == entity.type)
    return next(of_type, next(iter(entries), None))


def _find_label_origin(
    entity: Entity, entry: LexiconEntry | None, known: BuildKnowledge, series: int
) -> tuple[str, str]:
    """Return where a label comes from: a rule, and words."""
    has_name = entry is not None and name_key(entry.name) == entity.key
    if entry is not None and has_name and entry.type == entity.type:
        return "lexicon", "the lexicon has an entry of this name"
    labels = {entity.id, entity.key, *entity.replaces}
    for judgement in known.judgements:
        if judgement.label and judgement_key(judgement.label) in labels:
            return "judgement", f"a judgement says so: {judgement.words}"
    if origin := _find_show_origin(entity, known, series):
        return origin
    usage = known.knowledge.names.get(entity.key)
    if usage and usage.spelling == entity.label:
        return "corpus", "the corpus spells it so most often"
    return "rows", "its rows write it so"


def _find_show_origin(entity: Entity, known: BuildKnowledge, series: int) -> tuple[str, str] | None:
    """Return where a show comes from that no entry of the lexicon gives; None if it is no show."""
    stating = sum(entity.stated_names.values())
    checks = (
        (
            bool(series) and entity.label in known.show_names.registry.labels,
            "the list of known shows has one of this name",
        ),
        (bool(stating), f"the files of {pluralize(stating, 'episode')} state it as their show"),
        (bool(series), f"{pluralize(series, 'episode')} name it as their show"),
        (entity.type == "show", "episodes call a show so"),
    )
    return next((("shows", words) for applies, words in checks if applies), None)


def _find_type_origin(
    entity: Entity, entry: LexiconEntry | None, known: BuildKnowledge, series: int
) -> tuple[str, str]:
    """Return where a type comes from: a rule, and words."""
    former_keys = (id_.partition("/")[2] for id_ in entity.replaces)
    keys = {entity.id, entity.key, *entity.replaces, *former_keys}
    for judgement in known.judgements:
        if any(t == entity.type and key in keys for key, t in judgement.types_by_key.items()):
            return "judgement", f"a judgement says so: {judgement.words}"
    if entry is not None and entry.type == entity.type:
        return "lexicon", f"the lexicon has the entry {entry.name} of this type"
    if origin := _find_show_origin(entity, known, series):
        return origin
    return "classifier", "name, category, description and the words around it weigh most for that"


def _explain_ids(entity: Entity, known: BuildKnowledge) -> Iterator[Claim]:
    sources = IdSources(known.judgements, known.knowledge.own_ids)
    for kind, id_ in entity.ids:
        source = sources.find(entity, kind, id_)
        listed = ", ".join(f"{p.name} {p.version} ({p.registry})" for p in source.packages)
        words = ID_WORDS[source.kind] + (f", from {listed}" if listed else "")
        name = str(ExternalId(kind, id_))
        yield make_claim("id", {"name": name, "words": words}, rule=source.kind)


def _cite_judgements(
    entity: Entity,
    rows: Iterable[NamedRow],
    series: Mapping[str, int],
    citations: JudgementCitations,
) -> Iterator[Claim]:
    """Yield the judgements that changed rows or episodes of an entity, or that name it."""
    changed = Counter(
        reason.words for named in rows for reason in named.row.reasons if reason.part == "judgement"
    )
    keys = {entity.id, entity.key, *entity.replaces, *map(name_key, list_names(entity))}
    for judgement in citations.judgements:
        words = judgement.words
        is_named = not keys.isdisjoint(map(judgement_key, judgement.entity_names))
        if words in changed or words in series or is_named:
            yield citations.cite(judgement, rows=changed[words], episodes=series.get(words, 0))
