"""Summaries of episodes on disk, for a build that keeps nothing of an episode in memory.

Of a summary 1.3 KB are on disk, and some 200 bytes in memory; as objects it takes 2 to 5 KB.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec

from kgraph.graph.records import EpisodeSummary

READ_BUFFER_BYTES = 1 << 11  #: of summaries, which are read in the order of their slugs

_decode_summary = msgspec.msgpack.Decoder(EpisodeSummary).decode


class SummarySpool(MutableMapping[str, EpisodeSummary], AbstractContextManager["SummarySpool"]):
    """A file of summaries by slug, of which each is decoded when it is read.

    A summary that is written again, or removed, stays in the file, unread.

    Args:
        path: of the file; one that is there is replaced.
    """

    def __init__(self, path: Path) -> None:
        self._writer = path.open("wb")
        self._reader = path.open("rb", READ_BUFFER_BYTES)
        self._places: dict[str, tuple[int, int]] = {}  # start and length in bytes
        self._size = self._flushed_size = 0

    def __getitem__(self, slug: str) -> EpisodeSummary:
        start, length = self._places[slug]
        if start + length > self._flushed_size:
            self._writer.flush()
            self._flushed_size = self._size
        self._reader.seek(start)
        return _decode_summary(self._reader.read(length))

    def __setitem__(self, slug: str, summary: EpisodeSummary) -> None:
        data = msgspec.msgpack.encode(summary)
        self._writer.write(data)
        self._places[slug] = (self._size, len(data))
        self._size += len(data)

    def __delitem__(self, slug: str) -> None:
        del self._places[slug]

    def __iter__(self) -> Iterator[str]:
        """Yield the slugs, sorted: the order in which summaries were written is that of files."""
        return iter(sorted(self._places))

    def __contains__(self, slug: object) -> bool:
        return slug in self._places

    def __len__(self) -> int:
        return len(self._places)

    def __exit__(self, *exception: object) -> None:
        """Close the file; its summaries cannot be read any more."""
        self._writer.close()
        self._reader.close()
