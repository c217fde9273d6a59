"""A type of entities is data: an entry in types.yaml reaches every output."""

import shutil
import subprocess
import sys

import pytest
from server.server_fixture import Server
from support import ROOT, episode_text

from kgraph.base.entity_types import TRAINED_TYPE_NAMES, TYPE_NAMES, load_entity_types
from kgraph.base.errors import DataError
from kgraph.resolve.mentions.classifier import MENTION_CLASSES

VESSEL = """
vessel:
  class: kg:Vessel
  also: [schema:Vehicle]
  phrase: a vessel
  plural: ships at sea
  light: "#8a3d3d"
  dark: "#e09a9a"
  shape: hexagon
  decided_as: product
"""
VESSEL_CLASS = """
kg:Vessel a owl:Class ; rdfs:label "vessel"@en ; rdfs:comment "A ship."@en ;
    rdfs:subClassOf kg:Entity ; rdfs:isDefinedBy <https://w3id.org/kgraph/ns> .
"""


@pytest.fixture
def own_data(tmp_path, monkeypatch):
    """A folder with the ontology and the lexicon of kgraph, and one type more."""
    home = tmp_path / "own"
    shutil.copytree(ROOT / "ontology", home / "ontology")
    shutil.copytree(ROOT / "data" / "lexicon", home / "data" / "lexicon")
    append(home / "ontology" / "types.yaml", VESSEL)
    append(home / "ontology" / "kgraph.ttl", VESSEL_CLASS)
    shapes = home / "ontology" / "shapes.ttl"
    shapes.write_text(shapes.read_text().replace("kg:Show, kg:Con", "kg:Show, kg:Vessel, kg:Con"))
    vessels = home / "data" / "lexicon" / "vessels.yaml"
    vessels.write_text("type: vessel\nentries:\n  Queen Wilhelmina Two: {aliases: [QW2]}\n")
    monkeypatch.setenv("KGRAPH_DATA", str(home))
    monkeypatch.setenv("KGRAPH_CACHE", str(tmp_path / "cache"))
    return home


def append(path, text):
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def run_kgraph(*arguments):
    command = [sys.executable, "-m", "kgraph", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_type_is_added_by_data_alone(own_data, tmp_path):
    (tmp_path / "episodes").mkdir()
    talk = episode_text("At sea", companies=("Queen Wilhelmina Two", "NVIDIA"))
    (tmp_path / "episodes" / "a.md").write_text(talk)
    store, turtle, view = tmp_path / "store", tmp_path / "graph.ttl", tmp_path / "view.html"
    run_kgraph("build", tmp_path / "episodes", "--store", store, "--turtle", turtle)
    run_kgraph("check", tmp_path / "episodes")
    run_kgraph("view", "--store", store, "--type", "vessel", "--type", "company", "--output", view)
    assert "<vessel/queenwilhelminatwo> a kg:Vessel, schema:Vehicle" in turtle.read_text()
    assert "ships at sea" in view.read_text()  # the legend
    server = Server(store)
    page = server.get("/vessel/queenwilhelminatwo", accept="text/html")
    server.stop()
    assert (page.status_code, "Queen Wilhelmina Two" in page.text) == (200, True)


def test_the_classes_of_the_weights_keep_their_order():
    trained = "company institution crypto product person place show other"
    assert tuple(trained.split()) == TRAINED_TYPE_NAMES
    assert (*TRAINED_TYPE_NAMES, "noise") == MENTION_CLASSES
    assert set(TRAINED_TYPE_NAMES) <= set(TYPE_NAMES)


def test_a_type_is_decided_as_a_trained_one(own_data):
    append(own_data / "ontology" / "types.yaml", VESSEL.replace("vessel", "raft", 1))
    assert load_entity_types()["raft"].decided_as == "product"
    text = VESSEL.replace("vessel", "canoe", 1).replace("decided_as: product", "decided_as: raft")
    append(own_data / "ontology" / "types.yaml", text)
    with pytest.raises(DataError, match=r"types\.yaml: canoe: decided_as: raft: choose one of co"):
        load_entity_types()
