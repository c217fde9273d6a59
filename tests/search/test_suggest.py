"""Names as one types them."""

import pytest

from kgraph.base.errors import InputError
from kgraph.search.suggest import Suggestion, suggest

NVIDIA = Suggestion("Nvidia", "entity", "company", "company/nvidia")


@pytest.mark.parametrize("typed", ["n", "nv", "NVid", " nvidia", "n v"])
def test_what_begins_so_is_offered(index, typed):
    assert suggest(index, typed) == (NVIDIA,)


def test_a_later_word_counts_from_three_letters_on(index):
    assert [found.name for found in suggest(index, "talk")] == ["Lantern Talks"]
    assert suggest(index, "ta") == ()


def test_titles_are_names(index):
    assert [(found.kind, found.name) for found in suggest(index, "yield")] == [
        ("episode", "On yield")
    ]


def test_only_the_kinds_asked_for(index):
    assert suggest(index, "nvidia", ["show"]) == ()
    with pytest.raises(InputError, match="kind colour: no such kind"):
        suggest(index, "nvidia", ["colour"])


@pytest.mark.parametrize("typed", ["", " ", '"', "*", "' OR 1=1 --", '")', "\ud800", "NOT", "-x"])
def test_no_text_is_wrong_or_becomes_syntax(index, typed):
    assert suggest(index, typed) == ()


def test_no_more_than_asked_for(index):
    assert len(suggest(index, "c", limit=1)) == 1
