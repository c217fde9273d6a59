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
from kgraph.base.text import hex_digest, slugify
from kgraph.resolve.media_urls import parse_media_url
from kgraph.resolve.quotes.fingerprints import quote_key, tokenize_quote

_MAX_STEM_CHARS = 60
"""Longest readable part of a slug, characters: a path segment stays well under 100."""
_MAX_DAYS_APART = 31
"""A file's date may be the day it was processed, some weeks after the recording's own."""
_MIN_TITLE_WORDS = 4
"""Words; shorter titles ("Weekly Roundup") are a series', not a recording's."""
_MIN_TITLE_SIMILARITY = 0.6
"""Jaccard index of title words: a show's name may have been put before or after a title."""
_MAX_FILES_PER_QUOTE = 4
"""A quote in more files than this is an advert or an intro, and shows nothing."""
_MAX_TITLES_PER_WORD = 50
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
    title_words: tuple[str, ...]
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
    address = parse_media_url(url)
    return f"{address.platform}/{address.id}" if address else None


def recording_slug(key: str) -> str:
    """A readable, unique path segment for a recording's key.

    >>> recording_slug("youtube/aB3dE6gH9-_"), recording_slug("libsyn/someshow/What_is_money")
    ('youtube-aB3dE6gH9-_', 'libsyn-What_is_money-58d36733')
    """
    place, _, id_ = key.partition("/")
    if place == "youtube":
        return f"{place}-{id_}"
    label = place.removesuffix(".com").replace(".", "-")
    stem = slugify(id_.rpartition("/")[2] or id_, _MAX_STEM_CHARS)
    return f"{slugify(label, _MAX_STEM_CHARS)}-{stem}-{hex_digest(key, 8)}"


def file_slug(file: str) -> str:
    """A readable, unique path segment for a file whose recording has no address.

    >>> file_slug("2025/talks/On money.md")
    'file-On-money-3cddc91f'
    """
    stem = file.rpartition("/")[2].rpartition(".")[0] or file
    return f"file-{slugify(stem, _MAX_STEM_CHARS)}-{hex_digest(file, 8)}"


def summarise_file(episode: Episode, quote_keys: Iterable[str] | None = None) -> RecordingSummary:
    """The summary of one file.

    Args:
        quote_keys: keys of its quotes, where they are at hand.
    """
    if quote_keys is None:
        quote_keys = (quote_key(row.text("text")) for row in episode.rows.get("quotes", ()))
    return RecordingSummary(
        file=episode.file,
        key=recording_key(episode.text("original_url")) or "",
        title_words=tuple(sorted(set(tokenize_quote(episode.title)))),
        day=_parse_ordinal(episode.date),
        quotes="".join(sorted({k[:8] for k in quote_keys})),
    )


def group_recordings(summaries: Iterable[RecordingSummary]) -> list[Recording]:
    """The recordings, in order of their first files.

    Files of one key are one recording; so are files that :func:`_is_same_recording` finds to be.
    """
    files = sorted(summaries, key=lambda s: s.file)
    leaders = _initial_leaders(files)
    for a, b in _duplicate_pairs(files):
        _union(leaders, a, b)
    members: dict[int, list[RecordingSummary]] = defaultdict(list)
    for place, summary in enumerate(files):
        members[_find_root(leaders, place)].append(summary)
    return [_make_recording(group) for group in members.values()]


def _parse_ordinal(text: str) -> int:
    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        return 0


def _initial_leaders(files: Sequence[RecordingSummary]) -> list[int]:
    """For each file the place of the first file of its key (its own when it has none)."""
    first: dict[str, int] = {}
    return [first.setdefault(s.key, i) if s.key else i for i, s in enumerate(files)]


def _find_root(leaders: list[int], place: int) -> int:
    while leaders[place] != place:
        place = leaders[place]
    return place


def _union(leaders: list[int], a: int, b: int) -> None:
    first, second = sorted((_find_root(leaders, a), _find_root(leaders, b)))
    leaders[second] = first


def _make_recording(members: Sequence[RecordingSummary]) -> Recording:
    key = next((s.key for s in members if s.key), "")
    files = tuple(s.file for s in members)
    return Recording(recording_slug(key) if key else file_slug(files[0]), key, files)


def _duplicate_pairs(files: Sequence[RecordingSummary]) -> Iterator[tuple[int, int]]:
    """Pairs of files of different keys that are one recording."""
    candidates = {
        pair
        for postings in _index_rare_words(files).values()
        for pair in combinations(postings, 2)
        if files[pair[0]].key != files[pair[1]].key or not files[pair[0]].key
    }
    close = [pair for pair in sorted(candidates) if _may_match(files[pair[0]], files[pair[1]])]
    quotes = {
        place: _split_quote_keys(files[place]) for place in {p for pair in close for p in pair}
    }
    spread = _count_files_per_quote(files) if close else {}
    for a, b in close:
        shared = {q for q in quotes[a] & quotes[b] if spread[q] <= _MAX_FILES_PER_QUOTE}
        if _is_same_recording(files[a], files[b], len(shared), min(len(quotes[a]), len(quotes[b]))):
            yield a, b


def _index_rare_words(files: Sequence[RecordingSummary]) -> dict[str, list[int]]:
    """Places of files by each title's three rarest words: titles alike share one of them."""
    spread = Counter(word for s in files for word in s.title_words)
    postings: dict[str, list[int]] = defaultdict(list)
    for place, summary in enumerate(files):
        for word in sorted(summary.title_words, key=lambda w: (spread[w], w))[:3]:
            if 1 < spread[word] <= _MAX_TITLES_PER_WORD:
                postings[word].append(place)
    return postings


def _may_match(a: RecordingSummary, b: RecordingSummary) -> bool:
    """Titles alike, and dates that may be one."""
    title_a, title_b = set(a.title_words), set(b.title_words)
    if min(len(title_a), len(title_b)) < _MIN_TITLE_WORDS:
        return False
    if a.day and b.day and abs(a.day - b.day) > _MAX_DAYS_APART:
        return False
    return len(title_a & title_b) >= _MIN_TITLE_SIMILARITY * len(title_a | title_b)


def _split_quote_keys(summary: RecordingSummary) -> set[str]:
    return {summary.quotes[i : i + 8] for i in range(0, len(summary.quotes), 8)}


def _count_files_per_quote(files: Sequence[RecordingSummary]) -> Counter[str]:
    """In how many files each quote stands."""
    return Counter(quote for s in files for quote in _split_quote_keys(s))


def _is_same_recording(a: RecordingSummary, b: RecordingSummary, shared: int, smaller: int) -> bool:
    """Whether two files with titles and dates alike are one recording.

    One shared quote suffices under one title; else three, or half of the smaller file's.
    """
    if a.title_words == b.title_words:
        return shared >= 1
    return shared >= 3 or 2 * shared >= smaller > 1
