"""``kgraph identify``: a table of ids becomes judgements, which the next build applies."""

import json
from pathlib import Path

import pytest
from cli.runner import run
from support import ROOT, episode_text

from kgraph import KnowledgeGraph
from kgraph.base.errors import InputError
from kgraph.graph.lookup import Lookup
from kgraph.resolve.judgements_file import load_judgements

TABLE = ROOT / "tests" / "identify" / "companies.csv"

FOUND = f"""\
new: 2
  {TABLE}:2: OpenAI: wikidata:Q21708200 -> company/openai
  {TABLE}:3: Nvidia, Inc.: wikidata:Q182477 -> company/nvidia
already in the graph, or judged: 1
of nothing in the graph: 1
  {TABLE}:4: Nobody & Sons: wikidata:Q10859684: no entity of the graph has this name
"""


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A graph of two companies, in a folder without judgements."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KGRAPH_JUDGEMENTS", raising=False)
    episodes = tmp_path / "episodes"
    episodes.mkdir()
    (episodes / "a.md").write_text(episode_text(companies=("OpenAI", "Nvidia")), "utf-8")
    return KnowledgeGraph.build([episodes], "store", workers=1)


def test_a_table_becomes_judgements_that_the_next_build_applies(built, tmp_path):
    line = ["identify", "--from", TABLE, "--store", "store", "--by", "ann"]
    rehearsed = run(*line, "--dry-run")
    assert rehearsed == (0, FOUND, "data/judgements.yaml: would write 2 judgements\n")
    assert not Path("data").exists()

    done = run(*line)
    assert done == (
        0, FOUND, "data/judgements.yaml: wrote 2 judgements: build again to apply them: "
        "kgraph build episodes --store store\n",
    )  # fmt: skip
    written = load_judgements(Path("data/judgements.yaml"))
    assert [(str(judgement), judgement.by, judgement.why) for judgement in written] == [
        ("sameas company/openai, wikidata:Q21708200", "ann", "from companies.csv"),
        ("sameas company/nvidia, wikidata:Q182477", "ann", "from companies.csv"),
    ]
    again = run(*line)
    assert again.stdout.startswith("already in the graph, or judged: 3\n")
    assert again.stderr == "data/judgements.yaml: nothing to write\n"

    graph = KnowledgeGraph.build(["episodes"], "store", workers=1)
    assert (graph.report.judgements, graph.report.unapplied) == (2, [])
    lookup = Lookup(graph.store.shared.entities)
    assert lookup.find("wd:Q21708200").id == "company/openai"
    run("judge", "--undo", "1", "--store", "store")
    graph = KnowledgeGraph.build(["episodes"], "store", workers=1)
    assert Lookup(graph.store.shared.entities).find_all("wd:Q21708200") == []


def test_json_has_every_finding_and_judgement(built):
    done = run("identify", "--from", TABLE, "--store", "store", "--json", "--why", "checked")
    report = json.loads(done.stdout)
    assert report["counts"] == {
        "new": 2, "present": 1, "ambiguous": 0, "unknown": 1, "contradictory": 0, "malformed": 0,
    }  # fmt: skip
    assert [(f["line"], f["outcome"], f["id"]) for f in report["findings"]] == [
        (2, "new", "wikidata:Q21708200"),
        (3, "new", "wikidata:Q182477"),
        (3, "present", "ticker:NASDAQ:NVDA"),
        (4, "unknown", "wikidata:Q10859684"),
    ]
    assert [judgement["why"] for judgement in report["judgements"]] == ["checked", "checked"]


def test_mappings_come_from_standard_input_and_others_are_counted(built):
    text = (
        "#curie_map:\n#  own: https://w3id.org/kgraph/id/\n"
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
        "own:company/openai\tskos:exactMatch\twikidata:Q21708200\tsemapv:ManualMappingCuration\n"
        "own:company/openai\tskos:broadMatch\twikidata:Q5\tsemapv:ManualMappingCuration\n"
    )
    done = run("identify", "--from", "-", "--store", "store", stdin=text)
    assert done.stdout == (
        "new: 1\n  standard input:4: https://w3id.org/kgraph/id/company/openai: wikidata:Q21708200"
        " -> company/openai\n1 mapping left out: skos:broadMatch\n"
    )


def test_control_characters_of_a_table_do_not_reach_the_terminal(built):
    Path("t.csv").write_text('name,qid\n"Ope\x1b[31mnAI",Q1\nOpenAI,<b>\x07\n', "utf-8")
    done = run("identify", "--from", "t.csv", "--store", "store")
    assert "\x1b" not in done.stdout and "\x07" not in done.stdout
    assert "malformed: 1\n" in done.stdout


def test_what_a_table_adds_is_built_at_once(built):
    line = ["identify", "--from", TABLE, "--store", "store", "--by", "ann", "--build"]
    done = run(*line)
    assert (done.returncode, done.stdout) == (0, FOUND)
    told = done.stderr.splitlines()
    assert told[0] == "data/judgements.yaml: wrote 2 judgements"
    assert told[1].startswith("wrote store in ")
    assert told[2:] == [
        "2 ids in other registers gained: wikidata:Q182477 of Nvidia; wikidata:Q21708200 of OpenAI"
    ]
    again = run(*line).stderr.splitlines()
    assert again[0] == "data/judgements.yaml: nothing to write"
    assert again[1].startswith("nothing changed: store is as it was")
    assert run(*line, "--dry-run") == (
        *(2, ""),
        "kgraph: identify --dry-run --build: choose one of the two\n",
    )


def test_the_library_builds_what_was_written_before(built):
    built.identify(TABLE, by="ann")
    assert built.report.judgements == 0
    built.identify(TABLE, dry_run=True, build=True)
    assert built.report.judgements == 0
    built.identify(TABLE, build=True)
    assert built.report.judgements == 2
    assert Lookup(built.store.shared.entities).find("wd:Q182477").id == "company/nvidia"


def test_a_table_without_ids_is_said(built):
    Path("t.csv").write_text("name,qid\nOpenAI,\n", "utf-8")
    done = run("identify", "--from", "t.csv", "--store", "store")
    assert done == (0, "t.csv: no row has an id\n", "data/judgements.yaml: nothing to write\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--name-column", "firm"], f"{TABLE}: no column is called 'firm': choose one of item, "),
        (["--input-format", "xls"], "xls: no such format; choose one of auto, table, sssom"),
        (["--input-format", "sssom"], f"{TABLE}: not SSSOM: no column predicate_id and no column"),
    ],
)
def test_wrong_use_is_refused(built, options, message):
    done = run("identify", "--from", TABLE, "--store", "store", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"kgraph: {message}")


def test_the_library_does_the_same(built):
    report = built.identify(TABLE, dry_run=True)
    assert [str(judgement) for judgement in report.judgements] == [
        "sameas company/openai, wikidata:Q21708200",
        "sameas company/nvidia, wikidata:Q182477",
    ]
    assert built.judgements() == []
    with pytest.raises(InputError, match="no such file|No such file"):
        built.identify("none.csv")
    built.identify(TABLE, by="ann")
    assert [(str(j), j.by) for j in built.judgements()] == [
        (str(judgement), "ann") for judgement in report.judgements
    ]
