"""Values that a shell completes: names of formats, types, saved questions, verbs.

Takes the commands that typer has registered, and tells their parameters where values come from.
Only a shell that completes needs this, so it is done then alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, get_args, get_type_hints

import typer
from typer.models import ParameterInfo

ValueSource = Callable[[typer.Context], Iterable[str]]
"""Gives the values of a parameter."""


def add_completions(app: typer.Typer) -> None:
    """Let the parameters of all commands complete the values of :data:`VALUE_SOURCES`."""
    for info in app.registered_commands:
        assert info.callback is not None
        hints = get_type_hints(info.callback, include_extras=True)
        info.callback.__annotations__ = hints  # what typer would evaluate again, to new objects
        for name, hint in hints.items():
            for parameter in get_args(hint)[1:]:
                if isinstance(parameter, ParameterInfo):
                    parameter.autocompletion = _make_completer(name)


def _make_completer(parameter: str) -> Callable[[typer.Context, str], list[str]]:
    """What typer calls; commands may share a parameter, so the command is looked at here."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        source = VALUE_SOURCES.get(f"{ctx.info_name} {parameter}") or VALUE_SOURCES.get(parameter)
        return [value for value in source(ctx) if value.startswith(incomplete)] if source else []

    return complete


def _list_formats(ctx: typer.Context) -> Iterable[str]:
    """Formats of results: a command that writes files has those of tables."""
    parameters: list[Any] = ctx.command.params
    if any(parameter.name == "output" for parameter in parameters):
        return ("table", "tsv", "csv", "json")
    return ("table", "json")


def _list_answer_formats(_: typer.Context) -> Iterable[str]:
    from kgraph.query import ANSWER_FORMATS

    return ("table", *ANSWER_FORMATS)


def _list_hit_formats(_: typer.Context) -> Iterable[str]:
    from kgraph.cli.print_hits import HIT_FORMATS

    return HIT_FORMATS


def _list_export_formats(_: typer.Context) -> Iterable[str]:
    from kgraph.export import EXPORT_FORMATS

    return EXPORT_FORMATS


def _list_types(_: typer.Context) -> Iterable[str]:
    from kgraph.base.entity_types import TYPE_NAMES

    return TYPE_NAMES


def _list_types_and_rejected(_: typer.Context) -> Iterable[str]:
    from kgraph.base.model import REJECTED

    return (*_list_types(_), REJECTED)


def _list_questions(_: typer.Context) -> Iterable[str]:
    from kgraph.analysis import load_named_queries

    return load_named_queries()


def _list_analyses(_: typer.Context) -> Iterable[str]:
    from kgraph.analysis import load_named_queries

    return [name for name, question in load_named_queries().items() if question.kind != "query"]


def _list_audits(_: typer.Context) -> Iterable[str]:
    from kgraph.views.audit_tables import AUDITS

    return AUDITS


def _list_kinds(_: typer.Context) -> Iterable[str]:
    from kgraph.search import HIT_KINDS

    return HIT_KINDS


def _list_verbs(_: typer.Context) -> Iterable[str]:
    from kgraph.resolve.judgements import Verb

    return get_args(Verb)


VALUE_SOURCES: dict[str, ValueSource] = {
    "format": _list_formats,
    "query format": _list_answer_formats,
    "analyse format": lambda ctx: (*_list_formats(ctx), "turtle"),
    "search format": _list_hit_formats,
    "export format": _list_export_formats,
    "export profile": lambda _: ("full", "edges"),
    "type": _list_types,
    "review type": _list_types_and_rejected,
    "query question": _list_questions,
    "queries name": _list_questions,
    "analyse name": _list_analyses,
    "audit what": _list_audits,
    "search kind": _list_kinds,
    "judge verb": _list_verbs,
}
"""By parameter, or by command and parameter."""
