"""Queries evaluated in other ways than they are written in, with the same answers, sooner.

Takes the text of a query and what puts one to the engine, gives what the engine finds
(:func:`kgraph.joins.asking.ask`). :mod:`kgraph.joins.hashing` writes joins so that they are made
by hash, :mod:`kgraph.joins.leading` finds the first rows of many without sorting all of them.

Invariant: imports only the standard library and the engine, so that a process which answers
queries starts at once.
"""

from kgraph.joins.asking import Counts, ask

__all__ = ["Counts", "ask"]
