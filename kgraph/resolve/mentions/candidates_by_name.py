"""What a surface may name whatever its episode: the candidates that stand in its profile.

Takes a profile and the knowledge, gives :class:`Candidate` values with what speaks for
each. Sources, each a function in :data:`SOURCES`:

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
from kgraph.base.lexicon import Entry
from kgraph.resolve.knowledge import Knowledge, Usage
from kgraph.resolve.mentions import phonetics, variants
from kgraph.resolve.mentions.name_profile import LIKE_ENOUGH, Inner, Profile, alikeness
from kgraph.resolve.mentions.row import Candidate, entry_of

GIVEN = "F"
"""The vocabulary's mark of a word that is a given name and nothing else."""

PLAIN_STEPS = frozenset({"legal", "tail", "plural", "possessive"})
"""Steps of cleaning that leave a shorter form of the same name."""


def of(profile: Profile, knowledge: Knowledge) -> tuple[Candidate, ...]:
    """The candidates of a surface, the likelier sources first, each with its weight."""
    return tuple(
        finished(candidate, profile, knowledge)
        for source in SOURCES
        for candidate in source(profile, knowledge)
    )


SURE_STEPS = frozenset({"bracket", "lead", "title", "pronoun", "possessive"})
"""Steps of cleaning that take away only what is no part of a name."""


def is_sure(profile: Profile) -> bool:
    """Does one entry alone go by the name, and is that name no ordinary word?"""
    if len(profile.known) != 1:
        return False
    known = profile.known[0]
    by_name = known.how in {"name", "heard"}
    return by_name and not known.entry.word and SURE_STEPS.issuperset(known.steps)


def finished(candidate: Candidate, profile: Profile, knowledge: Knowledge) -> Candidate:
    """The candidate with what its label says in relation to the name, and its weight."""
    key, own = text.key(candidate.label), knowledge.names.get(profile.key)
    says = (
        *candidate.says,
        *_said_of_source(candidate.source, key == profile.key, _relation(profile.core, candidate)),
        *_said_of_usage(candidate.source, _often(own), _often(knowledge.names.get(key))),
    )
    weights = knowledge.ranker.candidate
    weight = math.fsum([weights.get(name, 0.0) for name in says])
    return Candidate(candidate.label, candidate.source, candidate.entry, says, weight)


# Both have some dozens of distinct values, asked for with every candidate.
@lru_cache(maxsize=1 << 10)
def _said_of_source(source: str, is_same: bool, relation: str) -> tuple[str, ...]:
    return f"source:{source}", f"{source}:same:{is_same}", f"{source}:relation:{relation}"


@lru_cache(maxsize=1 << 10)
def _said_of_usage(source: str, own: int, other: int) -> tuple[str, ...]:
    """How much more the corpus speaks of a label than of the name as it stands."""
    steps = (f"{source}:often>{step}" for step in range(-2, other - own + 1))
    return (f"{source}:often:{other}:{own}", *steps)


def _often(usage: Usage | None) -> int:
    return (min(usage.episodes, 64).bit_length() + 1) // 2 if usage else 0


def _relation(core: str, candidate: Candidate) -> str:
    """How the label is written in relation to the name: "the same", longer, an acronym ..."""
    label = candidate.entry.bare if candidate.entry else candidate.label
    own, other = text.key(core), text.key(label)
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


def _known(profile: Profile, knowledge: Knowledge) -> Iterator[Candidate]:
    for known in profile.known:
        says = (
            f"known:{known.how}:{'word' if known.entry.word else 'name'}",
            f"known:steps:{'+'.join(known.steps)}",
            f"known:{known.entry.type}:{known.how}",
            f"known:exact:{text.key(known.entry.bare) == text.key(profile.surface)}",
        )
        yield Candidate(known.entry.name, "known", known.entry, says)


def _ticker(profile: Profile, knowledge: Knowledge) -> Iterator[Candidate]:
    """Who says LINK or ADA means Chainlink or Cardano, and is written down as Link or Ada.

    Tokens alone: nobody calls Franklin Templeton Ben, though that is its symbol.
    """
    lexicon = knowledge.lexicon
    symbol = profile.core.upper()
    if symbol == profile.core or any(one.entry.tickers == (symbol,) for one in profile.known):
        return
    entries = (lexicon.entries[number] for number in lexicon.tickers.get(symbol, ()))
    token = next((entry for entry in entries if entry.type == "crypto"), None)
    if token is None:
        return
    says = (
        f"ticker:marks:{knowledge.vocabulary.mark(profile.core)}",
        f"ticker:known:{bool(profile.known)}",
        f"ticker:letters:{min(len(symbol), 5)}",
    )
    yield Candidate(token.name, "ticker", token, says)


def _inner(profile: Profile, knowledge: Knowledge) -> Iterator[Candidate]:
    """What stands at the end or the start of a name that is not known as a whole."""
    if profile.known:
        return
    vocabulary = knowledge.vocabulary
    size = len(profile.core.split())
    for part in profile.inner:
        mark = "word" if part.entry.word else "name"
        dropped = vocabulary.mark(part.dropped) or "?"
        if dropped == GIVEN and _is_another(part):
            continue
        says = (
            f"inner:{part.side}:{part.entry.type}:{mark}",
            f"inner:{part.side}:dropped:{dropped}",
            f"inner:{part.side}:{part.entry.type}:{part.how}:{dropped}",
            f"inner:{part.side}:{part.dropped.lower()}",
            f"inner:{part.side}:{part.how}:{min(part.words, 3)}:{min(size, 4)}",
        )
        yield Candidate(part.entry.name, "inner", part.entry, says)


