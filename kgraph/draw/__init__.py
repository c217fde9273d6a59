"""The graph as a picture: one offline HTML file of what is mentioned together.

Takes a :class:`kgraph.graph.Graph`, gives a page that a browser shows without asking
anyone: every link with the episodes and quotes that stand behind it.
"""

from kgraph.draw.draw import MAX_VIEW_NODES, View, write_view

__all__ = ["MAX_VIEW_NODES", "View", "write_view"]
