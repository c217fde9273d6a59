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
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import analyst_tables
from analyst_answers import ID, Answers, normalize_text
from analyst_checks import WrongAnswerError, check_quotes, check_ties, require
from analyst_judging import JudgedGraph, serve_judged
from chromium import load_driver
from hands import Hands
from measuring import serve, table
from trends import Comparison, compare_table, word_change

import kgraph
from kgraph.draw.draw import TYPE_PLURALS
from kgraph.server.pages.templates import local_path

MAX_CLICKS = 3
WIDTH, HEIGHT = 1440, 900
DRAWN = "performance.getEntriesByName('kgraph:ready').length === 1"
CORRECTING = 6  #: number of the task that changes a graph
COMPARED = ("company/coinbase", "company/circle")

#: Rows of the tables of what is mentioned together: id, number of episodes, sentence.
TIES_OF_PAGE = """[...document.querySelectorAll("table.ties tbody")].map(body => [
    decodeURIComponent(body.querySelector("th a").pathname.slice(1)),
    body.querySelector("td a").textContent, body.querySelector("q")?.textContent ?? ""])"""
#: The same in the atlas's panel, with heading and name in place of the id.
TIES_OF_PANEL = """[...document.querySelectorAll("#panel h4")].flatMap(heading =>
    [...heading.nextElementSibling.querySelectorAll("li:has(.evidence)")].map(item => [
        [heading.firstChild.textContent, item.querySelector("button.plain").textContent],
        item.querySelector(".evidence").textContent,
        item.querySelector(".tied")?.textContent ?? ""]))
"""
#: Quotes of a page or of the panel: text, address of the recording, words.
QUOTES = """[...document.querySelectorAll("SELECTOR")].map(quote => [
    QUOTED.textContent, [...quote.querySelectorAll("a")].find(
        link => link.textContent.trim().toLowerCase().startsWith("recording"))?.href ?? "",
    quote.textContent])"""
QUOTES_OF_PAGE = QUOTES.replace("SELECTOR", "main .quotes .quote").replace(
    "QUOTED", "quote.querySelector('blockquote')"
)
QUOTES_OF_PANEL = QUOTES.replace("SELECTOR", "#panel .quotes > li").replace(
    "QUOTED", "quote.querySelector('button.said')"
)
ROWS = """[...document.querySelectorAll("SELECTOR tbody tr")].map(row =>
    [...row.cells].map(cell => cell.textContent.trim()))"""


class Analyst(NamedTuple):
    """One who does tasks: hands, the address of the server, and the answers to compare with."""

    hands: Hands
    address: str
    answers: Answers

    def open_thing(self, id_: str, words: str = "") -> None:
        """Search for a name, or for words, on the first page, and go to the page of a thing."""
        self.hands.open(f"{self.address}/")
        self.hands.focus("#find")
        self.hands.type(words or self.answers.labels[id_])
        self.hands.submit()
        if self.hands.look("decodeURIComponent(location.pathname)") != f"/{id_}":
            self.hands.follow(f'main a[href="{local_path(id_)}"]')

    def find_in_atlas(self, words: str, choice: str) -> None:
        """Search in the atlas, and choose a suggestion by its first words, with keys."""
        self.hands.open(f"{self.address}/atlas")
        self.hands.wait(DRAWN)
        self.hands.focus("#search")
        self.hands.type(words)
        options = "[...document.querySelectorAll('#matches [role=option]')].map(e => e.innerText)"
        self.hands.wait(f"{options}.length")
        texts = [normalize_text(text) for text in self.hands.look(options)]
        for _ in range(next(at for at, text in enumerate(texts) if text.startswith(choice))):
            self.hands.press("ArrowDown")
        self.hands.press("Enter")
        self.hands.wait("document.querySelector('#panel h2')")


# -- 1: who stands beside OpenAI, and why? ---------------------------------------------


def find_beside_on_page(analyst: Analyst) -> str:
    """Read the tables of the company's page."""
    analyst.open_thing("company/openai")
    rows = analyst.hands.look(TIES_OF_PAGE)
    return check_ties(analyst.answers, [(id_, n, said) for id_, n, said in rows])


