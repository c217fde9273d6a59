"""Find the names of people in texts that list them, such as "Ann Lee, CEO of Acme, and Kate".

What stands beside a name is no part of it. A word behind a name may be another person or a firm:
where that is unclear, the word is given with what it is taken for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import dropwhile
from typing import NamedTuple
from unicodedata import normalize

from kgraph.base.text import fold_letters
from kgraph.base.vocabulary import load_field_table
from kgraph.base.word_lists import load_vocabulary
from kgraph.ingest.field_values import NOT_INSIDE, split_names

#: What ends a name: a comma, a bracket, or a dash between blanks.
#: In patterns that are searched for, blanks begin behind another character, so that time is linear.
_BESIDE = re.compile(r"(?<!\s)(?:\s*[,(（]|\s+[-–—|@]\s)")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]$")
_ONE_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SURNAME_FIRST = re.compile(r"(?P<surname>[^\W\d_][\w'’-]*),\s*(?P<given>[^\W\d_a-z][\w'’-]*)")
_ROMAN = re.compile(r"[IVX]+")  # the number of a ruler

MAX_LOWER_WORDS = 3  #: of a name in lower case
MAX_ODD_WORDS = 2  #: of a name that is written unlike others: RZA, 50 Cent
#: Words between two commas, such as "Prof. Ann Lee of the Zorb Institute and Cara Roe of Acme".
MAX_PART_WORDS = 14


class _Patterns(NamedTuple):
    """Patterns with the words of :class:`kgraph.base.vocabulary.PeopleWords`."""

    between: re.Pattern[str]  #: what separates two persons, with the word as a group
    conjunction: re.Pattern[str]  #: the same before a person, behind a comma
    of: re.Pattern[str]  #: what separates a person from a firm, with "of" as a group
    full_name: re.Pattern[str]


@cache
def _load_patterns() -> _Patterns:
    words = load_field_table().people_words
    between, in_surnames, particles, of, at = (
        "|".join(map(re.escape, each)) or "(?!)"
        for each in (words.between, words.also_in_surnames, words.particles, words.of, words.at)
    )
    # A given name and a surname at least: words with a capital, or in letters that have none.
    word = r"[^\W\d_a-zß-ÿ][\w.'’-]*"
    return _Patterns(
        re.compile(rf"(?<!\s)\s++([&/]|{between}|(?:{in_surnames})(?=\s+\S+\s))\s++{NOT_INSIDE}"),
        re.compile(rf"(&|{between})\s++(?=\S)"),
        re.compile(rf"(?<!\s)\s++(?:(?P<of>{of})|{at})\s"),
        re.compile(rf"{word}\s+(?:(?:{in_surnames}|{particles}|{word})\s+){{0,3}}{word}"),
    )


class UnclearWord(NamedTuple):
    """A text behind the name of a person, which may be another person or a firm."""

    text: str
    is_person: bool  #: it is read as one


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
    is_name = _load_patterns().full_name.fullmatch(name) or (has_bracket and _is_like_name(name))
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
    classes = _list_classes(names)
    has_two_names = len(names) > 1 and ("F" in classes[0] or not _has_ordinary_word(classes))
    return person if has_two_names else text


def _list_classes(words: Iterable[str]) -> list[str]:
    """Return the classes of words (:meth:`kgraph.base.word_lists.Vocabulary.word_class`)."""
    return list(map(load_vocabulary().word_class, map(fold_letters, words)))


def _has_ordinary_word(classes: Iterable[str]) -> bool:
    return any("w" in each for each in classes)


def _of_continues_name(text: str) -> bool:
    """Check whether "of" and what follows belong to the name before it, as in those of rulers.

    >>> [_of_continues_name(name) for name in ("Ann Lee", "Henry IV", "King Hal", "Zorb Board")]
    [False, True, True, True]
    """
    words, no_names = text.split(), load_field_table().people_words.before_of
    is_name = [fold_letters(w) not in no_names and not _ROMAN.fullmatch(w) for w in words]
    return not is_name[-1] or sum(is_name) < 2


class PeopleNames(NamedTuple):
    """The people of a field, each with what stands beside the name."""

    entries: list[object]
    unclear_words: list[UnclearWord]


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
        parts = [part for part, _ in _list_parts(entry)]
        full_names = list(filter(_has_known_first_name, parts))
        if len(full_names) == len(parts) and "," not in entry:
            split += parts
        else:
            split.append(entry)
            unclear += (UnclearWord(name, is_person=False) for name in full_names[1:])
    return PeopleNames(split, unclear)


def _has_known_first_name(text: str) -> bool:
    """Check whether a text is a full name that begins with a known first name."""
    name = find_person_name(text)
    is_full = _load_patterns().full_name.fullmatch(name)
    return is_full is not None and "F" in _list_classes(name.split())[0]


def split_people(text: str, *, is_plural: bool) -> PeopleNames:
    """Split a text into people.

    Behind a full name, only a full name or one word may be another person; behind one word, no
    other text of several words. A text that is none stands beside the name before it.

    >>> split_people("Ann Lee, CEO of Acme, and Cara Roe, a judge", is_plural=True).entries
    ['Ann Lee, CEO of Acme', 'Cara Roe, a judge']
    >>> split_people("Ann Lee, Kate, CEO of Acme", is_plural=False).entries
    ['Ann Lee', 'Kate (CEO of Acme)']
    """
    full_name = _load_patterns().full_name
    people: list[list[str]] = []  # a name each, and what stands beside it
    unclear_words: list[UnclearWord] = []
    has_full_name = False
    is_bare = False  # no firm and no post stands beside the last person
    firm = ""  # the last part, if it ends with a firm or a post
    for part, conjunction in _list_parts(text):
        word = _strip_full_name(_BRACKETS.sub("", part).rstrip())
        stands_beside = _stands_beside_names(word)
        is_person, is_unclear = True, False
        if full_name.match(find_person_name(part)):
            has_full_name = True
        elif people and stands_beside:
            is_person = False
        elif people and (has_full_name or (is_bare and " " in word)):
            if is_bare and not (conjunction and firm):
                is_person, is_unclear = _read_word(word, bool(conjunction), is_plural)
            else:
                is_person, is_unclear = _read_word_behind_firm(
                    word, firm, is_behind_and=bool(conjunction), is_plural=is_plural
                )
        if is_unclear:
            unclear_words.append(UnclearWord(word, is_person))
        if is_person:
            people.append([part])
            is_lower = has_full_name and word.islower()
            is_bare = bool(full_name.fullmatch(word)) or _is_like_name(word) or is_lower
            firm = part if not is_bare or _ends_with_firm(part) else ""
        else:
            people[-1].append(f" {conjunction} {part}" if conjunction and firm else f", {part}")
            if not stands_beside:
                is_bare, firm = False, part
    return PeopleNames([_join_person(*person) for person in people], unclear_words)


def _ends_with_firm(text: str) -> bool:
    """Check whether a text of a person ends with a firm, as "Ann Lee of Smith", in no bracket."""
    before_bracket = _BESIDE.split(text, maxsplit=1)[0]
    return _load_patterns().of.search(before_bracket) is not None


def _list_parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield what commas and words such as "and" separate, each with such a word before it or ""."""
    patterns = _load_patterns()
    for name in split_names(text, MAX_PART_WORDS):
        start = patterns.conjunction.match(name)
        first, *others = patterns.between.split(name[start.end() :] if start else name)
        yield first, start[1] if start else ""
        for word, part in zip(others[::2], others[1::2], strict=True):
            yield part, word


