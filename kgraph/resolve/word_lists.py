"""Ordinary words, first names and surnames: what parts of names are made of.

Takes the lists of ``data/model`` (their first lines say where they come from), gives
sets of lower-case words.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from kgraph.base.vocabulary import data_path


class Vocabulary(msgspec.Struct, frozen=True, array_like=True):
    """Words by what they are; a word may be several things."""

    words: frozenset[str] = frozenset()
    first_names: frozenset[str] = frozenset()
    surnames: frozenset[str] = frozenset()

    def word_class(self, token: str) -> str:
        """What a token is: letters out of F (first name), L (surname), w (ordinary word).

        >>> Vocabulary(frozenset({"mark"}), frozenset({"mark"})).word_class("Mark's")
        'Fw'
        """
        low = token.lower().strip(".,'").removesuffix("'s")
        found = "F" if low in self.first_names else ""
        found += "L" if low in self.surnames else ""
        return found + ("w" if low in self.words else "")

    def is_word_or_first_name(self, name: str) -> bool:
        """Is a name an ordinary word, or a given name?

        >>> Vocabulary(frozenset({"circle"})).is_word_or_first_name("Circle")
        True
        """
        return not {"F", "w"}.isdisjoint(self.word_class(name))


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The lists that travel with kgraph.

    Raises:
        DataError: one is missing.
    """
    return Vocabulary(_read_words("words"), _read_words("first-names"), _read_words("surnames"))


def _read_words(name: str) -> frozenset[str]:
    lines = data_path("data", "model", f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
