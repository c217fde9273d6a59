"""The graph held in columns, and the queries that are answered from them.

Takes the text of a query and a folder of columns, gives the answer as SPARQL JSON; what it does not
fit (:class:`kgraph.joins.tokens.Unfit`) is the engine's, which everything else goes to.
:mod:`kgraph.columns.making` writes the columns of a database; :mod:`kgraph.columns.graph` opens
them; :mod:`kgraph.columns.reading` reads a query; :mod:`kgraph.columns.joining` finds its rows;
:mod:`kgraph.columns.grouping` counts, orders and cuts them.

Invariants:
    * an answer is the engine's but for the order of rows that nothing orders;
    * rows are counted before they are made: none holds more than
      :data:`kgraph.columns.joining.MOST`.
"""
