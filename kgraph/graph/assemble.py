"""One recording's part of the graph, from its files and the tables of the whole corpus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kgraph.base.model import Decision, Episode, Row
from kgraph.graph.combine import combine_confidences
from kgraph.graph.naming import QuoteNameMatcher
from kgraph.graph.records import (
    EpisodeGraph,
    MentionEdge,
    Occurrence,
    Quote,
    RowDecision,
    ShowEdge,
)
from kgraph.resolve.corpus import CorpusTables, EpisodeObservation
from kgraph.resolve.mentions.decide import decide_mentions
from kgraph.resolve.quotes.advert_mentions import SpokenText, score_mention
from kgraph.resolve.quotes.decide import QuoteDecision, decide_quotes
from kgraph.resolve.quotes.passages import NOT_ADVERT
from kgraph.resolve.quotes.sponsors import find_sponsors
from kgraph.resolve.quotes.themes import find_quote_themes
from kgraph.resolve.shows.decide import decide_show as decide_show


def assemble_episode(
    slug: str,
    observed: Sequence[EpisodeObservation],
    tables: CorpusTables,
    judged: set[str] | None = None,
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
    sponsors = find_sponsors(files, tables.sponsors)
    said = decide_quotes(files, tables.quotes, looks, sponsors)
    aloud = SpokenText(files, said, tables.repetitions, tables.knowledge.vocabulary, sponsors)
    mentions = _build_mentions(files, tables, aloud, set() if judged is None else judged)
    quotes, occurrences = _build_quotes(slug, files, said, tables, QuoteNameMatcher(mentions))
    return EpisodeGraph(
        slug, files, _build_show_edge(observed[0], tables), mentions, quotes, occurrences
    )


def _build_mentions(
    files: tuple[Episode, ...], tables: CorpusTables, aloud: SpokenText, judged: set[str]
) -> tuple[MentionEdge, ...]:
    """Rows of one entity, or of one rejected surface, as one edge."""
    edges: dict[tuple[str, str], list[_RowEvidence]] = {}
    for number, file in enumerate(files):
        rows = file.rows.get("companies", ())
        for row, decisions in zip(rows, decide_mentions(file, tables.knowledge), strict=True):
            for decision in decisions:
                judged.update(decision.judgement_keys)
                ground = _RowEvidence(number, row, decision)
                edges.setdefault((decision.type, decision.key), []).append(ground)
    found = [_build_mention(grounds, aloud) for grounds in edges.values()]
    return tuple(sorted(found, key=lambda m: (not m.is_accepted, m.target)))


class _RowEvidence(NamedTuple):
    """A row, the file it stands in, and one of its decisions."""

    file: int
    row: Row
    decision: Decision


def _build_mention(grounds: list[_RowEvidence], aloud: SpokenText) -> MentionEdge:
    strongest = max(grounds, key=lambda ground: ground.decision.confidence).decision
    promotion = NOT_ADVERT
    if strongest.is_accepted:
        promotion = score_mention([ground.row for ground in grounds], aloud)
    return MentionEdge(
        strongest.type,
        strongest.key,
        strongest.label,
        combine_confidences(ground.decision.confidence for ground in grounds),
        strongest.rule,
        tuple(map(_build_row_decision, grounds)),
        promotion.probability,
        promotion.reasons,
    )


def _build_row_decision(ground: _RowEvidence) -> RowDecision:
    decision = ground.decision
    return RowDecision(
        ground.file,
        ground.row.index,
        ground.row.text("name"),
        decision.confidence,
        decision.rule,
        decision.reasons,
    )


def _build_show_edge(file: EpisodeObservation, tables: CorpusTables) -> ShowEdge | None:
    decision = decide_show(file.show, tables.shows)
    if not decision.key:
        return None
    return ShowEdge(decision.key, decision.label, decision.confidence, decision.evidence)


def _build_quotes(
    slug: str,
    files: Sequence[Episode],
    said: Iterable[QuoteDecision],
    tables: CorpusTables,
    names: QuoteNameMatcher,
) -> tuple[tuple[Quote, ...], tuple[Occurrence, ...]]:
    """The quotes whose text stands here, and the occurrences of all."""
    quotes, occurrences = [], []
    themes = {
        (number, row.index): find_quote_themes(row)
        for number, file in enumerate(files)
        for row in file.rows.get("quotes", ())
    }
    for found in sorted(said, key=lambda decision: decision.key):
        filed = tuple(dict.fromkeys(key for place in found.rows for key in themes[place]))
        occurrences.append(
            Occurrence(found.key, found.relevance, found.rows, filed, found.is_advert)
        )
        if tables.quotes.first_recording.get(found.key, slug) == slug:
            named = names.find_in(found.text)
            quotes.append(Quote(found.key, found.text, found.advert, found.reasons, named))
    return tuple(quotes), tuple(occurrences)
