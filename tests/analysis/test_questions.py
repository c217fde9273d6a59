"""Every question with a name, asked of a few made-up episodes, with its exact answer."""

import shlex

import msgspec
import pytest
from analysis.asked import EPISODES, Said, episode, rising, sold, stored

from kgraph import KnowledgeGraph
from kgraph.analysis import (
    answer_query,
    describe_query_substitutions,
    fetch_answer_table,
    load_named_queries,
    run_analysis,
)
from kgraph.analysis.presentation import render_answer
from kgraph.analysis.registry import DEFAULT_MAX_FINDINGS
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.base.text import name_key
from kgraph.cli.tables import write_answer
from kgraph.graph.lookup import Lookup
from kgraph.pipeline import build
from kgraph.query import ANSWER_FORMATS
from kgraph.store import Store

IDS = "https://example.org/id/episode/"

ANSWERS = {
    "beside-but-not": (
        {},
        [
            ("Acme", 1, 1, 0.55),
            ("Kraken", 1, 1, 0.5),
        ],
    ),
    "best-by-week": (
        {},
        [
            (
                *("2025-06-30", "Tokenization of bonds is here.", 0.85, False, "Exchanges"),
                *("Alpha", "", f"{IDS}exchanges"),
            ),
            (
                *("2025-06-02", "One more stablecoin now.", 0.95, False, "Chips and banks"),
                *("Alpha", "https://example.org/1", f"{IDS}chipsandbanks"),
            ),
        ],
    ),
    "best-quotes": (
        {},
        [
            (
                *("Stablecoins settle in seconds, we saw.", 0.97, True, "Chips and banks"),
                *("2025-06-02", "Alpha", "https://example.org/1", f"{IDS}chipsandbanks"),
            ),
            (
                *("A stablecoin is a bank.", 0.96, True, "Chips and banks", "2025-06-02"),
                *("Alpha", "https://example.org/1", f"{IDS}chipsandbanks"),
            ),
        ],
    ),
    "by-month": (
        {"entity": "Coinbase"},
        [
            (
                *("2025-07", 2, 2, 100.0, "2025-07-01 Exchanges"),
                *(2, 0, "", "", "", ""),  # a share is of three episodes or more
                *(100.0, -92.1, 100.0, 2, ""),
            ),
        ],
    ),
    "co-mentioned": (
        {"company": "nvidia", "since": "2025-06-10"},
        [
            ("OpenAI", 3, 1, "https://example.org/id/company/openai"),
            ("Acme", 1, 0, "https://example.org/id/company/acme"),
            ("Coinbase", 1, 0, "https://example.org/id/company/coinbase"),
            ("Kraken", 1, 0, "https://example.org/id/company/kraken"),
        ],
    ),
    "companies-by-shows": (
        {"minShows": "2"},
        [
            ("NVIDIA", 2, 4),
            ("OpenAI", 2, 4),
            ("Coinbase", 2, 2),
            ("Google", 2, 2),
        ],
    ),
    "evidence": (
        {"entity": "OpenAI", "episode": "model"},
        [
            (
                "Models",
                1.0,
                "known",
                "models.md",
                "/companies/1",
                "LanguageModel",
                "OpenAI",
                "",
                "of OpenAI",
                "lexicon: known",
                "",
            ),
        ],
    ),
    "first-mentions": (
        {"entity": "coinbase"},
        [
            ("2025-07-01", "Exchanges", "Alpha", 0.9),
            ("2025-07-09", "More exchanges", "Beta", 0.9),
        ],
    ),
    "impact-by-theme": (
        {},
        [
            ("DeFi", "A stablecoin is a bank.", "A risk to banks", 0.96, "Chips and banks"),
            ("Stablecoins", "A stablecoin is a bank.", "A risk to banks", 0.96, "Chips and banks"),
        ],
    ),
    "listen-to": (
        {},
        [
            ("2025-07-01", "published", "Exchanges", "Alpha", 2, "On exchanges.", ""),
        ],
    ),
    "not-companies": (
        {},
        [
            ("Jane Roe", "Person", 1, 0, 0.9),
        ],
    ),
    "path": (
        {"one": "Jane Roe", "other": "coinbase", "paths": "1"},
        [
            (
                1,
                "Jane Roe",
                "NVIDIA",
                "episode",
                "Chips and banks",
                0.9,
                "chipsandbanks.md#/companies/3 'Jane Roe': of Jane Roe; "
                "chipsandbanks.md#/companies/0 'NVIDIA': of NVIDIA",
            ),
            (
                1,
                "NVIDIA",
                "Coinbase",
                "episode",
                "Exchanges",
                0.9,
                "exchanges.md#/companies/1 'NVIDIA': of NVIDIA; "
                "exchanges.md#/companies/2 'Coinbase': of Coinbase",
            ),
        ],
    ),
    "quotes-naming": (
        {},
        [
            (
                *("AI safety is why OpenAI waits.", "OpenAI", 0.80, True, "Models"),
                *("Beta", "", f"{IDS}models"),
            ),
        ],
    ),
    "quotes-of-both": (
        {"one": "OpenAI", "other": "Google"},
        [
            (
                *("Stablecoins settle in seconds, we saw.", 0.97, 1, "Chips and banks", "Alpha"),
                "https://example.org/1",
                f"{IDS}chipsandbanks",
            ),
        ],
    ),
    "ranked-by-month": (
        {},
        [
            ("2025-07", "Coinbase", "crypto-exchange", 2),
            ("2025-06", "Kraken", "crypto-exchange", 1),
        ],
    ),
    "recurring-quotes": (
        {},
        [
            ("Use code STABLECOIN for a discount.", 3, True),
        ],
    ),
    "rejected": (
        {},
        [
            ("And I", "not-a-name", 1, 0.6, "of And I"),
        ],
    ),
    "risers": (
        {"before": "2025-07", "after": "2025-06", "minEpisodes": "1"},
        [],  # a few episodes prove nothing
    ),
    "same-recording": (
        {},
        [
            ("Exchanges", 2, "exchanges.md | exchanges1.md"),
        ],
    ),
    "shows-covering": (
        {"entity": "Coinbase", "minEpisodes": "1"},
        [
            ("Alpha", 2, 1, 50.0, 1, 0.5, 9.5, 90.5),
            ("Beta", 2, 1, 50.0, 1, 0.5, 9.5, 90.5),
        ],
    ),
    "strongest-pairs": (
        {"minEpisodes": "2"},
        [
            ("NVIDIA", "OpenAI", 4, 3.8, 1.249, -0.041),
        ],
    ),
    "surfaces": (
        {"entity": "NVIDIA"},
        [
            ("NVIDIA", 4, 4, 1.0),
        ],
    ),
    "talk-by-month": (
        {},
        [
            (
                *("2025-07", 1, 1, 2, 50.0, "Is the bubble in AI about to burst?"),
                *(2, 0, "", "", "", ""),
                *(50.0, -82.3, 86.3, 2, ""),
            ),
        ],
    ),
    "themes-beside": (
        {"minQuotes": "1"},
        [
            ("Stablecoins", 2, 2, 3.67, 0, 0.0),
            ("Regulation", 2, 1, 1.83, 0, 0.0),
        ],
    ),
    "thin-evidence": (
        {},
        [
            ("Kraken", 0.5, 1, 0, 1, "regex alone; one episode; low confidence"),
            ("Acme", 0.55, 1, 0, 1, "regex alone; one episode; low confidence"),
            ("Jane Roe", 0.9, 1, 1, 1, "one episode"),
        ],
    ),
    "which-one": (
        {"episode": "Models", "name": "openai"},
        [
            ("OpenAI", "OpenAI", "Company", 1.0, "known", "lexicon: known", "of OpenAI"),
        ],
    ),
    "who-said": (
        {},
        [
            (
                "not in the data",
                "A stablecoin is a bank.",
                "Chips and banks",
                "Alpha",
                "2025-06-02",
                "https://example.org/1",
                f"{IDS}chipsandbanks",
            ),
            (
                "not in the data",
                "One more stablecoin now.",
                "Chips and banks",
                "Alpha",
                "2025-06-02",
                "https://example.org/1",
                f"{IDS}chipsandbanks",
            ),
            (
                "not in the data",
                "Stablecoins settle in seconds, we saw.",
                "Chips and banks",
                "Alpha",
                "2025-06-02",
                "https://example.org/1",
                f"{IDS}chipsandbanks",
            ),
            (
                "not in the data",
                "Use code STABLECOIN for a discount.",
                "Chips and banks",
                "Alpha",
                "2025-06-02",
                "https://example.org/1",
                f"{IDS}chipsandbanks",
            ),
            (
                "not in the data",
                "Use code STABLECOIN for a discount.",
                "Models",
                "Beta",
                "2025-06-20",
                "",
                f"{IDS}models",
            ),
            (
                "not in the data",
                "Use code STABLECOIN for a discount.",
                "Exchanges",
                "Alpha",
                "2025-07-01",
                "",
                f"{IDS}exchanges",
            ),
        ],
    ),
}
"""Name -> its parameters, and the rows of the answer."""

