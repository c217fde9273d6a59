"""What a surface may name, before its episode is looked at.

Takes a surface, the lexicon and the vocabulary; gives a :class:`Profile`: the entries
that go by the surface or one of its variants, the entries that sound like it, and the
features of its form. A profile depends on the surface alone, so it is made once for
each of the corpus's distinct surfaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kgraph.base import text as names
from kgraph.base.lexicon import Entry
from kgraph.resolve import name_counts
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.mentions import phonetics, variants

LIKE_ENOUGH = 0.62
"""Likeness under which two names are not compared further: chance begins here."""

LONG = 8
"""Words of a name from which on its parts are not looked at."""

MOST_LONGER = 3
"""Letters by which one of two alike names may be longer."""

MOST_OTHER = 5
"""Distinct letters that only one of two alike names may have."""


class Known(msgspec.Struct, frozen=True):
    """An entry that goes by a variant of the surface."""

    entry: Entry
    how: str
    steps: tuple[str, ...]


class Alike(msgspec.Struct, frozen=True):
    """An entry that sounds like the surface, and how much, in [0, 1]."""

    entry: Entry
    likeness: float


class Inner(msgspec.Struct, frozen=True):
    """An entry that goes by the first or the last words of the core.

    Attributes:
        entry: the entry.
        how: in which of its ways.
        side: ``start`` or ``end`` of the core.
        words: how many of the core's words it takes.
        dropped: the word beside it.
    """

    entry: Entry
    how: str
    side: str
    words: int
    dropped: str


class Profile(msgspec.Struct, frozen=True):
    """What is known of a surface.

    Attributes:
        surface: the name as written.
        core: the surface without function words, titles and brackets.
        key: the core's key.
        known: entries that go by the first variant which has any.
        inner: entries that go by a part of the core, at most one on each side.
        alike: entries that sound like the core, best first, where none is known.
        features: names of the features of the form, the lexicon and the corpus.
        bare_features: the same as if the lexicon did not know the name.
    """

    surface: str
    core: str
    key: str
    known: tuple[Known, ...]
    inner: tuple[Inner, ...]
    alike: tuple[Alike, ...]
    features: tuple[str, ...]
    bare_features: tuple[str, ...]


def make(surface: str, knowledge: Knowledge, *, unknown: bool = False) -> Profile:
    """The profile of a surface; ``unknown`` makes it look as if no entry went by it."""
    core = name_counts.core(surface)
    known = () if unknown else _known(surface, knowledge)
    alike = () if known else tuple(_alike(core, knowledge))
    inner = tuple(_inner(core, knowledge))
    form = (*_form(surface, core, knowledge), *_corpus(core, knowledge), *_parts(inner))
    said = tuple(_lexicon_features(known, alike))
    return Profile(
        surface, core, names.key(core), known, inner, alike, form + said, (*form, "lexicon:none")
    )


def _known(surface: str, knowledge: Knowledge) -> tuple[Known, ...]:
    lexicon = knowledge.lexicon
    for variant in variants.variants(surface):
        if hits := lexicon.find(variant.text):
            return tuple(Known(lexicon.entry(hit), hit.how, variant.steps) for hit in hits)
    return ()


def _inner(core: str, knowledge: Knowledge) -> Iterator[Inner]:
    words = core.split()
    if not 1 < len(words) < LONG:
        return
    for side, sizes in (
        ("end", range(len(words) - 1, 0, -1)),
        ("start", range(len(words) - 1, 0, -1)),
    ):
        for size in sizes:
            text = " ".join(words[-size:] if side == "end" else words[:size])
            if hits := knowledge.lexicon.find(text):
                dropped = words[-size - 1] if side == "end" else words[size]
                entry = knowledge.lexicon.entry(hits[0])
                yield Inner(entry, hits[0].how, side, size, dropped)
                break


def _parts(inner: tuple[Inner, ...]) -> Iterator[str]:
    for part in inner:
        mark = "word" if part.entry.word else "name"
        yield f"part:{part.side}:{part.entry.type}"
        yield f"part:{part.side}:{part.entry.type}:{mark}:{part.dropped.lower()}"
    yield "parts:" + "+".join(f"{part.side}={part.entry.type}" for part in inner)


def _alike(core: str, knowledge: Knowledge) -> list[Alike]:
    key = names.key(core)
    found = [knowledge.sounds.get(sounds, ()) for sounds in phonetics.reach(key)]
    same = set(found[0] if found else ())
    best: dict[int, float] = {}
    for places, is_same in ((same, True), (set().union(*found) - same, False)):
        for number, value in _likenesses(key, places, is_same, knowledge):
            if value > best.get(number, LIKE_ENOUGH):
                best[number] = value
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return [Alike(knowledge.lexicon.entries[number], value) for number, value in ranked[:3]]


def _likenesses(
    key: str, places: Iterable[int], is_same: bool, knowledge: Knowledge
) -> Iterator[tuple[int, float]]:
    """(entry number, likeness) of the spoken names that may be like enough."""
    spoken = [knowledge.spoken[place] for place in places]
    for other, place in phonetics.alike(key, [name for name, _ in spoken], _LEAST[is_same]):
        if (
            abs(len(other) - len(key)) <= MOST_LONGER
            and phonetics.other_letters(key, other) <= MOST_OTHER
        ):
            yield spoken[place][1], alikeness(key, other, is_same)


SAME_SOUND, NEAR_SOUND = 0.4, 0.28
"""What the same sound code adds to a likeness, and one that is a sound away."""

LETTERS = 0.6
"""The weight of the letters in a likeness."""

_LEAST = {
    is_same: (LIKE_ENOUGH - sound) / LETTERS
    for is_same, sound in ((True, SAME_SOUND), (False, NEAR_SOUND))
}
"""Likeness of letters below which no sound makes two names like enough."""


def alikeness(one: str, other: str, same_sound: bool) -> float:
    """How alike two keys are in letters and in sound, in [0, 1].

    >>> round(alikeness("salana", "solana", True), 2)
    0.9
    """
    sound = SAME_SOUND if same_sound else NEAR_SOUND
    return LETTERS * phonetics.likeness(one, other) + sound


def _lexicon_features(known: tuple[Known, ...], alike: tuple[Alike, ...]) -> Iterator[str]:
    if not known:
        yield "lexicon:none"
        yield from _sound_features(alike)
        return
    types = sorted({item.entry.type for item in known})
    alone = "only" if len(types) == 1 else "among"
    for item in known:
        mark = "word" if item.entry.word else "name"
        yield f"lexicon:{alone}:{item.entry.type}:{mark}"
        yield f"lexicon:{item.how}:{mark}:{'cut' if item.steps else 'whole'}"
        yield f"lexicon:{item.entry.type}:{item.how}:{'+'.join(item.steps)}"
        if item.entry.kind:
            yield f"kind:{alone}:{item.entry.kind}"


def _sound_features(alike: tuple[Alike, ...]) -> Iterator[str]:
    for item in alike[:1]:
        grade = int(item.likeness * 10)
        yield f"sound:{item.entry.type}:{grade}"
        yield f"sound:{grade}"


def _form(surface: str, core: str, knowledge: Knowledge) -> Iterator[str]:
    """Shape, tokens and affixes of the name, and what was cut from the surface."""
    tokens = core.split()
    vocabulary = knowledge.vocabulary
    marks = [vocabulary.mark(token) or "?" for token in tokens[:4]]
    cut = surface[: len(surface) - len(core)].strip() if surface.endswith(core) else ""
    yield f"tokens:{min(len(tokens), 5)}"
    yield "marks:" + " ".join(marks)
    yield "shape:" + " ".join(_shape(token) for token in tokens[:4])
    yield f"cut:{bool(cut)}"
    if cut:
        yield "lead:" + cut.split()[0].lower()
    if variants.is_post(surface):
        yield "rule:job-title"
    for step in sorted({step for one in variants.variants(surface) for step in one.steps}):
        yield f"step:{step}"
    yield from _affixes(tokens)


def _affixes(tokens: list[str]) -> Iterator[str]:
    for token in tokens:
        yield "token:" + token.lower()
    if tokens:
        first, last = tokens[0].lower(), tokens[-1].lower()
        yield "first:" + first
        yield "last:" + last
        for size in (2, 3, 4):
            yield f"end:{last[-size:]}"
            yield f"start:{first[:size]}"


def _shape(token: str) -> str:
    if token.isdigit():
        return "9"
    if any(letter.isdigit() for letter in token):
        return "A9"
    if token.isupper():
        return "A" if len(token) == 1 else "AA" if len(token) < 6 else "AAA"
    if token.islower():
        return "a"
    return "Aa" if token[1:].islower() else "AaA"


def _corpus(core: str, knowledge: Knowledge) -> Iterator[str]:
    """What the whole corpus says of the name."""
    said = knowledge.names.get(names.key(core))
    if said is None:
        yield "corpus:rare"
        return
    yield f"corpus:episodes:{min(said.episodes, 64).bit_length()}"
    yield f"corpus:llm:{int(4 * said.llm / said.rows)}"
    for word in said.categories:
        yield f"corpus:category:{word}"
