"""The passages around names, and which of them are adverts.

Takes the rows of the transcript pass, which bring the words around a name, or any text that holds
one; gives the probability that the passage sells something, with the reasons. It is judged as a
quote is: by wording, by who is named and by repetition. What repeats is known of quotes
(:mod:`kgraph.resolve.quotes.repetition`), and of what stands on both sides of names, which
:func:`observe_passages` looks at and :func:`tabulate` counts.

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
from kgraph.resolve.mentions.place import place_of
from kgraph.resolve.quotes.advert_rules import (
    LIKELY,
    cues,
    judge,
    repetition_reason,
    sold,
    weight_of,
)
from kgraph.resolve.quotes.fingerprints import shingles, words_of
from kgraph.resolve.quotes.repetition import OFTEN
from kgraph.resolve.recordings import Recording
from kgraph.resolve.rows import is_llm, mention_of

_SIDE = 25
"""Characters of the passage on each side of a name: four or five words."""

_ENDS = re.compile(r"[.?!]\s+(?=[\"“]?[A-Z])")
"""Where a sentence ends: never inside a web address or a number."""


class Passages(msgspec.Struct, frozen=True, array_like=True):
    """The passages beside the names of a file.

    Attributes:
        file: the file's name.
        sides: a number for each side of each name, 4 bytes, native order.
    """

    file: str
    sides: bytes


class Repeated(msgspec.Struct, frozen=True, array_like=True):
    """What a corpus repeats: shingle of a quote, or side of a name -> in how many recordings
    it stands, of those in several."""

    shingles: dict[int, int] = {}
    sides: dict[int, int] = {}


class Promotion(NamedTuple):
    """That something stands in adverts alone: its probability, and why where that is likely."""

    probability: float = 0.0
    reasons: tuple[Reason, ...] = ()

    @property
    def is_likely(self) -> bool:
        return self.probability >= LIKELY


TALK = Promotion()
"""It is no advert's."""


def observe_passages(episode: Episode) -> Passages:
    """The passages of a file."""
    sides = array("I")
    for row in episode.rows.get("companies", ()):
        if not is_llm(row):
            sides.extend(sides_of(row))
    return Passages(episode.file, sides.tobytes())


def tabulate(passages: Iterable[Passages], recordings: Sequence[Recording]) -> dict[int, int]:
    """Side of a name -> in how many recordings it stands, of those in several."""
    by_file = {one.file: array("I", one.sides) for one in passages}
    spread: Counter[int] = Counter()
    for recording in recordings:
        spread.update({side for file in recording.files for side in by_file.get(file, ())})
    return dict(sorted((side, count) for side, count in spread.items() if count >= OFTEN))


def sides_of(row: Row) -> tuple[int, ...]:
    """A number for the passage before and behind the name, each with the name; none where
    one of them is cut short."""
    text, name = row.text("context"), row.text("name")
    start = text.find(name, _SIDE)
    end = start + len(name)
    if start < 0 or len(text) < end + _SIDE:
        return ()
    low = text[start - _SIDE : end + _SIDE].lower().encode("utf-8", "replace")
    return crc32(low[:-_SIDE]), crc32(low[_SIDE:])


def read_out(row: Row, repeated: Repeated) -> Promotion:
    """What the passage around a name says of its being an advert's.

    Args:
        row: of the transcript pass.
        repeated: what the corpus repeats.
    """
    place = place_of(mention_of(row))
    said = sentence(place.left, place.found, place.right)
    return judged(row.text("context"), said, repeated, sides_of(row))


def judged(
    text: str,
    said: str,
    repeated: Repeated,
    sides: Sequence[int] = (),
    paid: tuple[Reason, ...] = (),
) -> Promotion:
    """What a text that holds a name says of its being an advert's.

    Args:
        text: a passage or a quote.
        said: its sentence that holds the name.
        repeated: what the corpus repeats.
        sides: numbers of the passages beside a name in it.
        paid: what else says that it sells something.
    """
    words = words_of(text)
    marks = cues().intersection(words)
    sold_by = (*(sold(marks, said) if marks else ()), *paid)
    found = (
        _judged(runs, counts, sold_by)
        for runs, counts in ((shingles(words), repeated.shingles), (sides, repeated.sides))
    )
    return max(found, key=lambda one: one.probability)


def _judged(
    runs: Sequence[int], counts: Mapping[int, int], sold_by: tuple[Reason, ...]
) -> Promotion:
    sure, weight = judge(runs, counts, weight_of(sold_by))
    return Promotion(
        sure, (*sold_by, repetition_reason(runs, counts, weight)) if weight else sold_by
    )


def sentence(left: str, name: str, right: str) -> str:
    """The sentence that holds a name, of the text on both sides of it."""
    return _ENDS.split(left)[-1] + name + _ENDS.split(right)[0]
