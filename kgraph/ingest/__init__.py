"""Paths to episodes: the only room that knows files, front matter and YAML.

Takes paths, gives :class:`model.Reading` values: what each file says, typed as
``ontology/fields.yaml`` has it, and a :class:`model.Problem` for everything that was not
read as it stands. The codes of problems are listed in :mod:`kgraph.ingest.problems`, the
limits in :mod:`kgraph.ingest.limits`.
"""

from kgraph.ingest.files import FoundFiles, SourceFile, find_files
from kgraph.ingest.reader import read_bytes, read_file

__all__ = ["FoundFiles", "SourceFile", "find_files", "read_bytes", "read_file"]
