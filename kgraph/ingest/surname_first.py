"""Turn names whose surname is first, such as "Lee, Ann".

Two words with a comma between them may also be two persons, above all under the plural of a field.
"""

from __future__ import annotations

import re
from functools import cache

from kgraph.base import known_names
from kgraph.base.text import fold_letters
from kgraph.base.vocabulary import load_field_table
from kgraph.ingest.name_words import (
    drop_addresses,
    drop_brackets,
    drop_degrees,
    has_ordinary_word,
    is_degree,
    is_first_name,
    list_word_classes,
    looks_like_first_name,
    stands_beside_names,
)


@cache
def _load_pattern() -> re.Pattern[str]:
    words = load_field_table().people_words
    particles, suffixes = (
        "|".join(map(re.escape, each)) or "(?!)"
        for each in (words.particles, sorted(words.suffixes))
    )
    suffix = rf"(?i:{suffixes})\b\.?"
    return re.compile(
        rf"(?P<surname>(?P<particles>(?:(?i:{particles})\s+)*)[^\W\d_][\w'’-]*"
        rf"(?P<second>\s+(?!{suffix})[^\W\d_a-z][\w'’-]*)?)(?:\s+(?P<middle>{suffix}))?,\s*"
        rf"(?P<given>(?:[^\W\d_a-z][\w'’-]*(?:\s+[A-Z]\.)*|[^\W\d_a-z]\.(?:[ -]?[A-Z]\.)*))"
        rf"(?:(?:,\s*|\s+)(?P<last>{suffix}))?"
    )


def turn_surname(text: str, *, may_be_two: bool = False) -> str:
    """Return a full name whose surname is first, turned; "" if a text is none.

    Addresses, and brackets at the end, stand beside the name, and are left out.

    Args:
        text: that may be such a name.
        may_be_two: the text may also name two persons, such as "Lee, Ann". Then the surname must
            be one that no first name is, by a particle, as two surnames, or as a known one before
            a common first name; or a suffix is there.

    >>> turn_surname("Lee, Ann"), turn_surname("Ann Lee"), turn_surname("김민준, 이서연")
    ('Ann Lee', '', '')
    >>> turn_surname("Marrow, Zed"), turn_surname("Kate, Acme"), turn_surname("Zed, CEO")
    ('Zed Marrow', '', '')
    >>> [turn_surname(text) for text in ("van der Lee, Ann", "De Niro, Robert", "Lee, Ann B.")]
    ['Ann van der Lee', 'Robert De Niro', 'Ann B. Lee']
    >>> [turn_surname(text) for text in ("García Márquez, Gabriel", "Lee, Ann, Jr.")]
    ['Gabriel García Márquez', 'Ann Lee Jr.']
    >>> [turn_surname(text) for text in ("Lee, Ann (Acme)", "Ann Lee (Acme)", "Lee, A. B. PhD")]
    ['Ann Lee', '', 'A. B. Lee']
    >>> [turn_surname(text, may_be_two=True) for text in ("Lee, Ann", "van Lee, Ann", "Poe, Ann")]
    ['', 'Ann van Lee', 'Ann Poe']
    """
    turned = _load_pattern().fullmatch(drop_degrees(drop_brackets(drop_addresses(text))))
    # Letters without capitals are of scripts in which the surname is first anyway, without a comma.
    if turned is None or not turned["given"][0].isupper():
        return ""
    suffix = turned["last"] or turned["middle"] or ""
    is_marked = bool(turned["particles"] or turned["second"] or suffix)
    if may_be_two and not is_marked and not _has_known_order(turned):
        return ""
    if not _is_surname_first(turned):
        return ""
    return " ".join(filter(None, (turned["given"], turned["surname"], suffix)))


def _has_known_order(turned: re.Match[str]) -> bool:
    """Check whether a known surname is before initials, or one that is no first name before one."""
    surnames, given = list_surname_classes(turned["surname"]), turned["given"]
    is_surname = all("L" in each for each in surnames)
    if given[1:2] == ".":
        return is_surname
    [given_class] = list_word_classes(given.split(maxsplit=1)[:1])
    return "F" in given_class and is_surname and not any("F" in each for each in surnames)


def list_surname_classes(surname: str) -> list[str]:
    """Return the classes of the parts of a surname, such as "Lee-Poe"."""
    return list_word_classes(surname.split("-"))


def _is_surname_first(turned: re.Match[str]) -> bool:
    """Check whether what is before a comma is a surname, and what is behind it a first name."""
    surname, given = turned["surname"], turned["given"]
    people_words, key = load_field_table().people_words, fold_letters(given)
    is_beside = key in people_words.posts or key in people_words.no_names or is_degree(given)
    if is_beside and given[1:2] != ".":
        return False  # "Zed, CEO", but "Lee, J.R."
    *_, last = classes = list_word_classes(surname.split())
    [given_class] = list_word_classes(given.split(maxsplit=1)[:1])
    if turned["second"]:
        # Ann, Lee and Cruz are also first names.
        are_surnames = surname[0].islower() or all(
            "L" in each and not {"F", "w"} & {*each} for each in classes
        )
        return "F" in given_class and are_surnames and not known_names.is_firm(surname)
    if "F" in given_class:
        # Al and Della are also first names.
        return not turned["particles"] or surname[0].islower() or "F" not in classes[0]
    if turned["particles"] and surname[0].islower():
        is_beside = stands_beside_names(given) or "w" in given_class or known_names.is_firm(given)
        return looks_like_first_name(given) and not is_beside
    # "Kate, Acme" and "Jack, Dr."
    is_beside = "L" not in last or stands_beside_names(given)
    return not turned["particles"] and not ("F" in last and is_beside)


def is_surname_apart(surname: str, given: str) -> bool:
    """Check whether a word that may be a surname, and no first name, is before a first name.

    >>> is_surname_apart("Kintank", "Ann"), is_surname_apart("Müller", "Hans")
    (True, True)
    >>> [is_surname_apart(name, "Ann") for name in ("Kate", "Google", "Guest", "Founder")]
    [False, False, False, False]
    """
    classes = list_surname_classes(surname)
    if not is_first_name(given) or not looks_like_first_name(surname):
        return False
    if has_ordinary_word(classes) or any("F" in each for each in classes):
        return False
    is_surname = all("L" in each for each in classes) or not known_names.is_not_person(surname)
    return is_surname and not stands_beside_names(surname)
