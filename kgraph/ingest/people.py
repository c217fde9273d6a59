"""Read the lists of people of front matter, such as ``guests`` and ``speakers``.

Each person becomes a row behind those of ``companies``, since all names that a file lists are
resolved alike; its category is the role, which ``people`` in ``ontology/fields.yaml`` has for the
key. What stands beside a name is no part of it, such as "CEO of Acme" in "Ann Lee, CEO of Acme":
the whole text becomes the context of the row.

Invariant: what cannot be a person's name, such as an id of another file, is reported and no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import dropwhile
from typing import NamedTuple
from unicodedata import normalize

from kgraph.base.model import Row
from kgraph.base.text import fold_letters, shorten
from kgraph.base.vocabulary import RowSpec, load_field_table
from kgraph.base.word_lists import load_vocabulary
from kgraph.ingest.field_advice import find_keys, normalize_key
from kgraph.ingest.field_types import find_bare_link, is_blank
from kgraph.ingest.field_values import NOT_INSIDE, split_names
from kgraph.ingest.json_pointer import pointer_token
from kgraph.ingest.problems import ROW_LEFT_OUT, ProblemCollector
from kgraph.ingest.rows import ParsedRows, read_rows

#: What ends a name: a comma, a bracket, or a dash between blanks.
#: In patterns that are searched for, blanks begin behind another character, so that time is linear.
_BESIDE = re.compile(r"(?<!\s)(?:\s*[,(（]|\s+[-–—|@]\s)")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]$")
_ONE_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SURNAME_FIRST = re.compile(r"(?P<surname>[^\W\d_][\w'’-]*),\s*(?P<given>[^\W\d_a-z][\w'’-]*)")
_ROMAN = re.compile(r"[IVX]+")  # the number of a ruler
_ID = re.compile(r"@?[a-z0-9]+(?:[-_.][a-z0-9]+)*|https?://\S*")

MAX_LOWER_WORDS = 3  #: of a name in lower case
#: Words between two commas, such as "Prof. Ann Lee of the Zorb Institute and Cara Roe of Acme".
MAX_PART_WORDS = 14


class _Patterns(NamedTuple):
    """Patterns with the words of :class:`kgraph.base.vocabulary.PeopleWords`."""

    between: re.Pattern[str]  #: what separates two persons
    of: re.Pattern[str]  #: what separates a person from a firm
    full_name: re.Pattern[str]


@cache
def _load_patterns() -> _Patterns:
    words = load_field_table().people_words
    between, in_surnames, particles, of = (
        "|".join(map(re.escape, each)) or "(?!)"
        for each in (words.between, words.also_in_surnames, words.particles, words.of)
    )
    # A given name and a surname at least: words with a capital, or in letters that have none.
    word = r"[^\W\d_a-zß-ÿ][\w.'’-]*"
    return _Patterns(
        re.compile(rf"(?<!\s)\s++(?:[&/]|{between}|(?:{in_surnames})(?=\s+\S+\s))\s++{NOT_INSIDE}"),
        re.compile(rf"(?<!\s)\s++(?:{of})\s"),
        re.compile(rf"{word}\s+(?:(?:{in_surnames}|{particles}|{word})\s+){{0,3}}{word}"),
    )


def list_people_keys(unknown: Mapping[str, object]) -> list[str]:
    """Return the keys whose values name people.

    >>> list_people_keys({"Guests": ["Ann Lee"], "host": "", "hosts": ["ann-lee"], "mood": "fine"})
    ['Guests']
    """
    people = load_field_table().people
    return [
        key
        for key, value in unknown.items()
        if normalize_key(key) in people
        and any(map(_is_named, [value, *(value if isinstance(value, list) else ())]))
    ]


def _is_named(entry: object) -> bool:
    """Check whether an entry has a name, and no id of another file alone."""
    name = find_bare_link(entry) or entry
    if isinstance(entry, dict):
        name = entry.get(find_keys(entry, ["name"]).get("name"))
    return isinstance(name, str) and not is_blank(name) and not _ID.fullmatch(name.strip())


def read_people(report: ProblemCollector, key: str, value: object, start: int) -> ParsedRows:
    """Read the people of a field as rows of ``companies``.

    Args:
        report: collects the problems.
        key: of the field.
        value: a list, one name or several, or a mapping with ``name``.
        start: index of the first row.
    """
    table = load_field_table()
    name = table.rows["companies"].fields["name"]
    spec = RowSpec(class_="", fields={"name": name}, scalar="name", example="Ann Lee")
    entries = value if isinstance(value, list) else [value]
    is_plural = (plain_key := normalize_key(key)) in table.plural_people
    if isinstance(value, str) and (is_plural or not _SURNAME_FIRST.fullmatch(value)):
        people = _split_people(value, is_plural=is_plural)
        entries = list(people.names)
        _report_unclear_words(report, key, people.unclear_words)
    rows, count = read_rows(report, key, spec, entries, is_clean=False)
    role = table.people[plain_key]
    named = []
    for row in rows:
        if _ID.fullmatch(text := row.text("name")):
            pointer = f"{pointer_token(key)}/{row.index}"
            message = "expected the name of a person, got an id:"
            report.add("row-shape", message, ROW_LEFT_OUT, field=pointer, value=text)
        else:
            values = {**row.values, "category": role}
            if (person := find_person_name(text)) != text:
                values |= {"name": person, "context": text}
            named.append(Row("companies", start + row.index, values))
    return ParsedRows(tuple(named), count)


class _UnclearWord(NamedTuple):
    """A word that may be a person or a firm, behind the name of a person."""

    name: str
    word: str
    is_person: bool  #: it is read as one


def _report_unclear_words(report: ProblemCollector, key: str, words: list[_UnclearWord]) -> None:
    for unclear in words:
        name, word = shorten(unclear.name), shorten(unclear.word)
        advice = f"write {word} as an entry of a list for a person, {name} ({word}) for a firm"
        action = "read as a person" if unclear.is_person else "read as a firm"
        message = f"may be a person or a firm ({advice}):"
        report.add("name-unclear", message, action, field=pointer_token(key), value=word)


def find_person_name(text: str) -> str:
    """Return the name of a person in a text that may say more of them; the text if it has none.

    >>> [find_person_name(text) for text in ("Ann Lee, CEO of Acme", "Ann Lee (Acme)", "Lee, Ann")]
    ['Ann Lee', 'Ann Lee', 'Ann Lee']
    >>> [find_person_name(text) for text in ("Ann-Kathrin Lee", "Kate (Acme)", "Acme, Inc.")]
    ['Ann-Kathrin Lee', 'Kate', 'Acme, Inc.']
    >>> [find_person_name(text) for text in ("Dr. Ann Lee of Acme", "Joan of Arc")]
    ['Ann Lee', 'Joan of Arc']
    """
    if turned := _SURNAME_FIRST.fullmatch(text):
        return f"{turned['given']} {turned['surname']}"
    before = _BESIDE.split(text, maxsplit=1)[0]
    has_bracket = text[len(before) :].lstrip().startswith(("(", "（"))
    name = _strip_full_name(before)
    is_name = _load_patterns().full_name.fullmatch(name) or (has_bracket and _is_like_name(name))
    return name if is_name else text


def _strip_full_name(text: str) -> str:
    """Return a full name without titles before it and a firm behind "of"; else the text.

    Two of its words must be able to be names: ordinary words are only behind a known first name.

    >>> [_strip_full_name(text) for text in ("Prof. Dr. Ann Lee", "Ann Lee from Acme", "Dr. Lee")]
    ['Ann Lee', 'Ann Lee', 'Dr. Lee']
    >>> [_strip_full_name(text) for text in ("Mary Queen of Scots", "Catherine of Aragon")]
    ['Mary Queen of Scots', 'Catherine of Aragon']
    """
    patterns, titles = _load_patterns(), load_field_table().people_words.titles
    words = dropwhile(lambda word: fold_letters(word) in titles, text.split())
    person, *firm = patterns.of.split(" ".join(words), maxsplit=1)
    if not patterns.full_name.fullmatch(person) or (firm and _is_part_before_of(person)):
        return text
    names = [word for word in person.split() if len(word) > 1 and not word.islower()]
    classes = list(map(load_vocabulary().word_class, map(fold_letters, names)))
    has_two_names = len(names) > 1 and ("F" in classes[0] or "w" not in classes)
    return person if has_two_names else text


def _is_part_before_of(text: str) -> bool:
    """Check whether "of" and what follows go on with a name, as in those of rulers.

    >>> [_is_part_before_of(name) for name in ("Ann Lee", "Henry IV", "King Hal", "Zorb Board")]
    [False, True, True, True]
    """
    words, no_names = text.split(), load_field_table().people_words.before_of
    is_name = [fold_letters(w) not in no_names and not _ROMAN.fullmatch(w) for w in words]
    return not is_name[-1] or sum(is_name) < 2


class _People(NamedTuple):
    """The people of a text, each with what stands beside the name."""

    names: list[str]
    unclear_words: list[_UnclearWord]


def _split_people(text: str, *, is_plural: bool) -> _People:
    """Split a text into people.

    Behind a full name, only a full name or one word may be another person; behind one word, no
    other text of several words. A text that is none stands beside the name before it.

    >>> _split_people("Ann Lee, CEO of Acme, and Cara Roe", is_plural=True).names
    ['Ann Lee, CEO of Acme', 'Cara Roe']
    >>> _split_people("Ann Lee, Kate, CEO of Acme", is_plural=False).names
    ['Ann Lee', 'Kate (CEO of Acme)']
    """
    _, of, full_name = _load_patterns()
    people: list[list[str]] = []  # a name each, and what stands beside it
    unclear_words: list[_UnclearWord] = []
    has_full_name = False
    bare_name = ""  # of the last person; "" if a firm or a post stands beside it
    for part, is_behind_and in _list_parts(text):
        word = _strip_full_name(_BRACKETS.sub("", part).rstrip())
        is_person, is_unclear = True, False
        if full_name.match(find_person_name(part)):
            has_full_name = True
        elif people and _stands_beside_names(word):
            is_person = False
        elif people and (has_full_name or (bare_name and " " in word)):
            is_person = False
            if bare_name:
                # Of "Ann Lee of Smith and Zorb" the last word may belong to the firm.
                is_clear = is_behind_and and not of.search(people[-1][0])
                is_person, is_unclear = _read_word(word, is_clear, is_plural)
        if is_unclear:
            unclear_words.append(_UnclearWord(bare_name, word, is_person))
        if is_person:
            people.append([part])
            is_lower = has_full_name and word.islower()
            is_bare = full_name.fullmatch(word) or _is_like_name(word) or is_lower
            bare_name = word if is_bare else ""
        else:
            people[-1].append(part)
            if not _stands_beside_names(word):
                bare_name = ""
    return _People([_join_person(*person) for person in people], unclear_words)


def _list_parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield what commas and words such as "and" separate, and whether such a word is before it."""
    between = _load_patterns().between
    for name in split_names(text, MAX_PART_WORDS):
        for number, part in enumerate(between.split(name)):
            yield part, number > 0


