"""Identify the episode and feed behind the URL of a media file or of its page.

A podcast's URL is a chain of hosts that count the download and pass it on. The same recording
is reached through several chains and query strings: only the last host and its own id identify
it. ``data/addresses.yaml`` describes hosts, chains and ids, from the hosts' documentation and
from URLs in the wild.

Invariant: two URLs of one recording give one ``(platform, id)``; in doubt they stay apart.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from kgraph.base.vocabulary import data_path, load_yaml

_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z]{2,}", re.IGNORECASE)
_EMBEDDED_URL = re.compile(r"https?(?:%3a|:)(?:%2f|/){2}", re.IGNORECASE)
_MAX_HOPS = 16  #: redirectors that are followed; real chains have up to six
_MAX_URL_CHARS = 8_192  #: about as many as browsers and servers accept


class Platform(msgspec.Struct, frozen=True):
    """One host of ``data/addresses.yaml``, whose header describes the fields."""

    hosts: tuple[str, ...]
    episode: tuple[str, ...]
    feed: tuple[str, ...] = ()
    shared: bool = False
    named: bool = False
    strict: bool = False


class UrlRules(msgspec.Struct, frozen=True, dict=True):
    """The rules of ``data/addresses.yaml``, whose header describes the fields."""

    redirectors: frozenset[str]
    files: frozenset[str]
    identifying: frozenset[str]
    platforms: dict[str, Platform]

    @cached_property
    def platforms_by_host(self) -> dict[str, str]:
        return {host: name for name, row in self.platforms.items() for host in row.hosts}


class MediaAddress(msgspec.Struct, frozen=True):
    """The recording and the feed that a URL identifies."""

    platform: str  #: name, or the host without ``www.``
    id: str  #: of the recording, unique on the platform
    feed: str = ""  #: id of the series, if known
    is_shared_feed: bool = False  #: the feed may hold several shows of one publisher
    is_named_feed: bool = False  #: the feed's id is a name that its owner chose


@cache
def load_url_rules() -> UrlRules:
    """Load the shipped rules."""
    return load_yaml(data_path("data", "addresses.yaml"), UrlRules)


def parse_media_url(url: str) -> MediaAddress | None:
    """Identify the recording behind a URL; None without a host, or for a home page.

    >>> parse_media_url("https://youtu.be/aB3dE6gH9-_?t=4") == parse_media_url(
    ...     "https://www.youtube.com/watch?v=aB3dE6gH9-_&list=x")
    True
    >>> url = "https://pdst.fm/e/chrt.fm/track/1/traffic.megaphone.fm/ABC123.mp3?updated=5"
    >>> address = parse_media_url(url)
    >>> address.platform, address.id, address.feed
    ('megaphone', 'ABC123', 'ABC')
    """
    rules = load_url_rules()
    url = url.strip()[:_MAX_URL_CHARS]
    for _ in range(_MAX_HOPS):
        host, target = _split_url(url)
        if not host:
            return None
        labels = host.split(".")
        domains = [".".join(labels[i:]) for i in range(max(1, len(labels) - 1))]
        platforms = [p for domain in domains if (p := rules.platforms_by_host.get(domain))]
        if platforms:
            platform = rules.platforms[platforms[0]]
            id_ = unquote(_first_match(platform.episode, target))
            if not id_:
                return None if platform.strict else _parse_unlisted_host(host, target)
            feed = _first_match(platform.feed, target)
            return MediaAddress(platforms[0], id_, feed, platform.shared, platform.named)
        url = "" if rules.redirectors.isdisjoint(domains) else _redirect_target(target)
        if not url:
            return _parse_unlisted_host(host, target)
    return None


def _split_url(url: str) -> tuple[str, str]:
    """Return the host, "" if there is none, and ``path?query``."""
    try:
        split = urlsplit(url if "://" in url[:9] else "")
    except ValueError:  # brackets that hold no IPv6 address
        return "", ""
    if split.scheme.lower() not in ("http", "https"):
        return "", ""
    host = split.netloc.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")
    return host.rstrip("."), split.path + (f"?{split.query}" if split.query else "")


def _redirect_target(target: str) -> str:
    embedded = _EMBEDDED_URL.search(target)
    if embedded and "%" in embedded.group():
        return unquote(target[embedded.start() :])
    segments = target.split("/")
    for position, segment in enumerate(segments[:-1]):
        if _HOST.fullmatch(segment) and not _is_file(segment):
            return "https://" + "/".join(segments[position:])
    return ""


def _is_file(segment: str) -> bool:
    return segment.rpartition(".")[2].lower() in load_url_rules().files


def _first_match(patterns: tuple[str, ...], target: str) -> str:
    # re keeps the compiled patterns: there are some dozens.
    matches = filter(None, (re.search(pattern, target, re.ASCII) for pattern in patterns))
    match = next(matches, None)
    return "/".join(match.groups()) if match else ""


def _parse_unlisted_host(host: str, target: str) -> MediaAddress | None:
    path, _, query = target.partition("?")
    path = unquote(path).strip("/")
    parameters = [] if path and _is_file(path) else sorted(parse_qsl(query))
    identifying = load_url_rules().identifying
    chosen = "&".join(f"{k}={v}" for k, v in parameters if k.lower() in identifying)
    id_ = "?".join(filter(None, (path, chosen)))
    return MediaAddress(host, id_) if id_ else None
