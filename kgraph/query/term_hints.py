"""Hints about misspelt terms in a query: they give no rows, but no error either.

Own terms are those that ``ontology/kgraph.ttl`` declares; the database shows which terms a graph
uses. Strings, functions, the template of a CONSTRUCT and instances are not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice

import msgspec
from pyoxigraph import NamedNode

from kgraph.base.text import shorten
from kgraph.base.vocabulary import PREFIXES, compact_iri, load_terms
from kgraph.query.sparql_text import find_iris, mask_literals
from kgraph.store import Store

MAX_TERMS = 200  #: terms of one query that are checked, repetitions included
MAX_HINTS = 20  #: hints on one query; each is a search for near terms
MAX_NAME_CHARS = 64  #: characters of the longest name for which near ones are searched
MIN_NAME_SIMILARITY = 0.7  #: in [0, 1], of a suggestion (:func:`difflib.get_close_matches`)

_KG_NAMESPACE = PREFIXES["kg"]
_PREFIX_DECLARATION = re.compile(r"(?<![\w?$:.\-])PREFIX\s+([A-Za-z][\w\-]*):", re.IGNORECASE)
_NAMESPACE_IRI = re.compile(r"\s*<([^<>]*)>")
_PREFIXED_NAME = re.compile(r"(?<![\w?$:.\-])([A-Za-z][\w\-]*):([A-Za-z_][\w\-]*)")
_CONSTRUCT_TEMPLATE = re.compile(r"(?<![\w?$:.\-])CONSTRUCT\s*\{[^{}]*\}", re.IGNORECASE)


def _strip_scheme(iri: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", iri)


_NAMESPACES = tuple(PREFIXES.values())
_BARE_NAMESPACES = tuple(_strip_scheme(namespace).rstrip("#/") for namespace in _NAMESPACES)


class QueryTerm(msgspec.Struct, frozen=True):
    """A term in the text of a query."""

    name: str  #: as the query has it, such as ``kg:Company``; for an IRI its prefixed name
    iri: str
    is_function: bool = False  #: it is called, or it is a datatype


def describe_unknown_terms(text: str, store: Store | None = None) -> list[str]:
    """Report terms of a query that the graph does not use, or the ontology does not declare.

    Without the store that the query was run on, only own terms and namespaces are checked.

    >>> print(*describe_unknown_terms("PREFIX s: <http://schema.org/> ASK { ?e s:name ?n }"))
    <http://schema.org/> is not a namespace of the graph: write <https://schema.org/>, or the \
