"""The types of front-matter fields: check and convert a value of each.

``ontology/fields.yaml`` names the type of each field; :data:`FIELD_TYPES` has a row for each type.

Invariants:
    * null and blank text count as absent, and are never converted (:func:`is_blank`);
    * a value that cannot have the type is set aside, never guessed;
    * a conversion with only one possible meaning is made, and reported (``converted``);
    * what ``accepts`` accepts, ``convert`` returns unchanged and without a problem, if no text of
      the file needs repair or is too long (:mod:`kgraph.ingest.reader`).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from kgraph.base.invisible import has_meaningful_control, is_seen, remove_invisible
from kgraph.base.look_alikes import find_look_alike
from kgraph.base.markup import has_markup, strip_markup
from kgraph.base.model import FieldValue
from kgraph.base.text import replace_surrogates, shorten
from kgraph.ingest import limits
from kgraph.ingest.dates import explain_unread_date, normalize_datetime
from kgraph.ingest.decode import fix_mojibake
from kgraph.ingest.field_values import normalize_url, parse_duration
from kgraph.ingest.problems import FIELD_SET_ASIDE, Unparsed, preview_value
from kgraph.ingest.yaml_exact import resolve_scalar

#: Returns the file's spelling of the scalar at a pointer relative to the field.
SourceText = Callable[[str], str]


class ConversionProblem(NamedTuple):
    """A problem of a value."""

    code: str  #: one of :data:`kgraph.base.problem_codes.PROBLEM_CODES`
    message: str  #: what is wrong; the value follows it
    action: str  #: what was done
    value: object  #: the value
    pointer: str = ""  #: relative to the field, such as ``/1``


class Converted(NamedTuple):
    """A value of the field's type, None if it was set aside or is blank, and its problems."""

    value: FieldValue | None
    problems: tuple[ConversionProblem, ...] = ()


class FieldType(NamedTuple):
    """A type of field."""

    accepts: Callable[[object], bool]  #: quick check that a value needs no conversion
    convert: Callable[[object, SourceText], Converted]  #: for a value that is not blank


def is_blank(value: object) -> bool:
    """Check whether a value states nothing: null, blank text, or one already reported as lost."""
    return (
        value is None
        or isinstance(value, Unparsed)
        or (isinstance(value, str) and not value.strip())
    )


def list_limit_problem(entries: list[object]) -> ConversionProblem:
    """Make the problem of a list with too many entries."""
    message = f"only {limits.MAX_ENTRIES:,} entries are read of"
    action = f"{len(entries) - limits.MAX_ENTRIES:,} left out"
    return ConversionProblem("limit", message, action, entries)


def _reject(code: str, message: str, value: object) -> Converted:
    return Converted(None, (ConversionProblem(code, message, FIELD_SET_ASIDE, value),))


def _reject_type(expected: str, value: object) -> Converted:
    return _reject("type-wrong", f"expected {expected}, got", value)


def _coerce(value: FieldValue, expected: str, raw: object, action: str = "") -> Converted:
    action = action or f"read as {preview_value(value)}"
    problem = ConversionProblem("converted", f"expected {expected}, got", action, raw)
    return Converted(value, (problem,))


# -- text ------------------------------------------------------------------------


def _is_text(value: object) -> bool:
    # Greater than " ": neither empty nor beginning with a blank or a control character.
    return type(value) is str and value >= "!"


