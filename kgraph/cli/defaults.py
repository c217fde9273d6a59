"""Defaults of a command's options, from the project file.

A command line takes an option from, in this order: the command line, the environment, the project,
the program. The project's values are put into the context before the command parses its line, so
that no command reads the project itself, but for what it builds from (``context.obj``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph.base.errors import InputError
from kgraph.cli import streams

if TYPE_CHECKING:
    from kgraph.project import ProjectSettings

PROJECT_META = "kgraph.project"  #: key of the named project file in a context's ``meta``
NO_PROJECT_META = "kgraph.no_project"

#: Options that a project sets; a command without one of them needs no project.
PATH_OPTIONS = frozenset({"paths", "store", "judgements"})


def set_project_defaults(command: Any, context: Any, args: list[str]) -> None:
    """Make the values of the project the defaults of a command, and print which one if need be.

    Args:
        command: the command of typer.
        context: its context; its ``obj`` becomes the settings of the project, or None.
        args: what follows the name of the command.

    Raises:
        InputError: the named project file does not exist, or both options are there.
        DataError: the project file is wrong.
    """
    names = {parameter.name for parameter in command.get_params(context)}
    if context.resilient_parsing or PATH_OPTIONS.isdisjoint(names):
        return
    given, _, _ = command.make_parser(context).parse_args(args=list(args))
    given = {name: value for name, value in given.items() if _is_set(value)}
    if given.get("help"):
        return
    settings = _choose_project(context.meta, given)
    context.obj = settings
    if settings is None:
        return
    from kgraph.base.text import shorten_path

    defaults: dict[str, Any] = {"store": shorten_path(settings.store)}
    if command.name in ("build", "watch"):
        defaults["base"] = settings.base
    else:
        defaults["judgements"] = shorten_path(settings.judgements)
    if "profile" in names:
        format = _find_format(given) if command.name == "export" else ""
        defaults = settings.select_export_options(format, given) | defaults
    context.default_map = {
        **(context.default_map or {}),
        **{name: value for name, value in defaults.items() if name in names},
    }


def _is_set(value: object) -> bool:
    return value not in (None, (), []) and type(value).__name__ != "UnsetType"


def _choose_project(meta: Mapping[str, Any], given: Mapping[str, Any]) -> ProjectSettings | None:
    """Choose the project, and print it where the user may not expect it."""
    from kgraph.project import choose_project

    named = given.get("project") or meta.get(PROJECT_META) or os.environ.get("KGRAPH_PROJECT", "")
    if given.get("no_project") or meta.get(NO_PROJECT_META):
        if given.get("project") or meta.get(PROJECT_META):
            raise InputError("--project and --no-project: choose one of the two")
        return None
    store = given.get("store") or os.environ.get("KGRAPH_STORE", "")
    choice = choose_project(".", store, named)
    if choice.note and not (streams.is_quiet() or given.get("quiet")):
        streams.print_remark(choice.note)
    return choice.settings


def _find_format(given: Mapping[str, Any]) -> str:
    from kgraph.export.export import FORMAT_BY_SUFFIX

    suffix = Path(str(given.get("output", ""))).suffix.lower()
    return str(given.get("format") or FORMAT_BY_SUFFIX.get(suffix, ""))
