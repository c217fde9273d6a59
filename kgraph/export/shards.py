"""Write the statements of a graph as shards that bulk loaders read in parallel, with a manifest.

A shard is packed N-Triples, or N-Quads, of some episodes: its lines are in the order of their
bytes, and no two shards share one. A process that has the records of the episodes writes it, so
that a graph of any size takes bounded memory; what episodes share is written at the end. The
statements are those of :func:`kgraph.export.export`. The manifest is written last.

Invariants: the same graph gives the same bytes; nothing in a script comes from a text of the graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from io import RawIOBase
from itertools import islice
from typing import Any, BinaryIO, Literal, cast

import msgspec

from kgraph.base import VERSION
from kgraph.base.errors import ExportError, InputError
from kgraph.base.files import ScratchFolder
from kgraph.base.output_target import OutputTarget
from kgraph.base.sorted_lines import LineSorter
from kgraph.base.vocabulary import ONTOLOGY_IRI
from kgraph.export import bulk, parquet
from kgraph.export.database import (
    TABLES,
    list_episode_rows,
    list_quote_rows,
    list_shared_rows,
)
from kgraph.export.rdf import (
    RdfContent,
    check_graph_iri,
    describe_one_episode,
    describe_ontology,
    describe_rest,
)
from kgraph.graph import EpisodeGraph, SharedData
from kgraph.rdf import NTriples, check_profile, describe_dataset
from kgraph.rdf.shared import PROFILE_SHAPES

MANIFEST_FILE = "manifest.json"
MANIFEST_VERSION = 1  #: of its form

SHARED_TABLES = ("entities", "names", "relations", "shows", "themes")
EPISODE_TABLES = (
    "episodes",
    "mentions",
    "episode_themes",
    "quotes",
    "episode_quotes",
    "quote_entities",
    "quote_themes",
)

_OWN_FILE = re.compile(
    r"statements-(?:\d{5,}|shared-\d{4,})\.n[tq]\.gz"
    rf"|(?:{'|'.join(TABLES)})(?:-\d{{5,}})?\.parquet"
    rf"|{re.escape(MANIFEST_FILE)}|load\.isql|global\.graph|Qleverfile|load\.json"
)

_decode_episode = msgspec.msgpack.Decoder(EpisodeGraph).decode


class StatementFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of statements."""

    name: str
    statements: int
    size: int  #: bytes of the packed file
    sha256: str  #: of the packed file
    lines_sha256: str  #: of the lines, which does not depend on the version of zlib


class ParquetFile(msgspec.Struct, frozen=True, kw_only=True):
    """A Parquet file of a table's rows."""

    name: str
    table: str
    rows: int
    size: int  #: bytes of the file
    sha256: str


class ScriptFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that tells a bulk loader what to load."""

    name: str
    size: int
    sha256: str


class ShardFiles(msgspec.Struct):
    """The files that were written."""

    statements: list[StatementFile] = []
    tables: list[ParquetFile] = []

    def add(self, files: ShardFiles) -> None:
        self.statements += files.statements
        self.tables += files.tables


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The content of :data:`MANIFEST_FILE`."""

    format: Literal["kgraph-statements"] = "kgraph-statements"
    version: int = MANIFEST_VERSION
    program: str  #: name and version
    build: str  #: SHA-256 over the digests of the episodes' files
    base: str  #: of the instances' IRIs
    profile: str
    graph: str  #: IRI of the named graph of N-Quads; "" for N-Triples
    licence: str  #: IRI; "" if nobody said
    ontology: str  #: IRI
    ontology_version: str
    shapes: str  #: IRI of the shapes of the profile; "" for none
    media_type: str  #: of the statements
    episodes: int
    statements: int
    files: list[StatementFile]
    tables: list[ParquetFile]
    scripts: list[ScriptFile]


class ShardOutput(msgspec.Struct, frozen=True, array_like=True):
    """Where shards are written, and what they hold.

    Attributes:
        base: base of the instances' IRIs.
        content: profile, licence and named graph; "" for N-Triples.
        tables: whether Parquet is written, too.
    """

    target: OutputTarget
    base: str
    content: RdfContent
    tables: bool = False

    @property
    def suffix(self) -> Literal["nt", "nq"]:
        """Suffix of the files of statements, without ``.gz``."""
        return "nq" if self.content.graph else "nt"

    @property
    def graph(self) -> str:
        """IRI of the graph that a triple store without a default graph loads into."""
        return self.content.name_graph(self.base)


def check_shard_content(content: RdfContent, base: str, *, tables: bool) -> None:
    """Raise InputError if shards cannot hold what is wanted."""
    check_profile(content.profile)
    if content.quotes or content.rdf12:
        raise InputError("--to has no quotes in the profile kb: choose --profile full")
    if content.graph:
        check_graph_iri(content.graph)
    bulk.make_virtuoso_script(content.name_graph(base), "nt")
    if tables:
        parquet.check_installed()


def is_own_file(name: str) -> bool:
    """Return whether a file may be one of shards, their manifest or a script."""
    return _OWN_FILE.fullmatch(name) is not None


