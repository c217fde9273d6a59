"""The command ``search``."""

from __future__ import annotations

from typing import Annotated

import typer

from kgraph.cli import options

DEFAULT_LIMIT = 20  #: hits, as in the library


def add_commands(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(search)


def search(
    text: Annotated[
        str,
        typer.Argument(help='Words; "a phrase"; prefix*; OR; NOT or -.'),
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
        str, typer.Option(help="Only from episodes that mention this entity, by name.")
    ] = "",
    theme: Annotated[str, typer.Option(help="Only quotes on this theme, and their episodes.")] = "",
    show: Annotated[str, typer.Option(help="Only from episodes of this show.")] = "",
    since: options.Since = "",
    until: options.Until = "",
    min_relevance: Annotated[
        float, typer.Option(min=0, max=1, help="Lowest relevance of a quote.")
    ] = 0.0,
    adverts: Annotated[
        bool, typer.Option("--adverts", help="Include quotes that are probably adverts.")
    ] = False,
    per_episode: Annotated[
        int, typer.Option(min=0, help="Hits of one episode at most; 0: no limit.")
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
    from kgraph.cli import print_hits, tables
    from kgraph.search import Index, SearchRequest, search_page
    from kgraph.store import Store

    format = options.resolve_format(format, output, print_hits.HIT_FORMATS)
    request = SearchRequest(
        q=text,
        kind=",".join(kind),
        type=",".join(type),
        company=company,
        theme=theme,
        show=show,
        since=since,
        until=until,
        min_relevance=min_relevance,
        adverts=adverts,
        limit=limit,
        per_episode=per_episode,
    )
    result, has_more = search_page(Index(Store(store)), request)
    print_hits.write_hits(result, text, format, output)
    if has_more:
        tables.report_limit(limit, "hit", is_user_limit=limit != DEFAULT_LIMIT)
    if not result.hits:
        raise typer.Exit(1)
