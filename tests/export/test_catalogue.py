"""Records for catalogues of data: DCAT and Croissant."""

import hashlib
import io
import json
from datetime import date

import pyoxigraph
import pytest
from sample_graph import BASE, HOSTILE, handmade

from kgraph import KnowledgeGraph
from kgraph.base.errors import InputError
from kgraph.export import export
from kgraph.export.catalogue import describe_data_files, write_catalogue_record
from kgraph.export.database import TABLES
from kgraph.export.dcat import DCAT_PREFIXES
from kgraph.graph.tally import summarize_episode

ADDRESS = "https://example.org/data/"
LICENCE = "https://spdx.org/licenses/CC-BY-4.0"
DATASET = f"{BASE}dataset"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of exports: tables of Parquet and CSV, RDF, SQLite, and a name with marks."""
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("exports")
    graph = handmade()
    export(graph, "parquet", folder / "tables", base=BASE)
    for format, name in (("csv", "edges.csv"), ("csv-nodes", "nodes.csv"), ("turtle", "kb.ttl")):
        export(graph, format, folder / name, base=BASE)
    export(graph, "sqlite", folder / "graph.sqlite", base=BASE)
    (folder / "a b%<c>.nt.gz").write_bytes(b"packed")
    return folder


def write(format, graph=None, **options):
    out = io.BytesIO()
    write_catalogue_record(graph or handmade(), format, out, base=BASE, **options)
    return out.getvalue()


class Dcat:
    """A record in DCAT, by subject and property."""

    def __init__(self, data):
        self.quads = list(pyoxigraph.parse(data, pyoxigraph.RdfFormat.TURTLE))

    def values(self, subject, curie):
        prefix, _, local = curie.partition(":")
        predicate = DCAT_PREFIXES[prefix] + local
        found = (q for q in self.quads if q.subject.value == subject)
        return [q.object.value for q in found if q.predicate.value == predicate]

    def value(self, subject, curie):
        [value] = self.values(subject, curie)
        return value


def test_dcat_describes_the_graph():
    graph = handmade()
    graph.shared.summaries = {episode.slug: summarize_episode(episode) for episode in graph}
    record = Dcat(write("dcat", graph, licence=LICENCE))
    assert record.value(DATASET, "dcterms:title") == "Knowledge graph of 1 episode"
    assert record.value(DATASET, "dcterms:license") == LICENCE
    assert "companies (1), shows (1)" in record.value(DATASET, "dcterms:description")
    period = record.value(DATASET, "dcterms:temporal")
    assert record.value(period, "dcat:startDate") == date(2025, 9, 1).isoformat()
    assert record.values(DATASET, "dcat:distribution") == []
    assert not any(isinstance(q.subject, pyoxigraph.BlankNode) for q in record.quads)


def test_dcat_describes_each_file(folder):
    record = Dcat(write("dcat", files=folder, address=ADDRESS))
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    places = record.values(DATASET, "dcat:distribution")
    by_title = {record.value(place, "dcterms:title"): place for place in places}
    assert by_title.keys() == files.keys()
    for name, place in by_title.items():
        data = files[name].read_bytes()
        assert record.value(place, "dcat:byteSize") == str(len(data))
        checksum = record.value(place, "spdx:checksum")
        assert record.value(checksum, "spdx:checksumValue") == hashlib.sha256(data).hexdigest()
    odd = by_title["a b%<c>.nt.gz"]
    assert record.value(odd, "dcat:downloadURL") == f"{ADDRESS}a%20b%25%3Cc%3E.nt.gz"
    assert record.value(odd, "dcat:mediaType").endswith("/application/n-triples")
    assert record.value(odd, "dcat:compressFormat").endswith("/application/gzip")
    assert record.value(by_title["kb.ttl"], "dcat:mediaType").endswith("/text/turtle")


def test_without_an_address_files_are_beside_the_record(folder):
    record = Dcat(write("dcat", files=folder))
    for place in record.values(DATASET, "dcat:distribution"):
        assert record.value(place, "dcat:accessURL") == place
        assert record.values(place, "dcat:downloadURL") == []
    files = json.loads(write("croissant", files=folder))["distribution"]
    assert {file["contentUrl"] for file in files} >= {"kb.ttl", "tables/entities.parquet"}


def test_croissant_describes_each_table_and_field(folder):
    record = json.loads(write("croissant", files=folder, address=ADDRESS, licence=LICENCE))
    assert (record["license"], record["conformsTo"]) == (
        LICENCE,
        "http://mlcommons.org/croissant/1.0",
    )
    sets = {item["@id"]: item for item in record["recordSet"]}
    assert sets.keys() == TABLES.keys() | {"edges", "nodes"}
    for name, table in TABLES.items():
        fields = {f["@id"]: f for f in sets[name]["field"]}
        assert list(fields) == [f"{name}/{column.name}" for column in table.columns]
        for field in fields.values():
            assert field["source"]["fileObject"]["@id"] == f"tables/{name}.parquet"
    types = {f["@id"]: f["dataType"] for item in sets.values() for f in item["field"]}
    assert types["entities/episodes"] == "sc:Integer"
    assert types["mentions/confidence"] == "sc:Float"
    assert types["episode_quotes/is_advert"] == "sc:Boolean"
    assert types["episodes/day"] == "sc:Date"
    assert types["edges/weight"] == "sc:Float"
    assert [f["@id"] for f in sets["edges"]["field"]][:3] == [
        "edges/source",
        "edges/predicate",
        "edges/target",
    ]
    [reference] = {
        f["references"]["field"]["@id"] for f in sets["mentions"]["field"] if "entity" in f["@id"]
    }
    assert reference in types


def test_croissant_names_the_digest_of_each_file(folder):
    files = {f["@id"]: f for f in json.loads(write("croissant", files=folder))["distribution"]}
    for name, file in files.items():
        data = (folder / name).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["contentSize"] == f"{len(data)} B"


def test_mlcroissant_reads_every_record(folder):
    croissant = pytest.importorskip("mlcroissant")
    path = folder / "croissant.json"
    path.write_bytes(write("croissant", files=folder, licence=LICENCE))
    try:
        dataset = croissant.Dataset(jsonld=str(path))
        for name in (*TABLES, "edges", "nodes"):
            for row in dataset.records(name):
                assert all(key.startswith(f"{name}/") for key in row)
    finally:
        path.unlink()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("format", ["dcat", "croissant"])
def test_hostile_texts_and_names_are_escaped(tmp_path, format, text):
    graph = handmade(text)
    for theme in graph.shared.topics.values():
        theme.label = text
    graph.shared.themes = {"theme/x": graph.shared.topics["topic/ai"]}
    name = "".join(c for c in text[:40] if c not in "/\x00") or "x"
    try:
        (tmp_path / f"{name}.csv").write_text(f"{text}\n", "utf-8", errors="replace")
    except (OSError, UnicodeError):
        (tmp_path / "x.csv").write_text("a\n")
    data = write(format, graph, files=tmp_path)
    if format == "croissant":
        assert json.loads(data)["keywords"] == [text]
    else:
        assert Dcat(data).value(DATASET, "dcat:keyword") == text


@pytest.mark.parametrize("format", ["dcat", "croissant"])
def test_the_same_files_give_the_same_bytes_and_the_record_is_none_of_them(folder, format):
    path = folder / "record"
    first = write(format, files=folder)
    for _ in range(2):
        write_catalogue_record(handmade(), format, path, files=folder, base=BASE)
        assert path.read_bytes() == first
    path.unlink()


@pytest.mark.parametrize(
    ("format", "options", "message"),
    [
        ("croissant", {}, "describes files: write them with `kgraph export parquet"),
        ("dcat", {"files": "nowhere"}, "nowhere: no files here"),
        ("dcat", {"address": "example.org/"}, "not the address of a folder"),
        ("dcat", {"address": "https://example.org"}, "not the address of a folder"),
        ("dcat", {"address": "javascript:alert(1)/"}, "not the address of a folder"),
    ],
)
def test_what_cannot_be_described_is_refused(tmp_path, format, options, message):
    options = {k: tmp_path / v if k == "files" else v for k, v in options.items()}
    with pytest.raises(InputError, match=message):
        write(format, **options)


@pytest.mark.parametrize(
    ("format", "options", "message"),
    [
        ("dcat", {"quotes": 3}, "describes files and holds no graph"),
        ("turtle", {"address": ADDRESS}, "files and address are of dcat, croissant"),
    ],
)
def test_options_of_other_formats_are_refused(tmp_path, format, options, message):
    class Store:
        graph = handmade()

        class meta:
            base = BASE

    with pytest.raises(InputError, match=message):
        KnowledgeGraph(Store()).export(format, tmp_path / "out", **options)


def test_files_are_listed_by_name(folder):
    names = [file.name for file in describe_data_files(folder)]
    assert names == sorted(names)


def test_an_unknown_format_is_answered_with_records_too(sample):
    with pytest.raises(InputError, match=r"^docx: no such format; .* vault, dcat, croissant$"):
        KnowledgeGraph(sample).export("docx", "-")
