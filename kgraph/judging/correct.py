"""Correct a graph: write or remove judgements, and build the graph with them.

The command line, the library and the server call :func:`write_judgements` and
:func:`undo_judgements`; :mod:`kgraph.judging.judgement_preview` tells the effect beforehand.

Invariants:
    * a judgement that contradicts another one, by its names or by what these mean in the graph, is
      refused before anything is written;
    * several judgements are written together or not at all, and none is lost when two processes
      write at once;
    * a judgement that was written stays written if the build fails, and the error says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from kgraph.base.errors import KgraphError, StoreDamagedError, StoreError
from kgraph.base.model import InputProblem
from kgraph.base.progress import Progress, ignore_progress
from kgraph.base.text import pluralize
from kgraph.graph.diff import Changes
from kgraph.judging.meant_names import resolve_names
from kgraph.pipeline import Report
from kgraph.pipeline.kept import read_decision_tables
from kgraph.project import ProjectSettings
from kgraph.project.rebuild import BUSY_TIMEOUT_S, load_origin_project, rebuild_store
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgements_file import append_judgements, remove_judgements
from kgraph.store import Store, layout
from kgraph.store.origin import LAST_JUDGEMENTS, JudgementsChoice, choose_judgements


class Correction(msgspec.Struct, frozen=True):
    """Judgements that were written or removed, and what became of the graph.

    Attributes:
        file: of judgements.
        written: the new judgements, with their lines; none of a removal.
        present: those that the file had already, with their lines.
        removed: the judgements that were removed, with the lines that they had.
        notes: on the choice of the file.
        report: of the build; None if none was asked for.
        changes: of the graph against the one before; None if none was built.
    """

    file: str
    written: tuple[Judgement, ...] = ()
    present: tuple[Judgement, ...] = ()
    removed: tuple[Judgement, ...] = ()
    notes: tuple[str, ...] = ()
    report: Report | None = None
    changes: Changes | None = None


class AppliedJudgements(msgspec.Struct, frozen=True):
    """The judgements that a build read, without their lines."""

    read: frozenset[Judgement] = frozenset()
    unapplied: dict[Judgement, InputProblem] = {}  #: those not applied in full, with their faults

    def describe(self, judgement: Judgement) -> str:
        """Return what the build made of a judgement, on whatever line it is by now."""
        judgement = judgement.without_line()
        if judgement not in self.read:
            return "not built yet"
        if (problem := self.unapplied.get(judgement)) is None:
            return "applied"
        return f"{problem.action}: {problem.message.removeprefix(f'{judgement}: ')}"


def choose_judgement_file(
    store: str | Path,
    judgements: str | Path = LAST_JUDGEMENTS,
    project: ProjectSettings | None = None,
) -> JudgementsChoice:
    """Choose the file that a judgement is written to, its ``output``.

    Args:
        store: folder of the store.
        judgements: the file that the user named; by default that of the project or of the last
            build.
        project: the project, if one was opened; by default the one that the store was built from,
            as :func:`~kgraph.project.rebuild.rebuild_store` has it.

    Raises:
        DataError: the project file is wrong.
    """
    if project is None and judgements == LAST_JUDGEMENTS:
        with suppress(StoreDamagedError):  # a note tells it
            project = load_origin_project(store)
    inputs = project.make_inputs() if project else None
    return choose_judgements(store, judgements, write=True, project=inputs)


def write_judgements(
    store: str | Path,
    judgements: Sequence[Judgement],
    *,
    file: str | Path = LAST_JUDGEMENTS,
    project: ProjectSettings | None = None,
    as_given: bool = False,
    build: bool = True,
    progress: Progress = ignore_progress,
) -> Correction:
    """Write judgements into their file, and build the graph with them.

    The first name of ``same`` is written as the entity that it means in the graph, if there is one.

    Args:
        store: folder of the store.
        judgements: signed (:func:`~kgraph.judging.signature.sign_judgement`), all of which are
            written or none.
        file: of judgements; by default that of the project or of the store's last build.
        project: the project, if one was opened.
        as_given: write names as they are, such as those of a removed judgement.
        build: whether to build: only what the judgements change is done again.
        progress: of the build.

    Raises:
        InputError: one is not valid.
        DataError: one contradicts another one, or the file cannot be written.
        InputError, DataError, StoreError: the build is not possible; the judgements are written.
    """
    choice = choose_judgement_file(store, file, project)

    def resolve(added: Sequence[Judgement], earlier: Sequence[Judgement]) -> Sequence[Judgement]:
        with suppress(StoreError):  # without a graph the names stay as they are
            return resolve_names(
                Store(store), added, earlier, str(choice.output), as_given=as_given
            )
        return added

    written, present = append_judgements(choice.output, judgements, resolve)
    correction = Correction(
        str(choice.output), written=written, present=present, notes=choice.notes
    )
    return apply_correction(store, correction, project, progress) if build else correction


def undo_judgements(
    store: str | Path,
    lines: Sequence[int] = (0,),
    *,
    expected: Sequence[Judgement] = (),
    file: str | Path = LAST_JUDGEMENTS,
    project: ProjectSettings | None = None,
    build: bool = True,
    progress: Progress = ignore_progress,
) -> Correction:
    """Remove judgements from their file, all or none, and build the graph without them.

    :func:`write_judgements` brings them back: a removed judgement keeps its signature.

    Args:
        lines: on which the judgements begin, from 1; 0 for the last one.
        expected: what the user saw on each line, if other judgements must not be removed.
        store, file, project, build, progress: as of :func:`write_judgements`.

    Raises:
        InputError: the named file does not exist, there is no judgement, none begins on a line, or
            it is another one.
        DataError: the file cannot be written, or a judgement shares its lines with others.
        InputError, DataError, StoreError: the build is not possible; the judgements are removed.
    """
    choice = choose_judgement_file(store, file, project)
    choice.check()
    removed = remove_judgements(choice.output, lines, expected)
    correction = Correction(str(choice.output), removed=removed, notes=choice.notes)
    return apply_correction(store, correction, project, progress) if build else correction


def rebuild_graph(
    store: str | Path,
    *,
    judgements: str | Path = LAST_JUDGEMENTS,
    project: ProjectSettings | None = None,
    progress: Progress = ignore_progress,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
) -> tuple[Report, Changes]:
    """Build a store again, and return what was done, and what changed in the graph.

    Arguments and errors are those of :func:`kgraph.project.rebuild.rebuild_store`.
    """
    report = rebuild_store(
        store,
        judgements=judgements,
        project=project,
        progress=progress,
        busy_timeout_s=busy_timeout_s,
    )
    return report, Changes() if report.is_unchanged else Store(store).changes


def apply_correction(
    store: str | Path,
    correction: Correction,
    project: ProjectSettings | None = None,
    progress: Progress = ignore_progress,
) -> Correction:
    """Build the graph with the file that a correction wrote to, and return it with the outcome.

    Raises:
        InputError, DataError, StoreError: the build is not possible; the file stays as it is.
    """
    try:
        report, changes = rebuild_graph(
            store, judgements=correction.file, project=project, progress=progress
        )
    except KgraphError as error:
        raise type(error)(f"{describe_correction(correction)}, but not built: {error}") from error
    except KeyboardInterrupt as error:
        words = f"{describe_correction(correction)}, but not built: the last graph stays"
        raise KeyboardInterrupt(words) from error
    return msgspec.structs.replace(correction, report=report, changes=changes)


def match_unapplied(
    judgements: Iterable[Judgement], unapplied: Iterable[InputProblem]
) -> AppliedJudgements:
    """Return what a build made of judgements, given what it reports of them.

    What it reports of a line where none of them begins is left out.
    """
    by_line = {judgement.line: judgement.without_line() for judgement in judgements}
    return AppliedJudgements(
        frozenset(by_line.values()),
        {by_line[problem.line]: problem for problem in unapplied if problem.line in by_line},
    )


def read_applied_judgements(store: Store) -> AppliedJudgements:
    """Return what the last build made of the judgements that it read.

    Raises:
        StoreError: what the build kept is missing or damaged, or has another layout.
    """
    judgements = read_decision_tables(store.build).judgements
    decoder = msgspec.json.Decoder(Report)
    report = layout.decode_file(store.build, layout.REPORT_FILE, store.report, decoder)
    return match_unapplied(judgements, report.unapplied)


def describe_correction(correction: Correction) -> str:
    """Return what was written or removed, as a phrase that begins with the file."""
    judgements = correction.written or correction.removed or correction.present
    line = f":{judgements[0].line}" if judgements else ""
    what = str(judgements[0]) if len(judgements) == 1 else pluralize(len(judgements), "judgement")
    if judgements and judgements is correction.present:
        return f"{correction.file}{line}: has {what} already"
    return f"{correction.file}{line}: {'removed' if correction.removed else 'wrote'} {what}"
