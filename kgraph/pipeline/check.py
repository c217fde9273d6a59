"""Check a folder of episodes without building a store.

Takes paths, gives findings. First come the problems met in reading. Then the graph of the readable
episodes is made as in a build, and its violations of ``ontology/shapes.ttl`` follow.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kgraph.base.errors import name_full_disk
from kgraph.base.files import ScratchFolder
from kgraph.base.model import InputProblem
from kgraph.base.progress import Progress, ignore_progress
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph import EpisodeSummary
from kgraph.graph.tally import Tally
from kgraph.ingest import FoundFiles, find_files
from kgraph.ingest.exclude import Exclusion
from kgraph.ingest.files import SourcePaths
from kgraph.ingest.problems import locate_problem
from kgraph.pipeline.executor import map_ordered, open_process_pool
from kgraph.pipeline.input_report import list_input_problems
from kgraph.pipeline.passes import (
    ResolveTask,
    build_shared,
    conclude_survey,
    count_shards,
    locate_episodes,
    make_resolve_tasks,
    resolve_shard,
    survey_files,
)
from kgraph.pipeline.survey_spool import SurveySpool
from kgraph.pipeline.tables import share_tables
from kgraph.pipeline.value_spool import ValueSpool
from kgraph.rdf import Turtle, describe_dataset, describe_shared
from kgraph.rdf.shacl import Violation, find_violations, load_shapes
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.own_entries import NO_OWN_ENTRIES
from kgraph.store.origin import (
    LAST_JUDGEMENTS,
    ProjectInputs,
    choose_exclusion,
    choose_judgements,
)

CheckFinding = InputProblem | Violation  #: prints itself on one line


def check(
    paths: SourcePaths,
    *,
    judgements: str | Path | None = LAST_JUDGEMENTS,
    project: ProjectInputs | None = None,
    exclude: Exclusion | None = None,
    workers: int | None = None,
    progress: Progress = ignore_progress,
    notify: Callable[[str], None] | None = None,
    with_paths: bool = False,
) -> list[CheckFinding]:
    """Check the episodes at ``paths`` and the graph they make.

    Args:
        paths: files, folders, glob patterns, or ``-`` for standard input; several, or one.
        judgements: file of judgements that people made; by default that of the project, else
            ``data/judgements.yaml`` if there is one; None for none.
        project: whose judgements are the default, and whose own lexicon and ids go over the
            shipped ones.
        exclude: what is left out of the paths; by default what the project leaves out.
        workers: number of processes; by default one for each core.
        progress: called after each step.
        notify: called with each remark on what is left out.
        with_paths: name files by paths to open from the current folder, not relative to ``paths``.

    Returns:
        Problems and remarks by file and line, then violations in the order of the graph; empty
        when all is well.

    Raises:
        InputError: a path or the file of judgements cannot be used.
        DataError: lexicon, ontology or judgements are wrong.
    """
    load_shapes()  # before the workers start: a wrong file is reported once, and early
    choice = choose_judgements(None, judgements, project=project)
    own = project.own if project else NO_OWN_ENTRIES
    judgement_table = build_judgement_table(choice.load(), str(choice.path or ""))
    sources = find_files(paths, choose_exclusion(exclude, project))
    if notify:
        for note in sources.notes:
            notify(note)
    with (
        open_process_pool(workers, count_shards(len(sources.files))) as pool,
        ScratchFolder() as work,
        name_full_disk(work),
        SurveySpool(work / "surveys") as spool,
        ValueSpool(work / "summaries", EpisodeSummary) as summaries,
    ):
        surveyed = survey_files(sources, work, pool, progress, own, spool=spool)
        if not surveyed.locations:
            return [*_name_files(surveyed.problems, sources, with_paths)]
        progress("comparing names", 0, 0)
        tables, (episodes, _) = conclude_survey(
            surveyed, judgement_table, own, work=work, pool=pool
        )
        problems = list_input_problems(surveyed, episodes, sources)
        findings: list[CheckFinding] = [*_name_files(problems, sources, with_paths)]
        located = locate_episodes(episodes, surveyed)
        tasks = make_resolve_tasks(located, share_tables(tables, work, pool), BASE_IRI)
        tally = Tally(summaries=summaries)
        done = 0
        for count, shard_tally, violations in map_ordered(pool, _check_shard, tasks):
            findings += violations
            tally.add(shard_tally)
            done += count
            progress("checking", done, len(episodes))
        shared = build_shared(tally, surveyed.digest, tables)
        blocks = [*describe_dataset(shared.digest, len(episodes)), *describe_shared(shared)]
        findings += _find_violations(Turtle(BASE_IRI).serialize(blocks).encode())
        return findings


def _name_files(
    problems: list[InputProblem], sources: FoundFiles, with_paths: bool
) -> list[InputProblem]:
    paths = sources.find_paths({problem.file for problem in problems}) if with_paths else {}
    return [locate_problem(problem, paths) for problem in problems]


def _check_shard(task: ResolveTask) -> tuple[int, Tally, list[Violation]]:
    result = resolve_shard(task)
    return len(result.slugs), result.tally, _find_violations(result.turtle)


def _find_violations(statements: bytes) -> list[Violation]:
    """Find the violations in Turtle that has no prefixes of its own."""
    document = Turtle(BASE_IRI).header().encode() + statements
    try:
        return list(find_violations(document, load_shapes()))
    except SyntaxError as error:
        return [Violation("graph", "", "", "syntax", "", f"is not Turtle: {error}")]
