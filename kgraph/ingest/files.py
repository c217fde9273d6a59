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
from kgraph.base.model import InputProblem
from kgraph.ingest import limits
from kgraph.ingest.naming import FileLocation, assign_unique_names
from kgraph.ingest.problems import FILE_LEFT_OUT, ProblemCollector

EPISODE_SUFFIXES = (".md", ".markdown")
"""Suffixes of episode files in folders; a file that is named itself may have any."""

TOOL_FOLDERS = frozenset(
    (".git", ".hg", ".svn", ".obsidian", ".trash", ".idea", ".vscode", ".venv")
)
"""Hidden folders that hold nobody's notes: they are left out without a word."""

_GLOB_CHARACTERS = re.compile(r"[*?\[]")


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
    problems: tuple[InputProblem, ...] = ()


def find_files(paths: Sequence[str | Path] | str | Path) -> FoundFiles:
    """The episode files that paths lead to.

    Args:
        paths: files, folders (searched for ``*.md`` and ``*.markdown``, at any depth),
            glob patterns, or ``-`` for one episode on standard input.

    Raises:
        InputError: a path does not exist, or a pattern matches nothing.
    """
    search = _FileFinder()
    for path in [paths] if isinstance(paths, (str, Path)) else paths:
        search.add_path(os.fspath(path))
    return search.collect()


