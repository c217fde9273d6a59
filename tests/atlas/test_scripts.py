"""The page's modules, run by node's test runner, and held to what joining them asks."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import kgraph

NODE = shutil.which("node")
HERE = Path(__file__).parent / "js"
ASSETS = Path(kgraph.__file__).parent / "atlas" / "assets"
TOP = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)


@pytest.mark.skipif(NODE is None, reason="needs node, which is not installed")
def test_modules_under_node():
    tests = sorted(str(path) for path in HERE.glob("*.test.js"))
    done = subprocess.run(
        [str(NODE), "--test", *tests], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_top_level_names_are_unique_since_modules_are_joined_into_one_script():
    homes = {}
    for path in sorted(ASSETS.rglob("*.js")):
        for name in TOP.findall(path.read_text("utf-8")):
            homes.setdefault(name, []).append(path.name)
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


@pytest.mark.parametrize("path", sorted(ASSETS.rglob("*.js")), ids=lambda path: path.name)
def test_modules_are_small_say_what_they_are_and_parse_no_markup(path):
    text = path.read_text("utf-8")
    assert text.startswith("//"), "a module opens by saying what it is for"
    assert len(text.splitlines()) <= 400, "wants a second module"
    for forbidden in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert forbidden not in text, forbidden
