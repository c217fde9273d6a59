"""Which files are of one recording, and the address of a recording in the graph.

Takes episodes; gives keys, slugs and groups of files. A recording is known by the id in
its address (:mod:`kgraph.resolve.media_urls`). Where addresses differ, two files are one
recording when their titles, their dates and some of their quotes agree: a show's rerun
has another date, a serial title another quote, an advert stands in many files.

Invariants:
    * grouping does not depend on the order of the summaries, and every file is in one group;
    * a slug depends on the recording's key alone, or on the file's name where there is none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations

import msgspec

from kgraph.base.model import Episode
from kgraph.base.text import digest, slug
from kgraph.resolve.media_urls import parse
from kgraph.resolve.quotes.fingerprints import quote_key, words_of

_STEM = 60
"""Longest readable part of a slug, characters: a path segment stays well under 100."""
_MAX_DAYS = 31
"""A file's date may be the day it was processed, some weeks after the recording's own."""
_MIN_TITLE = 4
"""Words; shorter titles ("Weekly Roundup") are a series', not a recording's."""
_TITLES_ALIKE = 0.6
"""Jaccard index of title words: a show's name may have been put before or after a title."""
_COMMON = 4
"""A quote in more files than this is an advert or an intro, and shows nothing."""
_CROWDED = 50
"""Title words in more titles than this are not used to look for pairs, to stay linear."""


class RecordingSummary(msgspec.Struct, frozen=True, array_like=True):
    """What grouping needs to know of one file.

    Attributes:
        file: the file's name.
        key: key of the recording, or "" when the address names none.
        title: distinct words of the title, sorted.
        day: proleptic ordinal of the date, 0 when unknown.
        quotes: the first 8 hexadecimal digits of the key of each quote, sorted, joined.
    """

    file: str
    key: str
    title: tuple[str, ...]
    day: int
    quotes: str


class Recording(msgspec.Struct, frozen=True, array_like=True):
    """One recording: its slug, its key ("" when no address names it) and its files, sorted."""

    slug: str
    key: str
    files: tuple[str, ...]


def recording_key(url: str) -> str | None:
    """The identity of the recording at ``url``, ``place/id``; None when it names none.

    >>> recording_key("https://www.youtube.com/watch?v=aB3dE6gH9-_&t=4s")
    'youtube/aB3dE6gH9-_'
    >>> recording_key("/episodes/3") is None
    True
    """
    address = parse(url)
    return f"{address.place}/{address.id}" if address else None


def slug_of(key: str) -> str:
    """A readable, unique path segment for a recording's key.

    >>> slug_of("youtube/aB3dE6gH9-_"), slug_of("libsyn/someshow/What_is_money")
    ('youtube-aB3dE6gH9-_', 'libsyn-What_is_money-58d36733')
    """
    place, _, id_ = key.partition("/")
    if place == "youtube":
        return f"{place}-{id_}"
    label = place.removesuffix(".com").replace(".", "-")
    stem = slug(id_.rpartition("/")[2] or id_, _STEM)
    return f"{slug(label, _STEM)}-{stem}-{digest(key, 8)}"


def file_slug(file: str) -> str:
    """A readable, unique path segment for a file whose recording has no address.

    >>> file_slug("2025/talks/On money.md")
    'file-On-money-3cddc91f'
    """
    stem = file.rpartition("/")[2].rpartition(".")[0] or file
    return f"file-{slug(stem, _STEM)}-{digest(file, 8)}"


def summarise(episode: Episode, quote_keys: Iterable[str] | None = None) -> RecordingSummary:
    """The summary of one file.

    Args:
        quote_keys: keys of its quotes, where they are at hand.
    """
    if quote_keys is None:
        quote_keys = (quote_key(row.text("text")) for row in episode.rows.get("quotes", ()))
    return RecordingSummary(
        file=episode.file,
        key=recording_key(episode.text("original_url")) or "",
        title=tuple(sorted(set(words_of(episode.title)))),
        day=_ordinal(episode.date),
        quotes="".join(sorted({k[:8] for k in quote_keys})),
    )


