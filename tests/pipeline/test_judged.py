"""Judgements apply when the graph is built again: each verb, and each can be undone."""

import msgspec
import pytest
from support import add_corpus, episode_text

from kgraph import KnowledgeGraph
from kgraph.base.errors import DataError, InputError
from kgraph.base.lexicon import LexiconEntry
from kgraph.base.lexicon import build_lexicon as lexicon_of
from kgraph.graph import Entity
from kgraph.graph.tally import make_enricher
from kgraph.pipeline import Report, build
from kgraph.pipeline.check import check
from kgraph.query import Lookup, run_query
from kgraph.resolve import judgements_file, knowledge
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.judgements_file import append_judgements
from kgraph.resolve.name_counts import NameStatistics
from kgraph.search import Index
from kgraph.search.filters import find_thing_number
from kgraph.store import Store
from kgraph.store.origin import (
    BuildOrigin,
    JudgementsChoice,
    ProjectInputs,
    choose_judgements,
    read_origin,
)
from kgraph.views.open_graph import OpenGraph
from kgraph.views.thing import look_up

SPOKEN = """- name: And Gather
  category: unknown
  confidence: medium
  context: when they came to us and gather what they had said about it again
  position: 3"""


@pytest.fixture
def rebuilt(tmp_path):
    """A function that writes judgements down, builds, and opens the store."""
    home = tmp_path / "episodes"
    home.mkdir()
    text = episode_text("First talk", companies=("OpenAI", "Nvidea", "Akmeworks", "Acmeworks"))
    (home / "a.md").write_text(text.replace("quotes:", SPOKEN + "\nquotes:"))
    file = tmp_path / "judgements.yaml"
    file.touch()

    def make(*said):
        for verb, names, type_ in said:
            append_judgements(file, [make_judgement(verb, names, type=type_)])
        build([home], tmp_path / "store", workers=1, judgements=file)
        return Store(tmp_path / "store")

    make.file = file
    return make


def decided(store, surface):
    """(label, type, rule) of the edge that a row of that surface stands behind."""
    found = KnowledgeGraph(store).why("a.md", surface).trees
    return [
        (one.thing.label, one.thing.type, one.rule) if one.thing else (surface, "noise", one.rule)
        for one in found
        if _has(one, surface)
    ]


def _has(explanation, surface):
    return any(row.source and row.source.text == surface for row in explanation.because)


def test_without_judgements_rows_are_as_each_verb_needs_them(rebuilt):
    store = rebuilt()
    assert decided(store, "Nvidea")[0][0] == "Nvidia"
    assert decided(store, "And Gather")[0][1] == "noise"
    assert decided(store, "Akmeworks")[0][0] == "Akmeworks"


@pytest.mark.parametrize(
    ("verb", "names", "type_", "surface", "said"),
    [
        ("same", ["OpenAI", "Akmeworks"], "", "Akmeworks", ("OpenAI", "company", "judgement")),
        ("type", ["OpenAI"], "institution", "OpenAI", ("OpenAI", "institution", "judgement")),
        ("rename", ["OpenAI", "Open Lab"], "", "OpenAI", ("Open Lab", "company", "judgement")),
        ("reject", ["OpenAI"], "", "OpenAI", ("OpenAI", "noise", "judgement")),
        ("accept", ["Gather"], "company", "And Gather", ("Gather", "company", "judgement")),
        ("accept", ["Akmeworks"], "show", "Akmeworks", ("Akmeworks", "show", "judgement")),
    ],
)
def test_a_judgement_applies_to_the_next_build(rebuilt, verb, names, type_, surface, said):
    for store in (rebuilt((verb, names, type_)), rebuilt()):
        assert decided(store, surface) == [said]


@pytest.mark.parametrize(
    ("verb", "names", "type_", "surface", "said"),
    [
        ("reject", ["company/openai"], "", "OpenAI", ("OpenAI", "noise", "judgement")),
        ("type", ["company/openai"], "product", "OpenAI", ("OpenAI", "product", "judgement")),
        ("rename", ["company/openai", "Open Lab"], "", "OpenAI", ("Open Lab", "company")),
        ("accept", ["company/gather"], "", "And Gather", ("Gather", "company", "judgement")),
        ("different", ["company/nvidea", "company/nvidia"], "", "Nvidea", ("Nvidea", "company")),
    ],
)
def test_a_judgement_by_id_applies_to_the_next_build(rebuilt, verb, names, type_, surface, said):
    store = rebuilt((verb, names, type_))
    assert decided(store, surface)[0][: len(said)] == said
    assert msgspec.json.decode(store.report)["unapplied"] == []


