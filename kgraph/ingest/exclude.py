"""Leave files and folders out of the sources by patterns of ``.gitignore``.

Semantics are those of https://git-scm.com/docs/gitignore: a pattern without a slash, except at its
end, holds at any depth; ``!`` takes files in again; what is in a folder that is left out stays out.
One thing differs: ``#`` begins no comment, since a list has no use for it. Names are matched by the
library wcmatch.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import msgspec

from kgraph.base.errors import InputError

_BLANKS_AT_END = re.compile(r"(?<!\\) +$")
_BACKSLASH_AT_END = re.compile(r"(?<!\\)(?:\\\\)*\\$")
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
    for text in texts:
        _check_text(text)
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
        self._rules = [_parse_pattern(pattern) for pattern in exclusion.patterns]
        self.unused = dict.fromkeys(exclusion.patterns)  #: patterns that matched nothing, in order

    def matches(self, root: str, path: str, is_folder: bool) -> bool:
        """Return whether a file or folder is left out, or a folder that it is in.

        Args:
            root: folder of its source; absolute, as ``path`` is.
        """
        if not self._rules:
            return False
        is_below = path.startswith(self._above)
        relative = path[len(self._above) :] if is_below else os.path.relpath(path, root)
        *folders, name = accumulate(_normalize(relative).split(os.sep), "{}/{}".format)
        return any(self._find_last_match(each, is_folder=True) for each in folders) or (
            self._find_last_match(name, is_folder)
        )

    def _find_last_match(self, name: str, is_folder: bool) -> bool:
        """Return whether the last pattern of a name leaves it out."""
        is_left_out = False
        for rule in self._rules:
            if (is_folder or not rule.is_of_folders) and rule.names.fullmatch(name):
                is_left_out = not rule.takes_in
                self.unused.pop(rule.pattern, None)
        return is_left_out


class _Rule(NamedTuple):
    """A pattern as it was written, and what it means."""

    pattern: str
    names: re.Pattern[str]
    takes_in: bool
    is_of_folders: bool


def _check_text(pattern: object) -> None:
    if not isinstance(pattern, str):
        raise InputError(f"{pattern!r}: no text: write patterns as texts, such as 'Templates/'")
    try:
        pattern.encode()
    except UnicodeEncodeError as error:  # bytes of the command line, as surrogates
        raise InputError(
            f"{pattern!r}: not UTF-8: write ? for each character that is not, or * for many"
        ) from error


def _parse_pattern(pattern: str) -> _Rule:
    from wcmatch import glob

    text = _BLANKS_AT_END.sub("", _normalize(pattern)).removeprefix("./")
    takes_in = text.startswith("!")
    text = text.removeprefix("!")
    names = text.removesuffix("/")
    is_anchored = "/" in names or pattern.startswith("./")
    path = names.removeprefix("/") if is_anchored else f"**/{names}"
    flags = glob.GLOBSTAR | glob.DOTGLOB | glob.FORCEUNIX | glob.CASE
    try:
        if not names or _BACKSLASH_AT_END.search(names):
            raise ValueError(pattern)
        [expression], _ = glob.translate(path, flags=flags)
        return _Rule(pattern, re.compile(expression), takes_in, text.endswith("/"))
    except (ValueError, re.error) as error:
        raise InputError(
            f"{pattern!r}: no pattern of .gitignore: write for example Templates/ or *.draft.md"
        ) from error


def _normalize(text: str) -> str:
    return unicodedata.normalize("NFC", text)
