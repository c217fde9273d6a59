"""Where a text fits a query: texts in pieces, never with markup in them.

Takes a query and a text, gives :class:`Segment` values whose texts are the text's own: who
prints them decides how a match looks, and escapes as its medium needs.
"""

from __future__ import annotations

import msgspec

from kgraph.search.syntax import SearchQuery, find_spans
from kgraph.search.tokenize import tokenize_with_offsets

SNIPPET_WIDTH_CHARS = 240
"""Characters of a snippet: three lines of a terminal, one long sentence."""

MAX_WINDOW_MATCHES = 100
"""Matches among which the best part of a long text is chosen: each is held against each."""


class Segment(msgspec.Struct, frozen=True):
    """A piece of text, and whether it is what was looked for."""

    text: str
    match: bool = False


def split_segments(
    query: SearchQuery, text: str, width: int = SNIPPET_WIDTH_CHARS
) -> tuple[Segment, ...]:
    """A text in pieces; of a long one, the part that fits best, with ``…`` where it was cut.

    Args:
        query: what was looked for.
        text: where it may stand.
        width: about how many characters to give at the most.
    """
    found = find_matches(query, text)
    start, end = _choose_window(text, found, width)
    pieces = [Segment("…")] if start > 0 else []
    place = start
    for first, last in found:
        if start <= first < last <= end:
            pieces += [Segment(text[place:first]), Segment(text[first:last], match=True)]
            place = last
    pieces.append(Segment(text[place:end] + ("…" if end < len(text) else "")))
    return tuple(piece for piece in pieces if piece.text)


def find_matches(query: SearchQuery, text: str) -> list[tuple[int, int]]:
    """Start and end of each part of the text that fits a term, in order, none inside another."""
    there = tokenize_with_offsets(text)
    folded = [word.folded for word in there]
    places = sorted(
        (there[first].start, there[last - 1].end)
        for term in query.terms
        for first, last in find_spans(term, folded)
    )
    merged: list[tuple[int, int]] = []
    for start, end in places:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _choose_window(text: str, found: list[tuple[int, int]], width: int) -> tuple[int, int]:
    """Start and end of the part that holds most matches, the first of equals."""
    if len(text) <= width:
        return 0, len(text)
    some = found[:MAX_WINDOW_MATCHES]
    inside = {start: sum(start <= s and e <= start + width for s, e in some) for start, _ in some}
    first = max(inside, key=lambda start: (inside[start], -start), default=0)
    # A few words before the first match, so that a reader knows what is spoken of.
    start = max(0, min(first - width // 4, len(text) - width))
    start = text.find(" ", start - 1, first) + 1 or start if start else 0
    end = min(len(text), start + width)
    if end < len(text) and (space := text.rfind(" ", first + width // 2, end)) > 0:
        end = space
    return start, end
