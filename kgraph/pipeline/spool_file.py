"""A file of values that are written one after another, and read while more are written."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path


class SpoolFile(AbstractContextManager["SpoolFile"]):
    """A file that is open for writing at its end, and for reading anywhere.

    Args:
        path: of the file; one that is there is replaced.
        read_buffer_bytes: size of what is read at a time.
    """

    def __init__(self, path: Path, read_buffer_bytes: int) -> None:
        self._writer = path.open("wb")
        self._reader = path.open("rb", read_buffer_bytes)
        self._size = self._flushed_size = 0

    def add(self, value: bytes) -> tuple[int, int]:
        """Write a value; return its start and length in bytes."""
        start = self._size
        self._writer.write(value)
        self._size += len(value)
        return start, len(value)

    def read(self, start: int, length: int) -> bytes:
        """Read the value at a place."""
        if start + length > self._flushed_size:
            self.flush()
        self._reader.seek(start)
        return self._reader.read(length)

    def flush(self) -> None:
        """Let other processes read what was written."""
        self._writer.flush()
        self._flushed_size = self._size

    def __exit__(self, *exception: object) -> None:
        """Close the file; its values cannot be read any more."""
        self._writer.close()
        self._reader.close()
