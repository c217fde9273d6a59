"""The graph as tables: keys hold, nothing is lost, any text survives, the same bytes."""

import io
import sqlite3
import sys

import pytest
from sample_graph import BASE, HOSTILE, QUOTE, handmade

from kgraph.base.errors import ExportError, InputError
from kgraph.base.vocabulary import BASE_IRI
from kgraph.export import export
from kgraph.export.database import TABLES, iterate_rows, write_sqlite
from kgraph.export.networks import ALL_QUOTES, select_quotes
from kgraph.export.rdf import RdfContent
from kgraph.graph import Entity, EpisodeSummary, Graph, Selection, SharedData

SELECTIONS = [
    Selection(),
    Selection(types=frozenset({"company"})),
    Selection(since="2025-09-01"),
    Selection(unlikely=True),
]


def opened(tmp_path, graph, quotes=0, **options):
    export(graph, "sqlite", tmp_path / "x.sqlite", content=RdfContent(quotes=quotes), **options)
    return sqlite3.connect(tmp_path / "x.sqlite")


def count(database, table):
    return database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_a_database_has_every_row_and_its_references_hold(sample, tmp_path, selection):
    database = opened(tmp_path, sample.graph, selection=selection)
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    graph = sample.graph.select(selection)
    assert count(database, "entities") == len(graph.shared.stated_entities())
    assert count(database, "episodes") == len(graph.shared.summaries)
    assert count(database, "themes") == len(graph.shared.themes)
    edges = [edge.predicate for edge in graph.edges()]
    mentions = ("schema:mentions", "kg:advertises", "kg:mayMention")
    assert count(database, "mentions") == sum(map(edges.count, mentions)) > 0
    assert count(database, "episode_quotes") == edges.count("schema:hasPart") > 0
    shows = "SELECT count(*) FROM episodes WHERE show_id IS NOT NULL"
    assert database.execute(shows).fetchone()[0] == edges.count("schema:partOfSeries")
    assert database.execute("SELECT sum(episodes) FROM shows").fetchone()[0] == edges.count(
        "schema:partOfSeries"
    )
    standings = {row[0] for row in database.execute("SELECT standing FROM mentions")}
    assert ("unlikely" in standings) == selection.unlikely
    assert database.execute("SELECT count(*) FROM episodes WHERE day = ''").fetchone() == (0,)


def test_cells_are_of_the_types_of_their_columns(sample):
    named = set()
    for name, rows in iterate_rows(sample.graph, BASE):
        named.add(name)
        for row in rows:
            for column, cell in zip(TABLES[name].columns, row, strict=True):
                assert cell is None or type(cell) is column.type, (name, column.name, cell)
                assert cell != "" and not (cell is None and column.name in TABLES[name].key)
    assert named == set(TABLES)


def test_a_table_stands_after_those_that_it_refers_to():
    seen = set()
    for name, table in TABLES.items():
        seen.add(name)
        assert {column.references for column in table.columns} - {""} <= seen, name


def test_the_same_graph_gives_the_same_bytes(sample):
    first, second = io.BytesIO(), io.BytesIO()
    export(sample.graph, "sqlite", first)
    export(sample.graph, "sqlite", second)
    assert first.getvalue() == second.getvalue() and first.getvalue().startswith(b"SQLite format 3")


@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_survives(tmp_path, name):
    database = opened(tmp_path, handmade(HOSTILE[name]), base=BASE)
    query = "SELECT id, name, iri FROM entities WHERE type = 'company'"
    assert database.execute(query).fetchall() == [
        ("company/nvidia", HOSTILE[name], BASE + "company/nvidia")
    ]
    assert database.execute("SELECT id, text FROM quotes").fetchall() == [
        (f"quote/{QUOTE}", HOSTILE[name])
    ]
    assert database.execute("SELECT title FROM episodes").fetchall() == [(HOSTILE[name],)]


