"""Profile of a surface form: the lexicon entries it may name, and the features of its form.

A profile depends on the surface and the knowledge alone, so one is made for each distinct
surface of a corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from kgraph.base.lexicon import LexiconEntry
from kgraph.base.text import name_key
from kgraph.resolve import name_counts
from kgraph.resolve.knowledge import Knowledge, NameUsage
from kgraph.resolve.mentions import phonetics, variants
from kgraph.resolve.mentions.variants import Variant

MAX_PARTS_WORDS = 7  #: words of a name whose parts are looked up
MAX_LENGTH_DIFFERENCE = 3  #: letters by which one of two similar names may be longer
MAX_UNSHARED_LETTERS = 5  #: distinct letters that only one of two similar names may have
MAX_SOUND_MATCHES = 3
MAX_SHAPE_TOKENS = 4  #: tokens of a name whose shape and word class are features


class NameMatch(msgspec.Struct, frozen=True):
    """An entry that a variant of the surface names."""

    entry: LexiconEntry
    name_kind: str
    steps: tuple[str, ...]


class SoundMatch(msgspec.Struct, frozen=True):
    """An entry that sounds like the surface."""

    entry: LexiconEntry
    similarity: float  #: in [0, 1]


class PartMatch(msgspec.Struct, frozen=True):
    """An entry that the first or the last words of the core name."""

    entry: LexiconEntry
    name_kind: str
    side: str  #: ``start`` or ``end``
    word_count: int
    dropped: str  #: the word of the core next to them


class NameProfile(msgspec.Struct, frozen=True):
    """Everything known of a surface."""

    surface: str
    core: str  #: the surface without function words, titles and brackets
    key: str  #: of the core
    usage: NameUsage | None  #: of the key in the corpus
    #: of the key, as of :class:`~kgraph.resolve.knowledge.Knowledge`; 0 for none. A row looks it up
    #: itself, since the lookups of a form are not those of an episode that has it.
    frequency: int
    known_name: str  #: the first variant of the surface that entries have; the core if none has any
    matches: tuple[NameMatch, ...]  #: of that variant
    part_matches: tuple[PartMatch, ...]  #: at most one on each side
    sound_matches: tuple[SoundMatch, ...]  #: best first; none where there are matches
    features: tuple[str, ...]


def word_mark(entry: LexiconEntry) -> str:
    """Return "word" where an entry's name is also an ordinary word, else "name"."""
    return "word" if entry.is_common_word else "name"


def build_profile(
    surface: str, knowledge: Knowledge, *, ignore_lexicon: bool = False
) -> NameProfile:
    """Profile a surface; with ``ignore_lexicon``, for training, as if no entry had the name."""
    core = name_counts.strip_surroundings(surface)
    key, lexicon = name_key(core), knowledge.lexicon
    all_variants = variants.generate_variants(surface)
    matches: tuple[NameMatch, ...] = ()
    known_name = core
    for variant in () if ignore_lexicon else all_variants:
        if numbers := lexicon.find_matches(variant.text):
            # Behind a dollar sign or an exchange only a symbol: "NYSE: AI" is no technology.
            matches = tuple(
                NameMatch(lexicon.get_entry(match), match.name_kind, variant.steps)
                for match in numbers
                if "market" not in variant.steps or variant.text in lexicon.get_entry(match).tickers
            )
        if matches:
            # Spelt as the core where both are one name, since reasons quote it.
            known_name = core if name_key(variant.text) == key else variant.text
            break
    sound_matches = () if matches else tuple(_find_sound_matches(key, knowledge))
    part_matches = tuple(_find_part_matches(core, knowledge))
    usage = knowledge.names.get(key)
    features = (
        *_own_features(surface, core, all_variants, knowledge),
        *_usage_features(usage),
        *_lexicon_features(matches, part_matches, sound_matches),
    )
    frequency = knowledge.frequencies.get(key, 0)
    return NameProfile(
        surface,
        core,
        key,
        usage,
        frequency,
        known_name,
        matches,
        part_matches,
        sound_matches,
        features,
    )


def _find_part_matches(core: str, knowledge: Knowledge) -> Iterator[PartMatch]:
    words = core.split()
    if len(words) > MAX_PARTS_WORDS:
        return
    for side in ("end", "start"):
        for size in range(len(words) - 1, 0, -1):
            tokens = words[-size:] if side == "end" else words[:size]
            if matches := knowledge.lexicon.find_matches(" ".join(tokens)):
                dropped = words[-size - 1] if side == "end" else words[size]
                entry = knowledge.lexicon.get_entry(matches[0])
                yield PartMatch(entry, matches[0].name_kind, side, size, dropped)
                break


