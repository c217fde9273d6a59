"""The pixels of press.wat beside those of raster.js."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import wasmtime

from kgraph import atlas

NODE = shutil.which("node")
HERE = Path(__file__).parent

ASSETS = Path(atlas.__file__).parent / "assets"
TEXT, CODE = ASSETS / "press.wat", ASSETS / "press.wasm"


def test_what_lies_here_is_what_its_text_is_assembled_to():
    assert CODE.read_bytes() == wasmtime.wat2wasm(TEXT.read_text("utf-8")), "make press"


@pytest.mark.skipif(NODE is None, reason="needs node, which is not installed")
def test_what_is_assembled_draws_what_the_script_draws():
    done = subprocess.run(
        [str(NODE), HERE / "press.mjs", CODE], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert found["isQuick"], "the module could not be compiled"
    assert len(found["said"]) == 16
    assert all(one["isDrawn"] for one in found["said"].values())
    # Of 255 steps; a line's place is kept in 1/65536 of a pixel, ink in single precision.
    assert {name: one for name, one in found["said"].items() if one["most"] > 2} == {}
