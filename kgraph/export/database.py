"""The graph as tables with keys, and as a SQLite database of them.

The tables and their columns are declared in :data:`TABLES`; :func:`iterate_rows` fills them in one
walk of the graph. Ids are those of the graph (``company/nvidia``), as in other exports.

Invariants:
    * a key is unique in its table, and every reference leads to a row;
    * a value that is not known is None, never "";
    * the same graph and version of SQLite give the same bytes.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Container, Iterable, Iterator
from typing import BinaryIO

import msgspec

from kgraph.base.errors import ExportError
from kgraph.base.files import ScratchFolder
from kgraph.export.networks import ALL_QUOTES, CoMentions, find_best_quotes, trim_quotes
from kgraph.export.rdf import RdfContent
from kgraph.graph import EpisodeGraph, Graph, SharedData
from kgraph.graph.network import list_episode_themes

SCHEMA_VERSION = 1  #: of the database, as ``PRAGMA user_version`` tells

Cell = str | int | float | bool | None
Rows = tuple[str, list[tuple[Cell, ...]]]  #: name of a table, and some of its rows


class Column(msgspec.Struct, frozen=True):
    """A column of a table."""

    name: str
    type: type  #: str, int, float or bool
    references: str = ""  #: the table whose ``id`` it names; "" for none
    is_searched: bool = False  #: whether it has an index, as references have


class Table(msgspec.Struct, frozen=True):
    """A table with its primary key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


def _entity(name: str = "entity_id") -> Column:
    return Column(name, str, "entities")


def _episode() -> Column:
    return Column("episode_id", str, "episodes")


def _quote() -> Column:
    return Column("quote_id", str, "quotes")


def _theme(name: str = "theme_id") -> Column:
    return Column(name, str, "themes")


_ID, _IRI = Column("id", str), Column("iri", str)

#: By name, each after those that it refers to.
TABLES = {
    table.name: table
    for table in (
        Table(
            "entities",
            (
                _ID,
                Column("type", str, is_searched=True),
                Column("name", str, is_searched=True),
                Column("kind", str),
                Column("episodes", int),  # that mention it outside adverts
                Column("advertised", int),  # that name it in adverts alone
                Column("shows", int),
                Column("confidence", float),  # the highest of a mention
                _IRI,
            ),
            ("id",),
        ),
        # label, alias or ticker
        Table(
            "names",
            (_entity(), Column("name", str, is_searched=True), Column("kind", str)),
            ("entity_id", "kind", "name"),
        ),
        Table(
            "relations",
            (_entity("subject_id"), Column("predicate", str), _entity("object_id")),
            ("subject_id", "predicate", "object_id"),
        ),
        Table(
            "shows",
            (Column("id", str, "entities"), Column("name", str), Column("episodes", int), _IRI),
            ("id",),
        ),
        Table(
            "themes",
            (
                _ID,
                Column("name", str, is_searched=True),
                _theme("broader_id"),
                _entity(),
                Column("episodes", int),
                _IRI,
            ),
            ("id",),
        ),
        Table(
            "episodes",
            (
                _ID,
                Column("title", str),
                Column("day", str, is_searched=True),
                Column("date_source", str),  # publication or processing
                Column("published_at", str),
                Column("show_id", str, "shows"),
                Column("show_confidence", float),
                Column("url", str),
                Column("minutes", int),
                Column("summary", str),
                Column("file", str),
                _IRI,
            ),
            ("id",),
        ),
        # mentioned, advertised or, where it was asked for, unlikely
        Table(
            "mentions",
            (
                _episode(),
                _entity(),
                Column("standing", str),
                Column("confidence", float),
                Column("rows", int),
            ),
            ("episode_id", "entity_id"),
        ),
        Table("episode_themes", (_episode(), _theme()), ("episode_id", "theme_id")),
        Table("quotes", (_ID, Column("text", str), Column("advert", float), _IRI), ("id",)),
        Table(
            "episode_quotes",
            (_quote(), _episode(), Column("relevance", float), Column("is_advert", bool)),
            ("quote_id", "episode_id"),
        ),
        Table(
            "quote_entities",
            (_quote(), _entity(), Column("confidence", float)),
            ("quote_id", "entity_id"),
        ),
        Table(
            "quote_themes",
            (_quote(), _episode(), _theme()),
            ("quote_id", "episode_id", "theme_id"),
        ),
        Table(
            "co_mentions",
            (
                _entity("first_id"),
                _entity("second_id"),
                Column("weight", float),
                Column("episodes", int),
                Column("lift", float),
                Column("association", float),
                Column("confidence", float),
                Column("first_day", str),
                Column("last_day", str),
            ),
            ("first_id", "second_id"),
        ),
    )
}


