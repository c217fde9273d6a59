"""Names as one types them."""

import pytest

from kgraph.base.errors import InputError
from kgraph.search.suggest import Suggestion, suggest_things

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
