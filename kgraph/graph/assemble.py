"""One recording's part of the graph, from its files and the tables of the whole corpus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kgraph.base.model import Decision, Episode, Row
from kgraph.graph.combine import combine
from kgraph.graph.naming import Names
from kgraph.graph.records import (
    EpisodeGraph,
    MentionEdge,
    Occurrence,
    Quote,
    RowDecision,
    ShowEdge,
)
from kgraph.resolve.corpus import Observed, Tables
from kgraph.resolve.mentions.decide import decide
from kgraph.resolve.quotes.advert_mentions import Aloud, promotion_of
from kgraph.resolve.quotes.decide import QuoteDecision, decide_quotes
from kgraph.resolve.quotes.passages import TALK
from kgraph.resolve.quotes.sponsors import sponsors_of
from kgraph.resolve.quotes.themes import themes_of_quote
from kgraph.resolve.shows.decide import decide as decide_show


def assemble(
    slug: str, observed: Sequence[Observed], tables: Tables, judged: set[str] | None = None
) -> EpisodeGraph:
    """What the recording says, resolved.

    Args:
        slug: last segment of the episode's id.
        observed: its files, in order of their names.
        tables: what the whole corpus says, the lexicon and the judgements.
        judged: what judgements spoke of here is added to it, if it is given.
    """
    files = tuple(file.episode for file in observed)
    looks = [file.quotes for file in observed]
    sponsors = sponsors_of(files, tables.sponsors)
    said = decide_quotes(files, tables.quotes, looks, sponsors)
    aloud = Aloud(files, said, tables.repeated, tables.knowledge.vocabulary, sponsors)
    mentions = _mentions(files, tables, aloud, set() if judged is None else judged)
    quotes, occurrences = _quotes(slug, files, said, tables, Names(mentions))
    return EpisodeGraph(slug, files, _show(observed[0], tables), mentions, quotes, occurrences)


def _mentions(
    files: tuple[Episode, ...], tables: Tables, aloud: Aloud, judged: set[str]
) -> tuple[MentionEdge, ...]:
    """Rows of one entity, or of one rejected surface, as one edge."""
    edges: dict[tuple[str, str], list[_Ground]] = {}
    for number, file in enumerate(files):
        rows = file.rows.get("companies", ())
        for row, decisions in zip(rows, decide(file, tables.knowledge), strict=True):
            for decision in decisions:
                judged.update(decision.judged)
                ground = _Ground(number, row, decision)
                edges.setdefault((decision.type, decision.key), []).append(ground)
    found = [_mention(grounds, aloud) for grounds in edges.values()]
    return tuple(sorted(found, key=lambda m: (not m.accepted, m.target)))


class _Ground(NamedTuple):
    """A row, the file it stands in, and one of its decisions."""

    file: int
    row: Row
    decision: Decision


def _mention(grounds: list[_Ground], aloud: Aloud) -> MentionEdge:
    strongest = max(grounds, key=lambda ground: ground.decision.confidence).decision
    promotion = TALK
    if strongest.accepted:
        promotion = promotion_of([ground.row for ground in grounds], aloud)
    return MentionEdge(
        strongest.type,
        strongest.key,
        strongest.label,
        combine(ground.decision.confidence for ground in grounds),
        strongest.rule,
        tuple(map(_row_decision, grounds)),
        promotion.probability,
        promotion.reasons,
    )


def _row_decision(ground: _Ground) -> RowDecision:
    decision = ground.decision
    return RowDecision(
        ground.file,
        ground.row.index,
        ground.row.text("name"),
        decision.confidence,
        decision.rule,
        decision.reasons,
    )


def _show(file: Observed, tables: Tables) -> ShowEdge | None:
    decision = decide_show(file.show, tables.shows)
    if not decision.key:
        return None
    return ShowEdge(decision.key, decision.label, decision.confidence, decision.evidence)


def _quotes(
    slug: str,
    files: Sequence[Episode],
    said: Iterable[QuoteDecision],
    tables: Tables,
    names: Names,
) -> tuple[tuple[Quote, ...], tuple[Occurrence, ...]]:
    """The quotes whose text stands here, and the occurrences of all."""
    quotes, occurrences = [], []
    themes = {
        (number, row.index): themes_of_quote(row)
        for number, file in enumerate(files)
        for row in file.rows.get("quotes", ())
    }
    for found in sorted(said, key=lambda decision: decision.key):
        filed = tuple(dict.fromkeys(key for place in found.rows for key in themes[place]))
        occurrences.append(
            Occurrence(found.key, found.relevance, found.rows, filed, found.is_advert)
        )
        if tables.quotes.homes.get(found.key, slug) == slug:
            named = names.within(found.text)
            quotes.append(Quote(found.key, found.text, found.advert, found.reasons, named))
    return tuple(quotes), tuple(occurrences)
