"""Group files into recordings, and make the slugs by which the graph names them.

A recording is identified by its URL (:mod:`kgraph.resolve.media_urls`), and files of the same bytes
are one recording whatever they state. Where URLs differ, two other files are one when their titles,
their dates and some of their quotes agree: a show's rerun has another date, a serial title other
quotes, and an advert appears in many files.

A URL may be written by a slip, or be that of a show. It is *contested* where files with a title and
a date of publication state it and nothing else connects them: neither title nor day nor text. Then
it identifies nothing, and its files are one recording only where one of the three agrees.

Invariants:
    * grouping does not depend on the order of the summaries, and every file is in one group;
    * a slug depends on the recording's key alone, or if it has no key but contested ones on the
      shortest name of its files, as a copy mostly has words more: ``talk (1).md``.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import nsmallest
from itertools import chain, combinations
from typing import NamedTuple

import msgspec

from kgraph.base.model import EpisodeFile
from kgraph.base.text import hex_digest, slugify
from kgraph.resolve.media_urls import parse_media_url
from kgraph.resolve.quotes.fingerprints import (
    HASH_BYTES,
    hash_text,
    pack_hashes,
    tokenize_quote,
)

_MAX_STEM_CHARS = 60  #: readable part of a slug: a path segment stays well under 100
_MAX_DAYS_APART = 31  #: a file's date may be the day it was processed, weeks later
_MIN_TITLE_WORDS = 4  #: shorter titles ("Weekly Roundup") are a series', not a recording's
_MIN_TITLE_SIMILARITY = 0.6  #: Jaccard index of title words: one may include the show's name
_MAX_FILES_PER_QUOTE = 4  #: a quote in more files is an advert or an intro
_MAX_TITLES_PER_WORD = 50  #: commoner title words do not propose pairs, to stay linear
_RARE_WORDS = 3  #: of a title, by which pairs are proposed
_MIN_LINE_CHARS = 40  #: shorter lines are headings and labels, which many notes share
_DIGEST_BYTES = 16  #: of SHA-256: no two different files of a corpus share them
_MAX_LINES = 16  #: of a file, those of the lowest hashes: enough to tell copies from other texts


class RecordingSummary(msgspec.Struct, frozen=True, array_like=True):
    """Facts of one file that grouping needs."""

    file: str
    key: str  #: of the recording, "" if its URL identifies none
    title_words: tuple[str, ...]  #: distinct, sorted
    day: int  #: proleptic ordinal of the date, 0 if unknown
    quotes: bytes  #: distinct keys of its quotes, sorted, 8 bytes each
    is_titled: bool = False  #: it states a title; else the words are those of its name
    is_published: bool = False  #: its date is that of publication
    #: Of a file with a key: lowest hashes of the long lines of its summary and body, 8 bytes each.
    lines: bytes = b""
    #: Of a file without a key: first 16 bytes of the SHA-256 of its bytes; b"" if unknown.
    digest: bytes = b""


class Recording(msgspec.Struct, frozen=True, array_like=True):
    """One recording with its files."""

    slug: str
    key: str  #: "" if no URL identifies it
    files: tuple[str, ...]  #: sorted
    #: A file of it with a contested URL, and a file of another recording with that URL; or nothing.
    contested: tuple[str, ...] = ()


class ComparedFiles(NamedTuple):
    """The files that may be one recording with another one by their quotes, sorted."""

    names: tuple[str, ...] = ()
    quotes: tuple[int, ...] = ()  #: keys that two of them share


class GroupedFiles(NamedTuple):
    """The recordings of a corpus, in order of their first files."""

    recordings: list[Recording]
    compared: ComparedFiles = ComparedFiles()


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
    key = recording_key(episode.text("original_url")) or ""
    texts = (episode.text("summary"), episode.body) if key else ()
    lines = chain.from_iterable(text.splitlines() for text in texts)
    long_lines = {line for each in lines if len(line := each.strip()) >= _MIN_LINE_CHARS}
    return RecordingSummary(
        file=episode.file,
        key=key,
        title_words=tuple(sorted(set(tokenize_quote(episode.title)))),
        day=day,
        quotes=bytes.fromhex("".join(sorted(set(quote_keys)))),
        is_titled=bool(episode.text("title")),
        is_published=bool(day) and not episode.date_is_fallback,
        lines=pack_hashes(nsmallest(_MAX_LINES, map(hash_text, long_lines))),
        digest=b"" if key else bytes.fromhex(episode.sha256)[:_DIGEST_BYTES],
    )


def are_grouped_alike(
    old: RecordingSummary, new: RecordingSummary, compared: ComparedFiles
) -> bool:
    """Return whether a file that alone has its key is grouped alike by two of its summaries.

    Its lines do not count: they tell files of one key apart. Its quotes count if they are compared,
    or are those of compared files, of which it is counted how many files have them.
    """
    if not new.key or msgspec.structs.replace(old, lines=new.lines, quotes=new.quotes) != new:
        return False
    changed = set(array("Q", old.quotes)).symmetric_difference(array("Q", new.quotes))
    return not changed or (new.file not in compared.names and changed.isdisjoint(compared.quotes))


def group_recordings(summaries: Iterable[RecordingSummary]) -> GroupedFiles:
    """Group files into recordings."""
    files = _CompactSummaries(summaries)
    common = _find_common_quotes(files)
    pairs = [*_identical_pairs(files), *_duplicate_pairs(files, common)]
    for numbers in files.shared_keys.values():
        pairs += _agreeing_pairs(files, numbers)
    leaders = find_leaders(len(files.names), pairs)
    for numbers in files.shared_keys.values():
        if len({leaders[i] for i in numbers if files.are_described[i]}) <= 1:
            pairs += ((numbers[0], i) for i in numbers[1:])
    groups = group_connected(len(files.names), pairs)
    contested = _find_contested(files, groups)
    recordings = []
    for numbers in groups:
        keys = [files.keys[i] for i in numbers]
        rivals = next((contested[k][numbers[0]] for k in keys if k in contested), ())
        key = next((key for key in keys if key and key not in contested), "")
        names, contest = (tuple(files.names[i] for i in each) for each in (numbers, rivals))
        slug = recording_slug(key) if key else file_slug(min(names, key=lambda n: (len(n), n)))
        recordings.append(Recording(slug, key, names, contest))
    compared = sorted({files.names[i] for pair in common for i in pair})
    common_quotes = sorted(set().union(*common.values()))
    return GroupedFiles(recordings, ComparedFiles(tuple(compared), tuple(common_quotes)))


def _find_contested(
    files: _CompactSummaries, groups: Iterable[Sequence[int]]
) -> dict[str, dict[int, tuple[int, int]]]:
    """Find the keys that files of several groups have.

    Return, by key and by the first file of each of its groups, the first file of that group with
    the key, and the first of another group.
    """
    group_of = {
        i: numbers[0] for numbers in groups for i in numbers if files.keys[i] in files.shared_keys
    }
    contested = {}
    for key, numbers in files.shared_keys.items():
        first = {group_of[i]: i for i in reversed(numbers)}
        if len(first) > 1:
            lowest, second = sorted(first.values())[:2]
            contested[key] = {
                group: (i, second if i == lowest else lowest) for group, i in first.items()
            }
    return contested


def find_leaders(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return the lowest number that pairs connect with each number below a count, by union-find.

    >>> find_leaders(5, [(3, 1), (4, 3)])
    [0, 1, 2, 1, 1]
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
    for number, leader in enumerate(leaders):  # lower ones lead to the end already
        leaders[number] = leaders[leader]
    return leaders


def group_connected(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Group the numbers below a count that pairs connect.

    >>> group_connected(5, [(3, 1), (4, 3)])
    [[0], [1, 3, 4], [2]]
    """
    groups: dict[int, list[int]] = {}
    for number, leader in enumerate(find_leaders(count, pairs)):
        groups.setdefault(leader, []).append(number)
    return list(groups.values())


