"""What fits a search, counted: each facet as if it were not filtered by itself."""

import msgspec
import pytest

from kgraph.base.errors import InputError
from kgraph.search import Filters, search
from kgraph.search.filters import FacetCount, Facets, count_facets


def counts(*pairs):
    return tuple(FacetCount(value, things) for value, things in pairs)


def test_hits_are_counted_by_kind_type_and_show(index):
    found = count_facets(index, "stablecoin OR nvidia")
    assert (found.total, found.kinds, found.types) == (
        6,
        counts(("quote", 3), ("entity", 1), ("insight", 1), ("theme", 1)),
        counts(("company", 1)),
    )
    assert found.shows == counts(("Lantern Talks", 3))


def test_a_facet_ignores_its_own_filter_and_obeys_the_others(index):
    filters = Filters(kinds=frozenset({"quote"}), since="2025-10-01")
    found = count_facets(index, "stablecoin OR nvidia", filters)
    kinds = counts(("quote", 1), ("entity", 1), ("theme", 1))
    assert (found.total, found.kinds) == (1, kinds)


@pytest.mark.parametrize(
    ("filters", "shows"),
    [
        # NVIDIA stands in an earlier episode of no show, too.
        (Filters(), [("Lantern Talks", 1)]),
        (Filters(until="2025-10-01"), []),
        (Filters(since="2025-10-02", min_relevance=0.1), [("Lantern Talks", 1)]),
    ],
)
def test_a_thing_counts_for_the_shows_of_the_episodes_that_are_wanted(index, filters, shows):
    wanted = msgspec.structs.replace(filters, kinds=frozenset({"entity"}))
    assert count_facets(index, "nvidia", wanted).shows == counts(*shows)
    for name, number in shows:
        chosen = msgspec.structs.replace(wanted, show=name)
        assert count_facets(index, "nvidia", chosen).total == number


@pytest.mark.parametrize("name", ["NASDAQ:NVDA", "$NVDA", "https://en.wikipedia.org/wiki/Nvidia"])
def test_a_filter_takes_ids_of_other_registers(index, name):
    found = count_facets(index, "nvidia OR stablecoin", Filters(company=name))
    assert found == count_facets(index, "nvidia OR stablecoin", Filters(company="company/nvidia"))
    assert found.total


def test_what_is_counted_is_what_is_found(index):
    for text in ("stablecoin", "nvidia", "yield -bank", "比特"):
        assert count_facets(index, text).total == len(search(index, text, limit=100).hits)


def test_nothing_fits(index):
    assert count_facets(index, "zebra") == Facets(0)


def test_a_text_without_words_is_said(index):
    with pytest.raises(InputError, match="nothing to search for"):
        count_facets(index, '"" --')


def test_a_search_goes_on_where_it_stopped(index):
    text = "stablecoin OR nvidia"
    whole = search(index, text, limit=10).hits
    for per_episode in (0, 5):
        parts = [
            search(index, text, limit=2, offset=n, per_episode=per_episode).hits for n in (0, 2, 4)
        ]
        assert tuple(hit for part in parts for hit in part) == whole
    with pytest.raises(InputError, match="offset"):
        search(index, text, offset=-1)
