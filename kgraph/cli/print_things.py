"""Prints one entity or episode, and the reasons for one edge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kgraph.base.text import format_day, pluralize
from kgraph.cli import printing
from kgraph.views.thing import EntityPage, EpisodePage, PageEpisode, PageQuote
from kgraph.views.why import SHOW_EDGE_RULE, Explanation

#: Explains the numbers of a breakdown, once after all of them.
LOG_ODDS_NOTE = (
    "Numbers are log-odds that a line adds to the decision, against the next likely type: 0.7 "
    "doubles the odds, 2.3 makes them tenfold, a minus lowers them. The first line's number is the "
    "score of the entity among all candidates."
)


def print_page(page: EntityPage | EpisodePage) -> None:
    if isinstance(page, EpisodePage):
        _print_episode(page)
        return
    entity = page.entity
    kind = f", {entity.kind}" if entity.kind else ""
    series = f"{pluralize(page.series, 'episode')} of its own; " if page.series else ""
    adverts = f", advertised in {entity.advertised} more" if entity.advertised else ""
    homonyms = [f"also of that name: {', '.join(page.others)}"] if page.others else []
    printing.print_lines(
        [
            f"{entity.label}: {entity.type}{kind}; {series}mentioned in "
            f"{pluralize(entity.episodes, 'episode')}{adverts}; "
            f"confidence up to {entity.confidence:.2f} ({entity.id})",
            *(f"{predicate} {target}" for predicate, target in entity.relations),
            *homonyms,
            "",
        ]
    )
    spellings = sorted(entity.surfaces.items(), key=lambda item: (-item[1], item[0]))
    printing.print_rows(("as", "rows"), spellings, "Written", printing.MAX_LISTED_ITEMS)
    neighbours = [(n.label, n.type, n.episodes, f"{n.lift:.1f}") for n in page.neighbours]
    printing.print_rows(("name", "type", "episodes", "lift"), neighbours, "In the same episodes")
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
    for heading, entities in (("Mentions", page.mentions), ("Advertises", page.advertised)):
        rows = [(x.label, x.type, f"{x.confidence:.2f}") for x in entities]
        printing.print_rows(("name", "type", "confidence"), rows, heading)
    _print_quotes(page.quotes)


def print_explanations(explanations: Sequence[Explanation]) -> None:
    """Print each edge, then its rows with the breakdown of their scores."""
    for explanation in explanations:
        printing.print_lines(_format_explanation(explanation))
    reasons = [reason for edge in explanations for reason in edge.reasons]
    reasons += [reason for edge in explanations for row in edge.rows for reason in row.reasons]
    if any(reason.weight for reason in reasons):
        printing.print_lines([LOG_ODDS_NOTE])


def _format_explanation(explanation: Explanation) -> Iterator[str]:
    verdict = "rejected" if explanation.type == "noise" else explanation.type
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
