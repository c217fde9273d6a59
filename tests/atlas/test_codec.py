"""kgraph.atlas.codec: what is written is read again, here and by the page's own script."""

import json
import subprocess
from pathlib import Path

import pytest
from atlas.factories import NODE

from kgraph.atlas.codec import (
    MIN_GZIP_BYTES,
    encode_block,
    encode_delta,
    encode_text,
    encode_u8,
    encode_u16,
    encode_uint,
    quantize_shares,
)

ASSETS = Path(__file__).parents[2] / "kgraph" / "atlas" / "assets"
SCRIPT = """
import { readFileSync } from "node:fs";
import { openBlock, textsOf } from "ASSETS/blocks.js";
const { meta, columns } = await openBlock(readFileSync(process.argv[1]));
const texts = textsOf(columns, "text");
const said = { meta, text: Array.from({ length: texts.length }, (_, i) => texts.at(i)) };
const { whole, starts, length } = texts;
said.whole = Array.from({ length }, (_, i) => whole.slice(starts[i], starts[i + 1] - 1));
for (const name of ["u8", "u16", "uint", "delta"]) said[name] = Array.from(columns[name]);
process.stdout.write(JSON.stringify(said));
"""
EDGES = {
    "u8": [0, 255, 7],
    "u16": [0, 65535, 256],
    "uint": [0, 127, 128, 2**14, 2**28, 2**32 - 1],
    "delta": [0, -(2**31), 2**31 - 1, -(2**31), 5, 4, 4],
    "text": ["", "a\nb", "比特幣 🔥", "\u2028</script>", "", "é"],
}


def written(values, meta=None):
    encoders = {"u8": encode_u8, "u16": encode_u16, "uint": encode_uint, "delta": encode_delta}
    columns = [encode(name, values[name]) for name, encode in encoders.items()]
    return encode_block([*columns, *encode_text("text", values["text"])], meta)


@pytest.mark.skipif(not NODE, reason="no node on this machine")
@pytest.mark.parametrize("title", ["</script>", "long " * MIN_GZIP_BYTES], ids=["small", "packed"])
def test_the_page_reads_the_same(tmp_path, title):
    (tmp_path / "block").write_bytes(written(EDGES, [title]))
    script = SCRIPT.replace("ASSETS", ASSETS.as_uri())
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", script, tmp_path / "block"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"meta": [title], **EDGES, "whole": EDGES["text"]}


def test_a_block_is_packed_when_it_is_worth_it():
    least = MIN_GZIP_BYTES - len(encode_block([]))
    small, large = (encode_block([encode_u8("", [0] * (least + more))]) for more in (-100, 100))
    assert (len(small) > least - 100, len(large) < 1_000) == (True, True)


def test_the_same_values_give_the_same_bytes():
    assert written(EDGES) == written(EDGES)


def test_shares_are_kept_in_steps_of_a_255th():
    assert quantize_shares([0, 0.5, 1, 1.2, -1]).tolist() == [0, 128, 255, 255, 0]
