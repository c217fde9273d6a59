"""The folder for Neo4j: headers, references, hostile texts, scripts, and what it may replace."""

import csv
import re

import pytest
from sample_graph import BASE, HOSTILE, QUOTE, handmade

from kgraph.base.errors import ExportError, InputError
from kgraph.base.files import DRAFT_SUFFIX
from kgraph.export import export
from kgraph.export.neo4j import EDGE_FILES, FILE_NAMES, NODE_FILES
from kgraph.export.rdf import RdfContent
from kgraph.graph import Selection
from kgraph.graph.network import list_episode_themes


@pytest.fixture(autouse=True)
def no_field_limit():
    former = csv.field_size_limit(1 << 21)
    yield
    csv.field_size_limit(former)


def exported(folder, graph, quotes=0, **options):
    export(graph, "neo4j", folder, content=RdfContent(quotes=quotes), **options)
    return {path.stem: read(path) for path in folder.glob("*.csv")}


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("selection", [Selection(), Selection(unlikely=True)], ids=str)
@pytest.mark.parametrize("quotes", [0, 2])
def test_edges_lead_to_nodes_of_their_labels(sample, tmp_path, selection, quotes):
    files = exported(tmp_path / "neo", sample.graph, quotes, selection=selection)
    assert {path.name for path in (tmp_path / "neo").iterdir()} == FILE_NAMES
    labels = {}
    for file in NODE_FILES:
        for row in files[file.table]:
            assert row["id:ID"] not in labels
            labels[row["id:ID"]] = row[":LABEL"].split(";")[0]
    script = (tmp_path / "neo" / "load.cypher").read_text("utf-8")
    for file in EDGE_FILES:
        for row in files[file.name.removesuffix(".csv")]:
            assert (labels[row[":START_ID"]], labels[row[":END_ID"]]) == file.labels, file.name
            assert f"-[r:{row[':TYPE']}]->" in script
    graph = sample.graph.select(selection)
    predicates = [edge.predicate for edge in graph.edges()]
    types = [row[":TYPE"] for row in files["mentions"]]
    for type_, predicate in (
        ("MENTIONS", "schema:mentions"),
        ("ADVERTISES", "kg:advertises"),
        ("MAY_MENTION", "kg:mayMention"),
    ):
        assert types.count(type_) == predicates.count(predicate)
    themes = {key for episode in graph for key in list_episode_themes(episode)}
    assert {row[":END_ID"] for row in files["about"]} == {f"theme/{key}" for key in themes}
    assert len(files["part_of_series"]) == predicates.count("schema:partOfSeries") > 0
    assert bool(files["quotes"]) == bool(files["has_part"]) == bool(quotes)


def test_headers_say_types(tmp_path):
    files = exported(tmp_path / "neo", handmade(), 1, base=BASE)
    assert files["entities"][0] == {
        "id:ID": "company/nvidia",
        "type": "company",
        "name": "NVIDIA",
        "kind": "chips",
        "episodes:int": "1",
        "advertised:int": "0",
        "shows:int": "0",
        "confidence:double": "0.934",
        "iri": BASE + "company/nvidia",
        "aliases:string[]": "",
        "tickers:string[]": "",
        ":LABEL": "Entity;Company",
    }
    assert files["mentions"] == [
        {
            ":START_ID": "episode/talk",
            ":END_ID": "company/nvidia",
            "confidence:double": "0.934",
            "rows:int": "1",
            ":TYPE": "MENTIONS",
        }
    ]
    assert files["has_part"] == [
        {
            ":START_ID": "episode/talk",
            ":END_ID": f"quote/{QUOTE}",
            "relevance:double": "0.75",
            "is_advert:boolean": "false",
            ":TYPE": "HAS_PART",
        }
    ]
    assert list(files["episodes"][0])[:3] == ["id:ID", "title", "day:date"]


