"""Registry of known shows: names, hosts, feeds, channels.

Takes ``data/lexicon/shows.yaml``, ``data/feeds.yaml`` and the shows of a user's own lexicon; gives
a :class:`ShowRegistry`.

Invariants:
    * a show in the lexicon goes by the lexicon's name;
    * a name, host, feed or channel that two shows of one file claim is in no map;
    * but "Widget Hour Show" and "The Widget Hour" of one file are each found by the whole name;
    * where the files differ, ``feeds.yaml`` is right, and an own entry before both;
    * words of any show's name, such as "podcast", do not count in a name, unless all else is one
      ordinary word: "Index Show" is not "The Index Podcast".
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from pathlib import Path

import msgspec

from kgraph.base import lexicon, text
from kgraph.base.cache import load_compiled
from kgraph.base.errors import DataError
from kgraph.base.lexicon import LexiconEntry
from kgraph.base.model import LAYOUT_VERSION
from kgraph.base.text import name_key
from kgraph.base.vocabulary import data_path, load_yaml
from kgraph.base.word_lists import load_vocabulary
from kgraph.resolve.lookups import TablePath, find_changed_keys, get_table, number_key

#: Kinds of the lexicon's shows that have episodes of their own in feeds and channels.
_EPISODIC = frozenset({"podcast", "channel", "newsletter", "radio-programme"})
_VOWELS = re.compile("[aeiouy]")
_MIN_CONSONANTS = 7  #: of a name that is looked up by sound; shorter ones sound like others
_BRACKETS = re.compile(r" \([^)]*\)$")
_FORMAT_WORDS = re.compile(r"\b(?:podcast|show|channel)\b", re.IGNORECASE)
_GENERIC_WORDS = re.compile(rf"\bthe\b|{_FORMAT_WORDS.pattern}", re.IGNORECASE)

MAX_LOADED = 2  #: registries that a process keeps: the shipped one, and one with own shows

_Claims = dict[str, set[str]]  #: key of a name, host, feed or channel -> shows that claim it


class KnownShow(
    msgspec.Struct, frozen=True, rename={"misheard": "heard", "is_common_word": "word"}
):
    """An entry of either file, by the keys that matter here."""

    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    misheard: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    kind: str = "podcast"
    is_common_word: bool = False


class _LexiconFile(msgspec.Struct, frozen=True):
    entries: dict[str, KnownShow]


class ShowRegistry(msgspec.Struct, frozen=True):
    """Maps from a key to the usual name of a show."""

    names: dict[str, str]  #: by :func:`show_key` of each name and spelling
    hosts: dict[str, str]  #: by key of a person who presents this show alone
    feeds: dict[str, str]  #: by ``platform/id``
    channels: dict[str, str]  #: by YouTube channel id
    #: keys of whole names that name nothing else: "OpenAI" is no podcast, "OpenAI Podcast" is
    distinctive_names: frozenset[str]
    labels_by_consonants: dict[str, str]
    #: Of ordinary words as keys: those of "podcast", "show" and "channel" that all names have.
    format_words: dict[str, frozenset[str]] = {}
    #: Of a :func:`show_key` that several shows claim: key of a whole name -> its show.
    whole_names: dict[str, dict[str, str]] = {}

    @property
    def labels(self) -> set[str]:
        """The usual names of all shows that go by a name."""
        groups = (self.names, *self.whole_names.values())
        return {label for names in groups for label in names.values()}

    def find_label(self, name: str) -> str:
        """Return the usual name of the show that goes by a name, or ""."""
        if label := self.find_by_whole_name(name):
            return label
        return "" if self.is_other_format(name) else self.names.get(show_key(name), "")

    def find_by_whole_name(self, name: str) -> str:
        """Return the usual name of the show of a name whose key several shows share, or "".

        The name itself goes before the same with the article or without.
        """
        labels = self.whole_names.get(show_key(name), {})
        keys = list_show_keys(name) if labels else ()
        return next((labels[key] for key in keys if key in labels), "")

    def is_other_format(self, name: str) -> bool:
        """Return whether a name differs from that of a known show in "show" and "podcast" alone.

        Of one ordinary word with either there may be several shows.
        """
        known = self.format_words.get(show_key(name), frozenset())
        own = _list_format_words(name) if known else known
        return bool(own) and own.isdisjoint(known)

    def find_by_consonants(self, name: str) -> str:
        """Return the usual name of the show whose name has the same consonants, or ""."""
        return self.labels_by_consonants.get(strip_vowels(show_key(name)), "")


#: Tables of a :class:`ShowRegistry` that the survey of a file looks up.
SURVEYED_TABLES: tuple[TablePath, ...] = (("distinctive_names",), ("feeds",))


def find_registry_changes(
    old: tuple[LexiconEntry, ...], new: tuple[LexiconEntry, ...]
) -> frozenset[int]:
    """Return the number of each key that a survey may find in one registry alone.

    Numbers are those of :func:`~kgraph.resolve.lookups.number_key`, for :data:`SURVEYED_TABLES`.

    Args:
        old, new: shows of the user, as of :func:`load_show_registry`.
    """
    if old == new:
        return frozenset()
    registries = load_show_registry(old), load_show_registry(new)
    return frozenset(
        number_key(number, key)
        for number, path in enumerate(SURVEYED_TABLES)
        for key in find_changed_keys(*(get_table(registry, path) for registry in registries))
    )


@lru_cache(maxsize=1 << 14)  # episodes of a show repeat a few names
def show_key(name: str) -> str:
    """Return the key that all writings of a show's name share.

    >>> show_key("The Daily Widget Podcast"), show_key("Daily Widget"), show_key("The Show")
    ('dailywidget', 'dailywidget', 'theshow')
    """
    specific = _GENERIC_WORDS.sub(" ", name)
    return name_key(specific) if any(map(str.isalnum, specific)) else name_key(name)


def list_show_keys(name: str) -> tuple[str, ...]:
    """Return the keys of a show's whole name: as it is, and with the article or without.

    >>> list_show_keys("The Daily Widget"), list_show_keys("Widget Talk")
    (('thedailywidget', 'dailywidget'), ('widgettalk', 'thewidgettalk'))
    """
    other = name[4:] if name[:4].lower() == "the " else f"The {name}"
    return tuple(dict.fromkeys((name_key(name), name_key(other))))


def _list_format_words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _FORMAT_WORDS.findall(name))


def clean_show_name(name: str) -> str:
    """Return a claimed name without what is written around it.

    >>> clean_show_name("the *Daily Widget*"), clean_show_name("“The Daily Widget”")
    ('Daily Widget', 'The Daily Widget')
    """
    return name.removeprefix("the ").strip("*\"“”'‘’ ")


def strip_vowels(key: str) -> str:
    """Return the consonants of a key, which speech recognition mostly keeps.

    >>> strip_vowels("dailywidget") == strip_vowels("daliewodget")
    True
    """
    return _VOWELS.sub("", key)


@lru_cache(maxsize=MAX_LOADED)
def load_show_registry(own: tuple[LexiconEntry, ...] = ()) -> ShowRegistry:
    """Load the registry from the data that travels with the program.

    Args:
        own: shows of the user, which go before those of the data.

    Raises:
        DataError: ``data/feeds.yaml`` does not have the shape that its header describes.
    """
    if not own:
        return load_compiled("shows", _digest_sources(), ShowRegistry, _make_registry)
    return _make_registry(own)


def _make_registry(own: tuple[LexiconEntry, ...] = ()) -> ShowRegistry:
    feeds = load_yaml(data_path("data", "feeds.yaml"), dict[str, KnownShow])
    try:
        entries = load_yaml(data_path("data", "lexicon", "shows.yaml"), _LexiconFile).entries
    except DataError:  # the loader of the lexicon reports it, with file and line
        entries = {}
    shows = {k: v for k, v in entries.items() if v.kind in _EPISODIC}
    if own:
        _overlay_shows(own, shows, feeds)
    return build_show_registry(shows, feeds)


def _digest_sources() -> str:
    """Return a digest of the shipped data and the code that make the registry: 16 hex digits."""
    digest = hashlib.sha256(str(LAYOUT_VERSION).encode())
    data = (data_path("data", "feeds.yaml"), data_path("data", "lexicon", "shows.yaml"))
    word_list = data_path("data", "model", "words.txt")
    for path in (*data, word_list, *map(Path, (__file__, text.__file__, lexicon.__file__))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _overlay_shows(
    own: Iterable[LexiconEntry], lexicon: dict[str, KnownShow], feeds: dict[str, KnownShow]
) -> None:
    """Put own shows in place of those of their names, and take their claims from the others."""
    own_shows = {entry.name: _make_known_show(entry) for entry in own}
    added = {name: show for name, show in own_shows.items() if show.kind in _EPISODIC}
    claims = [set(held) for held in _collect_claims(added)]
    keys = set(map(show_key, added))
    for table in (lexicon, feeds):
        for label, show in list(table.items()):
            if not keys.isdisjoint(map(show_key, (label, *show.names))):
                del table[label]
            else:
                table[label] = _release_claims(show, *claims)
    lexicon.update(added)


def _make_known_show(entry: LexiconEntry) -> KnownShow:
    return KnownShow(
        aliases=entry.aliases,
        misheard=entry.misheard,
        hosts=entry.hosts,
        feeds=entry.feeds,
        channels=entry.channels,
        kind=entry.kind or "podcast",
        is_common_word=entry.is_common_word,
    )


def _release_claims(
    show: KnownShow, names: set[str], hosts: set[str], feeds: set[str], channels: set[str]
) -> KnownShow:
    """Return a show without the names, hosts, feeds and channels of other shows."""
    return msgspec.structs.replace(
        show,
        aliases=tuple(name for name in show.aliases if show_key(name) not in names),
        names=tuple(name for name in show.names if show_key(name) not in names),
        misheard=tuple(name for name in show.misheard if show_key(name) not in names),
        hosts=tuple(name for name in show.hosts if name_key(name) not in hosts),
        feeds=tuple(feed for feed in show.feeds if feed not in feeds),
        channels=tuple(channel for channel in show.channels if channel not in channels),
    )


def build_show_registry(lexicon: dict[str, KnownShow], feeds: dict[str, KnownShow]) -> ShowRegistry:
    """Build the registry from the entries of both files, by the shows' usual names."""
    lexicon_labels = {show_key(label): label for label in lexicon}
    renamed: dict[str, KnownShow] = {}
    for label, show in feeds.items():
        keys = map(show_key, (label, *show.names))
        usual = next((lexicon_labels[key] for key in keys if key in lexicon_labels), label)
        renamed[usual] = msgspec.structs.replace(show, names=(*show.names, usual))
    pairs = zip(_collect_claims(lexicon), _collect_claims(renamed), strict=True)
    claims = [{**a, **b} for a, b in pairs]
    names, hosts, feeds_, channels = map(_drop_contested, claims)
    shows = [
        *renamed.items(),
        *((k, s) for k, s in lexicon.items() if s.kind == "podcast" and not s.is_common_word),
    ]
    distinctive = frozenset(
        name_key(name) for label, show in shows for name in (label, *show.aliases, *show.names)
    )
    sounds: _Claims = defaultdict(set)
    for name, label in names.items():
        if len(strip_vowels(name)) >= _MIN_CONSONANTS:
            sounds[strip_vowels(name)].add(label)
    by_sound, format_words = _drop_contested(sounds), _collect_format_words(lexicon, renamed)
    whole_names = _collect_whole_names(claims[0], lexicon, renamed)
    return ShowRegistry(
        names, hosts, feeds_, channels, distinctive, by_sound, format_words, whole_names
    )


