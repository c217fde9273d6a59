"""The inputs of a build: files, judgements, and the user's own entries."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kgraph.ingest import FoundFiles, find_files
from kgraph.ingest.exclude import Exclusion
from kgraph.ingest.files import SourcePaths, list_paths
from kgraph.pipeline.report import Report
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgement_table import JudgementTable, build_judgement_table
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.store.origin import (
    BuildOrigin,
    ProjectInputs,
    choose_exclusion,
    choose_judgements,
    make_origin,
)


class BuildInputs(msgspec.Struct, frozen=True):
    """The inputs of a graph, and the store that it goes to."""

    store: Path
    base: str  #: base of the instances' IRIs
    sources: FoundFiles
    judgements: tuple[Judgement, ...]
    judgement_table: JudgementTable
    judgements_path: str  #: "" for none
    origin: BuildOrigin
    own: OwnEntries  #: entries and ids of the user's own
    notes: tuple[str, ...]  #: on the file of judgements, on these, and on what is left out

    def start_report(self) -> Report:
        """Start the report of a build of these inputs."""
        return Report(files=len(self.sources.files), notes=self.notes)

    def locate_problems(self, report: Report) -> None:
        """Give a report the paths of the files that have problems."""
        report.paths = self.sources.find_paths({problem.file for problem in report.problems})

    def locate_judgement_problems(self, report: Report) -> None:
        """Give the problems of a stored report the path of the file of judgements again."""
        report.unapplied = [
            msgspec.structs.replace(problem, file=self.judgements_path)
            for problem in report.unapplied
        ]


def read_inputs(
    paths: SourcePaths,
    store: Path,
    base: str,
    judgements: str | Path | None,
    project: ProjectInputs | None,
    *,
    exclude: Exclusion | None,
) -> BuildInputs:
    """Find the files, and read the judgements; the arguments are those of a build.

    Raises:
        InputError: a path or the file of judgements cannot be used.
        DataError: two judgements contradict each other.
    """
    choice = choose_judgements(store, judgements, project=project)
    path = str(choice.path or "")
    loaded = choice.load()
    own = project.own if project else NO_OWN_ENTRIES
    exclude = choose_exclusion(exclude, project)
    named = list_paths(paths)
    sources = find_files(named, exclude)
    return BuildInputs(
        store=store,
        base=base,
        sources=sources,
        judgements=loaded,
        judgement_table=build_judgement_table(loaded, path),
        judgements_path=path,
        origin=make_origin(named, choice.path, project, exclude, base),
        own=own,
        notes=(*choice.notes, *own.notes, *sources.notes),
    )