@pytest.mark.parametrize("name", [*HOSTILE, "formula", "cypher"])
def test_a_text_is_in_one_cell_of_one_line_and_in_no_script(tmp_path, name):
    others = {"formula": "=1+1", "cypher": "'}) DETACH DELETE n; //"}
    text = {**HOSTILE, **others}[name]
    files = exported(tmp_path / "neo", handmade(text), 1)
    cell = re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text)
    (entity, _), (quote,) = files["entities"], files["quotes"]
    assert entity["name"] == quote["text"] == files["episodes"][0]["title"] == cell
    lines = (tmp_path / "neo" / "entities.csv").read_text("utf-8").splitlines()
    assert len(lines) == 3
    plain = tmp_path / "plain"
    exported(plain, handmade("NVIDIA"), 1)
    for script in ("load.cypher", "import.sh"):
        assert (tmp_path / "neo" / script).read_text() == (plain / script).read_text()


def test_names_in_lists_keep_apart(tmp_path):
    graph = handmade()
    entity = graph.shared.entities["company/nvidia"]
    entity.aliases, entity.tickers = ("A; B", "C"), ("NVDA", "NVD.DE")
    files = exported(tmp_path / "neo", graph)
    row = files["entities"][0]
    assert (row["aliases:string[]"], row["tickers:string[]"]) == ("A, B;C", "NVDA;NVD.DE")


def test_relations_of_any_name_give_a_type_that_is_a_word(tmp_path):
    graph = handmade()
    graph.shared.entities["company/nvidia"].relations = (("kg:x`]->() DELETE n//", "show/ours"),)
    files = exported(tmp_path / "neo", graph)
    assert [row[":TYPE"] for row in files["relations"]] == ["X_DELETE_N_"]


def test_two_runs_write_the_same_bytes(sample, tmp_path):
    for name in ("one", "two"):
        exported(tmp_path / name, sample.graph, 1)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


# -- the folder ----------------------------------------------------------------


def test_an_earlier_export_is_replaced_and_nothing_else(tmp_path):
    folder = tmp_path / "made" / "neo"
    exported(folder, handmade(), 1)
    exported(folder, handmade("Another"))
    assert read(folder / "entities.csv")[0]["name"] == "Another"
    assert [path.name for path in folder.parent.iterdir()] == ["neo"]
    (folder / "notes.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ExportError, match="neo: there are other files in it: choose another --out"):
        exported(folder, handmade())
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(ExportError, match="file: there is a file of that name: choose another"):
        exported(file, handmade())
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "entities.csv").write_text("mine")
    with pytest.raises(ExportError, match="own: there are other files in it"):
        exported(tmp_path / "own", handmade())
    (tmp_path / "empty").mkdir()
    assert exported(tmp_path / "empty", handmade())["entities"]


def test_a_folder_is_complete_or_as_it_was(sample, tmp_path):
    class Broken:
        shared = sample.shared

        def select(self, selection):
            return self

        def __iter__(self):
            yield next(iter(sample.graph))
            raise RuntimeError

    exported(tmp_path / "neo", handmade())
    before = {path.name: path.read_bytes() for path in (tmp_path / "neo").iterdir()}
    for name in ("neo", "new"):
        with pytest.raises(RuntimeError):
            exported(tmp_path / name, Broken())
    assert {path.name: path.read_bytes() for path in (tmp_path / "neo").iterdir()} == before
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(DRAFT_SUFFIX)]
    assert [path.name for path in tmp_path.iterdir()] == ["neo"]


def test_a_folder_is_no_stream_and_has_no_network(tmp_path):
    with pytest.raises(InputError, match="this format is a folder of files: name one with --outpu"):
        export(handmade(), "neo4j", "-")
    with pytest.raises(InputError, match="neo4j holds no network: choose one of graphml, gexf, js"):
        content = RdfContent(network="co-mentions")
        export(handmade(), "neo4j", tmp_path / "neo", content=content)
