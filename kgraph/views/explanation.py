"""The explanation of an edge of an episode: the rows that support it, and their reasons."""

from __future__ import annotations

import msgspec

from kgraph.base.media import link_minute
from kgraph.base.model import Reason
from kgraph.graph import EpisodeGraph, RowDecision
from kgraph.graph.episode_recording import read_recording

SHOW_EDGE_RULE = "belongs"  #: rule of the edge from an episode to its show
THEME_EDGE_RULE = "about"  #: rule of the edge from an episode to a theme
LISTED_EDGE_RULE = "listed"  #: rule of the edge from an episode to a topic or tag of its files
TERM_EDGE_RULES = frozenset({THEME_EDGE_RULE, LISTED_EDGE_RULE})


class Witness(msgspec.Struct, frozen=True):
    """A row that supports an edge.

    Attributes:
        file: name of the file, and ``pointer`` into its front matter (RFC 6901).
        surface: the name as written; ``context``: the words around it. Of a quote on a theme, its
            topic strings or words that name the theme, and its text.
        category: as written; ``stated``: the confidence as written.
        extractor: ``regex``, ``llm`` or ``hand``.
        rule: the rule that decided, with ``confidence`` in [0, 1] and its ``reasons``. A quote on a
            theme has no confidence (None): words of fixed lists decide it.
        steps: of the confidence, if they were asked for: log-odds that add up to those of the
            confidence; () where a rule or a judgement decided alone, or the row cannot be decided
            again.
        recording: address of the episode's recording, from ``minute`` on if that is known; ""
            if there is none.
        minute: about when the name is said, counted from 0; None if its position does not tell.
    """

    file: str
    pointer: str
    surface: str
    context: str
    category: str
    stated: str
    extractor: str
    rule: str
    confidence: float | None
    reasons: tuple[Reason, ...]
    steps: tuple[Reason, ...] = ()
    recording: str = ""
    minute: int | None = None

    @property
    def own_reasons(self) -> tuple[Reason, ...]:
        """The reasons without what is the same in every row, if a person listed the name."""
        if self.extractor != "hand":
            return self.reasons
        return tuple(reason for reason in self.reasons if reason.part != "always")


class Explanation(msgspec.Struct, frozen=True):
    """An edge of an episode, and the rows that support it.

    Attributes:
        episode: its title; ``label``, ``type``, ``target``: of the entity, theme, topic or tag;
            the type is "noise" if it was rejected.
        confidence: probability that the edge is right; None of a theme, which has none.
        rule: that decided; :data:`SHOW_EDGE_RULE`, :data:`THEME_EDGE_RULE` or
            :data:`LISTED_EDGE_RULE` for edges that are no mentions.
        advert: why only adverts name the entity; empty if other text does.
        reasons: why the episode belongs to the show, or is about a theme besides its rows.
        is_unlikely: whether the mention is more likely wrong than right.
    """

    episode: str
    label: str
    type: str
    target: str
    confidence: float | None
    rule: str
    rows: list[Witness]
    advert: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()
    is_unlikely: bool = False


def make_witness(episode: EpisodeGraph, decision: RowDecision) -> Witness:
    """Return a row of an episode as evidence."""
    row = episode.find_row("companies", decision.file, decision.index)
    recording = read_recording(episode)
    minute = recording.convert_position(row.values.get("position"))
    return Witness(
        episode.files[decision.file].file,
        row.pointer,
        decision.surface,
        row.text("context"),
        row.text("category"),
        row.text("confidence"),
        row.extractor,
        decision.rule,
        decision.confidence,
        decision.reasons,
        recording=link_minute(recording.address, minute),
        minute=minute,
    )
