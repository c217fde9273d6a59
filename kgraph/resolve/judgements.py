"""What people decided, which no rule may overrule.

Takes judgements, which stand in a file (``resolve.judgementfile``); gives a
:class:`Rulings` table that decisions are checked against. Deleting a line undoes one.

::

    - {verb: same, names: [Acme, Acme Rockets], by: ann, why: renamed in 2024, date: "2025-01-31"}
    - {verb: different, names: [Acme, Acme Bank], by: ann, why: no relation, date: "2025-01-31"}
    - {verb: type, names: [Acme], type: product, by: ann, why: it is an app, date: "2025-01-31"}
    - {verb: rename, names: [Acme, ACME], by: ann, why: as they write it, date: "2025-01-31"}
    - {verb: reject, names: [Moreover], by: ann, why: no name, date: "2025-01-31"}
    - {verb: accept, names: [Monday], type: company, by: ann, why: monday.com, date: "2025-01-31"}

Invariants:
    * names count by their key, as everywhere;
    * a judgement of a name makes its rows sure; rows of another name, which were taken for the
      thing, are rejected, called and typed as it is, but no surer that they mean it;
    * of ``same`` and ``rename`` the name that stays is the first and the last one;
    * what is ``same`` as a thing of the lexicon has its type, unless a judgement says another;
    * what was rejected and is accepted, or given a type, is called as its judgement writes it;
    * two judgements that contradict each other are an error that names both lines.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Literal, get_args

import msgspec

from kgraph import names
from kgraph.errors import DataError, InputError
from kgraph.model import NOISE, Decision, EntityType, Reason

Verb = Literal["same", "different", "type", "rename", "reject", "accept"]

FEWEST = {"same": 2, "different": 2, "rename": 2}
"""Names that a verb needs; the others need one."""


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One decision of a person; ``date`` is an ISO 8601 date, ``line`` where it stands."""

    verb: Verb
    names: tuple[str, ...]
    type: EntityType | None = None
    by: str = ""
    why: str = ""
    date: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    line: int = 0


