"""IRIs that a build no longer has lead to what they are now, from build to build."""

import pyoxigraph
import pytest
from cli.runner import run
from support import episode_text

from kgraph import KnowledgeGraph
from kgraph.base.errors import InputError, StoreMissingError, UnknownNameError
from kgraph.base.vocabulary import expand_curie
from kgraph.cli.build_report import print_build_report
from kgraph.graph import FormerThing
from kgraph.graph.forwarding import LED_AGAIN
from kgraph.pipeline import build, update
from kgraph.query.remarks import describe_substitutions
from kgraph.query.saved import Parameter
from kgraph.rdf.shacl import find_violations, load_shapes
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgements_file import append_judgements
from kgraph.store import Store
from kgraph.store.layout import INDEX_FILE
from kgraph.views.open_graph import OpenGraph
from kgraph.views.thing import look_up

BASE = "https://example.org/id/"
HOSTILE = 'Zed <b>"&\\works'
REPLACED = expand_curie("dcterms:isReplacedBy")


@pytest.fixture
def home(tmp_path):
    """Two episodes, and a file that makes a product of a company."""
    folder = tmp_path / "episodes"
    folder.mkdir()
    (folder / "a.md").write_text(episode_text("First talk", companies=("OpenAI", "Akmeworks")))
    other = episode_text(
        "Second talk",
        "https://www.youtube.com/watch?v=bbbbbbbbbbb",
        ("Nvidia", f"'{HOSTILE}'"),
        quotes=("A quiet sentence is spoken in a garden with no one about.",),
        date="2025-09-02 10:00:00 +0000",
    )
    (folder / "b.md").write_text(other)
    typed = make_judgement("type", ["Akmeworks"], type="product")
    append_judgements(tmp_path / "judgements.yaml", [typed])
    return tmp_path


def rebuild(home, store="store", judged=False, **options):
    """Build the folder's store and return it."""
    judgements = home / "judgements.yaml" if judged else None
    options = {"base": BASE, "workers": 1, "judgements": judgements, **options}
    build([home / "episodes"], home / store, **options)
    return Store(home / store)


@pytest.fixture
def changed(home):
    """A store whose second build has one entity under another type, and one episode less."""
    rebuild(home, judged=True)
    (home / "episodes" / "b.md").unlink()
    return rebuild(home)


FORMER = {
    "company/nvidia": FormerThing("Nvidia"),
    "company/zedbworks": FormerThing(HOSTILE),
    "episode/youtube-bbbbbbbbbbb": FormerThing("Second talk"),
    "product/akmeworks": FormerThing("Akmeworks", "company/akmeworks", "decided by 1 of its 1 row"),
}


def exported(store, profile, **options):
    graph = KnowledgeGraph(store)
    path = store.path / f"{profile}.ttl"
    graph.export("turtle", path, profile=profile, **options)
    return path.read_bytes()


def replacements(turtle):
    return {
        (quad.subject.value.removeprefix(BASE), quad.object.value.removeprefix(BASE))
        for quad in pyoxigraph.parse(turtle, pyoxigraph.RdfFormat.TURTLE)
        if quad.predicate.value == REPLACED
    }


def test_a_fresh_build_has_nothing_former(home):
    assert rebuild(home).shared.former == {}


def test_what_is_gone_is_kept_with_its_successor(changed):
    assert changed.shared.former == FORMER
    assert changed.shared.entities["company/akmeworks"].replaces == ("product/akmeworks",)


@pytest.mark.parametrize(
    ("profile", "pairs"),
    [
        ("full", {("product/akmeworks", "company/akmeworks")}),
        ("kb", {("product/akmeworks", "company/akmeworks")}),
        ("edges", set()),
    ],
)
def test_exports_state_successors(changed, profile, pairs):
    turtle = exported(changed, profile)
    assert replacements(turtle) == pairs
    assert exported(changed, profile) == turtle


def test_a_part_without_the_successor_does_not_lead_to_it(home):
    rebuild(home, judged=True)
    store = rebuild(home)
    assert replacements(exported(store, "kb")) == {("product/akmeworks", "company/akmeworks")}
    assert replacements(exported(store, "kb", episodes=["b.md"])) == set()


