"""Answers to the question why not: their parts, and the evidence of each."""

from __future__ import annotations

from typing import Literal

import msgspec

from kgraph.views.explanation import Witness
from kgraph.views.name_rows import RowGroup
from kgraph.views.rival import Candidacy, CandidacySummary
from kgraph.views.stated_names import StatedName
from kgraph.views.text_hits import TextHit
from kgraph.views.values import EntityRef, EpisodeLine, NameText

#: What a reason is about.
WhyNotKind = Literal[
    # of two names
    "one", "unmentioned", "judgement", "lexicon", "type", "related", "ids", "candidate", "no-rule",
    "misheard",
    # of an episode
    "mentioned", "show", "advertised", "unlikely", "rejected", "elsewhere", "text", "absent",
    "lost", "set-aside", "unreadable", "unused", "judged-show",
    "other-show", "listed",
    # of an episode and a theme, with some of those above
    "about", "unsupported", "unnamed",
]  # fmt: skip


class WhyNotRequest(msgspec.Struct, frozen=True):
    """Parameters of the question why not.

    Attributes:
        name: of an entity, in any spelling, or an id; with an episode, also of a theme.
        other: another name, or an episode: file name, title or id.
    """

    name: NameText
    other: NameText


class WhyNotReason(msgspec.Struct, frozen=True):
    """One part of an answer.

    Attributes:
        kind: what it is about; ``words`` says it.
        rows: evidence: rows of the episode, the surest first.
        more_rows: rows that ``rows`` leaves out.
        groups: evidence of many episodes, the most rows first.
        stated: names by which files state a show, the most episodes first.
        candidacy: the row that came nearest; ``summary`` counts all rows.
        hits: places of the text; ``more_hits`` is the number of further ones.
    """

    kind: WhyNotKind
    words: str
    rows: list[Witness] = []
    more_rows: int = 0
    groups: list[RowGroup] = []
    stated: list[StatedName] = []
    candidacy: Candidacy | None = None
    summary: CandidacySummary | None = None
    hits: list[TextHit] = []
    more_hits: int = 0


class WhyNotFacts(msgspec.Struct, frozen=True):
    """Why not.

    Attributes:
        name: as asked; ``thing`` is the entity or theme that it means, None if none has it.
        other: as asked; ``other_thing`` is the entity that it means, ``episode`` the episode.
        is_so: whether it is so after all: the names mean one thing, or the episode mentions it or
            is about it.
        answer: in one sentence.
        reasons: the reasons, those that decide first.
        commands: judgements that would change it.
        note: on what could not be told; "" for nothing.
    """

    name: str
    thing: EntityRef | None
    other: str
    other_thing: EntityRef | None
    episode: EpisodeLine | None
    is_so: bool
    answer: str
    reasons: list[WhyNotReason]
    commands: list[str] = []
    note: str = ""
