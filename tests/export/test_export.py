"""Every format and selection: exports have the graph's content, and are reproducible."""

import csv
import io
import json
import os
import subprocess
import sys
from collections import Counter
from xml.etree import ElementTree

import msgspec
import networkx
import pyoxigraph
import pytest
from pytest import approx
from sample_graph import BASE, HOSTILE, handmade

from kgraph.base.errors import ExportError, InputError
from kgraph.base.files import DRAFT_SUFFIX, open_output_file
from kgraph.export import EXPORT_FORMATS, export, rdf
from kgraph.export.export import FOLDER_FORMATS
from kgraph.export.networks import ALL_QUOTES
from kgraph.export.rdf import RdfContent
from kgraph.graph import Entity, EpisodeSummary, Graph, Selection, SharedData
from kgraph.graph.cooccurrence import association_score, count_co_mentions
from kgraph.graph.network import list_episode_themes
from kgraph.graph.tally import Tally, tally_episode
from kgraph.rdf import PROFILES, batch_blocks, writers

RDF = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml")
SELECTIONS = [
    Selection(),
    Selection(min_confidence=0.8),
    Selection(types=frozenset({"company"})),
    Selection(since="2025-09-01"),
    Selection(until="2025-08-31"),
    Selection(episodes=frozenset({"2025-10-03-tll-122-circle-rings-the-bell.md"})),
]


def written(graph, format, profile="full", quotes=None, network="statements", **options):
    """Bytes of an export; networks have all quotes, as ``Graph.nodes`` has, and no profile."""
    is_rdf = EXPORT_FORMATS[format].holds == "rdf"
    if quotes is None:
        has_none = is_rdf or EXPORT_FORMATS[format].holds == "mappings"
        quotes = 0 if has_none or network != "statements" else ALL_QUOTES
    out = io.BytesIO()
    content = RdfContent(profile if is_rdf else "kb", quotes, network=network)
    export(graph, format, out, content=content, **options)
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
        (e.source, e.target, e.predicate, e.confidence, e.weight, e.count)
        for e in (*graph.edges(), *graph.theme_edges())
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
        assert (tmp_path / name).read_bytes() == written(sample.graph, name, "kb", 0), name


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
    assert texts <= {in_xml(HOSTILE[name], format == "rdfxml"), "Ours", "kgraph"}


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
    rows = read_csv(written(pair_of_companies(text), "csv", network="co-mentions"))
    assert rows[0]["source_label"] == "'" + text


def read_xml(data):
    return ElementTree.fromstring(data)


@pytest.mark.parametrize(
    ("network", "attributes"),
    [
        (
            "statements",
            "type label iri episodes:long advertised:long confidence:double kind count:long file "
            "date advert:double / predicate confidence:double weight:double cost:double count:long",
        ),
        (
            "co-mentions",
            "type label iri episodes:long confidence:double kind tickers aliases first_day "
            "last_day / weight:double episodes:long lift:double association:double "
            "confidence:double first_day last_day",
        ),
    ],
)
def test_an_attribute_is_declared_once_with_one_type(sample, network, attributes):
    wanted = [
        [scope, *f"{word}:string".split(":")[:2]]
        for scope, words in zip(("node", "edge"), attributes.split(" / "), strict=True)
        for word in words.split()
    ]
    tree = read_xml(written(sample.graph, "graphml", network=network))
    keys = [it.attrib for it in tree if it.tag.endswith("}key")]
    assert [key["id"] for key in keys] == [f"d{n}" for n in range(len(keys))]
    assert [[key["for"], key["attr.name"], key["attr.type"]] for key in keys] == wanted
    (graph,) = read_xml(written(sample.graph, "gexf", network=network)).findall("{*}graph")
    for scope in ("node", "edge"):
        (declared,) = graph.findall(f"{{*}}attributes[@class='{scope}']")
        # graphology takes an id that is no number for the name of the attribute.
        assert [it.get("id") for it in declared] == [str(n) for n in range(len(declared))]
        # GEXF has a place of its own for a label and a weight.
        assert [[scope, it.get("title"), it.get("type")] for it in declared] == [
            it for it in wanted if it[0] == scope and it[1] not in ("label", "weight")
        ]


def test_networks_name_the_iris_of_nodes_and_have_no_negative_zero(sample):
    for format in ("graphml", "gexf", "json", "csv-nodes"):
        data = written(sample.graph, format, base=BASE)
        assert b"-0.0" not in data
        rows = read_csv(data) if format == "csv-nodes" else None
        nodes = {row["id"]: row["iri"] for row in rows} if rows else iris_of(data, format)
        assert nodes and nodes == {id_: BASE + id_ for id_ in nodes}, format


def iris_of(data, format):
    if format == "json":
        network = networkx.node_link_graph(json.loads(data), edges="edges")
    else:
        read = {"graphml": networkx.read_graphml, "gexf": networkx.read_gexf}[format]
        network = read(io.BytesIO(data))
    return dict(network.nodes(data="iri"))


