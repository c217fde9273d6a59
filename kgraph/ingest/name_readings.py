"""Tell what follows a person's name: another person, a firm, or a post."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from kgraph.base import known_names
from kgraph.ingest.name_words import (
    has_ordinary_word,
    list_word_classes,
    looks_like_first_name,
)
from kgraph.ingest.person_name import begins_with_full_name

MAX_LOWER_WORDS = 3  #: of a name in lower case
MAX_ODD_WORDS = 2  #: of a name that is written unlike others: RZA, 50 Cent


class Reading(Enum):
    """Meaning of a part of a text of people."""

    PERSON = auto()
    UNCLEAR_PERSON = auto()
    FIRST_NAME = auto()  #: a person who may have the surname of the next one: Ann and Carl Lee
    HOMONYM = auto()  #: a person whose one name the lexicon has for something else: feat. Zed
    SEVERAL = auto()  #: one person or firm, or several persons: an entry such as "Ann Lee & Sons"
    BESIDE = auto()  #: a firm or a post of the person before it
    UNCLEAR_BESIDE = auto()
    SURNAME_FIRST = auto()  #: one person, or two: Kintank, Ann
    TWO_WORDS = auto()  #: two persons, or one whose surname is first: Lee, Ann
    NO_NAME = auto()  #: whatever is before it: PhD, Friends


def read_word(word: str, is_behind_and: bool, is_plural: bool) -> Reading:
    """Return what is behind the name of a person.

    >>> [read_word(word, False, True).name for word in ("José", "Founder", "Zed", "Chase")]
    ['PERSON', 'BESIDE', 'UNCLEAR_PERSON', 'UNCLEAR_PERSON']
    >>> [read_word(word, False, True).name for word in ("carl poe", "bob", "dean of law", "X AI")]
    ['UNCLEAR_PERSON', 'PERSON', 'BESIDE', 'UNCLEAR_BESIDE']
    """
    classes = list_word_classes(word.split())
    is_first_name, is_ordinary = "F" in classes[0], has_ordinary_word(classes)
    if word.islower():
        if not is_first_name or not _may_be_lower_name(classes):
            return Reading.BESIDE
        # One word is taken for an id, which is reported.
        is_clear = is_behind_and or len(classes) == 1
        return Reading.PERSON if is_clear else Reading.UNCLEAR_PERSON
    if not looks_like_first_name(word):
        # "TJ", "50 Cent" and "Young Thug" are not passed over without a word, where persons are.
        is_firm = known_names.is_firm(word)
        is_among_persons = is_behind_and and (is_firm or begins_with_full_name(word))
        is_odd = is_first_name or is_firm or _may_be_odd_name(word, classes)
        is_unclear = is_odd and (is_plural or is_among_persons)
        return Reading.UNCLEAR_BESIDE if is_unclear else Reading.BESIDE
    if is_ordinary and not is_first_name:
        return Reading.BESIDE
    if is_behind_and or (is_first_name and not is_ordinary):
        return Reading.PERSON
    return Reading.UNCLEAR_PERSON if is_first_name or is_plural else Reading.UNCLEAR_BESIDE


def read_word_behind_firm(word: str, firm: str, is_behind_and: bool, is_plural: bool) -> Reading:
    """Return what is behind a firm or post of a person.

    >>> read_word_behind_firm("Kate", "CEO of Acme", False, True).name
    'UNCLEAR_PERSON'
    >>> read_word_behind_firm("Jerry", "Ann Lee from Ben", True, True).name
    'UNCLEAR_BESIDE'
    """
    classes = list_word_classes(word.split())
    is_pair = is_behind_and and "F" in list_word_classes(firm.split())[-1]  # "Ben & Jerry"
    is_name = _may_be_lower_name(classes) if word.islower() else looks_like_first_name(word)
    is_first_name = "F" in classes[0] and not has_ordinary_word(classes)
    if is_name and is_first_name and not is_pair:
        return Reading.UNCLEAR_PERSON
    is_odd = _may_be_odd_name(word, classes) or known_names.is_firm(word)
    is_unclear = is_pair or (is_plural and is_odd)
    return Reading.UNCLEAR_BESIDE if is_unclear else Reading.BESIDE


def _may_be_lower_name(classes: Sequence[str]) -> bool:
    *names, last = classes
    is_full_name = not names or "L" in last
    return len(classes) <= MAX_LOWER_WORDS and is_full_name and not has_ordinary_word(classes)


def _may_be_odd_name(text: str, classes: Sequence[str]) -> bool:
    """Check whether a text may be a name that is unlike others: RZA, 50 Cent, Young Thug.

    >>> [_may_be_odd_name(word, list_word_classes([word])) for word in ("RZA", "Founder")]
    [True, False]
    """
    is_ordinary = all("w" in each for each in classes)
    return len(classes) <= MAX_ODD_WORDS and (not is_ordinary or begins_with_full_name(text))