# -- rows ----------------------------------------------------------------------


def iterate_rows(graph: Graph, base: str, quotes: int = ALL_QUOTES) -> Iterator[Rows]:
    """Yield the rows of the tables, of several rows each time.

    Args:
        quotes: how many of the best of an episode; its themes are those of all its quotes.
    """
    yield from list_shared_rows(graph.shared, base)
    entities = graph.shared.stated_entities().keys()
    keys = None if quotes >= ALL_QUOTES else find_best_quotes(graph, quotes)
    for episode in graph:
        yield from list_episode_rows(episode, base)
        trimmed = episode if keys is None else trim_quotes(episode, keys)
        yield from list_quote_rows(trimmed, base, entities)
    measures = [column.name for column in TABLES["co_mentions"].columns[2:]]
    pairs = CoMentions(graph).edges
    yield (
        "co_mentions",
        [
            (pair.source, pair.target, *(pair.attributes.get(name) for name in measures))
            for pair in pairs
        ],
    )


def list_shared_rows(shared: SharedData, base: str) -> Iterator[Rows]:
    """Yield the rows of entities, their names and relations, shows and themes."""
    entities = shared.stated_entities()
    yield (
        "entities",
        [
            (id_, it.type, it.label, it.kind or None, it.episodes, it.advertised, it.shows,
             it.confidence, base + id_)
            for id_, it in entities.items()
        ],
    )  # fmt: skip
    names = {
        (id_, name, kind): None
        for id_, it in entities.items()
        for kind, values in (("label", (it.label,)), ("alias", it.aliases), ("ticker", it.tickers))
        for name in values
    }
    yield "names", list(names)
    relations = {
        (id_, predicate, target): None
        for id_, it in entities.items()
        for predicate, target in it.relations
        if target in entities
    }
    yield "relations", list(relations)
    yield "shows", list(_list_shows(shared, base))
    yield (
        "themes",
        [
            (id_, term.label, term.broader or None,
             term.thing if term.thing in entities else None, term.episodes, base + id_)
            for id_, term in shared.themes.items()
        ],
    )  # fmt: skip


def _list_shows(shared: SharedData, base: str) -> Iterator[tuple[Cell, ...]]:
    episodes: dict[str, int] = {}
    for summary in shared.summaries.values():
        if summary.show:
            episodes[summary.show] = episodes.get(summary.show, 0) + 1
    for id_, count in sorted(episodes.items()):
        yield id_, shared.entities[id_].label, count, base + id_


def list_episode_rows(episode: EpisodeGraph, base: str) -> Iterator[Rows]:
    """Yield the rows of an episode, its mentions and its themes."""
    id_, file, show = episode.id, episode.main_file, episode.show
    has_time = episode.is_dated and "T" in episode.date
    minutes = file.values.get("duration")
    row = (
        id_,
        file.title,
        episode.date[:10] or None,
        ("publication" if episode.is_dated else "processing") if episode.date else None,
        episode.date if has_time else None,
        show.target if show else None,
        show.confidence if show else None,
        file.text("original_url") or None,
        minutes if isinstance(minutes, int) else None,
        file.text("summary") or None,
        file.file,
        base + id_,
    )
    yield "episodes", [row]
    mentioned = episode.mentioned
    standings = [(m, "unlikely" if m.is_unlikely else "mentioned") for m in mentioned]
    standings += [(mention, "advertised") for mention in episode.advertised]
    yield (
        "mentions",
        [(id_, it.target, name, it.confidence, len(it.rows)) for it, name in standings],
    )
    themes = sorted(list_episode_themes(episode))
    yield "episode_themes", [(id_, f"theme/{key}") for key in themes]


