"""What goes with a company: weighted, against chance, since a day."""

from kgraph.analysis import run_analysis


def test_only_episodes_since_the_day_count(made):
    given = {"company": "NVIDIA", "minEpisodes": "1", "since": "2025-07-01"}
    found = run_analysis(made, "associated", given)
    names = {row.cells[0]: row.cells[1] for row in found.rows}
    assert names == {"OpenAI": 2, "Coinbase": 1, "Acme": 1}
    assert [row.score for row in found.rows] == sorted(
        (row.cells[4] for row in found.rows), reverse=True
    )
