"""Read the lists of people of front matter, such as ``guests`` and ``speakers``.

Each person becomes a row behind those of ``companies``, since all names that a file lists are
resolved alike; its category is the role, which ``people`` in ``ontology/fields.yaml`` has for the
key. What stands beside a name is no part of it, such as "CEO of Acme" in "Ann Lee, CEO of Acme":
the whole text becomes the context of the row.

Invariant: what cannot be a person's name, such as an id of another file, is reported and no row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from kgraph.base.model import Row
from kgraph.base.text import shorten
from kgraph.base.vocabulary import RowSpec, load_field_table
from kgraph.base.word_lists import load_vocabulary
from kgraph.ingest.field_advice import find_keys, normalize_key
from kgraph.ingest.field_types import find_bare_link, is_blank
from kgraph.ingest.field_values import NOT_INSIDE, split_names
from kgraph.ingest.json_pointer import pointer_token
from kgraph.ingest.problems import ROW_LEFT_OUT, ProblemCollector
from kgraph.ingest.rows import ParsedRows, read_rows

#: What ends a name: a comma, a bracket, or a dash between blanks.
_BESIDE = re.compile(r"\s*[,(（]|\s+[-–—|@]\s")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]$")
_ONE_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SURNAME_FIRST = re.compile(r"(?P<surname>[^\W\d_][\w'’-]*),\s*(?P<given>[^\W\d_a-z][\w'’-]*)")
_ID = re.compile(r"@?[a-z0-9]+(?:[-_.][a-z0-9]+)*|https?://\S*")


class _Patterns(NamedTuple):
    """Patterns with the words of :class:`kgraph.base.vocabulary.PeopleWords`."""

    between: re.Pattern[str]  #: what separates two persons
    full_name: re.Pattern[str]


@cache
def _load_patterns() -> _Patterns:
    words = load_field_table().people_words
    between, in_surnames, particles = (
        "|".join(map(re.escape, each)) or "(?!)"
        for each in (words.between, words.also_in_surnames, words.particles)
    )
    # A given name and a surname at least: words with a capital, or in letters that have none.
    word = r"[^\W\d_a-zß-ÿ][\w.'’-]*"
    return _Patterns(
        re.compile(rf"\s+(?:[&/]|{between}|(?:{in_surnames})(?=\s+\S+\s))\s+{NOT_INSIDE}"),
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
        _report_unclear_words(report, key, people.unclear_words, is_plural=is_plural)
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


def _report_unclear_words(
    report: ProblemCollector, key: str, words: list[tuple[str, str]], *, is_plural: bool
) -> None:
    for name, word in (map(shorten, pair) for pair in words):
        two, one = f"{key}: [{name}, {word}]", f"{key}: {name} ({word})"
        message = f"may be a person or a firm (write {two} for two persons, {one} for one):"
        action = "read as a person" if is_plural else "read as a firm"
        report.add("name-unclear", message, action, field=pointer_token(key), value=word)


def find_person_name(text: str) -> str:
    """Return the name of a person in a text that may say more of them; the text if it has none.

    >>> [find_person_name(text) for text in ("Ann Lee, CEO of Acme", "Ann Lee (Acme)", "Lee, Ann")]
    ['Ann Lee', 'Ann Lee', 'Ann Lee']
    >>> find_person_name("Ann-Kathrin Lee"), find_person_name("Acme, Inc.")
    ('Ann-Kathrin Lee', 'Acme, Inc.')
    """
    if turned := _SURNAME_FIRST.fullmatch(text):
        return f"{turned['given']} {turned['surname']}"
    name = _BESIDE.split(text, maxsplit=1)[0]
    return name if _load_patterns().full_name.fullmatch(name) else text


class _People(NamedTuple):
    """The people of a text, each with what stands beside the name."""

    names: list[str]
    unclear_words: list[tuple[str, str]]  #: that may be a person, each behind the name before it


def _split_people(text: str, *, is_plural: bool) -> _People:
    """Split a text into people.

    One word behind a full name may be another person or a firm. It is a person behind "and", or if
    it is a known first name; an ordinary word is none. Others are where the field is a plural.

    >>> _split_people("Ann Lee, CEO of Acme, and Bob Roe", is_plural=True).names
    ['Ann Lee, CEO of Acme', 'Bob Roe']
    >>> _split_people("Ann Lee, Bob", is_plural=False).names
    ['Ann Lee', 'Bob']
    >>> [_split_people("Ann Lee, Zed", is_plural=is_plural) for is_plural in (True, False)]
    [_People(names=['Ann Lee', 'Zed'], unclear_words=[('Ann Lee', 'Zed')]), \
_People(names=['Ann Lee, Zed'], unclear_words=[('Ann Lee', 'Zed')])]
    """
    between, full_name = _load_patterns()
    people = _People([], [])
    for name in split_names(text):
        for number, part in enumerate(between.split(name)):
            before = people.names[-1] if people.names else ""
            is_person = not full_name.match(before) or full_name.match(part) is not None
            bare = _BRACKETS.sub("", before).rstrip()
            if not is_person and full_name.fullmatch(bare) and _is_name(part):
                classes = load_vocabulary().word_class(part)
                is_person = number > 0 or "F" in classes
                if not is_person and "w" not in classes:
                    people.unclear_words.append((bare, part))
                    is_person = is_plural
            if is_person:
                people.names.append(part)
            else:
                people.names[-1] += f", {part}"
    return people


def _is_name(text: str) -> bool:
    """Check whether a text is one word that is written like a first name, unlike OpenAI and CEO."""
    return _ONE_WORD.fullmatch(text) is not None and text == text.title()
