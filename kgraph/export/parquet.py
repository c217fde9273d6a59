"""Write the tables of :mod:`kgraph.export.database` as Parquet, one file each, with pyarrow."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from kgraph.base.errors import InputError
from kgraph.export.database import TABLES, Cell, Table, iterate_rows
from kgraph.export.networks import ALL_QUOTES
from kgraph.export.rdf import RdfContent
from kgraph.graph import Graph

GROUP_ROWS = 1 << 16  #: rows of a table that are kept until they are written as a row group

FILE_NAMES = frozenset(f"{name}.parquet" for name in TABLES)


def is_export(folder: Path) -> bool:
    """Return whether a folder holds an earlier export, all of it and nothing else."""
    return {entry.name for entry in folder.iterdir()} == FILE_NAMES


def write_parquet(graph: Graph, folder: Path, base: str, content: RdfContent) -> None:
    """Write the files into an empty folder.

    They have all quotes, or the best of each episode if the content says how many.

    Raises:
        InputError: pyarrow is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise InputError(
            "parquet needs pyarrow: pip install '.[parquet]' in the checkout of kgraph, "
            "or export sqlite"
        ) from error
    schemas = {name: _make_schema(table) for name, table in TABLES.items()}
    waiting: dict[str, list[tuple[Cell, ...]]] = {name: [] for name in TABLES}
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(
                pyarrow.parquet.ParquetWriter(
                    folder / f"{name}.parquet", schema, compression="zstd"
                )
            )
            for name, schema in schemas.items()
        }

        def flush(name: str) -> None:
            columns = list(zip(*waiting[name], strict=True)) or [()] * len(schemas[name])
            writers[name].write_table(pyarrow.table(columns, schema=schemas[name]))
            waiting[name].clear()

        for name, rows in iterate_rows(graph, base, content.quotes or ALL_QUOTES):
            waiting[name] += rows
            if len(waiting[name]) >= GROUP_ROWS:
                flush(name)
        for name in TABLES:
            flush(name)


def _make_schema(table: Table) -> Any:
    import pyarrow

    types = {
        str: pyarrow.string(),
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        bool: pyarrow.bool_(),
    }
    return pyarrow.schema(
        pyarrow.field(column.name, types[column.type], nullable=column.name not in table.key)
        for column in table.columns
    )
