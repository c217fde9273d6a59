"""Make the engine's XML well-formed.

The engine writes the characters of a text as they are. XML 1.0 (section 2.2) allows only three
control characters, and neither U+FFFE nor U+FFFF, even escaped: others become U+FFFD. A
parser reads a carriage return as a line feed (section 2.11): it becomes a character reference.

Invariant: this module imports only the standard library, so that a process that answers queries
starts at once.
"""

from __future__ import annotations

import re
from typing import BinaryIO

_ILLEGAL_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACEMENT = "\ufffd".encode()
_PARTIAL_ENDINGS = (b"\xef\xbf", b"\xef")  # possible beginnings of U+FFFE or U+FFFF


def sanitize_xml(data: bytes) -> bytes:
    """Make XML in UTF-8 well-formed.

    >>> sanitize_xml(b"<a>\\x1b\\r</a>").decode()
    '<a>\\ufffd&#13;</a>'
    """
    return _ILLEGAL_XML.sub(_REPLACEMENT, data).replace(b"\r", b"&#13;")


class XmlSanitizer:
    """A binary file that makes the XML written to it well-formed, and passes it to ``out``."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._pending = b""

    def write(self, data: bytes) -> int:
        """Write a chunk; an end that may be a part of a character waits for the next chunk."""
        chunk = self._pending + bytes(data)
        self._pending = next((end for end in _PARTIAL_ENDINGS if chunk.endswith(end)), b"")
        self._out.write(sanitize_xml(chunk.removesuffix(self._pending)))
        return len(data)

    def flush(self) -> None:
        """Flush ``out``; a waiting part of a character stays."""
        self._out.flush()
