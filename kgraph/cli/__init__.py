"""The command line: each command calls one function of the library.

``-`` is standard input or output. Results go to standard output, messages and progress to
standard error. Exit status: 0 success, 1 problems or no results, 2 wrong usage.
"""

from kgraph.cli.app import main

__all__ = ["main"]
