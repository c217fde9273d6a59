"""Paths to files: which episode files there are, under which names, in which order.

Takes what a user names: files, folders, glob patterns, ``-`` for standard input. Gives
:class:`SourceFile` values, sorted by name, so that no file system decides the order, and
problems for what cannot be read. Links are followed; what is reached twice is one file.

Invariant: names are unique, use ``/``, and hold no lone surrogate.
"""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.model import Problem
from kgraph.ingest import limits
from kgraph.ingest.naming import Candidate, unique_names
from kgraph.ingest.problems import REFUSED, Report

SUFFIXES = (".md", ".markdown")
"""Suffixes of episode files in folders; a file that is named itself may have any."""

TOOL_FOLDERS = frozenset(
    (".git", ".hg", ".svn", ".obsidian", ".trash", ".idea", ".vscode", ".venv")
)
"""Hidden folders that hold nobody's notes: they are left out without a word."""

_MAGIC = re.compile(r"[*?\[]")


class SourceFile(msgspec.Struct, frozen=True):
    """A file to read.

    Attributes:
        path: absolute, or "-" for standard input.
        name: relative to the path that was given, with ``/``; unique in the build.
        data: the bytes, where they can be read only once (standard input).
    """

    path: str
    name: str
    data: bytes | None = None


class FoundFiles(msgspec.Struct, frozen=True):
    """The files that paths lead to, sorted by name, and what could not be read."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...] = ()


def find(paths: Sequence[str | Path] | str | Path) -> FoundFiles:
    """The episode files that paths lead to.

    Args:
        paths: files, folders (searched for ``*.md`` and ``*.markdown``, at any depth),
            glob patterns, or ``-`` for one episode on standard input.

    Raises:
        InputError: a path does not exist, or a pattern matches nothing.
    """
    search = _Search()
    for path in [paths] if isinstance(paths, (str, Path)) else paths:
        search.path(os.fspath(path))
    return search.found()


class _Search:
    """Collects files over several paths."""

    def __init__(self) -> None:
        self._files: dict[str, SourceFile] = {}  # by real path: what is reached twice is one
        self._candidates: list[Candidate] = []
        self._folders: set[str] = set()
        self._hidden: list[str] = []
        self._problems: list[Problem] = []

    def found(self) -> FoundFiles:
        """All that was found."""
        names = unique_names(self._candidates)
        files = [
            msgspec.structs.replace(file, name=name)
            for file, name in zip(self._files.values(), names, strict=True)
        ]
        if self._hidden:
            first = min(self._hidden)
            self._tell(
                first, "hidden", "hidden files and folders:", "left out", f"{len(self._hidden):,}"
            )
        return FoundFiles(
            tuple(sorted(files, key=lambda file: file.name)), tuple(sorted(self._problems))
        )

    def path(self, path: str) -> None:
        """Take what one path of the user leads to."""
        if path == "-":
            self._stdin()
            return
        try:
            status = os.stat(path)
        except ValueError as error:  # a NUL character
            raise InputError(f"{_printable(path)!r}: no path: {_MOVE}") from error
        except OSError as error:
            self._not_there(path, error)
        else:
            self._root(os.path.abspath(path), path, status)

    def _not_there(self, path: str, error: OSError) -> None:
        if os.path.islink(path) or error.errno not in (errno.ENOENT, errno.ENOTDIR):
            self._tell_broken(_printable(path), error)
        elif _MAGIC.search(path):
            self._pattern(path)
        else:
            raise InputError(f"{_printable(path)}: no such file or folder: {_MOVE}") from error

    def _root(self, root: str, given: str, status: os.stat_result) -> None:
        if not stat.S_ISDIR(status.st_mode):
            self._take(os.path.dirname(root), root, status)
            return
        before = len(self._files), len(self._problems)
        self._walk(root, [root])
        if (len(self._files), len(self._problems)) == before:
            message = f"no {' or '.join(f'*{suffix}' for suffix in SUFFIXES)} in it"
            self._tell(_printable(given), "folder-empty", message, "nothing read")

    def _pattern(self, pattern: str) -> None:
        paths = sorted(glob.glob(pattern, recursive=True))
        if not paths:
            raise InputError(f"{_printable(pattern)}: nothing matches this pattern: {_MOVE}")
        root = os.path.abspath(os.path.dirname(_MAGIC.split(pattern)[0]))
        folders: list[str] = []
        for path in paths:
            self._visit(root, os.path.abspath(path), folders)
        self._walk(root, folders[::-1])

    def _walk(self, root: str, folders: list[str]) -> None:
        while folders:
            folder = folders.pop()
            real = os.path.realpath(folder)
            if real not in self._folders:
                self._folders.add(real)
                for name in self._names(root, folder):
                    self._visit(root, os.path.join(folder, name), folders)

    def _names(self, root: str, folder: str) -> list[str]:
        try:
            return sorted(os.listdir(folder))
        except OSError as error:
            self._tell_broken(_below(root, folder), error)
            return []

    def _visit(self, root: str, path: str, folders: list[str]) -> None:
        """An entry of a folder: a file to take, a folder to enter later, or neither."""
        name = os.path.basename(path)
        try:
            status = os.stat(path)
        except OSError as error:
            if name[0] != ".":
                self._tell_broken(_below(root, path), error)
            return
        is_folder = stat.S_ISDIR(status.st_mode)
        if not is_folder and not name.lower().endswith(SUFFIXES):
            return
        if name[0] == ".":
            if not (is_folder and (name in TOOL_FOLDERS or _is_store(path))):
                self._hidden.append(_below(root, path))
        elif not is_folder:
            self._take(root, path, status)
        elif _leads_back(path):
            self._tell(_below(root, path), "link-broken", "leads back to itself", "left out")
        else:
            folders.append(path)

    def _take(self, root: str, path: str, status: os.stat_result) -> None:
        if stat.S_ISREG(status.st_mode):
            candidate = Candidate(tuple(_posix(root).strip("/").split("/")), _below(root, path))
            self._add(os.path.realpath(path), SourceFile(path, ""), candidate)
        else:
            self._tell(_below(root, path), "file-unreadable", "not a regular file", REFUSED)

    def _add(self, real: str, file: SourceFile, candidate: Candidate) -> None:
        if real not in self._files:
            self._files[real] = file
            self._candidates.append(candidate)

    def _stdin(self) -> None:
        if "-" not in self._files:
            data = sys.stdin.buffer.read(limits.FILE_BYTES + 1)
            self._add("-", SourceFile("-", "", data), Candidate((), "stdin.md"))

    def _tell_broken(self, name: str, error: OSError) -> None:
        if error.errno in (errno.ENOENT, errno.ELOOP):
            self._tell(name, "link-broken", _LINKS[error.errno], "left out")
        else:
            self._tell(name, "file-unreadable", f"cannot be read: {error.strerror}", "left out")

    def _tell(self, name: str, code: str, message: str, action: str, value: str = "") -> None:
        report = Report(name)
        report.add(code, message, action, value=value)
        self._problems += report.problems()


_LINKS = {errno.ENOENT: "a link that leads nowhere", errno.ELOOP: "a link that leads to itself"}
_MOVE = "name an episode file, a folder, a quoted glob pattern, or - for standard input"


def _is_store(folder: str) -> bool:
    """Whether a folder is a store of ours, which a build may make among the notes."""
    return all(os.path.exists(os.path.join(folder, name)) for name in ("lock", "builds"))


def _leads_back(folder: str) -> bool:
    """Whether a link to a folder leads to one that holds the link."""
    holder = os.path.realpath(os.path.dirname(folder))
    return os.path.islink(folder) and f"{holder}{os.sep}".startswith(
        os.path.join(os.path.realpath(folder), "")
    )


def _below(root: str, path: str) -> str:
    below = os.path.relpath(path, root)
    return _printable(_posix(os.path.basename(path) if below == "." else below))


def _posix(path: str) -> str:
    return path.replace(os.sep, "/")


def _printable(path: str) -> str:
    """The path as text that any output can carry: bytes that are no UTF-8 as ``\\xff``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
