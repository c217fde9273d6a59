"""The quotes and passages of a whole corpus, in which some keys and hashes are looked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from kgraph.resolve.quotes.batches import PassageBatch, QuoteBatch, split_batches
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints
from kgraph.resolve.quotes.hash_columns import Array, contains, drop_repeats, join_hashes
from kgraph.resolve.quotes.passages import ContextFingerprints
from kgraph.resolve.quotes.repetition import CorpusHashes
from kgraph.resolve.recordings import Recording
from kgraph.resolve.survey_partitions import MemoryPartitions

MAX_LINKED_SHARE = 0.2  #: of all quotes: where more are linked to some, they are too many
MAX_STEPS = 20  #: from quote to quote: each is a look at all files
NO_HASHES = np.empty(0, np.uint64)


class Texts(NamedTuple):
    """The fingerprints of files, in the same order; read several times."""

    quotes: Iterable[QuoteFingerprints]
    passages: Iterable[ContextFingerprints]

    def list_by_file(self) -> dict[str, TextsOfFile]:
        """Return the texts of each file by its name."""
        files = map(TextsOfFile, self.quotes, self.passages)
        return {file.quotes.file: file for file in files}


class TextsOfFile(NamedTuple):
    """The fingerprints of a file."""

    quotes: QuoteFingerprints
    passages: ContextFingerprints

    @property
    def packed_runs(self) -> bytes:
        return self.quotes.packed_runs + self.passages.packed_runs


NO_TEXTS = TextsOfFile(
    QuoteFingerprints("", b"", b"", b"", b"", b"", b""), ContextFingerprints("", b"")
)


class CorpusTexts:
    """The texts of a corpus: 16 kB of a file in memory, read when they are first needed.

    Args:
        texts: of all files.
    """

    def __init__(self, texts: Texts, recordings: Sequence[Recording]) -> None:
        self.recordings = {recording.slug: recording for recording in recordings}
        self.slugs = {file: recording.slug for recording in recordings for file in recording.files}
        self._texts = texts

    @cached_property
    def _quotes(self) -> list[QuoteBatch]:
        return list(map(QuoteBatch, split_batches(self._texts.quotes)))

    @cached_property
    def _passages(self) -> list[PassageBatch]:
        return list(map(PassageBatch, split_batches(self._texts.passages)))

    def read_files(self, names: Collection[str]) -> dict[str, TextsOfFile]:
        """Return the texts of some files by name."""
        if not names:
            return {}
        quotes = chain.from_iterable(batch.fingerprints for batch in self._quotes)
        passages = chain.from_iterable(batch.fingerprints for batch in self._passages)
        files = map(TextsOfFile, quotes, passages)
        return {file.quotes.file: file for file in files if file.quotes.file in names}

    def collect_runs(self, slugs: Collection[str]) -> Array:
        """Return the distinct runs of some recordings; of those that are gone, none."""
        slugs = self.recordings.keys() & slugs
        files = self.read_files({file for slug in slugs for file in self.recordings[slug].files})
        return drop_repeats(join_hashes(texts.packed_runs for texts in files.values()))

    def collect_keys_that_name(self, sponsors: Collection[str]) -> Array:
        """Return the keys of the quotes that name one of some sponsors."""
        keys = [NO_HASHES]
        for batch in self._quotes if sponsors else ():
            for file, first in zip(batch.fingerprints, batch.first_quotes.tolist(), strict=True):
                own = [first + index for index, name in file.sponsors if name in sponsors]
                keys += [batch.keys[own]] if own else []
        return np.concatenate(keys)

    def find_linked(self, keys: Array, hashes: Array) -> tuple[Array, Array] | None:
        """Add the keys and hashes of all quotes that are linked to some, directly or not.

        Args:
            keys, hashes: sorted; the latter are shingles and runs.

        Returns:
            Keys and hashes, sorted; None if more than :data:`MAX_LINKED_SHARE` of the quotes are,
            or by chains of more than :data:`MAX_STEPS` quotes.
        """
        new_keys, new_hashes = keys, hashes
        counted_keys, linked_count = NO_HASHES, 0
        for _ in range(MAX_STEPS):
            if not (len(new_keys) or len(new_hashes)):
                return keys, hashes
            found_keys, found_hashes = list[Array](), list[Array]()
            for batch in self._quotes:
                linked = batch.find(new_keys, new_hashes)
                found_keys.append(batch.keys[linked])
                found_hashes += (batch.shingles.take(linked), batch.runs.take(linked))
            linked_keys = np.concatenate((NO_HASHES, *found_keys))
            linked_count += int(np.count_nonzero(~contains(counted_keys, linked_keys)))
            if linked_count > MAX_LINKED_SHARE * sum(len(batch.keys) for batch in self._quotes):
                break
            new_keys, new_hashes = _find_new(found_keys, keys), _find_new(found_hashes, hashes)
            keys, hashes = join_columns([keys, new_keys]), join_columns([hashes, new_hashes])
            counted_keys = keys  # quotes of one key have the same hashes: all of them were found
        return None

    def select_texts(self, keys: Array, hashes: Array, contexts: Array = NO_HASHES) -> Texts:
        """Return the quotes and passages that have some keys, hashes or contexts.

        Args:
            keys: of quotes, sorted.
            hashes: shingles and runs of quotes, and runs of passages, sorted.
            contexts: of names, sorted.
        """
        has_quotes = len(keys) or len(hashes)
        quotes = {
            file.file: file
            for batch in (self._quotes if has_quotes else ())
            for file in batch.select(batch.find(keys, hashes))
        }
        passages = {
            file.file: file
            for batch in (self._passages if len(hashes) or len(contexts) else ())
            for file in batch.select(contexts, hashes)
        }
        names = sorted(quotes.keys() | passages.keys())
        return Texts(
            [quotes.get(name, replace(NO_TEXTS.quotes, file=name)) for name in names],
            [passages.get(name, replace(NO_TEXTS.passages, file=name)) for name in names],
        )

    def select(self, keys: Array, hashes: Array, contexts: Array = NO_HASHES) -> CorpusHashes:
        """Return the texts of :meth:`CorpusTexts.select_texts` as a corpus."""
        texts = self.select_texts(keys, hashes, contexts)
        partitions = MemoryPartitions(texts.quotes, texts.passages)
        return CorpusHashes(texts.quotes, partitions, list(self.recordings.values()))


def join_columns(columns: Iterable[Array]) -> Array:
    """Return the distinct hashes of several columns, sorted."""
    return drop_repeats(np.concatenate((NO_HASHES, *columns)))


def _find_new(columns: Iterable[Array], old: Array) -> Array:
    hashes = join_columns(columns)
    return hashes[~contains(old, hashes)]
