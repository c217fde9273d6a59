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
from kgraph.base.text import key, without_markup
from kgraph.resolve.media_urls import Address, parse
from kgraph.resolve.shows.claims import LATE, Claim, claims_of
from kgraph.resolve.shows.known_shows import show_book

_MAX_CLAIMS = 24
"""Distinct claims kept of an episode, the most frequent."""
_UNSOUND = re.compile(r"unknown(?: source)?|n/?a|none|", re.IGNORECASE)
_CHANNEL = re.compile(r"\bchannel (UC[\w-]{22})$", re.IGNORECASE)
_PARTS = re.compile(r" [|/–—-]+ |\s*[|]\s*|: ")
_CALLED = re.compile(r"(?:the )?(?P<name>\S.{1,40}?) (?:podcast|show)$", re.IGNORECASE)


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
    claims = Counter(_claims(episode))
    ranked = sorted(claims.items(), key=lambda item: (-item[1], item[0]))[:_MAX_CLAIMS]
    hosts = [claim.name for claim in claims if claim.kind == "host"]
    titled = any(claim.kind == "title" for claim in claims)
    return ShowEvidence(
        episode.file,
        tuple(dict.fromkeys(_scopes(episode, hosts, titled))),
        tuple((claim.kind, claim.name, count) for claim, count in ranked),
    )


def _claims(episode: Episode) -> Iterator[Claim]:
    source = without_markup(episode.text("source").strip())
    if not _UNSOUND.fullmatch(source) and not _CHANNEL.search(source):
        yield Claim("source", source)
    address = parse(episode.text("original_url"))
    if address and address.named:
        yield Claim("slug", address.feed.removeprefix("the").removesuffix("podcast"))
    yield from _title_claims(episode.title)
    yield from claims_of(episode)
    for row in episode.rows.get("companies", ()):
        position = row.values.get("position")
        if not isinstance(position, int) or position < LATE:
            name = row.text("name")
            if _plain_name(name):
                yield Claim("named", name)


@lru_cache(maxsize=1 << 16)
def _plain_name(name: str) -> bool:
    """The name is a known show's whole name, and names nothing else."""
    return key(name) in show_book().told


def _title_claims(title: str) -> Iterator[Claim]:
    """Parts of a title that are a show's name, or say that they are one."""
    parts = _PARTS.split(title)
    for part in parts[:-1] if len(parts) > 1 else parts:
        if _plain_name(part):
            yield Claim("title", part)
    if len(parts) > 1:
        called = _CALLED.fullmatch(parts[-1].strip())
        if _plain_name(parts[-1]) or called:
            yield Claim("title", called["name"] if called else parts[-1])


def _scopes(episode: Episode, hosts: Iterable[str], titled: bool) -> Iterator[str]:
    """What episodes of one show have in common, from the surest to the weakest."""
    channel = _CHANNEL.search(episode.text("source").strip())
    if channel:
        yield f"channel:{channel[1]}"
    address = parse(episode.text("original_url"))
    feed = f"{address.place}/{address.feed}" if address and address.feed else ""
    if address and feed:
        yield from _feed_scopes(feed, address, episode.title, titled)
    for host in sorted(set(hosts)):
        names = host.split()
        if feed:
            yield f"presenter:{feed}:{key(names[0])}"
        if len(names) > 1:
            yield f"presenter:{key(host)}"
    if address and not feed and address.place != "youtube":
        yield f"place:{address.place}"


def _feed_scopes(feed: str, address: Address, title: str, titled: bool) -> Iterator[str]:
    """The feed, when it is one show's; else its episodes with titles of one form."""
    if address.shared and feed not in show_book().feeds:
        yield f"part:{feed}:{'named' if titled else _form(title)}"
    else:
        yield f"feed:{feed}"


def _form(title: str) -> str:
    """The form of a title: its numbering and its last part when that is a fixed one.

    >>> _form("#12 Ann Lee | On money"), _form("On money - Ep. 7")
    ('#0 | ', ' - Ep. 0')
    """
    numbered = re.match(r"(?:#|[Ee][Pp]\.? ?)?\d+\b", title)
    ending = re.search(r" [-|] (?:Ep\. ?\d+|Weekly Roundup)$", title)
    middle = " | " if " | " in title else ""
    form = (numbered[0] if numbered else "") + (" " if numbered else "") + middle.strip()
    return re.sub(r"\d+", "0", (form + (ending[0] if ending else middle[-1:])))
