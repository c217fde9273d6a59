"""Content negotiation (RFC 9110 section 12): choose a media type for an ``Accept`` header.

Of equally accepted media types the first on offer is chosen. Parameters other than ``q`` are
ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from kgraph.base.errors import RequestError, unknown_format_error
from kgraph.base.text import shorten
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind

MAX_ACCEPT_CHARS = 4096  #: characters of an ``Accept`` header that are read; browsers send 150
MAX_MEDIA_RANGES = 100  #: media ranges that are read: each is compared with each offer

HTML = "text/html"
JSON = "application/json"
ANY_MEDIA_TYPE = "*/*"

#: Kind of answer -> other media types that ask for a format, most preferred formats first.
_MEDIA_TYPE_ALIASES: dict[AnswerKind, dict[str, str]] = {
    "solutions": {JSON: "json", "application/xml": "xml", "text/xml": "xml"},
    "boolean": {JSON: "json", "application/xml": "xml", "text/xml": "xml"},
    "graph": {
        JSON: "jsonld",
        "application/xml": "rdfxml",
        "text/xml": "rdfxml",
        "text/plain": "ntriples",
    },
}

#: Format of an answer for a client without a preference.
_DEFAULT_FORMATS: dict[AnswerKind, str] = {
    "solutions": "json",
    "boolean": "json",
    "graph": "turtle",
}

#: Other names of formats that clients send -> media type.
_CLIENT_FORMAT_NAMES = {
    "n3": "text/turtle",
    "rdf+xml": "application/rdf+xml",
    "json-ld": "application/ld+json",
}


class MediaRange(msgspec.Struct, frozen=True):
    """A media range of an ``Accept`` header: ``type/subtype`` in lower case, weight 0 to 1."""

    media_type: str
    weight: float

    def specificity(self, media_type: str) -> int:
        """Return how exactly the range matches: 3 type/subtype, 2 type, 1 anything, 0 not."""
        if self.media_type == media_type:
            return 3
        if self.media_type == media_type.partition("/")[0] + "/*":
            return 2
        return 1 if self.media_type == ANY_MEDIA_TYPE else 0


def parse_accept(accept: str) -> list[MediaRange]:
    """Parse an ``Accept`` header; an empty one accepts anything.

    Reads at most :data:`MAX_MEDIA_RANGES` ranges in :data:`MAX_ACCEPT_CHARS` characters; a server
    may disregard the header (RFC 9110 section 12.5.1).

    >>> [(r.media_type, r.weight) for r in parse_accept("text/turtle, */*;q=0.1")]
    [('text/turtle', 1.0), ('*/*', 0.1)]
    """
    ranges = []
    if len(accept) > MAX_ACCEPT_CHARS:  # without the range that is cut
        accept = accept[:MAX_ACCEPT_CHARS].rpartition(",")[0]
    for text in accept.split(",", MAX_MEDIA_RANGES)[:MAX_MEDIA_RANGES]:
        media_type, *parameters = (piece.strip().lower() for piece in text.split(";"))
        if media_type:
            named = (parameter.partition("=") for parameter in parameters)
            q = next((value for name, _, value in named if name.strip() == "q"), "1")
            try:
                weight = min(max(float(q), 0.0), 1.0)
            except ValueError:
                weight = 0.0
            ranges.append(MediaRange(media_type, weight))
    return ranges or [MediaRange(ANY_MEDIA_TYPE, 1.0)]


def choose_media_type(accept: str, offers: Iterable[str]) -> str | None:
    """Return the most preferred offer, the first of equal ones, or None if none is accepted.

    The most specific range that matches an offer gives its weight (RFC 9110 section 12.5.1).

    >>> choose_media_type("text/html;q=0.5, text/*", ["application/json", "text/csv"])
    'text/csv'
    """
    ranges = parse_accept(accept)
    best_offer, best_weight = None, 0.0
    for offer in offers:
        matches = [(range_.specificity(offer), range_.weight) for range_ in ranges]
        specificity, weight = max(matches)
        if specificity and weight > best_weight:
            best_offer, best_weight = offer, weight
    return best_offer


def choose_format(accept: str, forced: str, media_types: Mapping[str, str], *names: str) -> str:
    """Choose the format of an answer by name or by ``Accept`` header.

    Args:
        accept: the header.
        forced: name of a format, which overrides the header; "" for none.
        media_types: media type -> name of a format, most preferred first.
        names: further names of formats, without a media type.

    Raises:
        InputError: the name is unknown.
        RequestError: no format is accepted (406).

    >>> choose_format("text/turtle", "", {"text/html": "html", "text/turtle": "turtle"})
    'turtle'
    """
    if forced:
        all_names = {*media_types.values(), *names}
        if forced not in all_names:
            raise unknown_format_error(f"format={shorten(forced)}", sorted(all_names))
        return forced
    media_type = choose_media_type(accept, media_types)
    if media_type is None:
        raise RequestError(406, f"Accept: {shorten(accept)}: available: {', '.join(media_types)}")
    return media_types[media_type]


def accepts_encoding(accept: str, coding: str) -> bool:
    """Whether an ``Accept-Encoding`` header prefers a coding to none, or accepts both equally.

    >>> [accepts_encoding(accept, "gzip") for accept in ("br, gzip", "*", "gzip;q=0, *", "br", "")]
    [True, True, False, False, False]
    """
    weights = {range_.media_type: range_.weight for range_ in parse_accept(accept)}
    weight = weights.get(coding, weights.get("*", 0.0))
    return weight > 0 and weight >= weights.get("identity", 0.0)


#: Kind of answer -> media type -> name of a format, most preferred first.
FORMATS_BY_MEDIA_TYPE: dict[AnswerKind, dict[str, str]] = {
    kind: {
        format_.media_type: format_.name
        for format_ in sorted(ANSWER_FORMATS.values(), key=lambda f: f.name != default)
        if kind in format_.kinds
    }
    | _MEDIA_TYPE_ALIASES[kind]
    for kind, default in _DEFAULT_FORMATS.items()
}

#: Name of a format for solutions -> media type.
SOLUTION_MEDIA_TYPES = {
    format_.name: format_.media_type
    for format_ in ANSWER_FORMATS.values()
    if "solutions" in format_.kinds
}


def choose_media_types(accept: str, format: str = "") -> dict[AnswerKind, str]:
    """Choose the media type of each kind of answer; a kind that is not accepted is absent.

    Args:
        accept: the header.
        format: name of a format (:data:`kgraph.query.formats.ANSWER_FORMATS`), which overrides it.

    Raises:
        InputError: the format is unknown.
        RequestError: nothing is accepted (406).
    """
    if not format:
        return _choose_accepted(accept[: MAX_ACCEPT_CHARS + 1])
    if format in ANSWER_FORMATS:
        return dict.fromkeys(ANSWER_FORMATS[format].kinds, ANSWER_FORMATS[format].media_type)
    # SPARQLWrapper sends format=text/csv and format=n3 beside its Accept.
    media_type = _CLIENT_FORMAT_NAMES.get(format, format)
    media_types: dict[AnswerKind, str] = {
        kind: media_type for kind, types in FORMATS_BY_MEDIA_TYPE.items() if media_type in types
    }
    if not media_types:
        raise unknown_format_error(f"format={shorten(format)}", ANSWER_FORMATS)
    return media_types


@lru_cache(64)
def _choose_accepted(accept: str) -> dict[AnswerKind, str]:
    media_types: dict[AnswerKind, str] = {}
    for kind, offers in FORMATS_BY_MEDIA_TYPE.items():
        media_type = choose_media_type(accept, offers)
        if media_type:
            media_types[kind] = media_type
    if not media_types:
        offered = ", ".join(dict.fromkeys(f.media_type for f in ANSWER_FORMATS.values()))
        raise RequestError(
            406, f"Accept: {shorten(accept)}: not a format of answers; available: {offered}"
        )
    return media_types


def add_charset(media_type: str) -> str:
    """Return the value of Content-Type: text types state that they are UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
