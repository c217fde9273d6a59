"""Addresses of recordings: what plays them, and links to a minute in them."""

from __future__ import annotations

from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

#: Suffix of a path -> element that plays it (HTML, section 4.8.8 and 4.8.9).
_AUDIO_SUFFIXES = (".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".wav", ".flac")
_VIDEO_SUFFIXES = (".mp4", ".m4v", ".mov", ".webm", ".ogv")

_YOUTUBE_HOSTS = ("youtube.com", "youtu.be")

MediaKind = Literal["audio", "video", ""]


def classify_recording(address: str) -> MediaKind:
    """Return what plays a recording, by its address; "" for a page of another site.

    Services that count downloads put the address of a file into their own path or give it without
    a suffix; such a host is called ``audio``.

    >>> classify_recording("https://example.org/a.mp3?x=1"), classify_recording("https://youtu.be/a")
    ('audio', '')
    >>> classify_recording("https://audio.example.org/e/p/12/")
    'audio'
    """
    url = urlsplit(address)
    path = url.path.lower()
    if path.endswith(_VIDEO_SUFFIXES):
        return "video"
    is_audio = path.endswith(_AUDIO_SUFFIXES) or (url.hostname or "").startswith("audio.")
    return "audio" if is_audio else ""


def link_minute(address: str, minute: int | None) -> str:
    """Return the address of a recording from a minute on.

    YouTube takes ``t`` in seconds; a file takes a media fragment (W3C, Media Fragments URI 1.0,
    section 4.2.1). A page that is neither has no such address, and is returned as it is.

    >>> link_minute("https://www.youtube.com/watch?v=a&list=&t=9#t=9", 2)
    'https://www.youtube.com/watch?v=a&list=&t=120s'
    >>> link_minute("https://example.org/a.mp3", 2), link_minute("https://example.org/a", 2)
    ('https://example.org/a.mp3#t=120', 'https://example.org/a')
    """
    if minute is None or not address:
        return address
    url = urlsplit(address)
    host = url.hostname or ""
    if any(host == name or host.endswith("." + name) for name in _YOUTUBE_HOSTS):
        pairs = [(name, value) for name, value in parse_qsl(url.query, True) if name != "t"]
        query = urlencode([*pairs, ("t", f"{60 * minute}s")])
        return url._replace(query=query, fragment="").geturl()  # which may state another time
    if classify_recording(address):
        return url._replace(fragment=f"t={60 * minute}").geturl()
    return address
