"""Write folders, and scripts, for the bulk loaders of Virtuoso, QLever and Amazon Neptune.

Each holds the export as packed N-Triples or N-Quads in pieces, which loaders read in parallel, and
the file that tells the loader what to do. Formats: Virtuoso's "Bulk Loading RDF Source Files",
the Qleverfile of https://github.com/qlever-dev/qlever-control, and Neptune's "Loader Command".

Invariants: the same graph gives the same bytes; nothing in a script comes from a text of the graph.
"""

from __future__ import annotations

import gzip
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Literal, cast

import msgspec

from kgraph.base.errors import InputError
from kgraph.export.rdf import RdfContent, write_nquads, write_ntriples
from kgraph.graph import Graph

PIECE_STATEMENTS = 250_000  #: of a file; loaders read several files at once

GZIP_LEVEL = 6  #: of 9: a sixth larger than the best, in a third of its time

_PIECE = re.compile(r"statements-\d{4,}\.(nt\.gz|nt\.graph|nq\.gz)")

_ISQL_MARKS = frozenset("';$")

LOAD_ISQL = """\
-- Made by kgraph: replaces a graph of Virtuoso by the files of a folder, which DirsAllowed in
-- virtuoso.ini has to name:
--   isql 1111 dba PASSWORD load.isql -u folder=/path/of/this/folder
log_enable(3, 1);
SPARQL CLEAR GRAPH <{graph}>;
DELETE FROM DB.DBA.load_list WHERE starts_with(ll_file, '$U{{folder}}/statements-');
ld_dir('$U{{folder}}', 'statements-%.{suffix}.gz', '{graph}');
rdf_loader_run();
checkpoint;
SELECT ll_file, ll_error FROM DB.DBA.load_list WHERE ll_error IS NOT NULL;
SPARQL SELECT (COUNT(*) AS ?statements) FROM <{graph}> {{ ?s ?p ?o }};
"""

QLEVERFILE = """\
# Made by kgraph, for `qlever index` and `qlever start` in this folder.
[data]
NAME        = kgraph
DESCRIPTION = Knowledge graph of episodes, in {graph}
FORMAT      = {suffix}

[index]
INPUT_FILES     = statements-*.{suffix}.gz
CAT_INPUT_FILES = zcat ${{INPUT_FILES}}
SETTINGS_JSON   = {{ "num-triples-per-batch": 1000000 }}

[server]
PORT               = 7019
ACCESS_TOKEN       = ${{data:NAME}}
MEMORY_FOR_QUERIES = 4G
TIMEOUT            = 60s

[runtime]
SYSTEM = docker
IMAGE  = docker.io/adfreiburg/qlever

[ui]
UI_CONFIG = default
"""


