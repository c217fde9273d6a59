"""``kgraph atlas``: the whole graph as one offline HTML file, with the evidence of every edge.

Takes a :class:`kgraph.graph.Graph`, returns a page that loads nothing else.
"""

from kgraph.atlas.write import AtlasPage, draw_atlas

__all__ = ["AtlasPage", "draw_atlas"]
