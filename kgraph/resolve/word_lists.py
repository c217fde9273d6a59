"""Ordinary words, first names and surnames: what parts of names are made of.

Takes the lists of ``data/model`` (their first lines say where they come from), gives
sets of lower-case words.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from kgraph.base.vocabulary import shared


class Vocabulary(msgspec.Struct, frozen=True, array_like=True):
    """Words by what they are; a word may be several things."""

    words: frozenset[str] = frozenset()
    first_names: frozenset[str] = frozenset()
    surnames: frozenset[str] = frozenset()

    def mark(self, token: str) -> str:
        """What a token is: letters out of F (first name), L (surname), w (ordinary word).

        >>> Vocabulary(frozenset({"mark"}), frozenset({"mark"})).mark("Mark's")
        'Fw'
        """
        low = token.lower().strip(".,'").removesuffix("'s")
        found = "F" if low in self.first_names else ""
        found += "L" if low in self.surnames else ""
        return found + ("w" if low in self.words else "")

    def is_word(self, name: str) -> bool:
        """Is a name an ordinary word, or a given name?

        >>> Vocabulary(frozenset({"circle"})).is_word("Circle")
        True
        """
        return not {"F", "w"}.isdisjoint(self.mark(name))


@lru_cache(maxsize=1)
def load() -> Vocabulary:
    """The lists that travel with kgraph.

    Raises:
        DataError: one is missing.
    """
    return Vocabulary(_words("words"), _words("first-names"), _words("surnames"))


def _words(name: str) -> frozenset[str]:
    lines = shared("data", "model", f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