def test_the_database_states_them_and_conforms(changed):
    query = f"ASK {{ <product/akmeworks> <{REPLACED}> <company/akmeworks> }}"
    assert bool(changed.database.query(query, base_iri=BASE))
    turtle = exported(changed, "full")
    assert b"kg:FormerThing" in turtle
    lines = pyoxigraph.serialize(
        pyoxigraph.parse(turtle, pyoxigraph.RdfFormat.TURTLE), format=pyoxigraph.RdfFormat.N_TRIPLES
    )
    assert list(find_violations(lines, load_shapes())) == []


def test_a_named_earlier_graph_is_an_input_as_the_last_build_is(home):
    rebuild(home, judged=True)
    rebuild(home, "named", judged=True)
    (home / "episodes" / "b.md").unlink()
    last, named = rebuild(home), rebuild(home, "elsewhere", previous=home / "named")
    for name in ("records-1", INDEX_FILE):
        assert (last.build / name).read_bytes() == (named.build / name).read_bytes()
    assert exported(last, "full") == exported(named, "full")
    assert len(named.shared.former) == len(FORMER)


def test_without_an_earlier_graph_a_used_store_is_as_a_fresh_one(home):
    rebuild(home, judged=True)
    (home / "episodes" / "b.md").unlink()
    used, fresh = rebuild(home, previous=None), rebuild(home, "fresh")
    assert used.shared.former == {}
    assert (used.build / INDEX_FILE).read_bytes() == (fresh.build / INDEX_FILE).read_bytes()
    assert exported(used, "full") == exported(fresh, "full")


def test_the_same_build_again_keeps_what_is_former(changed, home):
    again = rebuild(home)
    assert again.shared.former == changed.shared.former
    assert exported(again, "full") == exported(changed, "full")


def test_what_comes_back_is_not_forwarded(changed, home):
    store = rebuild(home, judged=True)
    assert "product/akmeworks" not in store.shared.former
    assert store.shared.former["company/akmeworks"].successor == "product/akmeworks"
    assert replacements(exported(store, "kb")) == {("company/akmeworks", "product/akmeworks")}


NOTE = "---\n{front}companies: [OpenAI]\n---\nWe speak of {topic}.\n"


@pytest.mark.parametrize("front", ["", "title: A talk\n"], ids=["untitled", "titled"])
def test_a_renamed_note_without_a_date_leads_to_its_episode(tmp_path, front):
    folder = tmp_path / "episodes"
    folder.mkdir()
    for topic in ("chips", "gas", "money"):
        (folder / f"{topic}.md").write_text(NOTE.format(front=front, topic=topic))
    before, _ = rebuild(tmp_path), rebuild(tmp_path, "named")
    slugs = {s.files[0]: slug for slug, s in before.shared.summaries.items()}
    for topic in ("chips", "gas"):
        (folder / f"{topic}.md").rename(folder / f"On {topic}.md")
    (folder / "money.md").unlink()
    (folder / "On money.md").write_text(NOTE.format(front=front, topic="other things"))
    after = rebuild(tmp_path)
    new_slugs = {s.files[0]: slug for slug, s in after.shared.summaries.items()}
    assert {id_: thing.successor for id_, thing in after.shared.former.items()} == {
        f"episode/{slugs['chips.md']}": f"episode/{new_slugs['On chips.md']}",
        f"episode/{slugs['gas.md']}": f"episode/{new_slugs['On gas.md']}",
        f"episode/{slugs['money.md']}": "",
    }
    whole = rebuild(tmp_path, "whole", previous=tmp_path / "named")
    assert exported(whole, "full") == exported(after, "full")
    done = run("show", f"episode/{slugs['gas.md']}", "--store", after.path)
    assert "it has the same title, body and lists" in done.stderr
    assert "On gas.md" in done.stdout


