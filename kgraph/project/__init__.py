"""The project file ``kgraph.toml``: what a folder of episodes is built from, and where to.

:mod:`kgraph.project.settings` reads it, :mod:`kgraph.project.choice` finds the one of a command,
:mod:`kgraph.project.preview` shows what a build would read, :mod:`kgraph.project.proposal` writes a
first one, :mod:`kgraph.project.rebuild` builds a store again from what it was built from, and
:mod:`kgraph.project.watch` does so whenever that changes.
"""

from kgraph.project.choice import choose_project, find_project_file
from kgraph.project.settings import PROJECT_FILE, ProjectSettings, load_project

__all__ = [
    "PROJECT_FILE",
    "ProjectSettings",
    "choose_project",
    "find_project_file",
    "load_project",
]
