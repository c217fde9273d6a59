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
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import platformdirs

from kgraph.base import lexicon, text
from kgraph.base.model import LAYOUT
from kgraph.base.vocabulary import shared
from kgraph.resolve import knowledge
from kgraph.resolve.knowledge import Knowledge

CHECKSUM_BYTES = hashlib.sha256().digest_size
"""What a file begins with: the SHA-256 of the rest (13 MB take 7 ms)."""

DRAFT = ".kgraph-draft-"
"""Begins the name of a file that is being written."""

STALE_S = 3600.0
"""Seconds after which whoever wrote a draft has been killed."""

KEPT = 3
"""Cache files that are left in place: those of the versions used last."""


@cache
def prepared() -> Knowledge:
    """The shipped knowledge.

    Raises:
        DataError: lexicon, word lists or weights hold something wrong.
    """
    kept = cache_folder() / f"knowledge-{_digest()}"
    try:
        return knowledge.loads(_read(kept))
    except (OSError, ValueError, msgspec.MsgspecError):
        made = knowledge.prepare(lexicon.load(), knowledge.load_model())
        _keep(kept, knowledge.dumps(made))
        return made


def _read(path: Path) -> bytes:
    """The bytes that :func:`_keep` was given.

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


def _digest() -> str:
    """Of all data and code that the knowledge is made from."""
    digest = hashlib.sha256(str(LAYOUT).encode())
    for path in _sources():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    yield from sorted(shared("data", "lexicon").glob("*.yaml"))
    yield from sorted(shared("data", "model").iterdir())
    yield from (Path(lexicon.__file__), Path(text.__file__))
    yield from sorted(Path(__file__).parent.rglob("*.py"))


def _keep(path: Path, data: bytes) -> None:
    """Write the cache in one step; where that is not allowed, the next run makes it anew."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale_drafts(path.parent)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=DRAFT, delete=False) as draft:
            draft.write(hashlib.sha256(data).digest() + data)
        Path(draft.name).replace(path)
        kept = sorted(path.parent.glob("knowledge-*"), key=lambda file: file.stat().st_mtime)
        for old in kept[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def _remove_stale_drafts(folder: Path) -> None:
    for draft in folder.glob(f"{DRAFT}*"):
        if draft.stat().st_mtime < time.time() - STALE_S:
            draft.unlink(missing_ok=True)
