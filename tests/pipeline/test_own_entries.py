"""A user's own lexicon and ids change what a build makes of the same files."""

import re
from pathlib import Path

import pytest
from cli.runner import run
from support import ROOT, episode_text

from kgraph.api import KnowledgeGraph
from kgraph.base.identity import load_shipped_identities, overlay_ids
from kgraph.graph import Selection
from kgraph.graph.lookup import Lookup
from kgraph.pipeline import build
from kgraph.resolve.knowledge import load_own_entries
from kgraph.store import Store
from kgraph.store.origin import ProjectInputs, read_origin

CHANNEL = "UCquietledger0123456789a"
LEXICON = """\
type: company
entries:
  Quorvex Dynamics: {aliases: [Quorvex], heard: [core vex], kind: chip-maker, part_of: Nvidia}
"""
SHOWS = """\
type: show
entries:
  The Quiet Ledger: {aliases: [Ledger Quietly], channels: [CHANNEL], kind: podcast}
""".replace("CHANNEL", CHANNEL)
IDS = """\
entries:
  company:
    Quorvex Dynamics: {ticker: [XETR:QVX], website: "https://quorvex.example/"}
    Nvidia: {wikidata: Q42}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The graphs of one episode: without and with own entries, with one and with two processes."""
    folder = tmp_path_factory.mktemp("own")
    names = ("Quorvex", "core vex", "NVIDIA")
    channel = f"source: YouTube channel {CHANNEL}"
    (folder / "a.md").write_text(episode_text(companies=names, more=channel))
    title, url = "Of chips | Ledger Quietly", "https://youtu.be/bbbbbbbbbbb"
    (folder / "b.md").write_text(episode_text(title, url, companies=(), quotes=()))
    texts = {"lexicon.yaml": LEXICON, "shows.yaml": SHOWS, "ids.yaml": IDS}
    for name, text in texts.items():
        (folder / name).write_text(text)
    own = load_own_entries([folder / "lexicon.yaml", folder / "shows.yaml"], [folder / "ids.yaml"])
    project = ProjectInputs(folder / "kgraph.toml", folder / "judged.yaml", own)
    stores = {}
    for name, inputs, workers in (
        ("plain", None, 1),
        ("own", project, 1),
        ("parallel", project, 2),
    ):
        stores[name] = folder / name
        build([folder / "a.md", folder / "b.md"], stores[name], project=inputs, workers=workers)
    return stores


def labels(store):
    return sorted(e.label for e in Store(store).shared.entities.values() if e.type == "company")


def test_an_own_entry_joins_its_names(built):
    assert labels(built["plain"]) != labels(built["own"]) == ["Nvidia", "Quorvex Dynamics"]
    entity = Store(built["own"]).shared.entities["company/quorvexdynamics"]
    assert (entity.kind, entity.surfaces) == ("chip-maker", {"Quorvex": 1, "core vex": 1})
    assert entity.relations == (("kg:partOf", "company/nvidia"),)


def test_two_things_of_one_name_are_told_apart_by_cues_as_the_guide_has_it(tmp_path):
    guide = (ROOT / "docs" / "how-to.md").read_text(encoding="utf-8")
    example = next(b for b in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL) if "Hermes" in b)
    (tmp_path / "own.yaml").write_text(example)
    texts = {
        "a": "Parcels by DHL and Hermes were late, said the delivery firm.",
        "b": "The bags of Hermes sell well.",
    }
    for name, context in texts.items():
        row = f"companies:\n- name: Hermes\n  context: {context}"
        text = f"---\ntitle: {name}\ndate: 2025-09-01\n{row}\n---\n"
        (tmp_path / f"{name}.md").write_text(text)
    files, store = [tmp_path / "a.md", tmp_path / "b.md"], tmp_path / "store"
    for own, expected in ((), ("Hermès", "Hermès")), (["own.yaml"], ("Hermes (parcels)", "Hermès")):
        entries = load_own_entries([tmp_path / name for name in own], [])
        inputs = ProjectInputs(tmp_path / "kgraph.toml", tmp_path / "judged.yaml", entries)
        build(files, store, project=inputs, workers=1)
        graph = sorted(Store(store).graph, key=lambda episode: episode.main_file.title)
        assert tuple(episode.mentions[0].label for episode in graph) == expected


def test_an_own_show_is_told_by_its_channel_and_in_titles(built):
    shows = [
        [episode.show and episode.show.label for episode in Store(built[name]).graph]
        for name in ("plain", "own")
    ]
    assert shows == [[None, None], ["The Quiet Ledger", "The Quiet Ledger"]]


def test_own_ids_go_over_the_shipped_ones(built):
    shared = Store(built["own"]).shared
    assert shared.entities["company/quorvexdynamics"].ids == (
        ("ticker", "ETR:QVX"),
        ("website", "https://quorvex.example/"),
    )
    nvidia, plain = (
        dict(Store(built[name]).shared.entities["company/nvidia"].ids) for name in ("own", "plain")
    )
    assert nvidia == plain | {"wikidata": "Q42"}


def test_an_own_id_leaves_the_shipped_entry_that_had_it(tmp_path):
    shipped = load_shipped_identities()
    (visa,) = (e for e in shipped.ids_of("company", "Visa") if e.kind == "cik")
    table = "entries:\n  company:\n    Nvidia: {cik: 'CIK'}\n".replace("CIK", visa.id)
    (tmp_path / "ids.yaml").write_text(table)
    ids = overlay_ids(shipped, load_own_entries([], [tmp_path / "ids.yaml"]).ids)
    kinds = {
        name: {e.kind: e.id for e in ids.ids_of("company", name)} for name in ("Visa", "Nvidia")
    }
    assert ("cik" in kinds["Visa"], kinds["Nvidia"]["cik"]) == (False, visa.id)
    assert {"ticker", "website"} <= kinds["Visa"].keys() & kinds["Nvidia"].keys()


