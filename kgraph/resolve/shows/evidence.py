"""Evidence of one episode about its show.

Takes an episode; gives :class:`ShowEvidence`: the names that its stated source, title, feed,
summary, hosts and rows give, and the scopes that it shares with other episodes of its show.

People name a show in few ways ("welcome to X", "this is X", "I'm your host Y"), and summaries in
fewer ("this 30-minute episode of X, hosted by Y, ..."). The name is the run of capitalised words
after such a phrase.

Invariants:
    * evidence depends on the episode alone and stays small, so that a corpus fits in memory;
    * a claim of a text has a name as written, at most 60 characters of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

import msgspec

from kgraph.base.counts import rank_counts
from kgraph.base.model import EpisodeFile
from kgraph.base.patterns import compile_when_used
from kgraph.base.text import name_key, shorten
from kgraph.base.web_address import starts_with_page
from kgraph.resolve.media_urls import MediaAddress, parse_media_url
from kgraph.resolve.mentions.variants import is_placeholder
from kgraph.resolve.shows.known_shows import ShowRegistry, load_show_registry

_MAX_CLAIMS = 24  #: distinct claims of an episode, the most frequent
#: An address without a path, which says no more than its host: "acquired.fm" is a name of a show.
_BARE_ADDRESS = compile_when_used(r"https?://(?:www\.)?(?P<host>[^\s/?#@:]+)/?", re.IGNORECASE)
_CHANNEL = compile_when_used(r"\bchannel (UC[\w-]{22})$", re.IGNORECASE)
_TITLE_SEPARATOR = compile_when_used(r" [|/–—-]+ |\s*[|]\s*|: ")
_SHOW_SUFFIX = compile_when_used(r"(?:the )?(?P<name>\S.{1,40}?) (?:podcast|show)$", re.IGNORECASE)
_TITLE_NUMBER = compile_when_used(r"(?:#|[Ee][Pp]\.? ?)?\d+\b")
_TITLE_ENDING = compile_when_used(r" [-|] (?:Ep\. ?\d+|Weekly Roundup)$")

# -- phrases that name a show ---------------------------------------------------

_NAME = (
    r"(?:\*+|[\"“‘'])?(?P<name>(?:(?:The|the) )?(?:[A-Z0-9.][\w'’&.+-]*)"
    r"(?:,? (?:[A-Z0-9&+][\w'’&.+:-]*|of|in|and|to|on|for|by|with|the|from)(?![\w'’]))*)"
)
_PERSON = r"(?:\*+)?(?P<name>[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+){0,2})"
# Patterns omit the first letter of a word that may be a capital.
_SUMMARY_PATTERNS = (
    compile_when_used(
        rf"(?:pisode|edition|installment|segment) (?:#?\d+ )?(?:of|from) (?:an? )?{_NAME}"
    ),
    compile_when_used(rf"his (?:\d+-minute )?(?:podcast )?(?:the )?{_NAME} (?:podcast )?episode\b"),
    compile_when_used(rf"on (?:the )?{_NAME}[*\"”’]* (?:podcast|show)\b"),
    compile_when_used(rf"Summary of (?:the )?{_NAME}[*\"”’]* (?:[Pp]odcast|[Ss]how|Episode)\b"),
    compile_when_used(rf"podcast (?:called|named|titled) {_NAME}"),
)
_SPOKEN_PATTERNS = (
    compile_when_used(
        r"elcome (?:back )?(?:in)?to (?:(?:another|this|the latest|a new|this new) "
        rf"(?:special )?(?:episode|edition|installment) of )?(?:the )?{_NAME}"
    ),
    compile_when_used(rf"(?:listening to|watching|tuned in to|tuning in to) (?:the )?{_NAME}"),
    compile_when_used(rf"(?:his|here) is (?:the )?{_NAME}(?=[,.!]| podcast| show)"),
    compile_when_used(rf"oday on (?:the )?{_NAME}"),
    compile_when_used(rf"(?:episode|edition) of (?:the )?{_NAME}"),
)
_HOST_PATTERNS = (
    compile_when_used(
        rf"\b(?:hosted by|[Hh]osts?|your host,?|with your host,?|with me,?) {_PERSON}"
    ),
    compile_when_used(rf"I'm (?:your host,? )?{_PERSON}(?=[,.]| and )"),
)
_SELF_PATTERN = compile_when_used(
    r"\bthe (?:name of the )?(?:podcast|show|channel|series|source|publisher)"
    r"(?: itself| hosting| that (?:is )?host| producing| featur|/publisher of the podcast|"
    r" name\b|'s name\b| being )|"
    r"^(?:this |the )?(?:podcast|show)(?: title| name| itself|\.?$)|podcast/show hosting|"
    r"name of the (?:podcast|show)|organization producing the podcast",
    re.IGNORECASE,
)
_SPONSOR_PATTERN = compile_when_used(
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
_TRAILING_WORDS = compile_when_used(r"(?:[.:,]+|['’]s| (?:of|in|and|to|on|for|by|with|the|from))+$")
_NAME_END = compile_when_used(r"[.!?:] (?=[A-Z])|, (?=[A-Z])")


class ShowClaim(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A claim that an episode's show, or its host, has a name."""

    kind: str  #: a key of :data:`kgraph.resolve.shows.match_names.CLAIM_KINDS`
    name: str  #: as written


