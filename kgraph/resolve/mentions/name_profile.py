"""What a surface may name, before its episode is looked at.

Takes a surface, the lexicon and the vocabulary; gives a :class:`NameProfile`: the entries
that go by the surface or one of its variants, the entries that sound like it, and the
features of its form. A profile depends on the surface alone, so it is made once for
each of the corpus's distinct surfaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kgraph.base import text as names
from kgraph.base.lexicon import LexiconEntry
from kgraph.resolve import name_counts
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.mentions import phonetics, variants

MIN_NAME_SIMILARITY = 0.62
"""Likeness under which two names are not compared further: chance begins here."""

PARTS_WORD_LIMIT = 8
"""Words of a name from which on its parts are not looked at."""

MAX_LENGTH_DIFFERENCE = 3
"""Letters by which one of two alike names may be longer."""

MAX_UNSHARED_LETTERS = 5
"""Distinct letters that only one of two alike names may have."""


class NameMatch(msgspec.Struct, frozen=True):
    """An entry that goes by a variant of the surface."""

    entry: LexiconEntry
    name_kind: str
    steps: tuple[str, ...]


class SoundMatch(msgspec.Struct, frozen=True):
    """An entry that sounds like the surface, and how much, in [0, 1]."""

    entry: LexiconEntry
    similarity: float


class PartMatch(msgspec.Struct, frozen=True):
    """An entry that goes by the first or the last words of the core.

    Attributes:
        entry: the entry.
        how: in which of its ways.
        side: ``start`` or ``end`` of the core.
        words: how many of the core's words it takes.
        dropped: the word beside it.
    """

    entry: LexiconEntry
    name_kind: str
    side: str
    word_count: int
    dropped: str


class NameProfile(msgspec.Struct, frozen=True):
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
    matches: tuple[NameMatch, ...]
    part_matches: tuple[PartMatch, ...]
    sound_matches: tuple[SoundMatch, ...]
    features: tuple[str, ...]
    features_without_lexicon: tuple[str, ...]


def build_profile(
    surface: str, knowledge: Knowledge, *, ignore_lexicon: bool = False
) -> NameProfile:
    """The profile of a surface; ``unknown`` makes it look as if no entry went by it."""
    core = name_counts.strip_surroundings(surface)
    known = () if ignore_lexicon else _find_matches(surface, knowledge)
    alike = () if known else tuple(_find_sound_matches(core, knowledge))
    inner = tuple(_find_part_matches(core, knowledge))
    form = (
        *_form_features(surface, core, knowledge),
        *_corpus_features(core, knowledge),
        *_part_features(inner),
    )
    said = tuple(_lexicon_features(known, alike))
    return NameProfile(
        surface,
        core,
        names.name_key(core),
        known,
        inner,
        alike,
        form + said,
        (*form, "lexicon:none"),
    )


def _find_matches(surface: str, knowledge: Knowledge) -> tuple[NameMatch, ...]:
    lexicon = knowledge.lexicon
    for variant in variants.generate_variants(surface):
        if hits := lexicon.find_matches(variant.text):
            return tuple(
                NameMatch(lexicon.get_entry(hit), hit.name_kind, variant.steps) for hit in hits
            )
    return ()


def _find_part_matches(core: str, knowledge: Knowledge) -> Iterator[PartMatch]:
    words = core.split()
    if not 1 < len(words) < PARTS_WORD_LIMIT:
        return
    for side, sizes in (
        ("end", range(len(words) - 1, 0, -1)),
        ("start", range(len(words) - 1, 0, -1)),
    ):
        for size in sizes:
            text = " ".join(words[-size:] if side == "end" else words[:size])
            if hits := knowledge.lexicon.find_matches(text):
                dropped = words[-size - 1] if side == "end" else words[size]
                entry = knowledge.lexicon.get_entry(hits[0])
                yield PartMatch(entry, hits[0].name_kind, side, size, dropped)
                break


def _part_features(inner: tuple[PartMatch, ...]) -> Iterator[str]:
    for part in inner:
        mark = "word" if part.entry.word else "name"
        yield f"part:{part.side}:{part.entry.trained_type}"
        yield f"part:{part.side}:{part.entry.trained_type}:{mark}:{part.dropped.lower()}"
    yield "parts:" + "+".join(f"{part.side}={part.entry.trained_type}" for part in inner)


def _find_sound_matches(core: str, knowledge: Knowledge) -> list[SoundMatch]:
    key = names.name_key(core)
    found = [knowledge.phonetic_index.get(sounds, ()) for sounds in phonetics.lookup_codes(key)]
    same = set(found[0] if found else ())
    best: dict[int, float] = {}
    for places, is_same in ((same, True), (set().union(*found) - same, False)):
        for number, value in _sound_similarities(key, places, is_same, knowledge):
            if value > best.get(number, MIN_NAME_SIMILARITY):
                best[number] = value
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return [SoundMatch(knowledge.lexicon.entries[number], value) for number, value in ranked[:3]]


def _sound_similarities(
    key: str, places: Iterable[int], is_same: bool, knowledge: Knowledge
) -> Iterator[tuple[int, float]]:
    """(entry number, likeness) of the spoken names that may be like enough."""
    spoken = [knowledge.phonetic_names[place] for place in places]
    for other, place in phonetics.find_similar_keys(
        key, [name for name, _ in spoken], _MIN_LETTER_SIMILARITY[is_same]
    ):
        if (
            abs(len(other) - len(key)) <= MAX_LENGTH_DIFFERENCE
            and phonetics.count_unshared_letters(key, other) <= MAX_UNSHARED_LETTERS
        ):
            yield spoken[place][1], name_similarity(key, other, is_same)


SAME_SOUND_BONUS, NEAR_SOUND_BONUS = 0.4, 0.28
"""What the same sound code adds to a likeness, and one that is a sound away."""

LETTERS_WEIGHT = 0.6
"""The weight of the letters in a likeness."""

_MIN_LETTER_SIMILARITY = {
    is_same: (MIN_NAME_SIMILARITY - sound) / LETTERS_WEIGHT
    for is_same, sound in ((True, SAME_SOUND_BONUS), (False, NEAR_SOUND_BONUS))
}
"""Likeness of letters below which no sound makes two names like enough."""


def name_similarity(one: str, other: str, same_sound: bool) -> float:
    """How alike two keys are in letters and in sound, in [0, 1].

    >>> round(name_similarity("salana", "solana", True), 2)
    0.9
    """
    sound = SAME_SOUND_BONUS if same_sound else NEAR_SOUND_BONUS
    return LETTERS_WEIGHT * phonetics.letter_similarity(one, other) + sound


def _lexicon_features(known: tuple[NameMatch, ...], alike: tuple[SoundMatch, ...]) -> Iterator[str]:
    if not known:
        yield "lexicon:none"
        yield from _sound_features(alike)
        return
    types = sorted({item.entry.trained_type for item in known})
    alone = "only" if len(types) == 1 else "among"
    for item in known:
        mark = "word" if item.entry.word else "name"
        yield f"lexicon:{alone}:{item.entry.trained_type}:{mark}"
        yield f"lexicon:{item.name_kind}:{mark}:{'cut' if item.steps else 'whole'}"
        yield f"lexicon:{item.entry.trained_type}:{item.name_kind}:{'+'.join(item.steps)}"
        if item.entry.kind:
            yield f"kind:{alone}:{item.entry.kind}"


def _sound_features(alike: tuple[SoundMatch, ...]) -> Iterator[str]:
    for item in alike[:1]:
        grade = int(item.similarity * 10)
        yield f"sound:{item.entry.trained_type}:{grade}"
        yield f"sound:{grade}"


def _form_features(surface: str, core: str, knowledge: Knowledge) -> Iterator[str]:
    """Shape, tokens and affixes of the name, and what was cut from the surface."""
    tokens = core.split()
    vocabulary = knowledge.vocabulary
    marks = [vocabulary.word_class(token) or "?" for token in tokens[:4]]
    cut = surface[: len(surface) - len(core)].strip() if surface.endswith(core) else ""
    yield f"tokens:{min(len(tokens), 5)}"
    yield "marks:" + " ".join(marks)
    yield "shape:" + " ".join(_token_shape(token) for token in tokens[:4])
    yield f"cut:{bool(cut)}"
    if cut:
        yield "lead:" + cut.split()[0].lower()
    if variants.is_job_title(surface):
        yield "rule:job-title"
    for step in sorted({step for one in variants.generate_variants(surface) for step in one.steps}):
        yield f"step:{step}"
    yield from _affix_features(tokens)


def _affix_features(tokens: list[str]) -> Iterator[str]:
    for token in tokens:
        yield "token:" + token.lower()
    if tokens:
        first, last = tokens[0].lower(), tokens[-1].lower()
        yield "first:" + first
        yield "last:" + last
        for size in (2, 3, 4):
            yield f"end:{last[-size:]}"
            yield f"start:{first[:size]}"


def _token_shape(token: str) -> str:
    if token.isdigit():
        return "9"
    if any(letter.isdigit() for letter in token):
        return "A9"
    if token.isupper():
        return "A" if len(token) == 1 else "AA" if len(token) < 6 else "AAA"
    if token.islower():
        return "a"
    return "Aa" if token[1:].islower() else "AaA"


def _corpus_features(core: str, knowledge: Knowledge) -> Iterator[str]:
    """What the whole corpus says of the name."""
    said = knowledge.names.get(names.name_key(core))
    if said is None:
        yield "corpus:rare"
        return
    yield f"corpus:episodes:{min(said.episodes, 64).bit_length()}"
    yield f"corpus:llm:{int(4 * said.llm_rows / said.rows)}"
    for word in said.categories:
        yield f"corpus:category:{word}"
