"""A watched folder: what settles is built, what cannot be built is told, nothing is lost."""

import shutil
import threading
import time

import pytest
from support import episode_text

from kgraph.base.errors import DataError, InputError
from kgraph.ingest.exclude import parse_exclusion
from kgraph.pipeline import WatchedInputs, WatchEvents, watch
from kgraph.store import Store

PATIENCE_S = 60  #: in which a build must come, however busy the machine is


class Watcher:
    """A watch in a thread, with what it told."""

    def __init__(self, folder, store, **more):
        self.reports, self.errors = [], []
        self._stop = threading.Event()
        events = WatchEvents(self.reports.append, self.errors.append)
        options = {"events": events, "stop": self._stop, "interval_s": 0.05, "workers": 1}
        self._thread = threading.Thread(
            target=watch, args=([folder], store), kwargs={**options, "judgements": None, **more}
        )

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


def test_a_change_is_built_and_quiet_is_not(folder, tmp_path):
    store = tmp_path / "store"
    with Watcher(folder, store) as watcher:
        watcher.wait(watcher.reports, 1)
        time.sleep(0.5)
        assert len(watcher.reports) == 1
        (folder / "b.md").write_text(
            episode_text("Second talk", "https://www.youtube.com/watch?v=bbbbbbbbbbb")
        )
        watcher.wait(watcher.reports, 2)
        assert watcher.reports[1].files == 2
    assert watcher.errors == []


def test_a_broken_save_is_a_problem_and_its_repair_is_built(folder, tmp_path):
    with Watcher(folder, tmp_path / "store") as watcher:
        watcher.wait(watcher.reports, 1)
        (folder / "b.md").write_text("---\ntitle: [\n")
        watcher.wait(watcher.reports, 2)
        assert {problem.file for problem in watcher.reports[1].problems} == {"b.md"}
        (folder / "b.md").unlink()
        watcher.wait(watcher.reports, 3)
        assert watcher.reports[2].problems == []


def test_a_folder_that_disappears_and_comes_back(folder, tmp_path):
    store, away = tmp_path / "store", tmp_path / "away"
    with Watcher(folder, store) as watcher:
        watcher.wait(watcher.reports, 1)
        shutil.move(folder, away)
        watcher.wait(watcher.errors, 1)
        assert isinstance(watcher.errors[0], InputError)
        assert Store(store).meta.episodes == 1  # readers keep the last graph
        shutil.move(away, folder)
        watcher.wait(watcher.reports, 2)
        time.sleep(0.3)
        assert len(watcher.errors) == 1


def test_a_project_that_changes_is_read_again(folder, tmp_path):
    project, bases = tmp_path / "project", []

    def read_inputs():
        base = project.read_text()
        if not base:
            raise DataError(f"{project}: no base: write one")
        return WatchedInputs([folder], base, None, [own], lambda: bases.append(base))

    own = tmp_path / "own.yaml"
    project.write_text("https://example.org/a/")
    with Watcher(folder, tmp_path / "store", read_inputs=read_inputs) as watcher:
        watcher.wait(watcher.reports, 1)
        project.write_text("")
        watcher.wait(watcher.errors, 1)
        assert str(watcher.errors[0]) == f"{project}: no base: write one"
        project.write_text("https://example.org/b/")
        watcher.wait(watcher.reports, 2)
        assert Store(tmp_path / "store").meta.base == "https://example.org/b/"
        own.write_text("entries: {}")
        watcher.wait(watcher.reports, 3)
    assert bases == [f"https://example.org/{name}/" for name in "abb"]
    assert len(watcher.errors) == 1


def test_what_is_left_out_starts_no_build(folder, tmp_path):
    exclude = parse_exclusion(["*.draft.md"], folder)
    with Watcher(folder, tmp_path / "store", exclude=exclude) as watcher:
        watcher.wait(watcher.reports, 1)
        (folder / "b.draft.md").write_text("half a note")
        time.sleep(0.5)
        (folder / "b.md").write_text(
            episode_text("Second talk", "https://www.youtube.com/watch?v=bbbbbbbbbbb")
        )
        watcher.wait(watcher.reports, 2)
        assert (len(watcher.reports), watcher.reports[1].files) == (2, 2)


def test_judgements_alone_start_no_build_where_others_apply_them(folder, tmp_path):
    file = tmp_path / "judgements.yaml"
    file.write_text("")
    options = {"judgements": file, "sources_only": True}
    with Watcher(folder, tmp_path / "store", **options) as watcher:
        watcher.wait(watcher.reports, 1)
        file.write_text("- {verb: reject, names: [NVIDIA]}\n")
        time.sleep(0.5)
        assert len(watcher.reports) == 1
        url = "https://www.youtube.com/watch?v=bbbbbbbbbbb"
        (folder / "b.md").write_text(episode_text("Second talk", url))
        watcher.wait(watcher.reports, 2)
        assert watcher.reports[1].judgements == 1  # a build that comes anyway applies them
