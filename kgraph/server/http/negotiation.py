"""What a client asked for, and what it gets: content negotiation (RFC 9110 section 12).

Takes the text of an ``Accept`` header and media types in our order of preference, gives the
one that the client likes best. Of equal likings ours decides. Parameters of a media type
other than ``q`` are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from kgraph.base.errors import RequestError
from kgraph.base.text import shorten
from kgraph.query.formats import FORMATS, Kind

MAX_ACCEPT = 4096
"""Characters of an ``Accept`` header that are read; browsers send 150."""

MAX_RANGES = 100
"""Media ranges of it that are looked at: each is compared with each thing on offer."""

HTML = "text/html"

ANY = "*/*"

_ALIASES: dict[Kind, dict[str, str]] = {
    "solutions": {"application/json": "json", "application/xml": "xml", "text/xml": "xml"},
    "boolean": {"application/json": "json", "application/xml": "xml", "text/xml": "xml"},
    "graph": {
        "application/json": "jsonld",
        "application/xml": "rdfxml",
        "text/xml": "rdfxml",
        "text/plain": "ntriples",
    },
}
"""Kind of answer -> media types that ask for a format by another name than its own."""

_FIRST: dict[Kind, str] = {"solutions": "json", "boolean": "json", "graph": "turtle"}
"""What a client gets that does not care."""


_CLIENTS = {"n3": "text/turtle", "rdf+xml": "application/rdf+xml", "json-ld": "application/ld+json"}
"""What clients call a format -> its media type."""


class Range(msgspec.Struct, frozen=True):
    """One media range of an ``Accept`` header: ``type/subtype`` in lower case, weight 0 to 1."""

    media_type: str
    weight: float

    def fits(self, media_type: str) -> int:
        """How exactly it names the media type: 3 itself, 2 its type, 1 anything, 0 not at all."""
        if self.media_type == media_type:
            return 3
        if self.media_type == media_type.partition("/")[0] + "/*":
            return 2
        return 1 if self.media_type == ANY else 0


def ranges(accept: str) -> list[Range]:
    """The media ranges of an ``Accept`` header; an empty one accepts anything.

    Only the first :data:`MAX_RANGES` are read, within :data:`MAX_ACCEPT` characters; a server may
    disregard the header (RFC 9110 section 12.5.1).

    >>> [(r.media_type, r.weight) for r in ranges("text/turtle, */*;q=0.1")]
    [('text/turtle', 1.0), ('*/*', 0.1)]
    """
    found = []
    if len(accept) > MAX_ACCEPT:  # without the range that is cut
        accept = accept[:MAX_ACCEPT].rpartition(",")[0]
    for part in accept.split(",", MAX_RANGES)[:MAX_RANGES]:
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if media_type:
            found.append(Range(media_type, _weight(parameters)))
    return found or [Range(ANY, 1.0)]


def _weight(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def quality(accepted: Iterable[Range], media_type: str) -> float:
    """How much a client likes a media type, 0 to 1: the weight of the range that fits it best."""
    fitting = [(range_.fits(media_type), range_.weight) for range_ in accepted]
    best = max(fitting, default=(0, 0.0))
    return best[1] if best[0] else 0.0


def choose(accept: str, offers: Iterable[str]) -> str | None:
    """The offer that the client likes best, the earliest of equal ones; None when it likes none.

    >>> choose("text/html;q=0.5, text/*", ["application/json", "text/csv"])
    'text/csv'
    """
    accepted = ranges(accept)
    weights = {offer: quality(accepted, offer) for offer in offers}
    best = max(weights.values(), default=0.0)
    return next((offer for offer, weight in weights.items() if weight == best > 0), None)


def form_of(accept: str, forced: str, media_types: Mapping[str, str], *others: str) -> str:
    """The form in which a client wants something.

    Args:
        accept: the header.
        forced: name of a form, which wins over it; "" for none.
        media_types: media type -> name of a form, ours first.
        others: names of forms that no media type asks for.

    Raises:
        RequestError: there is none of that name (400), or none that the client accepts (406).

    >>> form_of("text/turtle", "", {"text/html": "html", "text/turtle": "turtle"})
    'turtle'
    """
    if forced:
        known = {*media_types.values(), *others}
        if forced not in known:
            raise RequestError(
                400,
                f"format={shorten(forced)}: no such form; choose one of {', '.join(sorted(known))}",
            )
        return forced
    chosen = choose(accept, media_types)
    if chosen is None:
        raise RequestError(406, f"Accept: {shorten(accept)}: there is {', '.join(media_types)}")
    return media_types[chosen]


def takes_coding(accept: str, coding: str) -> bool:
    """Whether a client with this ``Accept-Encoding`` likes the coding as well as none, or better.

    >>> [takes_coding(accept, "gzip") for accept in ("br, gzip", "*", "gzip;q=0, *", "br", "")]
    [True, True, False, False, False]
    """
    weights = {range_.media_type: range_.weight for range_ in ranges(accept)}
    weight = weights.get(coding, weights.get("*", 0.0))
    return weight > 0 and weight >= weights.get("identity", 0.0)


def offers(kind: Kind) -> dict[str, str]:
    """Media types in which an answer of this kind can be had -> names of formats, ours first."""
    fitting = [format_ for format_ in FORMATS.values() if kind in format_.kinds]
    fitting.sort(key=lambda format_: format_.name != _FIRST[kind])
    return {format_.media_type: format_.name for format_ in fitting} | _ALIASES[kind]


OFFERS: dict[Kind, dict[str, str]] = {kind: offers(kind) for kind in _FIRST}
"""Kind of answer -> media type -> name of a format."""


def media_types(accept: str, format: str = "") -> dict[Kind, str]:
    """In which media type the client gets each kind of answer; kinds it cannot take are absent.

    Args:
        accept: the header.
        format: name of a format (:data:`kgraph.query.formats.FORMATS`), which wins over it.

    Raises:
        RequestError: no such format (400), or nothing that the client accepts (406).
    """
    return _forced(format) if format else _accepted(accept[: MAX_ACCEPT + 1])


@lru_cache(64)
def _accepted(accept: str) -> dict[Kind, str]:
    chosen = {kind: choose(accept, types) for kind, types in OFFERS.items()}
    found: dict[Kind, str] = {kind: type_ for kind, type_ in chosen.items() if type_}
    if not found:
        raise RequestError(406, f"Accept: {shorten(accept)}: no such answers; {_known()}")
    return found


def _forced(format: str) -> dict[Kind, str]:
    if format in FORMATS:
        return dict.fromkeys(FORMATS[format].kinds, FORMATS[format].media_type)
    # SPARQLWrapper says format=text/csv and format=n3 beside its Accept.
    asked = _CLIENTS.get(format, format)
    found: dict[Kind, str] = {kind: asked for kind, types in OFFERS.items() if asked in types}
    if not found:
        raise RequestError(
            400, f"format={shorten(format)}: no such format; one of {', '.join(FORMATS)}"
        )
    return found


def _known() -> str:
    return f"there is {', '.join(dict.fromkeys(f.media_type for f in FORMATS.values()))}"


def content_type(media_type: str) -> str:
    """The media type as the header gives it: texts say that they are UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