class ShowEvidence(msgspec.Struct, frozen=True, array_like=True):
    """Evidence of one episode about its show."""

    scopes: tuple[str, ...]  #: ``kind:value``, shared with other episodes of the show
    claims: tuple[tuple[str, str, int], ...]  #: (kind, name, count), the most frequent first


def observe_show(episode: EpisodeFile, registry: ShowRegistry | None = None) -> ShowEvidence:
    """Collect the evidence of an episode.

    Args:
        registry: the known shows; by default the shipped ones.
    """
    registry = registry or load_show_registry()
    address = parse_media_url(episode.text("original_url"))
    claims = Counter(_collect_claims(episode, address, registry))
    ranked = rank_counts(claims)[:_MAX_CLAIMS]
    hosts = [claim.name for claim in claims if claim.kind == "host"]
    is_named = any(claim.kind == "title" for claim in claims)
    return ShowEvidence(
        tuple(dict.fromkeys(_find_scopes(episode, address, hosts, is_named, registry.feeds))),
        tuple((claim.kind, claim.name, count) for claim, count in ranked),
    )


def find_stated_show(episode: EpisodeFile) -> str:
    """Return the name of the show that a file states; "" if it states none."""
    return parse_stated_show(episode.text("source"))


def parse_stated_show(source: str) -> str:
    """Return the name of the show in the field ``source``; "" if it has none."""
    source = source.strip()
    if is_placeholder(source) or _CHANNEL.search(source) or starts_with_page(source):
        return ""
    return source


def read_claimed_name(stated_show: str) -> str:
    """Return the name of a show as matched: of an address without a path the host.

    >>> read_claimed_name("https://acquired.fm"), read_claimed_name("Acquired")
    ('acquired.fm', 'Acquired')
    """
    address = _BARE_ADDRESS.fullmatch(stated_show)
    return address["host"] if address else stated_show


def _collect_claims(
    episode: EpisodeFile, address: MediaAddress | None, registry: ShowRegistry
) -> Iterator[ShowClaim]:
    distinctive_names = registry.distinctive_names
    if source := find_stated_show(episode):
        yield ShowClaim("source", read_claimed_name(source))
    if address and address.is_named_feed:
        yield ShowClaim("slug", address.feed.removeprefix("the").removesuffix("podcast"))
    *parts, last = _TITLE_SEPARATOR.split(episode.title)
    for part in parts or [last]:
        if name_key(part) in distinctive_names:
            yield ShowClaim("title", part)
    if parts:
        suffixed = _SHOW_SUFFIX.fullmatch(last.strip())
        if suffixed or name_key(last) in distinctive_names:
            yield ShowClaim("title", suffixed["name"] if suffixed else last)
    yield from find_claims(episode)
    for row in episode.rows.get("companies", ()):
        position = row.values.get("position")
        is_late = isinstance(position, int) and position >= INTRODUCTION_CHARS
        if not is_late and name_key(row.text("name")) in distinctive_names:
            yield ShowClaim("named", row.text("name"))


def _find_scopes(
    episode: EpisodeFile,
    address: MediaAddress | None,
    hosts: Iterable[str],
    is_named: bool,
    known_feeds: Collection[str],
) -> Iterator[str]:
    """Yield the scopes of an episode, from the surest to the weakest."""
    channel = _CHANNEL.search(episode.text("source").strip())
    if channel:
        yield f"channel:{channel[1]}"
    feed = f"{address.platform}/{address.feed}" if address and address.feed else ""
    if address and feed:
        if address.is_shared_feed and feed not in known_feeds:
            # A publisher's feed has several shows: titles of one form are of one of them.
            yield f"part:{feed}:{'named' if is_named else _title_form(episode.title)}"
        else:
            yield f"feed:{feed}"
    for host in sorted(set(hosts)):
        first_name, _, surname = host.partition(" ")
        if feed:
            yield f"presenter:{feed}:{name_key(first_name)}"
        if surname:
            yield f"presenter:{name_key(host)}"
    if address and not feed and address.platform != "youtube":
        yield f"place:{address.platform}"


def _title_form(title: str) -> str:
    """Return the numbering of a title and its fixed ending, with 0 for every number.

    >>> _title_form("#12 Ann Lee | On money"), _title_form("On money - Ep. 7")
    ('#0 | ', ' - Ep. 0')
    """
    number, ending = _TITLE_NUMBER.match(title), _TITLE_ENDING.search(title)
    is_parted = " | " in title
    form = (f"{number[0]} " if number else "") + ("|" if is_parted else "")
    form += ending[0] if ending else " " if is_parted else ""
    return re.sub(r"\d+", "0", form)


# -- claims of texts -------------------------------------------------------------


def find_claims(episode: EpisodeFile) -> Iterator[ShowClaim]:
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
