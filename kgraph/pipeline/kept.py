"""Results of a build that the next one can use.

Surveys of files are kept by the digest of their bytes. Of each episode the keys are kept that its
decisions looked up in the tables of the corpus: :mod:`kgraph.pipeline.stale` finds by them which
episodes have to be redone.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from kgraph.base.checksums import Checksums
from kgraph.base.errors import StoreOutdatedError
from kgraph.base.model import InputProblem
from kgraph.graph.tally import Tally
from kgraph.pipeline.last_build import KeptBuild, KeptFile
from kgraph.pipeline.passes import EpisodeOutcome, FileSurvey
from kgraph.pipeline.program_digest import digest_program
from kgraph.pipeline.sums import EpisodeSums
from kgraph.resolve.corpus import ConcludedCorpus, CorpusTables, SurfaceOutcome
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.own_entries import OwnEntries
from kgraph.resolve.surveys import LIST_NUMBERS
from kgraph.store import layout
from kgraph.store.segments import SegmentReader, ValuePlace

Surfaces = dict[str, SurfaceOutcome]  #: by surface


class KeptEpisode(msgspec.Struct, frozen=True, array_like=True):
    """The outcome of an episode (:class:`~kgraph.pipeline.passes.EpisodeOutcome`).

    Its values are in one segment.
    """

    show_confidence: float  #: 0 without a show
    lookups: ValuePlace
    tally: ValuePlace
    outcome: ValuePlace  #: all but these

    @property
    def places(self) -> tuple[ValuePlace, ...]:
        return self.lookups, self.tally, self.outcome


class KeptSurvey:
    """The survey of a file, each list encoded, and read when it is needed."""

    __slots__ = ("_file", "_name", "_reader")

    def __init__(self, reader: SegmentReader, name: str, file: KeptFile) -> None:
        self._reader = reader
        self._name = name
        self._file = file

    def read_list(self, name: str) -> bytes:
        place = self._file.list_places()[LIST_NUMBERS[name]]
        return self._reader.read_one(self._name, place)


class KeptResults:
    """The results that a build kept, in its folder.

    Raises:
        StoreDamagedError: from any attribute or method: what it reads is damaged.
    """

    def __init__(self, folder: Path, build: KeptBuild) -> None:
        self.folder = folder
        self.build = build
        self._reader = SegmentReader(folder, layout.KEPT_FILE)

    @cached_property
    def corpus(self) -> ConcludedCorpus:
        return msgspec.msgpack.decode(self.build.corpus, type=ConcludedCorpus)

    @cached_property
    def surfaces(self) -> Surfaces:
        return msgspec.msgpack.decode(self.build.surfaces, type=Surfaces)

    @cached_property
    def episodes(self) -> dict[str, KeptEpisode]:
        return msgspec.msgpack.decode(self.build.episodes, type=dict[str, KeptEpisode])

    def decode_sums(self) -> EpisodeSums:
        """Return sums that may be changed."""
        return msgspec.msgpack.decode(self.build.sums, type=EpisodeSums)

    def get_survey(self, name: str) -> FileSurvey:
        """Return what was found in a file."""
        file = self.build.files[name]
        survey = KeptSurvey(self._reader, name, file) if file.segment else None
        problems = () if file.problems == _NO_PROBLEMS else _decode_problems(file.problems)
        return FileSurvey(file.sha256, survey, problems, file.shows)

    def find_lookups(self, keys: Set[int]) -> Iterator[tuple[str, list[int]]]:
        """Find the episodes that looked up one of some keys.

        Args:
            keys: their numbers (:func:`~kgraph.resolve.lookups.number_key`).

        Yields:
            The slug of each episode, with the keys that it looked up, sorted.
        """
        reader = SegmentReader(self.folder, layout.KEPT_FILE)  # of this thread
        wanted = np.array(sorted(keys), np.uint64)
        for slug, episode in self.episodes.items():
            numbers = np.frombuffer(reader.read_one(slug, episode.lookups), np.uint64)
            looked_up = _intersect(wanted, numbers)
            if looked_up.size:
                yield slug, looked_up.tolist()

    def read_tally(self, slug: str) -> Tally:
        return _decode_tally(self._reader.read_one(slug, self.episodes[slug].tally))

    def read_outcome(self, slug: str) -> EpisodeOutcome:
        """Read what came of an episode, without its tally."""
        episode = self.episodes[slug]
        data = self._reader.read_one(slug, episode.outcome)
        lookups = self._reader.read_one(slug, episode.lookups)
        return msgspec.structs.replace(_decode_outcome(data), lookups=lookups)


def _intersect(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return what two sorted arrays of distinct numbers share; one may be much longer."""
    few, many = (left, right) if left.size < right.size else (right, left)
    if not few.size:
        return few
    places = np.searchsorted(many, few)
    shared: NDArray[np.uint64] = few[many.take(places, mode="clip") == few]
    return shared


_decode_outcome = msgspec.msgpack.Decoder(EpisodeOutcome).decode
_decode_tally = msgspec.msgpack.Decoder(Tally).decode
_decode_problems = msgspec.msgpack.Decoder(tuple[InputProblem, ...]).decode

_NO_PROBLEMS = msgspec.Raw(msgspec.msgpack.encode(()))


class EncodedCorpus(NamedTuple):
    """A :class:`~kgraph.resolve.corpus.ConcludedCorpus` of which only the tables are decoded."""

    tables: CorpusTables
    files: msgspec.Raw


class DecisionTables(msgspec.Struct, frozen=True, array_like=True):
    """A :class:`KeptBuild` of which only what its decisions depend on is decoded."""

    program: str
    own: OwnEntries
    base: str
    judgements: tuple[Judgement, ...]
    source_problems: msgspec.Raw
    corpus: EncodedCorpus


_Kept = TypeVar("_Kept", KeptBuild, DecisionTables)


def read_reusable_results(build: Path) -> KeptResults:
    """Read what a build of this program kept, for work that goes on with it.

    Raises:
        StoreError: it cannot be read, or another version of kgraph or of its lexicon wrote it.
    """
    kept = _read_kept(build, KeptBuild)
    if kept.program != digest_program():
        raise _outdated_error(build)
    return KeptResults(build, kept)


def read_decision_tables(build: Path) -> DecisionTables:
    """Read the tables that the decisions of a build looked up, and the judgements that it read.

    They explain that build, so another version may have made it, if its tables have this layout.

    Args:
        build: folder of the build.

    Raises:
        StoreError: they are missing or damaged, or have another layout.
    """
    return _read_kept(build, DecisionTables)


def _read_kept(build: Path, type_: type[_Kept]) -> _Kept:
    """Read what a build kept, of it what a type has; StoreError if it has another layout."""
    data = Checksums(build).read_file(layout.KEPT_FILE)
    try:
        return msgspec.msgpack.decode(data, type=type_)
    except msgspec.MsgspecError as error:  # as it was written, by its checksum
        raise _outdated_error(build) from error


def _outdated_error(build: Path) -> StoreOutdatedError:
    return StoreOutdatedError(
        f"{build}: another version of kgraph or of its lexicon built it: build again"
    )
