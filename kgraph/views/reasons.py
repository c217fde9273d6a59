"""Claims: why something in a graph is as it is, as a tree that every face shows.

A claim is a sentence with its weight and confidence, and the claims because of which it holds. At
the leaves stand the rows of files, the reasons of decisions (:class:`kgraph.base.model.Reason`) and
the judgements of people, each with the command that takes it back.

Invariants:
    * where ``adds_up`` is set, the weights of ``because`` add up to the log-odds of ``confidence``;
    * a claim says ``more`` where it has more claims in ``because`` than are listed;
    * :data:`CLAIMS` has the words of every claim but those that reasons and judgements bring along.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from kgraph.base.errors import KgraphError, StoreError
from kgraph.base.media import link_minute
from kgraph.base.model import Reason
from kgraph.base.text import end_sentence, shorten_path
from kgraph.graph import EpisodeGraph, MentionEdge, RowDecision
from kgraph.graph.episode_recording import read_recording
from kgraph.pipeline.kept import read_decision_tables
from kgraph.resolve.judgement import Judgement, describe_judgement, format_undo_command
from kgraph.resolve.judgements_file import load_judgements
from kgraph.resolve.mentions.explain import explain_prevailing_entry
from kgraph.store import Store
from kgraph.store.origin import read_build_origin
from kgraph.views.values import EntityRef, EpisodeLine, Fraction

MAX_LISTED_CLAIMS = 5  #: rows, places and names under one claim

#: Kind of a claim -> its words.
CLAIMS = {
    # an episode and a name
    "mentions": "the episode mentions {label}",
    "unlikely": "the episode may mention {label}, which is more likely wrong than right, so it is "
    "not counted",
    "advertises": "only adverts of the episode name {label}, so it is not counted",
    "rejected": "the name {label} was taken for no name",
    "elsewhere": "the name {label} was taken for {other}",
    "belongs": "the episode belongs to the show {label}",
    "other-show": "the episode does not belong to {label}: {words}",
    "row": "“{name}” was taken for {label}",
    "row-rejected": "“{name}” was taken for no name",
    "lost": "what may have the name could not be read: {words}",
    "unused": "a field that kgraph does not use has the name {label}",
    "text": "the text of the episode has the name {label}, and no entry of companies",
    "place": "“{name}” stands there",
    "absent": "the episode has the name {label} neither in its lists nor in its text",
    "nearest": "a row of the episode came near to be {label}",
    # an episode and a theme, topic or tag
    "about": "the episode is about {label}",
    "listed": "the files of the episode list {label}",
    "narrower": "it is about {other}, which is narrower",
    "thing": "it mentions {other}, which is the same thing",
    "topic-string": "a quote has a topic string that names it, and a word that bears that out",
    "word": "a quote has a word that means it by itself",
    "advert-quotes": "only adverts of the episode are about {label}",
    "no-words": "a topic string names {label}, and no word of its quote bears that out",
    "no-string": "quotes have words of {label}, and no topic string that names it",
    "not-about": "the episode has no quote on {label}",
    # how an entity came together
    "entity": "{label} is a {type}, mentioned in {episodes}",
    "label": "it is called so because {words}",
    "type": "it is a {type} because {words}",
    "id": "its id {name} is from {words}",
    "stated": "the files of {episodes} state the show as “{name}”: {words}",
    "joined": "{rows} of {episodes} were taken for it",
    "below": "{rows} of {episodes} were taken for it, with too little confidence to be counted",
    "name-rejected": "{rows} of {episodes} have its name, and were taken for no name",
    "name-elsewhere": "{rows} of {episodes} have its name, and were taken for something else",
    "group": "“{name}” in {rows} of {episodes}",
    "misheard": "{label} is probably {other}, misheard: it sounds like {name}, is described alike, "
    "and stands beside the same names",
    # two names
    "one": "{label} and {other} are one thing, {name}",
    "two": "{label} and {other} are two things",
    "unmentioned": "no episode mentions {label}, which is an entry of the lexicon",
    "entries": "the lexicon has {words}",
    "types": "they have different types, {words}",
    "related": "they are related, and not the same: {words}",
    "ids": "they have different ids: {words}",
    "candidate": "{other} was a candidate in {count:,} of {rows} of {label}",
    "rival": "{label} was the best rival: {words}",
    "no-rule": "no rule joins the names: in no row was one a candidate for the other",
}


class FilePlace(msgspec.Struct, frozen=True, omit_defaults=True):
    """The place of a file on which a claim stands.

    Attributes:
        file: name of the file; ``pointer`` into its front matter (RFC 6901), or ``body``.
        text: the name, topic string or words as written; ``context``: the words around it.
        category, stated: category and confidence as written.
        extractor: ``regex``, ``llm`` or ``hand``; "" if it is no row.
        recording: address of the episode's recording, from ``minute`` on if that is known.
    """

    file: str
    pointer: str
    text: str
    context: str = ""
    category: str = ""
    stated: str = ""
    extractor: str = ""
    recording: str = ""
    minute: int | None = None


class Claim(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sentence on a graph, and because of what it holds.

    Attributes:
        kind: of :data:`CLAIMS`, ``judgement``, or the part of a reason.
        words: the sentence, without a full stop.
        confidence: probability in [0, 1]; None where there is none.
        weight: log-odds that it adds to what it is a reason for; None where it has no number.
        rule: that decided.
        thing: that the rows were taken for.
        episode: an example, if it is about several.
        rows, episodes: numbers of what it counts.
        source: the place of a file.
        line: of the judgement, from 1; ``undo`` is the command that removes it.
        because: claims of which it follows; ``more`` are left out.
        adds_up: whether the weights of ``because`` add up to the log-odds of ``confidence``.
    """

    kind: str
    words: str
    confidence: Fraction | None = None
    weight: float | None = None
    rule: str = ""
    thing: EntityRef | None = None
    episode: EpisodeLine | None = None
    rows: int = 0
    episodes: int = 0
    source: FilePlace | None = None
    line: int = 0
    undo: str = ""
    because: tuple[Claim, ...] = ()
    more: int = 0
    adds_up: bool = False


