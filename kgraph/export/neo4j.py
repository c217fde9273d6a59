"""Write a folder for Neo4j and other property graphs: CSV files with headers, and scripts.

The headers are those of ``neo4j-admin database import`` (Neo4j Operations Manual, "CSV header
format"): ``:ID``, ``:LABEL``, ``:START_ID``, ``:END_ID``, ``:TYPE``, and a type for each property.
``import.sh`` runs that program; ``load.cypher`` does the same in Cypher, with LOAD CSV.

Invariants:
    * a record is one line: control characters and line ends in texts become spaces;
    * texts of the graph are in CSV cells alone: nothing in a script comes from one;
    * labels and types are of ASCII letters, digits and ``_``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.export.database import TABLES, Cell, iterate_rows
from kgraph.export.rdf import RdfContent
from kgraph.graph import Graph

LOAD_SCRIPT, IMPORT_SCRIPT = "load.cypher", "import.sh"
LIST_DELIMITER = ";"  #: Neo4j's; one inside a name becomes a comma

_HEAD = "// Made by kgraph: loads the CSV files of this folder into Neo4j 5 and later.\n"
_TYPES = {str: "string", int: "int", float: "double", bool: "boolean"}
_TIMES = {"day": "date", "first_day": "date", "last_day": "date", "published_at": "datetime"}
_CONVERSIONS = {
    "string": "{}",
    "int": "toInteger({})",
    "double": "toFloat({})",
    "boolean": "toBoolean({})",
    "date": "date({})",
    "datetime": "datetime({})",
    "string[]": f"split({{}}, '{LIST_DELIMITER}')",
}
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_STANDINGS = {"mentioned": "MENTIONS", "advertised": "ADVERTISES", "unlikely": "MAY_MENTION"}


class NodeFile(msgspec.Struct, frozen=True):
    """Nodes of the rows of a table; its other columns are properties, but for references."""

    table: str
    label: str

    @property
    def name(self) -> str:
        return f"{self.table}.csv"

    @property
    def properties(self) -> dict[str, str]:
        """Types in Neo4j's words, by name."""
        columns = TABLES[self.table].columns
        links = ("show_id", "show_confidence", "broader_id", "entity_id")
        types = {
            it.name: _TIMES.get(it.name, _TYPES[it.type]) for it in columns if it.name not in links
        }
        lists = {"aliases": "string[]", "tickers": "string[]"} if self.table == "entities" else {}
        return types | lists


class EdgeFile(msgspec.Struct, frozen=True):
    """Edges of the rows of a table that have both ends."""

    name: str
    table: str
    start: str  #: column
    end: str  #: column
    labels: tuple[str, str]  #: of both ends
    type: str  #: or the column that decides it, in lower case
    properties: tuple[tuple[str, str], ...] = ()  #: name and column

    def find_type(self, row: dict[str, Cell]) -> str:
        """Return the type of a row's edge."""
        if self.type == "standing":
            return _STANDINGS[str(row["standing"])]
        return _make_type(str(row["predicate"])) if self.type == "predicate" else self.type

    def list_types(self) -> Iterator[tuple[str, str]]:
        """Yield name and type, in Neo4j's words, of each property."""
        columns = {column.name: column.type for column in TABLES[self.table].columns}
        for name, column in self.properties:
            yield name, _TIMES.get(column, _TYPES[columns[column]])