class _FileFinder:
    """Collects files over several paths."""

    def __init__(self) -> None:
        self._files: dict[str, SourceFile] = {}  # by real path: what is reached twice is one
        self._candidates: list[FileLocation] = []
        self._folders: set[str] = set()
        self._hidden: list[str] = []
        self._problems: list[InputProblem] = []

    def collect(self) -> FoundFiles:
        """All that was found."""
        names = assign_unique_names(self._candidates)
        files = [
            msgspec.structs.replace(file, name=name)
            for file, name in zip(self._files.values(), names, strict=True)
        ]
        if self._hidden:
            first = min(self._hidden)
            self._report(
                first, "hidden", "hidden files and folders:", "left out", f"{len(self._hidden):,}"
            )
        return FoundFiles(
            tuple(sorted(files, key=lambda file: file.name)), tuple(sorted(self._problems))
        )

    def add_path(self, path: str) -> None:
        """Take what one path of the user leads to."""
        if path == "-":
            self._add_stdin()
            return
        try:
            status = os.stat(path)
        except ValueError as error:  # a NUL character
            raise InputError(f"{_to_printable(path)!r}: no path: {_USAGE}") from error
        except OSError as error:
            self._handle_missing(path, error)
        else:
            self._add_root(os.path.abspath(path), path, status)

    def _handle_missing(self, path: str, error: OSError) -> None:
        if os.path.islink(path) or error.errno not in (errno.ENOENT, errno.ENOTDIR):
            self._report_unreadable(_to_printable(path), error)
        elif _GLOB_CHARACTERS.search(path):
            self._add_pattern(path)
        else:
            raise InputError(f"{_to_printable(path)}: no such file or folder: {_USAGE}") from error

    def _add_root(self, root: str, given: str, status: os.stat_result) -> None:
        if not stat.S_ISDIR(status.st_mode):
            self._add_file(os.path.dirname(root), root, status)
            return
        before = len(self._files), len(self._problems)
        self._walk(root, [root])
        if (len(self._files), len(self._problems)) == before:
            message = f"no {' or '.join(f'*{suffix}' for suffix in EPISODE_SUFFIXES)} in it"
            self._report(_to_printable(given), "folder-empty", message, "nothing read")

    def _add_pattern(self, pattern: str) -> None:
        paths = sorted(glob.glob(pattern, recursive=True))
        if not paths:
            raise InputError(f"{_to_printable(pattern)}: nothing matches this pattern: {_USAGE}")
        root = os.path.abspath(os.path.dirname(_GLOB_CHARACTERS.split(pattern)[0]))
        folders: list[str] = []
        for path in paths:
            self._visit_entry(root, os.path.abspath(path), folders)
        self._walk(root, folders[::-1])

    def _walk(self, root: str, folders: list[str]) -> None:
        while folders:
            folder = folders.pop()
            real = os.path.realpath(folder)
            if real not in self._folders:
                self._folders.add(real)
                for name in self._list_folder(root, folder):
                    self._visit_entry(root, os.path.join(folder, name), folders)

    def _list_folder(self, root: str, folder: str) -> list[str]:
        try:
            return sorted(os.listdir(folder))
        except OSError as error:
            self._report_unreadable(_relative_name(root, folder), error)
            return []

    def _visit_entry(self, root: str, path: str, folders: list[str]) -> None:
        """An entry of a folder: a file to take, a folder to enter later, or neither."""
        name = os.path.basename(path)
        try:
            status = os.stat(path)
        except OSError as error:
            if name[0] != ".":
                self._report_unreadable(_relative_name(root, path), error)
            return
        is_folder = stat.S_ISDIR(status.st_mode)
        if not is_folder and not name.lower().endswith(EPISODE_SUFFIXES):
            return
        if name[0] == ".":
            if not (is_folder and (name in TOOL_FOLDERS or _is_store(path))):
                self._hidden.append(_relative_name(root, path))
        elif not is_folder:
            self._add_file(root, path, status)
        elif _is_link_loop(path):
            self._report(
                _relative_name(root, path), "link-broken", "leads back to itself", "left out"
            )
        else:
            folders.append(path)

    def _add_file(self, root: str, path: str, status: os.stat_result) -> None:
        if stat.S_ISREG(status.st_mode):
            candidate = FileLocation(
                tuple(_to_posix(root).strip("/").split("/")), _relative_name(root, path)
            )
            self._register(os.path.realpath(path), SourceFile(path, ""), candidate)
        else:
            self._report(
                _relative_name(root, path), "file-unreadable", "not a regular file", FILE_LEFT_OUT
            )

    def _register(self, real: str, file: SourceFile, candidate: FileLocation) -> None:
        if real not in self._files:
            self._files[real] = file
            self._candidates.append(candidate)

    def _add_stdin(self) -> None:
        if "-" not in self._files:
            data = sys.stdin.buffer.read(limits.MAX_FILE_BYTES + 1)
            self._register("-", SourceFile("-", "", data), FileLocation((), "stdin.md"))

    def _report_unreadable(self, name: str, error: OSError) -> None:
        if error.errno in (errno.ENOENT, errno.ELOOP):
            self._report(name, "link-broken", _BROKEN_LINK_MESSAGES[error.errno], "left out")
        else:
            self._report(name, "file-unreadable", f"cannot be read: {error.strerror}", "left out")

    def _report(self, name: str, code: str, message: str, action: str, value: str = "") -> None:
        report = ProblemCollector(name)
        report.add(code, message, action, value=value)
        self._problems += report.problems()


_BROKEN_LINK_MESSAGES = {
    errno.ENOENT: "a link that leads nowhere",
    errno.ELOOP: "a link that leads to itself",
}
_USAGE = "name an episode file, a folder, a quoted glob pattern, or - for standard input"


def _is_store(folder: str) -> bool:
    """Whether a folder is a store of ours, which a build may make among the notes."""
    return all(os.path.exists(os.path.join(folder, name)) for name in ("lock", "builds"))


def _is_link_loop(folder: str) -> bool:
    """Whether a link to a folder leads to one that holds the link."""
    holder = os.path.realpath(os.path.dirname(folder))
    return os.path.islink(folder) and f"{holder}{os.sep}".startswith(
        os.path.join(os.path.realpath(folder), "")
    )


def _relative_name(root: str, path: str) -> str:
    below = os.path.relpath(path, root)
    return _to_printable(_to_posix(os.path.basename(path) if below == "." else below))


def _to_posix(path: str) -> str:
    return path.replace(os.sep, "/")


def _to_printable(path: str) -> str:
    """The path as text that any output can carry: bytes that are no UTF-8 as ``\\xff``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
