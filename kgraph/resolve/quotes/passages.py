"""The passages around names, and which of them are adverts.

Takes the rows of the transcript pass, which bring the words around a name, or any text that holds
one; gives the probability that the passage sells something, with the reasons. It is judged as a
quote is: by wording, by who is named and by repetition. What repeats is known of quotes
(:mod:`kgraph.resolve.quotes.repetition`), and of what stands on both sides of names, which
:func:`fingerprint_contexts` looks at and :func:`count_repeated_contexts` counts.

Invariant: wording counts in the sentence that holds the name, so that a name is not sold by the
advert that ends before it or begins behind it.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

import msgspec

from kgraph.base.model import Episode, Reason, Row
from kgraph.resolve.mentions.context import locate_mention
from kgraph.resolve.quotes.advert_rules import (
    ADVERT_THRESHOLD,
    advert_probability,
    load_cue_words,
    repetition_reason,
    sales_reasons,
    total_weight,
)
from kgraph.resolve.quotes.fingerprints import hash_shingles, tokenize_quote
from kgraph.resolve.quotes.repetition import MIN_REPEAT_RECORDINGS
from kgraph.resolve.recordings import Recording
from kgraph.resolve.rows import is_llm_row, parse_mention

_CONTEXT_CHARS = 25
"""Characters of the passage on each side of a name: four or five words."""

_SENTENCE_END = re.compile(r"[.?!]\s+(?=[\"“]?[A-Z])")
"""Where a sentence ends: never inside a web address or a number."""


class ContextFingerprints(msgspec.Struct, frozen=True, array_like=True):
    """The passages beside the names of a file.

    Attributes:
        file: the file's name.
        sides: a number for each side of each name, 4 bytes, native order.
    """

    file: str
    packed_hashes: bytes


class RepetitionCounts(msgspec.Struct, frozen=True, array_like=True):
    """What a corpus repeats: shingle of a quote, or side of a name -> in how many recordings
    it stands, of those in several."""

    shingles: dict[int, int] = {}
    contexts: dict[int, int] = {}


class AdvertScore(NamedTuple):
    """That something stands in adverts alone: its probability, and why where that is likely."""

    probability: float = 0.0
    reasons: tuple[Reason, ...] = ()

    @property
    def is_likely(self) -> bool:
        return self.probability >= ADVERT_THRESHOLD


NOT_ADVERT = AdvertScore()
"""It is no advert's."""


def fingerprint_contexts(episode: Episode) -> ContextFingerprints:
    """The passages of a file."""
    sides = array("I")
    for row in episode.rows.get("companies", ()):
        if not is_llm_row(row):
            sides.extend(context_hashes(row))
    return ContextFingerprints(episode.file, sides.tobytes())


def count_repeated_contexts(
    passages: Iterable[ContextFingerprints], recordings: Sequence[Recording]
) -> dict[int, int]:
    """Side of a name -> in how many recordings it stands, of those in several."""
    by_file = {one.file: array("I", one.packed_hashes) for one in passages}
    spread: Counter[int] = Counter()
    for recording in recordings:
        spread.update({side for file in recording.files for side in by_file.get(file, ())})
    return dict(
        sorted((side, count) for side, count in spread.items() if count >= MIN_REPEAT_RECORDINGS)
    )


def context_hashes(row: Row) -> tuple[int, ...]:
    """A number for the passage before and behind the name, each with the name; none where
    one of them is cut short."""
    text, name = row.text("context"), row.text("name")
    start = text.find(name, _CONTEXT_CHARS)
    end = start + len(name)
    if start < 0 or len(text) < end + _CONTEXT_CHARS:
        return ()
    low = text[start - _CONTEXT_CHARS : end + _CONTEXT_CHARS].lower().encode("utf-8", "replace")
    return crc32(low[:-_CONTEXT_CHARS]), crc32(low[_CONTEXT_CHARS:])


def score_passage(row: Row, repeated: RepetitionCounts) -> AdvertScore:
    """What the passage around a name says of its being an advert's.

    Args:
        row: of the transcript pass.
        repeated: what the corpus repeats.
    """
    place = locate_mention(parse_mention(row))
    said = extract_sentence(place.left, place.name, place.right)
    return score_text(row.text("context"), said, repeated, context_hashes(row))


def score_text(
    text: str,
    said: str,
    repeated: RepetitionCounts,
    sides: Sequence[int] = (),
    paid: tuple[Reason, ...] = (),
) -> AdvertScore:
    """What a text that holds a name says of its being an advert's.

    Args:
        text: a passage or a quote.
        said: its sentence that holds the name.
        repeated: what the corpus repeats.
        sides: numbers of the passages beside a name in it.
        paid: what else says that it sells something.
    """
    words = tokenize_quote(text)
    marks = load_cue_words().intersection(words)
    sold_by = (*(sales_reasons(marks, said) if marks else ()), *paid)
    found = (
        _score_hashes(runs, counts, sold_by)
        for runs, counts in ((hash_shingles(words), repeated.shingles), (sides, repeated.contexts))
    )
    return max(found, key=lambda one: one.probability)


def _score_hashes(
    runs: Sequence[int], counts: Mapping[int, int], sold_by: tuple[Reason, ...]
) -> AdvertScore:
    sure, weight = advert_probability(runs, counts, total_weight(sold_by))
    return AdvertScore(
        sure, (*sold_by, repetition_reason(runs, counts, weight)) if weight else sold_by
    )


def extract_sentence(left: str, name: str, right: str) -> str:
    """The sentence that holds a name, of the text on both sides of it."""
    return _SENTENCE_END.split(left)[-1] + name + _SENTENCE_END.split(right)[0]
