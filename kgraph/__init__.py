"""Build a knowledge graph, with confidence and evidence for every edge, from episode files.

>>> from kgraph import KnowledgeGraph
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph.base import VERSION
from kgraph.base.late_names import add_late_names

if TYPE_CHECKING:
    from kgraph.api import KnowledgeGraph, open_project
    from kgraph.graph import Selection
    from kgraph.project.proposal import propose_project, write_project

__all__ = ["KnowledgeGraph", "Selection", "open_project", "propose_project", "write_project"]
__version__ = VERSION


# Late, so that `import kgraph` and `kgraph --help` cost nothing.
add_late_names(
    __name__,
    {
        "KnowledgeGraph": "kgraph.api",
        "Selection": "kgraph.graph",
        "open_project": "kgraph.api",
        "propose_project": "kgraph.project.proposal",
        "write_project": "kgraph.project.proposal",
    },
)