def _same(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


NODE_FILES = (
    NodeFile("entities", "Entity"),
    NodeFile("themes", "Theme"),
    NodeFile("episodes", "Episode"),
    NodeFile("quotes", "Quote"),
)
EDGE_FILES = (
    EdgeFile("mentions.csv", "mentions", "episode_id", "entity_id", ("Episode", "Entity"),
             "standing", _same("confidence", "rows")),
    EdgeFile("co_mentions.csv", "co_mentions", "first_id", "second_id", ("Entity", "Entity"),
             "CO_MENTIONED_WITH", _same("weight", "episodes", "lift", "association", "confidence",
                                        "first_day", "last_day")),
    EdgeFile("relations.csv", "relations", "subject_id", "object_id", ("Entity", "Entity"),
             "predicate"),
    EdgeFile("part_of_series.csv", "episodes", "id", "show_id", ("Episode", "Entity"),
             "PART_OF_SERIES", (("confidence", "show_confidence"),)),
    EdgeFile("about.csv", "episode_themes", "episode_id", "theme_id", ("Episode", "Theme"),
             "ABOUT"),
    EdgeFile("broader.csv", "themes", "id", "broader_id", ("Theme", "Theme"), "BROADER"),
    EdgeFile("same_subject.csv", "themes", "id", "entity_id", ("Theme", "Entity"),
             "SAME_SUBJECT"),
    EdgeFile("has_part.csv", "episode_quotes", "episode_id", "quote_id", ("Episode", "Quote"),
             "HAS_PART", _same("relevance", "is_advert")),
    EdgeFile("names.csv", "quote_entities", "quote_id", "entity_id", ("Quote", "Entity"),
             "NAMES", _same("confidence")),
)  # fmt: skip

FILE_NAMES = frozenset(
    {LOAD_SCRIPT, IMPORT_SCRIPT, *(file.name for file in (*NODE_FILES, *EDGE_FILES))}
)


def is_export(folder: Path) -> bool:
    """Return whether a folder holds an earlier export and nothing else."""
    script = folder / LOAD_SCRIPT
    names = {entry.name for entry in folder.iterdir()}
    if not names <= FILE_NAMES or not script.is_file():
        return False
    with script.open("rb") as file:
        return file.read(len(_HEAD)) == _HEAD.encode()


def write_neo4j(graph: Graph, folder: Path, base: str, content: RdfContent) -> None:
    """Write the files into an empty folder; quotes are in it if the content says how many."""
    types: dict[str, set[str]] = {file.name: set() for file in EDGE_FILES}
    with ExitStack() as stack:
        writers: dict[str, Any] = {}
        for file in (*NODE_FILES, *EDGE_FILES):
            out = (folder / file.name).open("w", encoding="utf-8", newline="")
            writers[file.name] = csv.writer(stack.enter_context(out), lineterminator="\n")
            writers[file.name].writerow(_make_header(file))
        for table, rows in iterate_rows(graph, base, content.quotes):
            names = [column.name for column in TABLES[table].columns]
            records = [dict(zip(names, row, strict=True)) for row in rows]
            for node_file in NODE_FILES:
                if node_file.table == table:
                    writers[node_file.name].writerows(_format_nodes(node_file, records, graph))
            for edge_file in EDGE_FILES:
                if edge_file.table == table:
                    edges = list(_format_edges(edge_file, records))
                    types[edge_file.name].update(edge[-1] for edge in edges)
                    writers[edge_file.name].writerows(edges)
    (folder / LOAD_SCRIPT).write_text(_make_load_script(types), "utf-8", newline="\n")
    (folder / IMPORT_SCRIPT).write_text(_make_import_script(), "utf-8", newline="\n")


def _make_header(file: NodeFile | EdgeFile) -> list[str]:
    if isinstance(file, NodeFile):
        names = [_make_cell_name(*item) for item in file.properties.items() if item[0] != "id"]
        return ["id:ID", *names, ":LABEL"]
    return [":START_ID", ":END_ID", *(_make_cell_name(*it) for it in file.list_types()), ":TYPE"]


def _make_cell_name(name: str, type_: str) -> str:
    return name if type_ == "string" else f"{name}:{type_}"


def _format_nodes(
    file: NodeFile, records: Iterable[dict[str, Cell]], graph: Graph
) -> Iterator[list[str]]:
    for record in records:
        labels = [file.label]
        if file.table == "entities":
            entity = graph.shared.entities[str(record["id"])]
            record["aliases"], record["tickers"] = map(_join, (entity.aliases, entity.tickers))
            labels.append(_make_label(entity.type))
        yield [
            *(_format_cell(record[name]) for name in file.properties),
            LIST_DELIMITER.join(labels),
        ]


def _format_edges(file: EdgeFile, records: Iterable[dict[str, Cell]]) -> Iterator[list[str]]:
    for record in records:
        ends = record[file.start], record[file.end]
        if None not in ends:
            cells = (*ends, *(record[column] for _, column in file.properties))
            yield [*map(_format_cell, cells), file.find_type(record)]


def _join(names: Iterable[str]) -> str:
    return LIST_DELIMITER.join(name.replace(LIST_DELIMITER, ",") for name in names)


def _format_cell(value: Cell) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else _CONTROLS.sub(" ", str(value))


def _make_label(type_: str) -> str:
    return re.sub(r"\W+", "_", type_, flags=re.ASCII).capitalize()


def _make_type(predicate: str) -> str:
    """Return a prefixed name as the type of an edge.

    >>> _make_type("kg:productOf")
    'PRODUCT_OF'
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", predicate.partition(":")[2])
    return re.sub(r"\W+", "_", words, flags=re.ASCII).upper()


# -- scripts -------------------------------------------------------------------


def _make_load_script(types: dict[str, set[str]]) -> str:
    parts = [
        _HEAD,
        "// Copy the folder's files into Neo4j's import folder, then: cypher-shell -f load.cypher\n"
        "// Set db.import.csv.legacy_quote_escaping=false: names may contain backslashes.\n"
        "// Into an empty database import.sh is faster.\n",
    ]
    for file in NODE_FILES:
        parts.append(
            f"CREATE CONSTRAINT {file.label.lower()}_id IF NOT EXISTS "
            f"FOR (n:{file.label}) REQUIRE n.id IS UNIQUE;\n"
        )
    for file in NODE_FILES:
        names = {name: type_ for name, type_ in file.properties.items() if name != "id"}
        parts.append(
            f"{_load(file.name)}MERGE (n:{file.label} {{id: row.`id:ID`}})\n"
            f"{_set('n', names.items())};\n"
        )
    for type_ in TYPE_NAMES:
        label = _make_label(type_)
        where = f"WHERE row.`:LABEL` = 'Entity{LIST_DELIMITER}{label}'"
        parts.append(
            f"{_load('entities.csv')}WITH row {where}\n"
            f"MATCH (n:Entity {{id: row.`id:ID`}})\nSET n:{label};\n"
        )
    for edges in EDGE_FILES:
        for type_ in sorted(types[edges.name]):
            start, end = edges.labels
            parts.append(
                f"{_load(edges.name)}WITH row WHERE row.`:TYPE` = '{type_}'\n"
                f"MATCH (a:{start} {{id: row.`:START_ID`}})\n"
                f"MATCH (b:{end} {{id: row.`:END_ID`}})\n"
                f"MERGE (a)-[r:{type_}]->(b)\n{_set('r', edges.list_types())}".rstrip()
                + ";\n"
            )
    return "\n".join(parts)


def _load(name: str) -> str:
    return f"LOAD CSV WITH HEADERS FROM 'file:///{name}' AS row\n"


def _set(variable: str, properties: Iterable[tuple[str, str]]) -> str:
    settings = [
        f"{variable}.{name} = "
        + _CONVERSIONS[type_].format(f"row.`{_make_cell_name(name, type_)}`")
        for name, type_ in properties
    ]
    return f"SET {', '.join(settings)}" if settings else ""


def _make_import_script() -> str:
    nodes = "".join(f" \\\n    --nodes={file.name}" for file in NODE_FILES)
    edges = "".join(f" \\\n    --relationships={file.name}" for file in EDGE_FILES)
    return (
        "#!/bin/sh\n"
        "# Imports this folder into an empty database of Neo4j 5, by default into neo4j.\n"
        'cd "$(dirname "$0")" || exit 1\n'
        f'exec neo4j-admin database import full "${{1:-neo4j}}"{nodes}{edges}\n'
    )
