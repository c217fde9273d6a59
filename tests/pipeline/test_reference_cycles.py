"""Builds switch the garbage collector off: cycles would keep what they refer to until the end."""

import gc
import os
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import SAMPLE, episode_text

from kgraph.base.progress import ignore_progress
from kgraph.ingest import find_files
from kgraph.pipeline import build
from kgraph.pipeline.executor import map_ordered, open_process_pool
from kgraph.pipeline.passes import (
    conclude_survey,
    locate_episodes,
    make_resolve_tasks,
    resolve_shard,
    survey_files,
)
from kgraph.pipeline.tables import share_tables
from kgraph.resolve.judgement_table import JudgementTable

FILES = {
    "json.md": '{\n"title": "On", "companies": [{"name": "Acme"}]\n}\nBody.\n',
    "toml.md": "+++\ntitle = 'On'\ndate = 2025-09-01\ntags = ['a']\n+++\n",
    "semicolons.md": ';;;\n{"title": "On", "date": "2025-09-01"}\n;;;\n',
    "broken.json.md": '{\n"title": NaN\n}\n',
    "broken.toml.md": "+++\ntitle = 'On'\ndate = soon\n+++\n",
    "broken.yaml.md": '---\ntitle: On\ncompanies:\n- name: "Acme\n- name: Bolt\nmood: [a\n---\n',
    "twice.md": "---\ntitle: On\ntitle: Off\n? [x, y]\n: c\nmood: &x 1\nother: *x\n---\n",
    "wrong.md": "---\ntitle: On\ndate: soon\nduration: never\nquotes: 7\nsummary: [1, 2]\n---\n",
    "none.md": "No front matter.\n",
    "unclosed.md": "---\ntitle: On\ndate: 2025-09-01\n",
    "usual.md": episode_text("Usual"),
}


@pytest.fixture
def find_cycles():
    """Return the objects in cycles that a function leaves each time that it is called.

    Threads of earlier tests leave others now and then.
    """

    def find(function):
        for _ in range(3):
            gc.garbage.clear()
            gc.set_debug(0)
            gc.collect()
            gc.set_debug(gc.DEBUG_SAVEALL)
            function()
            gc.collect()
            if not gc.garbage:
                break
        return [*gc.garbage]

    gc.disable()
    yield find
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


@pytest.mark.parametrize("folder", ["sample", "formats"])
def test_passes_leave_no_cycles(folder, tmp_path, find_cycles):
    source = SAMPLE
    if folder == "formats":
        source = tmp_path / "files"
        source.mkdir()
        for name, text in FILES.items():
            (source / name).write_text(text, encoding="utf-8")
    found = find_files([str(source)])

    def run_passes():
        surveyed = survey_files(found, tmp_path, None, ignore_progress)
        corpus = conclude_survey(surveyed, JudgementTable(), work=tmp_path)
        located = locate_episodes(corpus.recordings, surveyed)
        tables = share_tables(corpus.tables, tmp_path, None)
        for task in make_resolve_tasks(located, tables, "https://example.org/"):
            resolve_shard(task)

    run_passes()  # imports and caches make cycles once
    assert find_cycles(run_passes) == []


class Node:
    """Refers to itself."""

    def __init__(self):
        self.node = self


_last: list[weakref.ref] = []


def is_last_node_alive(_):
    """Make a node in a cycle, and return whether that of the last task is still alive."""
    is_alive = [reference() is not None for reference in _last]
    _last[:] = [weakref.ref(Node())]
    return os.getpid(), gc.isenabled(), is_alive


def test_a_cycle_ends_with_its_task(find_cycles):
    assert [alive for _, _, alive in map_ordered(None, is_last_node_alive, range(3))] == [
        [], [False], [False]
    ]  # fmt: skip
    _last.clear()
    with open_process_pool(2) as pool:
        results = list(map_ordered(pool, is_last_node_alive, range(9)))
    assert os.getpid() not in {process for process, _, _ in results}
    assert {is_enabled for _, is_enabled, _ in results} == {False}
    assert [alive for _, _, alive in results if alive] and not any(
        any(alive) for _, _, alive in results
    )


@pytest.mark.parametrize("is_enabled", [True, False])
@pytest.mark.parametrize("workers", ["here", "threads"])
def test_a_build_leaves_the_collector_as_it_was(workers, is_enabled, tmp_path, request):
    def read_state():
        return gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()

    request.addfinalizer(gc.enable)
    gc.unfreeze()  # what commands of earlier tests froze may end meanwhile
    (gc.enable if is_enabled else gc.disable)()
    before = read_state()
    with ThreadPoolExecutor(2) as threads:
        options = {"executor": threads} if workers == "threads" else {"workers": 1}
        build([SAMPLE], tmp_path / "store", **options)
        assert read_state() == before
