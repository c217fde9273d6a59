"""The knowledge that travels with kgraph, made ready once and kept.

Takes the shipped lexicon, word lists and weights; gives :class:`Knowledge` without a
corpus. Reading twenty thousand entries and coding how they sound takes seconds, so the
result is kept in the user's cache folder, under a digest of everything that it is made
from, this code included: a change of any makes another file, and losing it costs time only.

Invariant: a file that is not as it was written, byte for byte, is made anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec
import platformdirs

from kgraph.base import lexicon, text
from kgraph.base.files import replace_file
from kgraph.base.model import LAYOUT_VERSION
from kgraph.base.vocabulary import data_path
from kgraph.resolve import knowledge
from kgraph.resolve.knowledge import Knowledge

CHECKSUM_BYTES = hashlib.sha256().digest_size
"""What a file begins with: the SHA-256 of the rest (13 MB take 7 ms)."""

MAX_CACHE_FILES = 3
"""Cache files that are left in place: those of the versions used last."""


@cache
def load_shipped_knowledge() -> Knowledge:
    """The shipped knowledge.

    Raises:
        DataError: lexicon, word lists or weights hold something wrong.
    """
    kept = cache_folder() / f"knowledge-{_digest_sources()}"
    try:
        return knowledge.decode_knowledge(_read_checked(kept))
    except (OSError, ValueError, msgspec.MsgspecError):
        made = knowledge.prepare_knowledge(lexicon.load_lexicon(), knowledge.load_model())
        _write_cache(kept, knowledge.encode_knowledge(made))
        return made


def _read_checked(path: Path) -> bytes:
    """The bytes that :func:`_write_cache` was given.

    Raises:
        OSError: the file cannot be read.
        ValueError: it does not hold them.
    """
    content = path.read_bytes()
    checksum, data = content[:CHECKSUM_BYTES], content[CHECKSUM_BYTES:]
    if checksum != hashlib.sha256(data).digest():
        raise ValueError(f"{path}: its checksum does not match")
    return data


def cache_folder() -> Path:
    """Return the folder of the cache: ``KGRAPH_CACHE``, or the user's own."""
    return Path(os.environ.get("KGRAPH_CACHE") or platformdirs.user_cache_path("kgraph"))


def _digest_sources() -> str:
    """Of all data and code that the knowledge is made from."""
    digest = hashlib.sha256(str(LAYOUT_VERSION).encode())
    for path in _source_files():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _source_files() -> Iterator[Path]:
    yield from sorted(data_path("data", "lexicon").glob("*.yaml"))
    yield from sorted(data_path("data", "model").iterdir())
    yield data_path("ontology", "types.yaml")
    yield from (Path(lexicon.__file__), Path(text.__file__))
    yield from sorted(Path(__file__).parent.rglob("*.py"))


def _write_cache(path: Path, data: bytes) -> None:
    """Write the cache; where that is not allowed, the next run prepares the knowledge again."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as file:
            file.write(hashlib.sha256(data).digest() + data)
        kept = sorted(path.parent.glob("knowledge-*"), key=lambda file: file.stat().st_mtime)
        for old in kept[:-MAX_CACHE_FILES]:
            old.unlink(missing_ok=True)
