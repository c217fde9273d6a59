"""The rows behind mentions, as numbers that a panel turns into words again."""

from __future__ import annotations

from collections.abc import Mapping

from kgraph.atlas.model import HAND_ROW_OFFSET, LLM_ROW_OFFSET, STATED_CONFIDENCES, EvidenceRows
from kgraph.graph import EpisodeGraph, MentionEdge
from kgraph.resolve.rows import parse_mention

_EXTRACTOR_OFFSETS = {"regex": 0, "llm": LLM_ROW_OFFSET, "hand": HAND_ROW_OFFSET}


class EvidenceRowsBuilder:
    """A running table of rows, mention after mention."""

    def __init__(self) -> None:
        self.rows = EvidenceRows([], [], [], [], [], [], [])
        self._rules: dict[str, int] = {}

    def add(self, episode: EpisodeGraph, mention: MentionEdge, spelling: Mapping[str, int]) -> None:
        """Add the rows of a mention; ``spelling`` numbers the spellings of what it names."""
        table = self.rows
        table.rows_per_mention.append(len(mention.rows))
        for decision in mention.rows:
            row = parse_mention(episode.find_row("companies", decision.file, decision.index))
            table.surface.append(spelling[decision.surface])
            table.rule.append(self._number_rule(decision.rule))
            table.stated.append(
                STATED_CONFIDENCES.index(row.stated) + _EXTRACTOR_OFFSETS[row.extractor]
            )
            table.confidence.append(decision.confidence)
            table.context.append(row.context)

    def _number_rule(self, name: str) -> int:
        if name not in self._rules:
            self._rules[name] = len(self._rules)
            self.rows.rules.append(name)
        return self._rules[name]
