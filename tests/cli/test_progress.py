"""What a long step shows on standard error."""

import sys
import threading
from types import ModuleType, SimpleNamespace

import pytest

from kgraph import KnowledgeGraph
from kgraph.base.progress import NotebookProgress, default_progress, is_notebook
from kgraph.cli import progress, streams


def test_a_long_step_in_a_pipe_writes_a_line_now_and_then(capsys, monkeypatch):
    ticks = iter([False, False, True])
    monkeypatch.setattr(progress, "LINE_INTERVAL_S", 10.0)
    reporter = progress.LineReporter()
    waited = []

    def wait(seconds):
        waited.append(seconds)
        return next(ticks)

    monkeypatch.setattr(reporter, "_is_over", SimpleNamespace(wait=wait, set=lambda: None))
    reporter("reading", 412, 1014)
    reporter.end()
    assert capsys.readouterr().err == "reading: 412 of 1,014 files\n" * 2
    assert waited == [10.0] * 3


def test_a_short_step_in_a_pipe_writes_nothing(capsys):
    with progress.show_progress() as report:
        report("reading", 1, 2)
        report("comparing names", 0, 0)
    assert capsys.readouterr().err == ""
    assert not [one for one in threading.enumerate() if one.daemon and "_run" in one.name]


def test_nothing_has_a_thread_before_a_step_takes_long(monkeypatch):
    """A build that changes few episodes forks its workers then."""
    started = []
    monkeypatch.setattr(progress, "can_animate", lambda: False)
    monkeypatch.setattr(progress.LineReporter, "__call__", lambda _, *state: started.append(state))
    monkeypatch.setattr(progress, "NOTICE_DELAY_S", 600)
    with progress.show_progress() as report:
        report("reading", 1, 2)
        assert started == []
        monkeypatch.setattr(progress, "NOTICE_DELAY_S", 0)
        report("reading", 2, 2)
        assert started == [("reading", 2, 2)]


def test_beside_a_server_progress_is_lines_also_on_a_terminal(monkeypatch):
    made = []
    monkeypatch.setattr(progress, "can_animate", lambda: True)
    monkeypatch.setattr(progress, "NOTICE_DELAY_S", 0)
    monkeypatch.setattr(progress.LineReporter, "__call__", lambda *state: made.append("lines"))
    monkeypatch.setattr(progress.BarReporter, "__call__", lambda *state: made.append("bar"))
    for plain in (True, False):
        with progress.show_progress(plain=plain) as report:
            report("reading", 1, 2)
    assert made == ["lines", "bar"]


class Immediate:
    """A timer whose time is up at once."""

    def __init__(self, seconds, call):
        self.seconds, self.call = seconds, call

    def start(self):
        self.call()

    def cancel(self):
        pass


def test_a_step_that_takes_over_a_second_says_what_it_does(capsys, monkeypatch):
    monkeypatch.setattr(progress.threading, "Timer", Immediate)
    with progress.announce("drawing the atlas", "atlas.html"):
        pass
    assert capsys.readouterr().err == "drawing the atlas ...\n"


def test_a_step_that_is_done_in_time_says_nothing(capsys, monkeypatch):
    monkeypatch.setattr(progress, "NOTICE_DELAY_S", 600)
    with progress.announce("drawing the atlas", "atlas.html"):
        pass
    assert capsys.readouterr().err == ""


def test_a_notice_that_comes_too_late_is_not_shown(capsys):
    notice = progress._Notice("drawing the atlas")
    notice.end()
    notice.show()
    assert capsys.readouterr().err == ""


def test_quiet_shows_no_progress(capsys, monkeypatch):
    monkeypatch.setattr(streams, "_level", streams.Level.QUIET)
    monkeypatch.setattr(progress.threading, "Timer", Immediate)
    with progress.announce("drawing the atlas"), progress.show_progress() as report:
        report("reading", 1, 2)
    assert capsys.readouterr().err == ""


# -- notebooks ---------------------------------------------------------------------


@pytest.fixture
def kernel(monkeypatch):
    """A fake IPython kernel; what its display shows, in order."""
    shown = []

    def display(data, raw, display_id):
        assert raw and display_id
        shown.append(data["text/plain"])
        return SimpleNamespace(update=lambda data, raw: shown.append(data["text/plain"]))

    ipython, screen = ModuleType("IPython"), ModuleType("IPython.display")
    screen.display = display
    ipython.display = screen
    ipython.get_ipython = lambda: SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", screen)
    return shown


def test_a_notebook_shows_how_far_a_build_is(kernel, folder, tmp_path):
    KnowledgeGraph.build([folder], tmp_path / "s", workers=1)
    assert kernel == [
        "reading: 2 of 2 files",
        "comparing names",
        "building: 2 of 2 episodes",
        "loading",
    ]


def test_a_notebook_shows_what_it_is_told_to(kernel, folder, tmp_path):
    stages = []
    KnowledgeGraph.build(
        [folder], tmp_path / "s", workers=1, progress=lambda stage, *_: stages.append(stage)
    )
    assert kernel == []
    assert stages == ["reading", "comparing names", "building", "loading"]


def test_only_a_kernel_is_a_notebook(kernel, monkeypatch):
    assert isinstance(default_progress(), NotebookProgress)
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", SimpleNamespace)
    assert not is_notebook()  # IPython in a terminal
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: None)
    assert not is_notebook()  # imported, but not running
    monkeypatch.delitem(sys.modules, "IPython")
    assert not is_notebook()
    assert default_progress()("reading", 1, 2) is None
