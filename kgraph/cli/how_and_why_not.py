"""The commands ``why``, ``how`` and ``why-not``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.base.model import format_confidence
from kgraph.base.text import format_day, pluralize
from kgraph.cli import json_output, options, streams
from kgraph.views.values import MAX_VIEW_ROWS

if TYPE_CHECKING:
    from kgraph.views.how import HowFacts
    from kgraph.views.name_rows import RowGroups
    from kgraph.views.why_not_facts import WhyNotFacts, WhyNotReason


def add_commands(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(why)
    app.command(no_args_is_help=True)(how)
    app.command("why-not", no_args_is_help=True)(why_not)


def why(
    episode: Annotated[str, typer.Argument(help="An episode, by file name, title or id.")],
    name: Annotated[
        str, typer.Argument(help="A name in it, as in the graph or as written; or a theme of it.")
    ],
    steps: Annotated[
        bool, typer.Option("--steps", help="Break each confidence down into all its parts.")
    ] = False,
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Explain why an episode is linked to an entity or theme, or why a row was rejected.

    Example: kgraph why 2025-10-02-tll-137-polymarket-comes-home.md Polymarket
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import details
    from kgraph.graph.lookup import explain_naming

    graph = KnowledgeGraph.open(store)
    explanations = graph.why(episode, name, steps=steps)
    for target in dict.fromkeys(explanation.target for explanation in explanations):
        if naming := explain_naming(graph.store.shared, name, target):
            streams.print_remark(naming)
    json_output.print_result(explanations, format, details.print_explanations)


def how(
    name: Annotated[str, typer.Argument(help="An entity, by name or id.")],
    limit: Annotated[
        int, typer.Option(min=1, max=MAX_VIEW_ROWS, help="Groups of rows in each list at most.")
    ] = 20,
    format: options.FileFormat = "",
    as_json: options.AsJson = False,
    output: options.Output = "-",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Tell how an entity came together: which names joined by which rule, and what was left out.

    Also where its label, type and ids come from, and which judgements changed it.

    Example: kgraph how Polymarket
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import tables
    from kgraph.graph.lookup import explain_naming
    from kgraph.views.how_tables import list_groups, tabulate_how

    format = options.resolve_format(format, output)
    graph = KnowledgeGraph.open(store)
    facts = graph.how(name, limit)
    if naming := explain_naming(graph.store.shared, name, facts.thing.id):
        streams.print_remark(naming)
    if format == "json":
        json_output.print_json(facts, output)
    elif options.wants_table(format, output):
        _print_how(facts)
    else:
        tables.write_table(tabulate_how(facts), format, output)
    for part, groups in list_groups(facts):
        if groups.total > len(groups.groups):
            shown = f"{len(groups.groups):,} of {groups.total:,} groups of rows"
            streams.print_remark(f"{part}: limited to {shown}; use --limit")
    if facts.stated.total > len(facts.stated.names):
        shown = f"{len(facts.stated.names):,} of {facts.stated.total:,} names"
        streams.print_remark(f"stated: limited to {shown}; use --limit")
    if facts.note:
        streams.print_remark(facts.note)


def why_not(
    name: Annotated[str, typer.Argument(help="An entity, by name or id.")],
    other: Annotated[
        str, typer.Argument(help="Another one; or an episode, by file name, title or id.")
    ],
    format: options.FileFormat = "",
    as_json: options.AsJson = False,
    output: options.Output = "-",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Tell why two names are not one thing, or why an episode does not mention a name.

    Of an episode and a theme, tell why the episode is not about it.

    Example: kgraph why-not Polymarket 2025-06-10-tll-122-circle-rings-the-bell.md
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import printing, tables
    from kgraph.views.how_tables import tabulate_why_not

    format = options.resolve_format(format, output)
    facts = KnowledgeGraph.open(store).why_not(name, other)
    if format == "json":
        json_output.print_json(facts, output)
    elif options.wants_table(format, output):
        printing.print_lines(_format_why_not(facts))
    else:
        tables.write_table(tabulate_why_not(facts), format, output)
    if facts.note:
        streams.print_remark(facts.note)


# -- how ----------------------------------------------------------------------------

#: List of rows -> its heading.
_HEADINGS = {
    "joined": "Joined",
    "below": "Below the floor: unlikely, so not counted",
    "rejected": "Have its name, and were rejected",
    "elsewhere": "Have its name, and were taken for something else",
}


def _print_how(facts: HowFacts) -> None:
    from kgraph.cli.printing import print_lines, print_rows
    from kgraph.views.how_tables import list_groups

    kind = f", {facts.kind}" if facts.kind else ""
    counts = [f"mentioned in {pluralize(facts.episodes, 'episode')}"]
    counts += [f"advertised in {facts.advertised:,} more"] if facts.advertised else []
    counts += [f"unlikely in {facts.unlikely:,} more"] if facts.unlikely else []
    counts += [f"{pluralize(facts.series, 'episode')} of its own"] if facts.series else []
    print_lines(
        [
            f"{facts.thing.label}: {facts.thing.type}{kind} ({facts.thing.id}); "
            f"{', '.join(counts)}",
            f"label: {facts.label.words}",
            f"type: {facts.type.words}",
            "",
        ]
    )
    print_rows(("id", "from"), [(id_.id, id_.words) for id_ in facts.ids], "Ids")
    series = ("own episodes",) if facts.series else ()
    judgements = [
        (j.line, j.words, j.rows, *((j.series,) if series else ()), j.by, j.date, j.why)
        for j in facts.judgements
    ]
    columns = ("line", "judgement", "rows", *series, "by", "date", "why")
    print_rows(columns, judgements, "Judgements")
    stated = [(s.name, s.episodes, s.rule, s.words, s.file) for s in facts.stated.names]
    heading = f"Stated as the show by files of {pluralize(facts.stated.episodes, 'episode')}"
    print_rows(("as", "episodes", "rule", "why", "example"), stated, heading)
    rules = [
        (
            rule.rule,
            rule.rows,
            rule.episodes,
            _format_range(rule.low, rule.high),
            format_confidence(rule.mean),
        )
        for rule in facts.rules
    ]
    print_rows(("rule", "rows", "episodes", "confidence", "mean"), rules, "Rules that joined rows")
    for part, groups in list_groups(facts):
        _print_groups(_HEADINGS[part], groups)


def _print_groups(heading: str, groups: RowGroups) -> None:
    from kgraph.cli.printing import print_rows

    counts = f"{pluralize(groups.rows, 'row')} of {pluralize(groups.episodes, 'episode')}"
    rows = [
        (
            *(group.surface, group.thing.id if group.thing else "", group.rule),
            *(group.rows, group.episodes, _format_range(group.low, group.high)),
            *(format_confidence(group.mean), group.words, group.example.id),
        )
        for group in groups.groups
    ]
    columns = ("as", "is", "rule", "rows", "episodes", "confidence", "mean", "why", "example")
    print_rows(columns, rows, f"{heading}: {counts}", omit=("example", "why"))


def _format_range(low: float, high: float) -> str:
    ends = dict.fromkeys(map(format_confidence, (low, high)))
    return "–".join(ends)


# -- why not ------------------------------------------------------------------------


def _format_why_not(facts: WhyNotFacts) -> Iterator[str]:
    if facts.episode:
        day = format_day(facts.episode.date, facts.episode.dated) or "undated"
        yield f"{facts.episode.title} ({day}, {facts.episode.id})"
    yield facts.answer
    for reason in facts.reasons:
        yield ""
        yield reason.words
        yield from _format_evidence(reason)
    if facts.commands:
        yield ""
        yield "A judgement changes it, if it is wrong:"
        yield from (f"  {command}" for command in facts.commands)


def _format_evidence(reason: WhyNotReason) -> Iterator[str]:
    from kgraph.cli.details import format_witness

    for row in reason.rows:
        yield from format_witness(row)
    if reason.more_rows:
        yield f"  and {pluralize(reason.more_rows, 'more row')}: `kgraph why` has all"
    for group in reason.groups:
        counts = f"{pluralize(group.rows, 'row')} of {pluralize(group.episodes, 'episode')}"
        confidence = _format_range(group.low, group.high)
        yield f"  {group.surface!r}: {counts} by {group.rule}, {confidence}: {group.words}"
    if reason.candidacy:
        yield f"  in {reason.candidacy.episode.title} ({reason.candidacy.episode.id})"
        yield from format_witness(reason.candidacy.row)
    for name in reason.stated:
        episodes = pluralize(name.episodes, "episode")
        yield f"  {name.name!r}: stated by files of {episodes}, as {name.file}: {name.words}"
    for hit in reason.hits:
        yield f"  {hit.file}#{hit.place}: … {hit.before}{hit.name}{hit.after} …"
    if reason.more_hits:
        yield f"  and {pluralize(reason.more_hits, 'more place')}"
