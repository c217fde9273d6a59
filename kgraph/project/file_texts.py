"""Resolve the texts of a project file: paths, patterns, addresses.

Each function takes a text and the folder of the file, and gives the value that is meant; it raises
InputError, which says what is wrong and what to write, where the text means none.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable
from pathlib import Path

from kgraph.base.errors import InputError
from kgraph.base.named_file import find_file_fault
from kgraph.base.text import suggest_names
from kgraph.base.vocabulary import BASE_IRI
from kgraph.ingest.exclude import Exclusion, parse_exclusion
from kgraph.ingest.files import GLOB_CHARACTERS
from kgraph.store.layout import find_folder_fault

LEXICON_FOLDER = "lexicon"  #: beside the project file; read if it is there

#: Checks a text of the file, or resolves it: (text, folder of the file) -> value.
Resolver = Callable[[str, str], object]


def join_path(text: str, folder: str) -> str:
    """Return the absolute path that a text of the file means.

    Raises:
        InputError: it can be no path.
    """
    if not text.strip() or "\0" in text:
        raise InputError("no path")
    return os.path.normpath(os.path.join(folder, os.path.expanduser(text)))


def resolve_source(text: str, folder: str) -> str:
    """Return a source; a pattern matches nothing in the name of the project's folder."""
    if text == "-":
        raise InputError("standard input is no source of a project: name a file")
    path = join_path(text, folder)
    if os.path.lexists(path) or not GLOB_CHARACTERS.search(text):
        return path
    return os.path.join(glob.escape(folder), os.path.expanduser(text))


def resolve_pattern(text: str, folder: str) -> Exclusion:
    return parse_exclusion(text, folder)


def resolve_store(text: str, folder: str) -> Path:
    return _check_path(text, folder, find_folder_fault)


def resolve_optional_file(text: str, folder: str) -> Path:
    """Return a file that may be absent; InputError if it is something else."""
    return _check_path(text, folder, find_file_fault)


def _check_path(text: str, folder: str, find_fault: Callable[[Path], str]) -> Path:
    path = Path(join_path(text, folder))
    if fault := find_fault(path):
        raise InputError(fault)
    return path


def resolve_present_file(text: str, folder: str) -> Path:
    """Return a file that is there; InputError if it is not."""
    path = resolve_optional_file(text, folder)
    if not path.exists():
        raise InputError(f"no such file: {suggest_path(str(path))}correct it, or leave it out")
    return path


def resolve_lexicon(text: str, folder: str) -> tuple[Path, ...]:
    """Return the YAML files of the folder of own entries, which is there by default or not."""
    path = Path(join_path(text, folder))
    if text != LEXICON_FOLDER and not path.is_dir():
        raise InputError("no such folder: make it, or leave the key out")
    return tuple(sorted(file for suffix in ("yaml", "yml") for file in path.glob(f"*.{suffix}")))


def resolve_base(text: str, folder: str) -> str:
    if text != BASE_IRI:  # of most projects, whose builds that find nothing to do import no RDF
        from kgraph.rdf.writers import check_base

        check_base(text)
    return text


def resolve_licence(text: str, folder: str) -> str:
    from kgraph.export.export import parse_licence

    parse_licence(text)
    return text


def suggest_path(path: str) -> str:
    """Return the start of advice: the nearest name in the folder, if there is one."""
    folder, name = os.path.split(path)
    try:
        near = suggest_names(name, os.listdir(folder or "."))
    except OSError:
        return ""
    return f"did you mean {near[0]}? Else " if near else ""
