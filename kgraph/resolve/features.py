"""The features of one row, by name: what the classifier weighs.

Takes a mention, the profile of its surface and the setting of its episode; gives names
such as ``category:exchange`` or ``right:said``. Nothing here decides: weights do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kgraph.model import Mention
from kgraph.resolve import statistics, surfaces
from kgraph.resolve.candidate import Candidate, Row
from kgraph.resolve.place import Place
from kgraph.resolve.profile import Profile
from kgraph.resolve.setting import Setting, plain

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


def own(row: Row) -> Iterator[str]:
    """The row's features beside those of its surface."""
    mention, profile, setting = row.mention, row.profile, row.setting
    is_llm = mention.extractor == "llm"
    yield "always"
    yield f"stated:{mention.extractor}:{mention.stated}"
    if is_llm:
        yield from _described(mention)
    else:
        yield from _spoken(mention, row.place)
        if surfaces.is_empty_talk(mention.surface):
            yield "rule:function-words"
        if is_ordinary(row):
            yield "rule:ordinary-word"
        for word in setting.categories.get(profile.key, ()):
            yield f"category:{word}"
    yield f"rows:{min(setting.count.get(profile.key, 1), 3)}:{is_llm}"
    yield from _cues(mention, profile, setting)


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


def _described(mention: Mention) -> Iterator[str]:
    category = statistics.category_words(mention.category)
    yield "category=" + " ".join(category)
    for word in category:
        yield f"category:{word}"
    for word in plain(mention.context[:200]).split()[:DESCRIBED]:
        yield f"described:{word}"


def _spoken(mention: Mention, place: Place) -> Iterator[str]:
    kind = "phrase" if mention.category == "unknown" else "listed"
    yield f"regex:{kind}"
    shape = (
        "lower" if place.found.islower() else "as" if place.found == mention.surface else "other"
    )
    yield f"written:{kind}:{shape if place.found else 'gone'}"
    left = _TOKEN.findall(place.left[-40:])[-NEAR:]
    right = _TOKEN.findall(place.right[:40])[:NEAR]
    if left:
        yield "left:" + left[-1].lower()
        yield "edge:" + _edge(left[-1])
    if right:
        yield "right:" + right[0].lower()
        yield "follow:" + _edge(right[0])
    yield f"inside:{_goes_on(place.left[-1:])}:{_goes_on(place.right[:1])}"
    for token in left[:-1]:
        yield "before:" + token.lower()
    for token in right[1:]:
        yield "after:" + token.lower()


def _goes_on(letter: str) -> bool:
    return letter.isalnum() or letter == "-"


def _edge(token: str) -> str:
    if token[0].isdigit():
        return "9"
    if not token[0].isalpha():
        return token
    return "Aa" if token[0].isupper() else "aa"


def _cues(mention: Mention, profile: Profile, setting: Setting) -> Iterator[str]:
    near = ""
    for known in profile.known:
        entry = known.entry
        if not entry.cues and not entry.unless:
            continue
        near = near or plain(f"{mention.context} {mention.category}".replace("_", " "))
        if any(f" {cue} " in near for cue in entry.cues):
            yield f"cue:near:{entry.type}"
        elif any(f" {cue} " in setting.about for cue in entry.cues):
            yield f"cue:about:{entry.type}"
        elif entry.cues:
            yield f"cue:none:{entry.type}"
        if any(f" {phrase} " in near for phrase in entry.unless):
            yield f"unless:{entry.type}"