@pytest.mark.parametrize(
    ("cut", "whole", "outcome"),
    [
        (("reject", ["Gather"], ""), ("accept", ["And Gather"], "company"), "company/andgather"),
        (("accept", ["Gather"], "show"), ("reject", ["And Gather"], ""), ""),
        (("type", ["Gather"], "show"), ("type", ["And Gather"], "company"), "company/andgather"),
        (("rename", ["Gather", "A"], ""), ("same", ["OpenAI", "And Gather"], ""), "company/openai"),
    ],
)
def test_a_judgement_of_the_whole_name_goes_before_one_of_the_name_in_it(
    rebuilt, cut, whole, outcome
):
    for judgements in ((cut, whole), (whole, cut)):
        rebuilt.file.write_text("")
        store = rebuilt(*judgements)
        [found] = KnowledgeGraph(store).why("a.md", "And Gather").trees
        assert (found.thing.id if found.thing else "") == outcome
        row = next(row for row in found.because if row.source.text == "And Gather")
        verb, names, type_ = whole
        assert row.because[0].words.startswith(str(make_judgement(verb, names, type=type_)))
        [problem] = msgspec.json.decode(store.report, type=Report).unapplied
        line = 1 + judgements.index(whole)
        assert problem.line == 3 - line
        assert f"called '{cut[1][0]}' but those that line {line} decides" in str(problem)


def test_an_accepted_name_stays_where_the_name_that_it_was_taken_for_is_rejected(rebuilt):
    store = rebuilt(("reject", ["Nvidia"], ""), ("accept", ["Nvidea"], ""))
    assert decided(store, "Nvidea") == [("Nvidea", "company", "judgement")]


BOTH = """- name: Google Gemini
  category: ai_model
  context: Language model that reads the rules
  source: llm_enhanced
- name: Gemini
  category: cryptocurrency exchange
  context: The exchange, which has applied for a licence
  source: llm_enhanced"""


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (None, {"product/gemini": "Gemini", "company/gemini": "Gemini"}),
        (("same", ["product/gemini", "company/gemini"], ""), {"product/gemini": "Gemini"}),
        (("reject", ["product/gemini"], ""), {"company/gemini": "Gemini"}),
        (("type", ["company/gemini"], "product"), {"product/gemini": "Gemini"}),
        (("same", ["company/openai", "product/gemini"], ""), {"company/gemini": "Gemini"}),
        (
            ("rename", ["company/gemini", "Gemini Exchange"], ""),
            {"product/gemini": "Gemini", "company/geminiexchange": "Gemini Exchange"},
        ),
    ],
)
def test_an_id_selects_one_of_two_entities_of_a_name(rebuilt, said, left):
    file = rebuilt.file.parent / "episodes" / "a.md"
    file.write_text(file.read_text("utf-8").replace("quotes:", BOTH + "\nquotes:"))
    store = rebuilt(*([said] if said else []))
    found = store.shared.entities.values()
    assert {e.id: e.label for e in found if "gemini" in e.id} == left
    assert msgspec.json.decode(store.report)["unapplied"] == []
    assert len([e for e in found if e.id == "company/openai"]) == 1
    if said and said[0] == "same":
        assert Lookup(store.shared.entities).find(said[1][1]).id == said[1][0]


def test_a_judgement_of_an_unknown_name_is_reported_with_its_line(rebuilt):
    store = rebuilt(
        ("reject", ["OpenAI"], ""),
        ("same", ["OpenAI Labs", "Nowhere", "Akmeworks"], ""),
        ("different", ["Nutty", "Bolt"], ""),
        ("reject", ["product/openai", "Elsewhere"], ""),
        ("rename", ["Nvidia", "Green Chips"], ""),
    )
    report = msgspec.json.decode(store.report, type=Report)
    assert report.judgements == 3
    assert [str(problem) for problem in report.unapplied] == [
        "judgements.yaml:2: same OpenAI Labs, Nowhere, Akmeworks: no row is called 'Nowhere' "
        "(applied to its other names) [judgement-unapplied]",
        "judgements.yaml:3: different Nutty, Bolt: no row is called 'Nutty' or 'Bolt' "
        "(not applied) [judgement-unapplied]",
        "judgements.yaml:4: reject product/openai, Elsewhere: no row is called 'Elsewhere' and "
        "no row was resolved to product/openai (not applied) [judgement-unapplied]",
    ]


