"""Distinct quotes of a recording.

Takes a recording's files with their fingerprints and the corpus's table; gives one
:class:`QuoteDecision` for each distinct text. Two extractors cut a sentence differently: a text in
a longer one is an occurrence of the longer one, and its row keeps its own words.

Invariant: every row is in exactly one decision, and recordings that share a text share its key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence, Set

import msgspec

from kgraph.base.model import EpisodeFile, Reason, Row
from kgraph.resolve.quotes.advert_rules import (
    ADVERT_THRESHOLD,
    PRIOR_PROBABILITY,
    advert_probability,
    wording_reasons,
)
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints, tokenize_quote
from kgraph.resolve.quotes.quote_table import QuoteTable, SharedQuote
from kgraph.resolve.quotes.relevance import calibrate_relevance
from kgraph.resolve.quotes.sponsors import Sponsor, sponsor_reason

_MIN_CONTAINED_SHARE = 0.8  #: of a text's trigrams, that a longer text must share to contain it
_MIN_SHARED_LINKS = 0.5  #: of a text's links, which those of a text in a longer one are
_MAX_POSTINGS = 64  #: texts that share a trigram; one of more is a turn of phrase and is ignored
_LINK_LETTERS = 5  #: of the first word of a trigram by which texts are compared
_MIN_LINKS = 4  #: of a text with fewer, all trigrams count


_NOT_SHARED = SharedQuote()

_Trigram = tuple[str, str, str]


class QuoteDecision(msgspec.Struct, frozen=True, array_like=True):
    """A distinct text of a recording."""

    key: str  #: 16 hexadecimal digits; of a longer text, if another recording has one
    text: str  #: the longest of its rows
    rows: tuple[tuple[int, int], ...]  #: (file, index in ``quotes``), in order
    relevance: float  #: highest of its rows, lowered for adverts
    advert: float  #: probability that it is an advert or boilerplate
    reasons: tuple[Reason, ...] = ()  #: where it is likely an advert
    first_recording: str = ""  #: slug of the first of several that have it

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
    by_key = {row.key: row for row in rows}
    shared = _find_shared(by_key, table)
    canonical = _map_to_canonical(by_key, shared)
    groups: dict[str, list[_QuoteRow]] = defaultdict(list)
    for row in rows:
        groups[canonical[row.key]].append(row)
    return tuple(
        _decide_group(key, group, shared.get(key, _NOT_SHARED), table, sponsors)
        for key, group in groups.items()
    )


def _find_shared(keys: Iterable[str], table: QuoteTable) -> dict[str, SharedQuote]:
    """Return what is known of quotes that others have, and of those that replace them."""
    shared = {key: quote for key in keys if (quote := table.shared.get(key))}
    replacing = {quote.merged_into for quote in shared.values()} - {"", *shared}
    return shared | {key: table.shared[key] for key in replacing}


def _map_to_canonical(
    by_key: Mapping[str, _QuoteRow], shared: Mapping[str, SharedQuote]
) -> dict[str, str]:
    """Map each text's key to that of the text which contains it, here or in the corpus."""
    canonical = {key: shared.get(key, _NOT_SHARED).merged_into or key for key in by_key}
    words = {key: tokenize_quote(row.text) for key, row in by_key.items()}
    links = {key: _choose_links(of_text) for key, of_text in words.items()}
    cuts = _find_possible_cuts(links, shared)
    compared = set[_Trigram]().union(*cuts.values())
    similar = [row for row in by_key.values() if not compared.isdisjoint(links[row.key])]
    similar.sort(key=lambda row: (-len(row.text), row.key))
    ranks = {row.key: rank for rank, row in enumerate(similar)}
    postings: dict[_Trigram, list[str]] = defaultdict(list)
    for row in similar:
        counts = _count_sharing(cuts.get(row.key, ()), postings)
        needed = _MIN_SHARED_LINKS * len(links[row.key])
        candidates = [key for key, count in counts.items() if count >= needed]
        if candidates and (longer := _find_container(words[row.key], candidates, words, ranks)):
            canonical[row.key] = canonical[longer]
            continue
        for link in compared & links[row.key]:
            postings[link].append(row.key)
    return canonical


def _find_possible_cuts(
    links: Mapping[str, Set[_Trigram]], shared: Container[str]
) -> dict[str, Set[_Trigram]]:
    """Return the repeated links of those texts that have enough of them to be in a longer one."""
    repeated: set[_Trigram] = set()
    seen: set[_Trigram] = set()
    for of_text in links.values():
        repeated |= seen & of_text
        seen |= of_text
    repeated_by_key = {key: repeated & links[key] for key in links if key not in shared}
    return {
        key: of_text
        for key, of_text in repeated_by_key.items()
        if of_text and len(of_text) >= _MIN_SHARED_LINKS * len(links[key])
    }


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
    links = {
        (word, words[index + 1], words[index + 2])
        for index, word in enumerate(words[:-2])
        if len(word) >= _LINK_LETTERS
    }
    return links if len(links) >= _MIN_LINKS else set(_list_trigrams(words))


def rank_text(has_key: bool, text: str, file: int, index: int) -> tuple[bool, int, int, int]:
    """Return the rank of a row's text among those of its quote: the greatest is the quote's.

    The text that the quote's key is made from is first, then the longest, then the earliest.
    """
    return has_key, len(text), -file, -index


def _decide_group(
    key: str,
    rows: Sequence[_QuoteRow],
    shared: SharedQuote,
    table: QuoteTable,
    sponsors: Sequence[Sponsor],
) -> QuoteDecision:
    main = sold = rows[0]
    if len(rows) > 1:
        main = max(rows, key=lambda r: rank_text(r.key == key, r.text, r.file, r.row.index))
        # The language model may call a cut of it promotion; a short cut says little of the whole.
        cuts = (row for row in rows if 2 * len(row.text) >= len(main.text))
        sold = max(cuts, key=lambda row: row.wording)
    raw = max([row.raw_relevance for row in rows])
    sources = tuple([(row.file, row.row.index) for row in rows])
    first = shared.first_recording
    sponsor = sponsor_reason(main.text, sponsors)
    is_repeated = not (
        table.recordings_by_shingle.keys().isdisjoint(main.shingles)
        and table.recordings_by_run.keys().isdisjoint(main.runs)
    )
    if not (sold.wording or sponsor or shared.advert or is_repeated):
        # Without evidence, the prior alone does not lower the relevance.
        relevance = calibrate_relevance(raw)
        return QuoteDecision(key, main.text, sources, relevance, PRIOR_PROBABILITY, (), first)
    log_odds = sold.wording + (sponsor.weight if sponsor else 0.0)
    advert, repetition = advert_probability(
        main.shingles, table.recordings_by_shingle, log_odds, main.runs, table.recordings_by_run
    )
    reasons: list[Reason] = []
    if advert >= ADVERT_THRESHOLD:
        reasons = wording_reasons(frozenset(tokenize_quote(sold.text)), sold.text, sold.row)
        reasons += [reason for reason in (sponsor, repetition) if reason]
        reasons.sort(key=lambda reason: (-reason.weight, reason.words))
    elif shared.advert >= ADVERT_THRESHOLD:
        reasons = [Reason("elsewhere", "is an advert in another episode that has it")]
    advert = max(advert, shared.advert)
    relevance = calibrate_relevance(raw, advert)
    return QuoteDecision(key, main.text, sources, relevance, advert, tuple(reasons), first)
