"""Build a graph by changing the last one, where few episodes differ.

The database, the records and the index of the last build are taken over, and what differs is
removed and added. A statement belongs to one episode, or to what all share: so the statements of
an episode can go without a look at the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from pathlib import Path

import msgspec

from kgraph.base.progress import Progress
from kgraph.base.text import pluralize
from kgraph.graph import EpisodeGraph, SharedData
from kgraph.graph.shared_update import ChangedEpisodes, can_update_shared, update_shared_data
from kgraph.graph.tally import Tally
from kgraph.pipeline.executor import TaskPool, map_ordered
from kgraph.pipeline.input_report import check_survey, report_survey
from kgraph.pipeline.inputs import BuildInputs
from kgraph.pipeline.kept import KeptResults, Surfaces
from kgraph.pipeline.kept_writer import decode_outcomes, write_kept
from kgraph.pipeline.loader import forward_ids, publish_build
from kgraph.pipeline.passes import (
    SHARD_FILES,
    EpisodeOutcome,
    FileSurvey,
    ResolveResult,
    SurveyResult,
    build_shared,
    conclude_survey,
    locate_episodes,
    make_resolve_tasks,
    resolve_shard,
    survey_files,
)
from kgraph.pipeline.report import Report
from kgraph.pipeline.stale import (
    find_changed_surveys,
    find_gone_episodes,
    find_stale_episodes,
    find_unchanged_lists,
)
from kgraph.pipeline.statement_changes import compare_statements
from kgraph.pipeline.sums import EpisodeSums
from kgraph.pipeline.tables import TablesFile, hold_tables, share_tables
from kgraph.pipeline.workers import WorkerOptions, open_workers
from kgraph.rdf import (
    Turtle,
    describe_dataset,
    describe_episode,
    describe_shared_differences,
)
from kgraph.resolve.corpus import (
    ConcludedCorpus,
    LastCorpus,
    find_surface_changes,
    find_table_changes,
    redo_surfaces,
    restore_shipped,
)
from kgraph.resolve.entry_changes import TableKey, find_entry_changes
from kgraph.resolve.lookups import ChangedKey
from kgraph.resolve.own_entries import OwnEntries
from kgraph.resolve.quotes.advert_rules import load_cue_words
from kgraph.resolve.quotes.theme_words import load_theme_words
from kgraph.resolve.recordings import Recording
from kgraph.resolve.surveys import EncodedSurveys
from kgraph.search.documents import EpisodeDocuments, find_shared_changes
from kgraph.search.writer import IndexWriter
from kgraph.store import BuildWriter, Store, layout
from kgraph.store.previous_build import choose_previous

_decode_episode = msgspec.msgpack.Decoder(EpisodeGraph).decode
_decode_tally = msgspec.msgpack.Decoder(Tally).decode

#: Share of all files or episodes above which everything is loaded again.
MAX_UPDATED_SHARE = 0.2

#: Episodes to redo up to which this process does so alone: workers take half a second to start.
MAX_ALONE = 2 * SHARD_FILES

#: The same where workers are forks. These start in milliseconds, but each fills caches of its own.
MAX_ALONE_FORKED = SHARD_FILES

#: Episodes a shard of workers: so few that all of these end at about the same time.
UPDATED_SHARD_FILES = 4


class Update(msgspec.Struct, frozen=True):
    """The differences to the last build that are known before any episode is resolved."""

    kept: KeptResults  #: of the last build
    surveyed: SurveyResult
    corpus: ConcludedCorpus  #: of this build
    surfaces: Surfaces  #: of the last build, where needed done again
    stale: dict[str, tuple[str, ...]]  #: slugs of the episodes to redo, with the reasons
    gone: dict[str, tuple[str, ...]]  #: slugs of the episodes that this one lacks, with the reasons

    @property
    def episodes(self) -> list[Recording]:
        """All episodes of this build, in order."""
        return self.corpus.recordings

    @property
    def replaced(self) -> list[str]:
        """The slugs of the episodes of the last build that are redone or removed, in order."""
        redone = (slug for slug in self.stale if slug in self.kept.episodes)
        return [*redone, *self.gone]

    @property
    def differing(self) -> dict[str, tuple[str, ...]]:
        """The slugs of the episodes that are redone or removed, with the reasons."""
        return self.stale | self.gone


def describe_excess(changed: int, total: int, noun: str, verb: str) -> str:
    """Return why to load everything again is faster than to change the last graph; "" if it is not.

    >>> describe_excess(3, 10, "file", "differ"), describe_excess(2, 10, "file", "differ")
    ('3 of 10 files differ, more than a fifth', '')
    """
    if changed <= MAX_UPDATED_SHARE * total:
        return ""
    return f"{changed:,} of {pluralize(total, noun)} {verb}, more than a fifth"


def plan_update(
    kept: KeptResults,
    inputs: BuildInputs,
    unchanged: Mapping[str, FileSurvey],
    *,
    work: Path,
    report: Report,
    progress: Progress,
) -> Update:
    """Survey the files that changed, and find the episodes that differ from the last build.

    Args:
        kept: of the last build.
        unchanged: kept surveys of the other files.
        work: folder for the content of changed files.
    """
    with report.time_stage("read"):
        surveyed = survey_files(inputs.sources, work, None, progress, inputs.own, kept=unchanged)
        check_survey(inputs, surveyed)
    with report.time_stage("conclude"):
        progress("comparing names", 0, 0)
        own = inputs.own
        changed = find_changed_surveys(kept, surveyed)
        went, came = (EncodedSurveys(list(surveys.values())) for surveys in changed)
        last = LastCorpus(kept.corpus, find_unchanged_lists(kept, changed), went, came)
        corpus = conclude_survey(surveyed, inputs.judgement_table, own, work=work, last=last)
        old_surfaces = kept.surfaces
        entries = _find_entry_changes(kept, corpus, own)
        surfaces = redo_surfaces(old_surfaces, kept.corpus.tables, corpus.tables, entries)
        changes = dict(find_table_changes(kept.corpus.tables, corpus.tables, entries))
        changes.update(find_surface_changes(old_surfaces, surfaces, entries))
        stale = find_stale_episodes(kept, surveyed, corpus, changes, own)
    gone = find_gone_episodes(kept, corpus)
    return Update(kept, surveyed, corpus, old_surfaces | surfaces, stale, gone)


def _find_entry_changes(
    kept: KeptResults, corpus: ConcludedCorpus, own: OwnEntries
) -> dict[TableKey, ChangedKey]:
    """Return the keys under which the user's own entries give other entries than in the last build.

    Args:
        corpus, own: of this build.
    """
    if kept.build.own == own:
        return {}
    last = restore_shipped(kept.corpus.tables.knowledge, kept.build.own)
    both = (*kept.build.own.lexicon, *own.lexicon)
    return find_entry_changes(last, corpus.tables.knowledge, both)


def load_resolver_data() -> None:
    """Load the shipped data that every episode needs: workers forked later have it."""
    load_cue_words()
    load_theme_words()


@contextmanager
def open_update_pool(
    update: Update, options: WorkerOptions, work: Path
) -> Iterator[tuple[TaskPool | None, TablesFile]]:
    """Open the workers that redo the episodes, and share the tables with them.

    The pool is None where this process is sooner done alone. Workers that are forked have the
    tables in their memory, and nothing is written.

    Args:
        work: folder for what other workers need.
    """
    tables_file = hold_tables(update.corpus.tables, work)
    count, are_forks = len(update.stale), options.are_forks
    if count <= (MAX_ALONE_FORKED if are_forks else MAX_ALONE):
        yield None, tables_file
        return
    if are_forks:
        load_resolver_data()
    with open_workers(options, ceil(count / UPDATED_SHARD_FILES)) as pool:
        if pool is not None and not pool.is_forked:
            tables_file = share_tables(update.corpus.tables, work, pool)
        yield pool, tables_file


def update_graph(
    update: Update,
    inputs: BuildInputs,
    report: Report,
    previous: str | Path | None,
    progress: Progress,
    *,
    pool: TaskPool | None,
    tables_file: TablesFile,
) -> None:
    """Change the last graph into that of the inputs, and make it the one that readers see.

    Args:
        report: is completed.
        previous: of :func:`~kgraph.store.previous_build.choose_previous`.
        pool, tables_file: of :func:`open_update_pool`.
    """
    report_survey(inputs, report, update.surveyed, update.episodes)
    report.redone, report.why_full = update.stale, ""
    with BuildWriter(inputs.store, inputs.base, continued=update.kept.folder) as writer:
        last_store = Store(inputs.store, update.kept.folder.name)
        forwarded_from, note = choose_previous(previous, writer, last_store)
        report.notes += note
        with report.time_stage("resolve"):
            result = _redo_episodes(update, inputs.base, pool, tables_file)
            progress("building", len(result.slugs), len(result.slugs))
        outcomes = decode_outcomes(result.slugs, result.outcomes)
        sums = _sum_episodes(update, outcomes)
        report.rows.add(sums.rows)
        report.judged_keys.update(sums.judged_keys)
        progress("loading", 0, 0)
        with report.time_stage("load"):
            records = dict(zip(result.slugs, result.records, strict=True))
            slugs = [episode.slug for episode in update.episodes]
            writer.continue_records(last_store.record_places, slugs, records)
            shared = _change_shared(
                update,
                last_store.shared,
                outcomes,
                themes=sums.themes,
                digest=report.digest,
                has_other_entries=update.kept.build.own != inputs.own,
            )
            rejected = inputs.judgement_table.rejected
            forward_ids(shared, writer, forwarded_from, rejected, report)
            _change_statements(
                update, last_store, result, shared=shared, writer=writer, report=report
            )
            _change_index(update, last_store, result, shared, writer)
        kept = write_kept(
            writer.folder,
            inputs,
            update.surveyed,
            update.corpus,
            outcomes=outcomes,
            surfaces=update.surfaces | result.surfaces,
            last=update.kept,
            sums=sums,
        )
        publish_build(inputs, writer, report, shared=shared, kept=kept, last=last_store.shared)


def _redo_episodes(
    update: Update, base: str, pool: TaskPool | None, tables_file: TablesFile
) -> ResolveResult:
    """Resolve the episodes to redo: the result is that of one shard, but for sums over these."""
    redo = [episode for episode in update.episodes if episode.slug in update.stale]
    located = locate_episodes(redo, update.surveyed)
    shard_files = UPDATED_SHARD_FILES if pool else SHARD_FILES
    tasks = make_resolve_tasks(located, tables_file, base, pool, shard_files)
    total = ResolveResult()
    turtle = []
    for result in map_ordered(pool, resolve_shard, tasks):
        turtle.append(result.turtle)
        total.slugs += result.slugs
        total.records += result.records
        total.documents += result.documents
        total.outcomes += result.outcomes
        total.surfaces.update(result.surfaces)
    total.turtle = b"".join(turtle)
    return total


def _sum_episodes(update: Update, outcomes: Mapping[str, EpisodeOutcome]) -> EpisodeSums:
    """Return the sums over all episodes, given what came of those that were redone."""
    sums = update.kept.decode_sums()
    for slug in update.replaced:
        sums.remove(update.kept.read_outcome(slug))
    for outcome in outcomes.values():
        sums.add(outcome)
    return sums


def _change_shared(
    update: Update,
    last: SharedData,
    outcomes: Mapping[str, EpisodeOutcome],
    *,
    themes: Collection[str],
    digest: str,
    has_other_entries: bool,
) -> SharedData:
    """Return what the episodes share.

    Args:
        outcomes: of the episodes that were redone.
        themes: ids of the themes of all episodes.
        digest: of the input.
        has_other_entries: whether the user's own entries are others than in the last build.
    """
    kept, tables = update.kept, update.corpus.tables

    def read_tally(slug: str) -> Tally:
        return _decode_tally(outcomes[slug].tally) if slug in outcomes else kept.read_tally(slug)

    slugs = [episode.slug for episode in update.episodes]
    if not can_update_shared(kept.corpus.tables.knowledge, tables.knowledge):
        total = Tally()
        for slug in slugs:
            total.add(read_tally(slug))
        return build_shared(total, digest, tables)
    old_confidences = {slug: e.show_confidence for slug, e in kept.episodes.items()}
    new_confidences = {slug: o.show_confidence for slug, o in outcomes.items()}
    confidences = old_confidences | new_confidences
    changed = ChangedEpisodes(
        order={slug: confidences[slug] for slug in slugs},
        is_same_order=slugs == list(kept.episodes),
        themes=themes,
        read_tally=read_tally,
        removed=[kept.read_tally(slug) for slug in update.replaced],
        added=[read_tally(slug) for slug in update.stale],
        has_other_entries=has_other_entries,
    )
    return update_shared_data(last, changed, digest, tables.knowledge)


def _change_statements(
    update: Update,
    last_store: Store,
    result: ResolveResult,
    *,
    shared: SharedData,
    writer: BuildWriter,
    report: Report,
) -> None:
    """Remove the statements that are no longer made, and add the new ones."""
    turtle = Turtle(writer.base)
    old_texts = [
        turtle.serialize(describe_episode(_decode_episode(record)))
        for record in last_store.read_records(update.replaced)
    ]
    new_texts = [result.turtle.decode()]
    graphs = (last_store.shared, shared)
    for texts, graph, blocks in zip(
        (old_texts, new_texts), graphs, describe_shared_differences(*graphs), strict=True
    ):
        texts.append(turtle.serialize(describe_dataset(graph.digest, len(graph.summaries))))
        texts.append(turtle.serialize(blocks))
    report.triples = last_store.meta.triples
    for removed, added in compare_statements(turtle, old_texts, new_texts):
        writer.change_statements(removed, added)
        report.triples += len(added) - len(removed)


def _change_index(
    update: Update,
    last_store: Store,
    result: ResolveResult,
    shared: SharedData,
    writer: BuildWriter,
) -> None:
    """Write the index of words: the difference to the last one."""
    last_index = update.kept.folder / layout.SEARCH_FILE
    with IndexWriter(writer.folder / layout.SEARCH_FILE, last_index) as index:
        index.remove(update.replaced)
        index.add(map(msgspec.msgpack.Decoder(EpisodeDocuments).decode, result.documents))
        index.finish(shared, find_shared_changes(last_store.shared, shared))