def _convert_text(value: object, source_text: SourceText) -> Converted:
    """Keep a text exactly, but for repairs of its encoding; spell a number as the file does."""
    if isinstance(value, (bool, int, float)):
        return _coerce(source_text(""), "a text", value)
    if not isinstance(value, str):
        return _reject_type("a text", value)
    if len(value) > limits.MAX_TEXT_CHARS:
        return _reject("limit", f"a text of more than {limits.MAX_TEXT_CHARS:,} characters", "")
    problems = []
    text = replace_surrogates(value)
    if text != value:
        message = "a lone surrogate is escaped in"
        problems.append(ConversionProblem("surrogate", message, "read as U+FFFD", text))
    fixed = fix_mojibake(text)
    if fixed != text:
        message = "text in the wrong encoding:"
        pairs = enumerate(zip(text, fixed, strict=False))
        difference = next((i for i, (before, after) in pairs if before != after), 0)
        start = text.rfind(" ", 0, difference) + 1
        excerpt = f"{text[start : start + 30]} -> {fixed[start : start + 30]}"
        problems.append(ConversionProblem("mojibake", message, "repaired", excerpt))
    return Converted(fixed, tuple(problems))


def _is_name(value: object) -> bool:
    # Does not call `_is_text`: this runs half a million times in a build.
    if type(value) is not str or value < "!" or not value.isprintable() or value[-1] <= " ":
        return False
    return value.isascii() or (remove_invisible(value) == value and is_seen(value))


def _convert_name(value: object, source_text: SourceText) -> Converted:
    """Put a text on one line, without outer blanks and what is not seen."""
    converted = _convert_text(value, source_text)
    if not isinstance(converted.value, str):
        return converted
    visible = remove_invisible(converted.value)
    lines = visible.replace("\t", " ").splitlines()
    name = " ".join(filter(None, (line.strip(" ") for line in lines)))
    if not is_seen(name):
        return _reject_type("a text that is seen", value)
    problems: tuple[ConversionProblem, ...] = ()
    if has_meaningful_control(converted.value):
        message, action = "control characters in", f"read as {preview_value(name)}"
        problems = (ConversionProblem("control-character", message, action, value),)
    elif name != visible:
        problems = _coerce(name, "a text on one line", value).problems
    return Converted(name, (*converted.problems, *problems))


def _is_label(value: object) -> bool:
    return _is_name(value) and not has_markup(str(value)) and not find_look_alike(str(value))


def _is_tag(value: object) -> bool:
    return _is_label(value) and str(value)[0] != "#"


def _convert_tag(value: object, source_text: SourceText) -> Converted:
    """Remove the sign of a hashtag with its blanks as well; a text of signs alone stays."""
    converted = _convert_label(value, source_text)
    tag = converted.value.lstrip("# ") if isinstance(converted.value, str) else ""
    return converted._replace(value=tag) if tag else converted


def _convert_title(value: object, source_text: SourceText) -> Converted:
    return _convert_label(value, source_text, reads_html=False)


def _convert_label(value: object, source_text: SourceText, *, reads_html: bool = True) -> Converted:
    """Remove links and emphasis from a name; read a link that is not in quotes."""
    link = find_bare_link(value)
    converted = _convert_name(link or value, source_text)
    if not isinstance(converted.value, str):
        return converted
    label = strip_markup(converted.value, reads_html=reads_html)
    if reads_html and not is_seen(label):
        return _reject_type("a text that is seen", value)
    label, problems = label or converted.value, converted.problems
    if link:
        expected = f'a text (put a link in quotes: "{shorten(link)}")'
        problems += _coerce(label, expected, value).problems
    if letter := find_look_alike(label):
        message = f"a letter that only looks Latin, {letter} ({unicodedata.name(letter)}), in"
        action = "kept, and another name than in Latin letters"
        problems += (ConversionProblem("look-alike", message, action, label),)
    return Converted(label, problems)


def find_bare_link(value: object) -> str:
    """Return the link of a wiki that YAML reads as a list in a list; "" for another value."""
    depth = 0
    while isinstance(value, list) and len(value) == 1:
        value, depth = value[0], depth + 1
    return f"[[{value}]]" if depth > 1 and isinstance(value, str) else ""


