"""Characters that PyYAML's C parser refuses or changes, carried through it unharmed.

Takes the text of a front matter before it is parsed (:func:`hide`) and the text of each
scalar afterwards (:func:`show`). YAML 1.2 (section 5.1) lists the characters that a parser
must take: control characters and U+FFFE are not among them, and the C parser reads NEL, LS
and PS as line breaks, as YAML 1.1 did. Here hostile text is kept exactly, so each of these
is moved to a private-use character of plane 16 and back. The same is done for escapes of
surrogates ("\\ud83d\\ude00", as JSON writers make them), which the parser refuses.

Invariant: the hidden text has as many lines as the text.
"""

from __future__ import annotations

import re

_AWAY = 0x100000
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_MOVED = re.compile("[\U00100000-\U0010ffff]")
# An odd number of backslashes: the last one begins the escape.
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89a-fA-F][0-9a-fA-F]{2})")
_MOVED_ESCAPE = re.compile(r"\\U0010([dD][89a-fA-F][0-9a-fA-F]{2})")


def hide(text: str) -> str:
    """The text as the parser can take it; the text itself when it can take it as it is."""
    if _MOVED.search(text) or _MOVED_ESCAPE.search(text):
        return text  # its own private-use characters could not be told from ours
    text = _REFUSED.sub(lambda found: chr(ord(found[0]) + _AWAY), text)
    return _ESCAPE.sub(r"\1\\U0010\2", text) if "\\u" in text else text


def show(text: str, *, escaped: bool) -> str:
    """A scalar of a hidden text as it was written.

    Args:
        text: the scalar as the parser gives it.
        escaped: it stood in double quotes, where escapes mean something. Only there
            can a surrogate arise; two that make a pair become their character.
    """
    shown = _MOVED.sub(lambda found: chr(ord(found[0]) - _AWAY), text)
    if escaped:
        return shown.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return _MOVED_ESCAPE.sub(r"\\u\1", shown)
