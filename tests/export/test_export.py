"""Every format and selection: exports have the graph's content, and are reproducible."""

import csv
import io
import json
import os
import subprocess
import sys
from collections import Counter

import networkx
import pyoxigraph
import pytest
from sample_graph import BASE, HOSTILE, handmade

from kgraph.base.errors import ExportError, InputError
from kgraph.base.files import DRAFT_SUFFIX, open_output_file
from kgraph.export import EXPORT_FORMATS, export
from kgraph.export.rdf import RdfContent
from kgraph.graph import Selection
from kgraph.graph.tally import Tally, tally_episode
from kgraph.rdf import PROFILES

RDF = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml")
SELECTIONS = [
    Selection(),
    Selection(min_confidence=0.8),
    Selection(types=frozenset({"company"})),
    Selection(since="2025-09-01"),
    Selection(until="2025-08-31"),
    Selection(episodes=frozenset({"2025-10-03-tll-122-circle-rings-the-bell.md"})),
]


def written(graph, format, profile="full", **options):
    out = io.BytesIO()
    export(graph, format, out, content=RdfContent(profile), **options)
    return out.getvalue()


def statements(data, format):
    """Canonical N-Triples lines; without blank nodes, equal sets are isomorphic graphs."""
    syntax = pyoxigraph.RdfFormat.from_media_type(EXPORT_FORMATS[format].media_type)
    return {str(quad.triple) for quad in pyoxigraph.parse(data, syntax)}


def reopened(data, format):
    """Nodes and edges that a reader of the format finds."""
    if format == "json":
        return _of_network(networkx.node_link_graph(json.loads(data), edges="edges"))
    read = {"graphml": networkx.read_graphml, "gexf": networkx.read_gexf}[format]
    return _of_network(read(io.BytesIO(data)))


def _of_network(network):
    nodes = {node: (it["type"], it["label"]) for node, it in network.nodes(data=True)}
    edges = sorted(
        (s, t, it.get("predicate", key), it["confidence"], it["weight"], it["count"])
        for s, t, key, it in networkx.MultiDiGraph(network).edges(keys=True, data=True)
    )
    return nodes, edges


def held(graph):
    """Nodes and edges of the graph itself."""
    nodes = {node.id: (node.type, node.label) for node in graph.nodes()}
    edges = sorted(
        (e.source, e.target, e.predicate, e.confidence, e.weight, e.count) for e in graph.edges()
    )
    return nodes, edges


@pytest.mark.parametrize("format", EXPORT_FORMATS)
@pytest.mark.parametrize("profile", PROFILES)
def test_two_runs_write_the_same_bytes(sample, format, profile):
    data = written(sample.graph, format, profile=profile)
    assert data
    assert written(sample.graph, format, profile=profile) == data


def test_hash_seeds_do_not_change_a_byte(sample, tmp_path):
    code = (
        "import sys; from kgraph.export import EXPORT_FORMATS, export\n"
        "from kgraph.store import Store\n"
        "for name in EXPORT_FORMATS:\n"
        "    export(Store(sys.argv[1]).graph, name, f'{sys.argv[2]}/{name}')"
    )
    command = [sys.executable, "-c", code, str(sample.path), str(tmp_path)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "11"})
    for name in EXPORT_FORMATS:
        assert (tmp_path / name).read_bytes() == written(sample.graph, name, "kb"), name


@pytest.mark.parametrize("format", RDF[1:])
@pytest.mark.parametrize("profile", PROFILES)
def test_rdf_formats_have_the_statements_of_the_turtle(sample, format, profile):
    turtle = statements(written(sample.graph, "turtle", profile=profile), "turtle")
    data = written(sample.graph, format, profile=profile)
    assert statements(data, format) == turtle
    if profile == "full":
        assert len(turtle) == sample.meta.triples


@pytest.mark.parametrize("format", ["nquads", "trig"])
def test_dataset_formats_name_one_graph(sample, format):
    syntax = pyoxigraph.RdfFormat.from_media_type(EXPORT_FORMATS[format].media_type)
    data = written(sample.graph, format, base=BASE)
    names = {quad.graph_name.value for quad in pyoxigraph.parse(data, syntax)}
    assert names == {BASE + "dataset"}