def _convert_list(
    value: object,
    source_text: SourceText,
    convert: Callable[[object, SourceText], Converted],
) -> Converted:
    """Convert the entries of a list; a single text is a list of one."""
    if not isinstance(value, list):
        converted = convert(value, source_text)
        if not isinstance(converted.value, str):
            return _reject_type("a list of texts", value)
        coerced = _coerce([converted.value], "a list of texts", value, "read as a list of one")
        return Converted(coerced.value, (*coerced.problems, *converted.problems))
    texts: list[str] = []
    problems: list[ConversionProblem] = []

    def convert_entry(entry: object, pointer: str) -> None:
        converted = convert(entry, lambda tail: source_text(pointer + tail))
        if isinstance(converted.value, str):
            texts.append(converted.value)
        for problem in converted.problems:
            action = "entry left out" if converted.value is None else problem.action
            problems.append(problem._replace(pointer=pointer, action=action))

    for number, entry in enumerate(value[: limits.MAX_ENTRIES]):
        if entry is None or not is_blank(entry):
            convert_entry(entry, f"/{number}")
    if len(value) > limits.MAX_ENTRIES:
        problems.append(list_limit_problem(value))
    return Converted(texts, tuple(problems))


# -- levels, URLs and dates ------------------------------------------------------

_LEVELS = frozenset(("high", "medium", "low"))


def _convert_level(value: object, _: SourceText) -> Converted:
    """Accept high, medium or low in any case; "none" is reported like any other value."""
    level = value.strip().lower() if isinstance(value, str) else ""
    if level in _LEVELS:
        return Converted(level)
    return _reject("level-invalid", "expected high, medium or low, got", value)


def _convert_url(value: object, _: SourceText) -> Converted:
    url = normalize_url(value) if isinstance(value, str) else None
    if url is None:
        return _reject("address-invalid", "expected an http URL or a path, got", value)
    if url == value:
        return Converted(url)
    action = "blanks left out" if url == str(value).strip() else "percent-encoded"
    message = "not a valid URL as written:"
    return Converted(url, (ConversionProblem("address-encoded", message, action, value),))


def _convert_datetime(value: object, source_text: SourceText) -> Converted:
    date_time = normalize_datetime(value)
    if date_time is not None:
        return Converted(date_time)
    link = find_bare_link(value) or value  # to a daily note
    if isinstance(link, str) and has_markup(link):
        converted = _convert_label(value, source_text)
        if (date_time := normalize_datetime(converted.value)) is not None:
            return converted._replace(value=date_time)
    return _reject("date-invalid", f"{explain_unread_date(value)}:", value)


# -- truth values and numbers ----------------------------------------------------

_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _convert_flag(value: object, _: SourceText) -> Converted:
    if isinstance(value, bool):
        return Converted(value)
    flag = _FLAGS.get(value.strip().lower()) if isinstance(value, str) else None
    if flag is None:
        return _reject_type("true or false", value)
    return _coerce(flag, "true or false", value)


def _convert_number(value: object, _: SourceText, low: float, high: float, name: str) -> Converted:
    number = _parse_number(value)
    if number is None:
        return _reject_type(name, value)
    if not low <= number <= high:  # true of NaN
        return _reject("out-of-range", f"expected {name}, got", value)
    return Converted(number) if number is value else _coerce(number, name, value)


def _parse_number(value: object) -> int | float | None:
    number = resolve_scalar(value.strip()) if isinstance(value, str) else value
    return number if isinstance(number, (int, float)) and not isinstance(number, bool) else None


def _convert_integer(
    value: object, source_text: SourceText, low: int, high: int, name: str
) -> Converted:
    converted = _convert_number(value, source_text, low, high, name)
    if not isinstance(converted.value, float):
        return converted
    return _coerce(math.floor(converted.value + 0.5), name, value)


def _convert_unit(value: object, source_text: SourceText) -> Converted:
    converted = _convert_number(value, source_text, 0, 1, "a number from 0 to 1")
    if not isinstance(converted.value, int):
        return converted
    return Converted(float(converted.value), converted.problems)