@pytest.mark.parametrize("format", ["graphml", "gexf", "json", "csv", "csv-nodes"])
def test_networks_have_the_quotes_that_are_asked_for(sample, format):
    none, some = (written(sample.graph, format, quotes=n).decode() for n in (0, 1))
    assert "quote/" not in none and "schema:hasPart" not in none
    assert written(sample.graph, format).decode().count("quote/") > some.count("quote/") > 0


def test_the_best_quotes_of_each_episode_are_in_a_network(sample):
    rows = read_csv(written(sample.graph, "csv", quotes=2))
    parts = Counter(row["source"] for row in rows if row["predicate"] == "schema:hasPart")
    keys = {row["target"] for row in rows if row["predicate"] == "schema:hasPart"}
    for episode in sample.graph:
        talk = [item for item in episode.occurrences if not item.is_advert]
        assert parts[episode.id] >= min(2, len(talk))
        best = sorted(talk, key=lambda item: (-item.relevance, item.quote))[:2]
        assert {f"quote/{item.quote}" for item in best} <= keys
    nodes = {row["id"] for row in read_csv(written(sample.graph, "csv-nodes", quotes=2))}
    assert keys == {id_ for id_ in nodes if id_.startswith("quote/")}


@pytest.mark.parametrize("profile", ["full", "edges"])
@pytest.mark.parametrize("format", [*EXPORT_FORMATS, *FOLDER_FORMATS])
def test_a_profile_is_refused_where_there_is_none(sample, tmp_path, format, profile):
    formats = EXPORT_FORMATS | FOLDER_FORMATS
    if formats[format].holds == "rdf":
        return
    with pytest.raises(InputError) as caught:
        export(sample.graph, format, tmp_path / "out", content=RdfContent(profile))
    assert str(caught.value) == (
        f"{format} has no place for the profile {profile}: leave it out, or choose one of turtle, "
        "ntriples, nquads, trig, jsonld, rdfxml"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("quotes", [0, 1, ALL_QUOTES])
@pytest.mark.parametrize("selection", [Selection(), SELECTIONS[2], SELECTIONS[3]], ids=str)
def test_a_network_has_the_themes_of_episodes_and_of_things(sample, quotes, selection):
    rows = read_csv(written(sample.graph, "csv", quotes=quotes, selection=selection))
    graph = sample.graph.select(selection)
    found = {p: set() for p in ("schema:about", "skos:broader", "kg:sameSubject")}
    for row in rows:
        if row["predicate"] in found and "theme/" in row["source"] + row["target"]:
            assert (row["confidence"], row["weight"], row["count"]) == ("1.0", "1.0", "1")
            found[row["predicate"]].add((row["source"], row["target"]))
    themes = graph.shared.themes
    assert found == {
        "schema:about": {
            (it.id, f"theme/{key}") for it in graph for key in list_episode_themes(it)
        },
        "skos:broader": {(id_, it.broader) for id_, it in themes.items() if it.broader},
        "kg:sameSubject": {(id_, it.thing) for id_, it in themes.items() if it.thing},
    }
    assert found["schema:about"] and found["skos:broader"]


# -- co-mentions ---------------------------------------------------------------


def pair_of_companies(label="One"):
    """Two companies in two dated episodes and one that has only a day of processing."""
    names = {"company/one": Entity("company", "one", label, {label: 3}, 3, 0.9, "bank")}
    names["company/two"] = Entity("company", "two", "Two", {"Two": 2}, 3, 0.8)
    names["company/two"].tickers, names["company/two"].aliases = ("TWO", "2"), ("2 Inc.",)
    names["place/three"] = Entity("place", "three", "Three", {"Three": 1}, 1, 0.8)
    both = {"company/one": 0.5, "company/two": 1.0}
    summaries = {
        "b": EpisodeSummary(("b.md",), "B", "2025-03-04T10:00:00Z", True, "", both),
        "a": EpisodeSummary(("a.md",), "A", "2025-01-02", True, "", both | {"place/three": 0.9}),
        "c": EpisodeSummary(("c.md",), "C", "2025-10-10", False, "", both),
        "d": EpisodeSummary(("d.md",), "D"),
    }
    return Graph((), SharedData(names, summaries=summaries))


def test_co_mentions_are_pairs_with_measures_and_days():
    (edge,) = read_csv(written(pair_of_companies(), "csv", network="co-mentions"))
    score = association_score(1.5, 1.5, 3, 4)
    assert edge == {
        "source": "company/one",
        "predicate": "kg:CoMention",
        "target": "company/two",
        "source_label": "One",
        "target_label": "Two",
        "weight": "1.5",
        "episodes": "3",
        "lift": "1.33333",
        "association": f"{score:.6g}",
        "confidence": "0.5",
        "first_day": "2025-01-02",
        "last_day": "2025-03-04",
    }
    nodes = read_csv(written(pair_of_companies(), "csv-nodes", network="co-mentions", base=BASE))
    assert [list(node.values()) for node in nodes] == [
        ["company/one", "company", "One", BASE + "company/one", "3", "0.9", "bank", "", "",
         "2025-01-02", "2025-03-04"],
        ["company/two", "company", "Two", BASE + "company/two", "3", "0.8", "", "TWO; 2",
         "2 Inc.", "2025-01-02", "2025-03-04"],
    ]  # fmt: skip


@pytest.mark.parametrize("format", ["graphml", "gexf", "json"])
@pytest.mark.parametrize("types", [(), ("company",)])
def test_co_mentions_reopen_as_an_undirected_network(sample, format, types):
    selection = Selection(types=frozenset(types))
    data = written(sample.graph, format, network="co-mentions", selection=selection)
    if format == "json":
        network = networkx.node_link_graph(json.loads(data), edges="edges")
    else:
        read = {"graphml": networkx.read_graphml, "gexf": networkx.read_gexf}[format]
        network = read(io.BytesIO(data))
    selected = sample.graph.select(selection)
    pairs = list(count_co_mentions(selected.shared.summaries.values(), types))
    assert pairs and (type(network), network.number_of_edges()) == (networkx.Graph, len(pairs))
    for pair in pairs:
        edge = network.edges[pair.source, pair.target]
        assert (edge["episodes"], edge["weight"]) == (pair.episodes, approx(pair.weighted, 1e-5))
    assert set(network) == {end for pair in pairs for end in (pair.source, pair.target)}
    assert all(
        network.nodes[id_]["label"] == selected.shared.entities[id_].label for id_ in network
    )


def test_a_gexf_is_dynamic_where_days_are_known():
    days = pair_of_companies()
    for summary in ("a", "b"):
        days.shared.summaries[summary] = msgspec.structs.replace(
            days.shared.summaries[summary], is_dated=False
        )
    for graph, mode, found in (
        (pair_of_companies(), "dynamic", ("2025-01-02", "2025-03-04")),
        (days, "static", (None, None)),
    ):
        (network,) = read_xml(written(graph, "gexf", network="co-mentions")).findall("{*}graph")
        assert network.get("mode") == mode
        assert network.get("timeformat") == ("date" if mode == "dynamic" else None)
        for it in (*network.iter("{http://gexf.net/1.3}node"), network.find(".//{*}edge")):
            assert (it.get("start"), it.get("end")) == found


def test_the_episodes_of_a_gexf_begin_on_their_day(sample):
    (network,) = read_xml(written(sample.graph, "gexf")).findall("{*}graph")
    assert network.get("mode") == "dynamic"
    days = {f"episode/{slug}": s for slug, s in sample.shared.summaries.items()}
    starts = {it.get("id"): it.get("start") for it in network.find("{*}nodes")}
    assert {id_: starts[id_] for id_ in days} == {
        id_: summary.date[:10] if summary.is_dated else None for id_, summary in days.items()
    }
    for edge in network.find("{*}edges"):
        assert edge.get("start") == starts[edge.get("source")]


@pytest.mark.parametrize(
    ("content", "format", "words"),
    [
        ({"network": "friends"}, "gexf", "friends: no such network; choose one of statements, co-"),
        ({"network": "co-mentions"}, "turtle", "turtle holds no network: choose one of graphml, g"),
        ({"network": "co-mentions", "quotes": 1}, "csv", "quotes is of the network statements: le"),
        ({"quotes": -1}, "csv", "quotes=-1: give a number of quotes of an episode, or 0"),
        ({"rdf12": True}, "graphml", "graphml has no place for rdf12: leave it out, or choose one"),
    ],
)
def test_what_a_network_cannot_hold_is_refused(sample, content, format, words):
    with pytest.raises(InputError, match=words):
        export(sample.graph, format, io.BytesIO(), content=RdfContent("kb", **content))


# -- files ---------------------------------------------------------------------


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
    assert (tmp_path / "read").read_bytes() == written(sample.graph, "csv", quotes=0)
    assert pipe.is_fifo()
    target.write_text("old")
    link.symlink_to(target)
    export(sample.graph, "csv", link)
    assert link.is_symlink() and target.read_bytes() == written(sample.graph, "csv", quotes=0)


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


@pytest.mark.parametrize("format_", ["turtle", "ntriples", "jsonld", "rdfxml"])
def test_what_episodes_share_is_written_in_batches(format_, tmp_path, monkeypatch):
    whole = tmp_path / "whole"
    export(handmade(), format_, whole, content=RdfContent("full"))
    sizes = []

    def note_batches(blocks):
        for batch in batch_blocks(blocks):
            some = list(batch)
            sizes.append(len(some))
            yield iter(some)

    monkeypatch.setattr(writers, "BATCH_BLOCKS", 2)
    monkeypatch.setattr(rdf, "batch_blocks", note_batches)
    export(handmade(), format_, tmp_path / "batches", content=RdfContent("full"))
    assert sizes[1:]
    assert max(sizes) == 2
    assert (tmp_path / "batches").read_bytes() == whole.read_bytes()
