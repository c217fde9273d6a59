"""The last build of a store, as far as the next one can use it: what is compared with its inputs.

Invariant: imports nothing that reads or resolves episodes, so that a build that finds nothing to do
ends soon; :mod:`kgraph.pipeline.kept` decodes the rest.
"""

from __future__ import annotations

from array import array
from pathlib import Path

import msgspec

from kgraph.base.checksums import Checksums, find_untouched
from kgraph.base.errors import StoreError, StoreMissingError
from kgraph.base.model import InputProblem
from kgraph.ingest.files import SourceFile
from kgraph.pipeline.inputs import BuildInputs
from kgraph.pipeline.program_digest import digest_program
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.own_entries import OwnEntries
from kgraph.store import layout
from kgraph.store.segments import ValuePlace

#: Beginnings of the names of segments.
_SEGMENTS = (f"{layout.RECORDS_FILE}-", f"{layout.KEPT_FILE}-")


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


class KeptBuild(msgspec.Struct, frozen=True, array_like=True):
    """Results of a build that the next one can use; what is large is decoded when it is needed.

    Attributes:
        program: :func:`~kgraph.pipeline.program_digest.digest_program`.
        own: the user's own entries.
        judgements: those that the build read, in order.
        source_problems: of finding the files.
        corpus: its tables and recordings (:func:`~kgraph.resolve.corpus.strip_shipped`).
        files: what was found in each file, by name.
        surfaces: what came of each surface: :data:`~kgraph.pipeline.kept.Surfaces`.
        episodes: :class:`~kgraph.pipeline.kept.KeptEpisode` by slug, in order.
        sums: :class:`~kgraph.pipeline.sums.EpisodeSums`.
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


_decode_places = msgspec.msgpack.Decoder(tuple[ValuePlace, ...]).decode


class ReusableBuild(msgspec.Struct, frozen=True):
    """The last build of a store, as far as the next one can use it.

    Attributes:
        kept: what it kept; None if that cannot be used.
        why: why not; "" if it can.
        folder: of the build; empty without one.
    """

    kept: KeptBuild | None = None
    why: str = ""
    folder: Path = Path()


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
    return ReusableBuild(why=why) if why else ReusableBuild(kept, folder=folder)


def _is_checked_as_read(name: str) -> bool:
    """Return whether a file of a build is shared, and checked by those who read it.

    The engine checks each block of its tables; each value of a segment has a checksum; the index
    of words is checked when it is opened.
    """
    return name.startswith(_SEGMENTS) or name.endswith(".sst") or name == layout.SEARCH_FILE


def _find_difference(kept: KeptBuild, inputs: BuildInputs) -> str:
    """Return why what was kept cannot be used; "" if it can."""
    if kept.program != digest_program():
        return "the last build had another version of kgraph or of its lexicon"
    return "" if kept.base == inputs.base else f"the last build had the base {kept.base}"


def find_unchanged(kept: KeptBuild, inputs: BuildInputs) -> set[str]:
    """Return the names of the files whose bytes are the same.

    Files whose state is the same are not read. Those that a change of the user's own shows may
    make another are left out.
    """
    shows = frozenset[int]()
    if kept.own.shows != inputs.own.shows:
        from kgraph.resolve.shows.known_shows import find_registry_changes

        shows = find_registry_changes(kept.own.shows, inputs.own.shows)
    return {
        file.name
        for file in inputs.sources.files
        if (last := kept.files.get(file.name))
        and last.sha256
        and (not shows or shows.isdisjoint(array("Q", last.shows)))
        and ((file.state and file.state == last.state) or last.sha256 == _digest_file(file))
    }


def _digest_file(file: SourceFile) -> str:
    from kgraph.ingest.reader import digest_file

    return digest_file(file)
