"""What commands import: loading modules takes most of the time of a short one."""

import json
import os
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest
from support import episode_text

from kgraph.ingest import find_files

SCRIPT = """
import json, sys
from kgraph.cli import main
try:
    main()
finally:
    print(json.dumps([*sys.modules]))
"""

#: What reads, resolves, writes, searches and queries episodes, and prints tables.
UNNEEDED_MODULES = {
    *("kgraph.export", "kgraph.graph.graph", "kgraph.ingest.reader", "kgraph.pipeline.passes"),
    *("kgraph.query", "kgraph.rdf", "kgraph.resolve.corpus", "kgraph.resolve.knowledge"),
    *("kgraph.resolve.mentions", "kgraph.search", "kgraph.store.writer"),
    *("concurrent.futures.process", "multiprocessing", "sqlite3"),
    *("filelock", "ftfy", "frontmatter", "numpy", "pyoxigraph", "rapidfuzz", "rich"),
}


def list_imports(*arguments, cwd):
    command = [sys.executable, "-c", SCRIPT, *map(str, arguments)]
    # Other programs of this machine may hold locks in the usual folder for temporary files.
    environment = {**os.environ, "TMPDIR": str(cwd)}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1])), done.stderr


@pytest.mark.parametrize("has_project", [False, True])
def test_a_build_that_finds_nothing_to_do_imports_nothing_that_works_on_episodes(
    tmp_path, has_project
):
    assert all(map(find_spec, UNNEEDED_MODULES))
    (tmp_path / "a.md").write_text(episode_text("On bread", companies=["Visa"]))
    if has_project:
        (tmp_path / "kgraph.toml").write_text('sources = ["a.md"]\n')
    while not all(file.state for file in find_files(tmp_path).files):
        time.sleep(0.01)
    command = ["build"] if has_project else ["build", "a.md"]
    list_imports(*command, cwd=tmp_path)
    imports, messages = list_imports(*command, cwd=tmp_path)
    assert messages.startswith("nothing changed: .kgraph is as it was")
    assert imports & UNNEEDED_MODULES == set()


def test_showing_what_the_graph_has_imports_nothing_that_decides_rows(tmp_path):
    (tmp_path / "a.md").write_text(episode_text("On bread", companies=["Visa"]))
    list_imports("build", "a.md", cwd=tmp_path)
    imports, _ = list_imports("show", "Visa", cwd=tmp_path)
    assert imports & {"kgraph.pipeline", "kgraph.resolve.mentions.decide", "numpy"} == set()
