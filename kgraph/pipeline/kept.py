"""Results of a build that the next one can use, and the episodes that it has to redo.

Surveys of files are kept by the digest of their bytes. Of each episode the keys are kept that its
decisions looked up in the tables of the corpus: it is redone when a file of it changed, when its
show is another, or when a key has another value.

Invariant: what is kept is used only by the same program with the same lexicon, model and ontology,
for the same base; otherwise everything is done again.
"""

from __future__ import annotations

import hashlib
import platform
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import msgspec

from kgraph.base.checksums import Checksums, find_untouched
from kgraph.base.errors import StoreError, StoreMissingError, StoreOutdatedError
from kgraph.base.model import LAYOUT_VERSION, InputProblem
from kgraph.base.vocabulary import list_data_files
from kgraph.graph.assemble import make_show_edge
from kgraph.ingest import FoundFiles, digest_file
from kgraph.pipeline.inputs import BuildInputs
from kgraph.pipeline.passes import EpisodeOutcome, FileSurvey, SurveyResult
from kgraph.resolve.corpus import (
    SURFACE_TABLE,
    ChangedKey,
    ConcludedCorpus,
    CorpusSurvey,
    CorpusTables,
    SurfaceOutcome,
    find_table_changes,
    strip_shipped,
)
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE
from kgraph.resolve.lookups import number_key
from kgraph.resolve.recordings import Recording
from kgraph.store import layout

MAX_REASONS = 5  #: of an episode that is redone; more say little

_PROGRAM_PACKAGES = ("base", "graph", "ingest", "pipeline", "rdf", "resolve", "search", "store")
#: Packages whose versions change what a build makes of a file; the second is optional.
_LIBRARIES = (
    *("PyYAML", "yaml-rs", "python-frontmatter", "ftfy", "rapidfuzz", "msgspec", "pyoxigraph"),
)


OutcomeT = TypeVar("OutcomeT")

Surfaces = dict[str, SurfaceOutcome]  #: by surface

_decode_surfaces = msgspec.msgpack.Decoder(Surfaces).decode


class KeptBuild(msgspec.Struct, Generic[OutcomeT], frozen=True, array_like=True):
    """Results of a build that the next one can use.

    Attributes:
        program: :func:`digest_program`.
        own: digest of the user's own entries.
        judgements: those that the build read, in order.
        source_problems: of finding the files.
        corpus: its tables and recordings (:func:`~kgraph.resolve.corpus.strip_shipped`).
        files: what was found in each file, by name.
        surfaces: what came of each surface, encoded: :data:`Surfaces`.
        episodes: by slug; while it is written, encoded already.
    """

    program: str
    own: str
    base: str
    judgements: tuple[Judgement, ...]
    source_problems: tuple[InputProblem, ...]
    corpus: ConcludedCorpus
    files: dict[str, FileSurvey]
    surfaces: bytes
    episodes: dict[str, OutcomeT]

    def read_surfaces(self) -> Surfaces:
        """Decode what came of each surface."""
        return _decode_surfaces(self.surfaces)


class EncodedCorpus(NamedTuple):
    """A :class:`~kgraph.resolve.corpus.ConcludedCorpus` of which only the tables are decoded."""

    tables: CorpusTables
    recordings: msgspec.Raw


class KeptTables(msgspec.Struct, frozen=True, array_like=True):
    """A :class:`KeptBuild` of which only what its decisions depend on is decoded."""

    program: str
    own: str
    base: str
    judgements: tuple[Judgement, ...]
    source_problems: msgspec.Raw
    corpus: EncodedCorpus


class LastBuild(msgspec.Struct, frozen=True):
    """The last build of a store, as far as the next one can use it.

    Attributes:
        folder: of the build.
        kept: what it kept; None if that cannot be used.
        why: why not; "" if it can.
    """

    folder: Path | None = None
    kept: KeptBuild[EpisodeOutcome] | None = None
    why: str = ""


def encode_kept(
    inputs: BuildInputs,
    corpus: ConcludedCorpus,
    surveyed: SurveyResult,
    surfaces: bytes,
    episodes: Mapping[str, bytes],
) -> bytes:
    """Encode what a build keeps.

    Args:
        surfaces: what came of each surface, encoded.
        episodes: by slug, each an encoded :class:`~kgraph.pipeline.passes.EpisodeOutcome`.
    """
    kept = KeptBuild(
        digest_program(),
        inputs.own.digest,
        inputs.base,
        inputs.judgements,
        inputs.sources.problems,
        strip_shipped(corpus),
        surveyed.files,
        surfaces,
        {slug: msgspec.Raw(outcome) for slug, outcome in episodes.items()},
    )
    return msgspec.msgpack.encode(kept)


def read_kept(build: Path) -> KeptBuild[EpisodeOutcome]:
    """Read what a build kept.

    Raises:
        StoreError: it cannot be read, or another version of kgraph or of its lexicon wrote it.
    """
    data = Checksums(build).read_file(layout.KEPT_FILE)
    try:
        kept = msgspec.msgpack.decode(data, type=KeptBuild[EpisodeOutcome])
    except msgspec.MsgspecError:
        kept = None
    if kept is None or kept.program != digest_program():
        raise _outdated_error(build)
    return kept


