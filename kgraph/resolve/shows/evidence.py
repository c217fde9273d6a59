"""What one episode says of the show that it belongs to.

Takes an episode; gives :class:`ShowEvidence`: the names that its stated source, title,
feed, summary, hosts and rows give, and what it shares with other episodes of its show.

Invariant: evidence depends on the episode alone and stays small, whatever the episode's
length, so that a corpus's worth of it can be held at once.
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

_MAX_CLAIMS = 24
"""Distinct claims kept of an episode, the most frequent."""
_NO_SOURCE = re.compile(r"unknown(?: source)?|n/?a|none|", re.IGNORECASE)
_CHANNEL = re.compile(r"\bchannel (UC[\w-]{22})$", re.IGNORECASE)
_TITLE_SEPARATOR = re.compile(r" [|/–—-]+ |\s*[|]\s*|: ")
_SHOW_SUFFIX = re.compile(r"(?:the )?(?P<name>\S.{1,40}?) (?:podcast|show)$", re.IGNORECASE)


class ShowEvidence(msgspec.Struct, frozen=True, array_like=True):
    """What one episode says of its show.

    Attributes:
        file: the episode's file.
        scopes: what it shares with other episodes of its show, as ``kind:value``.
        claims: (kind, name, how often), the most frequent first.
    """

    file: str
    scopes: tuple[str, ...]
    claims: tuple[tuple[str, str, int], ...]


def observe_show(episode: Episode) -> ShowEvidence:
    """What the episode itself says of the show that it belongs to."""
    claims = Counter(_collect_claims(episode))
    ranked = sorted(claims.items(), key=lambda item: (-item[1], item[0]))[:_MAX_CLAIMS]
    hosts = [claim.name for claim in claims if claim.kind == "host"]
    titled = any(claim.kind == "title" for claim in claims)
    return ShowEvidence(
        episode.file,
        tuple(dict.fromkeys(_find_scopes(episode, hosts, titled))),
        tuple((claim.kind, claim.name, count) for claim, count in ranked),
    )


def _collect_claims(episode: Episode) -> Iterator[ShowClaim]:
    source = strip_markup(episode.text("source").strip())
    if not _NO_SOURCE.fullmatch(source) and not _CHANNEL.search(source):
        yield ShowClaim("source", source)
    address = parse_media_url(episode.text("original_url"))
    if address and address.is_named_feed:
        yield ShowClaim("slug", address.feed.removeprefix("the").removesuffix("podcast"))
    yield from _find_title_claims(episode.title)
    yield from find_claims(episode)
    for row in episode.rows.get("companies", ()):
        position = row.values.get("position")
        if not isinstance(position, int) or position < INTRODUCTION_CHARS:
            name = row.text("name")
            if _is_distinctive_name(name):
                yield ShowClaim("named", name)


@lru_cache(maxsize=1 << 16)
def _is_distinctive_name(name: str) -> bool:
    """The name is a known show's whole name, and names nothing else."""
    return name_key(name) in load_show_registry().distinctive_names


def _find_title_claims(title: str) -> Iterator[ShowClaim]:
    """Parts of a title that are a show's name, or say that they are one."""
    parts = _TITLE_SEPARATOR.split(title)
    for part in parts[:-1] if len(parts) > 1 else parts:
        if _is_distinctive_name(part):
            yield ShowClaim("title", part)
    if len(parts) > 1:
        called = _SHOW_SUFFIX.fullmatch(parts[-1].strip())
        if _is_distinctive_name(parts[-1]) or called:
            yield ShowClaim("title", called["name"] if called else parts[-1])


def _find_scopes(episode: Episode, hosts: Iterable[str], titled: bool) -> Iterator[str]:
    """What episodes of one show have in common, from the surest to the weakest."""
    channel = _CHANNEL.search(episode.text("source").strip())
    if channel:
        yield f"channel:{channel[1]}"
    address = parse_media_url(episode.text("original_url"))
    feed = f"{address.platform}/{address.feed}" if address and address.feed else ""
    if address and feed:
        yield from _find_feed_scopes(feed, address, episode.title, titled)
    for host in sorted(set(hosts)):
        names = host.split()
        if feed:
            yield f"presenter:{feed}:{name_key(names[0])}"
        if len(names) > 1:
            yield f"presenter:{name_key(host)}"
    if address and not feed and address.platform != "youtube":
        yield f"place:{address.platform}"


def _find_feed_scopes(feed: str, address: MediaAddress, title: str, titled: bool) -> Iterator[str]:
    """The feed, when it is one show's; else its episodes with titles of one form."""
    if address.is_shared_feed and feed not in load_show_registry().feeds:
        yield f"part:{feed}:{'named' if titled else _title_form(title)}"
    else:
        yield f"feed:{feed}"


def _title_form(title: str) -> str:
    """The form of a title: its numbering and its last part when that is a fixed one.

    >>> _title_form("#12 Ann Lee | On money"), _title_form("On money - Ep. 7")
    ('#0 | ', ' - Ep. 0')
    """
    numbered = re.match(r"(?:#|[Ee][Pp]\.? ?)?\d+\b", title)
    ending = re.search(r" [-|] (?:Ep\. ?\d+|Weekly Roundup)$", title)
    middle = " | " if " | " in title else ""
    form = (numbered[0] if numbered else "") + (" " if numbered else "") + middle.strip()
    return re.sub(r"\d+", "0", (form + (ending[0] if ending else middle[-1:])))
