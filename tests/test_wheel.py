"""The wheel, installed alone, does everything: its data travels in it."""

import subprocess
import sys
import venv

import pytest
from support import ROOT, SAMPLE

pytest.importorskip("build", reason="the development environment builds the wheel")


@pytest.fixture(scope="module")
def kgraph(tmp_path_factory):
    """The command, from the wheel, in an environment of its own."""
    home = tmp_path_factory.mktemp("wheel")
    building = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", home, ROOT]
    subprocess.run(building, check=True, capture_output=True)
    venv.create(home / "env", with_pip=True)
    folder = home / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    (wheel,) = home.glob("*.whl")
    subprocess.run([folder / "python", "-m", "pip", "install", "-q", wheel], check=True)
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
