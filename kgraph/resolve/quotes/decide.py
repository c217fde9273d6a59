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
from kgraph.resolve.quotes.advert_rules import LIKELY, NONE, judge, repetition_reason, wording
from kgraph.resolve.quotes.fingerprints import QuoteSummary, observe_quotes, words_of
from kgraph.resolve.quotes.relevance import relevance
from kgraph.resolve.quotes.repetition import QuoteTable
from kgraph.resolve.quotes.sponsors import Sponsor, paid_by

_WITHIN = 0.8
"""Part of the shorter text's runs of three words that the longer one must hold."""

_COMMON = 64
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
    own: bool
    rows: tuple[tuple[int, int], ...]
    relevance: float
    advert: float
    reasons: tuple[Reason, ...] = ()

    @property
    def is_advert(self) -> bool:
        return self.advert >= LIKELY


class _Item(msgspec.Struct, frozen=True):
    """One row, with what its file's summary says of it."""

    file: int
    row: Row
    key: str
    runs: tuple[int, ...]
    wording: float
    raw: int


def decide_quotes(
    files: Sequence[Episode],
    table: QuoteTable,
    summaries: Sequence[QuoteSummary] | None = None,
    sponsors: Sequence[Sponsor] = (),
) -> tuple[QuoteDecision, ...]:
    """The distinct quotes of a recording, in order of their first rows.

    Args:
        files: the recording's files.
        table: what the corpus has in common.
        summaries: of these files, where they are at hand.
        sponsors: who pays for the recording.
    """
    known = summaries or [observe_quotes(episode) for episode in files]
    items = [
        item
        for file, (episode, summary) in enumerate(zip(files, known, strict=True))
        for item in _items(file, episode, summary)
    ]
    standing = _standing(items, table)
    groups: dict[str, list[_Item]] = defaultdict(list)
    for item in items:
        groups[standing[item.key]].append(item)
    return tuple(_decision(key, group, table, sponsors) for key, group in groups.items())


def _items(file: int, episode: Episode, summary: QuoteSummary) -> Iterable[_Item]:
    rows = episode.rows.get("quotes", ())
    columns = (rows, summary.key_texts(), summary.shingles(), summary.wording, summary.relevance)
    for row, key, runs, wording_, raw in zip(*columns, strict=True):
        yield _Item(file, row, key, runs, wording_ / 10, raw)


def _standing(items: Sequence[_Item], table: QuoteTable) -> dict[str, str]:
    """Key of each text -> key of the one that stands for it, here or in the corpus."""
    texts = {item.key: item for item in items}
    standing = {key: table.same.get(key, key) for key in texts}
    spread = Counter(number for item in texts.values() for number in item.runs)
    alike = [i for i in texts.values() if any(spread[number] > 1 for number in i.runs)]
    postings: dict[int, list[_Item]] = defaultdict(list)
    for item in sorted(alike, key=lambda i: (-len(i.row.text("text")), i.key)):
        longer = None if item.key in table.kept else _longer(item, postings)
        if longer:
            standing[item.key] = standing[longer.key]
            continue
        for number in item.runs:
            postings[number].append(item)
    return standing


def _longer(item: _Item, postings: dict[int, list[_Item]]) -> _Item | None:
    """The longest text here that holds this one."""
    sharing = (postings[n] for n in item.runs if len(postings.get(n, ())) <= _COMMON)
    candidates = {other.key: other for others in sharing for other in others}
    if not candidates:
        return None
    runs = _runs_of_three(item.row.text("text"))
    for other in candidates.values():
        if runs and len(runs & _runs_of_three(other.row.text("text"))) >= _WITHIN * len(runs):
            return other
    return None


@lru_cache(1 << 10)
def _runs_of_three(text: str) -> frozenset[tuple[str, ...]]:
    words = words_of(text)
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _decision(
    key: str, items: Sequence[_Item], table: QuoteTable, sponsors: Sequence[Sponsor]
) -> QuoteDecision:
    main = items[0] if len(items) == 1 else max(items, key=lambda i: _rank(i, key))
    raw = main.raw if len(items) == 1 else max(item.raw for item in items)
    text = main.row.text("text")
    own = main.key == key
    rows = tuple([(item.file, item.row.index) for item in items])
    paid = paid_by(text, sponsors)
    if not main.wording and not paid and table.repeats.keys().isdisjoint(main.runs):
        return QuoteDecision(key, text, own, rows, relevance(raw), NONE)
    beside = main.wording + (paid.weight if paid else 0.0)
    advert, repetition = judge(main.runs, table.repeats, beside)
    reasons = _reasons(main, table, repetition, paid) if advert >= LIKELY else ()
    return QuoteDecision(key, text, own, rows, relevance(raw, advert), advert, reasons)


def _rank(item: _Item, key: str) -> tuple[bool, int, int, int]:
    """The text that the key is made of first, then the longest, then the earliest."""
    return item.key == key, len(item.row.text("text")), -item.file, -item.row.index


def _reasons(
    item: _Item, table: QuoteTable, repetition: float, paid: Reason | None
) -> tuple[Reason, ...]:
    text = item.row.text("text")
    reasons = wording(frozenset(words_of(text)), text, item.row)
    if paid:
        reasons.append(paid)
    if repetition:
        reasons.append(repetition_reason(item.runs, table.repeats, repetition))
    return tuple(sorted(reasons, key=lambda r: (-r.weight, r.words)))
