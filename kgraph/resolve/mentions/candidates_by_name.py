"""What a surface may name whatever its episode: the candidates that stand in its profile.

Takes a profile and the knowledge, gives :class:`EntityCandidate` values with what speaks for
each. Sources, each a function in :data:`SURFACE_SOURCES`:

    known     an entry goes by the name
    ticker    a token's symbol, which a transcript wrote as a word
    inner     an entry goes by the first or last words of the name
    partial   an entry's longer name begins with the name, or it is a person's surname
    heard     an entry sounds like the name
    shorter   the name without a common noun or a form of incorporation behind it
    itself    the name as it stands, in the corpus's best spelling
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache

from kgraph.base import text
from kgraph.base.lexicon import LexiconEntry
from kgraph.resolve.knowledge import Knowledge, NameUsage
from kgraph.resolve.mentions import phonetics, variants
from kgraph.resolve.mentions.name_profile import (
    MIN_NAME_SIMILARITY,
    NameProfile,
    PartMatch,
    name_similarity,
)
from kgraph.resolve.mentions.row import EntityCandidate, find_entry

FIRST_NAME_ONLY = "F"
"""The vocabulary's mark of a word that is a given name and nothing else."""

SHORTENING_STEPS = frozenset({"legal", "tail", "plural", "possessive"})
"""Steps of cleaning that leave a shorter form of the same name."""


def find_surface_candidates(
    profile: NameProfile, knowledge: Knowledge
) -> tuple[EntityCandidate, ...]:
    """The candidates of a surface, the likelier sources first, each with its weight."""
    return tuple(
        weigh_candidate(candidate, profile, knowledge)
        for source in SURFACE_SOURCES
        for candidate in source(profile, knowledge)
    )


UNAMBIGUOUS_STEPS = frozenset({"bracket", "lead", "title", "pronoun", "possessive"})
"""Steps of cleaning that take away only what is no part of a name."""


def is_unambiguous(profile: NameProfile) -> bool:
    """Does one entry alone go by the name, and is that name no ordinary word?"""
    if len(profile.matches) != 1:
        return False
    known = profile.matches[0]
    by_name = known.name_kind in {"name", "heard"}
    return by_name and not known.entry.word and UNAMBIGUOUS_STEPS.issuperset(known.steps)


def weigh_candidate(
    candidate: EntityCandidate, profile: NameProfile, knowledge: Knowledge
) -> EntityCandidate:
    """The candidate with what its label says in relation to the name, and its weight."""
    key, own = text.name_key(candidate.label), knowledge.names.get(profile.key)
    says = (
        *candidate.features,
        *_source_features(
            candidate.source, key == profile.key, _label_relation(profile.core, candidate)
        ),
        *_usage_features(
            candidate.source, _frequency_class(own), _frequency_class(knowledge.names.get(key))
        ),
    )
    weights = knowledge.ranker.candidate_weights
    weight = math.fsum([weights.get(name, 0.0) for name in says])
    return EntityCandidate(candidate.label, candidate.source, candidate.entry, says, weight)


# Both have some dozens of distinct values, asked for with every candidate.
@lru_cache(maxsize=1 << 10)
def _source_features(source: str, is_same: bool, relation: str) -> tuple[str, ...]:
    return f"source:{source}", f"{source}:same:{is_same}", f"{source}:relation:{relation}"


@lru_cache(maxsize=1 << 10)
def _usage_features(source: str, own: int, other: int) -> tuple[str, ...]:
    """How much more the corpus speaks of a label than of the name as it stands."""
    steps = (f"{source}:often>{step}" for step in range(-2, other - own + 1))
    return (f"{source}:often:{other}:{own}", *steps)


def _frequency_class(usage: NameUsage | None) -> int:
    return (min(usage.episodes, 64).bit_length() + 1) // 2 if usage else 0


