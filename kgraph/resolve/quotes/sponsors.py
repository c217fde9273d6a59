"""Which quotes name who pays for the episode.

Takes what the language model lists of a recording, and how often it calls a name a sponsor in the
corpus; gives the log-odds that a quote with the name of the recording's sponsor is an advert. What
is listed as a sponsor wherever it is listed is named in adverts; Google, which pays for a dozen
episodes and is spoken of in hundreds, is not.

Invariant: only a name that a row of the same recording calls a sponsor says anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import NamedTuple

import msgspec

from kgraph.base import text as names
from kgraph.base.model import Episode, Reason
from kgraph.resolve.name_counts import NameStatistics, strip_surroundings
from kgraph.resolve.quotes.advert_rules import PRIOR_LOG_ODDS, describes_sponsor
from kgraph.resolve.rows import is_llm_row
from kgraph.resolve.word_lists import Vocabulary
from kgraph.resolve.word_match import is_distinctive, is_name_in_text, normalize_spacing

MAX_SPONSORS = 100
"""Names of sponsors that are looked for in a recording: with more of them none is, since nobody
pays for an episode together with a hundred others."""


class SponsorCounts(msgspec.Struct, frozen=True, array_like=True):
    """A name that some row of the language model calls a sponsor.

    Attributes:
        sponsors: rows that call it so.
        rows: rows of it.
        is_word: it is an ordinary word, or a given name.
    """

    sponsor_rows: int
    rows: int
    is_word: bool = False


class Sponsor(NamedTuple):
    """Who pays for a recording: a name, and what its standing in a quote says."""

    name: str
    is_word: bool
    reason: Reason


def count_sponsors(statistics: NameStatistics, vocabulary: Vocabulary) -> dict[str, SponsorCounts]:
    """The listings of a corpus, by key of the name."""
    return {
        key: SponsorCounts(name.sponsor_rows, name.llm_rows, vocabulary.is_word_or_first_name(key))
        for key, name in sorted(statistics.names.items())
        if name.sponsor_rows
    }


def find_sponsors(
    files: Iterable[Episode], listings: Mapping[str, SponsorCounts]
) -> tuple[Sponsor, ...]:
    """Who pays for a recording, in the order of the rows.

    A name that has no letter or begins with a small one is left out: it may be anything.

    Args:
        files: the recording's.
        listings: of the corpus.
    """
    found: dict[str, Sponsor] = {}
    for file in files:
        for row in file.rows.get("companies", ()):
            if is_llm_row(row) and describes_sponsor(row.text("context")):
                name = normalize_spacing(strip_surroundings(row.text("name")))
                listing = listings.get(names.name_key(name))
                if listing and is_distinctive(name):
                    found.setdefault(name, _make_sponsor(name, listing))
    return (
        tuple(one for one in found.values() if one.reason.weight)
        if len(found) <= MAX_SPONSORS
        else ()
    )


def sponsor_reason(text: str, sponsors: Sequence[Sponsor]) -> Reason | None:
    """What a quote's naming one of them says, the likeliest; None where it names none."""
    if not sponsors:
        return None
    text = normalize_spacing(text)
    found = (one.reason for one in sponsors if is_name_in_text(one.name, text, is_word=one.is_word))
    return max(found, key=lambda reason: reason.weight, default=None)


def _make_sponsor(name: str, listing: SponsorCounts) -> Sponsor:
    """A quote with the name is an advert as often as the name's other rows call it a sponsor:
    before them two times in three, which counts as one row and a half."""
    sponsors, rows = listing.sponsor_rows, listing.rows
    odds = sponsors / (rows - sponsors + 0.5)
    words = f"names {name}, called a sponsor here"
    if rows > 1:
        words += f" and in {sponsors - 1} of {rows - 1} other rows"
    reason = Reason("sponsor", words, round(max(0.0, log(odds) - PRIOR_LOG_ODDS), 2))
    return Sponsor(name, listing.is_word, reason)
