"""Edits of the front matter of an episode file at random places.

Takes a random source and the text of a file, gives the text edited. The kinds of damage
(damage.py) are made of these.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Damage = Callable[[Random, str], "str | bytes"]


_CLOSINGS = {"---": "\n---", "+++": "\n+++", ";;;": "\n;;;", "{": "\n}"}
"""What a file begins with -> what ends its front matter."""


def find_end(text: str) -> int:
    """Where the front matter ends."""
    closing = _CLOSINGS.get(text[:3]) or _CLOSINGS.get(text[:1], "\n---")
    return max(text.find(closing, 1), 8)


def edit_lines(rng: Random, text: str, edit: Callable[[str], str]) -> str:
    """The text with one to three lines of its front matter edited."""
    lines = text.split("\n")
    last = max(text.count("\n", 0, find_end(text)), 1)
    for _ in range(rng.randint(1, 3)):
        number = rng.randint(1, last)
        if number < len(lines):
            lines[number] = edit(lines[number])
    return "\n".join(lines)


def insert(rng: Random, text: str, *pieces: str) -> str:
    """The text with one to three of the pieces at random places of its front matter."""
    for _ in range(rng.randint(1, 3)):
        offset = rng.randrange(4, find_end(text))
        text = text[:offset] + rng.choice(pieces) + text[offset:]
    return text


def add_field(rng: Random, text: str, field: str) -> str:
    """The text with a field between two of its top-level fields, or one entry deeper."""
    lines = text.split("\n")
    starts = [n for n, line in enumerate(lines) if line[:1].isalpha()] or [1]
    lines.insert(rng.choice(starts), field)
    return "\n".join(lines)


def append_field(text: str, field: str) -> str:
    """The text with a field at the end of its front matter, where it holds over all others."""
    end = find_end(text)
    return f"{text[:end]}\n{field}{text[end:]}"


def set_values(rng: Random, text: str, *values: str) -> str:
    """The text with the values of one to three of its keys replaced."""

    def edit(line: str) -> str:
        key, colon, _ = line.partition(":")
        return f"{key}: {rng.choice(values)}" if colon else f"{line[:2]}{rng.choice(values)}"

    return edit_lines(rng, text, edit)


def rename_keys_to(rng: Random, text: str, *names: str) -> str:
    def edit(line: str) -> str:
        key, colon, value = line.partition(":")
        margin = key[: len(key) - len(key.lstrip(" -"))]
        return f"{margin}{rng.choice(names)}{colon}{value}" if colon else line

    return edit_lines(rng, text, edit)


def move(rng: Random, text: str, *, times: int, keep: bool) -> str:
    """The text with some lines elsewhere: ``times`` copies, the original kept or not."""
    lines = text.split("\n")
    start = rng.randrange(1, len(lines))
    block = lines[start : start + rng.randint(1, 12)]
    if not keep:
        del lines[start : start + len(block)]
    target = start if keep and rng.random() < 0.5 else rng.randint(1, len(lines))
    lines[target:target] = block * times
    return "\n".join(lines)
