"""The best quotes of a window of days: relevant, no adverts, none twice, few of each episode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from kgraph.analysis.tie_quotes import iterate_naming_quotes
from kgraph.analysis.window_names import split_window
from kgraph.base.model import reaches_floor
from kgraph.graph.episode_recording import read_recording
from kgraph.graph.records import Occurrence, Quote
from kgraph.query.parameters import QueryArguments, int_arg
from kgraph.query.table import MIN_DUPLICATE_SCORE, Finding, Findings
from kgraph.store import Store

#: Slug of an episode, a quote in it, how it occurs there, and ids of what it names.
_NamedQuote = tuple[str, Quote, Occurrence, list[str]]

WINDOW_QUOTE_COLUMNS = ("text", "relevance", "names", "title", "show", "day", "recording")


def find_window_quotes(store: Store, arguments: QueryArguments) -> Findings:
    """List the best quotes of a window; the score is their relevance.

    The most relevant come first; of equal ones those that name most, then the earlier ones.

    Raises:
        InputError: as of :func:`kgraph.analysis.window_names.split_window`.
    """
    inside = split_window(store, arguments).inside
    naming = [
        (slug, quote, occurrence, [id_ for id_, sure in quote.entities if reaches_floor(sure)])
        for slug, quote, occurrence in iterate_naming_quotes(store, inside, ())
        if not (quote.is_advert or occurrence.is_advert)
    ]
    naming.sort(
        key=lambda row: (-row[2].relevance, -len(row[3]), inside[row[0]].date, row[0], row[1].text)
    )
    limits = (int_arg(arguments, name) for name in ("perEpisode", "count"))
    chosen = _limit_quotes(naming, *limits)
    recordings = {
        episode.slug: read_recording(episode)
        for episode in store.read_episodes(sorted({slug for slug, *_ in chosen}))
    }
    entities, rows = store.shared.entities, []
    for slug, quote, occurrence, ids in chosen:
        summary = inside[slug]
        cells = (
            quote.text,
            occurrence.relevance,
            ", ".join(entities[id_].label for id_ in ids),
            summary.title,
            entities[summary.show].label if summary.show else "",
            summary.date[:10],
            recordings[slug].link_quote(quote.text),
        )
        rows.append(Finding(cells, (quote.id, f"episode/{slug}"), occurrence.relevance))
    return Findings(WINDOW_QUOTE_COLUMNS, rows)


def _limit_quotes(quotes: Iterable[_NamedQuote], per_episode: int, count: int) -> list[_NamedQuote]:
    """Return the first quotes, a few of each episode, without those that nearly repeat another."""
    counts: Counter[str] = Counter()
    chosen: list[_NamedQuote] = []
    for row in quotes:
        slug, quote, *_ = row
        if counts[slug] == per_episode or process.extractOne(
            quote.text,
            [other.text for _, other, *_ in chosen],
            scorer=fuzz.ratio,
            score_cutoff=MIN_DUPLICATE_SCORE,
        ):
            continue
        counts[slug] += 1
        chosen.append(row)
        if len(chosen) == count:
            break
    return chosen