def load_last_build(inputs: BuildInputs) -> LastBuild:
    """Load what the last build of the store kept, if a build of these inputs can use it."""
    try:
        folder, warning = layout.find_readable_build(inputs.store)
        if warning:
            return LastBuild(why=warning)
        layout.read_meta(folder)
        checksums = Checksums(folder)
        # All of them: a build mends what is damaged, and what is copied gets new checksums.
        checksums.check_files(unread=set(filter(_is_checked_as_read, find_untouched(folder))))
        data = checksums.read_file(layout.KEPT_FILE)
        kept = msgspec.msgpack.decode(data, type=KeptBuild[EpisodeOutcome])
    except StoreMissingError:
        return LastBuild()
    except msgspec.MsgspecError:
        return LastBuild(why="the last build was made by another version of kgraph")
    except StoreError as error:
        return LastBuild(why=str(error))
    why = _find_difference(kept, inputs)
    return LastBuild(why=why) if why else LastBuild(folder, kept)


def _is_checked_as_read(name: str) -> bool:
    """Return whether a file of a build is checked piece by piece when it is read.

    The engine checks each block of its tables; each record has a checksum.
    """
    return name.startswith(f"{layout.RECORDS_FILE}-") or name.endswith(".sst")


def read_kept_tables(build: Path) -> KeptTables:
    """Read the tables that the decisions of a build looked up, and the judgements that it read.

    Args:
        build: folder of the build.

    Raises:
        StoreError: they are missing or damaged, or another version of kgraph wrote them.
    """
    data = Checksums(build).read_file(layout.KEPT_FILE)
    try:
        return msgspec.msgpack.decode(data, type=KeptTables)
    except msgspec.MsgspecError as error:  # as it was written, by its checksum
        raise _outdated_error(build) from error


def _outdated_error(build: Path) -> StoreOutdatedError:
    return StoreOutdatedError(
        f"{build}: another version of kgraph or of its lexicon built it: build again"
    )


def _find_difference(kept: KeptBuild[EpisodeOutcome], inputs: BuildInputs) -> str:
    """Return why what was kept cannot be used; "" if it can."""
    if kept.program != digest_program():
        return "the last build had another version of kgraph or of its lexicon"
    if kept.own != inputs.own.digest:
        return "the last build had other entries or ids of your own"
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
        digest.update(f"{library} {_find_version(library)}\n".encode())
    for file in sorted(files):
        digest.update(f"{file.parent.name}/{file.name}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _find_version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


def find_unchanged(kept: KeptBuild[EpisodeOutcome], sources: FoundFiles) -> dict[str, FileSurvey]:
    """Return the kept surveys of the files whose bytes are the same, by name."""
    return {
        file.name: survey
        for file in sources.files
        if (survey := kept.files.get(file.name))
        and survey.sha256
        and survey.sha256 == digest_file(file)
    }


def find_unchanged_lists(
    last: Mapping[str, FileSurvey], files: Mapping[str, FileSurvey]
) -> frozenset[str]:
    """Return the names of the lists of a corpus's survey that are the same for all files.

    Args:
        last, files: surveys by name, of the last build and of this one.
    """
    lists = CorpusSurvey.__struct_fields__
    before, after = (
        {name: file.survey for name, file in surveys.items() if file.survey}
        for surveys in (last, files)
    )
    if list(before) != list(after):
        return frozenset()
    pairs = [(before[name], after[name]) for name in after if before[name] is not after[name]]
    return frozenset(
        name for name in lists if all(getattr(a, name) == getattr(b, name) for a, b in pairs)
    )


def find_stale_episodes(
    kept: KeptBuild[EpisodeOutcome],
    recordings: Sequence[Recording],
    surveyed: SurveyResult,
    tables: CorpusTables,
    changed_surfaces: Collection[str],
) -> dict[str, tuple[str, ...]]:
    """Return the slugs of the episodes that must be redone, each with the reasons, in order."""
    old_tables = kept.corpus.tables
    changes = dict(find_table_changes(old_tables, tables))
    same_shows = tables.shows == old_tables.shows
    for surface in changed_surfaces:
        changes[number_key(SURFACE_TABLE, surface)] = ChangedKey("usage of the name", surface)
    stale: dict[str, tuple[str, ...]] = {}
    for recording in recordings:
        outcome = kept.episodes.get(recording.slug)
        if outcome is None:
            stale[recording.slug] = ("it is new",)
            continue
        reasons = [*_compare_files(outcome, recording, surveyed)]
        if not same_shows:
            show = make_show_edge(surveyed.find_show_evidence(recording.files[0]), tables.shows)
            if show != outcome.show:
                reasons.append(f"its show: {_name_show(outcome)} before")
        if changes:
            numbers = array("Q", outcome.lookups)
            keys = dict.fromkeys(changes[n] for n in numbers if n in changes)
            reasons += [f"{key.table}: {key.key}" for key in keys]
        if reasons:
            stale[recording.slug] = tuple(reasons[:MAX_REASONS])
    return stale


def prune_surfaces(surfaces: Surfaces, outcomes: Iterable[EpisodeOutcome]) -> Surfaces:
    """Return the surfaces that an episode has."""
    used: set[int] = set()
    for outcome in outcomes:
        numbers = array("Q", outcome.lookups)
        used.update(numbers[bisect_left(numbers, number_key(SURFACE_TABLE, 0)) :])
    return {s: kept for s, kept in surfaces.items() if number_key(SURFACE_TABLE, s) in used}


def _compare_files(
    outcome: EpisodeOutcome, recording: Recording, surveyed: SurveyResult
) -> Iterator[str]:
    before = dict(outcome.files)
    for name in recording.files:
        if name not in before:
            yield f"{name} is new"
        elif surveyed.files[name].sha256 != before[name]:
            yield f"{name} changed"
    for name in sorted(before.keys() - set(recording.files)):
        yield f"{name} is gone"


def _name_show(outcome: EpisodeOutcome) -> str:
    return f"{outcome.show.label} ({outcome.show.confidence:.2f})" if outcome.show else "unknown"
