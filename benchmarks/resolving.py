"""Measure the CPU seconds of each part of resolution, in one process.

    python benchmarks/resolving.py FOLDER [--json]

Takes a folder of episodes; gives CPU seconds of each part, the same for one of its items,
the part's share of the whole, and a digest of what was decided: two versions of the code
that print the same digests decide the same, to the byte. Reading is measured beside it, as
the yardstick: resolution costs so many times what it costs to read the files at all.

Each part is timed over the whole corpus before the next one begins, so that a part that
fills a cache (names, surfaces) pays for it, as in a build with one worker.
"""

from __future__ import annotations

import gc
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
from measuring import table

from kgraph.base.model import EpisodeFile
from kgraph.graph.assemble import assemble_episode
from kgraph.ingest import find_files, read_file
from kgraph.resolve.corpus import (
    CorpusTables,
    EpisodeObservation,
    build_tables,
    observe_episode,
    survey_episode,
)
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.knowledge import load_shipped_knowledge
from kgraph.resolve.mentions import context
from kgraph.resolve.mentions import decide as mentions
from kgraph.resolve.quotes import decide as occurrences
from kgraph.resolve.quotes import repetition, sponsors, themes
from kgraph.resolve.recordings import Recording, group_recordings
from kgraph.resolve.shows import decide as shows
from kgraph.resolve.surveys import EncodedSurveys, encode_survey

Item = TypeVar("Item")
Result = TypeVar("Result")

RESOLUTION = (
    "look", "survey", "prepare", "conclude", "mentions", "quotes", "themes", "shows",
)  # fmt: skip
"""The parts that are resolution; the others are measured beside them."""


class Part(NamedTuple):
    """Cost of a part of the work.

    Attributes:
        name: what it is.
        seconds: of CPU, user and system.
        items: how many it worked on: files, rows of companies, quotes.
        digest: of what it gave; "" where that is not compared.
    """

    name: str
    seconds: float
    items: int
    digest: str = ""


class Clock:
    """Parts in the order in which they were timed."""

    def __init__(self) -> None:
        self.partitions: list[Part] = []

    def time(self, name: str, items: int, work: Callable[[], Result]) -> Result:
        """One piece of work; gives its result."""
        start = time.process_time()
        result = work()
        self.partitions.append(Part(name, time.process_time() - start, items))
        return result

    def time_each(
        self, name: str, items: int, work: Callable[[Item], object], inputs: Iterable[Item]
    ) -> None:
        """Do the work on each input; digest and release the results, as a build does."""
        seconds, digest = 0.0, hashlib.sha256()
        for item in inputs:
            start = time.process_time()
            result = work(item)
            seconds += time.process_time() - start
            digest.update(msgspec.msgpack.encode(result, order="deterministic"))
        self.partitions.append(Part(name, seconds, items, digest.hexdigest()[:16]))


def measured(folder: str) -> list[Part]:
    """Every part, over the episodes of a folder."""
    gc.disable()  # a build's workers keep little; here all that is kept would be walked
    clock = Clock()
    files = find_files([folder]).files
    readings = clock.time("read", len(files), lambda: [read_file(file) for file in files])
    episodes = [reading.episode for reading in readings if reading.episode is not None]
    observed = clock.time(
        "look", len(episodes), lambda: [observe_episode(episode) for episode in episodes]
    )
    total = clock.time("survey", len(episodes), lambda: _surveyed(observed))
    clock.time("prepare", 1, load_shipped_knowledge)
    corpus = clock.time("conclude", 1, lambda: build_tables(total, JudgementTable()))
    gc.freeze()
    _parts_of_conclusion(clock, total, corpus.recordings)
    _decide(clock, observed, corpus.tables, corpus.recordings)
    return clock.partitions


def _surveyed(observed: Sequence[EpisodeObservation]) -> EncodedSurveys:
    return EncodedSurveys([encode_survey(survey_episode(observation)) for observation in observed])


def _parts_of_conclusion(clock: Clock, total: EncodedSurveys, recordings: list[Recording]) -> None:
    """Again, one by one: what the conclusion was made of."""
    count = len(recordings)
    clock.time("  recordings", count, lambda: group_recordings(total.recordings))
    hashes = repetition.CorpusHashes(total.quotes, total.partitions, recordings)
    clock.time("  repetition", count, lambda: hashes.build_quote_table({}))
    clock.time("  show table", count, lambda: shows.build_show_table(total.shows))


def _decide(
    clock: Clock,
    observed: list[EpisodeObservation],
    tables: CorpusTables,
    recordings: list[Recording],
) -> None:
    episodes = [one.episode for one in observed]
    by_file = {one.episode.file: one for one in observed}
    held = [(one.slug, [by_file[file] for file in one.files]) for one in recordings]
    rows, quotes = _count(episodes, "companies"), _count(episodes, "quotes")

    def decide(episode: EpisodeFile) -> object:
        return mentions.decide_mentions(episode, tables.knowledge)

    clock.time_each("mentions", rows, decide, episodes)
    clock.time_each("  again", rows, decide, episodes)
    clock.time_each("  settings", len(episodes), context.build_context, episodes)
    clock.time_each("quotes", quotes, lambda one: _quotes(one[1], tables), held)
    clock.time_each("themes", quotes, _themes, episodes)
    clock.time_each(
        "shows", len(observed), lambda one: shows.decide_show(one.show, tables.shows), observed
    )
    clock.time_each(
        "assemble (names known)", len(held), lambda one: assemble_episode(*one, tables), held
    )


def _count(episodes: Sequence[EpisodeFile], list_: str) -> int:
    return sum(len(episode.rows.get(list_, ())) for episode in episodes)


def _quotes(
    files: Sequence[EpisodeObservation], tables: CorpusTables
) -> tuple[occurrences.QuoteDecision, ...]:
    episodes, looks = [one.episode for one in files], [one.quotes for one in files]
    paying = sponsors.find_sponsors(episodes, tables.sponsors)
    return occurrences.decide_quotes(episodes, tables.quotes, looks, paying)


def _themes(episode: EpisodeFile) -> list[tuple[str, ...]]:
    return [themes.find_quote_themes(row) for row in episode.rows.get("quotes", ())]


def shown(measures: Sequence[Part]) -> str:
    """The parts as a table, and resolution as a whole."""
    total = sum(part.seconds for part in measures if part.name in RESOLUTION)
    reading = next(part.seconds for part in measures if part.name == "read")
    rows = [
        (part.name, f"{part.seconds:.2f}", part.items, f"{1e6 * part.seconds / part.items:,.0f}",
         f"{part.seconds / total:.0%}", part.digest)
        for part in measures
    ]  # fmt: skip
    head = ("part", "CPU s", "items", "µs an item", "of resolution", "digest")
    last = f"resolution: {total:.2f} s, {total / reading:.2f} times reading"
    return f"{table(head, rows)}\n\n{last}"


def main(arguments: Sequence[str]) -> None:
    folders = [argument for argument in arguments if argument != "--json"]
    if len(folders) != 1 or not Path(folders[0]).exists():
        sys.exit(__doc__)
    measures = measured(folders[0])
    if "--json" in arguments:
        print(json.dumps([part._asdict() for part in measures]))
    else:
        print(shown(measures))


if __name__ == "__main__":
    main(sys.argv[1:])
