"""Read episode files: find them, decode them, parse their front matter, type their fields.

The output of :func:`find_files` and :func:`read_file` is a :class:`kgraph.base.model.FileResult`
for each file: the episode, typed by ``ontology/fields.yaml``, and a problem for every deviation
from the format. :mod:`kgraph.ingest.problems` lists the codes of problems,
:mod:`kgraph.ingest.limits` the limits.
"""

from typing import TYPE_CHECKING

from kgraph.base.late_names import add_late_names
from kgraph.ingest.files import FoundFiles, SourceFile, find_files

if TYPE_CHECKING:
    from kgraph.ingest.reader import digest_file, load_bytes, read_bytes, read_file

__all__ = [
    "FoundFiles",
    "SourceFile",
    "digest_file",
    "find_files",
    "load_bytes",
    "read_bytes",
    "read_file",
]

# To find files takes a fifth of the modules that reading one does.
add_late_names(
    __name__,
    dict.fromkeys(("digest_file", "load_bytes", "read_bytes", "read_file"), "kgraph.ingest.reader"),
)