def _label_relation(core: str, candidate: EntityCandidate) -> str:
    """How the label is written in relation to the name: "the same", longer, an acronym ..."""
    label = candidate.entry.short_name if candidate.entry else candidate.label
    own, other = text.name_key(core), text.name_key(label)
    if own == other:
        return "same"
    if other.startswith(own) or own.startswith(other):
        return "longer" if len(other) > len(own) else "shorter"
    if own in other or other in own:
        return "around" if own in other else "inside"
    initials = "".join(word[0] for word in label.split() if word[0].isalnum()).lower()
    if own == initials or own == "".join(c for c in label if c.isupper()).lower():
        return "acronym"
    shared = set(core.lower().split()) & set(label.lower().split())
    return "shares" if shared else "other"


def _match_lexicon_name(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    for known in profile.matches:
        says = (
            f"known:{known.name_kind}:{'word' if known.entry.word else 'name'}",
            f"known:steps:{'+'.join(known.steps)}",
            f"known:{known.entry.trained_type}:{known.name_kind}",
            f"known:exact:{text.name_key(known.entry.short_name) == text.name_key(profile.surface)}",
        )
        yield EntityCandidate(known.entry.name, "known", known.entry, says)


def _match_ticker(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    """Who says LINK or ADA means Chainlink or Cardano, and is written down as Link or Ada.

    Tokens alone: nobody calls Franklin Templeton Ben, though that is its symbol.
    """
    lexicon = knowledge.lexicon
    symbol = profile.core.upper()
    if symbol == profile.core or any(one.entry.tickers == (symbol,) for one in profile.matches):
        return
    entries = (lexicon.entries[number] for number in lexicon.tickers.get(symbol, ()))
    token = next((entry for entry in entries if entry.trained_type == "crypto"), None)
    if token is None:
        return
    says = (
        f"ticker:marks:{knowledge.vocabulary.word_class(profile.core)}",
        f"ticker:known:{bool(profile.matches)}",
        f"ticker:letters:{min(len(symbol), 5)}",
    )
    yield EntityCandidate(token.name, "ticker", token, says)


def _match_part(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    """What stands at the end or the start of a name that is not known as a whole."""
    if profile.matches:
        return
    vocabulary = knowledge.vocabulary
    size = len(profile.core.split())
    for part in profile.part_matches:
        mark = "word" if part.entry.word else "name"
        dropped = vocabulary.word_class(part.dropped) or "?"
        if dropped == FIRST_NAME_ONLY and _is_other_person(part):
            continue
        says = (
            f"inner:{part.side}:{part.entry.trained_type}:{mark}",
            f"inner:{part.side}:dropped:{dropped}",
            f"inner:{part.side}:{part.entry.trained_type}:{part.name_kind}:{dropped}",
            f"inner:{part.side}:{part.dropped.lower()}",
            f"inner:{part.side}:{part.name_kind}:{min(part.word_count, 3)}:{min(size, 4)}",
        )
        yield EntityCandidate(part.entry.name, "inner", part.entry, says)


def _is_other_person(part: PartMatch) -> bool:
    """Is it somebody's surname, behind the given name of somebody else?"""
    if part.entry.trained_type != "person" or part.side != "end" or part.word_count > 1:
        return False
    own, given = part.dropped.lower(), part.entry.short_name.partition(" ")[0].lower()
    return (
        name_similarity(own, given, phonetics.sound_code(own) == phonetics.sound_code(given))
        < MIN_NAME_SIMILARITY
    )


def _match_longer_name(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    """The best-known longer name that begins with the name, or has it as a surname."""
    words = tuple(profile.core.lower().split())
    longer = knowledge.entries_by_word.get(words[0], ()) if words else ()
    found = [
        (entry, usage.episodes if (usage := knowledge.names.get(text.name_key(entry.name))) else 0)
        for number, name in longer
        if _is_longer_form(name, words) and (entry := knowledge.lexicon.entries[number])
    ]
    found.sort(key=lambda item: (-item[1], item[0].name))
    for entry, episodes in found[:1]:
        rival = found[1][1] if len(found) > 1 else 0
        says = (
            f"partial:{entry.trained_type}:{min(len(words), 2)}:{'word' if entry.word else 'name'}",
            f"partial:alone:{len(found) == 1}:{entry.trained_type}",
            f"partial:lead:{min(episodes // (rival + 1), 4)}",
            f"partial:marks:{knowledge.vocabulary.word_class(words[-1])}",
        )
        yield EntityCandidate(entry.name, "partial", entry, says)


def _is_longer_form(name: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Does a name begin with the words, or end with the only one, and go beyond them?"""
    return len(name) > len(words) and words in (name[: len(words)], name[-1:])


def _match_sound(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    for alike in profile.sound_matches[:2]:
        says = (
            *thermometer_features("heard", alike.similarity),
            *thermometer_features(f"heard:{alike.entry.trained_type}", alike.similarity),
            f"heard:{'word' if alike.entry.word else 'name'}",
            *token_similarity_features("heard", profile.core, alike.entry.short_name),
            *_missing_word_features(profile, alike.entry),
        )
        yield EntityCandidate(alike.entry.name, "heard", alike.entry, says)


def _missing_word_features(profile: NameProfile, entry: LexiconEntry) -> Iterator[str]:
    """Well-known words at an end of the name that are not in the name of what it sounds like."""
    words, has = profile.core.split(), set(entry.short_name.lower().split())
    for part in profile.part_matches:
        own = words[-part.word_count :] if part.side == "end" else words[: part.word_count]
        if has.isdisjoint(map(str.lower, own)):
            kind = "acronym" if own[0].isupper() else "name"
            yield f"heard:lacks:{part.side}:{kind}"


def thermometer_features(name: str, value: float) -> Iterator[str]:
    """A measure in [0, 1] as marks for every step that it reaches.

    >>> list(thermometer_features("x", 0.72))
    ['x>60', 'x>65', 'x>70']
    """
    for step in range(60, int(value * 100) + 1, 5):
        yield f"{name}>{step}"


def token_similarity_features(source: str, core: str, other: str) -> Iterator[str]:
    """How the words of two names match, one by one."""
    one, two = core.lower().split(), other.lower().split()
    yield f"{source}:tokens:{min(len(one), 3)}:{min(len(two), 3)}"
    if len(one) == len(two) == 2:
        for side, left, right in zip(("first", "last"), one, two, strict=True):
            likeness = name_similarity(
                left, right, phonetics.sound_code(left) == phonetics.sound_code(right)
            )
            yield f"{source}:{side}:same:{left == right}"
            yield from thermometer_features(f"{source}:{side}", likeness)


def _match_without_suffix(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    for variant in variants.generate_variants(profile.core):
        if variant.steps and SHORTENING_STEPS.issuperset(variant.steps):
            tail = profile.core[len(variant.text) :].split()
            says = (
                f"shorter:{'+'.join(variant.steps)}",
                f"shorter:tail:{tail[-1].lower() if tail else ''}",
            )
            yield EntityCandidate(
                variant.text, "shorter", find_entry(variant.text, knowledge), says
            )


def _take_surface(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    usage = knowledge.names.get(profile.key)
    marks = next((name for name in profile.features if name.startswith("marks:")), "")
    episodes = min(usage.episodes if usage else 1, 32).bit_length()
    says = (f"itself:{_rival_kind(profile)}", f"itself:{marks}", f"itself:episodes:{episodes}")
    yield EntityCandidate(usage.spelling if usage else profile.core, "itself", None, says)


def _rival_kind(profile: NameProfile) -> str:
    if profile.matches:
        return "known"
    return "heard" if profile.sound_matches else "none"


SURFACE_SOURCES: tuple[Callable[[NameProfile, Knowledge], Iterator[EntityCandidate]], ...] = (
    _match_lexicon_name, _match_ticker, _match_part, _match_longer_name, _match_sound, _match_without_suffix, _take_surface,
)  # fmt: skip
"""Where the candidates of a surface come from."""
