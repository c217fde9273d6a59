"""Frame protocol between the server and its worker processes, both halves.

A job is one line of JSON on the worker's standard input. A reply is a sequence of frames on its
standard output, each a letter, the length of its content (four bytes, big-endian) and the content::

    r  the process is ready; sent once, before anything else
    h  head of the reply: JSON, {"kind", "type"}
    d  bytes of the body; any number of frames
    z  end of the reply: JSON, {"spent": whether the process should be replaced}
    e  an error instead of a reply: JSON, {"error", "message"}, and fields of the error

Invariant: imports only the standard library and modules of :mod:`kgraph.base` that do the same,
since a query worker has to start in some 40 ms.
"""

from __future__ import annotations

import io
import json
import struct
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from kgraph.base.processes import exit_with_parent, limit_memory

FRAME_HEADER = struct.Struct("!cI")  #: letter and length

FRAME_CHUNK_BYTES = 1 << 16  #: bytes of a body in one frame: the capacity of a pipe on Linux

FINAL_FRAME_TYPES = (b"r", b"z", b"e")  #: frames after which the server has the next turn


class FrameReader:
    """Incremental parser of frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Add bytes, and yield letter and content of each frame that they complete."""
        buffer, start = self._buffer, 0
        buffer += data
        while len(buffer) - start >= FRAME_HEADER.size:
            letter, length = FRAME_HEADER.unpack_from(buffer, start)
            end = start + FRAME_HEADER.size + length
            if len(buffer) < end:
                break
            yield letter, bytes(buffer[start + FRAME_HEADER.size : end])
            start = end
        del buffer[:start]


class FrameWriter(io.RawIOBase):
    """Output stream that sends each write as a frame of the body."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        send_frame(self._out, b"d", bytes(data))
        return len(data)


def send_frame(out: BinaryIO, letter: bytes, content: bytes) -> None:
    """Write one frame; flush only final ones, so that a short reply wakes the server once."""
    out.write(FRAME_HEADER.pack(letter, len(content)))
    out.write(content)
    if letter in FINAL_FRAME_TYPES:
        out.flush()


def send_json(out: BinaryIO, letter: bytes, **values: object) -> None:
    """Write one frame of JSON."""
    send_frame(out, letter, json.dumps(values).encode())


def send_body(out: BinaryIO, kind: str, media_type: str, data: bytes) -> None:
    """Write head and body of a reply, without the final frame."""
    send_json(out, b"h", kind=kind, type=media_type)
    for start in range(0, len(data), FRAME_CHUNK_BYTES):
        send_frame(out, b"d", data[start : start + FRAME_CHUNK_BYTES])


def start_process() -> tuple[BinaryIO, int, list[str]]:
    """Read the command line of a worker process and apply its limits.

    Returns:
        The output for frames, the memory limit in bytes, and further arguments.
    """
    memory, parent, *arguments = sys.argv[1:]
    out = open(sys.stdout.fileno(), "wb", 2 * FRAME_CHUNK_BYTES, closefd=False)  # noqa: SIM115
    limit_memory(int(memory))
    exit_with_parent(int(parent))
    return out, int(memory), arguments


def serve_jobs(out: BinaryIO, handle: Callable[[bytes, BinaryIO], None]) -> None:
    """Report readiness, and handle each line of standard input until it ends."""
    send_json(out, b"r")
    for line in sys.stdin.buffer:
        handle(line, out)
