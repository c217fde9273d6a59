"""Surveys of the files of a corpus: what the tables of all of them are made from.

Each list of a survey is encoded alone, so that an update reads only what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import Generic, Protocol, TypeVar

import msgspec

from kgraph.resolve.name_counts import NameCounts, NameStatistics, merge_statistics
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints
from kgraph.resolve.quotes.passages import ContextFingerprints
from kgraph.resolve.recordings import RecordingSummary
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.survey_partitions import MemoryPartitions, SurveyPartitions

ItemT = TypeVar("ItemT")


class CorpusSurvey(msgspec.Struct, frozen=True, array_like=True):
    """Observations of some files; each list has an item for each file."""

    recordings: list[RecordingSummary] = []
    quotes: list[QuoteFingerprints] = []
    shows: list[ShowEvidence] = []
    statistics: list[NameStatistics] = []
    passages: list[ContextFingerprints] = []


#: List of a survey -> its place among all.
LIST_NUMBERS = {name: number for number, name in enumerate(CorpusSurvey.__struct_fields__)}


class SurveyLists(Protocol):
    """The lists of a :class:`CorpusSurvey` of one file, each encoded."""

    def read_list(self, name: str) -> bytes:
        """Read a list by its name, one of :data:`LIST_NUMBERS`."""
        ...


class EncodedSurvey(msgspec.Struct, frozen=True, array_like=True):
    """The survey of one file, each list encoded."""

    lists: tuple[bytes, ...]  #: in the order of :data:`LIST_NUMBERS`

    def read_list(self, name: str) -> bytes:
        return self.lists[LIST_NUMBERS[name]]


def encode_survey(survey: CorpusSurvey) -> EncodedSurvey:
    """Encode the lists of a survey, each alone."""
    lists = (getattr(survey, name) for name in LIST_NUMBERS)
    return EncodedSurvey(tuple(map(msgspec.msgpack.encode, lists)))


class SurveyList(Generic[ItemT]):
    """A list of several files' surveys, decoded file by file, each time that it is read."""

    def __init__(self, surveys: Collection[SurveyLists], name: str, shape: type[ItemT]) -> None:
        self._surveys = surveys
        self._name = name
        self._decode = msgspec.msgpack.Decoder(list[shape]).decode  # type: ignore[valid-type]

    def __iter__(self) -> Iterator[ItemT]:
        for survey in self._surveys:
            yield from self._decode(survey.read_list(self._name))


class _NamesOfFile(msgspec.Struct, frozen=True, array_like=True):
    """A :class:`~kgraph.resolve.name_counts.NameStatistics` whose counts are decoded one by one."""

    episodes: int
    names: dict[str, msgspec.Raw]


_decode_names = msgspec.msgpack.Decoder(list[_NamesOfFile]).decode
_decode_counts = msgspec.msgpack.Decoder(NameCounts).decode


class EncodedSurveys:
    """Surveys of several files, of which only what is read is decoded.

    Its attributes are those of :class:`CorpusSurvey`.

    Args:
        surveys: may be read from a disk each time.
        make_partitions: splits the names and hashes of the surveys when they are first counted; by
            default they are one part in memory.
    """

    def __init__(
        self,
        surveys: Collection[SurveyLists],
        make_partitions: Callable[[], SurveyPartitions] | None = None,
    ) -> None:
        self.recordings = SurveyList(surveys, "recordings", RecordingSummary)
        self.quotes = SurveyList(surveys, "quotes", QuoteFingerprints)
        self.shows = SurveyList(surveys, "shows", ShowEvidence)
        self.statistics = SurveyList(surveys, "statistics", NameStatistics)
        self.passages = SurveyList(surveys, "passages", ContextFingerprints)
        self._surveys = surveys
        self._make_partitions = make_partitions

    @cached_property
    def partitions(self) -> SurveyPartitions:
        """The names and hashes, in parts."""
        if self._make_partitions is not None:
            return self._make_partitions()
        return MemoryPartitions(self.quotes, self.passages, self.statistics)

    def count_some_names(self, keys: frozenset[str]) -> NameStatistics:
        """Count the names of these keys; the counts of others are not decoded."""
        files = (survey.read_list("statistics") for survey in self._surveys if keys)
        return merge_statistics(
            NameStatistics(file.episodes, {k: _decode_counts(file.names[k]) for k in found})
            for data in files
            for file in _decode_names(data)
            if (found := keys.intersection(file.names))
        )


def compare_names(before: EncodedSurveys, after: EncodedSurveys) -> frozenset[str]:
    """Return the keys of the names that have other counts in these files than in those."""
    old, new = (merge_statistics(each.statistics).names for each in (before, after))
    return frozenset(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
