"""Paths to episodes: the only room that knows files, front matter and YAML.

Takes paths, gives :class:`model.Reading` values: what each file says, typed as
``ontology/fields.yaml`` has it, and a :class:`model.Problem` for everything that was not
read as it stands. The codes of problems are listed in :mod:`kgraph.reading.problems`, the
limits in :mod:`kgraph.reading.limits`.
"""

from kgraph.reading.episodes import read, read_bytes
from kgraph.reading.sources import FoundFiles, SourceFile, find

__all__ = ["FoundFiles", "SourceFile", "find", "read", "read_bytes"]