ELSEWHERE = {
    *("associated", "beside-both", "bridges", "changes", "clusters", "compare"),
    *("group-names", "listening-list", "pair", "similar-episodes"),
    *("shifts", "new-names", "window-ties", "gaps", "window-quotes", "judgements"),
}
"""Questions whose answers have a file of tests of their own."""


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer(made, name):
    parameters, rows = ANSWERS[name]
    assert list(fetch_answer_table(made, name, parameters).rows) == rows


def test_every_question_is_answered_here_or_elsewhere():
    assert load_named_queries().keys() == ANSWERS.keys() | ELSEWHERE


@pytest.mark.parametrize(
    "question", load_named_queries().values(), ids=lambda question: question.name
)
def test_every_question_says_what_it_is(question):
    assert question.summary.endswith(".")
    assert question.example.startswith(f"kgraph query {question.name}")
    assert all(text.endswith("?") or text.endswith(".") for text in question.answers)


@pytest.mark.parametrize("name", [n for n, f in ANSWER_FORMATS.items() if "solutions" in f.kinds])
@pytest.mark.parametrize("timeout", [None, 60])
def test_an_analysis_answers_in_every_format_of_a_query(made, name, timeout):
    given = {"one": "Jane Roe", "other": "Coinbase", "paths": "1"}
    found = answer_query(made, "path", given, format=name, timeout=timeout)
    assert (found.kind, found.format) == ("solutions", name)
    assert b"Jane Roe" in found.data


