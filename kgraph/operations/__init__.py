"""The questions that people can ask of a graph, declared once; each face is made from the table.

A *request* is a struct of parameters (:mod:`~kgraph.operations.request`). An *operation* is a row
of :mod:`~kgraph.operations.table`: a request, the pure function that answers it, and the presenter
that makes a document of blocks from the answer (:mod:`~kgraph.operations.blocks`). Documents are
written by three renderers, :mod:`~kgraph.operations.terminal`, :mod:`~kgraph.operations.html` and
:mod:`~kgraph.operations.markdown`. They alone escape text.
"""