#: Largest bare number that is read as minutes. 1,440 seconds are a short episode, 1,440 minutes
#: are longer than any known one: a larger number counts seconds.
MAX_BARE_MINUTES = 24 * 60

_DURATION_ADVICE = "write it as 1:02:51, PT52M, 52 min or whole minutes"


def _convert_minutes(value: object, source_text: SourceText) -> Converted:
    """Convert to whole minutes; a number above those of a day counts seconds, and is reported."""
    seconds = parse_duration(value) if isinstance(value, str) else None
    if seconds is not None:
        return _to_minutes(seconds, value)
    number = _parse_number(value)
    if number is None:
        return _reject_type(f"a duration ({_DURATION_ADVICE})", value)
    if number <= MAX_BARE_MINUTES or not number < math.inf:
        return _convert_integer(value, source_text, 0, MAX_BARE_MINUTES, "minutes")
    converted = _to_minutes(number, value)
    if not isinstance(converted.value, int):
        return converted
    message = f"more minutes than a day has ({_DURATION_ADVICE}):"
    action = f"read as seconds: {converted.value:,} minutes"
    problem = ConversionProblem("out-of-range", message, action, value)
    return Converted(converted.value, (problem,))


def _convert_seconds(value: object, _: SourceText) -> Converted:
    """Convert seconds to whole minutes."""
    seconds = parse_duration(value) if isinstance(value, str) else None
    number = _parse_number(value) if seconds is None else seconds
    if number is None:
        return _reject_type("a number of seconds", value)
    return _to_minutes(number, value)


def _to_minutes(seconds: float, value: object) -> Converted:
    if 0 <= seconds <= 60 * limits.MAX_MINUTES:  # false of NaN
        return Converted(math.floor(seconds / 60 + 0.5))
    message = f"expected at most {limits.MAX_MINUTES:,} minutes, got"
    return _reject("out-of-range", message, value)


# -- the types -------------------------------------------------------------------


def _is_integer(value: object, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _integer_type(low: int, high: int, name: str) -> FieldType:
    return FieldType(
        partial(_is_integer, low=low, high=high),
        partial(_convert_integer, low=low, high=high, name=name),
    )


def _list_type(
    accepts: Callable[[object], bool], convert: Callable[[object, SourceText], Converted]
) -> FieldType:
    return FieldType(
        lambda value: (
            type(value) is list and all(map(accepts, value)) and len(value) <= limits.MAX_ENTRIES
        ),
        partial(_convert_list, convert=convert),
    )


#: Name of a type in ``ontology/fields.yaml`` -> the type.
FIELD_TYPES: dict[str, FieldType] = {
    "text": FieldType(_is_text, _convert_text),
    "name": FieldType(_is_name, _convert_name),
    "label": FieldType(_is_label, _convert_label),
    "title": FieldType(_is_label, _convert_title),
    "tag": FieldType(_is_tag, _convert_tag),
    "texts": _list_type(_is_text, _convert_text),
    "labels": _list_type(_is_label, _convert_label),
    "level": FieldType(lambda value: type(value) is str and value in _LEVELS, _convert_level),
    "address": FieldType(
        lambda value: type(value) is str and normalize_url(value) == value, _convert_url
    ),
    "moment": FieldType(lambda value: False, _convert_datetime),  # every spelling is changed
    "flag": FieldType(lambda value: type(value) is bool, _convert_flag),
    "unit": FieldType(lambda value: type(value) is float and 0 <= value <= 1, _convert_unit),
    "score": _integer_type(1, 10, "a whole number from 1 to 10"),
    "count": _integer_type(0, limits.MAX_COUNT, "a whole number from 0"),
    "minutes": FieldType(partial(_is_integer, low=0, high=MAX_BARE_MINUTES), _convert_minutes),
    "seconds": FieldType(lambda value: False, _convert_seconds),  # every value is changed
}
