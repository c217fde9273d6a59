"""XML that every reader takes: what no document can hold is replaced, what readers change is kept.

The engine writes the characters of a text as they are. Of those, XML 1.0 (section 2.2) allows no
controls but three and neither of two non-characters, even escaped: they become U+FFFD. A carriage
return would be a line feed to whoever reads it (section 2.11): it becomes a reference. Imports only
the standard library, so that a process which answers queries starts at once.
"""

from __future__ import annotations

import re
from typing import BinaryIO

_ILLEGAL_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACEMENT = "\ufffd".encode()
_PARTIAL_ENDINGS = (b"\xef\xbf", b"\xef")  # what may be the beginning of a non-character


def sanitize_xml(data: bytes) -> bytes:
    """XML in UTF-8, well-formed.

    >>> sanitize_xml(b"<a>\\x1b\\r</a>").decode()
    '<a>\\ufffd&#13;</a>'
    """
    return _ILLEGAL_XML.sub(_REPLACEMENT, data).replace(b"\r", b"&#13;")


class XmlSanitizer:
    """A file for XML in UTF-8, which is well-formed when it leaves.

    Args:
        out: where it goes.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._pending = b""

    def write(self, data: bytes) -> int:
        """Write a piece; an end that may be half a character waits for the next."""
        whole = self._pending + bytes(data)
        self._pending = next((begun for begun in _PARTIAL_ENDINGS if whole.endswith(begun)), b"")
        self._out.write(sanitize_xml(whole.removesuffix(self._pending)))
        return len(data)

    def flush(self) -> None:
        """Let go of what was written."""
        self._out.flush()
