"""Reads the map of an earlier atlas, as the start of a new one.

A graph with a few more episodes then keeps the map that its readers know. Known nodes start at
their position and are pulled back to it. New nodes start next to the nodes that they are tied to.
"""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path

import msgspec
import numpy as np

from kgraph.atlas.codec import decode_block
from kgraph.atlas.encode import GRID_STEPS, expand_id
from kgraph.atlas.model import Array
from kgraph.base.errors import InputError

_BLOCK_PATTERN = '<script type="application/octet-stream" id="{}">([A-Za-z0-9+/=]*)</script>'


class PreviousMap(msgspec.Struct, frozen=True):
    """Positions and communities of an earlier atlas, by id."""

    positions: dict[str, tuple[float, float]]  #: in [-1, 1]
    communities: dict[str, int]
    scale: float  #: factor from coordinates of the simulation to those of the map


def read_previous(path: str | Path) -> PreviousMap:
    """Read the map of an atlas.

    Raises:
        InputError: the file cannot be read, or is not an atlas.
    """
    try:
        page = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as an atlas: {error}") from error
    try:
        (meta, graph), (_, names), (_, facts) = (
            decode_block(_extract_block(page, name)) for name in ("graph", "names", "facts")
        )
        kinds = [*(meta["types"][n] for n in graph["type"]), *["episode"] * len(graph["show"])]
        ids = [  # the ids and labels of leaves, which come last, are not needed
            expand_id(kind, short, label)
            for kind, short, label in zip(kinds, facts["id"], names["label"], strict=False)
        ]
        span = meta["span"]
        x, y = (graph[axis] * (2 * span / GRID_STEPS) - span for axis in ("x", "y"))
        return PreviousMap(
            dict(zip(ids, zip(x.tolist(), y.tolist(), strict=True), strict=True)),
            dict(zip(ids, graph["community"].tolist(), strict=True)),
            float(meta["scale"]),
        )
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise InputError(
            f"{path}: no atlas of this version of kgraph ({error}): leave out --previous"
        ) from error


def _extract_block(page: str, name: str) -> bytes:
    match = re.search(_BLOCK_PATTERN.format(name), page)
    if match is None:
        raise ValueError(f"it has no block {name!r}")
    try:
        return base64.b64decode(match[1])
    except binascii.Error as error:
        raise ValueError(f"block {name!r}: {error}") from error


def start_positions(
    previous: PreviousMap, ids: list[str], guess: Array, ties: Array, stretch: Array
) -> tuple[Array, Array]:
    """Return start positions in the simulation's coordinates, and which nodes are known.

    Args:
        previous: the earlier map.
        ids: ids of the nodes.
        guess: positions of nodes without ties to known nodes.
        ties: numbers of the ends of all ties, in two rows.
        stretch: factor by which the map is stretched along each axis.
    """
    is_known = np.array([id_ in previous.positions for id_ in ids], dtype=bool)
    start = guess.copy()
    for n, id_ in enumerate(ids):
        if is_known[n]:
            start[n] = np.array(previous.positions[id_]) / (previous.scale * stretch)
    first, second = np.concatenate([ties, ties[::-1]], axis=1)
    # A new node starts at the mean position of the known nodes that it is tied to.
    is_to_known = ~is_known[first] & is_known[second]
    new, known = first[is_to_known], second[is_to_known]
    count = np.bincount(new, minlength=len(ids))
    for axis in (0, 1):
        total = np.bincount(new, start[known, axis], len(ids))
        start[:, axis] = np.where(count, total / np.maximum(count, 1), start[:, axis])
    return start, is_known