class _CompactSummaries:
    """Summaries of files, sorted by name, in a tenth of the memory.

    Attributes:
        titles: numbers of the words of each title, sorted by word, 4 bytes each.
        quotes: the keys of each file's quotes.
        are_titled: 1 of a file that states a title, otherwise 0.
        are_described: 1 of one that states a title and a date of publication, otherwise 0.
        lines: hashes of the long lines of each file.
        digests: of each file; b"" if unknown.
        shared_keys: the files of each key that several have.
        words: by number.
        spread: how many titles have each word.
    """

    def __init__(self, summaries: Iterable[RecordingSummary]) -> None:
        names, keys, titles, quotes = list[str](), list[str](), list[bytes](), list[bytes]()
        titled, described, lines = bytearray(), bytearray(), list[bytes]()
        digests: list[bytes] = []
        days = array("I")
        numbers: dict[str, int] = {}
        for summary in summaries:
            names.append(summary.file)
            keys.append(summary.key)
            days.append(summary.day)
            words = [numbers.setdefault(word, len(numbers)) for word in summary.title_words]
            titles.append(array("I", words).tobytes())
            quotes.append(summary.quotes)
            titled.append(summary.is_titled)
            described.append(summary.is_titled and summary.is_published)
            lines.append(summary.lines)
            digests.append(summary.digest)
        order = sorted(range(len(names)), key=names.__getitem__)
        self.names, self.keys = [names[i] for i in order], [keys[i] for i in order]
        self.titles, self.quotes = [titles[i] for i in order], [quotes[i] for i in order]
        self.days = array("I", [days[i] for i in order])
        self.are_titled = bytes(titled[i] for i in order)
        self.are_described = bytes(described[i] for i in order)
        self.lines, self.digests = [lines[i] for i in order], [digests[i] for i in order]
        keyed: dict[str, list[int]] = defaultdict(list)
        for file, key in enumerate(self.keys):
            keyed[key].append(file)
        self.shared_keys = {key: own for key, own in keyed.items() if key and len(own) > 1}
        self.words = list(numbers)
        self.spread = Counter(chain.from_iterable(map(self.list_words, range(len(names)))))

    def list_words(self, file: int) -> array[int]:
        return array("I", self.titles[file])

    def list_quotes(self, file: int) -> array[int]:
        return array("Q", self.quotes[file])

    def list_lines(self, file: int) -> array[int]:
        return array("Q", self.lines[file])

    def are_titled_alike(self, a: int, b: int) -> bool:
        """Return whether two titles share most words of one, and a number if both have any."""
        title_a, title_b = set(self.list_words(a)), set(self.list_words(b))
        digits_a, digits_b = (
            {word for word in title if self.words[word].isdecimal()} for title in (title_a, title_b)
        )
        if digits_a and digits_b and digits_a.isdisjoint(digits_b):
            return False
        return 2 * len(title_a & title_b) > min(len(title_a), len(title_b))

    def are_similar(self, a: int, b: int) -> bool:
        """Return whether titles and dates of two files agree."""
        title_a, title_b = set(self.list_words(a)), set(self.list_words(b))
        if min(len(title_a), len(title_b)) < _MIN_TITLE_WORDS:
            return False
        day_a, day_b = self.days[a], self.days[b]
        if day_a and day_b and abs(day_a - day_b) > _MAX_DAYS_APART:
            return False
        return len(title_a & title_b) >= _MIN_TITLE_SIMILARITY * len(title_a | title_b)


