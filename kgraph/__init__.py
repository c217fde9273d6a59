"""Build a knowledge graph, with confidence and evidence for every edge, from episode files.

>>> from kgraph import KnowledgeGraph
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph import deprecated
from kgraph.base import VERSION

if TYPE_CHECKING:
    from kgraph.api import KnowledgeGraph
    from kgraph.graph import Selection

__all__ = ["KnowledgeGraph", "Selection"]
__version__ = VERSION

deprecated.install()


def __getattr__(name: str) -> object:
    # Late, so that `import kgraph` and `kgraph --help` cost nothing.
    if name == "KnowledgeGraph":
        from kgraph.api import KnowledgeGraph

        return KnowledgeGraph
    if name == "Selection":
        from kgraph.graph import Selection

        return Selection
    raise AttributeError(f"module 'kgraph' has no attribute {name!r}")