class Rulings(msgspec.Struct, frozen=True, array_like=True):
    """What judgements say of names, by key.

    Attributes:
        labels: key -> the label that its entity has.
        types: key -> the type that it has.
        rejected: keys that are no name.
        accepted: keys that are one.
        apart: pairs of keys that are different things, both ways round.
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

    def informed(self, type_of: Callable[[str], EntityType | None]) -> Rulings:
        """The same, where a name that goes over into a known one has the type of that one.

        Args:
            type_of: the type of a label's key, None where it is not known.
        """
        found = {key: type_of(names.key(label)) for key, label in self.labels.items()}
        known = {key: type_ for key, type_ in found.items() if type_ is not None}
        said = {key: self.types.get(names.key(self.labels[key]), known[key]) for key in known}
        return msgspec.structs.replace(self, types={**said, **self.types})

    @property
    def replaced(self) -> dict[str, str]:
        """Identifier that an entity had -> identifier that it has, so that IRIs resolve.

        >>> rulings([Judgement("rename", ("Akme", "Acme"))]).replaced["company/akme"]
        'company/acme'
        """
        found = {}
        for key, label in sorted(self.labels.items()):
            new = names.key(label)
            judged = self.types.get(key) or self.types.get(new)
            for type_ in get_args(EntityType):
                found[f"{type_}/{key}"] = f"{judged or type_}/{new}"
        for key, type_ in sorted(self.types.items()):
            for other in get_args(EntityType):
                found.setdefault(f"{other}/{key}", f"{type_}/{key}")
        return {old: new for old, new in found.items() if old != new}

    def apply(self, surface_keys: Iterable[str], decision: Decision) -> Decision:
        """The decision as judged; itself where no judgement speaks of it."""
        own = [key for key in surface_keys if key in self.grounds]
        for key in (*own, decision.key):
            if key in self.rejected:
                return self._judged(decision, key, NOISE, decision.label)
        for key in own:
            if key in self.labels or key in self.types or key in self.accepted:
                return self._judged(decision, key, *self._meant(key, decision))
        return self._carried(decision)

    def _meant(self, key: str, decision: Decision) -> tuple[str, str]:
        """The type and the label that judgements of a key give to a decision."""
        called = decision.label if decision.accepted else self.spellings.get(key)
        label = self.labels.get(key) or called or decision.label
        label = self.labels.get(names.key(label), label)
        kept = decision.type if decision.accepted else "other"
        return self.types.get(key) or self.types.get(names.key(label)) or kept, label

    def _judged(self, decision: Decision, key: str, type_: str, label: str) -> Decision:
        reasons = (Reason("judgement", self.grounds[key]),)
        return Decision(type_, names.key(label), label, 1.0, "judgement", reasons)

    def _carried(self, decision: Decision) -> Decision:
        """The decision of a row of another name, with what was judged of the thing it means."""
        if decision.key not in self.labels and decision.key not in self.types:
            return decision
        type_, label = self._meant(decision.key, decision)
        if (type_, label) == (decision.type, decision.label):
            return decision
        reasons = (Reason("judgement", self.grounds[decision.key]), *decision.reasons)
        return msgspec.structs.replace(
            decision, type=type_, key=names.key(label), label=label, reasons=reasons
        )


def judgement(verb: str, names_: Sequence[str], **said: str) -> Judgement:
    """A judgement from words, such as a command's.

    Args:
        verb: one of :data:`Verb`.
        names_: what is judged.
        said: further fields; empty ones count as not given.

    Raises:
        InputError: the verb or type is not known, or a name is missing.
    """
    given = {field: value for field, value in said.items() if value}
    try:
        made = msgspec.convert({"verb": verb, "names": list(names_), **given}, Judgement)
    except msgspec.ValidationError as error:
        raise InputError(
            f"judge {verb}: {error}: verbs are {', '.join(get_args(Verb))}, types {types()}"
        ) from error
    if wrong := fault(made):
        raise InputError(f"judge {wrong}")
    return made


def fault(made: Judgement) -> str:
    """What is wrong with a judgement, and what to do; "" for nothing."""
    return _misfit(made) or _confusion(made)


def _misfit(made: Judgement) -> str:
    """What it lacks or has too much of."""
    verb, count = made.verb, len(made.names)
    if not all(name.strip() for name in made.names):
        return f"{verb}: a name is empty: write it as the episodes do"
    if count < (fewest := FEWEST.get(verb, 1)):
        return f"{verb}: needs {names.counted(fewest, 'name')}: add one"
    if verb == "rename" and count > FEWEST[verb]:
        return "rename: takes two names, the old one and the new: take the others away"
    if verb == "type" and made.type is None:
        return f"type: needs a type, one of {types()}"
    if made.type is not None and verb in ("reject", "different"):
        return f"{verb}: takes no type: leave {made.type} away, or judge type or accept"
    return ""


def _confusion(made: Judgement) -> str:
    """Why it cannot be meant; "" where it may be.

    A rename to the same name may: it is what a thing is called that was taken for another.
    """
    keys = [names.key(name) or name for name in made.names]
    fewest = {"same": 2, "different": len(keys)}.get(made.verb, 0)
    if len(set(keys)) < fewest:
        twice = next(
            name for name, key in zip(made.names, keys, strict=True) if keys.count(key) > 1
        )
        return f"{made.verb}: {twice} is named twice, as it is one name in any writing: name two"
    label = {"same": made.names[0], "rename": made.names[-1]}.get(made.verb, "x")
    if not names.letters(label):
        return f"{made.verb}: {label!r} has no letter or digit: nothing is called so"
    return ""


def types() -> str:
    """The types that a judgement may give, for messages."""
    return ", ".join(get_args(EntityType))


def rulings(judgements: Iterable[Judgement], place: str = "judgements") -> Rulings:
    """The table that judgements make.

    Raises:
        DataError: two contradict each other; the message names both lines.
    """
    drawn = _Draft(place)
    ordered = list(judgements)
    for judgement in ordered:
        drawn.take(judgement)
    for judgement in ordered:
        drawn.check_apart(judgement)
    drawn.check_rejected()
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
        keys = [names.key(name) for name in judgement.names]
        for key, name in zip(keys, judgement.names, strict=True):
            words = f"{judgement.verb} {', '.join(judgement.names)}"
            self.grounds[key] = f"{words}: {judgement.why}" if judgement.why else words
            if judgement.verb in {"accept", "type"}:
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
        if judgement.type is not None:
            self._type(keys, judgement.type, judgement)

    def _merge(self, keys: list[str], label: str, judgement: Judgement) -> None:
        for key in keys:
            known = self.labels.setdefault(key, (label, judgement))
            if names.key(known[0]) != names.key(label):
                self._contradict(judgement, known[1])

    def _stand(self, keys: list[str], judgement: Judgement) -> None:
        for key in keys:
            known = self.stands.setdefault(key, (judgement.verb == "accept", judgement))
            if known[0] != (judgement.verb == "accept"):
                self._contradict(judgement, known[1])

    def _type(self, keys: list[str], type_: EntityType, judgement: Judgement) -> None:
        for key in keys:
            known = self.types.setdefault(key, (type_, judgement))
            if known[0] != type_:
                self._contradict(judgement, known[1])

    def check_apart(self, judgement: Judgement) -> None:
        """Is nothing that ``judgement`` makes one held apart by another?"""
        if judgement.verb not in {"same", "rename"}:
            return
        ends = {self.end(names.key(name)): names.key(name) for name in judgement.names}
        keys = {names.key(name) for name in judgement.names} | set(ends)
        for pair, other in self.apart.items():
            if pair[0] in keys and pair[1] in keys:
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

    def check_ends(self) -> None:
        """Does no name lead back to itself by way of another?"""
        for key, (label, said) in self.labels.items():
            last, next_ = key, names.key(label)
            seen = {key}
            while next_ in self.labels and next_ not in seen:
                seen.add(next_)
                last, next_ = next_, names.key(self.labels[next_][0])
            if next_ == key != last:
                self._contradict(said, self.labels[last][1])

    def end(self, key: str) -> str:
        """The key that a key leads to, over any number of renamings."""
        seen = {key}
        while key in self.labels:
            key = names.key(self.labels[key][0])
            if key in seen:
                break
            seen.add(key)
        return key

    def _contradict(self, one: Judgement, other: Judgement) -> None:
        # What is about to be written has no line yet: it is the later one.
        other, one = sorted((one, other), key=lambda said: said.line or sys.maxsize)
        where = f"{self.place}:{one.line}" if one.line else self.place
        move = "delete one of the two" if one.line else "delete that line first"
        raise DataError(
            f"{where}: {one.verb} {', '.join(one.names)} contradicts line {other.line}: "
            f"{other.verb} {', '.join(other.names)}: {move}"
        )

    def rulings(self) -> Rulings:
        spelled = {names.key(label): label for label, _ in self.labels.values()}
        labels = {key: spelled.get(self.end(key), label) for key, (label, _) in self.labels.items()}
        return Rulings(
            labels,
            {key: type_ for key, (type_, _) in self.types.items()},
            frozenset(key for key, (stands, _) in self.stands.items() if not stands),
            frozenset(key for key, (stands, _) in self.stands.items() if stands),
            frozenset(self.apart),
            self.grounds,
            self.spellings,
        )
