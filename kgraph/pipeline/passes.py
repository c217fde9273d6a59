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

from kgraph.base.model import Problem
from kgraph.graph import EpisodeGraph
from kgraph.graph.accounting import Accounting, account
from kgraph.graph.assemble import assemble
from kgraph.graph.tally import Tally, tally
from kgraph.ingest import SourceFile, read
from kgraph.rdf import Turtle, groups_of_episode, size
from kgraph.resolve.corpus import Observed, Survey, Tables, look, survey
from kgraph.search.documents import Contents, contents_of_episode

SHARD = 24
"""Files a shard: some 2 MB of input and 50,000 statements, so that workers share evenly
and what is under way stays small."""


class Spilled(msgspec.Struct, frozen=True, array_like=True):
    """Where a file's episode stands: spill file, offset and length in bytes."""

    spill: str
    offset: int
    length: int


ResolveTask: TypeAlias = tuple[list[tuple[str, list[Spilled]]], Path, str]
"""Of the second pass: (slug, its files' places) of each recording, the tables' file, and
the base of the instances' IRIs."""


class Surveyed(msgspec.Struct, frozen=True, array_like=True):
    """What the first pass says of a shard."""

    survey: Survey
    places: dict[str, Spilled]
    digests: dict[str, str]
    problems: list[Problem]


class Resolved(msgspec.Struct, frozen=True, array_like=True):
    """What the second pass says of a shard; ``contents`` is what can be searched in it."""

    turtle: bytes
    triples: int
    slugs: list[str]
    records: list[bytes]
    contents: list[Contents]
    tally: Tally
    accounting: Accounting
    judged: set[str]


def survey_shard(task: tuple[list[SourceFile], Path]) -> Surveyed:
    """Read the files of a shard, spill what they say, and survey it."""
    files, spill = task
    found = Survey()
    result = Surveyed(found, {}, {}, [])
    with spill.open("wb") as out:
        for file in files:
            reading = read(file)
            result.problems.extend(reading.problems)
            if reading.episode is not None:
                observed = look(reading.episode)
                data = msgspec.msgpack.encode(observed)
                result.places[file.name] = Spilled(str(spill), out.tell(), len(data))
                result.digests[file.name] = reading.episode.sha256
                out.write(data)
                found.add(survey(observed))
    found.merge()
    return result


def resolve_shard(task: ResolveTask) -> Resolved:
    """Resolve the recordings of a shard, and write their part of the graph."""
    recordings, tables_file, base = task
    tables = load_tables(tables_file)
    turtle = Turtle(base)
    texts: list[str] = []
    result = Resolved(b"", 0, [], [], [], Tally(), Accounting(), set())
    triples = 0
    for slug, places in recordings:
        observed = [_spilled(place) for place in places]
        episode = assemble(slug, observed, tables, result.judged)
        groups = list(groups_of_episode(episode))
        triples += size(groups)
        texts.append(turtle.paragraphs(groups))
        result.slugs.append(slug)
        result.records.append(_encode(episode))
        result.contents.append(contents_of_episode(episode))
        result.tally.add(tally(episode))
        result.accounting.add(account(episode))
    return msgspec.structs.replace(result, turtle="".join(texts).encode(), triples=triples)


@lru_cache(maxsize=1)
def load_tables(path: Path) -> Tables:
    """The tables of this build, read once in each process."""
    tables = msgspec.msgpack.decode(path.read_bytes(), type=Tables)
    # They live as long as the process: the collector need not walk them again and again.
    gc.freeze()
    return tables


_decode = msgspec.msgpack.Decoder(Observed).decode


def _spilled(place: Spilled) -> Observed:
    with open(place.spill, "rb") as file:
        file.seek(place.offset)
        return _decode(file.read(place.length))


def _encode(episode: EpisodeGraph) -> bytes:
    return msgspec.msgpack.encode(episode)
