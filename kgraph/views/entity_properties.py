"""Properties of entities that a table can be extended with: ids, counts, days, related things.

A property is a row of :data:`ENTITY_PROPERTIES`. Its function takes the open graph and a thing,
which may be an entry of the lexicon that no episode mentions, and gives its values in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

import msgspec

from kgraph.base.counts import rank_counts
from kgraph.base.external_id import ID_KINDS, ExternalId, IdKind
from kgraph.graph.name_evidence import NamedThing
from kgraph.views.highlights import COMPANY_TYPES, find_associations, iterate_entity_quotes
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import EntityRef

#: A value of a property.
PropertyValue = str | int | date | EntityRef

MAX_PROPERTY_VALUES = 50  #: values of one property of a thing, at most
DEFAULT_PROPERTY_VALUES = 10

#: Kind of an id -> its name for readers.
ID_NAMES: dict[IdKind, str] = {
    "wikidata": "Wikidata item",
    "isin": "ISIN",
    "cik": "CIK (SEC)",
    "ticker": "Ticker symbol with exchange",
    "coingecko": "CoinGecko id",
    "caip2": "CAIP-2 chain id",
    "geonames": "GeoNames id",
    "iso3166": "ISO 3166 code",
    "website": "Website",
    "enwiki": "English Wikipedia article",
}


class EntityProperty(msgspec.Struct, frozen=True):
    """A property of entities.

    Attributes:
        id: name in requests and columns.
        name: for readers.
        description: one sentence.
        list_values: function that gives the values of a thing.
        types: of the entities that may have it; empty for all.
    """

    id: str
    name: str
    description: str
    list_values: Callable[[OpenGraph, NamedThing], Iterable[PropertyValue]]
    types: tuple[str, ...] = ()


def _list_ids(kind: IdKind, graph: OpenGraph, thing: NamedThing) -> list[PropertyValue]:
    return [id_ for own_kind, id_ in thing.ids if own_kind == kind]


def _list_same_as(graph: OpenGraph, thing: NamedThing) -> list[PropertyValue]:
    iris = (iri for kind, id_ in thing.ids for iri in ExternalId(kind, id_).iris)
    return list(dict.fromkeys(iris))


def _list_days(graph: OpenGraph, thing: NamedThing) -> list[date]:
    slugs = graph.episodes_by_entity.get(thing.id, ())
    summaries = (graph.summaries[slug] for slug in slugs)
    return sorted(date.fromisoformat(s.date[:10]) for s in summaries if s.is_dated)


def _list_shows(graph: OpenGraph, thing: NamedThing) -> list[PropertyValue]:
    shows = (graph.summaries[slug].show for slug in graph.episodes_by_entity.get(thing.id, ()))
    counts = Counter(show for show in shows if show in graph.shared.entities)
    return [graph.make_ref(id_) for id_, _ in rank_counts(counts)]


def _list_themes(graph: OpenGraph, thing: NamedThing) -> list[PropertyValue]:
    counts = Counter(
        f"theme/{key}"
        for _, _, occurrence in iterate_entity_quotes(graph, thing.id)
        if not occurrence.is_advert
        for key in occurrence.themes
    )
    themes, total = graph.shared.themes, len(graph.summaries)
    telling = {id_: n for id_, n in counts.items() if not themes[id_].is_common(total)}
    return [graph.make_ref(id_) for id_, _ in rank_counts(telling)]


def _list_associated(graph: OpenGraph, thing: NamedThing) -> list[PropertyValue]:
    return [row.thing for row in find_associations(graph, thing.id, COMPANY_TYPES)]


def _list_related(predicate: str, graph: OpenGraph, thing: NamedThing) -> list[PropertyValue]:
    entity = graph.shared.entities.get(thing.id)
    relations = entity.relations if entity else ()
    return [graph.make_ref(target) for name, target in relations if name == predicate]


def _count_advertised(graph: OpenGraph, thing: NamedThing) -> list[PropertyValue]:
    return [len(graph.adverts_by_entity.get(thing.id, ()))]


def _present(values: Iterable[str]) -> list[PropertyValue]:
    return [value for value in values if value]


#: Id kind -> types whose entities have such ids.
_ID_TYPES: dict[IdKind, tuple[str, ...]] = {
    "isin": ("company",),
    "cik": ("company",),
    "coingecko": ("crypto",),
    "caip2": ("crypto",),
    "geonames": ("place",),
    "iso3166": ("place",),
    "ticker": ("company",),
}

#: By id, in the order in which they are proposed.
ENTITY_PROPERTIES: dict[str, EntityProperty] = {
    row.id: row
    for row in (
        EntityProperty("iri", "IRI", "IRI of the entity.", lambda g, t: [g.base + t.id]),
        EntityProperty("type", "Type", "Type, such as company.", lambda g, t: [t.type]),
        EntityProperty(
            "kind", "Kind", "Finer class, such as exchange.", lambda g, t: _present([t.kind])
        ),
        EntityProperty(
            "alias", "Other names", "Names that people call it by.", lambda g, t: list(t.aliases)
        ),
        EntityProperty(
            "symbol",
            "Ticker symbol",
            "Symbol of its shares, or of the token.",
            lambda g, t: list(t.tickers),
            ("company", "crypto"),
        ),
        *(
            EntityProperty(
                kind,
                ID_NAMES[kind],
                f"{ID_NAMES[kind]}, from data/identity.yaml.",
                partial(_list_ids, kind),
                _ID_TYPES.get(kind, ()),
            )
            for kind in ID_KINDS
        ),
        EntityProperty(
            "same_as",
            "Same as",
            "IRIs of it, and of pages on it, in other registers.",
            _list_same_as,
        ),
        EntityProperty(
            "episodes",
            "Number of episodes",
            "Episodes that mention it outside adverts.",
            lambda g, t: [t.episodes],
        ),
        EntityProperty(
            "advertised",
            "Advertised in",
            "Number of further episodes that name it in adverts only.",
            _count_advertised,
        ),
        EntityProperty(
            "first_day",
            "First day",
            "First day of publication of an episode that mentions it.",
            lambda g, t: _list_days(g, t)[:1],
        ),
        EntityProperty(
            "last_day",
            "Last day",
            "Last day of publication of an episode that mentions it.",
            lambda g, t: _list_days(g, t)[-1:],
        ),
        EntityProperty(
            "shows", "Shows", "Shows whose episodes mention it, most episodes first.", _list_shows
        ),
        EntityProperty(
            "themes",
            "Themes",
            "Themes of the quotes that name it, most quotes first, without those of most episodes.",
            _list_themes,
        ),
        EntityProperty(
            "associated",
            "Associated companies",
            "Companies that episodes mention together with it more often than by chance.",
            _list_associated,
        ),
        EntityProperty(
            "product_of",
            "Product of",
            "Company that makes the product.",
            partial(_list_related, "kg:productOf"),
            ("product",),
        ),
        EntityProperty(
            "part_of",
            "Part of",
            "Organization that it belongs to.",
            partial(_list_related, "kg:partOf"),
        ),
        EntityProperty(
            "token_of",
            "Token of",
            "Company or project of the token.",
            partial(_list_related, "kg:tokenOf"),
            ("crypto",),
        ),
    )
}
