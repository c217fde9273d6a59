"""An incremental build gives what a full one gives, and redoes no more than it must."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from array import array
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import ROOT, SAMPLE, episode_text

from kgraph.base.checksums import CHECKSUMS_FILE
from kgraph.base.errors import InputError
from kgraph.ingest import SourceFile, find_files, reader
from kgraph.ingest.exclude import parse_exclusion
from kgraph.pipeline import (
    build,
    executor,
    kept,
    kept_writer,
    passes,
    statement_changes,
    tables,
    update,
)
from kgraph.pipeline.passes import UnreadSource
from kgraph.project.rebuild import rebuild_store
from kgraph.query import run_query
from kgraph.resolve.surveys import SurveyList
from kgraph.store import BuildWriter, Store, layout
from kgraph.store.origin import read_origin
from kgraph.store.segments import SegmentWriter, count_segment_bytes

EPISODES = "SELECT (COUNT(*) AS ?n) WHERE { ?s a schema:PodcastEpisode }"
STATEMENTS = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(update, "MAX_UPDATED_SHARE", 1.0)
    return tmp_path / "store"


@pytest.fixture
def folder(tmp_path):
    """Seven episodes, of which no two share a name."""
    path = tmp_path / "episodes"
    path.mkdir()
    names = ("NVIDIA", "OpenAI", "Solana", "Visa", "Figma", "Stripe", "Wise")
    for number, name in enumerate(names):
        (path / f"{number}.md").write_text(episode(number, name))
    return path


def episode(number, name, **more):
    url = f"https://www.youtube.com/watch?v=abcdefghij{number}"
    return episode_text(f"Talk {number} on {name}", url, (name,), quotes=(), **more)


def run(folder, store, **options):
    return build([folder], store, workers=1, judgements=None, **options)


def read_results(store):
    return kept.read_reusable_results(Store(store).build)


def test_any_edits_give_the_graph_of_a_full_build():
    options = ("--steps", "100", "--seed", "20", "--own", "6", "--lexicon", "20")
    command = [sys.executable, "benchmarks/incremental.py", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_changed_writes_no_build(folder, store):
    first = run(folder, store)
    again = run(folder, store)
    assert again.is_unchanged and not first.is_unchanged
    assert again.stored() == first.stored()
    assert [path.name for path in layout.list_builds(store)] == ["0001"]


def test_only_the_changed_episode_is_redone(folder, store):
    run(folder, store)
    (folder / "3.md").write_text(episode(3, "Visa", more="summary: other words"))
    report = run(folder, store)
    assert report.redone == {"youtube-abcdefghij3": ("3.md changed",)}


EDITS = {
    "date": ("date: 2025-09-01", "date: 2025-09-02", "date 2025-09-01 -> 2025-09-02"),
    "show": ("source: A Show", "source: B Show", "show A Show -> B Show; source A Show -> B Show"),
    "summary": ("summary: once", "summary: twice", "summary changed"),
    "tags": ("tags: [a]", "tags: [a, b]", "tags added: b"),
    "topics": ("topics: [c]", "topics: [d]", "topics added: d; topics removed: c"),
    "insights": ("insights: [x]", "insights: [y]", "insights: 1 added, 1 removed"),
    "quotes": ("quotes: [q]", "quotes: [q, r]", "quotes: 1 added"),
    "file": ("", "", "file 3.md -> 3-b.md"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_an_episode_is_told_by_every_build(edit, folder, store, tmp_path):
    front_matter = "\n".join(before for before, _, _ in EDITS.values() if before)
    url = "https://www.youtube.com/watch?v=abcdefghij3"
    text = f"---\ntitle: Talk 3\noriginal_url: {url}\n{front_matter}\n---\nText.\n"
    (folder / "4.md").write_text(text.replace("A Show", "B Show").replace("j3", "jx"))
    (folder / "5.md").write_text(text.replace("j3", "jy"))
    (folder / "3.md").write_text(text)
    run(folder, store)
    shutil.copytree(store, tmp_path / "full")
    before, after, words = EDITS[edit]
    if edit == "file":
        (folder / "3.md").rename(folder / "3-b.md")
    else:
        assert before in text
        (folder / "3.md").write_text(text.replace(before, after))
    assert run(folder, store).redone is not None
    run(folder, tmp_path / "full", full=True)
    changes, anew = Store(store).changes, Store(tmp_path / "full").changes
    assert changes == anew
    [change] = [change for change in changes.changes if change.what == "episode"]
    assert (change.how, change.id, change.label) == (
        "changed",
        "episode/youtube-abcdefghij3",
        "Talk 3",
    )
    assert change.details == words
    assert changes.describe()[1] == f"1 episode changed: Talk 3 ({words})"


@pytest.mark.parametrize("name", ["z.md", "a (conflicted copy).md"])
def test_a_copy_of_a_file_is_told_by_its_name_alone(name, folder, store):
    note = "title: One\ndate: 2025-09-01\ncompanies: [Nokia]\nquotes: [We make phones.]\n"
    (folder / "a.md").write_text(f"---\n{note}topics: [phones]\ntags: [t1]\n---\nText.\n")
    run(folder, store)
    for how in ("added", "removed"):
        if how == "added":
            shutil.copy(folder / "a.md", folder / name)
        else:
            (folder / name).unlink()
        run(folder, store)
        assert Store(store).changes.describe()[1:] == [
            f"1 episode changed: One (file {how}: {name})"
        ]


def test_a_shorter_name_that_moves_an_episode_is_told_as_a_file(folder, store):
    (folder / "first.md").write_text("---\ntitle: One\ndate: 2025-09-01\n---\nText.\n")
    run(folder, store)
    shutil.copy(folder / "first.md", folder / "a.md")
    run(folder, store)
    changed, moved = Store(store).changes.describe()[1:]
    assert changed == "1 episode changed: One (file added: a.md)"
    assert moved.startswith("1 episode moved: One (was episode/file-first-")


def test_a_field_called_show_and_the_show_are_told_apart(folder, store):
    text = episode(3, "Visa", more="show: [Grid, Talk]")
    (folder / "3.md").write_text(text)
    run(folder, store)
    (folder / "3.md").write_text(text.replace("show: [Grid, Talk]", "source: Grid Talk"))
    run(folder, store)
    [change] = [change for change in Store(store).changes if change.how == "changed"]
    assert change.details == (
        "show none -> Grid Talk; source none -> Grid Talk; unknown field show removed"
    )


def test_another_name_of_a_field_changes_no_episode(folder, store):
    text = episode(3, "Visa", more="source: Grid Talk")
    (folder / "3.md").write_text(text)
    run(folder, store)
    (folder / "3.md").write_text(text.replace("source: Grid", "podcast: Grid"))
    run(folder, store)
    assert Store(store).changes.changes == []


def test_a_file_that_says_the_same_in_another_way_changes_no_episode(folder, store):
    run(folder, store)
    text = (folder / "3.md").read_text()
    (folder / "3.md").write_text(text.replace("---\n", "---\n# a comment\n", 1))
    assert not run(folder, store).is_unchanged
    assert Store(store).changes.describe() == [
        "From the earlier graph to this one no episode, entity, id or mention changed, "
        "and its input is another."
    ]


def test_a_moved_episode_and_a_renamed_one_tell_what_else_changed(tmp_path, store):
    folder = tmp_path / "few"
    folder.mkdir()
    for name in "abcde":
        text = f"---\ntitle: Note {name}\ndate: 2025-09-01\n---\nText of {name} and no other.\n"
        (folder / f"{name}.md").write_text(text)
    run(folder, store)
    moved = (folder / "b.md").read_text().replace("09-01", "09-03")
    url = "https://www.youtube.com/watch?v=abcdefghij3"
    (folder / "b.md").write_text(moved.replace("date:", f"original_url: {url}\ndate:"))
    renamed = (folder / "c.md").read_text()
    (folder / "c.md").write_text(renamed.replace("Note c", "Note C").replace("09-01", "09-04"))
    run(folder, store)
    changes = Store(store).changes.changes
    assert [(change.how, change.label, change.details) for change in changes] == [
        ("changed", "Note C", "date 2025-09-01 -> 2025-09-04"),
        ("changed", "Note b", f"date 2025-09-01 -> 2025-09-03; original_url none -> {url}"),
        ("moved", "Note b", ""),
        ("renamed", "Note C", ""),
    ]


def test_a_new_episode_redoes_those_that_share_its_names(folder, store):
    run(folder, store)
    (folder / "8.md").write_text(episode(8, "Solana"))
    redone = run(folder, store).redone
    assert redone["youtube-abcdefghij8"] == ("it is new",)
    assert set(redone) == {"youtube-abcdefghij8", "youtube-abcdefghij2"}
    assert "frequency of the name: solana" in redone["youtube-abcdefghij2"]


def test_reasons_that_are_not_told_are_counted(folder, store):
    names = (
        "Quorvex",
        "Zorblax",
        "Widgetorium",
        "Gadgetron",
        "Sprocketly",
        "Doohickeys",
        "Gizmoid",
    )
    (folder / "8.md").write_text(episode_text("Talk 8", "https://youtu.be/aaaaaaaaaaa", names))
    run(folder, store)
    (folder / "9.md").write_text(episode_text("Talk 9", "https://youtu.be/bbbbbbbbbbb", names))
    reasons = run(folder, store).redone["youtube-aaaaaaaaaaa"]
    assert len(reasons) == 6
    assert (reasons[0], reasons[-1]) == ("frequency of the name: gadgetron", "and 10 more")


def test_statements_are_changed_some_subjects_at_a_time(folder, store, tmp_path, monkeypatch):
    """One episode more changes the measures of all pairs and months."""
    change, subjects = BuildWriter.change_statements, []

    def note_change(self, removed, added):
        subjects.append({triple.subject for triple in (*removed, *added)})
        change(self, removed, added)

    monkeypatch.setattr(statement_changes, "BATCH_PREDICATES", 3)
    monkeypatch.setattr(BuildWriter, "change_statements", note_change)
    run(folder, store)
    (folder / "8.md").write_text(episode(8, "Solana"))
    report = run(folder, store)
    assert len(subjects) > 3
    assert max(map(len, subjects)) == 3
    full = run(folder, tmp_path / "full")
    assert report.stored() == full.stored()
    changed, anew = (
        run_query(Store(path), STATEMENTS, format="csv").data for path in (store, tmp_path / "full")
    )
    assert changed == anew


def test_a_gone_episode_leaves_nothing_behind(folder, store):
    run(folder, store)
    (folder / "4.md").unlink()
    report = run(folder, store)
    assert report.redone == {}
    assert run_query(Store(store), EPISODES).rows() == [{"n": 6}]
    assert "company/figma" not in Store(store).shared.entities


def test_a_judgement_redoes_the_episodes_of_its_name(folder, store, tmp_path):
    judgements = tmp_path / "judgements.yaml"
    judgements.write_text("")
    build([folder], store, workers=1, judgements=judgements)
    judgements.write_text("- {verb: reject, names: [Wise]}\n")
    report = build([folder], store, workers=1, judgements=judgements)
    assert report.redone == {"youtube-abcdefghij6": ("judgements: reject Wise",)}
    assert report.judgements == 1
    assert "company/wise" not in Store(store).shared.entities


def test_the_last_build_stays_as_it_was(folder, store):
    run(folder, store)
    first = store / layout.BUILDS_FOLDER / "0001"
    before = (first / CHECKSUMS_FILE).read_bytes()
    (folder / "3.md").write_text(episode(3, "Kraken"))
    run(folder, store)
    old = Store(store, "0001")
    old.verify_database()
    assert (first / CHECKSUMS_FILE).read_bytes() == before
    assert len(old.database) == old.meta.triples
    assert "company/visa" in old.shared.entities
    assert "company/visa" not in Store(store).shared.entities


def test_a_file_that_was_repaired_is_read_again(folder, store):
    (folder / "9.md").write_text("no front matter")
    assert [p.file for p in run(folder, store).problems] == ["9.md"]
    (folder / "9.md").write_text(episode(9, "Uber"))
    report = run(folder, store)
    assert report.problems == [] and set(report.redone) == {"youtube-abcdefghij9"}


def test_a_broken_link_is_reported_while_it_is_there(folder, store):
    run(folder, store)
    (folder / "9.md").symlink_to("nowhere.md")
    assert [p.code for p in run(folder, store).problems] == ["link-broken"]
    (folder / "9.md").unlink()
    assert run(folder, store).problems == []


@pytest.mark.parametrize("damage", ["kept", "graph/CURRENT", "records-1", "search", "index"])
def test_what_is_damaged_is_not_used(folder, store, damage):
    run(folder, store)
    path = store / layout.BUILDS_FOLDER / "0001" / damage
    path.write_bytes(path.read_bytes()[:-1])
    (folder / "3.md").write_text(episode(3, "Kraken"))
    report = run(folder, store)
    assert report.redone is None and "is damaged" in report.why_full
    assert "company/visa" not in Store(store).shared.entities


@pytest.mark.parametrize(
    "damage", ["kept", "graph/000010.sst", "records-1", "search", "report.json", "origin.json"]
)
def test_a_build_mends_what_is_damaged_although_nothing_changed(folder, store, damage):
    run(folder, store)
    path = store / layout.BUILDS_FOLDER / "0001" / damage
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert "is damaged" in run(folder, store).why_full
    Store(store).verify_database()
    assert run(folder, store).is_unchanged


def test_the_bytes_of_segments_are_those_of_their_values(folder, store):
    run(folder, store)
    for number, name in enumerate(("Acme", "Uber", "Acme Labs")):
        (folder / f"{number}.md").write_text(episode(number, name))
        if number == 1:
            (folder / "6.md").unlink()
        assert run(folder, store).redone is not None
        results = read_results(store)
        places = [p for file in results.build.files.values() for p in file.list_places()]
        places += [p for kept_episode in results.episodes.values() for p in kept_episode.places]
        assert results.build.segment_bytes == count_segment_bytes(places)
        assert all(results.read_outcome(slug).files for slug in results.episodes)


def test_how_much_is_written_is_known_before(folder, store, monkeypatch):
    """By its size older segments are joined with it, so that few are left."""
    announced = []

    class Writer(SegmentWriter):
        def __init__(self, build, prefix, last=None, kept_bytes=None, new_bytes=0):
            super().__init__(build, prefix, last, kept_bytes or {}, new_bytes)
            announced.append(new_bytes)

    monkeypatch.setattr(kept_writer, "SegmentWriter", Writer)
    run(folder, store)
    (folder / "3.md").write_text(episode(3, "Acme"))
    run(folder, store)
    segment_bytes = read_results(store).build.segment_bytes
    assert [segment_bytes.get(2)] == announced[-1:]


def test_a_file_in_the_same_state_is_not_read(folder, store, monkeypatch):
    path = folder / "3.md"
    status = path.stat()
    wait_until_settled(folder)
    run(folder, store)
    digested = []
    monkeypatch.setattr(reader, "digest_file", lambda file: digested.append(file.name) or "")
    assert run(folder, store).is_unchanged and digested == []
    text = path.read_text()
    path.write_text(text.replace("Visa", "Uber"))  # of the same size, at the same time
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert set(run(folder, store).redone) == {"youtube-abcdefghij3"} and digested == ["3.md"]


def test_a_copy_of_a_file_is_the_same_recording(folder, store):
    note = "---\ntitle: On bread\ncompanies: [Acme]\n---\nFlour.\n"
    (folder / "note.md").write_text(note)
    first = run(folder, store)
    (folder / "copy.md").write_text(note)
    report = run(folder, store)
    assert report.joined == [("copy.md", "note.md")] and report.redone is not None
    assert (report.files, report.recordings) == (9, 8)
    assert "same recording: copy.md = note.md" in str(report).splitlines()
    run(folder, store.parent / "full", full=True)
    assert list(Store(store).graph) == list(Store(store.parent / "full").graph)
    (folder / "copy.md").unlink()
    assert run(folder, store).recordings == first.recordings


def test_of_many_joined_files_some_are_listed(folder, store):
    for path in list(folder.iterdir()):
        shutil.copy(path, path.with_name(f"copy of {path.name}"))
    report = run(folder, store)
    joined = [line for line in str(report).splitlines() if "recording" in line]
    assert len(joined) == len(report.joined) == 7
    report.joined *= 3
    *listed, rest = (line for line in str(report).splitlines() if "recording" in line)
    assert listed == joined + joined + joined[:1]
    assert rest == "and 6 more recordings of several files: `joined` has all"
    assert rest not in report.describe(has_all_problems=True)


def test_what_is_left_out_is_as_if_it_were_removed(folder, store):
    run(folder, store)
    exclusion = parse_exclusion(["[34].md", "none/"], folder)
    report = run(folder, store, exclude=exclusion)
    assert report.redone is not None and (report.files, report.recordings) == (5, 5)
    assert report.notes == ("exclude: 'none/' matches no file or folder in the sources",)
    assert run(folder, store, exclude=exclusion).is_unchanged
    run(folder, store.parent / "full", exclude=exclusion, full=True)
    assert list(Store(store).graph) == list(Store(store.parent / "full").graph)
    origin = read_origin(store)
    assert (origin.exclude, rebuild_store(store).recordings) == (exclusion, 5)
    report = run(folder, store)
    assert set(report.redone) >= {"youtube-abcdefghij3", "youtube-abcdefghij4"}
    assert (report.recordings, rebuild_store(store).recordings) == (7, 7)


def test_where_everything_is_left_out_the_error_says_so(folder, store):
    with pytest.raises(InputError, match=r"^no file to read: .* exclude leaves out .*; name a "):
        run(folder, store, exclude=parse_exclusion("*.md", folder))


def wait_until_settled(folder):
    while not all(file.state for file in find_files(folder).files):
        time.sleep(0.01)


def test_a_build_after_a_failed_one_keeps_every_surface(folder, store, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(BuildWriter, "publish", lambda *rest: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(folder, store)
    run(folder, store)
    assert {"NVIDIA", "OpenAI", "Solana"} <= read_results(store).surfaces.keys()


def test_an_update_that_is_too_large_surveys_no_file_twice(folder, store, monkeypatch):
    run(folder, store)
    surveyed, survey_shard = [], passes.survey_shard

    def survey_and_note(task):
        surveyed.extend(file.name for file in task.files)
        return survey_shard(task)

    monkeypatch.setattr(passes, "survey_shard", survey_and_note)
    differing = {f"episode-{number}": ("it is new",) for number in range(99)}
    monkeypatch.setattr(update.Update, "differing", differing)
    (folder / "3.md").write_text(episode(3, "Acme"))
    report = run(folder, store)
    assert report.redone is None and report.why_full.startswith("99 of ")
    assert surveyed == ["3.md"]
    run(folder, store.parent / "full", full=True)
    assert list(Store(store).graph) == list(Store(store.parent / "full").graph)


def test_surfaces_of_no_episode_are_not_kept(folder, store):
    run(folder, store)
    (folder / "3.md").write_text(episode(3, "Acme"))
    assert run(folder, store).redone is not None
    surfaces = read_results(store).surfaces
    assert "Acme" in surfaces and "Visa" not in surfaces
    run(folder, store.parent / "full", full=True)
    assert surfaces == read_results(store.parent / "full").surfaces


def test_lists_of_surveys_that_did_not_change_are_not_decoded(folder, store, monkeypatch):
    run(folder, store)
    decoded, read = [], SurveyList.__iter__

    def read_list(survey_list):
        if len(survey_list._surveys) > 1:  # not of the changed file alone
            decoded.append(survey_list._name)
        return read(survey_list)

    monkeypatch.setattr(SurveyList, "__iter__", read_list)
    (folder / "3.md").write_text(episode(3, "Visa", more="category: other words"))
    assert list(run(folder, store).redone) == ["youtube-abcdefghij3"]
    assert decoded == []
    (folder / "3.md").write_text(episode(3, "Visa").replace("Talk 3", "Another title"))
    assert list(run(folder, store).redone) == ["youtube-abcdefghij3"]
    assert {"recordings", "shows"} >= set(decoded) >= {"recordings"}
    decoded.clear()
    (folder / "3.md").write_text(episode(3, "Mastercard").replace("Talk 3", "Another title"))
    assert "youtube-abcdefghij3" in run(folder, store).redone
    assert "statistics" not in decoded
    decoded.clear()
    (folder / "3.md").rename(folder / "z.md")
    assert run(folder, store).redone is not None
    assert "recordings" in decoded and "shows" not in decoded


def test_the_text_of_a_file_whose_address_is_contested_groups_it_anew(folder, store):
    def write(number, title, day, body):
        url = "https://www.youtube.com/watch?v=abcdefghijx"
        text = episode_text(title, url, ("Wise",), quotes=(), date=day)
        (folder / f"{number}.md").write_text(f"{text}{body}")

    lines = "\n".join(f"Line {n} of what the guest says about rates." for n in range(9))
    write(1, "On rates", "2025-09-01", lines)
    write(2, "Talk of the town", "2025-03-01", "")
    run(folder, store)
    for body, joined in (("Other words.", []), (lines, [("1.md", "2.md")]), ("", [])):
        write(2, "Talk of the town", "2025-03-01", body)
        assert run(folder, store).joined == joined
        run(folder, store.parent / "full", full=True)
        assert list(Store(store).graph) == list(Store(store.parent / "full").graph)


def test_threads_keep_their_lookups_apart(tmp_path):
    with ThreadPoolExecutor(3) as threads:
        build([SAMPLE], tmp_path / "threads", executor=threads, judgements=None)
    run(SAMPLE, tmp_path / "one")
    threads, one = (read_results(tmp_path / name) for name in ("threads", "one"))
    assert threads.surfaces == one.surfaces
    assert threads.episodes == one.episodes != {}


def test_episodes_are_found_by_the_keys_that_they_looked_up(tmp_path):
    run(SAMPLE, tmp_path / "store")
    kept = read_results(tmp_path / "store")
    lookups = {slug: array("Q", kept.read_outcome(slug).lookups) for slug in kept.episodes}
    every_key = sorted(set().union(*lookups.values()))
    for keys in ([], [0], every_key[:1], every_key[-1:], every_key[::999], every_key):
        expected = {slug: [n for n in own if n in keys] for slug, own in lookups.items()}
        found = dict(kept.find_lookups(frozenset(keys)))
        assert found == {slug: own for slug, own in expected.items() if own}


def test_another_base_or_program_redoes_everything(folder, store, monkeypatch):
    run(folder, store)
    report = run(folder, store, base="https://example.org/")
    assert report.redone is None and "had the base https://w3id.org" in report.why_full
    monkeypatch.setattr("kgraph.pipeline.last_build.digest_program", lambda: "another")
    report = run(folder, store, base="https://example.org/")
    assert report.redone is None and "another version" in report.why_full


def test_a_file_that_changes_during_the_build_is_an_error(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(episode(1, "Visa"))
    with pytest.raises(InputError, match=r"a.md: changed during the build: build again"):
        UnreadSource(SourceFile(str(path), "a.md"), "0" * 64).read()


def test_many_changes_load_everything_anew(folder, tmp_path):
    store = tmp_path / "other"
    run(folder, store)
    for number in range(4):
        (folder / f"{number}.md").write_text(episode(number, "Kraken"))
    report = run(folder, store)
    assert report.redone is None
    assert re.fullmatch(r"4 of \d+ files differ, more than a fifth", report.why_full)
    assert report.differing == {f"{number}.md": ("it changed",) for number in range(4)}
    assert b"it changed" not in report.stored()


def test_a_file_that_is_renamed_among_few_is_told_as_what_differs(tmp_path):
    folder, store = tmp_path / "few", tmp_path / "few-store"
    folder.mkdir()
    for name in "abcde":
        (folder / f"{name}.md").write_text(
            f"---\ntitle: Note {name}\ndate: 2025-09-01\n---\nText.\n"
        )
    run(folder, store)
    [old] = [slug for slug in Store(store).shared.summaries if "-b-" in slug]
    (folder / "b.md").rename(folder / "z.md")
    report = run(folder, store)
    [new] = [slug for slug in Store(store).shared.summaries if "-z-" in slug]
    assert report.why_full == "2 of 6 episodes depend on what changed, more than a fifth"
    assert report.differing == {new: ("it is new",), old: ("it is gone",)}
    [line] = [line for line in Store(store).changes.describe() if "moved" in line]
    assert line == f"1 episode moved: Note b (was episode/{old})"


def test_episodes_that_are_gone_count_among_all(folder, tmp_path):
    run(folder, tmp_path / "store")
    for number in range(5):
        (folder / f"{number}.md").unlink()
    report = run(folder, tmp_path / "store")
    assert report.why_full == "5 of 7 episodes depend on what changed, more than a fifth"


@pytest.mark.parametrize("are_forked", [True, False])
def test_workers_that_redo_many_episodes_give_the_graph_of_a_full_build(
    folder, store, tmp_path, monkeypatch, are_forked
):
    if are_forked and not executor.can_fork():
        pytest.skip("this process has threads")
    monkeypatch.setattr(executor, "can_fork", lambda: are_forked)
    monkeypatch.setattr(update, "MAX_ALONE_FORKED" if are_forked else "MAX_ALONE", 4)
    monkeypatch.setattr(update, "UPDATED_SHARD_FILES", 2)
    encoded, encode = [], tables.encode_tables
    monkeypatch.setattr(tables, "encode_tables", lambda t: encoded.append(t) or encode(t))
    run(folder, store)
    shutil.copytree(store, tmp_path / "full")
    for number in range(5):
        (folder / f"{number}.md").write_text(episode(number, "Kraken", more="summary: it grew"))
    report = build([folder], store, workers=2, judgements=None)
    assert list(report.redone) == [f"youtube-abcdefghij{number}" for number in range(5)]
    assert len(encoded) == (0 if are_forked else 1)  # forks have the tables in their memory
    full = run(folder, tmp_path / "full", full=True)
    assert report.stored() == full.stored()
    changed, anew = Store(store), Store(tmp_path / "full")
    assert list(changed.graph) == list(anew.graph) and changed.shared == anew.shared
    assert read_results(store).surfaces == read_results(tmp_path / "full").surfaces
    assert run_query(changed, "evidence", {"entity": "Kraken"}).data == (
        run_query(anew, "evidence", {"entity": "Kraken"}).data
    )


BREAKS = (
    '\n\n<episode/x> a <y> .\n\n# " \\ \\n\\n \t \r\r \x0b \x85\x85 \u2028\u2028 \u2029 """\n\n'
)
"""Ends of lines and paragraphs, and what ends a literal, in front of text."""


