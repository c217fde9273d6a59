"""How one thing, or the reasons for one edge, look on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kgraph.base.text import format_day, pluralize
from kgraph.cli import printing
from kgraph.views.thing import EntityPage, EpisodePage, PageEpisode, PageQuote
from kgraph.views.why import SHOW_EDGE_RULE, Explanation

LOG_ODDS_NOTE = (
    "Numbers are log-odds that a line adds to what was decided, against the next likely kind of "
    "thing: 0.7 doubles the odds, 2.3 makes them tenfold, a minus lowers them. The first line's "
    "is the score of the thing named among those that could be meant."
)
"""What the numbers of a breakdown mean: said once, after all of them."""


def print_page(page: EntityPage | EpisodePage) -> None:
    """One entity or episode."""
    if isinstance(page, EntityPage):
        _print_entity(page)
    else:
        _print_episode(page)


def _print_entity(page: EntityPage) -> None:
    entity = page.entity
    kind = f", {entity.kind}" if entity.kind else ""
    own = f"{pluralize(page.series, 'episode')} of its own; " if page.series else ""
    sold = f", advertised in {entity.advertised} more" if entity.advertised else ""
    others = [f"also of that name: {', '.join(page.others)}"] if page.others else []
    printing.print_lines(
        [
            f"{entity.label}: {entity.type}{kind}; {own}mentioned in "
            f"{pluralize(entity.episodes, 'episode')}{sold}; "
            f"confidence up to {entity.confidence:.2f} ({entity.id})",
            *(f"{predicate} {target}" for predicate, target in entity.relations),
            *others,
            "",
        ]
    )
    names = sorted(entity.surfaces.items(), key=lambda item: (-item[1], item[0]))
    printing.print_rows(("as", "rows"), names, "Written", printing.MAX_LISTED_ITEMS)
    beside = [(n.label, n.type, n.episodes, f"{n.lift:.1f}") for n in page.neighbours]
    printing.print_rows(("name", "type", "episodes", "lift"), beside, "In the same episodes")
    _print_quotes(page.quotes)
    _print_episodes("Its episodes", page.belonging)
    _print_episodes("Mentioned in", page.episodes)
    _print_episodes("Advertised in", page.advertised)


def _print_episodes(heading: str, episodes: Sequence[PageEpisode]) -> None:
    rows = [(format_day(x.date, x.dated), f"{x.confidence:.2f}", x.title, x.show) for x in episodes]
    printing.print_rows(("date", "confidence", "title", "show"), rows, heading)


def _print_quotes(quotes: Sequence[PageQuote]) -> None:
    rows = [(f"{quote.relevance:.2f}", quote.text, quote.title) for quote in quotes]
    printing.print_rows(("relevance", "text", "episode"), rows, "Quotes")


def _print_episode(page: EpisodePage) -> None:
    line = page.episode
    printing.print_lines(
        [
            line.title,
            f"{format_day(line.date, line.dated)}  {line.show or 'show unknown'}  {page.url}",
            f"{line.slug}: {' = '.join(page.files)}",
            "",
            printing.render_markdown(page.summary),
        ]
    )
    for heading, named in (("Mentions", page.mentions), ("Advertises", page.advertised)):
        rows = [(x.label, x.type, f"{x.confidence:.2f}") for x in named]
        printing.print_rows(("name", "type", "confidence"), rows, heading)
    _print_quotes(page.quotes)


def print_explanations(found: Sequence[Explanation]) -> None:
    """Each edge, then its rows with their breakdown."""
    for explanation in found:
        printing.print_lines(_format_explanation(explanation))
    reasons = [row.reasons for one in found for row in one.rows]
    reasons += [one.reasons for one in found]
    if any(reason.weight for several in reasons for reason in several):
        printing.print_lines([LOG_ODDS_NOTE])


def _format_explanation(explanation: Explanation) -> Iterator[str]:
    verdict = "rejected" if explanation.type == "noise" else explanation.type
    if explanation.rule == SHOW_EDGE_RULE:
        verdict = "the show that it is of"
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
