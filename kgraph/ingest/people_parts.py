"""Split a text that names people into parts, each with one person at most.

Commas, words such as "and", bars, and dashes between blanks separate the parts. What a part means
beside the others is for :mod:`kgraph.ingest.people_names`.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import dropwhile
from typing import NamedTuple

from kgraph.base import known_names
from kgraph.base.markup import read_entities
from kgraph.base.text import fold_letters
from kgraph.base.vocabulary import load_field_table
from kgraph.ingest.field_values import NOT_INSIDE, split_at_semicolons, split_names
from kgraph.ingest.name_words import (
    has_ordinary_word,
    is_first_name,
    is_title,
    list_word_classes,
    looks_like_first_name,
    stands_beside_names,
)
from kgraph.ingest.person_name import (
    PersonText,
    find_person_name,
    is_likely_person,
    join_name,
    parse_person_text,
    strip_roles,
)
from kgraph.ingest.surname_first import list_surname_classes, turn_surname

#: Words between two commas, such as "Prof. Ann Lee of the Zorb Institute and Cara Roe of Acme".
MAX_PART_WORDS = 14
MAX_BESIDE = 4  #: commas of a name whose surname is first, and what is beside it
_BARS = "|–—-"
# Several bars are one. They begin behind no bar, so that time is linear.
_BAR = re.compile(
    rf"((?<![\s{_BARS}])(?:\s++[{_BARS}](?:\s*+[{_BARS}])*+\s++|\s*+\|++\s*+)(?=\S)){NOT_INSIDE}"
)


class _Segment(NamedTuple):
    """A part of a text with bars that may name a person at its beginning."""

    conjunction: str
    texts: list[str]  #: the name and what stands beside it, with the bars
    noted_names: list[str]  #: of other persons that may stand beside it


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
        # Behind "w/" no blank is needed; "and with" is one separator.
        re.compile(
            rf"(?<!\s)\s++({word})(?:\s++|(?<=\w/))(?:(?:{between})\s++)*+(?=\S){NOT_INSIDE}"
        ),
        re.compile(rf"(&|{between}|{in_surnames})\s++(?:(?:{between})\s++)*+(?=\S)"),
    )


def _split_at_words(text: str) -> tuple[list[str], list[str]]:
    """Return what words such as "and" separate, and the word before each, "" for the first.

    >>> _split_at_words("Ernst & Young and Ann Lee")
    (['Ernst & Young', 'Ann Lee'], ['', 'and'])
    >>> _split_at_words("Ann Lee | Ernst & Young | Carl Poe")
    (['Ann Lee | Ernst & Young | Carl Poe'], [''])
    """
    # Without blanks at its end, where all separators before it would be looked for again.
    first, *behind = _load_separators().between.split(text.rstrip())
    pieces, words, [*_, last] = [first], [""], _BAR.split(first)
    for word, piece in zip(behind[::2], behind[1::2], strict=True):
        head, *segments = _BAR.split(piece)
        if _is_firm_of_two(last, word, head):
            pieces[-1] += f" {word} {piece}"
            head = f"{last} {word} {head}"
        else:
            pieces.append(piece)
            words.append(word)
        last = (segments or [head])[-1]
    return pieces, words


def _is_firm_of_two(first: str, word: str, second: str) -> bool:
    """Check whether the lexicon has a firm of two names, which are not both common first names.

    >>> _is_firm_of_two("Alice", "&", "Bob"), _is_firm_of_two("Barnes", "and", "Noble")
    (False, True)
    """
    if not is_between_first_names(word):
        return False
    classes = list_word_classes(name.partition(" ")[0] for name in (first, second))
    if all("F" in each for each in classes) and first != second:
        return False
    return any(known_names.is_firm(f"{first} {each} {second}") for each in ("&", "and"))


def is_between_first_names(word: str) -> bool:
    """Check whether a word may be between two first names that have one surname."""
    return word.lower() in load_field_table().people_words.conjunctions


def is_turned_name(text: str) -> bool:
    """Check whether a text is a full name whose surname is first, with a common first name."""
    name = turn_surname(text).split()
    return bool(name) and "F" in list_word_classes(name)[0]


def _is_turned_beside_others(text: str) -> bool:
    return is_turned_name(text) or bool(turn_surname(text, may_be_two=True))


def list_parts(text: str, *, is_entry: bool = False) -> list[PersonText]:
    """Return what commas, bars and words such as "and" separate, each with one person at most.

    Args:
        text: of people.
        is_entry: the text is an entry of a list, where only a full name with a common first name
            is another person behind a bar.

    >>> [part.text for part in list_parts("Mary, Queen of Scots, Ann Lee, III")]
    ['Mary Queen of Scots', 'Ann Lee III']
    >>> [part.text for part in list_parts("Mr. and Mrs. Ann Lee & Carl Poe | Acme CEO | Cara Roe")]
    ['Mr. and Mrs. Ann Lee', 'Carl Poe | Acme CEO', 'Cara Roe']
    >>> [part.text for part in list_parts("van der Lee, Ann")]
    ['van der Lee, Ann']
    >>> [part.text for part in list_parts("Ann Lee, Acme; Carl Poe, Cara Roe; Roe, Kate, PhD")]
    ['Ann Lee, Acme', 'Carl Poe', 'Cara Roe', 'Roe, Kate (PhD)']
    """
    parts: list[PersonText] = []
    segments = split_at_semicolons(read_entities(text)) or [text]
    for segment in segments:
        split = _list_segment_parts(segment, is_entry=is_entry, at_commas=True)
        # Beside semicolons a comma is before a firm or a post, if no full name is behind it.
        has_names = any(p.has_known_name and not known_names.is_firm(p.name) for p in split[1:])
        if len(segments) > 1 and not has_names:
            split = _list_segment_parts(segment, is_entry=is_entry, at_commas=False)
        parts += split
    return parts


def _list_segment_parts(segment: str, *, is_entry: bool, at_commas: bool) -> list[PersonText]:
    """Return the parts of a text without semicolons."""
    segment = _put_in_brackets(segment)
    pieces, words = _split_at_words(segment)
    if turn_surname(segment, may_be_two=True) or (
        len(pieces) > 1 and all(map(_is_turned_beside_others, pieces))
    ):
        return list(map(parse_person_text, pieces, words))
    parts: list[PersonText] = []
    for name in split_names(segment, MAX_PART_WORDS) if at_commas else [segment]:
        is_first = not parts
        start = _load_separators().conjunction.match(name)
        pieces, words = _split_at_words(name[start.end() :] if start else name)
        words[0] = start[1] if start else ""
        for piece, word in zip(pieces, words, strict=True):
            text = join_name(strip_roles(piece))
            part, *behind_bars = _split_at_bars(text, word, is_entry=is_entry)
            if parts and (joined := _join_parts(parts[-1], part, is_first, at_commas)):
                parts[-1] = parse_person_text(joined, parts[-1].conjunction)
            else:
                parts.append(part)
            parts += behind_bars
        if is_first and len(parts) > 1:
            parts[0] = _share_surname(*parts[:2])
    return parts


def _put_in_brackets(text: str) -> str:
    """Return a text with what is beside a name whose surname is first in brackets.

    >>> _put_in_brackets("Smith, Mary, PhD"), _put_in_brackets("Poe, Carl, CEO of Acme")
    ('Smith, Mary (PhD)', 'Poe, Carl (CEO of Acme)')
    >>> _put_in_brackets("Smith, Mary, Kate"), _put_in_brackets("Kate, Ann, PhD")
    ('Smith, Mary, Kate', 'Kate, Ann, PhD')
    """
    surname, *behind = text.split(",", MAX_BESIDE)
    is_surname = all("L" in each for each in list_surname_classes(surname))
    if len(behind) < 2 or "(" in text or not is_surname or turn_surname(text):
        return text
    given, *beside = behind
    people = map(parse_person_text, map(str.strip, beside))
    is_beside = all(stands_beside_names(p.word) or not p.is_bare_name for p in people)
    is_turned = is_beside and turn_surname(name := f"{surname},{given}")
    return f"{name} ({','.join(beside).strip()})" if is_turned else text


def _split_at_bars(text: str, conjunction: str, *, is_entry: bool) -> list[PersonText]:
    """Split a text at bars and dashes, where another person may follow a name.

    Behind what may be a firm or a show, the other person is only noted.

    >>> parts = _split_at_bars("Ann Lee - Founder of Acme | Carl Poe", "", is_entry=True)
    >>> [part.text for part in parts]
    ['Ann Lee - Founder of Acme', 'Carl Poe']
    """
    first, *behind = _BAR.split(text)
    has_full_name = parse_person_text(first).has_full_name
    segments = [_Segment(conjunction, [first], [])]
    for bar, piece in zip(behind[::2], behind[1::2], strict=True):
        person = parse_person_text(name := strip_roles(piece))
        if _may_be_person(person, is_known=is_entry or not has_full_name):
            segments.append(_Segment(bar.lstrip()[0], [name], []))
        else:
            segments[-1].texts.extend((bar, piece))
            if _is_noted(person, is_behind_first_name=is_first_name(first)):
                segments[-1].noted_names.append(person.name)
    if has_full_name or is_first_name(first) or len(segments) == 1:
        return list(map(_parse_segment, segments))
    return [parse_person_text(text, conjunction)._replace(other_name=segments[1].texts[0])]


def _parse_segment(segment: _Segment) -> PersonText:
    part = parse_person_text("".join(segment.texts), segment.conjunction)
    return part._replace(other_name=part.other_name or next(iter(segment.noted_names), ""))


def _may_be_person(person: PersonText, *, is_known: bool) -> bool:
    """Check whether a part behind a bar or a dash, where a firm is as likely, may be a person."""
    is_like_person = person.has_full_name or looks_like_first_name(person.word)
    if not (person.has_known_name if is_known else is_like_person):
        return False
    first, *surnames = person.name.split()
    is_ordinary = has_ordinary_word(list_word_classes(surnames or [first]))
    is_post = any(map(is_title, (first, *surnames)))
    is_place = all(map(known_names.is_not_person, (first, *surnames)))  # Paris France
    return not (is_ordinary or is_post or is_place or known_names.is_firm(person.name))


def _is_noted(person: PersonText, *, is_behind_first_name: bool) -> bool:
    """Check whether a part that stands beside a name may be a person, who is then noted.

    Behind a first name alone, a full name or a surname may be one, too.
    """
    if is_first_name(person.word) or _has_ordinary_surname(person):
        return True
    *_, surname = list_word_classes(person.word.split()) or [""]
    may_be_person = person.has_full_name or "L" in surname
    return is_behind_first_name and may_be_person and not known_names.is_firm(person.word)


def _has_ordinary_surname(person: PersonText) -> bool:
    """Check whether a full name ends with a surname that is also an ordinary word.

    >>> texts = ("Chris Rock", "Ann Lee", "Grace Foundation")
    >>> [_has_ordinary_surname(parse_person_text(text)) for text in texts]
    [True, False, False]
    """
    if not person.has_known_name or known_names.is_firm(person.name):
        return False
    *_, surname = classes = list_word_classes(person.name.split()[1:])
    return "L" in surname and has_ordinary_word(classes)


def is_behind_bar(person: PersonText) -> bool:
    """Check whether a bar or a dash is before a person."""
    return person.conjunction in {*_BARS}


def is_firm_behind_slash(person: PersonText) -> bool:
    """Check whether what is behind a slash and a full name is less likely a person than a firm.

    >>> texts = ("Zorb", "Zorb Capital", "Project A", "Kate", "Carl Poe")
    >>> [is_firm_behind_slash(parse_person_text(text, "/")) for text in texts]
    [True, True, True, False, False]
    """
    if person.conjunction != "/" or (person.has_full_name and is_likely_person(person.name)):
        return False
    [first] = list_word_classes(person.word.split()[:1]) or [""]
    is_name = (person.has_full_name and first != "w") or is_first_name(person.word)
    return not is_name or not _may_be_person(person, is_known=False)


def _join_parts(before: PersonText, behind: PersonText, is_first: bool, at_commas: bool) -> str:
    """Return the text of two parts that name one person; "" if they do not.

    >>> parts = map(parse_person_text, ("Mary", "Queen of Scots"))
    >>> _join_parts(*parts, is_first=False, at_commas=True)
    'Mary Queen of Scots'
    """
    if not behind.conjunction:
        joined = join_name(text := f"{before.text}, {behind.text}")
        return joined if at_commas and joined != text else ""
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
    if not is_between_first_names(second.conjunction):
        return first
    person = second.name if second.has_known_name else second.word
    given, names = (list(dropwhile(is_title, each.split())) for each in (first.text, person))
    if not given and len(names) == 1 and names != person.split():
        return parse_person_text(f"{first.text} {names[0]}")
    *particles, last = names[1:] or [""]
    is_surname = fold_letters(last) not in words.suffixes and list_word_classes([last]) != ["w"]
    is_pair = second.has_known_name and not known_names.is_firm(second.name)
    is_pair = is_pair and _may_be_first_name(" ".join(given))
    is_shared = is_pair and is_surname and all(word in words.particles for word in particles)
    return first._replace(may_share_surname=is_shared)


def _may_be_first_name(text: str) -> bool:
    is_name = looks_like_first_name(text) and not has_ordinary_word(list_word_classes([text]))
    return is_first_name(text) or (is_name and not known_names.is_firm(text))
