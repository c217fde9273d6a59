"""A graph in columns and in the engine, to compare their answers."""

import json

import pyoxigraph
import pytest
from accel.columns.generated import PREFIXES

from kgraph.accel.columns.query import ColumnEngine
from kgraph.accel.columns.writer import write_columns

FORMATS = {"solutions": "application/sparql-results+json", "graph": "text/turtle"}


class Both:
    """A graph that the engine has, and its columns."""

    def __init__(self, home, turtle):
        database = pyoxigraph.Store(str(home / "database"))
        database.bulk_load(turtle, pyoxigraph.RdfFormat.TURTLE)
        database.flush()
        del database
        self.engine = pyoxigraph.Store.read_only(str(home / "database"))
        self.folder = home / "columns"
        write_columns(str(home / "database"), self.folder, home / "draft")
        self.columns = ColumnEngine(self.folder)

    def rows(self, text):
        """What columns answer, as rows of JSON; None where they leave it to the engine."""
        found = self.columns.answer(text, PREFIXES, FORMATS)
        return found and json.loads(found.data)["results"]["bindings"]

    def rows_of_engine(self, text):
        """The engine's answer, in the same form."""
        found = self.engine.query(text, prefixes=PREFIXES)
        data = found.serialize(format=pyoxigraph.QueryResultsFormat.JSON)
        return json.loads(data)["results"]["bindings"]


@pytest.fixture
def both(tmp_path):
    """Makes a graph for both of Turtle, whose prefixes are declared."""
    declared = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return lambda turtle: Both(tmp_path, (declared + turtle).encode())
