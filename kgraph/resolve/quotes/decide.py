"""Distinct quotes of a recording.

Takes a recording's files with their fingerprints and the corpus's table; gives one
:class:`QuoteDecision` for each distinct text. Two extractors cut a sentence differently: a text in
a longer one is an occurrence of the longer one, and its row keeps its own words.

Invariant: every row is in exactly one decision, and recordings that share a text share its key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from kgraph.base.model import EpisodeFile, Reason, Row
from kgraph.resolve.quotes.advert_rules import (
    ADVERT_THRESHOLD,
    PRIOR_PROBABILITY,
    advert_probability,
    wording_reasons,
)
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints, tokenize_quote
from kgraph.resolve.quotes.quote_table import QuoteTable
from kgraph.resolve.quotes.relevance import calibrate_relevance
from kgraph.resolve.quotes.sponsors import Sponsor, sponsor_reason

_MIN_CONTAINED_SHARE = 0.8  #: of a text's trigrams, that a longer text must share to contain it
_MAX_POSTINGS = 64  #: texts that share a trigram; one of more is a turn of phrase and is ignored
_LINK_LETTERS = 5  #: of the first word of a trigram by which texts are compared
_MIN_LINKS = 4  #: of a text with fewer, all trigrams count


_Trigram = tuple[str, str, str]


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
    runs: tuple[int, ...]
    wording: float
    raw_relevance: int
    text: str


def decide_quotes(
    files: Sequence[EpisodeFile],
    table: QuoteTable,
    fingerprints: Sequence[QuoteFingerprints],
    sponsors: Sequence[Sponsor] = (),
) -> tuple[QuoteDecision, ...]:
    """Return the distinct quotes of a recording's files, in order of their first rows."""
    rows = [
        _QuoteRow(number, row, key, shingles, runs, wording / 10, raw, row.text("text"))
        for number, (episode, file) in enumerate(zip(files, fingerprints, strict=True))
        for row, key, shingles, runs, wording, raw in zip(
            episode.rows.get("quotes", ()),
            file.hex_keys(),
            file.unpack_shingles(),
            file.unpack_runs(),
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
    words = {key: tokenize_quote(row.text) for key, row in by_key.items()}
    all_links = {key: _choose_links(of_text) for key, of_text in words.items()}
    shared: set[_Trigram] = set()
    seen: set[_Trigram] = set()
    for of_text in all_links.values():
        shared |= seen & of_text
        seen |= of_text
    links = {key: of_text & shared for key, of_text in all_links.items()}
    similar = [row for row in by_key.values() if links[row.key]]
    postings: dict[_Trigram, list[str]] = defaultdict(list)
    similar.sort(key=lambda row: (-len(row.text), row.key))
    ranks = {row.key: rank for rank, row in enumerate(similar)}
    for row in similar:
        needed = len(all_links[row.key]) / 2  # links; those of a text in a longer one are shared
        longer = None
        if row.key not in table.unmergeable and len(links[row.key]) >= needed:
            counts = _count_sharing(links[row.key], postings)
            longer = _find_container(
                words[row.key],
                (key for key, count in counts.items() if count >= needed),
                words,
                ranks,
            )
        if longer:
            canonical[row.key] = canonical[longer]
            continue
        for link in links[row.key]:
            postings[link].append(row.key)
    return canonical


def _count_sharing(
    links: Iterable[_Trigram], postings: Mapping[_Trigram, Sequence[str]]
) -> Counter[str]:
    """Count the links of a text that each longer text has.

    Most texts that share a link share one by chance; a text in a longer one shares most.
    """
    sharing = (postings[n] for n in links if len(postings.get(n, ())) <= _MAX_POSTINGS)
    return Counter(key for keys in sharing for key in keys)


def _find_container(
    own: Sequence[str],
    candidates: Iterable[str],
    words: Mapping[str, Sequence[str]],
    ranks: Mapping[str, int],
) -> str | None:
    """Return the key of the longest of some texts that contains a text, given its words."""
    trigrams = set(_list_trigrams(own))
    needed = _MIN_CONTAINED_SHARE * len(trigrams)
    containing = (
        key
        for key in candidates
        if len(trigrams.intersection(_list_trigrams(words[key]))) >= needed
    )
    return min(containing, key=lambda key: ranks[key], default=None)


def _list_trigrams(words: Sequence[str]) -> list[_Trigram]:
    return list(zip(words, words[1:], words[2:], strict=False))


def _choose_links(words: Sequence[str]) -> set[_Trigram]:
    trigrams = _list_trigrams(words)
    links = {trigram for trigram in trigrams if len(trigram[0]) >= _LINK_LETTERS}
    return links if len(links) >= _MIN_LINKS else set(trigrams)


def _decide_group(
    key: str, rows: Sequence[_QuoteRow], table: QuoteTable, sponsors: Sequence[Sponsor]
) -> QuoteDecision:
    main = sold = rows[0]
    if len(rows) > 1:
        # The text that the key is made from first, then the longest, then the earliest.
        main = max(rows, key=lambda r: (r.key == key, len(r.text), -r.file, -r.row.index))
        # The language model may call a cut of it promotion; a short cut says little of the whole.
        cuts = (row for row in rows if 2 * len(row.text) >= len(main.text))
        sold = max(cuts, key=lambda row: row.wording)
    raw = max(row.raw_relevance for row in rows)
    sources = tuple((row.file, row.row.index) for row in rows)
    sponsor = sponsor_reason(main.text, sponsors)
    shared = table.adverts.get(key, 0.0)
    is_repeated = not (
        table.recordings_by_shingle.keys().isdisjoint(main.shingles)
        and table.recordings_by_run.keys().isdisjoint(main.runs)
    )
    if not (sold.wording or sponsor or shared or is_repeated):
        # Without evidence, the prior alone does not lower the relevance.
        return QuoteDecision(key, main.text, sources, calibrate_relevance(raw), PRIOR_PROBABILITY)
    log_odds = sold.wording + (sponsor.weight if sponsor else 0.0)
    advert, repetition = advert_probability(
        main.shingles, table.recordings_by_shingle, log_odds, main.runs, table.recordings_by_run
    )
    reasons: list[Reason] = []
    if advert >= ADVERT_THRESHOLD:
        reasons = wording_reasons(frozenset(tokenize_quote(sold.text)), sold.text, sold.row)
        reasons += [reason for reason in (sponsor, repetition) if reason]
        reasons.sort(key=lambda reason: (-reason.weight, reason.words))
    elif shared >= ADVERT_THRESHOLD:
        reasons = [Reason("elsewhere", "is an advert in another episode that has it")]
    advert = max(advert, shared)
    relevance = calibrate_relevance(raw, advert)
    return QuoteDecision(key, main.text, sources, relevance, advert, tuple(reasons))
