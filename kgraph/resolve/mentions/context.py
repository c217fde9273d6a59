"""What an episode as a whole says to each of its rows.

Takes an episode, gives a :class:`EpisodeContext`: its title and summary as searchable text, the
names that stand in it, and the full names of its people.
"""

from __future__ import annotations

import re

import msgspec

from kgraph.base import text as names
from kgraph.base.model import Episode, Mention
from kgraph.resolve import name_counts
from kgraph.resolve.mentions import phonetics
from kgraph.resolve.rows import parse_mention

_WORD = re.compile(r"[\w$&+]+")
_CAPITALISED = re.compile(r"\b(?:[A-Z][\w'-]*[ ]){1,3}[A-Z][\w'-]*")

MAX_ABOUT_CHARS = 8_000
"""Characters of title and summary that are looked at."""


class EpisodeContext(msgspec.Struct, frozen=True):
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
    about_text: str
    about_words: frozenset[str]
    categories: dict[str, list[str]]
    row_counts: dict[str, int]
    full_names: dict[str, list[str]]
    names_by_sound: dict[str, list[str]]

    def mentions_phrase(self, phrase: str) -> bool:
        """Do title or summary hold the phrase, given in lower case, as whole words?"""
        # Most do not hold its first word, which a set tells faster than a search.
        return phrase.partition(" ")[0] in self.about_words and f" {phrase} " in self.about_text


def build_context(episode: Episode) -> EpisodeContext:
    """The setting that an episode makes."""
    mentions = tuple(parse_mention(row) for row in episode.rows.get("companies", ()))
    text = f"{episode.title}\n{episode.text('summary')}"[:MAX_ABOUT_CHARS]
    cores = [name_counts.strip_surroundings(mention.surface) for mention in mentions]
    categories: dict[str, list[str]] = {}
    count: dict[str, int] = {}
    trusted: dict[str, None] = dict.fromkeys(
        map(name_counts.strip_surroundings, _CAPITALISED.findall(text))
    )
    for mention, core in zip(mentions, cores, strict=True):
        key = names.name_key(core)
        count[key] = count.get(key, 0) + 1
        if mention.extractor != "regex":
            categories.setdefault(key, name_counts.split_category(mention.category))
            trusted[core] = None
    fulls = _index_full_names([*trusted, *cores])
    about = pad_words(text)
    words = frozenset(about.split())
    return EpisodeContext(
        mentions, about, words, categories, count, fulls, _index_by_sound(trusted)
    )


def pad_words(text: str) -> str:
    """The text's words, lower-case, each with a space on both sides.

    >>> pad_words("Acme's CEO, today")
    ' acme s ceo today '
    """
    return f" {' '.join(split_words(text))} "


def split_words(text: str) -> list[str]:
    """The text's words, lower-case.

    >>> split_words("Acme's CEO, today")
    ['acme', 's', 'ceo', 'today']
    """
    return _WORD.findall(text.lower())


def _index_full_names(found: list[str]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for text in dict.fromkeys(found):
        parts = text.split()
        if 2 <= len(parts) <= 3:
            for part in {parts[0].lower(): None, parts[-1].lower(): None}:
                table.setdefault(part, []).append(text)
    return table


def _index_by_sound(trusted: dict[str, None]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for text in trusted:
        for sounds in phonetics.lookup_codes(names.name_key(text)):
            table.setdefault(sounds, []).append(text)
    return table
