"""Do the pages, the questions and the atlas tell the trends that the statements of a store hold?

    python benchmarks/trends.py STORE [--things 10] [--months 3] [--atlas FILE]

Reads from a store, by SPARQL, which episode mentions what, with its date of publication and its
show, and computes trends from that anew (``trend_reference.py``). These figures are compared with
what the program states of the companies that the most episodes mention, over all months, and of
the newest pairs of months:

* the table of the page of each, and of the page ``/compare`` of six of them;
* the questions ``by-month`` and ``compare``, and the API of ``/compare``;
* the question ``risers`` and the list of the first page;
* with ``--atlas``, bars, signs and sentence of the panel of a file of ``kgraph atlas --store
  STORE``, in a headless Chromium; and of each of its communities and regions the same, and the
  change between windows of months, of all months and of each month against the one before.

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
from calendar import month_abbr
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from chromium import load_driver
from trend_reference import Change, Reference, Share, previous_month

import kgraph

FIGURE = "document.querySelector('#panel figure [role=img]').ariaLabel"
SENTENCE = "document.querySelector('#panel section > p + figure')?.previousSibling.textContent"
WINDOW = r"(\w+ \d{4})(?: – (\w+ \d{4}))?"  # of months
MEMBERS = """(() => {  // names of communities or regions with the addresses of their members
  const {app: {facts}, atlas: {community, meta}} = kgraphAtlas;
  const {base, communities, ranges, regions} = meta;
  const isRegion = KIND === 'region', names = isRegion ? regions : communities;
  const numberOf = (i) => isRegion ? communities[community[i]]?.region : community[i];
  const nodes = Array.from({length: ranges.core[1]}, (_, i) => i);
  return names.map(({name}, k) =>
    [name, nodes.filter((i) => numberOf(i) === k).map((i) => base + facts.id(i))]);
})()"""


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


def compare_atlas(
    reference: Reference, file: str, entities: list[str], months: list[str]
) -> Iterator[Comparison]:
    """Compare bars, signs and sentences of the panels of a file."""
    atlas = Comparison("the atlas")
    browser = load_driver()
    with closing(browser.Chromium()) as chromium:
        page = browser.Page(chromium)
        page.open(file, 1440, 900, "light")
        page.until("typeof kgraphAtlas !== 'undefined' && kgraphAtlas.renderer", 60)
        for entity in entities:
            path = entity.partition("/id/")[2]
            page.run(f"location.hash = {json.dumps('#node=' + path)}")
            title = json.dumps(reference.labels[entity])
            page.until(f"document.querySelector('#panel h2')?.textContent === {title}", 20)
            figure = page.run(FIGURE)
            _compare_figure(atlas, reference, figure, entity)
        yield atlas
        yield from _compare_groups(reference, page, months)


def _compare_groups(reference: Reference, page: Any, months: list[str]) -> Iterator[Comparison]:
    """Compare bars, signs and sentences of the panels of communities and regions."""
    for kind, surface in (("community", "communities"), ("region", "regions of communities")):
        groups = Comparison(f"{surface} of the atlas")
        for name, ids in page.run(MEMBERS.replace("KIND", json.dumps(kind))):
            reference.add_group(name, ids)
            title = json.dumps(name)
            for month in ("", *months):
                days = f"&from={month}-01&to={month}-28" if month else ""
                path = ids[0].partition("/id/")[2]
                page.run(f"location.hash = {json.dumps(f'#{kind}={path}{days}')}")
                page.until(f"document.querySelector('#panel h2')?.textContent === {title}", 20)
                start = json.dumps(f"{_month_words(month)} against" if month else "")
                page.until(f"{SENTENCE}?.startsWith({start})", 20)
                _compare_windows(groups, reference, page.run(SENTENCE), name)
            _compare_figure(groups, reference, page.run(FIGURE), name)
        yield groups


def _compare_windows(
    comparison: Comparison, reference: Reference, sentence: str, entity: str
) -> None:
    """Compare what the panel of a group says of two windows of months."""
    match = re.match(rf"{WINDOW} against {WINDOW}, same shows: (\d+) % → (\d+) %, (.+)\.", sentence)
    what = f"{entity}, {sentence.partition(',')[0]}"
    comparison.add(f"{what}, is compared", bool(match), True)
    if match is None:
        return
    later, former = (_list_window(*match.group(first, first + 1)) for first in (1, 3))
    change = reference.compare_windows(entity, former, later)
    comparison.add(f"{what}, direction", match[7], (change and change.direction) or "may be chance")
    for name, stated in zip(("before", "after"), match.group(5, 6), strict=True):
        expected = getattr(change, name, None)
        comparison.add(f"{what}, {name}", float(stated) / 100, expected, 0.005)


def _list_window(first: str, last: str | None) -> list[str]:
    """List the months of a window, of which the words name the first and the last."""
    numbers = [
        int(words[4:]) * 12 + list(month_abbr).index(words[:3]) - 1
        for words in (first, last or first)
    ]
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(numbers[0], numbers[1] + 1)]


def _compare_figure(comparison: Comparison, reference: Reference, figure: str, entity: str) -> None:
    label = reference.labels[entity]
    shares = {_month_words(month): share for month, share in reference.standardize(entity).items()}
    changes = {_month_words(m): change for m, change in reference.list_changes(entity).items()}
    months = re.findall(r"(\w+ \d{4}): [\d,]+ episodes?, (\d+) %(?:; (rose|fell))?", figure)
    for month, stated, direction in months:
        if month in shares:
            share = shares[month].share
            comparison.add(f"{label} in {month}", float(stated) / 100, share, 0.005)
        change = changes.get(month)
        comparison.add(
            f"{label} in {month}, direction", direction, change.direction if change else ""
        )
    comparison.add(f"{label}, has months", bool(months), True)
    for verb in ("rose", "fell"):
        stated = re.search(rf"{verb} most in (\w+ \d+), from (\d+) % to (\d+) %", figure)
        comparison.add(
            f"{label}, {verb} most",
            stated and stated.groups(),
            word_change(reference.find_largest_change(entity, verb)),
        )


def word_change(item: tuple[str, Change] | None) -> tuple[str, ...] | None:
    """Return the month and the shares of a change as the atlas words them."""
    if item is None:
        return None
    month, change = item
    return _month_words(month), *(f"{100 * share:.0f}" for share in change[:2])


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


def _month_words(month: str) -> str:
    return f"{month_abbr[int(month[5:])]} {month[:4]}"


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
    parser.add_argument("--atlas", help="a file of `kgraph atlas`")
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
    if options.atlas:
        comparisons += compare_atlas(
            reference, options.atlas, entities, [after for _, after in pairs]
        )
    print(*comparisons, sep="\n")
    sys.exit(any(comparison.differing for comparison in comparisons))


if __name__ == "__main__":
    main()
