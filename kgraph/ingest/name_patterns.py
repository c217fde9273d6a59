"""Patterns of texts that name a person, with ``people_words`` of ``ontology/fields.yaml``.

In those that are searched for, blanks begin behind another character, so that time is linear.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from kgraph.base.vocabulary import load_field_table


class NamePatterns(NamedTuple):
    """Patterns with the words of :class:`kgraph.base.vocabulary.PeopleWords`."""

    of: re.Pattern[str]  #: what separates a person from a firm, with "of" as a group
    beside: re.Pattern[str]  #: what ends a name: a comma, a colon, a bracket, a dash, "aka"
    also: re.Pattern[str]  #: what begins with "aka"
    full_name: re.Pattern[str]
    name_to_comma: re.Pattern[str]  #: a name that goes on behind a comma, up to that
    roles: re.Pattern[str]  #: words such as "special guest" before a name
    nickname: re.Pattern[str]  #: in brackets behind a first name, as a group, before a surname
    conjunctions: frozenset[str]  #: between two persons or two titles
    capital: re.Pattern[str]  #: one of them that is also an initial, as a capital: X


@cache
def load_name_patterns() -> NamePatterns:
    table = load_field_table()
    words = table.people_words
    in_surnames, particles, of, at, also, ranks, suffixes, before_roles = (
        "|".join(map(re.escape, each)) or "(?!)"
        for each in (
            *(words.also_in_surnames, words.particles, words.of, words.at, words.also_known_as),
            *(sorted(words.ranks), sorted(words.suffixes), sorted(words.before_roles)),
        )
    )
    capitals = "|".join(each.upper() for each in words.between if len(each) == 1 and each.isalpha())
    roles = "|".join(map(_match_role, sorted(table.people))) or "(?!)"
    # A given name and a surname at least: words with a capital, or in letters that have none.
    word = r"[^\W\d_a-zß-ÿ][\w.'’-]*+"
    full_name = rf"{word}\s+(?:(?:{in_surnames}|{particles}|{word})\s+){{0,3}}{word}"
    return NamePatterns(
        re.compile(rf"(?<!\s)\s++(?:(?P<of>{of})|{at})\s"),
        re.compile(rf"(?<!\s)(?:\s*[,(（|]|\s?:\s|\s+(?:[-–—|]++|@|(?i:{also}))\s)"),
        re.compile(rf"(?<!\s)\s+(?i:{also})\s.*", re.DOTALL),
        re.compile(rf"(?<![\w.'’-]){full_name}"),  # from a word's start: long ones in linear time
        re.compile(
            rf"{word}(?=,\s*(?i:{ranks})\s+(?:{of})\s)"
            rf"|{full_name}(?=,\s*(?i:{suffixes})\b\.?\s*(?:[,(（]|$))"
        ),
        re.compile(rf"(?i:(?:{before_roles})\s+)*(?:(?i:{roles})(?:\s*:|\s+[-–—])?\s+)+(?=\S)"),
        re.compile(
            rf"(?:\S++\s++){{0,3}}{word}(?P<bracket>\s*[(（](?P<nickname>{word})[)）])"
            rf"\s+(?P<next>{word})"
        ),
        frozenset({*words.between, *words.conjunctions, "/"}),
        re.compile(rf"\s(?:{capitals or '(?!)'})\s"),
    )


def _match_role(role: str) -> str:
    accented = str.maketrans({"a": "[aàáâãä]", "e": "[eèéêë]", "o": "[oòóôö]", "u": "[uùúûü]"})
    return re.sub("^co", "co-?", role).translate(accented)