def test_a_row_without_context_is_evidence_by_its_name(tmp_path):
    talk = tmp_path / "talk.md"
    talk.write_text("---\ntitle: Talk\ndate: 2025-09-01\ncompanies: [NVIDIA, OpenAI]\n---\n")
    graph = KnowledgeGraph.build([talk], store=tmp_path / "store")
    [hop] = graph.analyse("path", one="NVIDIA", other="OpenAI").rows
    assert hop.cells[-1] == "talk.md#/companies/0 'NVIDIA'; talk.md#/companies/1 'OpenAI'"


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("path", {"one": "Jane Row"}, r"nothing in the graph is called 'Jane Row': did you mean"),
        ("path", {"one": "Acme", "other": "Acme"}, "Acme and Acme are the same thing: name two"),
        ("path", {"one": "Acme", "other": "NVIDIA", "paths": "two"}, "paths=two: not a count"),
        ("bridges", {"to": "x"}, "bridges: no parameter to; it takes: one, other"),
        ("similar-episodes", {}, r"similar-episodes: give episode=... .by file name"),
        ("listening-list", {"kinds": "bakery"}, "kinds: the graph has no company of these"),
        ("listening-list", {"companies": "30"}, "companies=30: at most 12 can be covered"),
        ("which-one", {"episode": "Modes"}, "Modes: no such episode: did you mean Models"),
        ("themes-beside", {"with": "Defy"}, "nothing in the graph is called 'Defy'"),
        ("best-quotes", {"about": " "}, "about=: give a subject"),
        ("risers", {"before": "June"}, "before=June: not a month"),
        ("best-quotes", {"about": "x " * 600}, "about=x x x .*…: longer than 1000 characters"),
        ("by-month", {"entity": "x " * 400}, "called 'x x x .*…': search for a part"),
        ("none", {}, "none: no such question: .*`kgraph queries` lists them"),
    ],
)
def test_what_cannot_be_asked_is_said(made, name, parameters, message):
    with pytest.raises(InputError, match=message):
        fetch_answer_table(made, name, parameters)


@pytest.mark.parametrize(
    "question", load_named_queries().values(), ids=lambda question: question.name
)
def test_every_example_runs_on_the_sample(sample, question):
    words = shlex.split(question.example)
    given = dict(word.split("=", 1) for word in words[4::2])
    assert fetch_answer_table(sample, question.name, given).columns


def test_of_the_best_quotes_those_that_begin_with_the_subject_come_first_and_none_twice(tmp_path):
    first = "A stablecoin is a bank without a door, and without a clerk behind it."
    passing = f"Of all {'the things ' * 15}that we saw, stablecoins were one."
    one = episode("One", "2025-06-02", [], [Said(passing, 0.99), Said(first, 0.95)])
    again = episode("Two", "2025-06-03", [], [Said(first.replace("and ", "and so "), 0.96)])
    store = stored(tmp_path / "store", [one, again])
    found = fetch_answer_table(store, "best-quotes", {"about": "stablecoins"}).rows
    assert [row[0] for row in found] == [first.replace("and ", "and so "), passing]


def test_the_best_quotes_have_no_lowest_relevance_but_the_irrelevant_come_last(tmp_path):
    texts = ["Stablecoins, in short.", "Tokens that are stablecoins.", "A stablecoin is a bank."]
    said = [Said(text, relevance) for text, relevance in zip(texts, (0.2, 0.6, 0.9), strict=True)]
    store = stored(tmp_path / "store", [episode("One", "2025-06-02", [], said)])
    given = {"about": "stablecoins", "perEpisode": "9"}
    rows = fetch_answer_table(store, "best-quotes", given).rows
    assert [row[0] for row in rows] == texts[::-1]


