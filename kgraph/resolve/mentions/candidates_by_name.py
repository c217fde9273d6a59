"""Candidate entities for a surface form, independent of its episode.

Each source of candidates is a function in :data:`SURFACE_SOURCES`. The trained weights and, in the
graph, the rule of a decision call it by its name:

    known     an entry has the name
    ticker    the symbol of a crypto token, which a transcript wrote as a word
    inner     an entry has the first or last words of the name
    partial   an entry's longer name begins with the name, or it is a person's surname
    heard     an entry sounds like the name
    shorter   the name without a common noun or a form of incorporation at its end
    itself    the name as written, in the corpus's best spelling
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec

from kgraph.base.lexicon import LexiconEntry
from kgraph.base.text import name_key
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.mentions import phonetics, variants
from kgraph.resolve.mentions.name_profile import NameProfile, word_mark
from kgraph.resolve.mentions.row import EntityCandidate, find_entry

FIRST_NAME_ONLY = "F"  #: the vocabulary's class of a word that is a given name and nothing else

#: Cleaning steps that leave a shorter form of the same name.
SHORTENING_STEPS = frozenset({"legal", "tail", "plural", "possessive"})

#: Cleaning steps that drop no part of a name, so that what is left names the same entity.
UNAMBIGUOUS_STEPS = frozenset({"bracket", "lead", "title", "pronoun", "possessive"})

MAX_SOUND_CANDIDATES = 2

MIN_NAMESAKES = 4  #: well-known people who share a given name, from which on it tells of none


def find_surface_candidates(
    profile: NameProfile, knowledge: Knowledge
) -> tuple[EntityCandidate, ...]:
    """List the candidates of a surface with their weights, the likelier sources first."""
    return tuple(
        weigh_candidate(candidate, profile, profile.frequency, knowledge)
        for source in SURFACE_SOURCES
        for candidate in source(profile, knowledge)
    )


def is_unambiguous(profile: NameProfile) -> bool:
    """Return whether exactly one entry has the name, which is no ordinary word."""
    if len(profile.matches) != 1:
        return False
    match = profile.matches[0]
    by_name = match.name_kind in {"name", "heard"}
    return by_name and not match.entry.is_common_word and UNAMBIGUOUS_STEPS.issuperset(match.steps)


def weigh_candidate(
    candidate: EntityCandidate, profile: NameProfile, frequency: int, knowledge: Knowledge
) -> EntityCandidate:
    """Add the features that compare the candidate's label with the name, and sum up all weights.

    Args:
        frequency: of the name.
    """
    key, source = name_key(candidate.label), candidate.source
    is_same = key == profile.key
    label_frequency = frequency if is_same else knowledge.frequencies.get(key, 0)
    features = (
        *candidate.features,
        *_source_features(source, is_same, _label_relation(profile, candidate)),
        *_usage_features(source, _frequency_class(frequency), _frequency_class(label_frequency)),
    )
    weights = knowledge.model.candidate
    weight = math.fsum([weights.get(name, 0.0) for name in features])
    return msgspec.structs.replace(candidate, features=features, weight=weight)


# Both have some dozens of distinct values, and are called for every candidate.
@lru_cache(maxsize=1 << 10)
def _source_features(source: str, is_same: bool, relation: str) -> tuple[str, ...]:
    return f"source:{source}", f"{source}:same:{is_same}", f"{source}:relation:{relation}"


@lru_cache(maxsize=1 << 10)
def _usage_features(source: str, own: int, label: int) -> tuple[str, ...]:
    """Compare how frequent the name and the label are, as classes of :func:`_frequency_class`.

    Every difference that is reached has a feature, from two classes below on.
    """
    steps = (f"{source}:often>{step}" for step in range(-2, label - own + 1))
    return (f"{source}:often:{label}:{own}", *steps)


def _frequency_class(frequency: int) -> int:
    return (min(frequency, 7) + 1) // 2


def _label_relation(profile: NameProfile, candidate: EntityCandidate) -> str:
    """Return what the label is to the name, such as longer, inside it, or what it abbreviates."""
    label = candidate.entry.short_name if candidate.entry else candidate.label
    own, target = profile.key, name_key(label)
    if own == target:
        return "same"
    if target.startswith(own) or own.startswith(target):
        return "longer" if len(target) > len(own) else "shorter"
    if own in target or target in own:
        return "around" if own in target else "inside"
    initials = "".join(word[0] for word in label.split() if word[0].isalnum()).lower()
    if own == initials or own == "".join(c for c in label if c.isupper()).lower():
        return "acronym"
    shared = set(profile.core.lower().split()) & set(label.lower().split())
    return "shares" if shared else "other"


def _match_lexicon_name(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    for match in profile.matches:
        entry = match.entry
        features = (
            f"known:{match.name_kind}:{word_mark(entry)}",
            f"known:steps:{'+'.join(match.steps)}",
            f"known:{entry.trained_type}:{match.name_kind}",
            f"known:exact:{name_key(entry.short_name) == name_key(profile.surface)}",
        )
        yield EntityCandidate(entry.name, "known", entry, features)


def _match_ticker(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    """Match the symbols of tokens, such as LINK or ADA, that a transcript writes as words.

    Tokens alone: nobody calls Franklin Templeton Ben, though that is its symbol.
    """
    lexicon = knowledge.lexicon
    symbol = profile.core.upper()
    is_word = symbol != profile.core
    is_matched = any(match.entry.tickers == (symbol,) for match in profile.matches)
    if not is_word or is_matched:
        return
    entries = (lexicon.entries[number] for number in lexicon.tickers.get(symbol, ()))
    token = next((entry for entry in entries if entry.trained_type == "crypto"), None)
    if token is None:
        return
    features = (
        f"ticker:marks:{knowledge.vocabulary.word_class(profile.core)}",
        f"ticker:known:{bool(profile.matches)}",
        f"ticker:letters:{min(len(symbol), 5)}",
    )
    yield EntityCandidate(token.name, "ticker", token, features)


def _match_part(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    if profile.matches:
        return
    size = min(len(profile.core.split()), 4)
    for match in profile.part_matches:
        entry = match.entry
        dropped = knowledge.vocabulary.word_class(match.dropped) or "?"
        is_surname = entry.trained_type == "person" and (match.side, match.word_count) == ("end", 1)
        if dropped == FIRST_NAME_ONLY and is_surname:
            similarity = phonetics.word_similarity(match.dropped.lower(), _given_name(entry))
            if similarity < phonetics.MIN_NAME_SIMILARITY:
                continue  # another person of that surname
        features = (
            f"inner:{match.side}:{entry.trained_type}:{word_mark(entry)}",
            f"inner:{match.side}:dropped:{dropped}",
            f"inner:{match.side}:{entry.trained_type}:{match.name_kind}:{dropped}",
            f"inner:{match.side}:{match.dropped.lower()}",
            f"inner:{match.side}:{match.name_kind}:{min(match.word_count, 3)}:{size}",
        )
        yield EntityCandidate(entry.name, "inner", entry, features)


def _match_longer_name(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    """Match the best-known longer name that begins with the name, or has it as a surname."""
    words = tuple(profile.core.lower().split())
    if not words:
        return
    longer: list[tuple[LexiconEntry, int]] = []
    for number, name in knowledge.entries_by_word.get(words[0], ()):
        # A single word is the first or the last of the name, under which it is listed.
        if len(words) == 1 or (len(name) > len(words) and name[: len(words)] == words):
            entry = knowledge.lexicon.entries[number]
            usage = knowledge.names.get(name_key(entry.name))
            longer.append((entry, usage.episodes if usage else 0))
    longer.sort(key=lambda item: (-item[1], item[0].name))
    for entry, episodes in longer[:1]:
        rival_episodes = longer[1][1] if len(longer) > 1 else 0
        features = (
            f"partial:{entry.trained_type}:{min(len(words), 2)}:{word_mark(entry)}",
            f"partial:alone:{len(longer) == 1}:{entry.trained_type}",
            f"partial:lead:{min(episodes // (rival_episodes + 1), 4)}",
            f"partial:marks:{knowledge.vocabulary.word_class(words[-1])}",
        )
        is_shared = (
            len(words) == 1
            and "F" in knowledge.vocabulary.word_class(words[0])
            and _given_name(entry) == words[0]
            and sum(
                each.trained_type == "person" and _given_name(each) == words[0]
                for each, _ in longer
            )
            >= MIN_NAMESAKES
        )
        yield EntityCandidate(
            entry.name, "partial", entry, features, is_shared_given_name=is_shared
        )


def _given_name(person: LexiconEntry) -> str:
    return person.short_name.partition(" ")[0].lower()


def _match_sound(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    words = profile.core.split()
    for match in profile.sound_matches[:MAX_SOUND_CANDIDATES]:
        entry, lacking = match.entry, list[str]()
        entry_words = set(entry.short_name.lower().split())
        for part in profile.part_matches:  # well-known words that the entry's name may lack
            own = words[-part.word_count :] if part.side == "end" else words[: part.word_count]
            if entry_words.isdisjoint(map(str.lower, own)):
                form = "acronym" if own[0].isupper() else "name"
                lacking.append(f"heard:lacks:{part.side}:{form}")
        features = (
            *thermometer_features("heard", match.similarity),
            *thermometer_features(f"heard:{entry.trained_type}", match.similarity),
            f"heard:{word_mark(entry)}",
            *token_similarity_features("heard", profile.core, entry.short_name),
            *_name_word_features(profile.core, entry, knowledge),
            *lacking,
        )
        yield EntityCandidate(entry.name, "heard", entry, features)


def _name_word_features(core: str, entry: LexiconEntry, knowledge: Knowledge) -> Iterator[str]:
    """Mark whether a name's words are names themselves: "Kelly" is seldom a misheard "Kiley"."""
    own, target = core.split(), entry.short_name.split()
    if len(own) != len(target):
        return
    for side, position in (("first", 0), ("last", -1))[: len(own)]:
        if own[position].lower() != target[position].lower():
            marks = knowledge.vocabulary.word_class(own[position]) or "?"
            yield f"heard:{side}:is:{marks}:{entry.trained_type}"


