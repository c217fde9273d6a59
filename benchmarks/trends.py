"""Do the pages and the questions tell the trends that the statements of a store hold?

    python benchmarks/trends.py STORE [--things 10] [--months 3]

Reads from a store, by SPARQL, which episode mentions what, with its date of publication and its
show, and computes trends from that anew (``trend_reference.py``). These figures are compared with
what the program states of the companies that the most episodes mention, over all months, and of
the newest pairs of months:

* the table of the page of each, and of the page ``/compare`` of six of them;
* the questions ``by-month`` and ``compare``, and the API of ``/compare``;
* the question ``risers`` and the list of the first page.

Prints how many figures of each were compared and how many differ by more than rounding, with the
first of these; ends with status 1 if any does.
"""

from __future__ import annotations

import argparse
import csv
import html
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from trend_reference import Change, Reference, Share, previous_month

import kgraph


class Comparison:
    """Figures of one surface of the program beside those of the reference."""

    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.compared = 0
        self.differing: list[str] = []

    def add(self, what: str, stated: object, expected: object, rounding: float = 0.0) -> None:
        """Compare a figure; numbers may differ by a rounding."""
        self.compared += 1
        if isinstance(stated, float) and isinstance(expected, float):
            is_equal = abs(stated - expected) <= rounding + 1e-9
        else:
            is_equal = stated == expected
        if not is_equal:
            self.differing.append(f"{what}: {stated}, by the reference {expected}")

    def __str__(self) -> str:
        first = f"; {self.differing[0]}" if self.differing else ""
        return f"{self.surface}: {self.compared} figures, {len(self.differing)} differ{first}"


def compare_pages(reference: Reference, address: str, entities: list[str]) -> Iterator[Comparison]:
    """Compare tables of pages, which round to hundredths."""
    pages = Comparison("pages of the names")
    for entity in entities:
        path = entity.partition("/id/")[2]
        compare_table(pages, reference, _fetch(f"{address}/{path}"), [entity])
    yield pages
    compare = Comparison("the page /compare")
    six = entities[:6]
    query = urlencode([("x", entity.partition("/id/")[2]) for entity in six])
    compare_table(compare, reference, _fetch(f"{address}/compare?{query}"), six)
    yield compare


def compare_table(
    comparison: Comparison, reference: Reference, page: str, entities: list[str]
) -> None:
    """Compare the table of months in the HTML of a page of some companies, in their order."""
    rows = re.findall(r'<tr><th scope="row">(\d{4}-\d\d)</th>(.*?)</tr>', page, re.S)
    shares = [reference.standardize(entity) for entity in entities]
    for month, cells in rows:
        stated = [html.unescape(re.sub("<[^>]+>", "", cell)) for cell in cells.split("</td>")]
        for number, (entity, share) in enumerate(zip(entities, shares, strict=True)):
            what = f"{reference.labels[entity]} in {month}"
            text = stated[2 * number].strip()
            if month not in share:
                comparison.add(what, text, "–")
                continue
            values = [float(each) / 100 for each in re.findall(r"(\d+) %", text)]
            for name, a, b in zip(Share._fields, values, share[month], strict=False):
                comparison.add(f"{what}, {name}", a, b, 0.00505)  # of a share with four decimals
            change = reference.compare(entity, previous_month(month), month)
            direction = "".join(re.findall("rose|fell", text))
            comparison.add(f"{what}, direction", direction, change.direction if change else "")
    months = reference.list_table_months(entities)
    comparison.add("months", sorted(month for month, _ in rows), months)