LEDGERS = ["Every ledger has two sides.", "A ledger is kept for years."]
DEVICES = ["We trust the device with it.", "The maker of it is in Paris."]


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory):
    """One episode of the word, one of the company, both of relevance."""
    words = episode(
        "Words", "2025-06-02", ["Ledger:company:0.5"], [Said(text, 0.99) for text in LEDGERS]
    )
    devices = [Said(text, 0.95, "regulation", "Ledger") for text in DEVICES]
    company = episode("Company", "2025-06-20", ["Ledger:company:0.9"], devices)
    return stored(tmp_path_factory.mktemp("ledgers") / "store", [words, company])


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("best-quotes", 0),
        ("best-by-week", 1),
        ("listen-to", 2),
        ("quotes-naming", 0),
        ("talk-by-month", 5),
    ],
)
def test_quotes_on_a_named_thing_are_those_that_name_it(ledgers, name, column):
    expected = {"listen-to": {"Company"}, "talk-by-month": {DEVICES[0]}}.get(name, set(DEVICES))
    for about in ("Ledger", "LEDGER", "company/ledger"):
        rows = fetch_answer_table(ledgers, name, {"about": about}).rows
        assert {row[column] for row in rows} == expected


def test_a_firm_and_its_product_of_one_name_are_one_subject(tmp_path):
    firm = episode("Firm", "2025-06-02", ["Ledger:company:0.9"], [Said(DEVICES[0], names="Ledger")])
    product = episode(
        "Product", "2025-06-03", ["Ledger:product:0.9"], [Said(DEVICES[1], names="Ledger")]
    )
    place = episode("Place", "2025-06-04", ["Ledger:place:0.9"], [Said("It.", names="Ledger")])
    store = stored(tmp_path / "store", [firm, product, place])
    rows = fetch_answer_table(store, "best-quotes", {"about": "Ledger"}).rows
    assert {row[0] for row in rows} == set(DEVICES)
    [row] = fetch_answer_table(store, "best-quotes", {"about": "product/ledger"}).rows
    assert row[0] == DEVICES[1]


def test_a_quote_that_more_likely_names_something_else_is_left_out(tmp_path):
    one = episode("Firm", "2025-06-02", ["Ledger:company:0.9"], [Said("It is.", names="Ledger")])
    quote = msgspec.structs.replace(one.quotes[0], entities=(("company/ledger", 0.4),))
    store = stored(tmp_path / "store", [msgspec.structs.replace(one, quotes=(quote,))])
    assert list(fetch_answer_table(store, "best-quotes", {"about": "Ledger"}).rows) == []


def test_an_ordinary_word_in_small_letters_is_a_word(ledgers):
    rows = fetch_answer_table(ledgers, "best-quotes", {"about": "ledger"}).rows
    assert [row[0] for row in rows][:2] == sorted(LEDGERS)


def test_the_name_of_a_concept_is_words_too(tmp_path):
    said = [Said("A ledger has two sides."), Said("We trust the device.", names="Ledger")]
    one = episode("Words", "2025-06-02", ["Ledger:other:0.9"], said)
    store = stored(tmp_path / "store", [one])
    assert len(fetch_answer_table(store, "best-quotes", {"about": "Ledger"}).rows) == 2
    [(text, *_)] = fetch_answer_table(store, "best-quotes", {"about": "other/ledger"}).rows
    assert text == said[1].text


@pytest.mark.parametrize(
    ("name", "parameters", "talk", "rows"),
    [
        ("co-mentioned", {"company": "NVIDIA"}, ["Google", "Kraken"], ["Google"]),
        ("beside-but-not", {"beside": "NVIDIA", "never": "Coinbase"}, ["Google", "Kraken"],
         ["Google"]),
        ("by-month", {"entity": "Kraken"}, ["2025-06", "2025-07"], []),
        ("ranked-by-month", {"kind": "crypto-exchange"}, ["2025-06"], []),
        ("first-mentions", {"entity": "Kraken"}, ["2025-06-02"], []),
        ("shows-covering", {"entity": "Kraken", "minEpisodes": "1"}, ["Alpha"], []),
        ("companies-by-shows", {"minShows": "1"}, ["Google", "Kraken", "NVIDIA"],
         ["Google", "NVIDIA"]),
    ],
)  # fmt: skip
def test_what_an_episode_names_in_adverts_alone_is_not_counted(
    tmp_path, name, parameters, talk, rows
):
    companies = ["NVIDIA:company:1", "Google:company:1", "Kraken:company:1"]
    other = episode("Banks", "2025-07-02", ["Coinbase:company:1"] * (name[0] == "b"))
    one = episode("Chips", "2025-06-02", companies, show="Alpha")
    for number, (first, expected) in enumerate(((one, talk), (sold(one, "Kraken"), rows))):
        store = stored(tmp_path / str(number), [first, other])
        assert [row[0] for row in fetch_answer_table(store, name, parameters).rows] == expected


def test_no_value_of_a_parameter_becomes_syntax(tmp_path):
    evil = '"} . DROP ALL # \\ \n(?:'
    store = stored(tmp_path / "store", EPISODES[:1])
    for name in ("best-quotes", "talk-by-month", "listen-to"):
        assert list(fetch_answer_table(store, name, {"about": evil}).rows) == []
    for name, given in (("who-said", "words"), ("impact-by-theme", "word")):
        assert list(fetch_answer_table(store, name, {given: evil}).rows) == []
    with pytest.raises(UnknownNameError):
        fetch_answer_table(store, "by-month", {"entity": evil})


