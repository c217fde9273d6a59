"""Answer queries from the graph as sorted arrays of term numbers.

Takes the text of a query and a folder of columns, gives the answer as SPARQL JSON, Turtle or
N-Triples. Queries that raise :class:`kgraph.accel.rewrite.grammar.Unsupported` go to the engine.
:mod:`kgraph.accel.columns.writer` writes the columns of a database;
:mod:`kgraph.accel.columns.graph` opens them; :mod:`kgraph.accel.columns.parse` parses a query;
:mod:`kgraph.accel.columns.join` finds its solutions; :mod:`kgraph.accel.columns.aggregate` groups,
orders and slices them.

Invariants:
    * an answer equals the engine's, except for the order of rows that ORDER BY does not decide;
    * rows are counted before they are made: there are never more than
      :data:`kgraph.accel.columns.join.MAX_ROWS`.
"""
