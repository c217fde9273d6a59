"""Ordinary words, first names and surnames, from the lists in ``data/model``.

Their first lines say where they come from.
"""

from __future__ import annotations

from functools import cache

import msgspec

from kgraph.base.vocabulary import data_path


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


@cache
def load_vocabulary() -> Vocabulary:
    """Load the shipped lists."""
    lists = []
    for name in ("words", "first-names", "surnames"):
        lines = data_path("data", "model", f"{name}.txt").read_text("utf-8").splitlines()
        lists.append(frozenset(line for line in lines if not line.startswith("#")))
    return Vocabulary(*lists)
