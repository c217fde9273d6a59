"""Questions of a window of days, asked of two made-up months, with exact answers."""

import pytest
from analysis.asked import Said, episode, stored
from analysis.briefed import JUNE, QUOTE, briefed

from kgraph.analysis import fetch_answer_table, run_analysis
from kgraph.analysis.gaps import fisher_probability
from kgraph.base.errors import InputError
from kgraph.views.briefing import BriefingRequest, view_briefing
from kgraph.views.open_graph import OpenGraph


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("months") / "store", briefed())


def asked(store, name, **parameters):
    """Rows of an answer by column."""
    table = fetch_answer_table(store, name, {**JUNE, **parameters})
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_what_rose_is_compared_within_shows_and_says_how_many_shows(months):
    rows = asked(months, "shifts", direction="rose")
    [nvidia] = [row for row in rows if row["name"] == "NVIDIA"]
    assert {key: nvidia[key] for key in ("from", "to", "fromShows", "toShows", "sameShows")} == {
        "from": 2, "to": 16, "fromShows": 2, "toShows": 2, "sameShows": 2,
    }  # fmt: skip
    assert (nvidia["standardBefore"], nvidia["standardAfter"], nvidia["change"]) == (10, 80, 70)
    assert 0 < nvidia["low"] < 70 < nvidia["high"]


def test_a_name_of_a_new_show_alone_neither_rose_nor_is_new(months):
    names = {row["name"] for row in asked(months, "shifts", minEpisodes="1", direction="rose")}
    assert "Onlylate" not in names
    assert "Onlylate" not in {row["name"] for row in asked(months, "new-names", minShows="1")}


def test_what_is_not_certain_is_said_to_be_so(months):
    rows = asked(months, "shifts", minEpisodes="4", direction="unclear")
    assert {row["direction"] for row in rows} == {"unclear"}
    [circle] = [row for row in rows if row["name"] == "Circle"]
    assert circle["low"] < 0 < circle["high"]
    with pytest.raises(InputError, match="direction=up: choose rose, fell, unclear"):
        asked(months, "shifts", direction="up")


def test_a_new_name_says_when_it_came_and_which_episodes_have_no_date(months):
    rows = {row["name"]: row for row in asked(months, "new-names", type="company")}
    assert rows["Newco"] == {
        "name": "Newco", "type": "company", "episodes": 4, "shows": 2, "knownShows": 2,
        "first": "2025-06-01", "title": "Alpha 2025-06 0", "confidence": 1, "undated": 1,
    }  # fmt: skip
    assert not rows.keys() & {"NVIDIA", "Circle", "Visa", "Onlylate"}


def test_an_episode_processed_before_the_window_is_earlier(tmp_path):
    talks = [*briefed(), episode("Processed", "2025-05-20", ["Newco:company:1"], dated=False)]
    store = stored(tmp_path / "store", talks)
    assert "Newco" not in {row["name"] for row in asked(store, "new-names")}


def test_names_come_together_that_hardly_met_before(months):
    [row] = [r for r in asked(months, "window-ties", kind="new") if r["name"] == "Circle"]
    assert (row["name"], row["other"], row["kind"], row["episodes"]) == (
        "Circle",
        "Tether",
        "new",
        4,
    )
    assert (row["earlier"], row["earlierOfName"], row["earlierOfOther"]) == (0, 3, 3)
    assert row["sentence"] == "Circle and Tether are one market."
    findings = run_analysis(months, "window-ties", {**JUNE, "kind": "new"})
    assert findings.rows[0].finds[:3] == (
        "company/circle", "company/tether", "episode/alpha2025060",
    )  # fmt: skip


def sibling_talks():
    """Two new ties in June: the stronger one is that of Code and Opus."""
    earlier = [
        episode(f"{name} {n}", f"2025-05-0{n + 1}", [f"{name}:company:1"], show="Alpha")
        for name in ("Opus", "Code", "Visa", "Circle")
        for n in range(3)
    ]
    owners = ["Anthropic:company:1", "Amazon:company:1"]
    return [
        *earlier,
        episode("Owners", "2025-05-20", owners, show="Alpha"),
        *(
            episode(f"June {n}", f"2025-06-{n + 1:02}", companies, show=("Alpha", "Beta")[n % 2])
            for n, companies in enumerate(
                [["Opus:company:1", "Code:company:1"]] * 4
                + [["Visa:company:1", "Circle:company:1"]] * 4
                + [["Visa:company:1"], *[[f"Other {n}:company:1"] for n in range(16)]]
            )
        ),
    ]


