"""Split texts and lists that name people, such as "Ann Lee, CEO of Acme, and Kate".

What stands beside a name is no part of it. A word behind a name may be another person or a firm,
and one before it may share the surname: where that is unclear, the word is given with its reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto
from functools import cache
from itertools import dropwhile
from typing import NamedTuple

from kgraph.base.text import fold_letters
from kgraph.base.vocabulary import load_field_table
from kgraph.ingest.field_values import NOT_INSIDE, split_names
from kgraph.ingest.person_name import (
    PersonText,
    begins_with_full_name,
    find_person_name,
    has_ordinary_word,
    is_like_name,
    is_title,
    join_name,
    list_word_classes,
    parse_person_text,
    stands_beside_names,
    turn_surname,
)

MAX_LOWER_WORDS = 3  #: of a name in lower case
MAX_ODD_WORDS = 2  #: of a name that is written unlike others: RZA, 50 Cent
#: Words between two commas, such as "Prof. Ann Lee of the Zorb Institute and Cara Roe of Acme".
MAX_PART_WORDS = 14


class Reading(Enum):
    """Meaning of a part of a text of people."""

    PERSON = auto()
    UNCLEAR_PERSON = auto()
    FIRST_NAME = auto()  #: a person who may have the surname of the next one: Ann and Carl Lee
    BESIDE = auto()  #: a firm or a post of the person before it
    UNCLEAR_BESIDE = auto()
    NO_NAME = auto()  #: whatever is before it: PhD, Friends


_PERSONS = {Reading.PERSON, Reading.UNCLEAR_PERSON, Reading.FIRST_NAME}
_UNCLEAR = {Reading.UNCLEAR_PERSON, Reading.FIRST_NAME, Reading.UNCLEAR_BESIDE}


class UnclearWord(NamedTuple):
    """A text that is read as it seems, and may mean something else."""

    text: str
    reading: Reading


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
    word = rf"[&/]|{between}|(?:{in_surnames})(?=\s+\S+\s)"
    return _Separators(
        # Behind "w/" no blank is needed.
        re.compile(rf"(?<!\s)\s++({word})(?:\s++|(?<=\w/))(?=\S){NOT_INSIDE}"),
        re.compile(rf"(&|{between})\s++(?=\S)"),
    )


def _split_at_words(text: str) -> tuple[list[str], list[str]]:
    """Return what words such as "and" separate, and the word before each, "" for the first."""
    first, *others = _load_separators().between.split(text)
    return [first, *others[1::2]], ["", *others[::2]]


def _is_turned_name(text: str) -> bool:
    name = turn_surname(text).split()
    return bool(name) and "F" in list_word_classes(name)[0]


def _list_parts(text: str) -> list[PersonText]:
    """Return what commas and words such as "and" separate, each with one person at most.

    >>> [part.text for part in _list_parts("Mary, Queen of Scots, Ann Lee, III")]
    ['Mary Queen of Scots', 'Ann Lee III']
    >>> [part.text for part in _list_parts("Mr. and Mrs. Ann Lee & Carl Poe")]
    ['Mr. and Mrs. Ann Lee', 'Carl Poe']
    """
    pieces, words = _split_at_words(text)
    if len(pieces) > 1 and all(map(_is_turned_name, pieces)):
        return list(map(parse_person_text, pieces, words))
    parts: list[PersonText] = []
    has_commas = not any(separator in text for separator in ";；\n")
    for name in split_names(text, MAX_PART_WORDS):
        is_first = not parts
        start = _load_separators().conjunction.match(name)
        pieces, words = _split_at_words(name[start.end() :] if start else name)
        words[0] = start[1] if start else ""
        for piece, word in zip(pieces, words, strict=True):
            part = parse_person_text(join_name(piece), word)
            if parts and (joined := _join_parts(parts[-1], part, is_first, has_commas)):
                parts[-1] = parse_person_text(joined, parts[-1].conjunction)
            else:
                parts.append(part)
        if is_first and len(parts) > 1:
            parts[0] = _share_surname(*parts[:2])
    return parts


def _join_parts(before: PersonText, behind: PersonText, is_first: bool, has_commas: bool) -> str:
    """Return the text of two parts that name one person; "" if they do not.

    >>> parts = map(parse_person_text, ("Mary", "Queen of Scots"))
    >>> _join_parts(*parts, is_first=False, has_commas=True)
    'Mary Queen of Scots'
    """
    if not behind.conjunction:
        joined = join_name(text := f"{before.text}, {behind.text}")
        return joined if has_commas and joined != text else ""
    text = f"{before.text} {behind.conjunction} {behind.text}"
    # Behind a comma, a post is of the person before it.
    is_titled = is_first and is_title(before.text.rsplit(maxsplit=1)[-1])
    is_one = is_titled and is_title(behind.text.split(maxsplit=1)[0])
    return text if is_one and find_person_name(text) != text else ""


def _share_surname(first: PersonText, second: PersonText) -> PersonText:
    """Return a first name before another person's full name, noted; a title with the surname.

    >>> first, second = map(parse_person_text, ("Dr. Ann", "Carl van der Lee"), ("", "and"))
    >>> _share_surname(first, second).may_share_surname
    True
    >>> _share_surname(*map(parse_person_text, ("Mr.", "Mrs. Lee"), ("", "and"))).text
    'Mr. Lee'
    """
    words = load_field_table().people_words
    if second.conjunction not in words.between_first_names:
        return first
    person = second.name if second.has_known_name else second.word
    given, names = (list(dropwhile(is_title, each.split())) for each in (first.text, person))
    if not given and len(names) == 1 and names != person.split():
        return parse_person_text(f"{first.text} {names[0]}")
    *particles, last = names[1:] or [""]
    is_surname = fold_letters(last) not in words.suffixes and list_word_classes([last]) != ["w"]
    is_pair = second.has_known_name and _is_first_name(" ".join(given))
    is_shared = is_pair and is_surname and all(word in words.particles for word in particles)
    return first._replace(may_share_surname=is_shared)


class _Person(NamedTuple):
    """A person in a text of people, as far as the text is read."""

    part: PersonText  #: that names the person
    firm: str  #: the last part that ends with a firm or a post
    is_bare: bool  #: nothing but a name is read
    beside: list[str]  #: the parts behind it, each with what separates it


def split_entries(entries: list[object]) -> PeopleNames:
    """Split the entries of a list that name several persons in full, with known first names.

    Behind a comma, where a firm is as likely, such a name is only reported. A first name alone is
    separated from what stands beside it.

    >>> split_entries(["Ann Lee and Carl Poe", "Smith and Jones", "Kate, CEO of Acme"]).entries
    ['Ann Lee', 'Carl Poe', 'Smith and Jones', 'Kate (CEO of Acme)']
    """
    split = list[object]()
    unclear = list[UnclearWord]()
    for entry in entries:
        if not isinstance(entry, str):
            split.append(entry)
            continue
        parts = _list_parts(entry)
        named = [part for part in parts if not stands_beside_names(part.word)]
        is_list = "," not in entry or all(map(_is_turned_name, (part.text for part in parts)))
        people = _read_parts(parts, is_plural=True)
        is_split = is_list and named[:1] == parts[:1] and all(map(_is_person, named))
        if is_split or (len(people.entries) == 1 and _is_first_name(parts[0].text)):
            split += people.entries
            unclear += people.unclear_words
        else:
            split.append(entry)
            unclear += (
                UnclearWord(part.text, Reading.UNCLEAR_BESIDE)
                for part in [part for part in named if part.has_known_name][1:]
            )
    return PeopleNames(split, unclear)


def _is_person(part: PersonText) -> bool:
    """Check whether a part of an entry names a person: "Ann Lee", "Mrs. Lee", "Ann" of two."""
    title, *names = part.text.split() or [""]
    is_titled = is_title(title) and len(names) == 1 and is_like_name(names[0])
    return part.may_share_surname or part.has_known_name or is_titled


def _is_first_name(text: str) -> bool:
    return is_like_name(text) and "F" in list_word_classes([text])[0]


def split_people(text: str, *, is_plural: bool) -> PeopleNames:
    """Split a text into people.

    Behind a full name, only a full name or one word may be another person; behind one word, no
    other text of several words. A text that is none stands beside the name before it.

    >>> split_people("Ann Lee, CEO of Acme, and Cara Roe, a judge", is_plural=True).entries
    ['Ann Lee, CEO of Acme', 'Cara Roe, a judge']
    >>> split_people("Ann Lee, Kate, CEO of Acme", is_plural=False).entries
    ['Ann Lee', 'Kate (CEO of Acme)']
    """
    return _read_parts(_list_parts(text), is_plural=is_plural)


def _read_parts(parts: list[PersonText], *, is_plural: bool) -> PeopleNames:
    people: list[_Person] = []
    unclear_words: list[UnclearWord] = []
    has_full_name = False
    for part in parts:
        has_full_name |= part.has_full_name
        reading = Reading.PERSON
        if people and not part.has_full_name:
            reading = _read_part(part, people[-1], has_full_name, is_plural)
        elif part.may_share_surname:
            reading = Reading.FIRST_NAME
        if reading in _UNCLEAR:
            unclear_words.append(UnclearWord(part.word, reading))
        if reading in _PERSONS:
            people.append(_start_person(part, has_full_name))
        else:
            people[-1] = _add_beside(people[-1], part, is_firm=reading is not Reading.NO_NAME)
    return PeopleNames(list(map(_join_person, people)), unclear_words)


def _read_part(part: PersonText, last: _Person, has_full_name: bool, is_plural: bool) -> Reading:
    """Return what a part without a full name behind a person is read as."""
    if stands_beside_names(part.word):
        return Reading.NO_NAME
    if not has_full_name and not (last.is_bare and " " in part.word):
        return Reading.BESIDE if is_title(part.word) else Reading.PERSON
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


def _read_word(word: str, is_behind_and: bool, is_plural: bool) -> Reading:
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
            return Reading.BESIDE
        # One word is taken for an id, which is reported.
        is_clear = is_behind_and or len(classes) == 1
        return Reading.PERSON if is_clear else Reading.UNCLEAR_PERSON
    if not is_like_name(word):
        # "TJ", "50 Cent" and "Young Thug" are not passed over without a word, where persons are.
        is_among_persons = is_plural or (is_behind_and and begins_with_full_name(word))
        is_unclear = is_among_persons and (is_first_name or _may_be_odd_name(word, classes))
        return Reading.UNCLEAR_BESIDE if is_unclear else Reading.BESIDE
    if is_ordinary and not is_first_name:
        return Reading.BESIDE
    if is_behind_and or (is_first_name and not is_ordinary):
        return Reading.PERSON
    return Reading.UNCLEAR_PERSON if is_first_name or is_plural else Reading.UNCLEAR_BESIDE


def _read_word_behind_firm(word: str, firm: str, is_behind_and: bool, is_plural: bool) -> Reading:
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
        return Reading.UNCLEAR_PERSON
    is_unclear = is_pair or (is_plural and _may_be_odd_name(word, classes))
    return Reading.UNCLEAR_BESIDE if is_unclear else Reading.BESIDE


def _may_be_lower_name(classes: Sequence[str]) -> bool:
    """Check whether words in lower case of these classes may be a person's name."""
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
