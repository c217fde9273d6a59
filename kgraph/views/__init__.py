"""What is known of a thing, as plain values: what the API sends and pages show.

Takes a :class:`kgraph.views.open_graph.OpenGraph` (a build, opened) and what is asked as a struct of
parameters; gives structs. Each question is a function here and a row in
:mod:`kgraph.views.registry`. Every figure can be asked for its evidence
(:mod:`kgraph.views.evidence`, :class:`kgraph.views.lists.EpisodesRequest`).

Invariant: lists are bounded, and say how many there are in all where they may be cut.
"""
