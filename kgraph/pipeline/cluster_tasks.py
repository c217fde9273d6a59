"""Tasks that the workers of a Dask cluster run.

A task carries the digest of the program that made it, since workers may join at any time.
"""

from __future__ import annotations

import pickle
import platform
from collections.abc import Callable
from functools import cache
from importlib import metadata
from threading import Event
from typing import Any

from kgraph.base.errors import ClusterError
from kgraph.base.processes import without_gc
from kgraph.ingest.yaml_fast import import_parser
from kgraph.pipeline.locations import read_binary
from kgraph.pipeline.program_digest import digest_program
from kgraph.pipeline.tables import receive_tables

IMPORT_TIMEOUT_S = 10.0  #: after which a worker goes on with the slower parser


def describe_program() -> dict[str, str]:
    """Return what must be the same on all machines, by a name for people.

    These are only builtin types, so that any version of kgraph can read the answer.
    """
    return {
        "Python": platform.python_version(),
        "kgraph": metadata.version("kgraph-episodes"),
        "Dask": metadata.version("distributed"),
        "code, lexicon, model and libraries": digest_program()[:12],
    }


def pack_task(function: Callable[[Any], object], task: object) -> bytes:
    """Encode a task: Dask sends bytes as they are, and searches anything else for its own keys."""
    return pickle.dumps((digest_program(), pickle.dumps((function, task))))


def run_task(packed: bytes, tables: bytes | None = None) -> bytes:
    """Run a task of :func:`pack_task`, and return its pickled result.

    Args:
        tables: the encoded tables of the corpus, for a task of the second pass.

    Raises:
        ClusterError: this worker has another version of kgraph, or a file cannot be read or
            written.
    """
    program, content = pickle.loads(packed)
    if program != digest_program():
        raise ClusterError(
            f"the worker {_name_worker()} has another version of kgraph, of its lexicon or of a "
            "library: install the same on all machines, restart the worker, and build again"
        )
    function, task = pickle.loads(content)
    _prepare_worker()
    if tables is not None:
        receive_tables(tables)
    try:
        with without_gc():  # tasks make no reference cycles
            return pickle.dumps(function(task))
    except OSError as error:
        path = f" {error.filename}:" if error.filename else ""
        raise ClusterError(
            f"the worker {_name_worker()} cannot read or write a file:{path} "
            f"{error.strerror or error}: see that its disk and --work have space, and build again"
        ) from error


@cache
def _prepare_worker() -> None:
    """Import the fast parser of YAML in the worker's main thread, where its event loop runs.

    Tasks run in another thread, which must not import it (:mod:`kgraph.ingest.yaml_fast`).
    """
    from distributed import get_worker

    imported = Event()

    def run() -> None:
        try:
            import_parser()
        finally:
            imported.set()

    get_worker().loop.add_callback(run)
    imported.wait(IMPORT_TIMEOUT_S)


def keep_bytes(data: bytes) -> bytes:
    """Return the data, which Dask then keeps on workers, and moves where tasks need it."""
    return data


def read_marker(location: str) -> bytes:
    """Return the content of a file in the folder that all workers share."""
    return read_binary(location)


def _name_worker() -> str:
    from distributed import get_worker

    return str(get_worker().address)