def _find_sound_matches(key: str, knowledge: Knowledge) -> list[SoundMatch]:
    found = find_similar_sounds(
        key, knowledge.phonetic_keys, knowledge.phonetic_numbers, knowledge.phonetic_index
    )
    return [SoundMatch(knowledge.lexicon.entries[number], value) for number, value in found]


def find_similar_sounds(
    key: str,
    keys: Sequence[str],
    numbers: Sequence[int],
    index: Mapping[str, Sequence[int]] | phonetics.SoundIndex,
) -> list[tuple[int, float]]:
    """Find the names that sound like a key and have the same digits.

    Args:
        keys: of the names.
        numbers: of what has each of the names.
        index: code of :func:`kgraph.resolve.mentions.phonetics.lookup_codes` -> positions in keys.

    Returns:
        At most :data:`MAX_SOUND_MATCHES` pairs of number and similarity in [0, 1], best first.
    """
    by_code = [index.get(code, ()) for code in phonetics.lookup_codes(key)]
    same = set(by_code[0] if by_code else ())
    best: dict[int, float] = {}
    digits = _digits(key)
    for found, same_sound in ((same, True), (set().union(*by_code) - same, False)):
        positions = list(found)
        names = [keys[position] for position in positions]
        for name, place in phonetics.find_similar_keys(key, names, same_sound=same_sound):
            if (
                abs(len(name) - len(key)) <= MAX_LENGTH_DIFFERENCE
                and phonetics.count_unshared_letters(key, name) <= MAX_UNSHARED_LETTERS
                and _digits(name) == digits
            ):
                number = numbers[positions[place]]
                similarity = phonetics.name_similarity(key, name, same_sound)
                if similarity > best.get(number, phonetics.MIN_NAME_SIMILARITY):
                    best[number] = similarity
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:MAX_SOUND_MATCHES]


def _digits(key: str) -> str:
    return "" if key.isalpha() else "".join(filter(str.isdigit, key))


def _lexicon_features(
    matches: tuple[NameMatch, ...],
    part_matches: tuple[PartMatch, ...],
    sound_matches: tuple[SoundMatch, ...],
) -> Iterator[str]:
    for part_match in part_matches:
        feature = f"part:{part_match.side}:{part_match.entry.trained_type}"
        yield feature
        yield f"{feature}:{word_mark(part_match.entry)}:{part_match.dropped.lower()}"
    sides = [f"{match.side}={match.entry.trained_type}" for match in part_matches]
    yield f"parts:{'+'.join(sides)}"
    if not matches:
        yield "lexicon:none"
        for sound_match in sound_matches[:1]:
            grade = int(sound_match.similarity * 10)
            yield f"sound:{sound_match.entry.trained_type}:{grade}"
            yield f"sound:{grade}"
    scope = "only" if len({match.entry.trained_type for match in matches}) == 1 else "among"
    for match in matches:
        entry, mark = match.entry, word_mark(match.entry)
        yield f"lexicon:{scope}:{entry.trained_type}:{mark}"
        yield f"lexicon:{match.name_kind}:{mark}:{'cut' if match.steps else 'whole'}"
        yield f"lexicon:{entry.trained_type}:{match.name_kind}:{'+'.join(match.steps)}"
        if entry.kind:
            yield f"kind:{scope}:{entry.kind}"


def _own_features(
    surface: str, core: str, all_variants: Sequence[Variant], knowledge: Knowledge
) -> list[str]:
    """List the features of a surface's form."""
    tokens = core.split()
    shaped = tokens[:MAX_SHAPE_TOKENS]
    lead = surface[: len(surface) - len(core)].strip() if surface.endswith(core) else ""
    features = [
        f"tokens:{min(len(tokens), 5)}",
        "marks:" + " ".join([knowledge.vocabulary.word_class(token) or "?" for token in shaped]),
        "shape:" + " ".join(map(_token_shape, shaped)),
        f"cut:{bool(lead)}",
    ]
    if lead:
        features.append("lead:" + lead.split()[0].lower())
    if variants.is_job_title(surface):
        features.append("rule:job-title")
    if len(all_variants) > 1:
        steps = {step for variant in all_variants for step in variant.steps}
        features += [f"step:{step}" for step in sorted(steps)]
    words = core.lower().split()
    features += [f"token:{word}" for word in words]
    if words:
        first, last = words[0], words[-1]
        features += (f"first:{first}", f"last:{last}")
        for size in (2, 3, 4):
            features += (f"end:{last[-size:]}", f"start:{first[:size]}")
    return features


def _usage_features(usage: NameUsage | None) -> list[str]:
    if usage is None:
        return ["corpus:rare"]
    return [
        f"corpus:episodes:{min(usage.episodes.bit_length(), 7)}",
        f"corpus:llm:{usage.llm_quarters}",
        *[f"corpus:category:{word}" for word in usage.categories],
    ]


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
