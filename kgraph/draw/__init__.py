"""``kgraph view``: names that are mentioned together, as one offline HTML file.

Takes a :class:`kgraph.graph.Graph`, returns a page that loads nothing else: every link comes with
the episodes and quotes that are its evidence.
"""

from kgraph.draw.draw import MAX_VIEW_NODES, View, write_view

__all__ = ["MAX_VIEW_NODES", "View", "write_view"]
