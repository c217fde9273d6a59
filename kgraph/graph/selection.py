"""Which part of a graph is wanted.

Takes the answers to the filters that every export and view offers; gives smaller
recordings. A selection never changes what a record says: it leaves records out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import msgspec

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError
from kgraph.base.text import parse_bound, shorten
from kgraph.graph.finding import find_episode
from kgraph.graph.records import EpisodeGraph, EpisodeSummary

DateBound = str | date | None
"""A bound in time: a date, or ISO 8601 text of a day, a month or a year; "" or None for none."""

NamesArgument = str | Collection[str]
"""One name, or some."""


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
        InputError: a bound is not a date, a type is not known, or the confidence is not in [0, 1].

    >>> june = Selection(since=date(2025, 6, 1), until="2025-06", types="company")
    >>> june.since, june.until, june.types
    ('2025-06-01', '2025-06-30', frozenset({'company'}))
    """

    min_confidence: float = 0.0
    types: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""
    episodes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        put = msgspec.structs.force_setattr
        for name, bound in (("since", self.since), ("until", self.until)):
            put(self, name, _parse_bound(name, bound) if bound else "")
        put(self, "types", _parse_types(self.types))
        put(self, "episodes", collect_names("episodes", self.episodes))
        if not isinstance(self.min_confidence, int | float) or not 0 <= self.min_confidence <= 1:
            raise InputError(
                f"min_confidence {self.min_confidence}: write a number from 0 to 1",
                parameter="min_confidence",
            )

    @property
    def is_everything(self) -> bool:
        return self == Selection()

    @property
    def description(self) -> str:
        """What an episode must be, in words.

        >>> Selection(since="2025-01-01", until="2025-01-31", episodes=frozenset({"a.md"})).description
        'one of a.md, since 2025-01-01, until 2025-01-31'
        """
        named = [f"one of {', '.join(sorted(self.episodes))}"] if self.episodes else []
        days = ("since", self.since), ("until", self.until)
        return ", ".join([*named, *(f"{word} {day}" for word, day in days if day)])

    def includes(self, episode: EpisodeGraph) -> bool:
        """Whether the recording is inside the selection, whose episodes are slugs
        (:meth:`Selection.resolve_episodes`)."""
        named = not self.episodes or episode.slug in self.episodes
        return named and self._includes_date(episode.date[:10])

    def resolve_episodes(self, outlines: Mapping[str, EpisodeSummary]) -> Selection:
        """The same with the slugs of its episodes.

        Raises:
            UnknownNameError: an episode is not among the outlines; near titles are suggested.
        """
        slugs = (find_episode(outlines, name) for name in sorted(self.episodes))
        return msgspec.structs.replace(self, episodes=frozenset(slugs))

    def _includes_date(self, day: str) -> bool:
        if not (self.since or self.until):
            return True
        return bool(day) and self.since <= day and (not self.until or day <= self.until)

    def filter_mentions(self, episode: EpisodeGraph) -> EpisodeGraph:
        """The recording with the mentions that the selection keeps."""
        kept = tuple(
            mention
            for mention in episode.mentions
            if (not self.types or mention.type in self.types)
            and (
                self.min_confidence <= 0
                or (mention.is_accepted and mention.confidence >= self.min_confidence)
            )
        )
        return msgspec.structs.replace(episode, mentions=kept)


def make_selection(
    selection: Selection | None = None,
    *,
    since: DateBound = "",
    until: DateBound = "",
    types: NamesArgument = (),
    min_confidence: float = 0.0,
    episodes: NamesArgument = (),
    default: Selection | None = None,
) -> Selection:
    """A selection from what a caller gave: one that is ready, or its parts.

    Args:
        selection: a ready one.
        since, until, types, min_confidence, episodes: the parts, as :class:`Selection` has them.
        usual: what the parts are where the caller gives none; by default everything.

    Raises:
        TypeError: the selection is something else, or there are parts beside it.
        InputError: a part is wrong.
    """
    made = msgspec.structs.replace(
        Selection(),
        since=since,
        until=until,
        types=types,
        min_confidence=min_confidence,
        episodes=episodes,
    )
    if selection is None:
        return made
    check_selection(selection)
    if made != (default or Selection()):
        raise TypeError(
            "give a selection, or since, until, types, min_confidence and episodes, and not both"
        )
    return selection


def check_selection(selection: object) -> None:
    """Let only a selection through.

    Raises:
        TypeError: it is something else.
    """
    if not isinstance(selection, Selection):
        raise TypeError(
            f"selection: expected a kgraph.Selection, got {type(selection).__name__}: "
            "write Selection(since=..., types=...)"
        )


def _parse_bound(name: str, bound: str | date) -> str:
    return parse_bound(name, bound.isoformat()[:10] if isinstance(bound, date) else str(bound))


def _parse_types(given: NamesArgument) -> frozenset[str]:
    found, known = collect_names("types", given), TYPE_NAMES
    for name in sorted(found):
        if name not in known:
            raise InputError(
                f"types {shorten(name)}: no such type; choose one of {', '.join(known)}",
                parameter="types",
            )
    return found


def collect_names(parameter: str, names: NamesArgument) -> frozenset[str]:
    """Return one name, or several, as a set; it is empty for "".

    Raises:
        InputError: they are something else; the message names the parameter.
    """
    if isinstance(names, str):
        return frozenset({names} - {""})
    if not isinstance(names, Collection) or not all(isinstance(name, str) for name in names):
        raise InputError(
            f"{parameter} {names!r}: write a name, or a list of names", parameter=parameter
        )
    return frozenset(names)
