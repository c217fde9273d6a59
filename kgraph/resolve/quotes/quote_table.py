"""The texts that quotes of several recordings share, looked up by every decision on a quote."""

from __future__ import annotations

from collections.abc import Mapping, Set

import msgspec


class QuoteTable(msgspec.Struct, frozen=True, array_like=True):
    """The texts that quotes of several recordings share."""

    #: of :data:`~kgraph.resolve.quotes.advert_rules.MIN_REPEAT_RECORDINGS` at least
    recordings_by_shingle: Mapping[int, int] = {}
    merged_into: Mapping[str, str] = {}  #: key of a quote -> key of the longer one that replaces it
    #: key of a quote of several recordings, or one that replaces others -> slug of its first
    first_recording: Mapping[str, str] = {}
    unmergeable: Set[str] = frozenset()  #: all keys of the two fields above
    #: key of a quote of several recordings -> highest probability that one of its texts is an
    #: advert, so that it is one in all of them or in none
    adverts: Mapping[str, float] = {}
    #: of quotes and of passages around names, at least two
    recordings_by_run: Mapping[int, int] = {}
