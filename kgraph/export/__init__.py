"""The graph in other programs' formats: one writer a format, all in one table.

Takes a :class:`kgraph.graph.Graph`, gives bytes in canonical order: the same graph gives
the same bytes. Every format is written recording by recording, in bounded memory.
"""

from kgraph.deprecated import add_old_names
from kgraph.export.export import EXPORT_FORMATS, ExportFormat, export

__all__ = ["EXPORT_FORMATS", "ExportFormat", "export"]

add_old_names(__name__)
