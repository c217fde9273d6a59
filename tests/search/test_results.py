"""Hits are a list, a data frame, and a table in a notebook."""

import pytest
from support import episode_text

from kgraph import KnowledgeGraph
from kgraph.pipeline import build


@pytest.fixture
def graph(tmp_path):
    """Two quotes about gas, one of which tries to be markup."""
    home = tmp_path / "episodes"
    home.mkdir()
    evil = "Gas <script>alert(1)</script> & oil"
    (home / "a.md").write_text(
        episode_text('"<b>A talk</b>"', quotes=(f'"{evil}"', "Gas is cheap."))
    )
    build([home], tmp_path / "store", workers=1)
    return KnowledgeGraph.open(tmp_path / "store")


def test_a_hit_is_a_row_with_its_episode(graph):
    pytest.importorskip("pandas")
    frame = graph.search("gas cheap", kind="quote").to_pandas()
    row = frame.iloc[0]
    assert (row["kind"], row["text"], row["date"]) == ("quote", "Gas is cheap.", "2025-09-01")
    assert frame["show"].isna().all()


def test_things_without_an_episode_are_rows_too(graph):
    pytest.importorskip("polars")
    frame = graph.search("nvidia", kind="entity").to_polars()
    assert frame.select("id", "type", "title").rows() == [("company/nvidia", "company", None)]


def test_no_hits_are_an_empty_frame(graph):
    pytest.importorskip("polars")
    assert graph.search("nothing of the kind").to_polars().is_empty()


def test_a_notebook_marks_what_fits_and_runs_nothing(graph):
    shown = graph.search("gas", kind="quote")._repr_html_()
    assert "<mark>Gas</mark> is cheap." in shown
    assert "<mark>Gas</mark> &lt;script&gt;alert(1)&lt;/script&gt; &amp; oil" in shown
    assert 'rel="noreferrer noopener">&lt;b&gt;A talk&lt;/b&gt;</a>' in shown
    assert "<script" not in shown


def test_hits_of_something_else_say_so(graph):
    found = graph.search("Nvidai", kind="entity")
    assert (found.instead, found.suggestion, [hit.id for hit in found]) == (
        "Nvidia",
        "",
        ["company/nvidia"],
    )
    assert "these are hits for &#x27;Nvidia&#x27;" in found._repr_html_()
    assert graph.search("gas").instead == ""
