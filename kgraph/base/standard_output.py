"""Write data to standard output: unchanged into a pipe or a file, safely on a terminal.

Names and titles are hostile text. CSV, TSV, RDF and Markdown carry their control characters, which
would change a terminal's colours, title and screen; there they are replaced.
"""

from __future__ import annotations

import codecs
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from kgraph.base.text import make_printable


@contextmanager
def open_standard_output() -> Iterator[BinaryIO]:
    """Open standard output for bytes, which a terminal gets as :class:`TerminalOutput` has them."""
    data = sys.stdout.buffer
    if sys.stdout.isatty():
        terminal = TerminalOutput(data)
        yield cast(BinaryIO, terminal)
        terminal.finish()
    else:
        yield data
    data.flush()


class TerminalOutput(io.BufferedIOBase):
    """A binary file that makes the UTF-8 written to it printable, and passes it to ``out``.

    Tabs and line breaks stay; a carriage return, which would overwrite its line, is a line break.
    Bytes that are not UTF-8 become U+FFFD.

    >>> data = io.BytesIO()
    >>> terminal = TerminalOutput(data)
    >>> terminal.write(b"a\\x1b[31m\\tb\\r"), terminal.write(b"\\nc\\n")
    (9, 3)
    >>> data.getvalue().decode()
    'a\ufffd[31m\\tb\\nc\\n'
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        utf_8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._decoder = io.IncrementalNewlineDecoder(utf_8, translate=True)

    def writable(self) -> bool:
        """Return True: text layers ask."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Write a chunk; an end that may be half a character waits for the next chunk."""
        self._write_text(self._decoder.decode(bytes(data)))
        return len(data)

    def finish(self) -> None:
        """Write what still waits."""
        self._write_text(self._decoder.decode(b"", final=True))

    def _write_text(self, text: str) -> None:
        self._out.write(make_printable(text, keep="\n\t").encode("utf-8", "replace"))
