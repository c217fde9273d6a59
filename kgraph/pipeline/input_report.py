"""Report the inputs of a build: problems of its files, and judgements that were not applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from kgraph.base.errors import InputError
from kgraph.base.model import InputProblem
from kgraph.base.text import pluralize
from kgraph.graph import SharedData
from kgraph.graph.judged_ids import report_unapplied_ids
from kgraph.graph.tally import count_entities
from kgraph.ingest import FoundFiles
from kgraph.ingest.problems import locate_problem, problem_sort_key
from kgraph.ingest.reader import report_shared_address
from kgraph.pipeline.input_changes import find_renamed_files
from kgraph.pipeline.inputs import BuildInputs
from kgraph.pipeline.passes import SurveyResult
from kgraph.pipeline.report import Report
from kgraph.resolve.knowledge import load_shipped_meanings
from kgraph.resolve.recordings import Recording
from kgraph.resolve.unapplied import PARTLY_APPLIED, report_unapplied

#: Files that are read again for the line of an address that episodes share: in a folder whose files
#: all have the address of their show, these are many.
MAX_LOCATED = 100
_ADVICE = "name a folder of Markdown files with YAML front matter"


def report_survey(
    inputs: BuildInputs, report: Report, surveyed: SurveyResult, episodes: Sequence[Recording]
) -> None:
    """Report what the first pass found."""
    report.read = len(surveyed.locations)
    report.problems = list_input_problems(surveyed, episodes, inputs.sources)
    inputs.locate_problems(report)
    added = {name: surveyed.files[name].sha256 for name in report.added}
    report.renamed = find_renamed_files(report.gone, added)
    report.digest = surveyed.digest
    report.recordings = len(episodes)
    report.joined = [e.files for e in episodes if len(e.files) > 1]


def report_shared(inputs: BuildInputs, report: Report, shared: SharedData) -> None:
    """Report what episodes share, and which judgements applied, given the keys of those."""
    totals = count_entities(shared)
    report.entities, report.unlikely = totals.stated, totals.unlikely
    report.unlikely_mentions = sum(len(s.unlikely) for s in shared.summaries.values())
    path = inputs.judgements_path
    unapplied_names = report_unapplied(
        inputs.judgements, report.judged_keys, path, partial(load_shipped_meanings, inputs.own)
    )
    unapplied_ids = report_unapplied_ids(inputs.judgements, shared.entities, path)
    report.unapplied = sorted((*unapplied_names, *unapplied_ids), key=lambda problem: problem.line)
    unapplied = sum(p.action != PARTLY_APPLIED for p in report.unapplied)
    report.judgements = len(inputs.judgements) - unapplied


def check_survey(inputs: BuildInputs, surveyed: SurveyResult) -> None:
    """Raise InputError if no file gave an episode."""
    if not surveyed.locations:
        first = surveyed.problems[:1]
        paths = inputs.sources.find_paths({problem.file for problem in first})
        why = "".join(f": {locate_problem(problem, paths)};" for problem in first)
        count = len(inputs.sources.files)
        nothing = f"no episode in {pluralize(count, 'file')}" if count else "no file to read"
        raise InputError(f"{nothing}{why or ':'} {_ADVICE}")


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
    return sorted((*surveyed.problems, *shared), key=problem_sort_key)
