"""What is asked of a worker, and what comes back: the plain values that the server passes on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Literal

import msgspec

from kgraph.query.formats import ANSWER_FORMATS, AnswerKind
from kgraph.server.http.negotiation import FORMATS_BY_MEDIA_TYPE

MAX_IN_MEMORY_BYTES = 4 << 20
"""Bytes of an answer that is held in memory; a larger one waits on disk. 10,000 rows take 3 MB."""

REPLY_CHUNK_BYTES = 1 << 16
"""Bytes of an answer that are sent at once."""


ReplyKind = AnswerKind | Literal["value"]
"""What an answer is: what a query gave, or a plain value of ours."""


class QueryRequest(msgspec.Struct, frozen=True):
    """A query, and how its answer is wanted.

    Attributes:
        text: SPARQL 1.1, checked to be read-only.
        types: kind of answer -> media type.
    """

    text: str
    types: dict[AnswerKind, str]

    @property
    def formats(self) -> dict[AnswerKind, str]:
        """Kind of answer -> media type by which the engine knows the format."""
        return {
            kind: ANSWER_FORMATS[FORMATS_BY_MEDIA_TYPE[kind][media_type]].media_type
            for kind, media_type in self.types.items()
        }

    @property
    def cache_key(self) -> tuple[str, ...]:
        """What two questions of the same answer share."""
        return (self.text, *(f"{kind} {type_}" for kind, type_ in sorted(self.types.items())))


class SpooledBody:
    """The bytes of an answer: a few in memory, many in a file without a name."""

    def __init__(self) -> None:
        self.size = 0
        self._chunks: list[bytes] = []
        self._file: IO[bytes] | None = None

    def __del__(self) -> None:
        # Where nobody heard it to the end: the client has gone, or a limit was passed.
        if self._file is not None:
            self._file.close()

    def append(self, data: bytes) -> None:
        """Append bytes."""
        self.size += len(data)
        if self._file is not None:
            self._file.write(data)
            return
        self._chunks.append(data)
        if self.size > MAX_IN_MEMORY_BYTES:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
            self._file.writelines(self._chunks)
            self._chunks = []

    def iter_chunks(self) -> Iterator[bytes]:
        """The bytes in order; once."""
        yield from self._chunks
        if self._file is None:
            return
        self._file.seek(0)
        while piece := self._file.read(REPLY_CHUNK_BYTES):
            yield piece
        self._file.close()

    def read_all(self) -> bytes:
        """All of it."""
        return b"".join(self.iter_chunks())


class Reply(msgspec.Struct, frozen=True):
    """A whole answer.

    Attributes:
        kind: what it is.
        media_type: what ``body`` is written in.
        body: bytes, or where there are many of them a :class:`SpooledBody` that is read once.
    """

    kind: ReplyKind
    media_type: str
    body: bytes | SpooledBody

    @property
    def size(self) -> int:
        """Bytes of the answer."""
        return len(self.body) if isinstance(self.body, bytes) else self.body.size
