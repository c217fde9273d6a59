"""Leave files and folders out of the sources by patterns of ``.gitignore``.

Semantics are those of https://git-scm.com/docs/gitignore, as the library pathspec has them: a
pattern without a slash, except at its end, holds at any depth; ``!`` takes files in again; what is
in a folder that is left out stays out. One thing differs: ``#`` begins no comment, since a list has
no use for it.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from kgraph.base.errors import InputError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_SPECIAL_CHARACTERS = re.compile(r"[\\*?\[\]]|^[!#]| $")


class Exclusion(msgspec.Struct, frozen=True):
    """Patterns, and the folder that they are relative to.

    For a file that is not below that folder, they are relative to its source.
    """

    folder: str = ""  #: absolute
    patterns: tuple[str, ...] = ()


NO_EXCLUSION = Exclusion()


def parse_exclusion(patterns: Sequence[str] | str, folder: str | os.PathLike[str]) -> Exclusion:
    """Return the exclusion of some patterns; blank ones are dropped.

    Raises:
        InputError: a pattern cannot be read.
    """
    texts = [patterns] if isinstance(patterns, str) else patterns
    chosen = tuple(text for text in texts if text.strip())
    exclusion = Exclusion(os.path.abspath(folder), chosen) if chosen else NO_EXCLUSION
    ExclusionMatcher(exclusion)
    return exclusion


def parse_named_exclusion(patterns: Sequence[str] | str | None) -> Exclusion | None:
    """Return the exclusion of patterns that are relative to the current folder; None for None.

    Raises:
        InputError: a pattern cannot be read.
    """
    return None if patterns is None else parse_exclusion(patterns, os.curdir)


def escape_pattern(name: str) -> str:
    r"""Return the pattern that a name alone matches.

    >>> print(escape_pattern("[x] a*b"))
    \[x\] a\*b
    """
    return _SPECIAL_CHARACTERS.sub(r"\\\g<0>", name)


class ExclusionMatcher:
    """Matches paths, and remembers which patterns matched.

    Raises:
        InputError: a pattern cannot be read.
    """

    def __init__(self, exclusion: Exclusion) -> None:
        self._above = os.path.join(exclusion.folder, "")
        self._specs = [(pattern, _compile(pattern)) for pattern in exclusion.patterns]
        self.unused = dict.fromkeys(exclusion.patterns)  #: patterns that matched nothing, in order

    def matches(self, root: str, path: str, is_folder: bool) -> bool:
        """Return whether a file or folder is left out.

        Args:
            root: folder of its source; absolute, as ``path`` is.
        """
        if not self._specs:
            return False
        is_below = path.startswith(self._above)
        relative = path[len(self._above) :] if is_below else os.path.relpath(path, root)
        name = _normalize(relative.replace(os.sep, "/"))
        is_left_out = False
        for pattern, spec in self._specs:
            # "a/**" is all in the folder a, and not the folder.
            end = "/" if is_folder and pattern.endswith("/") else ""
            include = spec.check_file(f"{name}{end}").include
            if include is not None:
                is_left_out = include
                self.unused.pop(pattern, None)
        return is_left_out


def _compile(pattern: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    text = _normalize(pattern)
    if text.startswith("#"):
        text = f"\\{text}"
    elif text.startswith("./"):
        text = text[1:]
    try:
        return GitIgnoreSpec.from_lines([text])
    except (ValueError, re.error) as error:
        raise InputError(
            f"{pattern!r}: no pattern of .gitignore: write for example Templates/ or *.draft.md"
        ) from error


def _normalize(text: str) -> str:
    """Return a text in the normal form that people type; macOS gives names in another."""
    return unicodedata.normalize("NFC", text)