def test_two_questions_never_share_a_name():
    from kgraph.analysis import ANALYSES
    from kgraph.query import load_saved_queries

    assert not ANALYSES.keys() & load_saved_queries().keys()


@pytest.mark.parametrize("name", ["best-quotes", "listen-to", "talk-by-month", "quotes-naming"])
def test_what_is_filed_under_a_narrower_theme_is_spoken_of_too(tmp_path, name):
    said = [Said(f"{n} rules for OpenAI.", 0.99, "regulation", "OpenAI") for n in ("New", "Old")]
    companies = ["OpenAI:company:1", "NVIDIA:company:1"]
    store = stored(tmp_path / "store", [episode("Rules", "2025-06-02", companies, said)])
    given = {"about": "Policy and law"}
    assert len(fetch_answer_table(store, name, given).rows) == len(
        fetch_answer_table(store, name, {"about": "theme/regulation"}).rows
    )
    assert fetch_answer_table(store, name, given).rows


def test_a_theme_goes_with_what_its_narrower_ones_go_with(tmp_path):
    said = [Said(f"{n} rules.", 0.9, "regulation,stablecoins") for n in range(3)]
    said += [Said(f"{n} things.", 0.9, "ai-safety") for n in range(9)]
    store = stored(tmp_path / "store", [episode("Rules", "2025-06-02", [], said)])
    for with_ in ("Policy and law", "Regulation"):
        given = {"with": with_, "without": "AI safety"}
        [(name, *_)] = fetch_answer_table(store, "themes-beside", given).rows
        assert name == "Stablecoins"


def test_a_quote_with_two_reasons_stands_once(tmp_path):
    twice = [Said("One risk.", 0.95, "defi", why=f"a risk to {n}") for n in ("us", "them")]
    one = episode("Risks", "2025-06-02", [], twice)
    both = msgspec.structs.replace(
        one.occurrences[0], rows=(*one.occurrences[0].rows, *one.occurrences[1].rows)
    )
    one = msgspec.structs.replace(one, quotes=one.quotes[:1], occurrences=(both,))
    store = stored(tmp_path / "store", [one])
    [(_, text, reason, *_)] = fetch_answer_table(store, "impact-by-theme").rows
    assert (text, reason) == ("One risk.", "a risk to them")


def test_months_without_a_mention_stand_between_those_with_one(tmp_path):
    talks = [
        episode(f"Talk {n}", f"2025-0{n}-02", ["NVIDIA:company:1"] * (n in (2, 4)))
        for n in (1, 2, 3, 4, 5)
    ]
    rows = fetch_answer_table(
        stored(tmp_path / "store", talks), "by-month", {"entity": "NVIDIA"}
    ).rows
    assert [row[:2] for row in rows] == [
        ("2025-02", 1),
        ("2025-03", 0),
        ("2025-04", 1),
        ("2025-05", 0),
    ]


def test_months_without_a_row_are_told(tmp_path, capsys):
    talks = [
        episode(f"Talk {n}", f"2025-0{n}-02", ["NVIDIA:company:1"] * (n > 1),
                [Said(f"{n} rules.", themes="regulation")] * (n in (1, 4)))
        for n in (1, 2, 3, 4)
    ]  # fmt: skip
    store = stored(tmp_path / "store", talks)
    for name, values, months, words in (
        ("by-month", {"entity": "NVIDIA"}, ("2025-01",), "2025-01: none of its"),
        ("talk-by-month", {"about": "regulation"}, ("2025-02", "2025-03"),
         "2025-02 and 2025-03: none of their"),
        ("talk-by-month", {"about": "nothing like it"}, (), ""),
    ):  # fmt: skip
        answer = answer_query(store, name, values)
        assert answer.empty_months == months
        note = f"no row for {words} episodes counts here"
        assert render_answer(store, name, values).empty_months == (note if months else "")
        write_answer(answer, "json", "-", None)
        assert capsys.readouterr().err == (f"{note}\n" if months else "")


def test_episodes_without_a_date_are_counted_apart(made):
    found = answer_query(made, "by-month", {"entity": "OpenAI"})
    assert found.undated == 1
    assert [row["month"] for row in found.rows()] == ["2025-06", "2025-07"]
    assert answer_query(made, "by-month", {"entity": "Coinbase"}).undated == 0
    assert render_answer(made, "by-month", {"entity": "OpenAI"}).undated == 1


def test_talk_without_a_date_is_counted_apart(tmp_path):
    talks = [
        episode(
            f"Talk {n}", "2025-06-02", [], [Said(f"{n} rules.", themes="regulation")], dated=n > 1
        )
        for n in range(5)
    ]
    found = answer_query(
        stored(tmp_path / "store", talks), "talk-by-month", {"about": "Regulation"}
    )
    assert [(row["month"], row["episodes"]) for row in found.rows()] == [("2025-06", 3)]
    assert found.undated == 2


