"""Find damaged files in a folder by their checksums.

The file ``checksums`` in a folder has a line for each file with its CRC-32 (ISO 3309;
:func:`zlib.crc32` does 4 GB/s, SHA-256 1.8), its size and its name, after a line with the CRC-32
of these lines. CRC-32 detects damage, but for one case in 4 billion; it does not detect forgery.

The file ``states``, beside it or not, tells when each file was written and its inode, so that files
which nobody touched since need not be read again. A copy of the folder has other inodes. When a
file proves damaged, the states are removed: its time and inode may be the same.

Invariant: this module imports only the standard library and :mod:`kgraph.base.errors`, so that a
process that answers queries starts at once.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from kgraph.base.errors import StoreDamagedError, StoreError, StoreReplacedError, explain_os_error

CHECKSUMS_FILE = "checksums"

STATES_FILE = "states"

SMALL_BYTES = 4 << 20  #: largest file that is read whole whenever a folder is checked (1 ms)

CHUNK_BYTES = 1 << 20  #: bytes of a file that are read at once


class Checksum(NamedTuple):
    """The CRC-32 and the size of a file, in bytes."""

    crc: int
    size: int


def compute_checksum(data: bytes) -> Checksum:
    """Compute a checksum.

    >>> compute_checksum(b"123456789")
    Checksum(crc=3421780262, size=9)
    """
    return Checksum(zlib.crc32(data), len(data))


def compute_file_checksum(path: Path) -> Checksum:
    """Compute the checksum of a file, a chunk at a time.

    Raises:
        OSError: the file cannot be read.
    """
    crc = size = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK_BYTES):
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
    return Checksum(crc, size)


def write_checksums(
    folder: Path, names: Iterable[str], known: Mapping[str, Checksum] = MappingProxyType({})
) -> None:
    """Write the checksums of files in a folder, by their paths in it; durable on return.

    Args:
        known: checksums of files that need not be read.

    Raises:
        OSError: a file cannot be read, or the list cannot be written.
    """
    sums = ((n, known.get(n) or compute_file_checksum(folder / n)) for n in sorted(names))
    lines = "".join(f"{crc:08x} {size} {name}\n" for name, (crc, size) in sums).encode()
    _write_lines(folder / CHECKSUMS_FILE, lines)


def write_states(folder: Path, names: Iterable[str]) -> None:
    """Write the states of files in a folder, for :func:`find_untouched`.

    Raises:
        OSError: a file is gone, or the list cannot be written.
    """
    states = ((name, (folder / name).stat()) for name in sorted(names))
    lines = "".join(f"{s.st_mtime_ns} {s.st_ino} {s.st_size} {name}\n" for name, s in states)
    _write_lines(folder / STATES_FILE, lines.encode())


def find_untouched(folder: Path) -> set[str]:
    """Return the names of files that nobody wrote to since :func:`write_states`.

    A file counts only if it is older than the list: in the same moment it could be written again
    without a change of its time. If the list is missing or damaged, no file counts.
    """
    path, untouched = folder / STATES_FILE, set()
    try:
        head, _, lines = path.read_bytes().partition(b"\n")
        written = path.stat().st_mtime_ns
        if head != b"%08x" % zlib.crc32(lines):
            return set()
        for line in lines.decode().splitlines():
            *state, name = line.split(" ", 3)
            status = os.stat(folder / name)
            now = [status.st_mtime_ns, status.st_ino, status.st_size]
            if list(map(int, state)) == now and status.st_mtime_ns < written:
                untouched.add(name)
    except OSError:  # the check of the files tells which is gone
        return set()
    return untouched


def _write_lines(path: Path, lines: bytes) -> None:
    with path.open("wb") as file:
        file.write(b"%08x\n" % zlib.crc32(lines) + lines)
        file.flush()
        os.fsync(file.fileno())


def damage_error(folder: Path, name: str, fault: str) -> StoreDamagedError:
    """Make the error for a damaged file of a build."""
    return StoreDamagedError(f"the graph at {folder} is damaged ({name}: {fault}): build again")


def report_damage(folder: Path, name: str, fault: str) -> StoreDamagedError:
    """Make the error for a damaged file of a build, and have the next build read every file.

    A disk damages files without a change of their times.
    """
    with suppress(OSError):  # another user's, or on a disk that cannot be written
        (folder / STATES_FILE).unlink(missing_ok=True)
    return damage_error(folder, name, fault)


def replaced_error(folder: Path) -> StoreReplacedError:
    """Make the error for a build whose folder is gone."""
    return StoreReplacedError(
        f"{folder}: the build is gone: newer ones replaced it, or it was removed: ask again"
    )


def unreadable_error(folder: Path, name: str, error: OSError) -> StoreError:
    """Make the error for a file of a build that the system does not read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        is_replaced = not folder.is_dir()
        return replaced_error(folder) if is_replaced else damage_error(folder, name, "is gone")
    return StoreError(f"{folder / name}: {explain_os_error(error)}")


class Checksums:
    """The checksums that :func:`write_checksums` wrote into a folder.

    Raises:
        StoreDamagedError: the list is missing, or is damaged itself.
        StoreError: the list cannot be read.
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
        """Read a file and verify its checksum.

        Raises:
            StoreDamagedError: the checksum differs, or the file is missing.
            StoreError: the file cannot be read.
        """
        data = self._read_bytes(name)
        if compute_checksum(data) != self._sums.get(name):
            raise report_damage(self.folder, name, "its checksum does not match")
        return data

    def find_linked(self, folder: Path) -> dict[str, Checksum]:
        """Return the checksums of the files that another folder has as hard links."""
        return {
            name: checksum
            for name, checksum in self._sums.items()
            if _is_linked(folder, self, name)
        }

    def check_files(
        self,
        prefix: str = "",
        max_bytes: float = float("inf"),
        *,
        unread: Container[str] = frozenset(),
    ) -> None:
        """Verify the size of each file, and the checksum of those up to ``max_bytes``.

        Only files whose names begin with ``prefix`` are checked.

        Args:
            unread: names of files of which only the size is checked.

        Raises:
            StoreDamagedError: a file is missing, or is not as it was written.
            StoreError: a file cannot be read.
        """
        for name, expected in self._sums.items():
            if not name.startswith(prefix):
                continue
            path = self.folder / name
            try:
                size = path.stat().st_size
                is_read = size == expected.size <= max_bytes and name not in unread
                actual = compute_file_checksum(path) if is_read else expected
            except OSError as error:
                raise unreadable_error(self.folder, name, error) from error
            if size != expected.size:
                raise report_damage(self.folder, name, f"{size} bytes of {expected.size}")
            if actual != expected:
                raise report_damage(self.folder, name, "its checksum does not match")

    def _read_bytes(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise unreadable_error(self.folder, name, error) from error


def _is_linked(folder: Path, sums: Checksums, name: str) -> bool:
    try:
        return os.path.samefile(sums.folder / name, folder / name)
    except OSError:
        return False
