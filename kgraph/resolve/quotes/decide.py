"""The quotes of one recording, decided.

Takes a recording's files, their summaries and the corpus's table; gives one
:class:`QuoteDecision` a distinct text, with the rows that hold it. A text that stands
within another (two extractors cut one sentence differently) is an occurrence of the
longer one; its row keeps its own words.

Invariants:
    * every row of ``quotes`` is in exactly one decision;
    * two recordings that hold one text give its quote one key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from kgraph.base.model import Episode, Reason, Row
from kgraph.resolve.quotes.advert_rules import (
    ADVERT_THRESHOLD,
    PRIOR_PROBABILITY,
    advert_probability,
    repetition_reason,
    wording_reasons,
)
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints, fingerprint_quotes, tokenize_quote
from kgraph.resolve.quotes.relevance import calibrate_relevance
from kgraph.resolve.quotes.repetition import QuoteTable
from kgraph.resolve.quotes.sponsors import Sponsor, sponsor_reason

_MIN_CONTAINED_SHARE = 0.8
"""Part of the shorter text's runs of three words that the longer one must hold."""

_MAX_POSTINGS = 64
"""Texts of a recording that share a run of words beyond which it tells nothing of two of them."""


class QuoteDecision(msgspec.Struct, frozen=True, array_like=True):
    """A distinct text in a recording.

    Attributes:
        key: key of the quote, 16 hexadecimal digits.
        text: as written here, the longest of its rows.
        own: the key is that of ``text``; else the text that stands for it is elsewhere.
        rows: (file, index in ``quotes``) of the rows that hold it, in order.
        relevance: the highest of its rows', in [0, 1], lowered for adverts.
        advert: probability that it is an advert or boilerplate.
        reasons: why, when that is likely.
    """

    key: str
    text: str
    is_key_text: bool
    rows: tuple[tuple[int, int], ...]
    relevance: float
    advert: float
    reasons: tuple[Reason, ...] = ()

    @property
    def is_advert(self) -> bool:
        return self.advert >= ADVERT_THRESHOLD


class _QuoteRow(msgspec.Struct, frozen=True):
    """One row, with what its file's summary says of it."""

    file: int
    row: Row
    key: str
    shingles: tuple[int, ...]
    wording_weight: float
    raw_relevance: int


def decide_quotes(
    files: Sequence[Episode],
    table: QuoteTable,
    summaries: Sequence[QuoteFingerprints] | None = None,
    sponsors: Sequence[Sponsor] = (),
) -> tuple[QuoteDecision, ...]:
    """The distinct quotes of a recording, in order of their first rows.

    Args:
        files: the recording's files.
        table: what the corpus has in common.
        summaries: of these files, where they are at hand.
        sponsors: who pays for the recording.
    """
    known = summaries or [fingerprint_quotes(episode) for episode in files]
    items = [
        item
        for file, (episode, summary) in enumerate(zip(files, known, strict=True))
        for item in _join_rows(file, episode, summary)
    ]
    standing = _map_to_canonical(items, table)
    groups: dict[str, list[_QuoteRow]] = defaultdict(list)
    for item in items:
        groups[standing[item.key]].append(item)
    return tuple(_decide_group(key, group, table, sponsors) for key, group in groups.items())


def _join_rows(file: int, episode: Episode, summary: QuoteFingerprints) -> Iterable[_QuoteRow]:
    rows = episode.rows.get("quotes", ())
    columns = (
        rows,
        summary.hex_keys(),
        summary.unpack_shingles(),
        summary.wording,
        summary.relevance,
    )
    for row, key, runs, wording_, raw in zip(*columns, strict=True):
        yield _QuoteRow(file, row, key, runs, wording_ / 10, raw)


def _map_to_canonical(items: Sequence[_QuoteRow], table: QuoteTable) -> dict[str, str]:
    """Key of each text -> key of the one that stands for it, here or in the corpus."""
    texts = {item.key: item for item in items}
    standing = {key: table.merged_into.get(key, key) for key in texts}
    spread = Counter(number for item in texts.values() for number in item.shingles)
    alike = [i for i in texts.values() if any(spread[number] > 1 for number in i.shingles)]
    postings: dict[int, list[_QuoteRow]] = defaultdict(list)
    for item in sorted(alike, key=lambda i: (-len(i.row.text("text")), i.key)):
        longer = None if item.key in table.unmergeable else _find_container(item, postings)
        if longer:
            standing[item.key] = standing[longer.key]
            continue
        for number in item.shingles:
            postings[number].append(item)
    return standing


def _find_container(item: _QuoteRow, postings: dict[int, list[_QuoteRow]]) -> _QuoteRow | None:
    """The longest text here that holds this one."""
    sharing = (postings[n] for n in item.shingles if len(postings.get(n, ())) <= _MAX_POSTINGS)
    candidates = {other.key: other for others in sharing for other in others}
    if not candidates:
        return None
    runs = _trigrams(item.row.text("text"))
    for other in candidates.values():
        if runs and len(runs & _trigrams(other.row.text("text"))) >= _MIN_CONTAINED_SHARE * len(
            runs
        ):
            return other
    return None


@lru_cache(1 << 10)
def _trigrams(text: str) -> frozenset[tuple[str, ...]]:
    words = tokenize_quote(text)
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _decide_group(
    key: str, items: Sequence[_QuoteRow], table: QuoteTable, sponsors: Sequence[Sponsor]
) -> QuoteDecision:
    main = items[0] if len(items) == 1 else max(items, key=lambda i: _rank_row(i, key))
    raw = main.raw_relevance if len(items) == 1 else max(item.raw_relevance for item in items)
    text = main.row.text("text")
    own = main.key == key
    rows = tuple([(item.file, item.row.index) for item in items])
    paid = sponsor_reason(text, sponsors)
    if (
        not main.wording_weight
        and not paid
        and table.recordings_by_shingle.keys().isdisjoint(main.shingles)
    ):
        return QuoteDecision(key, text, own, rows, calibrate_relevance(raw), PRIOR_PROBABILITY)
    beside = main.wording_weight + (paid.weight if paid else 0.0)
    advert, repetition = advert_probability(main.shingles, table.recordings_by_shingle, beside)
    reasons = _advert_reasons(main, table, repetition, paid) if advert >= ADVERT_THRESHOLD else ()
    return QuoteDecision(key, text, own, rows, calibrate_relevance(raw, advert), advert, reasons)


def _rank_row(item: _QuoteRow, key: str) -> tuple[bool, int, int, int]:
    """The text that the key is made of first, then the longest, then the earliest."""
    return item.key == key, len(item.row.text("text")), -item.file, -item.row.index


def _advert_reasons(
    item: _QuoteRow, table: QuoteTable, repetition: float, paid: Reason | None
) -> tuple[Reason, ...]:
    text = item.row.text("text")
    reasons = wording_reasons(frozenset(tokenize_quote(text)), text, item.row)
    if paid:
        reasons.append(paid)
    if repetition:
        reasons.append(repetition_reason(item.shingles, table.recordings_by_shingle, repetition))
    return tuple(sorted(reasons, key=lambda r: (-r.weight, r.words)))
