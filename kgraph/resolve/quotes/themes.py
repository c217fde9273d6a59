"""Themes behind the topic strings that extractors made up.

Takes strings such as "business/strategy" or "AI technology trends"; gives the keys of the themes
that a string names. The themes are a SKOS concept scheme, written by hand from the most frequent
strings (``data/themes.yaml``). Every string keeps its own spelling.

Invariant: every string names at least one concept, and a name means one concept.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import msgspec

from kgraph.base.errors import DataError
from kgraph.base.model import Row
from kgraph.base.vocabulary import data_path, load_yaml

UNSORTED_KEY = "not-sorted"  #: of the concept of strings without a known name

_PART_SEPARATOR = re.compile(r"\s*(?:[/,;|:()\[\]&+]|\band\b|\bet\b|\by\b| [-–—] )\s*")
_LIST_SEPARATOR = re.compile(r"[/,;|:]| & ")
_WORD = re.compile(r"[^\W_]+")
_MAX_STRING_CHARS = 200  #: read of a string; real ones have up to 120
_MAX_PART_WORDS = 12


class Concept(msgspec.Struct, frozen=True):
    """A concept of a scheme."""

    key: str
    label: str
    alt_labels: tuple[str, ...] = ()
    broader: str = ""  #: key of the broader concept


class ConceptScheme(msgspec.Struct, frozen=True):
    """A scheme of concepts."""

    concepts: dict[str, Concept]  #: by key
    names: dict[str, str]  #: :func:`normalize_phrase` of each label -> key of its concept
    standalone_names: frozenset[str] = frozenset()  #: count only with no other word next to them


class _ConceptEntry(msgspec.Struct, frozen=True):
    """A concept as the file may spell it out."""

    names: tuple[str, ...] = ()
    whole: bool = False


_SchemeFile = dict[str, dict[str, tuple[str, ...] | _ConceptEntry]]


@cache
def load_themes() -> ConceptScheme:
    """Load the scheme of ``data/themes.yaml``.

    Raises:
        DataError: the file does not have the shape that its header describes, or has a name
            twice.
    """
    path = data_path("data", "themes.yaml")
    try:
        return build_scheme(load_yaml(path, _SchemeFile))
    except ValueError as error:
        raise DataError(f"{path}: {error}: see the header of that file") from error


def build_scheme(tree: _SchemeFile) -> ConceptScheme:
    """Build a scheme from broader label -> narrower label -> other labels.

    Raises:
        ValueError: a name is that of two concepts.
    """
    concepts = {UNSORTED_KEY: Concept(UNSORTED_KEY, "Not sorted")}
    standalone: set[str] = set()
    for broader_label, narrower in tree.items():
        top = _concept_key(broader_label)
        concepts.setdefault(top, Concept(top, broader_label))
        for label, value in narrower.items():
            entry = value if isinstance(value, _ConceptEntry) else _ConceptEntry(value)
            key = _concept_key(label)
            concepts[key] = Concept(key, label, entry.names, "" if key == top else top)
            standalone.update(normalize_phrase(name) for name in entry.names if entry.whole)
    names: dict[str, str] = {}
    tops = {concept.broader for concept in concepts.values()}
    for concept in sorted(concepts.values(), key=lambda c: c.key in tops):
        for name in (concept.label, *concept.alt_labels):
            owner = names.setdefault(normalize_phrase(name), concept.key)
            if owner != concept.key and concept.key not in tops:  # a broader one yields
                raise ValueError(f"{name!r} names two concepts: {owner} and {concept.key}")
    return ConceptScheme(concepts, names, frozenset(standalone))


def normalize_phrase(text: str) -> str:
    """Return the words of a string without case, accents and plural endings.

    >>> [normalize_phrase(text) for text in ("Market_Trends", "Stratégies", "AI-Companies")]
    ['market trend', 'strategy', 'ai company']
    """
    bare = text.casefold()
    if not bare.isascii():
        bare = unicodedata.normalize("NFKD", bare)
        bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join([singularize(word) for word in _WORD.findall(bare)])


def singularize(word: str) -> str:
    """Return a lower-case word without the ending of a plural.

    >>> [singularize(word) for word in ("strategies", "trends", "business", "gas")]
    ['strategy', 'trend', 'business', 'gas']
    """
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=1 << 16)
def find_themes(topic: str) -> tuple[str, ...]:
    """Return the keys of the themes that a topic string names, at least one.

    >>> find_themes("Business/Strategy"), find_themes("AI_limitations")
    (('business', 'strategy'), ('limitations-of-ai',))
    """
    return find_concepts(topic, load_themes())


def find_concepts(text: str, scheme: ConceptScheme) -> tuple[str, ...]:
    """Return the keys of the concepts that a string names, in order, each once.

    >>> tree = {"Markets": {"Market trends": (), "Trading": ("day trading",)}}
    >>> find_concepts("Day-Trading / market trend", build_scheme(tree))
    ('trading', 'market-trends')
    """
    keys = find_concept_names(text, scheme).values()
    return tuple(dict.fromkeys(keys)) or (UNSORTED_KEY,)


def find_concept_names(text: str, scheme: ConceptScheme) -> dict[str, str]:
    """Return the names in a string, as :func:`normalize_phrase` gives them -> their concepts' keys.

    >>> tree = {"Markets": {"Market trends": (), "Trading": ("day trading",)}}
    >>> find_concept_names("Day-Trading / market trend", build_scheme(tree))
    {'day trading': 'trading', 'market trend': 'market-trends'}
    """
    text = text[:_MAX_STRING_CHARS]
    whole = normalize_phrase(text)
    whole_name = {whole: scheme.names[whole]} if whole in scheme.names else {}
    if whole_name and not _LIST_SEPARATOR.search(text):
        return whole_name
    names = (
        _find_longest_name(normalize_phrase(part), scheme)
        for part in _PART_SEPARATOR.split(text.casefold())
    )
    return {name: scheme.names[name] for name in names if name} or whole_name


def list_topics(row: Row) -> list[str]:
    """Return a quote's topic strings, of either extractor, in order."""
    topics = row.values.get("topics")
    strings = [row.text("topic"), *(topics if isinstance(topics, list) else ())]
    return [text for text in strings if text]


def find_quote_themes(row: Row) -> tuple[str, ...]:
    """Return the keys of the themes of a quote's topic strings, each once, in order."""
    return tuple(dict.fromkeys(key for text in list_topics(row) for key in find_themes(text)))


def _find_longest_name(part: str, scheme: ConceptScheme) -> str:
    """Return the longest run of words that is a name of a concept, of several the last."""
    words = part.split()[:_MAX_PART_WORDS]
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length, -1, -1):
            name = " ".join(words[start : start + length])
            is_alone = length == len(words)
            if name in scheme.names and (is_alone or name not in scheme.standalone_names):
                return name
    return ""


def _concept_key(label: str) -> str:
    return "-".join(_WORD.findall(label.casefold()))
