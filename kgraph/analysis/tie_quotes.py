"""The quotes that tie two entities: those that name both, and the sentence of one that does.

Takes quotes as a store keeps them. Adverts tie nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from kgraph.base.text import shorten
from kgraph.graph import Entity, Quote
from kgraph.graph.records import Occurrence
from kgraph.search.index import EpisodeQuote
from kgraph.store import Store

MAX_SENTENCE_CHARS = 300  #: of the text of a tie: three lines of a page

_SENTENCE_BREAK = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)]))\s+")

NamingQuote = tuple[str, Quote, Occurrence]
"""Slug of an episode, a quote in it, and how it occurs there."""


def iterate_naming_quotes(
    store: Store, slugs: Iterable[str], ids: Collection[str]
) -> Iterator[NamingQuote]:
    """Yield every quote of some episodes that names all of some entities.

    Reads records: for an entity that thousands of quotes name, SPARQL joins take ten times as
    long (Bitcoin: 1.2 s instead of 0.1 s).
    """
    wanted = frozenset(ids)
    for episode in store.read_quotes(slugs):
        occurrences = {occurrence.quote: occurrence for occurrence in episode.occurrences}
        for quote in episode.quotes:
            if wanted.issubset([id_ for id_, _ in quote.entities]):
                yield episode.slug, quote, occurrences[quote.key]


def rank_quotes(quotes: Iterable[NamingQuote]) -> list[EpisodeQuote]:
    """Return the quotes that are no adverts, the most relevant first, equal ones by their text."""
    rows = [
        EpisodeQuote(quote.id, quote.text, occurrence.relevance, slug)
        for slug, quote, occurrence in quotes
        if not (quote.is_advert or occurrence.is_advert)
    ]
    return sorted(rows, key=lambda row: (-row.relevance, row.text, row.slug))


def find_tie_quotes(
    quotes: Iterable[NamingQuote], others: Collection[str]
) -> dict[str, EpisodeQuote]:
    """Return the best of an entity's quotes that also names each of some others, by id."""
    best: dict[str, NamingQuote] = {}
    keys: dict[str, tuple[float, str, str]] = {}
    for naming in quotes:
        slug, quote, occurrence = naming
        if quote.is_advert or occurrence.is_advert:
            continue
        key = (-occurrence.relevance, quote.text, slug)
        for id_, _ in quote.entities:
            if id_ in others and (id_ not in keys or key < keys[id_]):
                best[id_], keys[id_] = naming, key
    return {id_: rank_quotes([naming])[0] for id_, naming in best.items()}


def extract_tie_sentence(text: str, entities: Collection[Entity]) -> str:
    """Return the shortest run of sentences of a text that names all of some entities.

    Names are found as they are written anywhere in the graph; where one is not, the run starts at
    the beginning. A long run is cut.

    >>> acme = Entity("company", "acme", "Acme", {"ACME Corp": 1})
    >>> beta = Entity("person", "beta", "Ann Beta", {"Beta": 2})
    >>> extract_tie_sentence("It rained. Beta sold ACME Corp. She left.", (acme, beta))
    'Beta sold ACME Corp.'
    >>> extract_tie_sentence("Ann Beta said, 'We sell.' Acme buys. So it is.", (acme, beta))
    "Ann Beta said, 'We sell.' Acme buys."
    """
    sentences = _SENTENCE_BREAK.split(" ".join(text.split()))
    patterns = [_compile_names(entity.label, entity.surfaces) for entity in entities]
    named = [{n for n, p in enumerate(patterns) if p.search(sentence)} for sentence in sentences]
    runs = (
        " ".join(sentences[start:end])
        for start in range(len(sentences))
        for end in range(start + 1, len(sentences) + 1)
        if len(set().union(*named[start:end])) == len(patterns)
    )
    return shorten(min(runs, key=len, default=" ".join(sentences)), MAX_SENTENCE_CHARS)


def _compile_names(label: str, surfaces: Mapping[str, int]) -> re.Pattern[str]:
    names = sorted({label, *surfaces}, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
