"""Ids in other registers as an SSSOM mapping set, which ``identify`` reads back."""

import io

import msgspec
import pytest
import yaml
from sample_graph import HOSTILE

from kgraph.base.errors import InputError
from kgraph.base.identity import IdTable
from kgraph.export import export
from kgraph.export.export import guess_format
from kgraph.export.rdf import RdfContent
from kgraph.graph import Entity, EpisodeSummary, Graph, SharedData
from kgraph.graph.judged_ids import apply_judged_ids
from kgraph.identify.identify import identify
from kgraph.pipeline.id_sources import IdSources
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgement_table import build_judgement_table

BASE = "https://example.org/id/"
IDS = (
    ("wikidata", "Q182477"),
    ("isin", "US67066G1040"),
    ("cik", "0001045810"),
    ("ticker", "NASDAQ:NVDA"),
    ("website", "https://nvidia.com/"),
    ("enwiki", 'Nvidia_"%"'),
)


def make_graph(*entities):
    mentions = {entity.id: 0.9 for entity in entities}
    summaries = {"one": EpisodeSummary(("a.md",), "One", mentions=mentions)}
    by_id = {entity.id: entity for entity in entities}
    return Graph(lambda slug: None, SharedData(by_id, digest="abc", summaries=summaries))


def make_entity(label="Nvidia", ids=IDS, key="nvidia"):
    return Entity("company", key, label, {label: 1}, 1, ids=ids)


def written(graph, **content):
    out = io.BytesIO()
    export(graph, "sssom", out, content=RdfContent(**content), base=BASE)
    return out.getvalue().decode()


def test_an_id_of_two_entities_has_the_source_of_each():
    """A judgement and an own table cite nothing for an entity that they do not name."""
    judged = Judgement("sameas", ("company/nvidia", "wikidata:Q182477"), line=3)
    earlier = Judgement("sameas", ("Nvidia Corp", "wikidata:Q182477"), line=2)
    own: IdTable = {"company": {"Acme": {"wikidata": {"Q182477": ""}, "cik": {"0000000001": ""}}}}
    sources = IdSources([earlier, judged], own)
    nvidia, acme, bolt = make_entity(), make_entity("Acme", (), "acme"), make_entity("B", (), "b")
    origins = [sources.find(e, "wikidata", "Q182477") for e in (nvidia, acme, bolt)]
    assert [(source.kind, source.judgement) for source in origins] == [
        ("judgement", judged),
        ("own", None),
        ("unknown", None),
    ]
    assert [sources.find(e, "cik", "0000000001").kind for e in (nvidia, acme)] == ["unknown", "own"]
    renamed = Entity("company", "acmegroup", "Acme Group", {}, 1, replaces=("company/acme",))
    assert sources.find(renamed, "cik", "0000000001").kind == "own"


def test_a_mapping_set_has_metadata_and_a_line_for_each_id():
    judged = Judgement("sameas", ("Nvidia", "wikidata:Q182477"), by="ann", why="a\tb", line=3)
    own: IdTable = {"company": {"Nvidia": {"enwiki": {IDS[-1][1]: ""}}}}
    text = written(
        make_graph(make_entity(ids=(*IDS, ("coingecko", "nvidia")))),
        licence="https://example.org/licence",
        id_sources=IdSources([judged], own),
    )
    lines = text.splitlines()
    metadata = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    prefixes = metadata.pop("curie_map")
    assert (prefixes["kgraph"], prefixes["web"]) == (BASE, "https://")
    assert metadata == {
        "mapping_set_id": f"{BASE}dataset/identity",
        "mapping_set_version": "abc",
        "mapping_set_title": "Ids of entities in other registers",
        "license": "https://example.org/licence",
        "subject_source": "kgraph:dataset",
        "mapping_tool": "kgraph",
        "mapping_tool_version": metadata["mapping_tool_version"],
    }
    header, *rows = [line.split("\t") for line in lines if not line.startswith("#")]
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    assert {
        (row["subject_id"], row["subject_label"], row["subject_category"]) for row in cells
    } == {("kgraph:company/nvidia", "Nvidia", "kg:Company")}
    assert [
        (row["predicate_id"], row["object_id"], row["object_label"], row["object_type"])
        for row in cells
    ] == [
        ("skos:exactMatch", "wikidata:Q182477", "", ""),
        ("schema:identifier", "", "isin:US67066G1040", "rdfs literal"),
        ("schema:sameAs", "cik:0001045810", "", ""),
        ("schema:identifier", "", "ticker:NASDAQ:NVDA", "rdfs literal"),
        ("schema:sameAs", "coingecko:nvidia", "", ""),
        ("schema:url", "web:nvidia.com/", "", ""),
        ("schema:sameAs", "enwiki:Nvidia_%22%25%22", "", ""),
    ]
    # What the shipped file has was matched by a program.
    assert [(row["mapping_justification"], row["comment"][:10]) for row in cells] == [
        ("semapv:ManualMappingCuration", "judgement "),
        ("semapv:CompositeMatching", "pytickersy"),
        ("semapv:CompositeMatching", "edgartools"),
        ("semapv:CompositeMatching", "edgartools"),
        ("semapv:UnspecifiedMatching", ""),
        ("semapv:CompositeMatching", "pytickersy"),
        ("semapv:UnspecifiedMatching", "table of i"),
    ]
    assert cells[0]["comment"] == (
        "judgement sameas Nvidia, wikidata:Q182477: a b (line 3 of the judgements, by ann)"
    )


