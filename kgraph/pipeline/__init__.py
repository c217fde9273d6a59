"""Build a graph from a folder of episode files.

Takes paths, gives a store (:mod:`kgraph.store`) and a :class:`Report`. Files are read once
and surveyed in parallel; all surveys together decide how names, quotes and shows are resolved;
then episodes are resolved and written in parallel, in canonical order. Where few files changed
since the last build, only what differs is done again (:mod:`kgraph.pipeline.update`).
"""

from kgraph.pipeline.build import build
from kgraph.pipeline.report import Report

__all__ = ["Report", "build"]
