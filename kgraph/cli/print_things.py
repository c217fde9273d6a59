"""How one thing, or the reasons for one edge, look on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kgraph.base.text import counted, said_day
from kgraph.cli import printing
from kgraph.views.thing import EntityPage, EpisodePage, Line, Saying
from kgraph.views.why import BELONGS, Explanation

LOG_ODDS = (
    "Numbers are log-odds that a line adds to what was decided, against the next likely kind of "
    "thing: 0.7 doubles the odds, 2.3 makes them tenfold, a minus lowers them. The first line's "
    "is the score of the thing named among those that could be meant."
)
"""What the numbers of a breakdown mean: said once, after all of them."""


def page(page: EntityPage | EpisodePage) -> None:
    """One entity or episode."""
    if isinstance(page, EntityPage):
        _entity(page)
    else:
        _episode(page)


def _entity(page: EntityPage) -> None:
    entity = page.entity
    kind = f", {entity.kind}" if entity.kind else ""
    own = f"{counted(page.series, 'episode')} of its own; " if page.series else ""
    sold = f", advertised in {entity.advertised} more" if entity.advertised else ""
    others = [f"also of that name: {', '.join(page.others)}"] if page.others else []
    printing.lines(
        [
            f"{entity.label}: {entity.type}{kind}; {own}mentioned in "
            f"{counted(entity.episodes, 'episode')}{sold}; "
            f"confidence up to {entity.confidence:.2f} ({entity.id})",
            *(f"{predicate} {target}" for predicate, target in entity.relations),
            *others,
            "",
        ]
    )
    names = sorted(entity.surfaces.items(), key=lambda item: (-item[1], item[0]))
    printing.rows(("as", "rows"), names, "Written", printing.SOME)
    beside = [(n.label, n.type, n.episodes, f"{n.lift:.1f}") for n in page.neighbours]
    printing.rows(("name", "type", "episodes", "lift"), beside, "In the same episodes")
    _sayings(page.quotes)
    _lines("Its episodes", page.belonging)
    _lines("Mentioned in", page.episodes)
    _lines("Advertised in", page.advertised)


def _lines(heading: str, episodes: Sequence[Line]) -> None:
    rows = [(said_day(x.date, x.dated), f"{x.confidence:.2f}", x.title, x.show) for x in episodes]
    printing.rows(("date", "confidence", "title", "show"), rows, heading)


def _sayings(quotes: Sequence[Saying]) -> None:
    rows = [(f"{quote.relevance:.2f}", quote.text, quote.title) for quote in quotes]
    printing.rows(("relevance", "text", "episode"), rows, "Quotes")


def _episode(page: EpisodePage) -> None:
    line = page.episode
    printing.lines(
        [
            line.title,
            f"{said_day(line.date, line.dated)}  {line.show or 'show unknown'}  {page.url}",
            f"{line.slug}: {' = '.join(page.files)}",
            "",
            printing.prose(page.summary),
        ]
    )
    for heading, named in (("Mentions", page.mentions), ("Advertises", page.advertised)):
        rows = [(x.label, x.type, f"{x.confidence:.2f}") for x in named]
        printing.rows(("name", "type", "confidence"), rows, heading)
    _sayings(page.quotes)


def explanations(found: Sequence[Explanation]) -> None:
    """Each edge, then its rows with their breakdown."""
    for explanation in found:
        printing.lines(_told(explanation))
    reasons = [row.reasons for one in found for row in one.rows]
    reasons += [one.reasons for one in found]
    if any(reason.weight for several in reasons for reason in several):
        printing.lines([LOG_ODDS])


def _told(explanation: Explanation) -> Iterator[str]:
    verdict = "rejected" if explanation.type == "noise" else explanation.type
    if explanation.rule == BELONGS:
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
