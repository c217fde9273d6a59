"""Plain values about a graph, as the API sends and pages, commands and tools show them.

A view takes a :class:`kgraph.views.open_graph.OpenGraph` and a struct of parameters, and returns
a struct. :mod:`kgraph.views.registry` lists the views of the API. Every count has a view that
returns its evidence (:mod:`kgraph.views.why`, :class:`kgraph.views.lists.EpisodesRequest`). For a
name that the graph does not have, a view raises :class:`kgraph.base.errors.UnknownNameError` with
similar names.

Invariant: lists are bounded, and state their total where they may be cut.
"""
