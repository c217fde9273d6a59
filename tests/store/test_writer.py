"""How a build is written."""

import os
import sys
from pathlib import Path

import pytest

from kgraph.base.vocabulary import BASE_IRI
from kgraph.store import BuildWriter
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
