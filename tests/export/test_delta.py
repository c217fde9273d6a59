"""Changes between exports: applied to one export they give the other, byte for byte."""

import io
import json
import re

import pyoxigraph
import pytest
from cli.runner import run
from sample_graph import BASE, HOSTILE, handmade
from support import episode_text

from kgraph.api import KnowledgeGraph
from kgraph.base import sorted_lines
from kgraph.base.errors import InputError
from kgraph.base.sorted_lines import LineSorter, write_lines
from kgraph.export import delta as delta_module
from kgraph.export import export
from kgraph.export.delta import (
    Delta,
    compute_digests,
    digest_query,
    format_update,
    read_statements,
    write_patch,
    write_update,
)
from kgraph.pipeline import build
from kgraph.rdf import PROFILES
from kgraph.store import Store

GRAPH = "https://example.org/graph"


@pytest.fixture
def rebuilt(store, folder):
    """The store after a second build, of other episodes."""
    (folder / "b.md").unlink()
    more = episode_text("New \\u0041 talk", companies=("AMD",), url="https://x.example/1")
    (folder / "c.md").write_text(more, "utf-8")
    build([folder], store.path, workers=1)
    return Store(store.path)


def statements(store, tmp_path, profile="kb"):
    out = io.BytesIO()
    KnowledgeGraph(store).export("ntriples", out, profile=profile)
    return set(out.getvalue().splitlines(keepends=True))


def changes(store, format="patch", **options):
    out = io.BytesIO()
    counts = KnowledgeGraph(store).export_changes(out, format=format, **options)
    return out.getvalue(), counts


@pytest.mark.parametrize("profile", PROFILES)
def test_a_patch_turns_the_last_export_into_this_one(rebuilt, tmp_path, profile):
    before = statements(rebuilt.previous, tmp_path, profile)
    after = statements(rebuilt, tmp_path, profile)
    text, counts = changes(rebuilt, profile=profile)
    lines = text.splitlines(keepends=True)
    assert [line[:7] for line in lines[:3]] == [b"H id <u", b"H prev ", b"TX .\n"]
    assert lines[-1] == b"TC .\n"
    deleted = {line[2:] for line in lines if line.startswith(b"D ")}
    inserted = {line[2:] for line in lines if line.startswith(b"A ")}
    assert deleted <= before
    assert not inserted & before
    assert (before - deleted) | inserted == after
    assert counts == (len(deleted), len(inserted)) == (len(before - after), len(after - before))
    assert deleted
    assert inserted


@pytest.mark.parametrize("graph", ["", GRAPH])
def test_an_update_turns_the_last_export_into_this_one(rebuilt, tmp_path, graph, monkeypatch):
    monkeypatch.setattr(delta_module, "CHUNK_STATEMENTS", 7)
    database = pyoxigraph.Store()
    name = pyoxigraph.NamedNode(graph) if graph else pyoxigraph.DefaultGraph()
    before = b"".join(statements(rebuilt.previous, tmp_path))
    database.load(before, pyoxigraph.RdfFormat.N_TRIPLES, to_graph=name)
    text, _ = changes(rebuilt, "update", graph=graph)
    assert text.count(b"INSERT DATA") > 1
    database.update(text.decode())
    after = pyoxigraph.parse(
        b"".join(statements(rebuilt, tmp_path)), pyoxigraph.RdfFormat.N_TRIPLES
    )
    found = {quad.triple for quad in database.quads_for_pattern(None, None, None, name)}
    assert found == {quad.triple for quad in after}


def test_a_patch_names_its_graph_and_the_patch_before_it(rebuilt, folder):
    first, _ = changes(rebuilt, graph=GRAPH)
    (folder / "c.md").unlink()
    (folder / "d.md").write_text(episode_text("Another"), "utf-8")
    build([folder], rebuilt.path, workers=1)
    second, _ = changes(Store(rebuilt.path))
    assert (
        re.search(rb"^H id (.*)$", first, re.M)[1] == re.search(rb"^H prev (.*)$", second, re.M)[1]
    )
    rows = [line for line in first.splitlines() if line[:2] in (b"A ", b"D ")]
    assert all(line.endswith(f" <{GRAPH}> .".encode()) for line in rows)


