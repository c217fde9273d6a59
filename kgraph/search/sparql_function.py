"""Search inside SPARQL: the function ``kg:matches``.

Takes a store, gives the function that the SPARQL engine calls (SPARQL 1.1, section 17.6)::

    SELECT ?q WHERE { ?q a schema:Quotation . FILTER(kg:matches(?q, "stablecoin yield")) }

Of an IRI it says whether the thing fits the words, by the index, adverts too; of text,
whether that text does. What fits is looked up once for each words of a query, not once for
each row. The engine passes over what a function raises, so the first error is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache

from pyoxigraph import Literal, NamedNode

from kgraph.base.errors import KgraphError, QueryError
from kgraph.base.vocabulary import expand_curie
from kgraph.search.index import Index
from kgraph.search.syntax import SearchQuery, parse_search
from kgraph.search.tokenize import tokenize
from kgraph.store import Store

MATCHES_IRI = NamedNode(expand_curie("kg:matches"))

MAX_CACHED_TEXTS = 64
"""Words of one query whose things are kept: more only come from data, not from a person."""

_TRUE, _FALSE = Literal(True), Literal(False)


class MatchesFunction:
    """``kg:matches`` for one query; nothing is opened before it is called.

    Args:
        store: what is asked.

    Attributes:
        error: the first error of a call: too few or many values, words without a word, or a damaged
            index.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parse_cached = lru_cache(MAX_CACHED_TEXTS)(parse_search)
        self._find_iris_cached = lru_cache(MAX_CACHED_TEXTS)(self._find_iris)
        self.error: KgraphError | None = None

    @property
    def functions(self) -> Mapping[NamedNode, MatchesFunction]:
        """As the engine takes them, by IRI."""
        return {MATCHES_IRI: self}

    def __call__(self, *given: object) -> Literal | None:
        """Whether a thing or a text fits; None, which is no value, for a blank node."""
        if self.error is not None:
            return None
        if len(given) != 2:
            self.error = QueryError(
                f"kg:matches takes two, what is looked at and the words, and was given {len(given)}"
            )
            return None
        thing, text = given
        if not isinstance(text, Literal):
            return None
        try:
            if isinstance(thing, NamedNode):
                return _TRUE if thing.value in self._find_iris_cached(text.value) else _FALSE
            if isinstance(thing, Literal):
                fits = self._parse_cached(text.value).matches(tokenize(thing.value))
                return _TRUE if fits else _FALSE
        except KgraphError as error:
            self.error = error
        return None

    @cached_property
    def _index(self) -> Index:
        return Index(self._store)

    def _find_iris(self, text: str) -> frozenset[str]:
        return find_matching_iris(self._index, self._parse_cached(text))


def find_matching_iris(index: Index, query: SearchQuery) -> frozenset[str]:
    """IRIs of everything that fits a query, adverts too."""
    rows = index.rows(
        "SELECT t.id FROM word JOIN thing AS t ON t.number = word.rowid WHERE word MATCH ?",
        (query.to_fts(),),
    )
    return frozenset(index.base + str(id_) for (id_,) in rows)
