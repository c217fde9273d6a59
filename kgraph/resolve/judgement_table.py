"""Table of what people decided, which no rule overrules.

``resolve.judgements_file`` reads judgements from a file; ``docs/reference.md`` describes the verbs.

Invariants:
    * a name counts by its key, an id for the entity that a row was resolved to: judgements of
      names apply first, then those of the ids that these lead to;
    * a judgement of a whole name as written goes before one of the name without the words around
      it, and either before one of the name that a row was resolved to;
    * a judgement of a name makes its rows certain; rows of another name that were resolved to the
      same entity are rejected, labelled and typed alike, but no more certain to mean it;
    * the first name of ``same`` and the last of ``rename`` is the one that remains;
    * what is ``same`` as an entry of the lexicon has its type, unless a judgement has another; and
      so has what is called as one, but that a person stays one: Jasmine is also a token;
    * a rejected name that is accepted, or given a type, is spelled as in that judgement;
    * a name of a judged type is the entry of that type and name, if the lexicon has a single one
      (:mod:`kgraph.resolve.judged_entries`), and rows of other names stay its namesakes;
    * an id in another register is judged to be of one entity, and of one entity one id of a kind;
    * judgements that contradict each other are an error that names their lines, and as the fault
      the last one, without which those before it would do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from itertools import chain
from operator import eq
from typing import TypeVar

import msgspec

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.invisible import remove_invisible
from kgraph.base.lexicon import strip_bracket
from kgraph.base.model import REJECTED, Decision, EntityType, Reason
from kgraph.base.text import name_key
from kgraph.resolve.contradictions import describe_contradiction, find_parties
from kgraph.resolve.id_contradictions import (
    find_id_contradiction,
    group_ids,
    may_name_one_entity,
    name_part,
)
from kgraph.resolve.judgement import Judgement, judgement_key, parse_entity_id

Value = TypeVar("Value")


class JudgementTable(msgspec.Struct, frozen=True, array_like=True):
    """Judgements by key: a name's, or an id."""

    labels: Mapping[str, str] = {}
    types: Mapping[str, EntityType] = {}
    rejected: Set[str] = frozenset()
    accepted: Set[str] = frozenset()
    #: Key of a name -> key or id of what it does not mean -> the judgement in words; both ways.
    different: Mapping[str, Mapping[str, str]] = {}
    reasons: Mapping[str, str] = {}  #: the judgement in words, of each judged key
    spellings: Mapping[str, str] = {}  #: the name as its ``accept`` or ``type`` spells it
    #: Key of a name -> the accepted ids that end in it, in the order of the types.
    accepted_ids: Mapping[str, tuple[str, ...]] = {}
    #: Key that ``rename`` names -> type of an entry called as the new name; None for no entry.
    renamed: Mapping[str, EntityType | None] = {}
    #: Key -> ids in other registers that the entity has, and that it does not have (``kind:id``).
    same_ids: dict[str, tuple[str, ...]] = {}
    wrong_ids: dict[str, tuple[str, ...]] = {}
    #: Key or id whose rows are the entry that a judged type chooses -> the name of the entry.
    entry_names: Mapping[str, str] = {}
    namesake_ids: Set[str] = frozenset()  #: of the other entries that have the names of these keys

    def _is_decided(self, key: str) -> bool:
        return any(key in t for t in (self.accepted, self.rejected, self.labels, self.types))

    @property
    def different_pairs(self) -> frozenset[tuple[str, str]]:
        """Return (key of a name, key or id of what it does not mean), both ways round."""
        return frozenset((key, end) for key, ends in self.different.items() for end in ends)

    @property
    def decided_keys(self) -> frozenset[str]:
        """Return the keys that a judgement decides; ``different`` decides none."""
        return frozenset().union(self.accepted, self.rejected, self.labels, self.types)

    def apply(self, surface_keys: Iterable[str], decision: Decision) -> Decision:
        """Return the decision on a row, by the keys of its name, as judged."""
        keys = tuple(surface_keys)
        applied = [key for key in keys if key in self.reasons]
        if decider := next(filter(self._is_decided, applied), ""):
            del applied[applied.index(decider) + 1 :]  # a judgement of the whole name goes first
        entity_key = decision.key if decision.key in self.reasons else ""
        if entity_key and keys and self.has_namesake(decision.type, entity_key):
            entity_key = ""
        if entity_key and not (decider and entity_key in self.rejected):
            applied.append(entity_key)
        outcome = self._apply_by_name(decider, entity_key, decision) if applied else decision
        while (id_ := self._find_judged_id(keys, outcome)) and id_ not in applied:
            applied.append(id_)
            outcome = self._apply_by_id(id_, keys, outcome)
            if not outcome.is_accepted:
                break
        if not applied:
            return outcome
        return msgspec.structs.replace(outcome, judgement_keys=tuple(applied))

    def _apply_by_name(self, decider: str, entity_key: str, decision: Decision) -> Decision:
        key = decider or entity_key
        if key in self.rejected:
            return self._decide(key, REJECTED, decision.label)
        if decider:
            return self._decide(key, *self._target_of(key, decision))
        if key not in self.labels and key not in self.types:
            return decision
        return self._relabel(decision, key, *self._target_of(key, decision))

    def _find_judged_id(self, keys: tuple[str, ...], decision: Decision) -> str:
        """Return the id of a decision if it is judged.

        Of a rejected row, return the id as which an ``accept`` brings it back.
        """
        if decision.is_accepted:
            id_ = f"{decision.type}/{decision.key}"
            return id_ if id_ in self.reasons else ""
        if decision.rule == "judgement":
            return ""
        return next((id_ for key in keys for id_ in self.accepted_ids.get(key, ())), "")

    def _apply_by_id(self, id_: str, keys: tuple[str, ...], decision: Decision) -> Decision:
        type_, _, key = id_.partition("/")
        if id_ in self.rejected:
            return self._decide(id_, REJECTED, decision.label)
        label = decision.label if decision.is_accepted else self.spellings.get(id_, decision.label)
        own_keys = {key, name_key(strip_bracket(label))}
        label = self.find_label(id_) or label
        type_ = self.types.get(id_) or self.type_renamed(id_, type_)
        if self._is_decided(id_) and not own_keys.isdisjoint(keys):
            return self._decide(id_, type_, label)
        return self._relabel(decision, id_, type_, label)

    def _target_of(self, key: str, decision: Decision) -> tuple[str, str]:
        # A name that was rejected is not what a longer one that contains it is called; and what has
        # another type than the thing that it sounds like is not that thing, misheard.
        is_other = decision.rule == "heard" and decision.key != key
        is_other &= self.types.get(key, decision.type) != decision.type
        has_label = decision.is_accepted and decision.key not in self.rejected and not is_other
        spelling = decision.label if has_label else self.spellings.get(key)
        label = self.find_label(key) or spelling or decision.label
        label = self.labels.get(name_key(label), label)
        default = self.type_renamed(key, decision.type if decision.is_accepted else "other")
        is_namesake = label == decision.label and self.has_namesake(decision.type, decision.key)
        type_of_label = None if is_namesake else self.types.get(name_key(label))
        type_ = self.types.get(key) or type_of_label or default
        short_label = strip_bracket(label)
        # The bracket tells what it was: as a show, Gemini (exchange) is Gemini.
        is_retyped = label == decision.label and type_ != decision.type
        return type_, short_label if is_retyped and name_key(short_label) == key else label

    def find_label(self, key: str) -> str:
        """Return what judgements call the rows of a name, or of an id; "" for no name."""
        return self.entry_names.get(key) or self.labels.get(key, "")

    def has_namesake(self, type_: str, key: str) -> bool:
        """Return whether the judged type of a key chooses another entry than has type and key."""
        entry_name = self.entry_names.get(key, "")
        if not entry_name or key in self.labels:
            return False
        return name_key(entry_name) != key or f"{type_}/{key}" in self.namesake_ids

    def type_renamed(self, key: str, type_: str) -> str:
        """Return the type by ``rename`` of what had a type, if no judgement gives one."""
        return type_ if type_ == "person" else self.renamed.get(key) or type_

    def _decide(self, key: str, type_: str, label: str) -> Decision:
        reasons = (Reason("judgement", self.reasons[key]),)
        return Decision(type_, name_key(label), label, 1.0, "judgement", reasons)

    def _relabel(self, decision: Decision, key: str, type_: str, label: str) -> Decision:
        if (type_, label) == (decision.type, decision.label):
            return decision
        reasons = (Reason("judgement", self.reasons[key]), *decision.reasons)
        return msgspec.structs.replace(
            decision, type=type_, key=name_key(label), label=label, reasons=reasons
        )


