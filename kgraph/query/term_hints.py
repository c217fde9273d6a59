"""Hints about the terms of a query that has no rows, and no error, because of a slip.

Takes the text of a query and, where there is one, the store that it was put to; gives sentences.
Our terms are those that ``ontology/kgraph.ttl`` declares; which terms a graph uses, its database
says. Nothing is said of texts in strings, of functions, of what a CONSTRUCT makes, and of things.
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

MAX_TERMS = 200
"""Terms of one query that are looked at, each time that it names them: few by hand have so many."""

MAX_HINTS = 20
"""Unknown words that are told of; a near one is looked for among all terms, for each."""

MAX_NAME_CHARS = 64
"""Characters of an unknown word for which a near one is looked for."""

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
    """A term that a query names.

    Attributes:
        name: as the query has it, such as ``kg:Company``; of an IRI its prefixed name.
        iri: the whole IRI.
        is_function: it is called, or it is a datatype.
    """

    name: str
    iri: str
    is_function: bool = False


def describe_unknown_terms(text: str, store: Store | None = None) -> list[str]:
    """Say which terms of a query the graph does not use, or the ontology does not declare.

    Args:
        text: the query.
        store: what it was put to; without it only our own terms and namespaces are checked.

    >>> describe_unknown_terms("ASK { ?m a <https://w3id.org/kgraph/ns#Mentoin> }")[0].partition(" ")[2]
    'is not a term of the ontology: did you mean kg:Mention?'
    >>> print(*describe_unknown_terms("PREFIX s: <http://schema.org/> ASK { ?e s:name ?n }"))
    <http://schema.org/> is not a namespace of the graph: write <https://schema.org/>, or the \
prefix schema:, which needs no declaration
    """
    keywords = _CONSTRUCT_TEMPLATE.sub(lambda match: " " * len(match[0]), mask_literals(text))
    declared = {
        match[1]: found[1]
        for match in _PREFIX_DECLARATION.finditer(keywords)
        if (found := _NAMESPACE_IRI.match(text, match.end()))
    }
    terms = list(dict.fromkeys(islice(_find_terms(text, keywords, declared), MAX_TERMS)))
    slips = [(namespace, _match_namespace(namespace)) for namespace in declared.values()]
    slips += [(term.iri, _match_namespace(term.iri)) for term in terms if term.name == term.iri]
    said = {namespace: _describe_namespace(*namespace) for namespace in slips if namespace[1]}
    wrong = tuple(namespace for namespace, _ in said)
    for term in terms:
        if len(said) >= MAX_HINTS:
            break
        if not term.iri.startswith(wrong) and (words := _describe_term(term, store)):
            said[term.iri, ""] = words
    return list(dict.fromkeys(said.values()))


def _find_terms(text: str, keywords: str, declared: dict[str, str]) -> Iterator[QueryTerm]:
    """The terms of a query: prefixed names, and IRIs of the namespaces that we know."""
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
    """The prefix whose namespace was meant by an IRI that has nearly that of it; "" for none.

    >>> _match_namespace("http://schema.org/name"), _match_namespace("https://schema.org/name")
    ('schema', '')
    """
    rest = _strip_scheme(iri)
    if not rest.startswith(_BARE_NAMESPACES) or iri.startswith(_NAMESPACES):
        return ""
    return next(
        (
            prefix
            for prefix, namespace in zip(PREFIXES, _BARE_NAMESPACES, strict=True)
            if rest.startswith(namespace) and rest[len(namespace) :][:1] in ("", "#", "/")
        ),
        "",
    )


def _describe_namespace(iri: str, prefix: str) -> str:
    namespace = PREFIXES[prefix]
    rest = _strip_scheme(namespace).rstrip("#/")
    end = iri.index(rest) + len(rest)
    wrong = iri[:end] + (iri[end : end + 1] if iri[end : end + 1] in ("#", "/") else "")
    return (
        f"<{wrong}> is not a namespace of the graph: write <{namespace}>, or the prefix "
        f"{prefix}:, which needs no declaration"
    )


# -- terms -----------------------------------------------------------------------


def _describe_term(term: QueryTerm, store: Store | None) -> str:
    """What is to be said of a term; "" for nothing."""
    name = shorten(term.name, MAX_NAME_CHARS)
    known = load_terms().get(term.iri)
    if term.iri.startswith(_KG_NAMESPACE) and not (known and known.is_declared):
        near = _suggest_term(term.iri, store)
        hint = f"did you mean {near}?" if near else "`kgraph schema` lists those in use"
        return f"{name} is not a term of the ontology: {hint}"
    is_thing = (known is not None and known.kind == "individual") or (
        store is not None and term.iri.startswith(store.meta.base)
    )
    if store is None or term.is_function or is_thing:
        return ""
    if _is_used(store, term.iri):
        return ""
    if narrower := [compact_iri(iri) for iri in _find_subclasses(term.iri) if _is_used(store, iri)]:
        return f"{name} is not used in this graph; these subclasses are: {', '.join(narrower)}"
    near = _suggest_term(term.iri, store)
    hint = f"did you mean {near}?" if near else "`kgraph schema` lists the terms in use"
    return f"{name} is not used in this graph: {hint}"


def _is_used(store: Store, iri: str) -> bool:
    """Whether a statement has the term anywhere; true of what is not a whole IRI."""
    try:
        node, find = NamedNode(iri), store.database.quads_for_pattern
    except ValueError:  # below the base, as by `PREFIX c: <company/>`, or with an escape
        return True
    patterns = ((None, node, None), (None, None, node), (node, None, None))
    return any(next(iter(find(*pattern)), None) for pattern in patterns)


def _suggest_term(iri: str, store: Store | None) -> str:
    """The declared term that is spelt most nearly like one, as a prefixed name; "" for none.

    It is of the same namespace, and one that the graph uses, where there is one.
    """
    namespace = next((known for known in PREFIXES.values() if iri.startswith(known)), "")
    if len(iri) - len(namespace) > MAX_NAME_CHARS:
        return ""
    known = {
        term.removeprefix(namespace).lower(): term
        for term in sorted(load_terms())
        if namespace and term.startswith(namespace) and term != iri
    }
    local = iri.removeprefix(namespace).lower()
    for name in get_close_matches(local, known, 3, 0.7):
        if store is None or namespace == _KG_NAMESPACE or _is_used(store, known[name]):
            return compact_iri(known[name])
    return ""


def _find_subclasses(iri: str) -> list[str]:
    """The subclasses of a class, and theirs, by name."""
    found: set[str] = set()
    left = [iri]
    while left:
        of = left.pop()
        new = {iri for iri, term in load_terms().items() if of in term.superclasses} - found
        found |= new
        left += new
    return sorted(found)
