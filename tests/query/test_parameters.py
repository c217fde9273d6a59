"""Parameters of saved questions, as people write them."""

import re

import pytest

from kgraph.analysis import load_named_queries
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.base.text import word_forms
from kgraph.graph import SharedData
from kgraph.query.parameters import (
    PARAMETER_TYPES,
    find_example_defaults,
    resolve_arguments,
)
from kgraph.query.remote_names import NameFinder
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


NAMED_EXAMPLES = {
    name: [
        p
        for p in query.parameters
        if p.name in find_example_defaults(query.parameters, {}) and PARAMETER_TYPES[p.type].is_iri
    ]
    for name, query in load_named_queries().items()
    if all(p.default is not None for p in query.parameters)
}
"""Parameters whose default is a name of the sample, by question."""


@pytest.mark.parametrize(
    "name", [name for name, parameters in NAMED_EXAMPLES.items() if parameters]
)
def test_an_example_that_a_graph_has_not_asks_for_every_name(name):
    query, parameters = load_named_queries()[name], NAMED_EXAMPLES[name]
    with pytest.raises(InputError) as raised:
        resolve_arguments(SharedData(), name, query.parameters, {})
    needed = " and ".join(f"{p.name}=... ({p.words})" for p in parameters)
    example = parameters[0].default
    assert str(raised.value) == (
        f"{name}: give {needed}: {example}, the example, is not in this graph"
    )
    assert raised.value.parameter == parameters[0].name


def test_a_name_that_somebody_gave_is_unknown_as_before():
    pair = load_named_queries()["pair"].parameters
    with pytest.raises(UnknownNameError, match="nothing in the graph is called 'Circle'"):
        resolve_arguments(SharedData(), "pair", pair, {"one": "Circle"})


def test_an_example_that_an_endpoint_has_not_asks_for_every_name():
    pair = load_named_queries()["pair"].parameters
    finder = NameFinder(lambda _: [], "https://example.org/", "http://localhost/sparql")
    with pytest.raises(InputError, match=r"pair: give one=\.\.\. \(one thing\) and other=\.\.\. "):
        finder.find("pair", pair, {})
    with pytest.raises(UnknownNameError, match="nothing at http://localhost/sparql is called 'A'"):
        finder.find("pair", pair, {"one": "A"})
