"""A module in WebAssembly's text format, folded, as the bytes that a browser compiles.

Takes the text of one module (``assets/press.wat``), gives its binary (WebAssembly 2.0, sections 5
and 6 of https://webassembly.github.io/spec/core/). What that file needs is known, and no more: one
memory, functions, numbers and vectors, ``block``, ``loop``, ``if``. So the
project keeps the text that people read, and no binary beside it that nobody can.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Any

from kgraph.errors import ExportError

_TOKEN = re.compile(r';;[^\n]*|\(|\)|"[^"]*"|[^\s()";]+')
_TYPES = {"i32": 0x7F, "f32": 0x7D, "f64": 0x7C, "v128": 0x7B}
_EMPTY = 0x40

_PLAIN = {
    "return": 0x0F,
    "i32.eqz": 0x45,
    "i32.eq": 0x46,
    "i32.lt_s": 0x48,
    "i32.lt_u": 0x49,
    "i32.gt_s": 0x4A,
    "i32.le_s": 0x4C,
    "i32.ge_s": 0x4E,
    "f64.eq": 0x61,
    "f64.ne": 0x62,
    "f64.lt": 0x63,
    "f64.gt": 0x64,
    "f64.ge": 0x66,
    "i32.add": 0x6A,
    "i32.sub": 0x6B,
    "i32.mul": 0x6C,
    "i32.and": 0x71,
    "i32.or": 0x72,
    "i32.shl": 0x74,
    "i32.shr_s": 0x75,
    "f64.abs": 0x99,
    "f64.neg": 0x9A,
    "f64.ceil": 0x9B,
    "f64.floor": 0x9C,
    "f64.sqrt": 0x9F,
    "f64.add": 0xA0,
    "f64.sub": 0xA1,
    "f64.mul": 0xA2,
    "f64.div": 0xA3,
    "f64.min": 0xA4,
    "f64.max": 0xA5,
    "f32.demote_f64": 0xB6,
    "f64.convert_i32_s": 0xB7,
    "f64.promote_f32": 0xBB,
}
"""Instructions of one byte, without more."""

_VECTOR = {
    "i32x4.splat": 17,
    "f32x4.splat": 19,
    "i8x16.narrow_i16x8_u": 102,
    "f32x4.nearest": 106,
    "i16x8.extend_low_i8x16_u": 137,
    "i16x8.narrow_i32x4_s": 133,
    "i32x4.extend_low_i16x8_u": 169,
    "f32x4.add": 228,
    "f32x4.sub": 229,
    "f32x4.mul": 230,
    "i32x4.trunc_sat_f32x4_s": 248,
    "f32x4.convert_i32x4_s": 250,
}
"""Instructions over vectors, which stand behind a prefix."""

_SIMD, _SATURATING = 0xFD, 0xFC

_Labels = tuple[str, ...]
"""Of what an instruction stands in, inmost first."""


def assemble(text: str) -> bytes:
    """The binary of a module.

    Raises:
        ExportError: the text holds something that is not known here.
    """
    tree = _read(text)
    memory = next(item for item in tree if item[0] == "memory")
    functions = [item for item in tree if item[0] == "func"]
    numbers = {item[1]: number for number, item in enumerate(functions)}
    exports = [_export(memory, 2, 0)]
    exports += [
        _export(item, 0, number) for number, item in enumerate(functions) if _called(item, "export")
    ]
    types = [
        _vector([bytes([_TYPES[kind]]) for _, kind in _named(function, "param")])
        + _vector([bytes([_TYPES[kind]]) for _, kind in _called(function, "result")])
        for function in functions
    ]
    return b"\0asm\1\0\0\0" + b"".join(
        _section(number, items)
        for number, items in (
            (1, [b"\x60" + type_ for type_ in types]),
            (3, [_uint(number) for number in range(len(functions))]),
            (5, [b"\0" + _uint(int(memory[-1]))]),
            (7, exports),
            (10, [_function(item, numbers) for item in functions]),
        )
    )


def _read(text: str) -> list[Any]:
    """Items of the module as nested lists."""
    stack: list[list[Any]] = [[]]
    for token in _TOKEN.findall(text):
        if token.startswith(";;"):
            continue
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(token)
    return list(stack[0][0][1:])


def _called(item: list[Any], name: str) -> list[list[Any]]:
    return [part for part in item if isinstance(part, list) and part[0] == name]


def _named(function: list[Any], what: str) -> list[tuple[str, str]]:
    """Names and types of what a function takes (``param``) or keeps (``local``)."""
    return [(part[1], part[2]) for part in _called(function, what)]


def _export(item: list[Any], kind: int, number: int) -> bytes:
    name = _called(item, "export")[0][1].strip('"').encode()
    return _vector([bytes([one]) for one in name]) + bytes([kind]) + _uint(number)


def _function(item: list[Any], functions: dict[str, int]) -> bytes:
    kept = _named(item, "local")
    names = {name: number for number, (name, _) in enumerate([*_named(item, "param"), *kept])}
    parts = [part for part in item[2:] if part[0] not in ("export", "param", "result", "local")]
    held = _vector([b"\1" + bytes([_TYPES[kind]]) for _, kind in kept])
    code = held + _Body(names, functions).all(parts, ()) + b"\x0b"
    return _uint(len(code)) + code


class _Body:
    """Instructions of a function whose locals, like all functions, are known by name."""

    def __init__(self, names: dict[str, int], functions: dict[str, int]) -> None:
        self._names = names
        self._functions = functions

    def all(self, parts: list[Any], around: _Labels) -> bytes:
        """Folded instructions, one after the other."""
        return b"".join(self._one(part, around) for part in parts)

    def _one(self, item: list[Any], around: _Labels) -> bytes:
        """A folded instruction: what it takes, then itself."""
        op, *rest = item
        inner = [part for part in rest if isinstance(part, list)]
        words = [part for part in rest if isinstance(part, str)]
        if op in ("block", "loop"):
            head = bytes([0x02 if op == "block" else 0x03, _EMPTY])
            return head + self.all(inner, (words[0], *around)) + b"\x0b"
        if op == "if":
            asked = [part for part in inner if part[0] not in ("then", "else")]
            code = self.all(asked, around) + bytes([0x04, _EMPTY])
            code += self.all(_called(item, "then")[0][1:], ("", *around))
            for other in _called(item, "else"):
                code += b"\x05" + self.all(other[1:], ("", *around))
            return code + b"\x0b"
        return self.all(inner, around) + self._itself(op, words, around)

    def _itself(self, op: str, words: list[str], around: _Labels) -> bytes:
        """One instruction, with the words that stand beside it and without what it takes."""
        if op in _PLAIN:
            return bytes([_PLAIN[op]])
        if op in _VECTOR:
            return bytes([_SIMD]) + _uint(_VECTOR[op])
        if op not in _WORDED:
            raise ExportError(
                f"{op}: no instruction that kgraph/atlas/assemble.py knows: add it there"
            )
        head, kind = _WORDED[op]
        return head + self._word(kind, words, around)

    def _word(self, kind: str, words: list[str], around: _Labels) -> bytes:
        ways: dict[str, Callable[[], bytes]] = {
            "label": lambda: _uint(around.index(words[0])),
            "local": lambda: _uint(self._names[words[0]]),
            "function": lambda: _uint(self._functions[words[0]]),
            "lane": lambda: _uint(int(words[0])),
            "offset": lambda: _uint(int(words[0].partition("=")[2]) if words else 0),
            "whole": lambda: _int(int(words[0])),
            "real": lambda: struct.pack("<d", float(words[0])),
            "four": lambda: struct.pack("<4i", *map(int, words[1:])),  # after their shape
            "": lambda: b"",
        }
        return ways[kind]()


_WORDED = {
    "br": (b"\x0c", "label"),
    "br_if": (b"\x0d", "label"),
    "call": (b"\x10", "function"),
    "local.get": (b"\x20", "local"),
    "local.set": (b"\x21", "local"),
    # With the alignment that is promised, as a power of two.
    "i32.load": (b"\x28\2", "offset"),
    "f32.load": (b"\x2a\2", "offset"),
    "i32.store": (b"\x36\2", "offset"),
    "v128.load": (b"\xfd\x00\4", "offset"),
    "v128.store": (b"\xfd\x0b\4", "offset"),
    "i32.const": (b"\x41", "whole"),
    "f64.const": (b"\x44", "real"),
    "v128.const": (b"\xfd\x0c", "four"),
    "i32x4.extract_lane": (b"\xfd\x1b", "lane"),
    "f32x4.replace_lane": (b"\xfd\x20", "lane"),
    "i32.trunc_sat_f64_s": (bytes([_SATURATING, 2]), ""),
}
"""Instructions with words beside them: their bytes, and what the words say."""


def _section(number: int, items: list[bytes]) -> bytes:
    held = _vector(items)
    return bytes([number]) + _uint(len(held)) + held


def _vector(items: list[bytes]) -> bytes:
    return _uint(len(items)) + b"".join(items)


def _uint(value: int) -> bytes:
    """LEB128."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def _int(value: int) -> bytes:
    """The same of a number with a sign."""
    found = bytearray()
    while not -64 <= value < 64:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value & 127])
