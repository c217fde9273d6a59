"""Ordinary words, first names and surnames, from the lists in ``data/model``.

Their first lines say where they come from.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

from kgraph.base.vocabulary import data_path

_MAX_PERSON_WORDS = 4  #: of a person's full name
_PERSON_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


class Vocabulary(msgspec.Struct, frozen=True, array_like=True):
    """Lower-case words by class; a word may have several."""

    words: frozenset[str] = frozenset()
    first_names: frozenset[str] = frozenset()
    surnames: frozenset[str] = frozenset()

    def word_class(self, token: str) -> str:
        """Classify a token: some of F (first name), L (surname), w (ordinary word).

        >>> Vocabulary(frozenset({"mark"}), frozenset({"mark"})).word_class("Mark's")
        'Fw'
        """
        word = token.lower().strip(".,'").removesuffix("'s")
        first_name = "F" if word in self.first_names else ""
        surname = "L" if word in self.surnames else ""
        return first_name + surname + ("w" if word in self.words else "")

    def is_word_or_first_name(self, name: str) -> bool:
        """Return whether a name is also an ordinary word or a given name.

        >>> Vocabulary(frozenset({"circle"})).is_word_or_first_name("Circle")
        True
        """
        return not {"F", "w"}.isdisjoint(self.word_class(name))

    def is_person_name(self, name: str) -> bool:
        """Return whether a name looks like a person's: a given name, and others that are no words.

        A given name that is a word needs a known surname at the end.

        >>> words = frozenset({"health", "will"})
        >>> lists = Vocabulary(words, frozenset({"oscar", "will"}), frozenset({"smith"}))
        >>> list(map(lists.is_person_name, ("Oscar Zorb", "Oscar J. Zorb", "Will Smith")))
        [True, True, True]
        >>> list(map(lists.is_person_name, ("Oscar", "Oscar AI", "Oscar Health", "Will Zorb")))
        [False, False, False, False]
        """
        words = [word.strip(".") for word in name.split()]
        if not 2 <= len(words) <= _MAX_PERSON_WORDS:
            return False
        first, *others = map(self.word_class, words)
        if "F" not in first or "w" in others or ("w" in first and "L" not in others[-1]):
            return False
        is_acronym = any(len(word) > 1 and word.isupper() for word in words)
        return not is_acronym and all(_PERSON_WORD.fullmatch(word) for word in words)


@cache
def load_vocabulary() -> Vocabulary:
    """Load the shipped lists."""
    lists = []
    for name in ("words", "first-names", "surnames"):
        lines = data_path("data", "model", f"{name}.txt").read_text("utf-8").splitlines()
        lists.append(frozenset(line for line in lines if not line.startswith("#")))
    return Vocabulary(*lists)
