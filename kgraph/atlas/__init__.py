"""The whole corpus as one picture: an offline HTML file in which every edge can be asked why.

Takes a :class:`kgraph.graph.Graph`, gives a page that a browser shows without asking anyone.
"""

from kgraph.atlas.write import AtlasPage, draw_atlas, write_atlas
from kgraph.deprecated import add_old_names

__all__ = ["AtlasPage", "draw_atlas", "write_atlas"]

add_old_names(__name__)
