"""Where the second pass finds an episode: in a spill file of the first, or in its own file.

Spill files are in a folder of this machine, or in one that all machines of a cluster share, which
may be a URL of any kind that fsspec knows: ``file://``, ``s3://``, ``sftp://``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EIO
from typing import IO

import msgspec
from msgspec.structs import replace

from kgraph.base.errors import InputError
from kgraph.base.lexicon import LexiconEntry
from kgraph.base.output_target import is_url
from kgraph.ingest import SourceFile, load_bytes, read_file
from kgraph.resolve.corpus import EpisodeObservation, observe_episode
from kgraph.resolve.shows.known_shows import load_show_registry

_decode_observation = msgspec.msgpack.Decoder(EpisodeObservation).decode


class SpillRange(msgspec.Struct, frozen=True, array_like=True):
    """Location of a file's episode: spill file, offset and length in bytes."""

    name: str  #: of the file with the episode
    spill: str
    offset: int
    length: int

    def load(self) -> SpillRange:
        """Return this: all workers see spill files."""
        return self

    def read(self) -> EpisodeObservation:
        """Read the episode, with what was observed in it."""
        return _decode_observation(read_binary(self.spill, self.offset, self.length))


class UnreadSource(msgspec.Struct, frozen=True, array_like=True):
    """A file whose episode is read when it is resolved.

    Its survey was kept, so that this build has not read it, or workers share no files.
    """

    file: SourceFile
    sha256: str
    own_shows: tuple[LexiconEntry, ...] = ()  #: the user's

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.file.name

    def load(self) -> UnreadSource:
        """Return this with the bytes of the file, for workers that do not see it.

        Raises:
            InputError: it cannot be read any more.
        """
        data = load_bytes(self.file)
        if data is None:
            raise InputError(f"{self.file.path}: changed during the build: build again")
        return replace(self, file=replace(self.file, data=data))

    def read(self) -> EpisodeObservation:
        """Read the episode, and observe it again.

        Raises:
            InputError: the file changed since the build began.
        """
        reading = read_file(self.file)
        if reading.episode is None or reading.sha256 != self.sha256:
            raise InputError(f"{self.file.path}: changed during the build: build again")
        return observe_episode(reading.episode, load_show_registry(self.own_shows))


Location = SpillRange | UnreadSource


def name_spill_file(folder: str) -> str:
    """Return the path or URL of a new spill file.

    Each attempt at a shard has a file of its own: a worker that the others believe dead may still
    write to its file while another one, which has done the shard again, is read.
    """
    return f"{folder}/{uuid.uuid4().hex}.spill"


def read_binary(location: str, start: int = 0, length: int = -1) -> bytes:
    """Read bytes of a path, or of a URL of any kind that fsspec knows; all from a start for -1.

    Raises:
        OSError: they cannot be read.
    """
    with _open_binary(location, "rb") as file:
        file.seek(start)
        return file.read(length)


def write_binary(location: str, data: bytes) -> None:
    """Write a file at a path, or at a URL of any kind that fsspec knows.

    Raises:
        OSError: it cannot be written.
    """
    with _open_binary(location, "wb") as file:
        file.write(data)


@contextmanager
def _open_binary(location: str, mode: str) -> Iterator[IO[bytes]]:
    if not is_url(location):
        with open(location, mode) as file:
            yield file
        return
    import fsspec

    try:
        with fsspec.open(location, mode) as file:
            yield file
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__  # fsspec's FSTimeoutError
        raise OSError(error.errno or EIO, reason, location) from error
    except Exception as error:  # each service has errors of its own, as for credentials
        raise OSError(EIO, f"{type(error).__name__}: {error}", location) from error