def find_beside_in_atlas(analyst: Analyst) -> str:
    """Read the lists of the company's panel."""
    analyst.find_in_atlas("OpenAI", "OpenAI company")
    ties = "[...document.querySelectorAll('#panel .tied')].filter(e => e.getClientRects().length)"
    analyst.hands.wait(f"{ties}.length > 5 && {ties}.every(e => e.textContent)")
    rows = analyst.hands.look(TIES_OF_PANEL)
    types = {plural: type_ for type_, plural in TYPE_PLURALS.items()}
    named = [((types[type_.strip().lower()], name), n, said) for (type_, name), n, said in rows]
    ids = analyst.answers.ids
    return check_ties(
        analyst.answers, [(ids.get(key, ""), n, said) for key, n, said in named if key in ids]
    )


# -- 2: the best quotes on stablecoins, with their recordings ----------------------------


def find_quotes_on_page(analyst: Analyst) -> str:
    """Read the quotes of the theme's page."""
    analyst.open_thing("theme/stablecoins", "stablecoins")
    rows = analyst.hands.look(QUOTES_OF_PAGE)
    return check_quotes(rows, analyst.answers.list_theme_quotes("theme/stablecoins"))


def find_quotes_in_atlas(analyst: Analyst) -> str:
    """Read the quotes that hold the word."""
    analyst.find_in_atlas("stablecoins", "Quotes that contain")
    items = "[...document.querySelectorAll('#panel .quotes button.said')]"
    analyst.hands.wait(f"{items}.length && {items}.every(e => e.textContent.length > 1)")
    rows = analyst.hands.look(QUOTES_OF_PANEL)
    return check_quotes(rows, analyst.answers.list_word_quotes("stablecoin"))


# -- 3: when did Polymarket rise? --------------------------------------------------------


def find_rise_on_page(analyst: Analyst) -> str:
    """Read the chart of the company's page."""
    analyst.open_thing("company/polymarket")
    marks = analyst.hands.look(
        "[...document.querySelectorAll('svg.line-chart title')].map(e => e.textContent)"
    )
    stated = [re.findall(r"\d{4}-\d\d", mark)[0] for mark in marks if "rose" in mark]
    rises = analyst.answers.list_rises("company/polymarket")
    require(marks and stated == rises, f"{stated}, not {rises}")
    return f"rose in {', '.join(stated)}, of {len(marks)} months"


def find_rise_in_atlas(analyst: Analyst) -> str:
    """Read the sentence below the bars of the panel."""
    analyst.find_in_atlas("Polymarket", "Polymarket company")
    sentence = analyst.hands.look("document.querySelector('#panel figcaption').textContent")
    rise = analyst.answers.trends.find_largest_change(ID + "company/polymarket", "rose")
    stated = re.search(r"rose most in (\w+ \d+), from (\d+) % to (\d+) %", sentence)
    expected = word_change(rise)
    require((stated and stated.groups()) == expected, f"{sentence}, not {expected}")
    return str(sentence)


# -- 4: which shows cover Solana most? ---------------------------------------------------


def find_shows_on_page(analyst: Analyst) -> str:
    """Follow the number of shows, and read the answer's table."""
    analyst.open_thing("crypto/solana")
    analyst.hands.follow("main dl.figures a[href*='shows-covering']")
    rows = analyst.hands.look(ROWS.replace("SELECTOR", "main"))
    coverage = analyst.answers.cover("crypto/solana")
    require(len(rows) > 9, f"only {len(rows)} shows")
    for name, episodes, mentioning, _, entries, rate, *_ in rows:
        known = coverage[name]
        stated = (int(episodes), int(mentioning), int(entries), float(rate))
        require(stated == (*known, known.rate), f"{name}: {stated}, not {known}")
    rates = [float(row[5]) for row in rows]
    require(rates[0] == max(show.rate for show in coverage.values()), f"{rows[0]} comes first")
    require(rates == sorted(rates, reverse=True), "not in order")
    return f"{rows[0][0]}: {rows[0][5]} entries an episode; {len(rows)} shows"


