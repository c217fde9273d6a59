"""A watched folder: what settles is built, what cannot be built is told, nothing is lost."""

import os
import shutil
import threading
import time
from contextlib import contextmanager

import pytest
from support import episode_text

from kgraph.base.errors import DataError, InputError
from kgraph.base.vocabulary import BASE_IRI
from kgraph.ingest.exclude import parse_exclusion
from kgraph.pipeline import build
from kgraph.project import load_project
from kgraph.project.rebuild import rebuild_store
from kgraph.project.settling import AbsenceTimer, ChangeDetector
from kgraph.project.watch import WatchedInputs, load_watched_inputs, watch
from kgraph.store import BuildWriter, Store
from kgraph.store.writer import acquire_lock

PATIENCE_S = 60  #: in which a build must come, however busy the machine is

SECOND_TALK = episode_text("Second talk", "https://www.youtube.com/watch?v=bbbbbbbbbbb")


class Watcher:
    """A watch in a thread, with what it gave."""

    def __init__(self, inputs, store, **options):
        self.reports, self.errors = [], []
        self._stop = threading.Event()
        options |= {"on_error": self.errors.append, "stop": self._stop}
        self._builds = watch(inputs, store, interval_s=0.1, workers=1, **options)
        self._thread = threading.Thread(target=self._collect)

    def _collect(self):
        for report, _ in self._builds:
            self.reports.append(report)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._stop.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    def wait(self, told, count):
        end = time.monotonic() + PATIENCE_S
        while len(told) < count:
            assert time.monotonic() < end and self._thread.is_alive(), (self.reports, self.errors)
            time.sleep(0.02)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "episodes"
    path.mkdir()
    (path / "a.md").write_text(episode_text("First talk"))
    return path


@pytest.fixture
def inputs(folder):
    return WatchedInputs((str(folder),), judgements=None)


@pytest.fixture
def project(folder):
    """A project file, of the folder."""
    path = folder.parent / "kgraph.toml"
    path.write_text('sources = ["episodes"]\n')
    return path


def follow(project):
    """Return the inputs of a project."""
    settings = load_project(project)
    return WatchedInputs(settings.sources, settings.base, project=settings)


def test_a_change_is_built_and_quiet_is_not(inputs, folder, tmp_path):
    with Watcher(inputs, tmp_path / "store") as watcher:
        watcher.wait(watcher.reports, 1)
        time.sleep(0.5)
        assert len(watcher.reports) == 1
        (folder / "b.md").write_text(SECOND_TALK)
        watcher.wait(watcher.reports, 2)
        assert watcher.reports[1].files == 2
    assert watcher.errors == []


def test_the_progress_of_each_build_is_shown(inputs, folder, tmp_path):
    shown = []

    @contextmanager
    def show_progress():
        stages = []
        shown.append(stages)
        yield lambda stage, done, total: stages.append((stage, done, total))
        stages.append("end")

    with Watcher(inputs, tmp_path / "store", show_progress=show_progress) as watcher:
        watcher.wait(watcher.reports, 1)
        (folder / "b.md").write_text(SECOND_TALK)
        watcher.wait(watcher.reports, 2)
    # of the second build, one of two files
    assert [(stages[0], stages[-1]) for stages in shown] == [(("reading", 1, 1), "end")] * 2


def test_a_new_folder_beside_the_sources_is_told_once(project, tmp_path):
    notes = []
    store = load_project(project).store
    with Watcher(follow(project), store, on_new_folders=notes.append) as watcher:
        watcher.wait(watcher.reports, 1)
        time.sleep(0.02)
        (tmp_path / "Talks").mkdir()
        (tmp_path / "Talks" / "b.md").write_text(SECOND_TALK)
        watcher.wait(notes, 1)
        time.sleep(0.5)
    assert notes == ["note: new, and in no source: Talks: add it to kgraph.toml"]
    assert watcher.errors == []


def count_looks(monkeypatch):
    """Return a list that grows with each look whether another build is writing."""
    looks = []
    monkeypatch.setattr(
        "kgraph.project.rebuild.acquire_lock",
        lambda store: looks.append(store) or acquire_lock(store),
    )
    return looks


