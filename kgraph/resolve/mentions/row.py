"""A thing that a row may name, and the row as all of resolution sees it.

Takes and gives values; where candidates come from stands in ``resolve.standing`` (the
surface alone) and ``resolve.candidates`` (the surface in its episode).
"""

from __future__ import annotations

import msgspec

from kgraph.base import text
from kgraph.base.lexicon import LexiconEntry
from kgraph.base.model import Decision, Mention
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.mentions.context import EpisodeContext
from kgraph.resolve.mentions.name_profile import NameProfile
from kgraph.resolve.mentions.place import TextWindow


class EntityCandidate(msgspec.Struct, frozen=True, gc=False):
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
    entry: LexiconEntry | None = None
    features: tuple[str, ...] = ()
    weight: float = 0.0


class SurfaceForm(msgspec.Struct, frozen=True):
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

    profile: NameProfile
    candidates: tuple[EntityCandidate, ...]
    name_scores: tuple[float, ...]
    single_words: tuple[str, ...] = ()
    is_function_words: bool = False
    is_unambiguous: bool = False
    joined_decisions: tuple[Decision, ...] = ()


class MentionRow(msgspec.Struct, frozen=True):
    """All that is known of one row."""

    mention: Mention
    form: SurfaceForm
    window: TextWindow
    context: EpisodeContext
    knowledge: Knowledge

    @property
    def profile(self) -> NameProfile:
        return self.form.profile


def find_entry(name: str, knowledge: Knowledge) -> LexiconEntry | None:
    """The first entry that goes by a name."""
    for hit in knowledge.lexicon.index.get(text.name_key(name), ()):
        return knowledge.lexicon.get_entry(hit)
    return None
