"""What recordings share as groups: entities, terms, statistics, the data set.

Takes :class:`Shared`, gives groups as :mod:`kgraph.rdf.episode` does, with its invariants.
"""

from __future__ import annotations

from collections.abc import Iterator

from kgraph.graph import Entity, Shared, Term
from kgraph.graph.cooccurrence import CoMention, MonthlyCount, co_mentions, monthly_counts
from kgraph.rdf.episode import Group, Pair
from kgraph.rdf.terms import decimal, iri, text, typed

ENTITY_CLASSES = {
    "company": ["kg:Company", "schema:Organization"],
    "institution": ["kg:Institution", "schema:Organization"],
    "crypto": ["kg:CryptoAsset"],
    "product": ["kg:Product", "schema:Product"],
    "person": ["kg:Person", "schema:Person"],
    "place": ["kg:Place", "schema:Place"],
    "show": ["kg:Show", "schema:PodcastSeries"],
    "other": ["kg:Concept", "skos:Concept"],
}
"""Entity type -> its classes, ours first."""

THEMES = "scheme/themes"
"""Id of the scheme that all themes are in."""

DATASET = "dataset"
"""Id of the graph itself."""

TERM_CLASSES = {"topic": "kg:Topic", "tag": "kg:Tag", "theme": "kg:Theme"}
"""First segment of a term's id -> its class."""


def groups_of_shared(shared: Shared, profile: str = "full") -> Iterator[Group]:
    """Entities, topics, tags and themes, and the data set itself."""
    full = profile == "full"
    for entity in shared.entities.values():
        yield _entity(entity, full)
        if full:
            yield from _relations(entity)
    for terms in (shared.topics, shared.tags, shared.themes):
        yield from (_term(id_, term, full) for id_, term in terms.items())
    if shared.themes:
        yield THEMES, [("a", ["skos:ConceptScheme"]), ("skos:prefLabel", ['"Themes of quotes"'])]
    if full:
        yield from _statistics(shared)
        yield from _dataset(shared)


def _entity(entity: Entity, full: bool) -> Group:
    pairs: list[Pair] = [
        ("a", ENTITY_CLASSES[entity.type]),
        ("schema:name", [text(entity.label)]),
        *[(predicate, [iri(target)]) for predicate, target in entity.relations],
    ]
    if full:
        others = sorted(surface for surface in entity.surfaces if surface != entity.label)
        pairs += [
            ("skos:altLabel", [text(surface) for surface in others]),
            ("kg:kind", [text(entity.kind)] if entity.kind else []),
            ("kg:episodeCount", [str(entity.episodes)]),
            ("kg:advertisedCount", [str(entity.advertised)]),
            ("kg:showCount", [str(entity.shows)]),
            ("kg:bestConfidence", [decimal(entity.confidence)]),
            ("kg:replaces", [iri(old) for old in entity.replaces]),
        ]
    return entity.id, [(predicate, tokens) for predicate, tokens in pairs if tokens]


def _relations(entity: Entity) -> Iterator[Group]:
    for predicate, target in entity.relations:
        yield (
            f"relation/{entity.id}/{predicate.partition(':')[2]}/{target}",
            [
                ("a", ["kg:Relation"]),
                ("kg:subject", [iri(entity.id)]),
                ("rdf:predicate", [predicate]),
                ("kg:object", [iri(target)]),
                ("kg:confidence", ["1.0"]),
                ("kg:reason", ['"lexicon: stated there"']),
            ],
        )


def _term(id_: str, term: Term, full: bool) -> Group:
    class_ = TERM_CLASSES[id_.partition("/")[0]]
    others = sorted(spelling for spelling in term.spellings if spelling != term.label)
    pairs: list[Pair] = [
        ("a", [class_, "skos:Concept"]),
        ("skos:prefLabel", [text(term.label)]),
        ("skos:altLabel", [text(other) for other in others] if full else []),
        ("skos:broader", [iri(term.broader)] if term.broader else []),
        ("skos:inScheme", [iri(THEMES)] if class_ == "kg:Theme" else []),
        ("kg:rowCount", [str(sum(term.spellings.values()))] if full else []),
    ]
    return id_, [(predicate, tokens) for predicate, tokens in pairs if tokens]


def _statistics(shared: Shared) -> Iterator[Group]:
    outlines = shared.outlines.values()
    yield from map(_co_mention, co_mentions(outlines))
    yield from map(_monthly_count, monthly_counts(outlines))


def _co_mention(pair: CoMention) -> Group:
    return f"pair/{pair.source}/{pair.target}", [
        ("a", ["kg:CoMention"]),
        ("kg:between", [iri(pair.source), iri(pair.target)]),
        ("kg:episodes", [str(pair.episodes)]),
        ("kg:weightedEpisodes", [decimal(pair.weighted)]),
        ("kg:lift", [decimal(pair.lift)]),
        ("kg:association", [decimal(pair.association)]),
    ]


def _monthly_count(count: MonthlyCount) -> Group:
    counted = count.of or DATASET
    return f"month/{count.month}/{counted}", [
        ("a", ["kg:MonthlyCount"]),
        ("kg:countOf", [iri(counted)]),
        ("kg:month", [typed(count.month, "xsd:gYearMonth")]),
        ("kg:episodes", [str(count.episodes)]),
    ]


def _dataset(shared: Shared) -> Iterator[Group]:
    build = f"build/{shared.digest[:16]}"
    yield (
        DATASET,
        [
            ("a", ["void:Dataset", "prov:Entity"]),
            ("prov:wasGeneratedBy", [iri(build)]),
            ("kg:sha256", [text(shared.digest)]),
        ],
    )
    # One activity a build, not one a statement; without a clock, so that the same
    # input gives the same bytes.
    yield build, [("a", ["prov:Activity", "kg:Build"])]