def test_a_show_is_found_by_the_name_that_files_state(built, tmp_path):
    folder = built["own"].parent
    stated = "The Quiet Ledger (Audio), Weekly"
    (tmp_path / "c.md").write_text(episode_text(more=f"source: '{stated}'"))
    url = "https://youtu.be/ccccccccccc"
    (tmp_path / "d.md").write_text(episode_text("Of tea", url, companies=("Visa",)))
    own = load_own_entries([folder / "shows.yaml"], [])
    project = ProjectInputs(folder / "kgraph.toml", folder / "judged.yaml", own)
    build([tmp_path], tmp_path / "store", project=project, workers=1)
    graph = KnowledgeGraph.open(tmp_path / "store")
    label = "The Quiet Ledger"
    selected = graph.store.graph.select(Selection(until="2030-01-01"))
    for shared in (graph.store.shared, selected.shared):
        assert Lookup(shared.entities).find(stated).label == label
    assert graph.show(stated).entity.label == graph.how(stated).things[0].label == label
    [thing] = graph.why("A talk", stated).things
    assert (thing.label, thing.type) == (label, "show")
    answer = graph.why_not(stated, "A talk")
    assert (answer.is_so, answer.answer) == (True, f"The episode belongs to the show {label}.")
    one = graph.why_not(stated, label)
    assert one.is_so and label in one.answer
    remark = f"row has the name {stated}: files state it as their show, which is {label} ("
    assert remark in run("show", stated, "--store", tmp_path / "store").stderr


def test_a_name_that_the_lexicon_has_as_misheard_leads_to_its_entity(tmp_path):
    entries = (
        "type: person\nentries:\n"
        "  Ann Quorvex: {aliases: [Quorvex the Elder], heard: [Ann Korvex]}\n"
        "  Bea Zorblat: {heard: [Bee Sorblat]}\n"
    )
    (tmp_path / "people.yaml").write_text(entries)
    (tmp_path / "a.md").write_text(episode_text(companies=("Ann Quorvex", "Visa")))
    own = load_own_entries([tmp_path / "people.yaml"], [])
    project = ProjectInputs(tmp_path / "kgraph.toml", tmp_path / "judged.yaml", own)
    store = tmp_path / "store"
    build([tmp_path / "a.md"], store, project=project, workers=1)
    for name in ("Ann Korvex", "Quorvex the Elder"):
        remark = f"row has the name {name}: in the lexicon it is Ann Quorvex (person/annquorvex)"
        for command in (("show", name), ("how", name), ("why", "A talk", name)):
            done = run(*command, "--store", store)
            assert (done.returncode, remark in done.stderr) == (0, True), done.stderr
            assert "Ann Quorvex" in done.stdout
    graph = KnowledgeGraph.open(store)
    same, different = (graph.why_not("Ann Korvex", name) for name in ("Ann Quorvex", "Visa"))
    assert (same.is_so, different.is_so) == (True, False)
    absent = "and no row was taken for Bea Zorblat (person/beazorblat) of the lexicon"
    assert absent in run("show", "Bee Sorblat", "--store", store).stderr
    (tmp_path / "a.md").write_text(episode_text(companies=("Ann Quorvex", "Ann Korvex")))
    project.judgements.write_text("- {verb: reject, names: [Ann Korvex]}\n")
    build([tmp_path / "a.md"], store, project=project, workers=1)
    unknown, advice = "nothing in the graph is called", "did you mean Ann Quorvex? `kgraph judge"
    told = f"{unknown} 'Ann Korvex'; 1 row with the name rejected, by judgement: {advice}"
    for command in ("show", "how"):
        assert told in run(command, "Ann Korvex", "--store", store).stderr
    graph = KnowledgeGraph.open(store)
    assert [tree.kind for tree in graph.why("A talk", "Ann Korvex").trees] == ["rejected"]
    assert graph.why_not("Ann Korvex", "A talk").trees[0].kind == "rejected"
    project.judgements.write_text("- {verb: reject, names: [Bea Zorblat]}\n")
    build([tmp_path / "a.md"], store, project=project, workers=1)
    told = f"{unknown} 'Bee Sorblat', and a judgement rejects the name: "
    assert told in run("show", "Bee Sorblat", "--store", store).stderr


@pytest.mark.parametrize("text", ["$QVX", "XETR:QVX", "quorvex.example", "ticker:ETR:QVX"])
def test_an_own_id_finds_its_entity(built, text):
    graph = KnowledgeGraph.open(built["own"])
    assert graph.show(text).entity.label == "Quorvex Dynamics"
    assert [hit.text for hit in graph.search("chips", kind="quote", company=text)] != []
    assert [each.label for each in graph.why("A talk", text).things] == ["Quorvex Dynamics"]


def test_workers_have_the_own_entries(built):
    stores = (built["own"], built["parallel"])
    records = [(Store(store).build / "records-1").read_bytes() for store in stores]
    assert records[0] == records[1]


def test_the_store_remembers_its_project(built):
    origins = [read_origin(built[name]) for name in ("plain", "own")]
    assert [Path(origin.project).name for origin in origins] == ["", "kgraph.toml"]
    assert [Path(origin.judgements).name for origin in origins] == [
        "judgements.yaml",
        "judged.yaml",
    ]
