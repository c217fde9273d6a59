"""The knowledge that travels with kgraph, made ready once and kept.

Takes the shipped lexicon, word lists and weights; gives :class:`Knowledge` without a
corpus. Reading twenty thousand entries and coding how they sound takes seconds, so the
result is kept in the user's cache folder, under a digest of everything that it is made
from, this code included: a change of any makes another file, and losing it costs time only.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import platformdirs

from kgraph import lexicon, names
from kgraph.model import LAYOUT
from kgraph.ontology import shared
from kgraph.resolve import knowledge
from kgraph.resolve.knowledge import Knowledge

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
        return knowledge.loads(kept.read_bytes())
    except (OSError, msgspec.DecodeError):
        made = knowledge.prepare(lexicon.load(), knowledge.load_model())
        _keep(kept, knowledge.dumps(made))
        return made


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
    yield from (Path(lexicon.__file__), Path(names.__file__))
    yield from sorted(Path(__file__).parent.glob("*.py"))


def _keep(path: Path, data: bytes) -> None:
    """Write the cache in one step; where that is not allowed, the next run makes it anew."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
            draft.write(data)
        Path(draft.name).replace(path)
        kept = sorted(path.parent.glob("knowledge-*"), key=lambda file: file.stat().st_mtime)
        for old in kept[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return