def _join_person(name: str, *beside: str) -> str:
    """Return the text of a person; a comma behind one word would make it a surname."""
    if beside and not _load_patterns().full_name.match(name):
        return f"{name} ({', '.join(beside)})"
    return ", ".join((name, *beside))


def _stands_beside_names(word: str) -> bool:
    """Check whether a word is no name whatever is before it: PhD, Friends, Guests."""
    table, key = load_field_table(), fold_letters(word)
    return key in table.people or key in table.people_words.no_names


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
    >>> [_read_word(words, False, True) for words in ("bob stone", "bob", "founder", "dean of law")]
    [(True, True), (True, False), (False, False), (False, False)]
    """
    classes = list(map(load_vocabulary().word_class, map(fold_letters, word.split())))
    is_first_name, is_ordinary = "F" in classes[0], "w" in classes[0]
    if word.islower():
        is_person = is_first_name and "w" not in classes and len(classes) <= MAX_LOWER_WORDS
        # One word is taken for an id, which is reported.
        return is_person, is_person and len(classes) > 1 and not is_behind_and
    if not _is_like_name(word):
        return False, False
    if is_behind_and:
        return is_first_name or not is_ordinary, False
    if is_first_name:
        return True, is_ordinary
    return is_plural and not is_ordinary, not is_ordinary
