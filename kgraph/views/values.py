"""Values that several views return: entities, episodes, quotes, months, associations."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from kgraph.base.model import format_confidence

Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]  #: probability, relevance or share

MAX_VIEW_ROWS = 500  #: rows of an answer

NameText = Annotated[
    str,
    msgspec.Meta(
        min_length=1, max_length=300, description="a name in any spelling, or an id of the graph"
    ),
]
ViewLimit = Annotated[
    int, msgspec.Meta(ge=1, le=MAX_VIEW_ROWS, description="maximum number of rows")
]
Offset = Annotated[int, msgspec.Meta(ge=0, le=1_000_000, description="rows to skip")]


CountsUnlikely = Annotated[
    bool,
    msgspec.Meta(description="count mentions that are more likely wrong than right as well"),
]


class NoParameters(msgspec.Struct, frozen=True):
    """Parameters of a view that takes none."""


class EntityRef(msgspec.Struct, frozen=True):
    """A reference to something with a page; its id is the path of the page.

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
        title: of the episode.
        date: day, ISO 8601; "" if unknown.
        dated: whether the date is that of publication, not only that of processing.
        show: show of the episode, if known.
        confidence: probability that it mentions what was asked for; 1 if nothing was.
    """

    id: str
    title: str
    date: str
    dated: bool
    show: EntityRef | None
    confidence: Fraction = 1.0


class QuoteLine(msgspec.Struct, frozen=True):
    """A quote in an episode.

    Attributes:
        id: relative IRI of the quote.
        text: of the quote.
        relevance: in this episode, comparable between extractors.
        episode: with the quote.
        advert: whether it is probably an advert.
        names: entities that the text names.
        themes: themes of the quote in this episode.
        recording: address of the episode's recording, from ``minute`` on if that is known; "" if
            there is none.
        minute: estimate in which minute it begins, counted from 0; None if there is none
            (:mod:`kgraph.graph.quote_times`).
    """

    id: str
    text: str
    relevance: Fraction
    episode: EpisodeLine
    advert: bool = False
    names: tuple[EntityRef, ...] = ()
    themes: tuple[EntityRef, ...] = ()
    recording: str = ""
    minute: int | None = None


class MonthCount(msgspec.Struct, frozen=True):
    """Episodes of one month of the corpus.

    Attributes:
        month: such as ``2025-09``.
        episodes: episodes of known date that mention what was asked for.
        all: all episodes of the month.
        shows: number of their known shows.
        standard_share: share of the episodes, standardised for their shows; None if unknown, or
            of fewer than three episodes. The limits of its 95 % interval are ``low`` and ``high``.
        change: difference to the calendar month before in the shows that both hold, whose number
            is ``same_shows``; None without any. The limits of its 95 % interval are ``change_low``
            and ``change_high``.
        direction: ``rose`` or ``fell`` if that interval says so, else "".
        unknown_show: episodes of the month whose show is unknown.
        standard_episodes: episodes of the month that ``standard_share`` is of: all but those of
            shows that have no episode in another month.
    """

    month: str
    episodes: int
    all: int
    shows: int = 0
    standard_share: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    same_shows: int = 0
    direction: Literal["rose", "fell", ""] = ""
    unknown_show: int = 0
    standard_episodes: int = 0


class Association(msgspec.Struct, frozen=True):
    """An entity that the same episodes mention.

    Attributes:
        thing: the entity.
        episodes: episodes that mention both, three or more, of several shows.
        weighted: expected number of them, by the confidence of the mentions.
        lift: ratio of that number to the one expected by chance.
        association: how surely it is more often than by chance, in (-1, 1): (l - 1) / (l + 1),
            where l is the lower 95 % limit of the lift; at most 0 if it may be chance.
        quote: the best quote that names both; None if there is none, or none was asked for.
        sentence: of the quote, with both names.
    """

    thing: EntityRef
    episodes: int
    weighted: float
    lift: float
    association: float
    quote: QuoteLine | None = None
    sentence: str = ""


class AssociationGroup(msgspec.Struct, frozen=True):
    """The entities of one type that the same episodes mention.

    Attributes:
        type: such as ``company``.
        total: number of entities whose association is above 0: surely more often than by chance.
        rows: the first of them, the strongest association first.
        uncertain_total: number of further entities, which may be there by chance.
        uncertain: the first of those, if ``rows`` are fewer than asked for.
    """

    type: str
    total: int
    rows: list[Association]
    uncertain_total: int = 0
    uncertain: list[Association] = []


class Count(msgspec.Struct, frozen=True):
    """An entity and the number of episodes that mention it."""

    thing: EntityRef
    episodes: int


def round_value(value: float) -> float:
    """Round to four places, as all numbers of the API."""
    return round(value, 4)


def format_fraction(value: float) -> str:
    """Format a number from 0 to 1 for a sentence; with a decimal near both ends.

    >>> [format_fraction(value) for value in (0.934, 0.9974, 0.9999, 0.02, 0.0004, 0.4993)]
    ['93 %', '99.7 %', '>99.9 %', '2 %', '<0.1 %', '49.9 %']
    """
    if 0 < value < 0.001:
        return "<0.1 %"
    if 0.999 < value < 1:
        return ">99.9 %"
    near_end = value < 0.1 or 0.99 < value < 1
    return _write_percent(f"{value:.3f}" if near_end else format_confidence(value))


def _write_percent(decimal: str) -> str:
    return f"{100 * float(decimal):g} %"
