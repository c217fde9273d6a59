"""The two passes over the files, each a function of one shard, run in any process.

The first reads files, keeps what they say in a spill file beside the build, and gives a
survey. The second takes recordings from the spills and gives their part of the graph as
text and records. What comes back to the parent is small, or bytes: objects that cross
between processes cost more than was won by making them in parallel.
"""

from __future__ import annotations

import gc
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import msgspec

from kgraph.base.model import InputProblem
from kgraph.graph import EpisodeGraph
from kgraph.graph.accounting import Accounting, account_rows
from kgraph.graph.assemble import assemble_episode
from kgraph.graph.tally import Tally, tally_episode
from kgraph.ingest import SourceFile, read_file
from kgraph.rdf import Turtle, count_statements, describe_episode
from kgraph.resolve.corpus import (
    CorpusSurvey,
    CorpusTables,
    EpisodeObservation,
    observe_episode,
    survey_episode,
)
from kgraph.search.documents import EpisodeDocuments, collect_episode_documents

SHARD_FILES = 24
"""Files a shard: some 2 MB of input and 50,000 statements, so that workers share evenly
and what is under way stays small."""


class SpillRange(msgspec.Struct, frozen=True, array_like=True):
    """Where a file's episode stands: spill file, offset and length in bytes."""

    spill: str
    offset: int
    length: int


ResolveTask: TypeAlias = tuple[list[tuple[str, list[SpillRange]]], Path, str]
"""Of the second pass: (slug, its files' places) of each recording, the tables' file, and
the base of the instances' IRIs."""


class SurveyResult(msgspec.Struct, frozen=True, array_like=True):
    """What the first pass says of a shard."""

    survey: CorpusSurvey
    spills: dict[str, SpillRange]
    digests: dict[str, str]
    problems: list[InputProblem]


class ResolveResult(msgspec.Struct, frozen=True, array_like=True):
    """What the second pass says of a shard; ``contents`` is what can be searched in it."""

    turtle: bytes
    triples: int
    slugs: list[str]
    records: list[bytes]
    documents: list[EpisodeDocuments]
    tally: Tally
    accounting: Accounting
    judged_keys: set[str]


def survey_shard(task: tuple[list[SourceFile], Path]) -> SurveyResult:
    """Read the files of a shard, spill what they say, and survey it."""
    files, spill = task
    found = CorpusSurvey()
    result = SurveyResult(found, {}, {}, [])
    with spill.open("wb") as out:
        for file in files:
            reading = read_file(file)
            result.problems.extend(reading.problems)
            if reading.episode is not None:
                observed = observe_episode(reading.episode)
                data = msgspec.msgpack.encode(observed)
                result.spills[file.name] = SpillRange(str(spill), out.tell(), len(data))
                result.digests[file.name] = reading.episode.sha256
                out.write(data)
                found.add(survey_episode(observed))
    found.merge_statistics()
    return result


def resolve_shard(task: ResolveTask) -> ResolveResult:
    """Resolve the recordings of a shard, and write their part of the graph."""
    recordings, tables_file, base = task
    tables = load_tables(tables_file)
    turtle = Turtle(base)
    texts: list[str] = []
    result = ResolveResult(b"", 0, [], [], [], Tally(), Accounting(), set())
    triples = 0
    for slug, places in recordings:
        observed = [_read_spill(place) for place in places]
        episode = assemble_episode(slug, observed, tables, result.judged_keys)
        groups = list(describe_episode(episode))
        triples += count_statements(groups)
        texts.append(turtle.serialize(groups))
        result.slugs.append(slug)
        result.records.append(_encode_episode(episode))
        result.documents.append(collect_episode_documents(episode))
        result.tally.add(tally_episode(episode))
        result.accounting.add(account_rows(episode))
    return msgspec.structs.replace(result, turtle="".join(texts).encode(), triples=triples)


@lru_cache(maxsize=1)
def load_tables(path: Path) -> CorpusTables:
    """The tables of this build, read once in each process."""
    tables = msgspec.msgpack.decode(path.read_bytes(), type=CorpusTables)
    # They live as long as the process: the collector need not walk them again and again.
    gc.freeze()
    return tables


_decode_observed = msgspec.msgpack.Decoder(EpisodeObservation).decode


def _read_spill(place: SpillRange) -> EpisodeObservation:
    with open(place.spill, "rb") as file:
        file.seek(place.offset)
        return _decode_observed(file.read(place.length))


def _encode_episode(episode: EpisodeGraph) -> bytes:
    return msgspec.msgpack.encode(episode)
