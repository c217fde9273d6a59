"""Shell completion of values: formats, types, named questions, verbs.

Adds completers to the parameters of the registered commands; runs only while a shell completes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, get_args, get_type_hints

import typer
from typer.models import ParameterInfo

from kgraph.cli import options

#: Returns the values of a parameter.
ValueSource = Callable[[typer.Context], Iterable[str]]


def add_completions(app: typer.Typer) -> None:
    """Complete the values of :data:`VALUE_SOURCES` in the parameters of all commands."""
    for info in app.registered_commands:
        assert info.callback is not None
        hints = get_type_hints(info.callback, include_extras=True)
        info.callback.__annotations__ = (
            hints  # else typer evaluates the annotations again, to new objects
        )
        for name, hint in hints.items():
            for parameter in get_args(hint)[1:]:
                if isinstance(parameter, ParameterInfo):
                    parameter.autocompletion = _make_completer(name)


def _make_completer(parameter: str) -> Callable[[typer.Context, str], list[str]]:
    """Return a function for typer; it looks at the command, since commands share parameters."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        source = VALUE_SOURCES.get(f"{ctx.info_name} {parameter}") or VALUE_SOURCES.get(parameter)
        return [value for value in source(ctx) if value.startswith(incomplete)] if source else []

    return complete


def _list_formats(ctx: typer.Context) -> Iterable[str]:
    """Return the formats of a command; one that writes files has those of tables."""
    parameters: list[Any] = ctx.command.params
    if any(parameter.name == "output" for parameter in parameters):
        return options.TABLE_FORMATS
    return ("table", "json")


def _names_of(path: str, *extra: str) -> ValueSource:
    """Return a source of names that a module holds, imported when a shell asks for them.

    ``path`` is module and attribute, such as ``kgraph.query:ANSWER_FORMATS``.
    """
    module, _, attribute = path.partition(":")
    return lambda _: (*extra, *getattr(import_module(module), attribute))


def _list_questions(_: typer.Context) -> Iterable[str]:
    from kgraph.analysis import load_named_queries

    return load_named_queries()


#: Values by parameter, or by command and parameter.
VALUE_SOURCES: dict[str, ValueSource] = {
    "format": _list_formats,
    "query format": _names_of("kgraph.query:ANSWER_FORMATS", "table"),
    "analyse format": lambda ctx: (*_list_formats(ctx), "turtle"),
    "export format": lambda ctx: (
        *_names_of("kgraph.export:EXPORT_FORMATS")(ctx),
        *_names_of("kgraph.export.export:FOLDER_FORMATS")(ctx),
        *_names_of("kgraph.export.catalogue:CATALOGUE_FORMATS")(ctx),
    ),
    "export profile": lambda _: ("kb", "full", "edges"),
    "export network": _names_of("kgraph.export.networks:NETWORKS"),
    "type": _names_of("kgraph.base.entity_types:TYPE_NAMES"),
    "review type": lambda ctx: (*VALUE_SOURCES["type"](ctx), "noise"),
    "query question": _list_questions,
    "queries name": _list_questions,
    "analyse name": _names_of("kgraph.analysis.registry:ANALYSES"),
    "audit what": _names_of("kgraph.views.audit:AUDITS"),
    "search kind": _names_of("kgraph.search.filters:FILTER_KINDS"),
    "identify input_format": _names_of("kgraph.identify.identify:INPUT_FORMATS"),
    "judge verb": _names_of("kgraph.resolve.judgement:VERBS"),
}
