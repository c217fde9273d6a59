"""Read one episode file.

Keys are read without regard to case, and a field that is missing, blank or unreadable is read under
another name of it. A ``summary`` may also be a mapping, or a list of one mapping, whose members are
fields.

Invariants: nothing is raised for content; every deviation from the format has a problem;
``row_counts`` counts every entry of a list, unreadable ones included.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from typing import cast

from kgraph.base.model import EpisodeFile, FieldValue, FileResult, InputProblem
from kgraph.base.vocabulary import FieldSpec, load_field_table
from kgraph.base.web_address import safe_web_url, starts_with_page
from kgraph.ingest import limits
from kgraph.ingest.dates import is_same_instant, normalize_datetime
from kgraph.ingest.decode import decode_text, may_be_mojibake
from kgraph.ingest.field_advice import advise_fields, find_aliases, is_unfilled, normalize_key
from kgraph.ingest.field_types import FIELD_TYPES, is_blank
from kgraph.ingest.files import SourceFile
from kgraph.ingest.frontmatter import FrontMatterHandler, read_body
from kgraph.ingest.json_pointer import pointer_token
from kgraph.ingest.people import list_people_keys, read_people
from kgraph.ingest.problems import FILE_LEFT_OUT, LEFT_EMPTY, UNPARSED, ProblemCollector
from kgraph.ingest.rows import ParsedRows, encode_unknown, read_field, read_rows

#: Member of a summary that is a mapping -> the field that it is.
SUMMARY_FIELDS = {"overview": "summary", "key_takeaways": "key_takeaways", "themes": "themes"}

_DATED_NAME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_POST_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-\w")  # https://jekyllrb.com/docs/posts/

_NO_FRONT_MATTER = "the file does not begin with front matter: put its fields between lines of ---"


def read_file(file: SourceFile) -> FileResult:
    """Read a file from :func:`kgraph.ingest.files.find_files`.

    An unreadable file gives a problem and no episode.
    """
    report = ProblemCollector(file.name)
    data = _load_bytes(file, report)
    return FileResult(None, report.problems()) if data is None else _read_data(data, report)


def load_bytes(file: SourceFile) -> bytes | None:
    """Return the bytes of a file; None if they cannot be read."""
    return _load_bytes(file, ProblemCollector(file.name))


def report_shared_address(name: str, rival: str, file: SourceFile | None) -> InputProblem:
    """Make the problem of an address that another episode's file states, too.

    Args:
        name: of the file.
        rival: name of the other.
        file: is read again for the address and its line; None to leave these out.
    """
    reading, report = ProblemCollector(name), ProblemCollector(name)
    data = None if file is None else _load_bytes(file, reading)
    episode = None if data is None else _read_data(data, reading).episode
    report.locator = reading.locator
    report.add(
        "address-shared",
        f"{rival} states the same address, and neither title nor day nor text agree "
        "(correct the wrong one, or give both one title if they are one recording):",
        "read as another episode",
        field="/original_url",
        value=episode.text("original_url") if episode else "",
    )
    return report.problems()[0]


def digest_file(file: SourceFile) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal; "" if they cannot be read."""
    data = load_bytes(file)
    return "" if data is None else hashlib.sha256(data).hexdigest()


def _load_bytes(file: SourceFile, report: ProblemCollector) -> bytes | None:
    if file.data is not None:
        return file.data
    try:
        status = os.stat(file.path)
        if not stat.S_ISREG(status.st_mode):
            report.add("file-unreadable", "not a regular file", FILE_LEFT_OUT)
        elif _check_size(status.st_size, report):
            with open(file.path, "rb") as opened:
                # Memory is reserved for all that is asked for; the limit takes three times as long.
                data = opened.read(status.st_size + 1)
                if len(data) > status.st_size:  # it has grown
                    data += opened.read(limits.MAX_FILE_BYTES - status.st_size)
                return data
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        report.add("file-unreadable", message, FILE_LEFT_OUT)
    return None


