"""Split texts and lists that name people, such as "Ann Lee, CEO of Acme, and Kate".

What stands beside a name is no part of it. A word behind a name may be another person or a firm:
where that is unclear, the word is given with what it is taken for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from functools import cache
from typing import NamedTuple

from kgraph.base.text import fold_letters
from kgraph.base.vocabulary import load_field_table
from kgraph.ingest.field_values import NOT_INSIDE, split_names
from kgraph.ingest.person_name import (
    PersonText,
    begins_with_full_name,
    has_ordinary_word,
    is_like_name,
    list_word_classes,
    parse_person_text,
)

MAX_LOWER_WORDS = 3  #: of a name in lower case
MAX_ODD_WORDS = 2  #: of a name that is written unlike others: RZA, 50 Cent
#: Words between two commas, such as "Prof. Ann Lee of the Zorb Institute and Cara Roe of Acme".
MAX_PART_WORDS = 14


class UnclearWord(NamedTuple):
    """A text behind the name of a person, which may be another person or a firm."""

    text: str
    is_person: bool  #: it is read as one


class PeopleNames(NamedTuple):
    """The people of a field, each with what stands beside the name."""

    entries: list[object]
    unclear_words: list[UnclearWord]


class _Separators(NamedTuple):
    """Patterns with the words of :class:`kgraph.base.vocabulary.PeopleWords`."""

    between: re.Pattern[str]  #: what separates two persons, with the word as a group
    conjunction: re.Pattern[str]  #: the same before a person, behind a comma


@cache
def _load_separators() -> _Separators:
    words = load_field_table().people_words
    between = "|".join(map(re.escape, words.between)) or "(?!)"
    in_surnames = "|".join(map(re.escape, words.also_in_surnames)) or "(?!)"
    return _Separators(
        re.compile(rf"(?<!\s)\s++([&/]|{between}|(?:{in_surnames})(?=\s+\S+\s))\s++{NOT_INSIDE}"),
        re.compile(rf"(&|{between})\s++(?=\S)"),
    )


def _list_parts(text: str) -> Iterator[PersonText]:
    """Yield what commas and words such as "and" separate."""
    separators = _load_separators()
    for name in split_names(text, MAX_PART_WORDS):
        start = separators.conjunction.match(name)
        first, *others = separators.between.split(name[start.end() :] if start else name)
        yield parse_person_text(first, start[1] if start else "")
        for word, part in zip(others[::2], others[1::2], strict=True):
            yield parse_person_text(part, word)


class _Person(NamedTuple):
    """A person in a text of people, as far as the text is read."""

    part: PersonText  #: that names the person
    firm: str  #: the last part that ends with a firm or a post
    is_bare: bool  #: nothing but a name is read
    beside: list[str]  #: the parts behind it, each with what separates it


class _Reading(Enum):
    """Meaning of a part behind a person."""

    PERSON = auto()
    UNCLEAR_PERSON = auto()
    BESIDE = auto()  #: a firm or a post of the person before it
    UNCLEAR_BESIDE = auto()
    NO_NAME = auto()  #: whatever is before it: PhD, Friends


def split_entries(entries: list[object]) -> PeopleNames:
    """Split the entries of a list that name several persons in full, with known first names.

    Behind a comma, where a firm is as likely, such a name is only reported.

    >>> split_entries(["Ann Lee and Carl Poe", "Smith and Jones"]).entries
    ['Ann Lee', 'Carl Poe', 'Smith and Jones']
    """
    split = list[object]()
    unclear = list[UnclearWord]()
    for entry in entries:
        if not isinstance(entry, str):
            split.append(entry)
            continue
        parts = list(_list_parts(entry))
        full_names = [part for part in parts if part.has_known_name]
        if len(full_names) == len(parts) and "," not in entry:
            split += (part.text for part in parts)
        else:
            split.append(entry)
            unclear += (UnclearWord(part.text, is_person=False) for part in full_names[1:])
    return PeopleNames(split, unclear)


def split_people(text: str, *, is_plural: bool) -> PeopleNames:
    """Split a text into people.

    Behind a full name, only a full name or one word may be another person; behind one word, no
    other text of several words. A text that is none stands beside the name before it.

    >>> split_people("Ann Lee, CEO of Acme, and Cara Roe, a judge", is_plural=True).entries
    ['Ann Lee, CEO of Acme', 'Cara Roe, a judge']
    >>> split_people("Ann Lee, Kate, CEO of Acme", is_plural=False).entries
    ['Ann Lee', 'Kate (CEO of Acme)']
    """
    people: list[_Person] = []
    unclear_words: list[UnclearWord] = []
    has_full_name = False
    for part in _list_parts(text):
        has_full_name |= part.has_full_name
        reading = _Reading.PERSON
        if people and not part.has_full_name:
            reading = _read_part(part, people[-1], has_full_name, is_plural)
        is_person = reading in (_Reading.PERSON, _Reading.UNCLEAR_PERSON)
        if reading in (_Reading.UNCLEAR_PERSON, _Reading.UNCLEAR_BESIDE):
            unclear_words.append(UnclearWord(part.word, is_person))
        if is_person:
            people.append(_start_person(part, has_full_name))
        else:
            people[-1] = _add_beside(people[-1], part, is_firm=reading is not _Reading.NO_NAME)
    return PeopleNames(list(map(_join_person, people)), unclear_words)


def _read_part(part: PersonText, last: _Person, has_full_name: bool, is_plural: bool) -> _Reading:
    """Return what a part without a full name behind a person is read as."""
    if _stands_beside_names(part.word):
        return _Reading.NO_NAME
    if not has_full_name and not (last.is_bare and " " in part.word):
        return _Reading.PERSON
    is_behind_and = bool(part.conjunction)
    if not last.is_bare or (is_behind_and and last.firm):
        return _read_word_behind_firm(part.word, last.firm, is_behind_and, is_plural)
    return _read_word(part.word, is_behind_and, is_plural)


def _start_person(part: PersonText, has_full_name: bool) -> _Person:
    is_bare = part.is_bare_name or (has_full_name and part.word.islower())
    return _Person(part, "" if is_bare and not part.ends_with_firm else part.text, is_bare, [])


def _add_beside(person: _Person, part: PersonText, *, is_firm: bool) -> _Person:
    separator = f" {part.conjunction} " if part.conjunction and person.firm else ", "
    person.beside.append(separator + part.text)
    return person._replace(firm=part.text, is_bare=False) if is_firm else person


def _join_person(person: _Person) -> str:
    """Return the text of a person; a comma behind one word would make it a surname."""
    name, beside = person.part.text, "".join(person.beside)
    if beside and not begins_with_full_name(name):
        return f"{name} ({beside.removeprefix(', ').lstrip()})"
    return name + beside


def _stands_beside_names(word: str) -> bool:
    """Check whether a word is no name whatever is before it: PhD, Prof, Friends, Guests, -."""
    table, key = load_field_table(), fold_letters(word)
    words = table.people_words
    return not key or key in table.people or key in words.no_names or key in words.titles


def _read_word(word: str, is_behind_and: bool, is_plural: bool) -> _Reading:
    """Return what is behind the name of a person.

    >>> [_read_word(word, False, True).name for word in ("José", "Founder", "Zed", "Chase")]
    ['PERSON', 'BESIDE', 'UNCLEAR_PERSON', 'UNCLEAR_PERSON']
    >>> [_read_word(word, False, True).name for word in ("carl poe", "bob", "dean of law", "X AI")]
    ['UNCLEAR_PERSON', 'PERSON', 'BESIDE', 'UNCLEAR_BESIDE']
    """
    classes = list_word_classes(word.split())
    is_first_name, is_ordinary = "F" in classes[0], has_ordinary_word(classes)
    if word.islower():
        if not is_first_name or not _may_be_lower_name(classes):
            return _Reading.BESIDE
        # One word is taken for an id, which is reported.
        is_clear = is_behind_and or len(classes) == 1
        return _Reading.PERSON if is_clear else _Reading.UNCLEAR_PERSON
    if not is_like_name(word):
        # Under a plural, "TJ" and "50 Cent" are not passed over without a word.
        is_unclear = is_plural and (is_first_name or _may_be_odd_name(classes))
        return _Reading.UNCLEAR_BESIDE if is_unclear else _Reading.BESIDE
    if is_ordinary and not is_first_name:
        return _Reading.BESIDE
    if is_behind_and or (is_first_name and not is_ordinary):
        return _Reading.PERSON
    return _Reading.UNCLEAR_PERSON if is_first_name or is_plural else _Reading.UNCLEAR_BESIDE


def _read_word_behind_firm(word: str, firm: str, is_behind_and: bool, is_plural: bool) -> _Reading:
    """Return what is behind a firm or post of a person.

    >>> _read_word_behind_firm("Kate", "CEO of Acme", False, True).name
    'UNCLEAR_PERSON'
    >>> _read_word_behind_firm("Jerry", "Ann Lee from Ben", True, True).name
    'UNCLEAR_BESIDE'
    """
    classes = list_word_classes(word.split())
    is_pair = is_behind_and and "F" in list_word_classes(firm.split())[-1]  # "Ben & Jerry"
    is_name = _may_be_lower_name(classes) if word.islower() else is_like_name(word)
    is_first_name = "F" in classes[0] and not has_ordinary_word(classes)
    if is_name and is_first_name and not is_pair:
        return _Reading.UNCLEAR_PERSON
    is_unclear = is_pair or (is_plural and _may_be_odd_name(classes))
    return _Reading.UNCLEAR_BESIDE if is_unclear else _Reading.BESIDE


def _may_be_lower_name(classes: Sequence[str]) -> bool:
    """Check whether words in lower case of these classes may be a person's name."""
    *names, last = classes
    is_full_name = not names or "L" in last
    return len(classes) <= MAX_LOWER_WORDS and is_full_name and not has_ordinary_word(classes)


def _may_be_odd_name(classes: Sequence[str]) -> bool:
    """Check whether words of these classes may be a name that is written unlike one: RZA, 50 Cent.

    >>> [_may_be_odd_name(list_word_classes([word])) for word in ("RZA", "Founder")]
    [True, False]
    """
    return len(classes) <= MAX_ODD_WORDS and not all("w" in each for each in classes)