def test_a_change_of_the_same_size_and_time_is_built(inputs, folder, tmp_path):
    file = folder / "a.md"
    with Watcher(inputs, tmp_path / "store") as watcher:
        watcher.wait(watcher.reports, 1)
        status = file.stat()
        with file.open("r+b") as opened:  # as rsync --inplace --times leaves it
            opened.write(file.read_bytes().replace(b"First talk", b"Other talk"))
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        watcher.wait(watcher.reports, 2)
    [graph] = Store(tmp_path / "store").graph
    assert graph.main_file.values["title"] == "Other talk"


def test_a_watch_waits_for_another_build_and_says_so_after_a_minute(inputs, tmp_path, monkeypatch):
    store = tmp_path / "store"
    with Watcher(inputs, store) as watcher:
        watcher.wait(watcher.reports, 1)
        looks = count_looks(monkeypatch)
        with BuildWriter(store, BASE_IRI):
            (tmp_path / "episodes" / "b.md").write_text(SECOND_TALK)
            watcher.wait(looks, 3)
            assert (len(watcher.reports), watcher.errors) == (1, [])
        watcher.wait(watcher.reports, 2)
    assert (watcher.errors, watcher.reports[1].files) == ([], 2)
    monkeypatch.setattr("kgraph.project.watch.BUSY_TIMEOUT_S", 0)
    writer = BuildWriter(store, BASE_IRI)
    with Watcher(inputs, store) as watcher:
        with writer:
            watcher.wait(watcher.errors, 1)
            watcher.wait(looks, len(looks) + 3)  # it is tried again, and told once
        watcher.wait(watcher.reports, 1)  # without a change of the files
    [error] = watcher.errors
    assert "another build is writing here" in str(error)


def test_a_build_that_the_files_make_impossible_is_not_tried_again(
    inputs, folder, tmp_path, monkeypatch
):
    tried = []

    def try_build(paths, store, **options):
        tried.append(paths)
        return build(paths, store, **options)

    monkeypatch.setattr("kgraph.project.watch.build", try_build)
    (folder / "a.md").write_text("no front matter")
    with Watcher(inputs, tmp_path / "store") as watcher:
        watcher.wait(watcher.errors, 1)
        time.sleep(0.5)
    assert (len(tried), len(watcher.errors)) == (1, 1)


def test_a_watch_that_waits_for_another_build_can_be_ended(inputs, tmp_path, monkeypatch):
    store, looks = tmp_path / "store", count_looks(monkeypatch)
    with BuildWriter(store, BASE_IRI), Watcher(inputs, store) as watcher:
        watcher.wait(looks, 1)
    assert (watcher.reports, watcher.errors) == ([], [])


@pytest.mark.parametrize(
    ("known", "states", "settled"),
    [
        (None, "aaa", [1, 2]),
        ("a", "aabbb", [3, 4]),
        ("a", "abaa", []),  # as it was
        ("a", "bcdd", [3]),  # a save under way
        ("a", ["b", "", "b", "b"], [3]),  # gone for a moment
        (None, ["", ""], []),
    ],
)
def test_what_is_alike_at_two_looks_has_settled(known, states, settled):
    detector = ChangeDetector(known)
    assert [number for number, state in enumerate(states) if detector.look(state)] == settled


@pytest.mark.parametrize(
    ("is_gone", "names_other", "has_other", "is_brief"),
    [
        (True, False, False, True),
        (True, False, True, True),  # the other one only stands in for it
        (True, True, True, False),
        (True, True, False, True),
        (False, True, False, True),  # the line is edited, and the file not moved yet
        (False, False, False, False),
    ],
)
def test_another_file_is_taken_at_once_where_the_project_names_it(
    tmp_path, is_gone, names_other, has_other, is_brief
):
    file, other = tmp_path / "judged.yaml", tmp_path / "other.yaml"
    file.write_text("[]\n")
    timer = AbsenceTimer(file, file)
    if is_gone:
        file.unlink()
    if has_other:
        other.write_text("[]\n")
    assert timer.is_brief(other, other if names_other else file) is is_brief


