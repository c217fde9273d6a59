"""The command line: each command is one library call.

Nouns are arguments, ``-`` is standard input or output. Results go to standard output,
words and progress to standard error. Exit status: 0 done, 1 problems were found or the
question has no answer, 2 wrong use.
"""

from kgraph.cli.app import main

__all__ = ["main"]
