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

LONGEST = 6
"""Words of the longest name that is looked for."""


class Names:
    """The names of a recording's entities, by their first word."""

    def __init__(self, mentions: Iterable[MentionEdge]) -> None:
        self._first: dict[str, dict[tuple[str, ...], tuple[str, float]]] = {}
        for mention in mentions:
            if mention.accepted:
                label = mention.label.partition(" (")[0]
                for name in {label, *(row.surface for row in mention.rows)}:
                    self._add(words(name), (mention.target, mention.confidence))

    def _add(self, name: tuple[str, ...], entity: tuple[str, float]) -> None:
        if not 0 < len(name) <= LONGEST:
            return
        known = self._first.setdefault(name[0], {})
        # Of two entities of one name, the surer is meant; of equals, the first by id.
        known[name] = min(known.get(name, entity), entity, key=lambda e: (-e[1], e[0]))

    def within(self, text: str) -> tuple[tuple[str, float], ...]:
        """(id, confidence) of every entity that the text names, by id."""
        said = words(text)
        if self._first.keys().isdisjoint(said):  # most quotes name nothing
            return ()
        found: dict[str, float] = {}
        for _, (id_, confidence) in self.found(said):
            found[id_] = confidence
        return tuple(sorted(found.items()))

    def found(self, said: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], tuple[str, float]]]:
        """Each name among the words of a text, with the id of what it names and how sure.

        A longer name is taken before a shorter one inside it.
        """
        place = 0
        while place < len(said):
            name = self._longest(said, place) if said[place] in self._first else ()
            if name:
                yield name, self._first[said[place]][name]
            place += len(name) or 1

    def _longest(self, said: tuple[str, ...], place: int) -> tuple[str, ...]:
        known = self._first[said[place]]
        for length in range(min(LONGEST, len(said) - place), 0, -1):
            name = said[place : place + length]
            if name in known:
                return name
        return ()


def words(text: str) -> tuple[str, ...]:
    """The words of a text as written, without possessive endings.

    >>> words("Moody's and S&P's: C3.ai")
    ('Moody', 'and', 'S&P', 'C3.ai')
    """
    found = _WORD.findall(text)
    if "'" in text or "’" in text:
        found = [word[:-2] if word.endswith(_POSSESSIVE) else word for word in found]
    return tuple(found)