def build_judgement_table(
    judgements: Iterable[Judgement], file: str = "judgements"
) -> JudgementTable:
    """Build the table of judgements, in order.

    Raises:
        DataError: some contradict each other; the message names their lines.
    """
    listed = list(judgements)
    try:
        return _TableBuilder(listed).build()
    except _ContradictionError as error:
        parties = find_parties(listed, error.parties, find_contradicting)
        raise describe_contradiction(parties, file) from error


def find_contradicting(judgements: list[Judgement]) -> tuple[Judgement, ...]:
    """Return two or three judgements that contradict each other; empty if none do."""
    try:
        _TableBuilder(judgements)
    except _ContradictionError as error:
        return error.parties
    return ()


class _ContradictionError(Exception):
    """Judgements that contradict each other, be it by others which lead from name to name."""

    def __init__(self, *parties: Judgement) -> None:
        super().__init__(*parties)
        self.parties = parties


class _TableBuilder:
    """Tables whose values come with the judgement that they are from.

    Raises:
        _ContradictionError: two or three judgements contradict each other.
    """

    def __init__(self, judgements: list[Judgement]) -> None:
        self.labels: dict[str, tuple[str, Judgement]] = {}
        self.types: dict[str, tuple[EntityType, Judgement]] = {}
        self.verdicts: dict[str, tuple[bool, Judgement]] = {}
        self.different_pairs: dict[tuple[str, str], tuple[str, Judgement]] = {}
        self.reasons: dict[str, tuple[int, str]] = {}  #: rank, and words
        self.spellings: dict[str, str] = {}
        self.id_judgements = [judgement for judgement in judgements if judgement.external_ids]
        judgements = [judgement for judgement in judgements if not judgement.external_ids]
        for judgement in judgements:
            self._add(judgement)
        self._check_different(j for j in judgements if j.verb in {"same", "rename"})
        self._check_joined()
        self._check_verdicts()
        for key, (_, judgement) in self.labels.items():
            *_, before, last = self._chain(key)
            if last == key != before:  # a cycle
                raise _ContradictionError(judgement, self.labels[before][1])
        if rivals := find_id_contradiction(self.id_judgements, lambda key: self._chain(key)[-1]):
            raise _ContradictionError(*rivals)

    def _add(self, judgement: Judgement) -> None:
        verb, names, words = judgement.verb, judgement.names, judgement.words
        keys = [judgement_key(name) for name in names]
        relabelled = list(map(judgement_key, judgement.relabelled_names))
        for key, rank in judgement.rank_reasons().items():
            if rank >= self.reasons.get(key, (0, ""))[0]:
                self.reasons[key] = rank, words
        for key, name in zip(keys, names, strict=True):
            if verb in {"accept", "type"} and not parse_entity_id(name):
                self.spellings[key] = remove_invisible(name)
        self._set(self.labels, relabelled, judgement.label, judgement, _is_same_label)
        if verb == "different":
            pairs = [(a, b) for a in keys for b in keys if a != b]
            self.different_pairs.update(dict.fromkeys(pairs, (words, judgement)))
        elif verb in {"reject", "accept"}:
            self._set(self.verdicts, keys, verb == "accept", judgement)
        for key, type_ in judgement.types_by_key.items():
            self._set(self.types, [key], type_, judgement)

    def _set(
        self,
        table: dict[str, tuple[Value, Judgement]],
        keys: list[str],
        value: Value,
        judgement: Judgement,
        is_same: Callable[[Value, Value], bool] = eq,
    ) -> None:
        for key in keys:
            earlier, its_judgement = table.setdefault(key, (value, judgement))
            if not is_same(earlier, value):
                raise _ContradictionError(judgement, its_judgement)

    def _check_different(self, judgements: Iterable[Judgement]) -> None:
        pairs_by_name: dict[str, list[tuple[int, tuple[str, str]]]] = defaultdict(list)
        for number, pair in enumerate(self.different_pairs):
            pairs_by_name[name_part(pair[0])].append((number, pair))
        for judgement in judgements:
            keys = {judgement_key(name) for name in judgement.names}
            keys.update(*map(self._chain, keys))
            names = set(map(name_part, keys))
            # An id may be the entity of a name, and of no other id.
            meant = keys | {f"{type_}/{key}" for key in keys & names for type_ in TYPE_NAMES}
            pairs = chain.from_iterable(pairs_by_name.get(name, ()) for name in names)
            for _, pair in sorted(pairs):
                if all(end in (meant if "/" in end else names) for end in pair):
                    raise _ContradictionError(judgement, self.different_pairs[pair][1])

    def _check_joined(self) -> None:
        """Refuse to tell apart what two judgements give one name, unless its types differ."""
        for pair, (_, different) in self.different_pairs.items():
            keys = [key if key in self.labels else name_part(key) for key in pair]
            if all(key in self.labels for key in keys):
                ends = [self._chain(key)[-1] for key in keys]
                types = {self._find_type(*each) for each in zip(pair, ends, strict=True)}
                if len(types - {""}) < 2 and may_name_one_entity(*ends):
                    raise _ContradictionError(*(self.labels[key][1] for key in keys), different)

    def _find_type(self, key: str, end: str) -> str:
        judged = self.types.get(key) or self.types.get(end)
        return judged[0] if judged else key.rpartition("/")[0]

    def _check_verdicts(self) -> None:
        """Refuse to reject a key that has a type, or that another key leads to.

        So also to accept an id of one type whose name has another type.
        """
        rejected = {key: by for key, (is_accepted, by) in self.verdicts.items() if not is_accepted}
        accepted = {key: by for key, (is_accepted, by) in self.verdicts.items() if is_accepted}
        labels = {key: by for key, (_, by) in self.labels.items()}
        types = {key: by for key, (_, by) in self.types.items()}
        claims = list(types.items())
        for key, by in labels.items():
            claims += [(key, by), (self._chain(key)[-1], by)]
        for table in (labels, types, accepted):
            claims += [(key.rpartition("/")[2], by) for key, by in table.items() if "/" in key]
        for key, by in claims:
            if key in rejected:
                raise _ContradictionError(by, rejected[key])
        for key, (is_accepted, judgement) in self.verdicts.items():
            type_, _, name = key.rpartition("/")
            if is_accepted and type_ and name in self.types and self.types[name][0] != type_:
                raise _ContradictionError(judgement, self.types[name][1])

    def _chain(self, key: str) -> list[str]:
        """List the keys that a key leads to, itself first; the last may close a cycle."""
        passed = dict.fromkeys([key])
        while key in self.labels:
            key = judgement_key(self.labels[key][0])
            if key in passed:
                return [*passed, key]
            passed[key] = None
        return [*passed]

    def build(self) -> JudgementTable:
        spelled = {judgement_key(label): label for label, _ in self.labels.values()}
        labels = {
            key: spelled.get(self._chain(key)[-1], label) for key, (label, _) in self.labels.items()
        }
        accepted = frozenset(key for key, (is_accepted, _) in self.verdicts.items() if is_accepted)
        different: dict[str, dict[str, str]] = {}
        for (key, end), (words, _) in self.different_pairs.items():
            different.setdefault(name_part(key), {})[end] = words
        return JudgementTable(
            labels,
            {key: type_ for key, (type_, _) in self.types.items()},
            frozenset(key for key, (is_accepted, _) in self.verdicts.items() if not is_accepted),
            accepted,
            dict(sorted(different.items())),
            {key: words for key, (_, words) in self.reasons.items()},
            self.spellings,
            group_ids(accepted),
            {key: None for key, (_, judged) in self.labels.items() if judged.verb == "rename"},
            self._collect_ids("sameas"),
            self._collect_ids("not-sameas"),
        )

    def _collect_ids(self, verb: str) -> dict[str, tuple[str, ...]]:
        ids: dict[str, tuple[str, ...]] = {}
        for judgement in self.id_judgements:
            if judgement.verb == verb:
                key = judgement_key(judgement.names[0])
                ids[key] = (*ids.get(key, ()), *judgement.external_ids)
        return ids


def _is_same_label(label: str, rival: str) -> bool:
    return judgement_key(label) == judgement_key(rival)
