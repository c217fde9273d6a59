"""Codec of compact blocks of numbers and texts; ``assets/blocks.js`` reads them.

Takes arrays and texts, returns a block: the following bytes, compressed with gzip (RFC 1952) from
:data:`MIN_GZIP_BYTES` bytes on. Smaller blocks stay as they are, since starting to decompress costs
a page more time than it saves:

    length of the header, 4 bytes, little-endian
    header, JSON: {"meta": …, "columns": [[name, coding, values, bytes], …]}
    the bytes of the columns, in order

=======  ======================================================================================
coding   bytes of a value
=======  ======================================================================================
u8, u16  the number, little-endian
uint     LEB128: seven bits a byte, the lowest first, the high bit says that more follow
delta    the difference to the previous value, zigzag (0, -1, 1, -2 become 0, 1, 2, 3), as uint
text     UTF-8, a line feed after each
=======  ======================================================================================

A text may contain line feeds: the column ``NAME.length`` (uint) before it holds the length of each
text in UTF-16 code units, the unit of JavaScript.

Invariants:
    * the same values give the same bytes: no name, no time of writing;
    * the header has the number of values and bytes of each column, so a reader allocates once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np

ATLAS_GZIP_LEVEL = 9  #: level 6 saves half of the time and makes the file 2 % larger
MIN_GZIP_BYTES = 65_536  #: smallest block that is compressed

IntArrayLike = Any  #: an array of integers, or a sequence that numpy converts to one


class EncodedColumn(msgspec.Struct, frozen=True):
    """A named column in its coding."""

    name: str
    coding: str
    values: int
    data: bytes


def encode_u8(name: str, numbers: IntArrayLike) -> EncodedColumn:
    """Encode integers in [0, 255]."""
    values = np.asarray(numbers)
    return EncodedColumn(name, "u8", len(values), values.astype("u1").tobytes())


def encode_u16(name: str, numbers: IntArrayLike) -> EncodedColumn:
    """Encode integers in [0, 65535]."""
    values = np.asarray(numbers)
    return EncodedColumn(name, "u16", len(values), values.astype("<u2").tobytes())


def encode_uint(name: str, numbers: IntArrayLike) -> EncodedColumn:
    """Encode integers in [0, 2^32)."""
    values = np.asarray(numbers, dtype=np.int64)
    return EncodedColumn(name, "uint", len(values), _encode_leb128(values))


def encode_delta(name: str, numbers: IntArrayLike) -> EncodedColumn:
    """Encode integers in [-2^31, 2^31), each close to the previous one."""
    values = np.asarray(numbers, dtype=np.int64)
    steps = np.diff(values, prepend=0)
    return EncodedColumn(name, "delta", len(values), _encode_leb128((steps << 1) ^ (steps >> 63)))


def encode_text(name: str, texts: Iterable[str]) -> tuple[EncodedColumn, EncodedColumn]:
    """Encode texts without lone surrogates."""
    values = list(texts)
    lengths = [len(v) if v.isascii() else len(v.encode("utf-16-le")) // 2 for v in values]
    data = "".join(f"{value}\n" for value in values).encode()
    return encode_uint(f"{name}.length", lengths), EncodedColumn(name, "text", len(values), data)


def quantize_shares(numbers: IntArrayLike) -> Any:
    """Quantize numbers in [0, 1] to steps of 1/255, for :func:`encode_u8`."""
    return np.rint(np.clip(np.asarray(numbers, dtype=float), 0, 1) * 255).astype("u1")


def encode_block(columns: Sequence[EncodedColumn], meta: Any = None) -> bytes:
    """Encode columns, and ``meta`` as JSON, as a block."""
    heads = [[c.name, c.coding, c.values, len(c.data)] for c in columns]
    header = msgspec.json.encode({"meta": meta, "columns": heads}, order="deterministic")
    block = b"".join([len(header).to_bytes(4, "little"), header, *(c.data for c in columns)])
    return compress_gzip(block) if len(block) >= MIN_GZIP_BYTES else block


def compress_gzip(data: bytes) -> bytes:
    """Compress bytes as gzip, without name and time of writing."""
    compressor = zlib.compressobj(ATLAS_GZIP_LEVEL, wbits=31)
    return compressor.compress(data) + compressor.flush()


def _encode_leb128(values: Any) -> bytes:
    """Encode numbers of at most 35 bits; numpy handles all numbers of a group at once."""
    groups = (values[:, None] >> np.arange(0, 35, 7)) & 0x7F
    more = values[:, None] >= (1 << np.arange(7, 42, 7))
    is_used = np.hstack([np.ones((len(values), 1), bool), more[:, :-1]])
    return bytes((groups | (more << 7)).astype("u1")[is_used].tobytes())
