"""Dates and times as the files spell them, and as ISO 8601 and XML Schema do.

Takes text, gives the lexical form of xsd:date or xsd:dateTime. The pipeline writes two
forms: ``2025-08-11 14:00:00 +0000``, an instant, and ``2025-09-23 00:00:00 `` without a
zone, whose midnight is no time but the lack of one: the day.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:(?:[Tt]|[ ]{1,4})(?P<time>[0-9]{2}:[0-9]{2})(?P<second>:[0-9]{2})?"
    r"(?P<fraction>\.[0-9]{1,9})?[ ]{0,4}"
    r"(?P<zone>[Zz]|UTC|GMT|[-+][0-9]{2}:?[0-9]{2})?)?"
)
_UTC = frozenset(("Z", "z", "UTC", "GMT", "+0000", "+00:00", "-0000", "-00:00"))


def moment(text: str) -> str | None:
    """The date or date and time, or None when it is none.

    >>> moment("2025-09-23 00:00:00 "), moment("2025-08-11 14:00:00 +0000")
    ('2025-09-23', '2025-08-11T14:00:00Z')
    >>> moment("2025-08-11T14:00+02:00"), moment("2025-02-30"), moment("0000-01-01")
    ('2025-08-11T14:00:00+02:00', None, None)
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    try:
        date.fromisoformat(found["day"])
        return _lexical(found)
    except ValueError:
        return None


def _lexical(found: re.Match[str]) -> str:
    """Raises ValueError for a time of day or a zone that there is not."""
    if found["time"] is None:
        return found["day"]
    clock = found["time"] + (found["second"] or ":00")
    time.fromisoformat(clock)
    fraction = (found["fraction"] or "").rstrip("0").rstrip(".")
    zone = _zone(found["zone"])
    if not zone and not fraction and clock == "00:00:00":
        return found["day"]
    return f"{found['day']}T{clock}{fraction}{zone}"


def _zone(zone: str | None) -> str:
    if zone is None:
        return ""
    if zone in _UTC:
        return "Z"
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if minutes > 59 or hours * 60 + minutes > 14 * 60:  # XML Schema part 2, section 3.3.7
        raise ValueError(zone)
    return f"{zone[:3]}:{zone[-2:]}"


def same_instant(one: str, other: str) -> bool:
    """Whether two moments are one point in time; a day without a time is none.

    >>> same_instant("2025-08-11T14:00:00Z", "2025-08-11T16:00:00+02:00")
    True
    >>> same_instant("2025-08-11", "2025-08-11")
    False
    """
    instants = [_instant(one), _instant(other)]
    return None not in instants and instants[0] == instants[1]


def _instant(text: str) -> datetime | None:
    found = datetime.fromisoformat(text) if "T" in text else None
    return found if found and found.tzinfo else None
