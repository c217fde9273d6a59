"""What was meant by what is misspelt."""

import pytest

from kgraph.search.spelling import KnownWord, find_close_matches

KNOWN = [
    KnownWord(name.lower(), name, weight)
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
    assert find_close_matches(word, KNOWN) == expected


def test_of_equally_near_names_the_one_that_matters_more_comes_first():
    known = [KnownWord("base", "Base", 1), KnownWord("case", "Case", 5)]
    assert find_close_matches("dase", known) == ["Case", "Base"]


def test_two_swapped_letters_are_one_slip():
    known = [KnownWord(word, word, 0) for word in ("abcd", "abdc", "abcde", "abef")]
    assert find_close_matches("abcd", known) == ["abcd", "abcde", "abdc"]
