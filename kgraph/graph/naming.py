"""Which of an episode's entities a quote names.

Takes the accepted mentions of a recording, finds their names in its quotes: the usual
name, and every way in which the recording's rows wrote it, as whole words and in the same
capitals ("Circle", never "circle").

That the text names the entity is as sure as that the episode mentions it: the words are the
same. Of 2,963 names in quotes whose rows are labelled 92.7 % are right, and 92.5 % were said
to be (``benchmarks/edges.py``); to say each name as sure as its own rows does no better.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kgraph.graph.records import MentionEdge

# A word with what may stand inside a name: "S&P", "C3.ai", "GPT-4o", "Moody's".
_WORD = re.compile(r"\w+(?:[.&'’-]\w+)*")
_POSSESSIVE = ("'s", "’s")

MAX_MATCHED_WORDS = 6
"""Words of the longest name that is looked for."""


class QuoteNameMatcher:
    """The names of a recording's entities, by their first word."""

    def __init__(self, mentions: Iterable[MentionEdge]) -> None:
        self._by_first_word: dict[str, dict[tuple[str, ...], tuple[str, float]]] = {}
        for mention in mentions:
            if mention.is_accepted:
                label = mention.label.partition(" (")[0]
                for name in {label, *(row.surface for row in mention.rows)}:
                    self._add(split_name_words(name), (mention.target, mention.confidence))

    def _add(self, name: tuple[str, ...], entity: tuple[str, float]) -> None:
        if not 0 < len(name) <= MAX_MATCHED_WORDS:
            return
        known = self._by_first_word.setdefault(name[0], {})
        # Of two entities of one name, the surer is meant; of equals, the first by id.
        known[name] = min(known.get(name, entity), entity, key=lambda e: (-e[1], e[0]))

    def find_in(self, text: str) -> tuple[tuple[str, float], ...]:
        """(id, confidence) of every entity that the text names, by id."""
        said = split_name_words(text)
        if self._by_first_word.keys().isdisjoint(said):  # most quotes name nothing
            return ()
        found: dict[str, float] = {}
        for _, (id_, confidence) in self.iter_matches(said):
            found[id_] = confidence
        return tuple(sorted(found.items()))

    def iter_matches(
        self, said: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], tuple[str, float]]]:
        """Each name among the words of a text, with the id of what it names and how sure.

        A longer name is taken before a shorter one inside it.
        """
        place = 0
        while place < len(said):
            name = self._longest_match(said, place) if said[place] in self._by_first_word else ()
            if name:
                yield name, self._by_first_word[said[place]][name]
            place += len(name) or 1

    def _longest_match(self, said: tuple[str, ...], place: int) -> tuple[str, ...]:
        known = self._by_first_word[said[place]]
        for length in range(min(MAX_MATCHED_WORDS, len(said) - place), 0, -1):
            name = said[place : place + length]
            if name in known:
                return name
        return ()


def split_name_words(text: str) -> tuple[str, ...]:
    """The words of a text as written, without possessive endings.

    >>> split_name_words("Moody's and S&P's: C3.ai")
    ('Moody', 'and', 'S&P', 'C3.ai')
    """
    found = _WORD.findall(text)
    if "'" in text or "’" in text:
        found = [word[:-2] if word.endswith(_POSSESSIVE) else word for word in found]
    return tuple(found)
