"""Group files into recordings, and make the slugs by which the graph names them.

A recording is identified by its URL (:mod:`kgraph.resolve.media_urls`). Where URLs differ, two
files are one recording when their titles, their dates and some of their quotes agree: a show's
rerun has another date, a serial title other quotes, and an advert appears in many files.

Invariants:
    * grouping does not depend on the order of the summaries, and every file is in one group;
    * a slug depends on the recording's key alone, or on the file's name if it has no key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, combinations

import msgspec

from kgraph.base.model import EpisodeFile
from kgraph.base.text import hex_digest, slugify
from kgraph.resolve.media_urls import parse_media_url
from kgraph.resolve.quotes.fingerprints import tokenize_quote

_MAX_STEM_CHARS = 60  #: readable part of a slug: a path segment stays well under 100
_MAX_DAYS_APART = 31  #: a file's date may be the day it was processed, weeks later
_MIN_TITLE_WORDS = 4  #: shorter titles ("Weekly Roundup") are a series', not a recording's
_MIN_TITLE_SIMILARITY = 0.6  #: Jaccard index of title words: one may include the show's name
_MAX_FILES_PER_QUOTE = 4  #: a quote in more files is an advert or an intro
_MAX_TITLES_PER_WORD = 50  #: commoner title words do not propose pairs, to stay linear
_RARE_WORDS = 3  #: of a title, by which pairs are proposed
_QUOTE_KEY_CHARS = 8


class RecordingSummary(msgspec.Struct, frozen=True, array_like=True):
    """Facts of one file that grouping needs."""

    file: str
    key: str  #: of the recording, "" if its URL identifies none
    title_words: tuple[str, ...]  #: distinct, sorted
    day: int  #: proleptic ordinal of the date, 0 if unknown
    quotes: str  #: first 8 hexadecimal digits of each quote's key, sorted, joined

    @property
    def quote_keys(self) -> set[str]:
        starts = range(0, len(self.quotes), _QUOTE_KEY_CHARS)
        return {self.quotes[i : i + _QUOTE_KEY_CHARS] for i in starts}


class Recording(msgspec.Struct, frozen=True, array_like=True):
    """One recording with its files."""

    slug: str
    key: str  #: "" if no URL identifies it
    files: tuple[str, ...]  #: sorted


def recording_key(url: str) -> str | None:
    """Return the key ``platform/id`` of the recording at a URL, if it identifies one.

    >>> recording_key("https://www.youtube.com/watch?v=aB3dE6gH9-_&t=4s")
    'youtube/aB3dE6gH9-_'
    >>> recording_key("/episodes/3") is None
    True
    """
    address = parse_media_url(url)
    return f"{address.platform}/{address.id}" if address else None


def recording_slug(key: str) -> str:
    """Return a readable, unique path segment for a recording's key.

    >>> recording_slug("youtube/aB3dE6gH9-_"), recording_slug("libsyn/someshow/What_is_money")
    ('youtube-aB3dE6gH9-_', 'libsyn-What_is_money-58d36733')
    """
    platform, _, id_ = key.partition("/")
    if platform == "youtube":
        return f"{platform}-{id_}"
    label = platform.removesuffix(".com").replace(".", "-")
    stem = slugify(id_.rpartition("/")[2] or id_, _MAX_STEM_CHARS)
    return f"{slugify(label, _MAX_STEM_CHARS)}-{stem}-{hex_digest(key, 8)}"


def file_slug(file: str) -> str:
    """Return a readable, unique path segment for a file without a recording's key.

    >>> file_slug("2025/talks/On money.md")
    'file-On-money-3cddc91f'
    """
    stem = file.rpartition("/")[2].rpartition(".")[0] or file
    return f"file-{slugify(stem, _MAX_STEM_CHARS)}-{hex_digest(file, 8)}"


def summarise_file(episode: EpisodeFile, quote_keys: Iterable[str]) -> RecordingSummary:
    """Summarise one file, given the hexadecimal keys of its quotes."""
    try:
        day = date.fromisoformat(episode.date[:10]).toordinal()
    except ValueError:
        day = 0
    return RecordingSummary(
        file=episode.file,
        key=recording_key(episode.text("original_url")) or "",
        title_words=tuple(sorted(set(tokenize_quote(episode.title)))),
        day=day,
        quotes="".join(sorted({key[:_QUOTE_KEY_CHARS] for key in quote_keys})),
    )


def group_recordings(summaries: Iterable[RecordingSummary]) -> list[Recording]:
    """Group files into recordings, in order of their first files."""
    files = sorted(summaries, key=lambda summary: summary.file)
    first: dict[str, int] = {}
    same_key = ((first.setdefault(s.key, i), i) for i, s in enumerate(files) if s.key)
    recordings = []
    for numbers in group_connected(len(files), chain(same_key, _duplicate_pairs(files))):
        group = [files[number] for number in numbers]
        key = next((summary.key for summary in group if summary.key), "")
        slug = recording_slug(key) if key else file_slug(group[0].file)
        recordings.append(Recording(slug, key, tuple(summary.file for summary in group)))
    return recordings


def group_connected(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Group the numbers below a count that pairs connect, by union-find.

    >>> group_connected(5, [(3, 1), (4, 3)])
    [[0], [1, 3, 4], [2]]
    """
    leaders = list(range(count))  # of a number: itself, or a lower one of its group

    def find_leader(number: int) -> int:
        while leaders[number] != number:
            leaders[number] = leaders[leaders[number]]  # halves the way of the next search
            number = leaders[number]
        return number

    for pair in pairs:
        low, high = sorted(map(find_leader, pair))
        leaders[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for number in range(count):
        groups[find_leader(number)].append(number)
    return list(groups.values())


def _duplicate_pairs(files: Sequence[RecordingSummary]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of files that are one recording under different keys."""
    # Similar titles share one of their rarest words.
    title_spread = Counter(word for summary in files for word in summary.title_words)
    postings: dict[str, list[int]] = defaultdict(list)
    for index, summary in enumerate(files):
        for word in sorted(summary.title_words, key=lambda w: (title_spread[w], w))[:_RARE_WORDS]:
            if 1 < title_spread[word] <= _MAX_TITLES_PER_WORD:
                postings[word].append(index)
    candidates = {
        pair
        for indices in postings.values()
        for pair in combinations(indices, 2)
        if files[pair[0]].key != files[pair[1]].key or not files[pair[0]].key
    }
    similar = [pair for pair in sorted(candidates) if _is_similar(files[pair[0]], files[pair[1]])]
    if not similar:
        return
    spread = Counter(quote for summary in files for quote in summary.quote_keys)
    for a, b in similar:
        quotes_a, quotes_b = files[a].quote_keys, files[b].quote_keys
        shared = sum(spread[quote] <= _MAX_FILES_PER_QUOTE for quote in quotes_a & quotes_b)
        # One quote is enough under one title; else three, or half of the smaller file's.
        is_same_title = files[a].title_words == files[b].title_words
        smaller = min(len(quotes_a), len(quotes_b))
        if shared >= 3 or (shared >= 1 if is_same_title else 2 * shared >= smaller > 1):
            yield a, b


def _is_similar(a: RecordingSummary, b: RecordingSummary) -> bool:
    title_a, title_b = set(a.title_words), set(b.title_words)
    if min(len(title_a), len(title_b)) < _MIN_TITLE_WORDS:
        return False
    if a.day and b.day and abs(a.day - b.day) > _MAX_DAYS_APART:
        return False
    return len(title_a & title_b) >= _MIN_TITLE_SIMILARITY * len(title_a | title_b)