def test_judged_ids_are_in_the_graph_and_found(rebuilt):
    store = rebuilt(
        ("sameas", ["OpenAI", "Q21708200", "NASDAQ:OPAI"], ""),
        ("sameas", ["company/akmeworks", "https://akme.example/"], ""),
        ("not-sameas", ["Nvidia", "NASDAQ:NVDA", "cik:1045810"], ""),
    )
    report = msgspec.json.decode(store.report, type=Report)
    assert (report.judgements, report.unapplied) == (3, [])
    entities = store.shared.entities
    assert entities["company/openai"].ids == (
        ("wikidata", "Q21708200"),
        ("ticker", "NASDAQ:OPAI"),
    )
    assert {"cik", "ticker"}.isdisjoint(kind for kind, _ in entities["company/nvidia"].ids)
    assert entities["company/nvidia"].tickers == ()
    answer = run_query(
        store,
        "SELECT ?thing WHERE { ?thing schema:sameAs <http://www.wikidata.org/entity/Q21708200> ; "
        'skos:exactMatch <http://www.wikidata.org/entity/Q21708200> ; schema:tickerSymbol "OPAI" }',
    )
    assert answer.rows() == [{"thing": store.meta.base + "company/openai"}]
    lookup, index = Lookup(entities), Index(store)
    for name in ("wd:Q21708200", "$OPAI", "XNAS:OPAI"):
        assert lookup.find(name).id == "company/openai"
        number = find_thing_number(index, "company", name)
        assert number == find_thing_number(index, "company", "company/openai")
    assert lookup.find("www.akme.example").id == "company/akmeworks"
    assert lookup.find_all("NASDAQ:NVDA") == []
    assert KnowledgeGraph(store).why("a.md", "Q21708200").trees[0].thing.label == "OpenAI"


def test_a_judgement_of_ids_of_an_unknown_or_ambiguous_name_is_reported(rebuilt):
    file = rebuilt.file.parent / "episodes" / "a.md"
    file.write_text(file.read_text("utf-8").replace("quotes:", BOTH + "\nquotes:"))
    store = rebuilt(
        ("sameas", ["Nowhere\x1b", "Q1"], ""),
        ("accept", ["company/gemini"], ""),
        ("sameas", ["Gemini", "Q2"], ""),
    )
    report = msgspec.json.decode(store.report, type=Report)
    assert report.judgements == 1
    assert [str(problem) for problem in report.unapplied] == [
        "judgements.yaml:1: sameas Nowhere\x1b, wikidata:Q1: nothing in the graph is called "
        "'Nowhere\\x1b' (not applied) [judgement-unapplied]",
        "judgements.yaml:3: sameas Gemini, wikidata:Q2: Gemini may be company/gemini or "
        "product/gemini: judge one of the ids (not applied) [judgement-unapplied]",
    ]


def test_entities_that_differ_are_not_merged(rebuilt):
    for store in (rebuilt(("different", ["Nvidea", "Nvidia"], "")), rebuilt()):
        assert decided(store, "Nvidea")[0][0] == "Nvidea"


def test_entities_that_are_the_same_are_merged(rebuilt):
    store = rebuilt(("same", ["OpenAI", "Gather"], ""))
    assert decided(store, "And Gather") == [("OpenAI", "company", "judgement")]
    assert {
        row.source.text for row in KnowledgeGraph(store).why("a.md", "OpenAI").trees[0].because
    } == {
        "And Gather",
        "OpenAI",
    }


def test_deleting_a_line_undoes_its_judgement(rebuilt):
    before = decided(rebuilt(), "OpenAI")
    assert decided(rebuilt(("reject", ["OpenAI"], "")), "OpenAI")[0][1] == "noise"
    rebuilt.file.write_text("")
    assert decided(rebuilt(), "OpenAI") == before


def test_contradicting_judgements_stop_the_build_with_their_lines(rebuilt):
    store = rebuilt(("reject", ["OpenAI"], ""))
    with rebuilt.file.open("a") as file:
        file.write("- {verb: accept, names: [OpenAI]}\n")
    with pytest.raises(DataError) as caught:
        rebuilt()
    said = "accept OpenAI contradicts line 1: reject OpenAI: delete one of the two"
    assert str(caught.value) == f"{rebuilt.file}:2: {said}"
    assert decided(Store(store.path), "OpenAI")[0][1] == "noise"  # the last whole graph stays