@pytest.fixture(scope="module")
def institute(tmp_path_factory):
    """A theme, an institute that is sometimes written so, and a company of another theme's name."""
    label = "AI Safety Institute"
    talk = episode("Institute", "2025-06-02", [f"{label}:institution:0.9"], [])
    [mention] = talk.mentions
    row = msgspec.structs.replace(mention.rows[0], surface="AI safety")
    talk = msgspec.structs.replace(talk, mentions=(msgspec.structs.replace(mention, rows=(row,)),))
    quotes = [
        Said("AI safety matters.", themes="ai-safety"),
        Said("Use AI.", 0.9, "ai-safety", "", True),
    ]
    talks = [
        talk,
        episode("Safety", "2025-06-03", ["Regulation:company:0.9"], quotes[:1]),
        episode("Advert", "2025-06-04", [], quotes[1:]),
        episode("Same thing", "2025-07-02", ["AI safety research:other:0.9"], []),
        episode("Rules", "2025-07-03", [], [Said("Rules.", themes="regulation")]),
    ]
    return stored(tmp_path_factory.mktemp("institute") / "store", talks)


def test_a_theme_comes_before_what_is_only_sometimes_written_so(institute):
    for name in ("AI safety", "ai-safety", "theme/ai-safety"):
        rows = fetch_answer_table(institute, "by-month", {"entity": name}).rows
        assert [row[:2] for row in rows] == [("2025-06", 1), ("2025-07", 0)]
    told = "AI safety: taken for AI safety (theme/ai-safety); also of that name: "
    told += "institution/aisafetyinstitute"
    for query, parameter in (("by-month", "entity"), ("group-names", "of")):
        asked = {parameter: "AI safety"}
        assert describe_query_substitutions(institute, query, asked) == [f"{parameter}={told}"]
        assert describe_query_substitutions(institute, query, {parameter: "theme/ai-safety"}) == []
    institution = {"entity": "AI Safety Institute"}
    [june, *_] = fetch_answer_table(institute, "by-month", institution).rows
    assert june[4] == "2025-06-02 Institute"


def test_what_has_the_name_comes_before_the_theme_and_says_so(institute):
    rows = fetch_answer_table(institute, "by-month", {"entity": "Regulation"}).rows
    assert [row[4] for row in rows] == ["2025-06-03 Safety", ""]
    assert describe_query_substitutions(institute, "by-month", {"entity": "Regulation"}) == [
        "entity=Regulation is a theme, too: --param entity=theme/regulation"
    ]


def test_a_question_that_takes_no_theme_names_the_way_to_it(institute):
    assert describe_query_substitutions(institute, "evidence", {"entity": "AI safety"}) == [
        "entity=AI safety: taken for AI Safety Institute (institution/aisafetyinstitute)",
        "entity=AI safety is a theme, too: kgraph show theme/ai-safety",
    ]
    for name in ("Policy and law", "theme/regulation"):
        with pytest.raises(UnknownNameError, match="is a theme .*`kgraph show theme/"):
            fetch_answer_table(institute, "evidence", {"entity": name})


def test_the_episodes_of_a_theme_are_those_of_its_count(sample):
    """By month, with and without a date, as many as its page and every list of themes says."""
    for name, parameter in (("by-month", "entity"), ("talk-by-month", "about")):
        counted = {}
        for id_ in sample.shared.themes:
            found = answer_query(sample, name, {parameter: id_})
            counted[id_] = found.undated + sum(int(row["episodes"]) for row in found.rows())
        assert counted == {id_: term.episodes for id_, term in sample.shared.themes.items()}


OMITTING = {
    **{name: {} for name in ("shifts", "new-names", "window-ties", "gaps", "window-quotes")},
    "associated": {"entity": "NVIDIA"},
    "beside-both": {"one": "NVIDIA", "other": "OpenAI"},
    "compare": {"x": "NVIDIA"},
    "pair": {"one": "NVIDIA", "other": "OpenAI"},
}
"""Questions whose tables may leave columns out, and parameters to ask them."""


def test_what_a_table_may_leave_out_are_columns_and_none_of_a_chart(made):
    for query in load_named_queries().values():
        if query.omit:
            given = ANSWERS[query.name][0] if query.name in ANSWERS else OMITTING[query.name]
            columns = fetch_answer_table(made, query.name, given).columns
            assert set(query.omit) < set(columns)
            if query.chart:
                assert not {query.chart.values, query.chart.labels} & set(query.omit)


CHARTED = {
    "bridges": {"one": "NVIDIA", "other": "Coinbase"},
    "risers": {"minEpisodes": "1", "before": "2025-05", "after": "2025-06"},
    "similar-episodes": {"episode": "The Power Wall: Who Feeds the GPUs?"},
    "talk-by-month": {"about": "NVIDIA"},
    **OMITTING,
}


