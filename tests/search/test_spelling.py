"""What was meant by what is misspelt."""

import pytest

from kgraph.search.spelling import Spelling, distance, near

KNOWN = [
    Spelling(name.lower(), name, weight)
    for name, weight in (("Coinbase", 9), ("Anthropic", 8), ("Circle", 7), ("Cisco", 1))
]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("coinbsae", ["Coinbase"]),
        ("antropic", ["Anthropic"]),
        ("antrophic", ["Anthropic"]),
        ("cicrle", ["Circle"]),
        ("cixco", ["Cisco"]),
        ("cis", []),
        ("bank", []),
    ],
)
def test_the_nearest_name_is_offered(word, expected):
    assert near(word, KNOWN) == expected


def test_of_equally_near_names_the_one_that_matters_more_comes_first():
    known = [Spelling("base", "Base", 1), Spelling("case", "Case", 5)]
    assert near("dase", known) == ["Case", "Base"]


def test_two_swapped_letters_are_one_slip():
    assert [distance("ab", other) for other in ("ab", "ba", "abc", "cd")] == [0, 1, 1, 2]