prefix schema:, which needs no declaration
    """
    keywords = _CONSTRUCT_TEMPLATE.sub(lambda match: " " * len(match[0]), mask_literals(text))
    declared = {
        match[1]: iri[1]
        for match in _PREFIX_DECLARATION.finditer(keywords)
        if (iri := _NAMESPACE_IRI.match(text, match.end()))
    }
    terms = list(dict.fromkeys(islice(_find_terms(text, keywords, declared), MAX_TERMS)))
    iris = [*declared.values(), *(term.iri for term in terms if term.name == term.iri)]
    hints = {
        iri: _describe_namespace(iri, prefix) for iri in iris if (prefix := _match_namespace(iri))
    }
    wrong_namespaces = tuple(hints)
    for term in terms:
        if len(hints) >= MAX_HINTS:
            break
        if not term.iri.startswith(wrong_namespaces) and (hint := _describe_term(term, store)):
            hints[term.iri] = hint
    return list(dict.fromkeys(hints.values()))


def _find_terms(text: str, keywords: str, declared: dict[str, str]) -> Iterator[QueryTerm]:
    """Iterate over the prefixed names of a query, and its IRIs in known namespaces."""
    namespaces = {**PREFIXES, **declared}
    for match in _PREFIXED_NAME.finditer(keywords):
        prefix, local = match[1], match[2]
        if prefix in namespaces and namespaces[prefix] != PREFIXES["xsd"]:
            is_datatype = keywords[: match.start()].endswith("^^")
            is_called = keywords[match.end() :].lstrip()[:1] == "("
            iri = namespaces[prefix] + local
            name = compact_iri(iri) if namespaces[prefix] in _NAMESPACES else match[0]
            yield QueryTerm(name, iri, is_datatype or is_called)
    for iri in dict.fromkeys(find_iris(text)):
        is_namespace = iri in declared.values() or iri in _NAMESPACES
        is_ours = iri.startswith(_NAMESPACES) and not iri.startswith(PREFIXES["xsd"])
        if not is_namespace and (is_ours or _match_namespace(iri)):
            yield QueryTerm(compact_iri(iri), iri)


# -- namespaces ------------------------------------------------------------------


def _match_namespace(iri: str) -> str:
    """Return the prefix whose namespace an IRI nearly has, such as http for https; "" for none.

    >>> _match_namespace("http://schema.org/name"), _match_namespace("https://schema.org/name")
    ('schema', '')
    """
    bare = _strip_scheme(iri)
    if not bare.startswith(_BARE_NAMESPACES) or iri.startswith(_NAMESPACES):
        return ""
    for prefix, namespace in zip(PREFIXES, _BARE_NAMESPACES, strict=True):
        if bare.startswith(namespace) and bare[len(namespace) :][:1] in ("", "#", "/"):
            return prefix
    return ""


def _describe_namespace(iri: str, prefix: str) -> str:
    namespace = PREFIXES[prefix]
    bare = _strip_scheme(namespace).rstrip("#/")
    end = iri.index(bare) + len(bare)
    wrong = iri[:end] + (iri[end : end + 1] if iri[end : end + 1] in ("#", "/") else "")
    return (
        f"<{wrong}> is not a namespace of the graph: write <{namespace}>, or the prefix "
        f"{prefix}:, which needs no declaration"
    )


# -- terms -----------------------------------------------------------------------


def _describe_term(term: QueryTerm, store: Store | None) -> str:
    name = shorten(term.name, MAX_NAME_CHARS)
    ontology_term = load_terms().get(term.iri)
    is_declared = ontology_term is not None and ontology_term.is_declared
    if term.iri.startswith(_KG_NAMESPACE) and not is_declared:
        near = _suggest_term(term.iri, store)
        hint = f"did you mean {near}?" if near else "`kgraph schema` lists those in use"
        return f"{name} is not a term of the ontology: {hint}"
    is_instance = (ontology_term is not None and ontology_term.kind == "individual") or (
        store is not None and term.iri.startswith(store.meta.base)
    )
    if store is None or term.is_function or is_instance or _is_used(store, term.iri):
        return ""
    if narrower := [compact_iri(iri) for iri in _find_subclasses(term.iri) if _is_used(store, iri)]:
        return f"{name} is not used in this graph; these subclasses are: {', '.join(narrower)}"
    near = _suggest_term(term.iri, store)
    hint = f"did you mean {near}?" if near else "`kgraph schema` lists the terms in use"
    return f"{name} is not used in this graph: {hint}"


def _is_used(store: Store, iri: str) -> bool:
    """Return whether a statement contains the term; True for a relative IRI."""
    try:
        node, find = NamedNode(iri), store.database.quads_for_pattern
    except ValueError:  # below the base, as by `PREFIX c: <company/>`, or with an escape
        return True
    patterns = ((None, node, None), (None, None, node), (node, None, None))
    return any(next(iter(find(*pattern)), None) for pattern in patterns)


def _suggest_term(iri: str, store: Store | None) -> str:
    """Return the nearest term of the same namespace, as a prefixed name; "" for none.

    Terms of other vocabularies must be used by the graph.
    """
    namespace = next((n for n in PREFIXES.values() if iri.startswith(n)), "")
    if len(iri) - len(namespace) > MAX_NAME_CHARS:
        return ""
    terms_by_name = {
        term.removeprefix(namespace).lower(): term
        for term in sorted(load_terms())
        if namespace and term.startswith(namespace) and term != iri
    }
    local = iri.removeprefix(namespace).lower()
    for name in get_close_matches(local, terms_by_name, 3, MIN_NAME_SIMILARITY):
        term = terms_by_name[name]
        if store is None or namespace == _KG_NAMESPACE or _is_used(store, term):
            return compact_iri(term)
    return ""


def _find_subclasses(iri: str) -> list[str]:
    """Return the direct and indirect subclasses of a class, by name."""
    subclasses: set[str] = set()
    pending = [iri]
    while pending:
        superclass = pending.pop()
        direct = {iri for iri, term in load_terms().items() if superclass in term.superclasses}
        pending += direct - subclasses
        subclasses |= direct
    return sorted(subclasses)
