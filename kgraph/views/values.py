"""The values that answers share: things, episodes in a line, quotes, months."""

from __future__ import annotations

from typing import Annotated

import msgspec

Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""A probability, a relevance or a part of a whole."""

MAX_VIEW_ROWS = 500
"""Rows that one answer gives at the most."""

NameText = Annotated[
    str,
    msgspec.Meta(
        min_length=1, max_length=300, description="a name in any spelling, or an id of the graph"
    ),
]
ViewLimit = Annotated[int, msgspec.Meta(ge=1, le=MAX_VIEW_ROWS, description="rows at the most")]
Offset = Annotated[int, msgspec.Meta(ge=0, le=1_000_000, description="rows that come before")]


class EntityRef(msgspec.Struct, frozen=True):
    """Something that has a page: its id is its path on the server.

    Attributes:
        id: relative IRI, such as ``company/openai``.
        label: the usual name.
        type: such as ``company``, ``theme``.
    """

    id: str
    label: str
    type: str


class EpisodeLine(msgspec.Struct, frozen=True):
    """An episode in a list.

    Attributes:
        id: relative IRI.
        title: as its page gives it.
        date: day, ISO 8601; "" when unknown.
        dated: whether that is the day of publication, not only that of processing.
        show: the show that it belongs to, when that is known.
        confidence: that it mentions what was asked for; 1 where nothing was.
    """

    id: str
    title: str
    date: str
    dated: bool
    show: EntityRef | None
    confidence: Fraction = 1.0


class QuoteLine(msgspec.Struct, frozen=True):
    """A quote where it stands.

    Attributes:
        id: relative IRI of the quote.
        text: its words.
        relevance: there, comparable between extractors.
        episode: where.
        advert: whether it is probably an advert.
        names: things that it names.
        themes: themes that it is filed under there.
    """

    id: str
    text: str
    relevance: Fraction
    episode: EpisodeLine
    advert: bool = False
    names: tuple[EntityRef, ...] = ()
    themes: tuple[EntityRef, ...] = ()


class MonthCount(msgspec.Struct, frozen=True):
    """A month of the corpus.

    Attributes:
        month: such as ``2025-09``.
        episodes: how many episodes of known date mention what was asked for.
        all: how many there are.
    """

    month: str
    episodes: int
    all: int


class Association(msgspec.Struct, frozen=True):
    """What episodes mention beside something.

    Attributes:
        thing: what.
        episodes: how many mention both.
        weighted: how many truly do, by the confidence of their mentions.
        lift: how many times more often than chance would have it.
        association: normalised pointwise mutual information in [-1, 1]: 0 is chance, 1 when
            the two only ever stand together.
    """

    thing: EntityRef
    episodes: int
    weighted: float
    lift: float
    association: float


class Count(msgspec.Struct, frozen=True):
    """A thing, and in how many episodes it stands."""

    thing: EntityRef
    episodes: int
