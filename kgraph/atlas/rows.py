"""The rows behind mentions, as numbers that a panel turns into words again."""

from __future__ import annotations

from collections.abc import Mapping

from kgraph.atlas.model import BY_HAND, BY_MODEL, STATED, Rows
from kgraph.graph import EpisodeGraph, MentionEdge
from kgraph.resolve.rows import mention_of

_WRITTEN = {"regex": 0, "llm": BY_MODEL, "hand": BY_HAND}


class RowTable:
    """A running table of rows, mention after mention."""

    def __init__(self) -> None:
        self.rows = Rows([], [], [], [], [], [], [])
        self._rules: dict[str, int] = {}

    def add(self, episode: EpisodeGraph, mention: MentionEdge, spelling: Mapping[str, int]) -> None:
        """Add the rows of a mention; ``spelling`` numbers the spellings of what it names."""
        table = self.rows
        table.behind.append(len(mention.rows))
        for decision in mention.rows:
            row = mention_of(episode.row("companies", decision.file, decision.index))
            table.surface.append(spelling[decision.surface])
            table.rule.append(self._rule(decision.rule))
            table.stated.append(STATED.index(row.stated) + _WRITTEN[row.extractor])
            table.confidence.append(decision.confidence)
            table.context.append(row.context)

    def _rule(self, name: str) -> int:
        if name not in self._rules:
            self._rules[name] = len(self._rules)
            self.rows.rules.append(name)
        return self._rules[name]
