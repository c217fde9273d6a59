"""Ids of other registers from tables that users bring: OpenRefine, Wikidata, SSSOM.

:mod:`~kgraph.identify.table_file` reads a file as a table, :mod:`~kgraph.identify.id_columns` and
:mod:`~kgraph.identify.sssom_file` find names and ids in its rows, and
:mod:`~kgraph.identify.match_rows` says what each row adds to which entity.
"""
