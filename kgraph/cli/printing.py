"""Prints results on a terminal; control characters of the input are replaced.

Needs rich, which a command imports when it prints.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from rich import filesize
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from kgraph.base.model import MENTION_FLOOR
from kgraph.base.text import format_day, pluralize
from kgraph.cli import streams

if TYPE_CHECKING:
    from kgraph.analysis import NamedQuery
    from kgraph.views.overview import Stats
    from kgraph.views.thing import EntityPage, EpisodePage, PageEpisode, PageQuote
    from kgraph.views.why import Explanation

Value = TypeVar("Value")

MAX_LISTED_ITEMS = 15  #: shows, and spellings of a name, that are printed
MIN_PROSE_WIDTH = 20  #: narrower prose in a table is hard to read
COLUMN_GAP = 2  #: between two columns of a table

#: Explains the numbers of a breakdown, once after all of them.
LOG_ODDS_NOTE = (
    "Numbers are log-odds that a line adds to the decision, against the next likely type: 0.7 "
    "doubles the odds, 2.3 makes them tenfold, a minus lowers them. The first line's number is the "
    "score of the entity among all candidates."
)

#: Width of output into a pipe: wide enough that nothing is cut for the next program.
PIPE_COLUMNS = 200


class OutputConsole(Console):
    """Standard output; a closed pipe ends the command, with a status that the command chooses."""

    def on_broken_pipe(self) -> None:
        """Raise the error that rich has caught, instead of exiting with rich's status."""
        raise  # noqa: PLE0704


class ErrorConsole(Console):
    """Standard error; a closed pipe is ignored."""

    def on_broken_pipe(self) -> None:
        """Discard further messages; rich would close standard output and exit."""
        streams.drop_stream(sys.stderr)


def output_console() -> Console:
    """Return the console of results."""
    width = None if sys.stdout.isatty() else PIPE_COLUMNS
    return OutputConsole(width=width, highlight=False, soft_wrap=True)


def error_console() -> Console:
    """Return the console of messages and progress, which prints nothing with ``--quiet``."""
    return ErrorConsole(stderr=True, highlight=False, quiet=streams.is_quiet())


def sanitize(value: object) -> Text:
    """Make hostile text safe for a terminal: no markup, no control characters.

    A value that is Text already is returned unchanged.
    """
    if isinstance(value, Text):
        return value
    return Text("".join(c if c.isprintable() else " " for c in str(value)))


def render_markdown(markdown: str) -> Text:
    """Render hostile Markdown for a terminal."""
    from rich.markdown import Markdown

    text = "".join(c if c.isprintable() or c == "\n" else " " for c in markdown)
    text = text.replace("<", "&lt;")  # HTML is shown as text
    console = Console(width=output_console().width, highlight=False, color_system=None)
    with console.capture() as capture:
        console.print(Markdown(text, hyperlinks=False))
    return Text("\n".join(map(str.rstrip, capture.get().splitlines())) + "\n")


def print_json(value: Any, output: str = "-") -> None:
    """Write any record as JSON.

    Raises:
        ExportError: the output cannot be written.
    """
    from kgraph.base.files import open_output_file

    with open_output_file(output) as out:
        out.write(msgspec.json.format(msgspec.json.encode(to_named_fields(value))) + b"\n")


def print_result(value: Value, format: str, print_text: Callable[[Value], None]) -> None:
    """Print a result as JSON, or as text for people."""
    if format == "json":
        print_json(value)
    else:
        print_text(value)