@pytest.mark.parametrize("format", ["graphml", "gexf", "json"])
@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_network_formats_reopen_with_the_same_nodes_and_edges(sample, format, selection):
    data = written(sample.graph, format, selection=selection)
    assert reopened(data, format) == held(sample.graph.select(selection))


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_tables_have_every_node_and_edge(sample, selection):
    nodes, edges = held(sample.graph.select(selection))
    rows = read_csv(written(sample.graph, "csv-nodes", selection=selection))
    assert [row["id"] for row in rows] == list(nodes)
    rows = read_csv(written(sample.graph, "csv", selection=selection))
    assert sorted((row["source"], row["target"], row["predicate"]) for row in rows) == [
        edge[:3] for edge in edges
    ]
    assert all(row["source_label"] and row["target_label"] for row in rows)


def read_csv(data):
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_edges_of_a_selection_have_both_ends_in_it(sample, selection):
    nodes, edges = held(sample.graph.select(selection))
    assert nodes
    assert {end for edge in edges for end in edge[:2]} <= nodes.keys()


@pytest.mark.parametrize("selection", SELECTIONS[1:], ids=str)
@pytest.mark.parametrize("format", RDF)
def test_a_selection_is_the_same_part_in_every_format(sample, selection, format):
    chosen = statements(written(sample.graph, format, selection=selection), format)
    turtle = statements(written(sample.graph, "turtle", selection=selection), "turtle")
    assert chosen == turtle
    assert 0 < len(chosen) < sample.meta.triples


def test_a_selection_keeps_what_it_names(sample):
    types = sample.graph.select(SELECTIONS[2])
    assert {m.type for episode in types for m in episode.mentions} == {"company"}
    sure = sample.graph.select(SELECTIONS[1])
    assert all(m.is_accepted and m.confidence >= 0.8 for episode in sure for m in episode.mentions)
    late, early = ([e.date[:10] for e in sample.graph.select(s)] for s in SELECTIONS[3:5])
    assert min(late) >= SELECTIONS[3].since
    assert max(early) <= SELECTIONS[4].until
    (one,) = sample.graph.select(SELECTIONS[5])
    assert SELECTIONS[5].episodes <= {file.file for file in one.files}


@pytest.mark.parametrize("format", RDF)
@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_survives_a_round_trip_in_rdf(format, name):
    syntax = pyoxigraph.RdfFormat.from_media_type(EXPORT_FORMATS[format].media_type)
    data = written(handmade(HOSTILE[name]), format)
    texts = {
        quad.object.value
        for quad in pyoxigraph.parse(data, syntax)
        if quad.predicate.value.endswith(("/text", "/name", "#exact", "abstract", "#body"))
    }
    assert in_xml(HOSTILE[name], format == "rdfxml") in texts
    assert texts <= {in_xml(HOSTILE[name], format == "rdfxml"), "Ours"}


@pytest.mark.parametrize("format", ["graphml", "gexf", "json"])
@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_survives_a_round_trip_in_network_formats(format, name):
    nodes, _ = reopened(written(handmade(HOSTILE[name]), format), format)
    assert nodes["company/nvidia"] == ("company", in_xml(HOSTILE[name], format != "json"))


def in_xml(text, applies):
    """What XML can hold of a text: XML 1.0 section 2.2."""
    lost = [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]
    return text.translate(dict.fromkeys(lost, "\ufffd")) if applies else text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_no_cell_of_a_table_is_a_formula(text):
    rows = read_csv(written(handmade(text), "csv-nodes"))
    assert rows[0]["label"] == "'" + text


def test_an_attribute_is_declared_once_with_one_type(sample):
    from xml.etree import ElementTree

    tree = ElementTree.fromstring(written(sample.graph, "graphml"))
    keys = [it.attrib for it in tree if it.tag.endswith("}key")]
    assert len({key["id"] for key in keys}) == len(keys)
    assert {(key["for"], key["attr.name"]): key["attr.type"] for key in keys} == {
        ("node", "type"): "string",
        ("node", "label"): "string",
        ("node", "episodes"): "long",
        ("node", "advertised"): "long",
        ("node", "confidence"): "double",
        ("node", "kind"): "string",
        ("node", "count"): "long",
        ("node", "file"): "string",
        ("node", "date"): "string",
        ("node", "advert"): "double",
        ("edge", "predicate"): "string",
        ("edge", "confidence"): "double",
        ("edge", "weight"): "double",
        ("edge", "cost"): "double",
        ("edge", "count"): "long",
    }


