"""Characters that PyYAML's C parser refuses or changes, carried through it unharmed.

Takes the text of a front matter before it is parsed (:func:`escape_unsupported`) and the text of each
scalar afterwards (:func:`unescape_unsupported`). YAML 1.2 (section 5.1) lists the characters that a parser
must take: control characters and U+FFFE are not among them, and the C parser reads NEL, LS
and PS as line breaks, as YAML 1.1 did. Here hostile text is kept exactly, so each of these
is moved to a plane of Unicode that the text does not use, and back. The same is done for
escapes of surrogates ("\\ud83d\\ude00", as JSON writers make them), which the parser refuses.

Invariants: the hidden text has as many lines as the text; only what was moved is moved back.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

_UNSUPPORTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# An odd number of backslashes: the last one begins the escape.
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89a-fA-F][0-9a-fA-F]{2})")
_WIDE_ESCAPE = re.compile(r"\\U([0-9a-fA-F]{8})")
_PLANES = range(16, 0, -1)  # private use first


class EscapedText(NamedTuple):
    """A text as the parser can take it.

    Attributes:
        text: the text.
        offset: what was added to the code points that were moved; 0 when none was.
    """

    text: str
    offset: int


def escape_unsupported(text: str) -> EscapedText:
    """The text as the parser can take it; the text itself when it can take it as it is.

    Raises:
        ValueError: the text uses every plane of Unicode, so that nothing can be moved.
    """
    if not _UNSUPPORTED.search(text) and not ("\\u" in text and _ESCAPE.search(text)):
        return EscapedText(text, 0)
    plane = _find_free_plane(text)
    offset = plane << 16
    hidden = _UNSUPPORTED.sub(lambda found: chr(ord(found[0]) + offset), text)
    return EscapedText(_ESCAPE.sub(rf"\1\\U{plane:04x}\2", hidden), offset)


def _find_free_plane(text: str) -> int:
    """A plane of which the text holds no character, neither as it is nor escaped."""
    used = {ord(char) >> 16 for char in set(text)}
    used.update(int(code, 16) >> 16 for code in _WIDE_ESCAPE.findall(text))
    for plane in _PLANES:
        if plane not in used:
            return plane
    raise ValueError("characters that YAML does not allow, next to some of every plane")


def unescape_unsupported(text: str, offset: int, *, is_double_quoted: bool) -> str:
    """A scalar of a hidden text as it was written.

    Args:
        text: the scalar as the parser gives it.
        offset: as :func:`escape_unsupported` gives it.
        escaped: it stood in double quotes, where escapes mean something. Only there
            can a surrogate arise; two that make a pair become their character.
    """
    moved, moved_escape = _moved_patterns(offset)
    shown = moved.sub(lambda found: chr(ord(found[0]) - offset), text)
    if is_double_quoted:
        return shown.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return moved_escape.sub(r"\\u\1", shown)


@cache
def _moved_patterns(offset: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds the characters and the escapes that were moved by an offset."""
    characters = f"[{chr(offset)}-{chr(offset + 0xFFFF)}]"
    escapes = rf"\\U{offset >> 16:04x}([dD][89a-fA-F][0-9a-fA-F]{{2}})"
    return re.compile(characters), re.compile(escapes)
