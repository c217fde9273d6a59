from kgraph.ingest.naming import Candidate, unique_names


def test_a_name_is_the_path_below_the_root():
    assert unique_names([Candidate(("a",), "1.md"), Candidate(("a",), "b/1.md")]) == [
        "1.md",
        "b/1.md",
    ]


def test_equal_names_take_as_many_folders_of_their_roots_as_tell_them_apart():
    candidates = [
        Candidate(("x", "eps"), "1.md"),
        Candidate(("y", "eps"), "1.md"),
        Candidate(("y", "eps"), "2.md"),
    ]
    assert unique_names(candidates) == ["x/eps/1.md", "y/eps/1.md", "2.md"]
    assert unique_names(candidates[::-1]) == ["2.md", "y/eps/1.md", "x/eps/1.md"]


def test_a_longer_name_may_meet_another():
    candidates = [Candidate(("b",), "1.md"), Candidate(("c",), "1.md"), Candidate(("a",), "b/1.md")]
    assert unique_names(candidates) == ["b/1.md", "c/1.md", "a/b/1.md"]


def test_a_name_without_folders_keeps_its_own():
    assert unique_names([Candidate((), "stdin.md"), Candidate(("a",), "stdin.md")]) == [
        "stdin.md",
        "a/stdin.md",
    ]
