"""Columns of numbers and texts as a few bytes, for ``assets/data.js`` to read again.

Takes arrays and texts, gives a block: gzip (RFC 1952) over

    length of the header, 4 bytes, little-endian
    header, JSON: {"meta": …, "columns": [[name, coding, values, bytes], …]}
    the columns' bytes, one column after the other

| coding | bytes of a value |
|---|---|
| u8, u16 | the number, little-endian |
| uint | LEB128: seven bits a byte, the lowest first, the high bit says that more follow |
| delta | the difference to the value before, zigzag (0, -1, 1, -2 become 0, 1, 2, 3), as uint |
| text | two columns in one: ``NAME.length`` (uint, in UTF-16 code units, as JavaScript counts), and ``NAME``: all texts in UTF-8, a line feed after each. Lengths rule: a text may hold line feeds |

Invariants:
    * the same values give the same bytes: no name, no time of writing;
    * a column says how many values and bytes it has, so a reader allocates once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np

LEVEL = 9
"""Of zlib: 6 saves half of the time and costs 2 % of the file."""

Numbers = Any
"""An array of whole numbers, or what numpy makes one of."""


class Column(msgspec.Struct, frozen=True):
    """A named column, coded."""

    name: str
    coding: str
    values: int
    data: bytes


def u8(name: str, numbers: Numbers) -> Column:
    """Whole numbers in [0, 255]."""
    values = np.asarray(numbers)
    return Column(name, "u8", len(values), values.astype("u1").tobytes())


def u16(name: str, numbers: Numbers) -> Column:
    """Whole numbers in [0, 65535]."""
    values = np.asarray(numbers)
    return Column(name, "u16", len(values), values.astype("<u2").tobytes())


def uint(name: str, numbers: Numbers) -> Column:
    """Whole numbers in [0, 2^32)."""
    values = np.asarray(numbers, dtype=np.int64)
    return Column(name, "uint", len(values), _leb128(values))


def delta(name: str, numbers: Numbers) -> Column:
    """Whole numbers in [-2^31, 2^31), each near the one before."""
    values = np.asarray(numbers, dtype=np.int64)
    steps = np.diff(values, prepend=0)
    return Column(name, "delta", len(values), _leb128((steps << 1) ^ (steps >> 63)))


def text(name: str, texts: Iterable[str]) -> tuple[Column, Column]:
    """Texts without lone surrogates."""
    known = list(texts)
    lengths = [len(one) if one.isascii() else len(one.encode("utf-16-le")) // 2 for one in known]
    data = "".join(f"{one}\n" for one in known).encode()
    return uint(f"{name}.length", lengths), Column(name, "text", len(known), data)


def share(numbers: Numbers) -> Any:
    """Numbers in [0, 1] in steps of 1/255, for :func:`u8`."""
    return np.rint(np.clip(np.asarray(numbers, dtype=float), 0, 1) * 255).astype("u1")


def block(columns: Sequence[Column], meta: Any = None) -> bytes:
    """The block, compressed."""
    heads = [[c.name, c.coding, c.values, len(c.data)] for c in columns]
    header = msgspec.json.encode({"meta": meta, "columns": heads}, order="deterministic")
    whole = b"".join([len(header).to_bytes(4, "little"), header, *(c.data for c in columns)])
    packer = zlib.compressobj(LEVEL, wbits=31)
    return packer.compress(whole) + packer.flush()


def _leb128(values: Any) -> bytes:
    """Numbers of at most 35 bits, five columns at a time instead of a loop a number."""
    groups = (values[:, None] >> np.arange(0, 35, 7)) & 0x7F
    more = values[:, None] >= (1 << np.arange(7, 42, 7))
    wanted = np.hstack([np.ones((len(values), 1), bool), more[:, :-1]])
    return bytes((groups | (more << 7)).astype("u1")[wanted].tobytes())
