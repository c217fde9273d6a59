"""What is wrong with a folder of episodes, without building a graph: :func:`check`.

Takes paths, gives findings: every problem met in reading, then every violation of
``ontology/shapes.ttl`` in the graph that the readable episodes would make. The graph is
resolved and written as in a build, shard by shard, but goes to no store.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

from kgraph.base.model import Problem
from kgraph.base.vocabulary import BASE
from kgraph.graph.tally import Tally
from kgraph.ingest import find
from kgraph.pipeline.executor import ordered, processes
from kgraph.pipeline.passes import ResolveTask, Surveyed, resolve_shard
from kgraph.pipeline.stages import (
    Progress,
    conclude_survey,
    resolve_tasks,
    shared_by,
    silent,
    survey_files,
)
from kgraph.rdf import Turtle, groups_of_shared
from kgraph.rdf.shacl import Violation, violations
from kgraph.rdf.shapes import our_shapes
from kgraph.resolve import judgements_file
from kgraph.resolve.judgements import Rulings, rulings
from kgraph.store.scratch import ScratchFolder

Finding = Problem | Violation
"""Something wrong, which prints itself on one line."""


def check(
    paths: Sequence[str | Path],
    *,
    judgements: str | Path | None = judgements_file.FILE,
    workers: int | None = None,
    progress: Progress = silent,
) -> list[Finding]:
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
    our_shapes()  # before the workers start: a wrong file is said once, and early
    judged = rulings(judgements_file.given(judgements), str(judgements or ""))
    with (
        processes(workers) as pool,
        ScratchFolder() as work,
    ):
        surveyed = survey_files(find(paths), work, pool, progress)
        found: list[Finding] = [*surveyed.problems]
        if surveyed.places:
            found += _violations(surveyed, work, pool, judged, progress)
        return found


def _violations(
    surveyed: Surveyed,
    work: Path,
    pool: Executor | None,
    judged: Rulings,
    progress: Progress,
) -> list[Violation]:
    progress("comparing names", 0, 0)
    tables, recordings = conclude_survey(surveyed, work, judged)
    found: list[Violation] = []
    tally = Tally()
    done = 0
    for slugs, part, wrong in ordered(
        pool, _check_shard, resolve_tasks(recordings, surveyed, work, BASE)
    ):
        found += wrong
        tally.add(part)
        done += slugs
        progress("checking", done, len(recordings))
    shared = groups_of_shared(shared_by(tally, surveyed, tables))
    return found + _wrong(Turtle(BASE).paragraphs(shared).encode())


def _check_shard(task: ResolveTask) -> tuple[int, Tally, list[Violation]]:
    """How many recordings the shard holds, their tally, and what violates its shape."""
    part = resolve_shard(task)
    return len(part.slugs), part.tally, _wrong(part.turtle)


def _wrong(paragraphs: bytes) -> list[Violation]:
    document = Turtle(BASE).header().encode() + paragraphs
    try:
        return list(violations(document, our_shapes()))
    except SyntaxError as error:
        return [Violation("graph", "", "", "syntax", "", f"is not Turtle: {error}")]
