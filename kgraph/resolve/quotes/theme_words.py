"""Themes that the words of a quote show.

Takes a quote and the themes that its topic strings name; gives the themes that its words bear out.
Extractors repeat a dozen strings ("technology", "strategy") whatever is said. The words are
data (``data/theme_words.yaml``), written by hand: some mean a theme by themselves, others only bear
out a topic string.

Invariant: no theme is assigned without a word of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain

import msgspec

from kgraph.base.errors import DataError
from kgraph.base.vocabulary import data_path, load_yaml
from kgraph.resolve.quotes.fingerprints import ASCII_FOLD_TABLE
from kgraph.resolve.quotes.themes import ConceptScheme, load_themes, normalize_phrase, singularize

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
    """A word of a text that is in phrases."""

    forms: list[str]  #: the words of phrases that it is a form of
    alone: list[_Phrase]
    longer: dict[str, list[_Phrase]]  #: that it begins, by their second word


class _WordTable(dict[str, _Word | None]):
    """Words of texts, each looked up when it is first read; None for one that is in no phrase."""

    def __init__(self, look_up: Callable[[str], _Word | None]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, word: str) -> _Word | None:
        self[word] = entry = self._look_up(word)
        return entry


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
        self._phrases: dict[str, list[_Phrase]] = {}  # by their first word
        for text in means.keys() | supports.keys():
            first, *rest = text.split()
            phrase = _Phrase(
                tuple(rest), frozenset(means.get(text, ())), frozenset(supports.get(text, ()))
            )
            self._phrases.setdefault(first, []).append(phrase)
        rests = [phrase.rest for group in self._phrases.values() for phrase in group]
        self._forms = {*self._phrases, *chain.from_iterable(rests)}
        self._stems: dict[str, list[str]] = {}  # by their first letters
        for word in self._forms:
            if word.endswith("*"):
                self._stems.setdefault(word[:MIN_STEM_LETTERS], []).append(word[:-1])
        self._words = _WordTable(self._look_up)

    def find(self, text: str) -> tuple[set[str], set[str]]:
        """Return the keys of the themes that a text means, and of those that it supports.

        >>> means, supports = load_theme_words().find("Regulators now like stablecoins.")
        >>> sorted(means), "crypto" in supports
        (['regulation', 'stablecoins'], True)
        """
        shown: list[_Phrase] = []
        for _, phrases in self._locate(_split_words(text)):
            shown += phrases
        means = {theme for phrase in shown for theme in phrase.means}
        return means, {theme for phrase in shown for theme in phrase.supports}

    def find_words(self, text: str, theme: str) -> tuple[list[str], list[str]]:
        """Return the words and phrases of a text that mean a theme, and those that support it.

        They are in lower case and in the order of the text, each once.

        >>> load_theme_words().find_words("Regulators like a Stablecoin, a token.", "crypto")
        ([], ['stablecoin', 'token'])
        """
        means: dict[str, None] = {}
        supports: dict[str, None] = {}
        words = _split_words(text)
        for start, phrases in self._locate(words):
            for phrase in phrases:
                written = " ".join(words[start : start + 1 + len(phrase.rest)])
                if theme in phrase.means:
                    means[written] = None
                if theme in phrase.supports:
                    supports[written] = None
        return list(means), list(supports)

    def _locate(self, text_words: Sequence[str]) -> Iterator[tuple[int, Iterable[_Phrase]]]:
        """Yield the phrases that the words of a text show, with the index of their first word."""
        if len(self._words) > MAX_CACHED_WORDS:
            self._words.clear()
        words = [*map(self._words.__getitem__, text_words)]
        for start, word in enumerate(words):
            if word:
                yield start, word.alone
                if word.longer and start + 1 < len(words) and (second := words[start + 1]):
                    for form in second.forms:
                        if form in word.longer:
                            yield start, _select_phrases(word.longer[form], words[start + 1 :])

    def _look_up(self, word: str) -> _Word | None:
        normal = singularize(word) if word.isascii() else normalize_phrase(word)
        stems = self._stems.get(normal[:MIN_STEM_LETTERS], ())
        forms = [f"{stem}*" for stem in stems if normal.startswith(stem)]
        if normal in self._forms:
            forms.append(normal)
        if not forms:  # nine words in ten
            return None
        entry = _Word(forms, [], {})
        for phrase in chain.from_iterable(self._phrases.get(form, ()) for form in forms):
            if phrase.rest:
                entry.longer.setdefault(phrase.rest[0], []).append(phrase)
            else:
                entry.alone.append(phrase)
        return entry


def _select_phrases(phrases: Iterable[_Phrase], words: Sequence[_Word | None]) -> Iterator[_Phrase]:
    """Yield those phrases whose words after the first are next in a text, as the second one is."""
    for phrase in phrases:
        rest = phrase.rest[1:]
        following = words[1 : 1 + len(rest)]
        if len(following) == len(rest) and all(
            word and form in word.forms for form, word in zip(rest, following, strict=True)
        ):
            yield phrase


def _split_words(text: str) -> list[str]:
    """Return the words of a text, as far as it is read, in lower case."""
    text = text[:MAX_TEXT_CHARS]
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
