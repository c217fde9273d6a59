"""The wheel, installed without its sources, does everything: its data travels in it."""

import ast
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from support import ROOT, SAMPLE

COME_WITH_OTHERS = {"anyio", "mcp_types", "pydantic"}
"""Libraries that starlette and mcp need, and show in their own interfaces."""

pytest.importorskip("build", reason="the development environment builds the wheel")


@pytest.fixture(scope="module")
def kgraph(tmp_path_factory):
    """The command, from the wheel, in an environment of its own."""
    home = tmp_path_factory.mktemp("wheel")
    building = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", home, ROOT]
    subprocess.run(building, check=True, capture_output=True)
    venv.create(home / "env", with_pip=False)
    folder = home / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    (wheel,) = home.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", folder / "python"]
    subprocess.run([*pip, "install", "-q", "--no-deps", "--no-index", wheel], check=True)
    # The libraries are those of this environment; its own kgraph is found by a .pth file, which
    # counts in this folder alone.
    asked = [folder / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    (Path(done.stdout.strip()) / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "kgraph"


def test_the_wheel_builds_asks_exports_and_draws(kgraph, tmp_path):
    for arguments in (
        ["build", SAMPLE],
        ["check", SAMPLE],
        ["query", "co-mentioned", "--param", "company=NVIDIA"],
        ["audit", "rows"],
        ["export", "turtle", "--output", "graph.ttl"],
        ["view", "--focus", "NVIDIA", "--output", "nvidia.html"],
        ["atlas", "--output", "atlas.html"],
    ):
        done = subprocess.run(
            [kgraph, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        # The sample corpus has problems on purpose, which `check` reports with status 1.
        expected = 1 if arguments[0] == "check" else 0
        assert done.returncode == expected, done.stderr
    assert (tmp_path / "graph.ttl").stat().st_size > 100_000
    assert (tmp_path / "nvidia.html").stat().st_size > 100_000
    assert (tmp_path / "atlas.html").stat().st_size > 100_000


def test_every_library_that_is_imported_is_declared():
    """Else the wheel's own environment, which pip fills with what is declared, would lack it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    declared = {_plain(re.match(r"[\w.-]+", line)[0]) for line in lines}
    owners = packages_distributions()
    imported = {name for file in (ROOT / "kgraph").rglob("*.py") for name in _imported(file)}
    there = {"IPython"}  # used where a notebook has imported it
    libraries = imported - {*sys.stdlib_module_names, "kgraph", *there}
    assert {"numpy", "typer", "yaml"} < libraries
    unknown = {
        name for name in libraries if not declared & {*map(_plain, owners.get(name, [name]))}
    }
    assert unknown <= COME_WITH_OTHERS


def _imported(file):
    """The top packages that a file imports anywhere."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def _plain(name):
    return name.lower().replace("_", "-").replace(".", "-")
