"""Full-text search in SPARQL: the function ``kg:matches`` (SPARQL 1.1, section 17.6).

    SELECT ?q WHERE { ?q a schema:Quotation . FILTER(kg:matches(?q, "stablecoin yield")) }

For an IRI it returns whether the thing matches the search, adverts included; for a literal,
whether the text does. The matching things are looked up once for each search, not for each row.
The engine ignores what a function raises, so the first error is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache

from pyoxigraph import Literal, NamedNode

from kgraph.base.errors import KgraphError, QueryError
from kgraph.base.vocabulary import expand_curie
from kgraph.search.filters import build_match_clause
from kgraph.search.index import Index
from kgraph.search.syntax import parse_search
from kgraph.store import Store

MATCHES_IRI = NamedNode(expand_curie("kg:matches"))

MAX_CACHED_TEXTS = 64  #: searches of one query; more come only from data


class MatchesFunction:
    """``kg:matches`` for one query; the first call opens the index."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parse_cached = lru_cache(MAX_CACHED_TEXTS)(parse_search)
        self._find_iris_cached = lru_cache(MAX_CACHED_TEXTS)(self._find_iris)
        #: The first error of a call: a wrong number of arguments, a text without a word, or a
        #: damaged index.
        self.error: KgraphError | None = None

    @property
    def functions(self) -> Mapping[NamedNode, MatchesFunction]:
        """The custom functions of the engine, by IRI."""
        return {MATCHES_IRI: self}

    def __call__(self, *args: object) -> Literal | None:
        """Return whether a thing or a text matches; None, which is unbound, for a blank node."""
        if self.error is not None:
            return None
        if len(args) != 2:
            self.error = QueryError(
                f"kg:matches takes two arguments, a thing or text and a search, not {len(args)}"
            )
            return None
        subject, text = args
        if not isinstance(text, Literal):
            return None
        try:
            if isinstance(subject, NamedNode):
                return Literal(subject.value in self._find_iris_cached(text.value))
            if isinstance(subject, Literal):
                return Literal(self._parse_cached(text.value).matches(subject.value))
        except KgraphError as error:
            self.error = error
        return None

    @cached_property
    def _index(self) -> Index:
        return Index(self._store)

    def _find_iris(self, text: str) -> frozenset[str]:
        query = self._parse_cached(text)
        clause = build_match_clause(self._index, query)
        rows = self._index.rows(
            f"SELECT t.id FROM {clause.sql} WHERE word MATCH ?", (*clause.values, query.to_fts())
        )
        return frozenset(self._index.base + str(id_) for (id_,) in rows)