def thermometer_features(name: str, value: float) -> Iterator[str]:
    """Mark every twentieth from 0.6 that a value in [0, 1] reaches.

    >>> list(thermometer_features("x", 0.72))
    ['x>60', 'x>65', 'x>70']
    """
    for step in range(60, int(value * 100) + 1, 5):
        yield f"{name}>{step}"


def token_similarity_features(source: str, core: str, label: str) -> Iterator[str]:
    """Compare the words of two names one by one."""
    core_words, label_words = core.lower().split(), label.lower().split()
    yield f"{source}:tokens:{min(len(core_words), 3)}:{min(len(label_words), 3)}"
    if len(core_words) == len(label_words) == 2:
        for side, left, right in zip(("first", "last"), core_words, label_words, strict=True):
            yield f"{source}:{side}:same:{left == right}"
            similarity = phonetics.word_similarity(left, right)
            yield from thermometer_features(f"{source}:{side}", similarity)


def _match_without_suffix(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    for variant in variants.generate_variants(profile.core):
        if variant.steps and SHORTENING_STEPS.issuperset(variant.steps):
            name = variant.text
            tail = profile.core[len(name) :].split()
            features = (
                f"shorter:{'+'.join(variant.steps)}",
                f"shorter:tail:{tail[-1].lower() if tail else ''}",
            )
            yield EntityCandidate(name, "shorter", find_entry(name, knowledge), features)


def _take_surface(profile: NameProfile, knowledge: Knowledge) -> Iterator[EntityCandidate]:
    usage, frequency = profile.usage, profile.frequency or 1
    rivals = "known" if profile.matches else "heard" if profile.sound_matches else "none"
    marks = next((name for name in profile.features if name.startswith("marks:")), "")
    features = (f"itself:{rivals}", f"itself:{marks}", f"itself:episodes:{min(frequency, 6)}")
    spelling = usage.spelling if usage else profile.core
    label = spelling.rstrip(variants.FINAL_MARKS)
    mark = spelling[len(label) :]
    yield EntityCandidate(label, "itself", None, features, final_mark=mark)


SURFACE_SOURCES: tuple[Callable[[NameProfile, Knowledge], Iterator[EntityCandidate]], ...] = (
    _match_lexicon_name, _match_ticker, _match_part, _match_longer_name, _match_sound,
    _match_without_suffix, _take_surface,
)  # fmt: skip