class _PieceWriter(AbstractContextManager["_PieceWriter"]):
    """A binary file that writes lines into packed pieces of a bounded number of lines."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self._folder = folder
        self._suffix = suffix
        self._open_files: list[BinaryIO | gzip.GzipFile] = []  # the piece, then its file
        self._room = 0  # lines that the piece still takes
        self.paths: list[Path] = []

    def write(self, data: bytes) -> int:
        lines = data.splitlines(keepends=True)
        while lines:
            if not self._room:
                self._open_next()
            self._open_files[0].write(b"".join(lines[: self._room]))
            lines, self._room = lines[self._room :], max(0, self._room - len(lines))
        return len(data)

    def _open_next(self) -> None:
        self.__exit__()
        path = self._folder / f"statements-{len(self.paths) + 1:04d}.{self._suffix}.gz"
        file = path.open("wb")
        self._open_files = [pack(file), file]
        self._room = PIECE_STATEMENTS
        self.paths.append(path)

    def __exit__(self, *exception: object) -> None:
        for file in self._open_files:
            file.close()


def pack(file: BinaryIO) -> gzip.GzipFile:
    """Return a file that packs what is written into another one."""
    # Without a name and a time, the same data gives the same bytes.
    return gzip.GzipFile("", "wb", GZIP_LEVEL, file, mtime=0)


def write_virtuoso(graph: Graph, folder: Path, base: str, content: RdfContent) -> None:
    """Write N-Triples with the graph of each file, and a script for ``isql``.

    Raises:
        InputError: the graph has a character that ends a statement or a text in the script.
    """
    iri = content.name_graph(base)
    script = make_virtuoso_script(iri, "nt")
    with _PieceWriter(folder, "nt") as out:
        write_ntriples(graph, cast("BinaryIO", out), base, content)
    # As `ld_dir` looks for it where it is not given a graph: without the .gz of the file.
    for path in out.paths:
        path.with_suffix(".graph").write_text(f"{iri}\n", "utf-8")
    (folder / "load.isql").write_bytes(script)


def write_qlever(graph: Graph, folder: Path, base: str, content: RdfContent) -> None:
    """Write N-Quads and a Qleverfile."""
    with _PieceWriter(folder, "nq") as out:
        write_nquads(graph, cast("BinaryIO", out), base, content)
    (folder / "Qleverfile").write_bytes(make_qleverfile(content.name_graph(base), "nq"))


def write_neptune(graph: Graph, folder: Path, base: str, content: RdfContent) -> None:
    """Write N-Quads and the request that loads them from a bucket."""
    with _PieceWriter(folder, "nq") as out:
        write_nquads(graph, cast("BinaryIO", out), base, content)
    (folder / "load.json").write_bytes(make_neptune_request("", "nq"))


def make_virtuoso_script(graph: str, suffix: Literal["nt", "nq"]) -> bytes:
    """Return a script for ``isql`` that loads the files of a folder.

    Args:
        graph: IRI of the named graph.
        suffix: of the files, without ``.gz``.

    Raises:
        InputError: the graph has a character that ends a statement or a text in the script.
    """
    if _ISQL_MARKS.intersection(graph):
        raise InputError(
            f"{graph}: isql cannot read this graph in a script: name one without ' ; and $ "
            "(--graph)"
        )
    return LOAD_ISQL.format(graph=graph, suffix=suffix).encode()


def make_qleverfile(graph: str, suffix: Literal["nt", "nq"]) -> bytes:
    """Return a Qleverfile of the files of a folder; "" is the default graph."""
    # $ begins a reference in the dialect of INI that QLever's program reads.
    where = f"the graph {graph.replace('$', '$$')}" if graph else "the default graph"
    return QLEVERFILE.format(graph=where, suffix=suffix).encode()


def make_neptune_request(graph: str, suffix: Literal["nt", "nq"]) -> bytes:
    """Return the request that loads files from a bucket.

    Args:
        graph: IRI of the named graph of N-Triples; "" for Neptune's own default.
        suffix: of the files, without ``.gz``.
    """
    request: dict[str, object] = {
        "source": "s3://BUCKET/FOLDER/statements-",
        "format": "nquads" if suffix == "nq" else "ntriples",
        "iamRoleArn": "arn:aws:iam::ACCOUNT:role/ROLE",
        "region": "REGION",
        "mode": "AUTO",
        "failOnError": "TRUE",
        "parallelism": "MEDIUM",
    }
    if graph:
        request["parserConfiguration"] = {"namedGraphUri": graph}
    return msgspec.json.format(msgspec.json.encode(request), indent=2) + b"\n"


def is_virtuoso_export(folder: Path) -> bool:
    """Return whether a folder holds an earlier export for Virtuoso, and nothing else."""
    return _holds_only(folder, "load.isql")


def is_qlever_export(folder: Path) -> bool:
    """Return whether a folder holds an earlier export for QLever, and nothing else."""
    return _holds_only(folder, "Qleverfile")


def is_neptune_export(folder: Path) -> bool:
    """Return whether a folder holds an earlier export for Neptune, and nothing else."""
    return _holds_only(folder, "load.json")


def _holds_only(folder: Path, instructions: str) -> bool:
    names = {entry.name for entry in folder.iterdir()}
    return instructions in names and all(map(_PIECE.fullmatch, names - {instructions}))
