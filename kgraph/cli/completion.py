"""Values that a shell completes: names of formats, types, saved questions, verbs.

Takes the commands that typer has registered, and tells their parameters where values come from.
Only a shell that completes needs this, so it is done then alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, get_args, get_type_hints

import typer
from typer.models import ParameterInfo

Source = Callable[[typer.Context], Iterable[str]]
"""Gives the values of a parameter."""


def add_completions(app: typer.Typer) -> None:
    """Let the parameters of all commands complete the values of :data:`SOURCES`."""
    for info in app.registered_commands:
        assert info.callback is not None
        hints = get_type_hints(info.callback, include_extras=True)
        info.callback.__annotations__ = hints  # what typer would evaluate again, to new objects
        for name, hint in hints.items():
            for parameter in get_args(hint)[1:]:
                if isinstance(parameter, ParameterInfo):
                    parameter.autocompletion = _completer(name)


def _completer(parameter: str) -> Callable[[typer.Context, str], list[str]]:
    """What typer calls; commands may share a parameter, so the command is looked at here."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        source = SOURCES.get(f"{ctx.info_name} {parameter}") or SOURCES.get(parameter)
        return [value for value in source(ctx) if value.startswith(incomplete)] if source else []

    return complete


def _formats(ctx: typer.Context) -> Iterable[str]:
    """Formats of results: a command that writes files has those of tables."""
    parameters: list[Any] = ctx.command.params
    if any(parameter.name == "output" for parameter in parameters):
        return ("table", "tsv", "csv", "json")
    return ("table", "json")


def _answer_formats(_: typer.Context) -> Iterable[str]:
    from kgraph.query import FORMATS

    return ("table", *FORMATS)


def _hit_formats(_: typer.Context) -> Iterable[str]:
    from kgraph.cli.print_hits import FORMATS

    return FORMATS


def _export_formats(_: typer.Context) -> Iterable[str]:
    from kgraph.export import FORMATS

    return FORMATS


def _types(_: typer.Context) -> Iterable[str]:
    from kgraph.base.model import EntityType

    return get_args(EntityType)


def _all_types(_: typer.Context) -> Iterable[str]:
    from kgraph.base.model import NOISE

    return (*_types(_), NOISE)


def _questions(_: typer.Context) -> Iterable[str]:
    from kgraph.analysis import questions

    return questions()


def _analyses(_: typer.Context) -> Iterable[str]:
    from kgraph.analysis import questions

    return [name for name, question in questions().items() if question.kind != "query"]


def _audits(_: typer.Context) -> Iterable[str]:
    from kgraph.views.audit_tables import AUDITS

    return AUDITS


def _kinds(_: typer.Context) -> Iterable[str]:
    from kgraph.search import KINDS

    return KINDS


def _verbs(_: typer.Context) -> Iterable[str]:
    from kgraph.resolve.judgements import Verb

    return get_args(Verb)


SOURCES: dict[str, Source] = {
    "format": _formats,
    "query format": _answer_formats,
    "analyse format": lambda ctx: (*_formats(ctx), "turtle"),
    "search format": _hit_formats,
    "export format": _export_formats,
    "export profile": lambda _: ("full", "edges"),
    "type": _types,
    "review type": _all_types,
    "query question": _questions,
    "queries name": _questions,
    "analyse name": _analyses,
    "audit what": _audits,
    "search kind": _kinds,
    "judge verb": _verbs,
}
"""By parameter, or by command and parameter."""
