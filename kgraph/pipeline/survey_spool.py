"""Surveys of files on disk: written one after another, and read where they are needed.

Of a survey 6 KB are on disk, and 100 bytes in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from kgraph.pipeline.spool_file import SpoolFile
from kgraph.resolve.surveys import LIST_NUMBERS, EncodedSurvey, SurveyLists

READ_BUFFER_BYTES = 1 << 18  #: of surveys that are read one after another

_decode_survey = msgspec.msgpack.Decoder(EncodedSurvey).decode


class SpooledSurvey:
    """A survey in a spool, read at each access."""

    __slots__ = ("length", "spool", "start")

    def __init__(self, spool: SurveySpool, start: int, length: int) -> None:
        self.spool = spool
        self.start = start  #: in bytes
        self.length = length

    def load(self) -> EncodedSurvey:
        """Read the survey."""
        return self.spool.read(self.start, self.length)

    @property
    def place(self) -> tuple[str, int, int]:
        """Its place for :class:`SpoolRange`."""
        return str(self.spool.path), self.start, self.length

    def read_list(self, name: str) -> bytes:
        return self.load().read_list(name)


class SurveySpool(AbstractContextManager["SurveySpool"]):
    """A file of surveys.

    Args:
        path: of the file; one that is there is replaced.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = SpoolFile(path, READ_BUFFER_BYTES)

    def add(self, survey: SurveyLists) -> SpooledSurvey:
        """Write a survey, and return it as it can be read again."""
        encoded = EncodedSurvey(tuple(map(survey.read_list, LIST_NUMBERS)))
        return SpooledSurvey(self, *self._file.add(msgspec.msgpack.encode(encoded)))

    def read(self, start: int, length: int) -> EncodedSurvey:
        """Read the survey at a place."""
        return _decode_survey(self._file.read(start, length))

    def flush(self) -> None:
        """Let other processes read what was written."""
        self._file.flush()

    def __exit__(self, *exception: object) -> None:
        self._file.__exit__(*exception)


class SpoolRange(NamedTuple):
    """Some surveys, for another process to read."""

    places: Sequence[tuple[str, int, int]]  #: path of the spool, start and length in bytes of each

    def read(self) -> Iterator[EncodedSurvey]:
        """Yield the surveys in order."""
        with ExitStack() as stack:
            files: dict[str, BinaryIO] = {}
            for path, start, length in self.places:
                if path not in files:
                    files[path] = stack.enter_context(open(path, "rb", READ_BUFFER_BYTES))
                files[path].seek(start)
                yield _decode_survey(files[path].read(length))
