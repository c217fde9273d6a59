"""The whole corpus as one picture: an offline HTML file in which every edge can be asked why.

Takes a :class:`kgraph.graph.Graph`, gives a page that a browser shows without asking anyone.
"""

from kgraph.atlas.atlas import AtlasPage, draw_atlas, write_atlas

__all__ = ["AtlasPage", "draw_atlas", "write_atlas"]
