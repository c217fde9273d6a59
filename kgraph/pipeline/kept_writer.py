"""Write what a build keeps for the next one (:mod:`kgraph.pipeline.kept`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from kgraph.pipeline.inputs import BuildInputs
from kgraph.pipeline.kept import KeptEpisode, KeptResults, KeptSurvey, Surfaces
from kgraph.pipeline.last_build import KeptBuild, KeptFile
from kgraph.pipeline.passes import EpisodeOutcome, FileSurvey, SurveyResult
from kgraph.pipeline.program_digest import digest_program
from kgraph.pipeline.sums import EpisodeSums
from kgraph.resolve.corpus import SURFACE_TABLE, ConcludedCorpus, strip_shipped
from kgraph.resolve.lookups import number_key
from kgraph.resolve.surveys import LIST_NUMBERS, SurveyLists
from kgraph.store import layout
from kgraph.store.segments import SegmentWriter, ValuePlace, count_segment_bytes


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
    slugs = {recording.slug for recording in corpus.recordings}
    with _open_writer(folder, surveyed, outcomes, last, slugs) as writer:
        files = _write_files(writer, inputs, surveyed, last)
        episodes = {}
        for recording in corpus.recordings:
            slug = recording.slug
            if slug in outcomes:
                episodes[slug] = _write_episode(writer, outcomes[slug])
            else:
                assert last is not None
                episodes[slug] = _keep_episode(writer, slug, last.episodes[slug])
        segment_bytes = writer.count_bytes()
    used = sums.surfaces
    surfaces = {s: kept for s, kept in surfaces.items() if number_key(SURFACE_TABLE, s) in used}
    return msgspec.msgpack.encode(
        KeptBuild(
            digest_program(),
            inputs.own,
            inputs.base,
            inputs.judgements,
            inputs.sources.problems,
            last.build.corpus
            if last and _is_same(last.corpus, corpus)
            else _encode(strip_shipped(corpus)),
            files,
            _encode(surfaces),
            _encode(episodes),
            _encode(sums),
            segment_bytes,
        )
    )


def _is_same(old: ConcludedCorpus, new: ConcludedCorpus) -> bool:
    """Return whether a corpus was taken over as it was, without a look at large tables."""
    before, after = old.tables.knowledge, new.tables.knowledge
    large = (
        (old.files, new.files),
        (before.names, after.names),
        (before.frequencies, after.frequencies),
        *(
            (getattr(old.tables, name), getattr(new.tables, name))
            for name in old.tables.__struct_fields__
            if name != "knowledge"
        ),
    )
    is_taken_over = all(last is now for last, now in large)
    return is_taken_over and (before.judgements, before.shows) == (after.judgements, after.shows)


def _encode(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(value))


def _open_writer(
    folder: Path,
    surveyed: SurveyResult,
    outcomes: Mapping[str, EpisodeOutcome],
    last: KeptResults | None,
    slugs: set[str],
) -> SegmentWriter:
    if last is None:
        return SegmentWriter(folder, layout.KEPT_FILE)
    gone = [
        place
        for name, file in last.build.files.items()
        if name not in surveyed.files or not isinstance(surveyed.files[name].survey, KeptSurvey)
        for place in file.list_places()
    ]
    for slug in last.episodes.keys() - (slugs - outcomes.keys()):
        gone += last.episodes[slug].places
    kept_bytes = Counter(last.build.segment_bytes)
    kept_bytes.subtract(count_segment_bytes(gone))
    new_values = [value for outcome in outcomes.values() for value in _encode_outcome(outcome)]
    for file in surveyed.files.values():
        if file.survey is not None and not isinstance(file.survey, KeptSurvey):
            new_values += _list_survey(file.survey)
    new_bytes = sum(map(len, new_values))
    return SegmentWriter(folder, layout.KEPT_FILE, last.folder, kept_bytes, new_bytes)


def _encode_outcome(outcome: EpisodeOutcome) -> tuple[bytes, bytes, bytes]:
    rest = msgspec.msgpack.encode(replace(outcome, lookups=b"", tally=b""))
    return outcome.lookups, outcome.tally, rest


def _list_survey(survey: SurveyLists) -> list[bytes]:
    return [survey.read_list(name) for name in LIST_NUMBERS]


def _write_files(
    writer: SegmentWriter, inputs: BuildInputs, surveyed: SurveyResult, last: KeptResults | None
) -> dict[str, KeptFile]:
    """Write the surveys that are new, and return all by name."""
    old_files = last.build.files if last else {}
    linked, files = writer.linked, dict[str, KeptFile]()
    for source in inputs.sources.files:
        name, survey = source.name, surveyed.files[source.name]
        kept_file = old_files.get(name) if isinstance(survey.survey, KeptSurvey) else None
        if kept_file is None or kept_file.segment not in linked or kept_file.state != source.state:
            kept_file = _write_file(writer, name, survey, kept_file, source.state)
        files[name] = kept_file
    return files


def _write_file(
    writer: SegmentWriter,
    name: str,
    file: FileSurvey,
    old: KeptFile | None,
    state: tuple[int, ...],
) -> KeptFile:
    places: list[ValuePlace] = []
    if old is not None:
        places += (writer.keep(name, place) for place in old.list_places())
    elif file.survey is not None:
        places += map(writer.add, _list_survey(file.survey))
    segment = places[0].segment if places else 0
    lists, problems = _encode(places), _encode(file.problems)
    return KeptFile(file.sha256, state, segment, lists, problems, file.shows)


def _write_episode(writer: SegmentWriter, outcome: EpisodeOutcome) -> KeptEpisode:
    return KeptEpisode(outcome.show_confidence, *map(writer.add, _encode_outcome(outcome)))


def _keep_episode(writer: SegmentWriter, slug: str, episode: KeptEpisode) -> KeptEpisode:
    if episode.lookups.segment in writer.linked:
        return episode
    places = (writer.keep(slug, place) for place in episode.places)
    return KeptEpisode(episode.show_confidence, *places)