def test_unknown_formats_and_profiles_are_refused(sample, tmp_path):
    with pytest.raises(InputError, match="docx: no such format; choose one of turtle, ntriples"):
        export(sample.graph, "docx", io.BytesIO())
    with pytest.raises(InputError, match="all: no such profile; choose one of kb, full, edges"):
        export(sample.graph, "turtle", io.BytesIO(), content=RdfContent("all"))
    with pytest.raises(InputError, match="'here': not a base IRI"):
        export(sample.graph, "turtle", io.BytesIO(), base="here")
    with pytest.raises(ExportError, match="choose another --output"):
        export(sample.graph, "turtle", tmp_path)


def test_a_file_is_complete_or_absent(sample, tmp_path):
    class Broken:
        shared = sample.shared

        def select(self, selection):
            return self

        def __iter__(self):
            yield next(iter(sample.graph))
            raise RuntimeError

    path = tmp_path / "graph.ttl"
    path.write_text("the last one")
    with pytest.raises(RuntimeError):
        export(Broken(), "turtle", path)
    assert [(it.name, it.read_text()) for it in tmp_path.iterdir()] == [
        ("graph.ttl", "the last one")
    ]


def test_a_selection_counts_its_own_episodes(sample):
    part = sample.graph.select(SELECTIONS[3])
    whole = sample.graph.shared
    for kind in ("themes", "topics", "tags"):
        counts = Counter[str]()
        for id_, term in tally_of(part)[kind].items():
            counts[id_] = sum(term.spellings.values())
        told = {i: sum(t.spellings.values()) for i, t in getattr(part.shared, kind).items()}
        assert {id_: n for id_, n in told.items() if n} == dict(+counts)
        assert (
            0
            < sum(told.values())
            < sum(sum(term.spellings.values()) for term in getattr(whole, kind).values())
        )
    sizes = {id_: term.episodes for id_, term in tally_of(part)["themes"].items()}
    told_sizes = {id_: term.episodes for id_, term in part.shared.themes.items()}
    assert {id_: n for id_, n in told_sizes.items() if n} == {i: n for i, n in sizes.items() if n}
    broader = {term.broader for term in part.shared.themes.values()} - {""}
    assert broader <= part.shared.themes.keys()


def tally_of(graph):
    """Topics, tags and themes of a graph's recordings, counted anew."""
    total = Tally()
    for episode in graph:
        total.add(tally_episode(episode))
    kinds = {"themes": "theme/", "topics": "topic/", "tags": "tag/"}
    return {
        kind: {id_: term for id_, term in total.terms.items() if id_.startswith(start)}
        for kind, start in kinds.items()
    }


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(since="2099-01-01"), "no episode is since 2099-01-01: widen the days"),
        (Selection(episodes=frozenset({"typo.md"})), "typo.md: no such episode: "),
    ],
)
def test_an_empty_selection_is_refused(sample, selection, words):
    with pytest.raises(InputError, match=words):
        written(sample.graph, "turtle", selection=selection)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_written_into_and_a_link_followed(sample, tmp_path):
    pipe, target, link = tmp_path / "pipe", tmp_path / "target.csv", tmp_path / "link.csv"
    os.mkfifo(pipe)
    with (tmp_path / "read").open("wb") as out, subprocess.Popen(["cat", pipe], stdout=out):
        export(sample.graph, "csv", pipe)
    assert (tmp_path / "read").read_bytes() == written(sample.graph, "csv")
    assert pipe.is_fifo()
    target.write_text("old")
    link.symlink_to(target)
    export(sample.graph, "csv", link)
    assert link.is_symlink() and target.read_bytes() == written(sample.graph, "csv")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_is_an_export_error(sample):
    command = [sys.executable, "-m", "kgraph", "stats", "--store", str(sample.path)]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "kgraph: No space left on device: free disk space, or choose another folder\n"
    )


def test_only_drafts_of_killed_processes_are_removed(tmp_path):
    output = tmp_path / "graph.ttl"
    (tmp_path / f".graph.ttl-abandoned{DRAFT_SUFFIX}").write_text("half")
    others = (tmp_path / f".other.ttl-abandoned{DRAFT_SUFFIX}", tmp_path / ".graph.ttl-notes")
    for other in others:
        other.write_text("half")
    with open_output_file(output) as first, open_output_file(output) as second:
        assert len(list(tmp_path.glob(f".graph.ttl-*{DRAFT_SUFFIX}"))) == 2
        first.write(b"first")
        second.write(b"second")
    assert output.read_bytes() == b"first"
    assert sorted(tmp_path.iterdir()) == sorted((output, *others))
