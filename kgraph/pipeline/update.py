"""Build a graph by changing the last one, where few episodes differ.

The database, the records and the index of the last build are taken over, and what differs is
removed and added. A statement belongs to one episode, or to what all share: so the statements of
an episode can go without a look at the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

import msgspec
import pyoxigraph

from kgraph.graph import EpisodeGraph, SharedData
from kgraph.graph.shared_update import (
    ChangedEpisodes,
    TalliedEpisode,
    can_update_shared,
    update_shared_data,
)
from kgraph.graph.tally import Tally, make_enricher
from kgraph.pipeline.inputs import BuildInputs
from kgraph.pipeline.kept import (
    KeptBuild,
    LastBuild,
    Surfaces,
    encode_kept,
    find_stale_episodes,
    find_unchanged_lists,
    prune_surfaces,
)
from kgraph.pipeline.loader import forward_ids, publish_build
from kgraph.pipeline.passes import (
    EpisodeOutcome,
    FileSurvey,
    Progress,
    ResolveResult,
    SurveyResult,
    build_shared,
    conclude_survey,
    locate_episodes,
    resolve_episodes,
    survey_files,
)
from kgraph.pipeline.report import Report
from kgraph.rdf import Turtle, describe_dataset, describe_episode, describe_shared
from kgraph.resolve.corpus import ConcludedCorpus, log_tables, redo_surfaces
from kgraph.resolve.recordings import Recording
from kgraph.search.documents import find_shared_changes
from kgraph.search.writer import IndexWriter
from kgraph.store import BuildWriter, Store, layout
from kgraph.store.previous_build import choose_previous

_decode_episode = msgspec.msgpack.Decoder(EpisodeGraph).decode
_decode_tally = msgspec.msgpack.Decoder(Tally).decode


#: Share of all files or episodes above which everything is loaded again.
MAX_UPDATED_SHARE = 0.2


class Update(msgspec.Struct, frozen=True):
    """The differences to the last build that are known before any episode is resolved."""

    last: Path  #: folder of the last build
    kept: KeptBuild[EpisodeOutcome]
    surveyed: SurveyResult
    corpus: ConcludedCorpus  #: of this build
    surfaces: Surfaces  #: of the last build, where needed done again
    stale: dict[str, tuple[str, ...]]  #: slugs of the episodes to redo, with the reasons
    gone: tuple[str, ...]  #: slugs of the last build that this one lacks

    @property
    def episodes(self) -> list[Recording]:
        """All episodes of this build, in order."""
        return self.corpus.recordings

    def count_redone(self) -> int:
        """Count the episodes that are redone or removed."""
        return len(self.stale) + len(self.gone)


def is_faster(changed: int, total: int) -> bool:
    """Return whether to change the last graph is faster than to load everything again."""
    return changed <= MAX_UPDATED_SHARE * total


def plan_update(
    last: LastBuild,
    inputs: BuildInputs,
    unchanged: Mapping[str, FileSurvey],
    *,
    work: Path,
    report: Report,
    progress: Progress,
) -> Update:
    """Survey the files that changed, and find the episodes that differ from the last build.

    Args:
        unchanged: kept surveys of the other files.
        work: folder for the content of changed files.
    """
    kept = last.kept
    assert last.folder is not None and kept is not None
    with report.time_stage("read"):
        surveyed = survey_files(inputs.sources, work, None, progress, inputs.own, kept=unchanged)
        inputs.check_survey(surveyed)
    with report.time_stage("conclude"):
        progress("comparing names", 0, 0)
        unchanged_lists = find_unchanged_lists(kept.files, surveyed.files)
        judged, own = inputs.judgement_table, inputs.own
        corpus = conclude_survey(surveyed, judged, own, last=kept.corpus, unchanged=unchanged_lists)
        old_surfaces = kept.read_surfaces()
        surfaces = redo_surfaces(old_surfaces, kept.corpus.tables, corpus.tables)
        changed = {s for s in surfaces if surfaces[s].digest != old_surfaces[s].digest}
        stale = find_stale_episodes(kept, corpus.recordings, surveyed, corpus.tables, changed)
    slugs = {episode.slug for episode in corpus.recordings}
    gone = tuple(slug for slug in kept.episodes if slug not in slugs)
    return Update(last.folder, kept, surveyed, corpus, old_surfaces | surfaces, stale, gone)


def update_graph(
    update: Update,
    inputs: BuildInputs,
    report: Report,
    previous: str | Path | None,
    progress: Progress,
) -> Report:
    """Change the last graph into that of the inputs, and make it the one that readers see.

    Args:
        previous: of :func:`~kgraph.store.previous_build.choose_previous`.
    """
    inputs.report_survey(report, update.surveyed, update.episodes)
    report.redone, report.why_full = update.stale, ""
    with BuildWriter(inputs.store, inputs.base, continued=update.last) as writer:
        last_store = Store(inputs.store, update.last.name)
        forwarded_from, note = choose_previous(previous, writer, last_store)
        report.notes += note
        with report.time_stage("resolve"):
            redo = [episode for episode in update.episodes if episode.slug in update.stale]
            located = locate_episodes(redo, update.surveyed)
            result = resolve_episodes(located, *log_tables(update.corpus.tables), inputs.base)
            progress("building", len(redo), len(redo))
        outcomes = _collect_outcomes(update, result)
        for outcome in outcomes.values():
            report.rows.add(outcome.accounting)
            report.judged_keys.update(outcome.judged_keys)
        progress("loading", 0, 0)
        with report.time_stage("load"):
            records = dict(zip(result.slugs, result.records, strict=True))
            slugs = [episode.slug for episode in update.episodes]
            writer.continue_records(last_store.record_places, slugs, records)
            shared = _change_shared(update, last_store.shared, outcomes, report.digest)
            rejected = inputs.judgement_table.rejected
            forward_ids(shared, writer, forwarded_from, rejected, report)
            _change_statements(
                update, last_store, result, shared=shared, writer=writer, report=report
            )
            _change_index(update, last_store, result, shared, writer)
        encoded = {slug: msgspec.msgpack.encode(outcome) for slug, outcome in outcomes.items()}
        surfaces = msgspec.msgpack.encode(
            prune_surfaces(update.surfaces | result.surfaces, outcomes.values())
        )
        kept = encode_kept(inputs, update.corpus, update.surveyed, surfaces, encoded)
        publish_build(inputs, writer, report, shared=shared, kept=kept, last=last_store.shared)
    return report


def _collect_outcomes(update: Update, result: ResolveResult) -> dict[str, EpisodeOutcome]:
    """Return what is kept of each episode, in order."""
    redone = dict(zip(result.slugs, result.outcomes, strict=True))
    return {
        episode.slug: (
            msgspec.msgpack.decode(redone[episode.slug], type=EpisodeOutcome)
            if episode.slug in redone
            else update.kept.episodes[episode.slug]
        )
        for episode in update.episodes
    }


def _change_shared(
    update: Update, last: SharedData, outcomes: Mapping[str, EpisodeOutcome], digest: str
) -> SharedData:
    """Return what the episodes share; ``digest`` is that of the input."""
    tables, old_outcomes = update.corpus.tables, update.kept.episodes
    if not can_update_shared(update.kept.corpus.tables.knowledge, tables.knowledge):
        total = Tally()
        for outcome in outcomes.values():
            total.add(_decode_tally(outcome.tally))
        return build_shared(total, digest, tables)
    removed = [old_outcomes[s] for s in (*update.stale, *update.gone) if s in old_outcomes]
    changed = ChangedEpisodes(
        {
            slug: TalliedEpisode(
                outcome.show, outcome.themes, partial(_decode_tally, outcome.tally)
            )
            for slug, outcome in outcomes.items()
        },
        [_decode_tally(outcome.tally) for outcome in removed],
        [_decode_tally(outcomes[slug].tally) for slug in update.stale],
    )
    enrich = make_enricher(tables.knowledge)
    return update_shared_data(last, changed, digest, enrich, tables.knowledge)


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
    old_slugs = [*(s for s in result.slugs if s in update.kept.episodes), *update.gone]
    old_texts = [
        turtle.serialize(describe_episode(_decode_episode(record)))
        for record in last_store.read_records(old_slugs)
    ]
    old_texts.append(_describe_whole(turtle, last_store.shared, shared))
    new_texts = [result.turtle.decode(), _describe_whole(turtle, shared, last_store.shared)]
    old, new = _parse(turtle, old_texts), _parse(turtle, new_texts)
    removed, added = old - new, new - old
    writer.change_statements(removed, added)
    report.triples = last_store.meta.triples - len(removed) + len(added)


def _describe_whole(turtle: Turtle, shared: SharedData, besides: SharedData) -> str:
    """Describe a graph and what its episodes share, but for what another graph has just so."""
    blocks = describe_dataset(shared.digest, len(shared.summaries))
    return turtle.serialize((*blocks, *describe_shared(shared, besides=besides)))


def _parse(turtle: Turtle, texts: Iterable[str]) -> set[pyoxigraph.Triple]:
    document = "".join((turtle.header(), *texts)).encode()
    quads = pyoxigraph.parse(document, pyoxigraph.RdfFormat.TURTLE, lenient=True)
    return {quad.triple for quad in quads}


def _change_index(
    update: Update,
    last_store: Store,
    result: ResolveResult,
    shared: SharedData,
    writer: BuildWriter,
) -> None:
    """Write the index of words: the difference to the last one."""
    last_index = update.last / layout.SEARCH_FILE
    with IndexWriter(writer.folder / layout.SEARCH_FILE, last_index) as index:
        index.remove([*(s for s in result.slugs if s in update.kept.episodes), *update.gone])
        index.add(result.documents)
        index.finish(shared, find_shared_changes(last_store.shared, shared))
