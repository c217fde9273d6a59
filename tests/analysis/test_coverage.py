"""Covers: as many companies as can be, in as few episodes as can be."""

from analysis.asked import outlined

from kgraph.analysis.episodes import choose_listening_list

WANTED = {"kinds": "chips", "companies": 10, "episodes": 2}


def titles(*episodes, **more):
    found = choose_listening_list(outlined(*episodes, kind="chips"), {**WANTED, **more})
    return [(row.cells[0], row.cells[3], row.cells[5]) for row in found.rows]


def test_the_cover_is_the_best_and_not_the_greedy_one():
    assert titles("abcd", "abe", "cdf") == [
        ("Episode 1", "A, B, E", 3),
        ("Episode 2", "C, D, F", 6),
    ]


def test_room_that_is_left_goes_to_what_was_heard_least():
    assert titles("abc", "ab", "c", episodes=2) == [
        ("Episode 0", "A, B, C", 3),
        ("Episode 1", "", 3),
    ]


def test_what_is_not_covered_is_said():
    assert titles("ab", "c", "d", episodes=2)[-1] == ("(no episode chosen)", "D", 3)


def test_room_for_more_episodes_than_there_are_is_left():
    assert titles("ab", "c", episodes=10**15) == [
        ("Episode 0", "A, B", 2),
        ("Episode 1", "C", 3),
    ]
