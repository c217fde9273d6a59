"""The folder of a vault on disk: its manifest, and how an earlier export of it is updated.

A person opens the folder in Obsidian, which keeps its settings there, and adds notes. So an earlier
export is not replaced as a whole: notes that changed are replaced one by one, those that are gone
are removed, and nothing else is touched.

Invariants:
    * a file that the manifest does not list, or whose content it does not know, is never written or
      removed;
    * conflicts are found before anything is written;
    * an update that was cut is completed by the next one: until it is done, the manifest knows the
      content of every file before and after.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from kgraph.base.errors import ExportError
from kgraph.base.files import replace_file
from kgraph.base.model import dump_json
from kgraph.ingest.files import VAULT_MANIFEST

_OWN_PATH = re.compile(r"(?:[^/\\:.][^/\\:]*/)?[^/\\:.][^/\\:]*\.md")

MAX_NAMED_FILES = 3  #: that an error names


class VaultManifest(msgspec.Struct):
    """The content of the manifest.

    Attributes:
        about: what made the vault, from what.
        files: path, with ``/`` -> SHA-256 of the content, of several where an update was cut.
    """

    about: dict[str, str]
    files: dict[str, list[str]]


class DraftVault:
    """A new vault in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, list[str]] = {}

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        data = text.encode()
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self._files[path] = [sha256(data).hexdigest()]

    def write_manifest(self, about: Mapping[str, str]) -> None:
        """Write the manifest, after all files."""
        manifest = VaultManifest(dict(about), self._files)
        (self._folder / VAULT_MANIFEST).write_bytes(_encode(manifest))


def is_export(folder: Path) -> bool:
    """Return whether a folder holds an earlier export, whatever else is in it."""
    try:
        _read_manifest(folder)
    except (OSError, msgspec.MsgspecError):
        return False
    return True


def update_vault(draft: Path, folder: Path) -> None:
    """Make an earlier export equal to a draft, and leave files of others alone.

    Raises:
        ExportError: a file was changed since it was exported, or another one has its place.
    """
    old, new = _read_manifest(folder), _read_manifest(draft)
    contents = _find_contents(folder, old.files.keys() | new.files.keys())
    both = {
        path: sorted({*old.files.get(path, ()), *new.files.get(path, ())})
        for path in old.files.keys() | new.files.keys()
    }
    # Where case does not count, a note whose name changed in case alone is there by either name.
    known: dict[str, set[str]] = defaultdict(set)
    for path, digests in both.items():
        known[path.casefold()].update(digests)
    changed = sorted(p for p, content in contents.items() if content not in known[p.casefold()])
    edited = [path for path in changed if path in old.files]
    if edited:
        raise ExportError(
            f"{folder}: changed since it was exported: {_name_files(edited)}: "
            "move it to a name of your own, or choose another --output"
        )
    if changed:
        raise ExportError(
            f"{folder}: not of the export, and in its way: {_name_files(changed)}: "
            "give it another name, or choose another --output"
        )
    _replace_manifest(folder, VaultManifest(new.about, both))
    for path, digests in new.files.items():
        if contents.get(path) not in digests:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).replace(folder / path)
    kept = {path.casefold() for path in new.files}
    _remove_files(folder, [path for path in old.files if path.casefold() not in kept])
    _replace_manifest(folder, new)


def _read_manifest(folder: Path) -> VaultManifest:
    """Read a manifest; ValidationError for one that names files outside its folder."""
    manifest = msgspec.json.decode((folder / VAULT_MANIFEST).read_bytes(), type=VaultManifest)
    for path in manifest.files:
        if not _OWN_PATH.fullmatch(path):
            raise msgspec.ValidationError(f"{path!r} is no path of a note")
    return manifest


def _encode(manifest: VaultManifest) -> bytes:
    return dump_json(manifest).replace('],"', '],\n"').encode() + b"\n"


def _replace_manifest(folder: Path, manifest: VaultManifest) -> None:
    with replace_file(folder / VAULT_MANIFEST) as file:
        file.write(_encode(manifest))


def _find_contents(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of the files that are there; "" for what is no file of ours."""
    contents = {}
    for path in paths:
        file, parent = folder / path, (folder / path).parent
        has_parent = parent == folder or (parent.is_dir() and not parent.is_symlink())
        if has_parent and file.is_file() and not file.is_symlink():
            contents[path] = sha256(file.read_bytes()).hexdigest()
        elif os.path.lexists(file if has_parent else parent):
            contents[path] = ""
    return contents


def _remove_files(folder: Path, paths: Iterable[str]) -> None:
    parents = set()
    for path in paths:
        (folder / path).unlink(missing_ok=True)
        parents.add((folder / path).parent)
    for parent in parents - {folder}:
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()


def _name_files(paths: list[str]) -> str:
    names = ", ".join(paths[:MAX_NAMED_FILES])
    more = len(paths) - MAX_NAMED_FILES
    return f"{names} and {more:,} more" if more > 0 else names
