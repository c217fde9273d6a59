"""Results of a build that the next one can use, and which of its files did not change.

Surveys of files are kept by the digest of their bytes. Of each episode the keys are kept that its
decisions looked up in the tables of the corpus: :mod:`kgraph.pipeline.stale` finds by them which
episodes have to be redone.

Invariant: what is kept is used only by the same program with the same lexicon, model and ontology,
for the same base; otherwise everything is done again.
"""

from __future__ import annotations

import hashlib
import platform
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Set
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from kgraph.base.checksums import Checksums, find_untouched
from kgraph.base.errors import StoreError, StoreMissingError, StoreOutdatedError
from kgraph.base.model import LAYOUT_VERSION, InputProblem
from kgraph.base.vocabulary import list_data_files
from kgraph.graph.tally import Tally
from kgraph.ingest import digest_file
from kgraph.pipeline.inputs import BuildInputs
from kgraph.pipeline.passes import EpisodeOutcome, FileSurvey
from kgraph.pipeline.sums import EpisodeSums
from kgraph.resolve.corpus import ConcludedCorpus, CorpusTables, SurfaceOutcome
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE
from kgraph.resolve.own_entries import OwnEntries
from kgraph.resolve.shows.known_shows import find_registry_changes
from kgraph.resolve.surveys import LIST_NUMBERS
from kgraph.store import layout
from kgraph.store.segments import SegmentReader, ValuePlace

#: Beginnings of the names of segments.
_SEGMENTS = (f"{layout.RECORDS_FILE}-", f"{layout.KEPT_FILE}-")

_PROGRAM_PACKAGES = ("base", "graph", "ingest", "pipeline", "rdf", "resolve", "search", "store")
#: Packages whose versions change what a build makes of a file; the second is optional.
_LIBRARIES = (
    "PyYAML",
    "yaml-rs",
    "python-frontmatter",
    "ftfy",
    "rapidfuzz",
    "numpy",
    "msgspec",
    "pyoxigraph",
)


Surfaces = dict[str, SurfaceOutcome]  #: by surface


class KeptFile(msgspec.Struct, frozen=True, array_like=True):
    """The survey of a file (:class:`~kgraph.pipeline.passes.FileSurvey`)."""

    sha256: str  #: of its bytes; "" if they could not be read
    state: tuple[int, ...]  #: in which it had these (:func:`~kgraph.ingest.files.describe_state`)
    segment: int  #: with its survey; 0 if it gave no episode
    lists: msgspec.Raw  #: places of the lists of the survey: a tuple of :class:`ValuePlace`
    problems: msgspec.Raw  #: a tuple of :class:`~kgraph.base.model.InputProblem`
    shows: bytes  #: keys of the known shows that were looked up for it

    def list_places(self) -> tuple[ValuePlace, ...]:
        """Return the places of the lists of the survey; () if it gave no episode."""
        return _decode_places(self.lists)


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


class KeptBuild(msgspec.Struct, frozen=True, array_like=True):
    """Results of a build that the next one can use; what is large is decoded when it is needed.

    Attributes:
        program: :func:`digest_program`.
        own: the user's own entries.
        judgements: those that the build read, in order.
        source_problems: of finding the files.
        corpus: its tables and recordings (:func:`~kgraph.resolve.corpus.strip_shipped`).
        files: what was found in each file, by name.
        surfaces: what came of each surface: :data:`Surfaces`.
        episodes: :class:`KeptEpisode` by slug, in order.
        sums: :class:`EpisodeSums`.
        segment_bytes: size of the values in each segment, by its number.
    """

    program: str
    own: OwnEntries
    base: str
    judgements: tuple[Judgement, ...]
    source_problems: tuple[InputProblem, ...]
    corpus: msgspec.Raw
    files: dict[str, KeptFile]
    surfaces: msgspec.Raw
    episodes: msgspec.Raw
    sums: msgspec.Raw
    segment_bytes: dict[int, int]


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
        for slug, episode in self.episodes.items():
            numbers = array("Q", reader.read_one(slug, episode.lookups))
            if looked_up := _intersect(numbers, keys):
                yield slug, looked_up

    def read_tally(self, slug: str) -> Tally:
        return _decode_tally(self._reader.read_one(slug, self.episodes[slug].tally))

    def read_outcome(self, slug: str) -> EpisodeOutcome:
        """Read what came of an episode, without its tally."""
        episode = self.episodes[slug]
        data = self._reader.read_one(slug, episode.outcome)
        lookups = self._reader.read_one(slug, episode.lookups)
        return msgspec.structs.replace(_decode_outcome(data), lookups=lookups)


def _intersect(numbers: array[int], keys: Set[int]) -> list[int]:
    """Return the keys that are among sorted numbers, which may be thousands."""
    if len(keys) * len(numbers).bit_length() > len(numbers):
        return [] if keys.isdisjoint(numbers) else [n for n in numbers if n in keys]
    indices = {key: bisect_left(numbers, key) for key in sorted(keys)}
    return [key for key, i in indices.items() if i < len(numbers) and numbers[i] == key]


