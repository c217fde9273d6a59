"""Parse dates, durations, URLs and lists of names as files spell them.

They become ISO 8601, seconds, IRI references and names.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

# -- dates -----------------------------------------------------------------------

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
        rf"{_WEEKDAY}{_DAY}(?:[ ]{{1,4}}|-){_MONTH}(?:,?[ ]{{1,4}}|-)(?P<y>[0-9]{{4}})"
        rf"{_OPTIONAL_TIME}",
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

FIRST_EPOCH_S = 631_152_000  #: first second since 1970 that is read as a date: 1990
END_EPOCH_S = 4_102_444_800  #: first second since 1970 that is not read as a date: 2100


def normalize_datetime(value: object) -> str | None:
    """Return a date or date-time in the lexical form of XML Schema; None if it is neither.

    The pipeline writes an instant as ``2025-08-11 14:00:00 +0000``, and a day as
    ``2025-09-23 00:00:00``, without a zone. People and programs also write the basic form of
    ISO 8601, an English month, the date of an e-mail or feed (RFC 5322, section 3.3), and the
    seconds or milliseconds since 1970 in UTC. An ambiguous date such as 01/02/2025 is none.

    >>> normalize_datetime("2025-09-23 00:00:00 "), normalize_datetime("2025-08-11 14:00:00 +0000")
    ('2025-09-23', '2025-08-11T14:00:00Z')
    >>> normalize_datetime("2025-08-11T14:00+02:00"), normalize_datetime("2025-02-30")
    ('2025-08-11T14:00:00+02:00', None)
    >>> [normalize_datetime(value) for value in ("12 Oct 2025", 20250901, 1756723500, "01/02/2025")]
    ['2025-10-12', '2025-09-01', '2025-09-01T10:45:00Z', None]
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    if isinstance(value, int) and not 0 <= value < END_EPOCH_S * 1000:
        return None  # Python refuses to print numbers of many thousand digits
    text = str(value).strip()
    for pattern in _DATE_PATTERNS:
        if match := pattern.fullmatch(text):
            try:
                return _format_lexical(match.groupdict())
            except ValueError:
                return None
    return _format_epoch(int(text)) if _EPOCH.fullmatch(text) else None


def is_ambiguous_date(text: str) -> bool:
    """Check whether day and month of a date could be either way round.

    >>> [is_ambiguous_date(text) for text in ("01/02/2025", "31.12.2025", "2025/01/02")]
    [True, False, False]
    """
    match = _AMBIGUOUS_DATE.match(text.strip())
    return match is not None and all(1 <= int(match[group]) <= 12 for group in (1, 3))


def _format_lexical(fields: dict[str, str | None]) -> str:
    """Format the fields of a date pattern.

    Raises:
        ValueError: there is no such day, time of day or zone.
    """
    name = fields.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(fields["m"] or 0)
    day = date(int(fields["y"] or 0), month, int(fields["d"] or 0)).isoformat()
    if fields.get("hh"):
        fields["time"] = f"{fields['hh']}:{fields['mm']}"
        fields["second"] = f":{fields['ss'] or '00'}"
    if not fields.get("time"):
        return day
    clock = f"{fields['time']}{fields['second'] or ':00'}"
    time.fromisoformat(clock)
    fraction = (fields["fraction"] or "").rstrip("0").rstrip(".")
    zone = _format_zone(fields["zone"])
    if not zone and not fraction and clock == "00:00:00":
        return day
    return f"{day}T{clock}{fraction}{zone}"


def _format_epoch(number: int) -> str | None:
    milliseconds = number if number >= END_EPOCH_S else number * 1000
    seconds, milliseconds = divmod(milliseconds, 1000)
    if not FIRST_EPOCH_S <= seconds < END_EPOCH_S:
        return None
    instant = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()
    return instant + (f".{milliseconds:03}".rstrip("0") if milliseconds else "") + "Z"


def _format_zone(zone: str | None) -> str:
    if zone is None:
        return ""
    if zone.upper() in _UTC:
        return "Z"
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if minutes > 59 or hours * 60 + minutes > 14 * 60:  # XML Schema part 2, section 3.3.7
        raise ValueError(zone)
    return f"{zone[:3]}:{minutes:02}"


def is_same_instant(first: str, second: str) -> bool:
    """Check whether two date-times are the same instant; a day without a time is none.

    >>> is_same_instant("2025-08-11T14:00:00Z", "2025-08-11T16:00:00+02:00")
    True
    >>> is_same_instant("2025-08-11", "2025-08-11")
    False
    """
    instant = _parse_instant(first)
    return instant is not None and instant == _parse_instant(second)


def _parse_instant(text: str) -> datetime | None:
    instant = datetime.fromisoformat(text) if "T" in text else None
    return instant if instant and instant.tzinfo else None


