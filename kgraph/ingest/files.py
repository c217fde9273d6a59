"""Find the episode files that the user means, give them unique names, and sort them.

A user names files, folders, glob patterns, or ``-`` for standard input. Files are sorted by name,
so that the order is the same everywhere. Links are followed; a file reached twice counts once.
A vault that was exported among the notes is left out: its notes are made from a graph.

Invariant: names are unique, use ``/``, and have no lone surrogate.
"""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.model import InputProblem
from kgraph.base.text import shorten
from kgraph.ingest import limits
from kgraph.ingest.exclude import NO_EXCLUSION, Exclusion, ExclusionMatcher
from kgraph.ingest.problems import FILE_LEFT_OUT, ProblemCollector
from kgraph.ingest.unique_names import FileLocation, assign_unique_names

#: Suffixes of episode files in folders; a file that the user names may have any.
EPISODE_SUFFIXES = (".md", ".markdown", ".mdx")

#: Hidden folders of tools, which are left out without a problem.
TOOL_FOLDERS = frozenset(
    (".git", ".hg", ".svn", ".obsidian", ".trash", ".idea", ".vscode", ".venv")
)

VAULT_MANIFEST = "kgraph-vault.json"  #: in each folder that ``kgraph export vault`` writes

FINE_CLOCK_NS = 50_000_000  #: after which times of a local file system differ
COARSE_CLOCK_NS = 3_000_000_000

GLOB_CHARACTERS = re.compile(r"[*?\[]")
_BROKEN_LINK_MESSAGES = {
    errno.ENOENT: "a link whose target is missing",
    errno.ELOOP: "a link that leads to itself",
}
_USAGE = "name an episode file, a folder, a quoted glob pattern, or - for standard input"


#: Paths of episodes, as a caller names them: several, or one.
SourcePaths = Iterable[str | Path] | str | Path


def has_episode_suffix(name: str) -> bool:
    return name.lower().endswith(EPISODE_SUFFIXES)


class SourceFile(msgspec.Struct, frozen=True):
    """A file to read."""

    path: str  #: absolute, or "-" for standard input
    name: str  #: relative to the path that the user named, with ``/``; unique in the build
    data: bytes | None = None  #: the bytes, if they can be read only once (standard input)
    state: tuple[int, ...] = ()  #: as of :func:`describe_state`, when it was found


def describe_state(status: os.stat_result) -> tuple[int, ...]:
    """Return what tells whether a file was written to: size, inode, times; () if that is unsure.

    It is unsure just after a write: the clock of the file system may give the next one the same
    time ("racy" entries of Git's index, https://git-scm.com/docs/racy-git). Times of whole
    milliseconds may be of a clock that counts pairs of seconds.
    """
    is_coarse = status.st_mtime_ns % 1_000_000 == 0
    settled = time.time_ns() - (COARSE_CLOCK_NS if is_coarse else FINE_CLOCK_NS)
    last_change = max(status.st_mtime_ns, status.st_ctime_ns)
    return _list_state(status) if last_change < settled else ()


def read_state(path: str | Path) -> tuple[int, ...]:
    """Return what tells one content of a file from another, now; () if it cannot be looked at.

    Of a file that was just written to, it may be the same after the next write
    (:func:`describe_state`).
    """
    try:
        return _list_state(os.stat(path))
    except OSError:
        return ()


def _list_state(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)


class FoundFiles(msgspec.Struct, frozen=True):
    """The files that were found, sorted by name, and the problems of unreadable ones."""

    files: tuple[SourceFile, ...]
    problems: tuple[InputProblem, ...] = ()
    notes: tuple[str, ...] = ()  #: on patterns by which files are left out
    #: Absolute paths of what the problems may be of, by the name there.
    problem_paths: Mapping[str, set[str]] = {}

    def find_paths(self, names: Set[str]) -> dict[str, str]:
        """Return the paths of files that problems name, as text that can be printed, by name.

        A name that several have, one of which was not found, has none.
        """
        paths = defaultdict(set, {name: {*self.problem_paths.get(name, ())} for name in names})
        for file in self.files:
            if file.name in names and file.path != "-":
                paths[file.name].add(file.path)
        clear = (item for item in paths.items() if len(item[1]) == 1)
        return {name: _to_printable(path) for name, found in clear for path in found}


def list_paths(paths: SourcePaths) -> list[str]:
    """Return each of the paths that a caller names as text.

    >>> list_paths("notes"), list_paths([Path("a.md"), "b.md"])
    (['notes'], ['a.md', 'b.md'])

    Raises:
        InputError: they are something else.
    """
    given: Any = paths
    is_one = isinstance(given, str | bytes | Path) or not isinstance(given, Iterable)
    listed = [given] if is_one else list(given)
    for path in listed:
        if not isinstance(path, str | os.PathLike):
            raise InputError(f"paths {shorten(repr(path))}: write a path, or a list of paths")
    return list(map(os.fspath, listed))


