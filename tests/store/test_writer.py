"""How a build is written."""

import os
import sys
from pathlib import Path

import pytest

from kgraph.base.vocabulary import BASE_IRI
from kgraph.store import BuildWriter, layout
from kgraph.store.writer import MERGING_NICE, MERGING_THREADS


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_engine_merges_where_no_thread_loads(tmp_path):
    with BuildWriter(tmp_path / "store", BASE_IRI):
        priorities = {
            os.getpriority(os.PRIO_PROCESS, int(task.name))
            for task in Path("/proc/self/task").iterdir()
            if (task / "comm").read_text().rstrip() == MERGING_THREADS
        }
    assert priorities == {min(19, os.getpriority(os.PRIO_PROCESS, 0) + MERGING_NICE)}


def test_a_new_store_is_out_of_version_control_and_a_folder_of_the_user_stays(tmp_path):
    made, empty = tmp_path / "a" / "made", tmp_path / "empty"
    empty.mkdir()
    for store in (made, empty):
        with BuildWriter(store, BASE_IRI):
            pass
    assert (made / layout.IGNORE_FILE).read_text() == "*\n"
    assert not (made.parent / layout.IGNORE_FILE).exists()
    assert not (empty / layout.IGNORE_FILE).exists()
    (made / layout.IGNORE_FILE).write_text("builds/\n")
    with BuildWriter(made, BASE_IRI):
        pass
    assert (made / layout.IGNORE_FILE).read_text() == "builds/\n"
    assert layout.find_folder_fault(made) == ""
