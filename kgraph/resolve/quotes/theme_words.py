"""Themes that the words of a quote show.

Takes a quote and the themes that its topic strings name; gives the themes that its words bear out.
Extractors repeat a dozen strings ("technology", "strategy") whatever is said. The words are
data (``data/theme_words.yaml``), written by hand: some mean a theme by themselves, others only bear
out a topic string.

Invariant: no theme is assigned without a word of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain

import msgspec

from kgraph.base.errors import DataError
from kgraph.base.vocabulary import data_path, load_yaml
from kgraph.resolve.quotes.fingerprints import ASCII_FOLD_TABLE
from kgraph.resolve.quotes.themes import ConceptScheme, load_themes, normalize_phrase

MIN_STEM_LETTERS = 3  #: before the star of a word with any ending

#: Characters of a text that are read. Nine quotes in ten are shorter than half of that.
MAX_TEXT_CHARS = 2000

MAX_CACHED_WORDS = 1 << 17  #: more than the different words of a thousand episodes (70,000)

_WORD = re.compile(r"[^\W_]+")


class WordLists(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"with_": "with"}):
    """Words of a theme, as the file has them."""

    words: tuple[str, ...] = ()  #: that mean the theme by themselves
    with_: tuple[str, ...] = ()  #: that bear out a topic string
    thing: str = ""  #: id of the lexicon's entry of the same thing; "" for none


class _Phrase(msgspec.Struct, frozen=True):
    """Words after the first of a phrase, and the themes that it shows."""

    rest: tuple[str, ...]
    means: frozenset[str]
    supports: frozenset[str]


class _Word(msgspec.Struct, frozen=True):
    """A word of a text, with the themes that it shows alone and the phrases that it begins."""

    plain: str  #: normalised
    means: frozenset[str] = frozenset()
    supports: frozenset[str] = frozenset()
    longer: dict[str, tuple[_Phrase, ...]] = {}  #: by their second word
    open: tuple[_Phrase, ...] = ()  #: whose second word has any ending


class ThemeMatcher:
    """Finds the words of themes in texts.

    Args:
        lists: label of a theme -> its words.
        scheme: of the themes. Their names support them, and what means a narrower theme supports
            the broader one.

    Raises:
        ValueError: a label is no theme's, or a stem is too short.
    """

    def __init__(self, lists: Mapping[str, WordLists], scheme: ConceptScheme) -> None:
        keys = {concept.label: key for key, concept in scheme.concepts.items()}
        means: dict[str, set[str]] = {}
        supports: dict[str, set[str]] = {}
        for label, entry in lists.items():
            if label not in keys:
                raise ValueError(f"{label!r} is no theme of data/themes.yaml")
            for words, themes in ((entry.words, means), (entry.with_, supports)):
                for word in words:
                    themes.setdefault(_normalize(word), set()).add(keys[label])
        for name, key in scheme.names.items():
            supports.setdefault(name, set()).add(key)
        for word, themes_of_word in means.items():
            broader = {scheme.concepts[key].broader for key in themes_of_word} - {""}
            supports.setdefault(word, set()).update(broader)
        self._exact: dict[str, list[_Phrase]] = {}
        self._stems: dict[str, list[_Phrase]] = {}
        for text in sorted(means.keys() | supports.keys()):
            first, *rest = text.split()
            phrase = _Phrase(
                tuple(rest), frozenset(means.get(text, ())), frozenset(supports.get(text, ()))
            )
            table = self._stems if first.endswith("*") else self._exact
            table.setdefault(first.rstrip("*"), []).append(phrase)
        lengths = [len(stem) for stem in self._stems]
        self._stem_lengths = range(min(lengths, default=0), max(lengths, default=-1) + 1)
        self._by_word: dict[str, _Word] = {}
        self._telling: set[str] = set()  # of those, the words with a theme
        self._beginning: set[str] = set()  # of those, the first words of longer phrases
        self._following: set[str] = set()  # of those, the second words of longer phrases
        phrases = chain.from_iterable((*self._exact.values(), *self._stems.values()))
        seconds = {phrase.rest[0] for phrase in phrases if phrase.rest}
        self._seconds = frozenset(second for second in seconds if not second.endswith("*"))
        self._second_stems = tuple(sorted(second[:-1] for second in seconds - self._seconds))

    def find(self, text: str) -> tuple[set[str], set[str]]:
        """Return the keys of the themes that a text means, and of those that it supports.

        >>> means, supports = load_theme_words().find("Regulators now like stablecoins.")
        >>> sorted(means), "crypto" in supports
        (['regulation', 'stablecoins'], True)
        """
        words = _split_words(text[:MAX_TEXT_CHARS])
        distinct = set(words)
        self._look_up(distinct)
        means: set[str] = set()
        supports: set[str] = set()
        for key in distinct & self._telling:
            means |= self._by_word[key].means
            supports |= self._by_word[key].supports
        if not distinct.isdisjoint(self._beginning):
            for phrase in self._find_longer(words):
                means |= phrase.means
                supports |= phrase.supports
        return means, supports

    def _find_longer(self, words: Sequence[str]) -> Iterator[_Phrase]:
        """Yield the phrases of several words in a text."""
        beginning, following = self._beginning, self._following
        for position, key in enumerate(words[:-1], 1):
            if key in beginning and words[position] in following:
                word = self._by_word[key]
                second = self._by_word[words[position]].plain
                for phrase in (*word.longer.get(second, ()), *word.open):
                    if self._follows(words, position, phrase.rest):
                        yield phrase

    def _follows(self, words: Sequence[str], position: int, rest: tuple[str, ...]) -> bool:
        following = [self._by_word[key].plain for key in words[position : position + len(rest)]]
        return len(following) == len(rest) and all(
            plain.startswith(expected[:-1]) if expected.endswith("*") else plain == expected
            for plain, expected in zip(following, rest, strict=True)
        )

    def _look_up(self, words: set[str]) -> None:
        """Look up the words of a text that are not known yet."""
        if len(self._by_word) > MAX_CACHED_WORDS:
            for known in (self._by_word, self._telling, self._beginning, self._following):
                known.clear()
        for key in words.difference(self._by_word):
            word = self._by_word[key] = self._make_word(normalize_phrase(key))
            if word.supports or word.means:
                self._telling.add(key)
            if word.longer or word.open:
                self._beginning.add(key)
            if word.plain in self._seconds or word.plain.startswith(self._second_stems):
                self._following.add(key)

    def _make_word(self, plain: str) -> _Word:
        phrases = list(self._exact.get(plain, ()))
        for length in self._stem_lengths:
            if length <= len(plain):
                phrases += self._stems.get(plain[:length], ())
        if not phrases:  # nine words in ten
            return _Word(plain)
        alone = [phrase for phrase in phrases if not phrase.rest]
        longer: dict[str, tuple[_Phrase, ...]] = {}
        for phrase in phrases:
            if phrase.rest and not phrase.rest[0].endswith("*"):
                longer[phrase.rest[0]] = (*longer.get(phrase.rest[0], ()), phrase)
        return _Word(
            plain,
            frozenset().union(*(phrase.means for phrase in alone)),
            frozenset().union(*(phrase.supports for phrase in alone)),
            longer,
            tuple(phrase for phrase in phrases if phrase.rest and phrase.rest[0].endswith("*")),
        )


def _split_words(text: str) -> list[str]:
    if text.isascii():
        return text.encode().translate(ASCII_FOLD_TABLE).decode().split()
    return _WORD.findall(text.casefold())


def _normalize(phrase: str) -> str:
    """Normalise the words of a phrase, and keep their stars.

    >>> _normalize("Smart contracts"), _normalize("regulat*"), _normalize("large compan*")
    ('smart contract', 'regulat*', 'large compan*')
    """
    words = []
    for word in phrase.split():
        stem = word.rstrip("*")
        if stem == word:
            words.append(normalize_phrase(word))
        elif len(stem) < MIN_STEM_LETTERS:
            raise ValueError(f"{phrase!r}: write at least {MIN_STEM_LETTERS} letters before a star")
        else:
            words.append(f"{stem.casefold()}*")
    if not (normal := " ".join(filter(None, words))):
        raise ValueError(f"{phrase!r}: write a word")
    return normal


@cache
def _load_word_lists() -> dict[str, WordLists]:
    return load_yaml(data_path("data", "theme_words.yaml"), dict[str, WordLists])


@cache
def load_theme_words() -> ThemeMatcher:
    """Load the words of ``data/theme_words.yaml``.

    Raises:
        DataError: the file does not have the shape that its header describes.
    """
    try:
        return ThemeMatcher(_load_word_lists(), load_themes())
    except ValueError as error:
        path = data_path("data", "theme_words.yaml")
        raise DataError(f"{path}: {error}: see the header of that file") from error


@cache
def load_themes_of_things() -> dict[str, str]:
    """Return id of an entity -> key of the theme that is the same thing.

    >>> load_themes_of_things()["other/stablecoin"]
    'stablecoins'
    """
    keys = {concept.label: key for key, concept in load_themes().concepts.items()}
    return {
        entry.thing: keys[label]
        for label, entry in _load_word_lists().items()
        if entry.thing and label in keys
    }


def find_text_themes(text: str, named: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of the themes of a quote, each once, those of its topic strings first.

    Args:
        text: of the quote.
        named: keys of the themes that its topic strings name.

    >>> find_text_themes("Genghis Khan had no face.", ["web3", "technology"])
    ()
    >>> find_text_themes("A wallet of your own.", ["web3", "technology"])
    ('web3',)
    """
    means, supports = load_theme_words().find(text)
    kept = [key for key in named if key in means or key in supports]
    return tuple(dict.fromkeys((*kept, *sorted(means))))