def source_exists(source: str) -> bool:
    """Return whether a path exists, or matches something as a pattern."""
    if os.path.lexists(source):
        return True
    return bool(GLOB_CHARACTERS.search(source) and glob.glob(source, recursive=True))


def find_files(paths: SourcePaths, exclude: Exclusion = NO_EXCLUSION) -> FoundFiles:
    """Find episode files.

    Args:
        paths: files, folders (searched for files of :data:`EPISODE_SUFFIXES`, at any depth),
            glob patterns, or ``-`` for one episode on standard input.
        exclude: what is left out of them, also if it is named itself.

    Raises:
        InputError: a path does not exist or is an exported vault, or a pattern matches nothing.
    """
    finder = _FileFinder(ExclusionMatcher(exclude))
    for path in list_paths(paths):
        finder.add_path(path)
    return finder.collect()


class _FileFinder:
    """Collects files over several paths."""

    def __init__(self, exclude: ExclusionMatcher) -> None:
        self._exclude = exclude
        self._excluded = 0  # files and folders
        self._notes: list[str] = []
        self._files: dict[str, SourceFile] = {}  # by real path
        self._locations: list[FileLocation] = []
        self._folders: set[str] = set()
        self._vaults: set[str] = set()  # real paths of those that were left out
        self._outside: set[str] = set()  # folders of a pattern that are in no vault
        self._hidden: list[str] = []
        self._problems: list[InputProblem] = []
        self._problem_paths: dict[str, set[str]] = defaultdict(set)

    def collect(self) -> FoundFiles:
        names = assign_unique_names(self._locations)
        files = [
            msgspec.structs.replace(file, name=name)
            for file, name in zip(self._files.values(), names, strict=True)
        ]
        if self._hidden:
            name, count = min(self._hidden), f"{len(self._hidden):,}"
            self._report(name, "hidden", "hidden files and folders:", "left out", count)
        files.sort(key=lambda file: file.name)
        unused = (
            f"exclude: {pattern!r} matches no file or folder in the sources"
            for pattern in self._exclude.unused
        )
        problems, notes = tuple(sorted(self._problems)), (*self._notes, *unused)
        return FoundFiles(tuple(files), problems, notes, self._problem_paths)

    def add_path(self, path: str) -> None:
        """Add the files of a path that the user named."""
        if path == "-":
            if "-" not in self._files:
                data = sys.stdin.buffer.read(limits.MAX_FILE_BYTES + 1)
                self._register("-", SourceFile("-", "", data), FileLocation((), "stdin.md"))
            return
        try:
            status = os.stat(path)
        except ValueError as error:  # a NUL character
            raise InputError(f"{_to_printable(path)!r}: no path: {_USAGE}") from error
        except OSError as error:
            if os.path.islink(path) or error.errno not in (errno.ENOENT, errno.ENOTDIR):
                self._report_unreadable(_to_printable(path), error)
            elif GLOB_CHARACTERS.search(path):
                self._add_pattern(path)
            else:
                message = f"{_to_printable(path) or repr(path)}: no such file or folder: {_USAGE}"
                raise InputError(message) from error
            return
        root = os.path.abspath(path)
        if not stat.S_ISDIR(status.st_mode):
            folder = os.path.dirname(root)
            if self._leave_out(folder, root, is_folder=False):
                self._notes.append(
                    f"exclude: {_to_printable(path)} is left out, though it is named"
                )
            else:
                self._add_file(folder, root, status)
            return
        self._add_folder(path, root)

    def _add_folder(self, path: str, root: str) -> None:
        """Add the files of a folder that the user named, whose absolute path is ``root``."""
        if _is_vault(root):
            raise InputError(
                f"{_to_printable(path)}: a vault that `kgraph export vault` wrote, whose notes are "
                "no episodes: name the folder of your episodes, or files of your own in the vault"
            )
        before, excluded = (len(self._files), len(self._problems)), self._excluded
        self._walk(root, [root])
        if (len(self._files), len(self._problems)) == before:
            message = f"none of {', '.join(f'*{suffix}' for suffix in EPISODE_SUFFIXES)} in it"
            message += " but for what exclude leaves out" if self._excluded > excluded else ""
            self._report(_to_printable(path), "folder-empty", message, "nothing read")

    def _add_pattern(self, pattern: str) -> None:
        paths = sorted(glob.glob(pattern, recursive=True))
        if not paths:
            raise InputError(f"{_to_printable(pattern)}: nothing matches this pattern: {_USAGE}")
        root = os.path.abspath(os.path.dirname(GLOB_CHARACTERS.split(pattern)[0]))
        folders: list[str] = []
        for path in map(os.path.abspath, paths):
            if not self._leave_out_vault(root, os.path.dirname(path)):
                self._visit_entry(root, path, folders)
        self._walk(root, folders[::-1])

    def _walk(self, root: str, folders: list[str]) -> None:
        while folders:
            folder = folders.pop()
            real_path = os.path.realpath(folder)
            if real_path in self._folders:
                continue
            self._folders.add(real_path)
            try:
                with os.scandir(folder) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError as error:
                self._report_unreadable(self._name(root, folder), error)
                continue
            if any(entry.name == VAULT_MANIFEST for entry in entries):
                self._report_vault(root, folder)
                continue
            above, real_above = os.path.join(folder, ""), os.path.join(real_path, "")
            for entry in entries:
                # The system tells links with the names, so others need no search for them.
                own_path = "" if entry.is_symlink() else real_above + entry.name
                self._visit_entry(root, above + entry.name, folders, own_path)

    def _leave_out_vault(self, root: str, folder: str) -> bool:
        """Return whether a folder that a pattern leads into is in a vault, which is reported."""
        if folder in self._outside:
            return False
        if _is_vault(folder):
            self._report_vault(root, folder)
            return True
        if len(folder) > len(root) and self._leave_out_vault(root, os.path.dirname(folder)):
            return True
        self._outside.add(folder)
        return False

    def _visit_entry(self, root: str, path: str, folders: list[str], real_path: str = "") -> None:
        """Add an entry of a folder if it is a file, or to ``folders`` if it is a folder.

        Args:
            real_path: without links; "" if it is to be found.
        """
        name = path.rpartition(os.sep)[2]  # of an absolute, normal path
        try:
            status = os.stat(path)
        except OSError as error:
            if name[0] != "." and not self._leave_out(root, path, is_folder=False):
                self._report_unreadable(self._name(root, path), error)
            return
        is_folder = stat.S_ISDIR(status.st_mode)
        if self._leave_out(root, path, is_folder):
            return
        if not is_folder and not has_episode_suffix(name):
            return
        if name[0] == ".":
            # A build may have made a store among the notes.
            is_store = all(os.path.exists(os.path.join(path, n)) for n in ("lock", "builds"))
            if not (is_folder and (name in TOOL_FOLDERS or is_store)):
                self._hidden.append(self._name(root, path))
        elif not is_folder:
            self._add_file(root, path, status, real_path)
        elif _is_link_loop(path):
            message = "leads back to itself"
            self._report(self._name(root, path), "link-broken", message, "left out")
        else:
            folders.append(path)

    def _leave_out(self, root: str, path: str, is_folder: bool) -> bool:
        """Return whether the user's patterns leave a file or folder out, and count it."""
        is_left_out = self._exclude.matches(root, path, is_folder)
        self._excluded += is_left_out
        return is_left_out

    def _add_file(self, root: str, path: str, status: os.stat_result, real_path: str = "") -> None:
        name = _relative_name(root, path)
        if stat.S_ISREG(status.st_mode):
            location = FileLocation(_split_folders(root), name)
            file = SourceFile(path, "", state=describe_state(status))
            self._register(real_path or os.path.realpath(path), file, location)
        else:
            self._report(
                self._name(root, path), "file-unreadable", "not a regular file", FILE_LEFT_OUT
            )

    def _register(self, real_path: str, file: SourceFile, location: FileLocation) -> None:
        if real_path not in self._files:
            self._files[real_path] = file
            self._locations.append(location)

    def _report_vault(self, root: str, folder: str) -> None:
        if (real_path := os.path.realpath(folder)) not in self._vaults:
            self._vaults.add(real_path)
            message = f"a vault (it has {VAULT_MANIFEST}), whose notes are no episodes"
            self._report(self._name(root, folder), "vault", message, "left out")

    def _report_unreadable(self, name: str, error: OSError) -> None:
        if error.errno in (errno.ENOENT, errno.ELOOP):
            self._report(name, "link-broken", _BROKEN_LINK_MESSAGES[error.errno], "left out")
        else:
            self._report(name, "file-unreadable", f"cannot be read: {error.strerror}", "left out")

    def _name(self, root: str, path: str) -> str:
        """Return the name of a file or folder that a problem is about, and remember its path."""
        name = _relative_name(root, path)
        self._problem_paths[name].add(path)
        return name

    def _report(self, name: str, code: str, message: str, action: str, value: str = "") -> None:
        report = ProblemCollector(name)
        report.add(code, message, action, value=value)
        self._problems += report.problems()


def _is_vault(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, VAULT_MANIFEST))


def _is_link_loop(folder: str) -> bool:
    parent = os.path.realpath(os.path.dirname(folder))
    return os.path.islink(folder) and f"{parent}{os.sep}".startswith(
        os.path.join(os.path.realpath(folder), "")
    )


@lru_cache(maxsize=8)
def _split_folders(root: str) -> tuple[str, ...]:
    return tuple(_to_posix(root).strip("/").split("/"))


def _relative_name(root: str, path: str) -> str:
    above = root if root.endswith(os.sep) else root + os.sep
    is_below = path.startswith(above)  # both are absolute, and normal
    relative = path[len(above) :] if is_below else os.path.relpath(path, root)
    return _to_printable(_to_posix(os.path.basename(path) if relative == "." else relative))


def _to_posix(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")


def _to_printable(path: str) -> str:
    """Return the path as text that any output can encode: invalid UTF-8 becomes ``\\xff``."""
    if path.isascii():
        return path
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
