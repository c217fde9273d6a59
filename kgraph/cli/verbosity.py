"""How much a command says on standard error: ``--quiet`` and ``--verbose``.

A command line is one run of one process, so the level is a variable of this module; it is set
back when the next command line is parsed.
"""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """From errors alone to everything that may help to find out what happened."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


_level = Level.NORMAL


def set_level(level: Level) -> None:
    """Make a level the one that counts, for this command line."""
    global _level  # noqa: PLW0603
    _level = level


def is_quiet() -> bool:
    """Whether only errors are wanted."""
    return _level is Level.QUIET


def is_verbose() -> bool:
    """Whether times, paths and every problem are wanted, too."""
    return _level is Level.VERBOSE
