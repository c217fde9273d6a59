"""A thing that a row may name, and the row as all of resolution sees it.

Takes and gives values; where candidates come from stands in ``resolve.standing`` (the
surface alone) and ``resolve.candidates`` (the surface in its episode).
"""

from __future__ import annotations

import msgspec

from kgraph.base import text
from kgraph.base.lexicon import Entry
from kgraph.base.model import Decision, Mention
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.mentions.context import Setting
from kgraph.resolve.mentions.name_profile import Profile
from kgraph.resolve.mentions.place import Place


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A thing that a row may name.

    Attributes:
        label: its usual name.
        source: the function that found it, such as ``known``.
        entry: its entry, where the lexicon has it.
        says: what speaks for or against it.
        weight: the sum of the weights of ``says``, in log-odds.
    """

    label: str
    source: str
    entry: Entry | None = None
    says: tuple[str, ...] = ()
    weight: float = 0.0


class Form(msgspec.Struct, frozen=True):
    """What is made once of each surface.

    Attributes:
        profile: what is known of it.
        candidates: what it may name whatever its episode.
        scores: the classifier's sum over the profile's features, by type.
        words: its variants of one word, lower-case.
        is_talk: there are only function words in it.
        is_sure: one entry alone goes by it, whose name is no ordinary word.
        joined: a decision for each part, where it joins several names.
    """

    profile: Profile
    candidates: tuple[Candidate, ...]
    scores: tuple[float, ...]
    words: tuple[str, ...] = ()
    is_talk: bool = False
    is_sure: bool = False
    joined: tuple[Decision, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """All that is known of one row."""

    mention: Mention
    form: Form
    place: Place
    setting: Setting
    knowledge: Knowledge

    @property
    def profile(self) -> Profile:
        return self.form.profile


def entry_of(name: str, knowledge: Knowledge) -> Entry | None:
    """The first entry that goes by a name."""
    for hit in knowledge.lexicon.index.get(text.key(name), ()):
        return knowledge.lexicon.entry(hit)
    return None
