"""Evidence that a name, by itself, gives for the thing that it means: kinds, scores, words.

A thing is an entity of the graph, or an entry of the lexicon that no episode mentions. Each kind
of evidence is a row of :data:`EVIDENCE_KINDS`. The scores of kinds in which a thing has the whole
name follow the share, in percent, of 770 labelled names in which such evidence is right
(``benchmarks/matching.py --tune``). Of names that are only alike one in five is right: their scores
stay below that of a match.
"""

from __future__ import annotations

import msgspec

from kgraph.base.external_id import IdKind
from kgraph.base.identity import Identities
from kgraph.base.lexicon import LexiconEntry
from kgraph.base.text import shorten
from kgraph.graph.records import Entity


class EvidenceKind(msgspec.Struct, frozen=True):
    """A kind of evidence: its score, in [0, 100], and its words for readers."""

    score: float
    phrase: str  #: ``{text}`` is the name as it was compared, ``{rows}`` what it stands for


EVIDENCE_KINDS = {
    "id": EvidenceKind(100, "its id in the graph or in another register"),
    "name": EvidenceKind(98, "its name, as in the lexicon"),
    "label": EvidenceKind(95, "its name in the graph"),
    "alias": EvidenceKind(93, "another name of it, as in the lexicon"),
    "heard": EvidenceKind(90, "its name as it is often misheard, as in the lexicon"),
    "ticker": EvidenceKind(90, "its ticker symbol"),
    "written": EvidenceKind(90, "episodes write it so: {rows}"),
    "sound": EvidenceKind(70, "its name sounds like “{text}”"),
    "longer": EvidenceKind(40, "its name is longer, and has “{text}” in it"),
    "part": EvidenceKind(35, "its name is a part of the given one: “{text}”"),
}

#: Factor of a score where words around the name were dropped, or it was changed.
OUTER_STEP_FACTOR = 0.97  #: as in "And Acme", "Acme (the bank)", "Acme Inc."
INNER_STEP_FACTOR = 0.88  #: as in "Acme's Rocket", "Acmes", "Acme Group"

#: Factor of the least share of a name: of two things that it means equally often.
LEAST_SHARE_FACTOR = 0.5

#: Factor of what only the graph knows, at a confidence of 0: most of it is misheard.
LEAST_CONFIDENCE_FACTOR = 0.5

#: Factor of an ordinary word in lower case, such as "block".
COMMON_WORD_FACTOR = 0.8


class NamedThing(msgspec.Struct, frozen=True):
    """A thing that a name may mean.

    Attributes:
        id: relative IRI, such as ``company/nvidia``.
        name: usual name.
        type: type of the entity.
        kind: finer class, such as ``exchange``; "" for none.
        ids: (kind, id) in other registers.
        tickers: symbols of its shares, or of the token.
        in_graph: whether episodes mention it; else it is known from the lexicon alone.
        in_lexicon: whether the lexicon has it.
        confidence: highest of its mentions, in [0, 1]; 1 for an entry of the lexicon.
        episodes: number of episodes that mention it.
        aliases: other names.
    """

    id: str
    name: str
    type: str
    kind: str = ""
    ids: tuple[tuple[IdKind, str], ...] = ()
    tickers: tuple[str, ...] = ()
    in_graph: bool = True
    in_lexicon: bool = True
    confidence: float = 1.0
    episodes: int = 0
    aliases: tuple[str, ...] = ()


class NameEvidence(msgspec.Struct, frozen=True):
    """Evidence that a name means a thing."""

    thing: NamedThing
    kind: str  #: a key of :data:`EVIDENCE_KINDS`
    score: float  #: in [0, 100]
    why: str  #: for readers
    share: float = 1.0  #: of the name's meanings that are this thing, in [0, 1]


def make_named_thing(entity: Entity, *, in_lexicon: bool) -> NamedThing:
    """Return an entity of the graph as a thing."""
    return NamedThing(
        entity.id,
        entity.label,
        entity.type,
        entity.kind,
        entity.ids,
        entity.tickers,
        True,
        in_lexicon,
        entity.confidence,
        entity.episodes,
        entity.aliases,
    )


def describe_entry(entry: LexiconEntry, identities: Identities) -> NamedThing:
    """Return an entry of the lexicon as a thing that the graph does not have."""
    ids = identities.ids_of(entry.type, entry.name)
    return NamedThing(
        entry.entity_id,
        entry.name,
        entry.type,
        entry.kind,
        tuple((external.kind, external.id) for external in ids),
        entry.tickers,
        in_graph=False,
        aliases=entry.aliases,
    )


class Meaning(msgspec.Struct):
    """A thing that has a name exactly, while its evidence is gathered."""

    thing: NamedThing
    kind: str  #: the strongest kind of evidence
    rows: int = 0  #: entries of ``companies:`` and labels in which the name means it
    is_common_word: bool = False

    def add_kind(self, kind: str) -> None:
        """Add evidence of a kind; the strongest is kept."""
        if EVIDENCE_KINDS[kind].score > EVIDENCE_KINDS[self.kind].score:
            self.kind = kind


def weigh_meanings(
    meanings: list[Meaning], text: str, factor: float, *, is_read_as: bool
) -> list[NameEvidence]:
    """Weigh the things that have one name against each other.

    Args:
        text: the name that all of them have.
        factor: of every score; below 1 where the name was changed.
        is_read_as: whether the words tell the text.
    """
    total = sum(meaning.rows + 1 for meaning in meanings)
    evidence = []
    for meaning in meanings:
        thing, kind = meaning.thing, EVIDENCE_KINDS[meaning.kind]
        share = (meaning.rows + 1) / total
        score = kind.score * factor * _interpolate(LEAST_SHARE_FACTOR, share)
        if not thing.in_lexicon:
            score *= _interpolate(LEAST_CONFIDENCE_FACTOR, thing.confidence)
        if meaning.is_common_word and text.islower():
            score *= COMMON_WORD_FACTOR
        rows = sum(other.rows for other in meanings)
        why = kind.phrase.format(rows=f"{meaning.rows:,} of {rows:,} rows")
        if is_read_as:
            why += f", read as “{shorten(text)}”"
        evidence.append(NameEvidence(thing, meaning.kind, score, why, share))
    return evidence


def _interpolate(least: float, value: float) -> float:
    return least + (1 - least) * min(max(value, 0.0), 1.0)


def make_weak_evidence(
    thing: NamedThing, kind: str, text: str, similarity: float = 1.0
) -> NameEvidence:
    """Return evidence of a name that is only like the thing's.

    Args:
        text: what of the name is like it.
        similarity: in [0, 1]; the score is in proportion to it.
    """
    row = EVIDENCE_KINDS[kind]
    why = row.phrase.format(text=shorten(text))
    return NameEvidence(thing, kind, row.score * similarity, why, share=0.0)
