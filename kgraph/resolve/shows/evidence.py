"""Evidence of one episode about its show.

Takes an episode; gives :class:`ShowEvidence`: the names that its stated source, title, feed,
summary, hosts and rows give, and the scopes that it shares with other episodes of its show.

Invariant: evidence depends on the episode alone and stays small, so that a corpus fits in memory.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from kgraph.base.model import Episode
from kgraph.base.text import name_key, strip_markup
from kgraph.resolve.media_urls import MediaAddress, parse_media_url
from kgraph.resolve.shows.claims import INTRODUCTION_CHARS, ShowClaim, find_claims
from kgraph.resolve.shows.known_shows import load_show_registry

_MAX_CLAIMS = 24  #: distinct claims of an episode, the most frequent
_NO_SOURCE = re.compile(r"unknown(?: source)?|n/?a|none|", re.IGNORECASE)
_CHANNEL = re.compile(r"\bchannel (UC[\w-]{22})$", re.IGNORECASE)
_TITLE_SEPARATOR = re.compile(r" [|/–—-]+ |\s*[|]\s*|: ")
_SHOW_SUFFIX = re.compile(r"(?:the )?(?P<name>\S.{1,40}?) (?:podcast|show)$", re.IGNORECASE)
_TITLE_NUMBER = re.compile(r"(?:#|[Ee][Pp]\.? ?)?\d+\b")
_TITLE_ENDING = re.compile(r" [-|] (?:Ep\. ?\d+|Weekly Roundup)$")


class ShowEvidence(msgspec.Struct, frozen=True, array_like=True):
    """Evidence of one episode about its show."""

    scopes: tuple[str, ...]  #: ``kind:value``, shared with other episodes of the show
    claims: tuple[tuple[str, str, int], ...]  #: (kind, name, count), the most frequent first


def observe_show(episode: Episode) -> ShowEvidence:
    """Collect the evidence of an episode."""
    address = parse_media_url(episode.text("original_url"))
    claims = Counter(_collect_claims(episode, address))
    ranked = sorted(claims.items(), key=lambda item: (-item[1], item[0]))[:_MAX_CLAIMS]
    hosts = [claim.name for claim in claims if claim.kind == "host"]
    is_named = any(claim.kind == "title" for claim in claims)
    return ShowEvidence(
        tuple(dict.fromkeys(_find_scopes(episode, address, hosts, is_named))),
        tuple((claim.kind, claim.name, count) for claim, count in ranked),
    )


def _collect_claims(episode: Episode, address: MediaAddress | None) -> Iterator[ShowClaim]:
    source = strip_markup(episode.text("source").strip())
    if not _NO_SOURCE.fullmatch(source) and not _CHANNEL.search(source):
        yield ShowClaim("source", source)
    if address and address.is_named_feed:
        yield ShowClaim("slug", address.feed.removeprefix("the").removesuffix("podcast"))
    *parts, last = _TITLE_SEPARATOR.split(episode.title)
    for part in parts or [last]:
        if _is_distinctive_name(part):
            yield ShowClaim("title", part)
    if parts:
        suffixed = _SHOW_SUFFIX.fullmatch(last.strip())
        if _is_distinctive_name(last) or suffixed:
            yield ShowClaim("title", suffixed["name"] if suffixed else last)
    yield from find_claims(episode)
    for row in episode.rows.get("companies", ()):
        position = row.values.get("position")
        is_late = isinstance(position, int) and position >= INTRODUCTION_CHARS
        if not is_late and _is_distinctive_name(row.text("name")):
            yield ShowClaim("named", row.text("name"))


@lru_cache(maxsize=1 << 16)
def _is_distinctive_name(name: str) -> bool:
    return name_key(name) in load_show_registry().distinctive_names


def _find_scopes(
    episode: Episode, address: MediaAddress | None, hosts: Iterable[str], is_named: bool
) -> Iterator[str]:
    """Yield the scopes of an episode, from the surest to the weakest."""
    channel = _CHANNEL.search(episode.text("source").strip())
    if channel:
        yield f"channel:{channel[1]}"
    feed = f"{address.platform}/{address.feed}" if address and address.feed else ""
    if address and feed:
        if address.is_shared_feed and feed not in load_show_registry().feeds:
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
