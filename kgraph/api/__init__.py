"""The library's front door: a graph that can be built, asked, walked, exported and drawn.

Each method is one call into the package that does the work, and the twin of a command.

Parts of a graph are chosen by the same arguments everywhere:

    since, until      first and last day: a date, or text such as 2025-06-01 or 2025-06
    types             one type of entity, such as "company", or several; none for all
    min_confidence    lowest confidence of a mention, from 0 to 1
    episodes          one episode, or several, by file name, title or id; none for all
    selection         a ready kgraph.Selection in place of the five
"""

from kgraph.api.knowledge import KnowledgeGraph

__all__ = ["KnowledgeGraph"]