def test_the_same_builds_give_the_same_bytes(rebuilt):
    assert changes(rebuilt) == changes(rebuilt)
    assert changes(rebuilt, "update") == changes(rebuilt, "update")


def test_no_change_is_an_empty_patch_and_a_comment(store, folder):
    build([folder], store.path, workers=1)
    patch, counts = changes(Store(store.path))
    assert (patch.count(b"\n"), counts) == (4, (0, 0))
    assert changes(Store(store.path), "update") == (b"# no changes\n", (0, 0))
    pyoxigraph.Store().update("# no changes\n")


def test_the_first_build_has_nothing_to_compare_with(store):
    with pytest.raises(InputError) as found:
        changes(store)
    assert str(found.value) == (
        f"{store.path}: no build before this one that this version reads: name a store or a file "
        "with --against"
    )


@pytest.mark.parametrize("format", ["ntriples", "turtle", "nquads"])
def test_a_file_of_the_receiver_can_be_compared_with(rebuilt, tmp_path, format):
    suffix = {"ntriples": "nt", "turtle": "ttl", "nquads": "nq"}[format]
    file = tmp_path / f"held.{suffix}"
    KnowledgeGraph(rebuilt.previous).export(format, file)
    assert changes(rebuilt, against=file) == changes(rebuilt)


def test_another_store_can_be_compared_with(rebuilt, tmp_path, folder):
    build([folder / "a.md"], tmp_path / "other", workers=1)
    text, _ = changes(rebuilt, against=tmp_path / "other")
    before = statements(Store(tmp_path / "other"), tmp_path)
    deleted = {line[2:] for line in text.splitlines(keepends=True) if line.startswith(b"D ")}
    assert deleted == before - statements(rebuilt, tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.nt", "_:b <http://x/p> 'x' .", "not N-Triples"),
        ("b.ttl", "[] <http://x/p> 'x' .", "a statement with a blank node cannot be deleted"),
        ("c.csv", "", "the suffix is of no RDF format: name a store, or a .nt file"),
        ("missing.nt", None, "no such file or folder: name a store, or a .nt file"),
        ("missing", None, "no such file or folder: name a store, or a .nt file"),
    ],
)
def test_an_unusable_file_is_refused(rebuilt, tmp_path, name, text, message):
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(InputError, match=re.escape(message)):
        changes(rebuilt, against=tmp_path / name)


@pytest.mark.parametrize("graph", ["not an IRI", "a b", "relative", "http://x/> } DROP ALL #"])
def test_a_graph_has_an_absolute_iri(rebuilt, graph):
    with pytest.raises(InputError, match="not the IRI of a graph"):
        changes(rebuilt, graph=graph)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_survives_an_update(name, tmp_path):
    """Also by a reader that replaces codepoint escapes before it reads strings (section 19.2)."""
    out = io.BytesIO()
    export(handmade(HOSTILE[name]), "ntriples", out, base=BASE)
    lines = sorted(out.getvalue().splitlines(keepends=True))
    text = format_update([(True, line) for line in lines], GRAPH).decode()
    early = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda match: chr(int(match[1], 16)), text)
    expected = {q.triple for q in pyoxigraph.parse(out.getvalue(), pyoxigraph.RdfFormat.N_TRIPLES)}
    for update in (text, early) if name != "controls" else (text,):
        database = pyoxigraph.Store()
        database.update(update)
        assert {quad.triple for quad in database} == expected


def test_lines_are_sorted_in_bounded_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(sorted_lines, "RUN_BYTES", 100)
    sorter = LineSorter(tmp_path)
    lines = [f"{n * 7919 % 1000:03} line\n".encode() for n in range(1000)] * 2
    for line in lines:
        sorter.write(line)
    assert list(sorter) == sorted(set(lines))
    assert len(list(tmp_path.iterdir())) > 100


def test_chunks_are_bounded_and_keep_subjects_together(tmp_path, monkeypatch):
    monkeypatch.setattr(delta_module, "CHUNK_STATEMENTS", 10)
    lines = [f"<s{n // 4:02}> <p> {n:03} .\n".encode() for n in range(100)]
    lines += [f"<z> <p> {n:03} .\n".encode() for n in range(45)]
    after = write_lines(lines, tmp_path / "after.gz")
    chunks = list(Delta(write_lines([], tmp_path / "before.gz"), after).chunks())
    assert [line for chunk in chunks for _, line in chunk] == lines
    assert [len(chunk) for chunk in chunks] == [12] * 8 + [20, 20, 9]


