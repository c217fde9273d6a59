"""Measure what resolution costs a build: the same build with it, and with unresolved names.

    python benchmarks/adding.py FOLDER [--runs N]

FOLDER is a folder of episode files. Each build is a process of its own with two workers,
the two kinds in turn, so that other load falls on both alike. Printed: seconds and CPU
seconds of each, medians, and what resolution adds.

A build that takes names as they are does all else that a build does: it reads every file,
writes every statement, loads them and makes them searchable. Every row of ``companies:`` is
a company by its surface, as sure as the file states; every quote is itself; topics are
themes, files are recordings, ``source`` is the show. No lexicon is loaded.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from measuring import Cost, run, table

from kgraph.base import text as names
from kgraph.base.model import Decision, EpisodeFile, Row
from kgraph.graph import assemble, tally
from kgraph.pipeline import build, passes
from kgraph.resolve.corpus import CorpusTables, EpisodeObservation
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.quotes.decide import QuoteDecision
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints, quote_key
from kgraph.resolve.quotes.quote_table import QuoteTable, SharedQuote
from kgraph.resolve.recordings import Recording, RecordingSummary, file_slug
from kgraph.resolve.shows.decide import ShowDecision, ShowTable
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.surveys import CorpusSurvey

STATED = {"high": 0.9, "medium": 0.6, "low": 0.3}
"""What a stated confidence is taken for."""

WORKERS = 2


def _mentions(episode: EpisodeFile, _: Knowledge) -> tuple[tuple[Decision, ...], ...]:
    return tuple((_mention(row),) for row in episode.rows.get("companies", ()))


def _mention(row: Row) -> Decision:
    surface, stated = row.text("name"), row.text("confidence").lower()
    return Decision(
        "company", names.name_key(surface), surface, STATED.get(stated, 0.5), "as-it-is"
    )


def _quotes(
    files: Sequence[EpisodeFile], table: QuoteTable, *_: object
) -> tuple[QuoteDecision, ...]:
    decisions: dict[str, QuoteDecision] = {}
    for number, file in enumerate(files):
        for row in file.rows.get("quotes", ()):
            text, score = row.text("text"), row.values.get("relevance_score")
            relevance = score / 10 if isinstance(score, int | float) else 0.5
            key = quote_key(text)
            position = (number, row.index)
            same = decisions.get(key)
            rows = (*same.rows, position) if same else (position,)
            home = table.shared[key].first_recording
            decisions[key] = QuoteDecision(key, text, rows, min(1.0, relevance), 0.0, (), home)
    return tuple(decisions.values())


def _look(episode: EpisodeFile) -> EpisodeObservation:
    show = (("source", episode.text("source"), 1),)
    keys = "".join(quote_key(row.text("text")) for row in episode.rows.get("quotes", ()))
    quotes = QuoteFingerprints(episode.file, bytes.fromhex(keys), b"", b"", b"", b"", b"")
    return EpisodeObservation(episode, quotes, ShowEvidence((), show))


def _show(evidence: ShowEvidence, _: ShowTable) -> ShowDecision:
    label = evidence.claims[0][1]
    return ShowDecision(label, names.name_key(label) if label else "", 0.5)


def _survey(observed: EpisodeObservation) -> CorpusSurvey:
    file = observed.episode.file
    return CorpusSurvey([RecordingSummary(file, "", (), 0, b"")], [observed.quotes])


def _conclude(total: CorpusSurvey, _: JudgementTable) -> tuple[CorpusTables, list[Recording]]:
    files = sorted(summary.file for summary in total.recordings)
    recordings = [Recording(file_slug(file), "", (file,)) for file in files]
    homes: dict[str, str] = {}
    for summary in sorted(total.quotes, key=lambda one: one.file):
        for key in summary.hex_keys():
            homes.setdefault(key, file_slug(summary.file))
    shared = {key: SharedQuote(first_recording=slug) for key, slug in homes.items()}
    return CorpusTables(Knowledge(), QuoteTable(shared=shared), ShowTable({}, {})), recordings


class _Nameless:
    """In place of the names that link quotes to entities: no quote is looked at."""

    def __init__(self, _: object) -> None: ...

    def find_in(self, _: str) -> tuple[tuple[str, float], ...]:
        return ()


def take_as_they_are() -> None:
    """Put the functions above in place of resolution, in this process and its workers."""
    replaced: dict[object, dict[str, object]] = {
        passes: {
            "observe_episode": _look, "survey_episode": _survey, "build_tables": _conclude,
        },
        tally: {"list_topics": lambda _: []},
        assemble: {
            "decide_mentions": _mentions, "decide_quotes": _quotes, "decide_show": _show,
            "find_quote_themes": lambda _: (), "QuoteNameMatcher": _Nameless,
        },
    }  # fmt: skip
    for module, functions in replaced.items():
        for name, function in functions.items():
            if not hasattr(module, name):
                raise SystemExit(f"{module} has no {name}: what it is called now goes here")
            setattr(module, name, function)


def _built(folder: str, store: Path, how: str) -> Cost:
    return run([sys.executable, __file__, folder, "--as", how, "--store", store])


def main(folder: str, runs: int) -> None:
    costs: dict[str, list[Cost]] = {"they are": [], "resolved": []}
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(runs):
            for how, found in costs.items():
                found.append(_built(folder, Path(scratch, f"{number}{how}"), how))
    rows = [
        (how, *(f"{cost.wall:.1f}" for cost in found), *_medians(found))
        for how, found in costs.items()
    ]
    head = ("names as", *(f"run {n + 1}" for n in range(runs)), "wall s", "CPU s")
    print(table(head, rows))
    plain, resolved = (_medians(cost_list) for cost_list in costs.values())
    print(
        f"\nresolution adds {resolved[0] - plain[0]:.1f} s, {resolved[1] - plain[1]:.1f} s of CPU"
    )


def _medians(costs: Sequence[Cost]) -> tuple[float, float]:
    return median(cost.wall for cost in costs), median(cost.cpu for cost in costs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--as", dest="how", help=argparse.SUPPRESS)
    parser.add_argument("--store", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    options = _options()
    if options.how is None:
        main(options.folder, options.runs)
    else:
        if options.how == "they are":
            take_as_they_are()
        build([options.folder], options.store, workers=WORKERS)
