"""Answer SPARQL faster than the engine (Oxigraph) does by itself, with the same answers.

:mod:`kgraph.accel.rewrite` rewrites a query so that the engine joins by hash;
:mod:`kgraph.accel.columns` answers the usual queries from sorted arrays. What neither supports
(:class:`kgraph.accel.rewrite.grammar.Unsupported`, which any function here may raise) goes to the
engine as it is.
"""
