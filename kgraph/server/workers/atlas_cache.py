"""The drawn atlas of a build in the user's cache folder, so that the next server need not draw it.

Invariant: two atlases of one digest have the same bytes. So the digest covers the checksums of all
files of the build, the program's own code, its data and the libraries that compute and pack.
"""

from __future__ import annotations

import hashlib
import os
import platform
import zlib
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from kgraph.base.cache import restore_cached_file, save_cached_file
from kgraph.base.checksums import CHECKSUMS_FILE
from kgraph.base.text import hex_digest
from kgraph.base.vocabulary import list_data_files
from kgraph.views.open_graph import OpenGraph

CACHE_NAME = "atlas"

#: Suffixes of files of the program, and packages that the positions and the bytes depend on.
CODE_SUFFIXES = frozenset((".py", ".js", ".css", ".html"))
LIBRARIES = ("numpy", "networkx", "msgspec")

SIZE_BYTES = 4  #: of the unpacked size at the end of a gzip file below 4 GB (RFC 1952, ISIZE)


def restore_atlas(graph: OpenGraph, title: str, path: Path) -> int | None:
    """Copy the packed atlas of a build from the cache to a path.

    Returns:
        Its unpacked size in bytes; None if the cache does not hold it whole.
    """
    with suppress(OSError):  # a later build may have removed this one
        if restore_cached_file(CACHE_NAME, _digest_atlas(graph, title), path):
            with path.open("rb") as file:
                file.seek(-SIZE_BYTES, os.SEEK_END)
                return int.from_bytes(file.read(), "little")
    return None


def save_atlas(graph: OpenGraph, title: str, path: Path) -> None:
    """Copy the packed atlas of a build into the cache, if that can be written."""
    with suppress(OSError):
        save_cached_file(CACHE_NAME, _digest_atlas(graph, title), path)


def _digest_atlas(graph: OpenGraph, title: str) -> str:
    build = hashlib.sha256((graph.store.build / CHECKSUMS_FILE).read_bytes()).hexdigest()
    return hex_digest("\n".join((build, graph.base, title, _digest_code())), 32)


@cache
def _digest_code() -> str:
    """Return a digest of the program, its ontology and the libraries: 4 MB, read once."""
    versions = [platform.python_version(), zlib.ZLIB_RUNTIME_VERSION, *map(version, LIBRARIES)]
    digest = hashlib.sha256(" ".join(versions).encode())
    package = Path(__file__).parents[2]
    code = (path for path in package.rglob("*.*") if path.suffix in CODE_SUFFIXES)
    ontology = (path for path in list_data_files() if path.parent.name == "ontology")
    for path in (*sorted(code), *ontology):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
