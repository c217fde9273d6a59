"""How good are the hits of plain questions?

Takes a store of the corpus; asks the sixty questions of ``search_questions.tsv`` and prints the
mean nDCG@10 (Järvelin and Kekäläinen 2002, with gain 2 ** grade - 1) of the questions that choices
were made by (every other one), of those held out, and of all; then the hits among the first ten
that nobody graded, which count 0, and the milliseconds of a search.

    python benchmarks/search_quality.py STORE

The table has the first eight hexadecimal digits of the SHA-256 digest of the relative IRI of each
quote, insight or episode that a person read for a question, with its grade:

3  answers the question
2  answers a part of it, or is about exactly this
1  is about something near
0  is about something else

Graded were the first ten hits of searches by words, by meaning and by both.
"""

from __future__ import annotations

import csv
import hashlib
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from kgraph.search import Filters, Index, search
from kgraph.store import Store

QUESTIONS = Path(__file__).with_name("search_questions.tsv")
DEPTH = 10  #: hits that count
DIGEST_DIGITS = 8
FILTERS = Filters(kinds=frozenset({"quote", "insight", "episode"}))

Grades = dict[str, int]  #: by digest


def read_questions() -> dict[str, Grades]:
    """Return the grades of each question."""
    questions: dict[str, Grades] = defaultdict(dict)
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            grades = dict.fromkeys(row["answers"].split(), int(row["grade"]))
            questions[row["question"]] |= grades
    return questions


def compute_gain(grades: Sequence[int]) -> float:
    """Return the discounted cumulative gain of grades in the order of their hits.

    >>> compute_gain([3, 0, 1])
    7.5
    """
    gains = (float(2.0**grade - 1) for grade in grades[:DEPTH])
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def digest_id(id_: str) -> str:
    """Return the digest of a relative IRI in the table."""
    return hashlib.sha256(id_.encode()).hexdigest()[:DIGEST_DIGITS]


def measure(name: str, ask: Callable[[str], Sequence[str]]) -> None:
    """Ask every question, and print a line.

    Args:
        ask: takes a question, and returns the relative IRIs of its hits, best first.
    """
    scores, ungraded = [], 0
    start = time.process_time()
    questions = read_questions()
    answers = {question: ask(question) for question in questions}
    milliseconds = (time.process_time() - start) * 1000 / len(questions)
    for question, grades in questions.items():
        digests = [digest_id(id_) for id_ in answers[question][:DEPTH]]
        best = compute_gain(sorted(grades.values(), reverse=True))
        scores.append(compute_gain([grades.get(digest, 0) for digest in digests]) / best)
        ungraded += sum(digest not in grades for digest in digests)
    choosing, held_out = scores[::2], scores[1::2]
    print(
        f"{name}: nDCG@{DEPTH} {_mean(choosing):.3f} choosing, {_mean(held_out):.3f} held out, "
        f"{_mean(scores):.3f} all; {ungraded} of {DEPTH * len(scores)} hits ungraded, "
        f"{milliseconds:.1f} ms of CPU a search"
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def main(path: Path) -> None:
    """Measure, and print."""
    index = Index(Store(path))

    def ask_words(question: str) -> list[str]:
        return [hit.id for hit in search(index, question, FILTERS, limit=DEPTH).hits]

    measure("words", ask_words)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
