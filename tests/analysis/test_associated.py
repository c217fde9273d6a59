"""What goes with a thing: weighted, against chance, by type, since a day, with what ties both."""

import pytest
from analysis.asked import Said, episode, stored

from kgraph.analysis import run_analysis

BOTH = ("NVIDIA:company:0.9", "OpenAI:company:0.9")
TALKS = [
    *(
        episode(
            f"Both {n}",
            f"2025-0{n}-01",
            [*BOTH, "Ann Example:person:0.8"],
            [
                Said(
                    "Hello. OpenAI buys from NVIDIA now. Bye.", 0.7 + n / 100, "", "NVIDIA,OpenAI"
                ),
                Said("NVIDIA pays OpenAI with this code.", 0.99, "", "NVIDIA,OpenAI", advert=True),
            ],
            show=f"Show {n % 2}",
        )
        for n in (1, 2, 3)
    ),
    episode("Twice", "2025-06-01", ["NVIDIA:company:0.9", "Acme:company:0.9"], show="Show 1"),
    episode("Twice again", "2025-06-02", ["NVIDIA:company:0.9", "Acme:company:0.9"], show="Show 0"),
    *(episode(f"Else {n}", "2025-07-01", ["Circle:company:0.9"], show="Show 1") for n in range(8)),
]


@pytest.fixture(scope="module")
def talks(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("associated") / "store", TALKS)


def test_ties_come_with_their_figures_and_the_sentence_that_names_both(talks):
    found = run_analysis(talks, "associated", {"entity": "NVIDIA"})
    assert found.columns == (
        *("name", "type", "episodes", "weighted", "lift", "association", "sentence"),
    )
    rows = {row.cells[0]: row for row in found.rows}
    assert list(rows) == ["OpenAI", "Ann Example"]  # Acme is in two episodes only
    expected = 5 * 0.9 * 3 * 0.9 / 13
    cells = rows["OpenAI"].cells
    assert cells[1:4] == ("company", 3, pytest.approx(3 * 0.81))
    assert cells[4] == pytest.approx(3 * 0.81 / expected)
    assert cells[6] == "OpenAI buys from NVIDIA now."
    assert rows["OpenAI"].finds == ("company/openai", "company/nvidia")
    assert rows["Ann Example"].cells[6] == ""
    assert [row.score for row in found.rows] == [row.cells[5] for row in found.rows]


def test_types_days_and_numbers_bound_them(talks):
    def names(**given):
        found = run_analysis(talks, "associated", {"entity": "NVIDIA", **given})
        return [row.cells[0] for row in found.rows]

    assert names(type="person") == ["Ann Example"]
    assert names(since="2025-02-01") == []
    assert names(minEpisodes="4") == []
    assert names(minEpisodes="1") == ["OpenAI", "Ann Example"]
