"""Tables become data frames and HTML, whatever stands in them."""

import sys

import pytest

from kgraph import KnowledgeGraph
from kgraph.base import dataframes
from kgraph.base.errors import InputError

COLUMNS = ("n", "share", "mixed", "name", "sure", "none")
ROWS = [(1, 0.5, 1, "a", True, None), (None, 2, "x", None, False, None)]


class Made(dataframes.TableMixin):
    """A table of every kind of cell."""

    def _table(self):
        return COLUMNS, iter(ROWS)


def test_pandas_keeps_whole_numbers_whole_and_what_is_missing_missing():
    pandas = pytest.importorskip("pandas")
    frame = Made().to_pandas()
    kinds = {"n": "Int64", "share": "Float64", "mixed": "string", "name": "string"}
    assert {name: str(frame.dtypes[name]) for name in kinds} == kinds
    assert frame["n"].tolist()[0] == 1
    assert frame["n"].isna().tolist() == frame["name"].isna().tolist() == [False, True]
    assert frame["mixed"].tolist() == ["1", "x"]
    assert isinstance(frame, pandas.DataFrame)


def test_polars_reads_the_same():
    polars = pytest.importorskip("polars")
    assert Made().to_polars().to_dict(as_series=False) == {
        "n": [1, None],
        "share": [0.5, 2.0],
        "mixed": ["1", "x"],
        "name": ["a", None],
        "sure": [True, False],
        "none": [None, None],
    }
    assert Made().to_polars().schema["n"] == polars.Int64


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_a_library_that_is_not_there_is_named(name, monkeypatch):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match=f"{name} is not installed: pip install {name}"):
        getattr(Made(), f"to_{name}")()


def test_all_else_works_without_them(store, monkeypatch):
    for name in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, name, None)
    graph = KnowledgeGraph.open(store.path)
    assert "<td" in graph.query("co-mentioned", company="Coinbase")._repr_html_()
    assert "<mark>" in graph.search("chips")._repr_html_()


def test_an_answer_is_a_frame(store):
    pytest.importorskip("pandas")
    answer = KnowledgeGraph.open(store.path).query("co-mentioned", company="Coinbase")
    assert answer.to_pandas()[["name", "episodes"]].values.tolist() == [["Nvidia", 1]]


def test_an_answer_without_rows_is_refused(store):
    pytest.importorskip("pandas")
    with pytest.raises(InputError, match="rows come from solutions in json, not graph in turtle"):
        KnowledgeGraph.open(store.path).query("DESCRIBE <company/nvidia>").to_pandas()


def test_an_empty_answer_keeps_its_columns(store):
    pytest.importorskip("polars")
    answer = KnowledgeGraph.open(store.path).query("SELECT ?a ?b { ?a ?b 'nothing' }")
    assert answer.to_polars().columns == ["a", "b"]


def test_findings_are_a_frame(store):
    pytest.importorskip("polars")
    found = KnowledgeGraph.open(store.path).analyse("path", one="OpenAI", other="Nvidia")
    assert found.to_polars()["from"].to_list() == ["OpenAI"]


def test_a_notebook_shows_a_table_of_the_first_rows():
    shown = dataframes.render_table(
        ("a<b",), [[dataframes.render_cell(n)] for n in range(60)], "it's"
    )
    assert "<caption>it&#x27;s, the first 50 of 60 rows</caption>" in shown
    assert '<th scope="col">a&lt;b</th>' in shown
    assert shown.count("<tr>") == 51


def test_hostile_text_stays_text(store):
    graph = KnowledgeGraph.open(store.path)
    evil = '<img src=x onerror="alert(1)"></td><script>'
    shown = graph.query(f"SELECT ('{evil}' AS ?evil) {{}}")._repr_html_()
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&lt;/td&gt;&lt;script&gt;" in shown
    assert "<script" not in shown
    turtle = graph.query(f"CONSTRUCT {{ <a> <b> '{evil}' }} {{}}")._repr_html_()
    assert turtle.startswith("<pre>")
    assert "<script" not in turtle


def test_a_graph_and_an_answer_say_in_a_line_what_they_are(store):
    graph = KnowledgeGraph.open(store.path)
    assert repr(graph) == f"<KnowledgeGraph: build {store.build.name} of {store.path}>"
    answer = graph.query("ASK {}")
    assert repr(answer) == f"<Answer: boolean as json, {len(answer.data)} bytes>"
