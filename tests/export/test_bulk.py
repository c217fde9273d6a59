"""Folders for the bulk loaders of triple stores."""

import configparser
import gzip
import io
import json

import pytest
from sample_graph import BASE, HOSTILE, handmade

from kgraph.base.errors import ExportError, InputError
from kgraph.export import bulk, export
from kgraph.export.rdf import RdfContent

GRAPH = "https://example.org/kg"
FORMATS = {"virtuoso": "load.isql", "qlever": "Qleverfile", "neptune": "load.json"}


def write(format, folder, text="NVIDIA", iri=GRAPH, **content):
    content = RdfContent(graph=iri, **content)
    export(handmade(text), format, folder, content=content, base=BASE)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def lines(files):
    packed = [data for name, data in files.items() if name.endswith(".gz")]
    return b"".join(map(gzip.decompress, packed)).splitlines()


def plain(format, **content):
    out = io.BytesIO()
    content = RdfContent(**{"graph": GRAPH if format == "nquads" else "", **content})
    export(handmade(), format, out, content=content, base=BASE)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("profile", ["kb", "full"])
def test_a_folder_holds_the_export_in_pieces(tmp_path, monkeypatch, format, profile):
    monkeypatch.setattr(bulk, "PIECE_STATEMENTS", 7)
    files = write(format, tmp_path / "out", profile=profile)
    whole = plain("ntriples" if format == "virtuoso" else "nquads", profile=profile)
    assert lines(files) == whole
    pieces = [len(lines({name: data})) for name, data in files.items() if name.endswith(".gz")]
    assert set(pieces[:-1]) == {7}
    assert 0 < pieces[-1] <= 7
    assert FORMATS[format] in files
    assert write(format, tmp_path / "again", profile=profile) == files


@pytest.mark.parametrize("format", FORMATS)
def test_a_new_export_replaces_an_earlier_one_and_nothing_else(tmp_path, monkeypatch, format):
    monkeypatch.setattr(bulk, "PIECE_STATEMENTS", 7)
    many = write(format, tmp_path / "out")
    monkeypatch.setattr(bulk, "PIECE_STATEMENTS", 1000)
    few = write(format, tmp_path / "out")
    assert len(few) < len(many)
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match="out"):
        write(format, tmp_path / "out")
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_the_graph_is_in_a_script(tmp_path, format, text):
    scripts = [
        {name: data for name, data in files.items() if not name.endswith(".gz")}
        for files in (
            write(format, tmp_path / "one", text, quotes=1),
            write(format, tmp_path / "two", quotes=1),
        )
    ]
    assert scripts[0] == scripts[1]


def test_virtuoso_gets_the_graph_of_each_file(tmp_path):
    files = write("virtuoso", tmp_path / "out")
    assert files["statements-0001.nt.graph"] == f"{GRAPH}\n".encode()
    script = files["load.isql"].decode()
    assert f"ld_dir('$U{{folder}}', 'statements-%.nt.gz', '{GRAPH}');" in script
    assert f"SPARQL CLEAR GRAPH <{GRAPH}>;" in script


def test_qlever_gets_a_qleverfile(tmp_path):
    files = write("qlever", tmp_path / "out")
    parser = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
    parser.read_string(files["Qleverfile"].decode())
    assert parser["data"]["FORMAT"] == "nq"
    assert parser["index"]["CAT_INPUT_FILES"] == "zcat statements-*.nq.gz"
    assert json.loads(parser["index"]["SETTINGS_JSON"]) == {"num-triples-per-batch": 1000000}


@pytest.mark.parametrize("iri", ["https://example.org/a%20b", "https://example.org/$x/a"])
def test_marks_of_a_qleverfile_in_the_graph_are_no_references(tmp_path, iri):
    text = write("qlever", tmp_path / "out", iri=iri)["Qleverfile"].decode()
    parser = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
    parser.read_string(text)
    assert parser["data"]["DESCRIPTION"].endswith(iri)


def test_neptune_gets_a_request_for_its_loader(tmp_path):
    request = json.loads(write("neptune", tmp_path / "out")["load.json"])
    assert (request["format"], request["failOnError"]) == ("nquads", "TRUE")
    assert all(
        line.endswith(f"<{GRAPH}> .".encode()) for line in lines(write("neptune", tmp_path / "o"))
    )


def test_without_a_graph_it_is_that_of_the_data_set(tmp_path):
    export(handmade(), "virtuoso", tmp_path / "other", base=BASE)
    assert f"<{BASE}dataset>" in (tmp_path / "other" / "load.isql").read_text()


@pytest.mark.parametrize(
    ("format", "content", "message"),
    [
        ("virtuoso", {"graph": "no iri"}, "not the IRI of a graph"),
        ("virtuoso", {"graph": "https://example.org/');shutdown();"}, "without ' ; and"),
        ("turtle", {"graph": GRAPH}, "turtle has no named graph: choose one of nquads, trig, virt"),
        ("virtuoso", {"graph": "", "rdf12": True}, "has no triple terms of RDF 1.2"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, format, content, message):
    with pytest.raises(InputError, match=message):
        export(handmade(), format, tmp_path / "out", content=RdfContent(**content), base=BASE)
    assert not (tmp_path / "out").exists()
