"""Prints one thing on a terminal, such as an entity or a topic; and why an edge is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kgraph.base.counts import rank_counts
from kgraph.base.external_id import ExternalId
from kgraph.base.model import MENTION_FLOOR, format_confidence
from kgraph.base.text import format_day, pluralize
from kgraph.cli.printing import (
    MAX_LISTED_ITEMS,
    print_lines,
    print_rows,
    render_markdown,
    report_narrow,
)

if TYPE_CHECKING:
    from kgraph.views.theme_and_show import ThemeFacts
    from kgraph.views.thing import EntityPage, EpisodePage, PageEpisode, PageQuote
    from kgraph.views.values import Association, AssociationGroup, EntityRef

UNCERTAIN_TITLE = "In several of the same episodes, which may be chance"

#: Columns of associations that a narrow terminal has no space for.
OMITTED_COLUMNS = ("said of both",)


def print_page(page: EntityPage | EpisodePage) -> None:
    from kgraph.views.thing import EpisodePage

    if isinstance(page, EpisodePage):
        _print_episode(page)
        return
    entity = page.entity
    kind = f", {entity.kind}" if entity.kind else ""
    series = f"{pluralize(page.series, 'episode')} of its own; " if page.series else ""
    adverts = f", advertised in {entity.advertised} more" if entity.advertised else ""
    registered = [str(ExternalId(*pair)) for pair in entity.ids]
    ids = [f"in other registers: {', '.join(registered)}"] if registered else []
    print_lines(
        [
            f"{entity.label}: {entity.type}{kind}; {series}mentioned in "
            f"{_format_episode_counts(page)}{adverts}; "
            f"confidence up to {format_confidence(entity.confidence)} ({entity.id})",
            *(f"{predicate} {target}" for predicate, target in entity.relations),
            *ids,
            *_format_others(page.others),
            "",
        ]
    )
    spellings = rank_counts(entity.surfaces)
    print_rows(("as", "rows"), spellings, "Written", MAX_LISTED_ITEMS)
    left_out = _print_beside(page.beside, "In the same episodes more often than by chance")
    _print_quotes(page.quotes)
    _print_episodes("Its episodes", page.belonging, page.series)
    _print_episodes("Mentioned in", page.episodes, entity.episodes)
    _print_episodes("Advertised in", page.advertised, entity.advertised)
    report_narrow(left_out, "--json")


def _format_others(ids: Sequence[str]) -> list[str]:
    return [f"the name may also mean: {', '.join(ids)} (`kgraph show ID`)"] if ids else []


def _print_beside(groups: Sequence[AssociationGroup], title: str) -> list[str]:
    """Print associations by type, and below them those that may be chance.

    Returns the columns that do not fit the terminal.
    """
    rows = [row for group in groups for row in group.rows]
    uncertain = [row for group in groups for row in group.uncertain]
    uncertain_total = sum(group.uncertain_total for group in groups)
    left_out = _print_associations(rows, title, sum(group.total for group in groups))
    return _print_associations(uncertain, UNCERTAIN_TITLE, uncertain_total) or left_out


def _print_associations(rows: Sequence[Association], title: str, total: int) -> list[str]:
    """Print a table of associations, with the sentences that tie if there are any.

    Returns the columns that do not fit the terminal.
    """
    has_sentences = any(row.sentence for row in rows)
    columns = ("name", "type", "episodes", "lift", "association", "said of both")
    cells = [
        (row.thing.label, row.thing.type, row.episodes, f"{row.lift:.1f}", _format_association(row))
        + ((row.sentence,) if has_sentences else ())
        for row in rows
    ]
    shown = columns if has_sentences else columns[:-1]
    return print_rows(shown, cells, title, omit=OMITTED_COLUMNS, total=total)


def _format_association(row: Association) -> str:
    return f"{row.association:.2f}" if row.association > 0 else "may be chance"


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


def _print_episodes(heading: str, episodes: Sequence[PageEpisode], total: int) -> None:
    """Print the newest episodes, and how many of a total there are."""
    rows = [
        (format_day(x.date, x.dated), format_confidence(x.confidence), x.title, x.show)
        for x in episodes
    ]
    print_rows(
        ("date", "confidence", "title", "show"), rows, f"{heading}, newest first", total=total
    )


def _print_quotes(quotes: Sequence[PageQuote]) -> None:
    rows = [(f"{quote.relevance:.2f}", quote.text, quote.title) for quote in quotes]
    print_rows(("relevance", "text", "episode"), rows, "Best quotes")


def _print_episode(page: EpisodePage) -> None:
    line = page.episode
    day = format_day(line.date, line.dated) or "undated"
    print_lines(
        [
            line.title,
            f"{day}  {line.show or 'show unknown'}  {page.url}",
            f"{line.slug}: {' = '.join(page.files)}",
            *_list_terms(("topics", page.topics), ("tags", page.tags)),
            "",
            render_markdown(page.summary),
        ]
    )
    for heading, entities, total in (
        ("Mentions", page.mentions, page.mention_total),
        ("Advertises", page.advertised, page.advert_total),
    ):
        rows = [(x.label, x.type, format_confidence(x.confidence)) for x in entities]
        print_rows(("name", "type", "confidence"), rows, heading, total=total)
    if page.unlikely:
        mentions = pluralize(page.unlikely, "mention")
        print_lines([f"{mentions} with less confidence than {MENTION_FLOOR:g}: --unlikely", ""])
    _print_quotes(page.quotes)


def _list_terms(*named: tuple[str, Sequence[EntityRef]]) -> Iterator[str]:
    """Yield a line for each kind of terms that there are, by name and id."""
    for name, terms in named:
        if terms:
            yield f"{name}: {', '.join(f'{term.label} ({term.id})' for term in terms)}"


def print_theme(theme: ThemeFacts) -> None:
    """Print a theme, topic or tag: which episodes count, other themes, neighbours, quotes and
    episodes."""
    undated = f", {theme.undated} of them without a known date" if theme.undated else ""
    same = theme.same_thing
    mentions = pluralize(theme.mentioned, "that mentions", "that mention")
    kind = theme.thing.type
    lines = [
        f"{theme.thing.label}: {kind}; {pluralize(theme.episodes, 'episode')}{undated} "
        f"({theme.thing.id})"
    ]
    if kind == "theme":
        lines += [
            f"episodes with a quote on it{' or on a narrower theme' if theme.narrower else ''}"
            + (f", and the {mentions} {same.label} ({same.id})" if same else ""),
            *_list_terms(("broader", theme.broader), ("narrower", theme.narrower)),
        ]
    else:
        lines.append(f"episodes whose files list it under {kind}s")
        lines += _list_terms(("names the same as", [same] if same else []))
    lines.append(f"by month: kgraph query by-month --param entity={theme.thing.id}")
    lines += _format_others(theme.others)
    print_lines([*lines, ""])
    spellings = [(spelling.text, spelling.count) for spelling in theme.spellings]
    print_rows(("as", "rows"), spellings, "Written", MAX_LISTED_ITEMS)
    left_out = _print_beside(theme.beside, "In its episodes more often than in others")
    quotes = [(f"{x.relevance:.2f}", x.text, x.episode.title) for x in theme.quotes]
    of_episodes = "" if kind == "theme" else " of its episodes"
    print_rows(("relevance", "text", "episode"), quotes, f"Best quotes{of_episodes}")
    episodes = [
        (format_day(x.date, x.dated), x.title, x.show.label if x.show else "") for x in theme.latest
    ]
    print_rows(
        ("date", "title", "show"), episodes, "Its episodes, newest first", total=theme.episodes
    )
    report_narrow(left_out, "--json")
