"""Texts in pieces, with the matches of a search.

A :class:`Segment` contains no markup: the caller marks matches and escapes text for its
medium.
"""

from __future__ import annotations

import msgspec

from kgraph.search.syntax import SearchQuery, find_matches
from kgraph.search.tokenize import tokenize_with_offsets

SNIPPET_WIDTH_CHARS = 240  #: three lines of a terminal, one long sentence
MAX_WINDOW_MATCHES = 100  #: matches that choose a snippet; the time is quadratic in them


class Segment(msgspec.Struct, frozen=True):
    """A piece of text, and whether it is a match."""

    text: str
    match: bool = False


def split_segments(
    query: SearchQuery, text: str, width: int = SNIPPET_WIDTH_CHARS
) -> tuple[Segment, ...]:
    """Split a text at its matches; of a long text, the part with most matches.

    The part has about ``width`` characters; ``…`` marks what was cut.
    """
    matches = find_all_matches(query, text)
    start, end = _choose_window(text, matches, width)
    segments = [Segment("…")] if start > 0 else []
    position = start
    for first, last in matches:
        if start <= first < last <= end:
            segments += [Segment(text[position:first]), Segment(text[first:last], match=True)]
            position = last
    segments.append(Segment(text[position:end] + ("…" if end < len(text) else "")))
    return tuple(segment for segment in segments if segment.text)


def find_all_matches(query: SearchQuery, text: str) -> list[tuple[int, int]]:
    """Return start and end of the matches of all terms, in order, overlapping ones merged."""
    words = tokenize_with_offsets(text)
    spans = sorted(span for term in query.terms for span in find_matches(term, text, words))
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _choose_window(text: str, matches: list[tuple[int, int]], width: int) -> tuple[int, int]:
    """Return start and end of the part with most matches, the first of equals."""
    if len(text) <= width:
        return 0, len(text)
    spans = matches[:MAX_WINDOW_MATCHES]
    counts = {start: sum(start <= s and e <= start + width for s, e in spans) for start, _ in spans}
    first = max(counts, key=lambda start: (counts[start], -start), default=0)
    # A few words before the first match give it a context.
    start = max(0, min(first - width // 4, len(text) - width))
    start = text.find(" ", start - 1, first) + 1 or start if start else 0
    end = min(len(text), start + width)
    if end < len(text) and (space := text.rfind(" ", first + width // 2, end)) > 0:
        end = space
    return start, end
