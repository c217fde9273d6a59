"""What changed since the previous build, as rows and as words."""

from analysis.asked import EPISODES, episode, stored

from kgraph.analysis import fetch_answer_table


def test_a_second_build_says_what_changed(tmp_path):
    first = stored(tmp_path / "store", EPISODES[:2])
    assert first.changes.describe() == ["There was no build before this one to compare it with."]
    more = episode("New", "2025-08-01", ["Bolt:company:0.9"])
    second = stored(tmp_path / "store", [EPISODES[0], more])
    assert list(fetch_answer_table(second, "changes", {"what": "episode entity"}).rows) == [
        ("episode", "gained", "New", "", "episode/new", ""),
        ("episode", "lost", "Models", "", "episode/models", ""),
        ("entity", "gained", "Bolt", "", "company/bolt", ""),
        ("entity", "lost", "Kraken", "", "company/kraken", ""),
        ("entity", "lost", "Beta", "", "show/beta", ""),
    ]
    assert second.changes.describe()[:2] == [
        "From the earlier graph to this one (its input is another):",
        "1 episode gained: New",
    ]


def test_the_same_build_again_changes_nothing(tmp_path):
    stored(tmp_path / "store", EPISODES)
    again = stored(tmp_path / "store", EPISODES)
    assert again.changes.describe() == [
        "From the earlier graph to this one no episode, entity, id or mention changed, "
        "and what was read is the same."
    ]
