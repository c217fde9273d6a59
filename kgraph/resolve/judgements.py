"""What people decided, which no rule may overrule.

Takes judgements (``resolve.judgement``), which stand in a file (``resolve.judgementfile``); gives
a :class:`JudgementTable` table that decisions are checked against. Deleting a line undoes one.

::

    - {verb: same, names: [Acme, Acme Rockets], by: ann, why: renamed in 2024, date: "2025-01-31"}
    - {verb: different, names: [Acme, Acme Bank], by: ann, why: no relation, date: "2025-01-31"}
    - {verb: type, names: [Acme], type: product, by: ann, why: it is an app, date: "2025-01-31"}
    - {verb: rename, names: [Acme, ACME], by: ann, why: as they write it, date: "2025-01-31"}
    - {verb: reject, names: [Moreover], by: ann, why: no name, date: "2025-01-31"}
    - {verb: accept, names: [Monday], type: company, by: ann, why: monday.com, date: "2025-01-31"}
    - {verb: same, names: [product/gemini, company/gemini], by: ann, date: "2025-01-31"}

Invariants:
    * names count by their key, as everywhere; an id is the entity that the rest decided on, so
      judgements of names go first, and then those of the ids that these lead to;
    * a judgement of a name makes its rows sure; rows of another name, which were taken for the
      thing, are rejected, called and typed as it is, but no surer that they mean it;
    * of ``same`` and ``rename`` the name that stays is the first and the last one;
    * what is ``same`` as a thing of the lexicon has its type, unless a judgement says another;
    * what was rejected and is accepted, or given a type, is called as its judgement writes it;
    * two judgements that contradict each other are an error that names both lines.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator

import msgspec

from kgraph.base import text
from kgraph.base.errors import DataError
from kgraph.base.model import REJECTED, Decision, EntityType, Reason
from kgraph.resolve.judgement import (
    ENTITY_TYPES,
    Judgement,
    Verb,
    format_types,
    judgement_key,
    make_judgement,
    parse_entity_id,
)

__all__ = [
    "Judgement",
    "JudgementTable",
    "Verb",
    "build_judgement_table",
    "format_types",
    "make_judgement",
]


class JudgementTable(msgspec.Struct, frozen=True, array_like=True):
    """What judgements say of names and entities, by key: a name's, or an id.

    Attributes:
        labels: key -> the label that its entity has.
        types: key -> the type that it has.
        rejected: keys that are no name.
        accepted: keys that are one.
        apart: (key of a name, key or id of what it is not) of different things, both ways round.
        grounds: key -> the judgement in words.
        spellings: key -> the name as its ``accept`` or ``type`` writes it.
    """

    labels: dict[str, str] = {}
    types: dict[str, EntityType] = {}
    rejected: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()
    different_pairs: frozenset[tuple[str, str]] = frozenset()
    reasons: dict[str, str] = {}
    spellings: dict[str, str] = {}

    @property
    def decided_keys(self) -> frozenset[str]:
        """Keys of which a judgement says what they are; ``different`` leaves that open."""
        return self.accepted | self.rejected | self.labels.keys() | self.types.keys()

    def resolve_targets(
        self,
        type_of: Callable[[str], EntityType | None],
        label_of: Callable[[EntityType, str], str] = lambda type_, key: "",
    ) -> JudgementTable:
        """The same, with what is known of the things that judgements name.

        A name that goes over into a known one has the type of that one; what goes over into an
        entity named by its id is called as that one is.

        Args:
            type_of: the type of a label's key, None where it is not known.
            label_of: the label of an entity's type and key, "" where it is not known.
        """
        labels = {key: _label_for(label, label_of) for key, label in self.labels.items()}
        found = {key: type_of(text.name_key(label)) for key, label in labels.items()}
        known = {key: type_ for key, type_ in found.items() if type_ is not None}
        said = {key: self.types.get(text.name_key(labels[key]), known[key]) for key in known}
        called = {
            id_: _label_for(id_, label_of) for id_ in sorted(self.accepted) if parse_entity_id(id_)
        }
        return msgspec.structs.replace(
            self,
            labels=labels,
            types={**said, **self.types},
            spellings={**called, **self.spellings},
        )

    @property
    def renamed_ids(self) -> dict[str, str]:
        """Identifier that an entity had -> identifier that it has, so that IRIs resolve.

        >>> build_judgement_table([Judgement("rename", ("Akme", "Acme"))]).renamed_ids["company/akme"]
        'company/acme'
        """
        found: dict[str, str] = {}
        for key, label in sorted(self.labels.items()):
            new = judgement_key(label).rpartition("/")[2]
            judged = self.types.get(key) or self.types.get(new)
            for type_, old in _entity_keys(key):
                found[f"{type_}/{old}"] = f"{judged or type_}/{new}"
        for key, judged in sorted(self.types.items()):
            for type_, old in _entity_keys(key):
                found.setdefault(f"{type_}/{old}", f"{judged}/{old}")
        return {old: new for old, new in found.items() if old != new}

    def apply(self, surface_keys: Iterable[str], decision: Decision) -> Decision:
        """The decision as judged, with the keys that judgements speak of."""
        keys = tuple(surface_keys)
        own = [key for key in keys if key in self.reasons]
        heard = [key for key in (*own, decision.key) if key in self.reasons]
        found = self._apply_by_name(own, decision)
        while (id_ := self._find_judged_id(keys, found)) and id_ not in heard:
            heard.append(id_)
            found = self._apply_by_id(id_, keys, found)
            if not found.is_accepted:
                break
        return msgspec.structs.replace(found, judgement_keys=tuple(heard)) if heard else found

    def _apply_by_name(self, own: list[str], decision: Decision) -> Decision:
        """The decision as judgements of names have it; itself where none speaks of it."""
        for key in (*own, decision.key):
            if key in self.rejected:
                return self._make_decision(decision, key, REJECTED, decision.label)
        for key in own:
            if key in self.labels or key in self.types or key in self.accepted:
                return self._make_decision(decision, key, *self._target_of(key, decision))
        return self._apply_to_target(decision)

    def _find_judged_id(self, keys: tuple[str, ...], decision: Decision) -> str:
        """The id that judgements may know a decision by; of a rejected row, one that an
        ``accept`` brings back; "" for none."""
        if decision.is_accepted:
            id_ = f"{decision.type}/{decision.key}"
            return id_ if id_ in self.reasons else ""
        if decision.rule == "judgement":
            return ""
        ids = (f"{type_}/{key}" for key in keys for type_ in ENTITY_TYPES)
        return next((id_ for id_ in ids if id_ in self.accepted), "")

    def _apply_by_id(self, id_: str, keys: tuple[str, ...], decision: Decision) -> Decision:
        """The decision as the judgement of the entity has it: a row of its name is sure."""
        type_, _, key = id_.partition("/")
        if id_ in self.rejected:
            return self._make_decision(decision, id_, REJECTED, decision.label)
        label = decision.label if decision.is_accepted else self.spellings.get(id_, decision.label)
        label = self.labels.get(id_, label)
        type_ = self.types.get(id_, type_)
        if key in keys and id_ in self.decided_keys:
            return self._make_decision(decision, id_, type_, label)
        if (type_, label) == (decision.type, decision.label):
            return decision
        return self._relabel(decision, id_, type_, label)

    def _target_of(self, key: str, decision: Decision) -> tuple[str, str]:
        """The type and the label that judgements of a key give to a decision."""
        called = decision.label if decision.is_accepted else self.spellings.get(key)
        label = self.labels.get(key) or called or decision.label
        label = self.labels.get(text.name_key(label), label)
        kept = decision.type if decision.is_accepted else "other"
        return self.types.get(key) or self.types.get(text.name_key(label)) or kept, label

    def _make_decision(self, decision: Decision, key: str, type_: str, label: str) -> Decision:
        reasons = (Reason("judgement", self.reasons[key]),)
        return Decision(type_, text.name_key(label), label, 1.0, "judgement", reasons)

    def _apply_to_target(self, decision: Decision) -> Decision:
        """The decision of a row of another name, with what was judged of the thing it means."""
        if decision.key not in self.labels and decision.key not in self.types:
            return decision
        type_, label = self._target_of(decision.key, decision)
        if (type_, label) == (decision.type, decision.label):
            return decision
        return self._relabel(decision, decision.key, type_, label)

    def _relabel(self, decision: Decision, key: str, type_: str, label: str) -> Decision:
        reasons = (Reason("judgement", self.reasons[key]), *decision.reasons)
        return msgspec.structs.replace(
            decision, type=type_, key=text.name_key(label), label=label, reasons=reasons
        )


def _label_for(label: str, label_of: Callable[[EntityType, str], str]) -> str:
    """The label that an id stands for; any other label as it is."""
    parsed = parse_entity_id(label)
    if parsed is None:
        return label
    known = label_of(*parsed)
    return known if text.name_key(known) == parsed[1] else parsed[1]


def _entity_keys(key: str) -> list[tuple[str, str]]:
    """(type, key) of every entity that a key may speak of: of an id just that one."""
    type_, _, name = key.rpartition("/")
    return [(type_, name)] if type_ else [(known, key) for known in ENTITY_TYPES]


def build_judgement_table(
    judgements: Iterable[Judgement], place: str = "judgements"
) -> JudgementTable:
    """The table that judgements make.

    Raises:
        DataError: two contradict each other; the message names both lines.
    """
    drawn = _TableBuilder(place)
    ordered = list(judgements)
    for judged in ordered:
        drawn.add(judged)
    for judged in ordered:
        drawn.check_different(judged)
    drawn.check_rejected()
    drawn.check_types()
    drawn.check_cycles()
    return drawn.build()


class _TableBuilder:
    """A table in the making: who said what of which key."""

    def __init__(self, place: str) -> None:
        self.file = place
        self.labels: dict[str, tuple[str, Judgement]] = {}
        self.types: dict[str, tuple[EntityType, Judgement]] = {}
        self.verdicts: dict[str, tuple[bool, Judgement]] = {}
        self.different_pairs: dict[tuple[str, str], Judgement] = {}
        self.reasons: dict[str, str] = {}
        self.spellings: dict[str, str] = {}

    def add(self, judgement: Judgement) -> None:
        keys = [judgement_key(name) for name in judgement.names]
        for key, name in zip(keys, judgement.names, strict=True):
            self.reasons[key] = f"{judgement}: {judgement.why}" if judgement.why else f"{judgement}"
            if judgement.verb in {"accept", "type"} and not parse_entity_id(name):
                self.spellings[key] = name
        match judgement.verb:
            case "same":
                self._set_labels(keys[1:], judgement.names[0], judgement)
            case "rename":
                self._set_labels(keys[:-1], judgement.names[-1], judgement)
            case "different":
                pairs = [(a, b) for a in keys for b in keys if a != b]
                self.different_pairs.update(dict.fromkeys(pairs, judgement))
            case "reject" | "accept":
                self._set_verdicts(keys, judgement)
        self._set_types(keys, judgement)

    def _set_labels(self, keys: list[str], label: str, judgement: Judgement) -> None:
        for key in keys:
            known = self.labels.setdefault(key, (label, judgement))
            if judgement_key(known[0]) != judgement_key(label):
                self._contradict(judgement, known[1])

    def _set_verdicts(self, keys: list[str], judgement: Judgement) -> None:
        for key in keys:
            known = self.verdicts.setdefault(key, (judgement.verb == "accept", judgement))
            if known[0] != (judgement.verb == "accept"):
                self._contradict(judgement, known[1])

    def _set_types(self, keys: list[str], judgement: Judgement) -> None:
        """What type the keys have: the one that is said, else that of the id that they go into."""
        target = parse_entity_id(judgement.names[0]) if judgement.verb == "same" else None
        if judgement.type is not None:
            is_of_id = judgement.verb == "rename" and parse_entity_id(judgement.names[0])
            self._set_type(keys[:1] if is_of_id else keys, judgement.type, judgement)
        elif target:
            self._set_type(keys[1:], target[0], judgement)

    def _set_type(self, keys: list[str], type_: EntityType, judgement: Judgement) -> None:
        for key in keys:
            known = self.types.setdefault(key, (type_, judgement))
            if known[0] != type_:
                self._contradict(judgement, known[1])

    def check_different(self, judgement: Judgement) -> None:
        """Is nothing that ``judgement`` makes one held apart by another?"""
        if judgement.verb not in {"same", "rename"}:
            return
        keys = {judgement_key(name) for name in judgement.names}
        keys |= {self.final_key(key) for key in keys}
        for pair, other in self.different_pairs.items():
            if all(any(_may_name_one_entity(key, end) for key in keys) for end in pair):
                self._contradict(judgement, other)

    def check_rejected(self) -> None:
        """Is nothing rejected that is said to be something, or that another name goes over into?"""
        rejected = {key: said for key, (stands, said) in self.verdicts.items() if not stands}
        for key, (_, typed) in self.types.items():
            if key in rejected:
                self._contradict(typed, rejected[key])
        for key, (_, merged) in self.labels.items():
            for end in (key, self.final_key(key)):
                if end in rejected:
                    self._contradict(merged, rejected[end])
        for key, said in self._judged_ids():
            if (name := key.rpartition("/")[2]) in rejected:
                self._contradict(said, rejected[name])

    def check_types(self) -> None:
        """Is nothing accepted as one thing by its id that its name is said to be another?"""
        for key, (stands, said) in self.verdicts.items():
            type_, _, name = key.rpartition("/")
            if stands and type_ and name in self.types and self.types[name][0] != type_:
                self._contradict(said, self.types[name][1])

    def _judged_ids(self) -> Iterator[tuple[str, Judgement]]:
        """Every id that is said to be something, with its judgement."""
        accepted = {key: (key, said) for key, (stands, said) in self.verdicts.items() if stands}
        for table in (self.labels, self.types, accepted):
            yield from ((key, said) for key, (_, said) in table.items() if "/" in key)

    def check_cycles(self) -> None:
        """Does no name lead back to itself by way of another?"""
        for key, (label, said) in self.labels.items():
            last, next_ = key, judgement_key(label)
            seen = {key}
            while next_ in self.labels and next_ not in seen:
                seen.add(next_)
                last, next_ = next_, judgement_key(self.labels[next_][0])
            if next_ == key != last:
                self._contradict(said, self.labels[last][1])

    def final_key(self, key: str) -> str:
        """The key that a key leads to, over any number of renamings."""
        seen = {key}
        while key in self.labels:
            key = judgement_key(self.labels[key][0])
            if key in seen:
                break
            seen.add(key)
        return key

    def _contradict(self, one: Judgement, other: Judgement) -> None:
        # What is about to be written has no line yet: it is the later one.
        other, one = sorted((one, other), key=lambda said: said.line or sys.maxsize)
        where = f"{self.file}:{one.line}" if one.line else self.file
        move = "delete one of the two" if one.line else "delete that line first"
        raise DataError(f"{where}: {one} contradicts line {other.line}: {other}: {move}")

    def build(self) -> JudgementTable:
        spelled = {judgement_key(label): label for label, _ in self.labels.values()}
        labels = {
            key: spelled.get(self.final_key(key), label) for key, (label, _) in self.labels.items()
        }
        return JudgementTable(
            labels,
            {key: type_ for key, (type_, _) in self.types.items()},
            frozenset(key for key, (stands, _) in self.verdicts.items() if not stands),
            frozenset(key for key, (stands, _) in self.verdicts.items() if stands),
            frozenset((one.rpartition("/")[2], other) for one, other in self.different_pairs),
            self.reasons,
            self.spellings,
        )


def _may_name_one_entity(one: str, other: str) -> bool:
    """Whether two keys may speak of one thing: a name of every entity that goes by it."""
    if "/" in one and "/" in other:
        return one == other
    return one.rpartition("/")[2] == other.rpartition("/")[2]