# -- durations -------------------------------------------------------------------

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
    """Return the seconds of a duration; None if the text is none.

    ``H:MM:SS`` and ``MM:SS`` are those of ``itunes:duration`` in podcast feeds, ``PT52M27S`` is
    ISO 8601 (section 5.5.2). Years and months have no fixed length and are refused.

    >>> [parse_duration(text) for text in ("1:02:51", "45:12", "PT52M27S", "1h 2m", "52 min")]
    [3771.0, 2712.0, 3147.0, 3720.0, 3120.0]
    >>> parse_duration("52"), parse_duration("P1M"), parse_duration("1:75")
    (None, None, None)
    """
    text = text.strip()
    for pattern in (_CLOCK, _ISO, _WORDS):
        match = pattern.fullmatch(text)
        numbers = {k: v for k, v in match.groupdict().items() if v} if match else {}
        if numbers:
            return sum(float(value) * _UNIT_SECONDS[unit] for unit, value in numbers.items())
    return None


# -- URLs ------------------------------------------------------------------------

# RFC 3987, section 2.2: iunreserved and sub-delims, without the marks of direction that section
# 4.1 forbids.
_WIDE = "\u00a1-\u200d\u2010-\u2027\u202f-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U000e1000-\U000efffd"
_WIDE += "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
_IRI_CHARACTERS = rf"-A-Za-z0-9._~!$&'()*+,;={_WIDE}"

_WEB_URL = re.compile(
    rf"(?P<host>(?i:https?)://(?:(?:[{_IRI_CHARACTERS}:]|%[0-9A-Fa-f]{{2}})*@)?"
    rf"[{_IRI_CHARACTERS}]+(?::[0-9]*)?)(?=[/?\#]|$)"
)
_URL_PATH = re.compile(r"(?=/(?!/))")
_BLANK_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_ILLEGAL = re.compile(rf"[^{_IRI_CHARACTERS}:@/?%]|%(?![0-9A-Fa-f]{{2}})")


def normalize_url(text: str) -> str | None:
    """Return an http or https URL, or a path on the site, as an IRI reference (RFC 3987).

    Characters that an IRI may not have are percent-encoded. Anything else gives None, so that no
    ``javascript:`` reaches a page.

    >>> normalize_url("https://example.org/a|b"), normalize_url("/transcripts/1.html")
    ('https://example.org/a%7Cb', '/transcripts/1.html')
    >>> [normalize_url(url) for url in ("javascript:alert(1)", "https://example.org/a b", "//a.b/")]
    [None, None, None]
    """
    text = text.strip()
    start = _URL_PATH.match(text) or _WEB_URL.match(text)
    if start is None or _BLANK_OR_CONTROL.search(text):
        return None
    path, hash_, fragment = text[start.end() :].partition("#")
    return start[0] + _percent_encode(path) + hash_ + _percent_encode(fragment)


def _percent_encode(text: str) -> str:
    return _ILLEGAL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)


# -- lists of names ----------------------------------------------------------------

MAX_NAME_WORDS = 6  #: words of a name in a list separated by commas; a longer part is a sentence

_HARD_SEPARATOR = re.compile(r"[;\n]")
_COMMA = re.compile(r",(?![0-9])")  # not that of 10,000
_LEGAL_FORM = re.compile(
    r"(?:Inc|INC|Incorporated|LLC|L\.L\.C|Ltd|LTD|Limited|Corp|CORP|Corporation|Co|PLC|plc|LLP|LP"
    r"|GmbH|AG|SA|S\.A|N\.V|NV|B\.V|BV|S\.p\.A|Oy|AB|AS|KG|Jr|Sr)\.?"
)
_AND = re.compile(r"(?:and|&)\s+(?=\S)", re.IGNORECASE)
_BULLET = re.compile(r"(?:[-*•]\s+)?")


def split_names(text: str) -> list[str]:
    """Split a text such as ``OpenAI, Nvidia`` into names; a text that is no list stays one.

    Semicolons and line breaks always separate names. Commas do where no part is as long as a
    sentence; a comma before a legal form, as in "Acme, Inc.", belongs to the name.

    >>> split_names("OpenAI, Acme, Inc., and Nvidia")
    ['OpenAI', 'Acme, Inc.', 'Nvidia']
    >>> split_names("Well, this is one sentence and not a list of anything")
    ['Well, this is one sentence and not a list of anything']
    """
    if _HARD_SEPARATOR.search(text):
        return _strip_bullets(_HARD_SEPARATOR.split(text))
    names: list[str] = []
    for name in _strip_bullets(_COMMA.split(text)):
        if names and _LEGAL_FORM.fullmatch(name):
            names[-1] += f", {name}"
        else:
            names.append(name)
    if not names or any(len(name.split()) > MAX_NAME_WORDS for name in names):
        return [text.strip()]
    if len(names) > 2 and (conjunction := _AND.match(names[-1])):
        names[-1] = names[-1][conjunction.end() :]
    return names


def _strip_bullets(names: list[str]) -> list[str]:
    stripped = (_BULLET.sub("", name.strip(), count=1) for name in names)
    return [name for name in stripped if name]
