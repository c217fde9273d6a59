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
from kgraph.resolve.name_counts import Statistics, core
from kgraph.resolve.quotes.advert_rules import PRIOR, is_sponsor
from kgraph.resolve.rows import is_llm
from kgraph.resolve.word_lists import Vocabulary
from kgraph.resolve.word_match import is_named, is_telling, plain

MOST = 100
"""Names of sponsors that are looked for in a recording: with more of them none is, since nobody
pays for an episode together with a hundred others."""


class Listing(msgspec.Struct, frozen=True, array_like=True):
    """A name that some row of the language model calls a sponsor.

    Attributes:
        sponsors: rows that call it so.
        rows: rows of it.
        is_word: it is an ordinary word, or a given name.
    """

    sponsors: int
    rows: int
    is_word: bool = False


class Sponsor(NamedTuple):
    """Who pays for a recording: a name, and what its standing in a quote says."""

    name: str
    is_word: bool
    reason: Reason


def tabulate(statistics: Statistics, vocabulary: Vocabulary) -> dict[str, Listing]:
    """The listings of a corpus, by key of the name."""
    return {
        key: Listing(name.sponsors, name.llm, vocabulary.is_word(key))
        for key, name in sorted(statistics.names.items())
        if name.sponsors
    }


def sponsors_of(files: Iterable[Episode], listings: Mapping[str, Listing]) -> tuple[Sponsor, ...]:
    """Who pays for a recording, in the order of the rows.

    A name that has no letter or begins with a small one is left out: it may be anything.

    Args:
        files: the recording's.
        listings: of the corpus.
    """
    found: dict[str, Sponsor] = {}
    for file in files:
        for row in file.rows.get("companies", ()):
            if is_llm(row) and is_sponsor(row.text("context")):
                name = plain(core(row.text("name")))
                listing = listings.get(names.key(name))
                if listing and is_telling(name):
                    found.setdefault(name, _sponsor(name, listing))
    return tuple(one for one in found.values() if one.reason.weight) if len(found) <= MOST else ()


def paid_by(text: str, sponsors: Sequence[Sponsor]) -> Reason | None:
    """What a quote's naming one of them says, the likeliest; None where it names none."""
    if not sponsors:
        return None
    text = plain(text)
    found = (one.reason for one in sponsors if is_named(one.name, text, is_word=one.is_word))
    return max(found, key=lambda reason: reason.weight, default=None)


def _sponsor(name: str, listing: Listing) -> Sponsor:
    """A quote with the name is an advert as often as the name's other rows call it a sponsor:
    before them two times in three, which counts as one row and a half."""
    sponsors, rows = listing.sponsors, listing.rows
    odds = sponsors / (rows - sponsors + 0.5)
    words = f"names {name}, called a sponsor here"
    if rows > 1:
        words += f" and in {sponsors - 1} of {rows - 1} other rows"
    reason = Reason("sponsor", words, round(max(0.0, log(odds) - PRIOR), 2))
    return Sponsor(name, listing.is_word, reason)