def test_digests_are_those_that_sparql_computes(store, tmp_path):
    out = io.BytesIO()
    KnowledgeGraph(store).export("ntriples", out, profile="full")
    hostile = "".join(HOSTILE[name] for name in HOSTILE if name != "long")
    export(handmade(hostile), "ntriples", out, base=BASE)
    lines = sorted(set(out.getvalue().splitlines(keepends=True)))
    database = pyoxigraph.Store()
    name = pyoxigraph.NamedNode(GRAPH)
    database.load(b"".join(lines), pyoxigraph.RdfFormat.N_TRIPLES, to_graph=name)
    expected = compute_digests(lines)
    found = {}
    for by_class in (False, True):
        answer = database.query(digest_query(GRAPH, by_class))
        rows = json.loads(answer.serialize(format=pyoxigraph.QueryResultsFormat.JSON))
        for row in rows["results"]["bindings"]:
            key = row["class"]["value"] if by_class else ""
            found[key] = (int(row["n"]["value"]), int(row["sum"]["value"]))
    assert found == {key: (value.statements, value.digest) for key, value in expected.items()}
    assert len(found) > 10


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'"Nvidia"', b'"Nvidia"^^<http://www.w3.org/2001/XMLSchema#anyURI>'),
        (b'"Nvidia"', b'"Nvidia"@en'),
        (b'"https://x.org/"', b"<https://x.org/>"),
        (
            b'"2025-09-01"^^<http://www.w3.org/2001/XMLSchema#date>',
            b'"2025-09-01"^^<http://www.w3.org/2001/XMLSchema#string>',
        ),
        (
            b'"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
            b'"1"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        ),
    ],
)
def test_digests_see_datatypes_as_sparql_does(one, other):
    found = []
    for value in (one, other):
        line = b"<https://x.org/s> <https://x.org/p> " + value + b" .\n"
        database = pyoxigraph.Store()
        name = pyoxigraph.NamedNode(GRAPH)
        database.load(line, pyoxigraph.RdfFormat.N_TRIPLES, to_graph=name)
        [row] = database.query(digest_query(GRAPH, by_class=False))
        digest = compute_digests([line])[""].digest
        assert digest == int(row["sum"].value)
        found.append(digest)
    assert found[0] != found[1]


def test_triple_terms_are_compared(store, tmp_path):
    out = io.BytesIO()
    KnowledgeGraph(store).export("ntriples", out, rdf12=True)
    file = tmp_path / "held.nt"
    file.write_bytes(out.getvalue())
    held = read_statements(file, tmp_path / "held.nt.gz")
    assert set(held) == set(out.getvalue().splitlines(keepends=True))
    assert any(b"<<( " in line for line in held)
    patch, update = io.BytesIO(), io.BytesIO()
    nothing = write_lines([], tmp_path / "nothing.gz")
    write_patch(Delta(nothing, held), patch)
    write_update(Delta(nothing, held), update)
    database = pyoxigraph.Store()
    database.update(update.getvalue().decode())
    assert len(database) == held.lines == patch.getvalue().count(b"\nA ")


def test_the_command_writes_what_the_library_gives(rebuilt, tmp_path):
    done = run("diff", "--format", "update", "--graph", GRAPH, "--store", rebuilt.path)
    assert done.stdout.encode() == changes(rebuilt, "update", graph=GRAPH)[0]
    done = run("diff", "--format", "patch", "-o", tmp_path / "a.rdfp", "--store", rebuilt.path)
    text, (deleted, inserted) = changes(rebuilt)
    assert (tmp_path / "a.rdfp").read_bytes() == text
    assert f"a.rdfp: {deleted:,} deleted, {inserted:,} inserted" in done.stderr.replace("\n", "")


def test_options_of_a_patch_need_its_format(store):
    done = run("diff", "--graph", GRAPH, "--store", store.path)
    assert (done.returncode, done.stderr) == (
        2,
        "kgraph: --graph and --output need --format patch or update\n",
    )
