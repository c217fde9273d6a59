"""Statements as shards: the same as an export, whole or not at all, wherever they are written."""

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import sys

import pytest
from cli.runner import run
from sample_graph import HOSTILE
from support import SAMPLE, episode_text

from kgraph import KnowledgeGraph
from kgraph.base.errors import ExportError, InputError
from kgraph.base.output_target import OutputTarget
from kgraph.export import bulk, shards
from kgraph.export.rdf import RdfContent
from kgraph.export.statement_output import build_statements, write_store_statements
from kgraph.pipeline import passes
from kgraph.pipeline.workers import WorkerOptions

GRAPH = "https://example.org/graph"
PROFILES = ["kb", "full", "edges"]
ONE, TWO = WorkerOptions(workers=1), WorkerOptions(workers=2)


def read(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def lines(files):
    packed = [data for name, data in files.items() if name.endswith(".gz")]
    return b"".join(map(gzip.decompress, packed)).splitlines(keepends=True)


def exported(store, format, profile, **options):
    out = io.BytesIO()
    KnowledgeGraph(store).export(format, out, profile=profile, **options)
    return out.getvalue().splitlines(keepends=True)


@pytest.fixture
def memory():
    """An empty file system in memory, of fsspec."""
    files = pytest.importorskip("fsspec").filesystem("memory")
    files.store.clear()
    yield files
    files.store.clear()


# -- what is written -----------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
def test_the_statements_are_those_of_an_export(sample, tmp_path, profile):
    content = RdfContent(profile)
    report = build_statements([SAMPLE], tmp_path / "alone", content, judgements=None, workers=TWO)
    manifest = write_store_statements(sample, tmp_path / "stored", content, workers=1)
    files = read(tmp_path / "alone")
    assert files == read(tmp_path / "stored")
    written = lines(files)
    assert sorted(written) == sorted(set(exported(sample, "ntriples", profile)))
    assert len(written) == len(set(written)) == report.triples == manifest.statements
    for name, data in files.items():
        if name.endswith(".gz"):
            shard = gzip.decompress(data).splitlines()
            assert shard == sorted(shard)


def test_with_a_graph_they_are_quads(sample, tmp_path):
    write_store_statements(sample, tmp_path / "out", RdfContent(graph=GRAPH), workers=1)
    written = lines(read(tmp_path / "out"))
    assert set(written) == set(exported(sample, "nquads", "kb", graph=GRAPH))


def test_a_licence_is_in_the_description_and_in_the_manifest(sample, tmp_path):
    licence = "https://spdx.org/licenses/CC-BY-4.0"
    KnowledgeGraph(sample).export_statements(tmp_path / "out", licence="CC-BY-4.0", workers=1)
    files = read(tmp_path / "out")
    assert json.loads(files["manifest.json"])["licence"] == licence
    assert any(f"<{licence}> .".encode() in line for line in lines(files))


def test_an_incremental_build_gives_the_same_shards(tmp_path):
    episodes = shutil.copytree(SAMPLE, tmp_path / "episodes")
    KnowledgeGraph.build([episodes], tmp_path / "store", judgements=None, workers=1)
    changed = episodes / "2025-05-06-the-power-wall-who-feeds-the-gpus.md"
    changed.write_text(changed.read_text().replace("title: ", "title: Again, ", 1))
    graph = KnowledgeGraph.build([episodes], tmp_path / "store", judgements=None, workers=1)
    assert 0 < len(graph.report.redone) < 8
    graph.export_statements(tmp_path / "stored", workers=1)
    KnowledgeGraph.build_statements([episodes], tmp_path / "alone", judgements=None, workers=1)
    stored, alone = read(tmp_path / "stored"), read(tmp_path / "alone")
    for name in ("statements-00001.nt.gz", "statements-00002.nt.gz"):
        assert stored[name] == alone[name]


def test_what_episodes_share_is_in_pieces(sample, tmp_path, monkeypatch):
    write_store_statements(sample, tmp_path / "whole", workers=1)
    monkeypatch.setattr(bulk, "PIECE_STATEMENTS", 500)
    write_store_statements(sample, tmp_path / "pieces", workers=1)
    pieces = [n for n in read(tmp_path / "pieces") if n.startswith("statements-shared-")]
    assert len(pieces) > 2
    assert sorted(lines(read(tmp_path / "whole"))) == sorted(lines(read(tmp_path / "pieces")))


def test_the_manifest_describes_every_file(sample, tmp_path):
    write_store_statements(sample, tmp_path / "out", RdfContent("full"), tables=True, workers=1)
    files = read(tmp_path / "out")
    manifest = json.loads(files.pop("manifest.json"))
    entries = manifest["files"] + manifest["tables"] + manifest["scripts"]
    assert {entry["name"] for entry in entries} == files.keys()
    for entry in entries:
        data = files[entry["name"]]
        assert (entry["size"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    for entry in manifest["files"]:
        unpacked = gzip.decompress(files[entry["name"]])
        assert entry["statements"] == unpacked.count(b"\n")
        assert entry["lines_sha256"] == hashlib.sha256(unpacked).hexdigest()
    assert manifest["statements"] == sum(entry["statements"] for entry in manifest["files"])
    del manifest["files"], manifest["tables"], manifest["scripts"], manifest["statements"]
    assert manifest == {
        "format": "kgraph-statements",
        "version": 1,
        "program": "kgraph 0.1.0",
        "build": sample.shared.digest,
        "base": "https://w3id.org/kgraph/id/",
        "profile": "full",
        "graph": "",
        "licence": "",
        "ontology": "https://w3id.org/kgraph/ns",
        "ontology_version": "0.2.0",
        "shapes": "https://w3id.org/kgraph/shapes",
        "media_type": "application/n-triples",
        "episodes": 38,
    }


def test_parquet_has_the_rows_of_an_export(sample, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    graph = KnowledgeGraph(sample)
    graph.export("sqlite", tmp_path / "all.sqlite", quotes="all")
    graph.export_statements(tmp_path / "out", parquet=True, workers=1)
    with sqlite3.connect(tmp_path / "all.sqlite") as database:
        for table in (*shards.EPISODE_TABLES, *shards.SHARED_TABLES):
            paths = [p for p in (tmp_path / "out").iterdir() if p.name.endswith(".parquet")]
            rows = [
                tuple(row.values())
                for path in paths
                if path.name.removesuffix(".parquet").partition("-")[0] == table
                for row in parquet.read_table(path).to_pylist()
            ]
            expected = database.execute(f'SELECT * FROM "{table}"').fetchall()
            assert len(rows) == len(expected) > 0
            assert set(rows) == {
                tuple(
                    bool(cell) if isinstance(ours, bool) else cell
                    for cell, ours in zip(row, rows[0], strict=True)
                )
                for row in expected
            }


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_are_in_no_script(tmp_path, text):
    safe = text.replace("\n", " ").replace("\r", " ").replace("\x00", "")
    for folder, name in (("one", "NVIDIA"), ("two", safe)):
        home = tmp_path / folder
        home.mkdir()
        title = json.dumps(name)
        (home / "a.md").write_text(episode_text(title), "utf-8", errors="replace")
        build_statements([home], home / "out", judgements=None, workers=ONE)
    one, two = read(tmp_path / "one" / "out"), read(tmp_path / "two" / "out")
    for name in ("global.graph", "load.isql", "Qleverfile", "load.json"):
        assert one[name] == two[name]


def test_scripts_name_format_and_graph(sample, tmp_path):
    write_store_statements(sample, tmp_path / "nt", workers=1)
    write_store_statements(sample, tmp_path / "nq", RdfContent(graph=GRAPH), workers=1)
    triples, quads = read(tmp_path / "nt"), read(tmp_path / "nq")
    default = "https://w3id.org/kgraph/id/dataset"
    assert triples["global.graph"] == f"{default}\n".encode()
    assert f"'statements-%.nt.gz', '{default}'".encode() in triples["load.isql"]
    assert f"'statements-%.nq.gz', '{GRAPH}'".encode() in quads["load.isql"]
    assert b"FORMAT      = nt\n" in triples["Qleverfile"]
    assert b"CAT_INPUT_FILES = zcat ${INPUT_FILES}" in quads["Qleverfile"]
    assert b"= statements-*.nq.gz\n" in quads["Qleverfile"]
    request = json.loads(triples["load.json"])
    assert request["format"] == "ntriples"
    assert request["parserConfiguration"] == {"namedGraphUri": default}
    request = json.loads(quads["load.json"])
    assert (request["format"], "parserConfiguration" in request) == ("nquads", False)


# -- whole or not at all -------------------------------------------------------


def test_a_folder_is_replaced_as_a_whole(folder, tmp_path, monkeypatch):
    out = tmp_path / "out"
    build_statements([folder], out, RdfContent("full"), judgements=None, workers=ONE)
    first = read(out)
    monkeypatch.setattr(shards, "MANIFEST_FILE", "no/manifest.json")
    with pytest.raises(ExportError, match=r"no/manifest.json: No such file"):
        build_statements([folder], out, judgements=None, workers=ONE)
    assert read(out) == first
    monkeypatch.undo()
    build_statements([folder], out, judgements=None, workers=ONE)
    assert json.loads(read(out)["manifest.json"])["profile"] == "kb"
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_files_of_others_stay(folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    with pytest.raises(ExportError, match="out: there are other files in it: choose another --to"):
        build_statements([folder], out, judgements=None, workers=ONE)
    assert read(out) == {"notes.txt": b"mine"}
    with pytest.raises(ExportError, match="there is a file of that name: choose another --to"):
        build_statements([folder], out / "notes.txt", judgements=None, workers=ONE)


def test_at_a_url_the_manifest_is_written_last_and_removed_first(folder, memory, monkeypatch):
    events = []
    open_file, remove = OutputTarget.open, OutputTarget.remove

    def record_open(self, name):
        events.append(("write", name))
        return open_file(self, name)

    def record_remove(self, name):
        events.append(("remove", name))
        remove(self, name)

    monkeypatch.setattr(OutputTarget, "open", record_open)
    monkeypatch.setattr(OutputTarget, "remove", record_remove)
    build_statements([folder], "memory://kg/out", RdfContent("full"), judgements=None, workers=ONE)
    assert events[-1] == ("write", "manifest.json")
    first = {name: memory.cat(name) for name in memory.find("/kg/out")}
    events.clear()
    build_statements([folder], "memory://kg/out/", RdfContent("full"), judgements=None, workers=ONE)
    assert events[0] == ("remove", "manifest.json")
    assert events[-1] == ("write", "manifest.json")
    assert {name: memory.cat(name) for name in memory.find("/kg/out")} == first


def test_a_url_and_a_folder_get_the_same_bytes(folder, tmp_path, monkeypatch):
    pytest.importorskip("fsspec")
    monkeypatch.setattr(passes, "SHARD_FILES", 1)
    url = f"file://{tmp_path}/url"
    build_statements([folder], url, tables=True, judgements=None, workers=TWO)
    build_statements([folder], tmp_path / "path", tables=True, judgements=None, workers=TWO)
    assert read(tmp_path / "url") == read(tmp_path / "path")


def test_a_url_that_workers_do_not_share_is_refused_before_the_manifest(
    folder, memory, monkeypatch
):
    monkeypatch.setattr(passes, "SHARD_FILES", 1)
    with pytest.raises(ExportError, match=r"statements-00001.nt.gz: not there as it was written"):
        build_statements([folder], "memory://kg/out", judgements=None, workers=TWO)
    assert "/kg/out/manifest.json" not in memory.find("/kg/out")


def test_no_bucket_is_made(folder, memory, monkeypatch):
    made = []
    monkeypatch.setattr(type(memory), "makedirs", lambda self, path, **options: made.append(path))
    monkeypatch.setattr(type(memory), "protocol", ("s3", "s3a"))
    build_statements([folder], "memory://kg/out", judgements=None, workers=ONE)
    assert "/kg/out/manifest.json" in memory.find("/kg/out")
    assert made == []


def test_files_of_others_at_a_url_stay(folder, memory):
    memory.pipe("/kg/out/notes.txt", b"mine")
    with pytest.raises(ExportError, match=r"there are other files in it \(notes.txt\): name anoth"):
        build_statements([folder], "memory://kg/out", judgements=None, workers=ONE)
    assert memory.find("/kg/out") == ["/kg/out/notes.txt"]


def test_a_run_that_was_cut_at_a_url_is_repeated(folder, memory):
    build_statements([folder], "memory://kg/out", judgements=None, workers=ONE)
    first = {name: memory.cat(name) for name in memory.find("/kg/out")}
    memory.rm_file("/kg/out/manifest.json")
    memory.pipe("/kg/out/statements-00007.nt.gz", b"half")
    build_statements([folder], "memory://kg/out", judgements=None, workers=ONE)
    assert {name: memory.cat(name) for name in memory.find("/kg/out")} == first


# -- errors --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("nowhere://x/y", "Protocol not known: nowhere: begin with s3://"),
        ("s3://me:secret@bucket/x", "a password in an address is seen by others"),
        ("s3://me:secret@[bucket/x", "s3://: a password in an address is seen by others"),
    ],
)
def test_a_wrong_url_is_refused(folder, to, message):
    pytest.importorskip("fsspec")
    with pytest.raises(InputError, match=message) as caught:
        build_statements([folder], to, judgements=None, workers=ONE)
    assert "secret" not in str(caught.value)


def test_a_missing_extra_is_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(InputError, match=r"a URL needs fsspec: pip install '.\[remote\]'"):
        build_statements([folder], "memory://kg/out", judgements=None, workers=ONE)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(InputError, match=r"parquet needs pyarrow: pip install '.\[parquet\]'"):
        build_statements([folder], "out", tables=True, judgements=None, workers=ONE)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is full")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_is_told(folder, tmp_path, monkeypatch, workers):
    def open_full(self, name):
        return open_file(OutputTarget("/dev", self.name), "full")

    open_file = OutputTarget.open
    monkeypatch.setattr(OutputTarget, "open", open_full)  # workers are forked with it
    with pytest.raises(ExportError, match="No space left on device: free disk space") as caught:
        build_statements(
            [folder], tmp_path / "out", judgements=None, workers=WorkerOptions(workers=workers)
        )
    assert str(tmp_path / "out") in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (RdfContent("all"), "all"),
        (RdfContent(quotes=3), "--to has no quotes"),
        (RdfContent(graph="no iri"), "not the IRI of a graph"),
        (RdfContent(graph="https://example.org/');shutdown();"), "without ' ; and"),
    ],
)
def test_wrong_content_is_refused_before_anything_is_read(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        build_statements([tmp_path / "missing"], tmp_path / "out", content)
    assert not (tmp_path / "out").exists()


# -- the command ---------------------------------------------------------------


def test_without_a_store_nothing_else_is_written(folder, tmp_path):
    done = run("build", folder, "--to", "out", "--profile", "full", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["episodes", "out"]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert json.loads(done.stdout)["triples"] == manifest["statements"]
    assert "wrote out in " in done.stderr


def test_beside_a_store_both_are_written(folder, tmp_path):
    line = ["build", folder, "--store", "kg", "--to", "out", "--graph", GRAPH]
    done = run(*line, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["episodes", "kg", "out"]
    first = read(tmp_path / "out")
    assert done.stderr.endswith("wrote out\n")
    done = run(*line, cwd=tmp_path)
    assert "nothing changed: kg is as it was" in done.stderr
    assert read(tmp_path / "out") == first


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--profile", "full"], "--profile is of --to: name a folder or URL with --to"),
        (["--parquet"], "--parquet is of --to"),
        (["--to", ""], "--to: no folder is named"),
        (["--to", "out", "--turtle", "x.ttl"], "--turtle needs a store: add --store"),
        (["--to", "out", "--previous", "kg"], "--previous needs a store: add --store"),
        (["--to", "out", "--explain"], "--explain needs a store: add --store"),
        (["--to", "out", "--licence", "my own"], "not a licence"),
    ],
)
def test_options_that_do_not_go_together(folder, tmp_path, options, message):
    done = run("build", folder, *options, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["episodes"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--to", "episodes"], "there are other files in it"),
        (["--to", "out", "--graph", "no IRI"], "not the IRI of a graph"),
        (["--to", "out", "--profile", "none"], "no such profile"),
        (["--to", "out", "--licence", "my own"], "not a licence"),
        (["--to", "nothing://x"], "nothing://x: "),
    ],
)
def test_statements_that_cannot_be_written_are_refused_before_the_build(
    folder, tmp_path, options, message
):
    done = run("build", folder, "--store", "kg", *options, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert message in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["episodes"]


def test_a_project_sets_profile_and_licence_but_not_the_base(folder, tmp_path):
    (tmp_path / "kgraph.toml").write_text(
        'sources = ["episodes"]\nbase = "https://one.example/"\n'
        '[export]\nprofile = "full"\nlicence = "CC0-1.0"\nbase = "https://two.example/"\n'
    )
    done = run("build", "--to", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert (manifest["profile"], manifest["base"]) == ("full", "https://one.example/")
    assert manifest["licence"] == "https://spdx.org/licenses/CC0-1.0"