def read_bytes(name: str, data: bytes) -> FileResult:
    """Read the bytes of a file.

    >>> result = read_bytes("ep.md", b"---\\ntitle: Hello\\ndate: 01/02/2025\\n---\\n")
    >>> result.episode.title
    'Hello'
    >>> for problem in result.problems:
    ...     print(problem.message, problem.value)
    day and month could be either way round (write the year first, as in 2025-01-31): 01/02/2025
    """
    return _read_data(data, ProblemCollector(name))


def _check_size(size: int, report: ProblemCollector) -> bool:
    if size <= limits.MAX_FILE_BYTES:
        return True
    message = f"more than {limits.MAX_FILE_BYTES:,} bytes:"
    report.add("file-too-large", message, FILE_LEFT_OUT, value=f"{size:,}")
    return False


def _read_data(data: bytes, report: ProblemCollector) -> FileResult:
    text = decode_text(data, report) if _check_size(len(data), report) else None
    sha256 = hashlib.sha256(data).hexdigest()
    episode = None if text is None else _parse_episode(text, sha256, report)
    return FileResult(episode, report.problems(), sha256)


def _parse_episode(text: str, sha256: str, report: ProblemCollector) -> EpisodeFile | None:
    handler = FrontMatterHandler(report)
    try:
        front, body = handler.split(text)
    except ValueError:
        report.add("front-matter-missing", _NO_FRONT_MATTER, FILE_LEFT_OUT, position=(1, 1))
        return None
    fields = _rename_keys(report, handler.load(front))
    if not fields:
        return None
    # No text of the front matter needs repair, has an escaped surrogate, or is too long.
    is_clean = (
        not may_be_mojibake(front) and "\\u" not in front and len(front) <= limits.MAX_TEXT_CHARS
    )
    unknown: dict[str, object] = {}
    values = _read_values(report, fields, unknown, is_clean=is_clean)
    table = load_field_table()
    lists = {
        name: read_rows(report, name, spec, fields[name], is_clean=is_clean)
        for name, spec in table.rows.items()
        if name in fields
    }
    others = {
        name: value
        for name, value in fields.items()
        if name not in table.episode and name not in table.rows and value is not UNPARSED
    }
    for key in list_people_keys(others):
        rows, count = lists.get("companies", ((), 0))
        people = read_people(report, key, others.pop(key), count)
        lists["companies"] = ParsedRows((*rows, *people.rows), count + people.entry_count)
    _report_empty_lists(report, [name for name in lists if fields.get(name, "") is None])
    present = {name: report.keys_by_field.get(name, name) for name in fields}
    unread = [name for name in table.episode if name in fields and name not in values]
    filled = {key: value for key, value in others.items() if not is_unfilled(key, value)}
    for name, advice in zip(filled, advise_fields(filled, present, unread), strict=True):
        message, action = f"unknown field: {advice}", "kept as JSON"
        report.add("field-unknown", message, action, field=pointer_token(name))
    unknown |= others
    comments, remainder = read_body(report, body, text)
    return EpisodeFile(
        file=report.file,
        sha256=sha256,
        values=values,
        rows={name: rows for name, (rows, _) in lists.items()},
        row_counts={name: count for name, (_, count) in lists.items()},
        date_is_fallback=_is_fallback_date(values),
        comments=comments,
        body=remainder,
        extra={name: encode_unknown(v, report, pointer_token(name)) for name, v in unknown.items()},
    )


def _rename_keys(report: ProblemCollector, fields: dict[str, object]) -> dict[str, object]:
    """Return the fields with ``Title`` as ``title``, unless that is there as well.

    The first of several such keys counts. Then fields without a value are read under other names,
    which is reported. ``report`` goes on naming keys as the file has them.
    """
    table = load_field_table()
    unknown = {}
    for key, value in fields.items():
        if key not in table.episode and key not in table.rows:
            name = key.lower()
            if name in table.episode or name in table.rows:
                if name not in fields:
                    report.keys_by_field.setdefault(name, key)
            else:
                unknown[key] = value
    if _has_page_as_source(fields, unknown):
        unknown["source"] = fields["source"]
    if unknown:
        fields = _read_aliases(report, fields, unknown)
    if not report.keys_by_field:
        return fields
    names = {key: name for name, key in report.keys_by_field.items()}
    return {names.get(key, key): value for key, value in fields.items()}


