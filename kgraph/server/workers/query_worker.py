"""Worker process that evaluates SPARQL queries, one after another, until its input ends.

Reads jobs and writes frames as :mod:`kgraph.server.workers.protocol` describes.

Invariant: imports only the standard library, pyoxigraph, :mod:`kgraph.accel.rewrite`, the protocol
and modules of :mod:`kgraph.base` that import no more, and runs as a script. A stopped process is
thus replaced in some 40 ms; with the rest of kgraph it takes 150. :mod:`kgraph.accel.columns`,
which takes 80 more, is imported only by a process that gets a folder of columns, at its start or
with a job; :mod:`kgraph.query.formats` only for an answer in JSON-LD.
"""

from __future__ import annotations

import io
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pyoxigraph
from pyoxigraph import DefaultGraph, QueryResultsFormat, QueryTriples, RdfFormat

from kgraph.accel.rewrite.hash_joins import cache_counts, evaluate
from kgraph.base.checksums import SMALL_BYTES, Checksums
from kgraph.base.errors import InputError, StoreError
from kgraph.base.processes import memory_exceeds
from kgraph.base.xml import XmlSanitizer
from kgraph.server.workers.protocol import (
    FRAME_CHUNK_BYTES,
    FrameWriter,
    send_body,
    send_json,
    serve_jobs,
    start_process,
)

if TYPE_CHECKING:
    from kgraph.accel.columns.query import ColumnAnswer, ColumnEngine

#: Bytes of memory from which a process is replaced: memory of a large sort is not given back.
MAX_RSS_BYTES = 256 << 20

JSONLD = "application/ld+json"


class UnacceptableError(Exception):
    """The result is of a kind that the client does not accept. Internal to this process."""


class Engine:
    """The database and the columns of the last job, kept open."""

    def __init__(self) -> None:
        self._path = ""
        self._store = pyoxigraph.Store()
        self._counts = cache_counts(self._store.query)
        self._columns_folder = ""
        self._columns: ColumnEngine | None = None

    def open_database(self, job: dict[str, Any]) -> None:
        """Open the database and the columns of a job, if they are not open.

        Raises:
            OSError: the database cannot be opened.
            StoreError: the database is damaged.
        """
        if job["database"] != self._path:
            verify_database(job["database"], SMALL_BYTES)
            self._store = pyoxigraph.Store.read_only(job["database"])
            self._path = job["database"]
            self._counts = cache_counts(partial(self._execute, job))
        self.open_columns(job["columns"])

    def open_columns(self, folder: str) -> None:
        """Open the columns in a folder, if they are not open; "" closes them.

        Opening takes 80 ms and saves a second of a count.
        """
        if folder != self._columns_folder:
            self._columns = _open_columns(folder) if folder else None
            self._columns_folder = folder

    def query_columns(self, job: dict[str, Any]) -> ColumnAnswer | None:
        """Answer from columns; return None if there are none or they do not cover the query."""
        if self._columns is None:
            return None
        return self._columns.answer(job["text"], job["prefixes"], job["formats"])

    def query(self, job: dict[str, Any]) -> Any:
        """Evaluate a query, with joins ordered by the number of matches.

        Raises:
            SyntaxError: the query cannot be parsed.
        """
        return evaluate(job["text"], partial(self._execute, job), self._counts)

    def _execute(self, job: dict[str, Any], text: str) -> Any:
        # Naming the default graph overrides FROM, which the server accepts only for that graph.
        return self._store.query(
            text,
            base_iri=job["base"],
            prefixes=job["prefixes"],
            default_graph=DefaultGraph(),
            named_graphs=[],
        )


def verify_database(database: str, max_bytes: float = float("inf")) -> None:
    """Verify the checksums of a database's files up to a size.

    Raises:
        StoreError: a file differs from what the build wrote.
    """
    path = Path(database)
    Checksums(path.parent).check_files(f"{path.name}/", max_bytes)


def _open_columns(folder: str) -> ColumnEngine | None:
    try:
        from kgraph.accel.columns.query import ColumnEngine

        return ColumnEngine(folder)
    except (ImportError, MemoryError, OSError, ValueError) as error:  # the first two: no memory
        if Path(folder).parent.is_dir():  # else their build is gone, and queries of it say so
            sys.stderr.write(f"kgraph: {folder}: {error}: queries go to the engine\n")
        return None


def handle_query_job(engine: Engine, job: dict[str, Any], out: BinaryIO) -> None:
    """Run one job, and send the reply or the error."""
    try:
        engine.open_database(job)
    except (OSError, RuntimeError, StoreError) as error:
        _send_failure(job, "store", error, out)
        return
    try:
        result = _run_query(engine, job, out)
    except SyntaxError as error:
        send_json(out, b"e", error="syntax", message=str(error.msg or error))
    except UnacceptableError as error:
        send_json(out, b"e", error="unacceptable", message=str(error))
    except InputError as error:  # the format cannot carry a term
        send_json(out, b"e", error="uncarried", message=str(error))
    except (OSError, RuntimeError, ValueError) as error:
        _send_failure(job, "failed", error, out)
    else:
        send_json(out, b"z", spent=memory_exceeds(MAX_RSS_BYTES))
        del result  # freed only after the reply: freeing many rows takes time


def _send_failure(job: dict[str, Any], code: str, error: Exception, out: BinaryIO) -> None:
    """Send an error of the engine, or the damage of the database that caused it."""
    try:
        verify_database(job["database"])
    except StoreError as damage:
        send_json(out, b"e", error="store", message=str(damage))
    else:
        send_json(out, b"e", error=code, message=str(error))


def _run_query(engine: Engine, job: dict[str, Any], out: BinaryIO) -> object:
    answer = engine.query_columns(job)
    if answer is not None:
        send_body(out, answer.kind, job["types"][answer.kind], answer.data)
        return None
    result = engine.query(job)
    if isinstance(result, QueryTriples):
        kind = "graph"
    else:
        kind = "boolean" if isinstance(result, pyoxigraph.QueryBoolean) else "solutions"
    if kind not in job["types"]:
        raise UnacceptableError(kind)
    send_json(out, b"h", kind=kind, type=job["types"][kind])
    with io.BufferedWriter(FrameWriter(out), FRAME_CHUNK_BYTES) as sink:
        media_type, output = job["formats"][kind], cast("BinaryIO", sink)
        if media_type.endswith("xml"):
            output = cast("BinaryIO", XmlSanitizer(output))
        if isinstance(result, QueryTriples) and media_type == JSONLD:
            from kgraph.query.formats import serialize_jsonld

            serialize_jsonld(result, output, job["prefixes"])
        elif isinstance(result, QueryTriples):
            format_ = RdfFormat.from_media_type(media_type)
            pyoxigraph.serialize(result, output, format=format_, prefixes=job["prefixes"])
        else:
            result.serialize(output, format=QueryResultsFormat.from_media_type(media_type))
    return result


def main() -> None:
    """Run jobs until the input ends."""
    out, _, columns_folder = start_process()
    engine = Engine()
    engine.open_columns(*columns_folder or [""])
    serve_jobs(out, lambda line, out: handle_query_job(engine, json.loads(line), out))


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    except MemoryError:  # the server reports it; there may be no memory for a message
        os._exit(1)
