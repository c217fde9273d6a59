"""Which recording, and which feed, an address speaks of.

Takes the URL of an audio or video file or of its page; gives an :class:`MediaAddress`. A
podcast's address is a chain of hosts that count the download and pass it on, and the
same recording is reached through several chains and with several query strings: only
the last host and its own id identify it. Hosts, chains and ids are described in
``data/addresses.yaml``, from the hosts' documentation and from addresses in the wild.

Invariant: two addresses of one recording give one ``(place, id)``; where that cannot
be told, two are kept apart rather than made one.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from kgraph.base.vocabulary import data_path, load_yaml

_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z]{2,}", re.IGNORECASE)
_EMBEDDED_URL = re.compile(r"https?(?:%3a|:)(?:%2f|/){2}", re.IGNORECASE)
_MAX_HOPS = 16
"""Longest chain of redirectors followed; real ones have up to six."""
_MAX_URL_CHARS = 8_192
"""Characters of an address that are looked at; browsers and servers take about as many."""


class Platform(msgspec.Struct, frozen=True):
    """One host of ``data/addresses.yaml``."""

    hosts: tuple[str, ...]
    episode: tuple[str, ...]
    feed: tuple[str, ...] = ()
    shared: bool = False
    named: bool = False
    strict: bool = False


class UrlRules(msgspec.Struct, frozen=True):
    """``data/addresses.yaml``."""

    redirectors: frozenset[str]
    files: frozenset[str]
    identifying: frozenset[str]
    platforms: dict[str, Platform]

    def platforms_by_host(self) -> dict[str, str]:
        """Host -> name of its platform."""
        return {host: name for name, row in self.platforms.items() for host in row.hosts}


class MediaAddress(msgspec.Struct, frozen=True):
    """What an address identifies.

    Attributes:
        place: the platform's name, or the host without ``www.``.
        id: the recording's id there.
        feed: the id of the series there, or "".
        shared: the feed id may hold several shows of one publisher.
        named: the feed id is a name that its owner chose.
    """

    platform: str
    id: str
    feed: str = ""
    is_shared_feed: bool = False
    is_named_feed: bool = False


@cache
def load_url_rules() -> UrlRules:
    """The address book that travels with the program.

    Raises:
        DataError: the file does not have the shape that its header describes.
    """
    return load_yaml(data_path("data", "addresses.yaml"), UrlRules)


def parse_media_url(url: str) -> MediaAddress | None:
    """What ``url`` identifies; None when it names no recording (no host, or a home page).

    >>> parse_media_url("https://youtu.be/aB3dE6gH9-_?t=4") == parse_media_url(
    ...     "https://www.youtube.com/watch?v=aB3dE6gH9-_&list=x")
    True
    >>> parse_media_url("https://pdst.fm/e/chrt.fm/track/1/traffic.megaphone.fm/ABC123.mp3?updated=5")
    MediaAddress(platform='megaphone', id='ABC123', feed='ABC', is_shared_feed=True, is_named_feed=False)
    """
    url = url.strip()[:_MAX_URL_CHARS]
    for _ in range(_MAX_HOPS):
        parts = _split_url(url)
        if parts is None:
            return None
        host, target = parts
        name = _platform_of(host)
        if name:
            return _parse_platform_url(name, host, target)
        onward = _redirect_target(host, target)
        if not onward:
            return _parse_unlisted_host(host, target)
        url = onward
    return None


def _split_url(url: str) -> tuple[str, str] | None:
    """The host and ``path?query``; None without an HTTP host."""
    try:
        parts = urlsplit(url if "://" in url[:9] else "")
    except ValueError:  # brackets that hold no IPv6 address
        return None
    host = parts.netloc.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")
    if not host or parts.scheme.lower() not in ("http", "https"):
        return None
    return host.rstrip("."), parts.path + (f"?{parts.query}" if parts.query else "")


@cache
def _host_tables() -> tuple[dict[str, str], frozenset[str]]:
    return load_url_rules().platforms_by_host(), load_url_rules().redirectors


def _parent_domains(host: str) -> list[str]:
    """The host and the domains it is under, nearest first."""
    labels = host.split(".")
    return [".".join(labels[i:]) for i in range(max(1, len(labels) - 1))]


def _platform_of(host: str) -> str:
    platforms, _ = _host_tables()
    return next((platforms[h] for h in _parent_domains(host) if h in platforms), "")


def _redirect_target(host: str, target: str) -> str:
    """Where a redirector passes the download on to; "" when the host is none."""
    _, redirectors = _host_tables()
    if not any(h in redirectors for h in _parent_domains(host)):
        return ""
    inner = _EMBEDDED_URL.search(target)
    if inner and "%" in inner.group():
        return unquote(target[inner.start() :])
    segments = target.split("/")
    for place, segment in enumerate(segments[:-1]):
        if _HOST.fullmatch(segment) and not _is_file(segment):
            return "https://" + "/".join(segments[place:])
    return ""


def _is_file(segment: str) -> bool:
    return segment.rpartition(".")[2].lower() in load_url_rules().files


@cache
def _compile_patterns(name: str) -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    row = load_url_rules().platforms[name]
    episode, feed = ([re.compile(p, re.ASCII) for p in rows] for rows in (row.episode, row.feed))
    return tuple(episode), tuple(feed)


def _first_match(patterns: tuple[re.Pattern[str], ...], target: str) -> str:
    found = next((m for p in patterns if (m := p.search(target))), None)
    return "/".join(found.groups()) if found else ""


def _parse_platform_url(name: str, host: str, target: str) -> MediaAddress | None:
    row = load_url_rules().platforms[name]
    episode, feed = _compile_patterns(name)
    id_ = unquote(_first_match(episode, target))
    if not id_:
        return None if row.strict else _parse_unlisted_host(host, target)
    return MediaAddress(name, id_, _first_match(feed, target), row.shared, row.named)


def _parse_unlisted_host(host: str, target: str) -> MediaAddress | None:
    """An address at a host that is not listed: its path, and what identifies in its query."""
    path, _, query = target.partition("?")
    path = unquote(path).strip("/")
    kept = [] if path and _is_file(path) else sorted(parse_qsl(query))
    chosen = [f"{k}={v}" for k, v in kept if k.lower() in load_url_rules().identifying]
    id_ = "?".join(filter(None, (path, "&".join(chosen))))
    return MediaAddress(host, id_) if id_ else None