def _agreeing_pairs(files: _CompactSummaries, numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of files of one key whose titles, days or lines agree, some more than once."""
    first: dict[bytes, int] = {}
    titled = [i for i in numbers if files.are_titled[i]]
    yield from ((first.setdefault(files.titles[i], i), i) for i in titled)
    for a, b in _pairs_that_share(titled, files.list_words, _MAX_TITLES_PER_WORD):
        if files.are_titled_alike(a, b):
            yield a, b
    first_of_day: dict[int, int] = {}
    dated = [i for i in numbers if files.days[i]]
    yield from ((first_of_day.setdefault(files.days[i], i), i) for i in dated)
    for a, b in _pairs_that_share(numbers, files.list_lines, _MAX_TITLES_PER_WORD):
        lines_a, lines_b = set(files.list_lines(a)), set(files.list_lines(b))
        if 2 * len(lines_a & lines_b) >= min(len(lines_a), len(lines_b)) > 1:
            yield a, b


def _pairs_that_share(
    numbers: Iterable[int], list_items: Callable[[int], Iterable[int]], max_files: int
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of files that have an item in common which at most so many of them have."""
    postings: dict[int, list[int]] = defaultdict(list)
    for file in numbers:
        for item in list_items(file):
            postings[item].append(file)
    for sharing in postings.values():
        if len(sharing) <= max_files:
            yield from combinations(sharing, 2)


def _identical_pairs(files: _CompactSummaries) -> Iterator[tuple[int, int]]:
    """Yield each copy of a file with the first file of the same bytes."""
    first: dict[bytes, int] = {}
    for number, digest in enumerate(files.digests):
        if digest and (original := first.setdefault(digest, number)) != number:
            yield original, number


def _find_common_quotes(files: _CompactSummaries) -> dict[tuple[int, int], set[int]]:
    """Return the quotes that the two files of each pair share that may be one recording."""
    similar = set(_similar_pairs(files))
    for numbers in files.shared_keys.values():
        similar.update(_pairs_that_share(numbers, files.list_quotes, _MAX_FILES_PER_QUOTE))
    return {
        pair: set(files.list_quotes(pair[0])) & set(files.list_quotes(pair[1]))
        for pair in sorted(similar)
    }


def _duplicate_pairs(
    files: _CompactSummaries, common: Mapping[tuple[int, int], set[int]]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of files that are one recording by the quotes that they have in common."""
    wanted = set().union(*common.values())
    all_quotes = (files.list_quotes(file) for file in range(len(files.names)) if wanted)
    spread = Counter(quote for own in all_quotes for quote in own if quote in wanted)
    for (a, b), quotes in common.items():
        shared = sum(spread[quote] <= _MAX_FILES_PER_QUOTE for quote in quotes)
        # One quote is enough under one title; else three, or half of the smaller file's.
        is_same_title = files.titles[a] == files.titles[b]
        smaller = min(len(files.quotes[a]), len(files.quotes[b])) // HASH_BYTES
        if shared >= 3 or (shared >= 1 if is_same_title else 2 * shared >= smaller > 1):
            yield a, b


def _similar_pairs(files: _CompactSummaries) -> Iterator[tuple[int, int]]:
    """Yield pairs of files whose titles and dates agree, some more than once."""

    # Similar titles share one of their rarest words.
    def list_rarest(file: int) -> list[int]:
        words = sorted(files.list_words(file), key=lambda w: (files.spread[w], files.words[w]))
        return [w for w in words[:_RARE_WORDS] if 1 < files.spread[w] <= _MAX_TITLES_PER_WORD]

    every_file = range(len(files.names))
    for a, b in _pairs_that_share(every_file, list_rarest, _MAX_TITLES_PER_WORD):
        is_new = files.keys[a] != files.keys[b] or not files.keys[a]
        if is_new and files.are_similar(a, b):
            yield a, b