class Explanation(msgspec.Struct, frozen=True):
    """The answer to why, how or why not.

    Attributes:
        answer: in one sentence.
        is_so: whether the episode has the name, or the two names are one thing.
        trees: claims, those that decide first; the first says the answer.
        confidence: of the answer; None where it has none.
        things: entities or themes that were asked about; ``episode`` the episode.
        commands: judgements that would change it.
        note: on what could not be told; "" for nothing.
    """

    answer: str
    is_so: bool
    trees: tuple[Claim, ...]
    confidence: Fraction | None = None
    things: tuple[EntityRef, ...] = ()
    episode: EpisodeLine | None = None
    commands: tuple[str, ...] = ()
    note: str = ""


def make_claim(kind: str, values: dict[str, Any] | None = None, /, **fields: Any) -> Claim:
    """Return a claim with its words of :data:`CLAIMS`.

    Args:
        kind: of the claim.
        values: that its words name.
        fields: of the claim.

    >>> make_claim("about", {"label": "Growth"}).words
    'the episode is about Growth'
    """
    return Claim(kind, CLAIMS[kind].format(**(values or {})), **fields)


def make_explanation(trees: Sequence[Claim], is_so: bool, **fields: Any) -> Explanation:
    """Return an explanation that the first of some trees answers."""
    words = trees[0].words
    answer = end_sentence(words[:1].upper() + words[1:])
    fields = {"confidence": trees[0].confidence, **fields}
    return Explanation(answer, is_so, tuple(trees), **fields)


def cut_claims(claims: Iterable[Claim], limit: int = MAX_LISTED_CLAIMS) -> dict[str, Any]:
    """Return the fields ``because`` and ``more`` of a claim that lists the first of some."""
    listed = tuple(claims)
    return {"because": listed[:limit], "more": max(0, len(listed) - limit)}


