"""What is known of shows before an episode is read: their names, hosts, feeds, channels.

Takes ``data/lexicon/shows.yaml`` (names, spellings, hosts, channels) and
``data/feeds.yaml`` (whose feed or channel an id is); gives a :class:`ShowRegistry`.

Invariants:
    * a show that the lexicon knows goes by the lexicon's name for it;
    * a name, host, feed or channel that two shows of one file lay claim to speaks for neither;
    * where the files differ, ``feeds.yaml`` is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from kgraph.base.errors import DataError
from kgraph.base.text import name_key
from kgraph.base.vocabulary import YAML_LOADER, data_path

_EPISODIC = frozenset({"podcast", "channel", "newsletter", "radio-programme"})
"""Kinds of the lexicon's shows that have episodes of their own in feeds and channels."""
_VOWELS = re.compile("[aeiouy]")
_MIN_CONSONANTS = 7
"""Consonants: shorter names sound like others."""
_BRACKETS = re.compile(r" \([^)]*\)$")
_GENERIC_WORDS = re.compile(r"\b(?:the|podcast|show|channel)\b", re.IGNORECASE)


class KnownShow(msgspec.Struct, frozen=True):
    """One entry of a file that speaks of shows, by the keys that matter here."""

    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    kind: str = "podcast"
    word: bool = False


class ShowRegistry(msgspec.Struct, frozen=True):
    """Each a map from a key to the show's usual name.

    Attributes:
        names: by :func:`show_key` of each of its names and spellings.
        hosts: by the key of a person who presents this show alone.
        feeds: by ``place/id``.
        channels: by YouTube channel id.
        told: keys of whole names that name nothing else: "OpenAI" is no podcast's,
            "OpenAI Podcast" is.
        sounds: by the consonants of its longer names.
    """

    names: dict[str, str]
    hosts: dict[str, str]
    feeds: dict[str, str]
    channels: dict[str, str]
    distinctive_names: frozenset[str]
    labels_by_consonants: dict[str, str]

    def find_label(self, name: str) -> str:
        """The usual name of the show that goes by ``name``; "" when it is not known."""
        return self.names.get(show_key(name), "")

    def find_by_consonants(self, name: str) -> str:
        """The usual name of the show whose name has the consonants of ``name``, or ""."""
        return self.labels_by_consonants.get(strip_vowels(show_key(name)), "")


def show_key(name: str) -> str:
    """What the ways to write a show's name share: "The X Podcast" is "X".

    >>> show_key("The Daily Widget Podcast"), show_key("Daily Widget"), show_key("The Show")
    ('dailywidget', 'dailywidget', 'theshow')
    """
    told = _GENERIC_WORDS.sub(" ", name)
    return name_key(told) if any(map(str.isalnum, told)) else name_key(name)


def strip_vowels(told: str) -> str:
    """What speech recognition keeps of a key, mostly.

    >>> strip_vowels("dailywidget") == strip_vowels("daliewodget")
    True
    """
    return _VOWELS.sub("", told)


@cache
def load_show_registry() -> ShowRegistry:
    """The book of the data that travels with the program.

    Raises:
        DataError: a file does not have the shape that its header describes.
    """
    feeds = _load_entries(data_path("data", "feeds.yaml"), "")
    try:
        lexicon = _load_entries(data_path("data", "lexicon", "shows.yaml"), "entries")
    except DataError:
        return build_show_registry({}, feeds)
    return build_show_registry({k: v for k, v in lexicon.items() if v.kind in _EPISODIC}, feeds)


def build_show_registry(lexicon: dict[str, KnownShow], feeds: dict[str, KnownShow]) -> ShowRegistry:
    """The book of two files' entries, by the shows' usual names."""
    base = _index_shows(lexicon)
    usual = {show_key(label): label for label in lexicon}
    own = {
        next((usual[k] for n in (label, *show.names) if (k := show_key(n)) in usual), label): show
        for label, show in feeds.items()
    }
    spoken = {
        label: msgspec.structs.replace(s, names=(*s.names, label)) for label, s in own.items()
    }
    merged = ({**a, **b} for a, b in zip(base, _index_shows(spoken), strict=True))
    names, hosts, feeds_, channels = (_drop_contested(claims) for claims in merged)
    told = _list_name_keys(spoken) | _list_name_keys(
        {k: s for k, s in lexicon.items() if s.kind == "podcast" and not s.word}
    )
    sounds: dict[str, str] = {}
    for name, label in sorted(names.items()):
        if len(strip_vowels(name)) >= _MIN_CONSONANTS:
            _claim_key(sounds, strip_vowels(name), label)
    return ShowRegistry(names, hosts, feeds_, channels, frozenset(told), _drop_contested(sounds))


def _list_name_keys(shows: dict[str, KnownShow]) -> set[str]:
    return {
        name_key(name)
        for label, show in shows.items()
        for name in (label, *show.aliases, *show.names)
    }


def _index_shows(shows: dict[str, KnownShow]) -> tuple[dict[str, str], ...]:
    """Name, host, feed and channel -> the show that lays claim to it, "" when several do."""
    names: dict[str, str] = {}
    hosts: dict[str, str] = {}
    feeds: dict[str, str] = {}
    channels: dict[str, str] = {}
    for label, show in sorted(shows.items()):
        bare = _BRACKETS.sub("", label)
        all_names = (label, bare, *show.aliases, *show.names, *show.heard)
        _claim_keys(names, map(show_key, all_names), label)
        _claim_keys(hosts, map(name_key, show.hosts), label)
        _claim_keys(feeds, show.feeds, label)
        _claim_keys(channels, show.channels, label)
    return names, hosts, feeds, channels


def _claim_key(claims: dict[str, str], name: str, label: str) -> None:
    claims[name] = label if claims.get(name, label) == label else ""


def _claim_keys(claims: dict[str, str], names: Iterable[str], label: str) -> None:
    for name in names:
        _claim_key(claims, name, label)


def _drop_contested(claims: dict[str, str]) -> dict[str, str]:
    return {name: label for name, label in claims.items() if label}


def _load_entries(path: Path, under: str) -> dict[str, KnownShow]:
    try:
        data: Any = yaml.load(path.read_text("utf-8"), Loader=YAML_LOADER)
        return msgspec.convert(data[under] if under else data, dict[str, KnownShow])
    except (yaml.YAMLError, msgspec.ValidationError, KeyError, TypeError) as error:
        raise DataError(f"{path}: {error}: see data/lexicon/README.md") from error
