"""The parameters of a search, declared once (:class:`SearchRequest`).

The API's description is made from this struct; the command line, the form and the tool of agents
convert their parameters to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec

from kgraph.search.filters import FILTER_KINDS, FILTER_TYPES, Filters
from kgraph.search.hits import Found
from kgraph.search.index import Index
from kgraph.search.search import DEFAULT_HITS, SearchMode, search

MAX_HITS = 500  #: hits of one page
MAX_HITS_PER_EPISODE = 100
DEFAULT_HITS_PER_EPISODE = 2  #: as of best quotes, so that one conversation does not fill a page
MAX_OFFSET = 1_000_000

ShortText = Annotated[str, msgspec.Meta(max_length=1000)]

# A pattern for letters and digits that ECMA-262 and Python read alike, unlike \w. It is only part
# of the description: the search itself refuses a text without words, with a better message.
_HAS_WORD = {"pattern": r"[0-9A-Za-z]|[^\x00-\x7F]"}
SearchText = Annotated[str, msgspec.Meta(max_length=1000, extra_json_schema=_HAS_WORD)]


def _list_pattern(values: Iterable[str]) -> dict[str, str]:
    alternatives = "|".join(values)
    return {"pattern": f"^(({alternatives})(,({alternatives}))*)?$"}


KindList = Annotated[ShortText, msgspec.Meta(extra_json_schema=_list_pattern(FILTER_KINDS))]
TypeList = Annotated[ShortText, msgspec.Meta(extra_json_schema=_list_pattern(FILTER_TYPES))]
DateText = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}(-\d{2}){0,2})?$", examples=["2025-06-01"])]


class SearchRequest(msgspec.Struct, frozen=True):
    """Parameters of a search.

    Attributes:
        q: words, "phrases", prefix*, OR, NOT.
        kind: quote, episode, entity, insight, theme, show, topic or tag, or a type of entity, such
            as product; several by commas.
        type: entity type, such as company; several separated by commas.
        company: only hits of episodes that mention it.
        theme: only quotes and episodes with this theme.
        show: only hits of its episodes.
        since: first day of the episode, such as 2025-06-01, or a month, such as 2025-06.
        until: last day of the episode, or a month.
        min_relevance: lowest relevance of a quote.
        adverts: whether to include quotes that are probably adverts.
        unlikely: whether mentions that are more likely wrong than right count.
        offset: number of hits to skip.
        limit: largest number of hits.
        mode: words, or similar for what is like the thing whose id or IRI is q: a quote, an
            insight or an episode.
        per_episode: largest number of hits of one episode, near-equal quotes once; 0 for all.
    """

    q: SearchText
    kind: KindList = ""
    type: TypeList = ""
    company: ShortText = ""
    theme: ShortText = ""
    show: ShortText = ""
    since: DateText = ""
    until: DateText = ""
    min_relevance: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    adverts: bool = False
    unlikely: bool = False
    offset: Annotated[int, msgspec.Meta(ge=0, le=MAX_OFFSET)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_HITS)] = DEFAULT_HITS
    mode: SearchMode = "words"
    per_episode: Annotated[int, msgspec.Meta(ge=0, le=MAX_HITS_PER_EPISODE)] = (
        DEFAULT_HITS_PER_EPISODE
    )

    def to_filters(self) -> Filters:
        """Return the filters, with the lists split and texts stripped."""
        return Filters(
            kinds=frozenset(split_list(self.kind)),
            types=frozenset(split_list(self.type)),
            company=self.company.strip(),
            theme=self.theme.strip(),
            show=self.show.strip(),
            since=self.since,
            until=self.until,
            min_relevance=self.min_relevance,
            adverts=self.adverts,
            unlikely=self.unlikely,
        )


def run_search(index: Index, request: SearchRequest) -> Found:
    """Search an index with the parameters of a request."""
    return search(
        index,
        request.q,
        request.to_filters(),
        mode=request.mode,
        limit=request.limit,
        per_episode=request.per_episode,
        offset=request.offset,
    )


def search_page(index: Index, request: SearchRequest) -> tuple[Found, bool]:
    """Search, and return the hits of a page and whether there are more."""
    found = run_search(index, msgspec.structs.replace(request, limit=request.limit + 1))
    has_more = len(found.hits) > request.limit
    return msgspec.structs.replace(found, hits=found.hits[: request.limit]), has_more


def split_list(text: str) -> tuple[str, ...]:
    """Return the values of a comma-separated list.

    >>> split_list("quote, episode,")
    ('quote', 'episode')
    """
    return tuple(value.strip() for value in text.split(",") if value.strip())