def test_quotes_are_found_by_their_words(tmp_path):
    text = "Café; DROP TABLE quotes; -- '\""
    database = opened(tmp_path, handmade(text))
    for words, found in (("cafe", 1), ("drop AND table", 1), ("espresso", 0)):
        query = "SELECT count(*) FROM quotes_fts WHERE quotes_fts MATCH ?"
        assert database.execute(query, (words,)).fetchone() == (found,), words
    query = (
        "SELECT q.text FROM quotes_fts JOIN quotes q ON q.rowid = quotes_fts.rowid "
        "WHERE quotes_fts MATCH ?"
    )
    assert database.execute(query, ("cafe",)).fetchall() == [(text,)]
    (sql,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'quotes_fts'").fetchone()
    assert 'content="quotes"' in sql  # by which Datasette offers to search the table


def test_names_and_pairs(tmp_path):
    one, two = Entity("company", "one", "One", {}, 2, 0.9), Entity("crypto", "two", "Two", {}, 2)
    one.tickers, one.aliases = ("ONE",), ("One Inc.", "The One")
    one.relations = (("kg:issues", "crypto/two"), ("kg:issues", "crypto/gone"))
    mentions = {"company/one": 0.5, "crypto/two": 1.0}
    summaries = {
        slug: EpisodeSummary((), slug, f"2025-01-0{n}", True, "", mentions)
        for n, slug in enumerate("ab", 1)
    }
    entities = {"company/one": one, "crypto/two": two}
    database = opened(tmp_path, Graph((), SharedData(entities, summaries=summaries)))
    assert database.execute("SELECT * FROM names ORDER BY kind, name").fetchall() == [
        ("company/one", "One Inc.", "alias"),
        ("company/one", "The One", "alias"),
        ("company/one", "One", "label"),
        ("crypto/two", "Two", "label"),
        ("company/one", "ONE", "ticker"),
    ]
    assert database.execute("SELECT * FROM relations").fetchall() == [
        ("company/one", "kg:issues", "crypto/two")
    ]
    assert database.execute("SELECT * FROM co_mentions").fetchall() == [
        ("company/one", "crypto/two", 1.0, 2, 1.0, 0.0, 0.5, "2025-01-01", "2025-01-02")
    ]


def test_a_database_has_the_best_quotes_if_told_how_many(sample, tmp_path):
    (tmp_path / "best").mkdir()
    database = opened(tmp_path / "best", sample.graph, quotes=1)
    best = select_quotes(sample.graph, 1)
    assert count(database, "quotes") == sum(len(episode.quotes) for episode in best)
    assert 0 < count(database, "quotes") < sum(len(episode.quotes) for episode in sample.graph)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    # An episode is about what all of its quotes are about.
    whole = opened(tmp_path, sample.graph)
    themes = "SELECT * FROM episode_themes ORDER BY episode_id, theme_id"
    assert database.execute(themes).fetchall() == whole.execute(themes).fetchall()
    assert select_quotes(sample.graph, ALL_QUOTES) is sample.graph


def test_an_error_of_sqlite_is_told(sample, monkeypatch):
    def fail(*_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite3, "connect", fail)
    with pytest.raises(ExportError, match="SQLite: database or disk is full: free disk space"):
        write_sqlite(sample.graph, io.BytesIO(), BASE, RdfContent())


# -- Parquet -------------------------------------------------------------------


def test_parquet_has_the_rows_of_the_tables(sample, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    for folder in ("one", "two", "two"):  # an earlier export is replaced
        export(sample.graph, "parquet", tmp_path / folder)
    expected = {name: [] for name in TABLES}
    for name, rows in iterate_rows(sample.graph, BASE_IRI):
        expected[name] += rows
    for name, table in TABLES.items():
        read = parquet.read_table(tmp_path / "one" / f"{name}.parquet")
        assert read.column_names == [column.name for column in table.columns]
        assert [tuple(row.values()) for row in read.to_pylist()] == expected[name], name
        first, second = (tmp_path / folder / f"{name}.parquet" for folder in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_survives_in_parquet(tmp_path, name):
    parquet = pytest.importorskip("pyarrow.parquet")
    export(handmade(HOSTILE[name]), "parquet", tmp_path / "folder")
    read = parquet.read_table(tmp_path / "folder" / "quotes.parquet")
    assert read.column("text").to_pylist() == [HOSTILE[name]]


def test_parquet_replaces_no_other_files_and_says_what_it_needs(tmp_path, monkeypatch):
    (tmp_path / "entities.parquet").write_text("mine")
    with pytest.raises(ExportError, match="there are other files in it: choose another --output"):
        export(handmade(), "parquet", tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(InputError, match=r"parquet needs pyarrow: pip install '.\[parq"):
        export(handmade(), "parquet", tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["entities.parquet"]
