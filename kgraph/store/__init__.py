"""The store: the last complete graph on disk, to be queried and iterated.

:class:`Store` is for readers, :class:`BuildWriter` for the one writer. A store is a folder::

    lock                 held by the build that runs
    current              name of the build that readers see, and its checksum
    pushes/              what was pushed into graphs of triple stores
    builds/0007/         one complete build
        made-by-kgraph   empty: a folder without it is somebody else's, and left alone
        meta.json        layout, base, digest, size
        graph/           the Oxigraph database
        records-1 ...    the episodes, as MessagePack (:mod:`kgraph.store.segments`)
        index            what episodes share, and the place of each episode
        search           the full-text index, which :mod:`kgraph.search` writes and reads
        search-wal       the changes to it since the build that wrote it
        report.json      the closing report of the build
        kept, kept-1 ... what the next build need not do again
        changes.json     what changed against the build that readers saw before
        origin.json      the paths that it was built from, and its file of judgements

Invariant: readers see the last complete build until the next is complete. A build writes a
folder that nobody reads, syncs it, and then replaces ``current``, which is one atomic
step of the file system; whatever kills it before leaves only a folder that the next
build removes. No folder that ``current`` names is ever removed. The build before the last is
kept for readers that still have it open, and for all if the last is lost.

Invariant: no data is used that differs from what the build wrote. Small files and the
search index are checked when they are opened, an episode when it is read; the engine checks
each block of the database's large files, and all is checked when that fails.

Unless a docstring says otherwise, functions raise :class:`kgraph.base.errors.StoreError` if the
file system refuses, and :class:`kgraph.base.errors.StoreDamagedError` if a checksum or a format is
wrong.
"""

from typing import TYPE_CHECKING

from kgraph.base.late_names import add_late_names
from kgraph.store.layout import DEFAULT_STORE, BuildMeta

if TYPE_CHECKING:
    from kgraph.store.reader import Store
    from kgraph.store.writer import BuildWriter

__all__ = ["DEFAULT_STORE", "BuildMeta", "BuildWriter", "Store"]

add_late_names(__name__, {"BuildWriter": "kgraph.store.writer", "Store": "kgraph.store.reader"})
