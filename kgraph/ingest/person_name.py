"""Find the name of a person in a text that may say more, such as "Dr. Ann Lee, CEO of Acme"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import dropwhile
from typing import NamedTuple

from kgraph.base import known_names
from kgraph.base.text import fold_letters
from kgraph.base.vocabulary import load_field_table
from kgraph.ingest.name_patterns import load_name_patterns
from kgraph.ingest.name_words import (
    drop_addresses,
    drop_brackets,
    drop_degrees,
    drop_firm_behind,
    ends_with_post,
    has_ordinary_word,
    is_address,
    is_first_name,
    is_post_at_firm,
    is_title,
    list_word_classes,
    looks_like_first_name,
    stands_beside_names,
)
from kgraph.ingest.surname_first import turn_surname

_SEPARATOR = re.compile(r"[;；，、،؛\n]")  # of two persons, in what is left whole
_ROMAN = re.compile(r"[IVX]+")  # the number of a ruler


class PersonText(NamedTuple):
    """A text that may name a person, and what it says of one."""

    text: str
    conjunction: str  #: a word such as "and", a bar or a dash before it; "" for a comma
    name: str  #: of the person; the text if it names none
    word: str  #: the text without brackets and, if it is a full name, without titles and a firm
    has_full_name: bool  #: the name is one, or begins with one, of words that are not all ordinary
    has_known_name: bool  #: the name is a full one, of a known first name
    is_bare_name: bool  #: the word is a name
    ends_with_firm: bool  #: as "Ann Lee of Smith", in no bracket
    other_name: str = ""  #: a full name behind that of the person, of a known first name
    may_share_surname: bool = False  #: with the next person: the text has only the first name


def parse_person_text(text: str, conjunction: str = "") -> PersonText:
    """Parse a text that names at most one person."""
    patterns, name = load_name_patterns(), find_person_name(text)
    is_full = patterns.full_name.fullmatch(name) is not None
    is_post = ends_with_post(name) or is_post_at_firm(name)
    plain, other_name = _split_at_other_name(_drop_nickname(drop_addresses(text)))
    word = _strip_full_name(drop_brackets(patterns.also.sub("", plain)))
    before, _ = _split_beside(plain)
    firm = patterns.of.search(before)
    is_ruler = firm is not None and begins_with_full_name(word) and word == before
    return PersonText(
        text,
        conjunction,
        name,
        word,
        has_full_name=begins_with_full_name(name)
        and not all(each == "w" for each in list_word_classes(name.split()))
        and not is_post,
        has_known_name=is_full and "F" in list_word_classes(name.split())[0] and not is_post,
        is_bare_name=is_ruler
        or (patterns.full_name.fullmatch(word) is not None and not is_post_at_firm(word))
        or looks_like_first_name(word),
        ends_with_firm=firm is not None,
        other_name=other_name,
    )


def begins_with_full_name(text: str) -> bool:
    """Check whether a text begins with words that are written as a full name is."""
    return load_name_patterns().full_name.match(text) is not None


def find_person_name(text: str) -> str:
    """Return the name of a person in a text that may say more of them; the text if it has none.

    >>> [find_person_name(text) for text in ("Ann Lee, CEO of Acme", "Ann Lee (Acme)", "Lee, Ann")]
    ['Ann Lee', 'Ann Lee', 'Ann Lee']
    >>> [find_person_name(text) for text in ("Ann-Kathrin Lee", "Kate (Acme)", "Acme, Inc.")]
    ['Ann-Kathrin Lee', 'Kate', 'Acme, Inc.']
    >>> [find_person_name(text) for text in ("Dr. Ann Lee of Acme", "Joan of Arc", "Ann Lee, Jr.")]
    ['Ann Lee', 'Joan of Arc', 'Ann Lee Jr.']
    """
    if turned := turn_surname(text):
        return turned
    patterns = load_name_patterns()
    plain = _drop_nickname(drop_addresses(strip_roles(text)))
    joined, _ = _split_at_other_name(join_name(plain))
    before, behind = _split_beside(joined)
    name = _strip_full_name(before)
    is_name = patterns.full_name.fullmatch(name) is not None
    if not is_name and looks_like_first_name(name):
        is_name = behind.lstrip().startswith(("(", "（")) or patterns.also.match(behind) is not None
        is_name |= not behind.lstrip().startswith(",") and is_first_name(name)
        is_name |= is_title(beside := behind.strip(", ")) or stands_beside_names(beside)
    return name if is_name or joined != text else text


def _split_beside(text: str) -> tuple[str, str]:
    """Split a text where a name ends: a firm or a show before a colon and a person is none.

    >>> _split_beside("Ann Lee: a judge"), _split_beside("Acme Labs: Ann Lee")
    (('Ann Lee', ': a judge'), ('Acme Labs: Ann Lee', ''))
    >>> _split_beside("Ann Lee : une juge")
    ('Ann Lee', ' : une juge')
    """
    before = load_name_patterns().beside.split(text, maxsplit=1)[0]
    behind = text[len(before) :]
    if behind.lstrip().startswith(":") and not is_likely_person(_strip_full_name(before)):
        return (text, "") if _find_name_behind_colon(text) else (before, behind)
    return before, behind


def _find_name_behind_colon(text: str) -> str:
    behind = text.partition(": ")[2].lstrip()
    name = behind and _strip_full_name(load_name_patterns().beside.split(behind, maxsplit=1)[0])
    return name if is_likely_person(name) else ""


def is_likely_person(text: str) -> bool:
    """Check whether a bare name is likely a person's, by its words: "Ann", "Ann Lee", "Zed Poe".

    >>> [is_likely_person(name) for name in ("Ann Lee", "Ann", "Zed Poe", "Will Smith")]
    [True, True, True, True]
    >>> [is_likely_person(name) for name in ("Job Title", "Zed", "Home Page", "Morgan Stanley")]
    [False, False, False, False]
    """
    if is_first_name(text):
        return not has_ordinary_word(list_word_classes([text]))
    is_full_name = load_name_patterns().full_name.fullmatch(text) is not None
    if not is_full_name or known_names.is_firm(text) or is_post_at_firm(text):
        return False
    classes = list_word_classes(w for w in text.split() if not w.islower()) or [""]
    first, last = classes[0], classes[-1]
    if "L" in last and ("F" in first or not has_ordinary_word(classes)):
        return True
    return "F" in first and "w" not in last


def find_name_behind_post(text: str) -> str:
    """Return the full name behind a post at a firm; "" for none, or where no firm is before it.

    >>> [find_name_behind_post(f"Former CEO of {rest}") for rest in ("Acme Ann Lee", "Ann Lee")]
    ['Ann Lee', '']
    """
    words = text.split()
    if len(words) < 4 or words[-3].islower() or not is_post_at_firm(" ".join(words[:-3])):
        return ""
    name = " ".join(words[-2:])
    return name if "F" in list_word_classes(words[-2:])[0] and is_likely_person(name) else ""


def strip_roles(text: str) -> str:
    """Return a text without roles before a name.

    A role alone with a capital may be a name: what follows it must begin with a common first name.

    >>> [strip_roles(text) for text in ("special guest Ann Lee", "Host: Zed", "Speaker Ann Lee")]
    ['Ann Lee', 'Zed', 'Ann Lee']
    >>> [strip_roles(text) for text in ("Guest House Zorb", "Host Zed", "guest appearance")]
    ['Guest House Zorb', 'Host Zed', 'guest appearance']
    """
    roles = load_name_patterns().roles.match(text)
    if roles is None:
        return text
    name = text[roles.end() :]
    is_clear = len(roles[0].split()) > 1 or roles[0].islower() or ":" in roles[0]
    is_name = begins_with_full_name(name) or (
        is_clear and looks_like_first_name(drop_brackets(name))
    )
    first, *_ = name.split()
    is_known = is_title(first) or "F" in list_word_classes([first])[0]
    return name if is_name and (is_clear or is_known) else text


def _drop_nickname(text: str) -> str:
    """Return a text without a nickname in brackets between a common first name and a surname.

    Behind two first names, the nickname must be a common first name, too.

    >>> [_drop_nickname(f"Jonathan {rest}") for rest in ("(Jon) Lee, CEO", "(Acme)", "(Acme) CEO")]
    ['Jonathan Lee, CEO', 'Jonathan (Acme)', 'Jonathan (Acme) CEO']
    >>> [_drop_nickname(text) for text in ("Dr. Ann Marie (Annie) Lee", "Ann Lee (Acme) Poe")]
    ['Dr. Ann Marie Lee', 'Ann Lee (Acme) Poe']
    """
    found = load_name_patterns().nickname.match(text)
    if found is None or is_title(found["next"]):
        return text
    given = list(dropwhile(is_title, text[: found.start("bracket")].split()))
    names = given if len(given) == 1 else [*given, found["nickname"]]
    *classes, next_class = list_word_classes([*names, found["next"]])
    if not given or next_class == "w" or not all("F" in each for each in classes):
        return text
    return text[: found.start("bracket")] + text[found.end("bracket") :]


def _split_at_other_name(text: str) -> tuple[str, str]:
    """Return a person's name at the beginning of a text, and another person's behind other words.

    Both are full names with common first names, and words in lower case, addresses, a capital such
    as X or a colon are between them; else the second is "". The first is then the whole text, and
    also behind a colon, where the other person is of the first, or where only words in lower case
    are before a name.

    >>> _split_at_other_name("Ann Lee hosted by Carl Poe"), _split_at_other_name("Ann Lee at Acme")
    (('Ann Lee', 'Carl Poe'), ('Ann Lee at Acme', ''))
    >>> _split_at_other_name("Ann Lee's aide Carl Poe"), _split_at_other_name("Acme: Ann Lee")
    (("Ann Lee's aide Carl Poe", 'Carl Poe'), ('Acme: Ann Lee', 'Ann Lee'))
    >>> _split_at_other_name("hosted by Ann Lee"), _split_at_other_name("aide to Ann Lee")
    (('hosted by Ann Lee', 'Ann Lee'), ('aide to Ann Lee', ''))
    """
    patterns = load_name_patterns()
    if name := _find_name_behind_colon(text):
        return text, name
    before, _ = _split_beside(text)
    if capital := patterns.capital.search(before):
        sides = before[: capital.start()], before[capital.end() :]
        first_name, other_name = map(_strip_full_name, sides)
        if _is_known_full_name(first_name) and _is_known_full_name(other_name):
            return first_name, other_name
    matches = patterns.full_name.finditer(before)
    names = ((match, _strip_titles(match[0])) for match in matches)
    full_names = (each for each in names if _is_known_full_name(each[1]))
    first, first_name = next(full_names, (None, ""))
    second, second_name = next(full_names, (None, ""))
    if first is None:
        return text, ""
    if first.start():
        lead, words = before[: first.start()], load_field_table().people_words
        is_of_list = words.relations.union(words.particles).isdisjoint(lead.split())
        return text, first_name if _is_beside_names(lead) and is_of_list else ""
    if second is None or not _is_beside_names(before[first.end() : second.start()]):
        return text, ""
    return text if first[0].endswith(("'s", "’s")) else first[0], second_name


def _is_beside_names(text: str) -> bool:
    """Check whether a text is of words in lower case or addresses, and says not whose somebody is.

    >>> [_is_beside_names(text) for text in (" hosted by ", "@ann", " aide of ", " and ", "")]
    [True, True, False, False, False]
    """
    words = load_field_table().people_words
    no_words = {*load_name_patterns().conjunctions, *words.of, *words.at}
    between = text.split()
    return between != [] and all(
        is_address(word) or (word.isalpha() and word.islower() and word not in no_words)
        for word in between
    )


def find_full_names(text: str) -> Iterator[tuple[int, str]]:
    """Yield the full names in a text with common first names, each behind its place.

    >>> list(find_full_names("Carl Poe, aide to Senator Ann Lee of Acme Bank"))
    [(0, 'Carl Poe'), (18, 'Ann Lee')]
    """
    for match in load_name_patterns().full_name.finditer(text):
        if _is_known_full_name(name := _strip_titles(match[0])):
            yield match.start(), name


def _is_known_full_name(text: str) -> bool:
    first, *surnames = list_word_classes(text.split()) or [""]
    is_name = "F" in first and surnames != [] and not has_ordinary_word(surnames)
    is_name &= not text[:1].islower()  # Von is a first name, too
    return is_name and not known_names.is_firm(text) and not ends_with_post(text)


def join_name(text: str) -> str:
    """Return a text without the comma inside the name at its beginning.

    >>> [join_name(text) for text in ("Ann Lee, Jr., CEO", "Mary, Queen of Scots", "Ann Lee, CEO")]
    ['Ann Lee Jr., CEO', 'Mary Queen of Scots', 'Ann Lee, CEO']
    """
    name = load_name_patterns().name_to_comma.match(text)
    return f"{name[0]} {text[name.end() + 1 :].lstrip()}" if name else text


def _strip_full_name(text: str) -> str:
    """Return a full name without titles and posts before it and a firm behind "of"; else the text.

    Two of its words must be able to be names: ordinary words are only behind a known first name.

    >>> [_strip_full_name(text) for text in ("Prof. Dr. Ann Lee", "Ann Lee from Acme", "Dr. Lee")]
    ['Ann Lee', 'Ann Lee', 'Dr. Lee']
    >>> [_strip_full_name(text) for text in ("Mary Queen of Scots", "Catherine of Aragon")]
    ['Mary Queen of Scots', 'Catherine of Aragon']
    >>> [_strip_full_name(text) for text in ("Acme CEO Ann Lee", "aide to CEO Ann Lee")]
    ['Ann Lee', 'aide to CEO Ann Lee']
    >>> [_strip_full_name(text) for text in ("Carl Poe M.D.", "Dr. Ann Lee PhD MBA", "Ann MBA")]
    ['Carl Poe', 'Ann Lee', 'Ann MBA']
    >>> _strip_full_name("Ann Lee Mitgründerin von Acme"), _strip_full_name("Ann van der Lee")
    ('Ann Lee', 'Ann van der Lee')
    """
    patterns = load_name_patterns()
    plain = drop_firm_behind(text)
    firm = patterns.of.search(plain)
    person = drop_degrees(_strip_titles(plain[: firm.start()] if firm else plain))
    if not patterns.full_name.fullmatch(person) or (
        firm and firm["of"] and _of_continues_name(person)
    ):
        return text
    names = [word for word in person.split() if len(word) > 1 and not word.islower()]
    classes = list_word_classes(names)
    has_two_names = len(names) > 1 and ("F" in classes[0] or not has_ordinary_word(classes))
    return person if has_two_names else text


def _strip_titles(text: str) -> str:
    """Return what is behind titles; behind a firm, only if a known first name is first.

    >>> [_strip_titles(text) for text in ("Dr. Zorb", "Mr. and Mrs. Ann Lee", "Acme CEO Ann Lee")]
    ['Zorb', 'Ann Lee', 'Ann Lee']
    >>> [_strip_titles(text) for text in ("Acme's Ann Lee", "Acme's Zorb", "Ann's Carl Poe")]
    ['Ann Lee', "Acme's Zorb", "Ann's Carl Poe"]
    >>> [_strip_titles(text) for text in ("Acme CEO Zorb", "Zorb and Dr. Ann Lee", "Ann Lee")]
    ['Acme CEO Zorb', 'Zorb and Dr. Ann Lee', 'Ann Lee']
    """
    words, conjunctions = text.split(), load_name_patterns().conjunctions
    titles = {number for number, word in enumerate(words) if is_title(word)}
    owners = {number for number, word in enumerate(words[:-1]) if word.endswith(("'s", "’s"))}
    end = max(titles | owners, default=-1) + 1
    # A word such as "and" is only between two titles: else it separates two persons.
    before = [
        word
        for number, word in enumerate(words[:end])
        if number not in titles and not (word in conjunctions and number - 1 in titles)
    ]
    behind = words[end:]
    is_known = len(behind) > 1 and "F" in list_word_classes(behind[:1])[0]
    is_known = is_known and not behind[0].islower()  # von
    is_firm = all(not word.islower() and word not in conjunctions for word in before)
    if owners:  # and no person
        names = (re.sub("['’]s$", "", word) for word in before)
        is_firm &= not any("F" in each for each in list_word_classes(names))
    if before and not (is_known and is_firm and not _SEPARATOR.search(text)):
        behind = list(dropwhile(is_title, words))
    return " ".join(behind)


def _of_continues_name(text: str) -> bool:
    """Check whether "of" and what follows belong to the name before it, as in those of rulers.

    >>> [_of_continues_name(name) for name in ("Ann Lee", "Henry IV", "King Hal", "Zorb Board")]
    [False, True, True, True]
    """
    words, people_words = text.split(), load_field_table().people_words
    no_names = people_words.ranks | people_words.before_of
    is_name = [fold_letters(w) not in no_names and not _ROMAN.fullmatch(w) for w in words]
    return not is_name[-1] or sum(is_name) < 2
