"""Split texts and lists that name people, such as "Ann Lee, CEO of Acme, and Kate".

What stands beside a name is no part of it. A word behind a name may be another person or a firm,
and one before it may share the surname: where that is unclear, the word is given with its reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from kgraph.base import known_names
from kgraph.base.markup import strip_markup
from kgraph.base.text import fold_letters
from kgraph.base.vocabulary import load_field_table
from kgraph.ingest.name_readings import Reading, read_word, read_word_behind_firm
from kgraph.ingest.name_words import (
    drop_addresses,
    drop_brackets,
    ends_with_post,
    has_ordinary_word,
    is_address,
    is_first_name,
    is_post,
    is_post_at_firm,
    is_title,
    list_word_classes,
    looks_like_first_name,
    stands_beside_names,
)
from kgraph.ingest.people_parts import (
    is_behind_bar,
    is_firm_behind_slash,
    is_turned_name,
    list_parts,
)
from kgraph.ingest.person_name import (
    PersonText,
    begins_with_full_name,
    find_person_name,
    parse_person_text,
)
from kgraph.ingest.surname_first import list_surname_classes, turn_surname
from kgraph.ingest.untold_names import list_untold_names

_PERSONS = {Reading.PERSON, Reading.UNCLEAR_PERSON, Reading.FIRST_NAME, Reading.HOMONYM}


class UnclearWord(NamedTuple):
    """A text that is read as it seems, and may mean something else."""

    text: str
    reading: Reading


class PeopleNames(NamedTuple):
    """The people of a field, each with what stands beside the name."""

    entries: list[object]
    unclear_words: list[UnclearWord]


class _Person(NamedTuple):
    """A person in a text of people, as far as the text is read."""

    part: PersonText  #: that names the person
    firm: str  #: the last part that ends with a firm or a post
    is_bare: bool  #: nothing but a name is read
    beside: list[str]  #: the parts behind it, each with what separates it


def split_entry(entry: str) -> PeopleNames:
    """Split an entry of a list that names several persons in full, with known first names.

    Behind a comma, where a firm is as likely, such a name is only reported. A first name alone is
    separated from what stands beside it.

    >>> split_entry("Ann Lee and Carl Poe").entries, split_entry("Smith and Jones").entries
    (['Ann Lee', 'Carl Poe'], ['Smith and Jones'])
    >>> split_entry("Kate, CEO of Acme").entries
    ['Kate (CEO of Acme)']
    """
    entry = _strip_introduction(entry)
    parts = list_parts(entry, is_entry=True)
    named = [part for part in parts if not stands_beside_names(part.word)]
    is_list = "," not in entry or all(is_turned_name(part.text) for part in parts)
    people = _read_parts(parts, is_plural=True)
    is_split = is_list and named[:1] == parts[:1] and all(map(_names_person, named))
    if _introduces_several(entry):
        is_split |= _names_person(parts[0]) or is_first_name(parts[0].text)
    is_one = parts[0].conjunction != "" or is_first_name(parts[0].text) or _has_slashes(parts)
    if not is_split and not (is_one and len(people.entries) == 1):
        people = PeopleNames([entry], list(_list_lost_names(entry, parts[0], named)))
    return _tell_other_names(entry, people)


def _has_slashes(parts: list[PersonText]) -> bool:
    first, *behind = parts
    return first.has_known_name and all(person.conjunction == "/" for person in behind)


@cache
def _load_introduction() -> re.Pattern[str]:
    """Return the pattern of words such as "an interview with:" before a name."""
    words = load_field_table().people_words
    before, phrases = (
        "|".join(map(re.escape, sorted(each))).replace(r"\ ", r"\s+") or "(?!)"
        for each in (words.articles | words.before_roles, words.introductions)
    )
    return re.compile(rf"(?:(?:{before})\s+)*(?:{phrases})(?:\s*:\s*|\s+)(?=\S)", re.IGNORECASE)


def _strip_introduction(text: str) -> str:
    """Return a text without words that introduce a person at its beginning.

    What follows must begin with a full name or a common first name.

    >>> [_strip_introduction(text) for text in ("A chat with Ann Lee, CEO", "Hosted by: Kate")]
    ['Ann Lee, CEO', 'Kate']
    >>> _strip_introduction("Conversation with strangers")
    'Conversation with strangers'
    """
    introduction = _load_introduction().match(text)
    if introduction is None:
        return text
    name = text[introduction.end() :]
    first = re.split(r"[\s,]", name, maxsplit=1)[0]
    return name if begins_with_full_name(name) or is_first_name(first) else text


def _tell_other_names(text: str, people: PeopleNames) -> PeopleNames:
    """Return people with the full names of their text that are neither read nor told, as told."""
    covered = [word.text for word in people.unclear_words]
    for entry in map(strip_markup, map(str, people.entries)):
        person = parse_person_text(entry)
        is_read = person.has_known_name or person.is_bare_name or person.name != entry
        covered += [entry] if turn_surname(entry) else [person.name] if is_read else []
    names = list_untold_names(strip_markup(text), covered)
    untold = [UnclearWord(name, Reading.UNCLEAR_BESIDE) for name in names]
    return people._replace(unclear_words=people.unclear_words + untold)


def _introduces_several(text: str) -> bool:
    """Check whether a role in the plural introduces names: "Ann Lee and panelists Carl Poe, Zed".

    >>> [_introduces_several(text) for text in ("Guests: Ann Lee, Zed", "Ann Lee, our hosts")]
    [True, False]
    >>> _introduces_several("Ann Lee, People Magazine")
    False
    """
    plurals = load_field_table().plural_people
    return any(
        name[0].isupper()
        and ((word.isalpha() and word.islower()) or word[-1] == ":")
        and fold_letters(word) in plurals
        for word, name in pairwise(text.split())
    )


def _list_lost_names(
    entry: str, first: PersonText, named: list[PersonText]
) -> Iterator[UnclearWord]:
    """List what may be a person of an entry that is kept whole."""
    if turn_surname(entry):
        return
    full_names = [name for name in named if name.has_known_name]
    if first.text.endswith((")", "）")):  # its firm: another name may be a person's, too
        full_names = [n for n in named if n.has_full_name and not known_names.is_firm(n.name)]
    if "," in entry or len(named) < 2:
        lost = [name.text for name in full_names if name is not first]
        lost += [name.other_name for name in named if name.other_name and name.text not in lost]
        yield from (UnclearWord(text, Reading.UNCLEAR_BESIDE) for text in lost)
    elif (
        is_first_name(named[0].name)
        or any(name is not named[0] or name.is_bare_name for name in full_names)
        or (find_person_name(entry) != entry and not named[0].ends_with_firm)
    ):
        yield UnclearWord(entry, Reading.SEVERAL)


def _names_person(person: PersonText) -> bool:
    """Check whether a part of an entry names a person: "Ann Lee", "Mrs. Lee", "Ann" of two."""
    title, *names = person.text.split() or [""]
    is_titled = is_title(title) and len(names) == 1 and looks_like_first_name(names[0])
    return person.may_share_surname or person.has_known_name or is_titled


def split_people(text: str, *, is_plural: bool) -> PeopleNames:
    """Split a text into people.

    Behind a full name, only a full name or one word may be another person; behind one word, no
    other text of several words. A text that is none stands beside the name before it.

    Args:
        text: that names people.
        is_plural: the field is for several persons, so that "Lee, Ann" may be two.

    >>> split_people("Ann Lee, CEO of Acme, and Cara Roe, a judge", is_plural=True).entries
    ['Ann Lee, CEO of Acme', 'Cara Roe, a judge']
    >>> split_people("Ann Lee, Kate, CEO of Acme", is_plural=False).entries
    ['Ann Lee', 'Kate (CEO of Acme)']
    """
    text = _strip_introduction(text)
    if turn_surname(text, may_be_two=is_plural):
        return PeopleNames([text], [])
    unclear = [UnclearWord(text, reading)] if (reading := _read_turned_names(text)) else []
    if reading is Reading.SURNAME_FIRST:
        return PeopleNames([text], unclear)
    people = _read_parts(list_parts(text), is_plural=is_plural)
    return _tell_other_names(text, people._replace(unclear_words=unclear + people.unclear_words))


def _read_turned_names(text: str) -> Reading | None:
    """Return what a text under a plural is read as, if commas may separate the parts of names.

    >>> _read_turned_names("Lee, Ann").name, _read_turned_names("Poe, Ann, Roe, Carl").name
    ('TWO_WORDS', 'TWO_WORDS')
    >>> _read_turned_names("Kintank, Ann").name
    'SURNAME_FIRST'
    >>> [_read_turned_names(text) for text in ("Ann, Carl", "Kate, Zed", "Ann Lee, Carl Poe")]
    [None, None, None]
    """
    words = drop_brackets(drop_addresses(text)).split(",")
    if len(words) > 2:
        pairs = map(",".join, zip(words[::2], words[1::2], strict=False))
        is_turned = len(words) % 2 == 0 and all(
            turn_surname(pair.strip(), may_be_two=True) for pair in pairs
        )
        return Reading.TWO_WORDS if is_turned else None
    if not turn_surname(text):
        return None
    surname, given = words
    classes = list_surname_classes(surname)
    if any("F" in each for each in classes):
        has_surname = all("L" in each for each in classes)
        return Reading.TWO_WORDS if has_surname else None
    is_known = "F" in list_word_classes(given.split()[:1])[0]
    may_be_surname = looks_like_first_name(surname) and not has_ordinary_word(classes)
    is_one = is_known and may_be_surname and not known_names.is_firm(surname)
    return Reading.SURNAME_FIRST if is_one else Reading.TWO_WORDS


def _read_parts(parts: list[PersonText], *, is_plural: bool) -> PeopleNames:
    people: list[_Person] = []
    unclear_words: list[UnclearWord] = []
    has_full_name = False
    for part in parts:
        has_full_name |= part.has_full_name
        reading = Reading.PERSON
        if is_behind_bar(part):
            reading = _read_behind_bar(part, is_plural)
        elif people and not part.has_full_name:
            reading = _read_part(part, people[-1], has_full_name, is_plural)
        elif part.may_share_surname:
            reading = Reading.FIRST_NAME
        if reading is Reading.PERSON and people and has_full_name and is_firm_behind_slash(part):
            reading = Reading.UNCLEAR_BESIDE
        if reading is Reading.PERSON and part.conjunction and _is_homonym(part.word):
            reading = Reading.HOMONYM
        if reading not in {Reading.PERSON, Reading.BESIDE, Reading.NO_NAME}:
            unclear_words.append(UnclearWord(part.word, reading))
        is_told = reading is Reading.UNCLEAR_BESIDE and part.other_name in part.word
        if part.other_name and not is_told:
            unclear_words.append(UnclearWord(part.other_name, Reading.UNCLEAR_BESIDE))
        if reading in _PERSONS:
            people.append(_start_person(part, has_full_name))
        else:
            people[-1] = _add_beside(people[-1], part, is_firm=reading is not Reading.NO_NAME)
    return PeopleNames(list(map(_join_person, people)), unclear_words)


def _read_part(person: PersonText, last: _Person, has_full_name: bool, is_plural: bool) -> Reading:
    """Return what a part without a full name behind a person is read as."""
    if person.conjunction and is_address(person.word):
        return Reading.UNCLEAR_BESIDE
    if stands_beside_names(person.word):
        return Reading.NO_NAME
    is_of_firm = ends_with_post(person.word)
    if is_of_firm or is_post(person.word) or is_post_at_firm(person.word):
        is_unclear = is_of_firm and person.conjunction
        return Reading.UNCLEAR_BESIDE if is_unclear else Reading.BESIDE
    if not has_full_name and not (last.is_bare and " " in person.word):
        return Reading.BESIDE if is_title(person.word) else Reading.PERSON
    is_behind_and = bool(person.conjunction)
    if not last.is_bare or (is_behind_and and last.firm):
        return read_word_behind_firm(person.word, last.firm, is_behind_and, is_plural)
    return read_word(person.word, is_behind_and, is_plural)


def _read_behind_bar(person: PersonText, is_plural: bool) -> Reading:
    """Return what a part behind a bar or a dash is read as, where it may be a person."""
    first, *_, last = list_word_classes(person.name.split() * 2)
    if person.has_known_name:
        return Reading.PERSON if "L" in last else Reading.UNCLEAR_PERSON
    if not person.has_full_name and "F" in first:
        return Reading.UNCLEAR_PERSON
    is_unclear = person.has_full_name or is_plural
    return Reading.UNCLEAR_BESIDE if is_unclear else Reading.BESIDE


def _is_homonym(word: str) -> bool:
    """Check whether one word that is no common first name is known as no person's name.

    >>> _is_homonym("Zed"), _is_homonym("Bob"), _is_homonym("Zorb")
    (True, False, False)
    """
    return (
        looks_like_first_name(word) and not is_first_name(word) and known_names.is_not_person(word)
    )


def _start_person(part: PersonText, has_full_name: bool) -> _Person:
    is_bare = part.is_bare_name or (has_full_name and part.word.islower())
    return _Person(part, "" if is_bare and not part.ends_with_firm else part.text, is_bare, [])


def _add_beside(person: _Person, part: PersonText, *, is_firm: bool) -> _Person:
    is_word = part.conjunction and (person.firm or is_behind_bar(part))
    person.beside.append(f" {part.conjunction} {part.text}" if is_word else f", {part.text}")
    return person._replace(firm=part.text, is_bare=False) if is_firm else person


def _join_person(person: _Person) -> str:
    name, beside = person.part.text, "".join(person.beside)
    if beside and (not begins_with_full_name(name) or turn_surname(name + beside)):
        return f"{name} ({beside.removeprefix(', ').lstrip()})"
    return name + beside
