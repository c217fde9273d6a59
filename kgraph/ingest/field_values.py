"""Dates and times as files spell them, and as ISO 8601 and XML Schema do.

Takes a text or a whole number, gives the lexical form of xsd:date or xsd:dateTime. The
pipeline writes two forms: ``2025-08-11 14:00:00 +0000``, an instant, and
``2025-09-23 00:00:00 `` without a zone, whose midnight is no time but the lack of one: the
day. People and other programs write more: the basic form of ISO 8601, an English month,
the date of an e-mail or feed (RFC 5322, section 3.3), and the seconds or milliseconds
since 1970 in UTC. What could be read in two ways, such as 01/02/2025, is not read.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

_TIME = (
    r"(?P<time>[0-9]{2}:[0-9]{2})(?P<second>:[0-9]{2})?"
    r"(?P<fraction>\.[0-9]{1,9})?[ ]{0,4}"
    r"(?P<zone>[Zz]|UTC|GMT|[-+][0-9]{2}(?::?[0-9]{2})?)?"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<name>(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?))\.?"
)
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?[ ]{1,4})?"
_DAY = r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?"
_OPTIONAL_TIME = rf"(?:,?[ ]{{1,4}}(?:at[ ]{{1,4}})?{_TIME})?"
_DATE_PATTERNS = (
    re.compile(
        rf"(?P<y>[0-9]{{4}})(?P<mark>[-/])(?P<m>[0-9]{{1,2}})(?P=mark)(?P<d>[0-9]{{1,2}})"
        rf"(?:(?:[Tt]|[ ]{{1,4}}){_TIME})?"
    ),
    re.compile(
        r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
        r"(?:[Tt](?P<hh>[0-9]{2})(?P<mm>[0-9]{2})(?P<ss>[0-9]{2})?(?P<fraction>\.[0-9]{1,9})?"
        r"(?P<zone>[Zz]|[-+][0-9]{2}(?::?[0-9]{2})?)?)?"
    ),
    re.compile(
        rf"{_WEEKDAY}{_DAY}(?:[ ]{{1,4}}|-){_MONTH}(?:,?[ ]{{1,4}}|-)(?P<y>[0-9]{{4}}){_OPTIONAL_TIME}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_WEEKDAY}{_MONTH}[ ]{{1,4}}{_DAY},?[ ]{{1,4}}(?P<y>[0-9]{{4}}){_OPTIONAL_TIME}",
        re.IGNORECASE,
    ),
)
_EPOCH = re.compile(r"[0-9]{9,13}")
_UTC = frozenset(("Z", "z", "UTC", "GMT", "+0000", "+00:00", "-0000", "-00:00", "+00", "-00"))

_AMBIGUOUS_DATE = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2(?:[0-9]{4}|[0-9]{2})(?![0-9])")

FIRST_EPOCH_S = 631_152_000
"""First second since 1970 that is read as a date: 1990. Smaller numbers count other things."""
END_EPOCH_S = 4_102_444_800
"""First second since 1970 that is no longer read as a date: 2100."""


def normalize_datetime(value: object) -> str | None:
    """The date or date and time, or None when it is none.

    >>> normalize_datetime("2025-09-23 00:00:00 "), normalize_datetime("2025-08-11 14:00:00 +0000")
    ('2025-09-23', '2025-08-11T14:00:00Z')
    >>> normalize_datetime("2025-08-11T14:00+02:00"), normalize_datetime("2025-02-30"), normalize_datetime("0000-01-01")
    ('2025-08-11T14:00:00+02:00', None, None)
    >>> normalize_datetime("12 Oct 2025"), normalize_datetime(20250901), normalize_datetime(1756723500), normalize_datetime("01/02/2025")
    ('2025-10-12', '2025-09-01', '2025-09-01T10:45:00Z', None)
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    if isinstance(value, int) and not 0 <= value < END_EPOCH_S * 1000:
        return None  # Python refuses to print numbers of many thousand digits
    text = str(value).strip()
    for form in _DATE_PATTERNS:
        if found := form.fullmatch(text):
            try:
                return _format_lexical(found.groupdict())
            except ValueError:
                return None
    return _format_epoch(int(text)) if _EPOCH.fullmatch(text) else None


def is_ambiguous_date(text: str) -> bool:
    """Whether day and month of a date could be either way round.

    >>> is_ambiguous_date("01/02/2025"), is_ambiguous_date("31.12.2025"), is_ambiguous_date("2025/01/02")
    (True, False, False)
    """
    found = _AMBIGUOUS_DATE.match(text.strip())
    return found is not None and all(1 <= int(part) <= 12 for part in (found[1], found[3]))


def _format_lexical(found: dict[str, str | None]) -> str:
    """Raises ValueError for a day, a time of day or a zone that there is not."""
    day = _format_date(found)
    if found.get("hh"):
        found["time"] = f"{found['hh']}:{found['mm']}"
        found["second"] = f":{found['ss'] or '00'}"
    if not found.get("time"):
        return day
    clock = f"{found['time']}{found['second'] or ':00'}"
    time.fromisoformat(clock)
    fraction = (found["fraction"] or "").rstrip("0").rstrip(".")
    zone = _format_zone(found["zone"])
    if not zone and not fraction and clock == "00:00:00":
        return day
    return f"{day}T{clock}{fraction}{zone}"


def _format_date(found: dict[str, str | None]) -> str:
    name = found.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(found["m"] or 0)
    return date(int(found["y"] or 0), month, int(found["d"] or 0)).isoformat()


def _format_epoch(number: int) -> str | None:
    """The instant of a number of seconds or of milliseconds since 1970; None out of range."""
    milliseconds = number if number >= END_EPOCH_S else number * 1000
    seconds, rest = divmod(milliseconds, 1000)
    if not FIRST_EPOCH_S <= seconds < END_EPOCH_S:
        return None
    instant = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()
    return instant + (f".{rest:03}".rstrip("0") if rest else "") + "Z"


def _format_zone(zone: str | None) -> str:
    if zone is None:
        return ""
    if zone.upper() in _UTC:
        return "Z"
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if minutes > 59 or hours * 60 + minutes > 14 * 60:  # XML Schema part 2, section 3.3.7
        raise ValueError(zone)
    return f"{zone[:3]}:{minutes:02}"


def is_same_instant(one: str, other: str) -> bool:
    """Whether two moments are one point in time; a day without a time is none.

    >>> is_same_instant("2025-08-11T14:00:00Z", "2025-08-11T16:00:00+02:00")
    True
    >>> is_same_instant("2025-08-11", "2025-08-11")
    False
    """
    instants = [_parse_instant(one), _parse_instant(other)]
    return None not in instants and instants[0] == instants[1]


def _parse_instant(text: str) -> datetime | None:
    found = datetime.fromisoformat(text) if "T" in text else None
    return found if found and found.tzinfo else None
