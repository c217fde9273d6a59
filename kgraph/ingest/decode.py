"""Decode the bytes of a file, and repair text that came through a wrong encoding.

Line breaks become line feeds (YAML 1.2, section 5.4). Byte order marks are those of the Unicode
standard, section 23.8. ftfy finds and undoes mojibake, which is UTF-8 decoded as another encoding;
its other repairs are not used: quotes, ligatures, width and control characters are the author's.
"""

from __future__ import annotations

import codecs

from kgraph.ingest.problems import FILE_LEFT_OUT, ProblemCollector

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Control characters that no text has: all but tab, line breaks, form feed and escape (terminals).
_CONTROL = bytes(code for code in range(32) if code not in (9, 10, 11, 12, 13, 27))

# The first byte of a UTF-8 sequence, read as Latin-1 or Windows-1252: every mojibake of
# punctuation, European letters, Cyrillic and emoji has one of these.
_MOJIBAKE_LETTERS = "âÃÂðÐ"

# ftfy's guess that control characters of Latin-1 were meant as Windows-1252.
_REJECTED_STEP = ("decode", "windows-1252")


def decode_text(data: bytes, report: ProblemCollector) -> str | None:
    """Decode a file; None if it is empty or not text, which is reported."""
    if not data.strip():
        report.add("file-empty", "the file is empty", FILE_LEFT_OUT)
        return None
    text = _decode_with_bom(data, report) or _decode_without_bom(data, report)
    if text is None:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _decode_with_bom(data: bytes, report: ProblemCollector) -> str | None:
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
        position = (data.count(b"\n", 0, error.start) + 1, 0)
    if data.translate(None, _CONTROL) != data:
        report.add("file-binary", "not text: neither UTF-8 nor free of controls", FILE_LEFT_OUT)
        return None
    # Damaged UTF-8 if most of the text is UTF-8, otherwise Windows-1252.
    text = data.decode("utf-8", "replace")
    invalid = text.count("\ufffd")
    valid = sum(not char.isascii() for char in text) - invalid
    if valid >= invalid:
        message, action = "bytes that are not UTF-8:", "each read as U+FFFD"
        report.add("encoding", message, action, value=str(invalid), position=position)
        return text
    report.add("encoding", "not UTF-8", "read as Windows-1252", position=position)
    return data.decode("cp1252", "replace")  # five of its bytes mean nothing


def may_be_mojibake(text: str) -> bool:
    """Check quickly whether a text may need repair.

    >>> may_be_mojibake("plain"), may_be_mojibake("itâ€™s")
    (False, True)
    """
    return any(letter in text for letter in _MOJIBAKE_LETTERS)


def fix_mojibake(text: str) -> str:
    """Undo the mojibake in a text.

    >>> fix_mojibake("itâ€™s"), fix_mojibake("São Paulo"), fix_mojibake("“as it is”")
    ('it’s', 'São Paulo', '“as it is”')
    """
    if not may_be_mojibake(text):
        return text
    import ftfy  # imported late: few texts need it

    fixed = ftfy.fix_encoding_and_explain(text, ftfy.TextFixerConfig(fix_c1_controls=False))
    is_guess = any(step == _REJECTED_STEP for step in fixed.explanation or ())
    return text if is_guess else fixed.text
