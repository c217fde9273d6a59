"""Escape characters that PyYAML's C parser refuses or changes, and restore them afterwards.

YAML 1.2 (section 5.1) does not allow control characters and U+FFFE, and the C parser reads NEL,
LS and PS as line breaks, as YAML 1.1 did. Hostile text is kept exactly, so each of these
characters is moved to a plane of Unicode that the text does not use, and moved back after
parsing. So are escapes of surrogates ("\\ud83d\\ude00", as JSON writers make them), which the
parser refuses.

Invariants: the escaped text has as many lines as the text; only moved characters are moved back.
"""

from __future__ import annotations

import re
from functools import cache

_UNSUPPORTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# An odd number of backslashes: the last one begins the escape.
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89a-fA-F][0-9a-fA-F]{2})")
_WIDE_ESCAPE = re.compile(r"\\U([0-9a-fA-F]{8})")
_PLANES = range(16, 0, -1)  # private use first


def escape_unsupported(text: str) -> tuple[str, int]:
    """Escape a text; return it with the offset of the moved code points, 0 if none was moved.

    Raises:
        ValueError: the text uses every plane of Unicode.
    """
    if not _UNSUPPORTED.search(text) and not ("\\u" in text and _ESCAPE.search(text)):
        return text, 0
    plane = _find_free_plane(text)
    offset = plane << 16
    escaped = _UNSUPPORTED.sub(lambda match: chr(ord(match[0]) + offset), text)
    return _ESCAPE.sub(rf"\1\\U{plane:04x}\2", escaped), offset


def _find_free_plane(text: str) -> int:
    """Find a plane of which the text has no character, neither as it is nor escaped."""
    used = {ord(char) >> 16 for char in set(text)}
    used.update(int(code, 16) >> 16 for code in _WIDE_ESCAPE.findall(text))
    for plane in _PLANES:
        if plane not in used:
            return plane
    raise ValueError("characters that YAML does not allow, next to some of every plane")


def unescape_unsupported(text: str, offset: int, *, is_double_quoted: bool) -> str:
    """Restore a scalar of an escaped text.

    Args:
        text: the scalar from the parser.
        offset: from :func:`escape_unsupported`.
        is_double_quoted: escapes have a meaning in the scalar. Only there can a surrogate arise;
            a pair of them becomes its character.
    """
    moved, moved_escape = _moved_patterns(offset)
    restored = moved.sub(lambda match: chr(ord(match[0]) - offset), text)
    if is_double_quoted:
        return restored.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return moved_escape.sub(r"\\u\1", restored)


@cache
def _moved_patterns(offset: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of the characters and of the escapes that an offset moved."""
    characters = f"[{chr(offset)}-{chr(offset + 0xFFFF)}]"
    escapes = rf"\\U{offset >> 16:04x}([dD][89a-fA-F][0-9a-fA-F]{{2}})"
    return re.compile(characters), re.compile(escapes)
