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
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind

MAX_ACCEPT_CHARS = 4096
"""Characters of an ``Accept`` header that are read; browsers send 150."""

MAX_MEDIA_RANGES = 100
"""Media ranges of it that are looked at: each is compared with each thing on offer."""

HTML = "text/html"

ANY_MEDIA_TYPE = "*/*"

_MEDIA_TYPE_ALIASES: dict[AnswerKind, dict[str, str]] = {
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

_DEFAULT_FORMATS: dict[AnswerKind, str] = {
    "solutions": "json",
    "boolean": "json",
    "graph": "turtle",
}
"""What a client gets that does not care."""


_CLIENT_FORMAT_NAMES = {
    "n3": "text/turtle",
    "rdf+xml": "application/rdf+xml",
    "json-ld": "application/ld+json",
}
"""What clients call a format -> its media type."""


class MediaRange(msgspec.Struct, frozen=True):
    """One media range of an ``Accept`` header: ``type/subtype`` in lower case, weight 0 to 1."""

    media_type: str
    weight: float

    def specificity(self, media_type: str) -> int:
        """How exactly it names the media type: 3 itself, 2 its type, 1 anything, 0 not at all."""
        if self.media_type == media_type:
            return 3
        if self.media_type == media_type.partition("/")[0] + "/*":
            return 2
        return 1 if self.media_type == ANY_MEDIA_TYPE else 0


def parse_accept(accept: str) -> list[MediaRange]:
    """The media ranges of an ``Accept`` header; an empty one accepts anything.

    Only the first :data:`MAX_MEDIA_RANGES` are read, within :data:`MAX_ACCEPT_CHARS` characters; a server may
    disregard the header (RFC 9110 section 12.5.1).

    >>> [(r.media_type, r.weight) for r in parse_accept("text/turtle, */*;q=0.1")]
    [('text/turtle', 1.0), ('*/*', 0.1)]
    """
    found = []
    if len(accept) > MAX_ACCEPT_CHARS:  # without the range that is cut
        accept = accept[:MAX_ACCEPT_CHARS].rpartition(",")[0]
    for part in accept.split(",", MAX_MEDIA_RANGES)[:MAX_MEDIA_RANGES]:
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if media_type:
            found.append(MediaRange(media_type, _parse_q(parameters)))
    return found or [MediaRange(ANY_MEDIA_TYPE, 1.0)]


def _parse_q(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def media_type_quality(accepted: Iterable[MediaRange], media_type: str) -> float:
    """How much a client likes a media type, 0 to 1: the weight of the range that fits it best."""
    fitting = [(range_.specificity(media_type), range_.weight) for range_ in accepted]
    best = max(fitting, default=(0, 0.0))
    return best[1] if best[0] else 0.0


def choose_media_type(accept: str, offers: Iterable[str]) -> str | None:
    """The offer that the client likes best, the earliest of equal ones; None when it likes none.

    >>> choose_media_type("text/html;q=0.5, text/*", ["application/json", "text/csv"])
    'text/csv'
    """
    accepted = parse_accept(accept)
    weights = {offer: media_type_quality(accepted, offer) for offer in offers}
    best = max(weights.values(), default=0.0)
    return next((offer for offer, weight in weights.items() if weight == best > 0), None)


def choose_format(accept: str, forced: str, media_types: Mapping[str, str], *others: str) -> str:
    """The form in which a client wants something.

    Args:
        accept: the header.
        forced: name of a form, which wins over it; "" for none.
        media_types: media type -> name of a form, ours first.
        others: names of forms that no media type asks for.

    Raises:
        RequestError: there is none of that name (400), or none that the client accepts (406).

    >>> choose_format("text/turtle", "", {"text/html": "html", "text/turtle": "turtle"})
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
    chosen = choose_media_type(accept, media_types)
    if chosen is None:
        raise RequestError(406, f"Accept: {shorten(accept)}: there is {', '.join(media_types)}")
    return media_types[chosen]


def accepts_encoding(accept: str, coding: str) -> bool:
    """Whether a client with this ``Accept-Encoding`` likes the coding as well as none, or better.

    >>> [accepts_encoding(accept, "gzip") for accept in ("br, gzip", "*", "gzip;q=0, *", "br", "")]
    [True, True, False, False, False]
    """
    weights = {range_.media_type: range_.weight for range_ in parse_accept(accept)}
    weight = weights.get(coding, weights.get("*", 0.0))
    return weight > 0 and weight >= weights.get("identity", 0.0)


def _media_types_for(kind: AnswerKind) -> dict[str, str]:
    """Media types in which an answer of this kind can be had -> names of formats, ours first."""
    fitting = [format_ for format_ in ANSWER_FORMATS.values() if kind in format_.kinds]
    fitting.sort(key=lambda format_: format_.name != _DEFAULT_FORMATS[kind])
    return {format_.media_type: format_.name for format_ in fitting} | _MEDIA_TYPE_ALIASES[kind]


FORMATS_BY_MEDIA_TYPE: dict[AnswerKind, dict[str, str]] = {
    kind: _media_types_for(kind) for kind in _DEFAULT_FORMATS
}
"""Kind of answer -> media type -> name of a format."""


def choose_media_types(accept: str, format: str = "") -> dict[AnswerKind, str]:
    """In which media type the client gets each kind of answer; kinds it cannot take are absent.

    Args:
        accept: the header.
        format: name of a format (:data:`kgraph.query.formats.ANSWER_FORMATS`), which wins over it.

    Raises:
        RequestError: no such format (400), or nothing that the client accepts (406).
    """
    return _choose_by_name(format) if format else _choose_accepted(accept[: MAX_ACCEPT_CHARS + 1])


@lru_cache(64)
def _choose_accepted(accept: str) -> dict[AnswerKind, str]:
    chosen = {
        kind: choose_media_type(accept, types) for kind, types in FORMATS_BY_MEDIA_TYPE.items()
    }
    found: dict[AnswerKind, str] = {kind: type_ for kind, type_ in chosen.items() if type_}
    if not found:
        raise RequestError(
            406, f"Accept: {shorten(accept)}: no such answers; {_list_media_types()}"
        )
    return found


def _choose_by_name(format: str) -> dict[AnswerKind, str]:
    if format in ANSWER_FORMATS:
        return dict.fromkeys(ANSWER_FORMATS[format].kinds, ANSWER_FORMATS[format].media_type)
    # SPARQLWrapper says format=text/csv and format=n3 beside its Accept.
    asked = _CLIENT_FORMAT_NAMES.get(format, format)
    found: dict[AnswerKind, str] = {
        kind: asked for kind, types in FORMATS_BY_MEDIA_TYPE.items() if asked in types
    }
    if not found:
        raise RequestError(
            400, f"format={shorten(format)}: no such format; one of {', '.join(ANSWER_FORMATS)}"
        )
    return found


def _list_media_types() -> str:
    return f"there is {', '.join(dict.fromkeys(f.media_type for f in ANSWER_FORMATS.values()))}"


def add_charset(media_type: str) -> str:
    """The media type as the header gives it: texts say that they are UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
