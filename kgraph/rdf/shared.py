"""Describe in RDF what episodes share: entities, terms, statistics and the data set.

Takes :class:`SharedData`, gives blocks as :mod:`kgraph.rdf.episode` does, with its invariants.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.graph import Entity, SharedData, TaxonomyTerm
from kgraph.graph.cooccurrence import count_by_month, count_co_mentions
from kgraph.rdf.episode import SubjectBlock, make_block
from kgraph.rdf.terms import decimal_literal, iri_ref, string_literal, typed_literal

#: Entity type -> its classes, ours first.
ENTITY_CLASSES = {type_: list(spec.classes) for type_, spec in ENTITY_TYPES.items()}

THEME_SCHEME_ID = "scheme/themes"  #: of the SKOS scheme that all themes are in
DATASET_ID = "dataset"  #: of the graph itself

#: First segment of a term's id -> its class.
TERM_CLASSES = {"topic": "kg:Topic", "tag": "kg:Tag", "theme": "kg:Theme"}


def describe_shared(shared: SharedData, profile: str = "full") -> Iterator[SubjectBlock]:
    """Yield the blocks of entities and terms; with ``full`` of statistics and the data set."""
    full = profile == "full"
    # In the full profile the nodes of unlikely mentions lead to their entities.
    entities = shared.entities if full else shared.stated_entities()
    for entity in entities.values():
        yield _describe_entity(entity, entities, full)
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
    for terms in (shared.topics, shared.tags, shared.themes):
        yield from (_describe_term(id_, term, full) for id_, term in terms.items())
    if shared.themes:
        pairs = [("a", ["skos:ConceptScheme"]), ("skos:prefLabel", ['"Themes of quotes"'])]
        yield THEME_SCHEME_ID, pairs
    if full:
        yield from _describe_statistics(shared)
        build = f"build/{shared.digest[:16]}"
        yield (
            DATASET_ID,
            [
                ("a", ["void:Dataset", "prov:Entity"]),
                ("prov:wasGeneratedBy", [iri_ref(build)]),
                ("kg:sha256", [string_literal(shared.digest)]),
            ],
        )
        # One activity a build, without a clock: the same input gives the same bytes.
        yield build, [("a", ["prov:Activity", "kg:Build"])]


def _describe_entity(entity: Entity, entities: Container[str], full: bool) -> SubjectBlock:
    pairs = [
        ("a", ENTITY_CLASSES[entity.type]),
        ("schema:name", [string_literal(entity.label)]),
        *[(name, [iri_ref(target)]) for name, target in entity.relations if target in entities],
    ]
    if full:
        alt_labels = sorted(surface for surface in entity.surfaces if surface != entity.label)
        pairs += [
            ("skos:altLabel", [string_literal(surface) for surface in alt_labels]),
            ("kg:kind", [string_literal(entity.kind)] if entity.kind else []),
            ("kg:episodeCount", [str(entity.episodes)]),
            ("kg:advertisedCount", [str(entity.advertised)]),
            ("kg:unlikelyCount", [str(entity.unlikely)]),
            ("kg:showCount", [str(entity.shows)]),
            ("kg:bestConfidence", [decimal_literal(entity.confidence)]),
            ("kg:replaces", [iri_ref(id_) for id_ in entity.replaces]),
        ]
    return make_block(entity.id, pairs)


def _describe_term(id_: str, term: TaxonomyTerm, full: bool) -> SubjectBlock:
    class_ = TERM_CLASSES[id_.partition("/")[0]]
    alt_labels = sorted(spelling for spelling in term.spellings if spelling != term.label)
    is_theme = class_ == "kg:Theme"
    return make_block(
        id_,
        [
            ("a", [class_, "skos:Concept"]),
            ("skos:prefLabel", [string_literal(term.label)]),
            (
                "skos:altLabel",
                [string_literal(spelling) for spelling in alt_labels] if full else [],
            ),
            ("skos:broader", [iri_ref(term.broader)] if term.broader else []),
            ("skos:inScheme", [iri_ref(THEME_SCHEME_ID)] if is_theme else []),
            ("kg:sameSubject", [iri_ref(term.thing)] if term.thing else []),
            ("kg:themeEpisodeCount", [str(term.episodes)] if full and is_theme else []),
            ("kg:rowCount", [str(sum(term.spellings.values()))] if full else []),
        ],
    )


def _describe_statistics(shared: SharedData) -> Iterator[SubjectBlock]:
    summaries = shared.summaries.values()
    for pair in count_co_mentions(summaries):
        yield (
            f"pair/{pair.source}/{pair.target}",
            [
                ("a", ["kg:CoMention"]),
                ("kg:between", [iri_ref(pair.source), iri_ref(pair.target)]),
                ("kg:episodes", [str(pair.episodes)]),
                ("kg:weightedEpisodes", [decimal_literal(pair.weighted)]),
                ("kg:lift", [decimal_literal(pair.lift)]),
                ("kg:association", [decimal_literal(pair.association)]),
            ],
        )
    for count in count_by_month(summaries):
        subject = count.entity_id or DATASET_ID
        yield (
            f"month/{count.month}/{subject}",
            [
                ("a", ["kg:MonthlyCount"]),
                ("kg:countOf", [iri_ref(subject)]),
                ("kg:month", [typed_literal(count.month, "xsd:gYearMonth")]),
                ("kg:episodes", [str(count.episodes)]),
            ],
        )