def find_shows_in_atlas(analyst: Analyst) -> str:
    """Read the list of shows in the panel."""
    analyst.find_in_atlas("Solana", "Solana crypto")
    rows = analyst.hands.look(
        "[...document.querySelectorAll('#panel .covering li')].map(e => e.innerText)"
    )
    coverage = analyst.answers.cover("crypto/solana")
    require(rows, "the panel lists no shows")
    counts = []
    for row in rows:
        name, mentioning, episodes = re.fullmatch(
            r"(.+?)\s+([\d,]+) of ([\d,]+) episodes?.*", normalize_text(row)
        ).groups()  # type: ignore[union-attr]
        counts.append(int(mentioning))
        known = coverage[name]
        require((int(mentioning), int(episodes)) == (known.mentioning, known.episodes), row)
    require(counts[0] == max(show.mentioning for show in coverage.values()), f"{rows[0]} first")
    return f"{normalize_text(rows[0])}; {len(rows)} shows"


# -- 5: SPARQL with completion -------------------------------------------------------------

TOP_COMPANIES = (
    "SELECT ?name ?n {{ ?c a {} ; schema:name ?name ; kg:episodeCount ?n }}"
    " ORDER BY DESC(?n) ?name LIMIT 5"
)


def query_in_editor(analyst: Analyst) -> str:
    """Write a query with a word completed, and run it."""
    hands = analyst.hands
    hands.open(f"{analyst.address}/")
    hands.follow("header nav a", "SPARQL")
    hands.wait("document.querySelector('.CodeMirror')?.CodeMirror")
    hands.look("document.querySelector('.CodeMirror').CodeMirror.focus()")
    hands.chord("a", 65)
    begun, rest = TOP_COMPANIES.format("kg:Compan|y").split("|y")
    hands.type(begun)
    hands.chord(" ", 32)
    hands.wait("document.querySelector('.CodeMirror-hint')")
    hands.press("Enter")
    hands.type(rest)
    text = hands.look("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    require("kg:Company ;" in normalize_text(text), f"completed to: {text}")
    hands.chord("Enter", 13)
    hands.wait("document.querySelectorAll('#results tbody tr').length")
    rows = hands.look(ROWS.replace("SELECTOR", "#results"))
    stated = [tuple(row[-2:]) for row in rows]
    query = TOP_COMPANIES.format("kg:Company")
    expected = [(row["name"], row["n"]) for row in analyst.answers.ask(query)]
    require(stated == expected, f"{stated}, not {expected}")
    return f"{stated[0][0]} {stated[0][1]}; {len(rows)} rows"


def query_in_atlas(analyst: Analyst) -> str:
    """Select what is linked to OpenAI, and run the query that the atlas writes."""
    analyst.find_in_atlas("Polymarket", "Polymarket company")
    analyst.hands.click("#panel button", "Select these")
    analyst.hands.click("#to-marked")
    field = "document.querySelector('#panel textarea')"
    analyst.hands.wait(f"{field}?.value")
    rows = list(analyst.answers.ask(analyst.hands.look(f"{field}.value")))
    things = {row["thing"] for row in rows}
    mentioning = {
        row["thing"]
        for row in rows
        if row.get("other") == f"{ID}company/polymarket" and row["predicate"].endswith("/mentions")
    }
    expected = analyst.answers.trends.episodes[f"{ID}company/polymarket"]
    require(mentioning >= expected, f"{len(mentioning)} mention it, not {len(expected)}")
    return f"{len(rows)} rows of {len(things)} things, {len(expected)} episodes among them"


# -- 7: two companies over time --------------------------------------------------------------


def compare_on_page(analyst: Analyst) -> str:
    """Ask for a comparison, and read its table."""
    hands = analyst.hands
    hands.open(f"{analyst.address}/")
    hands.follow("footer a, header nav a", "Compare")
    hands.focus("main input[name=x]")
    for number, id_ in enumerate(COMPARED):
        if number:
            hands.press("Tab")
        hands.type(analyst.answers.labels[id_])
    hands.submit()
    return check_months(analyst, COMPARED)


def compare_in_atlas(analyst: Analyst) -> str:
    """Go from a pair in the panel to the page of both."""
    analyst.find_in_atlas("Coinbase", "Coinbase company")
    name = analyst.answers.labels[COMPARED[1]]
    analyst.hands.click(f"#panel .evidence[aria-label*='and {name}:']")
    analyst.hands.follow("#panel a.page", "Page of both")
    return check_months(analyst, COMPARED)


def check_months(analyst: Analyst, ids: tuple[str, ...]) -> str:
    """Open the table of months, and compare it with the reference."""
    analyst.hands.click("details summary", "The numbers by month")
    comparison = Comparison("months")
    page = analyst.hands.look("document.documentElement.outerHTML")
    compare_table(comparison, analyst.answers.trends, page, [ID + id_ for id_ in ids])
    require(comparison.compared > 50, f"only {comparison.compared} figures")
    require(not comparison.differing, "; ".join(comparison.differing[:2]))
    return f"{comparison.compared} figures of {' and '.join(ids)}"


# -- 8: what a theme holds, as a spreadsheet ---------------------------------------------------


def save_theme_from_page(analyst: Analyst) -> str:
    """Go from the theme's page to its export, and save a workbook."""
    analyst.open_thing("theme/stablecoins", "stablecoins")
    analyst.hands.follow("main a[href*='panel=marked']")
    analyst.hands.wait(DRAWN)
    analyst.hands.click("#panel button", "XLSX")
    return check_workbook(analyst)


def save_theme_from_atlas(analyst: Analyst) -> str:
    """Select what is linked to the theme, and save a workbook."""
    analyst.find_in_atlas("stablecoins", "Stablecoins theme")
    analyst.hands.click("#panel button", "Select these")
    analyst.hands.click("#to-marked")
    analyst.hands.click("#panel button", "XLSX")
    return check_workbook(analyst)


def check_workbook(analyst: Analyst) -> str:
    """Compare the sheets of a workbook with the statements."""
    sheets = analyst_tables.read_workbook(analyst.hands.take_file())
    try:
        return analyst_tables.check_sheets(sheets, analyst.answers, "theme/stablecoins")
    except ValueError as error:
        raise WrongAnswerError(str(error)) from error


# -- all of them -------------------------------------------------------------------------------

Task = Callable[[Analyst], str]

TASKS: dict[int, tuple[str, Task, Task]] = {
    1: ("who beside OpenAI, and why", find_beside_on_page, find_beside_in_atlas),
    2: ("best quotes on stablecoins, to hear", find_quotes_on_page, find_quotes_in_atlas),
    3: ("when did Polymarket rise", find_rise_on_page, find_rise_in_atlas),
    4: ("which shows cover Solana most", find_shows_on_page, find_shows_in_atlas),
    5: ("SPARQL with completion", query_in_editor, query_in_atlas),
    7: ("two companies over time", compare_on_page, compare_in_atlas),
    8: ("a theme as a spreadsheet", save_theme_from_page, save_theme_from_atlas),
}


def correct_on_page(analyst: Analyst, judged: JudgedGraph) -> str:
    """Reject a company on its page."""
    company = judged.find_thinnest()
    analyst.open_thing(company)
    return _reject(analyst, judged, company)


def correct_from_atlas(analyst: Analyst, judged: JudgedGraph) -> str:
    """Go from a company's panel to its page, and reject it there."""
    company = judged.find_thinnest()
    label = analyst.answers.labels[company]
    analyst.find_in_atlas(label, f"{label} company")
    analyst.hands.follow("#panel a.page", "Its page")
    return _reject(analyst, judged, company)


def _reject(analyst: Analyst, judged: JudgedGraph, company: str) -> str:
    require(judged.has_mention(company), f"{company} is not in the graph")
    hands = analyst.hands
    hands.click(".judge-section a[href*='verb=reject']")
    hands.wait("document.activeElement.name === 'why'")
    hands.type("no company")
    hands.press("Enter")
    hands.wait("document.querySelector('h1')?.textContent === 'Gone'")
    require(not judged.has_mention(company), f"{company} is still in the graph")
    (judgement,) = judged.list_judgements()
    clicks = hands.clicks
    hands.click("#judge-undo button")
    hands.wait("document.querySelector('.judge-section')")
    require(judged.has_mention(company), f"{company} did not come back")
    hands.clicks = clicks  # the undo is not part of the task
    return f"{judgement}, applied, and undone"


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
                    partial(task, judged=judged) for task in (correct_on_page, correct_from_atlas)
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
