"""What is wrong with a folder of episodes, without building a graph: :func:`check`.

Takes paths, gives findings: every problem met in reading, then every violation of
``ontology/shapes.ttl`` in the graph that the readable episodes would make. The graph is
resolved and written as in a build, shard by shard, but goes to no store.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

from kgraph.base.model import InputProblem
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph.tally import Tally
from kgraph.ingest import find_files
from kgraph.pipeline.executor import map_ordered, open_process_pool
from kgraph.pipeline.passes import ResolveTask, SurveyResult, resolve_shard
from kgraph.pipeline.stages import (
    Progress,
    build_shared,
    ignore_progress,
    make_resolve_tasks,
    survey_files,
    write_tables,
)
from kgraph.rdf import Turtle, describe_shared
from kgraph.rdf.shacl import Violation, find_violations
from kgraph.rdf.shapes import load_shapes
from kgraph.resolve import judgements_file
from kgraph.resolve.judgements import JudgementTable, build_judgement_table
from kgraph.store.scratch import ScratchFolder

CheckFinding = InputProblem | Violation
"""Something wrong, which prints itself on one line."""


def check(
    paths: Sequence[str | Path],
    *,
    judgements: str | Path | None = judgements_file.JUDGEMENTS_FILE,
    workers: int | None = None,
    progress: Progress = ignore_progress,
) -> list[CheckFinding]:
    """Everything that is wrong with the episodes at ``paths`` and the graph they make.

    Args:
        paths: files, folders, glob patterns, or ``-`` for standard input.
        judgements: file of judgements that people made; by default ``data/judgements.yaml`` if
            there is one; None for none.
        workers: how many processes; by default one for each core.
        progress: told how far it is.

    Returns:
        Problems by file and line, then violations in the order of the graph; empty when
        all is well.

    Raises:
        InputError: a path or the file of judgements cannot be used.
        DataError: lexicon, ontology or judgements hold something wrong.
    """
    load_shapes()  # before the workers start: a wrong file is said once, and early
    judged = build_judgement_table(
        judgements_file.load_optional_judgements(judgements), str(judgements or "")
    )
    with (
        open_process_pool(workers) as pool,
        ScratchFolder() as work,
    ):
        surveyed = survey_files(find_files(paths), work, pool, progress)
        found: list[CheckFinding] = [*surveyed.problems]
        if surveyed.spills:
            found += _check_graph(surveyed, work, pool, judged, progress)
        return found


def _check_graph(
    surveyed: SurveyResult,
    work: Path,
    pool: Executor | None,
    judged: JudgementTable,
    progress: Progress,
) -> list[Violation]:
    progress("comparing names", 0, 0)
    tables, recordings = write_tables(surveyed, work, judged)
    found: list[Violation] = []
    tally = Tally()
    done = 0
    for slugs, part, wrong in map_ordered(
        pool, _check_shard, make_resolve_tasks(recordings, surveyed, work, BASE_IRI)
    ):
        found += wrong
        tally.add(part)
        done += slugs
        progress("checking", done, len(recordings))
    shared = describe_shared(build_shared(tally, surveyed, tables))
    return found + _find_violations(Turtle(BASE_IRI).serialize(shared).encode())


def _check_shard(task: ResolveTask) -> tuple[int, Tally, list[Violation]]:
    """How many recordings the shard holds, their tally, and what violates its shape."""
    part = resolve_shard(task)
    return len(part.slugs), part.tally, _find_violations(part.turtle)


def _find_violations(paragraphs: bytes) -> list[Violation]:
    document = Turtle(BASE_IRI).header().encode() + paragraphs
    try:
        return list(find_violations(document, load_shapes()))
    except SyntaxError as error:
        return [Violation("graph", "", "", "syntax", "", f"is not Turtle: {error}")]