def _has_page_as_source(fields: Mapping[str, object], unknown: Mapping[str, object]) -> bool:
    """Return whether ``source`` is the address of the page, as in clippings of Obsidian."""
    source = fields.get("source")
    return (
        isinstance(source, str)
        and starts_with_page(source.strip())  # a show may be its bare host
        and bool(safe_web_url(source))
        and is_blank(fields.get("original_url"))
        and "original_url" not in find_aliases(unknown, ())
    )


def _read_aliases(
    report: ProblemCollector, fields: dict[str, object], unknown: dict[str, object]
) -> dict[str, object]:
    """Find the other names of fields without a value; return the fields that go on being read.

    A field whose value YAML takes for a comment, since a hashtag is not quoted, is not blank. One
    that cannot be read is reported where another name of it can.
    """
    names = {key: key for key in fields if key not in unknown}
    names |= {key: name for name, key in report.keys_by_field.items()}
    meant = {load_field_table().meant.get(normalize_key(key)) for key in unknown}
    without_value = {
        key: name
        for key, name in names.items()
        if name in meant and not _has_value(report, name, fields[key])
    }
    present = [name for key, name in names.items() if key not in without_value]
    aliases = find_aliases(unknown, present)
    replaced = {key: name for key, name in without_value.items() if name in aliases}
    for key, name in replaced.items():
        _read_one_field(report, name, fields[key])  # reports what is no blank
    report.keys_by_field.update(aliases)
    for field in aliases:
        action, pointer = f"read as {field}", pointer_token(field)
        report.add("field-renamed", "another name of", action, field=pointer, value=field)
    return {key: value for key, value in fields.items() if key not in replaced}


def _has_value(report: ProblemCollector, name: str, value: object) -> bool:
    """Return whether a known field has a value that can be read."""
    if is_blank(value) or value in ([], {}):
        return bool(report.describe_hashtag(pointer_token(name), is_alone=True))
    if name == "summary" and isinstance(value[0] if isinstance(value, list) else value, dict):
        return True
    return _read_one_field(ProblemCollector(""), name, value) not in (None, [], ())


def _read_one_field(report: ProblemCollector, name: str, value: object) -> object:
    table = load_field_table()
    if spec := table.rows.get(name):
        return read_rows(report, name, spec, value, is_clean=False).rows
    return read_field(report, table.episode[name], value, pointer_token(name))


def _report_empty_lists(report: ProblemCollector, names: list[str]) -> None:
    for name in names:
        if message := report.describe_hashtag(pointer_token(name)):
            report.add("yaml-comment", message, LEFT_EMPTY, field=pointer_token(name))


def _read_values(
    report: ProblemCollector,
    raw: dict[str, object],
    unknown: dict[str, object],
    *,
    is_clean: bool,
) -> dict[str, FieldValue]:
    values: dict[str, FieldValue] = {}
    located = _locate_fields(report, raw, unknown)
    for name, field in load_field_table().episode.items():
        value, pointer = located.get(name, (None, pointer_token(name)))
        if field.fills and field.fills in values:
            agrees = read_field(ProblemCollector(""), field, value, pointer) == values[field.fills]
            if not is_blank(value) and not agrees:
                message, action = f"{field.fills} states it as well:", "field set aside"
                report.add("key-twice", message, action, field=pointer, value=value)
        elif is_clean and not field.fills and FIELD_TYPES[field.type].accepts(value):
            values[name] = cast("FieldValue", value)
        elif (converted := read_field(report, field, value, pointer)) is not None:
            values[field.fills or name] = converted
        elif value is not UNPARSED and is_blank(value) and (field.required or name in located):
            day = _find_day_in_name(report.file) if name == "date" else ""
            if day:
                values[name] = day
            _report_blank(report, name, field, pointer, day)
    return values


