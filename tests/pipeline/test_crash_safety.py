"""Whatever stops a build, readers see a complete graph (``benchmarks/crash_safety.py``)."""

import json
import shutil
import subprocess
import sys

import pytest
from support import ROOT, SAMPLE


@pytest.mark.skipif(sys.platform != "linux", reason="watches processes through /proc")
def test_a_stopped_build_leaves_a_complete_graph_and_nothing_else(tmp_path):
    for file in sorted(SAMPLE.glob("*.md"))[:8]:
        shutil.copy(file, tmp_path)
    command = [
        sys.executable,
        "benchmarks/crash_safety.py",
        str(tmp_path),
        "--times",
        "2",
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    for way, tally in json.loads(done.stdout).items():
        tally.pop("unclean", None)  # a draft that was left, which the next build removed
        assert sum(tally.values()) == 2, (way, tally)