@pytest.mark.parametrize("name", [q.name for q in load_named_queries().values() if q.chart])
def test_bars_stand_in_the_order_of_what_they_show(sample, name):
    """The rows of a chart are in time, or sorted by the column that is drawn."""
    query = load_named_queries()[name]
    rows = list(answer_query(sample, name, CHARTED.get(name, {})).rows())
    if query.chart.labels == "month":
        months = [row["month"] for row in rows]
        assert months == sorted(months) and len(months) > 2
    else:
        values = [float(row[query.chart.values]) for row in rows]
        assert values in (sorted(values), sorted(values, reverse=True))


def test_risers_count_unlikely_mentions_where_they_are_asked_for(tmp_path):
    store = stored(tmp_path / "store", rising(confidence="0.4"))
    given = {"before": "2025-05", "after": "2025-06"}
    assert list(fetch_answer_table(store, "risers", given).rows) == []
    found = fetch_answer_table(store, "risers", {**given, "unlikely": "true"})
    assert [row[:3] for row in found.rows] == [("NVIDIA", 1, 7)]


def test_months_in_which_nothing_rose_are_told_with_some_in_which_it_did(tmp_path):
    store = stored(tmp_path / "store", rising())
    why = "no company rose from 2025-05 to 2025-06 by more than chance explains: of 0 companies "
    why += "compared, with at least 99 episodes in either month"
    given = {"minEpisodes": "99"}
    assert describe_query_substitutions(store, "risers", given) == [why]
    assert list(render_answer(store, "risers", given).taken) == [why]
    assert describe_query_substitutions(store, "risers", {}) == []
    (told,) = describe_query_substitutions(
        store, "risers", {"before": "2025-06", "after": "2025-05"}
    )
    assert told.startswith(
        "no company rose from 2025-06 to 2025-05 by more than chance explains: of "
    )
    assert told.endswith("; before=2025-05 and after=2025-06 show 1")


def test_the_last_months_are_compared_where_none_is_given(tmp_path):
    store = stored(tmp_path / "store", rising())
    both = fetch_answer_table(store, "risers", {"before": "2025-05", "after": "2025-06"})
    for given in ({}, {"before": "2025-05"}, {"after": "2025-06"}, {"before": "", "after": " "}):
        assert list(fetch_answer_table(store, "risers", given).rows) == list(both.rows)
    with pytest.raises(
        InputError, match="compare with 2025-06: give before=2025-05 and after=2025-06"
    ):
        fetch_answer_table(store, "risers", {"before": "2025-06"})
    undated = stored(tmp_path / "undated", [episode("One", "2025-06-02", [], dated=False)])
    with pytest.raises(
        InputError, match="no months to compare: no episode of a known show has a date"
    ):
        fetch_answer_table(undated, "risers", {})


def test_a_graph_without_a_company_of_a_known_kind_says_where_to_state_one(tmp_path):
    store = stored(tmp_path / "store", [episode("One", "2025-06-02", ["Bolt:company:0.9"])])
    with pytest.raises(InputError, match="it has none of a known kind: entries of your own in lex"):
        fetch_answer_table(store, "listening-list", {})


def test_only_what_rose_in_the_same_shows_is_a_riser(tmp_path):
    store = stored(tmp_path / "store", rising())
    given = {"before": "2025-05", "after": "2025-06"}
    found = fetch_answer_table(store, "risers", given)
    (row,) = found.rows
    assert dict(zip(found.columns, row, strict=True)) == {
        "name": "NVIDIA",
        "from": 1,
        "to": 7,
        "shareBefore": 12.5,
        "shareAfter": 41.2,
        "rise": 75.0,
        "low": 19.9,
        "high": 94.1,
        "standardBefore": 12.5,
        "standardAfter": 87.5,
        "sameShows": 1,
        "before": "2025-05",
        "after": "2025-06",
    }
    months = fetch_answer_table(store, "by-month", {"entity": "NVIDIA"})
    assert [row[months.columns.index("direction")] for row in months.rows] == ["", "rose"]
    assert "mentioning" not in months.columns
    with pytest.raises(InputError, match="after=2025-05: give two different months"):
        fetch_answer_table(store, "risers", {"before": "2025-05", "after": "2025-05"})


@pytest.mark.parametrize("name", ["best-quotes", "who-said", "similar-episodes", "listening-list"])
def test_a_day_of_processing_is_marked(tmp_path, name):
    said = [Said("A stablecoin is a bank.", 0.97)]
    companies = ["NVIDIA:company:1", "Jane Roe:person:1"]
    talks = [episode(t, "2025-06-02", companies, said, dated=t == "One") for t in ("One", "Two")]
    talks.append(episode("Other", "2025-06-02", [], [Said("Nothing.")]))
    given = {
        "who-said": {"words": "stablecoin"},
        "similar-episodes": {"episode": "One"},
        "listening-list": {"kinds": "Chip-Maker"},
    }
    found = fetch_answer_table(stored(tmp_path / "store", talks), name, given.get(name, {}))
    days = {
        row[found.columns.index("title")]: row[found.columns.index("day")] for row in found.rows
    }
    assert days.get("Two") == "2025-06-02 (processed)"
    assert days.get("One", "2025-06-02") == "2025-06-02"