def write_shard(output: ShardOutput, number: int, records: Sequence[bytes]) -> ShardFiles:
    """Write the shard of some episodes.

    Args:
        number: of the shard, from 1.
        records: the MessagePack of each episode's :class:`~kgraph.graph.EpisodeGraph`.

    Raises:
        ExportError: a file cannot be written.
    """
    episodes = [_decode_episode(record) for record in records]
    writer = NTriples(output.base, output.content.graph)
    blocks = (describe_one_episode(episode, output.content) for episode in episodes)
    lines = "".join(map(writer.serialize, blocks)).encode().splitlines(keepends=True)
    name = f"statements-{number:05d}.{output.suffix}.gz"
    files = ShardFiles([_write_lines(output.target, name, sorted(set(lines)))])
    if output.tables:
        rows = (
            batch
            for episode in episodes
            for list_rows in (list_episode_rows, list_quote_rows)
            for batch in list_rows(episode, output.base)
        )
        files.tables += _write_tables(output.target, EPISODE_TABLES, rows, f"-{number:05d}")
    return files


def write_shared_shards(output: ShardOutput, shared: SharedData) -> ShardFiles:
    """Write the description of the graph, and what episodes share."""
    content, files = output.content, ShardFiles()
    writer = NTriples(output.base, content.graph)
    dataset = describe_dataset(
        shared.digest, len(shared.summaries), content.profile, content.licence
    )
    with ScratchFolder() as folder:
        sorter = LineSorter(folder)
        for blocks in (dataset, describe_rest(shared, content)):
            for block in blocks:
                sorter.write(writer.serialize((block,)).encode())
        ordered = iter(sorter)
        pieces = iter(lambda: list(islice(ordered, bulk.PIECE_STATEMENTS)), [])
        for number, lines in enumerate(pieces, 1):
            name = f"statements-shared-{number:04d}.{output.suffix}.gz"
            files.statements.append(_write_lines(output.target, name, lines))
    if output.tables:
        rows = list_shared_rows(shared, output.base)
        files.tables += _write_tables(output.target, SHARED_TABLES, rows)
    return files


def publish_shards(output: ShardOutput, files: ShardFiles, shared: SharedData) -> Manifest:
    """Write the scripts, check that all files are there, and write the manifest.

    Raises:
        ExportError: a file is missing, or not of the size that its writer gave.
    """
    scripts = list(_write_scripts(output))
    sizes = output.target.list_sizes()
    all_files: list[StatementFile | ParquetFile | ScriptFile]
    all_files = [*files.statements, *files.tables, *scripts]
    for file in all_files:
        if sizes.get(file.name) != file.size:
            raise ExportError(
                f"{output.target.name}/{file.name}: not there as it was written: name a folder "
                "or URL that all workers reach"
            )
    content = output.content
    manifest = Manifest(
        program=f"kgraph {VERSION}",
        build=shared.digest,
        base=output.base,
        profile=content.profile,
        graph=content.graph,
        licence=content.licence,
        ontology=ONTOLOGY_IRI,
        ontology_version=_find_ontology_version(),
        shapes=PROFILE_SHAPES.get(content.profile, ""),
        media_type=f"application/n-{'quads' if content.graph else 'triples'}",
        episodes=len(shared.summaries),
        statements=sum(file.statements for file in files.statements),
        files=files.statements,
        tables=files.tables,
        scripts=scripts,
    )
    with output.target.open(MANIFEST_FILE) as out:
        out.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    return manifest


def _write_scripts(output: ShardOutput) -> Iterator[ScriptFile]:
    content, suffix = output.content, output.suffix
    scripts = {
        "global.graph": f"{output.graph}\n".encode(),  # of every file that has none of its own
        "load.isql": bulk.make_virtuoso_script(output.graph, suffix),
        "Qleverfile": bulk.make_qleverfile(content.graph, suffix),
        "load.json": bulk.make_neptune_request("" if content.graph else output.graph, suffix),
    }
    for name, data in sorted(scripts.items()):
        with output.target.open(name) as out:
            out.write(data)
        yield ScriptFile(name=name, size=len(data), sha256=sha256(data).hexdigest())


def _find_ontology_version() -> str:
    properties: Mapping[str, list[str]] = dict(
        next(pairs for subject, pairs in describe_ontology() if subject == ONTOLOGY_IRI)
    )
    return properties["owl:versionInfo"][0].strip('"')


# -- files ---------------------------------------------------------------------


class _MeasuredFile(RawIOBase):
    """A file that counts and digests what is written through it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._sha256 = sha256()
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._sha256.update(data)
        size = memoryview(data).nbytes
        self._size += size
        self._out.write(data)
        return size

    def tell(self) -> int:
        return self._size

    def describe(self) -> dict[str, Any]:
        return {"size": self._size, "sha256": self._sha256.hexdigest()}


def _write_lines(target: OutputTarget, name: str, lines: Iterable[bytes]) -> StatementFile:
    count, digest = 0, sha256()
    with target.open(name) as out:
        measured = _MeasuredFile(out)
        with bulk.pack(cast("BinaryIO", measured)) as packed:
            for line in lines:
                packed.write(line)
                digest.update(line)
                count += 1
    return StatementFile(
        name=name, statements=count, lines_sha256=digest.hexdigest(), **measured.describe()
    )


def _write_tables(
    target: OutputTarget, tables: Sequence[str], rows: Iterable[Any], end: str = ""
) -> list[ParquetFile]:
    measured: dict[str, _MeasuredFile] = {}

    @contextmanager
    def open_file(table: str) -> Iterator[BinaryIO]:
        with target.open(f"{table}{end}.parquet") as out:
            measured[table] = _MeasuredFile(out)
            yield cast("BinaryIO", measured[table])

    counts = parquet.write_tables(rows, tables, open_file)
    return [
        ParquetFile(
            name=f"{table}{end}.parquet", table=table, rows=count, **measured[table].describe()
        )
        for table, count in counts.items()
    ]