def test_a_rename_that_is_undone_is_a_rename(home):
    """Although what the new name stands for in the lexicon is not called by the old one."""
    file = home / "judgements.yaml"
    file.write_text("- {verb: rename, names: [OpenAI, Metaverse]}\n")
    assert "other/metaverse" in rebuild(home, judged=True).shared.entities
    file.write_text("")
    store = rebuild(home, judged=True)
    former = FormerThing("Metaverse", "company/openai", "decided by 1 of its 1 row")
    assert store.shared.former == {"other/metaverse": former}
    assert "1 entity renamed: OpenAI (was Metaverse)" in store.changes.describe()


def test_a_former_id_leads_on_again_when_a_file_was_away_for_one_build(tmp_path, monkeypatch):
    monkeypatch.setattr(update, "MAX_UPDATED_SHARE", 1.0)
    folder = tmp_path / "episodes"
    folder.mkdir()
    for topic in ("chips", "gas"):
        (folder / f"{topic}.md").write_text(NOTE.format(front="", topic=topic))

    def rebuild_both():
        return rebuild(tmp_path), rebuild(tmp_path, "full", full=True)

    before, _ = rebuild_both()
    old_id = next(f"episode/{s}" for s, e in before.shared.summaries.items() if "gas.md" in e.files)
    (folder / "gas.md").rename(folder / "On gas.md")
    renamed, _ = rebuild_both()
    new_id = renamed.shared.former[old_id].successor
    (folder / "On gas.md").rename(tmp_path / "away")
    away, _ = rebuild_both()
    assert away.shared.former[old_id] == FormerThing("gas", last_successor=new_id)
    said = run("show", old_id, "--store", away.path).stderr
    assert (
        f"was in an earlier build, and its successor, {new_id}, is no longer in the graph" in said
    )
    assert new_id not in exported(away, "full").decode()
    (tmp_path / "away").rename(folder / "On gas.md")
    back, full = rebuild_both()
    assert back.shared.former == {old_id: FormerThing("gas", new_id, LED_AGAIN)}
    assert (back.build / INDEX_FILE).read_bytes() == (full.build / INDEX_FILE).read_bytes()
    assert exported(back, "full") == exported(full, "full")
    assert replacements(exported(back, "kb")) == {(old_id, new_id)}
    assert "On gas.md" in run("show", old_id, "--store", back.path).stdout


def test_the_id_of_a_note_is_made_from_its_address_or_its_path_below_its_source(tmp_path):
    front = "---\ncompanies: [OpenAI]\n{}---\nWe speak of {}.\n"
    for name, url in (("2", ""), ("3", "original_url: https://notes.example.org/2025/17\n")):
        for folder in ("notes", "more"):
            (tmp_path / folder).mkdir(exist_ok=True)
            text = front.format(url.replace("17", folder), f"{name} in {folder}")
            (tmp_path / folder / f"{name}.md").write_text(text)
    (tmp_path / "more" / "4.md").write_text(front.format("", "gas"))

    def list_slugs(*sources):
        paths = [tmp_path / source for source in sources]
        build(paths, tmp_path / "store", workers=1, judgements=None, previous=None)
        summaries = Store(tmp_path / "store").shared.summaries
        return {path: slug for slug, s in summaries.items() for path in s.files}

    alone, whole, both = list_slugs("notes"), list_slugs("."), list_slugs("notes", "more")
    assert alone["2.md"] == "file-2-2c947eb4"
    assert list_slugs("notes/2.md") == list_slugs("notes/2*.md") == {"2.md": "file-2-2c947eb4"}
    assert whole["notes/2.md"] == both["notes/2.md"] != alone["2.md"]
    assert both["4.md"] == list_slugs("more")["4.md"] != whole["more/4.md"]
    assert alone["3.md"] == whole["notes/3.md"] == both["notes/3.md"]
    assert alone["3.md"].startswith("notes-example-org-notes-")


