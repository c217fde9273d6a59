"""Read a project file, which is TOML 1.0.

Paths in it are relative to its folder, and ``~`` is the user's.

Invariants:
    * every value is checked when the file is read, but for the existence of sources, which a build
      checks: questions are answered without them;
    * an error names file and line, the value, and what to write instead.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.named_file import find_file_fault
from kgraph.base.text import suggest_names
from kgraph.base.vocabulary import BASE_IRI
from kgraph.ingest.exclude import NO_EXCLUSION, Exclusion, parse_exclusion
from kgraph.ingest.files import GLOB_CHARACTERS, source_exists
from kgraph.ingest.located_file import (
    Keys,
    LocatedFile,
    describe,
    load_located_toml,
    name_path,
)
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.store import DEFAULT_STORE
from kgraph.store.layout import find_folder_fault
from kgraph.store.origin import ProjectInputs

PROJECT_FILE = "kgraph.toml"  #: name of the file
LEXICON_FOLDER = "lexicon"  #: beside it; read if it is there
LEXICON_SUFFIXES = (".yaml", ".yml")

KEYS = ("sources", "exclude", "store", "base", "judgements", "lexicon", "identities", "export")


class ProjectSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a project file; paths are absolute.

    Attributes:
        file: the project file.
        sources: files, folders and glob patterns of episodes.
        exclude: what is left out of them.
        store: folder of the graph.
        base: base of the instances' IRIs.
        judgements: file of judgements; it may be absent.
        lexicon: files of the user's own entries, sorted.
        identities: files of the user's own ids.
        export: options of exports that the file sets, by name.
    """

    file: Path
    sources: tuple[str, ...]
    exclude: Exclusion = NO_EXCLUSION
    store: Path
    base: str = BASE_IRI
    judgements: Path
    lexicon: tuple[Path, ...] = ()
    identities: tuple[Path, ...] = ()
    export: dict[str, Any] = {}

    def load_inputs(self) -> ProjectInputs:
        """Load what the project adds to the inputs of a build: its own lexicon and ids.

        Raises:
            DataError: a file of them is wrong; the message names file and line.
        """
        if not (self.lexicon or self.identities):
            return self.make_inputs()
        from kgraph.resolve.knowledge import load_own_entries  # slow to import

        return self.make_inputs(load_own_entries(self.lexicon, self.identities))

    def make_inputs(self, own: OwnEntries = NO_OWN_ENTRIES) -> ProjectInputs:
        """Return the project as an input of a build, with these own entries."""
        return ProjectInputs(self.file, self.judgements, own, self.exclude, self.sources, self.base)

    def check_sources(self) -> None:
        """Check that every source is there.

        Raises:
            DataError: a file or folder does not exist, or a pattern matches nothing.
        """
        for number, source in enumerate(self.sources):
            if source_exists(source):
                continue
            file = load_located_toml(self.file)
            written = file.check_texts(["sources"], file.value["sources"], _SOURCES_FIX)[number]
            problem = "no such file or folder"
            if GLOB_CHARACTERS.search(written):
                problem = "this pattern matches nothing"
            message = f"{describe(written)}: {problem}: {_suggest_path(source)}correct it"
            file.fail(["sources", number], f"sources: {message}")

    def select_export_options(
        self, format: str, given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the project's options of an export, without those that do not fit it.

        Args:
            format: name of the format; "" for RDF of any.
            given: options that the user named, by name; they win.
        """
        if not self.export:
            return {}
        given = given or {}
        options = {**self.export, **given}
        fitting = set(_list_fitting_options(format, options))
        return {name: v for name, v in self.export.items() if name in fitting and name not in given}


def _list_fitting_options(format: str, options: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of options that a format with these options can hold."""
    from kgraph.export.export import EXPORT_FORMATS, FOLDER_FORMATS  # slow to import

    form = (EXPORT_FORMATS | FOLDER_FORMATS).get(format)
    holds = form.holds if form else "rdf"
    is_kb = options.get("profile", "kb") == "kb"
    yield from ("profile", "base")
    if holds == "rdf":
        yield from ("licence", "ontology")
        if is_kb and (form is None or form.has_rdf12):
            yield "rdf12"
    if holds == "network":
        yield "network"
    is_listing = holds == "tables" or options.get("network", "statements") == "statements"
    if is_kb if holds == "rdf" else is_listing:
        yield "quotes"


# -- reading -----------------------------------------------------------------------

_SOURCES_FIX = 'write for example sources = ["episodes"]'
_PATH_FIX = "write a path in quotes"


def load_project(path: Path) -> ProjectSettings:
    """Read a project file.

    Raises:
        DataError: it cannot be read, or a key or value is wrong; the message names file and line.
    """
    file = load_located_toml(path)
    for key in file.value:
        if key not in KEYS:
            file.fail_key([key], KEYS)
    file.require_keys(["sources"], _SOURCES_FIX)
    reader = _PathReader(file)
    return ProjectSettings(
        file=Path(os.path.abspath(path)),
        sources=reader.read_sources(),
        exclude=reader.read_exclusion(),
        store=reader.read_path("store", str(DEFAULT_STORE), find_folder_fault),
        base=_check_base(file, ["base"], file.value["base"]) if "base" in file.value else BASE_IRI,
        judgements=reader.read_path("judgements", str(JUDGEMENTS_FILE), find_file_fault),
        lexicon=reader.read_lexicon(),
        identities=reader.read_identities(),
        export=_read_export(file),
    )


class _PathReader:
    """Reads the paths of a project file."""

    def __init__(self, file: LocatedFile) -> None:
        self._file = file
        self._folder = os.path.dirname(os.path.abspath(file.path))

    def read_path(
        self, key: str, default: str, find_fault: Callable[[Path], str] = lambda path: ""
    ) -> Path:
        text = self._check_text([key], self._file.value.get(key, default))
        path = Path(self._resolve(text))
        fault = find_fault(path)
        if text.startswith("~") and os.path.expanduser(text) == text and not path.exists():
            fault = f"no such user: write ./{text} if the name begins so"
        if fault:
            self._file.fail(
                [key] if key in self._file.value else [], f"{key}: {describe(text)}: {fault}"
            )
        return path

    def read_sources(self) -> tuple[str, ...]:
        """Return the sources; a pattern matches nothing in the name of the project's folder."""
        texts = self._file.check_texts(["sources"], self._file.value["sources"], _SOURCES_FIX)
        if not texts:
            self._file.fail(["sources"], f"sources: an empty list: {_SOURCES_FIX}")
        for number, text in enumerate(texts):
            if text == "-":
                message = "sources: '-': standard input is no source of a project: name a file"
                self._file.fail(["sources", number], message)
        return tuple(self._resolve_source(text) for text in texts)

    def read_exclusion(self) -> Exclusion:
        """Return the patterns of what is left out of the sources."""
        fix = 'write for example exclude = ["Templates/"]'
        texts = self._file.check_texts(["exclude"], self._file.value.get("exclude", []), fix)
        for number, text in enumerate(texts):
            try:
                parse_exclusion(text, self._folder)
            except InputError as error:
                self._file.fail(["exclude", number], f"exclude: {error}")
        return parse_exclusion(texts, self._folder)

    def _resolve_source(self, text: str) -> str:
        path = self._resolve(text)
        if os.path.lexists(path) or not GLOB_CHARACTERS.search(text):
            return path
        return os.path.join(glob.escape(self._folder), os.path.expanduser(text))

    def read_lexicon(self) -> tuple[Path, ...]:
        """Return the YAML files of the folder of own entries, which is there by default or not."""
        folder = self.read_path("lexicon", LEXICON_FOLDER)
        if "lexicon" in self._file.value and not os.path.isdir(folder):
            message = f"lexicon: {describe(self._file.value['lexicon'])}: no such folder"
            self._file.fail(["lexicon"], f"{message}: make it, or leave the key out")
        return tuple(sorted(p for s in LEXICON_SUFFIXES for p in folder.glob(f"*{s}")))

    def read_identities(self) -> tuple[Path, ...]:
        fix = 'write for example identities = ["identity.yaml"]'
        values = self._file.check_texts(["identities"], self._file.value.get("identities", []), fix)
        paths = tuple(Path(self._resolve(text)) for text in values)
        for number, path in enumerate(paths):
            fault = find_file_fault(path)
            if not fault and not path.exists():
                fault = f"no such file: {_suggest_path(str(path))}correct it, or leave it out"
            if fault:
                message = f"identities: {describe(values[number])}: {fault}"
                self._file.fail(["identities", number], message)
        return paths

    def _check_text(self, keys: list[str | int], value: object) -> str:
        text = self._file.check_text(keys, value, _PATH_FIX)
        if "\0" in text:
            self._file.fail_type(keys, "a path", value, _PATH_FIX)
        return text

    def _resolve(self, text: str) -> str:
        return os.path.normpath(os.path.join(self._folder, os.path.expanduser(text)))


def _suggest_path(path: str) -> str:
    """Return the start of advice: the nearest name in the folder, if there is one."""
    folder, name = os.path.split(path)
    try:
        near = suggest_names(name, os.listdir(folder or "."))
    except OSError:
        return ""
    return f"did you mean {near[0]}? Else " if near else ""


def _check_text(file: LocatedFile, keys: Keys, value: object, convert: Callable[[str], str]) -> str:
    """Return a text that a converter takes."""
    text = file.check_text(keys, value, "write it in quotes")
    try:
        convert(text)
    except InputError as error:
        file.fail(keys, f"{name_path(keys)}: {error}")
    return text


def _check_choice(file: LocatedFile, keys: Keys, value: object, choice: Sequence[str]) -> str:
    names = ", ".join(choice)
    text = file.check_text(keys, value, f"choose one of {names}")
    if text not in choice:
        near = "".join(f"did you mean {name}? " for name in suggest_names(text, choice)[:1])
        place = f"{name_path(keys)}: {describe(text)}"
        file.fail(keys, f"{place}: no such {keys[-1]}: {near}Choose one of {names}")
    return text


def _check_flag(file: LocatedFile, keys: Keys, value: object) -> bool:
    if not isinstance(value, bool):
        file.fail_type(keys, "true or false", value, "write it without quotes")
    return value


def _check_count(file: LocatedFile, keys: Keys, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        file.fail_type(keys, "a number from 0", value, "write it without quotes")
    return value


def _check_base(file: LocatedFile, keys: Keys, value: object) -> str:
    from kgraph.rdf.writers import check_base

    return _check_text(file, keys, value, check_base)


def _check_profile(file: LocatedFile, keys: Keys, value: object) -> str:
    from kgraph.rdf import PROFILES

    return _check_choice(file, keys, value, choice=PROFILES)


def _check_network(file: LocatedFile, keys: Keys, value: object) -> str:
    from kgraph.export.networks import NETWORKS

    return _check_choice(file, keys, value, choice=NETWORKS)


def _convert_licence(text: str) -> str:
    from kgraph.export.export import parse_licence

    return parse_licence(text)


#: Option of an export -> its check, which returns the value.
_EXPORT_CHECKS: dict[str, Callable[[LocatedFile, Keys, object], Any]] = {
    "profile": _check_profile,
    "quotes": _check_count,
    "rdf12": _check_flag,
    "network": _check_network,
    "licence": partial(_check_text, convert=_convert_licence),
    "ontology": _check_flag,
    "base": _check_base,
}

EXPORT_KEYS = tuple(_EXPORT_CHECKS)


def _read_export(file: LocatedFile) -> dict[str, Any]:
    fix = "begin it with a line [export]"
    options = file.check_mapping(["export"], file.value.get("export", {}), fix)
    for name, value in options.items():
        keys = ["export", name]
        if name in KEYS and name not in _EXPORT_CHECKS:
            file.fail(keys, f"{name_path(keys)}: {name} is no export option: put it above [export]")
        if name not in _EXPORT_CHECKS:
            file.fail_key(keys, EXPORT_KEYS)
        options[name] = _EXPORT_CHECKS[name](file, keys, value)
    return options