def compare_questions(
    reference: Reference, address: str, entities: list[str]
) -> Iterator[Comparison]:
    """Compare the answers by month, which are in hundredths with a decimal."""
    by_month, compare = Comparison("the question by-month"), Comparison("/api/compare")
    for entity in entities:
        path, label = entity.partition("/id/")[2], reference.labels[entity]
        shares = reference.standardize(entity)
        text = _fetch(
            f"{address}/questions/by-month?{urlencode({'entity': path, 'format': 'csv'})}"
        )
        for row in csv.DictReader(io.StringIO(text)):
            month = row["month"]
            change = reference.compare(entity, previous_month(month), month)
            what = f"{label} in {month}"
            expected = {
                **_name_share(shares.get(month), "standardShare", "low", "high"),
                **_name_change(change, "change", "changeLow", "changeHigh"),
            }
            for column, value in expected.items():
                stated = float(row[column]) / 100 if row[column] else None
                by_month.add(f"{what}, {column}", stated, value, 0.0005)
            direction = change.direction if change else ""
            by_month.add(f"{what}, direction", row["direction"], direction)
        answer = json.loads(_fetch(f"{address}/api/compare?{urlencode({'x': path})}"))
        for month in answer["things"][0]["timeline"]:
            change = reference.compare(entity, previous_month(month["month"]), month["month"])
            expected = {
                **_name_share(shares.get(month["month"]), "standard_share", "low", "high"),
                **_name_change(change, "change", "change_low", "change_high"),
            }
            for name, value in expected.items():
                compare.add(f"{label} in {month['month']}, {name}", month[name], value, 0.00005)
    yield by_month
    yield compare


def compare_risers(
    reference: Reference, address: str, pairs: list[tuple[str, str]]
) -> Iterator[Comparison]:
    """Compare the question on what rose, and the list of the first page."""
    risers = Comparison("the question risers")
    for before, after in pairs:
        query = urlencode({"before": before, "after": after, "format": "csv"})
        text = _fetch(f"{address}/questions/risers?{query}")
        rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
        expected = reference.list_risers(before, after)
        risers.add(f"{before} to {after}", sorted(rows), sorted(expected))
        for name in rows.keys() & expected.keys():
            change = expected[name]
            for column, value in zip(
                ("standardBefore", "standardAfter", "low", "high"), change[:4], strict=True
            ):
                stated = float(rows[name][column]) / 100
                risers.add(f"{name}, {column}", stated, value, 0.0005)
    yield risers
    first_page = Comparison("the first page")
    page = _fetch(f"{address}/")
    section = re.search(r'id="risers".*?</section>', page, re.S)
    names = re.findall(r'<tr><th scope="row"><a[^>]*>(.*?)</a>', section[0]) if section else []
    months = re.findall(r"\d{4}-\d\d", section[0] if section else "")[:2]
    if len(months) == 2:
        rising = reference.list_risers(months[0], months[1])
        first_page.add("what rose", sorted(map(html.unescape, names)), sorted(rising))
    yield first_page


def _fetch(address: str) -> str:
    with urlopen(Request(address, headers={"Accept": "text/html, */*;q=0.5"})) as answer:
        text: str = answer.read().decode()
        return text


def _name_share(share: Share | None, *names: str) -> dict[str, float | None]:
    return dict(zip(names, share or (None, None, None), strict=True))


def _name_change(
    change: Change | None, difference: str, low: str, high: str
) -> dict[str, float | None]:
    if change is None:
        return {difference: None, low: None, high: None}
    return {difference: change.after - change.before, low: change.low, high: change.high}


@contextmanager
def _serve(store: str) -> Iterator[str]:
    command = [sys.executable, "-m", "kgraph", "serve", "--port", "0", "--store", store]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        for line in process.stderr:
            if address := re.search(r"http://\S+?:\d+", line):
                break
        else:
            sys.exit("the server did not start")
        try:
            yield address[0]
        finally:
            process.terminate()


def main() -> None:
    """Compare all, and print a line for each surface."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("store")
    parser.add_argument("--things", type=int, default=10)
    parser.add_argument("--months", type=int, default=3, help="pairs of months")
    options = parser.parse_args()
    reference = Reference(kgraph.KnowledgeGraph.open(options.store))
    entities = reference.by_size[: options.things]
    pairs = list(pairwise(reference.list_months()))[-options.months :]
    with _serve(options.store) as address:
        comparisons = [
            *compare_pages(reference, address, entities),
            *compare_questions(reference, address, entities),
            *compare_risers(reference, address, pairs),
        ]
    print(*comparisons, sep="\n")
    sys.exit(any(comparison.differing for comparison in comparisons))


if __name__ == "__main__":
    main()
