"""Say what the rows of a table of ids add to which entities of the graph.

A row is matched by the id of an entity, else by a name: a label, or what the lexicon or a judgement
calls it, with or without its legal form. A type in the row, or the register of its ids, tells
entities of one name apart. A name that was only heard for an entity is no match.

Invariants:
    * nothing is taken that contradicts the graph, a judgement, or another row;
    * every id of every row has one finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES, TYPE_NAMES
from kgraph.base.external_id import ExternalId, IdKind, is_single_valued
from kgraph.base.text import name_key, shorten
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph.judged_ids import IdPair, apply_judged_ids, find_judged_entities
from kgraph.graph.lookup import MIN_MEANING_LEAD, Lookup
from kgraph.graph.records import Entity
from kgraph.identify.id_columns import IdentityRow
from kgraph.resolve.judgement import Judgement, make_judgement, parse_entity_id
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.mentions.variants import load_surface_words

#: ``new``: will be judged; ``present``: the entity has it; ``ambiguous``: several entities, or
#: one that was only heard so; ``unknown``: no entity of the graph; ``contradictory``: against the
#: graph, a judgement or another row; ``malformed``: no id.
Outcome = Literal["new", "present", "ambiguous", "unknown", "contradictory", "malformed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

#: Kind of id -> types of what its register lists; kinds that are not here list anything.
_TYPES_BY_KIND: dict[IdKind, tuple[str, ...]] = {
    "cik": ("company", "institution", "product"),
    "isin": ("company", "institution", "product"),
    "ticker": ("company", "institution", "product"),
    "coingecko": ("crypto",),
    "caip2": ("crypto",),
    "geonames": ("place",),
    "iso3166": ("place",),
}

#: Words of other vocabularies for types; Wikidata's "instance of" has these labels.
_TYPES_BY_WORD: dict[str, tuple[str, ...]] = {
    "business": ("company",),
    "enterprise": ("company",),
    "corporation": ("company",),
    "organization": ("company", "institution"),
    "human": ("person",),
    "cryptocurrency": ("crypto",),
    "blockchain": ("crypto",),
}


class RowFinding(msgspec.Struct, frozen=True):
    """The outcome of one id of a row."""

    outcome: Outcome
    line: int
    name: str  #: as the table has it
    id: str  #: in another register, as ``kind:id``; "" if the row has none
    entity: str = ""  #: id of the entity, if one is meant
    note: str = ""  #: why, and what to do


class IdentityReport(msgspec.Struct, frozen=True):
    """The outcome of a table of ids.

    Attributes:
        file: the table.
        counts: outcome -> number of ids.
        left_out: of SSSOM, why -> number of mappings that were not read.
        findings: of every id, in the order of the table.
        judgements: what was written, or would be.
    """

    file: str
    counts: dict[str, int]
    left_out: dict[str, int]
    findings: tuple[RowFinding, ...]
    judgements: tuple[Judgement, ...]


class Identifier:
    """Matches rows to the entities of a graph.

    Args:
        entities: of the graph, by id.
        judgements: those of the file, which the graph may not have yet.
        base: of the graph's IRIs. An IRI of another base may end like an id by chance: it counts
            if the row's name is a name of the entity.
    """

    def __init__(
        self,
        entities: Mapping[str, Entity],
        judgements: Iterable[Judgement] = (),
        base: str = BASE_IRI,
    ) -> None:
        self._bases = (base, BASE_IRI)
        table = build_judgement_table(judgements)
        self._entities = {id_: msgspec.structs.replace(e) for id_, e in entities.items()}
        apply_judged_ids(self._entities, table)
        self._lookup = Lookup(self._entities)
        self._owners = {pair: e.id for e in self._entities.values() for pair in e.ids}
        self._denied: set[tuple[str, IdPair]] = set()
        for key, ids in table.wrong_ids.items():
            for entity in find_judged_entities(self._lookup, key):
                self._denied.update((entity.id, _split(id_)) for id_ in ids)
        self._types_by_kind: dict[str, set[str]] = defaultdict(set)
        for entity in self._entities.values():
            if entity.kind:
                self._types_by_kind[name_key(entity.kind)].add(entity.type)

    def match(self, rows: Iterable[IdentityRow]) -> list[RowFinding]:
        """Return a finding for each id of each row, and for each cell that is no id."""
        findings = []
        for row in rows:
            findings += [
                RowFinding("malformed", row.line, row.name, "", note=fault) for fault in row.faults
            ]
            findings += [self._match_id(row, external) for external in row.ids]
        return _refuse_rivals(findings)

    def _match_id(self, row: IdentityRow, external: ExternalId) -> RowFinding:
        types = self._find_types(row.type_word) or _TYPES_BY_KIND.get(external.kind, ())
        entities, note = self._find_entities(row, frozenset(types))
        outcome: Outcome = "ambiguous" if entities else "unknown"
        id_ = ""
        if len(entities) == 1 and not note:
            id_ = entities[0].id
            outcome, note = self._check_id(entities[0], external)
        return RowFinding(outcome, row.line, row.name or row.entity, str(external), id_, note)

    def _find_entities(self, row: IdentityRow, types: frozenset[str]) -> tuple[list[Entity], str]:
        """Return the entities that a row may mean, and why it is not clear; "" if it is."""
        if parsed := parse_entity_id(row.entity):
            entities = self._lookup.find_all("/".join(parsed))
            is_meant = self._is_own(row.entity) or any(_has_name(e, row.name) for e in entities)
            if is_meant and (entities or not row.name):
                return entities, "" if entities else f"{'/'.join(parsed)} is not in the graph"
        if not row.name:
            return [], "the row has neither an id of this graph nor a name"
        for name in _list_names(row.name):
            for find in (self._lookup.find_by_label, self._lookup.find_by_alias):
                named = find(name)
                if fitting := _keep_clear([e for e in named if not types or e.type in types]):
                    return fitting, _describe_choice(fitting)
        return self._describe_misses(row.name, types)

    def _is_own(self, id_: str) -> bool:
        return not id_.startswith(("http://", "https://")) or id_.startswith(self._bases)

    def _describe_misses(self, name: str, types: frozenset[str]) -> tuple[list[Entity], str]:
        others = self._lookup.find_by_label(name)
        if others:
            return [], f"{others[0].id} is no {' or '.join(sorted(types))}"
        heard = [e for e in self._lookup.find_meant(name) if not types or e.type in types]
        if heard:
            return heard, f"heard for {heard[0].id}: judge sameas if it is the same"
        return [], "no entity of the graph has this name"

    def _find_types(self, word: str) -> tuple[str, ...]:
        """Return the types that a word denotes: "company", "public company", "bank"."""
        for text in (word, word.rpartition(" ")[2]):
            key = name_key(text)
            if types := _TYPES_BY_KEY.get(key) or tuple(sorted(self._types_by_kind.get(key, ()))):
                return types
        return ()

    def _check_id(self, entity: Entity, external: ExternalId) -> tuple[Outcome, str]:
        if external.pair in entity.ids:
            return "present", ""
        if (entity.id, external.pair) in self._denied:
            return "contradictory", f"a judgement says that {entity.id} has another id"
        if owner := self._owners.get(external.pair):
            return "contradictory", f"the id of {owner}: judge sameas to give it to {entity.id}"
        for kind, id_ in entity.ids:
            if kind == external.kind and is_single_valued(kind):
                return "contradictory", f"{entity.id} has {kind}:{id_}: judge sameas to replace it"
        return "new", ""


_TYPES_BY_KEY: dict[str, tuple[str, ...]] = {
    **{
        name_key(class_.rpartition(":")[2]): tuple(
            type_ for type_, spec in ENTITY_TYPES.items() if class_ in (spec.class_, *spec.also)
        )
        for spec in ENTITY_TYPES.values()
        for class_ in (spec.class_, *spec.also)
    },
    **_TYPES_BY_WORD,
    **{type_: (type_,) for type_ in TYPE_NAMES},
}


def _has_name(entity: Entity, name: str) -> bool:
    return name_key(name) in set(map(name_key, (entity.label, *entity.aliases, *entity.surfaces)))


def _split(text: str) -> IdPair:
    kind, _, id_ = text.partition(":")
    return kind, id_  # type: ignore[return-value]  # judgements have ids of known kinds alone


def _list_names(name: str) -> list[str]:
    """Return a name, and the name without its legal form."""
    head, _, last = name.rpartition(" ")
    is_legal = last.lower().strip(".,") in load_surface_words().legal
    return [name, head.rstrip(", ")] if head and is_legal else [name]


def _keep_clear(entities: list[Entity]) -> list[Entity]:
    """Keep the entity that is mentioned far more than the others, or the mentioned ones."""
    stated = [e for e in entities if e.episodes or e.advertised] or entities
    if len(stated) > 1 and stated[0].episodes >= MIN_MEANING_LEAD * max(1, stated[1].episodes):
        return stated[:1]
    return stated


def _describe_choice(entities: list[Entity]) -> str:
    if len(entities) == 1:
        return ""
    return f"may be {' or '.join(entity.id for entity in entities)}: judge sameas one of them"


def _refuse_rivals(findings: list[RowFinding]) -> list[RowFinding]:
    """Make rows contradictory that give one id to two entities, or two of a kind to one."""
    by_id: dict[str, dict[str, RowFinding]] = defaultdict(dict)
    by_kind: dict[tuple[str, str], dict[str, RowFinding]] = defaultdict(dict)
    for finding in findings:
        if finding.outcome in ("new", "present"):
            by_id[finding.id].setdefault(finding.entity, finding)
            by_kind[finding.entity, finding.id.partition(":")[0]].setdefault(finding.id, finding)

    def refuse(finding: RowFinding) -> RowFinding:
        if finding.outcome != "new":
            return finding
        kind = finding.id.partition(":")[0]
        for entity, rival in by_id[finding.id].items():
            if entity != finding.entity:
                note = f"also the id of {entity} on line {rival.line}: keep one"
                return msgspec.structs.replace(finding, outcome="contradictory", note=note)
        for id_, rival in by_kind[finding.entity, kind].items():
            if id_ != finding.id and is_single_valued(kind):
                note = f"{finding.entity} also has {id_} on line {rival.line}: keep one"
                return msgspec.structs.replace(finding, outcome="contradictory", note=note)
        return finding

    return [refuse(finding) for finding in findings]


def make_id_judgements(findings: Iterable[RowFinding], why: str) -> list[Judgement]:
    """Return one judgement for each entity that gets ids, in the order of the findings."""
    ids: dict[str, dict[str, None]] = {}
    for finding in findings:
        if finding.outcome == "new":
            ids.setdefault(finding.entity, {})[finding.id] = None
    return [make_judgement("sameas", [entity, *given], why=why) for entity, given in ids.items()]


def count_outcomes(findings: Iterable[RowFinding]) -> dict[str, int]:
    """Return the number of ids of each outcome, each once for an entity."""
    distinct = {(f.outcome, f.entity or f.name, f.id or f.note) for f in findings}
    outcomes = [outcome for outcome, _, _ in distinct]
    return {outcome: outcomes.count(outcome) for outcome in OUTCOMES}


def describe_finding(file: str, finding: RowFinding) -> str:
    """Return a finding on one line: file, line, value and what to do."""
    parts = [f"{file}:{finding.line}: {shorten(finding.name)}", finding.id, finding.note]
    return ": ".join(part for part in parts if part)
