"""Sort lines of any number in bounded memory, and keep them in compressed files."""

from __future__ import annotations

import gzip
import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import msgspec

from kgraph.base.files import replace_file

#: Lines that are sorted in memory, in bytes; the rest waits in files.
RUN_BYTES = 64_000_000


class LineSorter:
    """A binary file that sorts the lines written to it, in bounded memory.

    Args:
        folder: empty folder for what exceeds :data:`RUN_BYTES`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines: list[bytes] = []
        self._bytes = 0
        self._runs: list[Path] = []

    def write(self, data: bytes) -> int:
        """Add whole lines."""
        self._lines += data.splitlines(keepends=True)
        self._bytes += len(data)
        if self._bytes >= RUN_BYTES:
            path = self._folder / f"run-{len(self._runs)}"
            path.write_bytes(b"".join(sorted(self._lines)))
            self._runs.append(path)
            self._lines, self._bytes = [], 0
        return len(data)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines in the order of their bytes, each once."""
        self._lines.sort()
        with ExitStack() as stack:
            runs = [stack.enter_context(path.open("rb")) for path in self._runs]
            for line, _ in groupby(heapq.merge(*runs, self._lines)):
                yield line


class LineFile(msgspec.Struct, frozen=True):
    """Sorted lines, compressed in a file.

    Attributes:
        path: of the file.
        lines: how many it has.
        size: of the lines, in bytes.
        digest: SHA-256 of the lines.
    """

    path: str
    lines: int
    size: int
    digest: str

    def __iter__(self) -> Iterator[bytes]:
        with gzip.open(self.path, "rb") as file:
            yield from file

    def read_blocks(self) -> Iterator[bytes]:
        """Yield the bytes of the lines in blocks of 64 KB."""
        with gzip.open(self.path, "rb") as file:
            while block := file.read(1 << 16):
                yield block


def write_lines(lines: Iterable[bytes], path: Path) -> LineFile:
    """Write sorted lines into a compressed file, completely or not at all."""
    count, size, digest = 0, 0, sha256()
    with (
        replace_file(path, is_durable=True) as file,
        gzip.GzipFile("", "wb", 1, file, mtime=0) as out,  # 1: the fastest level
    ):
        for line in lines:
            out.write(line)
            digest.update(line)
            count += 1
            size += len(line)
    return LineFile(str(path), count, size, digest.hexdigest())
