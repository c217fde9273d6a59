"""Names as one types them, and what was meant by what is misspelt."""

import pytest

from kgraph.base.errors import InputError
from kgraph.search.suggest import KnownWord, Suggestion, find_close_matches, suggest_things

KNOWN = [
    KnownWord(name.lower(), name, weight)
    for name, weight in (("Coinbase", 9), ("Anthropic", 8), ("Circle", 7), ("Cisco", 1))
]
NVIDIA = Suggestion("Nvidia", "entity", "company", "company/nvidia")


@pytest.mark.parametrize("typed", ["n", "nv", "NVid", " nvidia", "n v"])
def test_what_begins_so_is_offered(index, typed):
    assert suggest_things(index, typed) == (NVIDIA,)


def test_a_later_word_counts_from_three_letters_on(index):
    assert [found.name for found in suggest_things(index, "talk")] == ["Lantern Talks"]
    assert suggest_things(index, "ta") == ()


def test_titles_are_names(index):
    assert [(found.kind, found.name) for found in suggest_things(index, "yield")] == [
        ("episode", "On yield")
    ]


def test_only_the_kinds_asked_for(index):
    assert suggest_things(index, "nvidia", ["show"]) == ()
    with pytest.raises(InputError, match="kind colour: no such kind"):
        suggest_things(index, "nvidia", ["colour"])


@pytest.mark.parametrize("typed", ["", " ", '"', "*", "' OR 1=1 --", '")', "\ud800", "NOT", "-x"])
def test_no_text_is_wrong_or_becomes_syntax(index, typed):
    assert suggest_things(index, typed) == ()


def test_no_more_than_asked_for(index):
    assert len(suggest_things(index, "c", limit=1)) == 1


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
