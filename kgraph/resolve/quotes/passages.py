"""Advert scores of the passages around names.

Takes rows of the transcript pass, or any text with a name; gives the probability that the
text sells something, by the rules for quotes and by repetition of the words around the name.

Invariant: wording counts only in the sentence with the name, since an advert may end just
before it or begin just after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from kgraph.base.model import EpisodeFile, Reason, Row
from kgraph.resolve.mentions.context import locate_mention, parse_mention
from kgraph.resolve.quotes.advert_rules import (
    ADVERT_THRESHOLD,
    PRIOR_PROBABILITY,
    advert_probability,
    load_cue_words,
    match_rules,
    total_weight,
)
from kgraph.resolve.quotes.fingerprints import (
    hash_runs,
    hash_shingles,
    hash_text,
    pack_hashes,
    tokenize_quote,
)

_CONTEXT_CHARS = 25  #: on each side of a name: four or five words
_SENTENCE_END = re.compile(r"[.?!]\s+(?=[\"“]?[A-Z])")  #: never inside a web address or a number


class ContextFingerprints(msgspec.Struct, frozen=True, array_like=True):
    """The contexts of the names in a file."""

    file: str
    #: one for each side of each name (:func:`~kgraph.resolve.quotes.fingerprints.pack_hashes`)
    packed_hashes: bytes
    packed_runs: bytes = b""  #: of the passages around the names, in the same form


class RepetitionCounts(msgspec.Struct, frozen=True, array_like=True):
    """Numbers of recordings with the same shingle or context."""

    shingles: Mapping[int, int] = {}
    contexts: Mapping[int, int] = {}  #: by hash of one side of a name
    runs: Mapping[int, int] = {}

    def has_any(self, shingles: Iterable[int], runs: Iterable[int]) -> bool:
        """Return whether a shingle or a run of a text repeats."""
        is_single = self.shingles.keys().isdisjoint(shingles) and self.runs.keys().isdisjoint(runs)
        return not is_single


class AdvertScore(NamedTuple):
    """Probability that a mention occurs in adverts alone, with the reasons where it is likely."""

    probability: float = 0.0
    reasons: tuple[Reason, ...] = ()

    @property
    def is_likely(self) -> bool:
        return self.probability >= ADVERT_THRESHOLD


NOT_ADVERT = AdvertScore()


def fingerprint_contexts(episode: EpisodeFile) -> ContextFingerprints:
    """Hash the contexts of the names that the transcript pass found in a file."""
    hashes, runs = list[int](), list[int]()
    for row in episode.rows.get("companies", ()):
        if not row.is_by_llm:
            hashes.extend(context_hashes(row))
            runs.extend(hash_runs(tokenize_quote(row.text("context"))))
    return ContextFingerprints(episode.file, pack_hashes(hashes), pack_hashes(runs))


def context_hashes(row: Row) -> tuple[int, ...]:
    """Hash the name with the words before it, and with those after it; () if these are short.

    Where few words are before it, since the transcript begins there, all that is there is hashed
    with the words after it.
    """
    text, name = row.text("context"), row.text("name")
    start = text.find(name, _CONTEXT_CHARS)
    is_opening = start < 0
    if is_opening:
        start = text.find(name)
    end = start + len(name)
    if start < 0 or len(text) < end + _CONTEXT_CHARS:
        return ()
    before = text[max(0, start - _CONTEXT_CHARS) : end + (_CONTEXT_CHARS if is_opening else 0)]
    after = text[start : end + _CONTEXT_CHARS]
    return hash_text(before.lower()), hash_text(after.lower())


def score_passage(row: Row, repetition: RepetitionCounts) -> AdvertScore:
    """Score the passage around the name of a row of the transcript pass."""
    window = locate_mention(parse_mention(row))
    sentence = extract_sentence(window.left, window.name, window.right)
    return score_text(row.text("context"), sentence, repetition, context_hashes(row))


def score_text(
    text: str,
    sentence: str,
    repetition: RepetitionCounts,
    contexts: Sequence[int] = (),
    other_reasons: tuple[Reason, ...] = (),
) -> AdvertScore:
    """Score a text by the sentence with a name, and the name's :func:`context_hashes`."""
    words = tokenize_quote(text)
    cues = load_cue_words().intersection(words)
    reasons = (*match_rules(cues, sentence, "advert"), *other_reasons)
    weight = total_weight(reasons)
    shingles, runs = hash_shingles(words), hash_runs(words)
    is_repeated = not repetition.contexts.keys().isdisjoint(contexts)
    if not (reasons or is_repeated or repetition.has_any(shingles, runs)):
        return AdvertScore(PRIOR_PROBABILITY)
    scores = []
    for hashes, recordings_by_hash in (
        (shingles, repetition.shingles),
        (contexts if is_repeated else (), repetition.contexts),
    ):
        probability, repeated = advert_probability(
            hashes, recordings_by_hash, weight, runs, repetition.runs
        )
        scores.append(AdvertScore(probability, (*reasons, repeated) if repeated else reasons))
    return max(scores, key=lambda score: score.probability)


def extract_sentence(left: str, name: str, right: str) -> str:
    """Return the sentence with a name, given the texts on both sides of the name."""
    return _SENTENCE_END.split(left)[-1] + name + _SENTENCE_END.split(right)[0]
