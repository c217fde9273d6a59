"""Values of mention resolution: a candidate entity, a surface form, and a row in its episode.

``candidates_by_name`` and ``candidates_in_context`` make the candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from kgraph.base.lexicon import LexiconEntry
from kgraph.base.model import Decision, ParsedMention
from kgraph.base.text import name_key
from kgraph.base.vocabulary import load_field_table
from kgraph.base.word_lists import load_vocabulary
from kgraph.resolve.entry_changes import decisive_fields
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.mentions.context import EpisodeContext, TextWindow
from kgraph.resolve.mentions.name_profile import NameProfile

_encode = msgspec.msgpack.Encoder().encode


class EntityCandidate(msgspec.Struct, frozen=True, gc=False):
    """An entity that a row may name."""

    label: str
    source: str  #: the kind of evidence that proposed it, such as ``known``
    entry: LexiconEntry | None = None
    features: tuple[str, ...] = ()
    weight: float = 0.0  #: sum of the features' weights, in log-odds
    #: What ends the label as it is written, such as the full stop of "Acme Inc.". It is not part of
    #: ``label``, by which candidates are compared, since not every row has it.
    final_mark: str = ""
    #: The name is a given name that the entry shares with several other well-known people.
    is_shared_given_name: bool = False

    @property
    def written_label(self) -> str:
        """Return the label with the mark that ends it in writing."""
        return self.label + self.final_mark

    @property
    def trained_type(self) -> str | None:
        """Return the type as which mentions of its entry are decided."""
        return self.entry.trained_type if self.entry else None

    @property
    def is_lexicon_match(self) -> bool:
        """Return whether a lexicon entry has the whole name."""
        return self.source == "known" and self.entry is not None


class SurfaceForm(msgspec.Struct, frozen=True):
    """Everything that is computed once for each distinct surface."""

    profile: NameProfile
    candidates: tuple[EntityCandidate, ...]
    name_scores: tuple[float, ...]  #: the classifier's scores of the profile's features
    single_words: tuple[str, ...] = ()  #: variants of one word, lower-case
    is_function_words: bool = False
    is_placeholder: bool = False
    is_unambiguous: bool = False  #: exactly one entry has the name, which is no ordinary word
    joined_decisions: tuple[Decision, ...] = ()  #: one for each of several names joined in it
    digest: bytes = b""  #: :func:`digest_form` of it
    lookups: bytes = b""  #: keys looked up for it in any table, by CRC-32, sorted, 4 bytes each


def digest_form(
    profile: NameProfile, candidates: Sequence[EntityCandidate], joined: Sequence[Decision]
) -> bytes:
    """Return a digest of what in a form depends on the usage of names and on own entries: 8 bytes.

    Args:
        joined: decisions on the names joined in the surface.
    """
    digest = blake2b("\0".join(profile.features).encode(), digest_size=8)
    for candidate in candidates:
        parts = ("", candidate.label, candidate.final_mark, candidate.source, *candidate.features)
        digest.update("\0".join(parts).encode("utf-8", "surrogatepass"))
        if candidate.entry:
            digest.update(_encode(decisive_fields(candidate.entry)))
    for match in profile.matches:
        digest.update(_encode((match.name_kind, match.steps, decisive_fields(match.entry))))
    digest.update(_encode(joined))
    return digest.digest()


class MentionRow(msgspec.Struct, frozen=True):
    """A row of ``companies:`` with its surface, episode and the knowledge."""

    mention: ParsedMention
    form: SurfaceForm
    window: TextWindow
    context: EpisodeContext
    knowledge: Knowledge

    @property
    def profile(self) -> NameProfile:
        return self.form.profile

    @property
    def joined_decisions(self) -> tuple[Decision, ...]:
        """The decisions on several names joined in the surface.

        Not where one has a first name for another thing, as of hosts called Sol and Ada.
        """
        joined, first_names = self.form.joined_decisions, load_vocabulary().first_names
        others = (each.label.lower() for each in joined if each.type != "person")
        return () if self.is_among_people and any(o in first_names for o in others) else joined

    @property
    def is_among_people(self) -> bool:
        """Return whether a person listed the name among people."""
        mention = self.mention
        is_listed = mention.extractor == "hand" and mention.category != ""
        return is_listed and mention.category in load_field_table().people.values()

    @property
    def is_listed_first_name(self) -> bool:
        """Return whether a person listed a common first name alone among people.

        What else bears the name then does not count: Bob who hosts a show is no token. Names of
        firms and places, which people list there now and then, are seldom first names, and a rare
        first name such as Elon has few bearers.
        """
        first_names = load_vocabulary().first_names
        return self.is_among_people and self.profile.surface.lower() in first_names


def find_entry(name: str, knowledge: Knowledge) -> LexiconEntry | None:
    """Return the lexicon entry with a name or alias of this key; of several, one that has it as
    written: "P/E" is no private equity.
    """
    matches = knowledge.lexicon.index.get(name_key(name), ())
    entries = [knowledge.lexicon.get_entry(match) for match in matches]
    as_written = (e for e in entries if name in (e.name, e.short_name, *e.aliases))
    return next(as_written, entries[0]) if entries else None
