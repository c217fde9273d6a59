"""Find the name of a person in a text that may say more, such as "Dr. Ann Lee, CEO of Acme"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import dropwhile
from typing import NamedTuple
from unicodedata import normalize

from kgraph.base.text import fold_letters
from kgraph.base.vocabulary import load_field_table
from kgraph.base.word_lists import load_vocabulary

#: What ends a name: a comma, a bracket, or a dash between blanks.
#: In patterns that are searched for, blanks begin behind another character, so that time is linear.
_BESIDE = re.compile(r"(?<!\s)(?:\s*[,(（]|\s+[-–—|@]\s)")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]$")
_ONE_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SURNAME_FIRST = re.compile(r"(?P<surname>[^\W\d_][\w'’-]*),\s*(?P<given>[^\W\d_a-z][\w'’-]*)")
_ROMAN = re.compile(r"[IVX]+")  # the number of a ruler


class _Patterns(NamedTuple):
    """Patterns with the words of :class:`kgraph.base.vocabulary.PeopleWords`."""

    of: re.Pattern[str]  #: what separates a person from a firm, with "of" as a group
    full_name: re.Pattern[str]


@cache
def _load_patterns() -> _Patterns:
    words = load_field_table().people_words
    in_surnames, particles, of, at = (
        "|".join(map(re.escape, each)) or "(?!)"
        for each in (words.also_in_surnames, words.particles, words.of, words.at)
    )
    # A given name and a surname at least: words with a capital, or in letters that have none.
    word = r"[^\W\d_a-zß-ÿ][\w.'’-]*"
    return _Patterns(
        re.compile(rf"(?<!\s)\s++(?:(?P<of>{of})|{at})\s"),
        re.compile(rf"{word}\s+(?:(?:{in_surnames}|{particles}|{word})\s+){{0,3}}{word}"),
    )


class PersonText(NamedTuple):
    """A text that may name a person, and what it says of one."""

    text: str
    conjunction: str  #: a word such as "and" before it; "" for a comma and the like
    name: str  #: of the person; the text if it names none
    word: str  #: the text without brackets and, if it is a full name, without titles and a firm
    has_full_name: bool  #: the name is one, or begins with one
    has_known_name: bool  #: the name is a full one, of a known first name
    is_bare_name: bool  #: the word is a name
    ends_with_firm: bool  #: as "Ann Lee of Smith", in no bracket


def parse_person_text(text: str, conjunction: str = "") -> PersonText:
    """Parse a text that names at most one person."""
    patterns, name = _load_patterns(), find_person_name(text)
    is_full = patterns.full_name.fullmatch(name) is not None
    word = _strip_full_name(_BRACKETS.sub("", text).rstrip())
    return PersonText(
        text,
        conjunction,
        name,
        word,
        has_full_name=begins_with_full_name(name),
        has_known_name=is_full and "F" in list_word_classes(name.split())[0],
        is_bare_name=patterns.full_name.fullmatch(word) is not None or is_like_name(word),
        ends_with_firm=patterns.of.search(_BESIDE.split(text, maxsplit=1)[0]) is not None,
    )


def begins_with_full_name(text: str) -> bool:
    """Check whether a text begins with words that are written as a full name is."""
    return _load_patterns().full_name.match(text) is not None


def find_person_name(text: str) -> str:
    """Return the name of a person in a text that may say more of them; the text if it has none.

    >>> [find_person_name(text) for text in ("Ann Lee, CEO of Acme", "Ann Lee (Acme)", "Lee, Ann")]
    ['Ann Lee', 'Ann Lee', 'Ann Lee']
    >>> [find_person_name(text) for text in ("Ann-Kathrin Lee", "Kate (Acme)", "Acme, Inc.")]
    ['Ann-Kathrin Lee', 'Kate', 'Acme, Inc.']
    >>> [find_person_name(text) for text in ("Dr. Ann Lee of Acme", "Joan of Arc")]
    ['Ann Lee', 'Joan of Arc']
    """
    if turned := turn_surname(text):
        return turned
    before = _BESIDE.split(text, maxsplit=1)[0]
    has_bracket = text[len(before) :].lstrip().startswith(("(", "（"))
    name = _strip_full_name(before)
    is_name = _load_patterns().full_name.fullmatch(name) or (has_bracket and is_like_name(name))
    return name if is_name else text


def turn_surname(text: str) -> str:
    """Return a full name whose surname is first, turned; "" if a text is none.

    >>> turn_surname("Lee, Ann"), turn_surname("Ann Lee"), turn_surname("김민준, 이서연")
    ('Ann Lee', '', '')
    """
    turned = _SURNAME_FIRST.fullmatch(text)
    # Letters without capitals are of scripts in which the surname is first anyway, without a comma.
    is_turned = turned is not None and turned["given"][0].isupper()
    return f"{turned['given']} {turned['surname']}" if turned and is_turned else ""


def _strip_full_name(text: str) -> str:
    """Return a full name without titles before it and a firm behind "of"; else the text.

    Two of its words must be able to be names: ordinary words are only behind a known first name.

    >>> [_strip_full_name(text) for text in ("Prof. Dr. Ann Lee", "Ann Lee from Acme", "Dr. Lee")]
    ['Ann Lee', 'Ann Lee', 'Dr. Lee']
    >>> [_strip_full_name(text) for text in ("Mary Queen of Scots", "Catherine of Aragon")]
    ['Mary Queen of Scots', 'Catherine of Aragon']
    """
    patterns, titles = _load_patterns(), load_field_table().people_words.titles
    untitled = " ".join(dropwhile(lambda word: fold_letters(word) in titles, text.split()))
    firm = patterns.of.search(untitled)
    person = untitled[: firm.start()] if firm else untitled
    if not patterns.full_name.fullmatch(person) or (
        firm and firm["of"] and _of_continues_name(person)
    ):
        return text
    names = [word for word in person.split() if len(word) > 1 and not word.islower()]
    classes = list_word_classes(names)
    has_two_names = len(names) > 1 and ("F" in classes[0] or not has_ordinary_word(classes))
    return person if has_two_names else text


def list_word_classes(words: Iterable[str]) -> list[str]:
    """Return the classes of words (:meth:`kgraph.base.word_lists.Vocabulary.word_class`)."""
    return list(map(load_vocabulary().word_class, map(fold_letters, words)))


def has_ordinary_word(classes: Iterable[str]) -> bool:
    return any("w" in each for each in classes)


def _of_continues_name(text: str) -> bool:
    """Check whether "of" and what follows belong to the name before it, as in those of rulers.

    >>> [_of_continues_name(name) for name in ("Ann Lee", "Henry IV", "King Hal", "Zorb Board")]
    [False, True, True, True]
    """
    words, no_names = text.split(), load_field_table().people_words.before_of
    is_name = [fold_letters(w) not in no_names and not _ROMAN.fullmatch(w) for w in words]
    return not is_name[-1] or sum(is_name) < 2


def is_like_name(text: str) -> bool:
    """Check whether a text is one word that is written like a first name, unlike OpenAI and CEO.

    >>> [is_like_name(name) for name in ("Ji-yeon", "McKenna", "D'Angelo", "OpenAI", "McDSP")]
    [True, True, True, False, False]
    """
    text = normalize("NFC", text)
    if not _ONE_WORD.fullmatch(text):
        return False
    first, *others = re.split("['’-]", text.removeprefix("Mc"))
    return first == first.title() and all(o == o.title() or o.islower() for o in others)
