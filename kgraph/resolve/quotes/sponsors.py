"""Sponsors of a recording, and the quotes that name one.

Takes the names that a recording's rows call sponsors, and how often rows of the corpus do; gives
the log-odds that a quote with the name is an advert. A company that every row calls a sponsor is
named in adverts; Google, which pays for a dozen episodes and is discussed in hundreds, is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import NamedTuple

import msgspec

from kgraph.base.model import EpisodeFile, Reason
from kgraph.base.text import name_key
from kgraph.base.word_lists import Vocabulary, load_vocabulary
from kgraph.resolve.lookups import MAX_EXACT_COUNT, round_count
from kgraph.resolve.name_counts import NameStatistics, strip_surroundings
from kgraph.resolve.quotes.advert_rules import PRIOR_LOG_ODDS, calls_sponsor
from kgraph.resolve.words import (
    is_distinctive,
    is_name_in_text,
    normalize_spacing,
)

MAX_SPONSORS = 100  #: of a recording; of more, none counts, since so many never pay together


class SponsorCounts(msgspec.Struct, frozen=True, array_like=True):
    """A name that some row calls a sponsor."""

    sponsor_rows: int  #: rows that call it so, rounded
    rows: int  #: of the language model, and passages that introduce it as a sponsor; rounded
    is_word: bool = False  #: an ordinary word, or a first name


class Sponsor(NamedTuple):
    """A sponsor of a recording, with the reason that a quote's naming it gives."""

    name: str
    is_word: bool
    reason: Reason


def count_sponsors(statistics: NameStatistics, vocabulary: Vocabulary) -> dict[str, SponsorCounts]:
    """Count the rows of each sponsor of a corpus, by :func:`~kgraph.base.text.name_key`.

    Counts are rounded by :func:`~kgraph.resolve.lookups.round_count`.
    """
    return {
        key: SponsorCounts(
            round_count(name.sponsor_rows),
            round_count(name.llm_rows + name.sponsor_passages),
            vocabulary.is_word_or_first_name(key),
        )
        for key, name in sorted(statistics.names.items())
        if name.sponsor_rows
    }


def mark_words(
    counts: Mapping[str, SponsorCounts], vocabulary: Vocabulary
) -> dict[str, SponsorCounts]:
    """Return the counts of sponsors, marked by another vocabulary as words or not."""
    return {
        key: msgspec.structs.replace(count, is_word=vocabulary.is_word_or_first_name(key))
        for key, count in counts.items()
    }


def find_sponsors(
    files: Iterable[EpisodeFile], counts: Mapping[str, SponsorCounts]
) -> tuple[Sponsor, ...]:
    """Return the sponsors of a recording, in the order of the rows."""
    sponsors = []
    for name in list_sponsor_names(files):
        count = counts.get(name_key(name))
        if count and (weight := sponsor_weight(count)):
            words = f"names {name}, called a sponsor here"
            if count.rows > MAX_EXACT_COUNT:
                words += f" and in some {count.sponsor_rows / count.rows:.0%} of other rows"
            elif count.rows > 1:
                words += f" and in {count.sponsor_rows - 1} of {count.rows - 1} other rows"
            sponsors.append(Sponsor(name, count.is_word, Reason("sponsor", words, weight)))
    return tuple(sponsors)


def list_sponsor_names(files: Iterable[EpisodeFile]) -> list[str]:
    """Return the distinct names that the rows of a recording call sponsors, in their order.

    A name without a letter, or that begins with a small one, is left out: it may be anything.
    """
    names = dict.fromkeys(
        normalize_spacing(strip_surroundings(row.text("name")))
        for file in files
        for row in file.rows.get("companies", ())
        if calls_sponsor(row)
    )
    distinctive = list(filter(is_distinctive, names))
    return distinctive if len(distinctive) <= MAX_SPONSORS else []


def sponsor_weight(count: SponsorCounts) -> float:
    """Return the log-odds, 0 or more, that a quote with a sponsor's name is an advert.

    It is one as often as the name's rows call it a sponsor. Before any other row this is two times
    in three: it counts as one row and a half.
    """
    odds = count.sponsor_rows / (count.rows - count.sponsor_rows + 0.5)
    return round(max(0.0, log(odds) - PRIOR_LOG_ODDS), 2)


def sponsor_reason(text: str, sponsors: Sequence[Sponsor]) -> Reason | None:
    """Return the strongest reason of the sponsors that a quote names; None where it names none."""
    if not sponsors:
        return None
    text = normalize_spacing(text)
    reasons = (s.reason for s in sponsors if is_name_in_text(s.name, text, is_word=s.is_word))
    return max(reasons, key=lambda reason: reason.weight, default=None)


def find_named_sponsors(episode: EpisodeFile, texts: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Return (index of a text, :func:`~kgraph.base.text.name_key`) of each sponsor that it names.

    The sponsors are those that the file itself lists.
    """
    names = list_sponsor_names([episode])
    if not names:
        return ()
    spaced = [normalize_spacing(text) for text in texts]
    return tuple(
        (index, key)
        for name in names
        for key in (name_key(name),)
        for is_word in (load_vocabulary().is_word_or_first_name(key),)
        for index, text in enumerate(spaced)
        if is_name_in_text(name, text, is_word=is_word)
    )