class JudgementCitations:
    """The judgements of a build as claims, with the commands that undo them."""

    def __init__(self, store: Store) -> None:
        self._build = store.build

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """The judgements that the build read; () if they are unknown."""
        try:
            return read_decision_tables(self._build).judgements
        except StoreError:
            return ()

    @cached_property
    def _file(self) -> str:
        try:
            return read_build_origin(self._build).judgements
        except StoreError:
            return ""

    @cached_property
    def _lines(self) -> dict[Judgement, int]:
        """Judgement without a line -> its line in the file as it is by now."""
        judgements = self.judgements
        with suppress(KgraphError, OSError):
            judgements = load_judgements(Path(self._file)) if self._file else judgements
        return {judgement.without_line(): judgement.line for judgement in judgements}

    @property
    def shown_file(self) -> str:
        """The file, if it is below the current folder: clients of a server learn of no other."""
        path = shorten_path(Path(self._file)) if self._file else ""
        return "" if os.path.isabs(path) else path

    def cite(self, judgement: Judgement, weight: float | None = None, **fields: Any) -> Claim:
        """Return a judgement as a claim; one that is gone from its file has no command."""
        line = self._lines.get(judgement.without_line())
        undo = format_undo_command(line, self.shown_file) if line else ""
        words = describe_judgement(judgement)
        return Claim("judgement", words, weight=weight, line=judgement.line, undo=undo, **fields)

    def cite_reason(self, reason: Reason) -> Claim:
        """Return a reason of a decision as a claim; of a judgement, with its line."""
        if reason.part == "judgement":
            for judgement in self.judgements:
                if judgement.words == reason.words:
                    return self.cite(judgement)
        return Claim(reason.part, reason.words, weight=reason.weight or None)

    def cite_reasons(self, reasons: Iterable[Reason]) -> tuple[Claim, ...]:
        """Return the reasons of a decision as claims."""
        return tuple(map(self.cite_reason, reasons))


def list_undo_commands(trees: Iterable[Claim]) -> tuple[str, ...]:
    """Return the commands that undo the judgements of some trees, each once, last line first."""
    undone = {claim.undo: claim.line for claim in iterate_claims(trees) if claim.undo}
    return tuple(sorted(undone, key=lambda command: -undone[command]))


def iterate_claims(trees: Iterable[Claim]) -> Iterable[Claim]:
    """Yield the claims of some trees, each before those because of which it holds."""
    for claim in trees:
        yield claim
        yield from iterate_claims(claim.because)


def make_source(episode: EpisodeGraph, decision: RowDecision) -> FilePlace:
    """Return where a row of ``companies`` stands."""
    row = episode.find_row("companies", decision.file, decision.index)
    recording = read_recording(episode)
    minute = recording.convert_position(row.values.get("position"))
    return FilePlace(
        *(episode.files[decision.file].file, row.pointer, decision.surface),
        *(row.text("context"), row.text("category"), row.text("confidence"), row.extractor),
        link_minute(recording.address, minute),
        minute,
    )


def make_row_claim(
    episode: EpisodeGraph,
    mention: MentionEdge,
    decision: RowDecision,
    citations: JudgementCitations,
    thing: EntityRef | None,
    *,
    steps: Sequence[Reason] = (),
) -> Claim:
    """Return the decision on a row as a claim, because of its steps or else its reasons.

    Args:
        thing: that the row was taken for; None if it was rejected.
        steps: log-odds that add up to the confidence; () for none.
    """
    source = make_source(episode, decision)
    reasons = list(steps or decision.reasons)
    if not steps and source.extractor == "hand":
        reasons = [reason for reason in reasons if reason.part != "always"]  # alike in all rows
    if not steps and thing and (entry := explain_prevailing_entry(mention.type, reasons)):
        reasons.append(entry)
    return make_claim(
        "row" if thing else "row-rejected",
        {"name": decision.surface, "label": thing.label if thing else ""},
        confidence=decision.confidence,
        rule=decision.rule,
        thing=thing,
        source=source,
        because=citations.cite_reasons(reasons),
        adds_up=bool(steps),
    )
