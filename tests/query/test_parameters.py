"""Parameters of saved questions, as people write them."""

import re

import pytest

from kgraph.base.text import word_forms
from kgraph.query.subjects import build_subject_pattern


def speaks(about, text):
    return re.search(build_subject_pattern(about), text, re.IGNORECASE) is not None


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("currency", "currencies"),
        ("tax", "taxes"),
        ("stablecoin", "stablecoins"),
        ("branch", "branches"),
        ("class", "classes"),
        ("cache", "caches"),
        ("movie", "movies"),
        ("ETF", "ETFs"),
        ("GPU", "GPUs"),
        ("AI", "AIs"),
        ("GPT-4", "GPT-4s"),
        ("round-trip", "round-trips"),
    ],
)
def test_a_subject_is_spoken_of_in_either_number(one, many):
    for about in (one, many):
        if about != many or len(word_forms(many.lower())) > 1:  # of "AIs" nobody knows the singular
            assert speaks(about, f"The {one} is here.")
        assert speaks(about, f"All {many.lower()} are here.")
        assert not speaks(about, f"An a{one} and {many}x.")


@pytest.mark.parametrize(
    ("about", "text"),
    [
        ("news", "A new survey."),
        ("new", "The news."),
        ("canva", "On a canvas."),
        ("basis", "On the basi of it"),
        ("series", "A serie of"),
        ("virus", "The viru"),
        ("business", "A busines"),
    ],
)
def test_what_ends_like_a_plural_and_is_none_stays_whole(about, text):
    assert speaks(about, f"It is {about}.")
    assert not speaks(about, text)


@pytest.mark.parametrize("word", ["2024", "größe", "ai", "as", "gas", "比特幣"])
def test_numbers_short_and_foreign_words_have_one_form(word):
    assert word_forms(word) == (word,)
