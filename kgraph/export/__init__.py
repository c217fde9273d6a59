"""Write the graph in the formats of other programs: one function and one table row for each.

Takes a :class:`kgraph.graph.Graph`, gives bytes: the same graph gives the same bytes. Every format
is written episode by episode, in bounded memory.
"""

from kgraph.export.export import EXPORT_FORMATS, ExportFormat, export

__all__ = ["EXPORT_FORMATS", "ExportFormat", "export"]