def test_a_store_that_is_removed_is_built_again(inputs, tmp_path):
    store = tmp_path / "store"
    with Watcher(inputs, store) as watcher:
        watcher.wait(watcher.reports, 1)
        store.rename(tmp_path / "away")
        watcher.wait(watcher.reports, 2)
        assert Store(store).build.name == "0001"
    assert watcher.errors == []


def test_a_broken_save_is_a_problem_and_its_repair_is_built(inputs, folder, tmp_path):
    with Watcher(inputs, tmp_path / "store") as watcher:
        watcher.wait(watcher.reports, 1)
        (folder / "b.md").write_text("---\ntitle: [\n")
        watcher.wait(watcher.reports, 2)
        assert {problem.file for problem in watcher.reports[1].problems} == {"b.md"}
        (folder / "b.md").unlink()
        watcher.wait(watcher.reports, 3)
        assert watcher.reports[2].problems == []


def test_a_folder_that_disappears_and_comes_back(inputs, folder, tmp_path):
    store, away = tmp_path / "store", tmp_path / "away"
    with Watcher(inputs, store) as watcher:
        watcher.wait(watcher.reports, 1)
        shutil.move(folder, away)
        watcher.wait(watcher.errors, 1)
        assert isinstance(watcher.errors[0], InputError)
        assert Store(store).meta.episodes == 1  # readers keep the last graph
        shutil.move(away, folder)
        watcher.wait(watcher.reports, 2)
        time.sleep(0.3)
        assert len(watcher.errors) == 1
        shutil.move(folder, away)
        watcher.wait(watcher.errors, 2)  # a failure that comes back is told again


def test_a_watch_ends_when_it_is_closed_and_when_a_build_is_not_possible(inputs, folder, tmp_path):
    builds = watch(inputs, tmp_path / "store", interval_s=0.1, workers=1)
    assert next(builds).report.files == 1
    builds.close()
    assert list(builds) == []
    shutil.rmtree(folder)
    with pytest.raises(InputError, match="no such file or folder"):
        next(watch(inputs, tmp_path / "store", interval_s=0.1, workers=1))


@pytest.mark.parametrize("interval_s", ["a", 0, -1, float("nan"), 1e12])
def test_an_interval_that_cannot_be_waited_for_is_refused_at_once(inputs, tmp_path, interval_s):
    with pytest.raises(InputError, match=f"interval_s {interval_s!r}: write a number from 0.1 to"):
        watch(inputs, tmp_path / "store", interval_s=interval_s)


def test_standard_input_cannot_be_watched():
    with pytest.raises(InputError, match="-: standard input cannot be watched: name files"):
        WatchedInputs(("-",))


def test_a_project_that_changes_is_read_again(project, folder, tmp_path):
    lines, store = project.read_text(), tmp_path / "store"
    with Watcher(follow(project), store) as watcher:
        watcher.wait(watcher.reports, 1)
        project.write_text("sources = [")
        watcher.wait(watcher.errors, 1)
        assert isinstance(watcher.errors[0], DataError)
        project.write_text(f'{lines}base = "https://example.org/b/"\n')
        watcher.wait(watcher.reports, 2)
        assert Store(store).meta.base == "https://example.org/b/"
        (tmp_path / "lexicon").mkdir()
        (tmp_path / "lexicon" / "own.yaml").write_text("type: company\nentries: {}\n")
        watcher.wait(watcher.reports, 3)
        (tmp_path / "more").mkdir()
        (tmp_path / "more" / "b.md").write_text(SECOND_TALK)
        project.write_text('sources = ["episodes", "more"]\n')
        watcher.wait(watcher.reports, 4)
        (tmp_path / "more" / "c.md").write_text("---\ntitle: Third talk\n---\n")
        watcher.wait(watcher.reports, 5)
        assert [report.files for report in watcher.reports] == [1, 1, 1, 2, 3]
    assert len(watcher.errors) == 1


