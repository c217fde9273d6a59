"""kgraph.atlas.assemble, and the pixels of press.wat beside those of raster.js."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from kgraph.atlas.assemble import assemble
from kgraph.atlas.page import read
from kgraph.errors import ExportError

NODE = shutil.which("node")
HERE = Path(__file__).parent

SUM = """
(module ;; what it is
  (memory (export "memory") 2)
  (func $sum (export "sum") (param $to i32) (param $end i32) (local $one f64)
    (block $done (loop $next
      (br_if $done (i32.ge_s (local.get $to) (local.get $end)))
      (if (i32.lt_s (local.get $to) (i32.const -300)) (then (return))
        (else (call $put (local.get $to))))
      (local.set $to (i32.add (local.get $to) (i32.const 4)))
      (br $next))))
  (func $put (param $to i32)
    (i32.store offset=8 (local.get $to)
      (i32.trunc_sat_f64_s (f64.mul (f64.const 0.5) (f64.const 1e3))))))
"""


def test_a_module_becomes_the_bytes_that_the_format_asks_for():
    assert assemble(SUM).hex() == (
        "0061736d01000000010a0260027f7f0060017f0003030200010503010002071002066d656d6f7279020003"
        "73756d00000a48022901017c02400340200020014e0d01200041d47d4804400f0520001001"
        "0b200041046a21000c000b0b0b1c00200044000000000000e03f4400000000"
        "00408f40a2fc023602080b"
    )


def test_what_the_assembler_does_not_know_is_told():
    with pytest.raises(ExportError) as told:
        assemble('(module (memory (export "memory") 1) (func $f (i32.popcnt (i32.const 1))))')
    assert str(told.value) == (
        "i32.popcnt: no instruction that kgraph/atlas/assemble.py knows: add it there"
    )


@pytest.mark.skipif(NODE is None, reason="needs node, which is not installed")
def test_what_is_assembled_draws_what_the_script_draws(tmp_path):
    code = tmp_path / "press.wasm"
    code.write_bytes(assemble(read("press.wat")))
    done = subprocess.run(
        [str(NODE), HERE / "press.mjs", code], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert found["isQuick"], "the module could not be compiled"
    assert len(found["said"]) == 16
    assert all(one["isDrawn"] for one in found["said"].values())
    # Of 255 steps; a line's place is kept in 1/65536 of a pixel, ink in single precision.
    assert {name: one for name, one in found["said"].items() if one["most"] > 2} == {}
