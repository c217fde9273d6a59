"""Where an episode's own words name its show and its hosts.

Takes an episode; gives :class:`Claim` values. People say a show's name in few ways
("welcome to X", "this is X", "I'm your host Y"), and summaries do so in fewer ("this
30-minute episode of X, hosted by Y, ..."); a name is what stands there in capitals.

Invariant: a claim holds a name as written, at most 60 characters of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from kgraph.base.model import Episode, Row
from kgraph.base.text import key, shorten

_NAME = (
    r"(?:\*+|[\"“‘'])?(?P<name>(?:(?:The|the) )?(?:[A-Z0-9.][\w'’&.+-]*)"
    r"(?:,? (?:[A-Z0-9&+][\w'’&.+:-]*|of|in|and|to|on|for|by|with|the|from)(?![\w'’]))*)"
)
_PERSON = r"(?:\*+)?(?P<name>[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+){0,2})"
_SUMMARY = (
    re.compile(rf"(?:pisode|edition|installment|segment) (?:#?\d+ )?(?:of|from) (?:an? )?{_NAME}"),
    re.compile(rf"his (?:\d+-minute )?(?:podcast )?(?:the )?{_NAME} (?:podcast )?episode\b"),
    re.compile(rf"on (?:the )?{_NAME}[*\"”’]* (?:podcast|show)\b"),
    re.compile(rf"Summary of (?:the )?{_NAME}[*\"”’]* (?:[Pp]odcast|[Ss]how|Episode)\b"),
    re.compile(rf"podcast (?:called|named|titled) {_NAME}"),
)
_SPOKEN = (
    re.compile(
        r"elcome (?:back )?(?:in)?to (?:(?:another|this|the latest|a new|this new) "
        rf"(?:special )?(?:episode|edition|installment) of )?(?:the )?{_NAME}"
    ),
    re.compile(rf"(?:listening to|watching|tuned in to|tuning in to) (?:the )?{_NAME}"),
    re.compile(rf"(?:his|here) is (?:the )?{_NAME}(?=[,.!]| podcast| show)"),
    re.compile(rf"oday on (?:the )?{_NAME}"),
    re.compile(rf"(?:episode|edition) of (?:the )?{_NAME}"),
)
_HOST = (
    re.compile(rf"\b(?:hosted by|[Hh]osts?|your host,?|with your host,?|with me,?) {_PERSON}"),
    re.compile(rf"I'm (?:your host,? )?{_PERSON}(?=[,.]| and )"),
)
_ITSELF = re.compile(
    r"\bthe (?:name of the )?(?:podcast|show|channel|series|source|publisher)"
    r"(?: itself| hosting| that (?:is )?host| producing| featur|/publisher of the podcast|"
    r" name\b|'s name\b| being )|"
    r"^(?:this |the )?(?:podcast|show)(?: title| name| itself|\.?$)|podcast/show hosting|"
    r"name of the (?:podcast|show)|organization producing the podcast",
    re.IGNORECASE,
)
_SPONSOR = re.compile(r"sponsor|brought to you|check out|subscribe to|go listen", re.IGNORECASE)
_INTRODUCING = ("elcome", "listening to", "watching", "tuned in", "tuning in")
_EARLY = (
    *_INTRODUCING,
    "his is",
    "ere is",
    "oday on",
    "pisode of",
    "dition of",
    "host",
    "I'm",
    "with me",
)
_SELF = ("podcast", "Podcast", "show", "Show", "channel", "publisher", "series")
"""Cheap tests before the patterns: nine rows in ten hold none of these."""
LATE = 6_000
"""Characters of transcript; a show introduces itself within its first minutes."""
_OPENING = 1_200
"""Characters of a summary: its first sentences say what episode of what it sums up."""
_TRAILING = re.compile(r"(?:[.:,]+|['’]s| (?:of|in|and|to|on|for|by|with|the|from))+$")
_ENDS = re.compile(r"[.!?:] (?=[A-Z])|, (?=[A-Z])")


class Claim(msgspec.Struct, frozen=True, array_like=True, order=True):
    """That something in an episode names its show, or its host.

    Attributes:
        kind: "summary", "spoken", "itself", "source", "title", "named" or "host".
        name: the name as written.
    """

    kind: str
    name: str


def claims_of(episode: Episode) -> Iterator[Claim]:
    """What the texts of an episode claim, in order of reading, with repetitions."""
    summary = episode.text("summary")[:_OPENING]
    yield from _found("summary", _SUMMARY, summary)
    yield from _found("host", _HOST[:1], summary)
    for row in episode.rows.get("companies", ()):
        yield from _claims_of_row(row)
    for row in episode.rows.get("quotes", ()):
        text = row.text("text")
        if "elcome" in text or "listening to" in text:
            yield from _found("spoken", _SPOKEN[:2], text)


def _claims_of_row(row: Row) -> Iterator[Claim]:
    """A row of the language model that says "the podcast itself", or a snippet."""
    values = row.values
    position = values.get("position")
    if isinstance(position, int):
        if position < LATE or "elcome" in row.text("context"):
            yield from _claims_of_snippet(row.text("context"), position < LATE)
        return
    context = row.text("context")
    if _holds(context, _SELF) and _ITSELF.search(context) and not _SPONSOR.search(context):
        yield Claim("itself", shorten(row.text("name"), 60))


def _claims_of_snippet(context: str, early: bool) -> Iterator[Claim]:
    if not _holds(context, _EARLY) or _SPONSOR.search(context):
        return
    yield from _found("spoken", _SPOKEN if early else _SPOKEN[:1], context)
    if early:
        yield from _found("host", _HOST, context)


def _holds(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts)


def _found(kind: str, patterns: tuple[re.Pattern[str], ...], text: str) -> Iterator[Claim]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            name = _TRAILING.sub("", _ENDS.split(match["name"])[0])
            if len(key(name)) > 2 and not name.islower():
                yield Claim(kind, shorten(name, 60))
