"""Tasks of an analyst that make something: a query, a comparison, a workbook, a correction.

Each is a function that does the task, compares what comes of it with the statements, and returns it
in words.
"""

from __future__ import annotations

import analyst_tables
from analyst_answers import ID, normalize_text
from analyst_checks import WrongAnswerError, require
from analyst_hands import DRAWN, ROWS, Analyst
from analyst_judging import JudgedGraph
from trends import Comparison, compare_table

COMPARED = ("company/coinbase", "company/circle")

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


# -- 6: a wrong company rejected ----------------------------------------------------------


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
