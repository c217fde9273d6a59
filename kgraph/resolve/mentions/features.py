"""Features of a row besides those of its surface, by name, such as ``right:said``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from kgraph.base.lexicon import LexiconEntry
from kgraph.base.model import ParsedMention
from kgraph.resolve.mentions.context import TextWindow, pad_words, split_words
from kgraph.resolve.mentions.row import EntityCandidate, MentionRow
from kgraph.resolve.name_counts import split_category

WINDOW_WORDS = 3  #: words on each side of a name
WINDOW_CHARS = 40  #: characters on each side in which they are looked for
MAX_DESCRIPTION_WORDS = 14  #: a language model's description opens with what a thing is
MAX_DESCRIPTION_CHARS = 200

#: Log-odds of a cue next to the name: no labelled row is decided otherwise at half or twice it.
NEAR_CUE_LOG_ODDS = 1.0
ABOUT_CUE_LOG_ODDS = 0.5  #: the same of a cue in the episode's title or summary
MAX_CUES = 3  #: cues of each sort that count: long lists would win by their length

_TOKEN = re.compile(r"[A-Za-z0-9']+|[.?!,;:$%&@/()\"-]")


def row_features(row: MentionRow, candidates: Sequence[EntityCandidate]) -> list[str]:
    """List the features of a row and of its candidates."""
    features = own_features(row)
    for candidate in candidates:
        if candidate.entry is not None and candidate.source not in {"known", "inner"}:
            features.append(f"candidate:{candidate.source}:{candidate.entry.trained_type}")
        if candidate.source == "grown":
            features += [name for name in candidate.features if name.startswith("grown:")]
    return features


def own_features(row: MentionRow) -> list[str]:
    """List the features of a row without those of its candidates."""
    mention, key = row.mention, row.profile.key
    if mention.extractor == "hand":
        category = _category_features(mention.category) if mention.category else ()
        return ["always", *category, *_cue_features(row)]
    is_llm = mention.extractor == "llm"
    features = ["always", f"stated:{mention.extractor}:{mention.stated}"]
    if is_llm:
        words = split_words(mention.context[:MAX_DESCRIPTION_CHARS])[:MAX_DESCRIPTION_WORDS]
        features += _category_features(mention.category)
        features += [f"described:{word}" for word in words]
    else:
        features += _transcript_features(mention, row.window)
        if row.form.is_function_words:
            features.append("rule:function-words")
        if is_ordinary_word(row):
            features.append("rule:ordinary-word")
        features += [f"category:{word}" for word in row.context.categories.get(key, ())]
    features.append(f"rows:{min(row.context.row_counts.get(key, 1), 3)}:{is_llm}")
    features += _cue_features(row)
    return features


def is_ordinary_word(row: MentionRow) -> bool:
    """Return whether the transcript has the name in lower case, as ordinary words.

    Also where it has the first word so: "enterprises scale AI". Of a known name it counts only in a
    transcript that has capitals.
    """
    name, words = row.window.name, row.knowledge.vocabulary.words
    if not name.islower():
        start = max(name.lower().find(row.profile.core.lower()), 0)
        first = name[start:].partition(" ")[0]
        return first.islower() and first in words and not row.profile.core.startswith(first)
    is_cased = not row.mention.context.islower() and not row.mention.surface.islower()
    for match in row.profile.matches:
        if match.entry.is_common_word or (is_cased and match.entry.name[:1].isupper()):
            return True
    return words.issuperset(name.split())


@lru_cache(maxsize=1 << 13)
def _category_features(category: str) -> tuple[str, ...]:
    words = split_category(category)
    return ("category=" + " ".join(words), *(f"category:{word}" for word in words))


def _transcript_features(mention: ParsedMention, window: TextWindow) -> list[str]:
    kind = "phrase" if mention.category == "unknown" else "listed"
    casing = "gone"
    if window.name:
        is_as_listed = window.name == mention.surface
        casing = "lower" if window.name.islower() else "as" if is_as_listed else "other"
    features = [f"regex:{kind}", f"written:{kind}:{casing}"]
    left = _TOKEN.findall(window.left[-WINDOW_CHARS:])[-WINDOW_WORDS:]
    right = _TOKEN.findall(window.right[:WINDOW_CHARS])[:WINDOW_WORDS]
    if left:
        features += _neighbour_features("left", "edge", left[-1])
    if right:
        features += _neighbour_features("right", "follow", right[0])
    features.append(f"inside:{_is_joined(window.left[-1:])}:{_is_joined(window.right[:1])}")
    features += [f"before:{token.lower()}" for token in left[:-1]]
    features += [f"after:{token.lower()}" for token in right[1:]]
    return features


# Few words stand next to most names.
@lru_cache(maxsize=1 << 12)
def _neighbour_features(side: str, edge: str, token: str) -> tuple[str, str]:
    token_class = token
    if token[0].isdigit():
        token_class = "9"
    elif token[0].isalpha():
        token_class = "Aa" if token[0].isupper() else "aa"
    return f"{side}:{token.lower()}", f"{edge}:{token_class}"


def _is_joined(letter: str) -> bool:
    return letter.isalnum() or letter == "-"


def _cue_features(row: MentionRow) -> Iterator[str]:
    around = ""
    for match in row.profile.matches:
        entry = match.entry
        if not entry.cues and not entry.unless:
            continue
        around = around or words_around(row.mention)
        if any(f" {cue} " in around for cue in entry.cues):
            yield f"cue:near:{entry.trained_type}"
        elif any(map(row.context.mentions_phrase, entry.cues)):
            yield f"cue:about:{entry.trained_type}"
        elif entry.cues:
            yield f"cue:none:{entry.trained_type}"
        if any(f" {phrase} " in around for phrase in entry.unless):
            yield f"unless:{entry.trained_type}"


def cue_log_odds(row: MentionRow, entry: LexiconEntry) -> float:
    """Return what the cues of an entry say for it, against another entry of the name."""
    around = words_around(row.mention)
    near = min(sum(f" {cue} " in around for cue in entry.cues), MAX_CUES)
    against = sum(f" {phrase} " in around for phrase in entry.unless)
    about = min(sum(map(row.context.mentions_phrase, entry.cues)), MAX_CUES)
    return NEAR_CUE_LOG_ODDS * (near - against) + ABOUT_CUE_LOG_ODDS * about


def words_around(mention: ParsedMention) -> str:
    """Return the words of a mention's context and category, a space on both sides of each."""
    return pad_words(f"{mention.context} {mention.category}".replace("_", " "))
