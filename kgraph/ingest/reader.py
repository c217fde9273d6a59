"""Read one episode file.

Invariants: nothing is raised for content; every deviation from the format has a problem.
"""

from __future__ import annotations

import hashlib
import os
import stat

from kgraph.base.model import EpisodeFile, FileResult
from kgraph.ingest import limits
from kgraph.ingest.assemble import assemble_fields, is_fallback_date
from kgraph.ingest.decode import decode_text, may_be_mojibake
from kgraph.ingest.files import SourceFile
from kgraph.ingest.frontmatter import FrontMatterHandler, read_body
from kgraph.ingest.problems import FILE_LEFT_OUT, ProblemCollector

_NO_FRONT_MATTER = "the file does not begin with front matter: put its fields between lines of ---"


def read_file(file: SourceFile) -> FileResult:
    """Read a file from :func:`kgraph.ingest.files.find_files`.

    An unreadable file gives a problem and no episode.
    """
    report = ProblemCollector(file.name)
    data = file.data if file.data is not None else _load_bytes(file.path, report)
    return FileResult(None, report.problems()) if data is None else _read_data(data, report)


def read_bytes(name: str, data: bytes) -> FileResult:
    """Read the bytes of a file.

    >>> result = read_bytes("ep.md", b"---\\ntitle: Hello\\ndate: 01/02/2025\\n---\\n")
    >>> result.episode.title
    'Hello'
    >>> for problem in result.problems:
    ...     print(problem.field, problem.message, problem.value)
    /date day and month could be either way round (write the year first, as 2025-02-01): 01/02/2025
    """
    return _read_data(data, ProblemCollector(name))


def _load_bytes(path: str, report: ProblemCollector) -> bytes | None:
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            report.add("file-unreadable", "not a regular file", FILE_LEFT_OUT)
            return None
        if not _check_size(status.st_size, report):
            return None
        with open(path, "rb") as file:  # it may have grown since, so the read is bounded
            return file.read(limits.MAX_FILE_BYTES + 1)
    except OSError as error:
        report.add("file-unreadable", f"cannot be read: {error.strerror or error}", FILE_LEFT_OUT)
        return None


def _check_size(size: int, report: ProblemCollector) -> bool:
    if size <= limits.MAX_FILE_BYTES:
        return True
    message = f"more than {limits.MAX_FILE_BYTES:,} bytes:"
    report.add("file-too-large", message, FILE_LEFT_OUT, value=f"{size:,}")
    return False


def _read_data(data: bytes, report: ProblemCollector) -> FileResult:
    text = decode_text(data, report) if _check_size(len(data), report) else None
    episode = None if text is None else _parse_episode(text, data, report)
    return FileResult(episode, report.problems())


def _parse_episode(text: str, data: bytes, report: ProblemCollector) -> EpisodeFile | None:
    handler = FrontMatterHandler(report)
    try:
        front, body = handler.split(text)
    except ValueError:
        report.add("front-matter-missing", _NO_FRONT_MATTER, FILE_LEFT_OUT, position=(1, 1))
        return None
    fields = handler.load(front)
    if not fields:
        return None
    # No text of the front matter needs repair, has an escaped surrogate, or is too long.
    is_clean = (
        not may_be_mojibake(front) and "\\u" not in front and len(front) <= limits.MAX_TEXT_CHARS
    )
    values, rows, row_counts, extra = assemble_fields(report, fields, is_clean=is_clean)
    comments, remainder = read_body(report, body, text)
    return EpisodeFile(
        file=report.file,
        sha256=hashlib.sha256(data).hexdigest(),
        values=values,
        rows=rows,
        row_counts=row_counts,
        date_is_fallback=is_fallback_date(values),
        comments=comments,
        body=remainder,
        extra=extra,
    )
