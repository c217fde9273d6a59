"""Whatever kills a build, the last whole graph answers (``benchmarks/kill.py``)."""

import json
import subprocess
import sys

import pytest
from support import ROOT, SAMPLE


@pytest.mark.skipif(sys.platform != "linux", reason="watches processes through /proc")
def test_a_killed_build_leaves_the_last_graph():
    command = [sys.executable, "benchmarks/kill.py", str(SAMPLE), "--times", "5", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert sum(json.loads(done.stdout).values()) == 5
