"""Shared foundations: errors, text, vocabulary, lexicon, value types, files, processes.

Invariant: imports nothing, so that a process that answers queries starts at once.
"""

VERSION = "0.1.0"  #: of kgraph
