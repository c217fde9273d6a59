"""A map that was drawn before, as the start of a new one.

Takes an atlas file, gives where things stood in it. A graph with a few more episodes then keeps
the map that its readers know: what was there starts where it was and is held there, what is
new starts beside what it is tied to.
"""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from kgraph.atlas.codec import decode_block
from kgraph.atlas.encode import GRID_STEPS, expand_id
from kgraph.atlas.model import Array
from kgraph.base.errors import InputError

_BLOCK_PATTERN = '<script type="application/octet-stream" id="{}">([A-Za-z0-9+/=]*)</script>'


class PreviousMap(msgspec.Struct, frozen=True):
    """Where things stood.

    Attributes:
        places: of each thing by its id, x and y in [-1, 1].
        camps: of each thing by its id, the number of its community.
        scale: by what the forces' coordinates were multiplied.
    """

    positions: dict[str, tuple[float, float]]
    communities: dict[str, int]
    scale: float


def read_previous(path: str | Path) -> PreviousMap:
    """What stood where in an atlas.

    Raises:
        InputError: the file cannot be read, or is no atlas.
    """
    try:
        page = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as an atlas: {error}") from error
    try:
        (meta, graph), (_, names), (_, facts) = (
            decode_block(_extract_block(page, name)) for name in ("graph", "names", "facts")
        )
        return _decode_previous(meta, graph, names, facts)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise InputError(
            f"{path}: no atlas of this version of kgraph ({error}): leave out --previous"
        ) from error


def _decode_previous(meta: Any, graph: Any, names: Any, facts: Any) -> PreviousMap:
    kinds = [*(meta["types"][n] for n in graph["type"]), *["episode"] * len(graph["show"])]
    ids = [
        expand_id(kind, short, label)
        for kind, short, label in zip(kinds, facts["id"], names["label"], strict=False)
    ]
    x, y = (graph[axis] * (2 * meta["span"] / GRID_STEPS) - meta["span"] for axis in ("x", "y"))
    return PreviousMap(
        dict(zip(ids, zip(x.tolist(), y.tolist(), strict=True), strict=True)),
        dict(zip(ids, graph["community"].tolist(), strict=True)),
        float(meta["scale"]),
    )


def _extract_block(page: str, name: str) -> bytes:
    found = re.search(_BLOCK_PATTERN.format(name), page)
    if found is None:
        raise ValueError(f"it holds no block {name!r}")
    try:
        return base64.b64decode(found[1])
    except binascii.Error as error:
        raise ValueError(f"block {name!r}: {error}") from error


def start_positions(
    known: PreviousMap, ids: list[str], guess: Array, ties: Array, wide: Array
) -> tuple[Array, Array]:
    """Where nodes start, in the forces' coordinates, and which were known.

    Args:
        known: the map of before.
        ids: of the nodes.
        guess: where nodes start that nothing known is tied to.
        ties: (source, target) of all ties.
        wide: by what a map is stretched along either axis.
    """
    told = np.array([id_ in known.positions for id_ in ids], dtype=bool)
    start = guess.copy()
    for n, id_ in enumerate(ids):
        if told[n]:
            start[n] = np.array(known.positions[id_]) / (known.scale * wide)
    one, other = np.concatenate([ties, ties[::-1]], axis=1)
    leads = ~told[one] & told[other]
    count = np.bincount(one[leads], minlength=len(ids))
    for axis in (0, 1):
        total = np.bincount(one[leads], start[other[leads], axis], len(ids))
        start[:, axis] = np.where(count, total / np.maximum(count, 1), start[:, axis])
    return start, told
