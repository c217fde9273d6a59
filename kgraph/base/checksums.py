"""Checksums of the files in a folder, by which damage is found before it is taken for data.

Takes a folder; writes and reads the file ``checksums`` in it: a line for each file with its CRC-32
(ISO 3309, as :func:`zlib.crc32` computes it: 4 GB/s, SHA-256 1.8), its size and its name, behind a
line with the CRC-32 of these lines. They find accidents, of which they miss one in 4 billion, and
no forgery. Imports only the standard library and :mod:`kgraph.base.errors`, so that a process which
answers queries starts at once.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kgraph.base.errors import StoreDamagedError, StoreError, suggest_fix

CHECKSUMS_FILE = "checksums"
"""Name of the file."""

SMALL_BYTES = 4 << 20
"""Files up to this size are read whole wherever a folder is checked: that takes 1 ms."""

CHUNK_BYTES = 1 << 20
"""How much of a file is read at once."""


class Checksum(NamedTuple):
    """What a file's bytes add up to."""

    crc: int
    size: int


def compute_checksum(data: bytes) -> Checksum:
    """Compute the checksum of bytes.

    >>> compute_checksum(b"123456789")
    Checksum(crc=3421780262, size=9)
    """
    return Checksum(zlib.crc32(data), len(data))


def compute_file_checksum(path: Path) -> Checksum:
    """Compute the checksum of a file, a chunk at a time.

    Raises:
        OSError: it cannot be read.
    """
    crc = size = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK_BYTES):
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
    return Checksum(crc, size)


def write_checksums(folder: Path, names: Iterable[str]) -> None:
    """Write down the checksums of files in a folder, on disk when this returns.

    Args:
        folder: where they are.
        names: their paths in it, with ``/``.

    Raises:
        OSError: one cannot be read, or the list not be written.
    """
    sums = ((name, compute_file_checksum(folder / name)) for name in sorted(names))
    lines = "".join(f"{crc:08x} {size} {name}\n" for name, (crc, size) in sums).encode()
    with (folder / CHECKSUMS_FILE).open("wb") as file:
        file.write(b"%08x\n" % zlib.crc32(lines) + lines)
        file.flush()
        os.fsync(file.fileno())


def damage_error(folder: Path, name: str, what: str) -> StoreDamagedError:
    """Return the error that says what is wrong with a file of a folder."""
    return StoreDamagedError(f"the graph at {folder} is damaged ({name}: {what}): build again")


def _unreadable_error(folder: Path, name: str, error: OSError) -> StoreError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return damage_error(folder, name, "is gone")
    return StoreError(f"{folder / name}: {error.strerror or error}: {suggest_fix(error)}")


class Checksums:
    """What was written down of the files in a folder.

    Args:
        folder: where :func:`write_checksums` wrote.

    Raises:
        StoreDamagedError: the list is not there, or is damaged itself.
        StoreError: it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        data = self._read_bytes(CHECKSUMS_FILE)
        head, _, lines = data.partition(b"\n")
        if head != b"%08x" % zlib.crc32(lines):
            raise damage_error(folder, CHECKSUMS_FILE, "its checksum does not match")
        self._sums: dict[str, Checksum] = {}
        for line in lines.decode().splitlines():
            crc, size, name = line.split(" ", 2)
            self._sums[name] = Checksum(int(crc, 16), int(size))

    def read_file(self, name: str) -> bytes:
        """Return the bytes of a file when they are those that were written.

        Raises:
            StoreDamagedError: they are not, or the file is not there.
            StoreError: it cannot be read.
        """
        data = self._read_bytes(name)
        if compute_checksum(data) != self._sums.get(name):
            raise damage_error(self.folder, name, "its checksum does not match")
        return data

    def check_files(self, prefix: str = "", max_bytes: float = float("inf")) -> None:
        """Check the sizes of files, and the bytes of those that are not too large.

        Args:
            start: what their names begin with.
            largest: bytes of a file that is read; of larger ones the size is compared.

        Raises:
            StoreDamagedError: one is not there, or not what was written.
            StoreError: one cannot be read.
        """
        for name, known in self._sums.items():
            if name.startswith(prefix):
                self._check_file(name, known, max_bytes)

    def _check_file(self, name: str, known: Checksum, largest: float) -> None:
        path = self.folder / name
        try:
            size = path.stat().st_size
            found = compute_file_checksum(path) if size == known.size <= largest else None
        except OSError as error:
            raise _unreadable_error(self.folder, name, error) from error
        if size != known.size:
            raise damage_error(self.folder, name, f"{size} bytes of {known.size}")
        if found is not None and found != known:
            raise damage_error(self.folder, name, "its checksum does not match")

    def _read_bytes(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise _unreadable_error(self.folder, name, error) from error
