"""Prints a theme on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph.base.text import format_day, pluralize
from kgraph.cli.printing import MAX_LISTED_ITEMS, print_lines, print_rows

if TYPE_CHECKING:
    from kgraph.views.theme_and_show import ThemeFacts


def print_theme(theme: ThemeFacts) -> None:
    """Print a theme: which episodes count, other themes, companies, quotes and episodes."""
    undated = f", {theme.undated} of them without a known date" if theme.undated else ""
    same = theme.same_thing
    mentions = pluralize(theme.mentioned, "that mentions", "that mention")
    lines = [
        f"{theme.thing.label}: theme; {pluralize(theme.episodes, 'episode')}{undated} "
        f"({theme.thing.id})",
        f"episodes with a quote on it{' or on a narrower theme' if theme.narrower else ''}"
        + (f", and the {mentions} {same.label} ({same.id})" if same else ""),
    ]
    for relation, others in (("broader", theme.broader), ("narrower", theme.narrower)):
        if others:
            lines.append(f"{relation}: {', '.join(f'{x.label} ({x.id})' for x in others)}")
    command = f"kgraph query by-month --param entity={theme.thing.id}"
    print_lines([*lines, f"by month: {command}", ""])
    spellings = [(spelling.text, spelling.count) for spelling in theme.spellings]
    print_rows(("as", "rows"), spellings, "Written", MAX_LISTED_ITEMS)
    companies = [(x.thing.label, x.episodes, f"{x.lift:.1f}") for x in theme.beside]
    print_rows(("name", "episodes", "lift"), companies, "Companies in its episodes")
    quotes = [(f"{x.relevance:.2f}", x.text, x.episode.title) for x in theme.quotes]
    print_rows(("relevance", "text", "episode"), quotes, "Quotes")
    episodes = [
        (format_day(x.date, x.dated), x.title, x.show.label if x.show else "") for x in theme.latest
    ]
    print_rows(("date", "title", "show"), episodes, "Its episodes")
