"""Describe in RDF the data set, and what episodes share: entities, terms and statistics.

Takes :class:`SharedData`, gives blocks as :mod:`kgraph.rdf.episode` does, with its invariants. The
data set is described in the terms of DCAT (https://www.w3.org/TR/vocab-dcat-3/), VoID and PROV.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Set
from itertools import chain

from kgraph.base import VERSION
from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.external_id import ExternalId, list_ticker_symbols
from kgraph.base.text import pluralize
from kgraph.base.vocabulary import ONTOLOGY_IRI
from kgraph.graph import Entity, SharedData, TaxonomyTerm
from kgraph.graph.cooccurrence import (
    CoMention,
    MonthlyCount,
    count_by_month,
    count_co_mentions,
    find_recounted_things,
)
from kgraph.graph.network import BROADER, SAME_SUBJECT
from kgraph.rdf.episode import PredicateObjects, SubjectBlock, make_block
from kgraph.rdf.terms import (
    boolean_literal,
    decimal_literal,
    iri_ref,
    string_literal,
    typed_literal,
)

#: Entity type -> its classes, ours first.
ENTITY_CLASSES = {type_: list(spec.classes) for type_, spec in ENTITY_TYPES.items()}

#: First segment of an id of a concept -> the SKOS scheme that it is in, and the scheme's label.
CONCEPT_SCHEMES = {
    "theme": ("scheme/themes", "Themes of quotes"),
    "topic": ("scheme/topics", "Topics of episodes"),
    "tag": ("scheme/tags", "Tags of episodes"),
    "other": ("scheme/concepts", "Concepts that episodes mention"),
}
#: Kinds of ids whose IRI denotes the thing itself, and not a page on it.
EXACT_KINDS = frozenset({"wikidata", "geonames"})

DATASET_ID = "dataset"  #: of the graph itself

#: First segment of a term's id -> its class.
TERM_CLASSES = {"topic": "kg:Topic", "tag": "kg:Tag", "theme": "kg:Theme"}


#: Profile -> IRI of the shapes of its graphs.
PROFILE_SHAPES = {
    "kb": "https://w3id.org/kgraph/shapes-kb",
    "full": "https://w3id.org/kgraph/shapes",
}


def describe_dataset(
    digest: str, episodes: int, profile: str = "full", licence: str = ""
) -> Iterator[SubjectBlock]:
    """Yield the blocks of the graph itself, of its build and of the program.

    Args:
        digest: SHA-256 of the input files, which names the build.
        episodes: number of episodes in the graph.
        licence: IRI of the licence under which the graph is given away; "" if nobody said.
    """
    build, software = f"build/{digest[:16]}", f"software/kgraph-{VERSION}"
    standards = [ONTOLOGY_IRI, *([PROFILE_SHAPES[profile]] if profile in PROFILE_SHAPES else [])]
    title = f"Knowledge graph of {pluralize(episodes, 'episode')}"
    yield make_block(
        DATASET_ID,
        [
            ("a", ["dcat:Dataset", "void:Dataset", "prov:Entity"]),
            ("dcterms:title", [string_literal(title)]),
            ("dcterms:license", [iri_ref(licence)] if licence else []),
            ("dcterms:creator", [iri_ref(software)]),
            ("dcterms:conformsTo", [iri_ref(iri) for iri in standards]),
            ("prov:wasGeneratedBy", [iri_ref(build)]),
            ("kg:sha256", [string_literal(digest)]),
        ],
    )
    # One activity a build, without a clock: the same input gives the same bytes.
    activity = [
        ("a", ["prov:Activity", "kg:Build"]),
        ("prov:wasAssociatedWith", [iri_ref(software)]),
    ]
    yield build, activity
    yield (
        software,
        [
            ("a", ["prov:SoftwareAgent", "schema:SoftwareApplication"]),
            ("schema:name", [string_literal("kgraph")]),
            ("schema:softwareVersion", [string_literal(VERSION)]),
        ],
    )


def describe_shared(shared: SharedData, profile: str = "full") -> Iterator[SubjectBlock]:
    """Yield the blocks of entities and terms; with ``full`` of statistics."""
    yield from _describe_things(shared, profile, besides=SharedData())
    if profile == "full":
        yield from _describe_statistics(_count_statistics(shared))


def describe_shared_differences(
    old: SharedData, new: SharedData
) -> tuple[Iterator[SubjectBlock], Iterator[SubjectBlock]]:
    """Return the blocks of two graphs, without entities, terms and statistics that both have."""
    ids = find_recounted_things(old.summaries, new.summaries)
    before = dict.fromkeys(_count_statistics(old, ids), True)
    after = [count for count in _count_statistics(new, ids) if not before.pop(count, False)]
    return (
        chain(_describe_things(old, "full", besides=new), _describe_statistics(before)),
        chain(_describe_things(new, "full", besides=old), _describe_statistics(after)),
    )


def _describe_things(
    shared: SharedData, profile: str, *, besides: SharedData
) -> Iterator[SubjectBlock]:
    """Yield the blocks of entities and terms, but for those that another graph has just so."""
    full, others = profile == "full", besides.entities
    # In the full profile the nodes of unlikely mentions lead to their entities.
    entities = shared.entities if full else shared.stated_entities()
    for id_, entity in entities.items():
        if id_ in others and others[id_] == entity:
            continue
        yield describe_entity(entity, entities, profile)
        for predicate, target in entity.relations if full else ():
            is_namesake = target == f"company/{entity.key}"
            reason = (
                "name: a company has the product's name" if is_namesake else "lexicon: stated there"
            )
            yield (
                f"relation/{entity.id}/{predicate.partition(':')[2]}/{target}",
                [
                    ("a", ["kg:Relation"]),
                    ("kg:subject", [iri_ref(entity.id)]),
                    ("rdf:predicate", [predicate]),
                    ("kg:object", [iri_ref(target)]),
                    ("kg:confidence", ["1.0"]),
                    ("kg:reason", [string_literal(reason)]),
                ],
            )
    listed = (entities.keys() ^ others.keys()) | (shared.themes.keys() ^ besides.themes.keys())
    for terms, old_terms in (
        (shared.topics, besides.topics),
        (shared.tags, besides.tags),
        (shared.themes, besides.themes),
    ):
        for id_, term in terms.items():
            links = {term.thing, f"theme/{id_.partition('/')[2]}"}
            if old_terms.get(id_) == term and listed.isdisjoint(links):
                continue
            yield describe_term(id_, term, entities, shared.themes, profile)
    yield from list_schemes((*entities, *shared.topics, *shared.tags, *shared.themes))
    if full:
        yield from describe_former(shared, entities)


def describe_former(shared: SharedData, entities: Container[str]) -> Iterator[SubjectBlock]:
    """Yield the blocks of ids of earlier builds whose successors are in an export.

    Args:
        entities: ids of the entities in the export.
    """
    for id_, thing in shared.former.items():
        kind, _, key = thing.successor.partition("/")
        is_there = {"episode": key in shared.summaries, "theme": thing.successor in shared.themes}
        if is_there.get(kind, thing.successor in entities):
            yield (
                id_,
                [
                    ("a", ["kg:FormerThing"]),
                    ("owl:deprecated", [boolean_literal(True)]),
                    ("dcterms:isReplacedBy", [iri_ref(thing.successor)]),
                ],
            )


def list_schemes(ids: Iterable[str]) -> Iterator[SubjectBlock]:
    """Yield the blocks of the schemes that the concepts among some ids are in."""
    kinds = {id_.partition("/")[0] for id_ in ids}
    for kind, (scheme, label) in CONCEPT_SCHEMES.items():
        if kind in kinds:
            pairs = [("a", ["skos:ConceptScheme"]), ("skos:prefLabel", [string_literal(label)])]
            yield scheme, pairs


def describe_entity(entity: Entity, entities: Container[str], profile: str) -> SubjectBlock:
    """Describe an entity; its relations lead to ``entities`` alone."""
    label, classes = [string_literal(entity.label)], ENTITY_CLASSES[entity.type]
    pairs = [("a", classes), ("schema:name", label)]
    for predicate, target in entity.relations:
        if target in entities:
            pairs.append((predicate, [iri_ref(target)]))
    if "skos:Concept" in classes:
        pairs.append(("skos:prefLabel", label))
        pairs.append(("skos:inScheme", [iri_ref(CONCEPT_SCHEMES[entity.type][0])]))
    if profile != "edges":
        if entity.aliases:
            pairs.append(("skos:altLabel", [string_literal(name) for name in entity.aliases]))
        if entity.ids or entity.tickers:
            pairs += [pair for pair in _state_identity(entity) if pair[1]]
        if entity.kind:
            pairs.append(("kg:kind", [string_literal(entity.kind)]))
    if profile == "full":
        pairs += _state_usage(entity)
    return entity.id, pairs


def _state_usage(entity: Entity) -> list[PredicateObjects]:
    """State how episodes write an entity, and how many do."""
    pairs = [
        ("kg:episodeCount", [str(entity.episodes)]),
        ("kg:advertisedCount", [str(entity.advertised)]),
        ("kg:unlikelyCount", [str(entity.unlikely)]),
        ("kg:showCount", [str(entity.shows)]),
        ("kg:bestConfidence", [decimal_literal(entity.confidence)]),
    ]
    # Whatever else was heard: for searches, not to call it by ("And Bitcoin").
    if hidden := sorted(entity.surfaces.keys() - {entity.label, *entity.aliases}):
        pairs.insert(0, ("skos:hiddenLabel", [string_literal(surface) for surface in hidden]))
    if entity.replaces:
        pairs.append(("kg:replaces", [iri_ref(id_) for id_ in entity.replaces]))
    return pairs


def _state_identity(entity: Entity) -> Iterator[PredicateObjects]:
    """State what other registers call an entity, for other knowledge bases to join by."""
    ids = [ExternalId(kind, id_) for kind, id_ in entity.ids]
    others = [(x, x.iris) for x in ids if x.kind != "website"]
    tickers = {*entity.tickers, *list_ticker_symbols(entity.ids)}
    same = dict.fromkeys(iri for _, iris in others for iri in iris)
    yield "schema:sameAs", list(map(iri_ref, same))
    exact = [iri_ref(iris[0]) for x, iris in others if x.kind in EXACT_KINDS]
    yield "skos:exactMatch", exact
    yield "schema:tickerSymbol", list(map(string_literal, sorted(tickers)))
    websites = [typed_literal(x.id, "xsd:anyURI") for x in ids if x.kind == "website"]
    yield "schema:url", websites
    yield "schema:identifier", [string_literal(f"{x.kind}:{x.id}") for x, _ in others]


def describe_term(
    id_: str,
    term: TaxonomyTerm,
    entities: Container[str],
    themes: Container[str],
    profile: str,
) -> SubjectBlock:
    """Describe a topic, tag or theme; its links lead to ``entities`` and ``themes`` alone."""
    kind, _, key = id_.partition("/")
    scheme, _ = CONCEPT_SCHEMES[kind]
    hidden = sorted(spelling for spelling in term.spellings if spelling != term.label)
    full, is_theme = profile == "full", kind == "theme"
    # A topic and a tag whose name is that of a theme are the same concept.
    theme = f"theme/{key}"
    has_theme = not is_theme and theme in themes
    return make_block(
        id_,
        [
            ("a", [TERM_CLASSES[kind], "skos:Concept"]),
            ("skos:prefLabel", [string_literal(term.label)]),
            ("skos:hiddenLabel", [string_literal(text) for text in hidden] if full else []),
            (BROADER, [iri_ref(term.broader)] if term.broader else []),
            ("skos:inScheme", [iri_ref(scheme)]),
            ("skos:topConceptOf", [] if term.broader else [iri_ref(scheme)]),
            ("skos:exactMatch", [iri_ref(theme)] if has_theme else []),
            (SAME_SUBJECT, [iri_ref(term.thing)] if term.thing in entities else []),
            ("kg:themeEpisodeCount", [str(term.episodes)] if full and is_theme else []),
            ("kg:rowCount", [str(sum(term.spellings.values()))] if full else []),
        ],
    )


_CO_MENTION: PredicateObjects = ("a", ["kg:CoMention"])
_MONTHLY_COUNT: PredicateObjects = ("a", ["kg:MonthlyCount"])


def _count_statistics(
    shared: SharedData, ids: Set[str] | None = None
) -> Iterator[CoMention | MonthlyCount]:
    """Yield the pairs and months of things, by id; None for all."""
    summaries = shared.summaries.values()
    yield from count_co_mentions(summaries, either=ids)
    yield from count_by_month(summaries, ids=ids)


def _describe_statistics(counts: Iterable[CoMention | MonthlyCount]) -> Iterator[SubjectBlock]:
    for count in counts:
        yield _describe_pair(count) if isinstance(count, CoMention) else _describe_month(count)


def _describe_pair(pair: CoMention) -> SubjectBlock:
    return (
        f"pair/{pair.source}/{pair.target}",
        [
            _CO_MENTION,
            ("kg:between", [f"<{pair.source}>", f"<{pair.target}>"]),
            ("kg:episodes", [str(pair.episodes)]),
            ("kg:weightedEpisodes", [decimal_literal(pair.weighted)]),
            ("kg:lift", [decimal_literal(pair.lift)]),
            ("kg:association", [decimal_literal(pair.association)]),
        ],
    )


def _describe_month(count: MonthlyCount) -> SubjectBlock:
    subject = count.entity_id or DATASET_ID
    return (
        f"month/{count.month}/{subject}",
        [
            _MONTHLY_COUNT,
            ("kg:countOf", [f"<{subject}>"]),
            ("kg:month", [typed_literal(count.month, "xsd:gYearMonth")]),
            ("kg:episodes", [str(count.episodes)]),
        ],
    )
