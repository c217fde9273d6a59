"""Declare, read and describe a project file, which is TOML 1.0.

:class:`ProjectFile` and :class:`ExportOptions` are the declaration: their fields' types, with a
description, an example and a function that resolves a text, give the checks of a file and their
errors, the comments of a file that ``kgraph init`` writes, and the table of the reference. Paths
are relative to the file's folder, and ``~`` is the user's.

Invariants:
    * every value is checked when the file is read, but for the existence of sources, which a build
      checks: questions are answered without them;
    * an error names file and line, the value, and what to write instead.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from kgraph.base.errors import InputError
from kgraph.base.text import suggest_names
from kgraph.base.vocabulary import BASE_IRI
from kgraph.ingest.exclude import NO_EXCLUSION, Exclusion, parse_exclusion
from kgraph.ingest.files import GLOB_CHARACTERS, source_exists
from kgraph.ingest.located_file import Keys, LocatedFile, describe, load_located_toml, name_path
from kgraph.project.file_texts import (
    LEXICON_FOLDER,
    Resolver,
    resolve_base,
    resolve_lexicon,
    resolve_licence,
    resolve_optional_file,
    resolve_pattern,
    resolve_present_file,
    resolve_source,
    resolve_store,
    suggest_path,
)
from kgraph.project.toml_text import format_toml
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.store import DEFAULT_STORE
from kgraph.store.origin import ProjectInputs

PROJECT_FILE = "kgraph.toml"  #: name of the file

# -- the declaration -----------------------------------------------------------------


def _declare(description: str, example: object, resolve: Resolver | None = None) -> Meta:
    """Return what is declared of a key beside its type and default.

    Args:
        description: of the key, for readers of the file and of the reference.
        example: a value that can be written.
        resolve: checks each text of the value.
    """
    return Meta(description=description, examples=[example], extra={"resolve": resolve})


class ExportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The table ``[export]``: options of exports, where a format holds them."""

    profile: Annotated[
        Literal["kb", "full", "edges"], _declare("What RDF holds, also for `diff`.", "kb")
    ] = "kb"
    quotes: Annotated[
        int, Meta(ge=0), _declare("Quotes of each episode at most, most relevant first.", 3)
    ] = 0
    rdf12: Annotated[bool, _declare("Whether edges are annotated as in RDF 1.2.", True)] = False
    network: Annotated[
        Literal["statements", "co-mentions"],
        _declare("What the edges of a network are.", "co-mentions"),
    ] = "statements"
    licence: Annotated[
        str, _declare("Address or SPDX identifier of a licence.", "CC-BY-4.0", resolve_licence)
    ] = ""
    ontology: Annotated[bool, _declare("Whether the ontology is written, too.", True)] = False
    base: Annotated[
        str, _declare("Base of the IRIs in exports.", "https://example.org/id/", resolve_base)
    ] = ""