def test_a_licence_that_is_not_stated_is_said_to_be_unspecified():
    text = written(make_graph(make_entity()))
    assert '#license: "https://w3id.org/sssom/license/unspecified"\n' in text


@pytest.mark.parametrize("label", [*HOSTILE.values(), 'a\tb "c"\nd\r', "=1+1", "#x"])
def test_a_mapping_set_is_read_back_with_the_same_ids(tmp_path, label):
    entities = [make_entity(label), make_entity("Bolt", (("caip2", "eip155:1"),), "bolt")]
    path = tmp_path / "ids.sssom.tsv"
    export(make_graph(*entities), "sssom", path, base=BASE)
    bare = {e.id: msgspec.structs.replace(e, ids=()) for e in entities}
    report = identify(path, bare, base=BASE)
    assert (report.counts["new"], sum(report.counts.values()), report.left_out) == (7, 7, {})
    apply_judged_ids(bare, build_judgement_table(report.judgements))
    assert {id_: set(e.ids) for id_, e in bare.items()} == {e.id: set(e.ids) for e in entities}
    present = identify(path, {e.id: e for e in entities}, base=BASE)
    assert present.counts["present"] == 7


def test_a_mapping_set_of_another_base_is_read_back_by_ids_and_labels(tmp_path):
    path = tmp_path / "ids.sssom.tsv"
    export(make_graph(make_entity()), "sssom", path, base=BASE)
    bare = make_entity(ids=())
    assert identify(path, {bare.id: bare}).counts["new"] == 6
    renamed = make_entity("Green Chips", ids=())
    assert identify(path, {renamed.id: renamed}).counts["unknown"] == 6


def test_the_mapping_set_of_the_sample_is_read_back(sample, tmp_path):
    path = tmp_path / "ids.sssom.tsv"
    export(sample.graph, "sssom", path)
    entities = sample.shared.stated_entities()
    bare = {id_: msgspec.structs.replace(e, ids=(), tickers=()) for id_, e in entities.items()}
    report = identify(path, bare)
    apply_judged_ids(bare, build_judgement_table(report.judgements))
    differing = [id_ for id_, e in entities.items() if set(bare[id_].ids) != set(e.ids)]
    assert differing == []
    assert report.counts["new"] == sum(len(e.ids) for e in entities.values()) > 300


def test_quotes_and_the_ontology_have_no_place_in_it():
    graph = make_graph(make_entity())
    with pytest.raises(InputError, match="sssom has no place for quotes: leave it out"):
        written(graph, quotes=3)
    with pytest.raises(
        InputError, match="sssom has no place for the ontology: leave it out, or choose"
    ):
        written(graph, ontology=True)


def test_the_suffix_tells_the_format():
    assert guess_format("exports/ids.SSSOM.tsv") == "sssom"
    with pytest.raises(InputError, match="no format is named"):
        guess_format("ids.tsv")


def test_the_reference_validator_accepts_it(sample, tmp_path):
    """Run where the package ``sssom`` (sssom-py) is installed."""
    parsers = pytest.importorskip("sssom.parsers")
    validators = pytest.importorskip("sssom.validators")
    path = tmp_path / "ids.sssom.tsv"
    export(sample.graph, "sssom", path)
    validators.validate(parsers.parse_sssom_table(path))
