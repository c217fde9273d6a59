"""A query for texts like another (:func:`build_similar_query`), as Lucene's MoreLikeThis has it.

The query is of the words that tell most of the text: those with the highest product of their number
in the text and their inverse document frequency (Robertson and Spärck Jones 1976).
"""

from __future__ import annotations

import math
from collections import Counter

from kgraph.base.errors import UnknownNameError
from kgraph.base.text import local_id, shorten
from kgraph.search.documents import HitKind, SearchDocument
from kgraph.search.index import Index
from kgraph.search.syntax import STOP_WORDS, SearchQuery, SearchTerm
from kgraph.search.tokenize import tokenize

#: Kinds of things with a text.
KINDS_WITH_TEXT: tuple[HitKind, ...] = ("quote", "episode", "insight")

MAX_TELLING_WORDS = 16
MIN_TELLING_WORDS = 4  #: fewer are joined by the common ones
MAX_WORD_SHARE = 1 / 40  #: of the things, with a word that tells something
MIN_SHARED_WORDS = 0.25  #: share of the telling words that a hit has
MAX_COUNTED_WORDS = 200  #: different words of a text whose frequency is looked up


def find_document(index: Index, id_: str) -> SearchDocument:
    """Return a quote, an episode or an insight by its id or IRI.

    Raises:
        UnknownNameError: there is none.
    """
    id_ = local_id(id_.strip())
    number = index.find_number(id_, KINDS_WITH_TEXT)
    if not number:
        raise UnknownNameError(
            f"{shorten(id_)}: no quote, episode or insight has this id: give one such as "
            "quote/2c26b46b68ffc68f, or its IRI"
        )
    return index.read_document(number)


def build_similar_query(index: Index, document: SearchDocument) -> SearchQuery | None:
    """Return a query for what has some of the telling words of a text; None if it has no such."""
    counts = Counter(tokenize(f"{document.name} {document.text}"))
    [(things,)] = index.rows("SELECT count(*) FROM document")
    weights: dict[str, float] = {}
    common: set[str] = set()
    for word, count in counts.most_common(MAX_COUNTED_WORDS):
        if word in STOP_WORDS or len(word) == 1:
            continue
        [(frequency,)] = index.rows("SELECT count(*) FROM word WHERE word MATCH ?", (f'"{word}"',))
        if int(frequency) > 1:  # another thing has it
            weights[word] = count * math.log(int(things) / int(frequency))
        if int(frequency) > int(things) * MAX_WORD_SHARE:
            common.add(word)
    ranked = sorted(weights, key=lambda word: (-weights[word], word))
    rare = [word for word in ranked if word not in common]
    words = (rare if len(rare) >= MIN_TELLING_WORDS else ranked)[:MAX_TELLING_WORDS]
    if not words:
        return None
    min_groups = max(1, math.ceil(len(words) * MIN_SHARED_WORDS))
    return SearchQuery(tuple((SearchTerm((word,)),) for word in words), min_groups=min_groups)
