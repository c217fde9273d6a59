"""The command ``search``, and its hits as a table, TSV, CSV or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from kgraph.base.text import format_day, pluralize
from kgraph.cli import options, streams

if TYPE_CHECKING:
    from rich.text import Text

    from kgraph.search import Found, Hit

DEFAULT_LIMIT = 20  #: hits, as in the library
DEFAULT_HITS_PER_EPISODE = 2  #: as in the library

#: Columns of TSV and CSV: of the hit, and of its episode, whose ``slug`` is called ``episode``.
HIT_COLUMNS = ("kind", "type", "score", "weight", "id", "name", "text", "episodes")
SOURCE_COLUMNS = ("slug", "date", "show", "title", "original_url", "dated")


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
            help="Only hits of this kind: quote, episode, entity, insight, theme, show, topic or "
            "tag, or a type of entities, such as product; may be repeated."
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
    unlikely: options.Unlikely = False,
    per_episode: Annotated[
        int,
        typer.Option(min=0, help="Hits of one episode at most, near-equal quotes once; 0: all."),
    ] = DEFAULT_HITS_PER_EPISODE,
    mode: Annotated[
        str,
        typer.Option(help="words; or similar: what is like the thing whose id or IRI is given."),
    ] = "words",
    limit: options.Limit = DEFAULT_LIMIT,
    format: options.FileFormat = "",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = "-",
) -> None:
    """Find quotes, episodes, entities, insights, themes, shows, topics and tags by their words.

    Exit status 1 when nothing is found.

    Example: kgraph search "stablecoin money" --kind quote --min-relevance 0.6
    """
    from kgraph.cli import tables
    from kgraph.search import Index, SearchRequest, search_page
    from kgraph.store import Store

    format = options.resolve_format(format, output)
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
        unlikely=unlikely,
        mode=mode,  # type: ignore[arg-type]  # the search refuses others
        limit=limit,
        per_episode=per_episode,
    )
    result, has_more = search_page(Index(Store(store)), request)
    write_hits(result, text, format, output)
    if has_more:
        tables.report_limit(limit, "hit", is_user_limit=limit != DEFAULT_LIMIT)
    if not result.hits:
        raise typer.Exit(1)


def write_hits(result: Found, text: str, format: str, output: str) -> None:
    """Write the hits; remarks go to standard error.

    Raises:
        ExportError: the output cannot be written.
    """
    from kgraph.base.files import open_output_file
    from kgraph.cli import printing, tables

    if options.wants_table(format, output):
        cells = list(map(hit_to_cells, result.hits))
        printing.print_rows(("kind", "weight", "found", "in"), cells)
    else:
        with open_output_file(output) as out:
            write_records(out, result, format)
        count = pluralize(len(result.hits), "hit")
        printing.report_output_file(
            output, count + tables.describe_format(format, output, options.TABLE_SUFFIXES)
        )
    for remark in result.describe(text):
        streams.print_remark(remark)


def hit_to_cells(hit: Hit) -> tuple[str, str, Text, Text]:
    """Return a hit as a row for people: kind, weight, text, source."""
    weight = f"{hit.weight:.2f}" if hit.kind in ("quote", "entity", "show") else ""
    return hit.type or hit.kind, weight, highlight_matches(hit), describe_source(hit)


def describe_source(hit: Hit) -> Text:
    """Return where a hit is from; in terminals that can, its title leads to the recording."""
    from rich.style import Style
    from rich.text import Text

    from kgraph.base.web_address import safe_web_url
    from kgraph.operations.terminal import sanitize

    if hit.episode is None:
        return sanitize(pluralize(hit.episodes, "episode"))
    episode, url = hit.episode, safe_web_url(hit.episode.original_url)
    title = sanitize("recording" if hit.kind == "episode" and url else episode.title)
    if url.isprintable():
        title.stylize(Style(link=url or None))
    texts = [sanitize(format_day(episode.date, episode.dated)), sanitize(episode.show)]
    texts += [title] if hit.kind != "episode" or url else []
    return Text(" · ").join(text for text in texts if text)


def highlight_matches(hit: Hit) -> Text:
    """Return the text of a hit with its matches in bold."""
    from rich.text import Text

    from kgraph.operations.terminal import sanitize

    pieces = [(sanitize(piece.text), piece.match) for piece in hit.segments]
    return Text.assemble(*((str(text), "bold" if match else "") for text, match in pieces))


def write_records(out: BinaryIO, result: Found, format: str) -> None:
    """Write hits in a format of tables; ``table`` is TSV."""
    import msgspec

    from kgraph.export.tables import write_csv, write_tsv

    if format == "json":
        out.write(msgspec.json.format(msgspec.json.encode(result)) + b"\n")
        return
    rows = (
        [getattr(hit, name) for name in HIT_COLUMNS]
        + [getattr(hit.episode, name, "") for name in SOURCE_COLUMNS]
        for hit in result.hits
    )
    write = write_csv if format == "csv" else write_tsv
    write(out, (*HIT_COLUMNS, "episode", *SOURCE_COLUMNS[1:]), rows)