_decode_outcome = msgspec.msgpack.Decoder(EpisodeOutcome).decode
_decode_tally = msgspec.msgpack.Decoder(Tally).decode


_decode_places = msgspec.msgpack.Decoder(tuple[ValuePlace, ...]).decode
_decode_problems = msgspec.msgpack.Decoder(tuple[InputProblem, ...]).decode

_NO_PROBLEMS = msgspec.Raw(msgspec.msgpack.encode(()))


class EncodedCorpus(NamedTuple):
    """A :class:`~kgraph.resolve.corpus.ConcludedCorpus` of which only the tables are decoded."""

    tables: CorpusTables
    recordings: msgspec.Raw


class DecisionTables(msgspec.Struct, frozen=True, array_like=True):
    """A :class:`KeptBuild` of which only what its decisions depend on is decoded."""

    program: str
    own: OwnEntries
    base: str
    judgements: tuple[Judgement, ...]
    source_problems: msgspec.Raw
    corpus: EncodedCorpus


_Kept = TypeVar("_Kept", KeptBuild, DecisionTables)


class ReusableBuild(msgspec.Struct, frozen=True):
    """The last build of a store, as far as the next one can use it.

    Attributes:
        kept: what it kept; None if that cannot be used.
        why: why not; "" if it can.
    """

    kept: KeptResults | None = None
    why: str = ""


def read_reusable_results(build: Path) -> KeptResults:
    """Read what a build of this program kept, for work that goes on with it.

    Raises:
        StoreError: it cannot be read, or another version of kgraph or of its lexicon wrote it.
    """
    kept = _read_kept(build, KeptBuild)
    if kept.program != digest_program():
        raise _outdated_error(build)
    return KeptResults(build, kept)


def find_reusable_build(inputs: BuildInputs) -> ReusableBuild:
    """Find what the last build of the store kept, if a build of these inputs can use it."""
    try:
        folder, warning = layout.find_readable_build(inputs.store)
        if warning:
            return ReusableBuild(why=warning)
        layout.read_meta(folder)
        checksums = Checksums(folder)
        # All of them: a build mends what is damaged, and what is copied gets new checksums.
        unread = set(filter(_is_checked_as_read, find_untouched(folder)))
        checksums.check_files(unread=unread | {layout.KEPT_FILE})  # which is read next
        data = checksums.read_file(layout.KEPT_FILE)
        kept = msgspec.msgpack.decode(data, type=KeptBuild)
    except StoreMissingError:
        return ReusableBuild()
    except msgspec.MsgspecError:
        return ReusableBuild(why="the last build was made by another version of kgraph")
    except StoreError as error:
        return ReusableBuild(why=str(error))
    why = _find_difference(kept, inputs)
    return ReusableBuild(why=why) if why else ReusableBuild(KeptResults(folder, kept))


def _is_checked_as_read(name: str) -> bool:
    """Return whether a file of a build is shared, and checked by those who read it.

    The engine checks each block of its tables; each value of a segment has a checksum; the index
    of words is checked when it is opened.
    """
    return name.startswith(_SEGMENTS) or name.endswith(".sst") or name == layout.SEARCH_FILE


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


def _find_difference(kept: KeptBuild, inputs: BuildInputs) -> str:
    """Return why what was kept cannot be used; "" if it can."""
    if kept.program != digest_program():
        return "the last build had another version of kgraph or of its lexicon"
    return "" if kept.base == inputs.base else f"the last build had the base {kept.base}"


@cache
def digest_program() -> str:
    """Return a digest of all that makes a graph besides its input: code, data and libraries."""
    package = Path(__file__).parents[1]
    files = [file for name in _PROGRAM_PACKAGES for file in (package / name).rglob("*.py")]
    # Judgements are compared one by one.
    files += [file for file in list_data_files() if file.name != JUDGEMENTS_FILE.name]
    digest = hashlib.sha256(f"{LAYOUT_VERSION} {platform.python_version()}".encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {_describe_library(library)}\n".encode())
    for file in sorted(files):
        digest.update(f"{file.parent.name}/{file.name}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _describe_library(library: str) -> str:
    """Return the metadata of an installed library, with its version; "" without it.

    Parsing them for the version alone would take 5 ms.
    """
    try:
        return metadata.distribution(library).read_text("METADATA") or metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


def find_unchanged(kept: KeptResults, inputs: BuildInputs) -> dict[str, FileSurvey]:
    """Return the kept surveys of the files whose bytes are the same, by name.

    Files whose state is the same are not read. Those that a change of the user's own shows may
    make another are left out.
    """
    files = kept.build.files
    shows = find_registry_changes(kept.build.own.shows, inputs.own.shows)
    return {
        file.name: kept.get_survey(file.name)
        for file in inputs.sources.files
        if (last := files.get(file.name))
        and last.sha256
        and (not shows or shows.isdisjoint(array("Q", last.shows)))
        and ((file.state and file.state == last.state) or last.sha256 == digest_file(file))
    }
