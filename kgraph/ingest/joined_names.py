"""Split the entries of ``companies`` that hold several names, such as ``["Acme; Zorb Labs"]``.

No company's name has a semicolon, and each link of a wiki is a name. Some names have a comma: where
the lexicon lacks a part, such an entry is only reported.
"""

from __future__ import annotations

import re

from kgraph.base import known_names
from kgraph.base.markup import ANY_WIKI_LINK, read_entities
from kgraph.base.text import pluralize
from kgraph.base.vocabulary import compile_with_conjunctions
from kgraph.ingest.field_values import split_at_semicolons, split_names
from kgraph.ingest.problems import ProblemCollector

_UNCLEAR = (
    "may be several names (write each as an entry of the list; if it is one, as `- name: ...`):"
)

_CONJUNCTION = r"\S\s+<and>\s+\S"
_BETWEEN_LINKS = r"(?i)[\s,;|/&+-]*(?:<and>\s+)?"
_BAR = re.compile(r"\s+\|\s+")


def has_conjunction(name: str) -> bool:
    """Check whether a name that the lexicon lacks joins several by "and".

    >>> [has_conjunction(name) for name in ("Foo og Bar", "Ernst & Young", "Andes")]
    [True, False, False]
    """
    is_joined = compile_with_conjunctions(_CONJUNCTION).search(name)
    return bool(is_joined) and not known_names.is_not_person(name)


def split_companies(
    report: ProblemCollector, scalar: str, entries: list[object]
) -> tuple[list[object], list[str]]:
    """Return an entry for each name of ``companies``, and the JSON Pointer of each in the file.

    A mapping keeps its other members for each name, which its member ``scalar`` has.
    """
    split: list[object] = []
    pointers: list[str] = []
    for index, entry in enumerate(entries):
        pointer = f"/companies/{index}"
        text = entry.get(scalar) if isinstance(entry, dict) else entry
        names, is_unclear = [], False
        if isinstance(text, str):
            names = _list_names(text)
        if entry is text and len(names) == 1:
            names, is_unclear = _part_known_names(names[0])
        if len(names) > 1:
            action = f"read as {pluralize(len(names), 'row')}"
            report.add("converted", "expected one name, got", action, field=pointer, value=text)
            split += [{**entry, scalar: n} for n in names] if isinstance(entry, dict) else names
        else:
            split.append(entry)
            if is_unclear:
                report.add("name-unclear", _UNCLEAR, "read as one name", field=pointer, value=entry)
        pointers += [pointer] * (len(split) - len(pointers))
    return split, pointers


def _list_names(text: str) -> list[str]:
    """Split a text at semicolons, and between links of a wiki.

    >>> _list_names("[[Visa]], [[BMW]]"), _list_names("[[Visa]] of [[BMW]]")
    (['[[Visa]]', '[[BMW]]'], ['[[Visa]] of [[BMW]]'])
    """
    links = ANY_WIKI_LINK.findall(text) if "[[" in text else []
    is_between = compile_with_conjunctions(_BETWEEN_LINKS).fullmatch
    if len(links) > 1 and all(map(is_between, ANY_WIKI_LINK.split(text))):
        return links
    if "://" in text or not (";" in text or "；" in text):
        return [text]
    return split_at_semicolons(read_entities(text))


def _part_known_names(text: str) -> tuple[list[str], bool]:
    """Split a text at commas or bars if the lexicon has all parts, and not the whole.

    Return, too, whether they may separate names of which the lexicon lacks one.

    >>> _part_known_names("Visa, Google"), _part_known_names("Zorb | Google")
    ((['Visa', 'Google'], False), (['Zorb | Google'], True))
    >>> [_part_known_names(text)[1] for text in ("Zorb Labs, Inc.", "Berkshire, Hathaway")]
    [False, False]
    """
    names = _BAR.split(text)
    if len(names) == 1 and "," in text:
        names = split_names(text)
    if len(names) == 1 or known_names.is_not_person(text):
        return [text], False
    is_known = all(map(known_names.is_not_person, names))
    return (names, False) if is_known else ([text], True)
