"""Build a graph from a folder of episode files.

Takes paths, gives a store (:mod:`kgraph.store`) and a :class:`Report`. Files are read once
and surveyed in parallel; all surveys together decide how names, quotes and shows are resolved;
then episodes are resolved and written in parallel, in canonical order.
"""

from kgraph.pipeline.build import Report, build

__all__ = ["Report", "build"]
