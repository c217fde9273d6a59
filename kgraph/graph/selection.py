"""A filter of a graph: which episodes, which mentions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import msgspec

from kgraph.base.arguments import check_number
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError
from kgraph.base.model import MENTION_FLOOR
from kgraph.base.text import parse_bound, shorten
from kgraph.graph.episode_lookup import find_episode
from kgraph.graph.records import EpisodeGraph, EpisodeSummary, FormerThing

DateBound = str | date | None  #: a date, or ISO 8601 text of a day, month or year; "" for none
NamesArgument = str | Collection[str]  #: one name, or several


class Selection(msgspec.Struct, frozen=True):
    """A filter of a graph; the default selects everything.

    Days may be given as dates, or as ISO 8601 text of a day, a month or a year.

    Raises:
        InputError: a bound is not a date, a type is unknown, or the confidence is not in [0, 1].

    >>> june = Selection(since=date(2025, 6, 1), until="2025-06", types="company")
    >>> june.since, june.until, june.types
    ('2025-06-01', '2025-06-30', frozenset({'company'}))
    """

    min_confidence: float = 0.0  #: of a mention, in [0, 1]; above 0 it excludes rejected ones
    types: frozenset[str] = frozenset()  #: of entities, such as ``company``; empty for all
    since: str = ""  #: first day; "" for no bound; a bound excludes episodes without a date
    until: str = ""  #: last day, included
    episodes: frozenset[str] = frozenset()  #: ids, slugs, file names or titles; empty for all
    #: Whether mentions that are more likely wrong than right count; a lowest confidence between 0
    #: and :data:`~kgraph.base.model.MENTION_FLOOR` asks for them, too.
    unlikely: bool = False

    def __post_init__(self) -> None:
        set_field = msgspec.structs.force_setattr
        for name, bound in (("since", self.since), ("until", self.until)):
            text = bound.isoformat()[:10] if isinstance(bound, date) else str(bound or "")
            set_field(self, name, parse_bound(name, text))
        set_field(self, "types", collect_names("types", self.types))
        set_field(self, "episodes", collect_names("episodes", self.episodes))
        for name in sorted(self.types.difference(TYPE_NAMES)):
            raise InputError(
                f"types {shorten(name)}: no such type; choose one of {', '.join(TYPE_NAMES)}",
                parameter="types",
            )
        check_number("min_confidence", self.min_confidence, 0, 1)

    @property
    def is_everything(self) -> bool:
        return self == Selection()

    @property
    def counts_unlikely(self) -> bool:
        return self.unlikely or 0 < self.min_confidence < MENTION_FLOOR

    @property
    def description(self) -> str:
        """The conditions on an episode, in words.

        >>> Selection(since="2025-01", until="2025-01", episodes=frozenset({"a.md"})).description
        'one of a.md, since 2025-01-01, until 2025-01-31'
        """
        names = [f"one of {', '.join(sorted(self.episodes))}"] if self.episodes else []
        days = ("since", self.since), ("until", self.until)
        return ", ".join([*names, *(f"{word} {day}" for word, day in days if day)])

    def resolve_episodes(
        self,
        summaries: Mapping[str, EpisodeSummary],
        former: Mapping[str, FormerThing] | None = None,
    ) -> Selection:
        """Return the selection with its episodes as slugs.

        Raises:
            UnknownNameError: there is no such episode; similar titles are suggested.
        """
        slugs = (find_episode(summaries, name, former) for name in sorted(self.episodes))
        return msgspec.structs.replace(self, episodes=frozenset(slugs))

    def includes(self, episode: EpisodeGraph) -> bool:
        """Return whether a selection whose episodes are slugs includes a recording."""
        if self.episodes and episode.slug not in self.episodes:
            return False
        if not (self.since or self.until):
            return True
        day = episode.date[:10]
        return bool(day) and self.since <= day and (not self.until or day <= self.until)

    def filter_mentions(self, episode: EpisodeGraph) -> EpisodeGraph:
        """Return the recording with only the selected mentions."""
        mentions = tuple(
            mention
            for mention in episode.mentions
            if (not self.types or mention.type in self.types)
            and (
                self.min_confidence <= 0
                or (mention.is_accepted and mention.confidence >= self.min_confidence)
            )
        )
        return msgspec.structs.replace(
            episode, mentions=mentions, counts_unlikely=self.counts_unlikely
        )


def make_selection(
    selection: Selection | None,
    days: tuple[DateBound, DateBound],
    types: NamesArgument,
    min_confidence: float,
    episodes: NamesArgument,
    *,
    unlikely: bool,
    default: Selection | None = None,
) -> Selection:
    """Return a caller's selection, or make one from its parts.

    Args:
        days: first and last.
        default: the parts of a caller that gives none; everything, if None.

    Raises:
        TypeError: the selection is something else, or there are parts too.
        InputError: a part is wrong.
    """
    parts = msgspec.structs.replace(
        Selection(),
        since=days[0],
        until=days[1],
        types=types,
        min_confidence=min_confidence,
        episodes=episodes,
        unlikely=unlikely,
    )
    if selection is None:
        return parts
    check_selection(selection)
    if parts != (default or Selection()):
        raise TypeError(
            "give a selection, or since, until, types, min_confidence, episodes and unlikely, "
            "and not both"
        )
    return selection


def check_selection(selection: object) -> None:
    """Raise TypeError for anything but a selection."""
    if not isinstance(selection, Selection):
        raise TypeError(
            f"selection: expected a kgraph.Selection, got {type(selection).__name__}: "
            "write Selection(since=..., types=...)"
        )


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
