"""Distinct quotes of a recording.

Takes a recording's files with their fingerprints and the corpus's table; gives one
:class:`QuoteDecision` for each distinct text. Two extractors cut a sentence differently: a text in
a longer one is an occurrence of the longer one, and its row keeps its own words.

Invariant: every row is in exactly one decision, and recordings that share a text share its key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from kgraph.base.model import EpisodeFile, Reason, Row
from kgraph.resolve.quotes.advert_rules import (
    ADVERT_THRESHOLD,
    PRIOR_PROBABILITY,
    advert_probability,
    wording_reasons,
)
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints, tokenize_quote
from kgraph.resolve.quotes.relevance import calibrate_relevance
from kgraph.resolve.quotes.repetition import QuoteTable
from kgraph.resolve.quotes.sponsors import Sponsor, sponsor_reason

_MIN_CONTAINED_SHARE = 0.8  #: of a text's trigrams, that a longer text must share to contain it
_MAX_POSTINGS = 64  #: texts that share a shingle; one of more is a turn of phrase and is ignored


class QuoteDecision(msgspec.Struct, frozen=True, array_like=True):
    """A distinct text of a recording."""

    key: str  #: 16 hexadecimal digits; of a longer text, if another recording has one
    text: str  #: the longest of its rows
    rows: tuple[tuple[int, int], ...]  #: (file, index in ``quotes``), in order
    relevance: float  #: highest of its rows, lowered for adverts
    advert: float  #: probability that it is an advert or boilerplate
    reasons: tuple[Reason, ...] = ()  #: where it is likely an advert

    @property
    def is_advert(self) -> bool:
        return self.advert >= ADVERT_THRESHOLD


class _QuoteRow(msgspec.Struct, frozen=True):
    """A row with its fingerprints."""

    file: int
    row: Row
    key: str
    shingles: tuple[int, ...]
    wording: float
    raw_relevance: int

    @property
    def text(self) -> str:
        return self.row.text("text")


def decide_quotes(
    files: Sequence[EpisodeFile],
    table: QuoteTable,
    fingerprints: Sequence[QuoteFingerprints],
    sponsors: Sequence[Sponsor] = (),
) -> tuple[QuoteDecision, ...]:
    """Return the distinct quotes of a recording's files, in order of their first rows."""
    rows = [
        _QuoteRow(number, row, key, shingles, wording / 10, raw)
        for number, (episode, file) in enumerate(zip(files, fingerprints, strict=True))
        for row, key, shingles, wording, raw in zip(
            episode.rows.get("quotes", ()),
            file.hex_keys(),
            file.unpack_shingles(),
            file.wording,
            file.relevance,
            strict=True,
        )
    ]
    canonical = _map_to_canonical(rows, table)
    groups: dict[str, list[_QuoteRow]] = defaultdict(list)
    for row in rows:
        groups[canonical[row.key]].append(row)
    return tuple(_decide_group(key, group, table, sponsors) for key, group in groups.items())


def _map_to_canonical(rows: Sequence[_QuoteRow], table: QuoteTable) -> dict[str, str]:
    """Map each text's key to that of the text which contains it, here or in the corpus."""
    by_key = {row.key: row for row in rows}
    canonical = {key: table.merged_into.get(key, key) for key in by_key}
    counts = Counter(number for row in by_key.values() for number in row.shingles)
    similar = [row for row in by_key.values() if any(counts[n] > 1 for n in row.shingles)]
    postings: dict[int, list[_QuoteRow]] = defaultdict(list)
    for row in sorted(similar, key=lambda row: (-len(row.text), row.key)):
        longer = None if row.key in table.unmergeable else _find_container(row, postings)
        if longer:
            canonical[row.key] = canonical[longer.key]
            continue
        for number in row.shingles:
            postings[number].append(row)
    return canonical


def _find_container(row: _QuoteRow, postings: dict[int, list[_QuoteRow]]) -> _QuoteRow | None:
    sharing = (postings[n] for n in row.shingles if len(postings.get(n, ())) <= _MAX_POSTINGS)
    candidates = {longer.key: longer for rows in sharing for longer in rows}
    trigrams = _trigrams(row.text) if candidates else frozenset()
    needed = _MIN_CONTAINED_SHARE * len(trigrams)
    for longer in candidates.values() if trigrams else ():
        if len(trigrams & _trigrams(longer.text)) >= needed:
            return longer
    return None


@lru_cache(1 << 10)
def _trigrams(text: str) -> frozenset[tuple[str, ...]]:
    words = tokenize_quote(text)
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _decide_group(
    key: str, rows: Sequence[_QuoteRow], table: QuoteTable, sponsors: Sequence[Sponsor]
) -> QuoteDecision:
    # The text that the key is made from first, then the longest, then the earliest.
    main = max(rows, key=lambda r: (r.key == key, len(r.text), -r.file, -r.row.index))
    raw = max(row.raw_relevance for row in rows)
    sources = tuple((row.file, row.row.index) for row in rows)
    sponsor = sponsor_reason(main.text, sponsors)
    if not (main.wording or sponsor) and table.recordings_by_shingle.keys().isdisjoint(
        main.shingles
    ):
        # Without evidence, the prior alone does not lower the relevance.
        return QuoteDecision(key, main.text, sources, calibrate_relevance(raw), PRIOR_PROBABILITY)
    log_odds = main.wording + (sponsor.weight if sponsor else 0.0)
    advert, repetition = advert_probability(main.shingles, table.recordings_by_shingle, log_odds)
    reasons: list[Reason] = []
    if advert >= ADVERT_THRESHOLD:
        reasons = wording_reasons(frozenset(tokenize_quote(main.text)), main.text, main.row)
        reasons += [reason for reason in (sponsor, repetition) if reason]
        reasons.sort(key=lambda reason: (-reason.weight, reason.words))
    relevance = calibrate_relevance(raw, advert)
    return QuoteDecision(key, main.text, sources, relevance, advert, tuple(reasons))