def test_an_analysis_that_ranks_says_when_it_gives_no_more(tmp_path):
    companies = [f"Company{n}:company:1" for n in range(40)]
    talks = [
        *(episode(f"Talk {n}", "2025-06-02", companies) for n in range(6)),
        *(episode(f"Other {n}", "2025-06-02", []) for n in range(6)),
    ]
    store, given = stored(tmp_path / "store", talks), {"entity": "Company1"}
    found = answer_query(store, "associated", given)
    assert (len(found.rows()), found.more) == (DEFAULT_MAX_FINDINGS, True)
    found = answer_query(store, "associated", given, limit=39)
    assert (len(found.rows()), found.more) == (39, False)
    assert not run_analysis(store, "associated", given, limit=39).more
    assert run_analysis(store, "associated", given, limit=38).more


def test_a_limit_says_how_many_episodes_are_alike(tmp_path):
    store = stored(tmp_path / "store", EPISODES)
    given = {"episode": "Chips and banks"}
    every = run_analysis(store, "similar-episodes", given)
    assert (len(every.rows) > 1, every.more) == (True, False)
    for found in (
        run_analysis(store, "similar-episodes", given, limit=1),
        run_analysis(store, "similar-episodes", {**given, "count": "1"}),
    ):
        assert (found.rows, found.more) == (every.rows[:1], True)
    with pytest.raises(InputError, match="limit 0: write a whole number from 1 to 1,000,000"):
        run_analysis(store, "similar-episodes", given, limit=0)


@pytest.mark.parametrize("name", ["beside-but-not", "best-quotes", "best-by-week", "thin-evidence"])
def test_a_limit_replaces_that_of_a_saved_query(tmp_path, name):
    given = ANSWERS[name][0]
    store = stored(tmp_path / "store", EPISODES)
    every = answer_query(store, name, given)
    assert (len(every.rows()) > 1, every.more) == (True, False)
    first = answer_query(store, name, given, limit=1)
    assert (first.rows(), first.more) == (every.rows()[:1], True)


def test_a_name_that_a_person_listed_does_not_rest_on_the_regex_pass(tmp_path):
    text = "---\ntitle: A talk\ndate: 2025-06-02\ncompanies: [Zorblax GmbH]\n---\n"
    (tmp_path / "talk.md").write_text(text)
    build([tmp_path], tmp_path / "store", workers=1, judgements=None)
    answer = answer_query(Store(tmp_path / "store"), "thin-evidence", {})
    [row] = answer.rows()
    assert {name: row[name] for name in ("name", "episodes", "llmRows", "rows", "why")} == {
        "name": "Zorblax GmbH",
        "episodes": 1,
        "llmRows": 0,
        "rows": 1,
        "why": "one episode",
    }


def test_what_a_name_was_taken_for_is_told_where_it_is_called_otherwise(sample):
    labels = {name_key(entity.label) for entity in sample.shared.entities.values()}
    entity, surface = next(
        (entity, surface)
        for entity in sample.shared.entities.values()
        for surface in entity.surfaces
        if name_key(surface) not in labels
        and Lookup(sample.shared.entities).find(surface) is entity
    )
    told = [f"entity={surface}: taken for {entity.label} ({entity.id})"]
    assert describe_query_substitutions(sample, "by-month", {"entity": surface}) == told
    for name in (entity.label, entity.label.upper(), entity.id, f"{sample.meta.base}{entity.id}"):
        assert describe_query_substitutions(sample, "by-month", {"entity": name}) == []
    assert (
        describe_query_substitutions(sample, "SELECT * {}")
        == describe_query_substitutions(sample, "by-month")
        == []
    )


def test_what_else_a_name_may_mean_is_told(tmp_path):
    talks = [
        episode("Model", "2025-06-02", ["Gemini:product:0.9", "NVIDIA:company:0.9"]),
        episode("Models", "2025-06-03", ["Gemini:product:0.9"]),
        episode("Exchange", "2025-06-04", ["Gemini:company:0.9"]),
        *(episode(f"Chips {n}", "2025-06-05", ["NVIDIA:company:0.9"]) for n in range(10)),
        episode("Game", "2025-06-06", ["NVIDIA:product:0.9"]),
    ]
    store = stored(tmp_path / "store", talks)
    told = "Gemini: taken for Gemini (product/gemini); also of that name: company/gemini"
    for name, parameter in (("co-mentioned", "company"), ("by-month", "entity")):
        asked = {parameter: "Gemini"}
        assert describe_query_substitutions(store, name, asked) == [f"{parameter}={told}"]
        assert render_answer(store, name, asked).taken == (f"{parameter}={told}",)
        for clear in ("product/gemini", "company/gemini", "NVIDIA"):
            assert describe_query_substitutions(store, name, {parameter: clear}) == []
    asked = {"x": "NVIDIA; gemini;"}
    assert render_answer(store, "compare", asked).taken == (f"x={told.replace('G', 'g', 1)}",)
