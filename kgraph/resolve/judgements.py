"""What people decided, which no rule may overrule.

Takes judgements (``resolve.judgement``), which stand in a file (``resolve.judgementfile``); gives
a :class:`Rulings` table that decisions are checked against. Deleting a line undoes one.

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
from kgraph.base.model import NOISE, Decision, EntityType, Reason
from kgraph.resolve.judgement import TYPES, Judgement, Verb, judgement, key_of, parse_id, types

__all__ = ["Judgement", "Rulings", "Verb", "judgement", "rulings", "types"]


class Rulings(msgspec.Struct, frozen=True, array_like=True):
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
    apart: frozenset[tuple[str, str]] = frozenset()
    grounds: dict[str, str] = {}
    spellings: dict[str, str] = {}

    @property
    def settled(self) -> frozenset[str]:
        """Keys of which a judgement says what they are; ``different`` leaves that open."""
        return self.accepted | self.rejected | self.labels.keys() | self.types.keys()

    def informed(
        self,
        type_of: Callable[[str], EntityType | None],
        label_of: Callable[[EntityType, str], str] = lambda type_, key: "",
    ) -> Rulings:
        """The same, with what is known of the things that judgements name.

        A name that goes over into a known one has the type of that one; what goes over into an
        entity named by its id is called as that one is.

        Args:
            type_of: the type of a label's key, None where it is not known.
            label_of: the label of an entity's type and key, "" where it is not known.
        """
        labels = {key: _named(label, label_of) for key, label in self.labels.items()}
        found = {key: type_of(text.key(label)) for key, label in labels.items()}
        known = {key: type_ for key, type_ in found.items() if type_ is not None}
        said = {key: self.types.get(text.key(labels[key]), known[key]) for key in known}
        called = {id_: _named(id_, label_of) for id_ in sorted(self.accepted) if parse_id(id_)}
        return msgspec.structs.replace(
            self,
            labels=labels,
            types={**said, **self.types},
            spellings={**called, **self.spellings},
        )

    @property
    def replaced(self) -> dict[str, str]:
        """Identifier that an entity had -> identifier that it has, so that IRIs resolve.

        >>> rulings([Judgement("rename", ("Akme", "Acme"))]).replaced["company/akme"]
        'company/acme'
        """
        found: dict[str, str] = {}
        for key, label in sorted(self.labels.items()):
            new = key_of(label).rpartition("/")[2]
            judged = self.types.get(key) or self.types.get(new)
            for type_, old in _entities(key):
                found[f"{type_}/{old}"] = f"{judged or type_}/{new}"
        for key, judged in sorted(self.types.items()):
            for type_, old in _entities(key):
                found.setdefault(f"{type_}/{old}", f"{judged}/{old}")
        return {old: new for old, new in found.items() if old != new}

    def apply(self, surface_keys: Iterable[str], decision: Decision) -> Decision:
        """The decision as judged, with the keys that judgements speak of."""
        keys = tuple(surface_keys)
        own = [key for key in keys if key in self.grounds]
        heard = [key for key in (*own, decision.key) if key in self.grounds]
        found = self._by_name(own, decision)
        while (id_ := self._id_of(keys, found)) and id_ not in heard:
            heard.append(id_)
            found = self._by_id(id_, keys, found)
            if not found.accepted:
                break
        return msgspec.structs.replace(found, judged=tuple(heard)) if heard else found

    def _by_name(self, own: list[str], decision: Decision) -> Decision:
        """The decision as judgements of names have it; itself where none speaks of it."""
        for key in (*own, decision.key):
            if key in self.rejected:
                return self._judged(decision, key, NOISE, decision.label)
        for key in own:
            if key in self.labels or key in self.types or key in self.accepted:
                return self._judged(decision, key, *self._meant(key, decision))
        return self._carried(decision)

    def _id_of(self, keys: tuple[str, ...], decision: Decision) -> str:
        """The id that judgements may know a decision by; of a rejected row, one that an
        ``accept`` brings back; "" for none."""
        if decision.accepted:
            id_ = f"{decision.type}/{decision.key}"
            return id_ if id_ in self.grounds else ""
        if decision.rule == "judgement":
            return ""
        ids = (f"{type_}/{key}" for key in keys for type_ in TYPES)
        return next((id_ for id_ in ids if id_ in self.accepted), "")

    def _by_id(self, id_: str, keys: tuple[str, ...], decision: Decision) -> Decision:
        """The decision as the judgement of the entity has it: a row of its name is sure."""
        type_, _, key = id_.partition("/")
        if id_ in self.rejected:
            return self._judged(decision, id_, NOISE, decision.label)
        label = decision.label if decision.accepted else self.spellings.get(id_, decision.label)
        label = self.labels.get(id_, label)
        type_ = self.types.get(id_, type_)
        if key in keys and id_ in self.settled:
            return self._judged(decision, id_, type_, label)
        if (type_, label) == (decision.type, decision.label):
            return decision
        return self._called(decision, id_, type_, label)

    def _meant(self, key: str, decision: Decision) -> tuple[str, str]:
        """The type and the label that judgements of a key give to a decision."""
        called = decision.label if decision.accepted else self.spellings.get(key)
        label = self.labels.get(key) or called or decision.label
        label = self.labels.get(text.key(label), label)
        kept = decision.type if decision.accepted else "other"
        return self.types.get(key) or self.types.get(text.key(label)) or kept, label

    def _judged(self, decision: Decision, key: str, type_: str, label: str) -> Decision:
        reasons = (Reason("judgement", self.grounds[key]),)
        return Decision(type_, text.key(label), label, 1.0, "judgement", reasons)

    def _carried(self, decision: Decision) -> Decision:
        """The decision of a row of another name, with what was judged of the thing it means."""
        if decision.key not in self.labels and decision.key not in self.types:
            return decision
        type_, label = self._meant(decision.key, decision)
        if (type_, label) == (decision.type, decision.label):
            return decision
        return self._called(decision, decision.key, type_, label)

    def _called(self, decision: Decision, key: str, type_: str, label: str) -> Decision:
        reasons = (Reason("judgement", self.grounds[key]), *decision.reasons)
        return msgspec.structs.replace(
            decision, type=type_, key=text.key(label), label=label, reasons=reasons
        )


def _named(label: str, label_of: Callable[[EntityType, str], str]) -> str:
    """The label that an id stands for; any other label as it is."""
    parsed = parse_id(label)
    if parsed is None:
        return label
    known = label_of(*parsed)
    return known if text.key(known) == parsed[1] else parsed[1]


def _entities(key: str) -> list[tuple[str, str]]:
    """(type, key) of every entity that a key may speak of: of an id just that one."""
    type_, _, name = key.rpartition("/")
    return [(type_, name)] if type_ else [(known, key) for known in TYPES]


def rulings(judgements: Iterable[Judgement], place: str = "judgements") -> Rulings:
    """The table that judgements make.

    Raises:
        DataError: two contradict each other; the message names both lines.
    """
    drawn = _Draft(place)
    ordered = list(judgements)
    for judged in ordered:
        drawn.take(judged)
    for judged in ordered:
        drawn.check_apart(judged)
    drawn.check_rejected()
    drawn.check_types()
    drawn.check_ends()
    return drawn.rulings()


class _Draft:
    """A table in the making: who said what of which key."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.labels: dict[str, tuple[str, Judgement]] = {}
        self.types: dict[str, tuple[EntityType, Judgement]] = {}
        self.stands: dict[str, tuple[bool, Judgement]] = {}
        self.apart: dict[tuple[str, str], Judgement] = {}
        self.grounds: dict[str, str] = {}
        self.spellings: dict[str, str] = {}

    def take(self, judgement: Judgement) -> None:
        keys = [key_of(name) for name in judgement.names]
        for key, name in zip(keys, judgement.names, strict=True):
            self.grounds[key] = f"{judgement}: {judgement.why}" if judgement.why else f"{judgement}"
            if judgement.verb in {"accept", "type"} and not parse_id(name):
                self.spellings[key] = name
        match judgement.verb:
            case "same":
                self._merge(keys[1:], judgement.names[0], judgement)
            case "rename":
                self._merge(keys[:-1], judgement.names[-1], judgement)
            case "different":
                pairs = [(a, b) for a in keys for b in keys if a != b]
                self.apart.update(dict.fromkeys(pairs, judgement))
            case "reject" | "accept":
                self._stand(keys, judgement)
        self._type_all(keys, judgement)

    def _merge(self, keys: list[str], label: str, judgement: Judgement) -> None:
        for key in keys:
            known = self.labels.setdefault(key, (label, judgement))
            if key_of(known[0]) != key_of(label):
                self._contradict(judgement, known[1])

    def _stand(self, keys: list[str], judgement: Judgement) -> None:
        for key in keys:
            known = self.stands.setdefault(key, (judgement.verb == "accept", judgement))
            if known[0] != (judgement.verb == "accept"):
                self._contradict(judgement, known[1])

    def _type_all(self, keys: list[str], judgement: Judgement) -> None:
        """What type the keys have: the one that is said, else that of the id that they go into."""
        target = parse_id(judgement.names[0]) if judgement.verb == "same" else None
        if judgement.type is not None:
            is_of_id = judgement.verb == "rename" and parse_id(judgement.names[0])
            self._type(keys[:1] if is_of_id else keys, judgement.type, judgement)
        elif target:
            self._type(keys[1:], target[0], judgement)

    def _type(self, keys: list[str], type_: EntityType, judgement: Judgement) -> None:
        for key in keys:
            known = self.types.setdefault(key, (type_, judgement))
            if known[0] != type_:
                self._contradict(judgement, known[1])

    def check_apart(self, judgement: Judgement) -> None:
        """Is nothing that ``judgement`` makes one held apart by another?"""
        if judgement.verb not in {"same", "rename"}:
            return
        keys = {key_of(name) for name in judgement.names}
        keys |= {self.end(key) for key in keys}
        for pair, other in self.apart.items():
            if all(any(_overlap(key, end) for key in keys) for end in pair):
                self._contradict(judgement, other)

    def check_rejected(self) -> None:
        """Is nothing rejected that is said to be something, or that another name goes over into?"""
        rejected = {key: said for key, (stands, said) in self.stands.items() if not stands}
        for key, (_, typed) in self.types.items():
            if key in rejected:
                self._contradict(typed, rejected[key])
        for key, (_, merged) in self.labels.items():
            for end in (key, self.end(key)):
                if end in rejected:
                    self._contradict(merged, rejected[end])
        for key, said in self._of_ids():
            if (name := key.rpartition("/")[2]) in rejected:
                self._contradict(said, rejected[name])

    def check_types(self) -> None:
        """Is nothing accepted as one thing by its id that its name is said to be another?"""
        for key, (stands, said) in self.stands.items():
            type_, _, name = key.rpartition("/")
            if stands and type_ and name in self.types and self.types[name][0] != type_:
                self._contradict(said, self.types[name][1])

    def _of_ids(self) -> Iterator[tuple[str, Judgement]]:
        """Every id that is said to be something, with its judgement."""
        accepted = {key: (key, said) for key, (stands, said) in self.stands.items() if stands}
        for table in (self.labels, self.types, accepted):
            yield from ((key, said) for key, (_, said) in table.items() if "/" in key)

    def check_ends(self) -> None:
        """Does no name lead back to itself by way of another?"""
        for key, (label, said) in self.labels.items():
            last, next_ = key, key_of(label)
            seen = {key}
            while next_ in self.labels and next_ not in seen:
                seen.add(next_)
                last, next_ = next_, key_of(self.labels[next_][0])
            if next_ == key != last:
                self._contradict(said, self.labels[last][1])

    def end(self, key: str) -> str:
        """The key that a key leads to, over any number of renamings."""
        seen = {key}
        while key in self.labels:
            key = key_of(self.labels[key][0])
            if key in seen:
                break
            seen.add(key)
        return key

    def _contradict(self, one: Judgement, other: Judgement) -> None:
        # What is about to be written has no line yet: it is the later one.
        other, one = sorted((one, other), key=lambda said: said.line or sys.maxsize)
        where = f"{self.place}:{one.line}" if one.line else self.place
        move = "delete one of the two" if one.line else "delete that line first"
        raise DataError(f"{where}: {one} contradicts line {other.line}: {other}: {move}")

    def rulings(self) -> Rulings:
        spelled = {key_of(label): label for label, _ in self.labels.values()}
        labels = {key: spelled.get(self.end(key), label) for key, (label, _) in self.labels.items()}
        return Rulings(
            labels,
            {key: type_ for key, (type_, _) in self.types.items()},
            frozenset(key for key, (stands, _) in self.stands.items() if not stands),
            frozenset(key for key, (stands, _) in self.stands.items() if stands),
            frozenset((one.rpartition("/")[2], other) for one, other in self.apart),
            self.grounds,
            self.spellings,
        )


def _overlap(one: str, other: str) -> bool:
    """Whether two keys may speak of one thing: a name of every entity that goes by it."""
    if "/" in one and "/" in other:
        return one == other
    return one.rpartition("/")[2] == other.rpartition("/")[2]
