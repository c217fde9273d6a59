"""What an episode as a whole says to each of its rows.

Takes an episode, gives a :class:`Setting`: its title and summary as searchable text, the
names that stand in it, and the full names of its people.
"""

from __future__ import annotations

import re

import msgspec

from kgraph.base import text as names
from kgraph.base.model import Episode, Mention
from kgraph.resolve import name_counts
from kgraph.resolve.mentions import phonetics
from kgraph.resolve.rows import mention_of

_WORD = re.compile(r"[\w$&+]+")
_CAPITALISED = re.compile(r"\b(?:[A-Z][\w'-]*[ ]){1,3}[A-Z][\w'-]*")

ABOUT = 8_000
"""Characters of title and summary that are looked at."""


class Setting(msgspec.Struct, frozen=True):
    """An episode as its rows see it.

    Attributes:
        mentions: its company rows.
        about: title and summary, lower-case, words between single spaces.
        about_words: its words.
        categories: core key -> category words of the language model's row of that name.
        count: core key -> rows of that name.
        fulls: two- and three-word names by first word and by last word, lower-case.
        spoken: sound code, or one less a sound -> well-founded names of the episode.
    """

    mentions: tuple[Mention, ...]
    about: str
    about_words: frozenset[str]
    categories: dict[str, list[str]]
    count: dict[str, int]
    fulls: dict[str, list[str]]
    spoken: dict[str, list[str]]

    def speaks_of(self, phrase: str) -> bool:
        """Do title or summary hold the phrase, given in lower case, as whole words?"""
        # Most do not hold its first word, which a set tells faster than a search.
        return phrase.partition(" ")[0] in self.about_words and f" {phrase} " in self.about


def of(episode: Episode) -> Setting:
    """The setting that an episode makes."""
    mentions = tuple(mention_of(row) for row in episode.rows.get("companies", ()))
    text = f"{episode.title}\n{episode.text('summary')}"[:ABOUT]
    cores = [name_counts.core(mention.surface) for mention in mentions]
    categories: dict[str, list[str]] = {}
    count: dict[str, int] = {}
    trusted: dict[str, None] = dict.fromkeys(map(name_counts.core, _CAPITALISED.findall(text)))
    for mention, core in zip(mentions, cores, strict=True):
        key = names.key(core)
        count[key] = count.get(key, 0) + 1
        if mention.extractor != "regex":
            categories.setdefault(key, name_counts.category_words(mention.category))
            trusted[core] = None
    fulls = _fulls([*trusted, *cores])
    about = plain(text)
    words = frozenset(about.split())
    return Setting(mentions, about, words, categories, count, fulls, _spoken(trusted))


def plain(text: str) -> str:
    """The text's words, lower-case, each with a space on both sides.

    >>> plain("Acme's CEO, today")
    ' acme s ceo today '
    """
    return f" {' '.join(words_of(text))} "


def words_of(text: str) -> list[str]:
    """The text's words, lower-case.

    >>> words_of("Acme's CEO, today")
    ['acme', 's', 'ceo', 'today']
    """
    return _WORD.findall(text.lower())


def _fulls(found: list[str]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for text in dict.fromkeys(found):
        parts = text.split()
        if 2 <= len(parts) <= 3:
            for part in {parts[0].lower(): None, parts[-1].lower(): None}:
                table.setdefault(part, []).append(text)
    return table


def _spoken(trusted: dict[str, None]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for text in trusted:
        for sounds in phonetics.reach(names.key(text)):
            table.setdefault(sounds, []).append(text)
    return table
