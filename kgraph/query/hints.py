"""What is said to who names a word of ours that there is not: the answer has no rows, and no error.

Takes the text of a query, gives sentences. Our words are those that ``ontology/kgraph.ttl``
describes. What another prefix is declared as, or stands in a string, is none of ours.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat

from kgraph.names import shorten
from kgraph.ontology import PREFIXES, shared
from kgraph.query.text import bare

MAX_HINTS = 20
"""Unknown words that are told of; a near one is looked for among all terms, for each."""

MAX_NAME = 64
"""Characters of an unknown word for which a near one is looked for."""

_OURS = PREFIXES["kg"]
_DECLARED = re.compile(r"(?<![\w?$:.\-])PREFIX\s+kg:", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w?$:.\-])kg:([A-Za-z][\w\-]*)")
_IRI = re.compile(rf"<{re.escape(_OURS)}([^<>]*)>")


def hints(text: str) -> list[str]:
    """What is to be said of a query's words, once each.

    >>> hints("ASK { ?m a <https://w3id.org/kgraph/ns#Mentoin> }")[0].partition(" ")[2]
    'is no term of the ontology: did you mean kg:Mention?'
    """
    keywords = bare(text)
    if _DECLARED.search(keywords) and f"<{_OURS}>" not in text:
        return []
    found = dict.fromkeys([*_NAME.findall(keywords), *filter(None, _IRI.findall(text))])
    unknown = [name for name in found if name not in _terms()]
    return [_sentence(name) for name in unknown[:MAX_HINTS]]


def _sentence(name: str) -> str:
    lower = {term.lower(): term for term in sorted(_terms())}
    near = get_close_matches(name.lower(), lower, 1, 0.7) if len(name) <= MAX_NAME else []
    hint = f"did you mean kg:{lower[near[0]]}?" if near else "`kgraph queries` has examples"
    return f"kg:{shorten(name, MAX_NAME)} is no term of the ontology: {hint}"


@cache
def _terms() -> frozenset[str]:
    path = shared("ontology", "kgraph.ttl")
    subjects = (quad.subject for quad in pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE))
    own = {s.value for s in subjects if isinstance(s, NamedNode)}
    return frozenset(iri.removeprefix(_OURS) for iri in own if iri.startswith(_OURS))