def group(summaries: Iterable[RecordingSummary]) -> list[Recording]:
    """The recordings, in order of their first files.

    Files of one key are one recording; so are files that :func:`_same` finds to be.
    """
    files = sorted(summaries, key=lambda s: s.file)
    leaders = _by_key(files)
    for a, b in _pairs_alike(files):
        _join(leaders, a, b)
    members: dict[int, list[RecordingSummary]] = defaultdict(list)
    for place, summary in enumerate(files):
        members[_leader(leaders, place)].append(summary)
    return [_recording(group) for group in members.values()]


def _ordinal(text: str) -> int:
    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        return 0


def _by_key(files: Sequence[RecordingSummary]) -> list[int]:
    """For each file the place of the first file of its key (its own when it has none)."""
    first: dict[str, int] = {}
    return [first.setdefault(s.key, i) if s.key else i for i, s in enumerate(files)]


def _leader(leaders: list[int], place: int) -> int:
    while leaders[place] != place:
        place = leaders[place]
    return place


def _join(leaders: list[int], a: int, b: int) -> None:
    first, second = sorted((_leader(leaders, a), _leader(leaders, b)))
    leaders[second] = first


def _recording(members: Sequence[RecordingSummary]) -> Recording:
    key = next((s.key for s in members if s.key), "")
    files = tuple(s.file for s in members)
    return Recording(slug_of(key) if key else file_slug(files[0]), key, files)


def _pairs_alike(files: Sequence[RecordingSummary]) -> Iterator[tuple[int, int]]:
    """Pairs of files of different keys that are one recording."""
    candidates = {
        pair
        for postings in _rare_words(files).values()
        for pair in combinations(postings, 2)
        if files[pair[0]].key != files[pair[1]].key or not files[pair[0]].key
    }
    close = [pair for pair in sorted(candidates) if _near(files[pair[0]], files[pair[1]])]
    quotes = {place: _quotes(files[place]) for place in {p for pair in close for p in pair}}
    spread = _spread(files) if close else {}
    for a, b in close:
        shared = {q for q in quotes[a] & quotes[b] if spread[q] <= _COMMON}
        if _same(files[a], files[b], len(shared), min(len(quotes[a]), len(quotes[b]))):
            yield a, b


def _rare_words(files: Sequence[RecordingSummary]) -> dict[str, list[int]]:
    """Places of files by each title's three rarest words: titles alike share one of them."""
    spread = Counter(word for s in files for word in s.title)
    postings: dict[str, list[int]] = defaultdict(list)
    for place, summary in enumerate(files):
        for word in sorted(summary.title, key=lambda w: (spread[w], w))[:3]:
            if 1 < spread[word] <= _CROWDED:
                postings[word].append(place)
    return postings


def _near(a: RecordingSummary, b: RecordingSummary) -> bool:
    """Titles alike, and dates that may be one."""
    title_a, title_b = set(a.title), set(b.title)
    if min(len(title_a), len(title_b)) < _MIN_TITLE:
        return False
    if a.day and b.day and abs(a.day - b.day) > _MAX_DAYS:
        return False
    return len(title_a & title_b) >= _TITLES_ALIKE * len(title_a | title_b)


def _quotes(summary: RecordingSummary) -> set[str]:
    return {summary.quotes[i : i + 8] for i in range(0, len(summary.quotes), 8)}


def _spread(files: Sequence[RecordingSummary]) -> Counter[str]:
    """In how many files each quote stands."""
    return Counter(quote for s in files for quote in _quotes(s))


def _same(a: RecordingSummary, b: RecordingSummary, shared: int, smaller: int) -> bool:
    """Whether two files with titles and dates alike are one recording.

    One shared quote suffices under one title; else three, or half of the smaller file's.
    """
    if a.title == b.title:
        return shared >= 1
    return shared >= 3 or 2 * shared >= smaller > 1
