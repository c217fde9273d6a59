"""Durations as people, players, feeds and ISO 8601 write them.

Takes a text, gives seconds. Of ``H:MM:SS`` and ``MM:SS`` the meaning is that of the tag
``itunes:duration`` in podcast feeds: with one colon the left number is minutes, with two
it is hours. ``PT52M27S`` is ISO 8601 (section 5.5.2); years and months have no fixed
length and are refused.
"""

from __future__ import annotations

import re

_CLOCK = re.compile(
    r"(?:(?P<h>[0-9]{1,3}):(?P<m>[0-5]?[0-9])|(?P<only>[0-9]{1,4})):(?P<s>[0-5][0-9])"
    r"(?:\.[0-9]{1,9})?"
)
_NUMBER = r"[0-9]{1,6}(?:[.][0-9]{1,3})?"
_ISO = re.compile(
    rf"P(?:(?P<d>{_NUMBER})D)?(?:T(?=[0-9])(?:(?P<h>{_NUMBER})H)?(?:(?P<m>{_NUMBER})M)?"
    rf"(?:(?P<s>{_NUMBER})S)?)?",
    re.IGNORECASE,
)
_CONJUNCTION = r"[ ]{0,4}(?:,|and)?[ ]{0,4}"
_WORDS = re.compile(
    rf"(?:(?P<h>{_NUMBER})[ ]{{0,4}}(?:h|hrs?|hours?)\.?{_CONJUNCTION})?"
    rf"(?:(?P<m>{_NUMBER})[ ]{{0,4}}(?:m|mins?|minutes?)\.?{_CONJUNCTION})?"
    rf"(?:(?P<s>{_NUMBER})[ ]{{0,4}}(?:s|secs?|seconds?)\.?)?",
    re.IGNORECASE,
)
_UNIT_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "only": 60, "s": 1}


def parse_duration(text: str) -> float | None:
    """Return the seconds that a text states, or None when it states no duration.

    >>> [parse_duration(text) for text in ("1:02:51", "45:12", "PT52M27S", "1h 2m", "52 min")]
    [3771.0, 2712.0, 3147.0, 3720.0, 3120.0]
    >>> parse_duration("52"), parse_duration("P1M"), parse_duration("1:75")
    (None, None, None)
    """
    text = text.strip()
    for pattern in (_CLOCK, _ISO, _WORDS):
        found = pattern.fullmatch(text)
        parts = {k: v for k, v in found.groupdict().items() if v} if found else {}
        if parts:
            return sum(float(value) * _UNIT_SECONDS[unit] for unit, value in parts.items())
    return None