def to_named_fields(value: Any) -> Any:
    """Convert structs to objects with named fields, also those that are encoded as arrays.

    >>> from kgraph.base.model import Reason
    >>> to_named_fields([Reason("rule", "known", 1.5)])
    [{'part': 'rule', 'words': 'known', 'weight': 1.5}]
    """
    if isinstance(value, msgspec.Struct):
        return {name: to_named_fields(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {key: to_named_fields(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_named_fields(item) for item in value]
    return value


def layout_rows(
    columns: Sequence[str], rows: Sequence[Sequence[Text]], title: str, width: int
) -> RenderableType:
    """Return rows as a table, or as records with one field a line where it does not fit the width.

    Single words (file names, ids, numbers) are never broken, so that they can be selected and
    copied. Prose and URLs are. If single words leave no space for other columns, each row becomes
    a record, like ``\\x auto`` of ``psql``.
    """
    cells = list(zip(*rows, strict=True))
    words = [
        all(len(cell.plain.split()) < 2 and "://" not in cell.plain for cell in column)
        for column in cells
    ]
    widths = [
        max(len(name), *(cell.cell_len for cell in column))
        for name, column in zip(columns, cells, strict=True)
    ]
    needed = [
        column_width if is_word else min(column_width, MIN_PROSE_WIDTH)
        for column_width, is_word in zip(widths, words, strict=True)
    ]
    heading = [Text(title, "italic")] if title else []
    if sum(needed) + COLUMN_GAP * (len(columns) - 1) > width:
        return Group(*heading, *_make_records(columns, rows))
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name, is_word in zip(columns, words, strict=True):
        table.add_column(Text(name), overflow="fold", no_wrap=is_word)
    for row in rows:
        table.add_row(*row)
    return Group(*heading, table)


def _make_records(
    columns: Sequence[str], rows: Sequence[Sequence[Text]]
) -> Iterator[RenderableType]:
    """Yield each row as lines of name and value, with an empty line between rows."""
    width = max(map(len, columns))
    for number, row in enumerate(rows):
        if number:
            yield Text()
        table = Table.grid(padding=(0, COLUMN_GAP, 0, 0))
        table.add_column(style="bold", min_width=width, no_wrap=True)
        table.add_column(overflow="fold")
        for name, cell in zip(columns, row, strict=True):
            table.add_row(Text(name), cell)
        yield table


def print_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    title: str = "",
    limit: int | None = None,
) -> None:
    """Print rows as a table or as records; print nothing if there are none.

    Cells that are Text keep their style. The number of rows beyond the limit is printed below.
    """
    if rows:
        cells = [list(map(sanitize, row)) for row in rows[:limit]]
        console = output_console()
        console.print(layout_rows(columns, cells, sanitize(title).plain, console.width))
        if left := len(rows) - len(rows[:limit]):
            console.print(sanitize(f"and {left:,} more: --json has all"))
        console.print()


def print_remark(message: str) -> None:
    """Print a message on standard error, unless ``--quiet`` is set."""
    error_console().print(sanitize(message), soft_wrap=True)


def report_output_file(path: str | Path, *counts: str) -> None:
    """Print which file was written, such as `wrote graph.ttl: 812 triples, 3.1 MB`, but for -."""
    if str(path) != "-":
        file = Path(path)
        facts = (*counts, filesize.decimal(file.stat().st_size)) if file.is_file() else counts
        print_remark(f"wrote {path}{': ' if facts else ''}{', '.join(facts)}")


def print_lines(lines: Iterable[str | Text]) -> None:
    for line in lines:
        output_console().print(sanitize(line))


def print_questions(questions: Sequence[NamedQuery]) -> None:
    """Print the named questions by section: name, parameters, summary."""
    from kgraph.query.named import QUESTION_SECTIONS

    for section, heading in QUESTION_SECTIONS.items():
        lines = [heading]
        for question in questions:
            if question.section == section:
                parameters = ", ".join(parameter.name for parameter in question.parameters)
                name = f"{question.name} ({parameters})" if parameters else question.name
                lines.append(f"  {name}: {question.summary}")
        print_lines([*lines, ""])
    print_remark("`kgraph queries NAME` shows one with its parameters, --sparql its SPARQL")


def print_question(question: NamedQuery) -> None:
    """Print one named question: summary, answers, parameters, example."""
    lines = [f"{question.name}: {question.summary}"]
    lines += [f"    answers: {answer}" for answer in question.answers]
    for parameter in question.parameters:
        default = "" if parameter.default is None else f" (default {parameter.default})"
        lines.append(f"    --param {parameter.name}={parameter.type}: {parameter.words}{default}")
    if question.most:
        lines.append(f"    --limit {question.most}: how many rows at most")
    if question.example:
        lines.append(f"    {question.example}")
    print_lines(lines)


def print_stats(stats: Stats) -> None:
    """Print counts, a histogram of confidence, and the most connected entities."""
    dated = stats.episodes - stats.dates.get("unknown", 0)
    print_lines(
        [
            f"{pluralize(stats.episodes, 'episode')} from {pluralize(stats.files, 'file')}, "
            f"{stats.first} to {stats.last}; {stats.with_show:,} with one of "
            f"{pluralize(len(stats.shows), 'show')}, {dated:,} with a date "
            f"({stats.dates.get('processed', 0):,} only of processing); "
            f"{pluralize(stats.quotes, 'quote')}, {stats.adverts:,} of them adverts",
            "",
        ]
    )
    names = [(type_, n, stats.advertised.get(type_, 0)) for type_, n in stats.entities.items()]
    print_rows(("type", "count", "only in adverts"), names, "Entities")
    if stats.unlikely:
        further = list(stats.unlikely.items())
        print_rows(("type", "count"), further, "Further entities, unlikely: not counted above")
    print_rows(("predicate", "count"), list(stats.edges.items()), "Edges")
    if stats.unlikely_mentions:
        mentions = pluralize(stats.unlikely_mentions, "mention")
        print_lines([f"{mentions} with less confidence than {MENTION_FLOOR:g}: --unlikely", ""])
    print_rows(("rule", "mentions"), list(stats.rejected.items()), "Rejected")
    most = max(stats.histogram) or 1
    bars = [
        (f"{n / 10:.1f}", count, "█" * round(40 * count / most))
        for n, count in enumerate(stats.histogram)
    ]
    print_rows(("from", "count", ""), bars, "Confidence of accepted mentions")
    top = [(ranked.label, ranked.type, ranked.episodes) for ranked in stats.connected]
    print_rows(("name", "type", "episodes"), top, "In most episodes")
    print_rows(("show", "episodes"), list(stats.shows.items()), "Shows", MAX_LISTED_ITEMS)


# -- entities, episodes and edges ------------------------------------------------


def print_page(page: EntityPage | EpisodePage) -> None:
    from kgraph.views.thing import EpisodePage

    if isinstance(page, EpisodePage):
        _print_episode(page)
        return
    entity = page.entity
    kind = f", {entity.kind}" if entity.kind else ""
    series = f"{pluralize(page.series, 'episode')} of its own; " if page.series else ""
    adverts = f", advertised in {entity.advertised} more" if entity.advertised else ""
    homonyms = [f"also of that name: {', '.join(page.others)}"] if page.others else []
    print_lines(
        [
            f"{entity.label}: {entity.type}{kind}; {series}mentioned in "
            f"{_format_episode_counts(page)}{adverts}; "
            f"confidence up to {entity.confidence:.2f} ({entity.id})",
            *(f"{predicate} {target}" for predicate, target in entity.relations),
            *homonyms,
            "",
        ]
    )
    spellings = sorted(entity.surfaces.items(), key=lambda item: (-item[1], item[0]))
    print_rows(("as", "rows"), spellings, "Written", MAX_LISTED_ITEMS)
    neighbours = [(n.label, n.type, n.episodes, f"{n.lift:.1f}") for n in page.neighbours]
    print_rows(("name", "type", "episodes", "lift"), neighbours, "In the same episodes")
    _print_quotes(page.quotes)
    _print_episodes("Its episodes", page.belonging)
    _print_episodes("Mentioned in", page.episodes)
    _print_episodes("Advertised in", page.advertised)


def _format_episode_counts(page: EntityPage) -> str:
    """Return how many episodes mention an entity, and how many of them are unlikely to.

    The unlikely ones are among its episodes only if they were asked for.
    """
    episodes, unlikely = pluralize(page.entity.episodes, "episode"), page.entity.unlikely
    if not unlikely:
        return episodes
    floor = f"{MENTION_FLOOR:g}"
    if page.entity.episodes > page.likely:
        return f"{episodes}: {page.likely:,} with confidence {floor} or more, {unlikely:,} below"
    below = f"{unlikely:,} more with confidence below {floor}"
    return f"{episodes}, and in {below} (--unlikely lists them)"


def _print_episodes(heading: str, episodes: Sequence[PageEpisode]) -> None:
    rows = [(format_day(x.date, x.dated), f"{x.confidence:.2f}", x.title, x.show) for x in episodes]
    print_rows(("date", "confidence", "title", "show"), rows, heading)


def _print_quotes(quotes: Sequence[PageQuote]) -> None:
    rows = [(f"{quote.relevance:.2f}", quote.text, quote.title) for quote in quotes]
    print_rows(("relevance", "text", "episode"), rows, "Quotes")


def _print_episode(page: EpisodePage) -> None:
    line = page.episode
    print_lines(
        [
            line.title,
            f"{format_day(line.date, line.dated)}  {line.show or 'show unknown'}  {page.url}",
            f"{line.slug}: {' = '.join(page.files)}",
            "",
            render_markdown(page.summary),
        ]
    )
    for heading, entities in (("Mentions", page.mentions), ("Advertises", page.advertised)):
        rows = [(x.label, x.type, f"{x.confidence:.2f}") for x in entities]
        print_rows(("name", "type", "confidence"), rows, heading)
    if page.unlikely:
        mentions = pluralize(page.unlikely, "mention")
        print_lines([f"{mentions} with less confidence than {MENTION_FLOOR:g}: --unlikely", ""])
    _print_quotes(page.quotes)


def print_explanations(explanations: Sequence[Explanation]) -> None:
    """Print each edge, then its rows with the breakdown of their scores."""
    for explanation in explanations:
        print_lines(_format_explanation(explanation))
    reasons = [reason for edge in explanations for reason in edge.reasons]
    reasons += [reason for edge in explanations for row in edge.rows for reason in row.reasons]
    if any(reason.weight for reason in reasons):
        print_lines([LOG_ODDS_NOTE])


def _format_explanation(explanation: Explanation) -> Iterator[str]:
    from kgraph.views.why import SHOW_EDGE_RULE

    verdict = "rejected" if explanation.type == "noise" else explanation.type
    if explanation.is_unlikely:
        verdict = f"unlikely {explanation.type}, so not counted"
    if explanation.rule == SHOW_EDGE_RULE:
        verdict = "the show of the episode"
    yield (
        f"{explanation.label}: {verdict}, confidence {explanation.confidence:.2f}, "
        f"by {explanation.rule} ({explanation.target}) in {explanation.episode}"
    )
    yield from (f"  {reason}" for reason in explanation.reasons)
    if explanation.advert:
        why = "; ".join(map(str, explanation.advert))
        yield f"  only in adverts, so not counted: {why}"
    for row in explanation.rows:
        stated = f", stated {row.stated}" if row.stated else ""
        category = f", category {row.category}" if row.category else ""
        yield (
            f"  {row.file}#{row.pointer} {row.surface!r} by {row.extractor}{stated}"
            f"{category}: {row.rule}, {row.confidence:.2f}"
        )
        if row.context:
            yield f"      … {row.context} …"
        yield from (f"      {reason}" for reason in row.reasons)