class ProjectFile(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of a project file, as they are written."""

    sources: Annotated[
        tuple[str, ...],
        Meta(min_length=1),
        _declare(
            "Files, folders and glob patterns of episodes; the only key that must be there.",
            ["episodes"],
            resolve_source,
        ),
    ]
    exclude: Annotated[
        tuple[str, ...],
        _declare(
            "Patterns of what is left out of the sources, as of .gitignore.",
            ["Templates/", "*.draft.md"],
            resolve_pattern,
        ),
    ] = ()
    store: Annotated[
        str,
        _declare(
            "Folder of the graph; not the root or your home folder itself.",
            ".kgraph",
            resolve_store,
        ),
    ] = str(DEFAULT_STORE)
    base: Annotated[
        str,
        _declare("Base of the IRIs, for `build`.", "https://example.org/id/", resolve_base),
    ] = BASE_IRI
    judgements: Annotated[
        str,
        _declare(
            "File of what you decide with `kgraph judge`; it may be absent.",
            "judgements.yaml",
            resolve_optional_file,
        ),
    ] = str(JUDGEMENTS_FILE)
    lexicon: Annotated[
        str,
        _declare(
            "Folder of names that kgraph should know, `*.yaml` or `*.yml`.",
            "names",
            resolve_lexicon,
        ),
    ] = LEXICON_FOLDER
    identities: Annotated[
        tuple[str, ...],
        _declare("Files of the user's own ids.", ["identity.yaml"], resolve_present_file),
    ] = ()
    export: Annotated[
        ExportOptions, _declare("Options of exports, where a format holds them.", {})
    ] = ExportOptions()


class DeclaredKey(msgspec.Struct, frozen=True):
    """A key as it is declared.

    The name of an option of exports begins with ``export.``; a default is None where there is none.
    """

    name: str
    description: str
    example: object
    default: object
    resolve: Resolver | None
    choices: tuple[str, ...]  #: values that there are; empty for any


def _list_keys(struct: type[msgspec.Struct], prefix: str = "") -> Iterator[DeclaredKey]:
    hints = get_type_hints(struct, include_extras=True)
    for field in msgspec.structs.fields(struct):
        hint = hints[field.name]
        meta = hint.__metadata__[-1]
        default = None if field.required else field.default
        name = f"{prefix}{field.name}"
        resolve = meta.extra["resolve"]
        choices = get_args(hint.__origin__) if get_origin(hint.__origin__) is Literal else ()
        yield DeclaredKey(name, meta.description, meta.examples[0], default, resolve, choices)


KEYS = ProjectFile.__struct_fields__
EXPORT_KEYS = ExportOptions.__struct_fields__
LIST_KEYS = ("sources", "exclude", "identities")  #: may be one text, too

DECLARED_KEYS = {
    key.name: key for key in (*_list_keys(ProjectFile), *_list_keys(ExportOptions, "export."))
}


def format_key_table() -> str:
    """Return the keys as a table in Markdown: for each its meaning and default."""
    lines = ["| key | means | by default |", "|---|---|---|"]
    for key in DECLARED_KEYS.values():
        has_default = isinstance(key.default, str | int) and key.default != ""
        default = f"`{format_toml(key.default)}`" if has_default else ""
        lines.append(f"| `{key.name}` | {key.description} | {default} |")
    return "\n".join(lines)


# -- settings --------------------------------------------------------------------------


class ProjectSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The values of a project file, as :class:`ProjectFile` declares them; paths are absolute.

    ``lexicon`` has the files of the folder, sorted; ``export`` the options that the file sets.
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
            texts = file.check_texts(["sources"], file.value["sources"], "write paths in quotes")
            is_pattern = GLOB_CHARACTERS.search(texts[number])
            problem = "this pattern matches nothing" if is_pattern else "no such file or folder"
            fault = f"{problem}: {suggest_path(source)}correct it"
            _fail_value(file, ["sources", number], texts[number], fault)

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
        fitting = set(_list_fitting_options(format, {**self.export, **given}))
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


# -- reading ---------------------------------------------------------------------------

#: Ends an error of msgspec with the place of the value: ``- at `$.sources[1]```.
_ERROR_PLACE = re.compile(r" - at `\$(.*)`$")


def load_project(path: Path) -> ProjectSettings:
    """Read a project file.

    Raises:
        DataError: it cannot be read, or a key or value is wrong; the message names file and line.
    """
    file = load_located_toml(path)
    _check_keys(file, [], file.value, KEYS)
    export = file.check_mapping(
        ["export"], file.value.get("export", {}), "begin it with a line [export]"
    )
    _check_keys(file, ["export"], export, EXPORT_KEYS)
    listed = {
        name: [value] if isinstance(value, str) and name in LIST_KEYS else value
        for name, value in file.value.items()
    }
    try:
        written = msgspec.convert(listed, ProjectFile)
    except msgspec.ValidationError as error:
        _fail_conversion(file, listed, str(error))
    folder = os.path.dirname(os.path.abspath(path))
    resolved: dict[str, Any] = {
        name: _resolve(file, [name], getattr(written, name), folder) for name in KEYS
    }
    for name in export:
        _resolve(file, ["export", name], getattr(written.export, name), folder)
    resolved |= {"exclude": parse_exclusion(written.exclude, folder), "export": export}
    return ProjectSettings(file=Path(os.path.abspath(path)), **resolved)


def _check_keys(file: LocatedFile, keys: Keys, value: Mapping[str, object], known: Keys) -> None:
    """Raise DataError for a key that is not declared; it names the nearest one."""
    names = list(map(str, known))
    for key in value:
        if keys and key in KEYS and key not in known:
            fault = f"{key} is no option of exports: put it above [export]"
            file.fail([*keys, key], f"{name_path([*keys, key])}: {fault}")
        if key not in names:
            file.fail_key([*keys, key], names)


def _fail_conversion(file: LocatedFile, value: Any, message: str) -> NoReturn:
    """Raise DataError for a value that is not of the declared type, or for want of a key."""
    keys: list[str | int] = []
    place = _ERROR_PLACE.search(message)
    for part in re.findall(r"\w+", place[1] if place else ""):
        keys.append(int(part) if part.isdigit() else part)
        value = value[keys[-1]]
    if place is None:
        file.require_keys(["sources"], 'write for example sources = ["episodes"]')
        raise AssertionError(message)  # no other key is needed
    _fail_value(file, keys, value, message[: place.start()].replace("`", ""))


def _fail_value(file: LocatedFile, keys: Keys, value: object, fault: str) -> NoReturn:
    """Raise DataError for a value, with what may be written instead."""
    names = [key for key in keys if isinstance(key, str)]
    key = DECLARED_KEYS[".".join(names)]
    fault = fault.removeprefix(f"{describe(value)}: ")
    if key.choices:
        near = "".join(f"did you mean {n}? " for n in suggest_names(str(value), key.choices)[:1])
        fault = f"no such {names[-1]}; {near}Choose one of {', '.join(key.choices)}"
    elif ": " not in fault:  # it has no advice of its own
        fault += f"; write for example {names[-1]} = {format_toml(key.example)}"
    is_there = names[0] in file.value  # a default may be wrong, too
    file.fail(keys if is_there else [], f"{name_path(keys)}: {describe(value)}: {fault}")


def _resolve(file: LocatedFile, keys: Keys, value: Any, folder: str) -> object:
    """Return what a value of the file means, where its key is declared to resolve texts."""
    if isinstance(value, tuple):
        return tuple(_resolve(file, [*keys, n], text, folder) for n, text in enumerate(value))
    key = DECLARED_KEYS[".".join(key for key in keys if isinstance(key, str))]
    if key.resolve is None:
        return value
    try:
        return key.resolve(value, folder)
    except InputError as error:
        _fail_value(file, keys, value, str(error))
