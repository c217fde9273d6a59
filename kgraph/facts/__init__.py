"""What is known of a thing, as plain values: what the API sends and pages show.

Takes a :class:`kgraph.facts.shelf.Shelf` (a build, opened) and what is asked as a struct of
parameters; gives structs. Each question is a function here and a row in
:mod:`kgraph.facts.registry`. Every figure can be asked for its evidence
(:mod:`kgraph.facts.why`, :class:`kgraph.facts.lists.Episodes`).

Invariant: lists are bounded, and say how many there are in all where they may be cut.
"""
