"""Judgements that reach the shows of episodes.

Takes the table of judgements and the evidence of a corpus; gives :class:`ShowJudgements`: what was
judged of the names that episodes call their show by, and of the shows themselves.

Invariants:
    * a name is judged wherever an episode calls its show so, and wherever a show has that name; an
      id (``show/acme``) judges that show alone;
    * a judgement that no claim and no known show of the corpus has the name of is left out, so that
      it changes no table;
    * names are judged first, then the show that they lead to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

import msgspec

from kgraph.base.counts import find_commonest
from kgraph.base.text import name_key
from kgraph.resolve.judgement import parse_entity_id
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.shows.known_shows import (
    ShowRegistry,
    clean_show_name,
    list_show_keys,
)

UNWRITTEN_KINDS = frozenset({"host", "slug"})  #: of claims whose name is not that of a show


class JudgedLabel(NamedTuple):
    """A show as judged.

    Attributes:
        label: its usual name.
        keys: judged keys that it has, or that lead to it, in the order in which they apply.
        is_rejected: whether no episode is of it.
    """

    label: str
    keys: tuple[str, ...] = ()
    is_rejected: bool = False


class JudgedDifference(NamedTuple):
    """A judgement that a name does not mean a show.

    Attributes:
        key: of the name.
        words: the judgement.
    """

    key: str
    words: str


class ShowJudgements(msgspec.Struct, frozen=True, array_like=True):
    """Judgements by key: a name's, or the id of a show."""

    labels: Mapping[str, str] = {}
    rejected: Set[str] = frozenset()
    accepted: Set[str] = frozenset()
    #: Key of a name -> key or id of a show that it does not mean -> the judgement in words.
    different: Mapping[str, Mapping[str, str]] = {}
    reasons: Mapping[str, str] = {}  #: the judgement in words, of each judged key

    def list_own_keys(self, kind: str, name: str) -> tuple[str, ...]:
        """Return the judged keys of the name of a claim; () if it is no show's name."""
        if not self.reasons or kind in UNWRITTEN_KINDS:
            return ()
        return tuple(key for key in list_show_keys(name) if key in self.reasons)

    def find_label(self, key: str) -> str:
        """Return the name of a key that judgements give to a show; "" if they give none."""
        return next((label for label in self.labels.values() if name_key(label) == key), "")

    def find_difference(self, name: str, label: str) -> JudgedDifference | None:
        """Return the judgement by which a name does not mean a show; None if it may."""
        if not self.different:
            return None
        own_keys = [key for key in list_show_keys(name) if key in self.different]
        if not own_keys:
            return None
        labels = (label, self.apply((), label).label)
        meant = [key for each in labels for key in _list_label_keys(each)]
        for key in own_keys:
            for end in meant:
                if words := self.different[key].get(end):
                    return JudgedDifference(key, words)
        return None

    def apply(self, own_keys: tuple[str, ...], label: str) -> JudgedLabel:
        """Return the show that a claim means, or that a feed has, as judged.

        Args:
            own_keys: judged keys of the claim's name; () for a feed.
            label: of the show without judgements.
        """
        if not self.reasons:
            return JudgedLabel(label)
        keys: list[str] = []
        pending = [*own_keys]
        while pending or (pending := self._list_further_keys(label, keys)):
            key = pending.pop(0)
            keys.append(key)
            if key in self.rejected:
                return JudgedLabel(label, tuple(keys), is_rejected=True)
            if key in self.labels:
                label, pending = self.labels[key], []
        return JudgedLabel(label, tuple(keys))

    def _list_further_keys(self, label: str, keys: list[str]) -> list[str]:
        return [key for key in _list_label_keys(label) if key in self.reasons and key not in keys]


NO_SHOW_JUDGEMENTS = ShowJudgements()


def _list_label_keys(label: str) -> tuple[str, ...]:
    return (*list_show_keys(label), f"show/{name_key(label)}")


def select_show_judgements(
    table: JudgementTable, evidence: Iterable[ShowEvidence], registry: ShowRegistry
) -> ShowJudgements:
    """Select the judgements of names that episodes claim, and of known shows.

    Args:
        table: as read, without types and labels of the lexicon.
        evidence: of all episodes; read only if something was judged.
    """
    if not (table.labels or table.rejected or table.accepted or table.different):
        return NO_SHOW_JUDGEMENTS
    spellings, names = _collect_names(evidence, registry)
    labels = {
        key: target
        for key, label in table.labels.items()
        if ("/" not in key or _may_be_show(key, table))
        and (target := _spell_target(label, spellings))
    }
    names.update(key for target in labels.values() for key in list_show_keys(target))

    def reaches(key: str) -> bool:
        type_, _, name = key.rpartition("/")
        return type_ in ("", "show") and name in names

    labels = {key: target for key, target in labels.items() if reaches(key)}
    rejected = frozenset(filter(reaches, table.rejected))
    accepted = frozenset(k for k in table.accepted if reaches(k) and _may_be_show(k, table))
    different = {key: ends for key, ends in table.different.items() if key in names}
    return ShowJudgements(
        labels,
        rejected,
        accepted,
        different,
        {
            key: words
            for key, words in table.reasons.items()
            if key in labels
            or key in rejected
            or key in accepted
            or (reaches(key) and key.rpartition("/")[2] in different)
        },
    )


def _collect_names(
    evidence: Iterable[ShowEvidence], registry: ShowRegistry
) -> tuple[dict[str, str], set[str]]:
    """Return the usual spelling of each show that episodes claim or that is known, by its key.

    Return also all keys of their names.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    names: set[str] = set()
    for episode in evidence:
        for kind, name, count in episode.claims:
            if kind not in UNWRITTEN_KINDS:
                spelling = clean_show_name(name)
                counts[name_key(spelling)][spelling] += count
                names.update(list_show_keys(name))
    spellings = {key: find_commonest(counted) for key, counted in counts.items()}
    for label in {*registry.labels, *registry.hosts.values(), *registry.feeds.values()}:
        spellings[name_key(label)] = label
        names.update(list_show_keys(label))
    return spellings, names


def _may_be_show(key: str, table: JudgementTable) -> bool:
    return (table.types.get(key) or table.renamed.get(key) or "show") == "show"


def _spell_target(label: str, spellings: Mapping[str, str]) -> str:
    """Return the name of what remains of several; "" for the id of what is no show."""
    parsed = parse_entity_id(label)
    if parsed is None:
        return label
    type_, key = parsed
    return spellings.get(key, key) if type_ == "show" else ""