@pytest.mark.parametrize(
    ("said", "old", "new"),
    [
        (("rename", ["OpenAI", "Open Lab"], ""), "company/openai", "company/openlab"),
        (("same", ["OpenAI", "Akmeworks"], ""), "company/akmeworks", "company/openai"),
        (("type", ["OpenAI"], "product"), "company/openai", "product/openai"),
        (("same", ["Open Lab", "OpenAI"], "product"), "company/openai", "product/openlab"),
    ],
)
def test_a_former_name_still_finds_its_entity(rebuilt, said, old, new):
    store = rebuilt(said)
    lookup = Lookup(store.shared.entities)
    assert look_up(OpenGraph(store), old).entity.id == new
    assert (lookup.find(old).id, lookup.find(old.partition("/")[2]).id) == (new, new)
    answer = run_query(store, f"SELECT ?new WHERE {{ ?new kg:replaces <{old}> }}")
    assert answer.rows() == [{"new": store.meta.base + new}]
    saved = run_query(store, "evidence", {"entity": old})
    assert saved.rows()


def test_a_replaced_name_without_rows_finds_its_replacement(rebuilt):
    store = rebuilt(("rename", ["Nvidia", "Green Chips"], ""))
    assert decided(store, "Nvidea") == [("Green Chips", "company", "known")]
    assert Lookup(store.shared.entities).find("Nvidia").id == "company/greenchips"


def test_an_entity_keeps_its_lexicon_entry_under_a_new_name(rebuilt):
    before = rebuilt().shared.entities["company/nvidia"]
    store = rebuilt(("rename", ["Nvidia", "Green Chips"], ""))
    assert store.shared.entities["company/greenchips"].kind == before.kind == "chip-maker"


def test_relations_of_an_entity_use_its_new_name():
    entries = [
        LexiconEntry("Nvidia", "company"),
        LexiconEntry("Blackwell", "product", product_of="Nvidia"),
    ]
    ruled = build_judgement_table([make_judgement("rename", ("Nvidia", "Green Chips"))])
    product = Entity("product", "blackwell", "Blackwell", {})
    prepared = knowledge.prepare_knowledge(lexicon_of(entries), knowledge.load_model())
    make_enricher(add_corpus(prepared, NameStatistics(), ruled))(product)
    assert product.relations == (("kg:productOf", "company/greenchips"),)


@pytest.mark.parametrize("work", [build, KnowledgeGraph.build], ids=["function", "method"])
def test_judgements_of_the_folder_apply_where_none_are_named(folder, tmp_path, monkeypatch, work):
    monkeypatch.chdir(tmp_path)
    assert work([folder], "s", workers=1) and decided(Store("s"), "OpenAI")[0][1] == "company"
    append_judgements(judgements_file.JUDGEMENTS_FILE, [make_judgement("reject", ["OpenAI"])])
    work([folder], "s", workers=1)
    assert decided(Store("s"), "OpenAI")[0][1] == "noise"
    assert msgspec.json.decode(Store("s").report)["judgements"] == 1
    work([folder], "s", workers=1, judgements=None)
    assert decided(Store("s"), "OpenAI")[0][1] == "company"