def _report_blank(
    report: ProblemCollector, name: str, field: FieldSpec, pointer: str, day: str
) -> None:
    """Report a blank field if it is required, or if YAML takes its value for a comment.

    In a field that need not be there, words beside hashtags tell a comment that is meant as one.

    Args:
        day: that is read from the file's name; "" for none.
    """
    accepts = FIELD_TYPES[field.type].accepts
    hashtag = ""
    if accepts("#a") or accepts(["#a"]):
        hashtag = report.describe_hashtag(pointer, is_alone=not field.required)
    if field.required:
        message, action = f"no {name}: {hashtag}" if hashtag else f"no {name}", LEFT_EMPTY
        if day:
            action = f"read as {day}, with which the file's name begins"
        elif name == "date" and not hashtag:
            message += _advise_date(report.file)
        report.add("field-missing", message, action, field=pointer)
    elif hashtag:
        report.add("yaml-comment", hashtag, LEFT_EMPTY, field=pointer)


def _find_day_in_name(file: str) -> str:
    """Return the day of a post of Jekyll, which its file is named by; "" for none.

    >>> _find_day_in_name("_posts/2025-04-14-of-money.md"), _find_day_in_name("2025-04-14 Of.md")
    ('2025-04-14', '')
    """
    match = _POST_NAME.match(file.rpartition("/")[2])
    return normalize_datetime(match[1]) or "" if match else ""


def _advise_date(file: str) -> str:
    """Return the end of a message on a missing date, where the file's name begins with one.

    It is not read unless the file is named like a post of Jekyll: a note may be named by the day on
    which it was written.

    >>> _advise_date("notes/2025-04-14 Of money.md")
    ", but the file's name begins with 2025-04-14: write date: 2025-04-14 if that is it"
    """
    match = _DATED_NAME.match(file.rpartition("/")[2])
    if match is None or normalize_datetime(match[0]) is None:
        return ""
    return f", but the file's name begins with {match[0]}: write date: {match[0]} if that is it"


def _locate_fields(
    report: ProblemCollector, raw: dict[str, object], unknown: dict[str, object]
) -> dict[str, tuple[object, str]]:
    """Return value and pointer of each field, those in a summary included."""
    located = {
        name: (raw[name], pointer_token(name)) for name in load_field_table().episode if name in raw
    }
    summary, pointer = located.get("summary", (None, ""))
    if isinstance(summary, list) and summary and isinstance(summary[0], dict):
        if len(summary) > 1:
            message, action = "expected one summary, got", "first one kept"
            report.add("type-wrong", message, action, field="/summary", value=summary)
        summary, pointer = summary[0], "/summary/0"
    if isinstance(summary, dict) or summary == []:
        del located["summary"]
    for key, value in summary.items() if isinstance(summary, dict) else ():
        member = str(key)
        name, field = SUMMARY_FIELDS.get(member), pointer + pointer_token(member)
        if name is None:
            message, action = "unknown part of the summary:", "kept as JSON"
            report.add("field-unknown", message, action, field=field, value=member)
            unknown[f"summary/{member}"] = value
        elif name in located:
            message, action = "also in the summary:", "this one set aside"
            report.add("key-twice", message, action, field=field, value=value)
        else:
            located[name] = value, field
    return located


def _is_fallback_date(values: dict[str, FieldValue]) -> bool:
    """Check whether the date is only the instant of processing.

    Where the pipeline knows no date it writes that instant, to the second: in 206 of 1,014 real
    files. In the others the two differ by 462 seconds or more, so another time of the same day is
    a date of its own. So is a day without a time: of 26 such files 9 name the day of processing
    and 17 an earlier one, as of feeds that are read once a day.
    """
    dates = values.get("date"), values.get("processing_date")
    return is_same_instant(*(date if isinstance(date, str) else "" for date in dates))
