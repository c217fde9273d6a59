"""Write the tables of :mod:`kgraph.export.database` as Parquet, one file each, with pyarrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from kgraph.base.errors import InputError
from kgraph.export.database import TABLES, Cell, Rows, Table, iterate_rows
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
    batches = iterate_rows(graph, base, content.quotes or ALL_QUOTES)
    write_tables(batches, TABLES, lambda table: (folder / f"{table}.parquet").open("wb"))


def write_tables(
    batches: Iterable[Rows],
    names: Iterable[str],
    open_file: Callable[[str], AbstractContextManager[BinaryIO]],
) -> dict[str, int]:
    """Write a file of each table; return the number of its rows by name.

    Args:
        batches: rows of these tables.
        names: of the tables.
        open_file: opens the file of a table.

    Raises:
        InputError: pyarrow is not installed.
    """
    check_installed()
    import pyarrow.parquet

    schemas = {name: _make_schema(TABLES[name]) for name in names}
    waiting: dict[str, list[tuple[Cell, ...]]] = {name: [] for name in schemas}
    counts = dict.fromkeys(schemas, 0)
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(
                pyarrow.parquet.ParquetWriter(
                    stack.enter_context(open_file(name)), schema, compression="zstd"
                )
            )
            for name, schema in schemas.items()
        }

        def flush(name: str) -> None:
            columns = list(zip(*waiting[name], strict=True)) or [()] * len(schemas[name])
            writers[name].write_table(pyarrow.table(columns, schema=schemas[name]))
            waiting[name].clear()

        for name, rows in batches:
            waiting[name] += rows
            counts[name] += len(rows)
            if len(waiting[name]) >= GROUP_ROWS:
                flush(name)
        for name in schemas:
            flush(name)
    return counts


def check_installed() -> None:
    """Raise InputError if pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise InputError(
            "parquet needs pyarrow: pip install '.[parquet]' in the checkout of kgraph, "
            "or export sqlite"
        ) from error


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
