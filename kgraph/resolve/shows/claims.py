"""Claims of an episode's texts about its show and its hosts.

Takes an episode; gives :class:`ShowClaim` values. People name a show in few ways ("welcome to X",
"this is X", "I'm your host Y"), and summaries in fewer ("this 30-minute episode of X, hosted by Y,
..."). The name is the run of capitalised words after such a phrase.

Invariant: a claim has a name as written, at most 60 characters of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from kgraph.base.model import Episode
from kgraph.base.text import name_key, shorten

_NAME = (
    r"(?:\*+|[\"“‘'])?(?P<name>(?:(?:The|the) )?(?:[A-Z0-9.][\w'’&.+-]*)"
    r"(?:,? (?:[A-Z0-9&+][\w'’&.+:-]*|of|in|and|to|on|for|by|with|the|from)(?![\w'’]))*)"
)
_PERSON = r"(?:\*+)?(?P<name>[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+){0,2})"
# Patterns omit the first letter of a word that may be a capital.
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
# Cheap tests before the patterns: nine rows in ten contain none of these.
_EARLY_CUES = (
    *("elcome", "listening to", "watching", "tuned in", "tuning in", "his is", "ere is"),
    *("oday on", "pisode of", "dition of", "host", "I'm", "with me"),
)
_SELF_CUES = ("podcast", "Podcast", "show", "Show", "channel", "publisher", "series")
INTRODUCTION_CHARS = 6_000  #: of a transcript; a show introduces itself in its first minutes
_SUMMARY_START_CHARS = 1_200  #: of a summary; its first sentences name the show
_MAX_NAME_CHARS = 60
_TRAILING_WORDS = re.compile(r"(?:[.:,]+|['’]s| (?:of|in|and|to|on|for|by|with|the|from))+$")
_NAME_END = re.compile(r"[.!?:] (?=[A-Z])|, (?=[A-Z])")


class ShowClaim(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A claim that an episode's show, or its host, has a name."""

    kind: str  #: a key of :data:`kgraph.resolve.shows.match_names.CLAIM_KINDS`
    name: str  #: as written


def find_claims(episode: Episode) -> Iterator[ShowClaim]:
    """Yield the claims of an episode's texts, in order of reading, with repetitions."""
    summary = episode.text("summary")[:_SUMMARY_START_CHARS]
    yield from _match_claims("summary", _SUMMARY_PATTERNS, summary)
    yield from _match_claims("host", _HOST_PATTERNS[:1], summary)
    for row in episode.rows.get("companies", ()):
        position, context = row.values.get("position"), row.text("context")
        if isinstance(position, int):
            yield from _find_snippet_claims(context, position < INTRODUCTION_CHARS)
        elif (
            any(cue in context for cue in _SELF_CUES)
            and _SELF_PATTERN.search(context)
            and not _SPONSOR_PATTERN.search(context)
        ):
            yield ShowClaim("itself", shorten(row.text("name"), _MAX_NAME_CHARS))
    for row in episode.rows.get("quotes", ()):
        text = row.text("text")
        if "elcome" in text or "listening to" in text:
            yield from _match_claims("spoken", _SPOKEN_PATTERNS[:2], text)


def _find_snippet_claims(context: str, is_early: bool) -> Iterator[ShowClaim]:
    """Yield the claims of a snippet of transcript; a late one counts only with a welcome."""
    if not any(cue in context for cue in (_EARLY_CUES if is_early else _EARLY_CUES[:1])):
        return
    if _SPONSOR_PATTERN.search(context):
        return
    if is_early:
        yield from _match_claims("spoken", _SPOKEN_PATTERNS, context)
        yield from _match_claims("host", _HOST_PATTERNS, context)
    else:
        yield from _match_claims("spoken", _SPOKEN_PATTERNS[:1], context)


def _match_claims(
    kind: str, patterns: tuple[re.Pattern[str], ...], text: str
) -> Iterator[ShowClaim]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            name = _TRAILING_WORDS.sub("", _NAME_END.split(match["name"])[0])
            if len(name_key(name)) > 2 and not name.islower():
                yield ShowClaim(kind, shorten(name, _MAX_NAME_CHARS))