def test_a_store_remembers_its_judgements_wherever_the_next_build_runs(
    folder, tmp_path, monkeypatch
):
    home, away = tmp_path / "home", tmp_path / "away"
    home.mkdir()
    away.mkdir()
    monkeypatch.chdir(home)
    assert build([folder], "s", workers=1).notes == ()
    monkeypatch.chdir(away)
    place = choose_judgements(home / "s", write=True).path
    assert (
        place == home / judgements_file.JUDGEMENTS_FILE
    )  # where the first build would have looked
    append_judgements(place, [make_judgement("reject", ["OpenAI"])])
    told = f"using the judgements in {place}, as in the last build"
    report = build([folder], home / "s", workers=1)
    assert (report.judgements, report.notes) == (1, (told,))
    origin = read_origin(home / "s")
    assert origin == BuildOrigin((str(folder),), str(place), True)
    for file in Store(home / "s").build.iterdir():  # the database's own log names its folder
        if file.is_file() and file.name != "origin.json":
            assert str(tmp_path).encode() not in file.read_bytes(), file

    append_judgements(judgements_file.JUDGEMENTS_FILE, [make_judgement("reject", ["NVIDIA"])])
    also = f"{told}; data/judgements.yaml here is not read: name it with --judgements"
    assert choose_judgements(home / "s").notes == (also,)
    named = choose_judgements(home / "s", judgements_file.JUDGEMENTS_FILE)
    words = (
        f"using the judgements in data/judgements.yaml, not those in {place} as in the last build"
    )
    assert named == JudgementsChoice(judgements_file.JUDGEMENTS_FILE, (words,))
    none = f"no judgements are applied, not those in {place} as in the last build"
    assert choose_judgements(home / "s", None) == JudgementsChoice(None, (none,))
    place.unlink()
    lost = f"{place} is gone, and with it 1 judgement that the last build applied"
    gone = f"{lost}: bring them back into it, and build again with --judgements {place}"
    instead = JudgementsChoice(
        judgements_file.JUDGEMENTS_FILE,
        (f"using the judgements in data/judgements.yaml: {gone}",),
        may_be_absent=True,
    )
    assert choose_judgements(home / "s") == instead
    judgements_file.JUDGEMENTS_FILE.unlink()
    assert choose_judgements(home / "s").notes == (gone,)


def test_a_build_says_that_its_file_of_judgements_is_gone(folder, tmp_path):
    file, other, store = tmp_path / "mine.yaml", tmp_path / "other.yaml", tmp_path / "s"
    project = ProjectInputs(tmp_path / "kgraph.toml", file)
    assert build([folder], store, project=project, workers=1).notes == ()  # there was none
    names = ("OpenAI", "No Such Name")
    append_judgements(file, [make_judgement("reject", [name]) for name in names])
    assert build([folder], store, project=project, workers=1).judgements == 1
    file.rename(other)
    assert choose_judgements(store, None).notes == choose_judgements(store, other).notes == ()
    moved = ProjectInputs(project.file, other)
    assert choose_judgements(store, project=moved).notes == ()
    report = build([folder], store, project=project, workers=1)
    assert report.notes == (
        f"{file} is gone, and with it 1 judgement that the last build applied: bring them back "
        "into it, and build again",
    )
    assert build([folder], store, project=project, workers=1).notes == ()
    other.rename(file)
    assert build([folder], store, project=project, workers=1).judgements == 1


def test_a_file_without_a_judgement_that_applied_may_go(folder, tmp_path):
    project = ProjectInputs(tmp_path / "kgraph.toml", tmp_path / "mine.yaml")
    project.judgements.touch()
    build([folder], tmp_path / "s", project=project, workers=1)
    project.judgements.unlink()
    assert build([folder], tmp_path / "s", project=project, workers=1).notes == ()


@pytest.mark.parametrize("work", [build, check])
def test_the_file_of_the_project_may_be_absent_also_where_it_is_named(
    folder, tmp_path, monkeypatch, work
):
    monkeypatch.chdir(tmp_path)
    project = ProjectInputs(tmp_path / "kgraph.toml", tmp_path / "mine.yaml")
    for named in ("", project.judgements, None):
        work([folder], judgements=named, project=project, workers=1)


@pytest.mark.parametrize("work", [build, check])
def test_a_missing_file_of_judgements_is_reported(folder, tmp_path, monkeypatch, work):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="nosuch.yaml: no such file: name one"):
        work([folder], judgements="nosuch.yaml")
    assert not (tmp_path / ".kgraph").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{verb: reject, names: []}", "reject: needs 1 name"),
        ("{verb: reject, names: ['']}", "reject: a name is empty"),
        ("{verb: same, names: [Acme, ACME]}", "same: Acme and ACME are one name"),
        ("{verb: reject, names: [Acme], verb: accept}", "verb appears twice"),
        ("{verb: reject, names: [Acme], date: yesterday}", "date"),
        ("reject", "expected a verb and names: write {verb: reject"),
    ],
)
def test_an_invalid_judgement_stops_the_build_with_its_line(folder, tmp_path, text, said):
    file = tmp_path / "judgements.yaml"
    file.write_text(f"# mine\n- {{verb: reject, names: [Bolt], date: 2025-01-01}}\n- {text}\n")
    with pytest.raises(DataError) as caught:
        build([folder], tmp_path / "s", workers=1, judgements=file)
    assert f"{file}:3: " in str(caught.value)
    assert said in str(caught.value)
