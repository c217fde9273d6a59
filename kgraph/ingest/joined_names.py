"""Split the entries of ``companies`` that hold several names, such as ``["Acme; Zorb Labs"]``.

No company's name has a semicolon, but some have a comma: such an entry is only reported.
"""

from __future__ import annotations

from kgraph.base import known_names
from kgraph.base.markup import read_entities
from kgraph.base.text import pluralize
from kgraph.ingest.field_values import split_at_semicolons, split_names
from kgraph.ingest.problems import ProblemCollector

_UNCLEAR = (
    "may be several names (write each as an entry of the list; if it is one, as `- name: ...`):"
)


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
        names = _list_names(text) if isinstance(text, str) else []
        if len(names) > 1:
            action = f"read as {pluralize(len(names), 'row')}"
            report.add("converted", "expected one name, got", action, field=pointer, value=text)
            split += [{**entry, scalar: n} for n in names] if isinstance(entry, dict) else names
        else:
            split.append(entry)
            if isinstance(entry, str) and may_be_several(entry):
                report.add("name-unclear", _UNCLEAR, "read as one name", field=pointer, value=entry)
        pointers += [pointer] * (len(split) - len(pointers))
    return split, pointers


def _list_names(text: str) -> list[str]:
    if ";" not in text and "；" not in text:
        return [text]
    return split_at_semicolons(read_entities(text))


def may_be_several(text: str) -> bool:
    """Check whether commas of a text may separate names, of which the lexicon lacks one.

    >>> [may_be_several(text) for text in ("Google, Zorb Labs", "Zorb Labs, Inc.", "Paris, Texas")]
    [True, False, False]
    """
    names = split_names(text) if "," in text else [text]
    if len(names) < 2 or known_names.is_not_person(text):
        return False
    return not all(map(known_names.is_not_person, names))
