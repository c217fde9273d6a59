"""Concepts behind the strings that extractors made up.

Takes a scheme's file (``data/themes.yaml``, ``data/categories.yaml``) and strings such as
"business/strategy", "Business & Strategy" or "AI technology trends"; gives the keys of the
concepts that a string names. The concepts are a SKOS scheme: a preferred label, other
labels, and what is broader.

Invariants:
    * every string names at least one concept: what no name is found in is :data:`UNSORTED_KEY`;
    * a name stands for one concept.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import msgspec
import yaml

from kgraph.base.errors import DataError
from kgraph.base.vocabulary import YAML_LOADER, data_path

UNSORTED_KEY = "not-sorted"
"""Key of the concept of strings in which no name is found."""
_PART_SEPARATOR = re.compile(r"\s*(?:[/,;|:()\[\]&+]|\band\b|\bet\b|\by\b| [-–—] )\s*")
_LIST_SEPARATOR = re.compile(r"[/,;|:]| & ")
_WORD = re.compile(r"[^\W_]+")
_MAX_STRING_CHARS = 200
"""Characters of a string that are looked at; real ones have up to 120."""


class Concept(msgspec.Struct, frozen=True, array_like=True):
    """One concept of a scheme.

    Attributes:
        key: within its scheme.
        label: preferred label.
        alternatives: other labels.
        broader: key of the broader concept, "" at the top.
        type: the entity type that it hints at, or "".
    """

    key: str
    label: str
    alt_labels: tuple[str, ...] = ()
    broader: str = ""
    type: str = ""


class ConceptScheme(msgspec.Struct, frozen=True):
    """A scheme.

    Attributes:
        concepts: by key.
        names: each name, as :func:`normalize_phrase` writes it -> key of its concept.
        whole: the names that count only when nothing stands beside them.
    """

    concepts: dict[str, Concept]
    names: dict[str, str]
    standalone_names: frozenset[str] = frozenset()


class _ConceptEntry(msgspec.Struct, frozen=True):
    """A concept as a file may spell it out."""

    names: tuple[str, ...] = ()
    type: str = ""
    whole: bool = False


def normalize_phrase(text: str) -> str:
    """The words of a string without case, accents and plural endings.

    >>> normalize_phrase("Market_Trends"), normalize_phrase("Stratégies"), normalize_phrase("AI-Companies")
    ('market trend', 'strategy', 'ai company')
    """
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(_singularize(word) for word in _WORD.findall(bare))


@cache
def load_scheme(name: str) -> ConceptScheme:
    """The scheme of ``data/<name>.yaml``.

    Raises:
        DataError: the file does not have the shape that its header describes, or a name
            stands in it twice.
    """
    path = data_path("data", f"{name}.yaml")
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=YAML_LOADER)
        tree = msgspec.convert(data, dict[str, dict[str, tuple[str, ...] | _ConceptEntry]])
        return build_scheme(tree)
    except (yaml.YAMLError, msgspec.ValidationError, ValueError) as error:
        raise DataError(f"{path}: {error}: see the header of that file") from error


def build_scheme(tree: dict[str, dict[str, tuple[str, ...] | _ConceptEntry]]) -> ConceptScheme:
    """The scheme of a file's content.

    Raises:
        ValueError: a name stands for two concepts.
    """
    concepts = {UNSORTED_KEY: Concept(UNSORTED_KEY, "Not sorted")}
    whole: set[str] = set()
    for upper, narrower in tree.items():
        top = _concept_key(upper)
        concepts.setdefault(top, Concept(top, upper))
        for label, row in narrower.items():
            entry = row if isinstance(row, _ConceptEntry) else _ConceptEntry(row)
            key_ = _concept_key(label)
            broader = "" if key_ == top else top
            concepts[key_] = Concept(key_, label, entry.names, broader, entry.type)
            whole.update(normalize_phrase(name) for name in entry.names if entry.whole)
    return ConceptScheme(concepts, _index_names(concepts), frozenset(whole))


def find_concepts(text: str, scheme: ConceptScheme) -> tuple[str, ...]:
    """Keys of the concepts that a string names, in order, each once.

    >>> tree = {"Markets": {"Market trends": (), "Trading": ("day trading",)}}
    >>> find_concepts("Day-Trading / market trend", build_scheme(tree))
    ('trading', 'market-trends')
    """
    text = text[:_MAX_STRING_CHARS]
    whole = scheme.names.get(normalize_phrase(text))
    if whole and not _LIST_SEPARATOR.search(text):
        return (whole,)
    found = dict.fromkeys(
        key
        for part in _PART_SEPARATOR.split(text.casefold())
        for key in _find_longest_name(normalize_phrase(part), scheme)
    )
    return tuple(found) or ((whole,) if whole else (UNSORTED_KEY,))


def _find_longest_name(part: str, scheme: ConceptScheme) -> tuple[str, ...]:
    """The concept of the longest run of words that is a name; the last of several."""
    words = part.split()[:12]
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length, -1, -1):
            name = " ".join(words[start : start + length])
            if name in scheme.names and (
                length == len(words) or name not in scheme.standalone_names
            ):
                return (scheme.names[name],)
    return ()


def _index_names(concepts: dict[str, Concept]) -> dict[str, str]:
    """The concept of each name; a broader one yields to one beneath it."""
    names: dict[str, str] = {}
    tops = {concept.broader for concept in concepts.values()}
    for concept in sorted(concepts.values(), key=lambda c: c.key in tops):
        for name in (concept.label, *concept.alt_labels):
            other = names.setdefault(normalize_phrase(name), concept.key)
            if other != concept.key and concept.key not in tops:
                raise ValueError(f"{name!r} stands for {other} and for {concept.key}")
    return names


def _concept_key(label: str) -> str:
    """The key of a concept: the words of its label, lower case, joined with hyphens."""
    return "-".join(_WORD.findall(label.casefold()))


@lru_cache(maxsize=1 << 14)
def _singularize(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
