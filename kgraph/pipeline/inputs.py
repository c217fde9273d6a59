"""The inputs of a build, and what its report says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.model import InputProblem
from kgraph.base.text import pluralize
from kgraph.graph import SharedData
from kgraph.graph.judged_ids import report_unapplied_ids
from kgraph.graph.judged_names import describe_names_apart, describe_types_apart
from kgraph.graph.lookup import Lookup
from kgraph.graph.tally import count_entities
from kgraph.ingest import FoundFiles, find_files
from kgraph.ingest.exclude import Exclusion
from kgraph.ingest.files import SourcePaths, list_paths
from kgraph.ingest.reader import report_shared_address
from kgraph.pipeline.passes import SurveyResult
from kgraph.pipeline.report import Report
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgement_table import JudgementTable, build_judgement_table
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.resolve.recordings import Recording
from kgraph.resolve.unapplied import PARTLY_APPLIED, report_unapplied
from kgraph.store.origin import (
    BuildOrigin,
    ProjectInputs,
    choose_exclusion,
    choose_judgements,
    make_origin,
)

#: Files that are read again for the line of an address that episodes share: in a folder whose files
#: all have the address of their show, these are many.
MAX_LOCATED = 100


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

    def report_survey(
        self, report: Report, surveyed: SurveyResult, episodes: Sequence[Recording]
    ) -> None:
        """Report what the first pass found."""
        report.read = len(surveyed.locations)
        report.problems = list_input_problems(surveyed, episodes, self.sources)
        report.digest = surveyed.digest
        report.recordings = len(episodes)
        report.joined = [e.files for e in episodes if len(e.files) > 1]

    def report_shared(self, report: Report, shared: SharedData) -> None:
        """Report what episodes share, and which judgements applied, given the keys of those."""
        totals = count_entities(shared)
        report.entities, report.unlikely = totals.stated, totals.unlikely
        report.unlikely_mentions = sum(len(s.unlikely) for s in shared.summaries.values())
        path = self.judgements_path
        unapplied_names = report_unapplied(self.judgements, report.judged_keys, path)
        unapplied_ids = report_unapplied_ids(self.judgements, shared.entities, path)
        report.unapplied = sorted(
            (*unapplied_names, *unapplied_ids), key=lambda problem: problem.line
        )
        unapplied = sum(p.action != PARTLY_APPLIED for p in report.unapplied)
        report.judgements = len(self.judgements) - unapplied
        if joining := [judgement for judgement in self.judgements if judgement.verb == "same"]:
            lookup = Lookup(shared.entities)
            report.notes += (
                *describe_names_apart(joining, lookup),
                *describe_types_apart(joining, self.judgements, lookup, path),
            )

    def locate_judgement_problems(self, report: Report) -> None:
        """Give the problems of a stored report the path of the file of judgements again."""
        report.unapplied = [
            msgspec.structs.replace(problem, file=self.judgements_path)
            for problem in report.unapplied
        ]

    def check_survey(self, surveyed: SurveyResult) -> None:
        """Raise InputError if no file gave an episode."""
        if not surveyed.locations:
            why = f" ({surveyed.problems[0]})" if surveyed.problems else ""
            raise InputError(
                f"no episode in {pluralize(len(self.sources.files), 'file')}{why}: "
                "name a folder of Markdown files with YAML front matter"
            )


def list_input_problems(
    surveyed: SurveyResult, episodes: Iterable[Recording], sources: FoundFiles
) -> list[InputProblem]:
    """Return the problems of all files, sorted, with those of addresses that episodes share."""
    contests = [episode.contested for episode in episodes if episode.contested]
    files = {file.name: file for file in sources.files} if contests else {}
    shared = (
        report_shared_address(name, rival, files[name] if number < MAX_LOCATED else None)
        for number, (name, rival) in enumerate(contests)
    )
    return sorted((*surveyed.problems, *shared))


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