def _join_person(name: str, *beside: str) -> str:
    """Return the text of a person; a comma behind one word would make it a surname."""
    text = "".join(beside)
    if beside and not _load_patterns().full_name.match(name):
        return f"{name} ({text.removeprefix(', ').lstrip()})"
    return name + text


def _stands_beside_names(word: str) -> bool:
    """Check whether a word is no name whatever is before it: PhD, Prof, Friends, Guests, -."""
    table, key = load_field_table(), fold_letters(word)
    words = table.people_words
    return not key or key in table.people or key in words.no_names or key in words.titles


def _is_like_name(text: str) -> bool:
    """Check whether a text is one word that is written like a first name, unlike OpenAI and CEO.

    >>> [_is_like_name(name) for name in ("Ji-yeon", "McKenna", "D'Angelo", "OpenAI", "McDSP")]
    [True, True, True, False, False]
    """
    text = normalize("NFC", text)
    if not _ONE_WORD.fullmatch(text):
        return False
    first, *others = re.split("['’-]", text.removeprefix("Mc"))
    return first == first.title() and all(o == o.title() or o.islower() for o in others)


def _read_word(word: str, is_behind_and: bool, is_plural: bool) -> tuple[bool, bool]:
    """Return whether what is behind a full name is a person, and whether that is unclear.

    >>> [_read_word(word, False, True) for word in ("José", "Founder", "Zed", "Chase")]
    [(True, False), (False, False), (True, True), (True, True)]
    >>> [_read_word(words, False, True) for words in ("carl poe", "bob", "dean of law", "Zorb AI")]
    [(True, True), (True, False), (False, False), (False, True)]
    """
    classes = _list_classes(word.split())
    is_first_name, is_ordinary = "F" in classes[0], _has_ordinary_word(classes)
    if word.islower():
        is_person = is_first_name and _may_be_lower_name(classes)
        # One word is taken for an id, which is reported.
        return is_person, is_person and len(classes) > 1 and not is_behind_and
    if not _is_like_name(word):
        # Under a plural, "TJ" and "50 Cent" are not passed over without a word.
        return False, is_plural and (_may_be_odd_name(classes) or is_first_name)
    if is_behind_and:
        return is_first_name or not is_ordinary, False
    if is_first_name:
        return True, is_ordinary
    return is_plural and not is_ordinary, not is_ordinary


def _read_word_behind_firm(
    word: str, firm: str, *, is_behind_and: bool, is_plural: bool
) -> tuple[bool, bool]:
    """Return what :func:`_read_word` does, of what is behind a firm or post of a person.

    >>> _read_word_behind_firm("Kate", "CEO of Acme", is_behind_and=False, is_plural=True)
    (True, True)
    >>> _read_word_behind_firm("Jerry", "Ann Lee from Ben", is_behind_and=True, is_plural=True)
    (False, True)
    """
    classes = _list_classes(word.split())
    is_pair = is_behind_and and "F" in _list_classes(firm.split())[-1]  # "Ben & Jerry"
    is_name = _may_be_lower_name(classes) if word.islower() else _is_like_name(word)
    is_person = is_name and "F" in classes[0] and not _has_ordinary_word(classes) and not is_pair
    return is_person, is_person or is_pair or (is_plural and _may_be_odd_name(classes))


def _may_be_lower_name(classes: Sequence[str]) -> bool:
    """Check whether words in lower case of these classes may be a person's name."""
    *names, last = classes
    is_full_name = not names or "L" in last
    return len(classes) <= MAX_LOWER_WORDS and is_full_name and not _has_ordinary_word(classes)


def _may_be_odd_name(classes: Sequence[str]) -> bool:
    """Check whether words of these classes may be a name that is written unlike one: RZA, 50 Cent.

    >>> _may_be_odd_name(_list_classes(["RZA"])), _may_be_odd_name(_list_classes(["Founder"]))
    (True, False)
    """
    return len(classes) <= MAX_ODD_WORDS and not all("w" in each for each in classes)
