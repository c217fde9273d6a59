"""``search``."""

from __future__ import annotations

from typing import Annotated

import typer

from kgraph.cli import options

DEFAULT_LIMIT = 20
"""Hits that are given unless more are asked for, as in the library."""


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command(no_args_is_help=True)(search)


def search(
    text: Annotated[
        str,
        typer.Argument(
            help="Words; a phrase in quotation marks; how a word begins, with *; OR; NOT or -."
        ),
    ],
    kind: Annotated[
        list[str],
        typer.Option(
            help="Only hits of this kind: quote, episode, entity, insight, theme or show; "
            "may be repeated."
        ),
    ] = [],
    type: options.Types = [],
    company: Annotated[
        str, typer.Option(help="Only what stands in episodes that mention it, by name.")
    ] = "",
    theme: Annotated[
        str, typer.Option(help="Only quotes filed under this theme, and their episodes.")
    ] = "",
    show: Annotated[str, typer.Option(help="Only what stands in episodes of this show.")] = "",
    since: options.Since = "",
    until: options.Until = "",
    min_relevance: Annotated[
        float, typer.Option(min=0, max=1, help="Leave out quotes that are less relevant.")
    ] = 0.0,
    adverts: Annotated[
        bool, typer.Option("--adverts", help="Quotes that are probably adverts, too.")
    ] = False,
    per_episode: Annotated[
        int, typer.Option(min=0, help="How many of one episode at most; 0 for any number.")
    ] = 0,
    limit: options.Limit = DEFAULT_LIMIT,
    format: options.FileFormat = "",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = "-",
) -> None:
    """Find quotes, episodes, entities, insights, themes and shows by their words.

    Exit status 1 when nothing is found.

    Example: kgraph search "stablecoin money" --kind quote --min-relevance 0.6
    """
    from msgspec.structs import replace

    from kgraph.cli import print_hits, tables
    from kgraph.search import Filters, Index
    from kgraph.search import search as find
    from kgraph.store import Store

    wanted = options.resolve_format(format, output, print_hits.HIT_FORMATS)
    filters = Filters(
        frozenset(kind),
        options.parse_types(type),
        company,
        theme,
        show,
        options.parse_day_option("since", since),
        options.parse_day_option("until", until),
        min_relevance,
        adverts,
    )
    index = Index(Store(store))
    found = find(index, text, filters, limit=limit + 1, per_episode=per_episode)
    more = len(found.hits) > limit
    found = replace(found, hits=found.hits[:limit])
    print_hits.write_hits(found, text, wanted, output)
    if more:
        tables.report_limit(limit, "hit", is_user_limit=limit != DEFAULT_LIMIT)
    if not found.hits:
        raise typer.Exit(1)