@pytest.mark.parametrize("base", ["https://example.org/id/", "https://exämple.org/x#"])
def test_texts_with_line_breaks_stay_whole_in_an_update(folder, store, tmp_path, base):
    def write(number, word):
        text = json.dumps(f"{word}{BREAKS}{word} {number}")
        more = f"summary: {text}\ninsights:\n- text: {text}\n{text}: {text}"
        (folder / f"{number}.md").write_text(
            episode_text(text, text, ("Visa", text), (text, text[:-1] + '!"'), more=more), "utf-8"
        )

    def list_statements(path):
        return run_query(Store(path), STATEMENTS, format="csv").data.decode()

    for number in range(7):
        write(number, "Talk")
    run(folder, store, base=base)
    write(3, "Words")
    report = run(folder, store, base=base)
    assert report.redone
    run(folder, tmp_path / "full", base=base)
    statements = list_statements(store)
    assert "Words\n\n<episode/x> a <y> .\n\n#" in statements
    assert statements == list_statements(tmp_path / "full")


def test_the_sample_is_the_same_after_an_edit_and_its_undoing(tmp_path):
    folder, store = tmp_path / "sample", tmp_path / "store"
    shutil.copytree(SAMPLE, folder)
    first = run(folder, store)
    file = sorted(folder.glob("*.md"))[3]
    text = file.read_text("utf-8")
    file.write_text(text.replace("prediction", "forecasting"), "utf-8")
    assert run(folder, store).redone
    file.write_text(text, "utf-8")
    again = run(folder, store)
    assert again.redone and again.stored() == first.stored()
