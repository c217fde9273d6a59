"""The whole trip, from a folder of episode files to a graph that can be asked.

Takes paths, gives a store (:mod:`kgraph.store`) and a :class:`Report`. Files are read once
and surveyed in parallel; what the surveys say together decides how names, quotes and shows
are resolved; then recordings are resolved and written in parallel, in canonical order.
"""

from kgraph.pipeline.build import build
from kgraph.pipeline.report import Report

__all__ = ["Report", "build"]
