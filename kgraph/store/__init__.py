"""The store: the last whole graph on disk, to be queried and walked.

Takes the texts and records of a build, gives :class:`Store` for readers and
:class:`Draft` for the one writer.

A store is a folder::

    lock                 held by the build that runs
    current              name of the build that readers see
    builds/0007/         one whole build
        made-by-kgraph   empty: a folder without it is somebody else's, and left alone
        meta.json        layout, base, digest, size
        graph/           the Oxigraph database
        records          the recordings, as MessagePack
        index            what recordings share, and where each recording stands
        search           the full-text index, which :mod:`kgraph.search` writes and reads
        report.json      the closing report of the build
        changes.json     what changed against the build that readers saw before
        origin.json      the paths that it was built from, and its file of judgements

Invariant: readers see the last whole build until the next is whole. A build writes a
folder that nobody reads, syncs it, and then replaces ``current``, which is one atomic
step of the file system; whatever kills it before leaves only a folder that the next
build removes. The build before the last is kept for readers that still hold it.
"""

from kgraph.store.draft import Draft
from kgraph.store.layout import DEFAULT_STORE, Meta
from kgraph.store.store import Store

__all__ = ["DEFAULT_STORE", "Draft", "Meta", "Store"]