def test_a_patch_turns_the_export_before_into_this_one(changed):
    def statements(store):
        path = store.path / "statements.nt"
        KnowledgeGraph(store).export("ntriples", path)
        return set(path.read_text("utf-8").splitlines())

    patch = changed.path / "changes.rdfp"
    KnowledgeGraph(changed).export_changes(patch, format="patch")
    changes = [line.split(" ", 1) for line in patch.read_text("utf-8").splitlines()]
    before = statements(changed.previous)
    deleted = {line for sign, line in (c for c in changes if len(c) == 2) if sign == "D"}
    inserted = {line for sign, line in (c for c in changes if len(c) == 2) if sign == "A"}
    assert any(REPLACED in line for line in inserted)
    assert (before - deleted) | inserted == statements(changed)


# -- by name ------------------------------------------------------------------------


def test_former_ids_are_found(changed):
    graph = OpenGraph(changed)
    assert look_up(graph, "product/akmeworks").entity.id == "company/akmeworks"
    assert look_up(graph, f"{BASE}product/akmeworks").entity.id == "company/akmeworks"


def test_what_is_gone_is_said_to_be(changed):
    said = "was in an earlier build, and nothing in the graph is its successor"
    with pytest.raises(UnknownNameError) as raised:
        changed.shared.entities[OpenGraph(changed).lookup.find("company/nvidia").id]
    assert str(raised.value).startswith(f"'Nvidia' (company/nvidia) {said}: ")
    with pytest.raises(UnknownNameError) as raised:
        look_up(OpenGraph(changed), "episode/youtube-bbbbbbbbbbb")
    assert said in str(raised.value)


def test_a_question_says_what_a_former_id_is_called_now(changed):
    said = describe_substitutions(
        changed.shared,
        [Parameter("company", "entity", "", "the company")],
        {"company": "product/akmeworks"},
    )
    assert said == [
        "company=product/akmeworks is now called Akmeworks (company/akmeworks): "
        "decided by 1 of its 1 row"
    ]


@pytest.mark.parametrize(
    "command",
    [
        ("show", "product/akmeworks"),
        ("query", "co-mentioned", "--param", "company=product/akmeworks"),
    ],
)
def test_commands_say_what_a_former_id_is_called_now(changed, command):
    done = run(*command, "--store", changed.path)
    assert done.returncode == 0
    assert "product/akmeworks is now called Akmeworks (company/akmeworks)" in done.stderr


def test_commands_say_that_something_is_gone(changed):
    done = run("show", "company/nvidia", "--store", changed.path)
    assert (done.returncode, "'Nvidia' (company/nvidia) was in an earlier" in done.stderr) == (
        2,
        True,
    )


# -- earlier graphs that cannot be used ------------------------------------------------


def test_a_last_build_of_another_base_is_passed_over_with_a_note(home):
    rebuild(home, judged=True)
    graph = KnowledgeGraph.build(
        [home / "episodes"], home / "store", base="https://example.com/x/", judgements=None
    )
    assert graph.store.shared.former == {}
    said = (
        f"no IRIs of the last build are forwarded: the base is another, its IRIs begin with {BASE}"
    )
    assert graph.report.notes[-1] == said


@pytest.mark.parametrize("name", [INDEX_FILE, "records-1"])
def test_a_damaged_last_build_is_passed_over_with_a_note(home, name):
    store = rebuild(home, judged=True)
    path = store.build / name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    (home / "episodes" / "b.md").unlink()
    report = build([home / "episodes"], home / "store", base=BASE, workers=1, judgements=None)
    assert report.notes[-1].startswith("no IRIs of the last build are forwarded: ")
    assert Store(home / "store").shared.former == {}


def test_a_named_graph_must_be_there_and_have_the_base(home):
    rebuild(home, judged=True)
    with pytest.raises(StoreMissingError, match="no graph here yet"):
        rebuild(home, "other", previous=home / "nowhere")
    with pytest.raises(InputError, match="its IRIs begin with https://example.org/id/, not with"):
        rebuild(home, "other", base="https://example.com/x/", previous=home / "store")


def test_the_report_counts_them(changed, home, capsys):
    report = build([home / "episodes"], home / "store", base=BASE, workers=1, judgements=None)
    assert (report.forwarded, report.withdrawn) == (1, 3)
    print_build_report(report)
    said = capsys.readouterr().err
    assert "4 ids of earlier builds no longer used: 1 with a successor, 3 without" in said