@pytest.fixture
def brief(monkeypatch):
    """Take a file of judgements that is gone for deleted at once."""
    monkeypatch.setattr("kgraph.project.settling.ABSENCE_S", 0)


@pytest.mark.parametrize("sources_only", [False, True])
def test_nothing_is_built_while_the_file_of_judgements_is_replaced(
    project, folder, tmp_path, sources_only
):
    file = tmp_path / "data" / "judgements.yaml"
    file.parent.mkdir()
    file.write_text("- {verb: reject, names: [NVIDIA]}\n")
    with Watcher(follow(project), tmp_path / "store", sources_only=sources_only) as watcher:
        watcher.wait(watcher.reports, 1)
        file.rename(tmp_path / "away.yaml")
        (folder / "b.md").write_text(SECOND_TALK)
        time.sleep(0.5)
        assert len(watcher.reports) == 1
        (tmp_path / "away.yaml").rename(file)
        watcher.wait(watcher.reports, 2)
    assert [(report.files, report.judgements) for report in watcher.reports] == [(1, 1), (2, 1)]


@pytest.mark.parametrize("sources_only", [False, True])
@pytest.mark.parametrize("is_line_first", [False, True])
def test_a_file_of_judgements_that_moves_with_its_line_is_read_at_once(
    project, folder, tmp_path, monkeypatch, is_line_first, sources_only
):
    monkeypatch.setattr("kgraph.project.settling.ABSENCE_S", 10 * PATIENCE_S)
    file, moved = tmp_path / "data" / "judgements.yaml", tmp_path / "decided.yaml"
    file.parent.mkdir()
    file.write_text("- {verb: reject, names: [NVIDIA]}\n")

    def edit_line():
        project.write_text(f'{project.read_text()}judgements = "decided.yaml"\n')

    def move_file():
        file.rename(moved)

    with Watcher(follow(project), tmp_path / "store", sources_only=sources_only) as watcher:
        watcher.wait(watcher.reports, 1)
        first, second = (edit_line, move_file) if is_line_first else (move_file, edit_line)
        first()
        time.sleep(0.5)
        second()
        (folder / "b.md").write_text(SECOND_TALK)
        watcher.wait(watcher.reports, 2)
    assert [(report.files, report.judgements) for report in watcher.reports] == [(1, 1), (2, 1)]
    assert watcher.errors == []


def test_the_file_of_judgements_is_that_of_the_project_as_it_is_now(project, tmp_path, brief):
    with Watcher(follow(project), tmp_path / "store") as watcher:
        watcher.wait(watcher.reports, 1)
        project.write_text(f'{project.read_text()}judgements = "decided.yaml"\n')
        watcher.wait(watcher.reports, 2)
        (tmp_path / "decided.yaml").write_text("- {verb: reject, names: [NVIDIA]}\n")
        watcher.wait(watcher.reports, 3)
        (tmp_path / "decided.yaml").unlink()
        watcher.wait(watcher.reports, 4)
        assert [report.judgements for report in watcher.reports] == [0, 0, 1, 0]
        (note,) = watcher.reports[3].notes
        assert note.startswith(f"{tmp_path / 'decided.yaml'} is gone, and with it 1 judgement ")


def test_a_watch_of_a_store_keeps_what_its_build_had_of_its_own(project, folder, tmp_path):
    store, base, decided = tmp_path / "store", "https://example.org/a/", tmp_path / "decided.yaml"
    decided.write_text("")
    exclude = parse_exclusion(["y/"], folder)
    inputs = load_project(project).load_inputs()
    options = {"base": base, "judgements": decided, "exclude": exclude, "workers": 1}
    build([folder / "a.md"], store, project=inputs, **options)
    project.write_text('sources = ["."]\nexclude = ["x/"]\n')
    now = load_watched_inputs(store).read_project_again()
    assert (now.paths, now.base) == ((str(folder / "a.md"),), base)
    assert (now.judgements, now.exclude) == (str(decided), exclude)