def _is_another(part: Inner) -> bool:
    """Is it somebody's surname, behind the given name of somebody else?"""
    if part.entry.type != "person" or part.side != "end" or part.words > 1:
        return False
    own, given = part.dropped.lower(), part.entry.bare.partition(" ")[0].lower()
    return alikeness(own, given, phonetics.code(own) == phonetics.code(given)) < LIKE_ENOUGH


def _partial(profile: Profile, knowledge: Knowledge) -> Iterator[Candidate]:
    """The best-known longer name that begins with the name, or has it as a surname."""
    words = tuple(profile.core.lower().split())
    longer = knowledge.parts.get(words[0], ()) if words else ()
    found = [
        (entry, usage.episodes if (usage := knowledge.names.get(text.key(entry.name))) else 0)
        for number, name in longer
        if _extends(name, words) and (entry := knowledge.lexicon.entries[number])
    ]
    found.sort(key=lambda item: (-item[1], item[0].name))
    for entry, episodes in found[:1]:
        rival = found[1][1] if len(found) > 1 else 0
        says = (
            f"partial:{entry.type}:{min(len(words), 2)}:{'word' if entry.word else 'name'}",
            f"partial:alone:{len(found) == 1}:{entry.type}",
            f"partial:lead:{min(episodes // (rival + 1), 4)}",
            f"partial:marks:{knowledge.vocabulary.mark(words[-1])}",
        )
        yield Candidate(entry.name, "partial", entry, says)


def _extends(name: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Does a name begin with the words, or end with the only one, and go beyond them?"""
    return len(name) > len(words) and words in (name[: len(words)], name[-1:])


def _heard(profile: Profile, knowledge: Knowledge) -> Iterator[Candidate]:
    for alike in profile.alike[:2]:
        says = (
            *steps("heard", alike.likeness),
            *steps(f"heard:{alike.entry.type}", alike.likeness),
            f"heard:{'word' if alike.entry.word else 'name'}",
            *words_alike("heard", profile.core, alike.entry.bare),
            *_lacking(profile, alike.entry),
        )
        yield Candidate(alike.entry.name, "heard", alike.entry, says)


def _lacking(profile: Profile, entry: Entry) -> Iterator[str]:
    """Well-known words at an end of the name that are not in the name of what it sounds like."""
    words, has = profile.core.split(), set(entry.bare.lower().split())
    for part in profile.inner:
        own = words[-part.words :] if part.side == "end" else words[: part.words]
        if has.isdisjoint(map(str.lower, own)):
            kind = "acronym" if own[0].isupper() else "name"
            yield f"heard:lacks:{part.side}:{kind}"


def steps(name: str, value: float) -> Iterator[str]:
    """A measure in [0, 1] as marks for every step that it reaches.

    >>> list(steps("x", 0.72))
    ['x>60', 'x>65', 'x>70']
    """
    for step in range(60, int(value * 100) + 1, 5):
        yield f"{name}>{step}"


def words_alike(source: str, core: str, other: str) -> Iterator[str]:
    """How the words of two names match, one by one."""
    one, two = core.lower().split(), other.lower().split()
    yield f"{source}:tokens:{min(len(one), 3)}:{min(len(two), 3)}"
    if len(one) == len(two) == 2:
        for side, left, right in zip(("first", "last"), one, two, strict=True):
            likeness = alikeness(left, right, phonetics.code(left) == phonetics.code(right))
            yield f"{source}:{side}:same:{left == right}"
            yield from steps(f"{source}:{side}", likeness)


def _shorter(profile: Profile, knowledge: Knowledge) -> Iterator[Candidate]:
    for variant in variants.variants(profile.core):
        if variant.steps and PLAIN_STEPS.issuperset(variant.steps):
            tail = profile.core[len(variant.text) :].split()
            says = (
                f"shorter:{'+'.join(variant.steps)}",
                f"shorter:tail:{tail[-1].lower() if tail else ''}",
            )
            yield Candidate(variant.text, "shorter", entry_of(variant.text, knowledge), says)


def _itself(profile: Profile, knowledge: Knowledge) -> Iterator[Candidate]:
    usage = knowledge.names.get(profile.key)
    marks = next((name for name in profile.features if name.startswith("marks:")), "")
    episodes = min(usage.episodes if usage else 1, 32).bit_length()
    says = (f"itself:{_rivals(profile)}", f"itself:{marks}", f"itself:episodes:{episodes}")
    yield Candidate(usage.spelling if usage else profile.core, "itself", None, says)


def _rivals(profile: Profile) -> str:
    if profile.known:
        return "known"
    return "heard" if profile.alike else "none"


SOURCES: tuple[Callable[[Profile, Knowledge], Iterator[Candidate]], ...] = (
    _known, _ticker, _inner, _partial, _heard, _shorter, _itself,
)  # fmt: skip
"""Where the candidates of a surface come from."""
