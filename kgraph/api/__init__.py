"""The public API: :class:`KnowledgeGraph` builds, queries, exports, draws and serves a graph.

Each method calls the package that does the work, and has a command of the same name.

The same arguments choose a part of the graph everywhere:

    since, until      first and last day: a date, or text such as 2025-06-01, 2025-06 or 2025
    types             one type of entity, such as "company", or several; none for all
    min_confidence    lowest confidence of a mention, from 0 to 1
    episodes          one episode, or several, by file name, title or id; none for all
    unlikely          whether mentions that are more likely wrong than right count
    selection         a ready kgraph.Selection in place of the six

An output is a path, which is written whole or not at all; "-" for standard output; or an open
binary file. The file of judgements is by default that of the last build.

:func:`open_project` opens a project, whose file names sources, store and the rest.
"""

from kgraph.api.knowledge import KnowledgeGraph
from kgraph.api.project import Project, open_project

__all__ = ["KnowledgeGraph", "Project", "open_project"]
