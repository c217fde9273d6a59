"""Parse dates as files spell them; they become ISO 8601.

Months and weekdays may have the names of ``data/calendar.yaml``, which are those of Unicode CLDR.

Invariants:
    * a date that could be two days is none: "01/02/2025", and "12. listopada 2025", which is in
      October in Croatian and in November in Polish;
    * days and months in numbers before the year are a date if dots separate them: then the day is
      first in every locale of CLDR that separates them so.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import cache
from unicodedata import normalize

import msgspec

from kgraph.base.text import fold_letters
from kgraph.base.vocabulary import data_path, load_yaml

_TIME = (
    r"(?P<time>[0-9]{2}:[0-9]{2})(?P<second>:[0-9]{2})?"
    r"(?P<fraction>\.[0-9]{1,9})?[ ]{0,4}"
    r"(?P<zone>Z|UTC?|GMT|[ECMP][SD]T|[-+][0-9]{2}(?::?[0-9]{2})?)?"
)
_OPTIONAL_TIME = rf"(?:,?[ ]{{1,4}}(?:at[ ]{{1,4}})?{_TIME})?"
_MONTH = r"(?P<name>[^\W\d_]{2,20})\.?"
_WEEKDAY = r"(?:(?P<weekday>[^\W\d_]{1,20}(?:-[^\W\d_]{1,20})?)\.?,?[ ]{1,4})?"
_WEEKDAY += r"(?:den[ ]{1,4})?"  # Mittwoch, den 12. März; onsdag den 12. marts
_CJK_WEEKDAY = (  # 水, 水曜日; 星期三, 周三; 수요일
    "(?:[月火水木金土日](?:曜日?)?|(?:星期|[周週])[一二三四五六日天]|[월화수목금토일](?:요일)?)"
)
_DAY = r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th|er|\.?[ºª°]|\.)?"  # 1er janvier, 1º de enero, 12. März
_OF = r"(?:[ ]{1,4}|-|(?<=\.))(?:(?:de|del|of)[ ]{1,4}|d['’])?"  # 12 de marzo, 12 d’abril
# "2025 г." and "2025 року" are the year in Russian and Ukrainian; Serbian puts a dot.
_YEAR = r"(?P<y>[0-9]{4})(?:[ ]{0,4}(?:года|року|г|р)\b\.?|\.)?"
_DATE_PATTERNS = (
    r"(?P<y>[0-9]{4})(?P<mark>[-/])(?P<m>[0-9]{1,2})(?P=mark)(?P<d>[0-9]{1,2})"
    rf"(?:(?:T|[ ]{{1,4}}){_TIME})?",
    r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
    r"(?:T(?P<hh>[0-9]{2})(?P<mm>[0-9]{2})(?P<ss>[0-9]{2})?(?P<fraction>\.[0-9]{1,9})?"
    r"(?P<zone>Z|[-+][0-9]{2}(?::?[0-9]{2})?)?)?",
    rf"(?P<d>[0-9]{{1,2}})\.[ ]?(?P<m>[0-9]{{1,2}})\.[ ]?{_YEAR}{_OPTIONAL_TIME}",
    r"(?P<y>[0-9]{4})\.[ ]?(?P<m>[0-9]{1,2})\.[ ]?(?P<d>[0-9]{1,2})\.?" + _OPTIONAL_TIME,
    # In Chinese, Japanese and Korean.
    r"(?P<y>[0-9]{4})[年년][ ]?(?P<m>[0-9]{1,2})[月월][ ]?(?P<d>[0-9]{1,2})[日일]"
    rf"(?:[ ]?[(（]?{_CJK_WEEKDAY}[)）]?)?{_OPTIONAL_TIME}",
    rf"{_WEEKDAY}{_DAY}{_OF}{_MONTH},?{_OF}{_YEAR}{_OPTIONAL_TIME}",
    rf"{_WEEKDAY}{_MONTH}[ ]{{1,4}}{_DAY},?[ ]{{1,4}}{_YEAR}{_OPTIONAL_TIME}",
    rf"(?P<y>[0-9]{{4}})\.?[ ]{{1,4}}{_MONTH}[ ]{{1,4}}{_DAY}"
    rf"(?:,[ ]{{1,4}}(?P<weekday>[^\W\d_]{{1,20}}))?{_OPTIONAL_TIME}",  # Hungarian
)
_EPOCH = re.compile(r"[0-9]{9,13}")
_UTC = frozenset(("Z", "UTC", "UT", "GMT", "+0000", "+00:00", "-0000", "-00:00", "+00", "-00"))

#: Named zones of e-mails and feeds (RFC 5322, section 4.3).
_NAMED_ZONES = {
    **{"EST": "-05:00", "CST": "-06:00", "MST": "-07:00", "PST": "-08:00"},
    **{"EDT": "-04:00", "CDT": "-05:00", "MDT": "-06:00", "PDT": "-07:00"},
}

_AMBIGUOUS_DATE = re.compile(
    r"([0-9]{1,2})([-/.])([0-9]{1,2})\2(?:(?<!\.)[0-9]{4}|[0-9]{2})(?![0-9])"
)
_YEAR_LAST = re.compile(
    rf"([0-9]{{1,2}})([-/])([0-9]{{1,2}})\2([0-9]{{4}}){_OPTIONAL_TIME}", re.IGNORECASE
)

FIRST_EPOCH_S = 631_152_000  #: first second since 1970 that is read as a date: 1990
END_EPOCH_S = 4_102_444_800  #: first second since 1970 that is not read as a date: 2100

#: Years of dates: from the first recording of a voice; numbers end with the same year. A single
#: date beyond stretches every chart and window of days. Today is not asked: same input, same graph.
EPISODE_YEARS = range(1860, 2100)
_ALL_YEARS = range(1, 10_000)
_YEAR_OR_MONTH = re.compile(r"([0-9]{4})(?:[-/.][0-9]{1,2})?")
_ADVICE = "write it as 2025-09-01, 2025-09-01T10:15:00Z, 12 Oct 2025 or seconds since 1970"


@cache  # and not on import: it takes some milliseconds
def _compile_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _DATE_PATTERNS)


class _CalendarNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The names of one language, separated by blanks."""

    months: list[str]
    weekdays: str


