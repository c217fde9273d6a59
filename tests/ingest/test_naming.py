from kgraph.ingest.files import FileLocation, assign_unique_names


def test_a_name_is_the_path_below_the_root():
    assert assign_unique_names([FileLocation(("a",), "1.md"), FileLocation(("a",), "b/1.md")]) == [
        "1.md",
        "b/1.md",
    ]


def test_equal_names_take_as_many_folders_of_their_roots_as_tell_them_apart():
    candidates = [
        FileLocation(("x", "eps"), "1.md"),
        FileLocation(("y", "eps"), "1.md"),
        FileLocation(("y", "eps"), "2.md"),
    ]
    assert assign_unique_names(candidates) == ["x/eps/1.md", "y/eps/1.md", "2.md"]
    assert assign_unique_names(candidates[::-1]) == ["2.md", "y/eps/1.md", "x/eps/1.md"]


def test_a_longer_name_may_meet_another():
    candidates = [
        FileLocation(("b",), "1.md"),
        FileLocation(("c",), "1.md"),
        FileLocation(("a",), "b/1.md"),
    ]
    assert assign_unique_names(candidates) == ["b/1.md", "c/1.md", "a/b/1.md"]


def test_a_name_without_folders_keeps_its_own():
    assert assign_unique_names(
        [FileLocation((), "stdin.md"), FileLocation(("a",), "stdin.md")]
    ) == [
        "stdin.md",
        "a/stdin.md",
    ]
