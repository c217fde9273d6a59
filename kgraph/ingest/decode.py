"""Bytes to text: which encoding a file is in, told when it is not plain UTF-8.

Takes a file's bytes, gives its text with line feeds as line breaks (YAML 1.2, section
5.4), or None when it is no text. Byte order marks are those of the Unicode standard,
section 23.8.
"""

from __future__ import annotations

import codecs

from kgraph.ingest.problems import FILE_LEFT_OUT, ProblemCollector

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What no text holds but tab, line breaks, form feed and escape (terminal captures).
_CONTROL = bytes(code for code in range(32) if code not in (9, 10, 11, 12, 13, 27))


def decode_text(data: bytes, report: ProblemCollector) -> str | None:
    """The text of a file; None when it is not text or holds nothing, which is told."""
    if not data.strip():
        report.add("file-empty", "the file is empty", FILE_LEFT_OUT)
        return None
    text = _decode_with_bom(data, report) or _decode_without_bom(data, report)
    if text is None:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _decode_with_bom(data: bytes, report: ProblemCollector) -> str | None:
    """The text of a file that begins with a byte order mark."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            if "\0" in text:
                return None
            report.add("encoding", "byte order mark:", f"read as {encoding}", value=encoding)
            return text
    return None


def _decode_without_bom(data: bytes, report: ProblemCollector) -> str | None:
    if b"\0" in data:
        report.add("file-binary", "not text: it holds NUL bytes", FILE_LEFT_OUT)
        return None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if data.translate(None, _CONTROL) != data:
            report.add("file-binary", "not text: neither UTF-8 nor free of controls", FILE_LEFT_OUT)
            return None
        return _decode_legacy(data, error, report)


def _decode_legacy(data: bytes, error: UnicodeDecodeError, report: ProblemCollector) -> str:
    """Text that is not UTF-8: damaged where most of it is, Windows-1252 where none is."""
    at = (data.count(b"\n", 0, error.start) + 1, 0)
    damaged = data.decode("utf-8", "replace")
    wrong = damaged.count("\ufffd")
    right = sum(not char.isascii() for char in damaged) - wrong
    if right >= wrong:
        message, action = "bytes that are no UTF-8:", "each read as U+FFFD"
        report.add("encoding", message, action, value=str(wrong), position=at)
        return damaged
    report.add("encoding", "not UTF-8", "read as Windows-1252", position=at)
    return data.decode("cp1252", "replace")  # five of its bytes mean nothing
