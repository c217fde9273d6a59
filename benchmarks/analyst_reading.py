"""Tasks of an analyst that read: who is beside whom, quotes, a rise, and shows that cover a thing.

Each is a function that does the task, compares what is then to be seen with the statements, and
returns it in words.
"""

from __future__ import annotations

import re

from analyst_answers import ID, normalize_text
from analyst_checks import check_quotes, check_ties, require
from analyst_hands import ROWS, Analyst
from trends import word_change

from kgraph.draw.draw import TYPE_PLURALS

#: Rows of the tables of what is mentioned together: id, number of episodes, sentence.
TIES_OF_PAGE = """[...document.querySelectorAll("table.ties tbody")].map(body => [
    decodeURIComponent(body.querySelector("th a").pathname.slice(1)),
    body.querySelector("td a").textContent, body.querySelector("q")?.textContent ?? ""])"""
#: The same in the atlas's panel, with heading and name in place of the id. Names whose tie may be
#: chance stand under a heading of their own: "companies: may be chance".
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
    named = [
        ((types[heading.partition(":")[0].strip().lower()], name), n, said)
        for (heading, name), n, said in rows
    ]
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