@pytest.fixture
def edited(project, folder, tmp_path):
    """The store of a project whose file was edited since, in all that a build takes from it."""
    settings, store = load_project(project), tmp_path / "store"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "judgements.yaml").write_text("- {verb: reject, names: [NVIDIA]}\n")
    inputs = settings.load_inputs()
    build(settings.sources, store, base=settings.base, project=inputs, workers=1)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.md").write_text(SECOND_TALK)
    (tmp_path / "more" / "x.md").write_text("---\ntitle: Third talk\n---\n")
    project.write_text(
        'sources = ["episodes", "more"]\nexclude = ["x.md"]\njudgements = "decided.yaml"\n'
        'base = "https://example.org/b/"\n'
    )
    return store


def test_a_watch_of_a_store_follows_what_was_edited_before_it_began(edited, project):
    with Watcher(load_watched_inputs(edited), edited) as watcher:
        watcher.wait(watcher.reports, 1)
        assert (watcher.reports[0].files, watcher.reports[0].judgements) == (2, 0)
        assert Store(edited).meta.base == "https://example.org/b/"
        project.write_text('sources = ["episodes", "more"]\n')
        watcher.wait(watcher.reports, 2)
        assert (watcher.reports[1].files, watcher.reports[1].judgements) == (3, 1)


def test_a_store_is_built_again_from_its_project_as_it_is_now(edited, project):
    report = rebuild_store(edited)
    assert (report.files, report.judgements) == (2, 0)
    assert Store(edited).meta.base == "https://example.org/b/"
    assert rebuild_store(edited).is_unchanged
    project.write_text('sources = ["gone"]\n')
    with pytest.raises(
        DataError, match=r"kgraph.toml:1: sources\[0\]: 'gone': no such file or folder"
    ):
        rebuild_store(edited)


def test_a_file_of_judgements_that_is_gone_stops_no_watch_that_nobody_named_it_for(
    folder, tmp_path, monkeypatch, brief
):
    monkeypatch.chdir(tmp_path)
    store, decided = tmp_path / "store", tmp_path / "decided.yaml"
    decided.write_text("- {verb: reject, names: [NVIDIA]}\n")
    build([folder], store, judgements=decided, workers=1)
    text = decided.read_text()
    with Watcher(load_watched_inputs(store), store) as watcher:
        watcher.wait(watcher.reports, 1)
        decided.unlink()
        watcher.wait(watcher.reports, 2)
        assert f"{decided} is gone, and with it 1 judgement " in watcher.reports[1].notes[0]
        decided.write_text(text)
        watcher.wait(watcher.reports, 3)
        store.rename(tmp_path / "away")  # with what it remembers of its last build
        watcher.wait(watcher.reports, 4)
        assert [report.judgements for report in watcher.reports] == [1, 0, 1, 1]
    assert watcher.errors == []


def test_what_is_left_out_starts_no_build(folder, tmp_path):
    exclude = parse_exclusion(["*.draft.md"], folder)
    inputs = WatchedInputs((str(folder),), judgements=None, exclude=exclude)
    with Watcher(inputs, tmp_path / "store") as watcher:
        watcher.wait(watcher.reports, 1)
        (folder / "b.draft.md").write_text("half a note")
        time.sleep(0.5)
        (folder / "b.md").write_text(SECOND_TALK)
        watcher.wait(watcher.reports, 2)
        assert (len(watcher.reports), watcher.reports[1].files) == (2, 2)


def test_judgements_alone_start_no_build_where_others_apply_them(project, folder, tmp_path):
    file = tmp_path / "data" / "judgements.yaml"
    file.parent.mkdir()
    file.write_text("")
    with Watcher(follow(project), tmp_path / "store", sources_only=True) as watcher:
        watcher.wait(watcher.reports, 1)
        file.write_text("- {verb: reject, names: [NVIDIA]}\n")
        time.sleep(0.5)
        assert len(watcher.reports) == 1
        (folder / "b.md").write_text(SECOND_TALK)
        watcher.wait(watcher.reports, 2)
        assert watcher.reports[1].judgements == 1  # a build that comes anyway applies them
