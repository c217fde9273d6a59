"""The features of one row, by name: what the classifier weighs.

Takes a mention, the profile of its surface and the setting of its episode; gives names
such as ``category:exchange`` or ``right:said``. Nothing here decides: weights do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from kgraph.base.model import Mention
from kgraph.resolve import name_counts
from kgraph.resolve.mentions.context import pad_words, split_words
from kgraph.resolve.mentions.place import TextWindow
from kgraph.resolve.mentions.row import EntityCandidate, MentionRow

_TOKEN = re.compile(r"[A-Za-z0-9']+|[.?!,;:$%&@/()\"-]")

WINDOW_WORDS = 3
"""Words on each side of a name that are looked at."""

MAX_DESCRIPTION_WORDS = 14
"""Words of a language model's description that are looked at: it opens with what a thing is."""


def all_features(row: MentionRow, found: Sequence[EntityCandidate]) -> list[str]:
    """All features of a row: of its surface, its own, and of its candidates."""
    return [*row.profile.features, *row_features(row, found)]


def row_features(row: MentionRow, found: Sequence[EntityCandidate]) -> list[str]:
    """The features of a row beside those of its surface."""
    return [*own_features(row), *_candidate_features(found)]


def own_features(row: MentionRow) -> list[str]:
    """The row's features beside those of its surface."""
    mention, key = row.mention, row.profile.key
    if mention.extractor == "hand":
        category = _category_features(mention.category) if mention.category else ()
        return ["always", *category, *_cue_features(row)]
    is_llm = mention.extractor == "llm"
    said = ["always", f"stated:{mention.extractor}:{mention.stated}"]
    if is_llm:
        said += _description_features(mention)
    else:
        said += _transcript_features(mention, row.window)
        if row.form.is_function_words:
            said.append("rule:function-words")
        if is_ordinary_word(row):
            said.append("rule:ordinary-word")
        said += [f"category:{word}" for word in row.context.categories.get(key, ())]
    said.append(f"rows:{min(row.context.row_counts.get(key, 1), 3)}:{is_llm}")
    said += _cue_features(row)
    return said


def is_ordinary_word(row: MentionRow) -> bool:
    """Does the transcript write the name in lower case, as the ordinary word that it is?"""
    found, words = row.window.name, row.knowledge.vocabulary.words
    if not found.islower():
        return False
    return all(part in words for part in found.split()) or any(
        known.entry.word for known in row.profile.matches
    )


def _candidate_features(found: Sequence[EntityCandidate]) -> Iterator[str]:
    for candidate in found:
        if candidate.entry is not None and candidate.source not in {"known", "inner"}:
            yield f"candidate:{candidate.source}:{candidate.entry.trained_type}"
        if candidate.source == "grown":
            yield from (name for name in candidate.features if name.startswith("grown:"))


def _description_features(mention: Mention) -> list[str]:
    words = split_words(mention.context[:200])[:MAX_DESCRIPTION_WORDS]
    return [*_category_features(mention.category), *[f"described:{word}" for word in words]]


@lru_cache(maxsize=1 << 13)
def _category_features(category: str) -> tuple[str, ...]:
    words = name_counts.split_category(category)
    return ("category=" + " ".join(words), *(f"category:{word}" for word in words))


def _transcript_features(mention: Mention, place: TextWindow) -> list[str]:
    kind = "phrase" if mention.category == "unknown" else "listed"
    said = [f"regex:{kind}", f"written:{kind}:{_casing(mention, place)}"]
    left = _TOKEN.findall(place.left[-40:])[-WINDOW_WORDS:]
    right = _TOKEN.findall(place.right[:40])[:WINDOW_WORDS]
    if left:
        said += _neighbour_features("left", "edge", left[-1])
    if right:
        said += _neighbour_features("right", "follow", right[0])
    said.append(f"inside:{_is_joined(place.left[-1:])}:{_is_joined(place.right[:1])}")
    said += [f"before:{token.lower()}" for token in left[:-1]]
    said += [f"after:{token.lower()}" for token in right[1:]]
    return said


def _casing(mention: Mention, place: TextWindow) -> str:
    """How the transcript writes the name."""
    if not place.name:
        return "gone"
    if place.name.islower():
        return "lower"
    return "as" if place.name == mention.surface else "other"


# Few words stand beside most names.
@lru_cache(maxsize=1 << 12)
def _neighbour_features(side: str, edge: str, token: str) -> tuple[str, str]:
    return f"{side}:{token.lower()}", f"{edge}:{_token_class(token)}"


def _is_joined(letter: str) -> bool:
    return letter.isalnum() or letter == "-"


def _token_class(token: str) -> str:
    if token[0].isdigit():
        return "9"
    if not token[0].isalpha():
        return token
    return "Aa" if token[0].isupper() else "aa"


def _cue_features(row: MentionRow) -> Iterator[str]:
    near = ""
    for known in row.profile.matches:
        entry = known.entry
        if not entry.cues and not entry.unless:
            continue
        near = near or words_around(row.mention)
        if any(f" {cue} " in near for cue in entry.cues):
            yield f"cue:near:{entry.trained_type}"
        elif any(map(row.context.mentions_phrase, entry.cues)):
            yield f"cue:about:{entry.trained_type}"
        elif entry.cues:
            yield f"cue:none:{entry.trained_type}"
        if any(f" {phrase} " in near for phrase in entry.unless):
            yield f"unless:{entry.trained_type}"


def words_around(mention: Mention) -> str:
    """The words around a name and those of its category, each between spaces."""
    return pad_words(f"{mention.context} {mention.category}".replace("_", " "))
