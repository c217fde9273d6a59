"""The store: the last whole graph on disk, to be queried and walked.

Takes the texts and records of a build, gives :class:`Store` for readers and
:class:`BuildWriter` for the one writer.

A store is a folder::

    lock                 held by the build that runs
    current              name of the build that readers see, and its checksum
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
build removes. No folder that ``current`` names is ever removed. The build before the last is
kept for readers that still hold it, and for all where the last is lost.

Invariant: nothing is taken from a file that is not as the build wrote it. Small files and the
search index are checked whole when they are opened, a recording when it is read; of the large
files of the database the engine checks each block, and all is checked when that fails.
"""

from kgraph.deprecated import add_old_names
from kgraph.store.layout import DEFAULT_STORE, BuildMeta
from kgraph.store.reader import Store
from kgraph.store.writer import BuildWriter

__all__ = ["DEFAULT_STORE", "BuildMeta", "BuildWriter", "Store"]

add_old_names(__name__)
