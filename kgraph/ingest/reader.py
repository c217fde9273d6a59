"""One file to one episode: the whole trip of this room, readable as one sentence.

Takes a :class:`sources.SourceFile` or bytes, gives a :class:`model.Reading`.

Invariants: nothing is raised for content; whatever is not read as it stands has a Problem
that says so.
"""

from __future__ import annotations

import hashlib
import os
import stat

from kgraph.base.model import Episode, Reading
from kgraph.ingest import limits
from kgraph.ingest.assemble import assemble, is_fallback
from kgraph.ingest.body import read_body
from kgraph.ingest.decode import decode
from kgraph.ingest.files import SourceFile
from kgraph.ingest.frontmatter import Handler
from kgraph.ingest.problems import REFUSED, Report
from kgraph.ingest.repair import suspicious

_NO_FRONT_MATTER = "the file does not begin with front matter: put its fields between lines of ---"


def read(file: SourceFile) -> Reading:
    """What one file says, and every problem met on the way.

    Args:
        file: as :func:`find` gives it.

    Returns:
        The episode, or None when the file holds none. Nothing is raised: a file that
        cannot be read is a Problem.
    """
    report = Report(file.name)
    data = file.data if file.data is not None else _bytes(file.path, report)
    if data is None or not _within_limit(len(data), report):
        return Reading(None, report.problems())
    return _reading(data, report)


def read_bytes(name: str, data: bytes) -> Reading:
    """What the bytes of one file say, and every problem met on the way.

    >>> reading = read_bytes("ep.md", b"---\\ntitle: Hello\\ndate: 01/02/2025\\n---\\n")
    >>> reading.episode.title
    'Hello'
    >>> for problem in reading.problems:
    ...     print(problem.field, problem.message, problem.value)
    /date day and month could be either way round (write the year first, as 2025-02-01): 01/02/2025
    """
    report = Report(name)
    if not _within_limit(len(data), report):
        return Reading(None, report.problems())
    return _reading(data, report)


def _bytes(path: str, report: Report) -> bytes | None:
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            report.add("file-unreadable", "not a regular file", REFUSED)
            return None
        if not _within_limit(status.st_size, report):
            return None
        with open(path, "rb") as file:  # it may have grown, so read no more than we may hold
            return file.read(limits.FILE_BYTES + 1)
    except OSError as error:
        report.add("file-unreadable", f"cannot be read: {error.strerror or error}", REFUSED)
        return None


def _within_limit(size: int, report: Report) -> bool:
    if size <= limits.FILE_BYTES:
        return True
    message = f"more than {limits.FILE_BYTES:,} bytes:"
    report.add("file-too-large", message, REFUSED, value=f"{size:,}")
    return False


def _reading(data: bytes, report: Report) -> Reading:
    text = decode(data, report)
    episode = None if text is None else _episode(text, data, report)
    return Reading(episode, report.problems())


def _episode(text: str, data: bytes, report: Report) -> Episode | None:
    handler = Handler(report)
    try:
        front, body = handler.split(text)
    except ValueError:
        report.add("front-matter-missing", _NO_FRONT_MATTER, REFUSED, at=(1, 1))
        return None
    found = handler.load(front)
    if not found:
        return None
    values, rows, row_counts, extra = assemble(report, found, sound=_is_sound(front))
    comments, rest = read_body(report, body, text)
    return Episode(
        file=report.file,
        sha256=hashlib.sha256(data).hexdigest(),
        values=values,
        rows=rows,
        row_counts=row_counts,
        date_is_fallback=is_fallback(values),
        comments=comments,
        body=rest,
        extra=extra,
    )


def _is_sound(front: str) -> bool:
    """Whether no text of a front matter can be in need of repair, be too long or cut."""
    return not suspicious(front) and "\\u" not in front and len(front) <= limits.TEXT_CHARS