def _fold_name(name: str) -> str:
    return fold_letters(name).replace("ı", "i")  # a capital I of Turkish is that of English, too


@cache
def _load_months() -> dict[str, dict[int, list[str]]]:
    """Return the numbers of each month's name, folded, with the languages that mean them."""
    months: dict[str, dict[int, list[str]]] = {}
    for language, names in _load_calendar().items():
        for number, words in enumerate(names.months, 1):
            for key in sorted(set(map(_fold_name, words.split()))):
                months.setdefault(key, {}).setdefault(number, []).append(language)
    return months


@cache
def _load_weekdays() -> frozenset[str]:
    return frozenset(
        fold_letters(word) for names in _load_calendar().values() for word in names.weekdays.split()
    )


@cache
def _load_calendar() -> dict[str, _CalendarNames]:
    return load_yaml(data_path("data", "calendar.yaml"), dict[str, _CalendarNames])


def normalize_datetime(value: object, *, years: range = EPISODE_YEARS) -> str | None:
    """Return a date or date-time in the lexical form of XML Schema; None if it is neither.

    The pipeline writes an instant as ``2025-08-11 14:00:00 +0000``, and a day as
    ``2025-09-23 00:00:00``, without a zone. People and programs also write the basic form of
    ISO 8601, a month by its name, the date of an e-mail or feed (RFC 5322, section 3.3), a day
    before a month with dots, and the seconds or milliseconds since 1970 in UTC. An ambiguous date
    such as 01/02/2025 is none, nor is one of another year than ``years``.

    >>> normalize_datetime("2025-09-23 00:00:00 "), normalize_datetime("2025-08-11 14:00:00 +0000")
    ('2025-09-23', '2025-08-11T14:00:00Z')
    >>> normalize_datetime("2025-08-11T14:00+02:00"), normalize_datetime("2025-02-30")
    ('2025-08-11T14:00:00+02:00', None)
    >>> [normalize_datetime(value) for value in ("12 Oct 2025", 20250901, 1756723500, "01/02/2025")]
    ['2025-10-12', '2025-09-01', '2025-09-01T10:45:00Z', None]
    >>> [normalize_datetime(text) for text in ("12.03.2025", "12. März 2025", "3 de marzo de 2025")]
    ['2025-03-12', '2025-03-12', '2025-03-03']
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    text = _stringify(value)
    for pattern in _compile_patterns():
        if match := pattern.fullmatch(text):
            try:
                lexical = _format_lexical(match.groupdict())
            except (LookupError, ValueError):
                return None
            return lexical if int(lexical[:4]) in years else None
    return _format_epoch(int(text)) if _EPOCH.fullmatch(text) else None


def explain_unread_date(value: object) -> str:
    """Return why a value is not read as a date, and what to write, as the beginning of a message.

    >>> for value in ("01/02/2025", "31/12/2025", "2024-02-30", 1859):
    ...     print(explain_unread_date(value))
    day and month could be either way round (write the year first, as in 2025-01-31)
    the year is last (write it first: 2025-12-31)
    there is no such day (correct it)
    a year outside of 1860 to 2099 (correct it)
    """
    text = _stringify(value)
    if ambiguity := explain_ambiguity(text):
        return f"{ambiguity} (write the year first, as in 2025-01-31)"
    year = _YEAR_OR_MONTH.fullmatch(text)
    if (year and int(year[1]) not in EPISODE_YEARS) or normalize_datetime(value, years=_ALL_YEARS):
        return f"a year outside of {EPISODE_YEARS[0]} to {EPISODE_YEARS[-1]} (correct it)"
    if days := _list_days_of_year_last(text):
        return f"the year is last (write it first: {days[0]})"
    matches = filter(None, (pattern.fullmatch(text) for pattern in _compile_patterns()))
    if days is not None or any(_names_no_day(match.groupdict()) for match in matches):
        return "there is no such day (correct it)"
    return f"not a date ({_ADVICE})"


def _names_no_day(fields: dict[str, str | None]) -> bool:
    """Return whether a date is well-formed but for a day or month that the calendar lacks."""
    try:
        date(int(fields["y"] or 0), _find_month(fields), int(fields["d"] or 0))
    except LookupError:
        return False
    except ValueError:
        return True
    return False


def _list_days_of_year_last(text: str) -> list[str] | None:
    """Return the days that a date with the year last may be; None for another text.

    >>> _list_days_of_year_last("31/12/2025"), _list_days_of_year_last("31/02/2025")
    (['2025-12-31'], [])
    """
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return None
    days = []
    for month, day in ((match[1], match[3]), (match[3], match[1])):
        with suppress(ValueError):
            days.append(date(int(match[4]), int(month), int(day)).isoformat())
    return days


def explain_ambiguity(text: str) -> str:
    """Return why a text could be two dates, as the beginning of a message; "" if it could not.

    >>> explain_ambiguity("01/02/2025"), explain_ambiguity("31/12/2025")
    ('day and month could be either way round', '')
    >>> explain_ambiguity("12. listopada 2025")
    'the month could be October (Croatian) or November (Polish)'
    """
    text = _normalize_text(text)
    match = _AMBIGUOUS_DATE.match(text)
    if match and all(1 <= int(match[group]) <= 12 for group in (1, 3)):
        return "day and month could be either way round"
    months = _find_months(text)
    if len(months) < 2:
        return ""
    names = [words.split()[0] for words in _load_calendar()["English"].months]
    either = (f"{names[n - 1]} ({', '.join(languages)})" for n, languages in months.items())
    return "the month could be " + " or ".join(either)


def _find_months(text: str) -> dict[int, list[str]]:
    """Return the months that the name in a date may mean, with the languages."""
    matches = filter(None, (pattern.fullmatch(text) for pattern in _compile_patterns()))
    name = next((match.groupdict().get("name") for match in matches), None)
    return dict(sorted(_load_months().get(_fold_name(name or ""), {}).items()))


def _stringify(value: object) -> str:
    """Return a text, or a number that may be one of a date, as text; "" for another value."""
    if isinstance(value, int) and not 0 <= value < END_EPOCH_S * 1000:
        return ""  # Python refuses to print numbers of many thousand digits
    return _normalize_text(str(value)) if isinstance(value, (str, int)) else ""


#: CLDR has a narrow no-break space before "г."; editors and web pages have hyphens of their own.
_PLAIN_MARKS = str.maketrans({"\u202f": " ", "\xa0": " ", **dict.fromkeys("‐‑‒–−－", "-")})


def _normalize_text(text: str) -> str:
    # macOS may write "ä" as two characters.
    return normalize("NFC", text.strip()).translate(_PLAIN_MARKS)


def _format_lexical(fields: dict[str, str | None]) -> str:
    """Format the fields of a date pattern.

    Raises:
        ValueError: there is no such day, month, weekday, time of day or zone.
        LookupError: no month has the name, or several have it.
    """
    weekday = fields.get("weekday")
    if weekday and _fold_name(weekday) not in _load_weekdays():
        raise ValueError(weekday)
    day = date(int(fields["y"] or 0), _find_month(fields), int(fields["d"] or 0)).isoformat()
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


def _find_month(fields: dict[str, str | None]) -> int:
    """Return the month that a date states, from 1; a number may be too large for one.

    Raises:
        LookupError: no month has the name, or several have it.
    """
    if not (name := fields.get("name")):
        return int(fields["m"] or 0)
    numbers = list(_load_months().get(_fold_name(name), {}))
    if len(numbers) != 1:
        raise LookupError(name)
    return numbers[0]


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
    zone = zone.upper()
    if zone in _UTC:
        return "Z"
    zone = _NAMED_ZONES.get(zone, zone)
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
