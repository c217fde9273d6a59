"""Write what a build keeps for the next one (:mod:`kgraph.pipeline.kept`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from kgraph.pipeline.inputs import BuildInputs
from kgraph.pipeline.kept import (
    LIST_NUMBERS,
    KeptBuild,
    KeptEpisode,
    KeptFile,
    KeptResults,
    KeptSurvey,
    Surfaces,
    digest_program,
)
from kgraph.pipeline.passes import EpisodeOutcome, FileSurvey, SurveyResult
from kgraph.pipeline.sums import EpisodeSums
from kgraph.resolve.corpus import SURFACE_TABLE, ConcludedCorpus, strip_shipped
from kgraph.resolve.lookups import number_key
from kgraph.store import layout
from kgraph.store.segments import SegmentWriter, ValuePlace


def decode_outcomes(slugs: Sequence[str], outcomes: Iterable[bytes]) -> dict[str, EpisodeOutcome]:
    """Decode what came of episodes, by slug."""
    decode = msgspec.msgpack.Decoder(EpisodeOutcome).decode
    return dict(zip(slugs, map(decode, outcomes), strict=True))


def write_kept(
    folder: Path,
    inputs: BuildInputs,
    surveyed: SurveyResult,
    corpus: ConcludedCorpus,
    *,
    outcomes: Mapping[str, EpisodeOutcome],
    surfaces: Surfaces,
    last: KeptResults | None = None,
    sums: EpisodeSums | None = None,
) -> bytes:
    """Write the values that a build keeps, and return the rest, encoded.

    Args:
        folder: of the build.
        outcomes: of the episodes that it resolved, by slug.
        surfaces: of these episodes, and of the last build.
        last: what the last build kept, if its values are taken over.
        sums: over all episodes; by default over ``outcomes``.

    Raises:
        OSError: they cannot be written.
        StoreDamagedError: the last build is damaged.
    """
    if sums is None:
        sums = EpisodeSums()
        for outcome in outcomes.values():
            sums.add(outcome)
    writer = _open_writer(folder, surveyed, corpus, outcomes, last)
    with writer:
        files = {
            file.name: _write_file(writer, file.name, surveyed.files[file.name], last, file.state)
            for file in inputs.sources.files
        }
        episodes = {}
        for recording in corpus.recordings:
            slug = recording.slug
            if slug in outcomes:
                episodes[slug] = _write_episode(writer, outcomes[slug])
            else:
                assert last is not None
                episodes[slug] = _keep_episode(writer, slug, last.episodes[slug])
    used = sums.surfaces
    surfaces = {s: kept for s, kept in surfaces.items() if number_key(SURFACE_TABLE, s) in used}
    return msgspec.msgpack.encode(
        KeptBuild(
            digest_program(),
            inputs.own,
            inputs.base,
            inputs.judgements,
            inputs.sources.problems,
            _encode(strip_shipped(corpus)),
            files,
            _encode(surfaces),
            _encode(episodes),
            _encode(sums),
        )
    )


def _encode(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(value))


def _open_writer(
    folder: Path,
    surveyed: SurveyResult,
    corpus: ConcludedCorpus,
    outcomes: Mapping[str, EpisodeOutcome],
    last: KeptResults | None,
) -> SegmentWriter:
    if last is None:
        return SegmentWriter(folder, layout.KEPT_FILE)
    kept: list[ValuePlace] = []
    for file in surveyed.files.values():
        if isinstance(file.survey, KeptSurvey):
            kept += file.survey.places
    for recording in corpus.recordings:
        if recording.slug not in outcomes:
            episode = last.episodes[recording.slug]
            kept += (episode.lookups, episode.tally, episode.outcome)
    new_bytes = sum(len(outcome.lookups) + len(outcome.tally) for outcome in outcomes.values())
    return SegmentWriter(folder, layout.KEPT_FILE, last.folder, kept, new_bytes)


def _write_file(
    writer: SegmentWriter,
    name: str,
    file: FileSurvey,
    last: KeptResults | None,
    state: tuple[int, ...],
) -> KeptFile:
    lists: tuple[ValuePlace, ...] = ()
    if last is not None and isinstance(file.survey, KeptSurvey):
        old = last.build.files[name]
        if writer.is_linked(old.lists[0]):
            return old if old.state == state else replace(old, state=state)
        lists = tuple(writer.keep(name, place) for place in old.lists)
    elif file.survey is not None:
        lists = tuple(writer.add(getattr(file.survey, list_)) for list_ in LIST_NUMBERS)
    return KeptFile(file.sha256, state, lists, file.problems, file.shows)


def _write_episode(writer: SegmentWriter, outcome: EpisodeOutcome) -> KeptEpisode:
    return KeptEpisode(
        outcome.show.confidence if outcome.show else 0.0,
        writer.add(outcome.lookups),
        writer.add(outcome.tally),
        writer.add(msgspec.msgpack.encode(replace(outcome, lookups=b"", tally=b""))),
    )


def _keep_episode(writer: SegmentWriter, slug: str, episode: KeptEpisode) -> KeptEpisode:
    if writer.is_linked(episode.lookups):
        return episode
    places = (episode.lookups, episode.tally, episode.outcome)
    return KeptEpisode(episode.show_confidence, *(writer.keep(slug, place) for place in places))
