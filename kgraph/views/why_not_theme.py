"""Why an episode is not about a theme: its quotes that come near, and what would make it so."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from kgraph.base.text import pluralize
from kgraph.graph import EpisodeGraph
from kgraph.graph.absence import format_names_command
from kgraph.views.explanation import Witness
from kgraph.views.open_graph import OpenGraph
from kgraph.views.why_not_facts import WhyNotFacts, WhyNotKind, WhyNotReason, WhyNotRequest
from kgraph.views.why_terms import explain_theme, list_theme_rows

MAX_EVIDENCE_ROWS = 5  #: rows of one reason

_ANSWERS: dict[WhyNotKind, str] = {
    "about": "The episode is about {label}.",
    "advertised": "Only adverts of the episode are about {label}, and these do not count.",
    "unsupported": "A topic string names {label}, and no word of its quote bears that out.",
    "unnamed": "The episode has words of {label}, and no topic string of their quotes names it.",
    "absent": "No topic string and no word of the episode's quotes names {label}.",
}  #: kind of a reason -> the answer that it gives, the one that decides first

_WORDS: dict[WhyNotKind, str] = {
    "advertised": "{quotes} in adverts on it.",
    "unsupported": "{quotes} with a topic string that names it, and without a word of it.",
    "unnamed": "{quotes} with words that bear out a topic string for it, and without a string.",
}  #: kind of a reason -> its words


def explain_theme_absence(
    graph: OpenGraph, theme: str, slug: str, request: WhyNotRequest
) -> WhyNotFacts:
    """Tell why an episode is not about a theme, or that it is.

    Args:
        theme: id of the theme.
        slug: of the episode.
        request: with their names as asked.
    """
    episode, thing = graph.store.episode(slug), graph.make_ref(theme)
    edge = next(explain_theme(episode, theme, graph.shared.themes), None)
    if edge:
        command = format_names_command("why", episode.files[0].file, theme)
        words = f"`{command}` tells by which rows."
        more = max(0, len(edge.rows) - MAX_EVIDENCE_ROWS)
        reasons = [WhyNotReason("about", words, edge.rows[:MAX_EVIDENCE_ROWS], more)]
    else:
        reasons = [*_list_near_misses(episode, theme, thing.label), _describe_need(graph, theme)]
    answer = next(_ANSWERS[kind] for kind in _ANSWERS if kind in {r.kind for r in reasons})
    return WhyNotFacts(
        request.name,
        thing,
        request.other,
        None,
        graph.make_episode_line(slug),
        edge is not None,
        answer.format(label=thing.label),
        reasons,
    )


def _list_near_misses(episode: EpisodeGraph, theme: str, label: str) -> Iterator[WhyNotReason]:
    """Yield a reason for each way in which quotes of an episode come near a theme."""
    key = theme.partition("/")[2]
    quotes: dict[WhyNotKind, list[list[Witness]]] = {kind: [] for kind in _WORDS}
    for occurrence in episode.occurrences:
        rows = list_theme_rows(episode, occurrence, key, label)
        parts = {reason.part for row in rows for reason in row.reasons}
        if key in occurrence.themes:  # outside adverts, the episode would be about it
            quotes["advertised"].append(rows)
        elif "topic string" in parts:
            quotes["unsupported"].append(rows)
        elif parts:
            quotes["unnamed"].append(rows)
    for kind, groups in quotes.items():
        if groups:
            words = _WORDS[kind].format(quotes=pluralize(len(groups), "quote"))
            witnesses = [replace(row, rule=kind) for rows in groups for row in rows]
            more = max(0, len(witnesses) - MAX_EVIDENCE_ROWS)
            yield WhyNotReason(kind, words, witnesses[:MAX_EVIDENCE_ROWS], more)


def _describe_need(graph: OpenGraph, theme: str) -> WhyNotReason:
    """Tell what an episode needs to be about a theme."""
    term = graph.shared.themes[theme]
    words = (
        f"To be about {term.label}, it needs a quote outside adverts with a word that means the "
        "theme by itself, or with a topic string that names it and a word that bears that out"
    )
    if term.thing:
        words += f"; or a mention of {graph.make_ref(term.thing).label} ({term.thing})"
    if any(other.broader == theme for other in graph.shared.themes.values()):
        words += "; or to be about a narrower theme"
    return WhyNotReason("absent", f"{words}.")
