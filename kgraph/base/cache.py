"""Keep what takes long to make in the user's cache folder: compiled data, and whole files.

A cache file is named by a digest of all data and code that it is made from, and begins with a
checksum of the rest. One that differs from what was written is ignored and written again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from kgraph.base.files import remove_abandoned_drafts, replace_file
from kgraph.base.processes import without_gc

CHECKSUM_BYTES = hashlib.sha256().digest_size  #: of the rest, at the start of a cache file
MAX_CACHE_FILES = 6  #: of a name, those used last: of versions and projects

ValueT = TypeVar("ValueT")


def cache_folder() -> Path:
    """Return the folder of the cache: ``KGRAPH_CACHE``, or the user's own."""
    if chosen := os.environ.get("KGRAPH_CACHE"):
        return Path(chosen)
    import platformdirs  # takes 6 ms, and most commands read no cache

    return platformdirs.user_cache_path("kgraph")


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
        _remove_old_files(name)
    return value


def save_cached_file(name: str, digest: str, path: Path) -> None:
    """Copy a file into the cache; where writing is not allowed, do nothing.

    Args:
        name: of the kind of file.
        digest: of all that it is made from, in hex digits.
        path: of the complete file.
    """
    with suppress(OSError), path.open("rb") as source:
        cache_folder().mkdir(parents=True, exist_ok=True)
        checksum = hashlib.file_digest(source, "sha256").digest()
        source.seek(0)
        with replace_file(cache_folder() / f"{name}-{digest}") as file:
            file.write(checksum)
            shutil.copyfileobj(source, file)
        _remove_old_files(name)


def restore_cached_file(name: str, digest: str, path: Path) -> bool:
    """Copy a file of :func:`save_cached_file` to a path.

    Returns:
        Whether the cache has the file whole, and the path can be written.
    """
    cached = cache_folder() / f"{name}-{digest}"
    with suppress(OSError), cached.open("rb") as source:
        checksum = source.read(CHECKSUM_BYTES)
        is_whole = checksum == hashlib.file_digest(source, "sha256").digest()
        if not is_whole:
            return False
        with suppress(OSError):  # another user's
            os.utime(cached)  # it was used last
        source.seek(CHECKSUM_BYTES)
        with replace_file(path) as file:
            shutil.copyfileobj(source, file)
        return True
    return False


def _remove_old_files(name: str) -> None:
    remove_abandoned_drafts(cache_folder(), f".{name}-")  # of other digests, too
    files = sorted(cache_folder().glob(f"{name}-*"), key=lambda file: file.stat().st_mtime)
    for old in files[:-MAX_CACHE_FILES]:
        old.unlink(missing_ok=True)
