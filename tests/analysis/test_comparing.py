"""Several things over time, and two together: shares, episodes, what stands beside both."""

import pytest
from analysis.asked import Said, episode, stored

from kgraph.analysis import run_analysis
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.graph.shares import ShowCalendar
from kgraph.query.share_columns import to_hundredths

BOTH = ("Circle:company:0.9", "Tether:company:0.8")
TALKS = [
    episode(
        "Much of both",
        "2025-05-01",
        [*BOTH, "Visa:company:0.9"],
        [
            Said("Circle and Tether mint coins. It rains.", 0.7, "", "Circle,Tether"),
            Said("Circle grows.", 0.9, "", "Circle"),
            Said("Tether grows.", 0.9, "", "Tether"),
            Said("Buy Circle and Tether with our code.", 0.99, "", "Circle,Tether", advert=True),
        ],
        show="Show 1",
    ),
    episode(
        "Much of one",
        "2025-06-01",
        [*BOTH, "Visa:company:0.9"],
        [Said(f"Circle number {n}.", 0.9, "", "Circle") for n in range(5)],
        show="Show 2",
    ),
    episode("Named only", "2025-06-02", [*BOTH, "Visa:company:0.9"], show="Show 1"),
    episode("Circle alone", "2025-06-03", ["Circle:company:0.9"], show="Show 1"),
    episode("Undated", "2025-06-04", ["Tether:company:0.9"], show="Show 2", dated=False),
    *(
        episode(f"Else {n}", f"2025-0{n % 3 + 5}-09", ["Acme:company:0.9"], show=f"Show {n % 2}")
        for n in range(9)
    ),
]


@pytest.fixture(scope="module")
def talks(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("comparing") / "store", TALKS)


def test_episodes_of_both_are_ranked_by_the_less_spoken_of(talks):
    found = run_analysis(talks, "pair", {"one": "Circle", "other": "Tether"})
    assert found.columns[4:] == ("both", "ofOne", "ofOther", "sentence")
    rows = [(row.cells[0], *row.cells[4:]) for row in found.rows]
    assert rows == [
        ("Much of both", 1, 2, 2, "Circle and Tether mint coins."),
        ("Much of one", 0, 5, 0, ""),
        ("Named only", 0, 0, 0, ""),
    ]
    assert found.rows[0].cells[:4] == (
        *("Much of both", "Show 1", "2025-05-01"),
        pytest.approx(0.72),
    )
    assert found.rows[0].finds == ("episode/muchofboth", "company/circle", "company/tether")


def test_what_stands_beside_both_has_the_figures_of_each(talks):
    [row] = run_analysis(talks, "beside-both", {"one": "Circle", "other": "Tether"}).rows
    assert row.cells[:2] == ("Visa", "company")
    scores = {}
    for name in ("Circle", "Tether"):
        ties = run_analysis(talks, "associated", {"entity": name}).rows
        [tie] = [tie for tie in ties if tie.cells[0] == "Visa"]
        scores[name] = (tie.cells[2], tie.cells[5])
    assert row.cells[3:] == (*scores["Circle"], *scores["Tether"])
    assert row.score == row.cells[2] == min(score for _, score in scores.values())


def test_shares_are_those_of_the_calendar_for_each_and_for_all_together(talks):
    found = run_analysis(talks, "compare", {"x": "Circle; tether", "together": "true"})
    rows = {row.cells[:2]: row.cells[2:] for row in found.rows}
    months = ["2025-05", "2025-06", "2025-07"]
    assert list(rows) == [(m, name) for m in months for name in ("Circle", "Tether", "together")]
    assert {key: cells[0] for key, cells in rows.items() if key[0] == "2025-06"} == {
        ("2025-06", "Circle"): 3,
        ("2025-06", "Tether"): 2,
        ("2025-06", "together"): 2,
    }
    summaries = talks.shared.summaries
    calendar = ShowCalendar(summaries)
    for name in ("Circle", "Tether"):
        slugs = [s for s, one in summaries.items() if f"company/{name.lower()}" in one.mentions]
        for month, share in calendar.describe_months(calendar.count(slugs)).items():
            expected = (
                [
                    *map(to_hundredths, (share.standard.share, *share.standard.interval)),
                    share.standard.episodes,
                ]
                if share.standard
                else [""] * 4
            )
            assert [*rows[month, name][4:8]] == expected
    assert len(run_analysis(talks, "compare", {"x": "Circle"}).rows) == len(months)


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        (
            "compare",
            {"x": "Circle; circle"},
            r"Circle and circle are the same thing: Circle \(comp",
        ),
        ("compare", {"x": "Circle;Circle"}, "Circle twice: Circle"),
        ("compare", {"x": ";".join("abcdefg")}, "7 names: one chart compares at most 6 things"),
        ("compare", {"x": " ; "}, "nothing to compare: name one to 6 things"),
        ("pair", {"one": "Circle", "other": "company/circle"}, "both names mean Circle"),
        ("beside-both", {"one": "Circle", "other": "Circle"}, "both names mean Circle"),
    ],
)
def test_wrong_names_are_refused_in_words(talks, name, parameters, words):
    with pytest.raises(InputError, match=words):
        run_analysis(talks, name, parameters)


def test_near_names_are_suggested(talks):
    with pytest.raises(UnknownNameError) as caught:
        run_analysis(talks, "compare", {"x": "Circle; Tethr"})
    assert "Tether" in caught.value.suggestions