def _collect_whole_names(
    claims: Mapping[str, set[str]], *files: Mapping[str, KnownShow]
) -> dict[str, dict[str, str]]:
    """Return :attr:`ShowRegistry.whole_names` of the claims to names in several files."""
    claims_by_key: dict[str, _Claims] = defaultdict(lambda: defaultdict(set))
    for label, show in chain(*(shows.items() for shows in files)):
        for spelling in _list_spellings(label, show):
            key = show_key(spelling)
            if label in claims[key] and len(claims[key]) > 1:
                claims_by_key[key][name_key(spelling)].add(label)
    return {
        key: names
        for key in sorted(claims_by_key)
        if (names := _drop_contested(claims_by_key[key]))
    }


def _collect_format_words(*files: Mapping[str, KnownShow]) -> dict[str, frozenset[str]]:
    """Return :attr:`ShowRegistry.format_words` of the shows of several files, by usual name."""
    ordinary = load_vocabulary().words
    by_key: dict[str, list[frozenset[str]]] = defaultdict(list)
    for shows in files:
        for label, show in shows.items():
            for spelling in _list_spellings(label, show):
                if (key := show_key(spelling)) in ordinary:
                    by_key[key].append(_list_format_words(spelling))
    return {key: frozenset().union(*words) for key, words in by_key.items() if all(words)}


def _list_spellings(label: str, show: KnownShow) -> tuple[str, ...]:
    return (label, _BRACKETS.sub("", label), *show.aliases, *show.names, *show.misheard)


def _collect_claims(shows: Mapping[str, KnownShow]) -> tuple[_Claims, _Claims, _Claims, _Claims]:
    """Return the claims of some shows to names, hosts, feeds and channels."""
    names, hosts, feeds, channels = (defaultdict[str, set[str]](set) for _ in range(4))
    for label, show in shows.items():
        for claims, keys in (
            (names, map(show_key, _list_spellings(label, show))),
            (hosts, map(name_key, show.hosts)),
            (feeds, show.feeds),
            (channels, show.channels),
        ):
            for key in keys:
                claims[key].add(label)
    return names, hosts, feeds, channels


def _drop_contested(claims: Mapping[str, set[str]]) -> dict[str, str]:
    return {key: next(iter(labels)) for key, labels in claims.items() if len(labels) == 1}
