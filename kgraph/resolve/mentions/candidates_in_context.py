"""Which things a row may name, in its episode.

Takes a row, gives its candidates: those of its surface (``resolve.standing``), and those
that only its episode and its place in the transcript give, each source a function in
:data:`CONTEXT_SOURCES`:

    longer    an entry goes by the name and the words around it, which the extraction cut
    grown     the name and the capitalised words that stand around it
    full      the episode has a full name with this first name or surname
    here      a name of the episode's title, summary or language-model rows sounds like it
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kgraph.base import text as names
from kgraph.base.lexicon import Lexicon, LexiconMatch
from kgraph.resolve import name_counts
from kgraph.resolve.mentions import candidates_by_name, phonetics
from kgraph.resolve.mentions.candidates_by_name import (
    thermometer_features,
    token_similarity_features,
)
from kgraph.resolve.mentions.name_profile import MIN_NAME_SIMILARITY, name_similarity
from kgraph.resolve.mentions.row import EntityCandidate, MentionRow, find_entry

MAX_SURROUNDING_WORDS = 4
"""Words beyond a cut name that may still belong to it (``Department of Financial Services``)."""

_WORD = re.compile(r"[\w'$]+(?:[.&+-][\w'$]+)*[+]?|[&+]")


_NAME_WORD = r"(?:[A-Z][\w']*|[a-z]*[A-Z]\w*|\d[\w.]*\b)"
_WORD_JOINTS = r"\s+(?:of|for|the|of the|on|and)\s+"
_MARK_JOINTS = r"\s*[-&+/]\s*|:\s|\s+|\.(?=\w)"
_EXTENSION_PATTERNS = tuple(
    (
        re.compile(rf"(?:{_NAME_WORD}(?:{joints})){{1,4}}$"),
        re.compile(rf"^(?:['’][A-Z]\w+)?(?:(?:{joints}){_NAME_WORD}){{0,3}}|^\+"),
    )
    for joints in (_MARK_JOINTS, f"{_WORD_JOINTS}|{_MARK_JOINTS}")
)
"""How a name may go on to its left and right: without, and with, words between."""


def find_row_candidates(row: MentionRow) -> list[EntityCandidate]:
    """The candidates of a row, those of its surface first."""
    found = list(row.form.candidates)
    for source in UNAMBIGUOUS_SOURCES if row.form.is_unambiguous else CONTEXT_SOURCES:
        for candidate in source(row):
            found.append(candidates_by_name.weigh_candidate(candidate, row.profile, row.knowledge))
    return found


def _match_surrounding_words(row: MentionRow) -> Iterator[EntityCandidate]:
    """The longest run of words around the name that an entry goes by."""
    place = row.window
    if row.mention.extractor != "regex" or not place.name:
        return
    left = _WORD.findall(place.left[-48:])[-MAX_SURROUNDING_WORDS:] if place.is_open_left else []
    right = _WORD.findall(place.right[:48])[:MAX_SURROUNDING_WORDS] if place.is_open_right else []
    if not left and not right:
        return
    # The key of a run of words is that of its words, one behind the other.
    keys = [names.fold_letters(text) for text in (*left, place.name, *right)]
    middle = len(left)
    lexicon = row.knowledge.lexicon
    for start in range(middle + 1):
        for end in range(len(keys), middle + (start == middle), -1):
            if hits := lexicon.index.get("".join(keys[start:end])):
                sides = f"{min(middle - start, 2)}:{min(end - middle - 1, 2)}"
                yield from (_run_candidate(hit, sides, lexicon) for hit in hits)
                return


def _run_candidate(hit: LexiconMatch, sides: str, lexicon: Lexicon) -> EntityCandidate:
    entry = lexicon.get_entry(hit)
    says = (
        f"longer:{hit.name_kind}:{sides}",
        f"longer:{entry.trained_type}:{'word' if entry.word else 'name'}",
    )
    return EntityCandidate(entry.name, "longer", entry, says)


def _extend_over_capitals(row: MentionRow) -> Iterator[EntityCandidate]:
    """Cut names grow over capitalised words, digits and what joins them."""
    if row.mention.extractor != "regex" or not row.window.name:
        return
    place = row.window
    if not place.is_open_left and not place.is_open_right:
        return
    seen = {row.profile.key}
    for kind, (before, after) in zip(("tight", "loose"), _EXTENSION_PATTERNS, strict=True):
        left = before.search(place.left) if place.is_open_left else None
        right = after.match(place.right) if place.is_open_right else None
        found = _extension_candidate(row, left[0] if left else "", right[0] if right else "", kind)
        if found is not None and names.name_key(found.label) not in seen:
            seen.add(names.name_key(found.label))
            yield found


def _extension_candidate(
    row: MentionRow, before: str, after: str, kind: str
) -> EntityCandidate | None:
    core = name_counts.strip_surroundings(" ".join(f"{before}{row.window.name}{after}".split()))
    if row.profile.core not in core:
        return None
    says = (
        f"grown:{kind}:left:{_joint_class(before.rstrip()[-3:])}:{before[-1:].isspace()}",
        f"grown:{kind}:right:{_joint_class(after.lstrip()[:3])}:{after[:1].isspace()}",
        f"grown:{kind}:sides:{bool(before)}:{bool(after)}",
    )
    return EntityCandidate(core, "grown", find_entry(core, row.knowledge), says)


def _joint_class(text: str) -> str:
    """What joins a grown part to the name."""
    mark = text.strip()
    if not mark:
        return ""
    return mark if not mark.isalnum() or mark.lower() in {"of", "for", "and", "the"} else "word"


def _match_full_name(row: MentionRow) -> Iterator[EntityCandidate]:
    for word in row.form.single_words:
        if fulls := row.context.full_names.get(word):
            yield from _full_name_candidates(word, fulls, row)
            return


def _full_name_candidates(
    word: str, fulls: list[str], row: MentionRow
) -> Iterator[EntityCandidate]:
    people = [full for full in fulls if names.name_key(full) != row.profile.key]
    mark = row.knowledge.vocabulary.word_class(word)
    for full in people[:3]:
        side = "last" if full.split()[-1].lower() == word else "first"
        entry = find_entry(full, row.knowledge)
        if side == "last" and row.profile.matches and entry and entry.trained_type != "person":
            continue  # a surname is a person's: AI is not short for Generative AI
        says = (f"full:{side}:{min(len(people), 3)}:{mark}",)
        yield EntityCandidate(entry.name if entry else full, "full", entry, says)


def _match_episode_sound(row: MentionRow) -> Iterator[EntityCandidate]:
    if row.profile.matches:
        return
    best: dict[str, float] = {}
    for text, value in _find_similar_sounding(row.profile.key, row.context.names_by_sound):
        if value > best.get(text, MIN_NAME_SIMILARITY):
            best[text] = value
    for text, value in sorted(best.items(), key=lambda item: (-item[1], item[0]))[:1]:
        entry = find_entry(text, row.knowledge)
        if entry is None and not _may_be_mishearing(text, row):
            continue
        says = (
            *thermometer_features("here", value),
            f"here:{'entry' if entry else 'none'}",
            f"here:{row.mention.extractor}",
            *token_similarity_features("here", row.profile.core, text),
        )
        yield EntityCandidate(entry.name if entry else text, "here", entry, says)


def _may_be_mishearing(text: str, row: MentionRow) -> bool:
    """May the row's name be another unknown one misheard? Of two that the language model lists,
    the one that more episodes name: else each would be taken for the other."""
    if row.profile.key not in row.context.categories:
        return True
    own, other = (row.knowledge.names.get(key) for key in (row.profile.key, names.name_key(text)))
    return other is not None and (own is None or other.episodes > own.episodes)


def _find_similar_sounding(key: str, spoken: dict[str, list[str]]) -> Iterator[tuple[str, float]]:
    """(name, likeness) of the names that share a sound code with a key, but for its plural."""
    sounds = phonetics.lookup_codes(key)
    for code in sounds:
        for text in spoken.get(code, ()):
            other = names.name_key(text)
            if other not in (key, key + "s", key[:-1]):
                yield text, name_similarity(key, other, code == sounds[0])


CONTEXT_SOURCES: tuple[Callable[[MentionRow], Iterator[EntityCandidate]], ...] = (
    _match_surrounding_words, _extend_over_capitals, _match_full_name, _match_episode_sound,
)  # fmt: skip
"""Where candidates come from."""

UNAMBIGUOUS_SOURCES = CONTEXT_SOURCES[:1]
"""The same where an entry alone goes by the name: only more words can make it another."""
