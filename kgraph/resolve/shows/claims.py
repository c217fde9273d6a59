"""Where an episode's own words name its show and its hosts.

Takes an episode; gives :class:`ShowClaim` values. People say a show's name in few ways
("welcome to X", "this is X", "I'm your host Y"), and summaries do so in fewer ("this
30-minute episode of X, hosted by Y, ..."); a name is what stands there in capitals.

Invariant: a claim holds a name as written, at most 60 characters of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from kgraph.base.model import Episode, Row
from kgraph.base.text import name_key, shorten

_NAME = (
    r"(?:\*+|[\"“‘'])?(?P<name>(?:(?:The|the) )?(?:[A-Z0-9.][\w'’&.+-]*)"
    r"(?:,? (?:[A-Z0-9&+][\w'’&.+:-]*|of|in|and|to|on|for|by|with|the|from)(?![\w'’]))*)"
)
_PERSON = r"(?:\*+)?(?P<name>[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+){0,2})"
_SUMMARY_PATTERNS = (
    re.compile(rf"(?:pisode|edition|installment|segment) (?:#?\d+ )?(?:of|from) (?:an? )?{_NAME}"),
    re.compile(rf"his (?:\d+-minute )?(?:podcast )?(?:the )?{_NAME} (?:podcast )?episode\b"),
    re.compile(rf"on (?:the )?{_NAME}[*\"”’]* (?:podcast|show)\b"),
    re.compile(rf"Summary of (?:the )?{_NAME}[*\"”’]* (?:[Pp]odcast|[Ss]how|Episode)\b"),
    re.compile(rf"podcast (?:called|named|titled) {_NAME}"),
)
_SPOKEN_PATTERNS = (
    re.compile(
        r"elcome (?:back )?(?:in)?to (?:(?:another|this|the latest|a new|this new) "
        rf"(?:special )?(?:episode|edition|installment) of )?(?:the )?{_NAME}"
    ),
    re.compile(rf"(?:listening to|watching|tuned in to|tuning in to) (?:the )?{_NAME}"),
    re.compile(rf"(?:his|here) is (?:the )?{_NAME}(?=[,.!]| podcast| show)"),
    re.compile(rf"oday on (?:the )?{_NAME}"),
    re.compile(rf"(?:episode|edition) of (?:the )?{_NAME}"),
)
_HOST_PATTERNS = (
    re.compile(rf"\b(?:hosted by|[Hh]osts?|your host,?|with your host,?|with me,?) {_PERSON}"),
    re.compile(rf"I'm (?:your host,? )?{_PERSON}(?=[,.]| and )"),
)
_SELF_PATTERN = re.compile(
    r"\bthe (?:name of the )?(?:podcast|show|channel|series|source|publisher)"
    r"(?: itself| hosting| that (?:is )?host| producing| featur|/publisher of the podcast|"
    r" name\b|'s name\b| being )|"
    r"^(?:this |the )?(?:podcast|show)(?: title| name| itself|\.?$)|podcast/show hosting|"
    r"name of the (?:podcast|show)|organization producing the podcast",
    re.IGNORECASE,
)
_SPONSOR_PATTERN = re.compile(
    r"sponsor|brought to you|check out|subscribe to|go listen", re.IGNORECASE
)
_INTRODUCTION_CUES = ("elcome", "listening to", "watching", "tuned in", "tuning in")
_EARLY_CUES = (
    *_INTRODUCTION_CUES,
    "his is",
    "ere is",
    "oday on",
    "pisode of",
    "dition of",
    "host",
    "I'm",
    "with me",
)
_SELF_CUES = ("podcast", "Podcast", "show", "Show", "channel", "publisher", "series")
"""Cheap tests before the patterns: nine rows in ten hold none of these."""
INTRODUCTION_CHARS = 6_000
"""Characters of transcript; a show introduces itself within its first minutes."""
_SUMMARY_START_CHARS = 1_200
"""Characters of a summary: its first sentences say what episode of what it sums up."""
_TRAILING_WORDS = re.compile(r"(?:[.:,]+|['’]s| (?:of|in|and|to|on|for|by|with|the|from))+$")
_NAME_END = re.compile(r"[.!?:] (?=[A-Z])|, (?=[A-Z])")


class ShowClaim(msgspec.Struct, frozen=True, array_like=True, order=True):
    """That something in an episode names its show, or its host.

    Attributes:
        kind: "summary", "spoken", "itself", "source", "title", "named" or "host".
        name: the name as written.
    """

    kind: str
    name: str


def find_claims(episode: Episode) -> Iterator[ShowClaim]:
    """What the texts of an episode claim, in order of reading, with repetitions."""
    summary = episode.text("summary")[:_SUMMARY_START_CHARS]
    yield from _match_claims("summary", _SUMMARY_PATTERNS, summary)
    yield from _match_claims("host", _HOST_PATTERNS[:1], summary)
    for row in episode.rows.get("companies", ()):
        yield from _find_row_claims(row)
    for row in episode.rows.get("quotes", ()):
        text = row.text("text")
        if "elcome" in text or "listening to" in text:
            yield from _match_claims("spoken", _SPOKEN_PATTERNS[:2], text)


def _find_row_claims(row: Row) -> Iterator[ShowClaim]:
    """A row of the language model that says "the podcast itself", or a snippet."""
    values = row.values
    position = values.get("position")
    if isinstance(position, int):
        if position < INTRODUCTION_CHARS or "elcome" in row.text("context"):
            yield from _find_snippet_claims(row.text("context"), position < INTRODUCTION_CHARS)
        return
    context = row.text("context")
    if (
        _contains_any(context, _SELF_CUES)
        and _SELF_PATTERN.search(context)
        and not _SPONSOR_PATTERN.search(context)
    ):
        yield ShowClaim("itself", shorten(row.text("name"), 60))


def _find_snippet_claims(context: str, early: bool) -> Iterator[ShowClaim]:
    if not _contains_any(context, _EARLY_CUES) or _SPONSOR_PATTERN.search(context):
        return
    yield from _match_claims("spoken", _SPOKEN_PATTERNS if early else _SPOKEN_PATTERNS[:1], context)
    if early:
        yield from _match_claims("host", _HOST_PATTERNS, context)


def _contains_any(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts)


def _match_claims(
    kind: str, patterns: tuple[re.Pattern[str], ...], text: str
) -> Iterator[ShowClaim]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            name = _TRAILING_WORDS.sub("", _NAME_END.split(match["name"])[0])
            if len(name_key(name)) > 2 and not name.islower():
                yield ShowClaim(kind, shorten(name, 60))
