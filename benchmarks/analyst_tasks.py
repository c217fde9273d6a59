"""Can an analyst do eight tasks in the web app and in the atlas, and with how many clicks?

    python benchmarks/analyst_tasks.py STORE [--only N ...] [--pictures FOLDER]

Serves a store, opens its first page or its atlas in a headless Chromium, does each task with mouse
and keyboard, and compares what is then to be seen with answers that SPARQL gives
(``analyst_answers.py``). A click is a press on a link, a button, a box or a choice (``hands.py``).
Task 6 changes a graph, so it is done on one of ``data/episodes``. Prints a line for each task and
surface; ends with status 1 if one was impossible, had a wrong answer or took more than three
clicks. ``--pictures`` writes a picture of each end.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import analyst_making as making
import analyst_reading as reading
from analyst_answers import Answers
from analyst_checks import WrongAnswerError
from analyst_hands import HEIGHT, WIDTH, Analyst
from analyst_judging import JudgedGraph, serve_judged
from chromium import load_driver
from hands import Hands
from measuring import serve, table

import kgraph

MAX_CLICKS = 3
CORRECTING = 6  #: number of the task that changes a graph

Task = Callable[[Analyst], str]

TASKS: dict[int, tuple[str, Task, Task]] = {
    1: ("who beside OpenAI, and why", reading.find_beside_on_page, reading.find_beside_in_atlas),
    2: (
        "best quotes on stablecoins, to hear",
        reading.find_quotes_on_page,
        reading.find_quotes_in_atlas,
    ),
    3: ("when did Polymarket rise", reading.find_rise_on_page, reading.find_rise_in_atlas),
    4: ("which shows cover Solana most", reading.find_shows_on_page, reading.find_shows_in_atlas),
    5: ("SPARQL with completion", making.query_in_editor, making.query_in_atlas),
    7: ("two companies over time", making.compare_on_page, making.compare_in_atlas),
    8: ("a theme as a spreadsheet", making.save_theme_from_page, making.save_theme_from_atlas),
}


@contextmanager
def judging(folder: Path, page: Any) -> Iterator[tuple[Analyst, JudgedGraph]]:
    """Give an analyst a session of a server on which names can be judged."""
    with serve_judged(folder) as judged:
        answers = Answers(kgraph.KnowledgeGraph.open(judged.store))
        page.open(judged.start, WIDTH, HEIGHT, "light")
        yield Analyst(Hands(page), judged.address, answers), judged


Row = tuple[int, str, str, str, int, str]  #: of the table


def do_tasks(
    analyst: Analyst, numbers: Sequence[int], folder: Path, pictures: Path | None
) -> Iterator[Row]:
    """Do tasks on both surfaces, and yield a row of the table for each."""
    for number in numbers:
        if number == CORRECTING:
            with judging(folder, analyst.hands.page) as (judge, judged):
                correct = [
                    partial(task, judged=judged)
                    for task in (making.correct_on_page, making.correct_from_atlas)
                ]
                yield from _do(judge, number, "a wrong company rejected", correct, pictures)
        else:
            words, *tasks = TASKS[number]
            yield from _do(analyst, number, words, tasks, pictures)


def _do(
    analyst: Analyst, number: int, words: str, tasks: Sequence[Task], pictures: Path | None
) -> Iterator[Row]:
    for surface, task in zip(("web", "atlas"), tasks, strict=True):
        outcome = "yes"
        try:
            found = task(analyst)
        except (WrongAnswerError, AssertionError) as error:
            outcome, found = "NO", str(error)[:300]
        if pictures:
            analyst.hands.page.picture(pictures / f"{number}-{surface}.png")
        yield number, words, surface, outcome, analyst.hands.clicks, found.replace("|", "/")


@contextmanager
def serving(options: argparse.Namespace) -> Iterator[str]:
    """Give the address of a server of the store."""
    if options.address:
        yield options.address
    else:
        with serve(options.store) as (address, _):
            yield address


def main() -> None:
    """Do the tasks, and print a line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("store", type=Path)
    parser.add_argument("--only", type=int, nargs="+", default=sorted({*TASKS, CORRECTING}))
    parser.add_argument("--pictures", type=Path, help="folder for a picture of each end")
    parser.add_argument("--address", help="of a server of the store that runs already")
    options = parser.parse_args()
    answers = Answers(kgraph.KnowledgeGraph.open(options.store))
    driver = load_driver()
    with (
        tempfile.TemporaryDirectory() as name,
        serving(options) as address,
        closing(driver.Chromium()) as chromium,
    ):
        folder = Path(name)
        page = driver.Page(chromium)
        page.open(address, WIDTH, HEIGHT, "light")
        analyst = Analyst(Hands(page), address.rstrip("/"), answers)
        rows = []
        for row in do_tasks(analyst, options.only, folder, options.pictures):
            print(*row[:5], sep=", ", file=sys.stderr)
            rows.append(row)
    print(table(("", "task", "surface", "possible", "clicks", "found"), rows))
    sys.exit(any(row[3] != "yes" or row[4] > MAX_CLICKS for row in rows))


if __name__ == "__main__":
    main()
