"""Compiled data in the user's cache folder: what takes long to make from files of data.

A cache file is named by a digest of all data and code that it is made from. One that differs from
what was written is ignored and written again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec
import platformdirs

from kgraph.base.files import replace_file
from kgraph.base.processes import without_gc

CHECKSUM_BYTES = hashlib.sha256().digest_size  #: of the rest, at the start of a cache file
MAX_CACHE_FILES = 6  #: of a name, those used last: of versions and projects; 13 MB at most each

ValueT = TypeVar("ValueT")


def cache_folder() -> Path:
    """Return the folder of the cache: ``KGRAPH_CACHE``, or the user's own."""
    return Path(os.environ.get("KGRAPH_CACHE") or platformdirs.user_cache_path("kgraph"))


def load_compiled(
    name: str, digest: str, shape: type[ValueT], make: Callable[[], ValueT]
) -> ValueT:
    """Load a value from its cache file if that is whole; otherwise make it, and write the file.

    Args:
        name: of the kind of value.
        digest: of all that it is made from, in hex digits.
    """
    path = cache_folder() / f"{name}-{digest}"
    with suppress(OSError, ValueError, msgspec.MsgspecError):
        content = path.read_bytes()
        checksum, data = content[:CHECKSUM_BYTES], content[CHECKSUM_BYTES:]
        if checksum == hashlib.sha256(data).digest():
            with suppress(OSError):  # another user's
                os.utime(path)  # it was used last
            with without_gc():  # saves a third of the time
                return msgspec.msgpack.decode(data, type=shape)
    with without_gc():
        value = make()
    with suppress(OSError):  # where writing is not allowed, the next run makes it again
        encoded = msgspec.msgpack.encode(value, order="deterministic")
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as file:
            file.write(hashlib.sha256(encoded).digest() + encoded)
        files = sorted(path.parent.glob(f"{name}-*"), key=lambda file: file.stat().st_mtime)
        for old in files[:-MAX_CACHE_FILES]:
            old.unlink(missing_ok=True)
    return value