def list_quote_rows(
    episode: EpisodeGraph, base: str, entities: Container[str] | None = None
) -> Iterator[Rows]:
    """Yield the rows of the quotes of an episode, and of what they name.

    Args:
        entities: ids of those of which ``quote_entities`` has rows; None for all.
    """
    id_ = episode.id
    yield "quotes", [(it.id, it.text, it.advert, base + it.id) for it in episode.quotes]
    yield (
        "episode_quotes",
        [(f"quote/{o.quote}", id_, o.relevance, o.is_advert) for o in episode.occurrences],
    )
    yield (
        "quote_entities",
        [
            (quote.id, target, confidence)
            for quote in episode.quotes
            for target, confidence in episode.list_named(quote)
            if entities is None or target in entities
        ],
    )
    yield (
        "quote_themes",
        [
            (f"quote/{o.quote}", id_, f"theme/{key}")
            for o in episode.occurrences
            for key in dict.fromkeys(o.themes)
        ],
    )


# -- SQLite --------------------------------------------------------------------

_SQLITE_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL", bool: "INTEGER"}

# Datasette recognises a full-text index by this way to write it.
_SQLITE_SEARCH = """
CREATE VIRTUAL TABLE "quotes_fts" USING FTS5 (
    text, content="quotes", content_rowid="rowid", tokenize="unicode61 remove_diacritics 2"
);
INSERT INTO "quotes_fts" ("quotes_fts") VALUES ('rebuild');
INSERT INTO "quotes_fts" ("quotes_fts") VALUES ('optimize');
"""


def write_sqlite(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write a SQLite database: the tables, with keys and indexes, and full text of the quotes.

    It has all quotes, or the best of each episode if the content says how many.

    Raises:
        ExportError: the disk is full, or this SQLite has no full-text index.
    """
    with ScratchFolder() as folder:
        path = folder / "graph.sqlite"
        try:
            connection = sqlite3.connect(path, isolation_level=None)
            try:
                _fill_database(connection, iterate_rows(graph, base, content.quotes or ALL_QUOTES))
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise ExportError(f"SQLite: {error}: free disk space for temporary files") from error
        with path.open("rb") as file:
            shutil.copyfileobj(file, out, 1 << 20)


def _fill_database(connection: sqlite3.Connection, batches: Iterable[Rows]) -> None:
    # Nobody else reads the file yet: it needs no journal.
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("BEGIN")
    inserts = {}
    for table in TABLES.values():
        connection.execute(make_table_statement(table))
        places = ", ".join("?" * len(table.columns))
        inserts[table.name] = f'INSERT INTO "{table.name}" VALUES ({places})'
    for name, rows in batches:
        connection.executemany(inserts[name], rows)
    for table in TABLES.values():
        for column in table.columns:
            if (column.references or column.is_searched) and column.name != table.key[0]:
                name = f"{table.name}_{column.name}"
                connection.execute(f'CREATE INDEX "{name}" ON "{table.name}" ("{column.name}")')
    connection.execute("COMMIT")
    connection.executescript(_SQLITE_SEARCH)
    connection.execute("ANALYZE")


def make_table_statement(table: Table) -> str:
    """Return the SQL that makes a table."""
    lines = [
        f'"{column.name}" {_SQLITE_TYPES[column.type]}'
        + (f' REFERENCES "{column.references}" ("id")' if column.references else "")
        for column in table.columns
    ]
    lines.append(f"PRIMARY KEY ({', '.join(table.key)})")
    # Links are kept in the index of their key: 101 MB instead of 110 for 1,014 real episodes.
    ending = " WITHOUT ROWID" if len(table.key) > 1 else ""
    return f'CREATE TABLE "{table.name}" (\n    ' + ",\n    ".join(lines) + f"\n){ending}"