@pytest.mark.parametrize(
    ("relations", "expected"),
    [
        ({}, [("Code", "Opus", ""), ("Circle", "Visa", "")]),
        (  # a product and a subsidiary of the same company
            {"opus": ["anthropic"], "code": ["amazon"], "anthropic": ["amazon"]},
            [("Circle", "Visa", ""), ("Code", "Opus", "Amazon")],
        ),
        (  # the nearest owner of both, though relations form a circle
            {"opus": ["anthropic"], "code": ["anthropic"], "anthropic": ["amazon", "opus"]},
            [("Circle", "Visa", ""), ("Code", "Opus", "Anthropic")],
        ),
        ({"opus": ["anthropic"], "anthropic": ["code"]}, [("Circle", "Visa", "")]),
    ],
    ids=["unrelated", "one owner", "circle", "one owns the other"],
)
def test_ties_within_one_group_of_companies_come_last(tmp_path, relations, expected):
    store = stored(tmp_path / "store", sibling_talks())
    for key, owners in relations.items():
        links = tuple(("kg:partOf", f"company/{owner}") for owner in owners)
        store.shared.entities[f"company/{key}"].relations = links
    rows = asked(store, "window-ties", kind="new")
    assert [(row["name"], row["other"], row["owner"]) for row in rows] == expected
    section = next(
        section
        for section in view_briefing(
            OpenGraph(store), BriefingRequest("2025-06", "2025-06")
        ).sections
        if section.key == "together"
    )
    assert ["Both belong to" in row.text for row in section.rows] == [
        bool(owner) for *_, owner in expected
    ]


def test_names_come_closer_in_the_same_shows(months):
    [row] = asked(months, "window-ties", kind="closer")
    assert (row["name"], row["other"], row["earlier"], row["episodes"]) == ("Stripe", "Visa", 3, 7)
    assert (row["shareAfter"], row["sameShows"]) == (100, 2)
    assert 0 < row["low"] < row["change"] <= row["high"]
    with pytest.raises(InputError, match="kind=near: choose new or closer"):
        asked(months, "window-ties", kind="near")


def test_groups_that_never_meet_have_a_gap_and_a_bridge(months):
    [row] = asked(months, "gaps", minMembers="3")
    assert (row["episodes"], row["otherEpisodes"], row["both"]) == (8, 8, 0)
    assert row["expected"] == round(8 * 8 / 24, 4)
    assert row["probability"] == pytest.approx(fisher_probability(0, 8, 8, 24), abs=1e-4)
    assert (row["shows"], row["otherShows"], row["bothShows"]) == (2, 2, 2)
    assert row["bridges"] == "NVIDIA (7 and 7), Stripe (4 and 3), Visa (4 and 3)"
    assert asked(months, "gaps", minMembers="9") == []


def test_the_best_quotes_have_recordings_and_none_is_an_advert(months):
    rows = asked(months, "window-quotes", count="3", perEpisode="1")
    assert rows[0]["text"] == QUOTE
    assert rows[0]["names"] == "Circle, Tether"
    assert rows[0]["recording"] == "https://example.org/Alpha/2025-06/0.mp3"
    assert len({row["title"] for row in rows}) == len(rows) == 3


def test_near_repeats_of_a_quote_stand_once(tmp_path):
    text = "The power of a grid is what feeds the next model of them all, {}."
    talks = [
        episode(f"Talk {n}", f"2025-06-0{n + 1}", [], [Said(text.format("x" * (n + 1)))])
        for n in range(3)
    ]
    assert len(asked(stored(tmp_path / "store", talks), "window-quotes")) == 1


def test_answers_are_the_same_twice(months):
    for name in ("shifts", "new-names", "window-ties", "gaps", "window-quotes"):
        assert run_analysis(months, name, JUNE).rows == run_analysis(months, name, JUNE).rows


def test_a_build_that_kept_nothing_says_so(months):
    with pytest.raises(Exception, match="build again"):
        asked(months, "judgements")
