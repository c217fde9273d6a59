"""Subjects that quotes are about, and how their words or names are searched.

:func:`resolve_subject` takes what a caller wrote. The name of a company, a token, a product, a
person or another named thing stands for that thing: quotes are on it if they name it. The name of a
theme stands for the theme: quotes are on it if a build filed them under it, so that it has one size
everywhere. All else is words, which may also name a concept.
"""

from __future__ import annotations

import re
from itertools import permutations

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.text import local_id, loose_word_forms
from kgraph.base.word_lists import load_vocabulary
from kgraph.graph import Entity, SharedData
from kgraph.graph.lookup import Lookup
from kgraph.graph.term_lookup import find_theme_by_label, terms_as_entities

MAX_WORD_GAP_CHARS = 40  #: characters between two words of one subject: half a sentence
MAX_PATTERN_SPELLINGS = 20  #: spellings of an entity that are searched; the others are rare
GENERIC_TYPE = "other"  #: of concepts, whose names are words like any other


class Subject(msgspec.Struct, frozen=True):
    """A subject that quotes are about: words, a theme, or an entity."""

    text: str  #: as the caller wrote it; the label where the caller gave an id
    pattern: str  #: a regular expression for texts with its words or names, in any case
    theme: str = ""  #: id of the theme of that name; "" for none
    entity: str = ""  #: id of the entity of that name; "" for none
    #: id of another entity of that name, which is seldom told from it: a firm and its product
    namesake: str = ""
    #: Whether a text with the words is about it. A theme's texts are filed under it, and a named
    #: thing's name it: "ledger" is not always Ledger.
    by_words: bool = True


def build_subject_pattern(words: str) -> str:
    """Return a regular expression for texts with the words, in lower case, in any number.

    Two or three words may be apart and in any order, but near each other: in a long passage
    two distant words are two subjects. More words are a phrase. British and American spellings
    are equal.

    >>> print(build_subject_pattern("tokenisation"), build_subject_pattern("Currency"))
    \\b(?:tokeni[sz]ation|tokeni[sz]ations)\\b \\b(?:currency|currencies)\\b
    >>> pattern = build_subject_pattern("AI bubble")
    >>> bool(re.search(pattern, "is the bubble in ai real?"))
    True
    >>> bool(re.search(pattern, f"ai is here. {'so it goes. ' * 9} a bubble."))
    False
    """
    patterns = [_word_pattern(word) for word in words.split()]
    if len(patterns) not in (2, 3):
        return r"\s+".join(patterns)
    return "|".join(
        f"(?s:.{{0,{MAX_WORD_GAP_CHARS}}})".join(order) for order in permutations(patterns)
    )


def _names_pattern(entity: Entity) -> str:
    """Return a regular expression for the label and the commonest spellings of an entity."""
    by_rows = sorted(entity.surfaces, key=lambda surface: (-entity.surfaces[surface], surface))
    names = dict.fromkeys([_label_name(entity), *by_rows[:MAX_PATTERN_SPELLINGS]])
    phrases = (r"\s+".join(map(_word_pattern, name.split())) for name in names)
    return "|".join(filter(None, phrases))


def _label_name(entity: Entity) -> str:
    return entity.label.partition(" (")[0]


def _word_pattern(word: str) -> str:
    """Return a pattern of one whole word, in singular and plural."""
    # The escape leaves letters alone, so spellings can be replaced after it.
    forms = [re.sub(r"i[sz](?=e|ing|ation)", "i[sz]", re.escape(f)) for f in loose_word_forms(word)]
    start = r"\b" if re.match(r"\w", word) else ""
    return f"{start}(?:{'|'.join(forms)})" + (r"\b" if re.search(r"\w$", word) else "")


def resolve_subject(shared: SharedData, text: str) -> Subject:
    """Return the subject that a text or an id stands for.

    Raises:
        ValueError: the text is empty.
        UnknownNameError: nothing has the id.
    """
    if not text.strip():
        raise ValueError("give a subject")
    id_ = local_id(text)
    kind, slash, _ = id_.partition("/")
    if slash and kind == "theme":
        theme = Lookup(terms_as_entities(shared.themes, shared.former)).find(id_)
        return _theme_subject(theme.label, theme.id)
    lookup = Lookup.cached_for(shared)
    if slash and kind in ENTITY_TYPES:
        return _entity_subject(lookup.find(id_))
    # Only a theme of exactly this name: another may be wider than the subject.
    if theme_id := find_theme_by_label(shared, text):
        return _theme_subject(text, theme_id)
    named = lookup.find_by_label(text)
    if not named or named[0].type == GENERIC_TYPE or _is_plain_words(text):
        pattern = build_subject_pattern(text)
        return Subject(text, pattern, entity=named[0].id if named else "")
    group = ENTITY_TYPES[named[0].type].group
    namesakes = (e.id for e in named[1:] if ENTITY_TYPES[e.type].group == group)
    return _entity_subject(named[0], text, next(namesakes, ""))


def _theme_subject(text: str, theme: str) -> Subject:
    return Subject(text, build_subject_pattern(text), theme=theme, by_words=False)


def _entity_subject(entity: Entity, text: str = "", namesake: str = "") -> Subject:
    return Subject(
        text or entity.label,
        _names_pattern(entity),
        entity=entity.id,
        namesake=namesake,
        by_words=False,
    )


def _is_plain_words(text: str) -> bool:
    vocabulary = load_vocabulary()
    return text.islower() and all(word in vocabulary.words for word in text.split())
