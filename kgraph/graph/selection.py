"""Which part of a graph is wanted.

Takes the answers to the filters that every export and view offers; gives smaller
recordings. A selection never changes what a record says: it leaves records out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from kgraph.errors import InputError
from kgraph.graph.finding import episode_of
from kgraph.graph.records import EpisodeGraph, Outline
from kgraph.names import parse_day, shorten


class Selection(msgspec.Struct, frozen=True):
    """A filter; the default takes everything.

    Attributes:
        min_confidence: lowest confidence of a mention, in [0, 1]; above 0 rejected
            mentions are left out too.
        types: types of entities to keep, such as ``company``; empty keeps all.
        since: first day, ISO 8601, or a month or a year; "" for no bound. Episodes without a
            date are left out as soon as there is a bound. May be given as a date.
        until: last day, included, in the same forms.
        episodes: those to keep, by id, slug, file name or title; empty keeps all.

    Raises:
        InputError: a bound is not a date.
    """

    min_confidence: float = 0.0
    types: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""
    episodes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name, bound in (("since", self.since), ("until", self.until)):
            if bound:
                msgspec.structs.force_setattr(self, name, _day(name, bound))

    @property
    def everything(self) -> bool:
        return self == Selection()

    @property
    def bounds(self) -> str:
        """What an episode must be, in words.

        >>> Selection(since="2025-01-01", until="2025-01-31", episodes=frozenset({"a.md"})).bounds
        'one of a.md, since 2025-01-01, until 2025-01-31'
        """
        named = [f"one of {', '.join(sorted(self.episodes))}"] if self.episodes else []
        days = ("since", self.since), ("until", self.until)
        return ", ".join([*named, *(f"{word} {day}" for word, day in days if day)])

    def takes(self, episode: EpisodeGraph) -> bool:
        """Whether the recording is inside the selection, whose episodes are slugs
        (:meth:`Selection.resolved`)."""
        named = not self.episodes or episode.slug in self.episodes
        return named and self._takes_date(episode.date[:10])

    def resolved(self, outlines: Mapping[str, Outline]) -> Selection:
        """The same with the slugs of its episodes.

        Raises:
            UnknownNameError: an episode is not among the outlines; near titles are suggested.
        """
        slugs = (episode_of(outlines, name) for name in sorted(self.episodes))
        return msgspec.structs.replace(self, episodes=frozenset(slugs))

    def _takes_date(self, day: str) -> bool:
        if not (self.since or self.until):
            return True
        return bool(day) and self.since <= day and (not self.until or day <= self.until)

    def narrow(self, episode: EpisodeGraph) -> EpisodeGraph:
        """The recording with the mentions that the selection keeps."""
        kept = tuple(
            mention
            for mention in episode.mentions
            if (not self.types or mention.type in self.types)
            and (
                self.min_confidence <= 0
                or (mention.accepted and mention.confidence >= self.min_confidence)
            )
        )
        return msgspec.structs.replace(episode, mentions=kept)


def _day(name: str, bound: str | date) -> str:
    text = bound.isoformat()[:10] if isinstance(bound, date) else bound
    try:
        return parse_day(text, last=name == "until")
    except ValueError as error:
        raise InputError(f"{name} {shorten(text)}: {error}", parameter=name) from error
