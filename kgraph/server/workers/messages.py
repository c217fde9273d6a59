"""Requests to workers and their replies, as plain values."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from typing import IO, Literal

import msgspec

from kgraph.query.formats import ANSWER_FORMATS, AnswerKind
from kgraph.server.negotiation import FORMATS_BY_MEDIA_TYPE, JSON

#: Bytes of a reply that is held in memory; a larger one is spooled to disk. 10,000 rows take 3 MB.
MAX_IN_MEMORY_BYTES = 4 << 20

REPLY_CHUNK_BYTES = 1 << 16  #: bytes of a spooled reply that are sent at once

ReplyKind = AnswerKind | Literal["value"]  #: kind of a query's answer; ``value`` for JSON of a task


class QueryRequest(msgspec.Struct, frozen=True):
    """A query and the accepted media types of its answer."""

    text: str  #: SPARQL 1.1, checked to be read-only
    types: dict[AnswerKind, str]  #: kind of answer -> media type

    @property
    def formats(self) -> dict[AnswerKind, str]:
        """Kind of answer -> the engine's media type of the requested format."""
        return {
            kind: ANSWER_FORMATS[FORMATS_BY_MEDIA_TYPE[kind][media_type]].media_type
            for kind, media_type in self.types.items()
        }

    @property
    def cache_key(self) -> tuple[str, ...]:
        """Text and media types: requests that share them have the same answer."""
        return (self.text, *(f"{kind} {type_}" for kind, type_ in sorted(self.types.items())))


class SpooledBody:
    """Body of a reply, in memory while it is small, else in a temporary file; read once.

    In memory it is a list of chunks: `tempfile.SpooledTemporaryFile` takes 2 ms more for 2 MB.
    """

    def __init__(self) -> None:
        self.size = 0
        self._chunks: list[bytes] = []
        self._file: IO[bytes] | None = None

    def __del__(self) -> None:  # never read to its end: the client left, or a limit was passed
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
        """Yield the bytes in order, and remove the file."""
        yield from self._chunks
        if self._file is not None:
            self._file.seek(0)
            yield from iter(partial(self._file.read, REPLY_CHUNK_BYTES), b"")
            self._file.close()

    def read_all(self) -> bytes:
        """Return the bytes, and remove the file."""
        return b"".join(self.iter_chunks())


class Reply(msgspec.Struct, frozen=True):
    """A complete reply."""

    kind: ReplyKind
    media_type: str
    body: bytes | SpooledBody  #: a :class:`SpooledBody` can be read only once

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return len(self.body) if isinstance(self.body, bytes) else self.body.size

    def read_all(self) -> bytes:
        """Return the whole body as bytes."""
        return self.body if isinstance(self.body, bytes) else self.body.read_all()


def json_reply(value: object) -> Reply:
    """Return the reply of a task: a value in JSON."""
    return Reply("value", JSON, msgspec.json.encode(value))
