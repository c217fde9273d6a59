"""Values of episodes on disk, by slug, for a build that cannot hold all of them in memory.

Some 200 bytes of each stay in memory. A summary is 1.3 KB on disk and 2 to 5 KB as objects, the
outcome of an episode 18 KB.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import msgspec

from kgraph.pipeline.spool_file import SpoolFile

READ_BUFFER_BYTES = 1 << 12  #: values are read in the order of their slugs, not of the file

ValueT = TypeVar("ValueT")


class ValueSpool(MutableMapping[str, ValueT], AbstractContextManager["ValueSpool[ValueT]"]):
    """A file of values by slug, of which each is decoded when it is read.

    A value that is written again, or removed, stays in the file, unread.

    Args:
        path: of the file; one that is there is replaced.
        shape: type of the values.
    """

    def __init__(self, path: Path, shape: type[ValueT]) -> None:
        self._file = SpoolFile(path, READ_BUFFER_BYTES)
        self._decode = msgspec.msgpack.Decoder(shape).decode
        self._places: dict[str, tuple[int, int]] = {}  # start and length in bytes

    def __getitem__(self, slug: str) -> ValueT:
        return self._decode(self._file.read(*self._places[slug]))

    def __setitem__(self, slug: str, value: ValueT) -> None:
        self.add_encoded(slug, msgspec.msgpack.encode(value))

    def add_encoded(self, slug: str, data: bytes) -> None:
        """Write a value that is encoded already."""
        self._places[slug] = self._file.add(data)

    def __delitem__(self, slug: str) -> None:
        del self._places[slug]

    def __iter__(self) -> Iterator[str]:
        """Yield the slugs, sorted."""
        return iter(sorted(self._places))

    def __contains__(self, slug: object) -> bool:
        return slug in self._places

    def __len__(self) -> int:
        return len(self._places)

    def __exit__(self, *exception: object) -> None:
        self._file.__exit__(*exception)
