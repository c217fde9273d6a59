"""Cache of the shipped knowledge, without a corpus, in the user's cache folder.

Reading twenty thousand entries and coding how they sound takes seconds. A cache file is named
by a digest of all data and code that it is made from, this code included.

Invariant: a file that differs from what was written is ignored and written again.
"""

from __future__ import annotations

import hashlib
import os
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

CHECKSUM_BYTES = hashlib.sha256().digest_size  #: of the rest, at the start of a file
MAX_CACHE_FILES = 3  #: those of the versions used last


@cache
def load_shipped_knowledge() -> Knowledge:
    """Load the shipped knowledge.

    Raises:
        DataError: lexicon, word lists or weights are not valid.
    """
    path = cache_folder() / f"knowledge-{_digest_sources()}"
    with suppress(OSError, ValueError, msgspec.MsgspecError):
        content = path.read_bytes()
        checksum, data = content[:CHECKSUM_BYTES], content[CHECKSUM_BYTES:]
        if checksum == hashlib.sha256(data).digest():
            return knowledge.decode_knowledge(data)
    prepared = knowledge.prepare_knowledge(lexicon.load_lexicon(), knowledge.load_model())
    with suppress(OSError):  # where writing is not allowed, the next run prepares it again
        encoded = knowledge.encode_knowledge(prepared)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as file:
            file.write(hashlib.sha256(encoded).digest() + encoded)
        files = sorted(path.parent.glob("knowledge-*"), key=lambda file: file.stat().st_mtime)
        for old in files[:-MAX_CACHE_FILES]:
            old.unlink(missing_ok=True)
    return prepared


def cache_folder() -> Path:
    """Return the folder of the cache: ``KGRAPH_CACHE``, or the user's own."""
    return Path(os.environ.get("KGRAPH_CACHE") or platformdirs.user_cache_path("kgraph"))


def _digest_sources() -> str:
    digest = hashlib.sha256(str(LAYOUT_VERSION).encode())
    sources = (
        *sorted(data_path("data", "lexicon").glob("*.yaml")),
        *sorted(data_path("data", "model").iterdir()),
        data_path("ontology", "types.yaml"),
        Path(lexicon.__file__),
        Path(text.__file__),
        *sorted(Path(__file__).parent.rglob("*.py")),
    )
    for path in sources:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
