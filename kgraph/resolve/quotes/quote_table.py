"""The texts that quotes of several recordings share, looked up by every decision on a quote."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kgraph.resolve.hash_counts import HashCounts

Replay = tuple[str, str]  #: slugs of two recordings that play the same conversation


class SharedQuote(msgspec.Struct, frozen=True, array_like=True):
    """A quote of several recordings, one that replaces others, or one that another replaces."""

    merged_into: str = ""  #: key of the longer one that replaces it, which is in the table, too
    first_recording: str = ""  #: slug of the first that has it; "" for one that is only replaced
    #: highest probability that one of its texts is an advert, so that it is one in all of them or
    #: in none
    advert: float = 0.0


class QuoteTable(msgspec.Struct, frozen=True, array_like=True):
    """The texts that quotes of several recordings share."""

    #: of :data:`~kgraph.resolve.quotes.advert_rules.MIN_REPEAT_RECORDINGS` at least
    recordings_by_shingle: HashCounts = HashCounts()
    shared: Mapping[str, SharedQuote] = {}  #: by key
    #: of quotes and of passages around names, at least two
    recordings_by_run: HashCounts = HashCounts()
    replays: tuple[Replay, ...] = ()  #: whose runs count once
