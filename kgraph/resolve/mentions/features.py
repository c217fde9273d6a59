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
from kgraph.resolve.mentions.context import plain, words_of
from kgraph.resolve.mentions.place import Place
from kgraph.resolve.mentions.row import Candidate, Row

_TOKEN = re.compile(r"[A-Za-z0-9']+|[.?!,;:$%&@/()\"-]")

NEAR = 3
"""Words on each side of a name that are looked at."""

DESCRIBED = 14
"""Words of a language model's description that are looked at: it opens with what a thing is."""


def of(row: Row, found: Sequence[Candidate]) -> list[str]:
    """All features of a row: of its surface, its own, and of its candidates."""
    return [*row.profile.features, *of_row(row, found)]


def of_row(row: Row, found: Sequence[Candidate]) -> list[str]:
    """The features of a row beside those of its surface."""
    return [*own(row), *_candidates(found)]


def own(row: Row) -> list[str]:
    """The row's features beside those of its surface."""
    mention, key = row.mention, row.profile.key
    if mention.extractor == "hand":
        category = _category(mention.category) if mention.category else ()
        return ["always", *category, *_cues(row)]
    is_llm = mention.extractor == "llm"
    said = ["always", f"stated:{mention.extractor}:{mention.stated}"]
    if is_llm:
        said += _described(mention)
    else:
        said += _spoken(mention, row.place)
        if row.form.is_talk:
            said.append("rule:function-words")
        if is_ordinary(row):
            said.append("rule:ordinary-word")
        said += [f"category:{word}" for word in row.setting.categories.get(key, ())]
    said.append(f"rows:{min(row.setting.count.get(key, 1), 3)}:{is_llm}")
    said += _cues(row)
    return said


def is_ordinary(row: Row) -> bool:
    """Does the transcript write the name in lower case, as the ordinary word that it is?"""
    found, words = row.place.found, row.knowledge.vocabulary.words
    if not found.islower():
        return False
    return all(part in words for part in found.split()) or any(
        known.entry.word for known in row.profile.known
    )


def _candidates(found: Sequence[Candidate]) -> Iterator[str]:
    for candidate in found:
        if candidate.entry is not None and candidate.source not in {"known", "inner"}:
            yield f"candidate:{candidate.source}:{candidate.entry.type}"
        if candidate.source == "grown":
            yield from (name for name in candidate.says if name.startswith("grown:"))


def _described(mention: Mention) -> list[str]:
    words = words_of(mention.context[:200])[:DESCRIBED]
    return [*_category(mention.category), *[f"described:{word}" for word in words]]


@lru_cache(maxsize=1 << 13)
def _category(category: str) -> tuple[str, ...]:
    words = name_counts.category_words(category)
    return ("category=" + " ".join(words), *(f"category:{word}" for word in words))


def _spoken(mention: Mention, place: Place) -> list[str]:
    kind = "phrase" if mention.category == "unknown" else "listed"
    said = [f"regex:{kind}", f"written:{kind}:{_shape(mention, place)}"]
    left = _TOKEN.findall(place.left[-40:])[-NEAR:]
    right = _TOKEN.findall(place.right[:40])[:NEAR]
    if left:
        said += _beside("left", "edge", left[-1])
    if right:
        said += _beside("right", "follow", right[0])
    said.append(f"inside:{_goes_on(place.left[-1:])}:{_goes_on(place.right[:1])}")
    said += [f"before:{token.lower()}" for token in left[:-1]]
    said += [f"after:{token.lower()}" for token in right[1:]]
    return said


def _shape(mention: Mention, place: Place) -> str:
    """How the transcript writes the name."""
    if not place.found:
        return "gone"
    if place.found.islower():
        return "lower"
    return "as" if place.found == mention.surface else "other"


# Few words stand beside most names.
@lru_cache(maxsize=1 << 12)
def _beside(side: str, edge: str, token: str) -> tuple[str, str]:
    return f"{side}:{token.lower()}", f"{edge}:{_edge(token)}"


def _goes_on(letter: str) -> bool:
    return letter.isalnum() or letter == "-"


def _edge(token: str) -> str:
    if token[0].isdigit():
        return "9"
    if not token[0].isalpha():
        return token
    return "Aa" if token[0].isupper() else "aa"


def _cues(row: Row) -> Iterator[str]:
    near = ""
    for known in row.profile.known:
        entry = known.entry
        if not entry.cues and not entry.unless:
            continue
        near = near or words_near(row.mention)
        if any(f" {cue} " in near for cue in entry.cues):
            yield f"cue:near:{entry.type}"
        elif any(map(row.setting.speaks_of, entry.cues)):
            yield f"cue:about:{entry.type}"
        elif entry.cues:
            yield f"cue:none:{entry.type}"
        if any(f" {phrase} " in near for phrase in entry.unless):
            yield f"unless:{entry.type}"


def words_near(mention: Mention) -> str:
    """The words around a name and those of its category, each between spaces."""
    return plain(f"{mention.context} {mention.category}".replace("_", " "))
