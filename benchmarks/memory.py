"""Memory of a build by the number of its files: where it goes, and how it grows.

    python benchmarks/memory.py terms FOLDER [--json]
    python benchmarks/memory.py conclude FOLDER --files 100000 [--workers N] [--same-texts]

``terms`` runs both passes over random subsets of a folder and weighs what the parent holds, term by
term: the sizes of the objects themselves, not of the process. A power of the number of files is
fitted to each (Heaps' law of what is distinct); no power above 1 is believed, since in a random
subset of a fixed collection pairs of likes grow with its square. It prints the terms, and the sums
for larger collections.

``conclude`` makes surveys of so many files from those of the folder, concludes them with worker
processes as a build does, and prints the peak memory of the parent and of the largest worker.
Its names and repeated texts grow by the powers that ``terms`` finds in the folder itself; with
``--same-texts`` every text stands in all copies, so that every hash repeats.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from measuring import table

from kgraph.base.progress import ignore_progress
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph import EpisodeSummary, SharedData, cooccurrence
from kgraph.graph.tally import Tally, build_shared_data
from kgraph.ingest import FoundFiles, find_files
from kgraph.pipeline import survey_split
from kgraph.pipeline.executor import open_process_pool
from kgraph.pipeline.locations import SpillRange
from kgraph.pipeline.passes import (
    EpisodeOutcome,
    FileSurvey,
    ResolveResult,
    SurveyResult,
    conclude_survey,
    locate_episodes,
    make_resolve_tasks,
    resolve_shard,
    survey_files,
)
from kgraph.pipeline.survey_spool import SpooledSurvey, SurveySpool
from kgraph.pipeline.tables import encode_tables, share_tables
from kgraph.pipeline.value_spool import ValueSpool
from kgraph.rdf import describe_shared
from kgraph.resolve.corpus import ConcludedCorpus, SurfaceOutcome, strip_shipped
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.knowledge import load_shipped_knowledge
from kgraph.resolve.name_counts import NameStatistics
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints
from kgraph.resolve.quotes.passages import ContextFingerprints
from kgraph.resolve.recordings import RecordingSummary, group_recordings
from kgraph.resolve.surveys import CorpusSurvey, EncodedSurvey, EncodedSurveys, encode_survey

SHARES = (8, 4, 2, 1)  #: of the files: one in so many
SIZES = (10**5, 10**6, 10**7)  #: files of the collections that are predicted
MB = 1e6
PAIR_BYTES = 200  #: of a pair while it is counted
PACKED_TERM = "tables, packed: a file that the workers of a machine share"
CONSTANT_TERMS = ("result of a shard", "pairs counted at a time, at most")


def weigh(*roots: object) -> int:
    """Return the bytes of some objects and all that they refer to, but for classes and modules."""
    seen: set[int] = set()
    waiting: list[object] = list(roots)
    total = 0
    while waiting:
        item = waiting.pop()
        if item is None or isinstance(item, type | bool) or id(item) in seen:
            continue
        seen.add(id(item))
        total += sys.getsizeof(item)
        if isinstance(item, memoryview):
            total += item.nbytes
            continue
        if isinstance(item, dict):
            waiting += (*item.keys(), *item.values())
        elif isinstance(item, list | tuple | set | frozenset):
            waiting += item
        elif isinstance(item, msgspec.Struct):
            waiting += (getattr(item, name) for name in item.__struct_fields__)
        elif not isinstance(item, str | bytes | int | float):
            names = {*getattr(item, "__slots__", ()), *getattr(item, "__dict__", {})}
            waiting += (getattr(item, name) for name in names - _UNWEIGHED)
    return total


_UNWEIGHED = {"spool"}  #: one for all files


def weigh_build(sources: FoundFiles) -> dict[str, int]:
    """Run both passes over some files, and return the bytes of each term."""
    terms: dict[str, int] = {"files found": weigh(sources.files)}
    with tempfile.TemporaryDirectory() as folder, SurveySpool(Path(folder, "surveys")) as spool:
        work = Path(folder)
        surveyed = survey_files(sources, work, None, ignore_progress, spool=spool)
        terms["surveys, on disk"] = Path(folder, "surveys").stat().st_size
        terms["files surveyed"] = weigh(surveyed.files, surveyed.locations)
        surveys = [file.survey for file in surveyed.files.values() if file.survey]
        encoded = EncodedSurveys(surveys)
        terms["grouping, while it lasts"] = _peak(lambda: group_recordings(encoded.recordings))
        corpus = conclude_survey(surveyed, JudgementTable(), work=work)
        terms |= weigh_tables(corpus)
        located = locate_episodes(corpus.recordings, surveyed)
        terms["episodes located"] = weigh(located) - weigh(list(surveyed.locations.values()))
        tables = share_tables(corpus.tables, work, None)
        tasks = make_resolve_tasks(located, tables, BASE_IRI)
        terms |= weigh_results(map(resolve_shard, tasks), work)
    return terms


def weigh_tables(corpus: ConcludedCorpus) -> dict[str, int]:
    """Return the bytes of the tables, and of the recordings."""
    tables = corpus.tables
    return {
        "recordings": weigh(corpus.recordings),
        "table: names": weigh(tables.knowledge.names, tables.knowledge.frequencies),
        "table: quotes": weigh(tables.quotes),
        "table: contexts": weigh(tables.context_counts),
        "table: shows, sponsors": weigh(
            tables.shows.labels, tables.shows.shows_by_scope, tables.sponsors
        ),
        PACKED_TERM: len(encode_tables(strip_shipped(corpus).tables)),
    }


def weigh_results(results: Iterable[ResolveResult], work: Path) -> dict[str, int]:
    """Return the bytes of what the parent keeps of the second pass, and of a result."""
    tally, surfaces, largest = Tally(), dict[str, SurfaceOutcome](), 0
    with (
        ValueSpool(work / "outcomes", EpisodeOutcome) as outcomes,
        ValueSpool(work / "summaries", EpisodeSummary) as summaries,
    ):
        for result in results:
            tally.add(result.tally)
            surfaces |= result.surfaces
            for slug, outcome in zip(result.slugs, result.outcomes, strict=True):
                outcomes.add_encoded(slug, outcome)
            largest = max(largest, weigh(result))
        summaries.update(tally.summaries)
        entities = weigh(tally.entities)
        terms = {
            "tally: entities": entities,
            "tally: topics, tags": weigh(tally.terms),
            "summaries, in memory": weigh(tally.entities, tally.summaries) - entities,
            "summaries, on disk": weigh(summaries),
            "outcomes, on disk": weigh(outcomes),
            "surfaces": weigh(surfaces),
            CONSTANT_TERMS[0]: largest,
        }
    shared = build_shared_data(tally, "", lambda _: None)
    return terms | weigh_statistics(shared)


def weigh_statistics(shared: SharedData) -> dict[str, int]:
    """Return the bytes that pairs and months take while they are counted.

    Few pairs are counted at a time here, so that what grows with the episodes is seen alone.
    """
    at_most, cooccurrence.MAX_COUNTED_PAIRS = cooccurrence.MAX_COUNTED_PAIRS, 1000
    growing = _peak(lambda: deque(describe_shared(shared), maxlen=0))
    cooccurrence.MAX_COUNTED_PAIRS = at_most
    return {"mentions and months, counted": growing, CONSTANT_TERMS[1]: at_most * PAIR_BYTES}


def _peak(work: Callable[[], object]) -> int:
    """Return the bytes that a step allocates at most."""
    import tracemalloc

    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


class Term(NamedTuple):
    """Bytes of a part of the memory: ``factor * files ** power``."""

    name: str
    measured: list[int]  #: of each subset
    factor: float
    power: float

    def predict(self, files: int) -> float:
        """Return the bytes at a number of files."""
        return self.factor * math.pow(files, self.power)


def fit(name: str, files: Sequence[int], measured: list[int]) -> Term:
    """Fit a power law to the measures by least squares of the logarithms, exact at the last."""
    if name in CONSTANT_TERMS:
        return Term(name, measured, max(measured), 0.0)
    logs = np.polyfit(np.log(files), np.log(np.maximum(measured, 1)), 1)
    power = min(1.0, float(logs[0]))
    return Term(name, measured, measured[-1] / files[-1] ** power, power)


#: What the parent holds while it concludes, and in the second pass without a store and with one.
CONCLUDING = ("files found", "files surveyed", "grouping, while it lasts")
BOTH = (
    *("files found", "files surveyed", "recordings", "table: names", "table: quotes"),
    *("table: contexts", "table: shows, sponsors", "episodes located"),
    *("tally: entities", "tally: topics, tags", "mentions and months, counted"),
    CONSTANT_TERMS[1],
)
RESOLVING = (*BOTH, "summaries, on disk")
STORING = (*BOTH, "summaries, in memory", "outcomes, on disk", "surfaces")


def print_terms(folder: str, as_json: bool) -> None:
    """Measure the terms on subsets of a folder, and print them with what they come to."""
    everything = find_files([folder])
    choices = random.Random(1)
    measured: dict[str, list[int]] = {}
    sizes = []
    for share in SHARES:
        count = len(everything.files) // share
        chosen = sorted(choices.sample(range(len(everything.files)), count))
        some = msgspec.structs.replace(everything, files=[everything.files[i] for i in chosen])
        sizes.append(count)
        for name, size in weigh_build(some).items():
            measured.setdefault(name, []).append(size)
    terms = {name: fit(name, sizes, sizes_) for name, sizes_ in measured.items()}
    if as_json:
        print(json.dumps({name: term._asdict() for name, term in terms.items()}, indent=1))
        return
    head = ("term", *(f"{size:,} files" for size in sizes), "power", *map(_power_of_ten, SIZES))
    rows = [
        (name, *map(_megabytes, term.measured), f"{term.power:.2f}",
         *(_megabytes(term.predict(size)) for size in SIZES))
        for name, term in terms.items()
    ]  # fmt: skip
    for name, parts in (
        ("parent, concluding", CONCLUDING),
        ("parent, resolving without a store", RESOLVING),
        ("parent, resolving with a store", STORING),
    ):
        sums = [sum(terms[part].measured[i] for part in parts) for i in range(len(sizes))]
        predicted = [sum(terms[part].predict(size) for part in parts) for size in SIZES]
        rows.append((f"**{name}**", *map(_megabytes, sums), "", *map(_megabytes, predicted)))
    print(table(head, rows))
    print("MB; kB a file for what grows with files:")
    for name, term in terms.items():
        if term.power > 0.98:
            print(f"  {name}: {term.factor / 1000:.2f}")


def _power_of_ten(size: int) -> str:
    return f"10^{len(str(size)) - 1} files"


def _megabytes(size: float) -> str:
    return f"{size / MB:,.1f}" if size < 10 * MB else f"{size / MB:,.0f}"


# -- a grown corpus ------------------------------------------------------------

NAME_POWER = 0.8  #: of distinct names, and TITLE_POWER of words of titles, by ``terms``' subsets
TITLE_POWER = 0.7


class GrownSurveys:
    """Surveys like those of some files, of any number of them.

    Every text is of its copy alone: what repeats within the files repeats within each copy, so
    that repeated texts grow as the files do. Names and title words return in other copies.

    Args:
        same_texts: every text is in all copies instead.
    """

    def __init__(self, surveys: Sequence[EncodedSurvey], same_texts: bool = False) -> None:
        self._same_texts = same_texts
        encoded = EncodedSurveys(surveys)
        self._files = list(
            zip(
                encoded.recordings,
                encoded.quotes,
                encoded.shows,
                encoded.statistics,
                encoded.passages,
                strict=True,
            )
        )
        self._random = random.Random(1)

    def make(self, count: int) -> Iterator[tuple[str, EncodedSurvey]]:
        """Yield so many names of files with their surveys."""
        for number in range(count):
            copy, place = divmod(number, len(self._files))
            texts = 0 if self._same_texts else copy
            recording, quotes, shows, statistics, passages = self._files[place]
            file = f"{copy}/{recording.file}"
            survey = CorpusSurvey(
                [self._rename(recording, file, copy, texts)],
                [self._requote(quotes, file, texts)],
                [shows],
                [self._recount(statistics, copy)],
                [self._repass(passages, file, texts)],
            )
            yield file, encode_survey(survey)

    def _variant(self, text: str, copy: int, power: float) -> str:
        number = self._random.randrange(math.ceil((copy + 1) ** power))
        return f"{text} {number}" if number else text

    def _rename(
        self, recording: RecordingSummary, file: str, copy: int, texts: int
    ) -> RecordingSummary:
        words = {self._variant(word, copy, TITLE_POWER) for word in recording.title_words}
        return RecordingSummary(
            file, f"{recording.key}/{copy}" if recording.key else "", tuple(sorted(words)),
            recording.day, _scramble_hashes(recording.quotes, texts),
        )  # fmt: skip

    def _requote(self, quotes: QuoteFingerprints, file: str, copy: int) -> QuoteFingerprints:
        return msgspec.structs.replace(
            quotes, file=file, keys=_scramble_hashes(quotes.keys, copy),
            packed_shingles=_scramble_hashes(quotes.packed_shingles, copy),
            packed_runs=_scramble_hashes(quotes.packed_runs, copy),
        )  # fmt: skip

    def _recount(self, statistics: NameStatistics, copy: int) -> NameStatistics:
        names = {
            self._variant(key, copy, NAME_POWER): counts for key, counts in statistics.names.items()
        }
        return NameStatistics(statistics.episodes, names)

    def _repass(self, passages: ContextFingerprints, file: str, copy: int) -> ContextFingerprints:
        return ContextFingerprints(
            file,
            _scramble_hashes(passages.packed_hashes, copy),
            _scramble_hashes(passages.packed_runs, copy),
        )


def _scramble_hashes(packed: bytes, copy: int) -> bytes:
    scramble = np.uint64(copy * 0x9E37_79B9_7F4A_7C15 & 0xFFFF_FFFF_FFFF_FFFF)  # the golden ratio's
    return (np.frombuffer(packed, np.uint64) ^ scramble).tobytes()


def measure_conclusion(
    folder: str, count: int, workers: int, home: str | None, same_texts: bool = False
) -> None:
    """Conclude the surveys of so many files, and print the memory that it takes."""
    load_shipped_knowledge()
    with (
        open_process_pool(workers) as pool,
        tempfile.TemporaryDirectory(dir=home) as work,
        SurveySpool(Path(work, "surveys")) as spool,
    ):
        with SurveySpool(Path(work, "small")) as small:
            few = survey_files(find_files([folder]), Path(work), pool, ignore_progress, spool=small)
            spooled = (file.survey for file in few.files.values())
            loaded = [s.load() for s in spooled if isinstance(s, SpooledSurvey)]
            grown = GrownSurveys(loaded, same_texts)
        surveyed = SurveyResult()
        surveys = []
        for number, (name, survey) in enumerate(grown.make(count)):
            file = FileSurvey(f"{number:064x}", None)
            surveys.append(spool.add(survey))
            surveyed.files[name] = msgspec.structs.replace(file, survey=surveys[-1])
            surveyed.locations[name] = SpillRange(
                name, f"{work}/{number // 24}.spill", number, number
            )
        spool.flush()
        before = _resident()
        start, cpu = time.perf_counter(), _cpu_seconds()
        corpus = conclude_survey(surveyed, JudgementTable(), work=Path(work), pool=pool)
        seconds, cpu = time.perf_counter() - start, _cpu_seconds() - cpu
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        on_disk = sum(path.stat().st_size for path in Path(work).iterdir())
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    rows = [
        ("files", f"{count:,}"),
        ("recordings", f"{len(corpus.recordings):,}"),
        ("partitions", survey_split.count_partitions(surveys)),
        ("on disk, GB", f"{on_disk / 1e9:.2f}"),
        ("parent before, MB", f"{before / MB:,.0f}"),
        ("parent at most, MB", f"{own / MB:,.0f}"),
        ("worker at most, MB", f"{worker / MB:,.0f}"),
        *((f"{name}, MB", f"{size / MB:,.0f}") for name, size in weigh_tables(corpus).items()),
        ("wall s", f"{seconds:.0f}"),
        ("CPU s of the parent", f"{cpu:.0f}"),
    ]
    print(table(("", "value"), rows))


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def _cpu_seconds() -> float:
    return time.process_time()


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    terms = commands.add_parser("terms")
    terms.add_argument("folder")
    terms.add_argument("--json", action="store_true")
    conclude = commands.add_parser("conclude")
    conclude.add_argument("folder")
    conclude.add_argument("--files", type=int, default=100_000)
    conclude.add_argument("--workers", type=int, default=2)
    conclude.add_argument("--same-texts", action="store_true")
    conclude.add_argument("--home", help="folder for the surveys: 18 kB a file")
    arguments = parser.parse_args()
    if arguments.command == "terms":
        print_terms(arguments.folder, arguments.json)
    else:
        measure_conclusion(
            arguments.folder,
            arguments.files,
            arguments.workers,
            arguments.home,
            arguments.same_texts,
        )


if __name__ == "__main__":
    main()
